import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import vectors from "../vectors/encoding/canonical-json.json" with { type: "json" };

describe("canonical JSON (RFC 8785)", () => {
  it.each(vectors.numbers)("writes the number with the bits $bits as $text", ({ bits, text }) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(`0x${bits}`));
    expect(formatCanonical(view.getFloat64(0))).toBe(text);
  });

  it.each(vectors.documents)("keeps $what", ({ json, canonical }) => {
    expect(formatCanonical(JSON.parse(json))).toBe(canonical);
  });

  it("gives equal texts for equal values whatever the order of their members, and texts of that value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const canonical = formatCanonical(value);
        expect(formatCanonical(JSON.parse(canonical))).toBe(canonical);
        expect(formatCanonical(turned(value))).toBe(canonical);
      }),
    );
  });

  it("leaves out members that are undefined", () => {
    expect(formatCanonical({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  it.each([
    ["not-a-number", Number.NaN],
    ["infinity", [Number.POSITIVE_INFINITY]],
    ["a lone surrogate", { a: "\ud800" }],
    ["a lone surrogate in a name", { "\udc00": 1 }],
    ["undefined", undefined],
    ["a function", () => 1],
  ])("throws for %s", (_, value) => {
    expect(() => formatCanonical(value)).toThrow();
  });

  it("throws for a cycle", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = [cycle];
    expect(() => formatCanonical(cycle)).toThrow();
  });
});

// The same value with the members of every object in the opposite order.
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, turned(member)]),
  );
}
