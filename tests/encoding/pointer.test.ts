import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatPointer, parsePointer, valueAt } from "../../src/encoding/pointer.ts";
import vectors from "../vectors/encoding/pointer.json" with { type: "json" };
import { refusalOf } from "./refusal-of.ts";

it.each(vectors.values)("finds what '$pointer' names", ({ pointer, value, path }) => {
  expect(valueAt(vectors.document, pointer)).toEqual(value);
  expect(parsePointer(pointer)).toEqual(path);
  expect(formatPointer(path)).toBe(pointer);
});

it("finds the whole document with the empty pointer", () => {
  expect(valueAt(vectors.document, "")).toBe(vectors.document);
  expect(formatPointer([])).toBe("");
});

it.each(vectors.nothing)("finds nothing at '%s'", (pointer) => {
  expect(valueAt(vectors.document, pointer)).toBeUndefined();
});

it.each(vectors.refused)("refuses '%s'", (pointer) => {
  expect(refusalOf(() => parsePointer(pointer))).toMatchObject({ code: "malformed", rule: "json-pointer" });
});

it("writes array positions as decimals and finds members named __proto__ only when they are there", () => {
  expect(formatPointer(["a", 0, "~/"])).toBe("/a/0/~0~1");
  expect(valueAt(JSON.parse('{"__proto__":5}'), "/__proto__")).toBe(5);
  expect(valueAt({}, "/__proto__")).toBeUndefined();
});

it("gives back every path", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom("~", "/", "0", "1", "a", "") })), (path) => {
      expect(parsePointer(formatPointer(path))).toEqual(path);
    }),
  );
});
