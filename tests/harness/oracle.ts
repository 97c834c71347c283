// Who must be able to pull what, worked out the slow way from the sharing rules and the exchange model (where they can be
// read in two ways, as docs/decisions read them): no code of the exchange but its encoding, everything decided anew after
// each event, for every reach of every party. Relied on by the stories that hold the exchange against it. What its references
// reduce is told apart from what is whole; a version that stood with other content is not released.
import type { Micros } from "../../src/encoding/timestamp.ts";
import { Books, type Item, type Window } from "./oracle-books.ts";
import { Intake, type Outcome, type Posting } from "./oracle-intake.ts";
import { isDefinition, isLater, ladder, type Level } from "./oracle-readings.ts";
import { contentOf, type Rendition } from "./oracle-renditions.ts";
import type { OraclePolicy } from "./oracle-rules.ts";
import { type Release, type Stood, View, type Viewer } from "./oracle-view.ts";

export type HistoryEvent =
  | { readonly act: "join"; readonly state: string; readonly identity: string; readonly at: Micros }
  | { readonly act: "suspend"; readonly state: string; readonly at: Micros }
  | { readonly act: "policy"; readonly state: string; readonly policy: OraclePolicy; readonly at: Micros }
  | Posting
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

export class Oracle {
  readonly #books: Books;
  readonly #intake: Intake;
  readonly #views: View[] = [];
  readonly #windows = new Map<string, ReadonlyMap<Item, Window>>();
  /** Revocations that go at once, to the states that have an earlier version. */
  readonly #atOnce = new Map<string, Set<Item>>();
  #now: Micros;
  #event = 0;

  constructor(now: Micros, commons: Iterable<string>) {
    this.#now = now;
    this.#books = new Books(commons);
    this.#intake = new Intake(this.#books, {
      stood: (state) => this.#stoodIn(state),
      holders: (state, id) => this.#holdersFor(state, id),
    });
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

  /** What the viewer must be able to pull whole from a collection now, every version, in the order of release. */
  releases(viewer: Viewer, collection: string): readonly Release[] {
    return this.#standing(viewer, collection).filter(({ rendition }) => rendition === null);
  }

  /** What it must be able to pull under an id of its own. */
  reduced(viewer: Viewer, collection: string): readonly Release[] {
    return this.#standing(viewer, collection).filter(({ rendition }) => rendition !== null);
  }

  /** All that it ever had so, in each way. */
  everReduced(viewer: Viewer): ReadonlyMap<Item, readonly Rendition[]> {
    return this.#viewOf(viewer).reduced;
  }

  /** How often the viewer began to have it reduced: each time under another id. */
  beginnings(viewer: Viewer, id: string): number {
    return this.#viewOf(viewer).beginnings(id);
  }

  /** Whether the viewer knows something by this id. */
  knows(viewer: Viewer, id: string): boolean {
    return this.#viewOf(viewer).knows(id);
  }

  /** What a pattern finds in all that was ever the viewer's, whole, or as far as it was not taken away. */
  found(viewer: Viewer, pattern: RegExp): ReadonlySet<string> {
    const { stood, reduced } = this.#viewOf(viewer);
    const left = [...reduced].flatMap(([{ object }, ways]) => ways.map((way) => contentOf(object, way)));
    return new Set(
      [...stood.map(({ content }) => content), ...left].flatMap((content) => content.match(pattern) ?? []),
    );
  }

  #standing(viewer: Viewer, collection: string): readonly Release[] {
    if (this.#books.members.get(viewer.state)?.suspended === true) return [];
    return this.#viewOf(viewer)
      .releases.filter((release) => release.item.collection === collection)
      .sort((a, b) => a.event - b.event);
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
        return this.#intake.contribute(event);
      case "time":
        return [];
    }
  }

  #admit(state: string, identity: string, at: Micros): void {
    this.#books.members.set(state, { since: at, identity, suspended: false });
    for (const most of ladder) this.#views.push(new View({ state, most }, this.#books));
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
                ? { from: item.at, until: Infinity, redact: [], parts: "red" as const }
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
      for (const view of views) view.settle(granted, (item) => windows.get(item), this.#event);
    }
  }

  // -------------------------------------------------------------------------------------------------- the views

  /** What any viewer of a state ever had: what it knew when it contributed, and what it pushes back. */
  #stoodIn(state: string): readonly Stood[] {
    return this.#views.filter(({ viewer }) => viewer.state === state).flatMap((view) => view.stood);
  }

  /** Whose copies of an id a state has or had whole: first those that it has, in the order in which they came. */
  #holdersFor(state: string, id: string): readonly string[] {
    const all = this.#views.filter(({ viewer }) => viewer.state === state).flatMap((view) => view.holders(id));
    const order = [...all].sort((a, b) => Number(b.stands) - Number(a.stands) || a.event - b.event);
    return [...new Set(order.map(({ by }) => by))];
  }

  #viewOf({ state, most }: Viewer): View {
    const found = this.#views.find(({ viewer }) => viewer.state === state && viewer.most === most);
    if (found === undefined) throw new Error(`Nobody looks as ${state} at ${most}.`);
    return found;
  }
}
