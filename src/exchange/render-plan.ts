// Collects the versions of derived ids: what is made anew, what is kept, and the notices that end an id (policy.md, Renditions).
// Readers of one party are taken from the laxest to the strictest, and none of them looks at what only a stricter one is given.
import { formatMicros, versionKey } from "../encoding/timestamp.ts";
import { type Audience, audienceOf, ceilings, hasCeiling, noAudience, union } from "../policy/audience.ts";
import type { Candidate } from "../policy/candidate.ts";
import { endingOf } from "../policy/ending.ts";
import { only } from "../policy/party-set.ts";
import type { Placed } from "../policy/releases.ts";
import { apartFromOthers, derivedId, derivedModified } from "../policy/view-id.ts";
import { LASTING, type Lineage, NOTICE, readerKey, REVOCATION } from "../policy/view.ts";
import { Refusal } from "../refusal.ts";
import type { StixObject } from "../stix/object.ts";
import type { DerivedRow } from "../store/derived.ts";
import type { StandingRow } from "../store/releases.ts";
import type { Tables } from "../store/tables.ts";
import { digestOf } from "./commons.ts";
import { derivedMac } from "./door-derived.ts";
import type { Exchange } from "./exchange.ts";
import type { Left, Rendering } from "./left.ts";

/** Derived renditions that one turn makes. */
export const DERIVED_A_TURN = 4_194_304;

/** The version with its references as the reader knows them; null: nothing that may go is left. */
export type Written = (left: Left) => StixObject | null;

/** One derived id: who is given something under it now, and what of it stands for whom it is nothing any more. */
interface Stream {
  readonly id: string;
  readonly party: number;
  readonly of: string;
  readonly members: Map<number, { readonly lineage: Lineage; readonly left: Left[] }>;
  readonly leaving: Map<number, DerivedRow[]>;
  /** All its versions, the oldest first; of those that are made in this turn, who else is given them is added. */
  readonly rows: DerivedRow[];
}

/** What one reader has and is to have of an id in one collection. */
interface Shelf {
  readonly collection: number;
  readonly placed: readonly Left[];
  readonly newest: Left;
  /** What the newest says, as its reader is given it. */
  readonly object: StixObject;
  readonly standing: readonly DerivedRow[];
  /** What stands and says that already. */
  readonly kept: DerivedRow | undefined;
}

/** What one reader is given under an id, in one collection. */
interface Said {
  readonly stream: Stream;
  readonly ceiling: number;
  readonly origin: Candidate;
  readonly lineage: Pick<Lineage, "class" | "generation">;
  readonly object: StixObject;
  readonly ended: number;
  /** The key of a version that it has to come after. */
  readonly past: string;
}

export class Plan {
  readonly placed = new Map<number, Placed>();
  readonly delivered = new Map<number, Audience>();
  /** What cannot be made for a reader after all. */
  readonly unmade: Left[] = [];
  /** The last version that each reader is given of what it does not have whole, by `readerKey`. */
  readonly versions = new Map<string, string>();
  readonly #rendering: Rendering;
  readonly #lineages: ReadonlyMap<string, Lineage>;
  readonly #written: Written;
  readonly #origins = new Map<number, Candidate>();
  readonly #standing: ReadonlyMap<number, readonly StandingRow[]>;
  readonly #streams = new Map<string, Stream>();
  /** Content of what is made in this turn. */
  readonly #bodies = new Map<number, string>();
  readonly #digests = new WeakMap<StixObject, Map<string, string>>();

  constructor(rendering: Rendering, lineages: ReadonlyMap<string, Lineage>, written: Written) {
    this.#rendering = rendering;
    this.#lineages = lineages;
    this.#written = written;
    const { world, settling } = rendering;
    // All versions in the world, those of which nothing stands included.
    for (const { candidate } of settling.stands) this.#origins.set(candidate.n, candidate);
    this.#standing = Map.groupBy(world.standing, (row) => row.rendition);
  }

  /** What is new in the books. */
  get derived(): readonly DerivedRow[] {
    const { exchange } = this.#rendering;
    const made = [...this.#streams.values()].flatMap(({ rows }) => rows.filter(({ n }) => this.#bodies.has(n)));
    return made.map((row) => ({ ...row, mac: derivedMac(exchange.keys.audience, row) }));
  }

  get renditions(): readonly Tables["rendition"][] {
    return this.derived.map(({ n, object, recipient, generation }) => {
      const body = this.#bodies.get(n) ?? "";
      return { n, object, recipient, generation, body };
    });
  }

  async make(left: readonly Left[]): Promise<void> {
    for (const one of left) this.#join(one);
    for (const row of this.#rendering.world.derived) this.#gather(row);
    const leaving = [...this.#streams.values()].flatMap((stream) => [...stream.leaving.values()].flat());
    const last = await this.#rendering.bodies.ofRenditions([...new Set(leaving.map(({ n }) => n))]);
    // A translation tells which version it is of.
    const order = ({ of }: Stream): number => Number(of.startsWith("language-content--"));
    for (const stream of [...this.#streams.values()].sort((a, b) => order(a) - order(b)))
      for (const ceiling of ceilings) {
        const member = stream.members.get(ceiling);
        if (member !== undefined) this.#follow(stream, ceiling, member.lineage, member.left);
        else this.#end(stream, ceiling, last);
      }
  }

  #join(left: Left): void {
    const { candidate, party, ceiling } = left;
    const lineage = this.#lineages.get(readerKey(party, ceiling, candidate.id));
    if (lineage === undefined) throw new TypeError("Each reader of a reduced object has its lineage.");
    const id = candidate.fixed ? candidate.id : lineageId(this.#rendering.exchange, lineage);
    const { members } = this.#streamOf(id, party, candidate.id);
    const member = members.get(ceiling);
    if (member === undefined) members.set(ceiling, { lineage, left: [left] });
    else member.left.push(left);
  }

  #streamOf(id: string, party: number, of: string): Stream {
    const key = `${party} ${id}`;
    const there = this.#streams.get(key);
    if (there !== undefined) return there;
    const stream: Stream = { id, party, of, members: new Map(), leaving: new Map(), rows: [] };
    this.#streams.set(key, stream);
    return stream;
  }

  /** What stands of an id for whom it is nothing any more leaves; a notice that stands goes on standing. */
  #gather(row: DerivedRow): void {
    const stream = this.#streamOf(row.id, row.recipient, row.of);
    stream.rows.push(row);
    const origin = this.#originOf(row);
    for (const { ceilings: bits, feed } of this.#standing.get(row.n) ?? []) {
      if (feed !== row.recipient) continue;
      this.#place(row, origin);
      if (row.ended === NOTICE) this.#offer(row, origin, bits);
      else if (!origin.fixed)
        for (const ceiling of ceilings) {
          if (!hasCeiling(bits, ceiling) || stream.members.has(ceiling)) continue;
          const there = stream.leaving.get(ceiling) ?? [];
          stream.leaving.set(ceiling, [...there, row]);
        }
    }
  }

  /** The newest version of each collection, and older ones that are still as they were. */
  #follow(stream: Stream, ceiling: number, lineage: Lineage, left: readonly Left[]): void {
    const shelves = [...Map.groupBy(left, ({ candidate }) => candidate.collection)].flatMap(([collection, placed]) => {
      const newest = placed.reduce((a, b) => (isNewer(b.candidate, a.candidate) ? b : a));
      const object = this.#written(newest);
      if (object === null) this.unmade.push(newest);
      return object === null ? [] : [this.#shelfOf(stream, ceiling, { collection, placed, newest, object })];
    });
    const withdrawn = this.#withdrawn(stream, ceiling, shelves);
    for (const shelf of shelves) {
      const { placed, newest, standing, object } = shelf;
      const past = shelf === withdrawn?.shelf ? withdrawn.past : "";
      const kept = past === "" ? shelf.kept : undefined;
      const ended = newest.candidate.revoked ? REVOCATION : LASTING;
      if (kept !== undefined) this.#offer(kept, this.#originOf(kept), 1 << ceiling);
      else this.#say({ stream, ceiling, origin: newest.candidate, lineage, object, ended, past });
      for (const row of standing) {
        const older = placed.find(({ candidate }) => candidate.n === row.object);
        if (older === undefined || older === newest || row === kept) continue;
        const was = this.#written(older);
        if (was !== null && this.#isSaying(row, was)) this.#offer(row, older.candidate, 1 << ceiling);
      }
    }
  }

  #shelfOf(stream: Stream, ceiling: number, wanted: Pick<Shelf, "collection" | "placed" | "newest" | "object">): Shelf {
    const standing = this.#standingAt(stream, ceiling, wanted.collection);
    const current = standing.reduce<DerivedRow | undefined>(later, undefined);
    const isKept =
      current !== undefined &&
      this.#isSaying(current, wanted.object) &&
      wanted.placed.some(({ candidate }) => candidate.n === current.object);
    return { ...wanted, standing, kept: isKept ? current : undefined };
  }

  /**
   * Where the last version of an id stands nowhere any more and nothing else changes, the newest that stands is its next one:
   * whoever has both collections would go on with what was taken back.
   */
  #withdrawn({ rows }: Stream, ceiling: number, shelves: readonly Shelf[]): { shelf: Shelf; past: string } | null {
    const top = rows
      .filter((row) => hasCeiling(row.ceilings, ceiling))
      .reduce<DerivedRow | undefined>(later, undefined);
    const isLast = ({ kept }: Shelf): boolean => kept === undefined || kept.version_key === top?.version_key;
    const [first] = shelves;
    if (top === undefined || first === undefined || first.newest.candidate.fixed || shelves.some(isLast)) return null;
    const shelf = shelves.reduce((a, b) => (isNewer(b.newest.candidate, a.newest.candidate) ? b : a), first);
    return { shelf, past: top.version_key };
  }

  /** The notice, in each collection in which the reader ever met the id: it may have left one of them before it ended. */
  #end(stream: Stream, ceiling: number, bodies: ReadonlyMap<number, StixObject>): void {
    const last = (stream.leaving.get(ceiling) ?? []).reduce<DerivedRow | undefined>(later, undefined);
    const body = last === undefined ? undefined : bodies.get(last.n);
    if (last === undefined || body?.["modified"] === undefined) return;
    const object = endingOf(body);
    const met = stream.rows.filter((row) => hasCeiling(row.ceilings, ceiling) && !this.#bodies.has(row.n));
    for (const rows of Map.groupBy(met, (row) => this.#originOf(row).collection).values()) {
      const here = rows.reduce<DerivedRow | undefined>(later, undefined);
      if (here === undefined || here.ended === NOTICE) continue;
      this.#say({ stream, ceiling, origin: this.#originOf(here), lineage: last, object, ended: NOTICE, past: "" });
    }
  }

  /** A version that says this: one that a laxer reader is given or the same reader was, or a new one. */
  #say(said: Said): void {
    const { stream, ceiling, origin, object, past } = said;
    const known = this.#known(stream, ceiling);
    const here = known.filter(
      (row) => hasCeiling(row.ceilings, ceiling) && this.#originOf(row).collection === origin.collection,
    );
    const top = here.reduce<DerivedRow | undefined>(later, undefined);
    const same = known
      .filter((row) => row === top || top === undefined || row.version_key > top.version_key)
      .filter((row) => row.version_key > past)
      .filter((row) => this.#isSaying(row, object))
      .reduce<DerivedRow | undefined>(later, undefined);
    if (same?.object !== origin.n || same.ended !== said.ended) this.#make(said, same?.version ?? null, known);
    else if (this.#bodies.has(same.n)) this.#widen(stream, same, origin, ceiling);
    else if (hasCeiling(same.ceilings, ceiling)) this.#offer(same, origin, 1 << ceiling);
    else this.#make(said, same.version, known);
  }

  /** What a reader may know of an id: what it or a laxer one was ever given. */
  #known({ rows }: Stream, ceiling: number): readonly DerivedRow[] {
    const bits = 2 ** (ceiling + 1) - 1;
    return rows.filter((row) => (row.ceilings & bits) !== 0);
  }

  #standingAt({ rows, party }: Stream, ceiling: number, collection: number): readonly DerivedRow[] {
    return rows.filter(
      (row) =>
        row.ended !== NOTICE &&
        this.#originOf(row).collection === collection &&
        (this.#standing.get(row.n) ?? []).some((one) => one.feed === party && hasCeiling(one.ceilings, ceiling)),
    );
  }

  /** Whether a rendition says this, under its id and as its version. */
  #isSaying(row: DerivedRow, object: StixObject): boolean {
    return row.digest === this.#digestOf(object, row.id, row.version);
  }

  #digestOf(object: StixObject, id: string, version: string): string {
    const digests = this.#digests.get(object) ?? new Map<string, string>();
    this.#digests.set(object, digests);
    const key = `${id} ${version}`;
    let digest = digests.get(key);
    if (digest === undefined) digests.set(key, (digest = digestOf(asVersion(object, id, version))));
    return digest;
  }

  #make(said: Said, same: string | null, known: readonly DerivedRow[]): void {
    const { stream, ceiling, origin, lineage, object, ended } = said;
    const { world } = this.#rendering;
    if (this.#bodies.size === DERIVED_A_TURN) throw new Refusal("limit", "This act makes too many renditions at once.");
    const { id, party } = stream;
    const version = same ?? this.#versionAfter(known, stream, ceiling, object);
    const body = JSON.stringify(asVersion(object, id, version));
    const n = -(world.turn * DERIVED_A_TURN + this.#bodies.size);
    const row: DerivedRow = {
      n,
      object: origin.n,
      recipient: party,
      class: lineage.class,
      generation: lineage.generation,
      id,
      version,
      version_key: versionKey(version),
      ceilings: 1 << ceiling,
      ended,
      digest: this.#digestOf(object, id, version),
      size: body.length,
      of: origin.id,
      mac: "",
    };
    this.#bodies.set(n, body);
    stream.rows.push(row);
    this.#offer(row, origin, row.ceilings);
  }

  /** Later than all that the reader may know of the id; apart from what laxer ones are given, who may yet be given the next. */
  #versionAfter(known: readonly DerivedRow[], { members }: Stream, ceiling: number, object: StixObject): string {
    const { modified } = object;
    if (typeof modified !== "string") return formatMicros(this.#rendering.world.at);
    const next = derivedModified(modified, known.reduce<DerivedRow | undefined>(later, undefined)?.version ?? null);
    return [...members.keys()].some((other) => other < ceiling) ? apartFromOthers(next, ceiling) : next;
  }

  #widen({ rows }: Stream, row: DerivedRow, origin: Candidate, ceiling: number): void {
    rows[rows.indexOf(row)] = { ...row, ceilings: row.ceilings | (1 << ceiling) };
    this.#offer(row, origin, 1 << ceiling);
  }

  #offer(row: DerivedRow, origin: Candidate, bits: number): void {
    this.#place(row, origin);
    const audience = audienceOf(only(row.recipient), bits);
    this.delivered.set(row.n, union(this.delivered.get(row.n) ?? noAudience, audience));
    for (const ceiling of ceilings) {
      const key = readerKey(row.recipient, ceiling, row.of);
      const there = this.versions.get(key);
      if (row.ended !== NOTICE && hasCeiling(bits, ceiling) && (there === undefined || isLater(row.version, there)))
        this.versions.set(key, row.version);
    }
  }

  #place({ n, id, version_key: key, size }: DerivedRow, { type, collection }: Candidate): void {
    this.placed.set(n, { n, collection, id, versionKey: key, type, size });
  }

  #originOf(row: DerivedRow): Candidate {
    const origin = this.#origins.get(row.object);
    if (origin === undefined) throw new TypeError("A derived rendition without its object.");
    return origin;
  }
}

/** The id by which readers of a lineage know what it stands for. */
export function lineageId({ keys }: Exchange, { party, class: kind, generation, id }: Lineage): string {
  return derivedId(keys.audience, `${party}/${kind}`, generation, id);
}

/** Observables and definitions have no `modified`; their versions are told by when they were made. */
function asVersion(object: StixObject, id: string, version: string): StixObject {
  return object["modified"] === undefined ? { ...object, id } : { ...object, id, modified: version };
}

function isLater(one: string, other: string): boolean {
  return versionKey(one) > versionKey(other);
}

function later(top: DerivedRow | undefined, row: DerivedRow): DerivedRow {
  return top === undefined || row.version_key >= top.version_key ? row : top;
}

function isNewer(one: Candidate, other: Candidate): boolean {
  return one.versionKey === other.versionKey ? one.n > other.n : one.versionKey > other.versionKey;
}
