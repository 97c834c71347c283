// A page of a feed: which releases stand on it, then their bodies. Its cost depends on the page asked for, never on how much
// there is or how much of it the reader may not see (storage.md, Releases). Relied on by the engines and by exchange/read.
import type { Micros } from "../encoding/timestamp.ts";
import { type Fragment, fragment, joined, word } from "./fragment.ts";

/** Characters of the bodies on one page. */
export const PAGE_LENGTH_MAX = 16 * 1_048_576;

/** The feed that every member reads. */
export const EVERYONE = 0;

/** Which versions of an id are wanted, as `match[version]` names them; the list is ORed. */
export interface VersionsWanted {
  readonly last: boolean;
  readonly first: boolean;
  readonly all: boolean;
  /** Keys by encoding/timestamp versionKey. */
  readonly exact: readonly string[];
}

export interface PageQuery {
  /** objects: the bodies, joined. manifest: a row a version. */
  readonly want: "objects" | "manifest";
  readonly reader: number;
  /** When the reader belonged to everyone: [from, until). */
  readonly everyone: readonly { readonly from: Micros; readonly until: Micros | null }[];
  readonly collection: number;
  readonly after: Micros;
  readonly limit: number;
  /** Rank of the strictest level that the client may have. */
  readonly ceiling: number;
  readonly versions: VersionsWanted;
  readonly ids: readonly string[] | null;
  readonly types: readonly string[] | null;
  /** Renditions that are left out: those that the door refused. */
  readonly without: readonly number[];
}

export interface ManifestRow {
  readonly n: number;
  readonly added: Micros;
  readonly id: string;
  readonly version: string;
}

export interface Page {
  readonly count: number;
  readonly first: Micros;
  readonly last: Micros;
  readonly more: boolean;
  /** Renditions in order, as the feed names them. */
  readonly renditions: readonly number[];
  /** The object of each, for the check at the door; 0 where there is no such rendition. */
  readonly objects: readonly number[];
  /** The bodies in order, one a part or several joined by commas; of `want: "objects"` only. Never written to. */
  readonly bodies: readonly Uint8Array[];
  readonly rows: readonly ManifestRow[];
}

export const emptyPage: Page = {
  count: 0,
  first: 0,
  last: 0,
  more: false,
  renditions: [],
  objects: [],
  bodies: [],
  rows: [],
};

/** A list for IN as one parameter, in the engine's dialect. */
export type List = (values: readonly (string | number)[]) => Fragment;

/** How an engine wants its statements. */
export interface Dialect {
  readonly list: List;
  /**
   * Whether each feed is cut at the limit by itself before they are put in one order. SQLite merges feeds that have an order
   * and stops at the limit; cut first, they are written down and sorted on the way (twice the time). PostgreSQL sorts whole
   * feeds unless they are cut (fifty times the time).
   */
  readonly cutsArms: boolean;
}

/** The reader's intervals of feed 0 after the cursor, as bounds on `added`; null when nothing of feed 0 is the reader's. */
function everyoneBound(query: PageQuery, added: Fragment): Fragment | null {
  const open = query.everyone.filter((interval) => interval.until === null || interval.until > query.after);
  const bounds = open.map((interval) => {
    const from = fragment`${added} > ${Math.max(query.after, interval.from - 1)}`;
    return interval.until === null ? from : fragment`(${from} AND ${added} < ${interval.until})`;
  });
  const [only] = bounds;
  if (only === undefined) return null;
  if (bounds.length === 1) return only;
  const lowest = Math.max(query.after, Math.min(...open.map((interval) => interval.from - 1)));
  // The first bound lets the key seek; the alternatives then choose among the reader's intervals.
  return fragment`${added} > ${lowest} AND (${joined(bounds, " OR ")})`;
}

/** `added, rendition, size` of the releases that the query wants, oldest first, at most `limit` of them. */
export function releasesOf(query: PageQuery, { list, cutsArms }: Dialect, limit: number): Fragment {
  const bound = everyoneBound(query, word("r.added"));
  if (query.ids !== null) {
    const feeds =
      bound === null
        ? fragment`r.feed = ${query.reader} AND r.added > ${query.after}`
        : fragment`((r.feed = ${query.reader} AND r.added > ${query.after}) OR (r.feed = ${EVERYONE} AND ${bound}))`;
    return fragment`SELECT r.added AS added, r.rendition AS rendition, r.size AS size
      FROM (SELECT d.n AS n FROM object o JOIN rendition d ON d.object = o.n WHERE o.id IN ${list(query.ids)} AND d.recipient = 0
        UNION ALL SELECT v.n AS n FROM derived v WHERE v.id IN ${list(query.ids)} AND v.recipient = ${query.reader}) k
      JOIN release r ON r.rendition = k.n WHERE r.collection = ${query.collection} AND ${feeds} AND ${conditions(query, list)}
      ORDER BY r.added LIMIT ${limit}`;
  }
  const lasts = query.versions.last && !query.versions.first && query.versions.exact.length === 0 ? [1] : [1, 0];
  const arms = lasts.flatMap((last) => {
    const arm = (feed: number, within: Fragment) => {
      const rows = fragment`SELECT r.added AS added, r.rendition AS rendition, r.size AS size FROM release r
        WHERE r.feed = ${feed} AND r.collection = ${query.collection} AND r.last = ${last} AND ${within} AND ${conditions(query, list)}`;
      const name = word(`${feed === EVERYONE ? "everyone" : "own"}_${last}`);
      return cutsArms ? fragment`SELECT * FROM (${rows} ORDER BY r.added LIMIT ${limit}) arm_${name}` : rows;
    };
    const own = arm(query.reader, fragment`r.added > ${query.after}`);
    return bound === null ? [own] : [arm(EVERYONE, bound), own];
  });
  return cutsArms
    ? fragment`SELECT added, rendition, size FROM (${joined(arms, " UNION ALL ")}) u ORDER BY added LIMIT ${limit}`
    : fragment`${joined(arms, " UNION ALL ")} ORDER BY added LIMIT ${limit}`;
}

/** Ceiling, types and versions: all act before LIMIT, so that a page is never short while there is more. */
function conditions(query: PageQuery, list: List): Fragment {
  const parts: Fragment[] = [fragment`(r.ceilings & ${1 << query.ceiling}) <> 0`];
  if (query.types !== null) parts.push(fragment`r.type IN ${list(query.types)}`);
  if (query.without.length > 0) {
    // Numbers of our own books, and few.
    parts.push(fragment`r.rendition NOT IN (${word(query.without.join(", "))})`);
  }
  const { all, last, first, exact } = query.versions;
  if (!all) {
    const any: Fragment[] = [];
    if (last) any.push(fragment`r.last = 1`);
    if (exact.length > 0)
      any.push(
        fragment`EXISTS (SELECT 1 FROM rendition vd JOIN object vo ON vo.n = vd.object
          WHERE vd.n = r.rendition AND vd.recipient = 0 AND vo.version_key IN ${list(exact)})`,
        fragment`EXISTS (SELECT 1 FROM derived ve WHERE ve.n = r.rendition AND ve.version_key IN ${list(exact)})`,
      );
    if (first) any.push(firstOf(query));
    parts.push(fragment`(${joined(any, " OR ")})`);
  }
  return joined(parts, " AND ");
}

/** The reader has no older version of the same id in this collection: of an object's own, or of one that stands for it. */
function firstOf(query: PageQuery): Fragment {
  const bound = everyoneBound({ ...query, after: 0 }, word("fr.added"));
  const feeds =
    bound === null
      ? fragment`fr.feed = ${query.reader}`
      : fragment`(fr.feed = ${query.reader} OR (fr.feed = ${EVERYONE} AND ${bound}))`;
  const older = fragment`fr.collection = ${query.collection} AND (fr.ceilings & ${1 << query.ceiling}) <> 0 AND ${feeds}`;
  return fragment`(NOT EXISTS (SELECT 1 FROM rendition xd JOIN object xo ON xo.n = xd.object
      JOIN object fo ON fo.id = xo.id AND fo.version_key < xo.version_key
      JOIN rendition fd ON fd.object = fo.n AND fd.recipient = 0 JOIN release fr ON fr.rendition = fd.n
      WHERE xd.n = r.rendition AND xd.recipient = 0 AND ${older})
    AND NOT EXISTS (SELECT 1 FROM derived xe JOIN derived fe
        ON fe.id = xe.id AND fe.recipient = xe.recipient AND fe.version_key < xe.version_key
      JOIN release fr ON fr.rendition = fe.n WHERE xe.n = r.rendition AND ${older}))`;
}

/** One release on a page: what the feed itself tells of it. */
export interface Listed {
  readonly added: Micros;
  readonly rendition: number;
  readonly size: number;
}

/** What stands on a page, in order. In columns, since many are remembered. */
export interface ListedPage {
  readonly renditions: readonly number[];
  readonly added: readonly Micros[];
  readonly more: boolean;
}

/**
 * What stands on the page, of the at most limit + 1 releases that were read. Sizes stand in the feed, so that a page of the
 * largest objects is cut before any body is read: it must not fill the memory of whoever serves it.
 */
export function cutPage(query: PageQuery, listed: readonly Listed[]): ListedPage {
  const renditions: number[] = [];
  const added: Micros[] = [];
  let length = 0;
  for (const one of listed) {
    length += one.size;
    // The first always fits: a page that is empty while there is more would send its reader round for ever.
    if (renditions.length === query.limit) break;
    if (renditions.length > 0 && query.want === "objects" && length > PAGE_LENGTH_MAX) break;
    renditions.push(one.rendition);
    added.push(one.added);
  }
  return { renditions, added, more: listed.length > renditions.length };
}

/** The bodies of renditions, or what a manifest tells of them, a row each in no order. */
export function rowsOf(want: PageQuery["want"], renditions: readonly number[], list: List): Fragment {
  return want === "objects"
    ? fragment`SELECT d.n AS n, d.object AS object, d.body AS body FROM rendition d WHERE d.n IN ${list(renditions)}`
    : fragment`SELECT d.n AS n, d.object AS object, coalesce(v.id, o.id) AS id, coalesce(v.version, o.version) AS version
        FROM rendition d JOIN object o ON o.n = d.object LEFT JOIN derived v ON v.n = d.n WHERE d.n IN ${list(renditions)}`;
}

export interface RenditionRow {
  readonly n: number;
  readonly object: number;
  readonly body?: string;
  readonly id?: string;
  readonly version?: string;
}

/** Builds the page from such rows. */
export function pageFromRows(want: PageQuery["want"], listed: ListedPage, rows: readonly RenditionRow[]): Page {
  const byNumber = new Map(rows.map((row) => [row.n, row]));
  const found = listed.renditions.map((rendition) => byNumber.get(rendition));
  const bodies = found.flatMap((row) => row?.body ?? []);
  return {
    ...edgesOf(listed),
    objects: found.map((row) => row?.object ?? 0),
    bodies: bodies.length === 0 ? [] : [new TextEncoder().encode(bodies.join(","))],
    rows:
      want === "objects"
        ? []
        : found.map((row, i) => ({
            n: row?.object ?? 0,
            added: listed.added[i] ?? 0,
            id: row?.id ?? "",
            version: row?.version ?? "",
          })),
  };
}

export function edgesOf({
  renditions,
  added,
  more,
}: ListedPage): Pick<Page, "count" | "first" | "last" | "more" | "renditions"> {
  return { count: renditions.length, first: added[0] ?? 0, last: added.at(-1) ?? 0, more, renditions };
}
