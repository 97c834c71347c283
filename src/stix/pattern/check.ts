// What is wrong with a pattern beyond its grammar (STIX 2.1 §9 and the OASIS pattern validator). Errors are what both
// forbid or the validator refuses; warnings are comparisons that the specification forbids or that can never match.

import { parseTimestamp } from "../../encoding/timestamp.ts";
import { parseBlock } from "./address.ts";
import { hashForm } from "./hashes.ts";
import { definesProperty, isObservableType, isPropertyName, isTypeName } from "./names.ts";
import { parsePattern } from "./parse.ts";
import { type PatternRuleName, patternRules } from "./rules.ts";
import {
  type Comparison,
  type Constant,
  type Expression,
  kindsOf,
  type Pattern,
  type Qualified,
  type Qualifier,
  type Test,
} from "./tree.ts";

export { type PatternRuleName, patternRules } from "./rules.ts";

export interface PatternFinding {
  /** Stable name of the rule; programs match on it. */
  readonly rule: PatternRuleName;
  readonly severity: "error" | "warning";
  /** In characters (code points) of the pattern, from 1. */
  readonly column: number;
  /** A sentence for people. It quotes nothing of the pattern but its punctuation and keywords. */
  readonly message: string;
  /** Section of STIX 2.1 Errata 01, "—" for a limit of ours. */
  readonly section: string;
}

export interface PatternCheckOptions {
  /** Names that are not well-formed are errors, as for the pattern of an indicator. */
  readonly names?: boolean;
  /** Types that STIX does not define are told. */
  readonly strictTypes?: boolean;
  /** Properties that STIX does not define for their type are told. */
  readonly strictProperties?: boolean;
  /**
   * Tells whether an expression can be run, and those that cannot are told; `isRunnable` is what `matchPattern` goes by. It is
   * handed in because it compiles them, and because who only checks patterns need not carry an engine for it.
   */
  readonly runnable?: (operator: "LIKE" | "MATCHES", expression: string) => boolean;
}

/** A pattern is told this many things at most; errors are not left out because of warnings. */
export const patternFindingsMax = 100;

/**
 * What is wrong with a pattern, by column: no error means that it is valid. A text that the grammar does not take has one
 * finding, `pattern-syntax`, `pattern-depth` or `pattern-length`. Takes time in proportion to the length of the text.
 */
export function checkPattern(text: string, options: PatternCheckOptions = {}): readonly PatternFinding[] {
  const { pattern, fault } = parsePattern(text);
  if (fault !== undefined) {
    const { section, severity } = patternRules[fault.rule];
    return [{ rule: fault.rule, severity, column: fault.column, message: fault.message, section }];
  }
  const findings = checkParsedPattern(pattern, options);
  if (text.startsWith("[") || /^[(\s\u0085]*\[/u.test(text)) return findings;
  return [findingOf("pattern-brackets", 1, options), ...findings].slice(0, patternFindingsMax);
}

/** The findings on a tree: those of `checkPattern` but for what only the text can tell. */
export function checkParsedPattern(pattern: Pattern, options: PatternCheckOptions = {}): readonly PatternFinding[] {
  const found: PatternFinding[] = [];
  const tell: Tell = (rule, column) => void found.push(findingOf(rule, column, options));
  checkExpression(pattern.expression, options, tell);
  if (found.length > 1) found.sort((a, b) => a.column - b.column);
  if (found.length <= patternFindingsMax) return found;
  const errors = found.filter(({ severity }) => severity === "error").slice(0, patternFindingsMax);
  const warnings = found.filter(({ severity }) => severity === "warning").slice(0, patternFindingsMax - errors.length);
  return [...errors, ...warnings].sort((a, b) => a.column - b.column);
}

type Tell = (rule: PatternRuleName, column: number) => void;

const nameRules: ReadonlySet<PatternRuleName> = new Set(["pattern-type-name", "pattern-property-name"]);

function findingOf(rule: PatternRuleName, column: number, options: PatternCheckOptions): PatternFinding {
  const { section, severity, sentence } = patternRules[rule];
  const weight = options.names === true && nameRules.has(rule) ? "error" : severity;
  return { rule, severity: weight, column, message: sentence, section };
}

function checkExpression(expression: Expression, options: PatternCheckOptions, tell: Tell): void {
  if (expression.kind === "observation") {
    checkComparison(expression.comparison, options, tell);
  } else if (expression.kind === "qualified") {
    checkExpression(expression.of, options, tell);
    checkQualifiers(expression, tell);
  } else {
    for (const operand of expression.operands) checkExpression(operand, options, tell);
  }
}

function checkQualifiers({ grouped, qualifiers }: Qualified, tell: Tell): void {
  const seen = new Set<Qualifier["kind"]>();
  for (const qualifier of qualifiers) {
    if (seen.has(qualifier.kind)) {
      tell(grouped ? "pattern-qualifiers-of-group" : "pattern-qualifier-repeated", qualifier.column);
    }
    seen.add(qualifier.kind);
    if (qualifier.kind === "start-stop") {
      checkConstant(qualifier.start, tell);
      checkConstant(qualifier.stop, tell);
      const [start, stop] = [parseTimestamp(qualifier.start.text), parseTimestamp(qualifier.stop.text)];
      if (start !== null && stop !== null && start.key >= stop.key) tell("pattern-window", qualifier.column);
    } else {
      const number = qualifier.kind === "within" ? qualifier.seconds : qualifier.times;
      checkConstant(number, tell);
      if (Number(number.text) <= 0) tell("pattern-count", number.column);
    }
  }
}

/** The object types that can make a comparison true: one, or any number. */
type Types = string | ReadonlySet<string>;

function checkComparison(comparison: Comparison, options: PatternCheckOptions, tell: Tell): Types {
  if (comparison.kind === "test") {
    checkTest(comparison, options, tell);
    return comparison.path.type;
  }
  const types = comparison.operands.map((operand) => checkComparison(operand, options, tell));
  const [first = ""] = types;
  // Nearly always all are of one type.
  if (typeof first === "string" && types.every((one) => one === first)) return first;
  const sets = types.map((one) => (typeof one === "string" ? new Set([one]) : one));
  if (comparison.kind === "or") return new Set(sets.flatMap((set) => [...set]));
  const joined = sets.reduce((all, set) => new Set([...all].filter((type) => set.has(type))));
  if (joined.size === 0 && sets.every((set) => set.size > 0)) tell("pattern-types-joined", columnOf(comparison));
  return joined;
}

function columnOf(comparison: Comparison): number {
  let first = comparison;
  while (first.kind !== "test") {
    const [operand] = first.operands;
    if (operand === undefined) return 1;
    first = operand;
  }
  return first.column;
}

function checkTest(test: Test, options: PatternCheckOptions, tell: Tell): void {
  checkPath(test, options, tell);
  for (const constant of test.constants) checkConstant(constant, tell);
  if (test.operator === "EXISTS" && test.negated) tell("pattern-not-exists", test.column);
  if (test.operator === "IN" && kindsOf(test.constants).size > 1) tell("pattern-set", test.column);
  const [constant] = test.constants;
  if (constant?.kind !== "string") return;
  if (test.operator === "ISSUBSET" || test.operator === "ISSUPERSET") {
    if (parseBlock(constant.value) === null) tell("pattern-address", constant.column);
  } else if (test.operator === "MATCHES" || test.operator === "LIKE") {
    if (options.runnable?.(test.operator, constant.value) === false) tell("pattern-expression", constant.column);
  }
}

function checkPath(test: Test, options: PatternCheckOptions, tell: Tell): void {
  const { type, steps, column } = test.path;
  const [first] = steps;
  const property = first?.kind === "key" ? first.name : "";
  if (!isObservableType(type)) {
    if (options.strictTypes === true) tell("pattern-type-unknown", column);
    if (!isTypeName(type)) tell("pattern-type-name", column);
  }
  if (!definesProperty(type, property)) {
    if (options.strictProperties === true) tell("pattern-property-unknown", column);
    if (!isPropertyName(property)) tell("pattern-property-name", column);
  }
  if (steps.some((step) => step.kind === "index" && step.text.startsWith("-"))) tell("pattern-index", column);
  if (test.operator === "EXISTS" || !steps.some((step) => step.kind === "key" && step.name === "hashes")) return;
  const last = steps.at(-1);
  if (last?.kind === "index" && !last.text.startsWith("-")) tell("pattern-index", column);
  const form = last?.kind === "key" ? hashForm(last.name) : undefined;
  // What LIKE and MATCHES look for is a part of a hash.
  if (form === undefined || test.operator === "LIKE" || test.operator === "MATCHES") return;
  for (const constant of test.constants) {
    if (constant.kind !== "string" || !form.test(constant.value)) tell("pattern-hash-form", constant.column);
  }
}

function checkConstant(constant: Constant, tell: Tell): void {
  switch (constant.kind) {
    case "timestamp":
      if (parseTimestamp(constant.text) === null) tell("pattern-timestamp", constant.column);
      return;
    case "hex":
      if (/[A-F]/.test(constant.text)) tell("pattern-hex-case", constant.column);
      return;
    case "integer":
    case "float":
      if (constant.text.startsWith("+")) tell("pattern-number", constant.column);
      return;
  }
}
