// What one viewer (a state's clients of one reach) is given and has: holder, copy, last and what it ever had are its own.
// Written from "holder", "references", "companion" and "last" of the exchange model, and from *Renditions* of the policies.
import type { Books, Item, Window } from "./oracle-books.ts";
import {
  companionsIn,
  isDefinition,
  isLater,
  leanTypes,
  type Level,
  levelMarked,
  needsIn,
  rankOf,
  versionOf,
} from "./oracle-readings.ts";
import { mayLack, reduce, type Rendition, sameRendition, takenFrom, without } from "./oracle-renditions.ts";

/** The part of a state that a client sees: nothing stricter than `most`. */
export interface Viewer {
  readonly state: string;
  readonly most: Level;
}

/** A release to a viewer: `event` is the number of the event that began it. */
export interface Release {
  readonly item: Item;
  /** What is written otherwise than contributed; null: it is whole. */
  readonly rendition: Rendition | null;
  event: number;
  /** Of its id among what comes as it does: under its own id, or under the one that stands for it. */
  last: boolean;
}

/** What ever stood there whole, with whose it was. */
export interface Stood extends Pick<Item, "id" | "version" | "content" | "by" | "collection"> {
  /** The number of the event by which it came. */
  readonly event: number;
}

export class View {
  readonly viewer: Viewer;
  releases: Release[] = [];
  readonly #stood = new Map<string, Stood[]>();
  readonly #books: Books;
  /** The ids that others gave it, ever. */
  readonly #had = new Set<string>();
  /** The ids of which a version of its state's own was ever within its reach. */
  readonly #own = new Set<string>();
  /** The ids by which it ever had something whole: these are written as they are. */
  readonly #known = new Set<string>();
  /** All that it ever had reduced, in each way. */
  readonly #reduced = new Map<Item, Rendition[]>();
  readonly #beginnings = new Map<string, number>();
  readonly #revoked = new Map<string, Set<string>>();
  readonly #holder = new Map<string, string>();
  /** Older versions of a holder that took over: only its latest granted version follows. */
  readonly #passedOver = new Set<Item>();

  constructor(viewer: Viewer, books: Books) {
    this.viewer = viewer;
    this.#books = books;
  }

  /** All that ever stood there whole. */
  get stood(): readonly Stood[] {
    return [...this.#stood.values()].flat();
  }

  /** Of an id: what stands there whole, else what stood, in the order in which it came. */
  holders(id: string): readonly { readonly by: string; readonly stands: boolean; readonly event: number }[] {
    const now = this.releases.filter(({ item, rendition }) => item.id === id && rendition === null);
    return [
      ...now.map(({ item: { by }, event }) => ({ by, stands: true, event })),
      ...this.stoodUnder(id).map(({ by, event }) => ({ by, stands: false, event })),
    ];
  }

  stoodUnder(id: string): readonly Stood[] {
    return this.#stood.get(id) ?? [];
  }

  get reduced(): ReadonlyMap<Item, readonly Rendition[]> {
    return this.#reduced;
  }

  /** How often something began to stand reduced here, not counting while it stood. */
  beginnings(id: string): number {
    return this.#beginnings.get(id) ?? 0;
  }

  knows(id: string): boolean {
    return this.#books.isCommon(id) || this.#known.has(id);
  }

  /**
   * @param granted what the rules of each owner give its state now, and all that is its state's own
   * @param windows since when the rules as they are now give an item, and what of it
   */
  settle(granted: readonly Item[], windows: (item: Item) => Window | undefined, event: number): void {
    const from = (item: Item): number => windows(item)?.from ?? Infinity;
    const taken = (item: Item): readonly string[] => this.#takenFrom(item, windows(item));
    const given = this.#give(granted, taken);
    const placed = this.#place(given, from);
    const renditions = reduce(placed, this.viewer.state, {
      leads: (id, whose) => this.#leads(id, whose, this.#had, this.#own),
      knows: (id) => this.knows(id),
      taken,
    });
    const former = this.releases;
    const already = new Set(former.filter(isReducedHere).map(({ item }) => item.id));
    this.releases = placed.map((item): Release => {
      const rendition = renditions.get(item) ?? null;
      const before = former.find(
        (release) => release.item === item && (release.rendition === null) === (rendition === null),
      );
      return { item, rendition, event: before?.event ?? event, last: before?.last ?? false };
    });
    for (const release of this.releases) {
      const last = !this.releases.some((other) => isOneStream(other, release) && isNewer(other.item, release.item));
      // What becomes the last version again is released anew.
      if (last && !release.last) release.event = event;
      release.last = last;
      this.#remember(release);
    }
    // Something may come when it is at its end already.
    const isNew = ({ item, rendition }: Release): boolean =>
      rendition !== null && !former.some((one) => one.item === item && one.rendition !== null);
    for (const id of new Set(
      this.releases.filter((one) => isReducedHere(one) || isNew(one)).map(({ item }) => item.id),
    ))
      if (!already.has(id)) this.#beginnings.set(id, this.beginnings(id) + 1);
  }

  #remember({ item, rendition, event }: Release): void {
    if (rendition !== null) {
      const ways = this.#reduced.get(item) ?? [];
      const isThere = ways.some((way) => sameRendition(way, rendition));
      this.#reduced.set(item, isThere ? ways : [...ways, rendition]);
      return;
    }
    const { id, version, content, by, collection } = item;
    this.#known.add(id);
    const stood = this.stoodUnder(id);
    if (!stood.some((one) => one.content === content && one.by === by && one.collection === collection))
      this.#stood.set(id, [...stood, { id, version, content, by, collection, event }]);
    if (item.object["revoked"] === true)
      this.#revoked.set(item.id, (this.#revoked.get(item.id) ?? new Set()).add(item.by));
  }

  /** The greatest set in which no item lacks, of what it read, what it cannot do without: all that this viewer has or had. */
  #give(granted: readonly Item[], taken: (item: Item) => readonly string[]): readonly Item[] {
    const { state } = this.viewer;
    // What STIX requires cannot be taken away: then the object is not given.
    let given = granted.filter((item) => this.#isWithinReach(item) && mayLack(item.object, taken(item)));
    for (let before = -1; before !== given.length;) {
      before = given.length;
      const here = given;
      const there = new Set([...this.#had, ...here.filter(({ by }) => by !== state).map(({ id }) => id)]);
      const own = new Set([...this.#own, ...here.filter(({ by }) => by === state).map(({ id }) => id)]);
      const isThere = (item: Item, id: string): boolean => {
        const whose = item.reads.get(id);
        return whose === undefined || this.#leads(id, whose, there, own); // not read: it stays as it is
      };
      given = here.filter((item) => {
        if (isDefinition(item.object) && !this.#isUsed(item, here)) return false;
        const needs = [...needsIn(without(item.object, taken(item))), ...leaningNeeds(item)];
        return item.by === state || needs.every((need) => need.some((id) => isThere(item, id)));
      });
    }
    // Also where another's copy took the place. What its state contributes under an id that it guessed does not tell it
    // who else names it (docs/decisions/0006): that leads on only where its own copy was read.
    for (const { by, id } of given) (by === state ? this.#own : this.#had).add(id);
    return given;
  }

  #takenFrom({ object, by }: Item, window: Window | undefined): readonly string[] {
    if (by === this.viewer.state || window === undefined) return [];
    return takenFrom(object, window.redact, Math.min(rankOf(this.viewer.most), rankOf(window.parts)));
  }

  #leads(id: string, whose: readonly string[], there: ReadonlySet<string>, own: ReadonlySet<string>): boolean {
    return this.#books.isCommon(id) || there.has(id) || (whose.includes(this.viewer.state) && own.has(id));
  }

  #isWithinReach(item: Item): boolean {
    const { most } = this.viewer;
    if (isDefinition(item.object)) {
      const marked = levelMarked(item.object, () => false);
      return marked === null || rankOf(marked) <= rankOf(most);
    }
    return rankOf(this.#books.ceiling(item) ?? "red") <= rankOf(most);
  }

  /** A companion goes with what uses it; one that is marked goes only along with what is as strict. */
  #isUsed(companion: Item, given: readonly Item[]): boolean {
    const users = given.filter((item) => item.by === companion.by && companionsIn(item.object).includes(companion.id));
    const marked = levelMarked(companion.object, () => false);
    // What is explained once stays explained, and in each collection.
    if (this.releases.some(({ item }) => item.by === companion.by && item.id === companion.id)) return true;
    const levelOf = (item: Item): number => rankOf(this.#books.ceiling(item) ?? "red");
    if (companion.by === this.viewer.state)
      return marked !== null || users.length > 0 || levelOf(companion) <= rankOf(this.viewer.most);
    return users.some((item) => marked === null || levelOf(item) >= rankOf(marked));
  }

  /** One holder for each id: its author, else whose release to this viewer began first. One's own one always has. */
  #place(given: readonly Item[], from: (item: Item) => number): readonly Item[] {
    // What was passed over and is granted anew is new.
    for (const item of this.#passedOver) if (!given.includes(item)) this.#passedOver.delete(item);
    return [...Map.groupBy(given, (item) => item.id)].flatMap(([id, ofId]) => this.#placeOne(id, ofId, from));
  }

  #placeOne(id: string, ofId: readonly Item[], from: (item: Item) => number): readonly Item[] {
    const { state } = this.viewer;
    // Whose versions would all come under an id of their own has no release yet.
    const parties = [
      ...new Set(ofId.filter((item) => item.by === state || !this.#needsDerivedId(item)).map((item) => item.by)),
    ];
    const former = this.#holder.get(id);
    const isFormerThere = former !== undefined && parties.includes(former);
    const holder = this.#nextHolder(id, ofId, parties, from);
    if (holder === undefined) return []; // the former one is remembered: what follows it takes over
    const held = ofId.filter((item) => item.by === holder);
    const latest = held.reduce((a, b) => (isLater(b.version, a.version) ? b : a)).version;
    // The newest version comes in every collection in which it stands.
    if (former !== undefined && !isFormerThere && holder !== state)
      for (const item of held) if (item.version !== latest) this.#passedOver.add(item);
    if (held.every((item) => this.#passedOver.has(item)))
      for (const item of held) if (item.version === latest) this.#passedOver.delete(item);
    // The same version of one's own and by release is one object: what stands already stays.
    const mine = ofId.filter((item) => item.by === state);
    const theirs = held.filter(
      (item) => item.by !== state && !this.#passedOver.has(item) && !this.#needsDerivedId(item),
    );
    // Whose release never began holds nothing: what it has would come as derived.
    if (holder === state || theirs.length > 0) this.#holder.set(id, holder);
    const stands = (item: Item): boolean => this.#stands(item);
    const isTwin = (item: Item, of: readonly Item[]): boolean =>
      versionOf(item.object) !== null &&
      of.some((other) => other.collection === item.collection && other.version === item.version);
    return [
      ...mine.filter((item) => stands(item) || !isTwin(item, theirs.filter(stands))),
      ...theirs.filter((item) => stands(item) || !isTwin(item, mine)),
    ];
  }

  #stands(item: Item): boolean {
    return this.releases.some((release) => release.item === item);
  }

  #nextHolder(
    id: string,
    ofId: readonly Item[],
    parties: readonly string[],
    from: (item: Item) => number,
  ): string | undefined {
    const former = this.#holder.get(id);
    // "Whose release began first", by what its owner's rules say now (docs/decisions/0006).
    const order = [...ofId].sort((a, b) => from(a) - from(b) || a.contribution.n - b.contribution.n);
    const inOrder = [...new Set(order.map(({ by }) => by))].filter((by) => parties.includes(by));
    const authors = inOrder.filter((by) =>
      ofId.some((item) => item.by === by && this.#books.isAuthor(by, item.object)),
    );
    if (former !== undefined && authors.includes(former)) return former;
    return authors[0] ?? (former !== undefined && inOrder.includes(former) ? former : inOrder[0]);
  }

  /** "A version that already stood there with other content, or an id that ended `revoked`, comes as derived." */
  #needsDerivedId(item: Item): boolean {
    if (versionOf(item.object) === null) return false; // SCOs are never derived
    const { id, version, content, by } = item;
    const isOther = (one: Omit<Stood, "event">): boolean =>
      one.id === id && one.version === version && one.content !== content && one.by !== by;
    // What the state contributed itself counts, also where this viewer may not have it.
    if (this.stoodUnder(id).some(isOther) || this.#books.versions(this.viewer.state, id).some(isOther)) return true;
    const own = this.#books.versions(this.viewer.state, id).filter(({ object }) => object["revoked"] === true);
    return [...(this.#revoked.get(id) ?? []), ...own.map((one) => one.by)].some((whose) => whose !== by);
  }
}

/** An answer goes only to whoever has all of others that it is about. */
function leaningNeeds({ object, reads, by }: Item): readonly (readonly string[])[] {
  if (!leanTypes.includes(String(object["type"]))) return [];
  return [...reads].filter(([, whose]) => !whose.includes(by)).map(([id]) => [id]);
}

/** Whether the id that stands for it is not at its end. */
function isReducedHere({ item, rendition, last }: Release): boolean {
  return rendition !== null && last && item.object["revoked"] !== true;
}

/** What is reduced comes under another id: it is no version of what is whole. */
function isOneStream(a: Release, b: Release): boolean {
  const isAlike = (a.rendition === null) === (b.rendition === null);
  return isAlike && a.item.id === b.item.id && a.item.collection === b.item.collection;
}

function isNewer(a: Item, b: Item): boolean {
  if (a.by === b.by || !a.version.startsWith("copy ")) return isLater(a.version, b.version);
  return a.contribution.n > b.contribution.n;
}
