// Who must be able to pull what, worked out the slow way from the sharing rules and the exchange model (where they can be
// read in two ways, as docs/decisions read them): no code of the exchange but its encoding, everything decided anew after
// each event, for every reach of every party. Relied on by the stories that hold the exchange against it. Whole renditions
// only: what would need another is not released.
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { Micros } from "../../src/encoding/timestamp.ts";
import { Books, type Contribution, decidesAlike, type Item, type Window } from "./oracle-books.ts";
import {
  companionsIn,
  idOf,
  inheritedLevel,
  isDefinition,
  isLater,
  isValid,
  ladder,
  type Level,
  levelMarked,
  referencesIn,
  sameParties,
  uniqueByContent,
  versionOf,
} from "./oracle-readings.ts";
import type { OraclePolicy } from "./oracle-rules.ts";
import { type Release, type Stood, View, type Viewer } from "./oracle-view.ts";

export type HistoryEvent =
  | { readonly act: "join"; readonly state: string; readonly identity: string; readonly at: Micros }
  | { readonly act: "suspend"; readonly state: string; readonly at: Micros }
  | { readonly act: "policy"; readonly state: string; readonly policy: OraclePolicy; readonly at: Micros }
  | {
      readonly act: "contribute";
      readonly state: string;
      readonly collection: string;
      readonly objects: readonly JsonObject[];
      readonly to?: readonly string[] | undefined;
      readonly at: Micros;
    }
  | {
      readonly act: "recall";
      readonly state: string;
      readonly collection: string;
      readonly id: string;
      /** Absent: all versions. */
      readonly version?: string | undefined;
      readonly at: Micros;
    }
  | { readonly act: "time"; readonly at: Micros };

type Posting = Extract<HistoryEvent, { act: "contribute" }>;

/** What becomes of one object of a contribution: taken in, known already (nothing changes), or refused. */
export type Outcome = "taken" | "known" | "refused";

export class Oracle {
  readonly #books: Books;
  readonly #views: View[] = [];
  readonly #windows = new Map<string, ReadonlyMap<Item, Window>>();
  /** Revocations that go at once, to the states that have an earlier version. */
  readonly #atOnce = new Map<string, Set<Item>>();
  #contributions = 0;
  #now: Micros;
  #event = 0;

  constructor(now: Micros, commons: Iterable<string>) {
    this.#now = now;
    this.#books = new Books(commons);
    this.#admit("secretariat", "", now);
  }

  /** The number of the event that is being or was last told. */
  get event(): number {
    return this.#event;
  }

  get items(): readonly Item[] {
    return this.#books.items;
  }

  levelOf(item: Item): Level | null {
    return this.#books.ceiling(item);
  }

  /** What the viewer must be able to pull from a collection now, every version, in the order of release. */
  releases(viewer: Viewer, collection: string): readonly Release[] {
    if (this.#books.members.get(viewer.state)?.suspended === true) return [];
    return this.#viewOf(viewer)
      .releases.filter((release) => release.item.collection === collection)
      .sort((a, b) => a.event - b.event);
  }

  /** What a pattern finds in all that was ever the viewer's. */
  found(viewer: Viewer, pattern: RegExp): ReadonlySet<string> {
    return new Set(this.#viewOf(viewer).stood.flatMap(({ content }) => content.match(pattern) ?? []));
  }

  /** Takes an event in; for a contribution the outcome of each of its objects. */
  tell(event: HistoryEvent): readonly Outcome[] {
    this.#event += 1;
    this.#passTimeTo(event.at);
    const outcomes = this.#take(event);
    if (event.act !== "time") this.#decideAll();
    this.#settle();
    return outcomes;
  }

  #take(event: HistoryEvent): readonly Outcome[] {
    switch (event.act) {
      case "join":
        this.#admit(event.state, event.identity, event.at);
        return [];
      case "suspend": {
        const member = this.#books.members.get(event.state);
        if (member !== undefined) member.suspended = true;
        return [];
      }
      case "policy":
        this.#books.policies.set(event.state, event.policy);
        return [];
      case "recall":
        for (const item of this.#books.versions(event.state, event.id))
          if (item.collection === event.collection && (event.version ?? item.version) === item.version)
            item.recalled = true;
        return [];
      case "contribute":
        return this.#contribute(event);
      case "time":
        return [];
    }
  }

  #admit(state: string, identity: string, at: Micros): void {
    this.#books.members.set(state, { since: at, identity, suspended: false });
    for (const most of ladder) this.#views.push(new View({ state, most }, this.#books));
  }

  // ------------------------------------------------------------------------------------------------ taking in

  #contribute(event: Posting): readonly Outcome[] {
    const { state: by, collection, objects, to, at } = event;
    const statements = this.#statementsKnownTo(by, objects);
    const isStatement = (id: string): boolean => statements.has(id);
    // What is refused speaks, too: a RED report that is not taken in was still said to be RED.
    const members = objects.filter((object) => !this.#books.isCommon(idOf(object)));
    const contribution: Contribution = {
      n: this.#contributions++,
      by,
      collection,
      at,
      to,
      members,
      levels: new Map(members.map((member) => [member, inheritedLevel(member, members, isStatement)])),
      latest: new Map(),
    };
    const had = this.#stoodIn(by); // before this contribution
    const judged = new Map<JsonObject, Outcome | "echo">();
    const added: { item: Item; reads: Map<string, readonly string[]> }[] = [];
    // SCOs after what has versions: whether a copy is the next one hangs on the latest versions of all that is beside it.
    for (const isSco of [false, true]) {
      const these = objects.filter((object) => (versionOf(object) === null) === isSco);
      for (const object of these) judged.set(object, this.#judge(event, contribution, object));
      this.#ownWhatIsReferredTo(contribution, judged);
      for (const object of uniqueByContent(these.filter((one) => judged.get(one) === "taken")))
        added.push(this.#add(contribution, object));
      for (const member of members)
        contribution.latest.set(member, versionOf(member) === null ? [] : this.#books.latest(by, idOf(member)));
    }
    for (const { item, reads } of added)
      for (const id of [...referencesIn(item.object), ...companionsIn(item.object)]) {
        const isOwn = this.#books.versions(by, id).length > 0;
        const whose = isOwn ? [by] : had.filter((one) => one.id === id && one.by !== by).map((one) => one.by);
        if (whose.length > 0) reads.set(id, [...new Set(whose)]);
      }
    return objects.map((object): Outcome => {
      const one = judged.get(object) ?? "refused";
      return one === "echo" ? "known" : one;
    });
  }

  #add(contribution: Contribution, object: JsonObject): { item: Item; reads: Map<string, readonly string[]> } {
    const { by, collection, at } = contribution;
    const id = idOf(object);
    const version = versionOf(object) ?? `copy ${this.#books.versions(by, id).length}`;
    const reads = new Map<string, readonly string[]>();
    const content = formatCanonical(object);
    const item = { by, collection, object, id, version, content, at, contribution, reads, recalled: false };
    this.#books.add(item);
    return { item, reads };
  }

  /** The definitions of no level that a contributor can tell: its own, these of now included, and what it received. */
  #statementsKnownTo(by: string, objects: readonly JsonObject[]): ReadonlySet<string> {
    const known = [
      ...objects,
      ...this.items.filter((item) => item.by === by).map((item) => item.object),
      ...this.#stoodIn(by).map((one) => JSON.parse(one.content) as JsonObject), // the content of an object
    ];
    return new Set(known.filter((object) => object["definition_type"] === "statement").map(idOf));
  }

  #judge(event: Posting, contribution: Contribution, object: JsonObject): Outcome | "echo" {
    const { state: by, collection, objects, to } = event;
    const id = idOf(object);
    const version = versionOf(object);
    const content = formatCanonical(object);
    if (this.#books.isCommon(id)) return "known";
    if (!isValid(object)) return "refused";
    const twins = objects.filter((other) => idOf(other) === id && versionOf(other) === version);
    if (twins.some((twin) => formatCanonical(twin) !== content)) return "refused"; // each-alone
    const own = this.#books.versions(by, id);
    if (version === null) {
      const here = this.#copies(contribution, object);
      if (here.some((item) => item.recalled && this.#isSameCopy(item, contribution, object))) return "refused";
    } else {
      const same = own.filter((item) => item.version === version);
      if (same.some((item) => item.content !== content)) return "refused"; // immutable
      const here = same.filter((item) => item.collection === collection);
      if (here.some((item) => item.recalled)) return "refused";
      if (here.length > 0) return here.every((item) => sameParties(item.contribution.to, to)) ? "known" : "refused";
      // STIX 2.1 §3.6: no version follows a revoked one, which is also how "nothing later is released" holds.
      // The revocation itself may go into each collection.
      if (own.some((item) => item.object["revoked"] === true && item.version !== version)) return "refused";
    }
    const had = this.#stoodIn(by).filter(
      (one) => one.by !== by && one.id === id && (version === null || one.version === version),
    );
    if (had.some((one) => one.content === content)) return "echo";
    if (had.length > 0 && version !== null) return "refused";
    return this.#books.isOthersVoice(by, object) ? "refused" : this.#asOwn(contribution, object);
  }

  /** A relayed object or SCO that was only pushed back becomes one's own when an object of one's own refers to it. */
  #ownWhatIsReferredTo(contribution: Contribution, judged: Map<JsonObject, Outcome | "echo">): void {
    const { by } = contribution;
    for (let changed = true; changed;) {
      changed = false;
      // Where it has a copy of its own, that is what is referred to.
      const names = (id: string): boolean =>
        this.items.some((item) => item.by === by && item.reads.has(id) && item.reads.get(id)?.includes(by) === false) ||
        this.items.some((item) => item.by === by && referencesIn(item.object).includes(id) && !item.reads.has(id)) ||
        (this.#books.versions(by, id).length === 0 &&
          [...judged].some(([object, one]) => one === "taken" && referencesIn(object).includes(id)));
      for (const [object, one] of judged) {
        if (one !== "echo" || this.#books.isOthersVoice(by, object)) continue;
        if (!names(idOf(object))) continue;
        judged.set(object, this.#asOwn(contribution, object));
        changed = true;
      }
    }
  }

  #asOwn(contribution: Contribution, object: JsonObject): Outcome {
    const { by, levels } = contribution;
    const unmarked = this.#books.policies.get(by)?.unmarked ?? "refuse";
    if (unmarked === "refuse" && (levels.get(object) ?? null) === null && !isDefinition(object)) return "refused";
    if (versionOf(object) !== null) return "taken";
    const latest = this.#copies(contribution, object).at(-1);
    return latest !== undefined && this.#isSameCopy(latest, contribution, object) ? "known" : "taken";
  }

  #copies({ by, collection }: Contribution, object: JsonObject): readonly Item[] {
    return this.#books.versions(by, idOf(object)).filter((item) => item.collection === collection);
  }

  /** An SCO again is the same version of its copy, if nothing that decides on it differs. */
  #isSameCopy(item: Item, contribution: Contribution, object: JsonObject): boolean {
    if (item.content !== formatCanonical(object)) return false;
    if (levelMarked(object, () => false) !== null) return sameParties(item.contribution.to, contribution.to);
    return decidesAlike(item.contribution, item.object, contribution, object);
  }

  // -------------------------------------------------------------------------------------------------- releasing

  /** Runs through every moment at which a release begins or ends. */
  #passTimeTo(at: Micros): void {
    const moments = new Set<Micros>();
    for (const windows of this.#windows.values())
      for (const { from, until } of windows.values())
        for (const moment of [from, until]) if (moment > this.#now && moment <= at) moments.add(moment);
    for (const moment of [...moments].sort((a, b) => a - b)) {
      this.#now = moment;
      this.#settle();
    }
    this.#now = at;
  }

  #decideAll(): void {
    this.#books.forgetCeilings();
    for (const state of this.#books.members.keys())
      this.#windows.set(
        state,
        new Map(
          this.items.flatMap((item) => {
            const window =
              isDefinition(item.object) || item.by === state
                ? { from: item.at, until: Infinity }
                : this.#books.decide(item, state);
            return window === null ? [] : [[item, window] as const];
          }),
        ),
      );
  }

  #settle(): void {
    for (const [state, windows] of this.#windows) {
      const views = this.#views.filter(({ viewer }) => viewer.state === state);
      const atOnce = this.#atOnce.get(state) ?? new Set<Item>();
      for (const item of windows.keys())
        if (item.object["revoked"] === true)
          for (const { releases } of views)
            if (
              releases.some(
                ({ item: { by, id, version } }) => by === item.by && id === item.id && isLater(item.version, version),
              )
            )
              atOnce.add(item);
      this.#atOnce.set(state, atOnce);
      const granted = [...windows].flatMap(([item, { from, until }]) => {
        if (item.recalled || this.#now >= until || (from > this.#now && !atOnce.has(item))) return [];
        return [item];
      });
      const from = (item: Item): number => windows.get(item)?.from ?? Infinity;
      for (const view of views) view.settle(granted, from, this.#event);
    }
  }

  // -------------------------------------------------------------------------------------------------- the views

  /** What any viewer of a state ever had: what it knew when it contributed, and what it pushes back. */
  #stoodIn(state: string): readonly Stood[] {
    return this.#views.filter(({ viewer }) => viewer.state === state).flatMap((view) => view.stood);
  }

  #viewOf({ state, most }: Viewer): View {
    const found = this.#views.find(({ viewer }) => viewer.state === state && viewer.most === most);
    if (found === undefined) throw new Error(`Nobody looks as ${state} at ${most}.`);
    return found;
  }
}
