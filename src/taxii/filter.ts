// The query parameters of TAXII (2.1 §3.4): added_after, limit, next and match[…], read strictly, since a malformed one
// is answered with 400 and a misread one gives a client too little for ever. Relied on by cursor, by the TAXII door and
// by our own client, which writes them.

import { type Micros, formatMicros, parseTimestamp } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";

/** Characters of a query. Node takes 16 KiB for the whole head of a request. */
export const QUERY_LENGTH_MAX = 16_384;

/** Parameters of a query, unknown ones included. */
export const QUERY_PARAMETERS_MAX = 64;

/** Values of one match field. */
export const MATCH_VALUES_MAX = 100;

/** Characters of all match values together. A cursor carries them too, so both fit into one head of a request. */
export const MATCH_LENGTH_MAX = 4_096;

/** Characters of a timestamp in a query: 40 digits of a second and more. */
export const TIMESTAMP_LENGTH_MAX = 64;

/** Characters of a cursor; the largest that MATCH_LENGTH_MAX allows has about 6,300. */
export const CURSOR_LENGTH_MAX = 8_192;

/** Before everything: where a reader starts that names no date. */
export const BEFORE_ALL: Micros = -1;

/** The endpoints that take these parameters, each its own set of them. */
export type FilterEndpoint = "objects" | "manifest" | "object" | "versions" | "delete";

export type MatchField = "id" | "type" | "version" | "spec_version";

/** Which versions of an object are wanted; what is named is ORed, `all` stands alone. */
export interface VersionsWanted {
  readonly last: boolean;
  readonly first: boolean;
  readonly all: boolean;
  /** Keys of encoding/timestamp, by which `…:00Z` and `…:00.000Z` are one; ascending. */
  readonly exact: readonly string[];
}

/** The match fields, ANDed; the values of one are ORed, sorted and each there once. An empty list lets everything pass. */
export interface Match {
  readonly ids: readonly string[];
  readonly types: readonly string[];
  readonly versions: VersionsWanted;
  readonly specVersions: readonly string[];
}

export interface Filter extends Match {
  /** Objects with a date added strictly after this one; null begins with the oldest. */
  readonly addedAfter: Micros | null;
  /** As the client wrote it, greater than 0; `pageLimit` caps it. */
  readonly limit: number | null;
  /** A cursor, not yet looked into. */
  readonly next: string | null;
  /** The match fields that the query names, in the order of the standard. */
  readonly given: readonly MatchField[];
}

/**
 * Reads the query of an endpoint, percent-encoded as it is in the URL (with or without `?`) or already taken apart.
 *
 * Parameters that the endpoint does not have are ignored, match fields too (§3.4) - but not by DELETE, where a filter
 * that is ignored removes more than was asked for. Without match[version] the last versions are meant; all of them by
 * DELETE (the one before would become the last) and by versions, which has no such field.
 *
 * @throws {Refusal} malformed, with the parameter as subject: twice there, empty, not of its form, `all` beside another
 * version, a version named twice, or more than a limit of this file
 */
export function parseFilter(query: string | URLSearchParams, endpoint: FilterEndpoint): Filter {
  const parameters = readParameters(query, endpoint);
  const value = (name: string): string | null => parameters.get(name) ?? null;
  const texts = {
    id: value("match[id]"),
    type: value("match[type]"),
    version: value("match[version]"),
    spec_version: value("match[spec_version]"),
  } satisfies Record<MatchField, string | null>;
  const length = Object.values(texts).reduce((sum, text) => sum + (text?.length ?? 0), 0);
  if (length > MATCH_LENGTH_MAX) {
    const longest = matchFields.reduce((a, b) => ((texts[b]?.length ?? 0) > (texts[a]?.length ?? 0) ? b : a));
    throw malformed(`match[${longest}]`, `has too many values: ${MATCH_LENGTH_MAX} characters are read`);
  }
  return {
    addedAfter: addedAfter(value("added_after")),
    limit: limit(value("limit")),
    next: cursor(value("next")),
    ids: values("match[id]", texts.id, idForm, "STIX ids"),
    types: values("match[type]", texts.type, typeForm, "STIX types"),
    versions: versions(texts.version, endpoint),
    specVersions: values("match[spec_version]", texts.spec_version, specVersionForm, "versions like 2.1"),
    given: matchFields.filter((field) => texts[field] !== null),
  };
}

/** The query text of a filter, without `?` and percent-encoded; "" where it asks for everything. */
export function formatFilter(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.addedAfter !== null) query.set("added_after", formatMicros(filter.addedAfter));
  if (filter.limit !== null) query.set("limit", String(filter.limit));
  if (filter.next !== null) query.set("next", filter.next);
  const { last, first, all, exact } = filter.versions;
  const wanted = {
    id: filter.ids,
    type: filter.types,
    version: [
      ...(all ? ["all"] : []),
      ...(last ? ["last"] : []),
      ...(first ? ["first"] : []),
      ...exact.map((key) => `${key}Z`),
    ],
    spec_version: filter.specVersions,
  } satisfies Record<MatchField, readonly string[]>;
  for (const field of filter.given) query.set(`match[${field}]`, wanted[field].join(","));
  return query.toString();
}

const matchFields: readonly MatchField[] = ["id", "type", "version", "spec_version"];
const paging = ["added_after", "limit", "next"];

// The table of §5.3 to §5.8. `match[spec_version]` stands in the table of DELETE, though not in the prose above it.
const parametersOf: Readonly<Record<FilterEndpoint, ReadonlySet<string>>> = {
  objects: new Set([...paging, "match[id]", "match[type]", "match[version]", "match[spec_version]"]),
  manifest: new Set([...paging, "match[id]", "match[type]", "match[version]", "match[spec_version]"]),
  object: new Set([...paging, "match[version]", "match[spec_version]"]),
  versions: new Set([...paging, "match[spec_version]"]),
  delete: new Set(["match[version]", "match[spec_version]"]),
};

// Linear: each part has its own length or its own characters.
const idForm = /^[a-z][a-z0-9-]{2,249}--[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const typeForm = /^[a-z][a-z0-9-]{2,249}$/;
const specVersionForm = /^[0-9]{1,3}\.[0-9]{1,3}$/;

function readParameters(query: string | URLSearchParams, endpoint: FilterEndpoint): ReadonlyMap<string, string> {
  if (typeof query === "string" && query.length > QUERY_LENGTH_MAX) {
    throw new Refusal("malformed", `The query has more than ${QUERY_LENGTH_MAX} characters.`, {
      rule: "taxii-filter",
      subject: "QUERY_LENGTH_MAX",
    });
  }
  // URLSearchParams decodes names as well, so that match%5Bid%5D and match[id] are one parameter.
  const parts = typeof query === "string" ? new URLSearchParams(query) : query;
  if (parts.size > QUERY_PARAMETERS_MAX) {
    throw new Refusal("malformed", `The query has more than ${QUERY_PARAMETERS_MAX} parameters.`, {
      rule: "taxii-filter",
      subject: "QUERY_PARAMETERS_MAX",
    });
  }
  const known = parametersOf[endpoint];
  const found = new Map<string, string>();
  for (const [name, value] of parts) {
    if (!known.has(name)) {
      if (endpoint === "delete" && (paging.includes(name) || /^match\[.*\]$/s.test(name))) {
        throw malformed(subjectOf(name), "is no filter of DELETE, which takes match[version] and match[spec_version]");
      }
      continue;
    }
    if (found.has(name)) throw malformed(name, "is there more than once");
    if (value === "") throw malformed(name, "is empty");
    found.set(name, value);
  }
  return found;
}

function addedAfter(text: string | null): Micros | null {
  if (text === null) return null;
  const parsed = text.length > TIMESTAMP_LENGTH_MAX ? null : parseTimestamp(text);
  if (parsed === null) throw malformed("added_after", "is not a timestamp in UTC like 2024-01-31T12:00:00.000000Z");
  // Digits beyond the microsecond are dropped: dates added are whole microseconds, so that one is after T and a bit of a
  // microsecond exactly when it is after T. A leap second is before the minute that `micros` counts it into.
  const micros = text.slice(17, 19) === "60" ? Math.floor(parsed.micros / 1_000_000) * 1_000_000 - 1 : parsed.micros;
  return Math.min(Math.max(micros, BEFORE_ALL), Number.MAX_SAFE_INTEGER);
}

function limit(text: string | null): number | null {
  if (text === null) return null;
  const value = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : 0;
  if (value < 1 || !Number.isSafeInteger(value)) throw malformed("limit", "is not a whole number greater than 0");
  return value;
}

function cursor(text: string | null): string | null {
  if (text !== null && text.length > CURSOR_LENGTH_MAX) throw malformed("next", "is no cursor that this server gives");
  return text;
}

function values(name: string, text: string | null, form: RegExp, what: string): readonly string[] {
  if (text === null) return [];
  const parts = split(name, text);
  if (!parts.every((part) => form.test(part)))
    throw malformed(name, `is not a list of ${what}, with commas alone between`);
  // ORed, so that neither order nor repetition means anything; equal filters become equal cursors.
  return [...new Set(parts)].sort();
}

function versions(text: string | null, endpoint: FilterEndpoint): VersionsWanted {
  const name = "match[version]";
  if (text === null) {
    const all = endpoint === "delete" || endpoint === "versions";
    return { last: !all, first: false, all, exact: [] };
  }
  const keys = split(name, text).map((part) => {
    if (part === "last" || part === "first" || part === "all") return part;
    const parsed = part.length > TIMESTAMP_LENGTH_MAX ? null : parseTimestamp(part);
    if (parsed === null)
      throw malformed(name, "is not a list of last, first, all and timestamps, with commas alone between");
    return parsed.key;
  });
  const distinct = new Set(keys);
  if (distinct.size < keys.length) throw malformed(name, "names a version twice");
  if (distinct.has("all") && distinct.size > 1) throw malformed(name, "has all beside another version");
  return {
    last: distinct.delete("last"),
    first: distinct.delete("first"),
    all: distinct.delete("all"),
    exact: [...distinct].sort(),
  };
}

function split(name: string, text: string): readonly string[] {
  const parts = text.split(",");
  if (parts.length > MATCH_VALUES_MAX) throw malformed(name, `has more than ${MATCH_VALUES_MAX} values`);
  return parts;
}

// A field that the client made up is not repeated in full.
function subjectOf(name: string): string {
  return paging.includes(name) || name === "match[id]" || name === "match[type]" ? name : "match";
}

function malformed(subject: string, fault: string): Refusal {
  return new Refusal("malformed", `The parameter ${subject} ${fault}.`, { rule: "taxii-filter", subject });
}
