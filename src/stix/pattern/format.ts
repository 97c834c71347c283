// A STIX pattern's tree as text (STIX 2.1 §9): one spelling for each tree, which parse.ts reads back as the same tree.

import { isPlainName } from "./lex.ts";
import type { Comparison, Constant, Expression, ObjectPath, PathStep, Pattern, Qualifier, Test } from "./tree.ts";

/**
 * The text of a pattern: single spaces, `=` and `!=`, no comments, and only the parentheses that the tree needs (STIX 2.1
 * §9.5.3). Parsing it gives the same tree but for the columns.
 */
export function formatPattern(pattern: Pattern): string {
  return formatExpression(pattern.expression);
}

/** `type:property.key[0]`, as it stands in a pattern (STIX 2.1 §9.7). */
export function formatPath(path: ObjectPath): string {
  return `${path.type}:${path.steps.map((step, i) => formatStep(step, i === 0)).join("")}`;
}

/** A constant as it stands in a pattern (STIX 2.1 §9.2). */
export function formatConstant(constant: Constant): string {
  switch (constant.kind) {
    case "string":
      return quote(constant.value);
    case "boolean":
      return String(constant.value);
    case "hex":
      return `h'${constant.text}'`;
    case "binary":
      return `b'${constant.text}'`;
    case "timestamp":
      return `t'${constant.text}'`;
    default:
      return constant.text;
  }
}

const words = { and: " AND ", or: " OR ", followedby: " FOLLOWEDBY " } as const;

/** What binds tighter has the greater rank; a part of the same or a lesser rank than its whole stands in parentheses. */
const ranks = { followedby: 0, or: 1, and: 2, qualified: 3, observation: 4, test: 4 } as const;

function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case "observation":
      return `[${formatComparison(expression.comparison)}]`;
    case "qualified": {
      const { of, grouped, qualifiers } = expression;
      const inner = formatExpression(of);
      return [grouped ? `(${inner})` : inner, ...qualifiers.map(formatQualifier)].join(" ");
    }
    default:
      return expression.operands
        .map((operand) => within(formatExpression(operand), ranks[operand.kind] <= ranks[expression.kind]))
        .join(words[expression.kind]);
  }
}

function formatComparison(comparison: Comparison): string {
  if (comparison.kind === "test") return formatTest(comparison);
  return comparison.operands
    .map((operand) => within(formatComparison(operand), ranks[operand.kind] <= ranks[comparison.kind]))
    .join(words[comparison.kind]);
}

function within(text: string, parentheses: boolean): string {
  return parentheses ? `(${text})` : text;
}

function formatQualifier(qualifier: Qualifier): string {
  switch (qualifier.kind) {
    case "within":
      return `WITHIN ${qualifier.seconds.text} SECONDS`;
    case "repeats":
      return `REPEATS ${qualifier.times.text} TIMES`;
    case "start-stop":
      return `START ${formatConstant(qualifier.start)} STOP ${formatConstant(qualifier.stop)}`;
  }
}

function formatTest(test: Test): string {
  const { path, negated, operator, constants } = test;
  if (operator === "EXISTS") return `${negated ? "NOT " : ""}EXISTS ${formatPath(path)}`;
  const listed = constants.map(formatConstant).join(", ");
  return `${formatPath(path)} ${negated ? "NOT " : ""}${operator} ${operator === "IN" ? `(${listed})` : listed}`;
}

function formatStep(step: PathStep, first: boolean): string {
  if (step.kind === "all") return "[*]";
  if (step.kind === "index") return `[${step.text}]`;
  return `${first ? "" : "."}${isPlainName(step.name) ? step.name : quote(step.name)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
