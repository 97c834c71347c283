// What must hold of every decision, on random policies, objects and contributions.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { levelRank, levels, strictest } from "../../src/stix/marking.ts";
import type { Basis } from "../../src/policy/basis.ts";
import { decide, decideAll, type HeardObject, type Hearing, levelOf } from "../../src/policy/decide.ts";
import type { Decision } from "../../src/policy/decision.ts";
import { explain } from "../../src/policy/explain.ts";
import { profilesOf } from "../../src/policy/facts.ts";
import { parseInstruction } from "../../src/policy/instruction.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { type Circles, publicParty, type Recipient, unattributedParty } from "../../src/policy/parties.ts";
import {
  circles,
  contributedAt,
  contributionOf,
  day,
  everybody,
  owner,
  partyOf,
  plain,
  policyOf,
  stateCodes,
} from "./cast.ts";
import {
  circleMemberships,
  confirmations,
  heardObjects,
  instructions,
  policyDocuments,
  type RandomObject,
  shareRules,
  times,
  withholdRules,
} from "./random.ts";

interface Case {
  readonly document: JsonObject;
  readonly objects: readonly RandomObject[];
  readonly instruction: JsonObject;
  readonly at: number;
  readonly circles?: Circles;
  readonly confirmed?: ReadonlyMap<string, number>;
}

const cases = (lists = true): fc.Arbitrary<Case> =>
  fc.record(
    {
      document: policyDocuments(lists),
      objects: fc.array(heardObjects, { minLength: 1, maxLength: 4 }),
      instruction: instructions,
      at: times,
      circles: circleMemberships,
      confirmed: confirmations,
    },
    { requiredKeys: ["document", "objects", "instruction", "at"] },
  );

const read = (document: JsonObject): Policy => parsePolicy(document, { states: stateCodes, circles });

const recipients: readonly Recipient[] = [
  ...everybody,
  publicParty,
  unattributedParty,
  partyOf("ZZ", [{ from: contributedAt + 1, until: null }]),
  partyOf("ZZ", [{ from: 0, until: contributedAt + day }]),
];

function hearingOf({
  document,
  objects,
  instruction,
  at,
  ...rest
}: Case): Hearing & { readonly objects: readonly HeardObject[] } {
  const reports = objects.map(({ facts }) => facts).filter(({ type }) => type === "report");
  const parsed = parseInstruction(instruction, stateCodes);
  const context = {
    labels: reports.flatMap(({ labels }) => labels),
    sectors: reports.flatMap(({ sectors }) => sectors),
    severities: reports.flatMap(({ severities }) => severities),
    exercise: parsed?.exercise === true || reports.some(({ exercise }) => exercise),
  };
  const contribution = { ...contributionOf([]), instruction: parsed, context, profiles: profilesOf(objects) };
  return { contribution, policy: read(document), owner, at, objects, ...rest };
}

const decisionsOf = (testCase: Case): readonly (readonly Decision[])[] =>
  decideAll({ ...hearingOf(testCase), recipients });

const rulesOf = (document: JsonObject): readonly JsonObject[] => {
  const { rules } = document;
  // policyDocuments makes rules a list of objects.
  return rules as readonly JsonObject[];
};

const without = (object: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

const runs = { numRuns: 600 };

/** `after` gives nobody more than `before`: not more parties, not wholer, not earlier, not longer. */
function expectNoWider(before: Decision, after: Decision): void {
  if (!after.offered) return;
  expect(before.offered).toBe(true);
  if (after.whole) expect(before.whole).toBe(true);
  expect(after.from).toBeGreaterThanOrEqual(before.from);
  if (before.until !== null) expect(after.until ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(before.until);
}

function expectNoneWider(before: readonly (readonly Decision[])[], after: readonly (readonly Decision[])[]): void {
  for (const [object, decisions] of before.entries()) {
    for (const [recipient, decision] of decisions.entries()) {
      const other = after[object]?.[recipient];
      if (other === undefined) throw new Error("A decision is missing.");
      if (decision.basis.kind !== "owner") expectNoWider(decision, other);
    }
  }
}

/** Whether the shares name the party: what is left of the decision is only how and when. */
function isNamed({ kind }: Basis): boolean {
  return ["owner", "shared", "needs-rendition", "never", "ended", "retained"].includes(kind);
}

/** A case, and the same with one object's marking raised: its own, or its latest version's. */
function raises(arbitrary: fc.Arbitrary<Case>): fc.Arbitrary<readonly [Case, Case]> {
  return fc
    .tuple(arbitrary, fc.nat(3), fc.constantFrom(...levels), fc.boolean())
    .map(([testCase, which, raised, latest]) => {
      const policy = read(testCase.document);
      const objects = testCase.objects.map((object, position) => {
        if (position !== which % testCase.objects.length) return object;
        if (latest) return { ...object, latestLevel: strictest(raised, object.latestLevel) };
        // Marking what the policy refuses as unmarked is no raise.
        if (policy.unmarked === "refuse" || levelRank(raised) < levelRank(levelOf(object.facts, policy))) return object;
        return { ...object, facts: { ...object.facts, level: raised, inherited: null } };
      });
      return [testCase, { ...testCase, objects }];
    });
}

describe("every decision", () => {
  it("is the same from decide, decideAll and explain", () => {
    fc.assert(
      fc.property(cases(), (testCase) => {
        const hearing = hearingOf(testCase);
        const all = decideAll({ ...hearing, recipients });
        for (const [position, object] of hearing.objects.entries()) {
          const single = recipients.map((recipient) => decide({ ...hearing, ...object, recipient }));
          expect(all[position]).toEqual(single);
          expect(explain({ ...hearing, ...object, recipients }).map(({ decision }) => decision)).toEqual(single);
        }
      }),
      runs,
    );
  });

  it("does not depend on the order of the rules, nor do the words of its basis", () => {
    const shuffled = cases().chain((testCase) =>
      fc.tuple(
        fc.constant(testCase),
        fc.shuffledSubarray([...rulesOf(testCase.document)], { minLength: rulesOf(testCase.document).length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([testCase, rules]) => {
        expect(decisionsOf({ ...testCase, document: { ...testCase.document, rules } })).toEqual(decisionsOf(testCase));
      }),
      runs,
    );
  });

  it("does not depend on the order of the contribution's objects", () => {
    fc.assert(
      fc.property(cases(), (testCase) => {
        const reversed = { ...testCase, objects: testCase.objects.toReversed() };
        expect(decisionsOf(reversed).toReversed()).toEqual(decisionsOf(testCase));
      }),
      runs,
    );
  });

  it("gives nobody more when a withhold is added", () => {
    fc.assert(
      fc.property(cases(), withholdRules(true), (testCase, added) => {
        const rules = [...rulesOf(testCase.document), { name: "added", ...added }];
        expectNoneWider(decisionsOf(testCase), decisionsOf({ ...testCase, document: { ...testCase.document, rules } }));
      }),
      runs,
    );
  });

  it("gives whom a share is added that names others not a bit more", () => {
    fc.assert(
      fc.property(cases(), shareRules(true), (testCase, added) => {
        const rules = [...rulesOf(testCase.document), { name: "added", ...added, except: ["XX"] }];
        const xx = (decisions: readonly (readonly Decision[])[]) =>
          decisions.map((row) => row[recipients.findIndex(({ code }) => code === "XX")]);
        expect(xx(decisionsOf({ ...testCase, document: { ...testCase.document, rules } }))).toEqual(
          xx(decisionsOf(testCase)),
        );
      }),
      runs,
    );
  });

  it("names nobody more when a marking is raised, where no rule has a list of levels", () => {
    fc.assert(
      fc.property(raises(cases(false)), ([testCase, raised]) => {
        const before = decisionsOf(testCase);
        for (const [object, decisions] of decisionsOf(raised).entries()) {
          for (const [recipient, { basis }] of decisions.entries()) {
            if (isNamed(basis)) expect(isNamed(before[object]?.[recipient]?.basis ?? { kind: "silence" })).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  it("gives nobody more when a marking is raised, where besides no share has terms of its own", () => {
    const termless = cases(false).map((testCase) => {
      const rules = rulesOf(testCase.document).map((rule) => without(rule, ["as", "redact", "after", "until"]));
      return { ...testCase, document: { ...testCase.document, rules } };
    });
    fc.assert(
      fc.property(raises(termless), ([testCase, raised]) =>
        expectNoneWider(decisionsOf(testCase), decisionsOf(raised)),
      ),
      runs,
    );
  });

  it("can lift a share's terms together with the share when a marking is raised above it (0003)", () => {
    const policy = policyOf([{ share: ["XX"] }, { share: ["all"], when: { tlp: "green" }, redact: ["/description"] }]);
    const whole = (level: "green" | "amber") => {
      const facts = { ...plain, level };
      const hearing = { contribution: contributionOf([facts]), policy, owner, at: contributedAt };
      return decide({ ...hearing, facts, first: contributedAt, latestLevel: null, recipient: partyOf("XX") }).whole;
    };
    expect([whole("green"), whole("amber")]).toEqual([false, true]);
  });

  it("can widen by a raise where a rule has a list, which is why a list is warned of", () => {
    const policy = policyOf([{ share: ["XX"], when: { tlp: ["amber"] } }]);
    const offered = (level: "green" | "amber") => {
      const facts = { ...plain, level };
      const [[decision] = []] = decideAll({
        contribution: contributionOf([facts]),
        policy,
        owner,
        at: contributedAt,
        objects: [{ facts, first: contributedAt, latestLevel: null }],
        recipients: [partyOf("XX")],
      });
      return decision?.offered;
    };
    expect([offered("green"), offered("amber")]).toEqual([false, true]);
  });

  it("narrows with all that an instruction says but whom it names: not-to, as, redact, after, until", () => {
    const narrowing = instructions.map((instruction) => without(instruction, ["to", "exercise"]));
    fc.assert(
      fc.property(cases(), narrowing, (testCase, added) => {
        const bare = { ...testCase, instruction: {} };
        expectNoneWider(decisionsOf(bare), decisionsOf({ ...bare, instruction: added }));
      }),
      runs,
    );
  });

  it("offers what is addressed to nobody but the addressees and the owner, and red to nobody without a code", () => {
    fc.assert(
      fc.property(cases(), (testCase) => {
        const { contribution, policy } = hearingOf(testCase);
        for (const decisions of decisionsOf(testCase)) {
          for (const [position, { offered, level, basis }] of decisions.entries()) {
            const recipient = recipients[position];
            if (!offered || basis.kind === "owner" || recipient === undefined) continue;
            if (contribution.instruction?.to !== undefined)
              expect(contribution.instruction.to).toContain(recipient.code);
            if (level !== "red") continue;
            expect(recipient.kind).toBe("state");
            const names = policy.rules.flatMap(({ kind, parties }) => (kind === "share" ? parties : []));
            const byCode = names.some((ref) => ref.kind === "state" && ref.code === recipient.code);
            expect(byCode || contribution.instruction?.to?.includes(recipient.code)).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  it("denies everybody but the owner where no rule shares: silence", () => {
    fc.assert(
      fc.property(cases(), (testCase) => {
        const rules = rulesOf(testCase.document).filter((rule) => rule["share"] === undefined);
        for (const decisions of decisionsOf({ ...testCase, document: { ...testCase.document, rules } })) {
          expect(decisions.filter(({ offered }) => offered).map(({ basis }) => basis.kind)).toEqual(["owner"]);
        }
      }),
      runs,
    );
  });

  it("is consistent in itself: whole only when offered, a window that is not empty, a basis that fits", () => {
    fc.assert(
      fc.property(cases(), (testCase) => {
        for (const { offered, whole, from, until, basis } of decisionsOf(testCase).flat()) {
          expect(offered).toBe(["owner", "shared", "needs-rendition"].includes(basis.kind));
          expect(whole).toBe(["owner", "shared"].includes(basis.kind));
          expect(from).toBeGreaterThanOrEqual(contributedAt);
          if (offered && until !== null) expect(until).toBeGreaterThan(Math.max(from, testCase.at));
        }
      }),
      runs,
    );
  });
});

describe("decide, of what it is not told", () => {
  const decisionOf = (decisions: readonly (readonly Decision[])[], code: string) =>
    decisions.map((row) => row[recipients.findIndex((recipient) => recipient.code === code)]);
  const termless = cases().map((testCase) => {
    const rules = rulesOf(testCase.document).map((rule) => without(rule, ["as", "redact", "after", "until"]));
    return { ...testCase, document: { ...testCase.document, rules } };
  });
  const unknown = (testCase: Case, names: readonly ("personal" | "authors" | "affected")[]): Case => ({
    ...testCase,
    objects: testCase.objects.map((object) => ({
      ...object,
      facts: Object.fromEntries(
        Object.entries(object.facts).filter(([name]) => !names.some((one) => one === name)),
        // Of facts what is left are facts: what was taken away may be absent.
      ) as unknown as RandomObject["facts"],
    })),
  });

  it("gives nobody more where circles, confirmations, personal data or affected states are not known", () => {
    fc.assert(
      fc.property(termless, (testCase) => {
        const before = decisionsOf(testCase);
        const { circles: _, ...withoutCircles } = testCase;
        const { confirmed: __, ...withoutConfirmations } = testCase;
        expectNoneWider(before, decisionsOf(withoutCircles));
        expectNoneWider(before, decisionsOf(withoutConfirmations));
        expectNoneWider(before, decisionsOf(unknown(testCase, ["personal"])));
        expectNoneWider(before, decisionsOf(unknown(testCase, ["affected"])));
      }),
      runs,
    );
  });

  it("lets nothing reach back that nobody confirmed, where the policy does not say auto", () => {
    fc.assert(
      fc.property(cases(), fc.constantFrom("ask", "never"), (testCase, grow) => {
        const asked = { ...testCase, document: { ...testCase.document, grow } };
        const { confirmed: _, ...bare } = asked;
        expect(decisionsOf({ ...asked, confirmed: new Map() })).toEqual(decisionsOf(bare));
      }),
      runs,
    );
  });

  it("tells by nobody's decision but the author's own who an unattributed author is", () => {
    fc.assert(
      fc.property(cases(), fc.subarray(["IN", "XX"]), fc.subarray(["IN", "XX"]), (testCase, one, other) => {
        const of = (unmasked: readonly string[]) =>
          decisionsOf({ ...testCase, objects: testCase.objects.map((object) => ({ ...object, unmasked })) });
        for (const { code } of recipients) {
          if (one.includes(code) || other.includes(code)) continue;
          expect(decisionOf(of(one), code)).toEqual(decisionOf(of(other), code));
        }
      }),
      runs,
    );
  });

  it("gives the public nothing but clear, and nothing that is kept from anybody", () => {
    const isKept = ({ basis }: Decision) => basis.kind === "withheld" || basis.kind === "instruction-excluded";
    let offers = 0;
    fc.assert(
      fc.property(cases(), (testCase) => {
        const all = decisionsOf(testCase);
        decisionOf(all, "public").forEach((decision, object) => {
          if (decision?.offered !== true) return;
          offers += 1;
          expect(decision.level).toBe("clear");
          expect(all[object]?.filter(isKept)).toEqual([]);
        });
      }),
      { ...runs, seed: 5 },
    );
    expect(offers).toBeGreaterThan(0);
  });

  it("gives an answer to another's object to its author alone, but by a rule for its type or by name", () => {
    fc.assert(
      fc.property(cases(), (testCase) => {
        const { policy } = hearingOf(testCase);
        decisionsOf(testCase).forEach((decisions, object) => {
          const facts = testCase.objects[object]?.facts;
          if (facts?.type !== "sighting" || facts.authors?.some((author) => author !== "KZ") !== true) return;
          decisions.forEach(({ offered, basis }, recipient) => {
            const { code } = recipients[recipient] ?? { code: "" };
            const authors = [...(facts.authors ?? []), ...(testCase.objects[object]?.unmasked ?? [])];
            if (!offered || basis.kind === "owner" || authors.includes(code)) return;
            const names = "rules" in basis ? basis.rules : [];
            const speaking = policy.rules.filter(
              ({ name, when, parties }) =>
                names.includes(name) && (when.type !== null || parties.some(({ kind }) => kind === "named")),
            );
            expect(speaking.length).toBeGreaterThan(0);
          });
        });
      }),
      runs,
    );
  });
});

describe("the random cases", () => {
  it("meet every basis there is, so that the properties speak of all of them", () => {
    const seen = new Set(
      fc.sample(cases(), { numRuns: 6_000, seed: 3 }).flatMap((testCase) =>
        decisionsOf(testCase)
          .flat()
          .map(({ basis }) => basis.kind),
      ),
    );
    expect([...seen].sort()).toEqual(
      [
        "owner",
        "inactive",
        "not-yet-member",
        "not-yet-in-circle",
        "unmarked",
        "ceiling-red",
        "ceiling-all",
        "ceiling-public",
        "withheld",
        "instruction-excluded",
        "not-named",
        "named-unshared",
        "silence",
        "shared",
        "needs-rendition",
        "never",
        "ended",
        "retained",
        "lean",
      ].sort(),
    );
  });
});
