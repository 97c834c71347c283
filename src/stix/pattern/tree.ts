// A STIX pattern as a tree (STIX 2.1 §9): what parse.ts makes of a text, and what format, check, match and readings read.
// Chains of one operator are one node; a parenthesis that only repeats the precedence leaves no trace.

/** A constant of §9.2. Numbers and times keep their spelling, which may be finer than a number of JavaScript. */
export type Constant =
  | { readonly kind: "string"; readonly value: string; readonly column: number }
  | NumberConstant
  | { readonly kind: "boolean"; readonly value: boolean; readonly column: number }
  | { readonly kind: "hex" | "binary"; readonly text: string; readonly column: number }
  | TimestampConstant;

export interface NumberConstant {
  readonly kind: "integer" | "float";
  readonly text: string;
  readonly column: number;
}

export interface TimestampConstant {
  readonly kind: "timestamp";
  readonly text: string;
  readonly column: number;
}

/** A step of an object path (§9.7): a property or key, an index of a list, or all of its items. */
export type PathStep =
  | { readonly kind: "key"; readonly name: string }
  | { readonly kind: "index"; readonly text: string }
  | { readonly kind: "all" };

/** §9.7. The first step is a key. */
export interface ObjectPath {
  readonly type: string;
  readonly steps: readonly PathStep[];
  readonly column: number;
}

/** §9.6.1; `==` is read as `=`, `<>` as `!=`. */
export type Operator =
  "=" | "!=" | "<" | "<=" | ">" | ">=" | "IN" | "LIKE" | "MATCHES" | "ISSUBSET" | "ISSUPERSET" | "EXISTS";

/** One comparison expression. EXISTS has no constant, IN any number, every other operator one. */
export interface Test {
  readonly kind: "test";
  readonly path: ObjectPath;
  readonly negated: boolean;
  readonly operator: Operator;
  readonly constants: readonly Constant[];
  readonly column: number;
}

/** What stands within brackets (§9.6). */
export type Comparison = Test | ComparisonChain;

export interface ComparisonChain {
  readonly kind: "and" | "or";
  readonly operands: readonly Comparison[];
}

/** §9.5.1. */
export type Qualifier =
  | { readonly kind: "within"; readonly seconds: NumberConstant; readonly column: number }
  | { readonly kind: "repeats"; readonly times: NumberConstant; readonly column: number }
  | {
      readonly kind: "start-stop";
      readonly start: TimestampConstant;
      readonly stop: TimestampConstant;
      readonly column: number;
    };

/** What is matched with observations (§9.5). */
export type Expression = Observation | ExpressionChain | Qualified;

export interface Observation {
  readonly kind: "observation";
  readonly comparison: Comparison;
  readonly column: number;
}

export interface ExpressionChain {
  readonly kind: "and" | "or" | "followedby";
  readonly operands: readonly Expression[];
}

export interface Qualified {
  readonly kind: "qualified";
  readonly of: Expression;
  /** The qualifiers stand behind a parenthesis, not behind a bracket. */
  readonly grouped: boolean;
  readonly qualifiers: readonly Qualifier[];
}

/** Columns count the characters (code points) of the pattern from 1. */
export interface Pattern {
  readonly expression: Expression;
}

/** The observation expressions of a pattern, from left to right. */
export function observationsIn(expression: Expression): readonly Observation[] {
  if (expression.kind === "observation") return [expression];
  return expression.kind === "qualified" ? observationsIn(expression.of) : expression.operands.flatMap(observationsIn);
}

/** The comparison expressions of an observation expression, from left to right. */
export function testsIn(comparison: Comparison): readonly Test[] {
  return comparison.kind === "test" ? [comparison] : comparison.operands.flatMap(testsIn);
}

/** Numbers are of one kind, and so are the two spellings of bytes. */
export function kindsOf(constants: readonly Constant[]): ReadonlySet<string> {
  return new Set(
    constants.map(({ kind }) => (kind === "integer" || kind === "float" ? "number" : kind === "hex" ? "binary" : kind)),
  );
}
