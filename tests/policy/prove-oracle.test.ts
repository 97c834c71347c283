// Proofs against trying everything: random small policies and claims, and every contribution of a world in which they can meet.
// What is proved nothing there breaks; what something breaks is not proved, and what is shown is decided so.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { check } from "../../src/stix/check.ts";
import { levels } from "../../src/stix/marking.ts";
import { parseClaim } from "../../src/policy/claim.ts";
import { hearingOf } from "../../src/policy/counterexample.ts";
import { decide } from "../../src/policy/decide.ts";
import { prove } from "../../src/policy/prove.ts";
import type { Question } from "../../src/policy/told-apart.ts";
import { circles, contributedAt, policyOf, stateCodes } from "./cast.ts";
import { type Aspect, aspectsIn, isBroken, members, own } from "./prove-oracle.ts";

const groups = { near: ["KG", "UZ"], far: ["IN", "TR", "XX"] };
const some = <T>(values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const oneOrMany = (values: readonly string[]): fc.Arbitrary<Json> => fc.oneof(fc.constantFrom(...values), some(values));

const conditionsOf: Readonly<Partial<Record<Aspect, fc.Arbitrary<Json>>>> = {
  type: oneOrMany(["indicator", "report", "sighting", "ipv4-addr"]),
  tlp: fc.oneof<fc.Arbitrary<Json>[]>(fc.constantFrom(...levels), some(levels)),
  collection: oneOrMany(["public", "threat-reports"]),
  label: oneOrMany(["apt", "phishing"]),
  sector: oneOrMany(["energy", "water"]),
  confidence: fc.constantFrom({ min: 50 }, { max: 50 }, { min: 20, max: 80 }),
  "created-by": fc.constant(own),
  exercise: fc.boolean(),
  personal: fc.boolean(),
};

/** Conditions on some of the aspects. */
const conditions = (aspects: readonly Aspect[]): fc.Arbitrary<JsonObject> =>
  fc.subarray([...aspects]).chain((chosen) =>
    fc.record(
      Object.fromEntries(
        chosen.flatMap((aspect) => {
          const arbitrary = conditionsOf[aspect];
          return arbitrary === undefined ? [] : [[aspect, arbitrary]];
        }),
      ),
    ),
  );

const parties = (aspects: readonly Aspect[], minLength: number) => {
  const words = ["all", "XX", "UZ", "group:near", "group:far", "secretariat", "public", "circle:ring", "circle:bay"];
  const open = aspects.filter((aspect) => ["author", "affected", "named"].includes(aspect));
  return fc.uniqueArray(fc.oneof(fc.constantFrom(...words), ...(open.length === 0 ? [] : [fc.constantFrom(...open)])), {
    minLength,
    maxLength: 3,
  });
};

/** Time multiplies what has to be tried. */
const seldom = (...values: readonly string[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...values) });

const shares = (aspects: readonly Aspect[]) =>
  fc
    .record({
      share: parties(aspects, 1),
      except: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: parties(aspects, 1) }),
      when: conditions(aspects),
      as: fc.constantFrom("named", "named", "unattributed"),
      redact: fc.constantFrom(null, null, ["/description"]),
      after: seldom("PT1H", "P2D"),
      until: seldom("PT90M", "P3D"),
    })
    .map(({ redact, after, until, ...rule }): JsonObject => ({
      ...rule,
      ...(redact === null ? {} : { redact }),
      ...(after === null ? {} : { after }),
      ...(until === null || (after === "P2D" && until === "PT90M") ? {} : { until }),
    }));

const withholds = (aspects: readonly Aspect[]) =>
  fc.record({
    withhold: parties(aspects, 1),
    except: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: parties(aspects, 1) }),
    when: conditions(aspects),
  });

const party = fc.constantFrom(
  "XX",
  "UZ",
  "TR",
  "group:near",
  "group:far",
  "circle:ring",
  "anyone",
  "public",
  "secretariat",
);
const manner = fc.constantFrom("any", "any", "named", "whole");

type Kind = "never" | "every" | "approved" | "unused";

function claimsOf(kind: Kind, chosen: readonly Aspect[], rules: number): fc.Arbitrary<JsonObject> {
  const claim = fc.constant(kind);
  const when = conditions(chosen);
  switch (kind) {
    case "approved":
      return fc.record({ claim, when });
    case "unused":
      return fc.record({ claim, rule: fc.nat(rules - 1).map((n) => `rule ${n + 1}`) });
    case "every": {
      // Answers to others' objects are hardly ever given to all.
      const plainer = fc.constantFrom({}, { type: "indicator" }, { type: "indicator", tlp: ["clear", "green"] });
      const what = fc.tuple(when, plainer).map(([one, other]) => ({ ...one, ...other }));
      return fc.record({
        claim,
        party: fc.oneof(party, fc.constantFrom("XX", "UZ")),
        when: what,
        as: fc.constantFrom("any", "any", "named"),
      });
    }
    case "never":
      return fc.record({ claim, party, when, as: manner });
  }
}

interface Case {
  readonly rules: readonly JsonObject[];
  readonly rest: JsonObject;
  readonly claim: JsonObject;
}

const aspects: readonly Aspect[] = [
  "type",
  "tlp",
  "collection",
  "label",
  "sector",
  "confidence",
  "created-by",
  "exercise",
  "personal",
  "author",
  "affected",
  "named",
];

/** What is given without more ado, so that some claims to receive everything hold. */
const given: readonly JsonObject[] = [
  { share: ["all"], when: { tlp: "amber+strict" } },
  { share: ["XX", "UZ"] },
  { share: ["XX"], when: { type: "sighting" } },
];

/** Few aspects at a time, so that all that they tell apart can be tried; one alone, where two objects have to be. */
const casesOf = (kind: Kind, aspectsMax: number): fc.Arbitrary<Case> =>
  fc.uniqueArray(fc.constantFrom(...aspects), { minLength: 1, maxLength: aspectsMax }).chain((chosen) =>
    fc
      .record({
        shares: fc.array(shares(chosen), kind === "every" ? { maxLength: 1 } : { minLength: 1, maxLength: 4 }),
        given:
          kind === "every"
            ? fc.subarray([...given], { minLength: 2 })
            : fc.oneof(fc.constant([]), fc.constant([]), fc.subarray([...given])),
        withholds: fc.array(withholds(chosen), { maxLength: kind === "every" ? 1 : 3 }),
        rest: fc.record({
          retain: seldom("P1D", "PT0S"),
          approval: fc.constantFrom(null, { tlp: "amber", of: 1 }, { tlp: "clear", of: 1 }),
        }),
      })
      .chain(({ shares, given, withholds, rest }) => {
        const rules = [...shares, ...given, ...withholds];
        const { retain, approval } = rest;
        const said = { groups, ...(retain === null ? {} : { retain }), ...(approval === null ? {} : { approval }) };
        return claimsOf(kind, chosen, rules.length).map((claim): Case => ({ rules, rest: said, claim }));
      }),
  );

function compare({ rules, rest, claim: document }: Case): "proved" | "broken" {
  const policy = policyOf(rules, rest);
  const claim = parseClaim(document, { policy, owner: "KZ", states: stateCodes, circles });
  const collections = ["threat-reports", "public"];
  const question: Question = {
    policy,
    owner: "KZ",
    states: stateCodes,
    circles: members,
    collections,
    at: contributedAt,
  };
  const answer = prove(claim, question);
  const broken = isBroken({ policy, claim, aspects: aspectsIn(rules, document) });
  expect(answer.holds).toBe(!broken);
  if (!answer.holds) {
    const { counterexample } = answer;
    expect(check(counterexample.bundle).filter(({ severity }) => severity === "error")).toEqual([]);
    expect(decide(hearingOf(counterexample, question))).toEqual(counterexample.decision);
  }
  return answer.holds ? "proved" : "broken";
}

// More of them, by hand: PROOFS=20 times as many.
const times = Number(process.env["PROOFS"] ?? 1);

describe("a proof", () => {
  it.each<readonly [Kind, number, number]>([
    ["never", 2, 60],
    ["approved", 1, 30],
    ["unused", 1, 25],
    ["every", 1, 60],
  ])("of %s says what trying every contribution of a small world says", (kind, aspectsMax, numRuns) => {
    const seen = { proved: 0, broken: 0 };
    fc.assert(
      fc.property(casesOf(kind, aspectsMax), (one) => {
        seen[compare(one)] += 1;
      }),
      { numRuns: numRuns * times },
    );
    expect(Math.min(seen.proved, seen.broken)).toBeGreaterThan(0);
  });
});
