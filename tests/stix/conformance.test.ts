// Agreement with the OASIS validator on its own tests, on mutated and on real objects, in both profiles; and the ids that
// python-stix2 computes. The numbers are printed, and a floor keeps them from falling.

import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { check } from "../../src/stix/check.ts";
import { recomputes, scoId } from "../../src/stix/sco-id.ts";
import { rowsOf, textOf } from "./shared-data.ts";

interface Row {
  readonly instance: Json;
  readonly valid: boolean;
  readonly errors: readonly string[];
  readonly default?: { readonly valid: boolean; readonly errors: readonly string[] };
}

/** Rows that agree, of each file and profile. Raise them when they rise. */
const floors = {
  "objects.jsonl": { spec: 1013, oasis: 1076 },
  "mutations.jsonl": { spec: 2178, oasis: 2810 },
  "validator-cases.jsonl": { spec: 173, oasis: 267 },
} as const;

/** What the specification forbids and the OASIS validator lets through: the only reasons to refuse what it accepts. */
const strictness = new Set([
  "granular-marking-kind",
  "hex-case",
  "identifier-form",
  "list-empty",
  "null-value",
  "object-empty",
  "property-name",
  "property-not-used",
  "property-required",
  "property-reserved",
  "reference-target",
  "sco-id-recomputes",
  "spec-version",
  "tlp-instance",
  "tlp2-instance",
  "value-type",
]);

/** Parts of the validator that are not here yet: patterns, and the character sets of IANA. */
const notYet = /Pattern failed to validate|must be an IANA registered character set/;

const errorsOf = (value: unknown, profile: "spec" | "oasis") =>
  check(value, { profile }).filter((finding) => finding.severity === "error");

describe("check agrees with the OASIS validator", () => {
  it.each(Object.entries(floors))("on %s", (file, floor) => {
    const rows = rowsOf<Row>(`stix/${file}`);
    if (rows === null) return;
    const agreed = { spec: 0, oasis: 0 };
    for (const row of rows) {
      const { valid, errors } = row.default ?? row;
      const spec = errorsOf(row.instance, "spec");
      const oasis = errorsOf(row.instance, "oasis");
      if ((spec.length === 0) === valid) agreed.spec += 1;
      if ((oasis.length === 0) === valid) agreed.oasis += 1;
      else expect(errors.join("\n"), JSON.stringify(row.instance)).toMatch(notYet);
      // Where only the specification disagrees, it is for a reason that is known.
      if (valid) for (const { rule } of spec) expect(strictness, JSON.stringify(row.instance)).toContain(rule);
      else if (spec.length === 0 && !notYet.test(errors.join("\n"))) {
        expect(
          oasis.every(({ rule }) => rule.startsWith("oasis-")),
          JSON.stringify(oasis),
        ).toBe(true);
      }
    }
    for (const profile of ["spec", "oasis"] as const) {
      const percent = ((100 * agreed[profile]) / rows.length).toFixed(2);
      console.log(`AGREEMENT ${file} ${profile}: ${agreed[profile]} of ${rows.length} rows (${percent} %)`);
      expect(agreed[profile]).toBeGreaterThanOrEqual(floor[profile]);
    }
  });

  it.each([
    "apt1.json",
    "defining-campaigns.json",
    "ics-attack-18.1.json",
    "indicator-for-c2-ip-address.json",
    "infrastructure.json",
    "poisonivy.json",
    "using-granular-markings.json",
  ])("that the real bundle %s has no error", (file) => {
    const text = textOf(`real/${file}`);
    if (text === null) return;
    const bundle: unknown = JSON.parse(text);
    expect(errorsOf(bundle, "spec")).toEqual([]);
    expect(errorsOf(bundle, "oasis")).toEqual([]);
  });
});

describe("scoId agrees with python-stix2", () => {
  it("on every row", () => {
    const rows = rowsOf<{ readonly object: JsonObject; readonly id: string }>("stix/sco-ids.jsonl");
    if (rows === null) return;
    for (const { object, id } of rows) {
      expect(scoId(object), JSON.stringify(object)).toBe(id);
      expect(recomputes({ ...object, id })).toBe(true);
    }
    console.log(`AGREEMENT sco-ids.jsonl: ${rows.length} of ${rows.length} rows`);
  });
});
