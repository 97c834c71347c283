// Step 2, who has signed the terms: what decisions make of the time that is left to who has not.
import { describe, expect, it } from "vitest";
import { decide } from "../../src/policy/decide.ts";
import type { Decision } from "../../src/policy/decision.ts";
import type { Recipient } from "../../src/policy/parties.ts";
import { contributedAt, contributionOf, day, owner, partyOf, plain, policyOf } from "./cast.ts";

const toAll = policyOf([{ name: "all", share: ["all", "secretariat", "public"], when: { tlp: "green" } }]);

function decisionOf(
  unsigned: ReadonlyMap<string, number> | undefined,
  rest: { readonly recipient?: Recipient; readonly at?: number; readonly policy?: typeof toAll } = {},
): Decision {
  const { recipient = partyOf("TR"), at = contributedAt + day, policy = toAll } = rest;
  const facts = { ...plain, level: "clear" as const };
  return decide({
    contribution: contributionOf([facts]),
    policy,
    owner,
    at,
    facts,
    first: contributedAt,
    latestLevel: null,
    recipient,
    ...(unsigned === undefined ? {} : { unsigned }),
  });
}

describe("a state that has not signed the terms", () => {
  const lapses = contributedAt + 2 * day;
  const unsigned = new Map([["TR", lapses]]);

  it("is offered what it may have until its time is over, and nothing from then on", () => {
    expect(decisionOf(unsigned, { at: lapses - 1 })).toMatchObject({
      offered: true,
      from: contributedAt,
      until: lapses,
    });
    expect(decisionOf(unsigned, { at: lapses })).toMatchObject({ offered: false, basis: { kind: "terms-unsigned" } });
  });

  it("keeps an earlier end, and is asked again when an embargo ends after its time", () => {
    const early = policyOf([{ share: ["TR"], until: "P1D" }]);
    expect(decisionOf(unsigned, { at: contributedAt, policy: early }).until).toBe(contributedAt + day);
    const late = policyOf([{ share: ["TR"], after: "P3D" }]);
    const embargoed = decisionOf(unsigned, { policy: late });
    expect(embargoed).toMatchObject({ offered: true, from: contributedAt + 3 * day, until: null });
    expect(decisionOf(unsigned, { policy: late, at: contributedAt + 3 * day }).basis).toEqual({
      kind: "terms-unsigned",
    });
  });

  it("is told from one that has, from the owner, and from who is no state", () => {
    const at = lapses;
    for (const recipient of [partyOf("UZ"), partyOf("secretariat"), { kind: "public", code: "public" } as const])
      expect(decisionOf(unsigned, { at, recipient })).toMatchObject({ offered: true, until: null });
    expect(decisionOf(new Map([["KZ", 0]]), { at, recipient: owner }).whole).toBe(true);
    expect(decisionOf(undefined, { at })).toEqual(decisionOf(new Map(), { at }));
  });
});
