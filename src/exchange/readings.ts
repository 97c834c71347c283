// How a contributor's references are read, once and for all, when it contributes: as it knew ids then (exchange-model, references).
import type { Party } from "../directory/state.ts";
import type { Reading } from "../policy/candidate.ts";
import { needsOf } from "../stix/needs.ts";
import type { Books } from "./books.ts";
import type { Item } from "./contribution-items.ts";
import type { Readings } from "./world.ts";

/**
 * Each reference as the contributor knew ids: the commons need no reading; its own come first, then what it had by
 * release. What it does not know stays unread, and as it is, whatever the exchange holds (exchange-model, references).
 */
export function readingsOf(item: Item, fresh: ReadonlySet<string>, party: Party, books: Books): Readings {
  const ids = new Set([...item.references.map((ref) => ref.id), ...item.extensions]);
  ids.delete(item.object.id);
  const places = new Map<string, number>();
  const refs: Reading[] = [];
  for (const id of [...ids].sort()) {
    if (books.pinned(id).length > 0) continue;
    const reading = readingOf(id, fresh, party, books);
    if (reading === null) continue;
    places.set(id, refs.length);
    refs.push(reading);
  }
  const needs = [...needsOf(item.object, item.references), ...item.extensions.map((id) => [id])];
  // What is not read, or is everybody's, stays as it is: a need that it meets is met.
  return {
    refs,
    needs: needs.map((need) => need.map((id) => places.get(id) ?? -1)).filter((need) => !need.includes(-1)),
  };
}

/** @param fresh ids of the contributor's own that come in the same contribution */
export function readingOf(id: string, fresh: ReadonlySet<string>, party: Party, books: Books): Reading | null {
  if (fresh.has(id) || books.own(id).length > 0) return { id, holder: party.n };
  const [holder, ...also] = books.holders(id);
  if (holder !== undefined) return also.length === 0 ? { id, holder } : { id, holder, also };
  const derived = books.derived(id).at(-1);
  return derived === undefined ? null : { id: derived.row.of, holder: derived.row.contributor, as: id };
}
