import { describe, expect, it } from "vitest";
import { Refusal } from "../../src/refusal.ts";
import { isBundle, unpack } from "../../src/stix/bundle.ts";

describe("unpack", () => {
  const tool = { type: "tool", id: "tool--x" };

  it("takes the objects out of a bundle, as they are", () => {
    expect(unpack({ type: "bundle", id: "x", objects: [tool, 5] })).toEqual([tool, 5]);
    expect(unpack({ type: "bundle", id: "x" })).toEqual([]);
  });

  it("takes a list or a single object for what it holds", () => {
    expect(unpack([tool])).toEqual([tool]);
    expect(unpack(tool)).toEqual([tool]);
  });

  it.each([[null], ["x"], [5]])("refuses %j", (value) => {
    expect(() => unpack(value)).toThrow(Refusal);
  });

  it("refuses a bundle whose objects are no list, and says where", () => {
    expect(() => unpack({ type: "bundle", objects: {} })).toThrow(
      expect.objectContaining({ code: "invalid", pointer: "/objects" }),
    );
  });
});

describe("isBundle", () => {
  it("believes the type alone", () => {
    expect(isBundle({ type: "bundle" })).toBe(true);
    expect(isBundle({ type: "report", objects: [] })).toBe(false);
    expect(isBundle([{ type: "bundle" }])).toBe(false);
  });
});
