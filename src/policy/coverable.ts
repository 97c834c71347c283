// Whom a rule can name at all, and whom it names whatever is contributed: what is never known of a rule by its words alone
// (circles, authors, whom an instruction names) is taken both ways. Relied on by the warnings on saving a policy.

import type { Party } from "../directory/state.ts";
import {
  type Circumstances,
  keepsFrom,
  type PartyRef,
  publicParty,
  type Recipient,
  releasesFrom,
  sharesWith,
} from "./parties.ts";
import type { Policy, Rule, ShareRule, WithholdRule } from "./policy.ts";

/** One recipient for each kind that the rules of a policy can tell apart; the owner's own code is none of them. */
export function recipientsToldApart(policy: Policy, owner: string | null): readonly Recipient[] {
  const refs = policy.rules.flatMap(({ parties, except }) => [...parties, ...except]);
  const codes = new Set([
    ...refs.flatMap((ref) => (ref.kind === "state" ? [ref.code] : [])),
    ...[...policy.groups.values()].flatMap((members) => [...members]),
  ]);
  if (owner !== null) codes.delete(owner);
  return [
    ...[...codes, anyOther].map((code) => partyOf(code, "state")),
    partyOf("secretariat", "secretariat"),
    publicParty,
  ];
}

/** Whether a rule may ever name the recipient. */
export function mayName(rule: Rule, recipient: Recipient, policy: Policy): boolean {
  const [full, empty] = [worldOf(policy, true), worldOf(policy, false)];
  if (rule.kind === "share") {
    return (
      rule.parties.some((ref) => sharesWith(ref, recipient, full)) &&
      !rule.except.some((ref) => keepsFrom(ref, recipient, empty))
    );
  }
  return (
    rule.parties.some((ref) => keepsFrom(ref, recipient, full)) &&
    !rule.except.some((ref) => releasesFrom(ref, recipient, empty))
  );
}

/** Whether a withhold names the recipient whatever is contributed. */
export function alwaysWithholds(rule: WithholdRule, recipient: Recipient, policy: Policy): boolean {
  const { tlp, ...others } = rule.when;
  // As a floor, the mildest level is no condition.
  if ((tlp !== null && tlp !== "clear") || Object.values(others).some((condition) => condition !== null)) return false;
  const [full, empty] = [worldOf(policy, true), worldOf(policy, false)];
  return (
    rule.parties.some((ref) => keepsFrom(ref, recipient, empty)) &&
    !rule.except.some((ref) => releasesFrom(ref, recipient, full))
  );
}

/** Whether a share can name nobody but the public. */
export function isForThePublicAlone({ parties }: ShareRule): boolean {
  return parties.every((ref: PartyRef) => ref.kind === "public");
}

/** A code that no rule names: any other state. */
const anyOther = "other";
const always = [{ from: 0, until: null }];

function partyOf(code: string, kind: "state" | "secretariat"): Party {
  return { n: 0, code, kind, name: { en: code, ru: code, kk: code }, identities: [], intervals: always };
}

/** With everybody named, in every circle, affected and an author; or nobody. */
function worldOf(policy: Policy, isFull: boolean): Circumstances {
  const codes = isFull ? recipientsToldApart(policy, null).map(({ code }) => code) : [];
  const owner = "owner";
  const members = new Map([...codes, owner].map((code) => [code, always] as const));
  const refs = policy.rules.flatMap(({ parties, except }) => [...parties, ...except]);
  const circles = new Map(refs.flatMap((ref) => (ref.kind === "circle" ? [[ref.name, members] as const] : [])));
  return { policy, owner, named: codes, contributedAt: 0, at: 0, circles, authors: codes, affected: codes };
}
