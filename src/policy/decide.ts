// Whether a recipient may have an object, from when, until when, and why: policy.md, How a decision is made, steps 1 to 7 (of
// step 6 only whether the whole may go). Pure and total: everything it reads is an argument. Nothing else decides sharing.

import type { Micros } from "../encoding/timestamp.ts";
import { type Level, strictest } from "../stix/marking.ts";
import { isActive, type Party, wasMemberAt } from "../directory/state.ts";
import type { Basis, RenditionReason } from "./basis.ts";
import { isCompanion } from "./companion.ts";
import { conditionsHold, type Subject } from "./condition.ts";
import { type Decision, type Terms, wholeTerms } from "./decision.ts";
import { addDuration, type Duration } from "./duration.ts";
import type { Attributes, ContributionFacts, Facts, LatestLevel } from "./facts.ts";
import { covers, type PartyRef, reaches } from "./parties.ts";
import type { Policy, Rule, ShareRule, WithholdRule } from "./policy.ts";

/** What the decisions of a contribution have in common. */
export interface Hearing {
  readonly contribution: ContributionFacts;
  /** The owner's policy, at the edition that the act read. */
  readonly policy: Policy;
  readonly owner: Party;
  readonly at: Micros;
}

export interface HeardObject {
  readonly facts: Facts;
  /** When this contributor first contributed the id: `after` and `until` count from it. */
  readonly first: Micros;
  /** levelOf the latest version of the id by the same contributor; null where this is the only one. */
  readonly latestLevel: Level | null;
  /** Codes of those who have an earlier version by release: a revocation goes to them at once. */
  readonly earlier?: ReadonlySet<string>;
}

/** The decision of one object for one recipient. */
export function decide(input: Hearing & HeardObject & { readonly recipient: Party }): Decision {
  return decideFor(hear(input, input, contributionWithholds(input)), input.recipient);
}

/**
 * The decisions of objects of one contribution: `[object][recipient]`, in the orders given. Objects that no rule, time or
 * marking tells apart have the very same array, which callers use to write equal audiences once.
 */
export function decideAll(
  input: Hearing & { readonly objects: readonly HeardObject[]; readonly recipients: readonly Party[] },
): readonly (readonly Decision[])[] {
  const withholds = contributionWithholds(input);
  const decided = new Map<string, readonly Decision[]>();
  return input.objects.map((object) => {
    const heard = hear(input, object, withholds);
    const key = heardKey(heard);
    let decisions = decided.get(key);
    if (decisions === undefined) {
      decisions = input.recipients.map((recipient) => decideFor(heard, recipient));
      decided.set(key, decisions);
    }
    return decisions;
  });
}

/** What the object counts as by its own or inherited marking, else by the policy; red where the policy refuses it. */
export function levelOf(facts: Pick<Attributes, "level" | "inherited">, policy: Policy): Level {
  return facts.level ?? facts.inherited ?? (policy.unmarked === "refuse" ? "red" : policy.unmarked);
}

/** Whether the policy takes in no such object: it has no marking and inherits none. Its contribution is refused, it alone. */
export function isRefusedUnmarked(facts: Attributes, policy: Policy): boolean {
  return policy.unmarked === "refuse" && facts.level === null && facts.inherited === null && !isCompanion(facts.type);
}

/** An object with the rules that concern it. */
interface Heard extends Hearing, HeardObject {
  readonly level: Level;
  readonly withholds: readonly WithholdRule[];
  readonly shares: readonly ShareRule[];
}

function hear(hearing: Hearing, object: HeardObject, contributionWithholds: ReadonlySet<Rule>): Heard {
  const { contribution, policy, owner, at } = hearing;
  const level = ceilingOf(object.facts, object.latestLevel, policy);
  const subject = subjectOf(object.facts, level, contribution);
  const holds = (rule: Rule): boolean => conditionsHold(rule.when, rule.kind, subject);
  return {
    ...object,
    contribution,
    policy,
    owner,
    at,
    level,
    withholds: policy.rules.filter(
      (rule): rule is WithholdRule => rule.kind === "withhold" && (contributionWithholds.has(rule) || holds(rule)),
    ),
    shares: policy.rules.filter((rule): rule is ShareRule => rule.kind === "share" && holds(rule)),
  };
}

// The steps in their order: the first that says no, says why.
function decideFor(heard: Heard, recipient: Party): Decision {
  const { contribution, level } = heard;
  const no = (basis: Basis): Decision => ({
    offered: false,
    whole: false,
    terms: wholeTerms,
    from: contribution.at,
    until: null,
    level,
    basis,
  });
  if (recipient.code === heard.owner.code) {
    const basis: Basis = { kind: "owner" };
    return { offered: true, whole: true, terms: wholeTerms, from: contribution.at, until: null, level, basis };
  }
  const denial = standing(heard, recipient) ?? unmarked(heard) ?? withheld(heard, recipient);
  if (denial !== null) return no(denial);
  const shares = share(heard, recipient);
  if (!Array.isArray(shares)) return no(shares);
  const rules = namesOf(shares);
  const { from, until } = when(heard, recipient, shares);
  if (until !== null && until <= heard.at) return no({ kind: "ended", rules });
  if (until !== null && until <= from) return no({ kind: "never", rules });
  const reasons = render(heard, shares);
  const whole = reasons.length === 0;
  const basis: Basis = whole ? { kind: "shared", rules } : { kind: "needs-rendition", rules, reasons };
  return { offered: true, whole, terms: termsOf(heard, shares), from, until, level, basis };
}

// Step 2. Forward-only: joining gives nothing that was contributed before.
function standing({ contribution, at }: Heard, recipient: Party): Basis | null {
  if (recipient.kind === "exchange" || !isActive(recipient, at)) return { kind: "inactive" };
  return wasMemberAt(recipient, contribution.at) ? null : { kind: "not-yet-member" };
}

// Step 3, the strictest of the object's level and its latest version's. What else the ceiling does is part of sharing.
function ceilingOf(facts: Attributes, latest: LatestLevel | null, policy: Policy): Level {
  const own = levelOf(facts, policy);
  if (latest === null) return own;
  return strictest(own, latest === "unmarked" ? levelOf({ level: null, inherited: null }, policy) : latest);
}

function unmarked({ facts, policy }: Heard): Basis | null {
  return isRefusedUnmarked(facts, policy) ? { kind: "unmarked" } : null;
}

// Step 4. Any match, in the policy or the instruction.
function withheld({ withholds, contribution, policy }: Heard, recipient: Party): Basis | null {
  const named = contribution.instruction?.to ?? null;
  const matching = withholds.filter((rule) => refsNaming(rule, recipient, policy, named).length > 0);
  if (matching.length > 0) return { kind: "withheld", rules: namesOf(matching) };
  return contribution.instruction?.notTo?.includes(recipient.code) === true ? { kind: "instruction-excluded" } : null;
}

// Step 4 counts for the whole contribution: a rule that matches any of its objects concerns all of them.
function contributionWithholds({ contribution, policy }: Hearing): ReadonlySet<Rule> {
  const withholds = policy.rules.filter((rule) => rule.kind === "withhold");
  if (withholds.length === 0) return new Set();
  const subjects = contribution.profiles.map((profile) =>
    subjectOf(profile, ceilingOf(profile, profile.latest, policy), contribution),
  );
  return new Set(withholds.filter(({ when }) => subjects.some((subject) => conditionsHold(when, "withhold", subject))));
}

// Steps 5 and 3: the shares that name the recipient and may reach it at this level, or why there is none.
function share({ shares, contribution, policy, level }: Heard, recipient: Party): ShareRule[] | Basis {
  const named = contribution.instruction?.to ?? null;
  if (named !== null && !named.includes(recipient.code)) return { kind: "not-named" };
  const naming: ShareRule[] = [];
  const reaching: ShareRule[] = [];
  let byName = false;
  for (const rule of shares) {
    const refs = refsNaming(rule, recipient, policy, named);
    if (refs.length === 0) continue;
    naming.push(rule);
    const reachingRefs = refs.filter((ref) => reaches(ref, level, rule.when.tlp !== null));
    if (reachingRefs.length === 0) continue;
    reaching.push(rule);
    byName ||= reachingRefs.some((ref) => ref.kind === "named");
  }
  if (reaching.length > 0) return named === null || byName ? reaching : { kind: "named-unshared" };
  if (naming.length === 0) return { kind: "silence" };
  const rules = namesOf(naming);
  return level === "red" ? { kind: "ceiling-red", rules } : { kind: "ceiling-all", rules, level };
}

// Step 6, as far as it goes yet: why the object cannot go as it was contributed.
function render({ facts, contribution }: Heard, shares: readonly ShareRule[]): readonly RenditionReason[] {
  const terms = contribution.instruction === null ? shares : [...shares, contribution.instruction];
  const reasons: RenditionReason[] = [];
  if (facts.granular) reasons.push("granular");
  if (facts.unattributed) reasons.push("marking");
  if (terms.some(({ as }) => as === "unattributed")) reasons.push("unattributed");
  if (terms.some(({ redact }) => redact !== undefined && redact.length > 0)) reasons.push("redacted");
  return reasons;
}

/** The strictest `as` and the union of `redact`. */
function termsOf({ facts, contribution }: Heard, shares: readonly ShareRule[]): Terms {
  const terms = contribution.instruction === null ? shares : [...shares, contribution.instruction];
  const unattributed = facts.unattributed || terms.some(({ as }) => as === "unattributed");
  const redact = [...new Set(terms.flatMap((one) => one.redact ?? []))].sort();
  return unattributed || redact.length > 0 ? { unattributed, redact } : wholeTerms;
}

// Step 7: the latest `after`, the earliest `until`. A revocation skips `after` for those who have what it revokes.
function when(
  { facts, first, earlier, contribution }: Heard,
  recipient: Party,
  shares: readonly ShareRule[],
): Pick<Decision, "from" | "until"> {
  const terms = contribution.instruction === null ? shares : [...shares, contribution.instruction];
  const isAwaited = facts.revoked && earlier?.has(recipient.code) === true;
  const afters = isAwaited ? [] : terms.flatMap(({ after }) => countedFrom(first, after));
  const untils = terms.flatMap(({ until }) => countedFrom(first, until));
  return {
    from: Math.max(contribution.at, ...afters),
    until: untils.length === 0 ? null : Math.min(...untils),
  };
}

function countedFrom(first: Micros, duration: Duration | null | undefined): readonly Micros[] {
  return duration === null || duration === undefined ? [] : [addDuration(first, duration)];
}

/** By which of its references a rule names the recipient; none where `except` takes it out. */
function refsNaming(
  rule: Rule,
  recipient: Party,
  policy: Policy,
  named: readonly string[] | null,
): readonly PartyRef[] {
  const isCovered = (ref: PartyRef): boolean => covers(ref, recipient, policy.groups, named);
  return rule.except.some(isCovered) ? [] : rule.parties.filter(isCovered);
}

function subjectOf(attributes: Attributes, level: Level, { collection, context }: ContributionFacts): Subject {
  return { attributes, level, collection, context };
}

// All that decideFor reads of an object: a test decides with and without it. Names are unique in a policy, and have no line ends.
function heardKey({ facts, policy, first, level, earlier, withholds, shares }: Heard): string {
  const rules = [...withholds, ...shares].map(({ name }) => name);
  const flags = [facts.granular, facts.unattributed, facts.revoked, isRefusedUnmarked(facts, policy)];
  const awaiting = facts.revoked && earlier !== undefined ? [...earlier].sort() : [];
  return [level, first, ...flags, rules.length, ...rules, ...awaiting].join("\n");
}

function namesOf(rules: readonly Rule[]): readonly string[] {
  return rules.map(({ name }) => name).sort();
}
