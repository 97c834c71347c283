// Collects the versions of derived ids: what is made anew, what is kept, and the notices that end an id (policy.md, Renditions).
import { grantFor, type Left, type Rendering, spelling, versionOf } from "./left.ts";
import { formatMicros, versionKey } from "../encoding/timestamp.ts";
import { type Audience, audienceOf, hasCeiling, noAudience, union } from "../policy/audience.ts";
import { wholeTerms } from "../policy/decision.ts";
import { includes, only } from "../policy/party-set.ts";
import type { Placed } from "../policy/releases.ts";
import type { Candidate, Reading } from "../policy/candidate.ts";
import { derivedId, derivedModified } from "../policy/view-id.ts";
import { type Lineage, readerKey, type Wanted } from "../policy/view.ts";
import { Refusal } from "../refusal.ts";
import type { StixObject } from "../stix/object.ts";
import type { DerivedRow } from "../store/derived.ts";
import type { StandingRow } from "../store/releases.ts";
import type { Tables } from "../store/tables.ts";
import { digestOf } from "./commons.ts";
import { derivedMac } from "./door-derived.ts";

/** Derived renditions that one turn makes. */
export const DERIVED_A_TURN = 4_194_304;

export function lineageAt(lineages: ReadonlyMap<string, Lineage>, { party, ceiling, candidate }: Wanted): Lineage {
  const lineage = lineages.get(readerKey(party, ceiling, candidate.id));
  if (lineage === undefined) throw new TypeError("Each reader of a reduced object has its lineage.");
  return lineage;
}

export const lineageKey = ({ party, class: kind, generation, id }: Lineage): string =>
  `${party} ${kind} ${generation} ${id}`;

/** Collects what is offered, kept and made anew, for all readers of all reduced objects. */
export class Plan {
  /** By reader's party and the exchange's id, the oldest first. */
  readonly derived = new Map<string, readonly DerivedRow[]>();
  readonly placed = new Map<number, Placed>();
  readonly delivered = new Map<number, Audience>();
  readonly fresh: DerivedRow[] = [];
  readonly renditions: Tables["rendition"][] = [];
  lineages: ReadonlyMap<string, Lineage> = new Map();
  readonly #rendering: Rendering;
  readonly #origins = new Map<number, Candidate>();
  /** Ceilings at which an id is offered in any version, by its reader's party and itself. */
  readonly #offered = new Map<string, number>();
  readonly #standing = new Map<number, readonly StandingRow[]>();

  constructor(rendering: Rendering) {
    this.#rendering = rendering;
    const { world, settling } = rendering;
    // All versions in the world, those of which nothing stands included.
    for (const { candidate } of settling.stands) this.#origins.set(candidate.n, candidate);
    this.derived = Map.groupBy(world.derived, (row) => `${row.recipient} ${row.of}`);
    this.#standing = Map.groupBy(world.standing, (row) => row.rendition);
  }

  /** The versions of one derived id: the newest of each collection, and older ones that are still as they were. */
  follow(group: readonly Left[]): void {
    const [first] = group;
    if (first === undefined) return;
    const lineage = lineageAt(this.lineages, first);
    const there = this.#rowsOf(lineage);
    for (const [collection, placed] of Map.groupBy(group, ({ candidate }) => candidate.collection)) {
      const newest = placed.reduce((a, b) => (b.candidate.versionKey > a.candidate.versionKey ? b : a));
      const bits = bitsOf(placed);
      const now = this.#written(newest);
      const top = this.#topOf(lineage, there);
      const same = top !== undefined && top.digest === now.digest ? top : undefined;
      const kept = there.find(
        (row) => row === same && row.object === newest.candidate.n && (bits & ~row.ceilings) === 0,
      );
      if (kept === undefined) this.#make(newest, lineage, now, bits, same?.version ?? null, top);
      else this.#offer(kept, newest.candidate, bits);
      for (const row of there) {
        const older = placed.find(({ candidate }) => candidate.n === row.object && row !== kept);
        if (older === undefined || older.candidate.n === newest.candidate.n) continue;
        if (this.#written(older).digest === row.digest)
          this.#offer(row, older.candidate, bits & this.#standingIn(row, collection));
      }
    }
  }

  /** Ids that a reader is given nothing of any more end, revoked; a notice that stands goes on standing. */
  async endWhatIsLeft(): Promise<void> {
    const ending = new Map<string, { row: DerivedRow; collection: number; bits: number }>();
    for (const row of this.#rendering.world.derived) {
      for (const { collection, ceilings: bits, feed } of this.#standing.get(row.n) ?? []) {
        if (feed !== row.recipient) continue;
        const origin = this.#origins.get(row.object);
        if (origin === undefined) throw new TypeError("A derived rendition without its object.");
        if (row.ended === 1) this.#offer(row, origin, bits, collection);
        else {
          this.#place(row, origin, collection);
          const left = bits & ~(this.#offered.get(offeredKey(row)) ?? 0);
          if (left === 0 || origin.fixed) continue;
          const key = `${row.id} ${collection}`;
          const known = ending.get(key);
          ending.set(key, { row, collection, bits: left | (known?.bits ?? 0) });
        }
      }
    }
    const bodies = await this.#rendering.bodies.ofRenditions([...ending.values()].map(({ row }) => row.n));
    for (const { row, collection, bits } of ending.values()) {
      const body = bodies.get(row.n);
      const origin = this.#origins.get(row.object);
      if (body === undefined || origin === undefined || body["modified"] === undefined) continue;
      const version = derivedModified(row.version, row.version);
      this.#add(
        { ...row, version, ended: 1, ceilings: bits },
        { ...body, modified: version, revoked: true },
        origin,
        collection,
      );
    }
  }

  #rowsOf({ party, class: kind, generation, id }: Lineage): readonly DerivedRow[] {
    return (this.derived.get(`${party} ${id}`) ?? []).filter(
      (row) =>
        row.class === kind &&
        row.generation === generation &&
        (row.ended === 0 || this.#origins.get(row.object)?.revoked === true),
    );
  }

  /** The newest version of a derived id, those of this turn included. */
  #topOf(lineage: Lineage, there: readonly DerivedRow[]): DerivedRow | undefined {
    const id = this.#idOf(lineage);
    return [...there, ...this.fresh.filter((row) => row.id === id)].reduce<DerivedRow | undefined>(
      (top, row) => (top === undefined || row.version_key >= top.version_key ? row : top),
      undefined,
    );
  }

  #idOf(lineage: Lineage): string {
    const { party, class: kind, generation, id } = lineage;
    return derivedId(this.#rendering.exchange.keys.audience, `${party}/${kind}`, generation, id);
  }

  /** The version with its references as the reader knows them; its own id and date are still the exchange's. */
  #written(left: Left): { readonly object: StixObject; readonly digest: string } {
    const { renderer, world } = this.#rendering;
    const { candidate, party, ceiling } = left;
    const ids = new Map<string, string | null>();
    for (const ref of candidate.refs) ids.set(spelling(ref), this.#knownId(ref, party, ceiling));
    if ([...ids].every(([said, id]) => id === null || id === said))
      return { object: left.object, digest: digestOf(left.object) };
    const grant = grantFor(candidate, party, world.at);
    const result = renderer.render(versionOf(this.#rendering, candidate), this.#rendering.bodies.of(candidate.n), {
      terms: grant?.terms ?? wholeTerms,
      ceiling,
      idOf: (id) => (ids.has(id) ? (ids.get(id) ?? null) : id),
      id: candidate.id,
      target: left.target,
    });
    if (result.kind !== "rendered") throw new TypeError("References are written otherwise and nothing changed.");
    return { object: result.object, digest: digestOf(result.object) };
  }

  /** The id by which a reader knows what a reference leads to; null: not at all. */
  #knownId(ref: Reading, party: number, ceiling: number): string | null {
    const { settling, world } = this.#rendering;
    if (!includes(settling.has(ref, ceiling), party)) return null;
    if (includes(settling.knows({ id: ref.id, holder: ref.holder }, ceiling), party)) return ref.id;
    const lineage = this.lineages.get(readerKey(party, ceiling, ref.id));
    if (lineage !== undefined) return this.#idOf(lineage);
    const rows = [
      ...(this.derived.get(`${party} ${ref.id}`) ?? []),
      ...(world.outside.derived.get(`${party} ${ref.id}`) ?? []),
    ];
    return rows.findLast((row) => hasCeiling(row.ceilings, ceiling))?.id ?? null;
  }

  #make(
    { candidate }: Left,
    lineage: Lineage,
    { object, digest }: { readonly object: StixObject; readonly digest: string },
    bits: number,
    same: string | null,
    top: DerivedRow | undefined,
  ): void {
    const id = candidate.fixed ? candidate.id : this.#idOf(lineage);
    const dated = object["modified"] !== undefined;
    const version =
      same ??
      (dated
        ? derivedModified(String(object["modified"]), top?.version ?? null)
        : formatMicros(this.#rendering.world.at));
    const row = {
      object: candidate.n,
      recipient: lineage.party,
      class: lineage.class,
      generation: lineage.generation,
      id,
      version,
      ceilings: bits,
      ended: candidate.revoked ? 1 : 0,
      digest,
    };
    const named = { ...object, id };
    this.#add(
      row,
      dated && !candidate.fixed ? { ...named, modified: version } : named,
      candidate,
      candidate.collection,
    );
  }

  #add(
    made: Omit<DerivedRow, "n" | "of" | "version_key" | "size" | "mac">,
    object: StixObject,
    origin: Candidate,
    collection: number,
  ): void {
    const { exchange, world } = this.#rendering;
    if (this.fresh.length === DERIVED_A_TURN) throw new Refusal("limit", "This act makes too many renditions at once.");
    const body = JSON.stringify(object);
    const n = -(world.turn * DERIVED_A_TURN + this.fresh.length);
    const bare = {
      n,
      object: made.object,
      recipient: made.recipient,
      class: made.class,
      generation: made.generation,
      id: made.id,
      version: made.version,
      version_key: versionKey(made.version),
      ceilings: made.ceilings,
      ended: made.ended,
      digest: made.digest,
      size: body.length,
    };
    const row = { ...bare, of: origin.id, mac: derivedMac(exchange.keys.audience, bare) };
    this.fresh.push(row);
    this.renditions.push({ n, object: row.object, recipient: row.recipient, generation: row.generation, body });
    this.#offer(row, origin, row.ceilings, collection);
  }

  #offer(row: DerivedRow, origin: Candidate, bits: number, collection = origin.collection): void {
    this.#place(row, origin, collection);
    const audience = audienceOf(only(row.recipient), bits);
    this.delivered.set(row.n, union(this.delivered.get(row.n) ?? noAudience, audience));
    const key = offeredKey(row);
    this.#offered.set(key, bits | (this.#offered.get(key) ?? 0));
  }

  #place({ n, id, version_key: key, size }: DerivedRow, { type }: Candidate, collection: number): void {
    this.placed.set(n, { n, collection, id, versionKey: key, type, size });
  }

  #standingIn(row: DerivedRow, collection: number): number {
    return (this.#standing.get(row.n) ?? [])
      .filter((one) => one.collection === collection && one.feed === row.recipient)
      .reduce((bits, one) => bits | one.ceilings, 0);
  }
}

const offeredKey = ({ recipient, id }: DerivedRow): string => `${recipient} ${id}`;

function bitsOf(group: readonly Left[]): number {
  return group.reduce((bits, { ceiling }) => bits | (1 << ceiling), 0);
}
