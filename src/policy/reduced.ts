// For whom what stands is not whole (policy.md, Renditions): the least set, by terms, markings and references. settle.ts asks it
// at each ceiling, after it knows what stands.
import { at, hasCeiling } from "./audience.ts";
import { nobody, only, type PartySet } from "./party-set.ts";
import { type Candidate, isNow, type Knows, type Links, type Surroundings } from "./candidate.ts";

export interface Reduction {
  readonly sets: readonly PartySet[];
  /** Ids that a candidate waits for, by its place. */
  readonly missing: ReadonlyMap<number, readonly string[]>;
  readonly knows: Knows;
}

/** What settle.ts found at a ceiling. */
export interface Settled {
  readonly parties: readonly PartySet[];
  readonly granted: readonly PartySet[];
  readonly has: Knows;
}

/** For whom what stands is not whole, and what it waits for. */
export function reductionAt(
  ceiling: number,
  candidates: readonly Candidate[],
  { parties: stands, granted, has }: Settled,
  given: (i: number) => PartySet,
  links: Links,
  around: Surroundings,
): Reduction {
  const reduced = reducedAt(ceiling, candidates, { stands, given, has }, links, around);
  const missing = new Map<number, readonly string[]>();
  candidates.forEach((candidate, i) => {
    const lacking = ((granted[i] ?? nobody) & ~(stands[i] ?? nobody)) | (reduced.sets[i] ?? nobody);
    if (lacking === nobody && candidate.type !== "language-content") return;
    // What a translation speaks of is part of what it is, so that it is decided again along with it.
    const refs =
      candidate.type === "language-content"
        ? candidate.refs
        : candidate.refs.filter((ref) => (lacking & ~(has(ref) & reduced.knows(ref))) !== nobody);
    if (refs.length > 0)
      missing.set(
        i,
        refs.map((ref) => ref.id),
      );
  });
  return { ...reduced, missing };
}

/** What stands at a ceiling, by places: for whom, to whom it is given, and who has or had what a reference leads to. */
interface Standing {
  readonly stands: readonly PartySet[];
  readonly given: (i: number) => PartySet;
  readonly has: Knows;
}

/**
 * For whom a standing version is not whole: the terms or a granular marking take something away, a reference is cut, or one is
 * written otherwise because the reader knows its object by another id. The least such set: two objects that name each other and
 * are otherwise whole both go whole.
 */
function reducedAt(
  ceiling: number,
  candidates: readonly Candidate[],
  { stands, given, has }: Standing,
  { copies, users }: Links,
  around: Surroundings,
): { readonly sets: readonly PartySet[]; readonly knows: Knows } {
  const sets = candidates.map((candidate, i) => {
    let set = nobody;
    for (const grant of candidate.grants)
      if (isNow(grant, around.at) && hasCeiling(grant.reduces, ceiling)) set |= grant.parties;
    return set & (stands[i] ?? nobody) & ~only(candidate.contributor);
  });
  const known = new Map<string, PartySet>();
  // Whoever knows it by its own id: once it does, what refers to it stays as it is. What stands for a reader and is not given to
  // it, as another holds the id, tells it nothing.
  const knownBy = (id: string): PartySet => {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    let set = at(around.knownBy(id), ceiling);
    for (const i of copies.get(id) ?? []) {
      const candidate = candidates[i];
      if (candidate === undefined) continue;
      set |= at(candidate.known, ceiling) | (given(i) & (candidate.fixed ? ~nobody : ~(sets[i] ?? nobody)));
    }
    known.set(id, set);
    return set;
  };
  const wholeNow: Knows = ({ id, holder }) =>
    (copies.get(id) ?? []).reduce(
      (set, i) => (candidates[i]?.contributor === holder ? set | (given(i) & ~(sets[i] ?? nobody)) : set),
      nobody,
    );
  const knows: Knows = ({ id, holder, also = [], as }) =>
    as === undefined ? also.reduce((set, other) => set | only(other), knownBy(id) | only(holder)) : nobody;
  const work = candidates.map((_, i) => i);
  for (let next = 0; next < work.length; next += 1) {
    const i = work[next] ?? 0;
    const candidate = candidates[i];
    if (candidate === undefined) continue;
    const others = (stands[i] ?? nobody) & ~only(candidate.contributor);
    let after = sets[i] ?? nobody;
    for (const ref of candidate.refs) after |= others & ~(has(ref) & knows(ref));
    // A translation goes whole where what it translates does now, whatever the reader once knew of that.
    if (candidate.type === "language-content") for (const ref of candidate.refs) after |= others & ~wholeNow(ref);
    if (after === sets[i]) continue;
    sets[i] = after;
    known.delete(candidate.id);
    if (!candidate.fixed) work.push(...(users.get(candidate.id) ?? []));
  }
  return { sets, knows };
}
