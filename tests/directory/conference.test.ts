// What the conference keeps beside its members: circles, published networks, terms.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import {
  type Circle,
  circleMembersMax,
  isMember,
  membersAt,
  parseCircleChange,
  parseCircleRegistration,
  withMembers,
} from "../../src/directory/circle.ts";
import { networksMax, overlapOf, readNetworks } from "../../src/directory/network.ts";
import type { Party } from "../../src/directory/state.ts";
import {
  currentTerms,
  parseTerms,
  signWithin,
  termsLengthMax,
  type TermsSet,
  unsignedUntil,
} from "../../src/directory/terms.ts";
import { refusalOf } from "./refusal-of.ts";

const ring: Circle = { n: 1, name: "ring", description: "", members: new Map() };

describe("a circle", () => {
  it("has at each time the members that it was given last", () => {
    const codes = fc.uniqueArray(fc.constantFrom("KZ", "TR", "UZ", "XX"), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(codes, { maxLength: 8 }), (steps) => {
        const circle = steps.reduce((one, members, i) => withMembers(one, members, i * 10 + 1), ring);
        steps.forEach((members, i) => {
          expect(membersAt(circle, i * 10 + 1)).toEqual([...members].sort());
          expect(membersAt(circle, i * 10 + 9)).toEqual([...members].sort());
        });
        for (const intervals of circle.members.values())
          intervals.forEach(({ from, until }, i) => {
            expect(until ?? Number.POSITIVE_INFINITY).toBeGreaterThan(from);
            if (i > 0) expect(from).toBeGreaterThanOrEqual(intervals[i - 1]?.until ?? Number.POSITIVE_INFINITY);
          });
      }),
    );
  });

  it("has nobody before its first member", () => {
    const circle = withMembers(ring, ["KZ"], 5);
    expect([membersAt(circle, 4), isMember(circle, "KZ", 5), isMember(circle, "TR", 5)]).toEqual([[], true, false]);
  });

  it("is read as it was written, without members and description where none are", () => {
    expect(parseCircleRegistration({ name: "central-asia", members: ["KZ", "UZ"], description: "Neighbours" })).toEqual(
      {
        name: "central-asia",
        members: ["KZ", "UZ"],
        description: "Neighbours",
      },
    );
    expect(parseCircleRegistration({ name: "круг" })).toEqual({ name: "круг", members: [], description: "" });
  });

  it.each<[string, Json, string, string]>([
    ["no name", {}, "circle-name", "/name"],
    ["a name with space", { name: "two words" }, "circle-name", "/name"],
    ["a name with a colon", { name: "circle:ring" }, "circle-name", "/name"],
    ["a name that is too long", { name: "a".repeat(81) }, "circle-name", "/name"],
    ["a member that is no state's code", { name: "a", members: ["XXX"] }, "state-code", "/members/0"],
    ["a member twice", { name: "a", members: ["KZ", "KZ"] }, "twice", "/members/1"],
    ["something else", { name: "a", owner: "KZ" }, "member", "/owner"],
  ])("is refused with %s", (_, written, rule, pointer) => {
    expect(refusalOf(() => parseCircleRegistration(written))).toMatchObject({ code: "invalid", rule, pointer });
  });

  it.each<[string, Json, string, string]>([
    ["no change", {}, "circle-change", ""],
    ["nobody who comes or goes", { join: [], leave: [] }, "circle-change", ""],
    ["one who comes and goes", { join: ["KZ"], leave: ["KZ"] }, "circle-change", "/leave"],
    ["a list and a change", { members: ["KZ"], join: ["TR"] }, "member", "/join"],
    ["no list", { members: "KZ" }, "list", "/members"],
  ])("is not changed by %s", (_, written, rule, pointer) => {
    expect(refusalOf(() => parseCircleChange(written))).toMatchObject({ code: "invalid", rule, pointer });
  });

  it("is changed by as many as may belong to it", () => {
    expect(parseCircleChange({ members: [] })).toEqual({ kind: "set", members: [] });
    expect(parseCircleChange({ leave: ["KZ"] })).toEqual({ kind: "change", join: [], leave: ["KZ"] });
    const many = Array.from({ length: circleMembersMax + 1 }, () => "KZ");
    expect(refusalOf(() => parseCircleChange({ join: many }))).toMatchObject({ rule: "list" });
  });
});

describe("published networks", () => {
  const read = (networks: readonly string[]) => readNetworks([...networks], []);

  it("are read as they are written, to the limits of their width and number", () => {
    const written = ["10.0.0.0/8", "2001::/16", "203.0.113.7", "203.0.113.8/31", "2001:db8::/33"];
    expect(read(written)).toEqual(written);
    const many = Array.from({ length: networksMax }, (_, i) => `10.${i}.0.0/16`);
    expect(read(many)).toHaveLength(networksMax);
    expect(refusalOf(() => read([...many, "192.0.2.0/24"]))).toMatchObject({ rule: "list" });
  });

  it.each([
    "10.0.0.0/7",
    "2000::/15",
    "203.0.113.1/24",
    "2001:db8::1/64",
    "2001:db8:8000::/32",
    "example.org",
    "203.0.113.0/",
  ])("are not %s", (text) => {
    expect(refusalOf(() => read([text]))).toMatchObject({ code: "invalid", rule: "network", pointer: "/0" });
  });

  it("overlap where one holds the other, of the same family", () => {
    expect(overlapOf(["10.1.0.0/16"], ["192.0.2.0/24", "10.0.0.0/8"])).toEqual({
      network: "10.1.0.0/16",
      with: "10.0.0.0/8",
    });
    expect(overlapOf(["192.0.2.0/24", "10.0.0.0/8"], ["10.1.0.0/16"])).toEqual({
      network: "10.0.0.0/8",
      with: "10.1.0.0/16",
    });
    expect(overlapOf(["10.1.0.0/16", "2001:db8::/32"], ["10.2.0.0/16", "2001:db9::/32"])).toBeNull();
    expect(overlapOf(["::/16"], ["10.0.0.0/8"])).toBeNull();
  });
});

describe("standing without a signature", () => {
  const stateOf = (code: string, from: number, kind: Party["kind"] = "state"): Party => {
    return {
      n: 3,
      code,
      kind,
      name: { en: code, ru: code, kk: code },
      identities: [],
      intervals: [{ from, until: null }],
    };
  };
  const termsOf = (times: readonly number[], signed: Readonly<Record<string, number>> = {}): TermsSet => ({
    versions: times.map((since, i) => ({ version: i + 1, since, digest: `${i}` })),
    signed: new Map(Object.entries(signed).map(([code, version]) => [code, { version, at: 0 }])),
  });
  const until = (terms: TermsSet, from: number): number | undefined =>
    unsignedUntil(terms, [stateOf("KZ", from)]).get("KZ");

  it("is nobody's question where there are no terms, and no secretariat's", () => {
    expect(unsignedUntil(termsOf([]), [stateOf("KZ", 0)]).size).toBe(0);
    expect(
      unsignedUntil(termsOf([5]), [stateOf("secretariat", 0, "secretariat"), stateOf("exchange", 0, "exchange")]).size,
    ).toBe(0);
    expect(currentTerms(termsOf([]))).toBeNull();
  });

  it("lasts thirty days from the first version that was not signed, for who was there before it", () => {
    expect(until(termsOf([5]), 4)).toBe(5 + signWithin);
    expect(until(termsOf([5]), 5)).toBe(0);
    expect(until(termsOf([5]), 6)).toBe(0);
    expect(until(termsOf([5], { KZ: 1 }), 6)).toBeUndefined();
    expect(until(termsOf([5, 50], { KZ: 1 }), 6)).toBe(50 + signWithin);
    expect(until(termsOf([5, 50, 500], { KZ: 1 }), 6)).toBe(50 + signWithin);
    expect(until(termsOf([5, 50]), 4)).toBe(5 + signWithin);
    expect(until(termsOf([5, 50]), 6)).toBe(0);
    expect(until(termsOf([5, 50], { KZ: 2 }), 6)).toBeUndefined();
    expect(signWithin).toBe(30 * 24 * 3_600 * 1_000_000);
  });

  it("is of a state's first admission, whatever came between", () => {
    const back: Party = {
      ...stateOf("KZ", 1),
      intervals: [
        { from: 1, until: 3 },
        { from: 9, until: null },
      ],
    };
    expect(unsignedUntil(termsOf([5]), [back]).get("KZ")).toBe(5 + signWithin);
  });
});

describe("the text of the terms", () => {
  const text = "# Terms\n\n## The organisation\n\nA CERT.\n\n### Clients\n\n## Community / Сообщество\n";

  it("is read as it is", () => expect(parseTerms({ text })).toBe(text));

  it.each<[string, Json, string]>([
    ["no text", {}, "terms-text"],
    ["an empty text", { text: " \n" }, "terms-text"],
    ["too long a text", { text: text + "a".repeat(termsLengthMax) }, "terms-text"],
    ["a carriage return", { text: text.replace("\n", "\r\n") }, "terms-text"],
    ["an escape", { text: `${text}\u001b[2J` }, "terms-text"],
    ["a change of direction", { text: `${text}\u202e` }, "terms-text"],
    ["a word that is not defined", { text: text.replace("### Clients", "Clients") }, "terms-definition"],
  ])("is refused with %s", (_, written, rule) => {
    expect(refusalOf(() => parseTerms(written))).toMatchObject({ code: "invalid", rule, pointer: "/text" });
  });
});
