// Agreement with the OASIS validator on its own tests under each test's options, on mutated and on real objects; in both
// profiles, and on the numbers of the recommendations; and the ids that python-stix2 computes. The numbers are printed.

import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { advise } from "../../src/stix/advice.ts";
import { check } from "../../src/stix/check.ts";
import type { CheckOptions } from "../../src/stix/check-object.ts";
import { recomputes, scoId } from "../../src/stix/sco-id.ts";
import { rowsOf, textOf } from "./shared-data.ts";

interface Verdict {
  readonly valid: boolean;
  readonly errors: readonly string[];
  readonly warnings?: readonly string[];
}

interface Options {
  readonly strict?: boolean;
  readonly strict_types?: boolean;
  readonly strict_properties?: boolean;
  readonly enforce_refs?: boolean;
  readonly interop?: boolean;
  readonly disabled?: readonly string[];
  readonly enabled?: readonly string[];
}

interface Row extends Verdict {
  readonly instance: Json;
  readonly options?: Options;
  readonly default?: Verdict;
}

const files = ["objects.jsonl", "mutations.jsonl", "validator-cases.jsonl"] as const;

/** Rows in which the validator is plainly wrong and we differ, by file and instance, with the reason. There are none. */
const differing: ReadonlyMap<string, string> = new Map();

/** What the specification forbids and the OASIS validator lets through: the only reasons to refuse what it accepts. */
const strictness = new Set([
  "granular-marking-kind",
  "hex-case",
  "identifier-form",
  "language-shape",
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

const recommended = advise();
const codesIn = (lines: readonly string[]) =>
  [...new Set(lines.flatMap((line) => /: \{([0-9]+)\} /.exec(line)?.[1] ?? []))].toSorted().join(" ");

function judge(instance: Json, options: CheckOptions) {
  const findings = check(instance, options);
  return {
    valid: findings.every(({ severity }) => severity !== "error"),
    codes: [...new Set(findings.flatMap(({ code }) => code ?? []))].toSorted().join(" "),
    rules: new Set(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule)),
  };
}

function adviceOf({ disabled = [], enabled = [], ...flags }: Options) {
  return advise({
    disabled,
    enabled,
    strictTypes: flags.strict_types === true,
    strictProperties: flags.strict_properties === true,
    enforceRefs: flags.enforce_refs === true,
    interop: flags.interop === true,
  });
}

describe("profile oasis agrees with the OASIS validator", () => {
  it.each(files)("on every row of %s, and on the numbers of its recommendations", (file) => {
    const rows = rowsOf<Row>(`stix/${file}`);
    if (rows === null) return;
    for (const row of rows) {
      if (differing.has(`${file} ${JSON.stringify(row.instance)}`)) continue;
      const { valid, warnings = [] } = row.default ?? row;
      const { valid: ours, codes } = judge(row.instance, { profile: "oasis", advice: recommended });
      expect({ valid: ours, codes }, JSON.stringify(row.instance)).toEqual({ valid, codes: codesIn(warnings) });
    }
    console.log(`AGREEMENT ${file} oasis, default: ${rows.length - differing.size} of ${rows.length} rows`);
  });

  it("on every row of validator-cases.jsonl under its own options", () => {
    const rows = rowsOf<Row>("stix/validator-cases.jsonl");
    if (rows === null) return;
    for (const { instance, options = {}, valid, errors, default: ordinary } of rows) {
      const strict = options.strict === true;
      const ours = judge(instance, { profile: "oasis", strict, advice: adviceOf(options) });
      const told = strict ? errors : (ordinary?.warnings ?? []);
      const wanted = { valid, codes: codesIn(told) };
      expect({ valid: ours.valid, codes: ours.codes }, JSON.stringify({ options, instance })).toEqual(wanted);
    }
    console.log(`AGREEMENT validator-cases.jsonl oasis, own options: ${rows.length} of ${rows.length} rows`);
  });
});

describe("profile spec", () => {
  it.each(files)("parts with the OASIS validator on %s for reasons that are known", (file) => {
    const rows = rowsOf<Row>(`stix/${file}`);
    if (rows === null) return;
    let agreed = 0;
    for (const row of rows) {
      const { valid } = row.default ?? row;
      const spec = judge(row.instance, {});
      if (spec.valid === valid) agreed += 1;
      else if (valid) for (const rule of spec.rules) expect(strictness, JSON.stringify(row.instance)).toContain(rule);
      else {
        const oasis = judge(row.instance, { profile: "oasis", advice: recommended });
        for (const rule of oasis.rules) expect(rule, JSON.stringify(row.instance)).toMatch(/^oasis-/);
      }
    }
    console.log(`AGREEMENT ${file} spec: ${agreed} of ${rows.length} rows`);
    expect(agreed).toBeGreaterThan(rows.length / 2);
  });

  it.each([
    "apt1.json",
    "defining-campaigns.json",
    "ics-attack-18.1.json",
    "indicator-for-c2-ip-address.json",
    "infrastructure.json",
    "poisonivy.json",
    "using-granular-markings.json",
  ])("and profile oasis find no error in the real bundle %s", (file) => {
    const text = textOf(`real/${file}`);
    if (text === null) return;
    const bundle = JSON.parse(text) as Json;
    expect([...judge(bundle, {}).rules]).toEqual([]);
    expect([...judge(bundle, { profile: "oasis", advice: recommended }).rules]).toEqual([]);
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
