// From what stands to the rows of the feeds: which releases begin, end or change, and with what date-added (storage.md,
// Releases). Pure: the rows that stand now and the deliveries wanted go in, the difference comes out.
import type { Micros } from "../encoding/timestamp.ts";
import { includes, membersOf, nobody, only, type PartySet } from "./party-set.ts";
import type { Candidate } from "./settle.ts";

const EVERYONE = 0;

export interface Row {
  readonly feed: number;
  readonly collection: number;
  readonly last: boolean;
  readonly added: Micros;
  readonly n: number;
  readonly level: number;
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
  readonly candidate: Candidate;
  readonly last: boolean;
  readonly added: Micros;
}

export interface Difference {
  readonly begin: readonly Begin[];
  /** Rows that leave their key; those with `ends` are also kept as ended for `feeds`. */
  readonly remove: readonly { readonly row: Row; readonly ends: readonly number[] }[];
  /** Rows whose `last` or `level` changes in place. */
  readonly change: readonly { readonly row: Row; readonly last: boolean; readonly candidate: Candidate }[];
  /** Microseconds that the new dates take. */
  readonly width: number;
  /** A reader loses something. */
  readonly narrows: boolean;
}

interface Draft {
  readonly begin: { feed: number; candidate: Candidate; last: boolean; added: Micros | null }[];
  readonly remove: { row: Row; ends: readonly number[] }[];
  readonly change: { row: Row; last: boolean; candidate: Candidate }[];
}

/** The difference between the rows that stand and the deliveries wanted, with new dates from `base` on. */
export function difference(
  candidates: readonly Candidate[],
  delivered: ReadonlyMap<number, PartySet>,
  rows: readonly Row[],
  membership: Membership,
  base: Micros,
): Difference {
  const groups = new Map<string, Candidate[]>();
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
    const draft: Draft = { begin: [], remove: [], change: [] };
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
      change: all.flatMap((draft) => draft.change),
    },
    base,
  );
}

const byVersion = (one: Candidate, other: Candidate): number =>
  one.versionKey < other.versionKey ? -1 : one.versionKey > other.versionKey ? 1 : one.n - other.n;

const statesOf = (set: PartySet | undefined, membership: Membership): PartySet => (set ?? nobody) & membership.states;

/** Split rule: all versions of an id in a collection stand in feed 0, or all in own feeds. */
function fitsEveryone(
  group: readonly Candidate[],
  delivered: ReadonlyMap<number, PartySet>,
  standing: readonly Row[],
  membership: Membership,
): boolean {
  if (standing.some((row) => row.feed !== EVERYONE && includes(membership.states, row.feed))) return false;
  const kept: { candidate: Candidate; readers: PartySet; row: Row | undefined }[] = [];
  for (const candidate of group) {
    const wanted = statesOf(delivered.get(candidate.n), membership);
    const row = standing.find((one) => one.n === candidate.n && one.feed === EVERYONE);
    const readers = row === undefined ? membership.active : membership.covered(row.added);
    if (wanted === nobody) continue;
    if (wanted !== readers) return false;
    kept.push({ candidate, readers, row });
  }
  const last = kept.at(-1);
  if (last === undefined) return true;
  // Whoever sees an older version must see the last one too, or `last` would not be the same for all; and a version
  // that becomes last again gets a new date, which only those who are active now would see.
  if (kept.some(({ readers }) => (readers & ~last.readers) !== nobody)) return false;
  return last.row === undefined || last.row.last || last.readers === membership.active;
}

function shared(
  group: readonly Candidate[],
  delivered: ReadonlyMap<number, PartySet>,
  standing: readonly Row[],
  membership: Membership,
  draft: Draft,
): void {
  const kept = group.filter((candidate) => statesOf(delivered.get(candidate.n), membership) !== nobody);
  const last = kept.at(-1);
  for (const candidate of group) {
    const row = standing.find((one) => one.n === candidate.n && one.feed === EVERYONE);
    place(EVERYONE, candidate, row, kept.includes(candidate), candidate === last, draft);
  }
}

/** One version in one feed: begins, ends, or changes. */
function place(
  feed: number,
  candidate: Candidate,
  row: Row | undefined,
  wanted: boolean,
  last: boolean,
  draft: Draft,
): void {
  if (row === undefined) {
    if (wanted) draft.begin.push({ feed, candidate, last, added: null });
  } else if (!wanted) draft.remove.push({ row, ends: [feed] });
  else if (last && !row.last) {
    // Last again, since a newer one ended: released anew, so that whoever polls for the last ones meets it.
    draft.remove.push({ row, ends: [] });
    draft.begin.push({ feed, candidate, last, added: null });
  } else if (row.last !== last || row.level !== candidate.level) draft.change.push({ row, last, candidate });
}

/** Own feeds of states; rows of feed 0 move there with their dates. */
function split(
  group: readonly Candidate[],
  delivered: ReadonlyMap<number, PartySet>,
  standing: readonly Row[],
  membership: Membership,
  draft: Draft,
): void {
  let readers = nobody;
  for (const candidate of group) readers |= statesOf(delivered.get(candidate.n), membership);
  for (const row of standing) {
    if (row.feed !== EVERYONE) {
      readers |= only(row.feed) & membership.states;
      continue;
    }
    const covered = membership.covered(row.added);
    readers |= covered;
    draft.remove.push({ row, ends: membersOf(covered & ~(delivered.get(row.n) ?? nobody)) });
  }
  for (const reader of membersOf(readers)) ownFeed(reader, group, delivered, standing, membership, draft);
}

function ownFeed(
  reader: number,
  group: readonly Candidate[],
  delivered: ReadonlyMap<number, PartySet>,
  standing: readonly Row[],
  membership: Membership,
  draft: Draft,
): void {
  const kept = group.filter((candidate) => includes(delivered.get(candidate.n) ?? nobody, reader));
  const last = kept.at(-1);
  for (const candidate of group) {
    const row = standing.find((one) => one.n === candidate.n && one.feed === reader);
    const moved = standing.find(
      (one) => one.n === candidate.n && one.feed === EVERYONE && includes(membership.covered(one.added), reader),
    );
    if (row === undefined && moved !== undefined) {
      if (!kept.includes(candidate)) continue;
      const again = candidate === last && !moved.last;
      draft.begin.push({ feed: reader, candidate, last: candidate === last, added: again ? null : moved.added });
    } else place(reader, candidate, row, kept.includes(candidate), candidate === last, draft);
  }
}

/** Parties that are no states (the secretariat) never read feed 0. */
function apart(
  group: readonly Candidate[],
  delivered: ReadonlyMap<number, PartySet>,
  standing: readonly Row[],
  membership: Membership,
  draft: Draft,
): void {
  let readers = nobody;
  for (const candidate of group) readers |= (delivered.get(candidate.n) ?? nobody) & ~membership.states;
  for (const row of standing) if (row.feed !== EVERYONE) readers |= only(row.feed) & ~membership.states;
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

function before(one: { candidate: Candidate }, other: { candidate: Candidate }): number {
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
  const counts = new Map<number, number>();
  for (const one of draft.begin.filter((fresh) => fresh.added === null).sort(before)) {
    const k = counts.get(one.feed) ?? 0;
    counts.set(one.feed, k + 1);
    begin.push({ ...one, added: base + k });
  }
  for (const one of draft.begin) if (one.added !== null) begin.push({ ...one, added: one.added });
  return {
    begin,
    remove: draft.remove,
    change: draft.change,
    width: Math.max(0, ...counts.values()),
    narrows: draft.remove.some((one) => one.ends.length > 0),
  };
}
