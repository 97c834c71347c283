import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../src/encoding/json.ts";
import { Refusal, type RefusalCode } from "../../../src/refusal.ts";
import { compareText } from "../../../src/stix/pattern/compare.ts";
import { formatPattern } from "../../../src/stix/pattern/format.ts";
import { matcherOf, matchPattern } from "../../../src/stix/pattern/match.ts";
import { observedDataOf } from "../../../src/stix/pattern/observation.ts";
import vectors from "../../vectors/stix/pattern/compared.json" with { type: "json" };
import { pattern } from "./arbitrary.ts";

const observed = {
  type: "observed-data",
  id: "observed-data--1",
  first_observed: "2024-01-01T00:00:00Z",
  last_observed: "2024-01-01T00:00:00Z",
  number_observed: 1,
};
const container: JsonObject = {
  "0": vectors.object,
  "1": { type: "x-bar", name: "friend", age: 1, friend_ref: "0" },
  "2": { type: "x-bar", name: "other", age: 2 },
  "3": { type: "identity", name: "self" },
  "4": observed,
};
const data = observedDataOf([{ ...observed, objects: container }]);

/** The refusal that an act ends with. */
function refusal(act: () => unknown): { readonly code: RefusalCode; readonly rule: string | undefined } | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, rule: error.rule };
  }
}

describe("a comparison", () => {
  it.each(vectors.true)("is true: %s", (comparison) => {
    expect(matchPattern(`[${comparison}]`, data).matches).toBe(true);
  });

  it.each(vectors.false)("is false: %s", (comparison) => {
    expect(matchPattern(`[${comparison}]`, data).matches).toBe(false);
  });

  it("starts all paths of an observation expression at the same object", () => {
    // STIX 2.1 §9.5, the example of two network-traffic objects.
    const traffic = observedDataOf([
      {
        ...observed,
        objects: {
          "0": { type: "network-traffic", src_ref: "1" },
          "1": { type: "ipv4-addr", value: "203.0.113.10" },
          "2": { type: "network-traffic", dst_ref: "3" },
          "3": { type: "ipv4-addr", value: "198.51.100.58" },
        },
      },
    ]);
    const [source, target] = ["src_ref.value = '203.0.113.10'", "dst_ref.value = '198.51.100.58'"];
    expect(matchPattern(`[network-traffic:${source} AND network-traffic:${target}]`, traffic).matches).toBe(false);
    expect(matchPattern(`[network-traffic:${source} OR network-traffic:${target}]`, traffic).matches).toBe(true);
    expect(matchPattern(`[network-traffic:${source}] AND [network-traffic:${target}]`, traffic).matches).toBe(false);
  });

  it("orders texts by code points", () => {
    const code = fc.string({
      unit: fc.constantFrom("a", "\u{FFFF}", "\u{E000}", "\u{10000}", "\u{1F600}", "\u{D7FF}"),
    });
    const points = (text: string): readonly number[] => [...text].map((one) => one.codePointAt(0) ?? 0);
    fc.assert(
      fc.property(code, code, (a, b) => {
        const [left, right] = [points(a), points(b)];
        const at = left.findIndex((point, i) => point !== right[i]);
        const expected =
          at === -1 || at >= right.length ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? 0);
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(expected));
      }),
    );
  });

  it("visits no value twice where references meet again", () => {
    // Two objects that refer to each other and to themselves: 2^40 ways, four values.
    const refs = { type: "x-foo", some_refs: ["0", "1"] };
    const meeting = observedDataOf([
      { ...observed, objects: { "0": { ...refs, size: 1 }, "1": { ...refs, size: 2 } } },
    ]);
    const path = "some_refs[*].".repeat(40);
    expect(matchPattern(`[x-foo:${path}size = 2]`, meeting).matches).toBe(true);
    expect(matchPattern(`[x-foo:${path}size = 3]`, meeting).matches).toBe(false);
  });
});

describe("matchPattern refuses", () => {
  it.each([
    ["what is no pattern", "[a:b = ]", "malformed", "pattern-syntax"],
    ["a set of several kinds", "[x-foo:int IN (1, true)]", "invalid", "pattern-set"],
    [
      "a date that the calendar does not have",
      "[x-foo:when = t'2023-02-29T00:00:00Z']",
      "invalid",
      "pattern-timestamp",
    ],
    ["such a date in a set", "[x-foo:when IN (t'2023-02-29T00:00:00Z')]", "invalid", "pattern-timestamp"],
    [
      "such a date in a qualifier",
      "[x-foo:int = 5] START t'2023-02-29T00:00:00Z' STOP t'2024-01-01T00:00:00Z'",
      "invalid",
      "pattern-timestamp",
    ],
    ["no address", "[x-foo:ip ISSUBSET 'hello']", "invalid", "pattern-address"],
    ["no time at all", "[x-foo:int = 5] WITHIN 0 SECONDS", "invalid", "pattern-count"],
    ["no repetition at all", "[x-foo:int = 5] REPEATS 0 TIMES", "invalid", "pattern-count"],
    ["look-ahead", "[x-foo:text MATCHES '(?=h)']", "unsupported", "pattern-expression"],
    ["back-references", "[x-foo:text MATCHES '(l)\\\\1']", "unsupported", "pattern-expression"],
    ["too large an expression", `[x-foo:text LIKE '${"_".repeat(20_000)}']`, "unsupported", "pattern-expression"],
    ["a value that is no timestamp", "[x-foo:text = t'2024-01-01T00:00:00Z']", "invalid", "timestamp"],
    [
      "such a value behind one that matches",
      "[x-foo:int = 5 OR x-foo:text > t'2024-01-01T00:00:00Z']",
      "invalid",
      "timestamp",
    ],
    ["such a value under IN", "[x-foo:text NOT IN (t'2024-01-01T00:00:00Z')]", "invalid", "timestamp"],
  ] as const)("%s", (_what, text, code, rule) => {
    expect(refusal(() => matchPattern(text, data))).toEqual({ code, rule });
  });

  it("what is wrong with the pattern before anything is observed", () => {
    expect(refusal(() => matcherOf("[x-foo:text MATCHES '(?=h)']"))?.code).toBe("unsupported");
    expect(refusal(() => matchPattern("[x-foo:int = 5] OR [x-foo:int IN (1, 'a')]", []))?.rule).toBe("pattern-set");
  });

  it("nothing else, whatever the pattern", () => {
    fc.assert(
      fc.property(pattern, (tree) => {
        refusal(() => matchPattern(tree, data));
        expect(refusal(() => matchPattern(formatPattern(tree), data))).toEqual(refusal(() => matchPattern(tree, data)));
      }),
      { numRuns: 500 },
    );
  });
});

describe("qualifiers", () => {
  const at = (second: number, name: string, more: JsonObject = {}): Json => ({
    ...observed,
    id: `observed-data--${second}`,
    first_observed: `2024-01-01T00:00:0${second}Z`,
    last_observed: `2024-01-01T00:00:0${second}Z`,
    objects: { "0": { type: "x-foo", name } },
    ...more,
  });
  const three = observedDataOf([at(1, "a"), at(3, "b"), at(6, "c", { number_observed: 2 })]);
  const window = (start: number, stop: number) =>
    `START t'2024-01-01T00:00:0${start}Z' STOP t'2024-01-01T00:00:0${stop}Z'`;

  it.each([
    ["([x-foo:name = 'a'] AND [x-foo:name = 'b']) WITHIN 2 SECONDS", true],
    ["([x-foo:name = 'a'] AND [x-foo:name = 'b']) WITHIN 1.999999 SECONDS", false],
    ["([x-foo:name = 'a'] AND [x-foo:name = 'b'] AND [x-foo:name = 'c']) WITHIN 5 SECONDS", true],
    ["([x-foo:name = 'a'] AND [x-foo:name = 'b'] AND [x-foo:name = 'c']) WITHIN 4 SECONDS", false],
    ["[x-foo:name = 'a'] AND [x-foo:name = 'b'] WITHIN 1 SECONDS", true],
    ["[x-foo:name = 'a'] FOLLOWEDBY [x-foo:name = 'b']", true],
    ["[x-foo:name = 'b'] FOLLOWEDBY [x-foo:name = 'a']", false],
    ["[x-foo:name = 'c'] FOLLOWEDBY [x-foo:name = 'c']", true],
    ["[x-foo:name = 'a'] FOLLOWEDBY [x-foo:name = 'b'] FOLLOWEDBY [x-foo:name = 'c']", true],
    ["[x-foo:name = 'a'] FOLLOWEDBY ([x-foo:name = 'c'] FOLLOWEDBY [x-foo:name = 'b'])", false],
    ["[x-foo:name >= 'a'] REPEATS 4 TIMES", true],
    ["[x-foo:name >= 'a'] REPEATS 5 TIMES", false],
    ["[x-foo:name >= 'a'] REPEATS 3 TIMES WITHIN 3 SECONDS", true],
    ["[x-foo:name >= 'a'] WITHIN 3 SECONDS REPEATS 4 TIMES", true],
    ["[x-foo:name >= 'a'] REPEATS 2 TIMES REPEATS 2 TIMES", true],
    ["([x-foo:name = 'a'] OR [x-foo:name = 'b']) REPEATS 2 TIMES", true],
    ["([x-foo:name = 'a'] OR [x-foo:name = 'z']) REPEATS 2 TIMES", false],
    [`[x-foo:name = 'b'] ${window(3, 4)}`, true],
    [`[x-foo:name = 'b'] ${window(2, 3)}`, false],
    [`[x-foo:name = 'b'] ${window(3, 3)}`, false],
    [`[x-foo:name = 'b'] ${window(4, 3)}`, false],
    [`[x-foo:name >= 'a'] REPEATS 2 TIMES ${window(0, 6)}`, true],
    [`[x-foo:name >= 'a'] ${window(0, 6)} REPEATS 3 TIMES`, false],
    [`([x-foo:name = 'a'] AND [x-foo:name = 'b']) ${window(1, 3)}`, false],
    [`([x-foo:name = 'a'] FOLLOWEDBY [x-foo:name = 'c']) ${window(1, 7)} WITHIN 5 SECONDS`, true],
  ])("%s: %s", (text, expected) => {
    expect(matchPattern(text, three).matches).toBe(expected);
  });

  it("take a time from first to last where that helps", () => {
    const lasting = observedDataOf([at(1, "a", { last_observed: "2024-01-01T00:00:05Z" }), at(3, "b"), at(8, "c")]);
    const matches = (text: string) => matchPattern(text, lasting).matches;
    expect(matches("[x-foo:name = 'b'] FOLLOWEDBY [x-foo:name = 'a']")).toBe(true);
    expect(matches("[x-foo:name = 'a'] FOLLOWEDBY [x-foo:name = 'b']")).toBe(true);
    expect(matches("([x-foo:name = 'a'] AND [x-foo:name = 'c']) WITHIN 3 SECONDS")).toBe(true);
    expect(matches("([x-foo:name = 'a'] AND [x-foo:name = 'c']) WITHIN 2 SECONDS")).toBe(false);
    expect(matches(`[x-foo:name = 'a'] ${window(5, 6)}`)).toBe(true);
    expect(matches(`[x-foo:name = 'a'] ${window(0, 1)}`)).toBe(false);
    expect(matches(`[x-foo:name = 'a'] ${window(6, 9)}`)).toBe(false);
  });

  it("name what they bind in the order in which it was given", () => {
    const ids = (text: string) => matchPattern(text, three.toReversed()).bound.map(({ id }) => id);
    expect(ids("[x-foo:name = 'a'] FOLLOWEDBY [x-foo:name = 'c']")).toEqual(["observed-data--6", "observed-data--1"]);
    expect(ids("[x-foo:name = 'z']")).toEqual([]);
  });
});

describe("observedDataOf", () => {
  const refs = ["x-foo--1", "x-foo--2", "x-foo--9"];
  const one = { type: "x-foo", id: "x-foo--1", size: 1 };
  const two = { type: "x-foo", id: "x-foo--2", friend_ref: "x-foo--3", friend_refs: ["x-foo--1", "x-foo--3"] };
  const unnamed = { type: "x-foo", id: "x-foo--3", size: 3 };
  const whole = { ...observed, object_refs: refs };

  it.each([
    ["one bundle", [{ type: "bundle", id: "bundle--1", objects: [whole, one, two, unnamed] }]],
    [
      "several bundles",
      [
        { type: "bundle", objects: [one, two] },
        { type: "bundle", objects: [unnamed, whole] },
      ],
    ],
    ["a list of objects", [unnamed, two, one, whole]],
    ["a bundle and objects", [{ type: "bundle", objects: [one, whole] }, two, unnamed]],
  ])("takes %s, and of them what is named", (_what, given: readonly Json[]) => {
    const [found] = observedDataOf(given);
    expect([...(found?.objects.keys() ?? [])]).toEqual(["x-foo--1", "x-foo--2"]);
    const matches = (text: string) => matchPattern(text, observedDataOf(given)).matches;
    expect(matches("[x-foo:size = 1]")).toBe(true);
    expect(matches("[x-foo:size = 3]")).toBe(false);
    expect(matches("[x-foo:friend_refs[0].size = 1]")).toBe(true);
    expect(matches("[x-foo:friend_ref.size = 3]")).toBe(false);
    expect(matches("[x-foo:friend_refs[*].size = 3]")).toBe(false);
  });

  it("takes both a container and references", () => {
    const [found] = observedDataOf([{ ...whole, objects: { "0": { type: "x-bar" } } }, one]);
    expect([...(found?.objects.keys() ?? [])]).toEqual(["0", "x-foo--1"]);
  });

  it("finds none in nothing", () => {
    expect(observedDataOf([])).toEqual([]);
    expect(observedDataOf([{ type: "bundle", id: "bundle--1" }, one])).toEqual([]);
    expect(matchPattern("[x-foo:size = 1]", []).matches).toBe(false);
  });

  it.each([
    ["a text", ["x"], "/0"],
    ["a bundle whose objects are none", [{ type: "bundle", objects: {} }], "/0/objects"],
    ["a bundle with a text", [one, { type: "bundle", objects: [one, "x"] }], "/1/objects/1"],
    ["no objects", [observed], "/0"],
    ["no first_observed", [one, { ...whole, first_observed: null }], "/1/first_observed"],
    ["a last_observed that is no time", [{ ...whole, last_observed: "2024" }], "/0/last_observed"],
    ["times in reverse", [{ ...whole, last_observed: "2023-01-01T00:00:00Z" }], "/0/last_observed"],
    ["a number_observed of 0", [{ ...whole, number_observed: 0 }], "/0/number_observed"],
    ["a number_observed of one and a half", [{ ...whole, number_observed: 1.5 }], "/0/number_observed"],
    ["a number_observed that is a text", [{ ...whole, number_observed: "1" }], "/0/number_observed"],
  ])("refuses %s, and tells where", (_what, given: readonly Json[], pointer) => {
    expect(() => observedDataOf(given)).toThrow(
      expect.objectContaining({ code: "invalid", rule: "observed-data", pointer }),
    );
  });
});
