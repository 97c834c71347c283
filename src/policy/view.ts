// Views: by which id each reader knows what it does not have whole, and which versions of that id there are (policy.md,
// Renditions). A reader is a party at a ceiling; readers of one party who are given the same share an id. Pure: what is wanted
// and the derived renditions that there are go in, a plan comes out.
import { hasCeiling } from "./audience.ts";
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
  /** 1: it ends its id, revoked. */
  readonly ended: number;
  readonly digest: string;
  readonly size: number;
}

/** One reader's reduced version. */
export interface Wanted {
  readonly candidate: Candidate;
  readonly party: number;
  readonly ceiling: number;
  /** Equal where the same is left, references by other ids aside. */
  readonly content: string;
  /** What it refers to: the exchange's id of it, or a text that no id has where the reader knows it by that id itself. */
  readonly refs: readonly string[];
}

/** The id by which one reader knows an object, before it is made: equal for readers who share it. */
export interface Lineage {
  readonly party: number;
  readonly class: number;
  readonly generation: number;
  readonly id: string;
}

export const readerKey = (party: number, ceiling: number, id: string): string => `${party} ${ceiling} ${id}`;

/**
 * The lineage of each reader and id that is wanted. Ceilings at which the same is left as at the strictest one are class 0,
 * the others each their own; references to something of another class tell ceilings apart, too. A lineage that ended for a
 * reader is never gone on with: what follows has a new generation.
 */
export function lineagesOf(
  wanted: readonly Wanted[],
  derived: ReadonlyMap<string, readonly Derived[]>,
): ReadonlyMap<string, Lineage> {
  const byObject = Map.groupBy(wanted, ({ party, candidate }) => `${party} ${candidate.id}`);
  let classes = new Map<string, number>();
  for (;;) {
    const next = new Map<string, number>();
    for (const group of byObject.values()) assignClasses(group, classes, next);
    const same = next.size === classes.size && [...next].every(([key, value]) => classes.get(key) === value);
    classes = next;
    if (same) break;
  }
  const lineages = new Map<string, Lineage>();
  for (const { party, ceiling, candidate } of wanted) {
    const key = readerKey(party, ceiling, candidate.id);
    const kind = classes.get(key) ?? 0;
    const ended = (derived.get(`${party} ${candidate.id}`) ?? []).filter(
      // The owner's own revocation ends the id and is its last version.
      (row) =>
        row.class === kind &&
        row.ended === 1 &&
        hasCeiling(row.ceilings, ceiling) &&
        !(candidate.revoked && row.object === candidate.n),
    );
    const generation = ended.reduce((highest, row) => Math.max(highest, row.generation + 1), 0);
    lineages.set(key, { party, class: kind, generation, id: candidate.id });
  }
  return lineages;
}

function assignClasses(group: readonly Wanted[], before: ReadonlyMap<string, number>, next: Map<string, number>): void {
  const said = new Map<number, string[]>();
  for (const { party, ceiling, candidate, content, refs } of group) {
    const named = refs.map((id) => before.get(readerKey(party, ceiling, id)) ?? id);
    const there = said.get(ceiling) ?? [];
    said.set(ceiling, [...there, JSON.stringify([candidate.n, content, named])]);
  }
  const textAt = (ceiling: number): string => (said.get(ceiling) ?? []).sort().join("\n");
  const strictest = Math.max(...said.keys());
  const [first] = group;
  if (first === undefined) return;
  for (const ceiling of said.keys())
    next.set(
      readerKey(first.party, ceiling, first.candidate.id),
      textAt(ceiling) === textAt(strictest) ? 0 : ceiling + 1,
    );
}
