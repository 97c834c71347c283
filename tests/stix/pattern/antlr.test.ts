// The parser by hand against a parser that ANTLR makes of a grammar: the same texts are patterns, with the same trees, and the
// first fault of all others is at the same character.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { formatPattern } from "../../../src/stix/pattern/format.ts";
import { parsePattern } from "../../../src/stix/pattern/parse.ts";
import { antlrParser, type Node, type Outcome } from "./antlr.ts";
import { bare, broken, nearly, pattern } from "./arbitrary.ts";

let antlr: (source: string) => Outcome;
beforeAll(async () => {
  antlr = await antlrParser();
}, 120_000);

const runs = { numRuns: 2_000 };

function agree(source: string): boolean {
  const outcome = antlr(source);
  const parsed = parsePattern(source);
  if ("column" in outcome)
    expect(parsed.fault, source).toMatchObject({ rule: "pattern-syntax", column: outcome.column });
  else expect(bare(parsed.pattern), source).toEqual({ expression: expressionOf(partsOf(outcome.tree)[0]) });
  return !("column" in outcome);
}

describe("the parser and one that ANTLR makes of a grammar", () => {
  it("take the same patterns for the same trees", () => {
    fc.assert(
      fc.property(pattern, (tree) => {
        expect(agree(formatPattern(tree))).toBe(true);
      }),
      runs,
    );
  });

  it("stop at the same character of patterns that are broken", () => {
    let taken = 0;
    const texts = broken(broken(pattern.map(formatPattern)));
    fc.assert(
      fc.property(texts, (source) => {
        if (agree(source)) taken += 1;
      }),
      runs,
    );
    // Both kinds are there, or the test shows nothing.
    expect(taken).toBeGreaterThan(50);
    expect(taken).toBeLessThan(runs.numRuns - 50);
  });

  it("stop at the same character of words in any order", () => {
    fc.assert(
      fc.property(nearly, (source) => {
        agree(source);
      }),
      runs,
    );
  });

  it("agree on all texts of up to four pieces of a small language", () => {
    const small = ["[", "]", "(", ")", "a:b", "=", "1", "AND", "NOT", "EXISTS ", "IN", "'x'", "WITHIN"];
    let texts = [""];
    for (let length = 1; length <= 4; length++) {
      texts = texts.flatMap((text) => small.map((piece) => text + piece));
      for (const text of texts) agree(text);
    }
    expect(texts.length).toBe(small.length ** 4);
  });
});

// The tree of ANTLR as ours

const partsOf = (node: Node | undefined): readonly Node[] =>
  typeof node === "object" ? (node.slice(1) as Node[]) : []; // all but the name
const nameOf = (node: Node | undefined): string => (typeof node === "object" ? node[0] : (node ?? ""));
const rules = (node: Node | undefined): readonly Node[] => partsOf(node).filter((part) => typeof part === "object");
const words = (node: Node | undefined): readonly string[] => partsOf(node).filter((part) => typeof part === "string");

const chains: Readonly<Record<string, string>> = {
  followed: "followedby",
  either: "or",
  both: "and",
  anyOf: "or",
  allOf: "and",
};

function chainOf(node: Node | undefined, of: (part: Node | undefined) => unknown): unknown {
  const operands = rules(node).map(of);
  return operands.length === 1 ? operands[0] : { kind: chains[nameOf(node)], operands };
}

function expressionOf(node: Node | undefined): unknown {
  if (nameOf(node) !== "qualified") return chainOf(node, expressionOf);
  const [first, ...qualifiers] = rules(node);
  const grouped = nameOf(first) === "group";
  const [inner] = rules(first);
  const of = grouped ? expressionOf(inner) : { kind: "observation", comparison: comparisonOf(inner) };
  return qualifiers.length === 0 ? of : { kind: "qualified", of, grouped, qualifiers: qualifiers.map(qualifierOf) };
}

function qualifierOf(node: Node): unknown {
  const [keyword, first = "", , second = ""] = words(node);
  if (keyword === "WITHIN") return { kind: "within", seconds: constantOf(first) };
  if (keyword === "REPEATS") return { kind: "repeats", times: constantOf(first) };
  return { kind: "start-stop", start: constantOf(first), stop: constantOf(second) };
}

function comparisonOf(node: Node | undefined): unknown {
  if (nameOf(node) !== "test") return chainOf(node, comparisonOf);
  const [first, ...rest] = rules(node);
  if (nameOf(first) === "anyOf") return comparisonOf(first);
  const negated = words(node).includes("NOT");
  const spelt = words(node).find((word) => !["NOT", "(", ")", ","].includes(word)) ?? "";
  const operator = { "==": "=", "<>": "!=" }[spelt] ?? spelt;
  const text = /^(?:LIKE|MATCHES|ISSUBSET|ISSUPERSET)$/.test(operator) ? [words(node).at(-1) ?? ""] : [];
  const constants = [...rest.map(leafOf), ...text].map(constantOf);
  return { kind: "test", path: pathOf(first), negated, operator, constants };
}

function leafOf(node: Node): string {
  let leaf: Node | undefined = node;
  while (typeof leaf === "object") [leaf] = partsOf(leaf);
  return leaf ?? "";
}

function pathOf(node: Node | undefined): unknown {
  const [type] = words(node);
  const steps = rules(node).map((part) => {
    const [inner] = nameOf(part) === "key" ? [part] : rules(part);
    if (inner !== undefined) {
      const name = leafOf(inner);
      return { kind: "key", name: name.startsWith("'") ? unquoted(name) : name };
    }
    const index = words(part)[1] ?? "";
    return index === "*" ? { kind: "all" } : { kind: "index", text: index };
  });
  return { type, steps };
}

function constantOf(word: string): unknown {
  if (word.startsWith("'")) return { kind: "string", value: unquoted(word) };
  if (word === "true" || word === "false") return { kind: "boolean", value: word === "true" };
  const kind = { h: "hex", b: "binary", t: "timestamp" }[word.charAt(0)];
  if (kind !== undefined) return { kind, text: word.slice(2, -1) };
  return { kind: word.includes(".") ? "float" : "integer", text: word };
}

function unquoted(word: string): string {
  let text = "";
  for (let i = 1; i < word.length - 1; i++) {
    if (word[i] === "\\") i += 1;
    text += word[i];
  }
  return text;
}
