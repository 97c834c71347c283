// Whether a version was erased: erase.ts writes it, acts that would compare with its content ask.
import type { ObjectRow } from "../store/objects.ts";

/** Whether nothing of a version's content is there any more. */
export function isErased({ facts }: Pick<ObjectRow, "facts">): boolean {
  return (JSON.parse(facts) as { readonly erased?: boolean }).erased === true; // written by erase, or by contribute
}
