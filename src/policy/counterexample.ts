// A contribution that shows a claim to be false, as its owner could make it: objects of STIX, an instruction, a collection, and
// what else has to be so. Its facts are gathered from the objects and decided like any other's, so that a preview says the same.
// prove.ts shows none that was not decided.

import { isObject, type JsonObject } from "../encoding/json.ts";
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import { providerForbidden } from "../stix/attribution.ts";
import { levelOfMarkings, strictest } from "../stix/marking.ts";
import { isStixObject, type StixObject } from "../stix/object.ts";
import { referencesOf } from "../stix/references.ts";
import { parseNetwork } from "../directory/network.ts";
import { affectedBy } from "./affected.ts";
import { needsApproval } from "./approval.ts";
import type { Claim, Manner } from "./claim.ts";
import { conditionsHold } from "./condition.ts";
import { decide, type HeardObject, type Hearing, levelOf } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { type ContributedObject, type Facts, gatherFacts } from "./facts.ts";
import { parseInstruction } from "./instruction.ts";
import { authorsOf, type Referred } from "./lean.ts";
import type { Recipient } from "./parties.ts";
import { hasPersonal } from "./personal.ts";
import type { Rule } from "./policy.ts";
import { circlesOf, partyOf, type Question, recipientOf } from "./told-apart.ts";

/** All that a decision hangs on beside the policy. */
export interface Situation {
  /** Code of the recipient. */
  readonly recipient: string;
  /** Alias. */
  readonly collection: string;
  readonly instruction: JsonObject;
  /** The bundle that is contributed, and the id of the object in it that is spoken of. */
  readonly bundle: JsonObject;
  readonly object: string;
  /** When it is contributed, and when its id first was. */
  readonly at: Micros;
  readonly first: Micros;
  /** Objects of others that it refers to, as their contributor has them by release. */
  readonly readings: readonly Referred[];
  /** Networks that states have published. */
  readonly networks: readonly { readonly code: string; readonly network: string }[];
  /** Members of circles that were not given. */
  readonly joined: readonly { readonly circle: string; readonly code: string }[];
  /** Whether the recipient has an earlier version by release. */
  readonly hasEarlier: boolean;
}

export interface Counterexample extends Situation {
  /** What the exchange reads of the object. */
  readonly facts: Facts;
  readonly decision: Decision;
  /** Of a rule that withholds, and is used: what is decided without it. */
  readonly without?: Decision;
}

/** All that decide asks for in the situation. */
export type Heard = Hearing & HeardObject & { readonly recipient: Recipient };

/** The situation as decide asks for it, every fact of it gathered from the objects as the exchange gathers it. */
export function hearingOf(situation: Situation, question: Question): Heard {
  const { policy, owner } = question;
  const { recipient, collection, at, first } = situation;
  const objects = objectsOf(situation.bundle);
  const instruction = parseInstruction(situation.instruction, [recipient]);
  const contributed = objects.map((object) => contributedIn(situation, object, owner, objects));
  const { contribution, facts } = gatherFacts({ by: owner, collection, instruction, at }, contributed);
  const own = facts.find(({ id }) => id === situation.object);
  if (own === undefined) throw new TypeError("The object that is spoken of is in the bundle.");
  const joined = Map.groupBy(situation.joined, ({ circle }) => circle);
  const members = new Map([...joined].map(([circle, ones]) => [circle, ones.map(({ code }) => code)] as const));
  return {
    contribution,
    policy,
    owner: partyOf(owner),
    at,
    circles: circlesOf(question, withOpen(members, question)),
    facts: own,
    first,
    latestLevel: null,
    earlier: new Set(situation.hasEarlier ? [recipient] : []),
    recipient: recipientOf(recipient),
  };
}

/** Circles that were not given and have nobody but the owner. */
function withOpen(
  members: ReadonlyMap<string, readonly string[]>,
  { policy, circles }: Question,
): ReadonlyMap<string, readonly string[]> {
  if (circles !== undefined) return members;
  const refs = policy.rules.flatMap(({ parties, except }) => [...parties, ...except]);
  const names = refs.flatMap((ref) => (ref.kind === "circle" ? [ref.name] : []));
  return new Map([...names.map((name) => [name, []] as const), ...members]);
}

function objectsOf(bundle: JsonObject): readonly StixObject[] {
  const { objects } = bundle;
  return Array.isArray(objects) ? objects.filter(isObject).filter(isStixObject) : [];
}

function contributedIn(
  { recipient, readings, networks }: Situation,
  object: StixObject,
  owner: string,
  objects: readonly StixObject[],
): ContributedObject {
  // Nothing but what everybody knows marks it.
  const unknown = (): null => null;
  const ids = referencesOf(object)
    .filter(({ kind }) => kind !== "created-by" && kind !== "marking")
    .map(({ id }) => id);
  const held = [...readings, ...objects.map(({ id }) => ({ id, holder: owner }))];
  // The recipient's country domain is known by its code.
  const codes = new Set([recipient, ...networks.map(({ code }) => code)]);
  const published = [...codes].map((code) => ({
    code,
    networks: networks.flatMap((one) => (one.code === code ? (parseNetwork(one.network) ?? []) : [])),
  }));
  return {
    object,
    level: levelOfMarkings(object, unknown).level,
    unattributed: providerForbidden(object, unknown),
    references: ids,
    latestLevel: null,
    personal: hasPersonal(object),
    authors: authorsOf(held.filter(({ id }) => ids.includes(id))),
    affected: affectedBy(object, published),
  };
}

/** What the exchange decides in the situation, and whether that shows the claim to be false. */
export function decideIn(
  situation: Situation,
  claim: Claim,
  question: Question,
): { readonly counterexample: Counterexample; readonly refutes: boolean } {
  const heard = hearingOf(situation, question);
  const decision = decide(heard);
  const counterexample = { ...situation, facts: heard.facts, decision };
  if (claim.kind !== "unused")
    return { counterexample, refutes: isSpokenOf(claim, heard) && breaks(claim, heard, decision) };
  const rule = question.policy.rules.find(({ name }) => name === claim.rule);
  if (rule?.kind !== "withhold") return { counterexample, refutes: decision.offered && cites(decision, claim.rule) };
  const without = decide(lacking(heard, rule));
  return {
    counterexample: { ...counterexample, without },
    refutes: decision.basis.kind === "withheld" && cites(decision, rule.name) && without.offered,
  };
}

function isSpokenOf({ when }: Exclude<Claim, { kind: "unused" }>, heard: Heard): boolean {
  const { contribution, facts, policy } = heard;
  const { collection, context } = contribution;
  return conditionsHold(when, "share", { attributes: facts, level: levelOf(facts, policy), collection, context });
}

function breaks(claim: Exclude<Claim, { kind: "unused" }>, heard: Heard, decision: Decision): boolean {
  if (claim.kind === "approved") {
    const { profiles } = heard.contribution;
    const level = profiles.map((profile) => levelOf(profile, heard.policy)).reduce(strictest);
    return decision.offered && !needsApproval(heard.policy, level);
  }
  return isGiven(decision, claim.as) === (claim.kind === "never");
}

/** Whether it is offered in the manner. */
export function isGiven({ offered, whole, terms }: Decision, manner: Manner): boolean {
  return offered && (manner === "any" || (manner === "named" ? !terms.unattributed : whole));
}

function cites({ basis }: Decision, rule: string): boolean {
  return "rules" in basis && basis.rules.includes(rule);
}

function lacking(heard: Heard, rule: Rule): Heard {
  const { policy } = heard;
  return { ...heard, policy: { ...policy, rules: policy.rules.filter((one) => one !== rule) } };
}

/** The counterexample as JSON, with times as RFC 3339 writes them. */
export function formatCounterexample(counterexample: Counterexample): JsonObject {
  const { at, first, readings, networks, joined, facts, decision, without, ...others } = counterexample;
  return {
    ...others,
    readings: readings.map((reading) => ({ ...reading })),
    networks: networks.map((network) => ({ ...network })),
    joined: joined.map((one) => ({ ...one })),
    at: formatMicros(at),
    first: formatMicros(first),
    facts: { ...facts },
    decision: formatDecision(decision),
    ...(without === undefined ? {} : { without: formatDecision(without) }),
  };
}

function formatDecision({ from, until, basis, terms, parts, ...others }: Decision): JsonObject {
  return {
    ...others,
    terms: { ...terms },
    from: formatMicros(from),
    until: until === null ? null : formatMicros(until),
    ...(parts === undefined ? {} : { parts }),
    basis: { ...basis },
  };
}
