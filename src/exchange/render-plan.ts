// Collects the versions of derived ids: what is made anew, what is kept, and the notices that end an id (policy.md, Renditions).
// Readers of one party are taken from the laxest to the strictest, and none of them looks at what only a stricter one is given.
import { ceilings, hasCeiling } from "../policy/audience.ts";
import type { Candidate } from "../policy/candidate.ts";
import { endingOf } from "../policy/ending.ts";
import { derivedId } from "../policy/view-id.ts";
import { LASTING, type Lineage, NOTICE, readerKey, REVOCATION } from "../policy/view.ts";
import type { StixObject } from "../stix/object.ts";
import type { DerivedRow } from "../store/derived.ts";
import type { StandingRow } from "../store/releases.ts";
import { DerivedVersions, later, type Stream } from "./derived-versions.ts";
import type { Exchange } from "./exchange.ts";
import type { Left, Rendering } from "./left.ts";

/** The version with its references as the reader knows them; null: nothing that may go is left. */
export type Written = (left: Left) => StixObject | null;

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

export class Plan {
  readonly versions: DerivedVersions;
  /** What cannot be made for a reader after all. */
  readonly unmade: Left[] = [];
  readonly #rendering: Rendering;
  readonly #lineages: ReadonlyMap<string, Lineage>;
  readonly #written: Written;
  readonly #standing: ReadonlyMap<number, readonly StandingRow[]>;

  constructor(rendering: Rendering, lineages: ReadonlyMap<string, Lineage>, written: Written) {
    this.#rendering = rendering;
    this.#lineages = lineages;
    this.#written = written;
    this.versions = new DerivedVersions(rendering);
    this.#standing = Map.groupBy(rendering.world.standing, (row) => row.rendition);
  }

  async make(left: readonly Left[]): Promise<void> {
    for (const one of left) this.#join(one);
    for (const row of this.#rendering.world.derived) this.#gather(row);
    const leaving = this.versions.streams.flatMap((stream) => [...stream.leaving.values()].flat());
    const last = await this.#rendering.bodies.ofRenditions([...new Set(leaving.map(({ n }) => n))]);
    // A translation tells which version it is of.
    const order = ({ of }: Stream): number => Number(of.startsWith("language-content--"));
    for (const stream of [...this.versions.streams].sort((a, b) => order(a) - order(b)))
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
    const { members } = this.versions.streamOf(id, party, candidate.id);
    const member = members.get(ceiling);
    if (member === undefined) members.set(ceiling, { lineage, left: [left] });
    else member.left.push(left);
  }

  /** What stands of an id for whom it is nothing any more leaves; a notice that stands goes on standing. */
  #gather(row: DerivedRow): void {
    const stream = this.versions.streamOf(row.id, row.recipient, row.of);
    stream.rows.push(row);
    const origin = this.versions.originOf(row);
    for (const { ceilings: bits, feed } of this.#standing.get(row.n) ?? []) {
      if (feed !== row.recipient) continue;
      this.versions.place(row, origin);
      if (row.ended === NOTICE) this.versions.offer(row, origin, bits);
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
      if (kept !== undefined) this.versions.offer(kept, this.versions.originOf(kept), 1 << ceiling);
      else this.versions.say({ stream, ceiling, origin: newest.candidate, lineage, object, ended, past });
      for (const row of standing) {
        const older = placed.find(({ candidate }) => candidate.n === row.object);
        if (older === undefined || older === newest || row === kept) continue;
        const was = this.#written(older);
        if (was !== null && this.versions.isSaying(row, was)) this.versions.offer(row, older.candidate, 1 << ceiling);
      }
    }
  }

  #shelfOf(stream: Stream, ceiling: number, wanted: Pick<Shelf, "collection" | "placed" | "newest" | "object">): Shelf {
    const standing = this.#standingAt(stream, ceiling, wanted.collection);
    const current = standing.reduce<DerivedRow | undefined>(later, undefined);
    const isKept =
      current !== undefined &&
      this.versions.isSaying(current, wanted.object) &&
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
    const met = stream.rows.filter((row) => hasCeiling(row.ceilings, ceiling) && !this.versions.isMade(row));
    for (const rows of Map.groupBy(met, (row) => this.versions.originOf(row).collection).values()) {
      const here = rows.reduce<DerivedRow | undefined>(later, undefined);
      if (here === undefined || here.ended === NOTICE) continue;
      this.versions.say({
        stream,
        ceiling,
        origin: this.versions.originOf(here),
        lineage: last,
        object,
        ended: NOTICE,
        past: "",
      });
    }
  }

  #standingAt({ rows, party }: Stream, ceiling: number, collection: number): readonly DerivedRow[] {
    return rows.filter(
      (row) =>
        row.ended !== NOTICE &&
        this.versions.originOf(row).collection === collection &&
        (this.#standing.get(row.n) ?? []).some((one) => one.feed === party && hasCeiling(one.ceilings, ceiling)),
    );
  }
}

/** The id by which readers of a lineage know what it stands for. */
export function lineageId({ keys }: Exchange, { party, class: kind, generation, id }: Lineage): string {
  return derivedId(keys.audience, `${party}/${kind}`, generation, id);
}

function isNewer(one: Candidate, other: Candidate): boolean {
  return one.versionKey === other.versionKey ? one.n > other.n : one.versionKey > other.versionKey;
}
