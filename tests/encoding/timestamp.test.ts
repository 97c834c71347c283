import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMicros, parseTimestamp, versionKey } from "../../src/encoding/timestamp.ts";
import vectors from "../vectors/encoding/timestamp.json" with { type: "json" };
import { refusalOf } from "./refusal-of.ts";

const instants = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 });
const fractions = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 12 });

describe("timestamps (RFC 3339)", () => {
  it.each(vectors.valid)("reads $text", ({ text, micros, key }) => {
    expect(parseTimestamp(text)).toEqual({ micros, key });
    expect(versionKey(text)).toBe(key);
  });

  it.each(vectors.refused)("refuses $why: $text", ({ text }) => {
    expect(parseTimestamp(text)).toBeNull();
    expect(refusalOf(() => versionKey(text))).toMatchObject({ code: "malformed", rule: "timestamp" });
  });

  it("knows the days that the calendar has, from the year 0 to 9999", () => {
    for (let year = 0; year <= 9999; year += year < 3000 ? 1 : 97) {
      const name = String(year).padStart(4, "0");
      const date = new Date(0);
      date.setUTCFullYear(year, 2, 0);
      const february = date.getUTCDate();
      expect(parseTimestamp(`${name}-02-${february}T00:00:00Z`)?.micros).toBe(date.setUTCHours(0, 0, 0, 0) * 1000);
      expect(parseTimestamp(`${name}-02-${february + 1}T00:00:00Z`)).toBeNull();
    }
  });

  it("orders times of any precision by key and never against it by micros", () => {
    const parsed = vectors.ordered.map((text) => parseTimestamp(text));
    for (let i = 0; i < parsed.length; i++) {
      for (let j = 0; j < parsed.length; j++) {
        const [a, b] = [parsed[i], parsed[j]];
        if (!a || !b) throw new Error("An ordered vector is not a timestamp.");
        expect(Math.sign(i - j)).toBe(a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
        if (i < j) expect(a.micros).toBeLessThanOrEqual(b.micros);
      }
    }
  });

  it("orders any two times by key as exact arithmetic does", () => {
    const exact = (seconds: number, digits: string): bigint =>
      BigInt(seconds) * 10n ** 12n + BigInt(digits.padEnd(12, "0"));
    const spell = (seconds: number, digits: string): string =>
      `${new Date(seconds * 1000).toISOString().slice(0, 19)}${digits === "" ? "" : `.${digits}`}Z`;
    fc.assert(
      fc.property(instants, fractions, fc.nat(1), fractions, (seconds, one, later, other) => {
        const a = spell(seconds, one);
        const second = Math.min(seconds + later, 253_402_300_799);
        const b = spell(second, other);
        const order = exact(seconds, one) - exact(second, other);
        const [left, right] = [versionKey(a), versionKey(b)];
        expect(left < right ? -1 : left > right ? 1 : 0).toBe(order < 0n ? -1 : order > 0n ? 1 : 0);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives the microsecond that a time falls in, and the second where microseconds are not exact", () => {
    fc.assert(
      fc.property(instants, fractions, (seconds, digits) => {
        const text = `${new Date(seconds * 1000).toISOString().slice(0, 19)}${digits === "" ? "" : `.${digits}`}Z`;
        const micros = BigInt(seconds) * 1_000_000n + BigInt(digits.padEnd(6, "0").slice(0, 6));
        const isExact = micros >= BigInt(Number.MIN_SAFE_INTEGER) && micros <= BigInt(Number.MAX_SAFE_INTEGER);
        expect(BigInt(parseTimestamp(text)?.micros ?? 0)).toBe(isExact ? micros : BigInt(seconds) * 1_000_000n);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("formatMicros", () => {
  it("always writes six digits and is read back as it was", () => {
    expect(formatMicros(0)).toBe("1970-01-01T00:00:00.000000Z");
    expect(formatMicros(-1)).toBe("1969-12-31T23:59:59.999999Z");
    expect(formatMicros(1_704_067_200_123_456)).toBe("2024-01-01T00:00:00.123456Z");
    for (const at of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 8_999_999_999_999_999, 7_777_777_000_000_001]) {
      expect(parseTimestamp(formatMicros(at))?.micros).toBe(at);
    }
    fc.assert(
      fc.property(fc.maxSafeInteger(), (at) => {
        expect(formatMicros(at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(parseTimestamp(formatMicros(at))?.micros).toBe(at);
      }),
    );
  });

  it("throws for parts of a microsecond and for years that have no four digits", () => {
    expect(() => formatMicros(0.5)).toThrow(RangeError);
    expect(() => formatMicros(Number.NaN)).toThrow(RangeError);
    expect(() => formatMicros(253_402_300_800_000_000)).toThrow(RangeError);
    expect(() => formatMicros(-62_167_219_201_000_000)).toThrow(RangeError);
    expect(formatMicros(253_402_300_799_000_000)).toBe("9999-12-31T23:59:59.000000Z");
  });
});
