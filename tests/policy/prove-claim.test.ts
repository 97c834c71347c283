// Claims as JSON and as sentences.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { Refusal } from "../../src/refusal.ts";
import { levels } from "../../src/stix/marking.ts";
import { type Claim, type ClaimKnown, formatClaim, parseClaim } from "../../src/policy/claim.ts";
import { formatSentence, parseSentence, readSentence } from "../../src/policy/claim-sentence.ts";
import { sentenceLengthMax } from "../../src/policy/claim-words.ts";
import { circles, policyOf, stateCodes } from "./cast.ts";

const own = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";
const groups = { near: ["KG", "UZ"], "far-away": ["IN"] };
const rules = [
  { share: ["all"] },
  { name: "as I said", share: ["named"] },
  { name: "is it", share: ["XX", "circle:ring"] },
];
const known: ClaimKnown = {
  policy: policyOf(rules, { groups }),
  owner: "KZ",
  states: stateCodes,
  circles,
  identities: [own],
  collections: ["public", "threat-reports"],
};

function refusalOf(act: () => unknown): Refusal {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

describe("a claim as JSON", () => {
  it.each<[JsonObject, Partial<Claim> | JsonObject]>([
    [
      { claim: "never", party: "XX" },
      { party: { kind: "state", code: "XX" }, as: "any" },
    ],
    [
      { claim: "never", party: "group:near", as: "named" },
      { party: { kind: "group", name: "near" }, as: "named" },
    ],
    [{ claim: "every", party: "circle:ring" }, { party: { kind: "circle", name: "ring" } }],
    [{ claim: "never", party: "public" }, { party: { kind: "public" } }],
    [
      { claim: "never", party: "anyone", except: ["UZ", "secretariat"] },
      { party: { kind: "anyone", except: ["UZ", "secretariat"] } },
    ],
    [{ claim: "unused", rule: "as I said" }, { rule: "as I said" }],
  ])("reads %j", (document, claim) => {
    expect(parseClaim(document, known)).toMatchObject({ kind: document["claim"], ...claim });
  });

  it.each<[Json, readonly string[]]>([
    ["amber", ["amber"]],
    [
      ["red", "clear"],
      ["clear", "red"],
    ],
    [{ min: "amber" }, ["amber", "amber+strict", "red"]],
    [{ max: "green" }, ["clear", "green"]],
    [{ min: "green", max: "amber" }, ["green", "amber"]],
  ])("takes the tlp %j for just these levels", (tlp, wanted) => {
    expect(parseClaim({ claim: "approved", when: { tlp } }, known)).toMatchObject({ when: { tlp: wanted } });
  });

  it.each<[Json, string, string]>([
    [7, "", "form"],
    [{ claim: "always" }, "/claim", "word"],
    [{ claim: "never", party: "XX", when: [] }, "/when", "form"],
    [{ claim: "never", party: "XX", sort: 1 }, "/sort", "member"],
    [{ claim: "never" }, "/party", "party"],
    [{ claim: "never", party: "XZ" }, "/party", "state-code"],
    [{ claim: "never", party: "XXX" }, "/party", "state-code"],
    [{ claim: "never", party: "KZ" }, "/party", "claim-party"],
    [{ claim: "never", party: "XX", except: ["UZ"] }, "/except", "claim-party"],
    [{ claim: "never", party: "anyone", except: ["UZ", "UZ"] }, "/except/1", "twice"],
    [{ claim: "never", party: "group:none" }, "/party", "group"],
    [{ claim: "never", party: "circle:none" }, "/party", "circle"],
    [{ claim: "never", party: "XX", as: "redacted" }, "/as", "word"],
    [{ claim: "never", party: "XX", when: { tlp: "white" } }, "/when/tlp", "level"],
    [{ claim: "never", party: "XX", when: { tlp: { min: "red", max: "green" } } }, "/when/tlp", "level"],
    [{ claim: "never", party: "XX", when: { tlp: { least: "red" } } }, "/when/tlp/least", "member"],
    [{ claim: "never", party: "XX", when: { type: ["tool", "marking-definition"] } }, "/when/type/1", "claim-type"],
    [{ claim: "never", party: "XX", when: { type: "extension-definition" } }, "/when/type", "claim-type"],
    [{ claim: "never", party: "XX", when: { collection: "publik" } }, "/when/collection", "collection"],
    [{ claim: "unused", rule: "as I sad" }, "/rule", "claim-rule"],
    [{ claim: "unused", rule: "as I said", when: {} }, "/when", "member"],
    [{ claim: "approved", party: "XX" }, "/party", "member"],
  ])("refuses %j at %s (%s)", (document, pointer, rule) => {
    expect(refusalOf(() => parseClaim(document, known))).toMatchObject({ code: "invalid", pointer, rule });
  });

  it("says which word was probably meant", () => {
    const message = (document: Json): string => refusalOf(() => parseClaim(document, known)).message;
    expect(message({ claim: "unused", rule: "as I sad" })).toContain("did you mean as I said?");
    expect(message({ claim: "never", party: "sekretariat" })).toContain("did you mean secretariat?");
    expect(message({ claim: "never", party: "group:neer" })).toContain("did you mean near?");
    expect(message({ claim: "never", party: "circle:rings" })).toContain("did you mean ring?");
  });
});

describe("a claim as a sentence", () => {
  it.each<[string, JsonObject]>([
    ["XX never receives label L", { claim: "never", party: "XX", when: { label: "L" } }],
    ["XX never receives anything labelled L.", { claim: "never", party: "XX", when: { label: "L" } }],
    ["XX never receives anything", { claim: "never", party: "XX" }],
    [
      'group:near never receives label "critical infrastructure" or grid, power and type indicator or malware',
      {
        claim: "never",
        party: "group:near",
        when: { label: ["critical infrastructure", "grid", "power"], type: ["indicator", "malware"] },
      },
    ],
    [
      "The public never receives sector energy, amber or stricter",
      { claim: "never", party: "public", when: { sector: "energy", tlp: { min: "amber" } } },
    ],
    [
      "anyone but UZ, KG and the secretariat never receives TLP:RED under its author’s name",
      { claim: "never", party: "anyone", except: ["UZ", "KG", "secretariat"], when: { tlp: "red" }, as: "named" },
    ],
    ["nobody but UZ receives red", { claim: "never", party: "anyone", except: ["UZ"], when: { tlp: "red" } }],
    [
      "circle:ring never receives tlp clear or red whole",
      { claim: "never", party: "circle:ring", when: { tlp: ["clear", "red"] }, as: "whole" },
    ],
    ["nothing amber leaves without approval", { claim: "approved", when: { tlp: "amber" } }],
    ["nothing leaves without approval", { claim: "approved" }],
    [
      "nothing with green or milder and severity high leaves without approval",
      { claim: "approved", when: { tlp: { max: "green" }, severity: "high" } },
    ],
    ["rule as I said is never used", { claim: "unused", rule: "as I said" }],
    ['rule "is it" is never used', { claim: "unused", rule: "is it" }],
    ["rule 3 is never used", { claim: "unused", rule: "3" }],
    ["XX receives every indicator", { claim: "every", party: "XX", when: { type: "indicator" } }],
    ["XX receives everything in collection public", { claim: "every", party: "XX", when: { collection: "public" } }],
    ["XX receives every object", { claim: "every", party: "XX" }],
    ["XX never receives confidence 50 or more", { claim: "never", party: "XX", when: { confidence: { min: 50 } } }],
    ["XX never receives confidence at most 50", { claim: "never", party: "XX", when: { confidence: { max: 50 } } }],
    [
      "XX never receives confidence between 20 and 80 and exercise",
      { claim: "never", party: "XX", when: { confidence: { min: 20, max: 80 }, exercise: true } },
    ],
    ["XX never receives confidence 7", { claim: "never", party: "XX", when: { confidence: { min: 7, max: 7 } } }],
    [
      "XX never receives personal data and not an exercise",
      { claim: "never", party: "XX", when: { personal: true, exercise: false } },
    ],
    [`XX never receives created by ${own}`, { claim: "never", party: "XX", when: { "created-by": own } }],
  ])("reads: %s", (text, claim) => {
    expect(parseSentence(text).claim).toEqual(claim);
  });

  it.each<[string, number, string]>([
    ["", 1, "a party"],
    ["XX", 3, "never or receives is expected, and the sentence ends"],
    ["XX nevr receives label L", 4, "did you mean never?"],
    ["XX never recieves label L", 10, "did you mean receives?"],
    ["XX never receives", 18, "anything, or a condition such as label, is expected"],
    ["nothing lable L leaves without approval", 9, "did you mean label?"],
    ["XX never receives lable L", 19, "did you mean label?"],
    ["XX never receives label", 24, "a label is expected, and the sentence ends"],
    ["XX never receives label and type tool", 25, "a label is expected"],
    ["XX never receives label L and", 30, "a condition"],
    ["XX never receives label L with lable K", 32, "did you mean label?"],
    ["XX never receives label L and label K", 31, "label stands twice"],
    ["XX never receives label L under its nom", 37, "name is expected"],
    ["XX never receives label L undr its name", 27, "did you mean under?"],
    ["XX never receives confidence high", 30, "a number from 0 to 100"],
    ["XX never receives confidence 50 or so", 36, "more is expected"],
    ['XX never receives label "L', 25, "does not end"],
    ["nothing amber leaves", 21, "without is expected"],
    ["nothing amber leaves without aproval", 30, "did you mean approval?"],
    ["rule is never used", 6, "the name of a rule"],
    ["rule x is not used", 11, "never is expected"],
    ["anyone but", 11, "the code of a state"],
    ["XX never receives red or green or stricter", 43, "a level"],
  ])("refuses, with its column: %s", (text, column, expected) => {
    const refusal = refusalOf(() => parseSentence(text));
    expect(refusal).toMatchObject({ code: "invalid", rule: "claim-sentence", subject: `column ${column}` });
    expect(refusal.message).toContain(expected);
    expect(refusal.message).toContain(`(Column ${column}.)`);
  });

  it.each<[string, number, string]>([
    ["XZ never receives label L", 1, "XZ takes no part"],
    ["the sekretariat never receives label L", 5, "did you mean secretariat?"],
    ["XX never receives type tool or Tool", 32, "A type is written in lower-case letters"],
    ["XX never receives amber and collection publik", 40, "did you mean public?"],
    ["XX never receives tlp white", 23, "did you mean clear?"],
    ["XX never receives confidence 101", 30, "a whole number"],
    ["anyone but UZ and XZ never receives label L", 19, "XZ takes no part"],
    ["rule as I sad is never used", 6, "did you mean as I said?"],
  ])("says in which column stands what is not known: %s", (text, column, expected) => {
    const refusal = refusalOf(() => readSentence(text, known));
    expect(refusal).toMatchObject({ code: "invalid", subject: `column ${column}` });
    expect(refusal.message).toContain(expected);
  });

  it("refuses what is too long", () => {
    expect(refusalOf(() => parseSentence("x".repeat(sentenceLengthMax + 1)))).toMatchObject({ code: "limit" });
  });

  it("never fails but by a refusal", () => {
    const words = [
      "XX",
      "never",
      "receives",
      "label",
      "L",
      "or",
      ",",
      "and",
      '"',
      "amber",
      "stricter",
      "rule",
      "is",
      "nothing",
      "leaves",
    ];
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((chosen) => chosen.join(" ")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseSentence(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

const line = fc.oneof(
  fc.constantFrom("L", "or", "and", "under", "a b", 'say "so"', "back\\slash", "x,y", "Ж.", "amber", "type", "“q”"),
  fc.stringMatching(/^[a-z0-9:."\\-]{1,8}$/),
);
const list = (values: fc.Arbitrary<string>) => fc.oneof(values, fc.uniqueArray(values, { minLength: 1, maxLength: 3 }));
const documents: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      type: list(fc.constantFrom("indicator", "tool", "x-foo")),
      tlp: fc.oneof<fc.Arbitrary<Json>[]>(
        fc.constantFrom(...levels),
        fc.uniqueArray(fc.constantFrom(...levels), { minLength: 1 }),
        fc.constantFrom(...levels).map((min) => ({ min })),
        fc.constantFrom(...levels).map((max) => ({ max })),
      ),
      collection: list(fc.constantFrom("public", "threat-reports")),
      label: list(line),
      sector: list(line),
      severity: list(line),
      confidence: fc.constantFrom({ min: 5 }, { max: 60 }, { min: 5, max: 60 }),
      "created-by": fc.constant(own),
      exercise: fc.boolean(),
      personal: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .chain((when) =>
    fc.oneof<fc.Arbitrary<JsonObject>[]>(
      fc.record({
        claim: fc.constantFrom("never", "every"),
        party: fc.constantFrom("XX", "group:near", "group:far-away", "circle:ring", "public", "secretariat"),
        when: fc.constant(when),
        as: fc.constantFrom("any", "named", "whole"),
      }),
      fc.record({
        claim: fc.constant("never"),
        party: fc.constant("anyone"),
        except: fc.uniqueArray(fc.constantFrom("UZ", "XX", "public")),
        when: fc.constant(when),
      }),
      fc.record({ claim: fc.constant("approved"), when: fc.constant(when) }),
      fc.record({ claim: fc.constant("unused"), rule: fc.constantFrom("rule 1", "as I said", "is it") }),
    ),
  );

describe("a claim", () => {
  it("is the same read again, as JSON and as a sentence", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const claim = parseClaim(document, known);
        expect(parseClaim(formatClaim(claim), known)).toEqual(claim);
        expect(readSentence(formatSentence(claim), known)).toEqual(claim);
      }),
      { numRuns: 1_000 },
    );
  });
});
