// Who must be able to pull what, worked out the slow way from the sharing rules and the exchange model (where they can be
// read in two ways, as docs/decisions/0003 and 0006 read them): no code of the exchange but its encoding, everything decided
// anew after each event. Relied on by the stories that hold the exchange against it. Whole renditions only: what would need
// another is not released.
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import type { Micros } from "../../src/encoding/timestamp.ts";

export const ladder = ["clear", "green", "amber", "amber+strict", "red"] as const;
export type Level = (typeof ladder)[number];

/** Every spelling of TLP by its meaning: the four of 1.0 and the five of 2.0. */
const levelOfMarking: Readonly<Record<string, Level>> = {
  "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
  "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
  "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
  "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
  "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
  "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
  "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
  "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
  "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
};

export interface OracleRule {
  readonly name: string;
  readonly share?: readonly string[];
  readonly withhold?: readonly string[];
  readonly except?: readonly string[];
  readonly when?: {
    readonly type?: string | readonly string[];
    readonly tlp?: Level | readonly Level[];
    readonly collection?: string | readonly string[];
    readonly label?: string | readonly string[];
    readonly confidence?: { readonly min?: number; readonly max?: number };
    readonly "created-by"?: string | readonly string[];
  };
  readonly after?: string;
  readonly until?: string;
}

export interface OraclePolicy {
  readonly unmarked: Level | "refuse";
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly OracleRule[];
}

/** The part of a state that a client sees: nothing stricter than `most` ("decided per state and reach"). */
export interface Viewer {
  readonly state: string;
  readonly most: Level;
}

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

/** What becomes of one object of a contribution: taken in, known already (nothing changes), or refused. */
export type Outcome = "taken" | "known" | "refused";

/** One object as one contribution brought it into one collection. */
export interface Item {
  readonly by: string;
  readonly collection: string;
  readonly object: JsonObject;
  readonly id: string;
  /** The STIX version; of an SCO, which has none, the how-manieth version of its contributor's copy. */
  readonly version: string;
  readonly content: string;
  readonly at: Micros;
  readonly contribution: Contribution;
  /** The ids in it that its contributor knew when it contributed this version, and whose copy it knew. */
  readonly reads: ReadonlyMap<string, string>;
  recalled: boolean;
}

interface Contribution {
  readonly n: number;
  readonly by: string;
  readonly collection: string;
  readonly at: Micros;
  readonly to: readonly string[] | undefined;
  /** Everything in it that was not refused, also what changed nothing: it is what the others are joined to. */
  readonly members: readonly JsonObject[];
  /** The level of each member, its own or inherited; null: neither. */
  readonly levels: ReadonlyMap<JsonObject, Level | null>;
  /** The latest version of each member by the same contributor, as it was then: its items. */
  readonly latest: Map<JsonObject, readonly Item[]>;
}

/** A release to a viewer: `event` is the number of the event that began it. */
export interface Release {
  readonly item: Item;
  event: number;
  last: boolean;
}

interface Window {
  readonly from: Micros;
  readonly until: Micros;
  readonly level: Level;
}

interface View {
  readonly viewer: Viewer;
  releases: Release[];
  /** What ever stood there, by id and version, with whose it was. */
  readonly stood: Pick<Item, "id" | "version" | "content" | "by" | "collection">[];
  readonly revoked: Map<string, Set<string>>;
  readonly holder: Map<string, string>;
  readonly offeredSince: Map<string, { readonly at: number; readonly n: number }>;
  /** Older versions of a holder that took over: only its latest granted version follows. */
  readonly passedOver: Set<Item>;
  /** Revocations that go at once, to who had an earlier version when they came. */
  readonly atOnce: Set<Item>;
}

export class Oracle {
  readonly #commons: ReadonlySet<string>;
  readonly #members = new Map<string, { readonly since: Micros; readonly identity: string; suspended: boolean }>();
  readonly #policies = new Map<string, OraclePolicy>();
  readonly items: Item[] = [];
  readonly #byId = new Map<string, readonly Item[]>();
  #windows = new Map<string, readonly (Window | null)[]>();
  #strictness = new Map<Item, Level>();
  readonly #had = new Map<string, Set<string>>();
  readonly #contributions: Contribution[] = [];
  readonly #views: View[];
  #now: Micros;
  #event = 0;
  #step = 0;

  constructor(now: Micros, commons: Iterable<string>, viewers: readonly Viewer[]) {
    this.#now = now;
    this.#commons = new Set(commons);
    this.#members.set("secretariat", { since: now, identity: "", suspended: false });
    this.#views = viewers.map((viewer) => ({
      viewer,
      releases: [],
      stood: [],
      revoked: new Map(),
      holder: new Map(),
      offeredSince: new Map(),
      passedOver: new Set(),
      atOnce: new Set(),
    }));
  }

  /** The number of the event that is being or was last told. */
  get event(): number {
    return this.#event;
  }

  /** What the viewer must be able to pull from a collection now, every version, in the order of release. */
  releases(viewer: Viewer, collection: string): readonly Release[] {
    if (this.#members.get(viewer.state)?.suspended === true) return [];
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
        this.#members.set(event.state, { since: event.at, identity: event.identity, suspended: false });
        return [];
      case "suspend": {
        const member = this.#members.get(event.state);
        if (member !== undefined) member.suspended = true;
        return [];
      }
      case "policy":
        this.#policies.set(event.state, event.policy);
        return [];
      case "recall":
        for (const item of this.items)
          if (
            item.by === event.state &&
            item.collection === event.collection &&
            item.id === event.id &&
            (event.version === undefined || event.version === item.version)
          )
            item.recalled = true;
        return [];
      case "contribute":
        return this.#contribute(event);
      case "time":
        return [];
    }
  }

  // ------------------------------------------------------------------------------------------------ taking in

  #contribute(event: Extract<HistoryEvent, { act: "contribute" }>): readonly Outcome[] {
    const { state: by, collection, objects, to, at } = event;
    const judged = objects.map((object) => this.#judge(event, object));
    // A relayed object or SCO that was only pushed back becomes one's own when an object of one's own refers to it.
    for (let changed = true; changed;) {
      changed = false;
      const mine = [
        ...this.items.filter((item) => item.by === by).map((item) => item.object),
        ...objects.filter((_, i) => judged[i] === "taken"),
      ];
      objects.forEach((object, i) => {
        if (judged[i] !== "echo" || this.#isOthersVoice(by, object)) return;
        if (!mine.some((own) => referencesIn(own).includes(idOf(object)))) return;
        judged[i] = this.#asOwn(event, object);
        changed = true;
      });
    }
    const outcomes = judged.map((one): Outcome => (one === "echo" ? "known" : one));
    let members = objects.filter((_, i) => outcomes[i] !== "refused");
    const policy = this.#policies.get(by);
    if (policy === undefined || policy.unmarked === "refuse") {
      objects.forEach((object, i) => {
        if (outcomes[i] === "taken" && inheritedLevel(object, members) === null) outcomes[i] = "refused";
      });
      members = objects.filter((_, i) => outcomes[i] !== "refused");
    }
    const contribution: Contribution = {
      n: this.#contributions.length,
      by,
      collection,
      at,
      to,
      members,
      levels: new Map(members.map((member) => [member, inheritedLevel(member, members)])),
      latest: new Map(),
    };
    this.#contributions.push(contribution);
    const taken = objects.filter((_, i) => outcomes[i] === "taken");
    const whose = (id: string): string | undefined =>
      taken.some((object) => idOf(object) === id) || this.#versions(by, id).length > 0
        ? by
        : this.#viewOf({ state: by, most: "red" }).stood.find((one) => one.id === id)?.by;
    for (const object of uniqueByContent(taken)) {
      const id = idOf(object);
      const item: Item = {
        by,
        collection,
        object,
        id,
        version: versionOf(object) ?? `copy ${this.items.filter((item) => item.by === by && item.id === id).length}`,
        content: formatCanonical(object),
        at,
        contribution,
        reads: new Map(
          referencesIn(object).flatMap((reference) => {
            const holder = whose(reference);
            return holder === undefined ? [] : [[reference, holder] as const];
          }),
        ),
        recalled: false,
      };
      this.items.push(item);
      this.#byId.set(`${by} ${id}`, [...this.#versions(by, id), item]);
    }
    // An SCO in hand is later than any before it, also where it changes nothing.
    for (const member of members)
      contribution.latest.set(member, versionOf(member) === null ? [] : this.#latest(by, idOf(member)));
    return outcomes;
  }

  /** The latest version of an id that a contributor gave and did not recall: one item for each collection. */
  #latest(by: string, id: string): readonly Item[] {
    const versions = this.#versions(by, id).filter((item) => !item.recalled);
    return versions.filter(({ version }) => !versions.some((other) => isLater(other.version, version)));
  }

  #versions(by: string, id: string): readonly Item[] {
    return this.#byId.get(`${by} ${id}`) ?? [];
  }

  #isRegistered(id: string): boolean {
    return [...this.#members.values()].some((member) => member.identity === id);
  }

  #isOthersVoice(by: string, object: JsonObject): boolean {
    const author = object["created_by_ref"];
    return [...this.#members].some(([state, { identity }]) => state !== by && identity === author);
  }

  #judge(event: Extract<HistoryEvent, { act: "contribute" }>, object: JsonObject): Outcome | "echo" {
    const { state: by, collection, objects, to } = event;
    const id = idOf(object);
    const version = versionOf(object);
    const content = formatCanonical(object);
    if (this.#commons.has(id) || this.#isRegistered(id)) return "known";
    const twins = objects.filter((other) => idOf(other) === id && versionOf(other) === version);
    if (twins.some((twin) => formatCanonical(twin) !== content)) return "refused"; // each-alone
    const own = this.items.filter((item) => item.by === by && item.id === id);
    if (version === null) {
      if (own.some((item) => item.content === content && item.collection === collection && item.recalled))
        return "refused";
    } else {
      const same = own.filter((item) => item.version === version);
      if (same.some((item) => item.content !== content)) return "refused"; // immutable
      const here = same.filter((item) => item.collection === collection);
      if (here.some((item) => item.recalled)) return "refused";
      if (here.length > 0) return here.every((item) => sameParties(item.contribution.to, to)) ? "known" : "refused";
      // STIX 2.1 §3.6: no version follows a revoked one, which is also how "nothing later is released" holds.
      if (same.length === 0 && own.some((item) => item.object["revoked"] === true)) return "refused";
    }
    const had = this.#viewOf({ state: by, most: "red" }).stood.filter(
      (one) => one.by !== by && one.id === id && (version === null || one.version === version),
    );
    if (had.some((one) => one.content === content)) return "echo";
    if (had.length > 0 && version !== null) return "refused";
    return this.#isOthersVoice(by, object) ? "refused" : this.#asOwn(event, object);
  }

  /** What an unmarked SCO inherits counts like a marking: with another it is the next version of its copy. */
  #asOwn(event: Extract<HistoryEvent, { act: "contribute" }>, object: JsonObject): Outcome {
    const { state: by, collection, objects, to } = event;
    if (versionOf(object) !== null) return "taken";
    const latest = this.items
      .filter((item) => item.by === by && item.id === idOf(object) && item.collection === collection)
      .at(-1);
    const isSame =
      latest !== undefined &&
      latest.content === formatCanonical(object) &&
      inheritedLevel(latest.object, latest.contribution.members) === inheritedLevel(object, objects) &&
      sameParties(latest.contribution.to, to);
    return isSame ? "known" : "taken";
  }

  // --------------------------------------------------------------------------------------------------- deciding

  /** Steps 1–5 and 7 for one object and one state: when it may have it, and how strict it is. */
  #decide(item: Item, state: string): Window | null {
    const level = this.#ceiling(item);
    if (item.by === state) return { from: item.at, until: Infinity, level: level ?? "red" };
    const member = this.#members.get(state);
    if (member === undefined || member.suspended || member.since > item.at || level === null) return null;
    const policy = this.#policies.get(item.by);
    if (policy === undefined) return null;
    if (this.#isAfterRevocation(item)) return null;
    const { to, members } = item.contribution;
    if (to !== undefined && !to.includes(state)) return null;
    for (const rule of policy.rules) {
      if (rule.withhold === undefined || !covers(policy, rule, "withhold", state, to, null)) continue;
      if (this.#matches(rule, item.contribution, item.object, level, "withhold")) return null;
      // Its neighbours count with the level that they had then (docs/decisions/0003): a later version, marked more
      // strictly, withholds the versions of its own id and not what they once came with.
      for (const member of members) {
        const then = this.#ceilingIn(item.contribution, member, item.contribution.latest.get(member) ?? []);
        if (this.#matches(rule, item.contribution, member, then, "withhold")) return null;
      }
    }
    const shares = policy.rules.filter(
      (rule) =>
        rule.share !== undefined &&
        this.#matches(rule, item.contribution, item.object, level, "share") &&
        covers(policy, rule, "share", state, to, level),
    );
    if (shares.length === 0) return null;
    if (to !== undefined && !shares.some((rule) => rule.share?.includes("named"))) return null;
    const first = Math.min(...this.#versions(item.by, item.id).map((other) => other.at));
    const from = Math.max(item.at, ...shares.map((rule) => first + durationOf(rule.after ?? "PT0H")));
    const until = Math.min(
      ...shares.map((rule) => (rule.until === undefined ? Infinity : first + durationOf(rule.until))),
    );
    return { from, until, level };
  }

  /** "Nothing later than a revoked version is released, whatever its `modified`." */
  #isAfterRevocation(item: Item): boolean {
    return this.#versions(item.by, item.id).some(
      (other) =>
        other.object["revoked"] === true &&
        other.version !== item.version &&
        (other.contribution.n < item.contribution.n ||
          (other.contribution.n === item.contribution.n && isLater(item.version, other.version))),
    );
  }

  /** Step 3: the strictest of its own level and of its latest version's by the same contributor. */
  #ceiling(item: Item): Level | null {
    return this.#ceilingIn(item.contribution, item.object, this.#latest(item.by, item.id));
  }

  #ceilingIn(contribution: Contribution, object: JsonObject, latest: readonly Item[]): Level | null {
    const levels = [
      this.#levelIn(contribution, object),
      ...latest.map((item) => this.#levelIn(item.contribution, item.object)),
    ];
    return levels.reduce((a, b) => (a === null || b === null ? null : strictest(a, b)));
  }

  #levelIn(contribution: Contribution, object: JsonObject): Level | null {
    const marked = contribution.levels.get(object) ?? null;
    if (marked !== null) return marked;
    const unmarked = this.#policies.get(contribution.by)?.unmarked;
    return unmarked === undefined || unmarked === "refuse" ? null : unmarked;
  }

  #matches(
    rule: OracleRule,
    contribution: Contribution,
    object: JsonObject,
    level: Level | null,
    kind: "share" | "withhold",
  ): boolean {
    const when = rule.when ?? {};
    if (when.type !== undefined && !listOf(when.type).includes(String(object["type"]))) return false;
    if (when.collection !== undefined && !listOf(when.collection).includes(contribution.collection)) return false;
    if (when["created-by"] !== undefined && !listOf(when["created-by"]).includes(String(object["created_by_ref"])))
      return false;
    if (when.label !== undefined) {
      const labels = [
        ...stringsOf(object["labels"]),
        ...contribution.members
          .filter((member) => member["type"] === "report" || member["type"] === "incident")
          .flatMap((member) => stringsOf(member["labels"])),
      ];
      if (!listOf(when.label).some((label) => labels.includes(label))) return false;
    }
    if (when.confidence !== undefined) {
      const confidence = object["confidence"];
      if (typeof confidence !== "number") return false;
      if (confidence < (when.confidence.min ?? 0) || confidence > (when.confidence.max ?? 100)) return false;
    }
    if (when.tlp !== undefined) {
      if (level === null) return kind === "withhold";
      if (typeof when.tlp === "string") {
        const distance = ladder.indexOf(level) - ladder.indexOf(when.tlp);
        if (kind === "share" ? distance > 0 : distance < 0) return false;
      } else if (!when.tlp.includes(level)) return false;
    }
    return true;
  }

  // -------------------------------------------------------------------------------------------------- releasing

  /** Runs through every moment at which a release begins or ends. */
  #passTimeTo(at: Micros): void {
    const moments = new Set<Micros>();
    for (const windows of this.#windows.values())
      for (const window of windows)
        for (const moment of window === null ? [] : [window.from, window.until])
          if (moment > this.#now && moment <= at) moments.add(moment);
    for (const moment of [...moments].sort((a, b) => a - b)) {
      this.#now = moment;
      this.#settle();
    }
    this.#now = at;
  }

  #decideAll(): void {
    this.#measure();
    for (const state of new Set(this.#views.map((view) => view.viewer.state)))
      this.#windows.set(
        state,
        this.items.map((item) => this.#decide(item, state)),
      );
  }

  #settle(): void {
    this.#step += 1;
    for (const [state, windows] of this.#windows) {
      const given = this.#giveTo(state, windows);
      for (const view of this.#views)
        if (view.viewer.state === state)
          this.#settleView(
            view,
            given.filter((item) => rankOf(this.#strictness.get(item)) <= rankOf(view.viewer.most)),
          );
    }
  }

  /** What a state is given: granted now, and the greatest set in which every reference that was read leads to what it has. */
  #giveTo(state: string, windows: readonly (Window | null)[]): readonly Item[] {
    const had = this.#had.get(state) ?? new Set<string>();
    const whole = this.#views.filter((view) => view.viewer.state === state);
    for (const item of this.items)
      if (item.object["revoked"] === true && item.contribution.n === this.#contributions.length - 1)
        for (const { releases, atOnce } of whole)
          if (releases.some(({ item: other }) => other.by === item.by && other.id === item.id && other !== item))
            atOnce.add(item);
    let given = this.items.filter((item, i) => {
      const window = windows[i];
      if (window === null || window === undefined || item.recalled || this.#now >= window.until) return false;
      return window.from <= this.#now || whole.some(({ atOnce }) => atOnce.has(item));
    });
    for (let before = -1; before !== given.length;) {
      before = given.length;
      const there = new Set([...had, ...given.filter((item) => item.by !== state).map((item) => item.id)]);
      given = given.filter(
        (item) =>
          item.by === state ||
          [...item.reads].every(
            ([id, whose]) => this.#commons.has(id) || this.#isRegistered(id) || there.has(id) || whose === state,
          ),
      );
    }
    // By release, also where another's copy took the place: what a state contributes under an id that it guessed does not
    // tell it who else names it (docs/decisions/0006).
    for (const item of given) if (item.by !== state) had.add(item.id);
    this.#had.set(state, had);
    return given;
  }

  /** As strict as itself and as what it names: who may not have that gets nothing that points to it (docs/decisions/0006). */
  #measure(): void {
    this.#strictness = new Map(this.items.map((item) => [item, this.#ceiling(item) ?? "red"]));
    for (let changed = true; changed;) {
      changed = false;
      for (const item of this.items)
        for (const [id, whose] of item.reads) {
          const levels = this.#versions(whose, id).map((version) => this.#strictness.get(version) ?? "red");
          const mildest = levels.reduce<Level>((a, b) => (rankOf(a) < rankOf(b) ? a : b), "red");
          if (levels.length === 0 || rankOf(mildest) <= rankOf(this.#strictness.get(item))) continue;
          this.#strictness.set(item, mildest);
          changed = true;
        }
    }
  }

  #settleView(view: View, given: readonly Item[]): void {
    const placed = this.#place(view, given);
    const former = view.releases;
    view.releases = placed.map(
      (item) => former.find((release) => release.item === item) ?? { item, event: this.#event, last: false },
    );
    for (const release of view.releases) {
      const { item } = release;
      const last = !view.releases.some(
        (other) => other.item.id === item.id && other.item.collection === item.collection && isNewer(other.item, item),
      );
      // What becomes the last version again is released anew.
      if (last && !release.last) release.event = this.#event;
      release.last = last;
      const { id, version, content, by, collection } = item;
      if (!view.stood.some((one) => one.content === content && one.by === by && one.collection === collection))
        view.stood.push({ id, version, content, by, collection });
      if (item.object["revoked"] === true)
        view.revoked.set(item.id, (view.revoked.get(item.id) ?? new Set()).add(item.by));
    }
  }

  /** One holder for each id: its author, else whose release to this viewer began first. One's own one always has. */
  #place(view: View, given: readonly Item[]): readonly Item[] {
    const { state } = view.viewer;
    const placed: Item[] = [];
    const offered = new Set(given.map((item) => `${item.by} ${item.id}`));
    for (const key of view.offeredSince.keys()) if (!offered.has(key)) view.offeredSince.delete(key);
    for (const item of given) {
      const key = `${item.by} ${item.id}`;
      if (!view.offeredSince.has(key)) view.offeredSince.set(key, { at: this.#step, n: item.contribution.n });
    }
    for (const [id, ofId] of Map.groupBy(given, (item) => item.id)) {
      // Whose versions would all come under an id of their own has no release yet.
      const parties = [
        ...new Set(
          ofId.filter((item) => item.by === state || !this.#needsDerivedId(view, item)).map((item) => item.by),
        ),
      ];
      const former = view.holder.get(id);
      const authors = parties.filter((by) => ofId.some((item) => item.by === by && this.#isAuthor(by, item.object)));
      const rank = (by: string): number => {
        const since = view.offeredSince.get(`${by} ${id}`);
        return since === undefined ? Infinity : since.at * 1_000_000 + since.n;
      };
      const holder =
        (former !== undefined && authors.includes(former) ? former : undefined) ??
        authors.sort((a, b) => rank(a) - rank(b))[0] ??
        (former !== undefined && parties.includes(former) ? former : undefined) ??
        (parties.includes(state) && former !== undefined ? state : undefined) ??
        parties.sort((a, b) => rank(a) - rank(b))[0];
      if (holder === undefined) continue; // the former one is remembered: what follows it takes over
      const held = ofId.filter((item) => item.by === holder);
      if (former !== undefined && former !== holder && !parties.includes(former) && holder !== state) {
        const latest = held.reduce((a, b) => (isLater(b.version, a.version) ? b : a)).version;
        for (const item of held) if (item.version !== latest) view.passedOver.add(item);
      }
      view.holder.set(id, holder);
      if (held.every((item) => view.passedOver.has(item))) {
        const latest = held.reduce((a, b) => (isLater(b.version, a.version) ? b : a)).version;
        for (const item of held) if (item.version === latest) view.passedOver.delete(item);
      }
      // The same version of one's own and by release is one object: what stands already stays.
      const mine = ofId.filter((item) => item.by === state);
      const theirs = ofId.filter(
        (item) =>
          item.by !== state && item.by === holder && !view.passedOver.has(item) && !this.#needsDerivedId(view, item),
      );
      const stands = (item: Item): boolean => view.releases.some((release) => release.item === item);
      const isTwin = (item: Item, of: readonly Item[]): boolean =>
        versionOf(item.object) !== null &&
        of.some((other) => other.collection === item.collection && other.version === item.version);
      placed.push(
        ...mine.filter((item) => stands(item) || !isTwin(item, theirs.filter(stands))),
        ...theirs.filter((item) => stands(item) || !isTwin(item, mine)),
      );
    }
    return placed;
  }

  #isAuthor(by: string, object: JsonObject): boolean {
    return object["created_by_ref"] !== undefined && this.#members.get(by)?.identity === object["created_by_ref"];
  }

  /** "A version that already stood there with other content, or an id that ended `revoked`, comes as derived." */
  #needsDerivedId(view: View, item: Item): boolean {
    if (versionOf(item.object) === null) return false; // SCOs are never derived
    if (
      view.stood.some(
        (one) =>
          one.id === item.id && one.version === item.version && one.content !== item.content && one.by !== item.by,
      )
    )
      return true;
    return [...(view.revoked.get(item.id) ?? [])].some((by) => by !== item.by);
  }

  #viewOf(viewer: Viewer): View {
    const found = this.#views.find(({ viewer: { state, most } }) => state === viewer.state && most === viewer.most);
    if (found === undefined) throw new Error(`Nobody looks as ${viewer.state} at ${viewer.most}.`);
    return found;
  }
}

// ------------------------------------------------------------------------------------------------- small readings

function covers(
  policy: OraclePolicy,
  rule: OracleRule,
  kind: "share" | "withhold",
  state: string,
  to: readonly string[] | undefined,
  level: Level | null,
): boolean {
  const names = (party: string, sharing: boolean): boolean => {
    const red = sharing && level === "red";
    if (party === "all") {
      if (state === "secretariat") return false;
      if (!sharing) return true;
      if (red) return false;
      return level === "clear" || level === "green" || rule.when?.tlp !== undefined;
    }
    if (party.startsWith("group:")) return !red && (policy.groups?.[party.slice(6)] ?? []).includes(state);
    if (party === "named") return (to ?? []).includes(state);
    return party === state && !(red && state === "secretariat");
  };
  if ((rule.except ?? []).some((party) => names(party, false))) return false;
  return (rule[kind] ?? []).some((party) => names(party, kind === "share"));
}

function levelMarked(object: JsonObject): Level | null {
  const levels = stringsOf(object["object_marking_refs"]).map((id) => levelOfMarking[id] ?? "red");
  return levels.length === 0 ? null : levels.reduce(strictest);
}

/** Its own level, else the strictest of what it is joined to in its contribution, over any number of unmarked objects. */
function inheritedLevel(object: JsonObject, members: readonly JsonObject[]): Level | null {
  const own = levelMarked(object);
  if (own !== null) return own;
  const reached = new Set<JsonObject>([object]);
  const levels: Level[] = [];
  for (const here of reached) {
    const level = levelMarked(here);
    if (level !== null) {
      levels.push(level);
      continue;
    }
    for (const other of members)
      if (joinsIn(here).includes(idOf(other)) || joinsIn(other).includes(idOf(here))) reached.add(other);
  }
  return levels.length === 0 ? null : levels.reduce(strictest);
}

function rankOf(level: Level | undefined): number {
  return ladder.indexOf(level ?? "red");
}

function strictest(a: Level, b: Level): Level {
  return ladder.indexOf(a) > ladder.indexOf(b) ? a : b;
}

/** References at any depth, markings aside. */
export function referencesIn(object: JsonObject, authors = true): readonly string[] {
  const cache = references[authors ? 1 : 0];
  let found = cache.get(object);
  if (found === undefined) cache.set(object, (found = findReferences(object, authors)));
  return found;
}

const references = [
  new WeakMap<JsonObject, readonly string[]>(),
  new WeakMap<JsonObject, readonly string[]>(),
] as const;

function findReferences(value: Json | undefined, authors: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((one: Json) => findReferences(one, authors));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === "object_marking_refs" || (key === "created_by_ref" && !authors)) return [];
    if (key.endsWith("_ref") && typeof inner === "string") return [inner];
    if (key.endsWith("_refs")) return stringsOf(inner);
    return findReferences(inner, authors);
  });
}

function joinsIn(object: JsonObject): readonly string[] {
  return referencesIn(object, false);
}

function idOf(object: JsonObject): string {
  return String(object["id"]);
}

function versionOf(object: JsonObject): string | null {
  const version = object["modified"] ?? object["created"];
  return typeof version === "string" ? version : null;
}

/** Versions here have one spelling (milliseconds), so they sort as text; copies by their number. */
function isLater(a: string, b: string): boolean {
  return a.startsWith("copy ") ? Number(a.slice(5)) > Number(b.slice(5)) : a > b;
}

function isNewer(a: Item, b: Item): boolean {
  if (a.by === b.by || !a.version.startsWith("copy ")) return isLater(a.version, b.version);
  return a.contribution.n > b.contribution.n;
}

function durationOf(text: string): Micros {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?)?$/.exec(text);
  if (parts === null) throw new Error(`The oracle reads days and hours only, not ${text}.`);
  return (Number(parts[1] ?? 0) * 24 + Number(parts[2] ?? 0)) * 3_600_000_000;
}

function listOf<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? one : [one as T]; // Array.isArray does not narrow a readonly array away
}

function stringsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one: Json): one is string => typeof one === "string") : [];
}

function sameParties(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return (
    JSON.stringify(a === undefined ? null : [...a].sort()) === JSON.stringify(b === undefined ? null : [...b].sort())
  );
}

function uniqueByContent(objects: readonly JsonObject[]): readonly JsonObject[] {
  return objects.filter((object, i) => objects.findIndex((o) => formatCanonical(o) === formatCanonical(object)) === i);
}
