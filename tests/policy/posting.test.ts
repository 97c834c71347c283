// What a contributor is told before posting, and a steward on saving a policy.

import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { languages, messagesIn } from "../../src/messages/messages.ts";
import { parseNetwork } from "../../src/directory/network.ts";
import { checkPolicy, formatWarning, type PolicyWarning } from "../../src/policy/check.ts";
import { explain } from "../../src/policy/explain.ts";
import { gatherFacts } from "../../src/policy/facts.ts";
import { checkPosting, formatPostingWarning, type PostingWarning } from "../../src/policy/posting.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import type { Level } from "../../src/stix/marking.ts";
import { contributedAt, everybody, partyOf, policyOf } from "./cast.ts";

const en = messagesIn("en");
type Rules = Parameters<typeof policyOf>[0];

const owner = {
  ...partyOf("KZ"),
  name: { en: "Kazakhstan", ru: "Казахстан", kk: "Қазақстан" },
  identities: ["identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5"],
};
const network = parseNetwork("198.51.100.0/24");
const networks = network === null ? [] : [network];

function warningsOf(
  members: JsonObject & { readonly type: string },
  rules: Rules,
  {
    level = "green",
    policy: rest = {},
  }: { readonly level?: Level | null; readonly policy?: { readonly [key: string]: Json } } = {},
): readonly PostingWarning[] {
  const object = { id: `${members.type}--1`, ...members };
  const contributed = { object, level, unattributed: false, references: [], latestLevel: null };
  const {
    contribution,
    facts: [facts],
  } = gatherFacts({ by: "KZ", collection: "threat-reports", instruction: null, at: contributedAt }, [contributed]);
  if (facts === undefined) throw new Error("No facts.");
  const policy = policyOf(rules, rest);
  const recipients = everybody.filter(({ kind }) => kind !== "exchange");
  const explanations = explain({
    contribution,
    policy,
    owner,
    at: contributedAt,
    facts,
    first: contributedAt,
    latestLevel: null,
    recipients,
  });
  return checkPosting({ object, facts, policy, owner, explanations, networks });
}

const kindsOf = (warnings: readonly PostingWarning[]) => warnings.map(({ kind }) => kind);
const toSome: Rules = [{ share: ["TR"] }];
const report = { type: "report", name: "A quiet report" };

describe("checkPosting", () => {
  it("has nothing to tell of what is marked, goes to some and holds nothing odd", () => {
    expect(warningsOf(report, toSome)).toEqual([]);
  });

  it("tells that nobody or everybody will have it", () => {
    expect(warningsOf(report, [])).toEqual([{ kind: "reaches-nobody", pointer: "" }]);
    expect(warningsOf(report, [{ share: ["all"] }])).toEqual([{ kind: "reaches-everybody", pointer: "", count: 7 }]);
    expect(kindsOf(warningsOf(report, [{ share: ["all"], after: "P2D" }]))).toEqual(["reaches-everybody"]);
    expect(warningsOf(report, [{ share: ["all"], except: ["XX"] }])).toEqual([]);
    expect(kindsOf(warningsOf(report, [{ share: ["secretariat"] }]))).toEqual([]);
  });

  it("tells what an unmarked object counts as, or that it is refused", () => {
    const unmarked = (rest: { readonly [key: string]: Json }) =>
      warningsOf(report, toSome, { level: null, policy: rest });
    expect(unmarked({ unmarked: "amber" })).toEqual([{ kind: "unmarked", pointer: "", level: "amber" }]);
    expect(unmarked({ unmarked: "refuse" })).toEqual([
      { kind: "reaches-nobody", pointer: "" },
      { kind: "unmarked", pointer: "", level: null },
    ]);
  });

  it("says nothing of the marking and audience of what only explains other objects", () => {
    expect(warningsOf({ type: "marking-definition" }, [], { level: null })).toEqual([]);
  });

  it("tells of an indicator without an end, of what is harmless, and of personal data, with their places", () => {
    const indicator = {
      type: "indicator",
      pattern: "[ipv4-addr:value = '10.0.0.1']",
      pattern_type: "stix",
      description: "a@example.com, 850101300005",
    };
    expect(warningsOf(indicator, toSome)).toEqual([
      { kind: "no-end", pointer: "" },
      { kind: "benign", list: "ranges", pointer: "/pattern" },
      { kind: "personal", pointer: "/description", finding: { kind: "email", pointer: "/description" } },
      {
        kind: "personal",
        pointer: "/description",
        finding: { kind: "national-id", pointer: "/description", state: "KZ" },
      },
    ]);
    const ending = { ...indicator, valid_until: "2027-01-01T00:00:00Z", pattern: "[url:value = 'x']", description: "" };
    expect(warningsOf(ending, toSome)).toEqual([]);
  });
});

describe("what may tell who contributed what goes without a name", () => {
  const unnamed: Rules = [{ share: ["TR"], as: "unattributed" }];
  const traitsOf = (members: JsonObject & { readonly type: string }, rules: Rules = unnamed) =>
    warningsOf(members, rules).flatMap((one) =>
      one.kind === "self-identification" ? [`${one.trait} ${one.pointer}`] : [],
    );

  it("is not told where everybody gets it under the name", () => {
    expect(traitsOf({ ...report, lang: "kk", description: "Kazakhstan" }, toSome)).toEqual([]);
  });

  it.each<readonly [string, JsonObject & { readonly type: string }, readonly string[]]>([
    ["the language", { type: "report", lang: "kk" }, ["lang /lang"]],
    ["the sector", { type: "identity", sectors: ["energy"] }, ["sector /sectors"]],
    [
      "the sector in an extension",
      { type: "report", extensions: { e: { sectors: ["energy"] } } },
      ["sector /extensions"],
    ],
    ["the place", { type: "location", country: "KZ" }, ["place /country"]],
    [
      "the place in an extension",
      { type: "report", extensions: { e: { country: "KZ" } } },
      ["place /extensions/e/country"],
    ],
    [
      "the name in any language",
      { type: "report", name: "Атака на КАЗАХСТАН", labels: ["in-kazakhstan", "қазақстан"] },
      ["name /name", "name /labels/1"],
    ],
    ["an identity of one's own", { type: "report", object_refs: owner.identities }, ["identity /object_refs/0"]],
    [
      "the country domain in text",
      { type: "report", description: "mail.gov.kz, егов.қаз" },
      ["country-domain /description"],
    ],
    ["the country domain in a value", { type: "domain-name", value: "gov.kz" }, ["country-domain /value"]],
    ["an own address", { type: "ipv4-addr", value: "198.51.100.7" }, ["network /value"]],
    [
      "nothing",
      {
        type: "report",
        country: "TR",
        description: "a.kzx kz .kz kazakhstani x.kz-y",
        created_by_ref: owner.identities[0] ?? "",
      },
      [],
    ],
  ])("is %s", (_, members, expected) => {
    expect(traitsOf(members)).toEqual(expected);
  });

  it("names who will have the same text under the owner's name", () => {
    const rules: Rules = [...unnamed, { share: ["UZ", "IN"] }];
    expect(warningsOf(report, rules)).toEqual([{ kind: "same-text", pointer: "", parties: ["IN", "UZ"] }]);
    expect(warningsOf(report, unnamed)).toEqual([]);
  });
});

describe("formatPostingWarning", () => {
  const warnings: readonly PostingWarning[] = [
    { kind: "reaches-nobody", pointer: "" },
    { kind: "reaches-everybody", pointer: "", count: 7 },
    { kind: "unmarked", pointer: "", level: "amber" },
    { kind: "unmarked", pointer: "", level: null },
    { kind: "no-end", pointer: "" },
    ...(["resolvers", "domains", "ranges", "names"] as const).map(
      (list) => ({ kind: "benign", pointer: "", list }) as const,
    ),
    ...(["email", "phone", "person"] as const).map(
      (kind) => ({ kind: "personal", pointer: "", finding: { kind, pointer: "" } }) as const,
    ),
    { kind: "personal", pointer: "", finding: { kind: "national-id", pointer: "", state: "UZ" } },
    ...(["name", "identity", "country-domain", "network", "place", "lang", "sector"] as const).map(
      (trait) => ({ kind: "self-identification", pointer: "", trait }) as const,
    ),
    { kind: "same-text", pointer: "", parties: ["IN", "UZ"] },
  ];

  it("says each warning in each language in a sentence of its own", () => {
    for (const language of languages) {
      const sentences = warnings.map((warning) => formatPostingWarning(warning, messagesIn(language)));
      expect(new Set(sentences).size).toBe(warnings.length);
      for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}.*\.$/u);
    }
  });

  it("says them as people do", () => {
    expect(warnings.slice(0, 6).map((warning) => formatPostingWarning(warning, en))).toEqual([
      "Nobody but you will have it.",
      "All states are offered it: 7 beside your own.",
      "It has no marking and counts as TLP:AMBER.",
      "It has no marking, and your policy refuses what is unmarked.",
      "The indicator does not say until when it is valid.",
      "This is known and harmless: a public resolver.",
    ]);
    expect(formatPostingWarning({ kind: "same-text", pointer: "", parties: ["IN", "UZ"] }, en)).toBe(
      "IN and UZ will have the same text under your name.",
    );
  });
});

describe("checkPolicy, of rules that are never used", () => {
  const of = (rules: Rules, rest: { readonly [key: string]: Json } = {}, code: string | null = "KZ") =>
    checkPolicy(policyOf(rules, rest), code).map(({ kind, rule }) => `${kind} ${rule}`);

  it("tells of a rule that names nobody", () => {
    expect(of([{ share: ["TR"], except: ["TR"] }])).toEqual(["names-nobody rule 1"]);
    expect(of([{ share: ["TR", "UZ"], except: ["all"] }])).toEqual(["names-nobody rule 1"]);
    expect(of([{ share: ["group:none"] }], { groups: { none: [] } })).toEqual(["names-nobody rule 1"]);
    expect(of([{ share: ["KZ"] }])).toEqual(["names-nobody rule 1"]);
    expect(of([{ share: ["KZ"] }], {}, null)).toEqual([]);
    expect(of([{ share: ["public"], except: ["TR"] }])).toEqual(["names-nobody rule 1"]);
    expect(of([{ withhold: ["TR"], except: ["all"] }])).toEqual(["never-held rule 1"]);
  });

  it("does not tell of what only what is contributed decides", () => {
    for (const party of ["author", "affected", "named", "circle:ring", "secretariat", "all", "TR", "public"])
      expect([party, ...of([{ share: [party] }])]).toEqual([party]);
    for (const party of ["author", "affected", "named", "circle:ring"])
      expect([party, ...of([{ share: ["TR"], except: [party] }])]).toEqual([party]);
    expect(of([{ share: ["all"], except: ["TR"] }])).toEqual([]);
  });

  it("tells of a share whose parties are always withheld from", () => {
    expect(of([{ share: ["TR"] }, { withhold: ["all"] }])).toEqual(["always-withheld rule 1"]);
    expect(of([{ share: ["TR", "UZ"] }, { withhold: ["TR"] }, { withhold: ["UZ"], when: { tlp: "clear" } }])).toEqual([
      "always-withheld rule 1",
    ]);
    expect(of([{ share: ["TR", "UZ"] }, { withhold: ["TR"] }])).toEqual([]);
    expect(of([{ share: ["TR"] }, { withhold: ["all"], when: { label: "a" } }])).toEqual([]);
    expect(of([{ share: ["TR"] }, { withhold: ["all"], except: ["author"] }])).toEqual([]);
    expect(of([{ share: ["TR"] }, { withhold: ["author"] }])).toEqual([]);
    expect(of([{ share: ["all"] }, { withhold: ["all"], except: ["TR"] }])).toEqual([]);
    expect(of([{ share: ["public"] }, { withhold: ["XX"] }])).toEqual(["always-withheld rule 1"]);
    expect(of([{ share: ["secretariat"] }, { withhold: ["all"] }])).toEqual([]);
  });

  it("tells of a share for the public that is not for clear", () => {
    expect(of([{ share: ["public"], when: { tlp: ["green", "amber"] } }])).toContain("never-public rule 1");
    expect(of([{ share: ["public"], when: { tlp: "green" } }])).toEqual([]);
    expect(of([{ share: ["public", "TR"], when: { tlp: ["green"] } }])).not.toContain("never-public rule 1");
  });

  it("says each of them in each language", () => {
    const warnings: readonly PolicyWarning[] = (
      ["names-nobody", "never-held", "always-withheld", "never-public"] as const
    ).map((kind) => ({ kind, rule: "r" }));
    for (const language of languages) {
      const sentences = warnings.map((warning) => formatWarning(warning, messagesIn(language)));
      expect(new Set(sentences).size).toBe(warnings.length);
      for (const sentence of sentences) expect(sentence).toMatch(/[‘«]r[’»].*\.$/);
    }
  });
});

describe("checkPolicy, of the largest policy there can be", () => {
  it("takes less than a second", () => {
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const states = letters.flatMap((a) => letters.map((b) => a + b)).slice(0, 300);
    const rules = Array.from({ length: 500 }, (_, i) => ({
      name: `r${i}`,
      ...(i % 2 === 0 ? { share: states } : { withhold: states.slice((i - 1) % 300) }),
    }));
    const policy = parsePolicy({ unmarked: "red", rules }, { states });
    const began = performance.now();
    expect(checkPolicy(policy, "KZ").filter(({ kind }) => kind === "always-withheld")).toHaveLength(250);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
