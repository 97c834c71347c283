// The parser's work grows with the length of the text, whatever the text: counted in steps, not by the clock.

import { describe, expect, it } from "vitest";
import { checkPattern } from "../../../src/stix/pattern/check.ts";
import { patternTextMax } from "../../../src/stix/pattern/lex.ts";
import { parsePattern } from "../../../src/stix/pattern/parse.ts";
import { matchesTest } from "../../../src/stix/pattern/regex.ts";
import { pieces } from "./arbitrary.ts";

/** Steps that a character may take: looked at as a part of at most two words, and one for each word. */
const stepsPerCharacter = 3;

const heads = [
  "",
  "[",
  "(",
  "[a:b = ",
  "[a:b IN (",
  "[a:b",
  "[a:b = 1] ",
  "[a:b = '",
  "/*",
  "[a:b = h'",
  "[a:b = b'",
  "[a:b = t'",
];
const repeated = [
  pieces,
  ["a", "0", "A", "=", "\\'", "\\\\", "a:b=1 AND ", "(a:b=1 OR ", "[a:b=1] AND ", "([a:b=1] OR ", "1, ", ".b", "[0]"],
  ["[a:b=1] FOLLOWEDBY ", "h'0 ", "b'A ", "t'2 ", "h'00", "h'0'", "b'YWJ'", "t'2020-01-01T00:00:00.1'", "//\n", "/**/"],
  ["a:b=1 OR b:c=1 AND ", "file:hashes.MD5='x' OR ", "-a", "_", "a-", "0.", ".0", "\ud83d", "\ud83d\ude00"],
].flat();
const tails = ["", "'", "]", "*/", " = 1]", ")", "Z'"];

const attacks = repeated.flatMap((piece) =>
  heads.flatMap((head) => tails.map((tail) => ({ name: `${head}${piece}…${tail}`, head, piece, tail }))),
);

describe("a pattern of any length", () => {
  it("is parsed in steps that grow with its length", () => {
    for (const { name, head, piece, tail } of attacks) {
      const text = head + piece.repeat(Math.floor((4_000 - head.length - tail.length) / piece.length)) + tail;
      const { steps } = parsePattern(text);
      expect(steps, name).toBeLessThanOrEqual(stepsPerCharacter * text.length + stepsPerCharacter);
    }
    expect(attacks.length).toBeGreaterThan(8_000);
  });

  it("counts its steps", () => {
    const steps = (length: number) => parsePattern(`[a:b = '${"x".repeat(length)}']`).steps;
    expect(steps(10_000) - steps(5_000)).toBe(5_000);
    expect(parsePattern(" ".repeat(5_000)).steps).toBeGreaterThanOrEqual(5_000);
    expect(parsePattern("[a:b = 1] AND ".repeat(100)).steps).toBeGreaterThanOrEqual(1_400);
  });

  it.each([
    ["comparisons of as many types", (i: number) => `x-${i}:name = 1`, " OR "],
    ["comparisons that cannot all hold", (i: number) => `x-${i}:name = 1`, " AND "],
    ["hashes of a wrong form", () => "file:hashes.MD5 = 'x'", " OR "],
    ["a set", () => "a:b IN (1, 2)", " AND "],
  ])(
    "is checked in time for %s",
    (_what, comparison, between) => {
      const count = Math.floor((patternTextMax - 2) / (comparison(99_999).length + between.length));
      const text = `[${Array.from({ length: count }, (_, i) => comparison(i)).join(between)}]`;
      expect(checkPattern(text).map(({ rule }) => rule)).not.toContain("pattern-syntax");
    },
    5_000,
  );
});

describe("an expression of MATCHES", () => {
  it.each([
    "(a*)*b",
    "(a|aa)+$",
    "(.*)(.*)(.*)x",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(x+x+)+y",
    "a?".repeat(50) + "a".repeat(50),
  ])(
    "%s is run on a long text",
    (expression) => {
      // Each of these would outlive the universe in an engine that goes back.
      expect(matchesTest(expression)?.("a".repeat(20_000) + "!")).toBe(expression.startsWith("a?"));
    },
    5_000,
  );
});
