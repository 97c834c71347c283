import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../src/refusal.ts";
import {
  changedImmutables,
  compareVersions,
  isRevoked,
  sameContent,
  succession,
  withoutDefaults,
} from "../../src/stix/version.ts";

const version = (modified: string) => ({ type: "tool", id: "tool--x", created: "2026-01-01T00:00:00.000Z", modified });

describe("compareVersions", () => {
  it.each([
    ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z"],
    ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000000001Z"],
    ["2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00.12345671Z"],
    ["2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00.000Z"],
  ])("puts %s before %s", (older, newer) => {
    expect(compareVersions(version(older), version(newer))).toBeLessThan(0);
    expect(compareVersions(version(newer), version(older))).toBeGreaterThan(0);
  });

  it("takes two spellings of one time for one version", () => {
    expect(compareVersions(version("2026-01-01T00:00:00.120Z"), version("2026-01-01T00:00:00.12Z"))).toBe(0);
  });

  it("takes created where there is no modified, and puts what has no version first", () => {
    const marking = { type: "marking-definition", id: "x", created: "2026-01-01T00:00:00.000Z" };
    const observable = { type: "url", id: "x" };
    expect(compareVersions(marking, version("2026-01-01T00:00:00.000Z"))).toBe(0);
    expect(compareVersions(observable, marking)).toBeLessThan(0);
    expect(compareVersions(observable, { ...observable })).toBe(0);
  });

  it("refuses a version that is no timestamp", () => {
    expect(() => compareVersions(version("yesterday"), version("2026-01-01T00:00:00.000Z"))).toThrow(Refusal);
  });

  it("orders any three versions", () => {
    const time = fc.tuple(
      fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
      fc.stringMatching(/^[0-9]{0,8}$/),
    );
    const text = time.map(([date, digits]) => `${date.toISOString().slice(0, -1)}${digits}Z`);
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const [x, y, z] = [a, b, c].map(version).toSorted(compareVersions);
        if (x === undefined || y === undefined || z === undefined) throw new Error("three went in");
        expect(compareVersions(x, y)).toBeLessThanOrEqual(0);
        expect(compareVersions(x, z)).toBeLessThanOrEqual(0);
        expect(Math.sign(compareVersions(x, y))).toBe(-Math.sign(compareVersions(y, x)) + 0);
      }),
    );
  });
});

describe("sameContent", () => {
  it("holds whatever the order of keys and the spelling of numbers", () => {
    expect(sameContent(JSON.parse('{"a":1.0,"b":[1e2]}') as never, JSON.parse('{"b":[100],"a":1}') as never)).toBe(
      true,
    );
  });

  it.each([
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":null}', "{}"],
    ['{"revoked":false}', "{}"],
    ['"é"', '"e\u0301"'],
  ])("does not hold for %s and %s", (a, b) => {
    expect(sameContent(JSON.parse(a) as never, JSON.parse(b) as never)).toBe(false);
  });

  it("is reflexive and symmetric", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(sameContent(a as never, structuredClone(a) as never)).toBe(true);
        expect(sameContent(a as never, b as never)).toBe(sameContent(b as never, a as never));
      }),
    );
  });
});

describe("changedImmutables", () => {
  const before = { ...version("2026-01-01T00:00:00.000Z"), created_by_ref: "identity--a" };

  it("is empty where only what may change did", () => {
    expect(
      changedImmutables(before, { ...before, modified: "2026-01-02T00:00:00.000Z", name: "new", revoked: true }),
    ).toEqual([]);
    expect(changedImmutables(before, { ...before, created: "2026-01-01T00:00:00.000000Z" })).toEqual([]);
  });

  it.each([
    ["type", { type: "malware" }],
    ["id", { id: "tool--y" }],
    ["created", { created: "2026-01-01T00:00:00.001Z" }],
    ["created_by_ref", { created_by_ref: "identity--b" }],
  ])("names %s", (name, change) => {
    expect(changedImmutables(before, { ...before, ...change })).toEqual([name]);
  });

  it("names a creator that was taken away or added", () => {
    const { created_by_ref: _creator, ...nobody } = before;
    expect(changedImmutables(before, nobody)).toEqual(["created_by_ref"]);
    expect(changedImmutables(nobody, before)).toEqual(["created_by_ref"]);
  });
});

describe("isRevoked", () => {
  it("believes true alone", () => {
    expect(isRevoked({ ...version(""), revoked: true })).toBe(true);
    expect(isRevoked({ ...version(""), revoked: "true" })).toBe(false);
    expect(isRevoked(version(""))).toBe(false);
  });
});

describe("succession", () => {
  const first = { ...version("2026-01-01T00:00:00.000Z"), name: "a", created_by_ref: "identity--a" };
  const later = { ...first, modified: "2026-01-02T00:00:00.000Z" };

  it.each([
    ["a later version", first, { ...later, name: "b" }, "newer"],
    ["an earlier version", later, first, "older"],
    [
      "the same version",
      first,
      { ...first, modified: "2026-01-01T00:00:00.000000Z", created: first.created },
      "conflict",
    ],
    ["the same object", first, { ...first }, "same"],
    ["the same object with its defaults said", first, { ...first, revoked: false, lang: "en" }, "same"],
    ["one version with two contents", first, { ...first, name: "b" }, "conflict"],
    ["a version after the last", { ...first, revoked: true }, later, "revoked"],
    ["the last version", first, { ...later, revoked: true }, "newer"],
    ["another creator", first, { ...later, created_by_ref: "identity--b" }, "immutable"],
    ["another time of creation", first, { ...later, created: "2025-01-01T00:00:00.000Z" }, "immutable"],
    ["another object", first, { ...later, id: "tool--y" }, "unrelated"],
    ["another type", first, { ...later, type: "malware" }, "unrelated"],
    [
      "a marking with another text",
      { type: "marking-definition", id: "m--x", created: first.created, name: "a" },
      { type: "marking-definition", id: "m--x", created: first.created, name: "b" },
      "unversioned",
    ],
    [
      "a marking of another time",
      { type: "marking-definition", id: "m--x", created: first.created },
      { type: "marking-definition", id: "m--x", created: "2027-01-01T00:00:00.000Z" },
      "unversioned",
    ],
    [
      "an observable with more to it",
      { type: "url", id: "url--x", value: "a:" },
      { type: "url", id: "url--x", value: "a:", defanged: true },
      "unversioned",
    ],
    [
      "an observable that says its default",
      { type: "url", id: "url--x", value: "a:" },
      { type: "url", id: "url--x", value: "a:", defanged: false, spec_version: "2.1" },
      "same",
    ],
  ] as const)("tells %s", (_what, before, after, result) => {
    expect(succession(before, after)).toBe(result);
  });

  it("is newer one way where it is older the other, and the same both ways", () => {
    const time = fc.integer({ min: 0, max: 3 }).map((n) => `2026-01-0${n + 1}T00:00:00.000Z`);
    const object = fc.record({
      modified: time,
      name: fc.constantFrom("a", "b"),
      revoked: fc.constantFrom(true, false),
    });
    fc.assert(
      fc.property(object, object, (a, b) => {
        const [one, two] = [
          { ...first, ...a },
          { ...first, ...b },
        ];
        const [there, back] = [succession(one, two), succession(two, one)];
        if (there === "newer" || there === "revoked") expect(back).toBe("older");
        if (there === "same" || there === "conflict") expect(back).toBe(there);
        expect(there === "newer" && isRevoked(one)).toBe(false);
      }),
    );
  });

  it("leaves nothing out but what repeats a default", () => {
    expect(withoutDefaults({ ...first, revoked: false, defanged: true, lang: "kk" })).toEqual({
      ...first,
      defanged: true,
      lang: "kk",
    });
    expect(withoutDefaults(first)).toBe(first);
  });
});
