import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../../src/refusal.ts";
import { formatPattern } from "../../../src/stix/pattern/format.ts";
import { patternTextMax } from "../../../src/stix/pattern/lex.ts";
import { parsePattern, patternDepthMax, patternOf } from "../../../src/stix/pattern/parse.ts";
import { observationsIn, testsIn } from "../../../src/stix/pattern/tree.ts";
import invalid from "../../vectors/stix/pattern/invalid.json" with { type: "json" };
import valid from "../../vectors/stix/pattern/valid.json" with { type: "json" };
import { bare, broken, nearly, pattern } from "./arbitrary.ts";

describe("parsePattern", () => {
  it.each(valid)("takes $pattern", ({ pattern: text, formatted }) => {
    expect(formatPattern(patternOf(text))).toBe(formatted);
  });

  it.each(invalid)("refuses $name, and tells where", ({ pattern: text, column, expected }) => {
    const { fault } = parsePattern(text);
    expect(fault).toMatchObject({ rule: "pattern-syntax", column });
    expect(fault?.message).toContain(expected);
  });

  it("tells of each part where it begins", () => {
    const { expression } = patternOf("([a:b = 'x' AND\u00a0a:'\u{1F600}'[*] IN (1, 2)]) WITHIN 5 SECONDS");
    expect(observationsIn(expression).map(({ column }) => column)).toEqual([2]);
    const tests = observationsIn(expression).flatMap(({ comparison }) => testsIn(comparison));
    expect(tests.map(({ column, path }) => [column, path.column])).toEqual([
      [3, 3],
      [17, 17],
    ]);
    expect(tests.flatMap(({ constants }) => constants.map(({ column }) => column))).toEqual([9, 30, 33]);
    expect(expression).toMatchObject({ kind: "qualified", qualifiers: [{ column: 38, seconds: { column: 45 } }] });
  });

  it("gives AND precedence over OR, OR over FOLLOWEDBY, and qualifiers over all", () => {
    const kinds = (text: string): unknown => {
      const { expression } = patternOf(text);
      return "operands" in expression
        ? [expression.kind, ...expression.operands.map(({ kind }) => kind)]
        : expression.kind;
    };
    expect(kinds("[a:b=1] AND [a:b=2] OR [a:b=3]")).toEqual(["or", "and", "observation"]);
    expect(kinds("[a:b=1] FOLLOWEDBY [a:b=2] OR [a:b=3]")).toEqual(["followedby", "observation", "or"]);
    expect(kinds("[a:b=1] AND [a:b=2] REPEATS 2 TIMES")).toEqual(["and", "observation", "qualified"]);
  });

  it("refuses what is longer than it reads", () => {
    const longest = `[a:b = '${"x".repeat(patternTextMax - 10)}']`;
    expect(longest.length).toBe(patternTextMax);
    expect(parsePattern(longest).fault).toBeUndefined();
    expect(parsePattern(`${longest} `).fault).toMatchObject({ rule: "pattern-length", column: 1 });
  });

  it.each([
    ["around brackets", (depth: number) => `${"(".repeat(depth)}[a:b=1]${")".repeat(depth)}`],
    ["within brackets", (depth: number) => `[${"(".repeat(depth)}a:b=1${")".repeat(depth)}]`],
  ])("refuses parentheses %s that are deeper than it follows", (_where, nested) => {
    expect(parsePattern(nested(patternDepthMax)).fault).toBeUndefined();
    expect(parsePattern(nested(patternDepthMax + 1)).fault).toMatchObject({ rule: "pattern-depth" });
    expect(parsePattern(nested(45_000)).fault).toMatchObject({ rule: "pattern-depth" });
  });

  it("returns a fault for any text that is no pattern, and never throws", () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: "binary" }), nearly, broken(pattern.map(formatPattern)));
    fc.assert(
      fc.property(texts, (text) => {
        const { pattern: tree, fault } = parsePattern(text);
        expect(tree === undefined).toBe(fault !== undefined);
        if (fault === undefined) return;
        expect(fault.column).toBeGreaterThanOrEqual(1);
        expect(fault.column).toBeLessThanOrEqual([...text].length + 1);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(["[a:b = secret]", "[secret]", "[a:b = 1] secret", "[a:b IN ('x' secret)]", "[a:b NOT 'secret']"])(
    "does not quote %s in its message",
    (text) => {
      expect(parsePattern(text).fault?.message).not.toContain("secret");
    },
  );
});

describe("patternOf", () => {
  it("throws what is wrong, with the rule and the column", () => {
    expect(() => patternOf("[a:b = ]")).toThrow(Refusal);
    try {
      patternOf("[a:b = ]");
    } catch (error) {
      expect(error).toMatchObject({ code: "malformed", rule: "pattern-syntax", subject: "column 8" });
    }
  });

  it.each(
    [..." \t\n\r\f\v\u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000"].map((space) => [
      space.charCodeAt(0),
      space,
    ]),
  )("takes U+%d for white space between words", (_code, space) => {
    expect(parsePattern(`[a:b${space}=${space}1]${space}AND [a:b = 1]`).fault).toBe(undefined);
    expect(parsePattern(`[a:b = ${space}'${space}']`).fault).toBe(undefined);
  });
});

describe("formatPattern", () => {
  it("is undone by parsing", () => {
    fc.assert(
      fc.property(pattern, (tree) => {
        expect(bare(patternOf(formatPattern(tree)))).toEqual(bare(tree));
      }),
      { numRuns: 2_000 },
    );
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(broken(pattern.map(formatPattern)), (text) => {
        const { pattern: tree } = parsePattern(text);
        if (tree === undefined) return;
        const formatted = formatPattern(tree);
        expect(bare(patternOf(formatted))).toEqual(bare(tree));
        expect(formatPattern(patternOf(formatted))).toBe(formatted);
      }),
      { numRuns: 2_000 },
    );
  });
});
