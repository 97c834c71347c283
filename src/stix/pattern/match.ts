// Whether a pattern matches observed data (STIX 2.1 §9): all three conformance levels of §12.7. A comparison is true of one
// object; an observation expression of an observed-data in which it is true of some object; bind.ts finds distinct ones.

import type { JsonObject } from "../../encoding/json.ts";
import { parseTimestamp } from "../../encoding/timestamp.ts";
import { Refusal } from "../../refusal.ts";
import { all, bind, either, leaf, type Plan, repeat, restrict, sequence, Timeline, within } from "./bind.ts";
import { type Predicate, predicateOf } from "./compare.ts";
import { isObserved } from "./names.ts";
import type { ObservedData } from "./observation.ts";
import { patternOf } from "./parse.ts";
import type { Comparison, Expression, ObjectPath, Pattern, Qualifier, TimestampConstant } from "./tree.ts";
import { type Objects, type Spend, valuesAt } from "./values.ts";

/** Steps that one matching may take: values that are compared and observations that are weighed against each other. */
export const matchStepsMax = 20_000_000;

export interface PatternMatch {
  readonly matches: boolean;
  /** Observed-data that together match, in the order given; empty if none do. There may be other choices. */
  readonly bound: readonly ObservedData[];
}

/** A pattern that is ready to be matched any number of times. */
export type PatternMatcher = (observed: readonly ObservedData[]) => PatternMatch;

/**
 * Whether the pattern matches the observed data (STIX 2.1 §9.4), and by which of them. An observed-data counts for as many
 * observations as its `number_observed`, each at some time between its first and its last.
 *
 * @throws {Refusal} malformed: the text is no pattern
 * @throws {Refusal} invalid, unsupported: it has a constant that nothing can be compared with, see `matcherOf`
 * @throws {Refusal} invalid (timestamp): a value that is compared with a timestamp is none
 * @throws {Refusal} limit: it would take more than `matchStepsMax` steps
 */
export function matchPattern(pattern: Pattern | string, observed: readonly ObservedData[]): PatternMatch {
  return matcherOf(pattern)(observed);
}

/**
 * Prepares a pattern. The matcher that it returns throws as `matchPattern` does.
 *
 * @throws {Refusal} malformed: the text is no pattern
 * @throws {Refusal} unsupported (pattern-expression): an expression of MATCHES or LIKE that cannot be run in linear time
 * @throws {Refusal} invalid: `rule` is pattern-set, pattern-timestamp, pattern-address or pattern-count
 */
export function matcherOf(pattern: Pattern | string): PatternMatcher {
  const { expression } = typeof pattern === "string" ? patternOf(pattern) : pattern;
  const prepared = prepare(expression);
  return (observed) => {
    let steps = 0;
    const spend: Spend = (more) => {
      steps += more;
      if (steps > matchStepsMax) {
        throw new Refusal("limit", `Matching takes more than ${matchStepsMax} steps.`, { subject: "matchStepsMax" });
      }
    };
    const order = observed.map((_, i) => i).sort((a, b) => firstOf(observed, a) - firstOf(observed, b));
    const timeline = new Timeline(
      order.flatMap((i) => observed[i] ?? []),
      spend,
    );
    const bound = bind(planOf(prepared, timeline), timeline);
    if (bound === null) return { matches: false, bound: [] };
    const given = bound.map((i) => order[i] ?? 0).sort((a, b) => a - b);
    return { matches: true, bound: given.flatMap((i) => observed[i] ?? []) };
  };
}

function firstOf(observed: readonly ObservedData[], i: number): number {
  return observed[i]?.firstObserved ?? 0;
}

// Prepared: the tree with its constants made ready

type Prepared =
  | { readonly kind: "observation"; readonly comparison: PreparedComparison }
  | { readonly kind: "and" | "or" | "followedby"; readonly operands: readonly Prepared[] }
  | { readonly kind: "qualified"; readonly of: Prepared; readonly qualifiers: readonly PreparedQualifier[] };

type PreparedComparison =
  | { readonly kind: "test"; readonly path: ObjectPath; readonly predicate: Predicate }
  | { readonly kind: "and" | "or"; readonly operands: readonly PreparedComparison[] };

type PreparedQualifier = (plan: Plan, timeline: Timeline) => Plan;

function prepare(expression: Expression): Prepared {
  switch (expression.kind) {
    case "observation":
      return { kind: "observation", comparison: prepareComparison(expression.comparison) };
    case "qualified": {
      const { of, qualifiers } = expression;
      return { kind: "qualified", of: prepare(of), qualifiers: qualifiers.map(prepareQualifier) };
    }
    default:
      return { kind: expression.kind, operands: expression.operands.map(prepare) };
  }
}

function prepareComparison(comparison: Comparison): PreparedComparison {
  return comparison.kind === "test"
    ? { kind: "test", path: comparison.path, predicate: predicateOf(comparison) }
    : { kind: comparison.kind, operands: comparison.operands.map(prepareComparison) };
}

/** §9.5.1. */
function prepareQualifier(qualifier: Qualifier): PreparedQualifier {
  if (qualifier.kind === "start-stop") {
    // An observed-data lies in the window if a time from its first to its last does; STOP itself is no part of it.
    const window = { lastMin: microsOf(qualifier.start), firstMax: microsOf(qualifier.stop) - 1 };
    const empty = window.firstMax < window.lastMin;
    return (plan, timeline) => (empty ? leaf([], 1) : restrict(plan, window, timeline));
  }
  const number = qualifier.kind === "within" ? qualifier.seconds : qualifier.times;
  const count = Number(number.text);
  if (count <= 0) {
    const sentence = `${qualifier.kind === "within" ? "WITHIN" : "REPEATS"} takes a number greater than 0.`;
    throw invalid("pattern-count", sentence, number.column);
  }
  return qualifier.kind === "within"
    ? (plan) => within(plan, Math.round(count * 1_000_000))
    : (plan) => repeat(plan, count);
}

function microsOf(timestamp: TimestampConstant): number {
  const parsed = parseTimestamp(timestamp.text);
  if (parsed === null) throw invalid("pattern-timestamp", "The calendar has no such date.", timestamp.column);
  return parsed.micros;
}

function invalid(rule: string, sentence: string, column: number): Refusal {
  return new Refusal("invalid", `${sentence} (Column ${column}.)`, { rule, subject: `column ${column}` });
}

// Which observed-data each observation expression is true of

function planOf(prepared: Prepared, timeline: Timeline): Plan {
  switch (prepared.kind) {
    case "observation": {
      const { comparison } = prepared;
      const members = timeline.data.flatMap((data, i) => (isTrueOf(comparison, data, timeline.spend) ? [i] : []));
      return leaf(members, 1);
    }
    case "qualified":
      return prepared.qualifiers.reduce((plan, qualify) => qualify(plan, timeline), planOf(prepared.of, timeline));
    default: {
      const plans = prepared.operands.map((operand) => planOf(operand, timeline));
      if (prepared.kind === "and") return all(plans);
      return prepared.kind === "or" ? either(plans) : sequence(plans);
    }
  }
}

/** §9.5: all paths of an observation expression begin at the same object. */
function isTrueOf(comparison: PreparedComparison, data: ObservedData, spend: Spend): boolean {
  let found = false;
  for (const object of data.objects.values()) {
    const { type } = object;
    if (typeof type !== "string" || !isObserved(type)) continue;
    // No object is skipped once one is found: whether an observation is malformed must not depend on what stands before it.
    if (isTrueAt(comparison, type, object, data.objects, spend)) found = true;
  }
  return found;
}

function isTrueAt(
  comparison: PreparedComparison,
  type: string,
  object: JsonObject,
  objects: Objects,
  spend: Spend,
): boolean {
  spend(1);
  if (comparison.kind === "test") {
    return (
      comparison.path.type === type && valuesAt(comparison.path, object, objects, spend).some(comparison.predicate)
    );
  }
  let holds = comparison.kind === "and";
  for (const operand of comparison.operands) {
    const one = isTrueAt(operand, type, object, objects, spend);
    holds = comparison.kind === "and" ? holds && one : holds || one;
  }
  return holds;
}
