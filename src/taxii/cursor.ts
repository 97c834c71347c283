// The value of `next` (TAXII 2.1 §3.4, §3.5): where a reader stands in a list, sealed. It carries the whole query, so that
// no instance has to remember it, and is checked against who presents it and where: the standard lets no server trust it.

import { seal, unseal } from "../encoding/seal.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import {
  BEFORE_ALL,
  CURSOR_LENGTH_MAX,
  type Filter,
  type FilterEndpoint,
  type Match,
  type MatchField,
} from "./filter.ts";
import { PAGE_LIMIT_MAX, pageLimit } from "./page.ts";

/** The lists that have pages. */
export type PagedResource = Exclude<FilterEndpoint, "delete">;

/** Whose list, and which: a cursor holds for one place. */
export interface Place {
  readonly party: string;
  readonly client: string;
  /** The collection's id, whatever the URL calls it. */
  readonly collection: string;
  readonly resource: PagedResource;
  /** The STIX id of `object` and `versions`; null for the lists of a collection. */
  readonly object: string | null;
}

/** What the next page of a list is: these objects, added strictly after, at most so many. */
export interface Position {
  readonly match: Match;
  readonly after: Micros;
  /** 1 to PAGE_LIMIT_MAX. */
  readonly limit: number;
}

/**
 * What a query asks for. With `next` the cursor says it all: `added_after` and `limit` beside it are ignored, because
 * clients send the first ones again, or the length of the last page. Without, the query does.
 * @throws {Refusal} malformed, as `parseCursor`
 */
export function positionOf(key: Uint8Array, place: Place, filter: Filter): Position {
  if (filter.next !== null) return parseCursor(key, filter.next, place, filter);
  const { ids, types, versions, specVersions } = filter;
  return {
    match: { ids, types, versions, specVersions },
    after: filter.addedAfter ?? BEFORE_ALL,
    limit: pageLimit(filter.limit),
  };
}

/**
 * The cursor to a position: opaque, and the same for the same place and position, so that nothing but these can be read
 * from it being equal or not.
 * @param key 32 bytes, of this use alone
 * @throws {TypeError} when the limit or the date is out of range
 */
export function formatCursor(key: Uint8Array, place: Place, position: Position): string {
  const { after, limit, match } = position;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > PAGE_LIMIT_MAX) throw new TypeError("A page has its limit.");
  if (!Number.isSafeInteger(after) || after < BEFORE_ALL) throw new TypeError("A position is whole microseconds.");
  const { last, first, all, exact } = match.versions;
  const sealed: Sealed = [
    formatNumber,
    place.collection,
    place.resource,
    place.object,
    after,
    limit,
    match.ids,
    match.types,
    [last, first, all, exact],
    match.specVersions,
  ];
  return seal(key, JSON.stringify(sealed), contextOf(place));
}

/**
 * The position that a cursor leads to. Match fields beside it are either those that it carries or left out.
 *
 * What is said about a cursor that does not open is the same whether it was altered, made up, or given to somebody else;
 * of one that opens its client learns what it knew: that it used it elsewhere.
 * @throws {Refusal} malformed, subject `next` or the match field that differs
 */
export function parseCursor(key: Uint8Array, text: string, place: Place, filter: Filter): Position {
  const opened = text.length > CURSOR_LENGTH_MAX ? null : unseal(key, text, contextOf(place));
  const sealed = opened === null ? null : readSealed(opened);
  if (sealed === null) {
    throw refused(
      "cursor",
      "The cursor in next is not one that this server gave to this client; begin again without it.",
    );
  }
  const [, collection, resource, object, after, limit, ids, types, [last, first, all, exact], specVersions] = sealed;
  if (collection !== place.collection) {
    throw refused("cursor-collection", "The cursor in next belongs to another collection; begin again without it.");
  }
  if (resource !== place.resource) {
    throw refused("cursor-resource", "The cursor in next belongs to another kind of list; begin again without it.");
  }
  if (object !== place.object) {
    throw refused("cursor-object", "The cursor in next belongs to another object; begin again without it.");
  }
  const match: Match = { ids, types, versions: { last, first, all, exact }, specVersions };
  const differing = filter.given.find((field) => spelled(filter, field) !== spelled(match, field));
  if (differing !== undefined) {
    const subject = `match[${differing}]`;
    throw refused("cursor-filter", `The parameter ${subject} differs from the query that next continues.`, subject);
  }
  return { match, after, limit };
}

// Changes with the form below; a cursor of another form is none of ours, and its client begins again.
const formatNumber = 1;

type Sealed = readonly [
  format: typeof formatNumber,
  collection: string,
  resource: PagedResource,
  object: string | null,
  after: Micros,
  limit: number,
  ids: readonly string[],
  types: readonly string[],
  versions: readonly [last: boolean, first: boolean, all: boolean, exact: readonly string[]],
  specVersions: readonly string[],
];

function readSealed(opened: string): Sealed | null {
  const value: unknown = JSON.parse(opened);
  // The seal says that formatCursor wrote it, the number that it was this form of it: nothing else can stand there.
  return Array.isArray(value) && value[0] === formatNumber ? (value as unknown as Sealed) : null;
}

// The caller is part of the seal's context and not of its content: another's cursor does not even open. JSON keeps the
// two names apart whatever they hold.
function contextOf(place: Place): string {
  return JSON.stringify(["taxii next", place.party, place.client]);
}

// One text for each meaning of a match field: values are sorted and single where they are parsed.
function spelled(match: Match, field: MatchField): string {
  const values = { id: match.ids, type: match.types, spec_version: match.specVersions };
  if (field !== "version") return JSON.stringify(values[field]);
  const { last, first, all, exact } = match.versions;
  return JSON.stringify([last, first, all, exact]);
}

function refused(rule: string, sentence: string, subject = "next"): Refusal {
  return new Refusal("malformed", sentence, { rule, subject });
}
