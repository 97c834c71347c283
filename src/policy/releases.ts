// From what stands to the rows of the feeds: which releases begin, end or change, and with what date-added (storage.md,
// Releases). Pure: the rows that stand now and the deliveries wanted go in, the difference comes out.
import type { Micros } from "../encoding/timestamp.ts";
import { at, type Audience, ceilings, ceilingsOf, hasCeiling, noAudience } from "./audience.ts";
import { includes, membersOf, nobody, type PartySet, setOf } from "./party-set.ts";
import type { Candidate } from "./candidate.ts";

/** A rendition as a feed places it: a version of an id in a collection. */
export type Placed = Pick<Candidate, "n" | "collection" | "id" | "versionKey" | "type" | "size">;

const EVERYONE = 0;

export interface Row {
  readonly feed: number;
  readonly collection: number;
  readonly last: boolean;
  readonly added: Micros;
  readonly n: number;
  /** Bits: the ceilings of the clients that see it so. */
  readonly ceilings: number;
}

export interface Membership {
  /** Active member states now. */
  readonly active: PartySet;
  /** All member states, active or not. */
  readonly states: PartySet;
  /** States to whom a row of feed 0 with this date belongs. */
  covered(added: Micros): PartySet;
}

export interface Begin {
  readonly feed: number;
  readonly candidate: Placed;
  readonly last: boolean;
  readonly ceilings: number;
  readonly added: Micros;
  /** False: a row that stood already, under another key. */
  readonly fresh: boolean;
}

/** What a reader loses of a row that leaves its key. */
export interface End {
  readonly feed: number;
  readonly ceilings: number;
}

export interface Difference {
  readonly begin: readonly Begin[];
  /** Rows that leave their key. What of them ends is also kept as ended. */
  readonly remove: readonly { readonly row: Row; readonly ends: readonly End[] }[];
  /** Microseconds that the new dates take. */
  readonly width: number;
  /** A reader loses something. */
  readonly narrows: boolean;
}

interface Draft {
  readonly begin: { feed: number; candidate: Placed; last: boolean; ceilings: number; added: Micros | null }[];
  readonly remove: { row: Row; ends: readonly End[] }[];
}

type Delivered = ReadonlyMap<number, Audience>;

/** The difference between the rows that stand and the deliveries wanted, with new dates from `base` on. */
export function difference(
  candidates: readonly Placed[],
  delivered: Delivered,
  rows: readonly Row[],
  membership: Membership,
  base: Micros,
): Difference {
  const groups = new Map<string, Placed[]>();
  for (const candidate of candidates) {
    const key = `${candidate.collection} ${candidate.id}`;
    const there = groups.get(key);
    if (there === undefined) groups.set(key, [candidate]);
    else there.push(candidate);
  }
  const rowsOf = new Map<number, Row[]>();
  for (const row of rows) {
    const there = rowsOf.get(row.n);
    if (there === undefined) rowsOf.set(row.n, [row]);
    else there.push(row);
  }
  const parts = [...groups.values()].map((group) => {
    group.sort(byVersion);
    return { group, standing: group.flatMap((candidate) => rowsOf.get(candidate.n) ?? []) };
  });
  const draftOf = ({ group, standing }: (typeof parts)[number], together: boolean): Draft => {
    const draft: Draft = { begin: [], remove: [] };
    if (together && fitsEveryone(group, delivered, standing, membership))
      shared(group, delivered, standing, membership, draft);
    else split(group, delivered, standing, membership, draft);
    apart(group, delivered, standing, membership, draft);
    return draft;
  };
  const drafts = parts.map((part) => draftOf(part, true));
  // Rows of feed 0 and rows of a state's own cannot be dated in one order that is the same for whoever sees both. If they
  // stood one behind the other, their order would tell a reader which objects everybody has. So they are not mixed.
  const begins = (draft: Draft, everyone: boolean): boolean =>
    draft.begin.some(
      (one) => one.added === null && (everyone ? one.feed === EVERYONE : includes(membership.states, one.feed)),
    );
  const mixed = drafts.some((draft) => begins(draft, true)) && drafts.some((draft) => begins(draft, false));
  const all = parts.map((part, i) => {
    const draft = drafts[i];
    return draft !== undefined && !(mixed && begins(draft, true)) ? draft : draftOf(part, false);
  });
  return dated(
    {
      begin: all.flatMap((draft) => draft.begin),
      remove: all.flatMap((draft) => draft.remove),
    },
    base,
  );
}

const byVersion = (one: Placed, other: Placed): number =>
  one.versionKey < other.versionKey ? -1 : one.versionKey > other.versionKey ? 1 : one.n - other.n;

const everywhere = (one: Placed, delivered: Delivered): Audience => delivered.get(one.n) ?? noAudience;

/** Rows of feed 0 and rows of one's own that show a version at this ceiling. */
const rowAt = (rows: readonly Row[], ceiling: number): Row | undefined =>
  rows.find((row) => hasCeiling(row.ceilings, ceiling));

/** Split rule: all versions of an id in a collection stand in feed 0, or all in own feeds; for clients of every ceiling. */
function fitsEveryone(
  group: readonly Placed[],
  delivered: Delivered,
  standing: readonly Row[],
  membership: Membership,
): boolean {
  if (standing.some((row) => row.feed !== EVERYONE && includes(membership.states, row.feed))) return false;
  return ceilings.every((ceiling) => fitsAt(ceiling, group, delivered, standing, membership));
}

function fitsAt(
  ceiling: number,
  group: readonly Placed[],
  delivered: Delivered,
  standing: readonly Row[],
  membership: Membership,
): boolean {
  const kept: { readers: PartySet; row: Row | undefined }[] = [];
  for (const candidate of group) {
    const wanted = at(everywhere(candidate, delivered), ceiling) & membership.states;
    if (wanted === nobody) continue;
    const row = rowAt(
      standing.filter((one) => one.n === candidate.n && one.feed === EVERYONE),
      ceiling,
    );
    const readers = row === undefined ? membership.active : membership.covered(row.added);
    if (wanted !== readers) return false;
    kept.push({ readers, row });
  }
  const last = kept.at(-1);
  if (last === undefined) return true;
  // Whoever sees an older version must see the last one too, or `last` would not be the same for all; and a version
  // that becomes last again gets a new date, which only those who are active now would see.
  if (kept.some(({ readers }) => (readers & ~last.readers) !== nobody)) return false;
  return last.row === undefined || last.row.last || last.readers === membership.active;
}

/** What one version is to the clients of each ceiling in one feed. */
interface Wanted {
  /** Bits: where it is wanted, and where it is the last version. */
  readonly there: number;
  readonly last: number;
}

/** Which versions a feed wants, by the group's order: the highest that a client sees is the last one for it. */
function wantedIn(group: readonly Placed[], bitsOf: (candidate: Placed) => number): readonly Wanted[] {
  let above = 0;
  const wanted: Wanted[] = [];
  for (const candidate of [...group].reverse()) {
    const there = bitsOf(candidate);
    wanted.unshift({ there, last: there & ~above });
    above |= there;
  }
  return wanted;
}

function shared(
  group: readonly Placed[],
  delivered: Delivered,
  standing: readonly Row[],
  membership: Membership,
  draft: Draft,
): void {
  const bitsOf = (candidate: Placed): number => bitsWhere(everywhere(candidate, delivered), membership.states);
  for (const [i, wanted] of wantedIn(group, bitsOf).entries()) {
    const candidate = group[i];
    if (candidate === undefined) continue;
    const rows = standing.filter((one) => one.n === candidate.n && one.feed === EVERYONE);
    place(EVERYONE, candidate, rows, [], wanted, draft);
  }
}

/** Ceilings at which anybody of these has it, as bits. */
function bitsWhere(audience: Audience, parties: PartySet): number {
  return ceilings.reduce(
    (bits, ceiling) => bits | ((at(audience, ceiling) & parties) === nobody ? 0 : 1 << ceiling),
    0,
  );
}

/**
 * One version in one feed: what begins, ends, or stands otherwise. Clients that see it alike share a row.
 * @param rows that stand in this feed
 * @param moved rows of feed 0 that come into this one with their dates
 */
function place(
  feed: number,
  candidate: Placed,
  rows: readonly Row[],
  moved: readonly Row[],
  wanted: Wanted,
  draft: Draft,
): void {
  const next = new Map<string, { added: Micros | null; last: boolean; ceilings: number }>();
  for (const ceiling of ceilings) {
    if (!hasCeiling(wanted.there, ceiling)) continue;
    const row = rowAt(rows, ceiling) ?? rowAt(moved, ceiling);
    const last = hasCeiling(wanted.last, ceiling);
    // Last again, since a newer one ended: released anew, so that whoever polls for the last ones meets it.
    const added = row === undefined || (last && !row.last) ? null : row.added;
    const key = `${added ?? "new"} ${last}`;
    const there = next.get(key) ?? { added, last, ceilings: 0 };
    next.set(key, { ...there, ceilings: there.ceilings | (1 << ceiling) });
  }
  for (const row of rows) {
    const key = `${row.added} ${row.last}`;
    if (next.get(key)?.ceilings === row.ceilings) {
      next.delete(key);
      continue;
    }
    const ended = row.ceilings & ~wanted.there;
    draft.remove.push({ row, ends: ended === 0 ? [] : [{ feed, ceilings: ended }] });
  }
  for (const one of next.values()) draft.begin.push({ feed, candidate, ...one });
}

/** Own feeds of states; rows of feed 0 move there with their dates. */
function split(
  group: readonly Placed[],
  delivered: Delivered,
  standing: readonly Row[],
  membership: Membership,
  draft: Draft,
): void {
  let readers = nobody;
  for (const candidate of group) for (const set of everywhere(candidate, delivered)) readers |= set & membership.states;
  for (const row of standing) {
    if (row.feed !== EVERYONE) {
      readers |= setOf([row.feed]) & membership.states;
      continue;
    }
    const covered = membership.covered(row.added);
    readers |= covered;
    const audience = delivered.get(row.n) ?? noAudience;
    const ends = membersOf(covered)
      .map((feed): End => ({ feed, ceilings: row.ceilings & ~ceilingsOf(audience, feed) }))
      .filter((end) => end.ceilings !== 0);
    draft.remove.push({ row, ends });
  }
  for (const reader of membersOf(readers)) ownFeed(reader, group, delivered, standing, membership, draft);
}

function ownFeed(
  reader: number,
  group: readonly Placed[],
  delivered: Delivered,
  standing: readonly Row[],
  membership: Membership,
  draft: Draft,
): void {
  const bitsOf = (candidate: Placed): number => ceilingsOf(everywhere(candidate, delivered), reader);
  for (const [i, wanted] of wantedIn(group, bitsOf).entries()) {
    const candidate = group[i];
    if (candidate === undefined) continue;
    const rows = standing.filter((one) => one.n === candidate.n);
    const moved = rows.filter((one) => one.feed === EVERYONE && includes(membership.covered(one.added), reader));
    place(
      reader,
      candidate,
      rows.filter((one) => one.feed === reader),
      moved,
      wanted,
      draft,
    );
  }
}

/** Parties that are no states (the secretariat) never read feed 0. */
function apart(
  group: readonly Placed[],
  delivered: Delivered,
  standing: readonly Row[],
  membership: Membership,
  draft: Draft,
): void {
  let readers = nobody;
  for (const candidate of group)
    for (const set of everywhere(candidate, delivered)) readers |= set & ~membership.states;
  for (const row of standing) if (row.feed !== EVERYONE) readers |= setOf([row.feed]) & ~membership.states;
  for (const reader of membersOf(readers))
    ownFeed(
      reader,
      group,
      delivered,
      standing.filter((row) => row.feed === reader),
      membership,
      draft,
    );
}

/** What explains others comes first, so that a reader meets identities and markings before their users. */
const ranks: Readonly<Record<string, number>> = {
  "marking-definition": 0,
  "extension-definition": 0,
  identity: 1,
  relationship: 4,
  sighting: 4,
  note: 5,
  opinion: 5,
  grouping: 5,
  report: 5,
  "language-content": 6,
};

function before(one: { candidate: Placed }, other: { candidate: Placed }): number {
  const a = one.candidate;
  const b = other.candidate;
  const rank = (ranks[a.type] ?? 3) - (ranks[b.type] ?? 3);
  if (rank !== 0) return rank;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return byVersion(a, b);
}

/**
 * Dates, dense in each feed: a gap would tell of a hidden object. The order is by type and id, since the order of objects in
 * an envelope means nothing.
 */
function dated(draft: Draft, base: Micros): Difference {
  const begin: Begin[] = [];
  const feeds = new Map<number, { k: number; n: number }>();
  for (const one of draft.begin.filter((fresh) => fresh.added === null).sort(before)) {
    const there = feeds.get(one.feed);
    // One version that is last for some clients only stands in two rows, with one date.
    const k = there === undefined ? 0 : there.n === one.candidate.n ? there.k : there.k + 1;
    feeds.set(one.feed, { k, n: one.candidate.n });
    begin.push({ ...one, added: base + k, fresh: true });
  }
  for (const one of draft.begin) if (one.added !== null) begin.push({ ...one, added: one.added, fresh: false });
  return {
    begin,
    remove: draft.remove,
    width: Math.max(0, ...[...feeds.values()].map(({ k }) => k + 1)),
    narrows: draft.remove.some((one) => one.ends.length > 0),
  };
}
