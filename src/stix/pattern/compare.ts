// The comparison operators (STIX 2.1 §9.6.1 to §9.6.4): each test of a pattern becomes a predicate on one value. What is
// wrong with its constants is told here, once, whatever it is compared with.

import { parseTimestamp } from "../../encoding/timestamp.ts";
import { Refusal } from "../../refusal.ts";
import { type Block, containsBlock, parseBlock } from "./address.ts";
import { likeTest, matchesTest, type TextTest } from "./regex.ts";
import { type Constant, kindsOf, type Test } from "./tree.ts";
import { Bytes, bytesOfBase64, bytesOfHex, type Value } from "./values.ts";

export type Predicate = (value: Value) => boolean;

/**
 * Whether a value that the path leads to makes the test true. Values of another kind than the constant make it false, also
 * under NOT if the operator is one of order; but `!=`, and any other operator under NOT, they make true.
 *
 * The predicate @throws {Refusal} invalid (timestamp): a text that is compared with a timestamp is none, as the OASIS matcher
 * has it, for a wrong observation would otherwise look like one that does not match.
 * @throws {Refusal} invalid: constants of several kinds, a date that the calendar does not have, no address; unsupported
 * (pattern-expression): an expression that cannot be run in linear time
 */
export function predicateOf(test: Test): Predicate {
  const { operator, negated, constants } = test;
  if (operator === "EXISTS") return () => !negated;
  if (operator === "IN") return flip(isIn(test), negated);
  const [constant] = constants;
  if (constant === undefined) throw new TypeError(`${operator} has one constant.`);
  switch (operator) {
    case "=":
      return flip(equals(constant), negated);
    case "!=":
      return flip(equals(constant), !negated);
    case "LIKE":
    case "MATCHES":
      return flip(textTest(operator, constant), negated);
    case "ISSUBSET":
    case "ISSUPERSET":
      return flip(subnet(operator, constant), negated);
    default:
      return ordered(operator, constant, negated);
  }
}

function flip(predicate: Predicate, negated: boolean): Predicate {
  return negated ? (value) => !predicate(value) : predicate;
}

/** A constant as values are: numbers, booleans and texts as JSON has them, bytes, or the key by which timestamps are ordered. */
type Operand = number | boolean | string | Bytes | TimestampKey;

class TimestampKey {
  readonly key: string;
  constructor(key: string) {
    this.key = key;
  }
}

function operandOf(constant: Constant): Operand {
  switch (constant.kind) {
    case "string":
    case "boolean":
      return constant.value;
    case "integer":
    case "float":
      return Number(constant.text);
    case "timestamp": {
      const parsed = parseTimestamp(constant.text);
      if (parsed === null) throw invalid("pattern-timestamp", "The calendar has no such date.", constant.column);
      return new TimestampKey(parsed.key);
    }
    default: {
      const bytes = constant.kind === "hex" ? bytesOfHex(constant.text) : bytesOfBase64(constant.text);
      return bytes ?? new Bytes("");
    }
  }
}

/** The two sides of a comparison as one kind, or null if they are of kinds that have none in common. */
function alike(value: Value, operand: Operand): readonly [string, string] | readonly [number, number] | null {
  if (typeof operand === "number") return typeof value === "number" ? [value, operand] : null;
  if (operand instanceof TimestampKey) return typeof value === "string" ? [timestampKey(value), operand.key] : null;
  if (typeof operand === "boolean") return typeof value === "boolean" ? [Number(value), Number(operand)] : null;
  const right = operand instanceof Bytes ? operand.latin1 : operand;
  if (typeof value === "string") return [value, right];
  return value instanceof Bytes ? [value.latin1, right] : null;
}

/** Whether one side is bytes and the other a text that no bytes can be (§9.6.4). */
function unlike(value: Value, operand: Operand): boolean {
  if (value instanceof Bytes) return typeof operand === "string" && !isLatin1(operand);
  return operand instanceof Bytes && typeof value === "string" && !isLatin1(value);
}

function isLatin1(text: string): boolean {
  return !/[^\u0000-\u00ff]/.test(text);
}

function timestampKey(text: string): string {
  const parsed = parseTimestamp(text);
  if (parsed === null) {
    throw new Refusal("invalid", "An observed value that is compared with a timestamp is none.", { rule: "timestamp" });
  }
  return parsed.key;
}

function equals(constant: Constant): Predicate {
  const operand = operandOf(constant);
  return (value) => {
    const sides = alike(value, operand);
    return sides !== null && sides[0] === sides[1];
  };
}

/** §9.6.1: equal to one of the constants, which are of one kind. */
function isIn({ constants, column }: Test): Predicate {
  if (kindsOf(constants).size > 1) throw invalid("pattern-set", "The constants of a set are of one kind.", column);
  const operands = constants.map(operandOf);
  if (operands.length > 0 && operands.every((operand) => typeof operand === "string")) {
    // Looked up, so that a long list costs no more than a short one.
    const texts = new Set<Value>(operands);
    return (value) => texts.has(value instanceof Bytes ? value.latin1 : value);
  }
  return (value) =>
    operands.some((operand) => {
      const sides = alike(value, operand);
      return sides !== null && sides[0] === sides[1];
    });
}

function ordered(operator: "<" | "<=" | ">" | ">=", constant: Constant, negated: boolean): Predicate {
  const operand = operandOf(constant);
  return (value) => {
    if (unlike(value, operand)) return negated;
    const sides = alike(value, operand);
    if (sides === null) return false;
    const order = typeof sides[0] === "number" ? sides[0] - Number(sides[1]) : compareText(sides[0], String(sides[1]));
    return isOrdered(operator, order) !== negated;
  };
}

function isOrdered(operator: "<" | "<=" | ">" | ">=", order: number): boolean {
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

/** By code points (§9.6.2): JavaScript's own order puts U+10000 and above before U+E000. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rankOf(x) - rankOf(y);
  }
  return a.length - b.length;
}

function rankOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function textTest(operator: "LIKE" | "MATCHES", constant: Constant): Predicate {
  const expression = textOf(constant).normalize("NFC");
  const test: TextTest | null = operator === "LIKE" ? likeTest(expression) : matchesTest(expression);
  if (test === null) {
    const sentence = "The expression is none that can be run in linear time.";
    throw new Refusal("unsupported", sentence, { rule: "pattern-expression", subject: `column ${constant.column}` });
  }
  const bytewise = isLatin1(expression);
  return (value) => {
    if (typeof value === "string") return test(value.normalize("NFC"));
    return value instanceof Bytes && bytewise && test(value.latin1);
  };
}

function subnet(operator: "ISSUBSET" | "ISSUPERSET", constant: Constant): Predicate {
  const given = parseBlock(textOf(constant));
  if (given === null) throw invalid("pattern-address", "The constant is no IP address or CIDR block.", constant.column);
  return (value) => {
    const block: Block | null = typeof value === "string" ? parseBlock(value) : null;
    if (block === null) return false;
    return operator === "ISSUBSET" ? containsBlock(given, block) : containsBlock(block, given);
  };
}

function textOf(constant: Constant): string {
  if (constant.kind !== "string") throw new TypeError("The grammar lets no other constant through.");
  return constant.value;
}

function invalid(rule: string, sentence: string, column: number): Refusal {
  return new Refusal("invalid", `${sentence} (Column ${column}.)`, { rule, subject: `column ${column}` });
}
