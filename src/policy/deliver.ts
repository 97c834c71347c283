// From what stands to what is delivered: for each reader, which is a party at a ceiling, an id has one holder (exchange-model,
// holder), and one's own is always there. Pure; policy/releases.ts turns the result into rows.
import type { Micros } from "../encoding/timestamp.ts";
import { anyCeiling, at, type Audience, ceilings } from "./audience.ts";
import { includes, membersOf, nobody, only, type PartySet } from "./party-set.ts";
import type { Candidate } from "./candidate.ts";
import type { Standing } from "./settle.ts";

/** What was delivered before, as far as choosing a holder needs it. */
export interface Deliveries {
  /** To whom this version is available now. */
  now(n: number): Audience;
  /** To whom it ever was, and of these to whom whole: by its own id. */
  ever(n: number): Audience;
  everWhole(n: number): Audience;
  /** When it last began to be available to a party at a ceiling; null: it never was. */
  since(n: number, party: number, ceiling: number): Micros | null;
}

/** To whom each standing version is delivered: all of the one holder's, and always one's own. */
export function deliver(stands: readonly Standing[], deliveries: Deliveries): ReadonlyMap<number, Audience> {
  const delivered = new Map<number, Audience>();
  const groups = new Map<string, Standing[]>();
  for (const stand of stands) {
    const there = groups.get(stand.candidate.id);
    if (there === undefined) groups.set(stand.candidate.id, [stand]);
    else there.push(stand);
  }
  for (const group of groups.values()) {
    const [first] = group;
    // Most ids have one contributor, and then there is nothing to choose.
    if (group.every(({ candidate }) => candidate.contributor === first?.candidate.contributor))
      for (const stand of group) delivered.set(stand.candidate.n, stand.parties);
    else deliverContended(group, deliveries, delivered);
  }
  return delivered;
}

function deliverContended(group: readonly Standing[], deliveries: Deliveries, delivered: Map<number, Audience>): void {
  const sets = new Map(group.map(({ candidate }) => [candidate.n, ceilings.map((): PartySet => nobody)]));
  for (const ceiling of ceilings) {
    const parties = group.reduce((all, stand) => all | at(stand.parties, ceiling), nobody);
    for (const party of membersOf(parties))
      for (const n of versionsFor({ party, ceiling, group, deliveries })) {
        const set = sets.get(n);
        if (set !== undefined) set[ceiling] = (set[ceiling] ?? nobody) | only(party);
      }
  }
  for (const [n, set] of sets) delivered.set(n, set);
}

/** One reader of one id. */
interface Reading {
  readonly party: number;
  readonly ceiling: number;
  /** All versions of the id, whoever contributed them. */
  readonly group: readonly Standing[];
  readonly deliveries: Deliveries;
}

function versionsFor(reading: Reading): readonly number[] {
  const { party, ceiling, group } = reading;
  const mine = group.filter((stand) => includes(at(stand.parties, ceiling), party));
  const own = mine.filter(({ candidate }) => candidate.contributor === party);
  const others = ofHolder(mine, reading);
  // The same version twice, of one's own and by release, is one object to the reader: the one that stands stays.
  const stands = ({ candidate: { n } }: Standing): boolean => hasNow(n, reading);
  const theirs = others.filter((one) => (stands(one) ? true : !own.some((other) => isTwin(one, other))));
  return [...theirs, ...own.filter((one) => !theirs.some((other) => isTwin(one, other)))].map(
    ({ candidate }) => candidate.n,
  );
}

/** The versions of the holder, where that is somebody else than the reader itself. */
function ofHolder(mine: readonly Standing[], reading: Reading): readonly Standing[] {
  const { party, ceiling, group, deliveries } = reading;
  const had = group.filter(({ candidate }) => includes(at(deliveries.ever(candidate.n), ceiling), party));
  // What it had reduced stood under another id. What the party itself contributed counts at every ceiling: the id is its own word
  // for its own content.
  const there = group.filter(
    ({ candidate: { contributor, n } }) =>
      contributor === party || includes(at(deliveries.everWhole(n), ceiling), party),
  );
  const isDerived = ({ candidate }: Standing): boolean =>
    there.some(
      (before) => before.candidate.contributor !== candidate.contributor && needsDerived(candidate, before.candidate),
    );
  const contenders = mine.filter((stand) => stand.candidate.contributor === party || !isDerived(stand));
  const holder = holderOf(contenders, reading);
  if (holder === null || holder === party) return [];
  const versions = mine.filter(({ candidate }) => candidate.contributor === holder);
  const stays = new Set(contenders.map(({ candidate }) => candidate.contributor));
  // Who holds it until this very act, though the reader's own copy may have come later.
  const standing = group.find(({ candidate: { n, contributor } }) => contributor !== party && hasNow(n, reading));
  const last = standing?.candidate.contributor ?? lastHolder(had, reading);
  const tookOver = last !== null && last !== holder && !stays.has(last);
  // Another held this id before, and does no more: the newest version follows, and whatever this holder gives from then on.
  // What stood already when it took over, and was passed over, stays so for as long as it stands.
  const already = versions.filter(({ candidate: { n } }) => hasNow(n, reading));
  const newest = versions.reduce((key, { candidate }) => (candidate.versionKey > key ? candidate.versionKey : key), "");
  const wasOwn = (stand: Standing): boolean =>
    group.some((own) => own.candidate.contributor === party && isTwin(own, stand) && hasNow(own.candidate.n, reading));
  const follows = (stand: Standing): boolean => {
    if (already.length > 0) return !includes(at(stand.candidate.stood, ceiling), party) || wasOwn(stand);
    return !tookOver || stand.candidate.versionKey === newest;
  };
  return versions.filter((stand) => (already.includes(stand) || follows(stand)) && !isDerived(stand));
}

/** The author, else whose release to the reader began first; whoever holds the id already goes on. */
function holderOf(contenders: readonly Standing[], reading: Reading): number | null {
  const { party, group } = reading;
  const authors = contenders.filter(({ candidate }) => candidate.authored);
  const pool = authors.length > 0 ? authors : contenders;
  const now = group.filter(({ candidate }) => hasNow(candidate.n, reading)).map(({ candidate }) => candidate);
  // Whose versions the reader has now is the holder, also where this very act replaces what it had.
  const former = (now.find(({ contributor }) => contributor !== party) ?? now[0])?.contributor;
  if (pool.some(({ candidate }) => candidate.contributor === former)) return former ?? null;
  return firstGiven(pool, party)?.contributor ?? null;
}

/** Whose version came to the reader last, whatever became of it. */
function lastHolder(had: readonly Standing[], { party, ceiling, deliveries }: Reading): number | null {
  let last: { readonly contributor: number; readonly added: Micros } | null = null;
  for (const { candidate } of had) {
    const added = deliveries.since(candidate.n, party, ceiling);
    if (added !== null && (last === null || added > last.added)) last = { contributor: candidate.contributor, added };
  }
  return last?.contributor ?? null;
}

/** Whose release to the party began first: by when its grants began, not by who contributed first. */
function firstGiven(stands: readonly Standing[], party: number): Candidate | undefined {
  const began = ({ grants }: Candidate): number =>
    Math.min(...grants.filter((grant) => includes(grant.parties, party)).map((grant) => grant.from));
  return stands
    .map(({ candidate }) => candidate)
    .reduce<Candidate | undefined>((first, candidate) => {
      if (first === undefined) return candidate;
      const order = began(candidate) - began(first);
      return order < 0 || (order === 0 && candidate.n < first.n) ? candidate : first;
    }, undefined);
}

/** A version that stood there with other content, and an id that ended revoked, would come as derived. */
function needsDerived(next: Candidate, before: Candidate): boolean {
  return before.revoked || (before.versionKey === next.versionKey && before.digest !== next.digest);
}

function isTwin({ candidate: one }: Standing, { candidate: other }: Standing): boolean {
  return one.collection === other.collection && one.versionKey === other.versionKey;
}

function hasNow(n: number, { party, ceiling, deliveries }: Reading): boolean {
  return includes(at(deliveries.now(n), ceiling), party);
}

/** Everybody to whom a version is available now, at whichever ceiling. */
export function readersOf(deliveries: Deliveries, n: number): PartySet {
  return anyCeiling(deliveries.now(n));
}
