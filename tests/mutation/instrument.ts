// Writes a module anew so that each thing that it asks can be taken out while it runs: an `if` that never holds, a call that is
// left out, a predicate that always says yes, or no longer asks one of several things. `__mutant(n)` says whether the n-th
// change is made. What runs only while a module is loaded is left as it is.

import { parseAst } from "vitest/node";

export interface Mutant {
  readonly place: string;
  readonly change: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

interface Around {
  readonly inFunction: boolean;
  /** Whether a `return` here answers yes or no. */
  readonly isPredicate: boolean;
  /** Whether this is part of such an answer, and nothing but `&&` and `||` is between. */
  readonly isAnswer: boolean;
}

/** The module's text with switches; adds to `mutants` what they change, whose number is its place in the list. */
export function instrument(text: string, file: string, mutants: Mutant[]): string {
  const root = parseAst(text, { lang: "ts" }) as unknown as Node; // ESTree

  const lineOf = (node: Node): number => text.slice(0, node.start).split("\n").length;
  const add = (node: Node, change: string): string => {
    const source = text.slice(node.start, node.end).replaceAll(/\s+/g, " ");
    mutants.push({ place: `${file}:${lineOf(node)}`, change: `${change}: ${source.slice(0, 90)}` });
    return `__mutant(${mutants.length - 1})`;
  };
  const changed = (change: string, value: string, part: Node, around: Around): string =>
    `(${add(part, change)} ? ${value} : (${write(part, around)}))`;
  const never = (part: Node, around: Around): string => changed("never", "false", part, around);
  const always = (part: Node, around: Around): string => changed("always", "true", part, around);

  const write = (node: Node, around: Around): string => {
    const inner = within(node, around);
    if (!inner.inFunction) return rewritten(node, inner);
    switch (node.type) {
      case "IfStatement":
        return rewritten(node, inner, { test: never });
      case "LogicalExpression":
        return around.isAnswer && node["operator"] !== "??"
          ? rewritten(node, inner, halves(node))
          : rewritten(node, { ...inner, isAnswer: false });
      case "ExpressionStatement": {
        const { expression } = node as unknown as { readonly expression: Node };
        if (expression.type !== "CallExpression") return rewritten(node, inner);
        return `{ if (!${add(node, "left out")}) { ${rewritten(node, inner)} } }`;
      }
      case "ReturnStatement": {
        const answer = { ...inner, isAnswer: inner.isPredicate };
        return rewritten(node, answer, answer.isAnswer && isQuestion(node["argument"]) ? { argument: always } : {});
      }
      case "ArrowFunctionExpression":
        return isTest(node["body"]) ? rewritten(node, inner, { body: always }) : rewritten(node, inner);
      default:
        return rewritten(node, inner);
    }
  };

  const halves = (node: Node): Replacements => {
    const half = (part: Node, around: Around): string =>
      changed(`left out of ${String(node["operator"])}`, node["operator"] === "&&" ? "true" : "false", part, around);
    return { left: half, right: half };
  };

  /** The node's own text, with its parts written anew. */
  const rewritten = (node: Node, around: Around, replacements: Replacements = {}): string => {
    let written = "";
    let at = node.start;
    for (const [name, part] of partsOf(node)) {
      if (part.start < at) continue;
      written += text.slice(at, part.start) + (replacements[name] ?? write)(part, around);
      at = part.end;
    }
    return written + text.slice(at, node.end);
  };

  return (
    text.slice(0, root.start) +
    write(root, { inFunction: false, isPredicate: false, isAnswer: false }) +
    text.slice(root.end)
  );
}

type Replacements = Readonly<Record<string, (node: Node, around: Around) => string>>;

function within(node: Node, around: Around): Around {
  if (!/Function/.test(node.type)) {
    const passes = /^(?:ReturnStatement|LogicalExpression|ParenthesizedExpression)$/.test(node.type);
    return passes ? around : { ...around, isAnswer: false };
  }
  const annotated = (node["returnType"] as Node | null | undefined)?.["typeAnnotation"] as Node | undefined;
  return {
    inFunction: true,
    isAnswer: false,
    isPredicate: /^TS(?:BooleanKeyword|TypePredicate)$/.test(annotated?.type ?? ""),
  };
}

function isQuestion(node: unknown): boolean {
  return /^(?:CallExpression|BinaryExpression|UnaryExpression)$/.test((node as Node | null)?.type ?? "");
}

function isTest(node: unknown): boolean {
  const callee = (node as Node | null)?.["callee"] as Node | undefined;
  return (callee?.["property"] as Node | undefined)?.["name"] === "test";
}

/** The parts of a node that run, in the order of the text. */
function partsOf(node: Node): readonly (readonly [string, Node])[] {
  const parts: (readonly [string, Node])[] = [];
  for (const [name, value] of Object.entries(node)) {
    for (const part of Array.isArray(value) ? value : [value]) {
      if (isNode(part) && !part.type.startsWith("TS")) parts.push([name, part]);
      else if (isNode(part) && isNode(part["expression"])) parts.push([name, part]);
    }
  }
  return parts.toSorted(([, a], [, b]) => a.start - b.start);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
