// Claims about policies that a steward would ask, each with the answer and, where it is no, what shows it.

import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { check } from "../../src/stix/check.ts";
import { parseClaim } from "../../src/policy/claim.ts";
import { affectsBy, contributedTypes, saysMore } from "../../src/policy/example-object.ts";
import { leanTypes } from "../../src/policy/lean.ts";
import { hearingOf } from "../../src/policy/counterexample.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { type Answer, formatAnswer, prove } from "../../src/policy/prove.ts";
import type { Question } from "../../src/policy/told-apart.ts";
import { circles, contributedAt, day, policyOf, stateCodes } from "./cast.ts";

type Rules = readonly JsonObject[];
const groups = { near: ["KG", "UZ"], far: ["IN", "TR", "XX"] };

function questionOf(policy: Policy, rest: Partial<Question> = {}): Question {
  return { policy, owner: "KZ", states: stateCodes, at: contributedAt, ...rest };
}

function answerTo(claim: Json, rules: Rules, rest: JsonObject = {}, question: Partial<Question> = {}): Answer {
  const asked = questionOf(policyOf(rules, { groups, ...rest }), question);
  const read = parseClaim(claim, { policy: asked.policy, owner: "KZ", states: stateCodes, circles });
  const answer = prove(read, asked);
  if (!answer.holds) {
    expect(check(answer.counterexample.bundle).filter(({ severity }) => severity === "error")).toEqual([]);
    expect(decide(hearingOf(answer.counterexample, asked))).toEqual(answer.counterexample.decision);
  }
  // As JSON it loses nothing that JSON cannot say.
  expect(JSON.parse(JSON.stringify(formatAnswer(answer)))).toEqual(formatAnswer(answer));
  return answer;
}

function counterexampleTo(claim: Json, rules: Rules, rest: JsonObject = {}, question: Partial<Question> = {}) {
  const answer = answerTo(claim, rules, rest, question);
  if (answer.holds) throw new Error("The claim holds.");
  return { ...answer.counterexample, assuming: answer.assuming };
}

function holds(claim: Json, rules: Rules, rest: JsonObject = {}, question: Partial<Question> = {}): boolean {
  return answerTo(claim, rules, rest, question).holds;
}

const neverXx = (when: JsonObject, more: JsonObject = {}): Json => ({ claim: "never", party: "XX", when, ...more });

describe("XX never receives label L", () => {
  const claim = neverXx({ label: "L" });

  it("holds where nothing is shared, and where a withhold keeps it", () => {
    expect(holds(claim, [])).toBe(true);
    expect(holds(claim, [{ share: ["all"] }, { withhold: ["XX"], when: { label: ["K", "L"] } }])).toBe(true);
    expect(holds(claim, [{ share: ["group:near"] }])).toBe(true);
    expect(holds(claim, [{ share: ["group:far"], except: ["XX"] }])).toBe(true);
  });

  it("does not hold where a withhold leaves a way, and shows it", () => {
    const rules = [{ share: ["all"] }, { withhold: ["XX"], when: { label: "L", tlp: "green" } }];
    const { facts, decision, recipient } = counterexampleTo(claim, rules);
    expect(recipient).toBe("XX");
    expect(facts).toMatchObject({ type: "indicator", level: "clear", labels: ["L"] });
    expect(decision.basis).toEqual({ kind: "shared", rules: ["rule 1"] });
  });

  it("sees that an exception of a withhold frees, and one of a share keeps out", () => {
    expect(holds(claim, [{ share: ["all"] }, { withhold: ["all"], except: ["group:far"] }])).toBe(false);
    expect(holds(claim, [{ share: ["all"] }, { withhold: ["all"], except: ["group:near"] }])).toBe(true);
    expect(holds(claim, [{ share: ["all"], except: ["group:far"] }])).toBe(true);
    expect(holds(claim, [{ share: ["all"], except: ["group:near"] }])).toBe(false);
  });

  it("sees that amber reaches all only by a condition on tlp, and red by a code or by name alone", () => {
    const amber = neverXx({ tlp: { min: "amber" } });
    const red = neverXx({ tlp: "red" });
    expect(holds(amber, [{ share: ["all"] }])).toBe(true);
    expect(holds(amber, [{ share: ["all"], when: { tlp: "amber" } }])).toBe(false);
    expect(holds(red, [{ share: ["all", "group:far"], when: { tlp: "red" } }])).toBe(true);
    expect(holds(red, [{ share: ["XX"], when: { tlp: "amber+strict" } }])).toBe(true);
    expect(holds(red, [{ share: ["XX"] }])).toBe(false);
    expect(counterexampleTo(red, [{ share: ["named"] }]).instruction).toEqual({ to: ["XX"] });
  });

  it("takes a level of a withhold for a floor and of a share for a ceiling, and a list for just these", () => {
    const shared = { share: ["XX"] };
    const { facts } = counterexampleTo(neverXx({}), [shared, { withhold: ["XX"], when: { tlp: "amber" } }]);
    expect(facts.level).toBe("clear");
    expect(holds(neverXx({ tlp: { min: "amber" } }), [shared, { withhold: ["XX"], when: { tlp: "amber" } }])).toBe(
      true,
    );
    expect(holds(neverXx({ tlp: { min: "amber" } }), [shared, { withhold: ["XX"], when: { tlp: ["amber"] } }])).toBe(
      false,
    );
    expect(holds(neverXx({ tlp: { max: "green" } }), [{ share: ["XX"], when: { tlp: ["amber"] } }])).toBe(true);
    expect(holds(neverXx({ tlp: { max: "green" } }), [{ share: ["XX"], when: { tlp: "amber" } }])).toBe(false);
  });
});

describe("what a counterexample needs", () => {
  it("is a report that says for an observable what it cannot say itself", () => {
    const rules = [{ share: ["XX"], when: { type: "ipv4-addr", label: "L" } }];
    const { bundle, facts } = counterexampleTo(neverXx({}), rules);
    expect(facts.type).toBe("ipv4-addr");
    expect(bundle["objects"]).toMatchObject([{ type: "ipv4-addr" }, { type: "report", labels: ["L"] }]);
    expect(holds(neverXx({}), [...rules, { withhold: ["XX"], when: { type: ["report", "incident"] } }])).toBe(true);
    const [kept] = [counterexampleTo(neverXx({}), [...rules, { withhold: ["XX"], when: { type: "report" } }])];
    expect(kept?.bundle["objects"]).toMatchObject([{ type: "ipv4-addr" }, { type: "incident", labels: ["L"] }]);
  });

  it("is nothing that its type cannot have", () => {
    const rules = [{ share: ["XX"] }];
    for (const when of [
      { confidence: { min: 50 } },
      { "created-by": "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5" },
    ]) {
      expect(answerTo(neverXx({ type: "url", ...when }), rules)).toMatchObject({
        holds: true,
        over: { vacuous: true },
      });
      expect(holds(neverXx({ type: "tool", ...when }), rules)).toBe(false);
    }
  });

  it("may be two severities, which two extensions say", () => {
    const rules = [{ share: ["XX"], when: { severity: "low" } }];
    expect(counterexampleTo(neverXx({ severity: "high" }), rules).facts.severities).toEqual(["high", "low"]);
  });

  it("has personal data or none, as a label says it or the object", () => {
    const rules = [{ share: ["XX"], when: { personal: false } }];
    expect(holds(neverXx({ personal: true }), rules)).toBe(true);
    const kept = { withhold: ["XX"], when: { type: ["report", "incident"] } };
    expect(holds(neverXx({ label: "someone@example.kz" }), [...rules, kept])).toBe(true);
    expect(holds(neverXx({ sector: "someone@example.kz" }), [...rules, kept])).toBe(true);
    expect(holds(neverXx({ label: ["someone@example.kz", "someone"] }), [...rules, kept])).toBe(false);
    expect(holds(neverXx({ label: "someone" }), rules)).toBe(false);
    expect(counterexampleTo(neverXx({ personal: true, type: "ipv4-addr" }), [{ share: ["XX"] }]).facts.personal).toBe(
      true,
    );
    // A report that says it for the object has the personal data.
    for (const when of [{ label: "someone@example.kz" }, { sector: "someone@example.kz" }])
      expect(counterexampleTo(neverXx(when), rules).bundle["objects"]).toMatchObject([{}, { type: "report" }]);
  });

  it("is an answer to an object of the recipient's, which its contributor has", () => {
    const rules = [{ share: ["author"], when: { type: "sighting" } }];
    const { readings, facts, assuming } = counterexampleTo(neverXx({}), rules);
    expect(facts.authors).toEqual(["XX"]);
    expect(assuming).toEqual([{ kind: "has", ...readings[0] }]);
    expect(holds({ claim: "never", party: "public" }, rules)).toBe(true);
  });

  it("is a network that the recipient has published, where it has no domain", () => {
    const rules = [{ share: ["affected"] }];
    expect(counterexampleTo(neverXx({}), rules).assuming).toEqual([
      { kind: "published", code: "XX", network: "203.0.113.0/24" },
    ]);
    const uzbek = counterexampleTo({ claim: "never", party: "UZ" }, rules);
    expect(uzbek.assuming).toEqual([]);
    expect(uzbek.facts.affected).toEqual(["UZ"]);
    const mail = { type: "email-addr" };
    expect(holds(neverXx(mail), rules)).toBe(true);
    expect(holds({ claim: "never", party: "UZ", when: { ...mail, personal: false } }, rules)).toBe(false);
  });

  it("is that the instruction names the recipient, and nothing else reaches it then", () => {
    const rules = [{ share: ["named"] }, { share: ["all"], when: { label: "L" } }];
    expect(counterexampleTo(neverXx({}), [{ share: ["named"] }]).instruction).toEqual({ to: ["XX"] });
    expect(counterexampleTo(neverXx({ label: "L" }), rules).instruction).toEqual({});
    expect(holds({ claim: "never", party: "secretariat" }, [{ share: ["named"] }])).toBe(true);
    // An instruction that names it frees it of the withhold, and it gets nothing but by name.
    const freed = { withhold: ["all"], except: ["named"] };
    expect(holds(neverXx({}), [{ share: ["all"] }, freed])).toBe(true);
    expect(holds(neverXx({}), [{ share: ["all", "named"] }, freed])).toBe(false);
  });

  it("is an exercise of the object's, or none where it may be none", () => {
    expect(counterexampleTo(neverXx({}), [{ share: ["XX"], when: { exercise: true } }]).facts.exercise).toBe(true);
    expect(holds(neverXx({ exercise: true }), [{ share: ["XX"], when: { exercise: false } }])).toBe(true);
  });

  it("is in the collection that the rule asks for, if there is one", () => {
    const rules = [{ share: ["XX"], when: { collection: "public" } }];
    expect(counterexampleTo(neverXx({}), rules).collection).toBe("public");
    expect(holds(neverXx({}), rules, {}, { collections: ["threat-reports", "best-practices"] })).toBe(true);
    expect(holds(neverXx({ collection: "threat-reports" }), rules)).toBe(true);
  });
});

describe("time", () => {
  it("leaves nothing of what begins after it ends, but a revocation of what somebody has", () => {
    const rules = [
      { share: ["XX"], after: "P10D" },
      { share: ["XX"], until: "P5D" },
    ];
    const { assuming, decision, facts } = counterexampleTo(neverXx({}), rules);
    expect(assuming).toMatchObject([{ kind: "has-earlier", code: "XX" }, { kind: "contributed" }]);
    expect(facts.revoked).toBe(true);
    expect(decision.offered).toBe(true);
    expect(holds(neverXx({ type: "url" }), rules)).toBe(true);
    expect(holds(neverXx({}), [...rules, { withhold: ["all"] }])).toBe(true);
  });

  it("hangs on how long the month is", () => {
    const rules = (after: string, until: string) => [
      { share: ["XX"], after },
      { share: ["XX"], until },
    ];
    const url = neverXx({ type: "url" });
    const begun = (example: { readonly first: number }): string =>
      new Date(example.first / 1000).toISOString().slice(0, 10);
    // From 24 November a month has 30 days; the first from which it has 31 is 1 December.
    expect(begun(counterexampleTo(url, rules("P30D", "P1M")))).toBe("2026-12-01");
    // From the end of January on a month has fewer.
    expect(begun(counterexampleTo(url, rules("P1M", "P30D")))).toBe("2027-01-30");
    expect(holds(url, rules("P31D", "P1M"))).toBe(true);
    expect(holds(url, rules("P1M", "P28D"))).toBe(true);
    // Two months of fewer than 60 days, and two of no fewer: each can be, and not both.
    const [short, long] = [rules("P2M", "P60D"), rules("P59DT23H", "P2MT1M")];
    expect(holds(url, short)).toBe(false);
    expect(holds(url, long)).toBe(false);
    expect(holds(url, [...short, ...long])).toBe(true);
    const other = { share: ["XX"], when: { label: "L", collection: "public" } };
    const keeping = [...short, ...long].map((rule) => ({ ...rule, when: { collection: "threat-reports" } }));
    expect(counterexampleTo(url, [...keeping, other]).collection).toBe("public");
  });

  it("looks at updates of what was contributed before, where a rule waits for longer than is kept", () => {
    const rules = [{ share: ["XX"], after: "P10D" }];
    const { at, first, assuming } = counterexampleTo(neverXx({}), rules, { retain: "P3D" });
    expect(at - first).toBe(10 * day);
    expect(assuming).toEqual([{ kind: "contributed", at, first }]);
    expect(holds(neverXx({}), [{ share: ["XX"] }], { retain: "PT0S" })).toBe(true);
    expect(holds(neverXx({}), [{ share: ["XX"], until: "PT0S" }])).toBe(true);
  });
});

describe("whom a claim speaks of", () => {
  const never = (party: string, more: JsonObject = {}): Json => ({ claim: "never", party, ...more });

  it("is anyone but some: all states, one that is admitted later, the secretariat and the public", () => {
    const codes = (answer: Answer) => (answer.holds ? answer.over.recipients : answer.counterexample.recipient);
    expect(codes(answerTo(never("anyone"), []))).toEqual([
      ...stateCodes.filter((code) => code !== "KZ"),
      "ZZ",
      "secretariat",
      "public",
    ]);
    expect(codes(answerTo(never("anyone"), [{ share: ["secretariat"] }]))).toBe("secretariat");
    expect(codes(answerTo(never("anyone"), [{ share: ["public"] }]))).toBe("public");
    expect(holds(never("anyone", { except: ["KG", "UZ"] }), [{ share: ["group:near"] }])).toBe(true);
    const later = counterexampleTo(never("anyone", { except: stateCodes }), [{ share: ["all"] }]);
    expect(later.assuming).toEqual([{ kind: "admitted", code: "ZZ" }]);
  });

  it("is every member of a group", () => {
    expect(holds(never("group:far"), [{ share: ["group:near"] }])).toBe(true);
    expect(counterexampleTo(never("group:far"), [{ share: ["TR"] }]).recipient).toBe("TR");
  });

  it("is every member of a circle as given, or whoever they are", () => {
    const rules = [{ share: ["circle:ring"] }];
    const given = { circles: new Map([["ring", ["KZ", "IN", "XX"]]]) };
    expect(counterexampleTo(never("circle:ring"), rules, {}, given)).toMatchObject({
      recipient: "IN",
      assuming: [{ kind: "circle", circle: "ring", members: ["KZ", "IN", "XX"] }],
    });
    expect(holds(never("UZ"), rules, {}, given)).toBe(true);
    expect(counterexampleTo(never("UZ"), rules).assuming).toEqual([{ kind: "member", circle: "ring", code: "UZ" }]);
    const kept = [{ share: ["all"] }, { withhold: ["circle:ring"] }];
    expect(answerTo(never("circle:ring"), kept)).toMatchObject({
      holds: true,
      assuming: [{ kind: "any-members", circle: "ring" }],
    });
    expect(counterexampleTo(never("UZ"), kept).assuming).toEqual([{ kind: "no-member", circle: "ring", code: "UZ" }]);
    const unnamed = counterexampleTo(never("circle:ring"), [{ share: ["UZ"] }]);
    expect(unnamed.assuming).toEqual([{ kind: "member", circle: "ring", code: "UZ" }]);
    // A circle that is gone keeps out whomever it may have had.
    expect(holds(never("UZ"), kept, {}, { circles: new Map() })).toBe(true);
  });

  it("is the public, which is kept from whatever is kept from anybody", () => {
    const shared = { share: ["public"] };
    expect(holds(never("public", { when: { tlp: { min: "green" } } }), [shared])).toBe(true);
    expect(holds(never("public"), [shared])).toBe(false);
    expect(holds(never("public"), [shared, { withhold: ["XX"] }])).toBe(true);
    expect(holds(never("public"), [shared, { withhold: ["XX"], when: { label: "L" } }])).toBe(false);
    expect(holds(never("public", { when: { label: "L" } }), [shared, { withhold: ["XX"], when: { label: "L" } }])).toBe(
      true,
    );
  });
});

describe("how it is received", () => {
  const rules = [
    { share: ["group:far"], as: "unattributed" },
    { share: ["XX"], when: { label: "L", tlp: "amber+strict" }, redact: ["/description"] },
  ];

  it("is under its author's name only where no share that reaches says otherwise", () => {
    expect(holds(neverXx({}, { as: "named" }), rules)).toBe(true);
    expect(holds(neverXx({}, { as: "named" }), [...rules, { share: ["group:far"], when: { tlp: "red" } }])).toBe(true);
    expect(holds(neverXx({}, { as: "named" }), [{ share: ["group:far"], as: "unattributed" }, { share: ["XX"] }])).toBe(
      false,
    );
    expect(counterexampleTo(neverXx({}, { as: "named" }), [rules[1] ?? {}]).facts.labels).toEqual(["L"]);
  });

  it("is whole only where none redacts either", () => {
    expect(holds(neverXx({}, { as: "whole" }), [rules[1] ?? {}])).toBe(true);
    expect(holds(neverXx({}, { as: "whole" }), [rules[1] ?? {}, { share: ["XX"] }])).toBe(false);
  });
});

describe("nothing leaves without approval", () => {
  const claim = (when: JsonObject = {}): Json => ({ claim: "approved", when });
  const rules = [{ share: ["XX"] }];

  it("holds from the level up at which contributions wait", () => {
    const rest = { approval: { tlp: "amber", of: 2 } };
    expect(holds(claim({ tlp: "amber" }), rules, rest)).toBe(true);
    expect(holds(claim({ tlp: { min: "amber" } }), rules, rest)).toBe(true);
    expect(counterexampleTo(claim({ tlp: { min: "green" } }), rules, rest).facts.level).toBe("green");
    expect(holds(claim({ tlp: "amber" }), rules)).toBe(false);
    expect(holds(claim({ tlp: "amber" }), [])).toBe(true);
    expect(holds(claim(), rules, { approval: { tlp: "clear", of: 1 } })).toBe(true);
  });

  it("counts the strictest object of the contribution", () => {
    const address = [{ share: ["XX"], when: { type: "ipv4-addr", label: "L" } }];
    const rest = { approval: { tlp: "amber", of: 2 } };
    expect(holds(claim(), address, rest)).toBe(false);
    expect(
      holds(
        claim(),
        [...address, { withhold: ["XX"], when: { type: ["report", "incident"], tlp: ["clear", "green"] } }],
        rest,
      ),
    ).toBe(true);
  });
});

describe("a rule is never used", () => {
  const unused = (rule: string): Json => ({ claim: "unused", rule });

  it("where a share names nobody that is not kept out", () => {
    const rules = [
      { share: ["all"], when: { label: "L" } },
      { withhold: ["all"], when: { label: ["K", "L"] } },
      { share: ["UZ"] },
    ];
    expect(holds(unused("rule 1"), rules)).toBe(true);
    expect(holds(unused("rule 2"), rules)).toBe(false);
    expect(counterexampleTo(unused("rule 3"), rules).recipient).toBe("UZ");
    expect(holds(unused("rule 1"), [{ share: ["all"], when: { tlp: ["red"] } }])).toBe(true);
    expect(holds(unused("rule 1"), [{ share: ["public"], when: { tlp: ["amber"] } }])).toBe(true);
  });

  it("where a withhold keeps nobody from what a share gives", () => {
    expect(holds(unused("rule 2"), [{ share: ["group:near"] }, { withhold: ["XX"] }])).toBe(true);
    expect(
      holds(unused("rule 2"), [
        { share: ["all"], when: { label: "L" } },
        { withhold: ["XX"], when: { sector: "energy" } },
      ]),
    ).toBe(false);
    expect(
      holds(unused("rule 2"), [{ share: ["all"] }, { withhold: ["XX"], when: { tlp: "amber" } }, { withhold: ["XX"] }]),
    ).toBe(true);
  });

  it("sees that a withhold works by another object of the contribution", () => {
    const rules = [
      { share: ["XX"], when: { type: "indicator" } },
      { withhold: ["XX"], when: { type: "malware" } },
    ];
    const { bundle, decision, without } = counterexampleTo(unused("rule 2"), rules);
    expect(bundle["objects"]).toMatchObject([{ type: "indicator" }, { type: "malware" }]);
    expect(decision.basis).toEqual({ kind: "withheld", rules: ["rule 2"] });
    expect(without?.offered).toBe(true);
  });

  it("sees that a report which is an exercise makes one of all that is beside it", () => {
    const kept = { withhold: ["XX"], when: { type: "report", exercise: true } };
    expect(holds(unused("rule 2"), [{ share: ["XX"], when: { exercise: false } }, kept])).toBe(true);
    expect(holds(unused("rule 2"), [{ share: ["XX"], when: { exercise: true } }, kept])).toBe(false);
    // Of these types, only reports and incidents say something for what is beside them; a tool does not.
    const others = contributedTypes.filter(
      (type) => !saysMore(type) || affectsBy(type) !== null || leanTypes.includes(type),
    );
    const keptExercise = { withhold: ["XX"], when: { exercise: true } };
    const rules = [
      { share: ["XX"], when: { exercise: false } },
      keptExercise,
      { withhold: ["XX"], when: { type: others } },
    ];
    expect(holds(unused("rule 2"), rules)).toBe(false);
    const alone = { withhold: ["XX"], when: { type: "tool", exercise: true } };
    expect(holds(unused("rule 2"), [{ share: ["XX"], when: { type: "url", exercise: false } }, alone])).toBe(false);
  });

  it("sees that what is kept from one state is kept from the public", () => {
    const rules = [{ share: ["public"] }, { withhold: ["XX"], when: { label: "L" } }];
    expect(counterexampleTo(unused("rule 2"), rules).recipient).toBe("public");
  });
});

describe("XX receives every", () => {
  const every = (when: JsonObject, more: JsonObject = {}): Json => ({ claim: "every", party: "XX", when, ...more });

  it("holds where a share gives it at once and nothing keeps it", () => {
    expect(holds(every({ type: "tool", tlp: { max: "green" } }), [{ share: ["all"] }])).toBe(true);
    expect(holds(every({ type: "tool", tlp: { max: "amber" } }), [{ share: ["all"] }])).toBe(false);
    expect(holds(every({}), [{ share: ["XX"] }])).toBe(false);
    expect(holds(every({ type: "tool" }), [{ share: ["XX"] }])).toBe(true);
    expect(holds(every({ label: ["K", "L"] }), [{ share: ["XX"], when: { label: "L", type: "tool" } }])).toBe(false);
  });

  it("does not where another object of the contribution is withheld", () => {
    const rules = [{ share: ["XX"] }, { withhold: ["XX"], when: { type: "malware" } }];
    expect(counterexampleTo(every({ type: "tool" }), rules).bundle["objects"]).toMatchObject([
      { type: "tool" },
      { type: "malware" },
    ]);
  });

  it("does not of answers to others' objects, unless a rule speaks of their type", () => {
    const { readings } = counterexampleTo(every({ type: "note" }), [{ share: ["XX"] }]);
    expect(readings).toHaveLength(1);
    expect(holds(every({ type: "note" }), [{ share: ["XX"], when: { type: ["note"] } }])).toBe(true);
  });

  it("does not where a month is too short", () => {
    const rules = [
      { share: ["XX"], after: "P30D" },
      { share: ["XX"], until: "P1M" },
    ];
    expect(counterexampleTo(every({ type: "tool" }), rules).decision.basis.kind).toBe("never");
    expect(
      holds(every({ type: "tool" }), [
        { share: ["XX"], after: "P27D" },
        { share: ["XX"], until: "P1M" },
      ]),
    ).toBe(true);
    expect(holds(every({ type: "tool" }), [{ share: ["XX"], after: "P3D" }], { retain: "P2D" })).toBe(false);
  });

  it("is asked of what no instruction narrows", () => {
    expect(holds(every({ type: "tool" }), [{ share: ["XX"], except: ["named"] }])).toBe(true);
    expect(holds(every({ type: "tool" }), [{ share: ["XX"] }, { withhold: ["named"] }])).toBe(true);
  });

  it("is asked of the manner, too", () => {
    expect(holds(every({ type: "tool" }, { as: "named" }), [{ share: ["XX"], as: "unattributed" }])).toBe(false);
    expect(holds(every({ type: "tool" }, { as: "named" }), [{ share: ["XX"], redact: ["/name"] }])).toBe(true);
    expect(holds(every({ type: "tool" }, { as: "whole" }), [{ share: ["XX"], redact: ["/name"] }])).toBe(false);
  });
});
