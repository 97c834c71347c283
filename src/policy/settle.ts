// From what is granted to what stands: the greatest set of grants in which every reference holds (exchange-model,
// references), then one holder an id and recipient (holder). Pure; policy/releases.ts turns the result into rows.
import type { Micros } from "../encoding/timestamp.ts";
import { isCompanion } from "./companion.ts";
import { includes, membersOf, nobody, only, type PartySet } from "./party-set.ts";

/** What an owner's rules give, for the recipients for whom the time is the same. Whole renditions only. */
export interface Grant {
  readonly parties: PartySet;
  readonly from: Micros;
  readonly until: Micros | null;
}

/** One version of an object, as one contributor placed it in one collection. */
export interface Candidate {
  /** Number in the books; ascending with turns. */
  readonly n: number;
  readonly contributor: number;
  readonly collection: number;
  readonly id: string;
  readonly versionKey: string;
  readonly type: string;
  /** Characters of its whole rendition. */
  readonly size: number;
  /** Rank of its ceiling. */
  readonly level: number;
  /** `created_by_ref` is an identity of its contributor's. */
  readonly authored: boolean;
  readonly recalled: boolean;
  readonly revoked: boolean;
  /** Equal for equal content. */
  readonly digest: string;
  readonly grants: readonly Grant[];
  /** References as the contributor read them: whose copy of which id. Unread and commons ones are not among them. */
  readonly refs: readonly { readonly id: string; readonly holder: number }[];
  /** For whom it stood before, and ever. */
  readonly stood: PartySet;
  readonly had: PartySet;
}

/** Where the world ends: what is known of copies that are not among the candidates. */
export interface Surroundings {
  readonly at: Micros;
  /** Parties that may receive something new now: active states, and the secretariat. */
  readonly active: PartySet;
  /** Who has or had an id by release, over its copies and versions outside the world. */
  hadOf(id: string): PartySet;
  /** Rank of the mildest version of a contributor's copy outside the world; null where there is none. */
  levelOf(contributor: number, id: string): number | null;
}

export interface Stand {
  readonly candidate: Candidate;
  /** For whom it stands: granted, and with every reference. */
  readonly parties: PartySet;
  /** What it waits for, where it is granted to more parties than it stands for. */
  readonly missing: readonly string[];
  /** The next time at which a grant begins or ends. */
  readonly due: Micros | null;
}

const copyKey = (contributor: number, id: string): string => `${contributor} ${id}`;

/** The greatest standing set: begin with all that is granted and take away what lacks a reference, until nothing changes. */
export function settle(candidates: readonly Candidate[], around: Surroundings): readonly Stand[] {
  const granted = candidates.map((candidate) => grantedNow(candidate, around));
  spreadToCompanions(candidates, granted, around);
  const parties = [...granted];
  const copies = indexBy(candidates, (candidate) => candidate.id);
  const users = new Map<string, number[]>();
  candidates.forEach((candidate, i) => {
    for (const ref of candidate.refs) push(users, ref.id, i);
  });
  const known = new Map<string, PartySet>();
  // Whoever has or had the id by release, from whomever. What a party contributed under it itself does not count: it could
  // plant the ids that it guesses, and read from what then arrives that somebody refers to them.
  const released = (id: string): PartySet => {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    let set = around.hadOf(id);
    for (const i of copies.get(id) ?? []) {
      const candidate = candidates[i];
      if (candidate !== undefined) set |= ((parties[i] ?? nobody) | candidate.had) & ~only(candidate.contributor);
    }
    known.set(id, set);
    return set;
  };
  const knowledge = (ref: Candidate["refs"][number]): PartySet => released(ref.id) | only(ref.holder);

  const work = candidates.map((_, i) => i);
  const queued = new Set(work);
  for (let at = 0; at < work.length; at += 1) {
    const i = work[at] ?? 0;
    queued.delete(i);
    const candidate = candidates[i];
    const before = parties[i] ?? nobody;
    if (candidate === undefined || before === nobody) continue;
    let after = before;
    for (const ref of candidate.refs) after &= knowledge(ref);
    // The contributor has its own, whatever became of what it refers to.
    after |= before & only(candidate.contributor);
    if (after === before) continue;
    parties[i] = after;
    known.delete(candidate.id);
    for (const user of users.get(candidate.id) ?? []) {
      if (queued.has(user)) continue;
      queued.add(user);
      work.push(user);
    }
  }
  return candidates.map((candidate, i) => {
    const stands = isCompanion(candidate.type)
      ? companionParties(candidate, i, users, parties)
      : (parties[i] ?? nobody);
    const lacking = (granted[i] ?? nobody) & ~stands;
    const missing =
      lacking === nobody
        ? []
        : candidate.refs.filter((ref) => (lacking & ~knowledge(ref)) !== nobody).map((ref) => ref.id);
    return { candidate, parties: stands, missing: [...new Set(missing)], due: nextChange(candidate, around.at) };
  });
}

/**
 * The candidates with their effective levels: as strict as themselves and as what they refer to. References are decided per
 * reach (exchange-model, holder): a client that may not have the referent gets no object that names it. A referent with
 * several versions is as strict as the mildest, since having any of them is having it.
 */
export function withReach(candidates: readonly Candidate[], around: Surroundings): readonly Candidate[] {
  const effective = candidates.map((candidate) => candidate.level);
  const copies = indexBy(candidates, (candidate) => copyKey(candidate.contributor, candidate.id));
  const users = new Map<string, number[]>();
  candidates.forEach((candidate, i) => {
    for (const ref of candidate.refs) push(users, copyKey(ref.holder, ref.id), i);
  });
  const levelOf = (holder: number, id: string): number => {
    const outside = around.levelOf(holder, id);
    let mildest = outside ?? Number.POSITIVE_INFINITY;
    for (const i of copies.get(copyKey(holder, id)) ?? []) mildest = Math.min(mildest, effective[i] ?? mildest);
    return mildest === Number.POSITIVE_INFINITY ? 0 : mildest;
  };
  const work = candidates.map((_, i) => i);
  const queued = new Set(work);
  for (let at = 0; at < work.length; at += 1) {
    const i = work[at] ?? 0;
    queued.delete(i);
    const candidate = candidates[i];
    // Definitions explain what they go with, and are as mild as the mildest of it: they raise nothing and are not raised.
    if (candidate === undefined || isCompanion(candidate.type)) continue;
    const before = effective[i] ?? 0;
    let after = before;
    for (const ref of candidate.refs)
      if (!isCompanion(typeOf(ref.id))) after = Math.max(after, levelOf(ref.holder, ref.id));
    if (after === before) continue;
    effective[i] = after;
    for (const user of users.get(copyKey(candidate.contributor, candidate.id)) ?? []) {
      if (queued.has(user)) continue;
      queued.add(user);
      work.push(user);
    }
  }
  return candidates.map((candidate, i) => {
    const level = effective[i] ?? candidate.level;
    return level === candidate.level ? candidate : { ...candidate, level };
  });
}

/** The type that a STIX identifier begins with. */
function typeOf(id: string): string {
  return id.slice(0, id.lastIndexOf("--"));
}

/** What is granted at this moment: nothing new to a party that is not active, nothing at all of a recalled version. */
function grantedNow(candidate: Candidate, around: Surroundings): PartySet {
  if (candidate.recalled) return nobody;
  let set = nobody;
  for (const grant of candidate.grants)
    if (grant.from <= around.at && (grant.until === null || around.at < grant.until)) set |= grant.parties;
  return (set & (around.active | candidate.stood)) | only(candidate.contributor);
}

/** A companion is granted to whoever is granted something that uses it, in the same contributor's hands. */
function spreadToCompanions(candidates: readonly Candidate[], granted: PartySet[], around: Surroundings): void {
  const companions = candidates
    .map((candidate, i) => ({ candidate, i }))
    .filter(({ candidate }) => isCompanion(candidate.type) && !candidate.recalled);
  if (companions.length === 0) return;
  const wanted = new Map<string, PartySet>();
  candidates.forEach((candidate, i) => {
    for (const ref of candidate.refs) {
      const key = copyKey(ref.holder, ref.id);
      wanted.set(key, (wanted.get(key) ?? nobody) | (granted[i] ?? nobody));
    }
  });
  for (const { candidate, i } of companions) {
    const users = wanted.get(copyKey(candidate.contributor, candidate.id)) ?? nobody;
    granted[i] = (users & around.active) | candidate.stood | only(candidate.contributor);
  }
}

function companionParties(
  companion: Candidate,
  i: number,
  users: ReadonlyMap<string, readonly number[]>,
  parties: readonly PartySet[],
): PartySet {
  let used = companion.stood | only(companion.contributor);
  for (const user of users.get(companion.id) ?? []) used |= parties[user] ?? nobody;
  return (parties[i] ?? nobody) & used;
}

function nextChange(candidate: Candidate, at: Micros): Micros | null {
  if (candidate.recalled) return null;
  let next: Micros | null = null;
  for (const grant of candidate.grants)
    for (const time of [grant.from, grant.until])
      if (time !== null && time > at && (next === null || time < next)) next = time;
  return next;
}

/** What was delivered before, as far as choosing a holder needs it. */
export interface Deliveries {
  /** Parties to whom this version is available now. */
  now(n: number): PartySet;
  /** Parties to whom it ever was. */
  ever(n: number): PartySet;
}

/** To whom each standing version is delivered: all of the one holder's, and always one's own (exchange-model, holder). */
export function deliver(stands: readonly Stand[], deliveries: Deliveries): ReadonlyMap<number, PartySet> {
  const delivered = new Map<number, PartySet>();
  for (const versions of indexBy(stands, (stand) => stand.candidate.id).values()) {
    const group = versions.flatMap((i) => stands[i] ?? []);
    const contributors = new Set(group.map((stand) => stand.candidate.contributor));
    if (contributors.size === 1) {
      for (const stand of group) delivered.set(stand.candidate.n, stand.parties);
      continue;
    }
    for (const stand of group) delivered.set(stand.candidate.n, nobody);
    let all = nobody;
    for (const stand of group) all |= stand.parties;
    for (const party of membersOf(all))
      for (const n of versionsFor(party, group, deliveries))
        delivered.set(n, (delivered.get(n) ?? nobody) | only(party));
  }
  return delivered;
}

function versionsFor(party: number, group: readonly Stand[], deliveries: Deliveries): readonly number[] {
  const mine = group.filter((stand) => includes(stand.parties, party));
  const own = mine.filter((stand) => stand.candidate.contributor === party);
  const others = mine.filter((stand) => stand.candidate.contributor !== party);
  const chosen = others.length === 0 ? [] : ofHolder(party, others, own.length > 0, group, deliveries);
  // The same version twice, of one's own and by release, is one object to the reader: the one that stood first stays.
  const taken = new Set(chosen.map((stand) => versionOf(stand)));
  return [...chosen, ...own.filter((stand) => !taken.has(versionOf(stand)))].map((stand) => stand.candidate.n);
}

function ofHolder(
  party: number,
  others: readonly Stand[],
  hasOwn: boolean,
  group: readonly Stand[],
  deliveries: Deliveries,
): readonly Stand[] {
  // Whose versions the party has now is the holder, also where this very act replaces what it had.
  const former = earliest(
    group.filter(
      (stand) => stand.candidate.contributor !== party && includes(deliveries.now(stand.candidate.n), party),
    ),
  )?.candidate.contributor;
  const goesOn = others.find((stand) => stand.candidate.contributor === former);
  const author = others.find((stand) => stand.candidate.authored);
  if (author === undefined && former === undefined && hasOwn) return [];
  const holder = (author ?? goesOn ?? firstGiven(others, party))?.candidate.contributor;
  const versions = others.filter((stand) => stand.candidate.contributor === holder);
  const hadOfOthers = group.filter(
    ({ candidate }) =>
      candidate.contributor !== holder &&
      candidate.contributor !== party &&
      includes(deliveries.ever(candidate.n), party),
  );
  if (hadOfOthers.length === 0) return versions;
  // Another held this id before: its newest version follows, and whatever this holder gives from then on. What stood already
  // when it took over, and was passed over, stays so.
  const already = versions.filter((stand) => includes(deliveries.now(stand.candidate.n), party));
  const newest = latest(versions);
  return versions.filter(
    (stand) =>
      already.includes(stand) ||
      ((already.length === 0 ? stand === newest : !includes(stand.candidate.stood, party)) &&
        !hadOfOthers.some((before) => needsDerived(stand.candidate, before.candidate))),
  );
}

/** Whose release to the party began first: by when its grants began, not by who contributed first. */
function firstGiven(stands: readonly Stand[], party: number): Stand | undefined {
  const began = ({ candidate }: Stand): number =>
    Math.min(...candidate.grants.filter((grant) => includes(grant.parties, party)).map((grant) => grant.from));
  return stands.reduce<Stand | undefined>((first, stand) => {
    if (first === undefined) return stand;
    const order = began(stand) - began(first);
    return order < 0 || (order === 0 && stand.candidate.n < first.candidate.n) ? stand : first;
  }, undefined);
}

/** A version that stood there with other content, and an id that ended revoked, would come as derived. */
function needsDerived(next: Candidate, before: Candidate): boolean {
  return before.revoked || (before.versionKey === next.versionKey && before.digest !== next.digest);
}

const versionOf = (stand: Stand): string => `${stand.candidate.collection} ${stand.candidate.versionKey}`;

function earliest(stands: readonly Stand[]): Stand | undefined {
  return stands.reduce<Stand | undefined>(
    (first, stand) => (first === undefined || stand.candidate.n < first.candidate.n ? stand : first),
    undefined,
  );
}

function latest(stands: readonly Stand[]): Stand | undefined {
  return stands.reduce<Stand | undefined>(
    (last, stand) => (last === undefined || stand.candidate.versionKey > last.candidate.versionKey ? stand : last),
    undefined,
  );
}

function indexBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number[]> {
  const index = new Map<string, number[]>();
  items.forEach((item, i) => push(index, key(item), i));
  return index;
}

function push(index: Map<string, number[]>, key: string, i: number): void {
  const there = index.get(key);
  if (there === undefined) index.set(key, [i]);
  else there.push(i);
}
