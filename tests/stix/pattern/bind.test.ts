// The search for distinct observations against one that tries every combination there is.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMicros } from "../../../src/encoding/timestamp.ts";
import { Refusal } from "../../../src/refusal.ts";
import { formatPattern } from "../../../src/stix/pattern/format.ts";
import { matchPattern, matchStepsMax } from "../../../src/stix/pattern/match.ts";
import type { ObservedData } from "../../../src/stix/pattern/observation.ts";
import type { Expression, TimestampConstant } from "../../../src/stix/pattern/tree.ts";

const second = 1_000_000;
const column = 0;

/** An observed-data in which the observation expressions `leaves` are true. */
function observed(first: number, last: number, count: number, leaves: readonly number[]): ObservedData {
  const flags = Object.fromEntries(leaves.map((leaf) => [`k${leaf}`, true]));
  return {
    id: "",
    firstObserved: first * second,
    lastObserved: last * second,
    numberObserved: count,
    objects: new Map([["0", { type: "x", ...flags }]]),
  };
}

const leafNumbers = [0, 1, 2] as const;
const leaf = (number: number): Expression => ({
  kind: "observation",
  column,
  comparison: {
    kind: "test",
    path: { type: "x", steps: [{ kind: "key", name: `k${number}` }], column },
    negated: false,
    operator: "=",
    constants: [{ kind: "boolean", value: true, column }],
    column,
  },
});
const time = (seconds: number): TimestampConstant => ({
  kind: "timestamp",
  text: formatMicros(seconds * second),
  column,
});

const expressions = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 2, arbitrary: fc.constantFrom(...leafNumbers).map(leaf) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom("and" as const, "or" as const, "followedby" as const),
          fc.array(tie("expression"), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, operands]) => ({ kind, operands })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("expression"), fc.constantFrom("within", "repeats", "start-stop"), fc.nat(3), fc.nat(4))
        .map(([of, kind, from, more]): Expression => {
          const number = {
            kind: "integer",
            column,
            text: String(kind === "repeats" ? 1 + (from % 3) : from + 1),
          } as const;
          const qualifier =
            kind === "within"
              ? ({ kind: "within", seconds: number, column } as const)
              : kind === "repeats"
                ? ({ kind: "repeats", times: number, column } as const)
                : ({ kind: "start-stop", start: time(from), stop: time(from + more), column } as const);
          return { kind: "qualified", of, grouped: true, qualifiers: [qualifier] };
        }),
    },
  ),
})).expression;

const observations = fc.array(
  fc
    .tuple(fc.nat(6), fc.nat(2), fc.integer({ min: 1, max: 2 }), fc.subarray([...leafNumbers]))
    .map(([first, lasting, count, leaves]) => observed(first, first + lasting, count, leaves)),
  { maxLength: 4 },
);

/** One single observation: the index of its observed-data, and which of its number it is. */
type Instance = string;
type Binding = readonly Instance[];

/** Every set of single observations that fulfils the expression. */
function everyBinding(expression: Expression, data: readonly ObservedData[]): readonly Binding[] {
  const of = (binding: Binding): readonly ObservedData[] =>
    binding.flatMap((instance) => data[Number(instance.split(".")[0])] ?? []);
  const latestFirst = (binding: Binding): number => Math.max(...of(binding).map(({ firstObserved }) => firstObserved));
  const earliestLast = (binding: Binding): number => Math.min(...of(binding).map(({ lastObserved }) => lastObserved));
  const join = (left: readonly Binding[], right: readonly Binding[]): readonly Binding[] =>
    unique(
      left.flatMap((a) => right.filter((b) => !b.some((instance) => a.includes(instance))).map((b) => [...a, ...b])),
    );
  switch (expression.kind) {
    case "observation": {
      const { comparison } = expression;
      const step = comparison.kind === "test" ? comparison.path.steps[0] : undefined;
      const name = step?.kind === "key" ? step.name : "";
      return data.flatMap(({ objects, numberObserved }, i) =>
        objects.get("0")?.[name] === true ? Array.from({ length: numberObserved }, (_, k) => [`${i}.${k}`]) : [],
      );
    }
    case "or":
      return unique(expression.operands.flatMap((operand) => everyBinding(operand, data)));
    case "and":
      return expression.operands.map((operand) => everyBinding(operand, data)).reduce(join);
    case "followedby":
      return expression.operands
        .map((operand) => everyBinding(operand, data))
        .reduce((left, right) =>
          unique(
            left.flatMap((a) =>
              right
                .filter((b) => !b.some((one) => a.includes(one)) && latestFirst(a) <= earliestLast(b))
                .map((b) => [...a, ...b]),
            ),
          ),
        );
    case "qualified": {
      const inner = everyBinding(expression.of, data);
      const [qualifier] = expression.qualifiers;
      if (qualifier?.kind === "within") {
        const span = Number(qualifier.seconds.text) * second;
        return inner.filter((binding) => latestFirst(binding) - earliestLast(binding) <= span);
      }
      if (qualifier?.kind === "repeats") {
        return Array.from({ length: Number(qualifier.times.text) }, () => inner).reduce(join);
      }
      const [start, stop] = [qualifier?.start.text, qualifier?.stop.text].map((text) => Date.parse(text ?? "") * 1000);
      return inner.filter((binding) =>
        of(binding).every((one) => {
          return one.firstObserved < (stop ?? 0) && one.lastObserved >= (start ?? 0) && (start ?? 0) < (stop ?? 0);
        }),
      );
    }
  }
}

function unique(bindings: readonly Binding[]): readonly Binding[] {
  return [...new Map(bindings.map((binding) => [[...binding].sort().join(" "), binding])).values()];
}

describe("matchPattern", () => {
  it("finds distinct observations exactly when there are some", () => {
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(expressions.filter(isSmall), observations, (expression, data) => {
        const expected = everyBinding(expression, data).length > 0;
        seen[expected ? "yes" : "no"] += 1;
        const { matches, bound } = matchPattern({ expression }, data);
        expect(matches, formatPattern({ expression })).toBe(expected);
        expect(bound.length > 0).toBe(expected);
        // What is bound is enough by itself.
        if (expected) expect(matchPattern({ expression }, bound).matches).toBe(true);
      }),
      { numRuns: 4_000 },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(500);
  });

  it("does not depend on the order of the observed data", () => {
    fc.assert(
      fc.property(expressions, observations, (expression, data) => {
        const { matches } = matchPattern({ expression }, data);
        expect(matchPattern({ expression }, data.toReversed()).matches).toBe(matches);
      }),
      { numRuns: 500 },
    );
  });

  it("matches as well with one observation more", () => {
    fc.assert(
      fc.property(expressions, observations, observations, (expression, data, more) => {
        if (matchPattern({ expression }, data).matches) {
          expect(matchPattern({ expression }, [...data, ...more]).matches).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("tells apart as many observations as an observed-data stands for, without making them", () => {
    const data = [observed(0, 0, 999_999_999, [0]), observed(1, 1, 1, [0])];
    const matches = (times: number) => matchPattern(`[x:k0 = true] REPEATS ${times} TIMES`, data).matches;
    expect(matches(1_000_000_000)).toBe(true);
    expect(matches(1_000_000_001)).toBe(false);
  });

  it("gives up an observation for another where that helps", () => {
    const data = [observed(0, 0, 1, [0, 1, 2]), observed(0, 0, 1, [0, 1]), observed(0, 0, 1, [0])];
    const orders = ["k0 k1 k2", "k0 k2 k1", "k1 k0 k2", "k1 k2 k0", "k2 k0 k1", "k2 k1 k0"];
    for (const order of orders) {
      const text = order.split(" ").map((key) => `[x:${key} = true]`);
      expect(matchPattern(text.join(" AND "), data).bound).toEqual(data);
    }
    expect(matchPattern("[x:k1 = true] AND [x:k2 = true] AND [x:k1 = true]", data).matches).toBe(false);
  });

  it.each([
    ["[x:k0 = true] REPEATS 1000 TIMES", true],
    ["[x:k0 = true] REPEATS 1001 TIMES", false],
    ["[x:k0 = true] REPEATS 10 TIMES WITHIN 9 SECONDS", true],
    ["[x:k0 = true] REPEATS 10 TIMES WITHIN 8 SECONDS", false],
    ["([x:k0 = true] FOLLOWEDBY [x:k0 = true]) REPEATS 10 TIMES", true],
    [Array.from({ length: 12 }, () => "[x:k0 = true]").join(" FOLLOWEDBY "), true],
    [Array.from({ length: 500 }, () => "[x:k0 = true]").join(" AND "), true],
    [Array.from({ length: 500 }, () => "[x:k1 = true]").join(" OR "), false],
  ])("decides among a thousand observations, case %#", (text, expected) => {
    const data = Array.from({ length: 1_000 }, (_, i) => observed(i, i, 1, [0]));
    expect(matchPattern(text, data).matches).toBe(expected);
  });

  it("refuses what would take it too many steps", () => {
    // Each cluster is enough for one triple, and what is needed for one more is there, but nowhere together.
    const clusters = Array.from({ length: 30 }, (_, i) => [
      observed(100 * i, 100 * i, 2, [0]),
      observed(100 * i, 100 * i, 2, [1]),
      observed(100 * i, 100 * i, 1, [2]),
    ]).flat();
    const data = [...clusters, observed(9_000, 9_000, 5, [2])];
    const triples = (times: number) =>
      `(([x:k0 = true] AND [x:k1 = true] AND [x:k2 = true]) WITHIN 2 SECONDS) REPEATS ${times} TIMES`;
    expect(matchPattern(triples(30), data).matches).toBe(true);
    expect(refusalOf(() => matchPattern(triples(31), data))).toMatchObject({ code: "limit", subject: "matchStepsMax" });
    expect(matchStepsMax).toBe(20_000_000);
  });

  it("refuses what leaves it too many choices", () => {
    const data = [observed(0, 0, 9_999, [0, 1])];
    const pairs = (times: number) => `(([x:k0 = true] AND [x:k1 = true]) WITHIN 5 SECONDS) REPEATS ${times} TIMES`;
    expect(matchPattern(pairs(100), data).matches).toBe(true);
    expect(refusalOf(() => matchPattern(pairs(2_000), data))).toMatchObject({ code: "limit", subject: "choicesMax" });
    expect(matchPattern(pairs(6_000), data).matches).toBe(false);
  });
});

function isSmall(expression: Expression): boolean {
  return sizeOf(expression) <= 6;
}

/** Single observations that a binding of the expression has at most. */
function sizeOf(expression: Expression): number {
  if (expression.kind === "observation") return 1;
  if (expression.kind !== "qualified") return expression.operands.reduce((sum, one) => sum + sizeOf(one), 0);
  const [qualifier] = expression.qualifiers;
  return sizeOf(expression.of) * (qualifier?.kind === "repeats" ? Number(qualifier.times.text) : 1);
}

function refusalOf(act: () => unknown): Refusal | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
