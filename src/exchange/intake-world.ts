// What recipients take in of what is granted to them (policy.md, `accept`): what is refused goes to them never, what is held not
// before a contact took it. Owners' decisions are as they were: a contributor sees offered in any case. What a party has stays,
// and a revocation of it comes whatever it holds.
import { anyCeiling, ceilingsOf, at as atCeiling, ceilings } from "../policy/audience.ts";
import type { Candidate } from "../policy/candidate.ts";
import { isCompanion } from "../policy/companion.ts";
import type { Deliveries } from "../policy/deliver.ts";
import { intake, type Intake } from "../policy/intake.ts";
import { policyOf } from "../policy/parse.ts";
import { includes, only } from "../policy/party-set.ts";
import { settle } from "../policy/settle.ts";
import { draftHeld, draftHeldNoMore } from "../store/life.ts";
import type { Statement } from "../store/statement.ts";
import type { Tables } from "../store/tables.ts";
import { holdersIn, surroundingsOf, type World } from "./world.ts";

export interface TakenIn {
  /** Candidates with the grants that their recipients take in. */
  readonly candidates: readonly Candidate[];
  /** What is held from now on, and what no more. */
  readonly statements: readonly Statement[];
}

type HeldRow = Tables["intake"];

const keyOf = (party: number, object: number): string => `${party} ${object}`;

export function takenIn(world: World, candidates: readonly Candidate[], deliveries: Deliveries): TakenIn {
  const holders = holdersIn(world.directory);
  if (holders.length === 0) return { candidates, statements: [] };
  const said = new Map(world.intake.map((row) => [keyOf(row.party, row.object), row]));
  const held: { readonly party: number; readonly candidate: Candidate; readonly giver: string }[] = [];
  // Everything that is held counts as taken in the second list: what of it would be given then is what a contact is shown.
  const [taken, open] = [true, false].map((strict) =>
    candidates.map((candidate): Candidate => {
      if (isCompanion(candidate.type) || candidate.recalled) return candidate;
      const grants = candidate.grants.map((grant) => {
        let { parties } = grant;
        for (const { n, code } of holders) {
          const has = ({ stood }: Candidate): boolean => includes(anyCeiling(stood), n);
          if (!includes(parties, n) || candidate.contributor === n || isDue(candidates, candidate, has)) continue;
          const giver = grant.terms.unattributed ? "unattributed" : codeOf(world, candidate);
          const verdict: Intake = intake(policyOf(world.directory, code), giver);
          const state = said.get(keyOf(n, candidate.n))?.state;
          // What was taken may be given in this very turn, and its revocation with it.
          const isTaken = (one: Candidate): boolean => said.get(keyOf(n, one.n))?.state === "taken";
          if (verdict === "take" || (verdict === "hold" && isDue(candidates, candidate, isTaken))) continue;
          if (strict && verdict === "hold" && state !== "refused") held.push({ party: n, candidate, giver });
          if (strict || verdict === "refuse" || state === "refused") parties &= ~only(n);
        }
        return { ...grant, parties };
      });
      return { ...candidate, grants };
    }),
  );
  if (taken === undefined || open === undefined) throw new TypeError("Two lists were made.");
  return { candidates: taken, statements: draftQueue(world, heldRows(world, open, held, deliveries)) };
}

/** What the party has of it already, or the revocation of something that it has. */
function isDue(candidates: readonly Candidate[], candidate: Candidate, has: (one: Candidate) => boolean): boolean {
  if (has(candidate)) return true;
  if (!candidate.revoked) return false;
  return candidates.some(
    (other) => other.id === candidate.id && other.contributor === candidate.contributor && has(other),
  );
}

function codeOf({ directory }: World, { contributor }: Candidate): string {
  return directory.byNumber.get(contributor)?.code ?? "";
}

/** Of what is held, what would be given now if all of it were taken: nothing is told that would not come. */
function heldRows(
  world: World,
  open: readonly Candidate[],
  held: readonly { readonly party: number; readonly candidate: Candidate; readonly giver: string }[],
  deliveries: Deliveries,
): readonly HeldRow[] {
  if (held.length === 0) return [];
  const { stands } = settle(open, surroundingsOf(world), deliveries);
  const delivered = new Map(stands.map((stand) => [stand.candidate.n, stand.delivered]));
  const reduced = new Map(stands.map((stand) => [stand.candidate.n, stand.reduced]));
  const rows = new Map<string, HeldRow>();
  for (const { party, candidate, giver } of held) {
    const bits = ceilingsOf(delivered.get(candidate.n) ?? [], party);
    if (bits === 0) continue;
    const isReduced = ceilings.some((ceiling) => includes(atCeiling(reduced.get(candidate.n) ?? [], ceiling), party));
    const row = { party, object: candidate.n, giver, ceilings: bits, whole: isReduced ? 0 : 1 };
    rows.set(keyOf(party, candidate.n), { ...row, state: "held", at: world.at });
  }
  return [...rows.values()];
}

/** The difference to what was held before; what a contact decided on stays decided. */
function draftQueue(world: World, rows: readonly HeldRow[]): readonly Statement[] {
  const before = new Map(
    world.intake.filter(({ state }) => state === "held").map((row) => [keyOf(row.party, row.object), row]),
  );
  const isSame = (row: HeldRow): boolean => {
    const there = before.get(keyOf(row.party, row.object));
    return (
      there !== undefined && there.ceilings === row.ceilings && there.whole === row.whole && there.giver === row.giver
    );
  };
  const fresh = rows
    .filter((row) => !isSame(row))
    .map((row) => ({ ...row, at: before.get(keyOf(row.party, row.object))?.at ?? row.at }));
  const kept = new Set(rows.filter(isSame).map((row) => keyOf(row.party, row.object)));
  const gone = [...before].filter(([key]) => !kept.has(key)).map(([, row]) => row);
  return [...draftHeldNoMore(gone), ...draftHeld(fresh)];
}
