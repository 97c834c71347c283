// Decisions in words: the basis, the audience, the warnings; and what a client may read, what a companion is given.

import { describe, expect, it } from "vitest";
import { languages, messagesIn } from "../../src/messages/messages.ts";
import { type Level, levels } from "../../src/stix/marking.ts";
import { reaches as clientReaches } from "../../src/directory/client.ts";
import { type Basis, formatBasis, formatLevel, stepOf } from "../../src/policy/basis.ts";
import { checkPolicy, formatWarning } from "../../src/policy/check.ts";
import { decideCompanion } from "../../src/policy/companion.ts";
import { decideAll } from "../../src/policy/decide.ts";
import { type Decision, wholeTerms } from "../../src/policy/decision.ts";
import { explain, formatAudience, formatExplanation, pair, wordOf } from "../../src/policy/explain.ts";
import { levelsFor, mayRead } from "../../src/policy/reach.ts";
import { contributedAt, contributionOf, day, everybody, owner, partyOf, plain, policyOf } from "./cast.ts";

const [en, ru, kk] = [messagesIn("en"), messagesIn("ru"), messagesIn("kk")];
const rules = ["late", "near"];

/** One of each: a basis that is added must be added here, or this does not compile. */
const one: { readonly [K in Basis["kind"]]: Extract<Basis, { kind: K }> } = {
  owner: { kind: "owner" },
  inactive: { kind: "inactive" },
  "not-yet-member": { kind: "not-yet-member" },
  "terms-unsigned": { kind: "terms-unsigned" },
  "not-yet-in-circle": { kind: "not-yet-in-circle", rules },
  unmarked: { kind: "unmarked" },
  "ceiling-red": { kind: "ceiling-red", rules },
  "ceiling-all": { kind: "ceiling-all", rules, level: "amber+strict" },
  "ceiling-public": { kind: "ceiling-public", rules, level: "amber+strict" },
  withheld: { kind: "withheld", rules },
  "instruction-excluded": { kind: "instruction-excluded" },
  "not-named": { kind: "not-named" },
  "named-unshared": { kind: "named-unshared" },
  silence: { kind: "silence" },
  shared: { kind: "shared", rules },
  "needs-rendition": { kind: "needs-rendition", rules, reasons: ["granular", "redacted"] },
  "nothing-left": { kind: "nothing-left", rules },
  never: { kind: "never", rules },
  ended: { kind: "ended", rules },
  "awaiting-approval": { kind: "awaiting-approval" },
  retained: { kind: "retained" },
  lean: { kind: "lean", rules },
  companion: { kind: "companion" },
};

describe("formatBasis", () => {
  it("says each basis in each language in a sentence of its own", () => {
    for (const language of languages) {
      const sentences = Object.values(one).map((basis) => formatBasis(basis, messagesIn(language)));
      expect(new Set(sentences).size).toBe(sentences.length);
      for (const sentence of sentences) expect(sentence).toMatch(/^\P{Lowercase}.*\.$|^«.*\.$/u);
    }
  });

  it("names the rules, the level and the reasons", () => {
    for (const messages of [en, ru, kk]) {
      for (const basis of Object.values(one)) {
        const sentence = formatBasis(basis, messages);
        if ("rules" in basis) for (const rule of rules) expect(sentence).toContain(rule);
        if ("level" in basis) expect(sentence).toContain("TLP:AMBER+STRICT");
      }
    }
    expect(formatBasis(one["needs-rendition"], en)).toBe(
      "Shared by rules ‘late’ and ‘near’, but not whole: parts of it are marked and with fields removed.",
    );
  });

  it("speaks of one rule as one", () => {
    const shared: Basis = { kind: "shared", rules: ["energy sector"] };
    expect([en, ru, kk].map((messages) => formatBasis(shared, messages))).toEqual([
      "Shared by rule ‘energy sector’.",
      "Открыто правилом «energy sector».",
      "«energy sector» ережесі ашты.",
    ]);
  });

  it("belongs to a step of policy.md, or to the commons", () => {
    expect(Object.values(one).map((basis) => `${basis.kind}: ${stepOf(basis)}`)).toEqual([
      "owner: owner",
      "inactive: standing",
      "not-yet-member: standing",
      "terms-unsigned: standing",
      "not-yet-in-circle: standing",
      "unmarked: ceiling",
      "ceiling-red: ceiling",
      "ceiling-all: ceiling",
      "ceiling-public: ceiling",
      "withheld: withhold",
      "instruction-excluded: withhold",
      "not-named: share",
      "named-unshared: share",
      "silence: share",
      "shared: share",
      "needs-rendition: render",
      "nothing-left: render",
      "never: when",
      "ended: when",
      "awaiting-approval: when",
      "retained: when",
      "lean: lean",
      "companion: commons",
    ]);
  });

  it("writes the labels of TLP as FIRST does", () => {
    expect(levels.map(formatLevel)).toEqual(["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]);
  });
});

describe("explain", () => {
  const policy = policyOf([
    { name: "now", share: ["TR", "IN"] },
    { name: "late", share: ["UZ"], after: "P2D" },
    { name: "reduced", share: ["YY"], redact: ["/description"] },
    { name: "nameless", share: ["AZ"], as: "unattributed" },
  ]);
  const recipients = everybody.filter(({ kind }) => kind !== "exchange");
  const input = {
    contribution: contributionOf([plain]),
    policy,
    owner,
    at: contributedAt,
    facts: plain,
    first: contributedAt,
    latestLevel: null,
  };
  const explanations = explain({ ...input, recipients });

  it("gives each party its word", () => {
    const words = explanations.map(({ party, decision }) => `${party.code} ${wordOf(decision, contributedAt)}`);
    expect(words).toEqual([
      "AZ unattributed",
      "IN whole",
      "KG no",
      "KZ whole",
      "TR whole",
      "UZ later",
      "XX no",
      "YY reduced",
      "secretariat no",
    ]);
    expect(explanations.map(({ decision }) => wordOf(decision, contributedAt + 2 * day))[5]).toBe("whole");
  });

  it("says the audience in words, the owner aside", () => {
    expect(formatAudience(explanations, en, contributedAt)).toBe(
      "3 parties are offered this now: IN, TR, and YY. UZ from November 26, 2026 at 00:00 UTC. Not whole for YY: what their rules take away is left out. AZ not before unattributed renditions are released. Nobody else.",
    );
    expect(formatAudience(explanations, ru, contributedAt)).toBe(
      "Сейчас доступно 3 сторонам: IN, TR и YY. UZ: с 26 ноября 2026 г. в 00:00 UTC. Не полностью для YY: удалено то, что исключают правила. AZ: не раньше, чем начнут выдаваться представления без имени владельца. Больше никому.",
    );
    expect(formatAudience(explanations, kk, contributedAt)).toBe(
      "Қазір 3 тарапқа қолжетімді: IN, TR, YY. UZ: 2026 ж. 26 қараша, 00:00 UTC уақытынан бастап. YY үшін толық емес: ережелер алып тастайтын нәрсе берілмейді. AZ: иесінің атынсыз нұсқалар беріле бастағаннан ерте емес. Басқа ешкімге.",
    );
  });

  it("says nothing of now when all is later", () => {
    const later = explain({
      ...input,
      policy: policyOf([
        { share: ["UZ"], after: "P2D" },
        { share: ["TR"], after: "P1D" },
      ]),
      recipients,
    });
    expect(formatAudience(later, en, contributedAt)).toBe(
      "TR from November 25, 2026 at 00:00 UTC. UZ from November 26, 2026 at 00:00 UTC. Nobody else.",
    );
  });

  it("says so when nobody is offered anything", () => {
    const nobody = explain({ ...input, policy: policyOf([]), recipients });
    expect(formatAudience(nobody, en, contributedAt)).toBe("Nobody is offered this.");
  });

  it("says one party's decision in a line", () => {
    const lines = explanations.map((explanation) => formatExplanation(explanation, en, contributedAt));
    expect(lines.slice(3, 7)).toEqual([
      "KZ: whole. The owner always has its own objects, whole.",
      "TR: whole. Shared by rule ‘now’.",
      "UZ: later. UZ from November 26, 2026 at 00:00 UTC. Shared by rule ‘late’.",
      "XX: no. No rule shares it, and silence denies.",
    ]);
  });
});

describe("a client's reach", () => {
  it("is what TLP calls the organisation, its customers, the community, anyone", () => {
    const read = clientReaches.map((reach) => [reach, ...levelsFor({ reach, cleared: true })]);
    expect(read).toEqual([
      ["organisation", "clear", "green", "amber", "amber+strict", "red"],
      ["customers", "clear", "green", "amber"],
      ["community", "clear", "green"],
      ["public", "clear"],
    ]);
  });

  it("takes red away from whoever is not cleared, and nothing else", () => {
    for (const reach of clientReaches) {
      const both = levels.filter(
        (level) => mayRead({ reach, cleared: true }, level) !== mayRead({ reach, cleared: false }, level),
      );
      expect(both).toEqual(reach === "organisation" ? ["red"] : []);
    }
  });
});

describe("a companion", () => {
  const recipients = ["KZ", "TR", "UZ", "XX"].map((code) => partyOf(code));
  const definition = { ...plain, type: "marking-definition", level: null };
  const policy = policyOf([
    { name: "first", share: ["TR", "UZ"], when: { type: "indicator" }, until: "P9D" },
    { name: "second", share: ["UZ"], when: { type: "report" }, after: "P1D", until: "P99D" },
  ]);
  const decided = (types: readonly string[], level: Level = "green") => {
    const objects = types.map((type) => ({
      facts: type === "marking-definition" ? definition : { ...plain, type, level },
      first: contributedAt,
      latestLevel: null,
    }));
    return decideAll({ contribution: contributionOf([]), policy, owner, at: contributedAt, objects, recipients });
  };
  const summary = (decisions: readonly Decision[]) =>
    decisions.map(({ offered, from, until, level }) =>
      offered ? [(from - contributedAt) / day, until === null ? null : (until - contributedAt) / day, level] : "no",
    );

  it("goes where what uses it goes, from the first until the last of it, as mildly as the mildest", () => {
    const [indicator = [], report = [], own = []] = decided(["indicator", "report", "marking-definition"]);
    const strict = decided(["report"], "amber+strict")[0] ?? [];
    expect(summary(decideCompanion(definition, own, [indicator]))).toEqual([
      [0, null, "amber"],
      [0, 9, "green"],
      [0, 9, "green"],
      "no",
    ]);
    expect(summary(decideCompanion(definition, own, [strict, indicator]))).toEqual([
      [0, null, "amber"],
      [0, 9, "green"],
      [0, 99, "green"],
      "no",
    ]);
    expect(decideCompanion(definition, own, [report, indicator])).toEqual(
      decideCompanion(definition, own, [indicator, report]),
    );
    expect(summary(decideCompanion(definition, own, [report]))[2]).toEqual([1, 99, "green"]);
  });

  it("goes to nobody but its owner while nothing uses it", () => {
    const [own = []] = decided(["marking-definition"]);
    const decisions = decideCompanion(definition, own, []);
    expect(decisions.map(({ basis }) => basis.kind)).toEqual(["owner", "companion", "companion", "companion"]);
    expect(summary(decisions)).toEqual([[0, null, "amber"], "no", "no", "no"]);
  });

  it("goes, when it is marked itself, only along with what is at least as strict", () => {
    const [indicator = [], own = []] = decided(["indicator", "marking-definition"], "amber");
    const along = (level: Level) => summary(decideCompanion({ ...definition, level }, own, [indicator]));
    expect(along("green")[1]).toEqual([0, 9, "amber"]);
    expect(along("amber")[1]).toEqual([0, 9, "amber"]);
    expect(along("red")[1]).toBe("no");
  });

  it("does not wait for a user that needs a rendition", () => {
    const objects = [
      { facts: { ...plain, granular: true }, first: contributedAt, latestLevel: null },
      { facts: definition, first: contributedAt, latestLevel: null },
    ];
    const [reduced = [], own = []] = decideAll({
      contribution: contributionOf([]),
      policy,
      owner,
      at: contributedAt,
      objects,
      recipients,
    });
    const [whole = []] = decided(["report"]);
    expect(decideCompanion(definition, own, [reduced]).map(({ offered, whole: all }) => [offered, all])).toEqual([
      [true, true],
      [true, false],
      [true, false],
      [false, false],
    ]);
    expect(summary(decideCompanion(definition, own, [reduced, whole]))[2]).toEqual([1, 99, "green"]);
  });

  it("asks nothing of users that are not offered, and ends with none while one does not end", () => {
    const one = (basis: Decision["basis"], rest: Partial<Decision>): Decision => ({
      offered: true,
      whole: false,
      terms: wholeTerms,
      from: contributedAt,
      until: contributedAt + 9 * day,
      level: "amber",
      basis,
      ...rest,
    });
    const own = [one({ kind: "silence" }, { offered: false, until: null })];
    const reduced = [one({ kind: "needs-rendition", rules, reasons: ["granular"] }, {})];
    const denied = [one({ kind: "silence" }, { offered: false, from: 0, until: null, level: "clear" })];
    const endless = [one({ kind: "shared", rules }, { until: null, whole: true })];
    const ending = [one({ kind: "shared", rules }, { whole: true })];
    const basis = { kind: "companion" };
    for (const users of [[reduced, denied], [denied, reduced], [reduced]]) {
      expect(decideCompanion(definition, own, users)).toEqual([{ ...reduced[0], basis }]);
    }
    for (const users of [
      [endless, ending],
      [ending, endless],
    ]) {
      expect(decideCompanion(definition, own, users)).toEqual([{ ...endless[0], basis }]);
    }
  });

  it("can be explained like any object", () => {
    const [indicator = [], own = []] = decided(["indicator", "marking-definition"]);
    const [, tr] = pair(recipients, decideCompanion(definition, own, [indicator]));
    expect(tr === undefined ? "" : formatExplanation(tr, en, contributedAt)).toBe(
      "TR: whole. It explains other objects and goes where they go.",
    );
  });
});

describe("checkPolicy", () => {
  const warningsOf = (rule: Parameters<typeof policyOf>[0][number]) => checkPolicy(policyOf([{ name: "r", ...rule }]));

  it("warns of a list in a share where raising a marking would begin to match, and in a withhold where it would cease to", () => {
    expect(warningsOf({ share: ["TR"], when: { tlp: ["amber"] } })).toEqual([
      { kind: "list-widens", rule: "r", from: "green", to: "amber" },
    ]);
    expect(warningsOf({ share: ["TR"], when: { tlp: ["clear", "red"] } })).toEqual([
      { kind: "list-widens", rule: "r", from: "amber+strict", to: "red" },
    ]);
    expect(warningsOf({ withhold: ["TR"], when: { tlp: ["green"] } })).toEqual([
      { kind: "list-widens", rule: "r", from: "green", to: "amber" },
    ]);
  });

  it("does not warn of single levels, nor of lists that only narrow", () => {
    for (const tlp of [...levels, ["clear", "green"]]) expect(warningsOf({ share: ["TR"], when: { tlp } })).toEqual([]);
    for (const tlp of [...levels, ["amber+strict", "red"]])
      expect(warningsOf({ withhold: ["all"], when: { tlp } })).toEqual([]);
  });

  it("warns of a share that releases nothing yet, and of one for red that names no state", () => {
    expect(warningsOf({ share: ["TR"], as: "unattributed" })).toEqual([{ kind: "not-released-yet", rule: "r" }]);
    expect(warningsOf({ share: ["TR"], redact: ["victim"] })).toEqual([]);
    expect(warningsOf({ share: ["all"], when: { tlp: ["red"] } }).map(({ kind }) => kind)).toEqual([
      "list-widens",
      "never-red",
    ]);
    expect(warningsOf({ share: ["named"], when: { tlp: ["red"] } }).map(({ kind }) => kind)).toEqual(["list-widens"]);
  });

  it("does not warn of red where the rule reaches other levels or names a state beside", () => {
    expect(warningsOf({ share: ["all"], when: { tlp: ["amber", "red"] } }).map(({ kind }) => kind)).toEqual([
      "list-widens",
      "list-widens",
    ]);
    expect(warningsOf({ share: ["all", "TR"], when: { tlp: ["red"] } }).map(({ kind }) => kind)).toEqual([
      "list-widens",
    ]);
    expect(warningsOf({ withhold: ["all"], when: { tlp: "red" } })).toEqual([]);
  });

  it("says each warning in each language", () => {
    const warnings = checkPolicy(policyOf([{ name: "r", share: ["all"], when: { tlp: ["red"] }, as: "unattributed" }]));
    expect(warnings.map((warning) => formatWarning(warning, en))).toEqual([
      "Rule ‘r’: tlp is a list, so that raising a marking from TLP:AMBER+STRICT to TLP:RED would widen who gets it.",
      "Rule ‘r’: what it shares goes without your name, and is not released yet.",
      "Rule ‘r’: TLP:RED reaches only states named by code, and this rule names none.",
    ]);
    for (const messages of [ru, kk])
      for (const warning of warnings) expect(formatWarning(warning, messages)).toContain("«r»");
  });
});
