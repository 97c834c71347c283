// What each object of a contribution is to its contributor: new, the same again, an echo of what it had by release, or
// refused (exchange-model: own-voice, commons, echo, idempotent, immutable). Judged by what it had before the contribution.
import { type Micros, versionKey, formatMicros } from "../encoding/timestamp.ts";
import { findRegistrant } from "../directory/directory.ts";
import type { Party } from "../directory/state.ts";
import { formatCanonical } from "../encoding/canonical-json.ts";
import { formatInstruction, type Instruction } from "../policy/instruction.ts";
import { changedImmutables } from "../stix/version.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import type { Books, Own } from "./books.ts";
import { digestOf } from "./commons.ts";
import type { Item } from "./contribution-items.ts";
import { ERASED, isErased } from "./erased.ts";

/** A version may be dated ahead of the exchange's clock by this much, for clocks differ. */
export const FUTURE_MAX: Micros = 24 * 3_600_000_000;

export type Class =
  | { readonly kind: "new" }
  /** In the books already, by the same contributor in the same collection. */
  | { readonly kind: "same"; readonly version: string }
  | { readonly kind: "echo"; readonly version: string }
  | { readonly kind: "refused"; readonly message: string };

export interface Setting {
  readonly directory: DirectorySnapshot;
  readonly party: Party;
  readonly collection: number;
  readonly instruction: Instruction | null;
  readonly at: Micros;
  readonly books: Books;
}

const fresh: Class = { kind: "new" };
const refused = (message: string): Class => ({ kind: "refused", message });

export function classify(item: Item, setting: Setting): Class {
  const pinned = setting.books.pinned(item.object.id);
  const [first] = pinned;
  if (first !== undefined) {
    return pinned.some((row) => row.digest === item.digest)
      ? { kind: "same", version: first.version }
      : refused("This object belongs to the commons and stands there with other content. (commons)");
  }
  return (
    byOwnVersions(item, setting) ??
    byReceived(item, setting) ??
    byDerived(item, setting) ??
    byAuthor(item, setting) ??
    byTime(item, setting) ??
    fresh
  );
}

function byOwnVersions(item: Item, { books, collection, instruction }: Setting): Class | null {
  const own = books.own(item.object.id);
  if (own.length === 0) return null;
  // An observable's versions differ by content and marking; whether it is the same is known when it has inherited.
  if (item.versionKey === null) return null;
  const same = own.filter((one) => one.row.version_key === item.versionKey);
  if (same.some((one) => one.row.digest !== item.digest))
    return refused("This version stands with other content; a change needs a later modified. (immutable)");
  const placed = same.find((one) => one.row.collection === collection);
  if (placed !== undefined) return again(placed, instruction);
  // The revocation itself may go into each collection in which the object stands; nothing else comes after it.
  if (own.some((one) => one.facts.revoked && one.row.version_key !== item.versionKey))
    return refused("This object was revoked; no version follows. (immutable)");
  return byImmutables(item, own, books);
}

function again(placed: Own, instruction: Instruction | null): Class {
  if (placed.row.recalled === 1) return refused("This version was recalled and does not come back. (recall)");
  return sameInstruction(placed.contribution.instruction, instruction)
    ? { kind: "same", version: placed.row.version }
    : refused("This version was contributed with another instruction, which is fixed. (idempotent)");
}

export function sameInstruction(one: Instruction | null, other: Instruction | null): boolean {
  return formatCanonical(formatInstruction(one)) === formatCanonical(formatInstruction(other));
}

function byImmutables(item: Item, own: readonly Own[], books: Books): Class | null {
  // Of what was erased nothing is there to compare with.
  const before = own.findLast(({ row }) => !isErased(row));
  const body = before === undefined ? undefined : books.body(before.row.n);
  if (body === undefined) return null;
  const [changed] = changedImmutables(body, item.object);
  return changed === undefined ? null : refused(`A later version keeps ${changed}. (immutable)`);
}

function byReceived(item: Item, { books }: Setting): Class | null {
  const received = books.received(item.object.id);
  if (item.versionKey === null) {
    const same = received.find((row) => row.digest === item.digest);
    // Another content of an observable is one's own copy.
    return same === undefined ? null : { kind: "echo", version: same.version };
  }
  const version = received.filter((row) => row.version_key === item.versionKey);
  const [one] = version;
  if (one === undefined) return null;
  // What was erased cannot be compared: whoever pushes back all that it has does so in good faith, and it changes nothing.
  return version.some((row) => row.digest === item.digest || row.digest === ERASED)
    ? { kind: "echo", version: one.version }
    : refused("This version was released to you with other content. (echo)");
}

/** What the exchange made for it, pushed back. */
function byDerived(item: Item, { books }: Setting): Class | null {
  const known = books.derived(item.object.id);
  if (known.length === 0) return null;
  const same = known.find(({ row, object }) =>
    item.versionKey === null || row.version_key === item.versionKey
      ? digestOf(object) === item.digest || (item.versionKey !== null && row.digest === ERASED)
      : false,
  );
  if (same !== undefined) return { kind: "echo", version: same.row.version };
  return refused("This object was released to you in a reduced rendition, whose id is not yours to go on with. (echo)");
}

function byAuthor(item: Item, { directory, party }: Setting): Class | null {
  return isOthers(item, directory, party)
    ? refused("created_by_ref names an identity that another party registered. (own-voice)")
    : null;
}

/** Whether the object speaks in the name of another party. */
export function isOthers(item: Item, directory: DirectorySnapshot, party: Party): boolean {
  const createdBy = item.object["created_by_ref"];
  if (typeof createdBy !== "string") return false;
  const author = findRegistrant(directory, createdBy);
  return author !== null && author.n !== party.n;
}

function byTime(item: Item, { at }: Setting): Class | null {
  return item.versionKey !== null && item.versionKey > versionKey(formatMicros(at + FUTURE_MAX))
    ? refused("This version is dated more than a day ahead. (future)")
    : null;
}
