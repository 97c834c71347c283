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

/** What the words of a policy alone tell of its rules. */
export interface Coverable {
  /** Whether the rule may ever name anybody. */
  namesAnybody(rule: Rule): boolean;
  /** Whether the rule may ever name anybody from whom it is not withheld whatever is contributed. */
  namesAnybodyFree(rule: Rule): boolean;
}

/** @param owner code of the policy's owner, which is no recipient; null: not known */
export function coverableBy(policy: Policy, owner: string | null): Coverable {
  const recipients = recipientsToldApart(policy, owner);
  const [full, empty] = [worldOf(policy, true), worldOf(policy, false)];
  const withholds = policy.rules.filter(
    (rule): rule is WithholdRule => rule.kind === "withhold" && isUnconditional(rule),
  );
  const isFree = (recipient: Recipient): boolean =>
    !withholds.some((rule) => alwaysNames(rule, recipient, full, empty));
  const free = new Set(recipients.filter(isFree));
  return {
    namesAnybody: (rule) => recipients.some((recipient) => mayName(rule, recipient, full, empty)),
    namesAnybodyFree: (rule) =>
      recipients.some((recipient) => free.has(recipient) && mayName(rule, recipient, full, empty)),
  };
}

/** One recipient for each kind that the rules of a policy can tell apart. */
function recipientsToldApart(policy: Policy, owner: string | null): readonly Recipient[] {
  const refs = policy.rules.flatMap(({ parties, except }) => [...parties, ...except]);
  const codes = new Set([
    ...refs.flatMap((ref) => (ref.kind === "state" ? [ref.code] : [])),
    ...[...policy.groups.values()].flatMap((members) => [...members]),
  ]);
  if (owner !== null) codes.delete(owner);
  const states = [...codes, anyOther].map((code) => partyOf(code, "state"));
  return [...states, partyOf("secretariat", "secretariat"), publicParty];
}

function mayName(rule: Rule, recipient: Recipient, full: Circumstances, empty: Circumstances): boolean {
  if (rule.kind === "share") {
    return (
      rule.parties.some((ref) => sharesWith(ref, recipient, full)) &&
      !rule.except.some((ref) => keepsFrom(ref, recipient, empty))
    );
  }
  // The public is kept from by any withhold; a rule that says so means others, unless it says `public`.
  if (recipient.kind === "public") return rule.parties.some(({ kind }) => kind === "public");
  return alwaysNames(rule, recipient, empty, full);
}

/** Whether a withhold names the recipient, its parties seen in one world and its exceptions in the other. */
function alwaysNames(rule: WithholdRule, recipient: Recipient, full: Circumstances, empty: Circumstances): boolean {
  return (
    rule.parties.some((ref) => keepsFrom(ref, recipient, empty)) &&
    !rule.except.some((ref) => releasesFrom(ref, recipient, full))
  );
}

// As a floor, the mildest level is no condition.
function isUnconditional({ when: { tlp, ...others } }: WithholdRule): boolean {
  return (tlp === null || tlp === "clear") && Object.values(others).every((condition) => condition === null);
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
