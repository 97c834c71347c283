// A page of a list (TAXII 2.1 §3.2, §3.4, §3.5): how long it may be, how it is told that there is more, and the headers
// with the dates added of its first and last object. Relied on by envelope, manifest and versions, and by both doors.

import { type Micros, formatMicros, parseTimestamp } from "../encoding/timestamp.ts";
import { type Resource, optionalFlag, optionalText } from "./resource.ts";

/** Objects of one page, whatever the client asks for. */
export const PAGE_LIMIT_MAX = 1_000;

/**
 * Objects of one page for a client that names no limit: as many as anybody gets. A request without parameters asks for
 * everything (§3.4), and several clients fetch one page a cycle (OpenCTI) or take the first page for the whole
 * (`get_objects()` of taxii2-client): with pages of 100 a contribution of 5,000 objects would reach them after 50
 * cycles. 1,000 objects of the usual 900 bytes are far below any client's time limit of 30 s.
 */
export const PAGE_LIMIT_DEFAULT = PAGE_LIMIT_MAX;

/** The names of §3.2, as they are printed there. */
export const dateAddedFirstHeader = "X-TAXII-Date-Added-First";
export const dateAddedLastHeader = "X-TAXII-Date-Added-Last";

/** The limit that a page is cut at: the client's, up to ours (§3.4: fewer than asked for is no error). */
export function pageLimit(asked: number | null): number {
  return Math.min(asked ?? PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX);
}

/**
 * The two headers of §3.2 for a page; none for an empty one, which has no first and no last object. The standard does
 * not say what to send then, and a client that took any date from there would skip what is added before its next poll.
 */
export function dateAddedHeaders(first: Micros | null, last: Micros | null): Readonly<Record<string, string>> {
  if (first === null || last === null) return {};
  return { [dateAddedFirstHeader]: formatMicros(first), [dateAddedLastHeader]: formatMicros(last) };
}

/** The date of such a header, or null where it is not there or not a timestamp. */
export function parseDateAdded(header: string | null): Micros | null {
  return header === null ? null : (parseTimestamp(header)?.micros ?? null);
}

/** Whether there is more after a page and the cursor to it; other servers may give none (§3.5). */
export interface Continuation {
  readonly more: boolean;
  readonly next: string | null;
}

/**
 * The members that end a page with something on it: `more` always, since some clients read it unguarded, and `next` when
 * there is more. With us there is more exactly when there is a cursor: a client without one asks for the same for ever.
 */
export function continuation(next: string | null): { readonly more: boolean; readonly next?: string } {
  return next === null ? { more: false } : { more: true, next };
}

/** Reads those members of a page that a server sent. @throws {Refusal} malformed */
export function readContinuation(page: Resource): Continuation {
  const more = optionalFlag(page, "more");
  const next = optionalText(page, "next") ?? "";
  return { more, next: more && next !== "" ? next : null };
}
