// What waits or is told by a policy beside its rules: approval, intake, pulls, audit.

import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { levels } from "../../src/stix/marking.ts";
import { approvalsForChange, approvalsNeeded, isApproved, needsApproval } from "../../src/policy/approval.ts";
import { opensRules, pullTold } from "../../src/policy/disclosure.ts";
import { intake } from "../../src/policy/intake.ts";
import { contributedAt, day, policyOf } from "./cast.ts";

const withApproval = (approval: Json) => policyOf([], { approval });

describe("approval", () => {
  it("is needed from its level up, by so many contacts", () => {
    const policy = withApproval({ tlp: "amber+strict", of: 2 });
    expect(levels.map((level) => approvalsNeeded(policy, level))).toEqual([0, 0, 0, 2, 2]);
    expect(levels.map((level) => needsApproval(policy, level))).toEqual([false, false, false, true, true]);
    expect(levels.some((level) => needsApproval(policyOf([]), level))).toBe(false);
  });

  it("counts nobody twice", () => {
    expect([isApproved(2, ["a", "a"]), isApproved(2, ["a", "b"]), isApproved(0, [])]).toEqual([false, true, true]);
  });

  it("is asked of a change that newly releases at its level, by the policy in force", () => {
    const inForce = withApproval({ tlp: "amber", of: 2 });
    expect(approvalsForChange(inForce, inForce, ["clear", "green"])).toBe(0);
    expect(approvalsForChange(inForce, inForce, ["green", "red"])).toBe(2);
    expect(approvalsForChange(policyOf([]), inForce, ["red"])).toBe(0);
  });

  it("is asked of a change that would ask less: two persons cannot be by-passed through the policy", () => {
    const inForce = withApproval({ tlp: "amber", of: 2 });
    for (const weaker of [policyOf([]), withApproval({ tlp: "red", of: 2 }), withApproval({ tlp: "amber", of: 1 })])
      expect(approvalsForChange(inForce, weaker, [])).toBe(2);
    for (const stricter of [withApproval({ tlp: "green", of: 2 }), withApproval({ tlp: "amber", of: 3 })])
      expect(approvalsForChange(inForce, stricter, [])).toBe(0);
  });
});

describe("intake", () => {
  const policy = (accept: Json) => policyOf([], { groups: { near: ["UZ"] }, accept });

  it("takes all in where the policy says nothing", () => {
    expect([intake(policyOf([]), "XX"), intake(policyOf([]), "unattributed")]).toEqual(["take", "take"]);
  });

  it("refuses and holds by code, by group and by all, and refusing beats holding", () => {
    const accept = { "refuse-from": ["XX", "group:near"], "hold-from": ["all"] };
    expect(["XX", "UZ", "TR", "unattributed"].map((by) => intake(policy(accept), by))).toEqual([
      "refuse",
      "refuse",
      "hold",
      "hold",
    ]);
  });

  it("sees of whoever is unattributed nothing but that", () => {
    const accept = { "refuse-from": ["unattributed"], "hold-from": ["XX"] };
    expect(["XX", "unattributed"].map((by) => intake(policy(accept), by))).toEqual(["hold", "refuse"]);
    expect(intake(policy({ "refuse-from": ["XX", "group:near"] }), "unattributed")).toBe("take");
  });
});

describe("disclosure", () => {
  it("tells of pulls nothing, the day or the time", () => {
    const at = contributedAt + day / 3;
    expect(["none", "day", "time"].map((pulls) => pullTold(policyOf([], { pulls }), at))).toEqual([
      null,
      contributedAt,
      at,
    ]);
  });

  it("opens rules to the secretariat only where the policy says so", () => {
    expect(["none", "rule"].map((audit) => opensRules(policyOf([], { audit })))).toEqual([false, true]);
  });
});
