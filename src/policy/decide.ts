// Whether a recipient may have an object, from when, until when, and why: policy.md, How a decision is made, of step 6 only
// whether the whole may go, of step 8 what hangs on the owner alone (who has what is referred to, settle.ts knows). Pure and
// total: everything it reads is an argument. Nothing else decides sharing.

import type { Micros } from "../encoding/timestamp.ts";
import { type Level, levelRank, levels, strictest } from "../stix/marking.ts";
import { isActive, type Party } from "../directory/state.ts";
import type { Basis, RenditionReason } from "./basis.ts";
import { isCompanion } from "./companion.ts";
import { conditionsHold, type Subject } from "./condition.ts";
import { type Decision, type Terms, wholeTerms } from "./decision.ts";
import { addDuration, type Duration } from "./duration.ts";
import { type Attributes, type ContributionFacts, type Facts, type LatestLevel, partsOf } from "./facts.ts";
import { type Confirmations, membershipOf } from "./growth.ts";
import { isLean, speaksOfAnswers } from "./lean.ts";
import {
  type Circles,
  type Circumstances,
  isAuthor,
  isOfTheObject,
  joinedLater,
  keepsFrom,
  type PartyRef,
  reaches,
  type Recipient,
  releasesFrom,
  sharesWith,
} from "./parties.ts";
import type { Policy, Rule, ShareRule, WithholdRule } from "./policy.ts";

/** What the decisions of a contribution have in common. */
export interface Hearing {
  readonly contribution: ContributionFacts;
  /** The owner's policy, at the edition that the act read. */
  readonly policy: Policy;
  readonly owner: Party;
  readonly at: Micros;
  /** The circles that the owner belongs to; absent: no rule shares by a circle, and a withhold by one holds for all. */
  readonly circles?: Circles;
  /** Whom the owner confirmed, and when (`grow`); absent: nothing reaches back. */
  readonly confirmed?: Confirmations;
  /**
   * Until when those states have standing, by their codes, that have not signed the current terms; who is not in it has signed.
   * Absent: no terms were set.
   */
  readonly unsigned?: ReadonlyMap<string, Micros>;
}

export interface HeardObject {
  readonly facts: Facts;
  /** When this contributor first contributed the id: `after` and `until` count from it. */
  readonly first: Micros;
  /** What the latest version of the id by the same contributor has or inherits; null where this is the latest. */
  readonly latestLevel: LatestLevel | null;
  /** Codes of those who have an earlier version by release: a revocation goes to them at once. */
  readonly earlier?: ReadonlySet<string>;
  /** Codes of the authors that the facts call unattributed. Never given where the owner is told: it does not know them. */
  readonly unmasked?: readonly string[];
}

/** The decision of one object for one recipient. */
export function decide(input: Hearing & HeardObject & { readonly recipient: Recipient }): Decision {
  return decideFor(hear(input, input, contributionWithholds(input)), input.recipient);
}

/**
 * The decisions of objects of one contribution: `[object][recipient]`, in the orders given. Objects that no rule, time or
 * marking tells apart have the very same array, which callers use to write equal audiences once.
 */
export function decideAll(
  input: Hearing & { readonly objects: readonly HeardObject[]; readonly recipients: readonly Recipient[] },
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
interface Heard extends HeardObject {
  readonly hearing: Hearing;
  readonly level: Level;
  readonly lean: boolean;
  readonly about: Circumstances;
  readonly withholds: readonly Held[];
  readonly shares: readonly ShareRule[];
  /** Where its parts are marked: the same at each stricter level, in order. */
  readonly stricter: readonly Heard[];
}

/** A withhold that holds, and what it is about: a party such as `affected` means those of the object that it matched. */
interface Held {
  readonly rule: WithholdRule;
  readonly about: readonly Circumstances[];
}

function hear(hearing: Hearing, object: HeardObject, contributionWithholds: readonly Held[]): Heard {
  const level = ceilingOf(object.facts, object.latestLevel, hearing.policy);
  const above = object.facts.granular ? levels.slice(levelRank(level) + 1) : [];
  const stricter = above.map((one) => hearAt(one, hearing, object, contributionWithholds));
  return { ...hearAt(level, hearing, object, contributionWithholds), stricter };
}

function hearAt(level: Level, hearing: Hearing, object: HeardObject, contributionWithholds: readonly Held[]): Heard {
  const { contribution, policy, owner } = hearing;
  const { facts, unmasked } = object;
  const subject = subjectOf(facts, level, contribution);
  const holds = (rule: Rule): boolean => conditionsHold(rule.when, rule.kind, subject);
  const about = circumstancesOf(hearing, facts, unmasked);
  // Who an unattributed author is frees nobody of a withhold, whichever version came under it.
  const masked = unmasked === undefined ? about : circumstancesOf(hearing, facts);
  const withholds = new Map(contributionWithholds.map((held) => [held.rule, held]));
  for (const rule of policy.rules) {
    if (rule.kind !== "withhold" || !holds(rule)) continue;
    const held = withholds.get(rule);
    if (held === undefined) withholds.set(rule, { rule, about: [masked] });
    else if (isOfObjects(rule)) withholds.set(rule, { rule, about: [...held.about, masked] });
  }
  return {
    ...object,
    hearing,
    level,
    lean: isLean(facts, owner.code),
    about,
    withholds: [...withholds.values()],
    shares: policy.rules.filter((rule): rule is ShareRule => rule.kind === "share" && holds(rule)),
    stricter: [],
  };
}

function circumstancesOf(hearing: Hearing, attributes: Attributes, unmasked?: readonly string[]): Circumstances {
  const { contribution, policy, owner, at, circles, confirmed } = hearing;
  const { authors, affected } = attributes;
  const named = contribution.instruction?.to ?? null;
  const contributedAt = contribution.at;
  return { policy, owner: owner.code, named, contributedAt, at, circles, confirmed, authors, affected, unmasked };
}

// The steps in their order: the first that says no, says why.
function decideFor(heard: Heard, recipient: Recipient): Decision {
  const { level } = heard;
  const { contribution, owner, at } = heard.hearing;
  const no = (basis: Basis): Decision => ({
    offered: false,
    whole: false,
    terms: wholeTerms,
    from: contribution.at,
    until: null,
    level,
    basis,
  });
  if (recipient.code === owner.code) {
    const basis: Basis = { kind: "owner" };
    return { offered: true, whole: true, terms: wholeTerms, from: contribution.at, until: null, level, basis };
  }
  const denial = standing(heard, recipient) ?? unmarked(heard) ?? withheld(heard, recipient);
  if (denial !== null) return no(denial);
  const shares = share(heard, recipient);
  if (!Array.isArray(shares)) return no(shares);
  const rules = namesOf(shares);
  const { from, until, retained } = when(heard, recipient, shares);
  if (until !== null && until <= at) return no(until === retained ? { kind: "retained" } : { kind: "ended", rules });
  if (until !== null && until <= from) return no({ kind: "never", rules });
  const reasons = render(heard, shares);
  const whole = reasons.length === 0;
  const basis: Basis = whole ? { kind: "shared", rules } : { kind: "needs-rendition", rules, reasons };
  const decision: Decision = { offered: true, whole, terms: termsOf(heard, shares), from, until, level, basis };
  return heard.facts.granular ? { ...decision, parts: partsLevel(heard, recipient, decision) } : decision;
}

// Step 6: a granular marking narrows. A part goes along where an object at its level would, no later, for as long, on no
// stricter terms; and where those at the levels between go, too.
function partsLevel({ stricter }: Heard, recipient: Recipient, whole: Decision): Level {
  let { level } = whole;
  for (const above of stricter) {
    const { offered, from, until, terms } = decideFor(above, recipient);
    const isAsWide =
      from <= whole.from &&
      (until ?? Infinity) >= (whole.until ?? Infinity) &&
      (whole.terms.unattributed || !terms.unattributed) &&
      terms.redact.every((redaction) => whole.terms.redact.includes(redaction));
    if (!offered || !isAsWide) break;
    level = above.level;
  }
  return level;
}

// Step 2. Forward-only: joining gives nothing that was contributed before.
function standing({ hearing, about }: Heard, recipient: Recipient): Basis | null {
  if (recipient.kind === "public" || recipient.kind === "unattributed") return null;
  if (recipient.kind === "exchange" || !isActive(recipient, hearing.at)) return { kind: "inactive" };
  const lapses = hearing.unsigned?.get(recipient.code);
  if (lapses !== undefined && lapses <= hearing.at) return { kind: "terms-unsigned" };
  const growth = { policy: hearing.policy, code: recipient.code, confirmed: hearing.confirmed };
  return membershipOf(recipient.intervals, about, growth) === "both" ? null : { kind: "not-yet-member" };
}

// Step 3, the strictest of the object's level and its latest version's. What else the ceiling does is part of sharing.
function ceilingOf(facts: Attributes, latest: LatestLevel | null, policy: Policy): Level {
  const own = levelOf(facts, policy);
  if (latest === null) return own;
  const { level, unmarked } = partsOf(latest);
  const bound = strictest(own, level);
  return unmarked ? strictest(bound, levelOf({ level: null, inherited: null }, policy)) : bound;
}

// An unmarked latest version that the policy refuses bounds the ones before it like its own.
function unmarked(heard: Heard): Basis | null {
  return isRefused(heard) ? { kind: "unmarked" } : null;
}

function isRefused({ facts, latestLevel, hearing: { policy } }: Heard): boolean {
  if (isRefusedUnmarked(facts, policy)) return true;
  if (latestLevel === null || isCompanion(facts.type)) return false;
  return policy.unmarked === "refuse" && partsOf(latestLevel).unmarked;
}

// Step 4. Any match, in the policy or the instruction.
function withheld({ withholds, hearing }: Heard, recipient: Recipient): Basis | null {
  const matching = withholds.filter(({ rule, about }) => about.some((one) => withholdNames(rule, recipient, one)));
  if (matching.length > 0) return { kind: "withheld", rules: namesOf(matching.map(({ rule }) => rule)) };
  const { notTo } = hearing.contribution.instruction ?? {};
  // The public holds everybody: what is kept from anybody is kept from it.
  const isExcluded = recipient.kind === "public" ? notTo !== undefined : notTo?.includes(recipient.code) === true;
  return isExcluded ? { kind: "instruction-excluded" } : null;
}

// Step 4 counts for the whole contribution: a rule that matches any of its objects concerns all of them.
function contributionWithholds(hearing: Hearing): readonly Held[] {
  const { contribution, policy } = hearing;
  const withholds = policy.rules.filter((rule) => rule.kind === "withhold");
  if (withholds.length === 0) return [];
  const subjects = contribution.profiles.map((profile) =>
    subjectOf(profile, ceilingOf(profile, profile.latest, policy), contribution),
  );
  return withholds.flatMap((rule) => {
    const holds = (subject: Subject): boolean => conditionsHold(rule.when, "withhold", subject);
    const matched = isOfObjects(rule)
      ? subjects.filter(holds)
      : [subjects.find(holds)].filter((one) => one !== undefined);
    const about = matched.map(({ attributes }) => circumstancesOf(hearing, attributes));
    return about.length === 0 ? [] : [{ rule, about }];
  });
}

/** Whether whom the rule names hangs on the object. */
function isOfObjects({ parties, except }: Rule): boolean {
  return parties.some(isOfTheObject) || except.some(isOfTheObject);
}

// Steps 5, 3 and 8: the shares that name the recipient and may reach it at this level, or why there is none.
function share(heard: Heard, recipient: Recipient): ShareRule[] | Basis {
  const { shares, level, about } = heard;
  const { named } = about;
  if (named !== null && !named.includes(recipient.code)) return { kind: "not-named" };
  const naming: ShareRule[] = [];
  const reaching: ShareRule[] = [];
  let byName = false;
  let speaks = !heard.lean || isAuthor(recipient, about);
  for (const rule of shares) {
    const refs = refsSharing(rule, recipient, about);
    if (refs.length === 0) continue;
    naming.push(rule);
    const reachingRefs = refs.filter((ref) => reaches(ref, level, rule.when.tlp !== null));
    if (reachingRefs.length === 0) continue;
    reaching.push(rule);
    byName ||= reachingRefs.some((ref) => ref.kind === "named");
    speaks ||= speaksOfAnswers(rule, reachingRefs);
  }
  if (reaching.length > 0) {
    if (named !== null && !byName) return { kind: "named-unshared" };
    return speaks ? reaching : { kind: "lean", rules: namesOf(reaching) };
  }
  if (naming.length === 0) return silence(heard, recipient);
  const rules = namesOf(naming);
  if (recipient.kind === "public") return { kind: "ceiling-public", rules, level };
  return level === "red" ? { kind: "ceiling-red", rules } : { kind: "ceiling-all", rules, level };
}

// Nobody names it; or circles do, which it joined too late for this (forward-only).
function silence({ shares, about }: Heard, recipient: Recipient): Basis {
  const late = shares.filter(
    ({ parties, except }) =>
      parties.some((ref) => joinedLater(ref, recipient, about)) &&
      !except.some((ref) => keepsFrom(ref, recipient, about)),
  );
  return late.length === 0 ? { kind: "silence" } : { kind: "not-yet-in-circle", rules: namesOf(late) };
}

// Step 6, as far as it goes yet: why the object cannot go as it was contributed.
function render({ facts, hearing }: Heard, shares: readonly ShareRule[]): readonly RenditionReason[] {
  const { contribution } = hearing;
  const terms = contribution.instruction === null ? shares : [...shares, contribution.instruction];
  const reasons: RenditionReason[] = [];
  if (facts.granular) reasons.push("granular");
  if (facts.unattributed) reasons.push("marking");
  if (terms.some(({ as }) => as === "unattributed")) reasons.push("unattributed");
  if (terms.some(({ redact }) => redact !== undefined && redact.length > 0)) reasons.push("redacted");
  return reasons;
}

/** The strictest `as` and the union of `redact`. */
function termsOf({ facts, hearing }: Heard, shares: readonly ShareRule[]): Terms {
  const { instruction } = hearing.contribution;
  const terms = instruction === null ? shares : [...shares, instruction];
  const unattributed = facts.unattributed || terms.some(({ as }) => as === "unattributed");
  const redact = [...new Set(terms.flatMap((one) => one.redact ?? []))].sort();
  return unattributed || redact.length > 0 ? { unattributed, redact } : wholeTerms;
}

// Step 7: the latest `after`, the earliest `until`. A revocation skips `after` for those who have what it revokes. What is kept
// only for so long ends then, whatever the rules say.
function when(
  { facts, first, earlier, hearing }: Heard,
  recipient: Recipient,
  shares: readonly ShareRule[],
): Pick<Decision, "from" | "until"> & { readonly retained: Micros | null } {
  const { contribution, policy } = hearing;
  const terms = contribution.instruction === null ? shares : [...shares, contribution.instruction];
  const isAwaited = facts.revoked && earlier?.has(recipient.code) === true;
  const afters = isAwaited ? [] : terms.flatMap(({ after }) => countedFrom(first, after));
  const retained = retainedUntil(policy, contribution.at);
  const from = Math.max(contribution.at, ...afters);
  const lapses = hearing.unsigned?.get(recipient.code);
  const untils = [
    ...terms.flatMap(({ until }) => countedFrom(first, until)),
    ...(retained === null ? [] : [retained]),
    // What begins only after its standing has lapsed is decided again when it begins: it may have signed by then.
    ...(lapses === undefined || lapses <= from ? [] : [lapses]),
  ];
  return { from, until: untils.length === 0 ? null : Math.min(...untils), retained };
}

/** When what was contributed at this time ends and is deleted (`retain`); null: it stays. */
export function retainedUntil({ retain }: Pick<Policy, "retain">, contributedAt: Micros): Micros | null {
  return retain === null ? null : addDuration(contributedAt, retain);
}

function countedFrom(first: Micros, duration: Duration | null | undefined): readonly Micros[] {
  return duration === null || duration === undefined ? [] : [addDuration(first, duration)];
}

/** By which of its references a share names the recipient; none where `except` takes it out. */
function refsSharing(rule: ShareRule, recipient: Recipient, about: Circumstances): readonly PartyRef[] {
  const refs = rule.parties.filter((ref) => sharesWith(ref, recipient, about));
  return refs.length > 0 && rule.except.some((ref) => keepsFrom(ref, recipient, about)) ? [] : refs;
}

function withholdNames(rule: WithholdRule, recipient: Recipient, about: Circumstances): boolean {
  return (
    rule.parties.some((ref) => keepsFrom(ref, recipient, about)) &&
    !rule.except.some((ref) => releasesFrom(ref, recipient, about))
  );
}

function subjectOf(attributes: Attributes, level: Level, { collection, context }: ContributionFacts): Subject {
  return { attributes, level, collection, context };
}

// All that decideFor reads of an object: a test decides with and without it. Names are unique in a policy, and have no line ends.
function heardKey(heard: Heard): string {
  const { facts, first, level, lean, earlier, unmasked, withholds, shares, stricter } = heard;
  const rules = [...withholds.map(({ rule }) => rule), ...shares];
  const flags = [facts.granular, facts.unattributed, facts.revoked, lean, isRefused(heard)];
  const awaiting = facts.revoked && earlier !== undefined ? [...earlier].sort() : [];
  const persons = lean || rules.some(isOfObjects) ? JSON.stringify([facts.authors, unmasked, facts.affected]) : "";
  const own = [level, first, ...flags, persons, rules.length, ...namesIn(rules), ...awaiting];
  return [...own, ...stricter.map(heardKey)].join("\n");
}

function namesIn(rules: readonly Rule[]): readonly string[] {
  return rules.map(({ name }) => name);
}

function namesOf(rules: readonly Rule[]): readonly string[] {
  return rules.map(({ name }) => name).sort();
}
