// How long proofs take, and what becomes of those that would take too long.

import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { Refusal } from "../../src/refusal.ts";
import { levels } from "../../src/stix/marking.ts";
import { assignedCodes } from "../../src/directory/iso.ts";
import { parseClaim } from "../../src/policy/claim.ts";
import { contributedTypes } from "../../src/policy/example-object.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { prove } from "../../src/policy/prove.ts";
import { contributedAt } from "./cast.ts";

const states = assignedCodes.slice(0, 150);
const [owner = "", reader = ""] = states;
const collections = ["c0", "c1", "c2", "c3", "c4", "c5"];
const labels = Array.from({ length: 30 }, (_, i) => `label ${i}`);
const identities = Array.from({ length: 8 }, (_, i) => `identity--00000000-0000-4000-8000-00000000000${i}`);

/** The same numbers each time. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
}

type Box = Readonly<Record<string, readonly (string | number)[]>>;

/** Cuts a box in two again and again until there are so many: together they are all of it. */
function cut(box: Box, count: number, number: (below: number) => number): readonly Box[] {
  const sides = Object.keys(box).filter((name) => (box[name]?.length ?? 0) > 1);
  const side = sides[number(sides.length)];
  if (count < 2 || side === undefined) return [box];
  const values = box[side] ?? [];
  const at = 1 + number(values.length - 1);
  const first = Math.max(1, Math.min(count - 1, Math.floor((count * (30 + number(40))) / 100)));
  return [
    ...cut({ ...box, [side]: values.slice(0, at) }, first, number),
    ...cut({ ...box, [side]: values.slice(at) }, count - first, number),
  ];
}

/** A share, and withholds that leave nothing of it, or leave one box. */
function policyOfBoxes(count: number, seed: number, dropped: number | null): Policy {
  const whole: Box = {
    type: contributedTypes.slice(0, 19),
    tlp: levels,
    collection: collections,
    label: labels,
    confidence: Array.from({ length: 101 }, (_, i) => i),
    "created-by": identities,
  };
  const boxes = cut(whole, count, numbersFrom(seed)).filter((_, i) => i !== dropped);
  const rules = boxes.map(({ confidence = [], ...when }, i): JsonObject => {
    const range = { min: confidence[0] ?? 0, max: confidence.at(-1) ?? 100 };
    return { name: `withhold ${i}`, withhold: [reader], when: { ...when, confidence: range } };
  });
  const share = { name: "share", share: [reader], when: { type: whole["type"] ?? [], label: labels } };
  return parsePolicy({ unmarked: "amber", rules: [share, ...rules] }, { states });
}

/** 200 rules of all sorts, for groups of 150 states. */
function policyOfMany(seed: number): Policy {
  const number = numbersFrom(seed);
  const some = <T>(values: readonly T[], count: number): readonly T[] => {
    const from = number(values.length);
    return [...values, ...values].slice(from, from + Math.min(count, values.length));
  };
  const groups = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`g${i}`, some(states, 20)]));
  const parties = [
    ...Object.keys(groups).map((name) => `group:${name}`),
    "all",
    "named",
    "author",
    "affected",
    "circle:ring",
  ];
  const conditions: readonly (() => readonly [string, Json])[] = [
    () => ["type", some(contributedTypes, 8)],
    () => ["tlp", levels[number(5)] ?? "red"],
    () => ["label", some(labels, 10)],
    () => ["sector", some(["energy", "water", "finance", "health"], 2)],
    () => ["confidence", { min: number(50), max: 50 + number(50) }],
    () => ["exercise", number(2) === 0],
    () => ["personal", number(2) === 0],
    () => ["collection", some(collections, 3)],
  ];
  const rules = Array.from({ length: 200 }, (_, i): JsonObject => {
    const when = Object.fromEntries(some(conditions, 2 + number(3)).map((condition) => condition()));
    const named = { name: `rule ${i}`, when, except: some(states, number(3)) };
    const whom = some(parties, 3);
    if (i % 2 === 0) return { ...named, withhold: whom };
    const time = {
      after: `P${1 + number(40)}D`,
      until: number(2) === 0 ? `P${2 + number(9)}M` : `P${50 + number(99)}D`,
    };
    return {
      ...named,
      share: whom,
      ...(number(3) === 0 ? time : {}),
      ...(number(4) === 0 ? { as: "unattributed" } : {}),
    };
  });
  return parsePolicy({ unmarked: "amber", groups, rules }, { states });
}

function answer(claim: Json, policy: Policy, stepsMax?: number): boolean {
  const question = { policy, owner, states, collections, at: contributedAt };
  return prove(parseClaim(claim, { policy, owner, states }), question, stepsMax).holds;
}

const everything: JsonObject = {
  claim: "never",
  party: reader,
  when: { type: contributedTypes.slice(0, 19), label: labels, confidence: { min: 0 }, "created-by": identities },
};

/** A second, for a machine that does other things, too. */
const millisecondsMax = 3_000;

describe("a proof over 200 rules", () => {
  it("finds that withholds which share a box among them leave nothing, and what is left without one of them", () => {
    const begun = performance.now();
    for (const seed of [7, 11]) {
      expect(answer(everything, policyOfBoxes(199, seed, null))).toBe(true);
      expect(answer(everything, policyOfBoxes(199, seed, 100))).toBe(false);
    }
    expect(performance.now() - begun).toBeLessThan(4 * millisecondsMax);
  });

  it.each<[JsonObject]>([
    [{ claim: "never", party: reader, when: { label: "label 3" } }],
    [{ claim: "never", party: "anyone", when: {}, as: "whole" }],
    [{ claim: "every", party: "group:g3", when: { label: "label 3" } }],
    [{ claim: "approved", when: { tlp: "red" } }],
    [{ claim: "unused", rule: "rule 20" }],
    [{ claim: "unused", rule: "rule 21" }],
  ])("answers %j in time", (claim) => {
    const policy = policyOfMany(3);
    const begun = performance.now();
    answer(claim, policy);
    expect(performance.now() - begun).toBeLessThan(millisecondsMax);
  });

  it("ends with a refusal, and no answer, where it would take too long", () => {
    const policy = policyOfBoxes(199, 7, null);
    const act = (): boolean => answer(everything, policy, 20_000);
    expect(act).toThrow(Refusal);
    expect(act).toThrow(expect.objectContaining({ code: "limit" }));
  });
});
