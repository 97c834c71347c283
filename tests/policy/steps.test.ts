// Each step of policy.md, How a decision is made: its cases fail when the step is taken out of decide.ts.

import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import type { Level } from "../../src/stix/marking.ts";
import type { Party } from "../../src/directory/state.ts";
import { stepOf } from "../../src/policy/basis.ts";
import { decide, type HeardObject, type Hearing, isRefusedUnmarked, levelOf } from "../../src/policy/decide.ts";
import { type Decision, wholeTerms } from "../../src/policy/decision.ts";
import type { Facts } from "../../src/policy/facts.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { contributedAt, contributionOf, day, everybody, owner, partyOf, plain, policyOf } from "./cast.ts";

type Rules = readonly { readonly [key: string]: Json }[];
interface Case extends Partial<Hearing & HeardObject> {
  readonly rules?: Rules;
  readonly recipient?: Party;
  readonly object?: Partial<Facts>;
  readonly instruction?: Json;
}

/** The decision for XX about a green indicator of KZ, but for what the case says. */
function decisionOf({ rules = [], object = {}, instruction, ...rest }: Case): Decision {
  const facts = { ...plain, ...object };
  return decide({
    contribution: contributionOf([facts], instruction === undefined ? {} : { instruction }),
    policy: policyOf(rules),
    owner,
    at: contributedAt,
    first: contributedAt,
    latestLevel: null,
    recipient: partyOf("XX"),
    facts,
    ...rest,
  });
}

/** Codes of those who are offered it, the owner aside. */
function audienceOf(testCase: Case): readonly string[] {
  return everybody
    .filter((recipient) => recipient.code !== "KZ" && decisionOf({ ...testCase, recipient }).offered)
    .map(({ code }) => code);
}

const toAll: Rules = [{ share: ["all"], when: { tlp: "amber+strict" } }];
const states = ["AZ", "IN", "KG", "TR", "UZ", "XX", "YY"];

describe("step 1, owner", () => {
  it("gives the owner its own objects whole, at once and for good, whatever rules, marking and instruction say", () => {
    const rules: Rules = [
      { withhold: ["KZ", "all"] },
      { share: ["KZ"], as: "unattributed", redact: ["/name"], after: "P2D", until: "P3D" },
    ];
    const object = { level: "red", granular: true, unattributed: true } as const;
    const decision = decisionOf({
      rules,
      object,
      recipient: owner,
      instruction: { to: ["TR"], "not-to": ["KZ"] },
      at: contributedAt + 9 * day,
    });
    expect(decision).toEqual({
      offered: true,
      whole: true,
      terms: wholeTerms,
      from: contributedAt,
      until: null,
      level: "red",
      basis: { kind: "owner" },
    });
  });

  it("gives them to an owner that no longer takes part: what is served is another question", () => {
    expect(decisionOf({ recipient: partyOf("KZ", []), owner: partyOf("KZ", []) }).whole).toBe(true);
  });
});

describe("step 2, standing", () => {
  it("gives nothing to a state that does not take part now", () => {
    const recipient = partyOf("XX", [{ from: 0, until: contributedAt + day }]);
    expect(decisionOf({ rules: toAll, recipient, at: contributedAt + day }).basis).toEqual({ kind: "inactive" });
    expect(decisionOf({ rules: toAll, recipient, at: contributedAt + day - 1 }).offered).toBe(true);
  });

  it("gives a newcomer nothing that was contributed before it joined (forward-only)", () => {
    const recipient = partyOf("XX", [{ from: contributedAt + 1, until: null }]);
    expect(decisionOf({ rules: toAll, recipient, at: contributedAt + day }).basis).toEqual({ kind: "not-yet-member" });
    expect(decisionOf({ rules: toAll, recipient: partyOf("XX", [{ from: contributedAt, until: null }]) }).offered).toBe(
      true,
    );
  });

  it("gives a state that was away nothing that was contributed meanwhile", () => {
    const recipient = partyOf("XX", [
      { from: 0, until: contributedAt - day },
      { from: contributedAt + day, until: null },
    ]);
    expect(decisionOf({ rules: toAll, recipient, at: contributedAt + 2 * day }).basis).toEqual({
      kind: "not-yet-member",
    });
  });

  it("never gives anything to the exchange itself", () => {
    expect(decisionOf({ rules: toAll, recipient: partyOf("exchange") }).basis).toEqual({ kind: "inactive" });
  });
});

describe("step 3, ceiling", () => {
  const levelled = (level: Level, rules: Rules, rest: Case = {}) => audienceOf({ rules, object: { level }, ...rest });

  it("lets `all` reach amber and stricter only where the rule's tlp says so", () => {
    const plainAll: Rules = [{ share: ["all"] }];
    expect(levelled("clear", plainAll)).toEqual(states);
    expect(levelled("green", plainAll)).toEqual(states);
    expect(levelled("amber", plainAll)).toEqual([]);
    expect(levelled("amber+strict", plainAll)).toEqual([]);
    expect(levelled("amber", [{ share: ["all"], when: { tlp: "amber" } }])).toEqual(states);
    expect(levelled("amber", [{ share: ["all"], when: { tlp: ["amber"] } }])).toEqual(states);
    expect(levelled("amber+strict", [{ share: ["all"], when: { tlp: "amber" } }])).toEqual([]);
    expect(levelled("amber+strict", [{ share: ["all"], when: { tlp: ["amber+strict"] } }])).toEqual(states);
    expect(levelled("amber", [{ share: ["all"], when: { type: "indicator" } }])).toEqual([]);
  });

  it("says which rules share with all and do not say the level", () => {
    const rules: Rules = [
      { name: "b", share: ["all"] },
      { name: "a", share: ["all"] },
    ];
    expect(decisionOf({ rules, object: { level: "amber" } }).basis).toEqual({
      kind: "ceiling-all",
      rules: ["a", "b"],
      level: "amber",
    });
  });

  it("binds `all` alone: a code, a group, `named` and the secretariat reach any level below red without a word on tlp", () => {
    const rules: Rules = [{ share: ["XX", "group:near", "secretariat"] }];
    const policy = policyOf(rules, { groups: { near: ["UZ", "KG"] } });
    expect(audienceOf({ policy, object: { level: "amber+strict" } })).toEqual(["KG", "UZ", "XX", "secretariat"]);
    expect(levelled("amber+strict", [{ share: ["named"] }], { instruction: { to: ["TR"] } })).toEqual(["TR"]);
  });

  it("lets red reach only states named by code, the rule's or the instruction's", () => {
    const rules: Rules = [{ share: ["all", "group:near", "secretariat", "XX"], when: { tlp: ["red"] } }];
    const policy = policyOf(rules, { groups: { near: ["UZ", "YY"] } });
    expect(audienceOf({ policy, object: { level: "red" } })).toEqual(["XX"]);
    expect(decisionOf({ policy, object: { level: "red" }, recipient: partyOf("UZ") }).basis).toEqual({
      kind: "ceiling-red",
      rules: ["rule 1"],
    });
    expect(decisionOf({ policy, object: { level: "red" }, recipient: partyOf("secretariat") }).basis.kind).toBe(
      "ceiling-red",
    );
    expect(
      levelled("red", [{ share: ["named"], when: { tlp: "red" } }], { instruction: { to: ["TR", "YY"] } }),
    ).toEqual(["TR", "YY"]);
  });

  it("counts an object without a level by what it inherits, else by the policy's `unmarked`", () => {
    const rules: Rules = [{ share: ["all"], when: { tlp: "green" } }];
    expect(audienceOf({ rules, object: { level: null, inherited: "red" } })).toEqual([]);
    expect(audienceOf({ rules, object: { level: null, inherited: "green" } })).toEqual(states);
    expect(audienceOf({ policy: policyOf(rules, { unmarked: "amber" }), object: { level: null } })).toEqual([]);
    expect(audienceOf({ policy: policyOf(rules, { unmarked: "clear" }), object: { level: null } })).toEqual(states);
  });

  it("refuses what is unmarked where the policy says so, and only that", () => {
    const policy = policyOf([{ share: ["XX"] }], { unmarked: "refuse" });
    expect(decisionOf({ policy, object: { level: null } })).toMatchObject({
      offered: false,
      level: "red",
      basis: { kind: "unmarked" },
    });
    const refused = (object: Partial<Facts>) => isRefusedUnmarked({ ...plain, ...object }, policy);
    expect(refused({ level: null })).toBe(true);
    expect(refused({ level: null, inherited: "clear" })).toBe(false);
    expect(refused({ level: "clear" })).toBe(false);
    expect(refused({ level: null, type: "marking-definition" })).toBe(false);
    expect(isRefusedUnmarked({ ...plain, level: null }, policyOf([], { unmarked: "red" }))).toBe(false);
    expect(levelOf({ ...plain, level: null }, policy)).toBe("red");
  });

  it("bounds an earlier version by the marking of the latest", () => {
    const rules: Rules = [{ share: ["all"], when: { tlp: "green" } }];
    expect(decisionOf({ rules, object: { level: "green" }, latestLevel: "amber" })).toMatchObject({
      offered: false,
      level: "amber",
    });
    expect(decisionOf({ rules, object: { level: "green" }, latestLevel: "clear" })).toMatchObject({
      offered: true,
      level: "green",
    });
  });

  it("gives nobody an earlier version where the latest is unmarked and the policy refuses what is", () => {
    const rules: Rules = [{ share: ["XX"] }];
    const bounded = (unmarked: Policy["unmarked"]) =>
      decisionOf({ policy: policyOf(rules, { unmarked }), object: { level: "green" }, latestLevel: "unmarked" });
    expect(bounded("refuse").basis).toEqual({ kind: "unmarked" });
    expect(bounded("amber")).toMatchObject({ offered: true, level: "amber" });
  });

  it("reads one level of a share as a ceiling, of a withhold as a floor, and a list as just these", () => {
    const levels: readonly Level[] = ["clear", "green", "amber", "amber+strict", "red"];
    const reached = (rules: Rules) => levels.filter((level) => decisionOf({ rules, object: { level } }).offered);
    expect(reached([{ share: ["XX"], when: { tlp: "amber" } }])).toEqual(["clear", "green", "amber"]);
    expect(reached([{ share: ["XX"], when: { tlp: ["clear", "amber+strict"] } }])).toEqual(["clear", "amber+strict"]);
    expect(reached([{ share: ["XX"] }, { withhold: ["XX"], when: { tlp: "amber" } }])).toEqual(["clear", "green"]);
    expect(reached([{ share: ["XX"] }, { withhold: ["XX"], when: { tlp: ["green"] } }])).toEqual([
      "clear",
      "amber",
      "amber+strict",
      "red",
    ]);
  });
});

describe("step 4, withhold", () => {
  it("beats any number of shares, and names the rules", () => {
    const rules: Rules = [
      { name: "share 1", share: ["XX"] },
      { name: "not these", withhold: ["XX"] },
      { name: "nor these", withhold: ["all"] },
      { name: "share 2", share: ["all"] },
    ];
    expect(decisionOf({ rules }).basis).toEqual({ kind: "withheld", rules: ["nor these", "not these"] });
  });

  it("withholds by all, group and code alike at every level: the bound on `all` is one of sharing", () => {
    for (const level of ["green", "amber", "red"] as const) {
      expect(audienceOf({ rules: [{ share: states }, { withhold: ["all"] }], object: { level } })).toEqual([]);
    }
    const policy = policyOf([{ share: states }, { withhold: ["group:far"] }], { groups: { far: ["IN", "TR"] } });
    expect(audienceOf({ policy })).toEqual(["AZ", "KG", "UZ", "XX", "YY"]);
  });

  it("counts for the whole contribution when any object of it matches", () => {
    const other: Facts = { ...plain, type: "report", labels: ["national-infrastructure"] };
    const rules: Rules = [
      { share: ["all"] },
      { name: "not that one", withhold: ["XX"], when: { label: ["national-infrastructure"] } },
    ];
    const contribution = contributionOf([plain, other]);
    expect(audienceOf({ rules, contribution })).toEqual(states.filter((code) => code !== "XX"));
    expect(audienceOf({ rules })).toEqual(states);
  });

  it("sees of each object of the contribution the level that the ceiling sees", () => {
    const rules: Rules = [{ share: ["all"] }, { withhold: ["XX"], when: { tlp: "amber" } }];
    const later = { ...contributionOf([plain]), profiles: [{ ...plain, latest: "amber" as const }] };
    expect(decisionOf({ rules, contribution: later }).basis.kind).toBe("withheld");
    const unmarked = contributionOf([plain, { ...plain, level: null }]);
    expect(decisionOf({ rules, contribution: unmarked }).basis.kind).toBe("withheld");
    expect(decisionOf({ rules, latestLevel: "amber" }).basis.kind).toBe("withheld");
  });

  it("withholds by the instruction's not-to", () => {
    const testCase = { rules: [{ share: ["all", "secretariat"] }], instruction: { "not-to": ["XX", "secretariat"] } };
    expect(audienceOf(testCase)).toEqual(states.filter((code) => code !== "XX"));
    expect(decisionOf(testCase).basis).toEqual({ kind: "instruction-excluded" });
  });

  it("withholds even from those whom the instruction names, where a rule says so", () => {
    const rules: Rules = [
      { share: ["named"] },
      { name: "never abroad", withhold: ["named"], except: ["UZ"], when: { type: "indicator" } },
    ];
    const instruction = { to: ["TR", "UZ"] };
    expect(audienceOf({ rules, instruction })).toEqual(["UZ"]);
    expect(decisionOf({ rules, instruction, recipient: partyOf("TR") }).basis).toEqual({
      kind: "withheld",
      rules: ["never abroad"],
    });
    expect(audienceOf({ rules, instruction, object: { type: "report" } })).toEqual(["TR", "UZ"]);
  });

  it("takes out of a withhold whom `except` covers", () => {
    expect(audienceOf({ rules: [{ share: ["all"] }, { withhold: ["all"], except: ["TR"] }] })).toEqual(["TR"]);
  });
});

describe("step 5, share", () => {
  it("denies when no rule names the recipient", () => {
    expect(decisionOf({ rules: [] }).basis).toEqual({ kind: "silence" });
    expect(decisionOf({ rules: [{ share: ["TR"] }] }).basis).toEqual({ kind: "silence" });
    expect(decisionOf({ rules: [{ share: ["XX"], when: { type: "malware" } }] }).basis).toEqual({ kind: "silence" });
  });

  it("shares when one matching rule names it, and names every rule that does", () => {
    const rules: Rules = [
      { name: "b", share: ["XX"] },
      { name: "a", share: ["all"] },
      { name: "c", share: ["TR"] },
    ];
    expect(decisionOf({ rules })).toEqual({
      offered: true,
      whole: true,
      terms: wholeTerms,
      from: contributedAt,
      until: null,
      level: "green",
      basis: { kind: "shared", rules: ["a", "b"] },
    });
  });

  it("takes out of a share whom `except` covers, by code or by group", () => {
    const policy = policyOf([{ share: ["all"], except: ["XX", "group:far"] }], { groups: { far: ["IN", "TR"] } });
    expect(audienceOf({ policy })).toEqual(["AZ", "KG", "UZ", "YY"]);
  });

  it("reaches the secretariat by its own word alone, and by it no state", () => {
    expect(audienceOf({ rules: [{ share: ["secretariat"] }] })).toEqual(["secretariat"]);
    expect(audienceOf({ rules: [{ share: ["all"] }] })).toEqual(states);
  });

  it("gives what an instruction addresses to nobody else, and to these only by a rule that shares with `named`", () => {
    const instruction = { to: ["TR", "XX"] };
    const rules: Rules = [{ name: "everyone", share: ["all", "secretariat"] }];
    expect(audienceOf({ rules, instruction })).toEqual([]);
    expect(decisionOf({ rules, instruction }).basis).toEqual({ kind: "named-unshared" });
    expect(decisionOf({ rules, instruction, recipient: partyOf("UZ") }).basis).toEqual({ kind: "not-named" });
    const withNamed: Rules = [...rules, { name: "as I said", share: ["named"] }];
    expect(audienceOf({ rules: withNamed, instruction })).toEqual(["TR", "XX"]);
    expect(decisionOf({ rules: withNamed, instruction }).basis).toEqual({
      kind: "shared",
      rules: ["as I said", "everyone"],
    });
    expect(audienceOf({ rules: [{ share: ["named"] }] })).toEqual([]);
    expect(audienceOf({ rules: [{ share: ["named"], when: { tlp: ["red"] } }], instruction })).toEqual([]);
    expect(audienceOf({ rules: [{ share: ["named"], except: ["TR"] }], instruction })).toEqual(["XX"]);
  });

  it("holds when all conditions hold, a list when any of it does", () => {
    const object = {
      type: "report",
      labels: ["apt"],
      sectors: ["energy"],
      severities: ["high"],
      confidence: 80,
      createdBy: "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5",
    };
    const holds = (when: Json, rest: Case = {}) =>
      decisionOf({ rules: [{ share: ["XX"], when }], object, ...rest }).offered;
    expect(holds({})).toBe(true);
    expect(
      holds({
        type: ["malware", "report"],
        label: "apt",
        sector: ["energy"],
        severity: "high",
        confidence: { min: 50 },
      }),
    ).toBe(true);
    const failing: readonly Json[] = [
      { type: "malware" },
      { tlp: "clear" },
      { collection: "public" },
      { label: ["ap", "APT"] },
      { sector: "water" },
      { severity: ["low"] },
      { confidence: { min: 81 } },
      { confidence: { max: 79 } },
      { "created-by": "identity--52892447-4d7e-4f70-b94d-d7f22742ff63" },
      { exercise: true },
      { type: "report", label: "none" },
    ];
    expect(failing.filter((when) => holds(when))).toEqual([]);
    expect(holds({ label: ["none", "apt"] })).toBe(true);
    expect(holds({ confidence: { min: 80, max: 80 } })).toBe(true);
    expect(holds({ collection: ["public", "threat-reports"] })).toBe(true);
    expect(holds({ "created-by": [object.createdBy] })).toBe(true);
    expect(holds({ exercise: false })).toBe(true);
    const silent = { object: { type: "report" } };
    expect(holds({ confidence: { min: 0, max: 100 } }, silent)).toBe(false);
    expect(holds({ "created-by": object.createdBy }, silent)).toBe(false);
  });

  it("reads labels, sectors, severity and exercise of the contribution's reports and incidents as the object's own", () => {
    const context = { labels: ["apt"], sectors: ["energy"], severities: ["high"], exercise: true };
    const contribution = { ...contributionOf([plain]), context };
    for (const when of [{ label: "apt" }, { sector: "energy" }, { severity: "high" }, { exercise: true }]) {
      expect(decisionOf({ rules: [{ share: ["XX"], when }], contribution }).offered).toBe(true);
      expect(decisionOf({ rules: [{ share: ["XX"], when }] }).offered).toBe(false);
      expect(decisionOf({ rules: [{ share: ["XX"] }, { withhold: ["XX"], when }], contribution }).offered).toBe(false);
    }
  });
});

describe("step 6, render", () => {
  const share = { name: "s", share: ["XX"] };
  const reasonsOf = (testCase: Case) => {
    const { offered, whole, basis } = decisionOf(testCase);
    return [offered, whole, basis.kind === "needs-rendition" ? basis.reasons : []];
  };

  it("offers what cannot go whole, and says why it does not go yet", () => {
    expect(reasonsOf({ rules: [share], object: { granular: true } })).toEqual([true, false, ["granular"]]);
    expect(reasonsOf({ rules: [share], object: { unattributed: true } })).toEqual([true, false, ["marking"]]);
    expect(reasonsOf({ rules: [{ ...share, as: "unattributed" }] })).toEqual([true, false, ["unattributed"]]);
    expect(reasonsOf({ rules: [{ ...share, redact: ["/description"] }] })).toEqual([true, false, ["redacted"]]);
    expect(reasonsOf({ rules: [share], instruction: { as: "unattributed", redact: ["victim"] } })).toEqual([
      true,
      false,
      ["unattributed", "redacted"],
    ]);
    expect(reasonsOf({ rules: [{ ...share, as: "named" }], instruction: { as: "named" } })).toEqual([true, true, []]);
  });

  it("takes the strictest of the shares that name the recipient, and only of those", () => {
    const reduced = { name: "r", share: ["all"], as: "unattributed" };
    expect(reasonsOf({ rules: [share, reduced] })).toEqual([true, false, ["unattributed"]]);
    expect(reasonsOf({ rules: [share, { ...reduced, share: ["TR"] }] })).toEqual([true, true, []]);
    expect(reasonsOf({ rules: [share, { ...reduced, except: ["XX"] }] })).toEqual([true, true, []]);
    expect(reasonsOf({ rules: [share, { ...reduced, when: { type: "malware" } }] })).toEqual([true, true, []]);
    expect(reasonsOf({ rules: [share, reduced], object: { level: "amber" } })).toEqual([true, true, []]);
  });
});

describe("step 7, when", () => {
  const late = { name: "late", share: ["XX"], after: "P2D", until: "P180D" };

  it("takes the latest `after` and the earliest `until` of the shares and the instruction", () => {
    const rules: Rules = [late, { name: "later", share: ["all"], after: "P3D", until: "P10D" }];
    expect(decisionOf({ rules })).toMatchObject({
      offered: true,
      from: contributedAt + 3 * day,
      until: contributedAt + 10 * day,
    });
    const instruction = { after: "P4D", until: "P5D" };
    expect(decisionOf({ rules, instruction })).toMatchObject({
      from: contributedAt + 4 * day,
      until: contributedAt + 5 * day,
    });
    const elsewhere: Rules = [late, { name: "others", share: ["TR"], after: "P3D", until: "P10D" }];
    expect(decisionOf({ rules: elsewhere })).toMatchObject({
      from: contributedAt + 2 * day,
      until: contributedAt + 180 * day,
    });
  });

  it("counts both from the contributor's first contribution of the id", () => {
    const first = contributedAt - 30 * day;
    expect(decisionOf({ rules: [late], first })).toMatchObject({ from: contributedAt, until: first + 180 * day });
    expect(decisionOf({ rules: [late], first: contributedAt - day })).toMatchObject({ from: contributedAt + day });
  });

  it("never begins before the contribution", () => {
    expect(decisionOf({ rules: [{ share: ["XX"] }], first: contributedAt - 9 * day }).from).toBe(contributedAt);
  });

  it("ends with the microsecond that `until` names", () => {
    const rules: Rules = [{ name: "short", share: ["XX"], until: "P1D" }];
    expect(decisionOf({ rules, at: contributedAt + day - 1 }).offered).toBe(true);
    expect(decisionOf({ rules, at: contributedAt + day })).toMatchObject({
      offered: false,
      basis: { kind: "ended", rules: ["short"] },
    });
  });

  it("offers nothing whose time ends before it begins", () => {
    const rules: Rules = [
      { name: "a", share: ["XX"], after: "P9D" },
      { name: "b", share: ["XX"], until: "P9D" },
    ];
    expect(decisionOf({ rules })).toMatchObject({ offered: false, basis: { kind: "never", rules: ["a", "b"] } });
  });

  it("lets a revocation skip `after`, and `after` alone, for those who have what it revokes", () => {
    const object = { revoked: true };
    const earlier = new Set(["XX"]);
    expect(decisionOf({ rules: [late], object, earlier })).toMatchObject({
      from: contributedAt,
      until: contributedAt + 180 * day,
    });
    expect(decisionOf({ rules: [late], object, earlier: new Set(["TR"]) }).from).toBe(contributedAt + 2 * day);
    expect(decisionOf({ rules: [late], object }).from).toBe(contributedAt + 2 * day);
    expect(decisionOf({ rules: [late], earlier }).from).toBe(contributedAt + 2 * day);
    expect(decisionOf({ rules: [], object, earlier }).basis.kind).toBe("silence");
    expect(decisionOf({ rules: [late, { withhold: ["XX"] }], object, earlier }).basis.kind).toBe("withheld");
    expect(
      decisionOf({ rules: [{ ...late, until: "P3D" }], object, earlier, at: contributedAt + 3 * day }).basis.kind,
    ).toBe("ended");
  });
});

describe("the basis", () => {
  it("names the step that decided, the first no before any later one", () => {
    const rules: Rules = [
      { share: ["all"], as: "unattributed" },
      { share: ["TR"], until: "P1D" },
      { withhold: ["XX"] },
    ];
    const away = partyOf("YY", []);
    const step = (testCase: Case) => stepOf(decisionOf({ rules, ...testCase }).basis);
    expect(step({ recipient: owner })).toBe("owner");
    expect(step({ recipient: away })).toBe("standing");
    expect(step({ policy: policyOf(rules, { unmarked: "refuse" }), object: { level: null } })).toBe("ceiling");
    expect(step({ object: { level: "red" } })).toBe("withhold");
    expect(step({ recipient: partyOf("UZ"), object: { level: "red" } })).toBe("ceiling");
    expect(step({ recipient: partyOf("secretariat") })).toBe("share");
    expect(step({ recipient: partyOf("UZ") })).toBe("render");
    expect(step({ recipient: partyOf("TR"), at: contributedAt + day })).toBe("when");
  });

  it("reads no policy but the owner's: silence of a policy that is not set denies everybody", () => {
    const policy: Policy = policyOf([], { unmarked: "refuse" });
    expect(audienceOf({ policy })).toEqual([]);
  });
});
