// The markings in force at each place of an object. STIX 2.1 §7.2.3

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { Refusal } from "../../src/refusal.ts";
import { inForceAt, markingsInForce } from "../../src/stix/granular.ts";

const [whole, green, red] = ["m--whole", "m--green", "m--red"];
const object: JsonObject = {
  type: "report",
  id: "report--x",
  lang: "ru",
  name: "a",
  labels: ["b", "c"],
  external_references: [{ source_name: "d", url: "e" }],
  object_marking_refs: [whole],
  granular_markings: [
    { marking_ref: green, selectors: ["name", "external_references.[0]"] },
    { marking_ref: red, selectors: ["labels.[1]", "external_references.[0].url", "nothing.here"] },
    { lang: "kk", selectors: ["external_references"] },
    { lang: "en", selectors: ["external_references.[0].url"] },
  ],
};

describe("the markings in force", () => {
  it("are those of the object and of every selector above the place", () => {
    expect(inForceAt(object, [])).toEqual({ markings: [whole], lang: "ru" });
    expect(inForceAt(object, ["name"])).toEqual({ markings: [whole, green], lang: "ru" });
    expect(inForceAt(object, ["labels"])).toEqual({ markings: [whole], lang: "ru" });
    expect(inForceAt(object, ["labels", 1])).toEqual({ markings: [whole, red], lang: "ru" });
    expect(inForceAt(object, ["external_references", 0, "source_name"])).toEqual({
      markings: [whole, green],
      lang: "kk",
    });
    expect(inForceAt(object, ["external_references", 0, "url"])).toEqual({ markings: [whole, green, red], lang: "en" });
  });

  it("are told of each value and of what a selector names", () => {
    const all = markingsInForce(object);
    expect(all.get("/labels/0")).toEqual({ markings: [whole], lang: "ru" });
    expect(all.get("/external_references/0")).toEqual({ markings: [whole, green], lang: "kk" });
    expect(all.has("/labels")).toBe(false);
    for (const [pointer, inForce] of all) {
      const path = pointer
        .split("/")
        .slice(1)
        .map((step) => (/^[0-9]+$/.test(step) ? Number(step) : step));
      expect(inForceAt(object, path)).toEqual(inForce);
    }
  });

  it("are English and none where an object says nothing, or nothing that can be read", () => {
    expect(inForceAt({ name: "x" }, ["name"])).toEqual({ markings: [], lang: "en" });
    const strange: JsonObject = {
      name: "x",
      lang: 5,
      object_marking_refs: "x",
      granular_markings: [null, { selectors: "name" }, 5],
    };
    expect(markingsInForce(strange).get("/name")).toEqual({ markings: [], lang: "en" });
  });

  it("grow with the depth of the place, in any object", () => {
    const step = fc.constantFrom("abc", "def", 0, 1);
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        fc.string(),
        fc.array(tie("any"), { maxLength: 2 }),
        fc.record({ abc: tie("any"), def: tie("any") }),
      ),
    })).any;
    fc.assert(
      fc.property(
        value,
        fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
        fc.array(step, { maxLength: 4 }),
        (abc, paths, path) => {
          const granular = paths.map((steps, i) => ({
            marking_ref: `m--${i}`,
            selectors: [["abc", ...steps].map((one) => (typeof one === "number" ? `[${one}]` : one)).join(".")],
          }));
          const marked = { abc, granular_markings: granular } as unknown as JsonObject;
          const inner = inForceAt(marked, ["abc", ...path]).markings;
          for (const marking of inForceAt(marked, ["abc", ...path].slice(0, -1)).markings)
            expect(inner).toContain(marking);
        },
      ),
    );
  });

  it("are told of an object as deep and as wide as they come, and refused for one that is deeper or has more", () => {
    const nested = (levels: number): JsonObject => {
      let value: Json = "bottom";
      for (let i = 0; i < levels; i++) value = { deeper: value };
      return { x_own: value };
    };
    expect(markingsInForce(nested(255)).size).toBe(1);
    expect(() => markingsInForce(nested(256))).toThrow(Refusal);
    expect(() => markingsInForce(nested(200_000))).toThrow("nested deeper");
    const labels = Array.from({ length: 50_000 }, (_, i) => `label ${i}`);
    const selectors = labels.slice(0, 10_000).map((_, i) => `labels.[${i}]`);
    const wide = (more: readonly string[]) => ({
      labels,
      granular_markings: [{ marking_ref: green, selectors: [...selectors, ...more] }],
    });
    const all = markingsInForce(wide([]));
    expect(all.get("/labels/9999")).toEqual({ markings: [green], lang: "en" });
    expect(all.get("/labels/10000")).toEqual({ markings: [], lang: "en" });
    expect(() => inForceAt(wide(["labels"]), ["labels"])).toThrow("more than 10000 selectors");
    expect(() => markingsInForce({ labels: [...labels, ...labels, "one more"] })).toThrow("more than 100000 values");
    const refs = labels.slice(0, 10_001);
    expect(() => inForceAt({ object_marking_refs: refs }, [])).toThrow("more than 10000 markings");
  });

  it("give the first of several languages at one place", () => {
    const granular_markings = ["kk", "tr"].map((lang) => ({ lang, selectors: ["name"] }));
    expect(inForceAt({ name: "x", granular_markings }, ["name"]).lang).toBe("kk");
  });
});
