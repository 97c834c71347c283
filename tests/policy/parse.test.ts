import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { Refusal } from "../../src/refusal.ts";
import type { Directory } from "../../src/directory/directory.ts";
import { linePattern } from "../../src/directory/form.ts";
import { typePattern } from "../../src/policy/condition.ts";
import { durationPattern } from "../../src/policy/duration.ts";
import { parsePolicy, policyOf } from "../../src/policy/parse.ts";
import { groupNamePattern, rulePartiesMax } from "../../src/policy/party-form.ts";
import { groupMembersMax, groupsMax, noPolicy, rulesMax } from "../../src/policy/policy.ts";
import { redactMax, redactPattern } from "../../src/policy/rendition.ts";
import schema from "../../schemas/policy.schema.json" with { type: "json" };
import { refusalOf } from "../directory/refusal-of.ts";
import { circles, everybody, stateCodes } from "./cast.ts";
import { documents } from "./random.ts";
import { schemaVerdicts } from "./schema.ts";

interface Vector {
  readonly title: string;
  readonly document: Json;
  readonly refusal: {
    readonly code: string;
    readonly rule: string;
    readonly pointer: string;
    readonly sentence?: string;
  } | null;
  readonly schema: boolean;
  readonly whole?: boolean;
}
// Read as text: an import would take a member named __proto__ for the object's prototype.
const file = readFileSync(new URL("../vectors/policy/documents.json", import.meta.url), "utf8");
// Written by hand in this form; a case that is not would fail its own test.
const { cases } = JSON.parse(file) as { readonly cases: readonly Vector[] };
const context = { states: stateCodes };
const whole = { ...context, circles };
const contextOf = (vector: Vector) => (vector.whole === true ? whole : context);

/** Rules that need more than the document, or more than JSON Schema can say: the reader alone holds them. */
const beyondSchema = new Set(["state-code", "group", "circle", "rule-name", "window", "confidence-range"]);

describe("parsePolicy", () => {
  it.each(cases.filter(({ refusal }) => refusal === null))("takes $title", (vector) => {
    expect(() => parsePolicy(vector.document, contextOf(vector))).not.toThrow();
  });

  it.each(cases.filter(({ refusal }) => refusal !== null))("refuses $title", (vector) => {
    expect(refusalOf(() => parsePolicy(vector.document, contextOf(vector)))).toMatchObject({ ...vector.refusal });
  });

  it("reads the example of policy.md as it is meant", () => {
    const policy = parsePolicy(cases[1]?.document ?? null, context);
    expect([...policy.groups].map(([name, members]) => [name, ...members])).toEqual([
      ["neighbours", "KG", "UZ"],
      ["energy", "AZ", "TR", "XX"],
    ]);
    expect(policy.rules.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "share region-wide",
      "share energy sector",
      "share partners late",
      "share as I said",
      "withhold not that one",
    ]);
    expect(policy.rules[1]).toMatchObject({
      parties: [{ kind: "group", name: "energy" }],
      except: [{ kind: "state", code: "XX" }],
      when: { sector: ["energy"], tlp: ["amber"], label: null },
      as: "unattributed",
    });
    expect(policy).toMatchObject({
      unmarked: "amber",
      pulls: "day",
      audit: "none",
      grow: "ask",
      retain: { text: "P2Y" },
    });
  });

  it("reads the rest of the example of policy.md as it is meant", () => {
    const document = cases.find(({ title }) => title === "policy.md's example, whole")?.document ?? null;
    expect(parsePolicy(document, whole)).toMatchObject({
      approval: { tlp: "amber+strict", of: 2 },
      accept: { refuseFrom: [], holdFrom: [{ kind: "state", code: "YY" }] },
    });
    const { rules } = parsePolicy(document, whole);
    expect(rules.find(({ name }) => name === "feedback")?.parties).toEqual([{ kind: "author" }]);
  });

  it("names the state that takes no part as the subject of its refusal", () => {
    const rules: readonly Json[] = [{ name: "a", share: ["FJ"] }];
    expect(() => parsePolicy({ unmarked: "red", rules }, context)).toThrowError(
      expect.objectContaining({ subject: "FJ" }),
    );
  });

  it("tells nobody anything by default", () => {
    const { pulls, audit, grow, retain } = parsePolicy({ unmarked: "green", rules: [] }, context);
    expect({ pulls, audit, grow, retain }).toEqual({ pulls: "none", audit: "none", grow: "ask", retain: null });
  });

  it("reads the same levels in any order as the same condition", () => {
    const read = (tlp: Json) =>
      parsePolicy({ unmarked: "red", rules: [{ name: "a", share: ["TR"], when: { tlp } }] }, context);
    expect(read(["red", "clear"])).toEqual(read(["clear", "red"]));
  });

  it("holds conditions against the owner's identities and the collections, where it is given them", () => {
    const known = {
      ...context,
      identities: ["identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5"],
      collections: ["threat-reports"],
    };
    const refused = (when: Json) =>
      refusalOf(() => parsePolicy({ unmarked: "red", rules: [{ name: "a", share: ["TR"], when }] }, known));
    expect(refused({ "created-by": "identity--52892447-4d7e-4f70-b94d-d7f22742ff63" })).toMatchObject({
      rule: "own-identity",
      pointer: "/rules/0/when/created-by",
    });
    expect(refused({ collection: ["threat-report"] })).toMatchObject({
      rule: "collection",
      pointer: "/rules/0/when/collection/0",
      sentence: "There is no collection threat-report; did you mean threat-reports?",
    });
  });

  it("never repeats in a sentence what might do harm there", () => {
    for (const word of ["<script>alert(1)</script>", "\u001B[2J", "a\nb", "x".repeat(500), "\u202EKZ"]) {
      const rules: readonly Json[] = [{ name: "a", share: [word] }];
      const { sentence } = refusalOf(() => parsePolicy({ unmarked: "red", rules }, context));
      expect(sentence).toMatch(/^this is not a state code(?:\.|; did you mean [A-Z]{2}\?)$/);
    }
  });
});

describe("the limits of a policy", () => {
  const rule = (name: string, rest: Json) => ({ name, share: ["TR"], ...(typeof rest === "object" ? rest : {}) });
  const groups = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`g${i}`, ["TR"]]));
  const bounded: readonly (readonly [string, number, (count: number) => Json])[] = [
    [
      "rules",
      rulesMax,
      (count) => ({ unmarked: "red", rules: Array.from({ length: count }, (_, i) => rule(`r${i}`, {})) }),
    ],
    ["groups", groupsMax, (count) => ({ unmarked: "red", rules: [], groups: groups(count) })],
    [
      "redactions",
      redactMax,
      (count) => ({
        unmarked: "red",
        rules: [rule("r", { redact: Array.from({ length: count }, (_, i) => `/p${i}`) })],
      }),
    ],
    [
      "values of a condition",
      200,
      (count) => ({
        unmarked: "red",
        rules: [rule("r", { when: { label: Array.from({ length: count }, (_, i) => `l${i}`) } })],
      }),
    ],
  ];

  it.each(bounded)("hold for %s, in reader and schema alike", (_, limit, make) => {
    expect(() => parsePolicy(make(limit), context)).not.toThrow();
    expect(refusalOf(() => parsePolicy(make(limit + 1), context)).rule).toBe("list");
    expect(schemaVerdicts([make(limit), make(limit + 1)])).toEqual([true, false]);
  });

  it("hold for the parties of a rule and the members of a group, where so many take part", () => {
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const states = letters.flatMap((a) => letters.map((b) => a + b));
    const make = (parties: number, members: number): Json => ({
      unmarked: "red",
      groups: { g: states.slice(0, members) },
      rules: [{ name: "r", share: states.slice(0, parties) }],
    });
    expect(() => parsePolicy(make(rulePartiesMax, groupMembersMax), { states })).not.toThrow();
    for (const document of [make(rulePartiesMax + 1, 1), make(1, groupMembersMax + 1)]) {
      expect(refusalOf(() => parsePolicy(document, { states })).rule).toBe("list");
      expect(schemaVerdicts([document])).toEqual([false]);
    }
  });
});

describe("schemas/policy.schema.json", () => {
  it("says of every case what the reader says, but for what a schema cannot know", () => {
    const verdicts = schemaVerdicts(cases.map(({ document }) => document));
    for (const [position, { title, refusal, schema: expected }] of cases.entries()) {
      expect([title, verdicts[position]]).toEqual([title, expected]);
      expect([title, expected]).toEqual([title, refusal === null || (expected && beyondSchema.has(refusal.rule))]);
    }
  });

  it("agrees with the reader on random documents, sound and broken", () => {
    const samples = fc.sample(documents, { numRuns: 4_000, seed: 7 });
    const verdicts = schemaVerdicts(samples);
    let taken = 0;
    for (const [position, document] of samples.entries()) {
      const refusal = tryParse(document);
      taken += refusal === null ? 1 : 0;
      const expected = refusal === null || beyondSchema.has(refusal.rule ?? "");
      // Where both refuse they may find different faults first, so a schema that refuses more than the reader's own rule is
      // right as long as the reader refuses at all.
      if (verdicts[position] !== expected)
        expect({ document, refusal, verdict: verdicts[position] }).toMatchObject({ verdict: false, refusal: {} });
    }
    expect(taken).toBeGreaterThan(500);
    expect(samples.length - taken).toBeGreaterThan(500);
  });

  it("spells its patterns as the reader does", () => {
    const { $defs } = schema;
    expect($defs.duration.pattern).toBe(durationPattern);
    expect($defs.value.pattern).toBe(linePattern);
    expect($defs.share.properties.name.pattern).toBe(linePattern);
    expect(JSON.stringify($defs.when)).toContain(JSON.stringify(typePattern));
    expect(JSON.stringify($defs.share)).toContain(JSON.stringify(redactPattern));
    expect(schema.properties.groups.propertyNames.pattern).toBe(groupNamePattern);
    for (const prefix of ["group", "circle"])
      expect(JSON.stringify($defs.party)).toContain(JSON.stringify(`^${prefix}:${groupNamePattern.slice(1)}`));
  });
});

describe("policyOf", () => {
  const document = { unmarked: "green", rules: [{ name: "a", share: ["TR"], when: { collection: "gone" } }] };
  const directory: Directory = {
    edition: 1,
    parties: everybody,
    clients: [],
    policies: new Map([["KZ", { party: "KZ", version: 1, since: 0, document }]]),
    collections: [],
  };

  it("reads what is in force in the whole language: that it is supported was asked when it was set", () => {
    const set = {
      unmarked: "green",
      rules: [{ name: "a", share: ["circle:gone", "author"], when: { personal: true } }],
    };
    const policies = new Map([["KZ", { party: "KZ", version: 2, since: 0, document: set }]]);
    expect(policyOf({ ...directory, policies }, "KZ").rules[0]?.parties).toEqual([
      { kind: "circle", name: "gone" },
      { kind: "author" },
    ]);
  });

  it("is the version in force, read once", () => {
    expect(policyOf(directory, "KZ").unmarked).toBe("green");
    expect(policyOf(directory, "KZ")).toBe(policyOf({ ...directory }, "KZ"));
  });

  it("shares nothing and refuses what is unmarked for a state that has set none", () => {
    expect(policyOf(directory, "TR")).toBe(noPolicy);
    expect([noPolicy.unmarked, noPolicy.rules]).toEqual(["refuse", []]);
  });
});

function tryParse(document: Json): Refusal | null {
  try {
    parsePolicy(document, whole);
    return null;
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
}
