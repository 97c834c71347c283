// Proves claims about one state's policy (policy.md, Before, and after, Prove), or shows a contribution by which they are false.
// Nothing is sampled: what a contribution can be is written as variables (scene.ts), what the policy makes of it as clauses
// (rule-literals.ts), and the solver finds a way to break the claim or that there is none. What it finds is decided by decide
// before it is shown. Only the owner's own policy is asked, of valid objects other than definitions, which no rule decides; every
// marking, inherited or of a later version, comes down to one level, and each level is looked at.

import type { JsonObject } from "../encoding/json.ts";
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { needsApproval } from "./approval.ts";
import type { Claim } from "./claim.ts";
import { type Counterexample, decideIn, formatCounterexample, type Situation } from "./counterexample.ts";
import { Formula } from "./formula.ts";
import { situationOf } from "./prove-situation.ts";
import { calendarFrom, type Calendar, type Times } from "./prove-window.ts";
import { assertNo, assertYes, type Bound, type Rules, rulesIn } from "./rule-literals.ts";
import { conditionOf, type Scene, sceneOf } from "./scene.ts";
import { Solver, solverStepsMax } from "./solver.ts";
import { newcomerTo, type Question, recipientsOf, refsOf, toldApart, type ToldApart } from "./told-apart.ts";

export type Answer =
  | { readonly holds: true; readonly over: Over; readonly assuming: readonly Assumption[] }
  | { readonly holds: false; readonly counterexample: Counterexample; readonly assuming: readonly Assumption[] };

/** How often something is found for which no day leaves time, before it is given up. */
export const attemptsMax = 200;

/** What a claim was proved over. */
export interface Over {
  /** Codes of all that it speaks of; one that takes no part yet stands for any state that is admitted later. */
  readonly recipients: readonly string[];
  /** Aliases; null: any. */
  readonly collections: readonly string[] | null;
  /** How many rules were looked at. */
  readonly rules: number;
  /** Nothing can be contributed that the claim speaks of, or it speaks of nobody: it says nothing. */
  readonly vacuous: boolean;
}

/** What an answer takes as given, or what has to be so for a counterexample. */
export type Assumption =
  /** Of a circle that the policy names, these are the members; null: the owner belongs to none of this name. */
  | { readonly kind: "circle"; readonly circle: string; readonly members: readonly string[] | null }
  /** It was proved whoever the members of the circle are. */
  | { readonly kind: "any-members"; readonly circle: string }
  /** The recipient is, or is not, a member of the circle. */
  | { readonly kind: "member" | "no-member"; readonly circle: string; readonly code: string }
  /** A state that is admitted later. */
  | { readonly kind: "admitted"; readonly code: string }
  /** The contributor has an object by release, from this state or without its author's name. */
  | { readonly kind: "has"; readonly id: string; readonly holder: string }
  /** The state has published the network. */
  | { readonly kind: "published"; readonly code: string; readonly network: string }
  /** The recipient has an earlier version of the object by release. */
  | { readonly kind: "has-earlier"; readonly id: string; readonly code: string }
  /** It is contributed then, and its id was first contributed then. */
  | { readonly kind: "contributed"; readonly at: Micros; readonly first: Micros };

/**
 * Whether the claim holds of every contribution that the owner could make from `question.at` on, to everybody that it speaks of;
 * else the plainest one by which it does not.
 * @throws {Refusal} limit, where no answer is found in so many steps
 */
export function prove(claim: Claim, question: Question, stepsMax: number = solverStepsMax): Answer {
  const told = toldApart(claim, question);
  const search = searchFor(claim, question, told, stepsMax);
  const { formula } = search.scene;
  for (let tried = 0; formula.solver.solve(search.scene.preferences); tried += 1) {
    if (tried >= attemptsMax)
      throw new Refusal("limit", `No answer was found in ${attemptsMax} attempts.`, { subject: "attemptsMax" });
    const times = search.timesOf();
    if (times.length === 0) continue;
    const decided = times.map((one) => decideIn(situationOf(search.scene, one), claim, question));
    const counterexample = decided.find(({ refutes }) => refutes)?.counterexample;
    // The clauses say something else than decide: a bug, and no answer to be believed.
    if (counterexample === undefined) throw new Error(`A counterexample is none: ${JSON.stringify(decided[0])}`);
    return { holds: false, counterexample, assuming: assumedFor(counterexample, claim, question) };
  }
  const recipients = recipientsOf(claim, question);
  return {
    holds: true,
    over: {
      recipients,
      collections: question.collections ?? null,
      rules: question.policy.rules.length,
      vacuous: recipients.length === 0 || isVacuous(claim, question, told, stepsMax),
    },
    assuming: circlesIn(claim, question, (circle) => ({ kind: "any-members", circle })),
  };
}

/** The answer as JSON, with times as RFC 3339 writes them. */
export function formatAnswer(answer: Answer): JsonObject {
  const assuming = answer.assuming.map((one): JsonObject =>
    one.kind === "contributed" ? { ...one, at: formatMicros(one.at), first: formatMicros(one.first) } : { ...one },
  );
  if (answer.holds) return { holds: true, over: { ...answer.over }, assuming };
  return { holds: false, counterexample: formatCounterexample(answer.counterexample), assuming };
}

interface Search {
  readonly scene: Scene;
  /** Times to try what was found at; none: there are none, and it will not be found again. */
  timesOf(): readonly Times[];
}

/** Clauses that can be met if and only if the claim is false. */
function searchFor(claim: Claim, question: Question, told: ToldApart, stepsMax: number): Search {
  const { policy } = question;
  const formula = new Formula(new Solver(stepsMax));
  const rule = claim.kind === "unused" ? policy.rules.find(({ name }) => name === claim.rule) : undefined;
  // For a yes nothing is better than nothing beside it. A no may come of what is beside it.
  const scene = sceneOf(formula, told, question, claim.kind === "every" || rule?.kind === "withhold");
  const rules = rulesIn(scene);
  const calendar = calendarFrom(question.at);
  if (claim.kind !== "unused") formula.assert(conditionOf(scene, claim.when, "share", scene.subject));
  // Of a circle whose members are not given, any state may be one.
  const joined = scene.joined.get(circleOf(claim)?.name ?? "");
  if (joined !== undefined) formula.assert(joined);
  if (claim.kind === "every") {
    assertNo(rules, claim.as, calendar);
    return { scene, timesOf: () => shutTimes(rules, calendar) };
  }
  assertYes(rules, claim.kind === "never" ? claim.as : "any", calendar, rule);
  if (claim.kind === "approved") {
    for (const { present, level } of scene.things)
      formula.implies([present], [formula.where(level, (one) => !needsApproval(policy, one))]);
  }
  if (claim.kind === "unused") {
    const used = [
      ...rules.withholds.filter((one) => one.rule === rule).map(({ holds }) => holds),
      ...rules.shares.filter((one) => one.rule === rule).map(({ reaches }) => reaches),
    ];
    formula.assert(formula.or(used));
  }
  return { scene, timesOf: () => openTimes(rules, calendar) };
}

/** When what the solver found begins and ends. */
function boundsFound({ scene, bounds }: Rules): readonly Bound[] {
  return bounds.filter(({ holds }) => scene.formula.solver.holds(holds));
}

// Which months are how long, clauses do not say: of what no day leaves time for, the least that does so is not tried again.
function openTimes(rules: Rules, calendar: Calendar): readonly Times[] {
  const { formula, question, awaited } = rules.scene;
  const { retain } = question.policy;
  const bounds = boundsFound(rules);
  // A revocation that is awaited waits for nothing, and an end of nothing is no end (rule-literals.ts).
  const found = formula.solver.holds(awaited) ? calendar.awaited(bounds, retain) : calendar.open(bounds, retain);
  if (found !== null) return [found];
  let closing = calendar.closing(bounds);
  for (const one of closing) {
    const others = closing.filter((other) => other !== one);
    if (calendar.open(others, retain) === null) closing = others;
  }
  formula.implies(
    closing.map(({ holds }) => holds),
    [awaited],
  );
  return [];
}

/** Now, and a day on which it is not given because of when it is given, where there is one. */
function shutTimes(rules: Rules, calendar: Calendar): readonly Times[] {
  const { at, policy } = rules.scene.question;
  const shut = calendar.shut(boundsFound(rules), policy.retain);
  return [{ first: at, at }, ...(shut === null ? [] : [shut])];
}

/** Whether nothing can be contributed that the claim speaks of. */
function isVacuous(claim: Claim, question: Question, told: ToldApart, stepsMax: number): boolean {
  if (claim.kind === "unused") return false;
  const formula = new Formula(new Solver(stepsMax));
  const scene = sceneOf(formula, told, question, false);
  formula.assert(conditionOf(scene, claim.when, "share", scene.subject));
  return !formula.solver.solve([]);
}

function assumedFor(situation: Situation, claim: Claim, question: Question): readonly Assumption[] {
  const { recipient, object, at, first, readings, networks, joined, hasEarlier } = situation;
  const isMember = (circle: string): boolean =>
    joined.some((one) => one.circle === circle) || circle === circleOf(claim)?.name;
  return [
    ...circlesIn(claim, question, (circle) => ({
      kind: isMember(circle) ? "member" : "no-member",
      circle,
      code: recipient,
    })),
    ...(recipient === newcomerTo(question) ? [{ kind: "admitted", code: recipient } as const] : []),
    ...readings.map((reading): Assumption => ({ kind: "has", ...reading })),
    ...networks.map((network): Assumption => ({ kind: "published", ...network })),
    ...(hasEarlier ? [{ kind: "has-earlier", id: object, code: recipient } as const] : []),
    ...(at === question.at && first === question.at ? [] : [{ kind: "contributed", at, first } as const]),
  ];
}

/** What is taken as given of the circles that the policy and the claim name. */
function circlesIn(claim: Claim, question: Question, ofOpen: (circle: string) => Assumption): readonly Assumption[] {
  const own = circleOf(claim);
  const refs = [...refsOf(question.policy), ...(own === null ? [] : [own])];
  const names = new Set(refs.flatMap((ref) => (ref.kind === "circle" ? [ref.name] : [])));
  return [...names].map((circle) =>
    question.circles === undefined
      ? ofOpen(circle)
      : { kind: "circle", circle, members: question.circles.get(circle) ?? null },
  );
}

/** The circle that the claim speaks of. */
function circleOf(claim: Claim): { readonly kind: "circle"; readonly name: string } | null {
  const party = "party" in claim ? claim.party : null;
  return party?.kind === "circle" ? { kind: party.kind, name: party.name } : null;
}
