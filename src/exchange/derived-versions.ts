// The versions of derived ids while a turn is drafted: what there is, what is made, and to whom each is offered. None of a party's
// readers is given a version that hangs on what only a stricter one has (policy.md, Renditions). render-plan.ts says what to say.
import { formatMicros, versionKey } from "../encoding/timestamp.ts";
import { type Audience, audienceOf, ceilings, hasCeiling, noAudience, union } from "../policy/audience.ts";
import type { Candidate } from "../policy/candidate.ts";
import { only } from "../policy/party-set.ts";
import type { Placed } from "../policy/releases.ts";
import { apartFromOthers, derivedModified } from "../policy/view-id.ts";
import { type Lineage, NOTICE, readerKey } from "../policy/view.ts";
import { Refusal } from "../refusal.ts";
import type { StixObject } from "../stix/object.ts";
import type { DerivedRow } from "../store/derived.ts";
import type { Tables } from "../store/tables.ts";
import { digestOf } from "./commons.ts";
import { derivedMac } from "./door-derived.ts";
import type { Left, Rendering } from "./left.ts";

/** Derived renditions that one turn makes. */
export const DERIVED_A_TURN = 4_194_304;

/** One derived id: who is given something under it now, and what of it stands for whom it is nothing any more. */
export interface Stream {
  readonly id: string;
  readonly party: number;
  readonly of: string;
  readonly members: Map<number, { readonly lineage: Lineage; readonly left: Left[] }>;
  readonly leaving: Map<number, DerivedRow[]>;
  /** All its versions, the oldest first; of those that are made in this turn, who else is given them is added. */
  readonly rows: DerivedRow[];
}

/** What one reader is given under an id, in one collection. */
export interface Said {
  readonly stream: Stream;
  readonly ceiling: number;
  readonly origin: Candidate;
  readonly lineage: Pick<Lineage, "class" | "generation">;
  readonly object: StixObject;
  readonly ended: number;
  /** The key of a version that it has to come after. */
  readonly past: string;
}

export class DerivedVersions {
  readonly placed = new Map<number, Placed>();
  readonly delivered = new Map<number, Audience>();
  /** The last version that each reader is given of what it does not have whole, by `readerKey`. */
  readonly last = new Map<string, string>();
  readonly #rendering: Rendering;
  readonly #origins = new Map<number, Candidate>();
  readonly #streams = new Map<string, Stream>();
  /** Content of what is made in this turn. */
  readonly #bodies = new Map<number, string>();
  readonly #digests = new WeakMap<StixObject, Map<string, string>>();

  constructor(rendering: Rendering) {
    this.#rendering = rendering;
    // All versions in the world, those of which nothing stands included.
    for (const { candidate } of rendering.settling.stands) this.#origins.set(candidate.n, candidate);
  }

  get streams(): readonly Stream[] {
    return [...this.#streams.values()];
  }

  streamOf(id: string, party: number, of: string): Stream {
    const key = `${party} ${id}`;
    const there = this.#streams.get(key);
    if (there !== undefined) return there;
    const stream: Stream = { id, party, of, members: new Map(), leaving: new Map(), rows: [] };
    this.#streams.set(key, stream);
    return stream;
  }

  isMade({ n }: DerivedRow): boolean {
    return this.#bodies.has(n);
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

  /** A version that says this: one that a laxer reader is given or the same reader was, or a new one. */
  say(said: Said): void {
    const { stream, ceiling, origin, object, past } = said;
    const known = this.known(stream, ceiling);
    const here = known.filter(
      (row) => hasCeiling(row.ceilings, ceiling) && this.originOf(row).collection === origin.collection,
    );
    const top = here.reduce<DerivedRow | undefined>(later, undefined);
    const same = known
      .filter((row) => row === top || top === undefined || row.version_key > top.version_key)
      .filter((row) => row.version_key > past)
      .filter((row) => this.isSaying(row, object))
      .reduce<DerivedRow | undefined>(later, undefined);
    if (same?.object !== origin.n || same.ended !== said.ended) this.#make(said, same?.version ?? null, known);
    else if (this.#bodies.has(same.n)) this.#widen(stream, same, origin, ceiling);
    else if (hasCeiling(same.ceilings, ceiling)) this.offer(same, origin, 1 << ceiling);
    else this.#make(said, same.version, known);
  }

  /** What a reader may know of an id: what it or a laxer one was ever given. */
  known({ rows }: Stream, ceiling: number): readonly DerivedRow[] {
    const bits = 2 ** (ceiling + 1) - 1;
    return rows.filter((row) => (row.ceilings & bits) !== 0);
  }

  /** Whether a rendition says this, under its id and as its version. */
  isSaying(row: DerivedRow, object: StixObject): boolean {
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
    this.offer(row, origin, row.ceilings);
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
    this.offer(row, origin, 1 << ceiling);
  }

  offer(row: DerivedRow, origin: Candidate, bits: number): void {
    this.place(row, origin);
    const audience = audienceOf(only(row.recipient), bits);
    this.delivered.set(row.n, union(this.delivered.get(row.n) ?? noAudience, audience));
    for (const ceiling of ceilings) {
      const key = readerKey(row.recipient, ceiling, row.of);
      const there = this.last.get(key);
      if (row.ended !== NOTICE && hasCeiling(bits, ceiling) && (there === undefined || isLater(row.version, there)))
        this.last.set(key, row.version);
    }
  }

  place({ n, id, version_key: key, size }: DerivedRow, { type, collection }: Candidate): void {
    this.placed.set(n, { n, collection, id, versionKey: key, type, size });
  }

  originOf(row: DerivedRow): Candidate {
    const origin = this.#origins.get(row.object);
    if (origin === undefined) throw new TypeError("A derived rendition without its object.");
    return origin;
  }
}

/** Observables and definitions have no `modified`; their versions are told by when they were made. */
function asVersion(object: StixObject, id: string, version: string): StixObject {
  return object["modified"] === undefined ? { ...object, id } : { ...object, id, modified: version };
}

function isLater(one: string, other: string): boolean {
  return versionKey(one) > versionKey(other);
}

export function later(top: DerivedRow | undefined, row: DerivedRow): DerivedRow {
  return top === undefined || row.version_key >= top.version_key ? row : top;
}
