import { describe, expect, it } from "vitest";
import { cicaMembers } from "../../src/directory/cica.ts";
import type { Party } from "../../src/directory/state.ts";
import { decide, decideAll, type HeardObject } from "../../src/policy/decide.ts";
import type { Facts } from "../../src/policy/facts.ts";
import { profilesOf } from "../../src/policy/facts.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import { contributedAt, contributionOf, day, owner, plain, since } from "./cast.ts";

const members: readonly Party[] = cicaMembers.map(({ code, name }, place) => ({
  n: 3 + place,
  code,
  kind: "state",
  name,
  identities: [],
  intervals: since,
}));
const states = members.map(({ code }) => code);

const policy = parsePolicy(
  {
    unmarked: "amber",
    groups: { near: states.slice(0, 6), energy: states.slice(4, 12) },
    rules: [
      { name: "region", share: ["all"], when: { tlp: "green" } },
      { name: "energy", share: ["group:energy"], when: { sector: ["energy"], tlp: ["amber"] } },
      { name: "late", share: ["group:near"], when: { tlp: ["amber"] }, after: "P2D", until: "P180D" },
      { name: "as I said", share: ["named"], when: { tlp: "red" } },
      { name: "sure", share: ["all"], when: { confidence: { min: 70 }, tlp: "amber+strict" } },
      { name: "reports", share: states.slice(20), when: { type: "report" } },
      { name: "sketches", share: ["all"], when: { label: "draft" }, redact: ["internal"] },
      { name: "not that", withhold: ["XX"], when: { label: "national-infrastructure" } },
      { name: "nor this", withhold: states.slice(25), when: { severity: "high", tlp: "amber" } },
    ],
  },
  { states: [...states, "XX"] },
);

function heard(place: number, change: Partial<Facts>): HeardObject {
  const levels = ["clear", "green", "amber", "amber+strict"] as const;
  const facts = { ...plain, id: `indicator--${place}`, level: levels[place % levels.length] ?? null, ...change };
  return { facts, first: contributedAt - (place % 3) * day, latestLevel: null };
}

describe("decideAll", () => {
  const count = 5_000;
  const shapes: Readonly<Record<string, readonly HeardObject[]>> = {
    "of few profiles": Array.from({ length: count }, (_, place) => heard(place, { labels: [`l${place % 10}`] })),
    "each of its own profile": Array.from({ length: count }, (_, place) =>
      heard(place, { labels: [`l${place}`], confidence: place % 101 }),
    ),
  };

  it.each(Object.keys(shapes))("decides 5,000 objects %s for 28 states in less than 200 ms", (name) => {
    const objects = shapes[name] ?? [];
    const contribution = { ...contributionOf([]), profiles: profilesOf(objects) };
    const input = { contribution, policy, owner, at: contributedAt, objects, recipients: members };
    decideAll(input);
    const began = performance.now();
    const decisions = decideAll(input);
    const tookMs = performance.now() - began;
    expect(decisions).toHaveLength(count);
    for (const place of [0, 17, 4_321]) {
      const object = objects[place];
      if (object === undefined) throw new Error("No object.");
      expect(decisions[place]).toEqual(members.map((recipient) => decide({ ...input, ...object, recipient })));
    }
    expect(tookMs).toBeLessThan(200);
  });

  it("gives objects that nothing tells apart the very same decisions, and no others", () => {
    const objects = [
      heard(1, {}),
      heard(1, { id: "indicator--x", labels: ["of no rule"], confidence: 69 }),
      heard(1, { confidence: 70 }),
      heard(1, { level: "clear" }),
      heard(1, { level: "red" }),
      heard(1, { granular: true }),
      heard(1, { unattributed: true }),
      heard(1, { revoked: true }),
      { ...heard(1, {}), first: 0 },
      { ...heard(1, {}), latestLevel: "amber+strict" as const },
    ];
    const decisions = decideAll({
      contribution: contributionOf([]),
      policy,
      owner,
      at: contributedAt,
      objects,
      recipients: members,
    });
    expect(decisions[1]).toBe(decisions[0]);
    expect(new Set(decisions).size).toBe(objects.length - 1);
  });

  it("tells revocations apart by who has what they revoke", () => {
    const object = heard(2, { revoked: true });
    const code = states[0] ?? "";
    const objects = [
      { ...object, first: contributedAt, earlier: new Set([code]) },
      { ...object, first: contributedAt },
    ];
    const [[soon] = [], [late] = []] = decideAll({
      contribution: contributionOf([]),
      policy,
      owner,
      at: contributedAt,
      objects,
      recipients: members,
    });
    expect([soon?.from, late?.from]).toEqual([contributedAt, contributedAt + 2 * day]);
  });

  it("takes the same sets of holders for the same, however they were gathered", () => {
    const object = heard(1, { revoked: true });
    const objects = [
      ["TR", "UZ"],
      ["UZ", "TR"],
    ].map((codes) => ({ ...object, earlier: new Set(codes) }));
    const input = { contribution: contributionOf([]), policy, owner, at: contributedAt, objects, recipients: members };
    expect(new Set(decideAll(input)).size).toBe(1);
  });

  it("decides nothing of nothing", () => {
    expect(
      decideAll({ contribution: contributionOf([]), policy, owner, at: 0, objects: [], recipients: members }),
    ).toEqual([]);
  });
});
