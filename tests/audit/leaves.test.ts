import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LeafOpening, openLeaf, openLeaves, parseLeafOpening, verifyLeaf } from "../../src/audit/leaf-opening.ts";
import { type Contribution, partyLengthMax, rootOfLeaves } from "../../src/audit/leaves.ts";
import { formatBase64url, parseBase64url } from "../../src/encoding/base64.ts";
import { sha256 } from "../../src/encoding/sha256.ts";
import { refusalOf } from "../encoding/refusal-of.ts";
import vectors from "../vectors/audit/leaves.json" with { type: "json" };

const key = Uint8Array.from({ length: 32 }, (_, i) => i);

const object = (i: number) => ({
  id: `indicator--${String(i).padStart(8, "0")}-0000-4000-8000-000000000000`,
  version: `2026-11-24T08:38:11.${i}`,
  digest: formatBase64url(sha256(String(i))),
});

const contribution = (counts: readonly number[], n = 77): Contribution => ({
  journal: "turn",
  n,
  recipients: counts.map((count, party) => ({
    party: `P${party}`,
    leaves: Array.from({ length: count }, (_, i) => ({ object: object(i * 7 + party), basis: `rule ${i % 3}, ось` })),
  })),
});

const some = contribution([3, 5, 0, 7, 1]);
const root = rootOfLeaves(some, key);
const shown = { object: true, basis: true };

// All leaves of a contribution, opened.
function allOpenings(given: Contribution, parts: { readonly object: boolean; readonly basis: boolean }): LeafOpening[] {
  const choices = given.recipients.flatMap(({ party, leaves }) =>
    leaves.map((_, index) => ({ party, index, ...parts })),
  );
  return openLeaves(given, key, choices);
}

describe("the root of a contribution", () => {
  it.each(vectors.cases)(
    "over $counts leaves is the one that another implementation gives",
    ({ counts, n, root: expected }) => {
      expect(rootOfLeaves(contribution(counts, n), key)).toBe(expected);
    },
  );

  it("does not depend on whether equal objects are one JavaScript object", () => {
    const shared = object(1);
    const leaf = (given: typeof shared) => ({ object: given, basis: "rule" });
    const of = (a: typeof shared, b: typeof shared): Contribution => ({
      journal: "turn",
      n: 1,
      recipients: [
        { party: "KZ", leaves: [leaf(a)] },
        { party: "SG", leaves: [leaf(b), leaf(a)] },
      ],
    });
    expect(rootOfLeaves(of(shared, shared), key)).toBe(rootOfLeaves(of({ ...shared }, { ...shared }), key));
  });

  it("is another when anything in it is", () => {
    const change = (
      edit: (copy: {
        journal: string;
        n: number;
        recipients: { party: string; leaves: { object: ReturnType<typeof object>; basis: string }[] }[];
      }) => void,
    ): string => {
      // A deep copy of what the type makes read-only, to be changed here.
      const copy = structuredClone(some) as Parameters<typeof edit>[0];
      edit(copy);
      return rootOfLeaves(copy, key);
    };
    const first = (copy: Parameters<Parameters<typeof change>[0]>[0]) => {
      const leaf = copy.recipients[1]?.leaves[4];
      if (leaf === undefined) throw new TypeError("The leaf is not there.");
      return leaf;
    };
    const roots = [
      root,
      rootOfLeaves(some, key.with(31, 0)),
      change((copy) => (copy.journal = "turn2")),
      change((copy) => (copy.n = 78)),
      change((copy) => (first(copy).object.id += "0")),
      change((copy) => (first(copy).object.version += "0")),
      change((copy) => (first(copy).object.digest = first(copy).object.digest.replace(/^./, "_"))),
      change((copy) => (first(copy).basis += " ")),
      change((copy) => void copy.recipients[1]?.leaves.pop()),
      change((copy) => void copy.recipients[1]?.leaves.reverse()),
      change((copy) => void copy.recipients[2]?.leaves.push(first(copy))),
      change((copy) => void copy.recipients.pop()),
      change((copy) => void copy.recipients.push({ party: "P9", leaves: [] })),
      change((copy) => void copy.recipients.reverse()),
      change((copy) => copy.recipients.forEach((recipient) => (recipient.party = `Q${recipient.party}`))),
    ];
    expect(new Set(roots).size).toBe(roots.length);
  });

  it("is not made for parties that cannot be told apart or written", () => {
    const leaves = [{ object: object(1), basis: "b" }];
    for (const parties of [["A", "A"], [""], ["A\0"], ["x".repeat(partyLengthMax + 1)], ["ж".repeat(13)], ["\ud800"]]) {
      const given = { journal: "turn", n: 1, recipients: parties.map((party) => ({ party, leaves })) };
      expect(() => rootOfLeaves(given, key)).toThrow(TypeError);
    }
    expect(() => rootOfLeaves({ ...some, n: 0 }, key)).toThrow(TypeError);
    expect(() => rootOfLeaves({ ...some, journal: "" }, key)).toThrow(TypeError);
    expect(() => rootOfLeaves(some, key.subarray(1))).toThrow(TypeError);
  });
});

describe("openings of leaves", () => {
  it("show every leaf, with or without the object and the basis", () => {
    for (const parts of [
      shown,
      { object: true, basis: false },
      { object: false, basis: true },
      { object: false, basis: false },
    ]) {
      for (const opening of allOpenings(some, parts)) {
        expect(verifyLeaf(root, opening)).toBe(true);
        expect("salt" in opening.object).toBe(parts.object);
        expect("salt" in opening.basis).toBe(parts.basis);
      }
    }
  });

  it("show leaves of contributions of any shape", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 12 }), (counts) => {
        const given = contribution(counts);
        const expected = rootOfLeaves(given, key);
        for (const opening of allOpenings(given, shown)) expect(verifyLeaf(expected, opening)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("say nothing of the basis to who is shown only the object", () => {
    const opening = openLeaf(some, key, { party: "P1", index: 2, object: true, basis: false });
    const text = JSON.stringify(opening);
    expect(text).not.toContain("rule");
    const guess = {
      ...opening,
      basis: { value: "rule 2, ось", salt: "salt" in opening.object ? opening.object.salt : "" },
    };
    expect(verifyLeaf(root, guess)).toBe(false);
  });

  it("look the same in length whatever the others were given", () => {
    const lengths = [
      [3, 0, 0, 0, 0],
      [3, 1, 0, 0, 0],
      [3, 500, 20, 1, 1],
    ].map((counts) => {
      const opening = openLeaf(contribution(counts), key, { party: "P0", index: 1, ...shown });
      return [opening.path.length, opening.partyPath.length, opening.parties];
    });
    expect(lengths).toEqual([lengths[0], lengths[0], lengths[0]]);
  });

  it("use a salt once: no two commitments or salts of a contribution are equal", () => {
    const same = { object: object(1), basis: "rule" };
    const given = {
      journal: "turn",
      n: 1,
      recipients: ["A", "B", "C"].map((party) => ({ party, leaves: [same, same, same] })),
    };
    const hiddenParts = allOpenings(given, { object: false, basis: false }).flatMap((opening) => [
      JSON.stringify(opening.object),
      JSON.stringify(opening.basis),
    ]);
    expect(new Set(hiddenParts).size).toBe(18);
    const salts = allOpenings(given, shown).flatMap(({ object: one, basis }) =>
      [one, basis].map((part) => ("salt" in part ? part.salt : "")),
    );
    expect(new Set(salts).size).toBe(18);
  });

  it("do not verify when anything in them is another", () => {
    const opening = openLeaf(some, key, { party: "P1", index: 4, ...shown });
    const hidden = openLeaf(some, key, { party: "P1", index: 4, object: false, basis: false });
    const flipped = (text: string): string => {
      const bytes = parseBase64url(text);
      return formatBase64url(bytes.with(0, (bytes[0] ?? 0) ^ 1));
    };
    if (!("salt" in opening.object && "salt" in opening.basis)) throw new TypeError("The opening shows nothing.");
    const wrong: LeafOpening[] = [
      { ...opening, party: "P2" },
      { ...opening, index: 3 },
      { ...opening, size: 6 },
      { ...opening, size: 4 },
      { ...opening, partyIndex: 2 },
      { ...opening, parties: 4 },
      { ...opening, object: { ...opening.object, id: "x" } },
      { ...opening, object: { ...opening.object, version: "x" } },
      { ...opening, object: { ...opening.object, digest: "x" } },
      { ...opening, object: { ...opening.object, salt: flipped(opening.object.salt) } },
      { ...opening, object: { ...opening.object, salt: opening.basis.salt } },
      { ...opening, basis: { ...opening.basis, value: "x" } },
      { ...opening, basis: { ...opening.basis, salt: flipped(opening.basis.salt) } },
      { ...opening, path: opening.path.slice(1) },
      { ...opening, path: [...opening.path, root] },
      { ...opening, path: opening.path.map(flipped) },
      { ...opening, partyPath: opening.partyPath.slice(1) },
      { ...opening, partyPath: opening.partyPath.with(0, flipped(opening.partyPath[0] ?? "")) },
      { ...opening, party: "x".repeat(27) },
      ...("commitment" in hidden.object
        ? [{ ...hidden, object: { commitment: flipped(hidden.object.commitment) } }]
        : []),
      ...("commitment" in hidden.basis ? [{ ...hidden, basis: { commitment: flipped(hidden.basis.commitment) } }] : []),
    ];
    expect(wrong).toHaveLength(21);
    for (const other of wrong) expect(verifyLeaf(root, other)).toBe(false);
    expect(verifyLeaf(flipped(root), opening)).toBe(false);
  });

  it("break with any flipped bit in any part that is a hash or a salt", () => {
    const opening = openLeaf(some, key, { party: "P3", index: 2, object: true, basis: false });
    const text = JSON.stringify(opening);
    const binary = [...text.matchAll(/"([A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{22})"/g)].filter(
      ([, found]) => found !== object(17).digest,
    );
    expect(binary.length).toBe(1 + 1 + opening.path.length + opening.partyPath.length);
    for (const match of binary) {
      const bytes = parseBase64url(match[1] ?? "");
      for (let bit = 0; bit < bytes.length * 8; bit += 5) {
        const broken = formatBase64url(bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))));
        const altered = text.slice(0, match.index + 1) + broken + text.slice(match.index + 1 + broken.length);
        expect(verifyLeaf(root, parseLeafOpening(JSON.parse(altered)))).toBe(false);
      }
    }
  });

  it("are of leaves that the contribution has", () => {
    for (const [party, index] of [
      ["P2", 0],
      ["P1", 5],
      ["P1", -1],
      ["P9", 0],
    ] as const) {
      expect(() => openLeaf(some, key, { party, index, ...shown })).toThrow(TypeError);
    }
  });

  it("are read from JSON, and refused in any other form", () => {
    for (const parts of [shown, { object: false, basis: false }]) {
      const opening = openLeaf(some, key, { party: "P0", index: 0, ...parts });
      const parsed: unknown = JSON.parse(JSON.stringify(opening));
      expect(parseLeafOpening(parsed)).toEqual(opening);
      const json = parsed as Record<string, unknown>;
      for (const name of Object.keys(json)) {
        for (const value of [undefined, null, {}, [5], -1, 0.5, true]) {
          expect(refusalOf(() => parseLeafOpening({ ...json, [name]: value }))).toMatchObject({ code: "malformed" });
        }
      }
    }
    expect(refusalOf(() => parseLeafOpening([]))).toMatchObject({ code: "malformed" });
    const opening = openLeaf(some, key, { party: "P0", index: 0, ...shown });
    for (const bad of ["", "AAAA", "=", root.slice(1)]) {
      expect(refusalOf(() => verifyLeaf(root, { ...opening, path: [bad] }))).toMatchObject({ code: "malformed" });
      expect(refusalOf(() => verifyLeaf(bad, opening))).toMatchObject({ code: "malformed" });
    }
  });
});
