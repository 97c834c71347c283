import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { messagesIn } from "../../src/messages/messages.ts";
import { diffPolicies, formatDiff, isUnchanged } from "../../src/policy/diff.ts";
import { policyDocuments } from "./random.ts";

const en = messagesIn("en");
const before: JsonObject = {
  unmarked: "amber",
  groups: { near: ["KG", "UZ"], far: ["TR"] },
  rules: [
    { name: "region", share: ["all"], when: { tlp: "green" } },
    { name: "near", share: ["group:near"], after: "P2D", except: ["KG"] },
    { name: "gone", share: ["TR"], when: { label: ["a", "b"], confidence: { min: 50 } } },
    { name: "old name", withhold: ["XX"] },
  ],
};
const after: JsonObject = {
  unmarked: "green",
  groups: { near: ["UZ", "AZ"] },
  rules: [
    { name: "new name", withhold: ["XX"] },
    { name: "near", share: ["group:near"], after: "P3D", except: ["AZ"] },
    { name: "region", share: ["all"], when: { tlp: "green" } },
    { name: "come", share: ["named"], when: { tlp: ["red"] } },
  ],
  retain: "P2Y",
};

describe("diffPolicies", () => {
  it("names what came, went, changed and was only renamed", () => {
    expect(diffPolicies(before, after)).toEqual({
      added: [{ name: "come", share: ["named"], when: { tlp: ["red"] } }],
      removed: [{ name: "gone", share: ["TR"], when: { label: ["a", "b"], confidence: { min: 50 } } }],
      renamed: [{ from: "old name", to: "new name" }],
      changed: [
        {
          name: "near",
          changes: [
            { member: "after", before: "P2D", after: "P3D" },
            { member: "except", before: ["KG"], after: ["AZ"] },
          ],
        },
      ],
      members: [
        { member: "groups/far", before: ["TR"], after: null },
        { member: "groups/near", before: ["KG", "UZ"], after: ["UZ", "AZ"] },
        { member: "retain", before: null, after: "P2Y" },
        { member: "unmarked", before: "amber", after: "green" },
      ],
    });
  });

  it("is said in lines, in the words of the policy", () => {
    expect(formatDiff(diffPolicies(before, after), en).split("\n")).toEqual([
      "- groups/far: TR → —",
      "~ groups/near: +AZ -KG",
      "+ retain: P2Y",
      "~ unmarked: amber → green",
      "- ‘gone’: share TR; when label [a, b], confidence min 50",
      "+ ‘come’: share named; when tlp [red]",
      "~ ‘old name’ → ‘new name’",
      "~ ‘near’: after P2D → P3D; except +AZ -KG",
    ]);
  });

  it("sees no difference in order, nor in one word for a list of it, but for a level", () => {
    const policy = (when: JsonObject): JsonObject => ({ unmarked: "red", rules: [{ name: "a", share: ["TR"], when }] });
    const differs = (one: JsonObject, other: JsonObject) => !isUnchanged(diffPolicies(policy(one), policy(other)));
    expect(differs({ label: ["a", "b"] }, { label: ["b", "a"] })).toBe(false);
    expect(differs({ type: "report" }, { type: ["report"] })).toBe(false);
    expect(differs({ tlp: ["red", "clear"] }, { tlp: ["clear", "red"] })).toBe(false);
    expect(differs({ tlp: "amber" }, { tlp: ["amber"] })).toBe(true);
    expect(differs({ exercise: true }, { exercise: false })).toBe(true);
    expect(differs({}, { exercise: false })).toBe(true);
  });

  it("renames each rule once, where several say the same", () => {
    const policy = (...names: readonly string[]): JsonObject => ({
      unmarked: "red",
      rules: names.map((name) => ({ name, share: ["TR"] })),
    });
    const { renamed, removed, added } = diffPolicies(policy("a", "b", "c"), policy("x", "y"));
    expect(renamed).toEqual([
      { from: "a", to: "x" },
      { from: "b", to: "y" },
    ]);
    expect([removed.map(({ name }) => name), added]).toEqual([["c"], []]);
  });

  it("says that nothing changed of a policy and itself in another order, in each language", () => {
    fc.assert(
      fc.property(policyDocuments(), (document) => {
        // policyDocuments makes rules a list of objects.
        const rules = document["rules"] as readonly JsonObject[];
        const reversed = { ...document, rules: rules.toReversed() };
        expect(isUnchanged(diffPolicies(document, reversed))).toBe(true);
        expect(formatDiff(diffPolicies(document, reversed), en)).toBe("The two versions say the same.");
      }),
    );
    expect(formatDiff(diffPolicies(before, before), messagesIn("ru"))).toMatch(/^Обе версии/);
  });

  it("tells of any two policies what leads from one to the other", () => {
    fc.assert(
      fc.property(policyDocuments(), policyDocuments(), (one, other) => {
        const there = diffPolicies(one, other);
        const back = diffPolicies(other, one);
        expect(back.added).toEqual(there.removed);
        expect(back.removed).toEqual(there.added);
        expect(back.members.map(({ before, after }) => [after, before])).toEqual(
          there.members.map(({ before, after }) => [before, after]),
        );
        expect(isUnchanged(there)).toBe(isUnchanged(back));
      }),
    );
  });
});
