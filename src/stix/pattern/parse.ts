// From the text of a STIX pattern to its tree (STIX 2.1 §9), in one pass and with one word of foresight. What the grammar
// does not take is told with the column, and with what was expected there. Everything else in this folder relies on it.

import { Refusal } from "../../refusal.ts";
import { patternTextMax, Scanner, type WordKind } from "./lex.ts";
import type {
  Comparison,
  Constant,
  Expression,
  NumberConstant,
  ObjectPath,
  Operator,
  PathStep,
  Pattern,
  Qualifier,
  Test,
  TimestampConstant,
} from "./tree.ts";

/** Parentheses within parentheses, within and around brackets together. */
export const patternDepthMax = 200;

/** Why a text is no pattern. */
export interface PatternFault {
  readonly rule: "pattern-syntax" | "pattern-depth" | "pattern-length";
  /** In characters (code points) from 1. */
  readonly column: number;
  /** A sentence; it quotes nothing of the pattern but its punctuation and keywords. */
  readonly message: string;
}

export type ParsedPattern =
  | { readonly pattern: Pattern; readonly fault?: never; readonly steps: number }
  | { readonly pattern?: never; readonly fault: PatternFault; readonly steps: number };

/**
 * The tree of a pattern, or the first fault of a text that is none (STIX 2.1 §9). Time and memory grow with the length of
 * the text; `steps` counts the characters and words that were looked at.
 */
export function parsePattern(text: string): ParsedPattern {
  if (text.length > patternTextMax) {
    const message = `A pattern has at most ${patternTextMax} characters.`;
    return { fault: { rule: "pattern-length", column: 1, message }, steps: 0 };
  }
  const parser = new Parser(text);
  try {
    const expression = parser.pattern();
    return { pattern: { expression }, steps: parser.steps };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { fault: error.fault, steps: parser.steps };
  }
}

/**
 * The tree of a pattern (STIX 2.1 §9).
 * @throws {Refusal} malformed: it is none; `rule` is pattern-syntax, pattern-depth or pattern-length, `subject` the column
 */
export function patternOf(text: string): Pattern {
  const { pattern, fault } = parsePattern(text);
  if (fault === undefined) return pattern;
  throw new Refusal("malformed", `${fault.message} (Column ${fault.column}.)`, {
    rule: fault.rule,
    subject: `column ${fault.column}`,
  });
}

/** Ends the parsing; no error, so that no stack is collected for each text that is no pattern. */
class Stop {
  readonly fault: PatternFault;
  constructor(fault: PatternFault) {
    this.fault = fault;
  }
}

class Parser {
  readonly #words: Scanner;
  #count = 1;
  #depth = 0;

  constructor(text: string) {
    this.#words = new Scanner(text);
  }

  get steps(): number {
    return this.#words.steps + this.#count;
  }

  pattern(): Expression {
    const expression = this.#followedby();
    if (this.#words.kind !== "end") this.#stop("a qualifier, AND, OR, FOLLOWEDBY or the end of the pattern");
    return expression;
  }

  // Words

  #next(): void {
    this.#count += 1;
    this.#words.next();
  }

  #has(kind: WordKind): boolean {
    if (this.#words.kind !== kind) return false;
    this.#next();
    return true;
  }

  #expect(kind: WordKind, expected: string): void {
    if (!this.#has(kind)) this.#stop(expected);
  }

  #stop(expected: string): never {
    const { kind, column } = this.#words;
    const message = `Expected ${expected}, found ${words[kind] ?? `"${kind}"`}.`;
    throw new Stop({ rule: "pattern-syntax", column, message });
  }

  #inside<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > patternDepthMax) {
      const message = `Parentheses are nested at most ${patternDepthMax} deep.`;
      throw new Stop({ rule: "pattern-depth", column: this.#words.column, message });
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  // Observation expressions, §9.5

  #followedby(): Expression {
    const first = this.#or();
    if (this.#words.kind !== "FOLLOWEDBY") return first;
    const operands = [first];
    while (this.#has("FOLLOWEDBY")) operands.push(this.#or());
    return { kind: "followedby", operands };
  }

  #or(): Expression {
    const first = this.#and();
    if (this.#words.kind !== "OR") return first;
    const operands = [first];
    while (this.#has("OR")) operands.push(this.#and());
    return { kind: "or", operands };
  }

  #and(): Expression {
    const first = this.#qualified();
    if (this.#words.kind !== "AND") return first;
    const operands = [first];
    while (this.#has("AND")) operands.push(this.#qualified());
    return { kind: "and", operands };
  }

  #qualified(): Expression {
    const grouped = this.#words.kind === "(";
    const of = grouped ? this.#group() : this.#observation();
    const qualifiers: Qualifier[] = [];
    for (let one = this.#qualifier(); one !== null; one = this.#qualifier()) qualifiers.push(one);
    return qualifiers.length === 0 ? of : { kind: "qualified", of, grouped, qualifiers };
  }

  #group(): Expression {
    this.#next();
    const expression = this.#inside(() => this.#followedby());
    this.#expect(")", 'a qualifier, AND, OR, FOLLOWEDBY or ")"');
    return expression;
  }

  #observation(): Expression {
    const { column } = this.#words;
    this.#expect("[", '"[" or "("');
    const comparison = this.#eitherTest();
    this.#expect("]", 'AND, OR or "]"');
    return { kind: "observation", comparison, column };
  }

  #qualifier(): Qualifier | null {
    const { column } = this.#words;
    if (this.#has("WITHIN")) {
      const seconds = this.#number("a number of seconds");
      this.#expect("SECONDS", "SECONDS");
      return { kind: "within", seconds, column };
    }
    if (this.#has("REPEATS")) {
      if (this.#words.kind === "float") this.#stop("a whole number of times");
      const times = this.#number("a whole number of times");
      this.#expect("TIMES", "TIMES");
      return { kind: "repeats", times, column };
    }
    if (this.#has("START")) {
      const start = this.#timestamp();
      this.#expect("STOP", "STOP");
      return { kind: "start-stop", start, stop: this.#timestamp(), column };
    }
    return null;
  }

  #number(expected: string): NumberConstant {
    const { kind, word, column } = this.#words;
    if (kind !== "integer" && kind !== "float") this.#stop(expected);
    this.#next();
    return { kind, text: word, column };
  }

  #timestamp(): TimestampConstant {
    const { kind, word, column } = this.#words;
    if (kind !== "timestamp") this.#stop("a timestamp, t'YYYY-MM-DDTHH:MM:SSZ'");
    this.#next();
    return { kind, text: word.slice(2, -1), column };
  }

  // Comparison expressions, §9.6

  #eitherTest(): Comparison {
    const first = this.#allTests();
    if (this.#words.kind !== "OR") return first;
    const operands = [first];
    while (this.#has("OR")) operands.push(this.#allTests());
    return { kind: "or", operands };
  }

  #allTests(): Comparison {
    const first = this.#test();
    if (this.#words.kind !== "AND") return first;
    const operands = [first];
    while (this.#has("AND")) operands.push(this.#test());
    return { kind: "and", operands };
  }

  #test(): Comparison {
    const { column } = this.#words;
    if (this.#has("(")) {
      const comparison = this.#inside(() => this.#eitherTest());
      this.#expect(")", 'AND, OR or ")"');
      return comparison;
    }
    const absent = this.#has("NOT");
    if (this.#has("EXISTS")) {
      return { kind: "test", path: this.#path(), negated: absent, operator: "EXISTS", constants: [], column };
    }
    if (absent) this.#stop("EXISTS");
    const path = this.#path('an object type, NOT EXISTS, EXISTS or "("');
    const negated = this.#has("NOT");
    return this.#compared(path, negated, column);
  }

  #compared(path: ObjectPath, negated: boolean, column: number): Test {
    const { kind } = this.#words;
    const operator = operators.get(kind);
    if (operator === undefined)
      this.#stop(negated ? "a comparison operator" : 'a comparison operator, NOT, "." or "["');
    this.#next();
    const constants =
      operator === "IN"
        ? this.#set()
        : [this.#constant(textual.has(operator) ? "string" : ordering.has(operator) ? "ordered" : "any")];
    return { kind: "test", path, negated, operator, constants, column };
  }

  #set(): readonly Constant[] {
    this.#expect("(", '"("');
    if (this.#has(")")) return [];
    const constants = [this.#constant("any")];
    while (this.#has(",")) constants.push(this.#constant("any"));
    this.#expect(")", '"," or ")"');
    return constants;
  }

  #constant(wanted: "any" | "ordered" | "string"): Constant {
    const { kind, column } = this.#words;
    const constant = this.#read(wanted === "string" && kind !== "string" ? "end" : kind, column);
    if (constant === null || (wanted === "ordered" && constant.kind === "boolean")) this.#stop(constantsWanted[wanted]);
    this.#next();
    return constant;
  }

  #read(kind: WordKind, column: number): Constant | null {
    const { word } = this.#words;
    switch (kind) {
      case "string":
        return { kind, value: unescape(word), column };
      case "integer":
      case "negative integer":
        return { kind: "integer", text: word, column };
      case "float":
      case "negative float":
        return { kind: "float", text: word, column };
      case "boolean":
        return { kind, value: word === "true", column };
      case "hex":
      case "binary":
      case "timestamp":
        return { kind, text: word.slice(2, -1), column };
      default:
        return null;
    }
  }

  // Object paths, §9.7

  #path(expected = "an object type"): ObjectPath {
    const { kind, word: type, column } = this.#words;
    if (kind !== "name" && kind !== "hyphenated name") this.#stop(expected);
    this.#next();
    this.#expect(":", '":"');
    const steps: PathStep[] = [this.#key()];
    for (;;) {
      if (this.#has(".")) steps.push(this.#key());
      else if (this.#has("[")) steps.push(this.#index());
      else return { type, steps, column };
    }
  }

  #key(): PathStep {
    const { kind, word } = this.#words;
    if (kind !== "name" && kind !== "string") this.#stop("a property name, in apostrophes if it has a hyphen");
    this.#next();
    return { kind: "key", name: kind === "name" ? word : unescape(word) };
  }

  #index(): PathStep {
    const { kind, word } = this.#words;
    if (kind !== "*" && kind !== "integer" && kind !== "negative integer") this.#stop('an index or "*"');
    this.#next();
    this.#expect("]", '"]"');
    return kind === "*" ? { kind: "all" } : { kind: "index", text: word };
  }
}

const operators: ReadonlyMap<WordKind, Operator> = new Map(
  (["=", "!=", "<", "<=", ">", ">=", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"] as const).map((one) => [
    one,
    one,
  ]),
);
const textual: ReadonlySet<Operator> = new Set(["LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"]);
const ordering: ReadonlySet<Operator> = new Set(["<", "<=", ">", ">="]);

const constantsWanted = {
  any: "a constant",
  ordered: "a constant that has an order",
  string: "a string in apostrophes",
} as const;

/** How the kinds of words are called that are not their own name. */
const words: Partial<Record<WordKind, string>> = {
  name: "a name",
  "hyphenated name": "a name with a hyphen",
  string: "a string",
  integer: "a whole number",
  "negative integer": "a negative number",
  float: "a number with a fraction",
  "negative float": "a negative number",
  hex: "a hexadecimal constant",
  binary: "a binary constant",
  timestamp: "a timestamp",
  boolean: "a boolean",
  end: "the end of the pattern",
  unusable: "a character that begins nothing",
};

/** The text of a string constant: `\'` is an apostrophe, `\\` a backslash, and the grammar lets no other escape through. */
function unescape(word: string): string {
  const body = word.slice(1, -1);
  return body.includes("\\") ? body.replaceAll(/\\(['\\])/g, "$1") : body;
}
