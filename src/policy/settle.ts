// From what is granted to what stands: the greatest set of grants in which every reference holds (exchange-model,
// references), for each party and ceiling. Pure; policy/deliver.ts chooses holders, policy/releases.ts makes rows.
import type { Micros } from "../encoding/timestamp.ts";
import { at, type Audience, ceilings, hasCeiling, noAudience } from "./audience.ts";
import { type Candidate, isNow, type Knows, type Links, type Reading, type Surroundings } from "./candidate.ts";
import { isCompanion } from "./companion.ts";
import { deliver, type Deliveries } from "./deliver.ts";
import { nobody, only, type PartySet } from "./party-set.ts";
import { type Reduction, reductionAt, type Settled } from "./reduced.ts";

/** What stands of a version: whose it is to be given is deliver.ts's to say. */
export interface Standing {
  readonly candidate: Candidate;
  /** For whom it stands: granted, and with every reference. */
  readonly parties: Audience;
}

export interface Stand extends Standing {
  /** Of these, for whom it is not whole. */
  readonly reduced: Audience;
  /** To whom it is given: for each reader an id has one holder. */
  readonly delivered: Audience;
  /** What it waits for: ids that somebody to whom it is granted lacks, or knows by another id. */
  readonly missing: readonly string[];
  /** The next time at which a grant begins or ends. */
  readonly due: Micros | null;
}

/** What stands, and what follows from it for references. */
export interface Settling {
  readonly stands: readonly Stand[];
  /** Who has or had what a reference leads to, and who of them knows it by its own id, at a ceiling. */
  has(ref: Reading, ceiling: number): PartySet;
  knows(ref: Reading, ceiling: number): PartySet;
}

/**
 * The greatest standing set, at every ceiling; to whom it is delivered, and for whom it is not whole.
 * @param nothing by their numbers, for whom it is known that nothing that may go would be left of them
 */
export function settle(
  candidates: readonly Candidate[],
  around: Surroundings,
  deliveries: Deliveries,
  nothing: ReadonlyMap<number, Audience> = new Map(),
): Settling {
  const links = linksOf(candidates);
  const settled: Settled[] = [];
  const isAsBelow = ceilings.map((ceiling) => nothing.size === 0 && !differsAt(ceiling, candidates, around));
  for (const ceiling of ceilings) {
    const below = isAsBelow[ceiling] === true ? settled[ceiling - 1] : undefined;
    settled.push(below ?? settleAt(ceiling, candidates, links, around, nothing));
  }
  const standing = candidates.map((candidate, i): Standing => {
    return { candidate, parties: settled.map(({ parties }) => parties[i] ?? nobody) };
  });
  const delivered = deliver(standing, deliveries);
  const givenAt = (n: number, ceiling: number): PartySet => at(delivered.get(n) ?? noAudience, ceiling);
  const reductions: Reduction[] = [];
  settled.forEach((here, ceiling) => {
    const isAlike =
      here === settled[ceiling - 1] && candidates.every(({ n }) => givenAt(n, ceiling) === givenAt(n, ceiling - 1));
    const below = isAlike ? reductions[ceiling - 1] : undefined;
    const given = (i: number): PartySet => givenAt(candidates[i]?.n ?? 0, ceiling);
    reductions.push(below ?? reductionAt(ceiling, candidates, here, given, links, around));
  });
  return {
    stands: standing.map((stand, i) => ({
      ...stand,
      reduced: reductions.map(({ sets }) => sets[i] ?? nobody),
      delivered: delivered.get(stand.candidate.n) ?? noAudience,
      missing: [...new Set(reductions.flatMap(({ missing }) => missing.get(i) ?? []))],
      due: nextChange(stand.candidate, around.at),
    })),
    has: (ref, ceiling) => settled[ceiling]?.has(ref) ?? nobody,
    knows: (ref, ceiling) => reductions[ceiling]?.knows(ref) ?? nobody,
  };
}

/** Whether anything tells this ceiling from the one below. In most turns all objects have one level, and one pass serves all. */
function differsAt(ceiling: number, candidates: readonly Candidate[], around: Surroundings): boolean {
  const differs = (audience: Audience): boolean => at(audience, ceiling) !== at(audience, ceiling - 1);
  return candidates.some(
    ({ level, stood, had, known, grants, refs }) =>
      level === ceiling ||
      differs(stood) ||
      differs(had) ||
      differs(known) ||
      grants.some(({ reduces, withholds }) => isOdd(reduces, ceiling) || isOdd(withholds, ceiling)) ||
      refs.some(
        ({ id, holder, also = [] }) =>
          differs(around.hadOf(id)) ||
          differs(around.knownBy(id)) ||
          [holder, ...also].some((other) => differs(around.ownOf(other, id))),
      ),
  );
}

/** Whether bits tell this ceiling from the one below. */
function isOdd(bits: number, ceiling: number): boolean {
  return hasCeiling(bits, ceiling) !== hasCeiling(bits, ceiling - 1);
}

function linksOf(candidates: readonly Candidate[]): Links {
  const copies = new Map<string, number[]>();
  const users = new Map<string, number[]>();
  candidates.forEach((candidate, i) => {
    push(copies, candidate.id, i);
    for (const ref of candidate.refs) push(users, ref.id, i);
  });
  return { copies, users };
}

/** Begins with all that is granted to clients of this ceiling and takes away what lacks a reference, until nothing changes. */
function settleAt(
  ceiling: number,
  candidates: readonly Candidate[],
  { copies, users }: Links,
  around: Surroundings,
  nothing: ReadonlyMap<number, Audience>,
): Settled {
  const granted = candidates.map((candidate) =>
    candidate.level <= ceiling
      ? (grantedNow(ceiling, candidate, around) & (around.active | at(candidate.stood, ceiling))) |
        (candidate.recalled ? nobody : only(candidate.contributor))
      : nobody,
  );
  spreadToCompanions(ceiling, candidates, granted, { copies, users }, around);
  const parties = granted.map((set, i) => set & ~at(nothing.get(candidates[i]?.n ?? 0) ?? noAudience, ceiling));
  const known = new Map<string, PartySet>();
  // Whoever has or had the id by release, from whomever. What a party contributed under it itself does not count: it could
  // plant the ids that it guesses, and read from what then arrives that somebody refers to them.
  const released = (id: string): PartySet => {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    let set = at(around.hadOf(id), ceiling);
    for (const i of copies.get(id) ?? []) {
      const candidate = candidates[i];
      if (candidate !== undefined)
        set |= ((parties[i] ?? nobody) | at(candidate.had, ceiling)) & ~only(candidate.contributor);
    }
    known.set(id, set);
    return set;
  };
  // A copy of one's own counts where it was read as such.
  const owned = (holder: number, id: string): PartySet => {
    let set = at(around.ownOf(holder, id), ceiling);
    for (const i of copies.get(id) ?? []) {
      const candidate = candidates[i];
      if (candidate?.contributor !== holder) continue;
      const stands = candidate.level <= ceiling && !candidate.recalled;
      set |= at(candidate.had, ceiling) | (stands ? only(holder) : nobody);
    }
    return set & only(holder);
  };
  const knowledge: Knows = ({ id, holder, also = [] }) =>
    also.reduce((set, other) => set | owned(other, id), released(id) | owned(holder, id));

  const work = candidates.map((_, i) => i);
  const queued = new Set(work);
  for (let next = 0; next < work.length; next += 1) {
    const i = work[next] ?? 0;
    queued.delete(i);
    const candidate = candidates[i];
    const before = parties[i] ?? nobody;
    if (candidate === undefined || before === nobody) continue;
    let after = before;
    for (const need of candidate.needs) {
      let any = nobody;
      for (const place of need) {
        const ref = candidate.refs[place];
        if (ref !== undefined) any |= knowledge(ref);
      }
      after &= any;
    }
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
  const stands = candidates.map((candidate, i) =>
    isCompanion(candidate.type)
      ? companionParties(ceiling, candidates, i, { copies, users }, parties)
      : (parties[i] ?? nobody),
  );
  return { parties: stands, granted, has: knowledge };
}

/** What is granted at this moment to clients of a ceiling; nothing of a recalled version. */
function grantedNow(ceiling: number, candidate: Candidate, around: Surroundings): PartySet {
  if (candidate.recalled) return nobody;
  let set = nobody;
  for (const grant of candidate.grants)
    if (isNow(grant, around.at) && !hasCeiling(grant.withholds, ceiling)) set |= grant.parties;
  return set;
}

/**
 * A companion is granted to whoever is granted something of its contributor's that uses it: one that is marked itself only within
 * its level and along with what is as strict, another one wherever its user goes. What others make of it gives it to nobody.
 */
function spreadToCompanions(
  ceiling: number,
  candidates: readonly Candidate[],
  granted: PartySet[],
  links: Links,
  around: Surroundings,
): void {
  const before = [...granted];
  for (const [i, companion] of candidates.entries()) {
    if (!isCompanion(companion.type) || companion.recalled) continue;
    const within = companion.level <= ceiling;
    if (companion.marked && !within) continue;
    const own = only(companion.contributor);
    const wanted = usersOf(companion, candidates, links, before) | copiesOf(companion, candidates, links, ceiling);
    granted[i] = (wanted & (around.active | own)) | at(companion.stood, ceiling) | (within ? own : nobody);
  }
}

function companionParties(
  ceiling: number,
  candidates: readonly Candidate[],
  i: number,
  links: Links,
  parties: readonly PartySet[],
): PartySet {
  const companion = candidates[i];
  if (companion === undefined) return nobody;
  const used = usersOf(companion, candidates, links, parties) | copiesOf(companion, candidates, links, ceiling);
  return (parties[i] ?? nobody) & (used | only(companion.contributor));
}

/** Who has something of the companion's own contributor that uses it. */
function usersOf(
  { id, contributor, marked, level }: Candidate,
  candidates: readonly Candidate[],
  { users }: Links,
  parties: readonly PartySet[],
): PartySet {
  return (users.get(id) ?? []).reduce((set, i) => {
    const user = candidates[i];
    return user?.contributor !== contributor || (marked && user.level < level) ? set : set | (parties[i] ?? nobody);
  }, nobody);
}

/** Who has it in one collection, or in an older version, is given the others, too. */
function copiesOf(
  { id, contributor }: Candidate,
  candidates: readonly Candidate[],
  { copies }: Links,
  ceiling: number,
): PartySet {
  return (copies.get(id) ?? []).reduce((set, i) => {
    const copy = candidates[i];
    return copy?.contributor === contributor ? set | at(copy.stood, ceiling) : set;
  }, nobody);
}

function nextChange(candidate: Candidate, now: Micros): Micros | null {
  if (candidate.recalled) return null;
  let next: Micros | null = null;
  for (const grant of candidate.grants)
    for (const time of [grant.from, grant.until])
      if (time !== null && time > now && (next === null || time < next)) next = time;
  return next;
}

function push(index: Map<string, number[]>, key: string, i: number): void {
  const there = index.get(key);
  if (there === undefined) index.set(key, [i]);
  else there.push(i);
}
