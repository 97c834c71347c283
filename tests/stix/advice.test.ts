// Recommendations: every rule with objects that break it and objects beside them that do not; the options of the OASIS
// validator; bundles.

import { describe, expect, it } from "vitest";
import { isObject } from "../../src/encoding/json.ts";
import { valueAt } from "../../src/encoding/pointer.ts";
import { Refusal } from "../../src/refusal.ts";
import { advise } from "../../src/stix/advice.ts";
import type { AdviceOptions } from "../../src/stix/advice-options.ts";
import { check } from "../../src/stix/check.ts";
import { pinnedMarkings } from "../../src/stix/pinned-markings.ts";
import { suggestedRelationships, unsuggested } from "../../src/stix/relationships.ts";
import { rules } from "../../src/stix/rules.ts";
import { interopRules, shouldRules } from "../../src/stix/should-rules.ts";
import should from "../vectors/stix/should.json" with { type: "json" };
import { type Change, validObjects, valueOf } from "./vectors.ts";

interface AdviceCase extends Change {
  readonly rule: string;
  readonly pointer?: string;
  readonly also?: readonly string[];
  readonly options?: AdviceOptions;
}

const invalid = should.invalid as unknown as readonly AdviceCase[];
const valid = should.valid as unknown as readonly AdviceCase[];
const interop = new Set(Object.keys(interopRules));

const findingsOf = ({ options = {}, ...one }: AdviceCase, strict = false) =>
  check(valueOf(one), { advice: advise(options), strict });

describe("advise", () => {
  it.each(invalid.map((one) => [one.rule, one.title, one] as const))("tells %s in: %s", (rule, _title, one) => {
    const severity = interop.has(rule) ? "error" : "warning";
    const findings = findingsOf(one);
    expect(findings).toContainEqual(expect.objectContaining({ rule, severity, pointer: one.pointer }));
    // The objects that are changed are full of what is someone's own, and observables among them have random ids.
    const before = new Set(one.of === undefined ? [] : findingsOf({ title: "", rule, of: one.of }).map((f) => f.rule));
    const told = new Set(findings.map((finding) => finding.rule).filter((name) => name === rule || !before.has(name)));
    expect(told).toEqual(new Set([rule, ...(one.also ?? []).filter((name) => !before.has(name as never))]));
    expect(valueAt(valueOf(one), one.pointer ?? "")).not.toBe(undefined);
  });

  it.each(valid.map((one) => [one.rule, one.title, one] as const))("does not tell %s in: %s", (rule, _title, one) => {
    const findings = findingsOf(one);
    expect(findings.filter((finding) => finding.rule === rule || finding.severity === "error")).toEqual([]);
  });

  it("has two vectors of each kind at least for every recommendation of the specification", () => {
    const names = [...Object.keys(shouldRules), ...interop].filter((name) => name !== "http-request-headers");
    for (const cases of [invalid, valid]) {
      expect(names.filter((name) => cases.filter(({ rule }) => rule === name).length < 2)).toEqual([]);
    }
  });

  it("makes errors of warnings where it is strict", () => {
    for (const one of invalid) expect(findingsOf(one, true).some(({ severity }) => severity === "error")).toBe(true);
  });

  it("says nothing of what is not asked for", () => {
    for (const one of invalid) {
      const findings = check(valueOf(one), { advice: advise({ disabled: ["all"] }) });
      expect(findings.filter(({ rule }) => Object.hasOwn(shouldRules, rule))).toEqual([]);
    }
  });

  it("tells the number of a recommendation, of countries the one that the OASIS validator prints", () => {
    const location = { ...validObjects["location"], country: "Kazakhstan" };
    expect(check(location, { advice: advise() }).map(({ code }) => code)).toEqual(["277"]);
    expect(check(location, { profile: "oasis", advice: advise() }).map(({ code }) => code)).toEqual(["201"]);
    for (const rule of Object.values(rules)) expect("code" in rule ? rule.code : "101").toMatch(/^[1-4][0-9]{2}$/);
  });

  it.each(pinnedMarkings.map((object) => [object.id, object] as const))(
    "has nothing against the pinned %s",
    (_id, object) => {
      for (const profile of ["spec", "oasis"] as const) {
        const told = check(object, { profile, advice: advise() }).map(({ rule }) => rule);
        // The identity of OASIS has a UUID of its own making, the extension no description of its properties.
        expect(told.filter((rule) => rule !== "uuid-check")).toEqual([]);
      }
    },
  );
});

describe("options of recommendations", () => {
  const breaches = { ...validObjects["tool"], x_own: 1, tool_types: ["Our Own"] };
  const rulesOf = (options: AdviceOptions, profile: "spec" | "oasis" = "spec") =>
    check(breaches, { profile, advice: advise(options) }).map(({ rule }) => rule);

  it("are names, numbers or groups", () => {
    expect(rulesOf({})).toEqual(["open-vocab-format", "tool-types", "extensions-use"]);
    expect(rulesOf({ disabled: ["401"] })).toEqual(["open-vocab-format", "tool-types", "custom-prefix"]);
    expect(rulesOf({ disabled: ["extensions-use", "101"] })).toEqual(["open-vocab-format", "tool-types"]);
    expect(rulesOf({ disabled: ["format-checks"] })).toEqual(["tool-types", "extensions-use"]);
    expect(rulesOf({ disabled: ["2"] })).toEqual(["open-vocab-format", "extensions-use"]);
    expect(rulesOf({ disabled: ["all"] })).toEqual([]);
    expect(rulesOf({ disabled: ["all"], enabled: ["222"] })).toEqual(["tool-types"]);
    expect(rulesOf({ enabled: ["all-vocabs"] })).toEqual(["tool-types"]);
    expect(rulesOf({ enabled: ["1", "401"] })).toEqual(["open-vocab-format", "extensions-use"]);
    expect(rulesOf({ enabled: ["hash-length"] })).toEqual([]);
  });

  it("refuse what is no recommendation", () => {
    expect(() => advise({ disabled: ["999"] })).toThrow(Refusal);
    expect(() => advise({ enabled: ["strict-types"] })).toThrow("no recommendation");
  });

  it("leave out with a list of disabled ones what the OASIS validator forgets", () => {
    const url = validObjects["url"];
    const told = (profile: "spec" | "oasis") =>
      check(url, { profile, advice: advise({ disabled: ["202"] }) }).map(({ rule }) => rule);
    expect(told("spec")).toEqual(["uuid-check"]);
    expect(told("oasis")).toEqual([]);
  });

  it("know header fields of requests for the OASIS validator alone", () => {
    const place = "/extensions/http-request-ext/request_header";
    const traffic = valueOf({
      title: "",
      of: "network-traffic",
      set: { [place]: { "User-Agent": ["x"], "X-Own": ["y"] } },
    });
    const told = (profile: "spec" | "oasis") =>
      check(traffic, { profile, advice: advise({ enabled: ["274"] }) }).map(
        ({ code, pointer }) => `${code} ${pointer}`,
      );
    expect(told("oasis")).toEqual([`274 ${place}/X-Own`]);
    expect(told("spec")).toEqual([]);
  });

  it("say nothing where the OASIS validator cannot tell what an object is", () => {
    const bundle = (...objects: readonly unknown[]) => ({ ...validObjects["bundle"], objects: [breaches, ...objects] });
    const codes = (value: unknown) =>
      check(value, { profile: "oasis", advice: advise() }).filter(({ code }) => code !== undefined);
    expect(codes(bundle())).not.toEqual([]);
    for (const other of [{ id: "x" }, "x", { type: "tool", spec_version: "3.0" }])
      expect(codes(bundle(other))).toEqual([]);
    expect(codes({ ...breaches, id: undefined })).toEqual([]);
  });

  it("ask the OASIS validator's strictness of observables, too", () => {
    const { strictTypes, ...rest } = { strictTypes: true, enabled: ["202"] };
    const told = (profile: "spec" | "oasis") =>
      check(validObjects["url"], { profile, advice: advise({ strictTypes, ...rest }) }).map(({ rule }) => rule);
    expect(told("spec")).toEqual([]);
    expect(told("oasis")).toEqual(["strict-types"]);
  });
});

describe("suggested relationships", () => {
  it("are the 120 of the specification, one of them of every observable", () => {
    const rows = suggestedRelationships().filter(
      ([, type, target]) => type !== "consists-of" || target === "infrastructure",
    );
    expect(rows).toHaveLength(118);
    for (const [source, type, target] of suggestedRelationships()) expect(unsuggested(source, type, target)).toBe(null);
  });

  it("are told apart by what is not suggested", () => {
    expect(unsuggested("note", "uses", "tool")).toBe("source");
    expect(unsuggested("tool", "eats", "malware")).toBe("type");
    expect(unsuggested("tool", "uses", "malware")).toBe("target");
    expect(unsuggested("note", "derived-from", "note")).toBe(null);
    expect(unsuggested("malware-analysis", "analysis-of", "malware")).toBe("type");
    expect(unsuggested("malware-analysis", "analysis-of", "malware", true)).toBe(null);
    expect(unsuggested("constructor", "toString", "x")).toBe("source");
  });
});

describe("advise on hostile input", () => {
  it("answers for any of the vectors with any part replaced", () => {
    const strange = [null, true, 0, "x", [], {}, [null], [[]], [{}], { a: null }, [{ id: 1, type: 2 }]];
    for (const object of Object.values(validObjects)) {
      for (const name of Object.keys(object)) {
        for (const value of strange) {
          const changed = { ...object, [name]: value };
          for (const profile of ["spec", "oasis"] as const) {
            for (const { pointer } of check(changed, {
              profile,
              advice: advise({
                strictTypes: true,
                strictProperties: true,
                enforceRefs: true,
                interop: true,
                enabled: ["all", "101", "102"],
              }),
            })) {
              expect(valueAt(changed, pointer), pointer).not.toBe(undefined);
            }
          }
        }
      }
    }
  });

  it("takes little time for what is large", () => {
    const many = Array.from({ length: 50_000 }, (_, i) => `Odd Name ${i}`);
    const dictionary = Object.fromEntries(many.map((name) => [name, 1]));
    const started = performance.now();
    for (const object of [
      { ...validObjects["malware"], malware_types: many },
      { ...validObjects["network-traffic"], ipfix: dictionary, protocols: many },
      { ...validObjects["file"], x_own: dictionary },
      { ...validObjects["process"], ...dictionary },
    ]) {
      expect(isObject(object)).toBe(true);
      check(object, { advice: advise() });
      check(object, { profile: "oasis", advice: advise() });
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
