// Views: by which id each reader knows what it does not have whole (policy.md, Renditions). A reader is a party at a ceiling;
// those of one party share an id where they can. What a reader's ids are hangs on nothing that only a stricter reader of its
// party has. Pure: what is wanted and the derived renditions that there are go in, lineages come out.
import { ceilings, hasCeiling } from "./audience.ts";
import type { Candidate } from "./candidate.ts";

/** A derived rendition as the books keep it. */
export interface Derived {
  readonly n: number;
  /** Number of the version that it was made of. */
  readonly object: number;
  readonly recipient: number;
  readonly class: number;
  readonly generation: number;
  readonly id: string;
  readonly version: string;
  readonly version_key: string;
  readonly ceilings: number;
  /** How it ends its id: not, as the owner's own revocation, or as a notice that holds nothing of the object. */
  readonly ended: number;
  readonly digest: string;
  readonly size: number;
}

export const LASTING = 0;
export const REVOCATION = 1;
export const NOTICE = 2;

/** One reader's reduced version. */
export interface Wanted {
  readonly candidate: Candidate;
  readonly party: number;
  readonly ceiling: number;
}

/** What an id stands for, and to whom it was given first: `class` is the ceiling of the reader for whom it was made. */
export interface Lineage {
  readonly party: number;
  readonly class: number;
  readonly generation: number;
  readonly id: string;
}

export const readerKey = (party: number, ceiling: number, id: string): string => `${party} ${ceiling} ${id}`;

/**
 * The lineage of each reader and id that is wanted. A reader goes on with the one that it has; who has none takes part in the
 * one of the laxest reader of its party that has any, unless that ended for it once, else it begins one of its own.
 *
 * Nobody moves to a stricter reader's id, and nobody leaves one for what a stricter reader is given: a stricter reader may know
 * what a laxer one has, and not the other way round.
 * @param derived what each party was given so before, by `party id`, the oldest first
 */
export function lineagesOf(
  wanted: readonly Wanted[],
  derived: ReadonlyMap<string, readonly Derived[]>,
): ReadonlyMap<string, Lineage> {
  const lineages = new Map<string, Lineage>();
  for (const [key, group] of Map.groupBy(wanted, ({ party, candidate }) => `${party} ${candidate.id}`)) {
    const [first] = group;
    if (first === undefined) continue;
    const { party, candidate } = first;
    const rows = derived.get(key) ?? [];
    const laxer: Lineage[] = [];
    for (const ceiling of ceilings) {
      const here = group.filter((one) => one.ceiling === ceiling);
      if (here.length === 0) continue;
      const mine = rows.filter((row) => hasCeiling(row.ceilings, ceiling));
      const lineage =
        currentOf(mine, here) ??
        laxer.find((one) => !mine.some((row) => isOf(row, one) && row.ended !== LASTING)) ??
        beginning(party, ceiling, candidate.id, rows);
      laxer.push(lineage);
      lineages.set(readerKey(party, ceiling, candidate.id), lineage);
    }
  }
  return lineages;
}

/** The lineage that a reader was given last and that did not end for it. */
function currentOf(mine: readonly Derived[], here: readonly Wanted[]): Lineage | null {
  const [first] = here;
  if (first === undefined) return null;
  const { party, candidate } = first;
  const last = mine.findLast((row) => {
    const versions = mine.filter((one) => isOf(one, row));
    if (versions.some((one) => one.ended === NOTICE)) return false;
    // The owner's own revocation ends the id and is its last version: it goes on for as long as that stands.
    return (
      versions.every((one) => one.ended !== REVOCATION) ||
      here.some((one) => one.candidate.revoked && versions.some(({ object }) => object === one.candidate.n))
    );
  });
  return last === undefined ? null : { party, class: last.class, generation: last.generation, id: candidate.id };
}

function beginning(party: number, ceiling: number, id: string, rows: readonly Derived[]): Lineage {
  const generation = rows.reduce((next, row) => (row.class === ceiling ? Math.max(next, row.generation + 1) : next), 0);
  return { party, class: ceiling, generation, id };
}

function isOf(row: Derived, lineage: Pick<Lineage, "class" | "generation">): boolean {
  return row.class === lineage.class && row.generation === lineage.generation;
}
