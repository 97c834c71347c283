// Agreement with the OASIS pattern validator and pattern matcher on their own tests and on mutated patterns, row by row.

import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/encoding/json.ts";
import { Refusal } from "../../../src/refusal.ts";
import { checkPattern } from "../../../src/stix/pattern/check.ts";
import { matchPattern } from "../../../src/stix/pattern/match.ts";
import { observedDataOf } from "../../../src/stix/pattern/observation.ts";
import { parsePattern } from "../../../src/stix/pattern/parse.ts";
import { rowsOf } from "../shared-data.ts";

interface PatternRow {
  readonly pattern: string;
  readonly valid: boolean;
  readonly grammar_ok: boolean;
  readonly errors: readonly string[];
}

interface MatcherRow {
  readonly pattern: string;
  readonly observed_data: readonly Json[];
  readonly matches: boolean | null;
  readonly bound?: readonly string[];
  readonly error?: string;
}

/** Patterns of which the tools' word is plainly wrong, each with the reason. None so far. */
const differing: ReadonlyMap<string, string> = new Map();

describe("checkPattern agrees with the OASIS pattern validator", () => {
  it.each(["patterns.jsonl", "patterns-mutated.jsonl"])("on every row of %s", (file) => {
    const rows = rowsOf<PatternRow>(`stix/${file}`);
    if (rows === null) return;
    let agreed = 0;
    for (const { pattern, valid, grammar_ok: grammatical } of rows) {
      if (differing.has(pattern)) continue;
      expect(parsePattern(pattern).fault === undefined, pattern).toBe(grammatical);
      expect(
        checkPattern(pattern).every(({ severity }) => severity !== "error"),
        pattern,
      ).toBe(valid);
      agreed += 1;
    }
    console.log(`AGREEMENT ${file}: ${agreed} of ${rows.length} rows`);
  });

  it.each(["patterns.jsonl", "patterns-mutated.jsonl"])("on where the first fault of each row of %s is", (file) => {
    const rows = rowsOf<PatternRow>(`stix/${file}`);
    if (rows === null) return;
    let agreed = 0;
    for (const { pattern, errors } of rows) {
      // The validator tells of missing brackets beside what its grammar says, and counts from 0.
      const told = errors.find((error) => !error.includes("missing square brackets"));
      const place = /Error found at line 1:([0-9]+)\./.exec(told ?? "")?.[1];
      if (place === undefined) continue;
      expect(parsePattern(pattern).fault?.column, `${pattern} ${told}`).toBe(Number(place) + 1);
      agreed += 1;
    }
    console.log(`AGREEMENT ${file}, columns: ${agreed} of ${agreed} rows that have one`);
  });
});

describe("matchPattern agrees with the OASIS pattern matcher", () => {
  it("on every row", () => {
    const rows = rowsOf<MatcherRow>("stix/matcher.jsonl");
    if (rows === null) return;
    let agreed = 0;
    for (const { pattern, observed_data: given, matches, bound } of rows) {
      if (differing.has(pattern)) continue;
      const found = attempt(pattern, given);
      expect(found?.matches ?? null, pattern).toBe(matches);
      if (bound !== undefined) expect(found?.bound.length, pattern).toBe(bound.length);
      agreed += 1;
    }
    console.log(`AGREEMENT matcher.jsonl: ${agreed} of ${rows.length} rows`);
  });
});

function attempt(pattern: string, given: readonly Json[]): ReturnType<typeof matchPattern> | null {
  try {
    return matchPattern(pattern, observedDataOf(given));
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return null;
  }
}
