// Lean (policy.md step 8): a sighting, opinion or note about what its contributor has by release reaches at most those who have
// that object, and by default its author alone. Objects of other types are cut where the reader lacks what they refer to.

import type { Attributes } from "./facts.ts";
import type { PartyRef } from "./parties.ts";
import type { ShareRule } from "./policy.ts";

/** Types that speak of an object and are nothing without it. */
export const leanTypes: readonly string[] = ["note", "opinion", "sighting"];

/** A reference as its contributor read it. */
export interface Referred {
  readonly id: string;
  /** Code of the party whose copy it read: its own, another's, or "unattributed". */
  readonly holder: string;
}

/**
 * The authors of what an object refers to, alphabetical: whoever holds the copy that was read. A relayed object has its relayer
 * for an author here, who is the one whom an answer can reach.
 */
export function authorsOf(referred: readonly Referred[]): readonly string[] {
  return [...new Set(referred.map(({ holder }) => holder))].sort();
}

/** Whether the object leans on another's: it is about something that its contributor has by release. */
export function isLean({ type, authors = [] }: Pick<Attributes, "type" | "authors">, contributor: string): boolean {
  return leanTypes.includes(type) && authors.some((author) => author !== contributor);
}

/**
 * Whether a share speaks of answers to others' objects, and not of everything alike: it has a condition on their type, or it
 * shares by this reference with those whom the contribution's instruction names.
 */
export function speaksOfAnswers({ when }: Pick<ShareRule, "when">, by: readonly PartyRef[]): boolean {
  return when.type !== null || by.some(({ kind }) => kind === "named");
}

/** What a lean object may reach, or which references of another object are cut, for one reader. */
export type Leaning = "goes" | "denied" | { readonly cut: readonly string[] };

/**
 * Step 8 for one reader of an object that steps 1 to 7 give it: a lean object goes only to whoever has all that it refers to of
 * others; an object of another type goes without the references that the reader lacks.
 * @param has whether the reader has or had, by release or as its own, an id that the object refers to
 */
export function leanFor(
  type: string,
  contributor: string,
  referred: readonly Referred[],
  has: (id: string) => boolean,
): Leaning {
  const lacking = referred.filter(({ id }) => !has(id));
  const leans = leanTypes.includes(type) && referred.some(({ holder }) => holder !== contributor);
  if (leans) return lacking.some(({ holder }) => holder !== contributor) ? "denied" : "goes";
  return lacking.length === 0 ? "goes" : { cut: [...new Set(lacking.map(({ id }) => id))].sort() };
}
