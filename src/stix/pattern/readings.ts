// Simple readings: the values for which a pattern stands where it stands for nothing but values, and those of an observable
// object. Feeds of lists (addresses, domains, hashes) are made of them; a pattern that says more than a list can is refused
// with the reason, because a list that says less would match what its author did not mean.

import { isObject, type Json, type JsonObject } from "../../encoding/json.ts";
import { parseBlock } from "./address.ts";
import { formatPath } from "./format.ts";
import { hashForm } from "./hashes.ts";
import type { Comparison, Constant, Expression, ObjectPath, Pattern, Test } from "./tree.ts";

export type ReadingKind =
  | "ipv4-addr"
  | "ipv6-addr"
  | "domain-name"
  | "url"
  | "email-addr"
  | "mac-addr"
  | "hash"
  | "file-name"
  | "mutex"
  | "windows-registry-key";

/** A value that stands alone. */
export interface AtomicValue {
  readonly kind: ReadingKind;
  /** A single address has no prefix length; a block of addresses has one. */
  readonly value: string;
  /** Of a hash, as it was spelt. */
  readonly algorithm?: string;
}

/** A value of a pattern, and the comparison that holds it. */
export interface Reading extends AtomicValue {
  /** ISSUBSET: any address of the block. */
  readonly operator: "=" | "IN" | "ISSUBSET";
  /** As it stands in a pattern. */
  readonly path: string;
  /** Of the value, in characters from 1. */
  readonly column: number;
}

export const irreducible = {
  and: "It asks for several things at once.",
  followedby: "It asks for one thing after another.",
  repeats: "It asks for something more than once.",
  window: "It asks for a time.",
  negated: "It says what a value is not.",
  operator: "It compares otherwise than with values.",
  property: "It asks for a property that no list holds.",
  form: "Its value has not the form that its property has.",
} as const;

export type Irreducible = keyof typeof irreducible;

export type Readings =
  | { readonly reducible: true; readonly readings: readonly Reading[] }
  | { readonly reducible: false; readonly reason: Irreducible; readonly column: number };

/**
 * The values of which any one, observed once, makes the pattern true, and without which it is false (STIX 2.1 §9); or the
 * reason why it is no such list, with the column. `x_ref.type = '…'` beside a value of that type adds nothing and is let be.
 */
export function readingsOf(pattern: Pattern): Readings {
  try {
    return { reducible: true, readings: readExpression(pattern.expression) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { reducible: false, reason: error.reason, column: error.column };
  }
}

/** The values of an observable object (STIX 2.1 §6) that stand alone; none for an object of which no list is made. */
export function valuesOf(object: JsonObject): readonly AtomicValue[] {
  const { type, hashes } = object;
  const listed = isObject(hashes) ? Object.entries(hashes) : [];
  const values = listed.map(([algorithm, hash]) => hashValue(algorithm, hash));
  for (const [property, kind] of Object.entries(typeof type === "string" ? (kinds.get(type) ?? {}) : {})) {
    const value = object[property];
    values.push(value === undefined ? null : valueOf([kind], value));
  }
  return values.filter((value) => value !== null);
}

class Refused {
  readonly reason: Irreducible;
  readonly column: number;
  constructor(reason: Irreducible, column: number) {
    this.reason = reason;
    this.column = column;
  }
}

/** Properties that hold a value of a kind, by type. */
const kinds = new Map<string, Readonly<Record<string, ReadingKind>>>([
  ["ipv4-addr", { value: "ipv4-addr" }],
  ["ipv6-addr", { value: "ipv6-addr" }],
  ["domain-name", { value: "domain-name" }],
  ["url", { value: "url" }],
  ["email-addr", { value: "email-addr" }],
  ["mac-addr", { value: "mac-addr" }],
  ["file", { name: "file-name" }],
  ["mutex", { name: "mutex" }],
  ["windows-registry-key", { key: "windows-registry-key" }],
]);

const hashed: ReadonlySet<string> = new Set(["file", "artifact", "x509-certificate"]);

/** References through which a value of several kinds is named. */
const referring = new Map<string, readonly ReadingKind[]>([
  ["network-traffic:src_ref.value", ["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"]],
  ["network-traffic:dst_ref.value", ["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"]],
  ...["from_ref", "sender_ref", "to_refs[*]", "cc_refs[*]", "bcc_refs[*]"].map(
    (ref) => [`email-message:${ref}.value`, ["email-addr"]] as const,
  ),
]);

function readExpression(expression: Expression): readonly Reading[] {
  switch (expression.kind) {
    case "observation":
      return readComparison(expression.comparison);
    case "or":
      return expression.operands.flatMap(readExpression);
    case "qualified":
      for (const qualifier of expression.qualifiers) {
        if (qualifier.kind === "start-stop") throw new Refused("window", qualifier.column);
        // Any single observation is within any span.
        if (qualifier.kind === "repeats" && Number(qualifier.times.text) !== 1) {
          throw new Refused("repeats", qualifier.column);
        }
      }
      return readExpression(expression.of);
    default:
      throw new Refused(expression.kind, firstColumn(expression));
  }
}

function firstColumn(expression: Expression): number {
  if (expression.kind === "observation") return expression.column;
  const [first] = expression.kind === "qualified" ? [expression.of] : expression.operands;
  return first === undefined ? 1 : firstColumn(first);
}

function readComparison(comparison: Comparison): readonly Reading[] {
  if (comparison.kind === "test") return readTest(comparison);
  if (comparison.kind === "or") return comparison.operands.flatMap(readComparison);
  const values = comparison.operands.filter((operand) => guardOf(operand) === null);
  const [only] = values;
  if (only === undefined || values.length > 1) throw new Refused("and", columnOf(comparison));
  const readings = readComparison(only);
  for (const operand of comparison.operands) {
    const guard = guardOf(operand);
    if (guard === null) continue;
    const implied = readings.every(({ kind, path }) => kind === guard.type && path === `${guard.of}.value`);
    if (!implied) throw new Refused("and", columnOf(operand));
  }
  return readings;
}

function columnOf(comparison: Comparison): number {
  if (comparison.kind === "test") return comparison.column;
  const [first] = comparison.operands;
  return first === undefined ? 1 : columnOf(first);
}

/** A test that something referred to is of a type. */
function guardOf(comparison: Comparison): { readonly of: string; readonly type: string } | null {
  if (comparison.kind !== "test" || comparison.operator !== "=" || comparison.negated) return null;
  const { type, steps, column } = comparison.path;
  const [last, [constant]] = [steps.at(-1), comparison.constants];
  if (steps.length < 2 || last?.kind !== "key" || last.name !== "type" || constant?.kind !== "string") return null;
  return { of: formatPath({ type, steps: steps.slice(0, -1), column }), type: constant.value };
}

function readTest(test: Test): readonly Reading[] {
  const { operator, path, constants } = test;
  if (test.negated) throw new Refused("negated", test.column);
  if (operator !== "=" && operator !== "IN" && operator !== "ISSUBSET") {
    throw new Refused(operator === "!=" ? "negated" : "operator", test.column);
  }
  const read = readerOf(path);
  if (read === null) throw new Refused("property", path.column);
  return constants.map((constant) => {
    const value = constant.kind === "string" ? read(constant) : null;
    if (value === null || (operator === "ISSUBSET" && parseBlock(value.value) === null)) {
      throw new Refused("form", constant.column);
    }
    return { ...value, operator, path: formatPath(path), column: constant.column };
  });
}

function readerOf(path: ObjectPath): ((constant: Constant & { readonly kind: "string" }) => AtomicValue | null) | null {
  const [first, second] = path.steps;
  if (first?.kind !== "key") return null;
  if (path.steps.length === 1) {
    const kind = kinds.get(path.type)?.[first.name];
    return kind === undefined ? null : ({ value }) => valueOf([kind], value);
  }
  if (path.steps.length === 2 && first.name === "hashes" && second?.kind === "key" && hashed.has(path.type)) {
    return ({ value }) => hashValue(second.name, value);
  }
  const named = referring.get(formatPath(path));
  return named === undefined ? null : ({ value }) => valueOf(named, value);
}

function hashValue(algorithm: string, hash: Json): AtomicValue | null {
  if (typeof hash !== "string" || !(hashForm(algorithm)?.test(hash) ?? false)) return null;
  return { kind: "hash", value: hash, algorithm };
}

/** The value as the first of the kinds whose form it has. */
function valueOf(candidates: readonly ReadingKind[], value: Json): AtomicValue | null {
  if (typeof value !== "string") return null;
  const kind = candidates.find((one) => forms[one](value));
  if (kind === undefined) return null;
  const block = kind === "ipv4-addr" || kind === "ipv6-addr" ? parseBlock(value) : null;
  const single = block !== null && block.length === block.bits.length * 16;
  const slash = value.indexOf("/");
  return { kind, value: single && slash >= 0 ? value.slice(0, slash) : value };
}

const forms: Readonly<Record<ReadingKind, (value: string) => boolean>> = {
  "ipv4-addr": (value) => parseBlock(value)?.family === 4,
  "ipv6-addr": (value) => parseBlock(value)?.family === 6,
  "domain-name": isDomain,
  url: (value) => /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/.test(value),
  "email-addr": (value) => /^[^\s@]+@[^\s@]+$/.test(value),
  "mac-addr": (value) => /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}$/.test(value),
  hash: () => false,
  "file-name": isText,
  mutex: isText,
  "windows-registry-key": isText,
};

/** Labels of letters, digits, hyphens and underscores or of any other script, of which the last is no number (RFC 1034, RFC 5890). */
function isDomain(value: string): boolean {
  if (value.length > 253) return false;
  const labels = (value.endsWith(".") ? value.slice(0, -1) : value).split(".");
  if (/^[0-9]+$/.test(labels.at(-1) ?? "")) return false;
  return labels.every((label) => /^[\p{L}\p{N}\p{M}_](?:[\p{L}\p{N}\p{M}_-]{0,61}[\p{L}\p{N}\p{M}_])?$/u.test(label));
}

/** One line, and not an empty one: a list has a value on each line. */
function isText(value: string): boolean {
  return value !== "" && !/[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(value);
}
