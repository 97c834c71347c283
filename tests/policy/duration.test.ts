import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTimestamp } from "../../src/encoding/timestamp.ts";
import { addDuration, parseDuration } from "../../src/policy/duration.ts";
import { refusalOf } from "../directory/refusal-of.ts";
import { readWindow } from "../../src/policy/window.ts";

function plus(from: string, text: string): string {
  const [at, duration] = [parseTimestamp(from)?.micros, parseDuration(text)];
  if (at === undefined || duration === null) throw new Error("The case is not written well.");
  return new Date(addDuration(at, duration) / 1000).toISOString();
}

describe("parseDuration", () => {
  it.each([
    ["P2D", 0, 2 * 86_400],
    ["PT12H", 0, 12 * 3600],
    ["P1DT2H3M4S", 0, 86_400 + 2 * 3600 + 3 * 60 + 4],
    ["P2W", 0, 14 * 86_400],
    ["P1M", 1, 0],
    ["PT1M", 0, 60],
    ["P1Y6M", 18, 0],
    ["P1Y2D", 12, 2 * 86_400],
    ["P0D", 0, 0],
  ])("reads %s", (text, months, seconds) => {
    expect(parseDuration(text)).toEqual({ text, months, micros: seconds * 1_000_000 });
  });

  it.each([
    "",
    "P",
    "PT",
    "P1",
    "1D",
    "P1DT",
    "PT1D",
    "P1H",
    "p2d",
    "P2d",
    "P-2D",
    "P2D ",
    "P1.5D",
    "P1W1D",
    "P1D1Y",
    "P٢D",
    "P100Y",
    "P99999D",
  ])("has nothing for %j", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it("stays within the range of times for any duration from any time of this century", () => {
    const longest = parseDuration("P99Y99M9999DT9999H99999M99999S");
    if (longest === null) throw new Error("The longest duration is one.");
    const end = parseTimestamp("2099-12-31T23:59:59.999999Z")?.micros ?? 0;
    expect(Number.isSafeInteger(addDuration(end, longest))).toBe(true);
    expect(addDuration(end, longest)).toBeGreaterThan(end);
  });
});

describe("addDuration", () => {
  it.each([
    ["2026-01-31T10:00:00.000Z", "P1M", "2026-02-28T10:00:00.000Z"],
    ["2024-01-31T10:00:00.000Z", "P1M", "2024-02-29T10:00:00.000Z"],
    ["2024-02-29T00:00:00.000Z", "P1Y", "2025-02-28T00:00:00.000Z"],
    ["2026-12-15T23:59:59.999Z", "P1M", "2027-01-15T23:59:59.999Z"],
    ["2026-11-24T08:00:00.000Z", "P1M1D", "2026-12-25T08:00:00.000Z"],
    ["2026-11-24T08:00:00.000Z", "P2Y", "2028-11-24T08:00:00.000Z"],
    ["1969-12-31T12:00:00.000Z", "P1M", "1970-01-31T12:00:00.000Z"],
    ["2026-11-24T08:00:00.000Z", "PT36H", "2026-11-25T20:00:00.000Z"],
  ])("finds that %s and %s is %s", (from, text, expected) => {
    expect(plus(from, text)).toBe(expected);
  });

  it("keeps the microsecond of the day when it adds months", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
        fc.integer({ min: 1, max: 999 }),
        (at, months) => {
          const added = addDuration(at, { text: "", months, micros: 0 });
          expect(added % 86_400_000_000).toBe(at % 86_400_000_000);
          const [from, to] = [new Date(at / 1000), new Date(added / 1000)];
          const monthsOf = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth();
          expect(monthsOf(to) - monthsOf(from)).toBe(months);
          expect(to.getUTCDate()).toBeLessThanOrEqual(from.getUTCDate());
        },
      ),
    );
  });
});

describe("a window", () => {
  it("is open at both ends where it says nothing", () => {
    expect(readWindow({}, [])).toEqual({ after: null, until: null });
  });

  it("is refused where it ends before it begins", () => {
    expect(refusalOf(() => readWindow({ after: "P1M", until: "P31D" }, ["r"]))).toMatchObject({
      rule: "window",
      pointer: "/r/until",
    });
    expect(readWindow({ after: "P30D", until: "P1M" }, []).until?.text).toBe("P1M");
  });
});
