// Whether a version was erased: erase.ts writes it, acts that would compare with its content ask.
import type { ContributionFacts } from "../policy/facts.ts";
import type { ObjectRow } from "../store/objects.ts";

/** In the place of the hash of what is not there. */
export const ERASED = "erased";

/** Whether nothing of a version's content is there any more. */
export function isErased({ facts }: Pick<ObjectRow, "facts">): boolean {
  return (JSON.parse(facts) as { readonly erased?: boolean }).erased === true; // written by erase, or by contribute
}

/** What is kept of a contribution of which no object is in the books: nothing of what they said. */
export function ofNothing({ by, collection, at }: ContributionFacts): ContributionFacts {
  const context = { labels: [], sectors: [], severities: [], exercise: false };
  return { by, collection, at, instruction: null, context, profiles: [] };
}
