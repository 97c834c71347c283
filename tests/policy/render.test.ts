// Renditions, one rule a case: policy.md, step 6 and Renditions.

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { valueAt } from "../../src/encoding/pointer.ts";
import type { StixObject } from "../../src/stix/object.ts";
import { type Level, levelOfMarkings } from "../../src/stix/marking.ts";
import { type Change, valueOf } from "../stix/vectors.ts";
import vectors from "../vectors/policy/renditions.json" with { type: "json" };
import { reducedMarking } from "../../src/policy/reduced-marking.ts";
import { derivedId } from "../../src/policy/view-id.ts";
import {
  errorsOf,
  hmac,
  named,
  objectOf,
  proved,
  type Reader,
  render,
  statementId,
  tlp,
  unattributed,
} from "./rendition-cast.ts";

interface Case extends Change {
  readonly proved?: boolean;
  readonly redact?: readonly string[];
  readonly reader?: Reader & { readonly ceiling?: Level };
  readonly target?: Change & {
    readonly removed: readonly string[];
    readonly reduced: boolean;
    readonly modified: string;
  };
  readonly expect:
    | "whole"
    | { readonly withheld: readonly [string, string] }
    | {
        readonly removed?: readonly string[];
        readonly has?: JsonObject;
        readonly lacks?: readonly string[];
        readonly reduced?: boolean;
        readonly derived?: boolean;
      };
}

// The vectors' own types are too narrow to tell what a case may leave out.
const cases = vectors.cases as unknown as readonly Case[];
const [a, b, c] = ["campaign", "malware", "tool"].map((type) => objectOf(type).id) as [string, string, string];
const objectIn = (change: Change): StixObject => valueOf(change) as StixObject;

describe("an object for a reader", () => {
  it.each(cases.map((one) => [one.title, one] as const))("%s", (_title, one) => {
    const object = one.proved === true ? proved(objectIn(one)) : objectIn(one);
    expect(errorsOf(object)).toEqual([]);
    const { target } = one;
    const given =
      target === undefined
        ? {}
        : {
            target: {
              contributed: objectIn(target),
              removed: target.removed,
              reduced: target.reduced,
              modified: target.modified,
            },
          };
    const rendering = render(object, { unattributed: false, redact: one.redact ?? [] }, { ...one.reader, ...given });
    const wanted = one.expect;
    if (wanted === "whole") return expect(rendering).toEqual({ kind: "whole" });
    if ("withheld" in wanted) {
      const [reason, pointer] = wanted.withheld;
      return expect(rendering).toEqual({ kind: "withheld", reason, pointer });
    }
    if (rendering.kind !== "rendered") throw new Error(JSON.stringify(rendering));
    expect(errorsOf(rendering.object)).toEqual([]);
    if (wanted.removed !== undefined) expect(rendering.removed).toEqual(wanted.removed);
    for (const [place, value] of Object.entries(wanted.has ?? {}))
      expect(valueAt(rendering.object, place), place).toEqual(value);
    for (const place of wanted.lacks ?? []) expect(valueAt(rendering.object, place), place).toBeUndefined();
    if (wanted.reduced !== undefined) expect(rendering.reduced).toBe(wanted.reduced);
    if (wanted.derived !== undefined) expect(rendering.derived).toBe(wanted.derived);
    expect(rendering.object.id).toBe(rendering.derived ? derivedId(hmac, "XX", 0, object.id) : object.id);
    for (const { pointer, written } of rendering.references) {
      const gone = rendering.removed.some((place) => pointer === place || pointer.startsWith(`${place}/`));
      expect(gone, pointer).toBe(written === null);
    }
  });
});

describe("a granular marking above the ceiling that cannot be read", () => {
  it.each([
    ["/granular_markings/0/selectors/1", ["name", "nowhere"]],
    ["/granular_markings/0/selectors/0", [".."]],
    ["/granular_markings/0/selectors/0", [7]],
    ["/granular_markings/0", "name"],
  ])("withholds the object: %s", (pointer, selectors) => {
    const object = { ...objectOf("campaign"), granular_markings: [{ marking_ref: tlp("red"), selectors }] };
    expect(render(object, named(), { ceiling: "amber" })).toEqual({ kind: "withheld", reason: "granular", pointer });
    expect(render(object, named(), { ceiling: "red" })).toEqual({ kind: "whole" });
  });

  it("withholds what is marked in no form that is known", () => {
    const object = { ...objectOf("campaign"), granular_markings: ["red"] };
    expect(render(object, named(), { ceiling: "amber" })).toMatchObject({ kind: "withheld", reason: "granular" });
  });
});

describe("what a rendition tells of references", () => {
  it("is the id that stands for each, or none", () => {
    const report = objectOf("report", { object_marking_refs: [tlp("amber")], object_refs: [a, b, c] });
    const rendering = render(report, named(), { cut: [b], mapped: { [c]: derivedId(hmac, "XX", 0, c) } });
    expect(rendering).toMatchObject({
      references: [
        { pointer: "/object_refs/0", id: a, kind: "ref", written: a },
        { pointer: "/object_refs/1", id: b, kind: "ref", written: null },
        { pointer: "/object_refs/2", id: c, kind: "ref", written: derivedId(hmac, "XX", 0, c) },
        { pointer: "/object_marking_refs/0", id: tlp("amber"), kind: "marking", written: tlp("amber") },
      ],
    });
  });

  it("is the same for markings that an unattributed object keeps", () => {
    const campaign = objectOf("campaign", { object_marking_refs: [tlp("amber"), statementId] });
    expect(render(campaign, unattributed())).toMatchObject({
      references: [{ written: tlp("amber") }, { written: null }],
    });
  });
});

describe("the marking of what was reduced", () => {
  it("is valid, and no level", () => {
    expect(errorsOf(reducedMarking)).toEqual([]);
    expect(levelOfMarkings({ object_marking_refs: [reducedMarking.id] }, () => reducedMarking)).toEqual({
      level: null,
      unknown: [],
    });
  });
});
