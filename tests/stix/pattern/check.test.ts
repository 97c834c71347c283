import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPattern, patternFindingsMax } from "../../../src/stix/pattern/check.ts";
import { formatPattern } from "../../../src/stix/pattern/format.ts";
import { definesProperty, isObservableType } from "../../../src/stix/pattern/names.ts";
import { isRunnable } from "../../../src/stix/pattern/regex.ts";
import { type PatternRuleName, patternRules } from "../../../src/stix/pattern/rules.ts";
import vectors from "../../vectors/stix/pattern/checked.json" with { type: "json" };
import { broken, nearly, pattern } from "./arbitrary.ts";

const told = (text: string): readonly (readonly [string, number])[] =>
  checkPattern(text).map(({ rule, column }) => [rule, column] as const);

describe("checkPattern", () => {
  const cases = Object.entries(vectors);

  it.each(cases.flatMap(([rule, { valid }]) => valid.map((text) => [rule, text] as const)))(
    "does not tell of %s in %s",
    (rule, text) => {
      expect(told(text).map(([name]) => name)).not.toContain(rule);
      expect(told(text).map(([name]) => name)).not.toContain("pattern-syntax");
    },
  );

  it.each(cases.flatMap(([rule, { invalid }]) => invalid.map(([text, column]) => [rule, text, column] as const)))(
    "tells of %s in %s, column %i",
    (rule, text, column) => {
      expect(told(String(text))).toContainEqual([rule, column]);
    },
  );

  it("has vectors for every rule that they can show", () => {
    const elsewhere: readonly PatternRuleName[] = [
      "pattern-syntax",
      "pattern-depth",
      "pattern-length",
      "pattern-type-unknown",
      "pattern-property-unknown",
      "pattern-expression",
    ];
    expect([...Object.keys(vectors), ...elsewhere].toSorted()).toEqual(Object.keys(patternRules).toSorted());
    for (const [, { valid, invalid }] of cases)
      expect(Math.min(valid.length, invalid.length)).toBeGreaterThanOrEqual(2);
  });

  it.each([
    ["[a:b = ]", "pattern-syntax"],
    ["[a:b = 1", "pattern-syntax"],
    [`${"(".repeat(300)}[a:b = 1]`, "pattern-depth"],
    [`[${"(".repeat(300)}a:b = 1]`, "pattern-depth"],
    [`[a:b = '${"x".repeat(100_000)}']`, "pattern-length"],
    [" ".repeat(100_001), "pattern-length"],
  ])("tells of nothing else where a text is no pattern", (text, rule) => {
    expect(checkPattern(text)).toMatchObject([{ rule, severity: "error" }]);
  });

  it("makes errors of names for those who ask", () => {
    const severities = (names: boolean) => checkPattern("[A:b = 1]", { names }).map(({ severity }) => severity);
    expect(severities(false)).toEqual(["warning", "warning"]);
    expect(severities(true)).toEqual(["error", "error"]);
  });

  it("tells those who ask of types and properties that STIX does not define", () => {
    const rules = (text: string) =>
      checkPattern(text, { strictTypes: true, strictProperties: true }).map(({ rule }) => rule);
    expect(rules("[file:name = 'a']")).toEqual([]);
    expect(rules("[file:x_foo = 'a']")).toEqual(["pattern-property-unknown"]);
    expect(rules("[x-foo:name = 'a']")).toEqual(["pattern-type-unknown", "pattern-property-unknown"]);
    expect(checkPattern("[x-foo:name = 'a' OR file:x_foo = 1]")).toEqual([]);
  });

  it.each(["(?=a)", "(a)\\\\1", "a++", "(?>a)", "(", "x{2000}"])(
    "tells those who ask that %s cannot be run",
    (expression) => {
      const text = `[file:name MATCHES '${expression}']`;
      expect(checkPattern(text)).toEqual([]);
      expect(checkPattern(text, { runnable: isRunnable })).toMatchObject([{ rule: "pattern-expression", column: 20 }]);
    },
  );

  it.each(["^C:\\\\\\\\.+\\\\.exe$", "(?i)evil", "\\\\x00", "(?<=a)b"])("knows that %s can be run", (expression) => {
    expect(checkPattern(`[file:name MATCHES '${expression}']`, { runnable: isRunnable })).toEqual([]);
  });

  it("tells of a LIKE that is too large to be run, and of no other", () => {
    const like = (length: number) => checkPattern(`[file:name LIKE '${"_".repeat(length)}']`, { runnable: isRunnable });
    expect(like(9_000)).toEqual([]);
    expect(like(11_000)).toMatchObject([{ rule: "pattern-expression", severity: "warning" }]);
  });

  it("leaves out warnings before errors, and tells of no more than its limit", () => {
    const warned = Array.from({ length: 150 }, () => "a:b = 1").join(" OR ");
    expect(checkPattern(`[${warned}]`)).toHaveLength(patternFindingsMax);
    const findings = checkPattern(`[${warned} OR file:hashes.MD5 = 'x']`);
    expect(findings).toHaveLength(patternFindingsMax);
    expect(findings.at(-1)).toMatchObject({ rule: "pattern-hash-form", severity: "error" });
    const wrong = Array.from({ length: 150 }, () => "file:hashes.MD5 = 'x'").join(" OR ");
    expect(checkPattern(`/**/[${wrong}]`)).toHaveLength(patternFindingsMax);
    expect(checkPattern(`/**/[${wrong}]`)[0]).toMatchObject({ rule: "pattern-brackets" });
  });

  it("gives its findings in the order of their columns, with a sentence and a section", () => {
    const texts = fc.oneof(pattern.map(formatPattern), broken(pattern.map(formatPattern)), nearly);
    fc.assert(
      fc.property(texts, (text) => {
        const findings = checkPattern(text, { runnable: isRunnable, strictTypes: true, strictProperties: true });
        const columns = findings.map(({ column }) => column);
        expect(columns).toEqual(columns.toSorted((a, b) => a - b));
        for (const { message, section, column } of findings) {
          expect(message).toMatch(/^[A-Z].*\.$/);
          expect(section).toMatch(/^(?:[0-9]+(?:\.[0-9]+)*|—)$/);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("names", () => {
  it("are those of the observable objects of STIX", () => {
    expect(isObservableType("x509-certificate")).toBe(true);
    expect(isObservableType("identity")).toBe(false);
    expect(definesProperty("file", "hashes") && definesProperty("url", "granular_markings")).toBe(true);
    expect(definesProperty("file", "value") || definesProperty("identity", "name")).toBe(false);
  });
});
