import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { check } from "../../src/stix/check.ts";
import {
  granularLevel,
  hasGranularMarkings,
  type Level,
  levelOfMarkings,
  levelRank,
  levels,
  strictest,
  tlp2ExtensionId,
  tlpOf,
} from "../../src/stix/marking.ts";
import type { StixObject } from "../../src/stix/object.ts";
import { pinnedMarkings, tlp1Markings, tlp2Markings } from "../../src/stix/pinned-markings.ts";
import { referencesOf } from "../../src/stix/references.ts";
import vectors from "../vectors/stix/markings.json" with { type: "json" };

const cases = vectors.cases as unknown as readonly {
  readonly title: string;
  readonly marking: JsonObject;
  readonly level: Level | null;
  readonly known: boolean;
}[];
const noMarkings = () => null;
const id = (n: number) => `marking-definition--0000000${n}-0000-4000-8000-000000000000`;

describe("levels", () => {
  it("go from clear to red", () => {
    expect(levels.map(levelRank)).toEqual([0, 1, 2, 3, 4]);
    expect(levels[0]).toBe("clear");
    expect(levels.at(-1)).toBe("red");
  });

  it("yield to the stricter one, and null to any", () => {
    for (const a of levels) {
      expect(strictest(a, null)).toBe(a);
      expect(strictest(null, a)).toBe(a);
      for (const b of levels) expect(levelRank(strictest(a, b))).toBe(Math.max(levelRank(a), levelRank(b)));
    }
    expect(strictest(null, null)).toBe(null);
  });
});

describe("tlpOf", () => {
  it("reads the ids of both versions, white as clear", () => {
    expect(tlp1Markings.map((marking) => tlpOf(marking.id))).toEqual(["clear", "green", "amber", "red"]);
    expect(tlp2Markings.map((marking) => tlpOf(marking.id))).toEqual([...levels]);
    expect(tlpOf("marking-definition--826578e1-40ad-459f-bc73-ede076f81f37")).toBe("amber+strict");
    expect(tlpOf(id(1))).toBe(null);
    expect(tlpOf("TLP:RED")).toBe(null);
  });

  it("reads the definitions of both versions", () => {
    expect(tlp1Markings.map(tlpOf)).toEqual(["clear", "green", "amber", "red"]);
    expect(tlp2Markings.map(tlpOf)).toEqual([...levels]);
  });

  it.each(cases.map((one) => [one.title, one] as const))("reads %s", (_title, { marking, level }) => {
    expect(tlpOf(marking)).toBe(level);
  });
});

describe("levelOfMarkings", () => {
  it.each(cases.map((one) => [one.title, one] as const))(
    "weighs an object marked with %s",
    (_title, { marking, level, known }) => {
      const resolve = () => marking as StixObject;
      expect(levelOfMarkings({ object_marking_refs: [id(1)] }, resolve)).toEqual(
        known ? { level, unknown: [] } : { level: "red", unknown: [id(1)] },
      );
    },
  );

  it("is nothing without markings", () => {
    expect(levelOfMarkings({ type: "tool" }, noMarkings)).toEqual({ level: null, unknown: [] });
  });

  it("is red where a marking cannot be had, and names it", () => {
    expect(levelOfMarkings({ object_marking_refs: [id(1), id(2)] }, noMarkings)).toEqual({
      level: "red",
      unknown: [id(1), id(2)],
    });
    expect(levelOfMarkings({ object_marking_refs: [5, "x"] }, noMarkings)).toEqual({
      level: "red",
      unknown: ["5", "x"],
    });
    expect(levelOfMarkings({ object_marking_refs: "x" }, noMarkings)).toEqual({ level: "red", unknown: ["x"] });
    let deep: Json = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(levelOfMarkings({ object_marking_refs: [deep, { ref: deep }, null] }, noMarkings)).toEqual({
      level: "red",
      unknown: ["[]", "{}", "null"],
    });
  });

  it("is red where the id leads to no marking definition", () => {
    expect(
      levelOfMarkings({ object_marking_refs: [id(1)] }, () => ({ type: "identity", id: id(1), name: "TLP:CLEAR" })),
    ).toEqual({
      level: "red",
      unknown: [id(1)],
    });
  });

  it("needs no definition for the ids that everyone knows", () => {
    expect(levelOfMarkings({ object_marking_refs: [tlp1Markings[1]?.id ?? ""] }, noMarkings)).toEqual({
      level: "green",
      unknown: [],
    });
  });

  it("is the strictest, whatever the order, and never widens by one marking more", () => {
    const all = [...cases.map((one) => one.marking), ...tlp1Markings, ...tlp2Markings];
    const resolve = (ref: string) => (all[Number(ref.slice(3))] as StixObject | undefined) ?? null;
    const ref = fc.integer({ min: 0, max: all.length }).map((i) => `ref${i}`);
    const rank = (refs: readonly string[]) => {
      const { level } = levelOfMarkings({ object_marking_refs: refs }, resolve);
      return level === null ? -1 : levelRank(level);
    };
    fc.assert(
      fc.property(fc.array(ref), ref, (refs, one) => {
        expect(rank(refs.toReversed())).toBe(rank(refs));
        expect(rank([...refs, one])).toBe(Math.max(rank(refs), rank([one])));
      }),
    );
  });
});

describe("granular markings", () => {
  const clear = tlp2Markings[0]?.id ?? "";
  const red = tlp2Markings[4]?.id ?? "";

  it("weigh apart from the object", () => {
    const object = {
      object_marking_refs: [clear],
      granular_markings: [
        { lang: "en", selectors: ["name"] },
        { marking_ref: red, selectors: ["name"] },
      ],
    };
    expect(levelOfMarkings(object, noMarkings).level).toBe("clear");
    expect(granularLevel(object, noMarkings)).toEqual({ level: "red", unknown: [] });
    expect(hasGranularMarkings(object)).toBe(true);
  });

  it("of language alone are none", () => {
    const object = { granular_markings: [{ lang: "en", selectors: ["name"] }] };
    expect(hasGranularMarkings(object)).toBe(false);
    expect(granularLevel(object, noMarkings)).toEqual({ level: null, unknown: [] });
    expect(hasGranularMarkings({})).toBe(false);
  });

  it.each([["x"], [[{ selectors: ["name"] }]], [[5]], [[{ marking_ref: 5 }]], [{}]])(
    "that nobody can read hold the object back: %j",
    (markings) => {
      expect(hasGranularMarkings({ granular_markings: markings })).toBe(true);
      expect(granularLevel({ granular_markings: markings }, noMarkings).level).toBe("red");
    },
  );
});

describe("pinnedMarkings", () => {
  it("are nine markings, the extension and its publisher, each once and valid", () => {
    expect(pinnedMarkings).toHaveLength(11);
    expect(new Set(pinnedMarkings.map((object) => object.id)).size).toBe(11);
    for (const object of pinnedMarkings) expect(check(object)).toEqual([]);
  });

  it("refer to each other only", () => {
    const ids = new Set(pinnedMarkings.map((object) => object.id));
    expect(pinnedMarkings.flatMap((object) => referencesOf(object)).filter((one) => !ids.has(one.id))).toEqual([]);
    expect(ids).toContain(tlp2ExtensionId);
  });

  it("cannot be changed", () => {
    for (const object of pinnedMarkings) {
      expect(() => Object.assign(object, { name: "changed" })).toThrow(TypeError);
      for (const part of Object.values(object)) expect(Object.isFrozen(part)).toBe(true);
    }
  });
});
