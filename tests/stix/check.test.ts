// check: every rule with objects that break it and objects beside them that do not.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isObject, type Json } from "../../src/encoding/json.ts";
import { formatPointer, valueAt } from "../../src/encoding/pointer.ts";
import { advise } from "../../src/stix/advice.ts";
import { check } from "../../src/stix/check.ts";
import { bundleFindingsMax } from "../../src/stix/check-bundle.ts";
import { patternLengthMax } from "../../src/stix/check-object.ts";
import { findingsMax } from "../../src/stix/finding.ts";
import { classOf, domainTypes, metaTypes, observableTypes, relationshipTypes } from "../../src/stix/object.ts";
import { pinnedMarkings, tlp1Markings } from "../../src/stix/pinned-markings.ts";
import { rules } from "../../src/stix/rules.ts";
import { patternRules } from "../../src/stix/pattern/rules.ts";
import { interopRules, shouldRules } from "../../src/stix/should-rules.ts";
import { scoId } from "../../src/stix/sco-id.ts";
import { depthMax } from "../../src/stix/structure.ts";
import { succession } from "../../src/stix/version.ts";
import { invalidCases, profileCases, validCases, validObjects, valueOf } from "./vectors.ts";

const errorsOf = (value: unknown, profile: "spec" | "oasis" = "spec") =>
  check(value, { profile }).filter((finding) => finding.severity === "error");

describe("check", () => {
  it.each(Object.entries(validObjects))("finds nothing in a full %s", (_type, object) => {
    expect(check(object)).toEqual([]);
  });

  it("has a full valid object of every type", () => {
    for (const type of [...domainTypes, ...relationshipTypes, ...observableTypes, ...metaTypes, "bundle"]) {
      expect(validObjects, type).toHaveProperty([type, "type"], type);
    }
  });

  it.each(pinnedMarkings.map((object) => [object.id, object] as const))(
    "finds nothing in the pinned %s",
    (_id, object) => {
      expect(check(object)).toEqual([]);
      expect(check(object, { profile: "oasis" })).toEqual([]);
    },
  );

  it.each(validCases.map((one) => [one.title, one] as const))("finds nothing in: %s", (_title, one) => {
    expect(check(valueOf(one))).toEqual([]);
  });

  it.each(invalidCases.map((one) => [one.rule, one.title, one] as const))("finds %s in: %s", (rule, _title, one) => {
    const findings = check(valueOf(one));
    expect(findings).toContainEqual(
      expect.objectContaining({ rule, pointer: one.pointer, severity: one.severity ?? "error" }),
    );
    expect(new Set(findings.map((finding) => finding.rule))).toEqual(new Set([rule, ...(one.also ?? [])]));
  });

  it.each(profileCases.map((one) => [one.rule, one.title, one] as const))(
    "parts the profiles at %s: %s",
    (_rule, _title, one) => {
      const value = valueOf(one);
      const isValid = (profile: "spec" | "oasis") =>
        check(value, { profile, advice: advise(one.options) }).every(({ severity }) => severity === "warning");
      expect({ spec: isValid("spec"), oasis: isValid("oasis") }).toEqual({
        spec: one.spec,
        oasis: one.oasis,
      });
    },
  );

  it("has at least two invalid and two valid vectors for every rule of the specification", () => {
    // Limits of ours take large objects, which are made below; other files have the vectors of recommendations, patterns,
    // text that is no JSON, extensions and language content.
    const made = new Set<string>([
      "depth",
      "indicator-pattern-length",
      "json",
      "json-limit",
      ...Object.keys(shouldRules),
      ...Object.keys(interopRules),
      ...Object.keys(patternRules),
      ...Object.keys(rules).filter((name) =>
        /^(?:extension-(?:unknown|type-use|host|schema|property)|language-(?:shape|version))$/.test(name),
      ),
    ]);
    const names = Object.entries(rules).filter(
      ([name, rule]) => !("spec" in rule && rule.spec === "off") && !made.has(name),
    );
    for (const cases of [invalidCases, validCases]) {
      const count = (name: string) => cases.filter((one) => one.rule === name).length;
      expect(names.map(([name]) => name).filter((name) => count(name) < 2)).toEqual([]);
    }
  });

  it("has a vector for every rule of the OASIS validator alone", () => {
    const found = new Set(
      profileCases.flatMap(({ options = {}, ...one }) =>
        check(valueOf(one), { profile: "oasis", advice: advise(options) }).map(({ rule }) => rule),
      ),
    );
    const names = Object.keys(rules).filter((name) => name.startsWith("oasis-"));
    expect(names.filter((name) => !found.has(name as never))).toEqual([]);
  });

  it("tells a sentence and a section with each finding, and nothing of what was checked", () => {
    for (const one of invalidCases) {
      for (const { message, section } of check(valueOf(one))) {
        expect(message).toMatch(/^[A-Z].*\.$/);
        expect(message).not.toMatch(/[{}]|undefined/);
        expect(section).toMatch(/^(?:—|\d{1,2}(?:\.\d{1,2}){0,3})$/);
      }
    }
  });

  it("tells the section of the object's type where a rule has none of its own", () => {
    expect(check({ ...validObjects["tool"], name: 5 })[0]).toMatchObject({ rule: "value-type", section: "4.18" });
    expect(check({ ...validObjects["mutex"], name: 5 })[0]).toMatchObject({ rule: "value-type", section: "6.11" });
    expect(check({ ...validObjects["x-example-thing"], labels: 5 })[0]).toMatchObject({ section: "11.2" });
  });

  it("names the types that a reference may point to", () => {
    const one = { ...validObjects["email-addr"], belongs_to_ref: validObjects["tool"]?.["id"] };
    expect(check(one)[0]?.message).toBe(
      "The reference may not point to an object of that type; it must be user-account.",
    );
  });

  it("accepts an observable with the id that its content gives, and refuses the same id for other content", () => {
    for (const type of observableTypes.filter((one) => one !== "process")) {
      const object = { ...validObjects[type] };
      const id = scoId(object);
      expect(check({ ...object, id }), type).toEqual([]);
      const other = { ...object, id: `${type}--00000000-0000-5000-8000-000000000000` };
      expect(
        check(other).map(({ rule }) => rule),
        type,
      ).toEqual(["sco-id-recomputes"]);
    }
  });
});

describe("check of every property", () => {
  /** Where any type of value will do: in custom objects, extensions and dictionaries of someone's own. */
  const ofCustom = /^\/(?:some_property|x_refs_none|value|source_ref)/;
  const free = /\/(?:score|note_text)$|^\/contents\/[a-z]+\/|\/(?:startup_info|exif_tags|ipfix)\//;

  function* places(value: Json, pointer = ""): Generator<readonly [string, Json]> {
    if (pointer !== "") yield [pointer, value];
    if (typeof value !== "object" || value === null) return;
    for (const [name, part] of Object.entries(value)) yield* places(part as Json, pointer + formatPointer([name]));
  }

  it.each(Object.keys(validObjects))("refuses another type of value anywhere in a %s", (of) => {
    for (const [pointer, value] of places(validObjects[of] ?? null)) {
      if (free.test(pointer) || (of.startsWith("x-") && ofCustom.test(pointer))) continue;
      const wrong =
        typeof value === "string"
          ? { title: "", of, set: { [pointer]: 5 } }
          : { title: "", of, set: { [pointer]: "x" } };
      expect(errorsOf(valueOf(wrong)), `${of} ${pointer}`).not.toEqual([]);
    }
  });

  it.each(Object.keys(validObjects))(
    "refuses null, an empty list and an empty object for each property of a %s",
    (of) => {
      for (const name of Object.keys(validObjects[of] ?? {})) {
        for (const empty of [null, [], {}]) {
          expect(errorsOf(valueOf({ title: "", of, set: { [`/${name}`]: empty } })), `${of} ${name}`).not.toEqual([]);
        }
      }
    },
  );
});

describe("check on hostile input", () => {
  it("tells an object nested too deeply, without recursion", () => {
    let deep: Json = "bottom";
    for (let i = 0; i < 200_000; i++) deep = i % 2 === 0 ? [deep] : { deeper: deep };
    const [finding, ...more] = check({ ...validObjects["tool"], x_own: deep });
    expect(finding).toMatchObject({ rule: "depth", severity: "error" });
    expect(finding?.pointer.split("/").length).toBe(depthMax + 1);
    expect(more).toEqual([]);
  });

  it("tells depth alone, before anything else could recurse over the value", () => {
    let deep: Json = "bottom";
    for (let i = 0; i < 200_000; i++) deep = [deep];
    const id = "file--00000000-0000-5000-8000-000000000000";
    const file = { ...validObjects["file"], id, extensions: { "x-own-ext": { own_value: deep } } };
    expect(check(file).map(({ rule }) => rule)).toEqual(["depth"]);
    const marking = { ...tlp1Markings[0], definition: { tlp: deep } };
    for (const profile of ["spec", "oasis"] as const) {
      expect(check(marking, { profile }).map(({ rule }) => rule)).toEqual(["depth"]);
    }
  });

  it("accepts an object nested to the limit", () => {
    let deep: Json = "bottom";
    for (let i = 0; i < depthMax - 1; i++) deep = [deep];
    expect(check({ ...validObjects["tool"], x_own: deep })).toEqual([]);
    expect(check({ ...validObjects["tool"], x_own: [deep] })).toHaveLength(1);
  });

  it("tells few findings in little time, however many faults there are", () => {
    const many = Array.from({ length: 200_000 }, () => "no identifier");
    const started = performance.now();
    const findings = check({
      ...validObjects["report"],
      object_refs: many,
      labels: many.map(() => 5),
      x_own: many.map(() => null),
    });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(findings.length).toBeGreaterThan(1);
    expect(findings.length).toBeLessThanOrEqual(findingsMax);
  });

  it("tells few findings of a container, a dictionary or a list of markings that is full of faults", () => {
    const container = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [String(i), { type: "url", id: "x", value: "" }]),
    );
    const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`not a key ${i}`, 5]));
    const markings = Array.from({ length: 20_000 }, () => ({ selectors: ["nothing.here"] }));
    const started = performance.now();
    for (const object of [
      { ...validObjects["observed-data"], objects: container, object_refs: undefined },
      { ...validObjects["process"], environment_variables: keys },
      { ...validObjects["indicator"], granular_markings: markings },
    ]) {
      const findings = check(object);
      expect(findings.length).toBeGreaterThan(1);
      expect(findings.length).toBeLessThanOrEqual(findingsMax);
    }
    expect(performance.now() - started).toBeLessThan(4000);
  });

  it("bounds the findings of a bundle", () => {
    const objects = Array.from({ length: 5000 }, () => ({ type: "tool", id: "x" }));
    const findings = check({ ...validObjects["bundle"], objects });
    expect(findings.length).toBeGreaterThanOrEqual(bundleFindingsMax);
    expect(findings.length).toBeLessThan(bundleFindingsMax + findingsMax);
  });

  it("leaves out no error for the warnings before it", () => {
    const x_own = Array.from({ length: 200 }, () => ({ deep: null }));
    const warned = { ...validObjects["tool"], x_own };
    const objects = [...Array.from({ length: 200 }, () => warned), { ...validObjects["tool"], name: 5 }];
    const findings = check({ ...validObjects["bundle"], objects });
    expect(findings.length).toBeGreaterThan(bundleFindingsMax);
    expect(findings.at(-1)).toMatchObject({ rule: "value-type", severity: "error", pointer: "/objects/200/name" });
  });

  it("bounds the length of a pattern", () => {
    const pattern = "x".repeat(patternLengthMax);
    const indicator = { ...validObjects["indicator"], pattern_type: "sigma" };
    expect(check({ ...indicator, pattern })).toEqual([]);
    expect(check({ ...indicator, pattern: `${pattern}x` })).toEqual([
      expect.objectContaining({ rule: "indicator-pattern-length", pointer: "/pattern" }),
    ]);
  });

  it("reads names of JavaScript's own as names of properties", () => {
    const own = JSON.parse('{"__proto__": {"x": 1}, "constructor": "x", "hasOwnProperty": 1}') as object;
    const findings = check({ ...validObjects["tool"], ...own });
    expect(findings.map(({ pointer }) => pointer)).toContain("/hasOwnProperty");
    const proto: unknown = JSON.parse(`{"type": "__proto__", "id": "x", "extensions": {"__proto__": {}}}`);
    expect(errorsOf(proto).length).toBeGreaterThan(0);
    expect(errorsOf({ type: "constructor", id: "x" }).length).toBeGreaterThan(0);
    expect(errorsOf({ type: "toString", id: "toString--x" }).length).toBeGreaterThan(0);
  });

  it.each([
    [{ name: "\ud800" }, "/name"],
    [{ x_own: [{ deeper: "a\udc00" }] }, "/x_own/0/deeper"],
    [{ x_own: { "\ud800": 1 } }, "/x_own/\ud800"],
    [{ x_own: [Number.NaN] }, "/x_own/0"],
    [{ confidence: Number.POSITIVE_INFINITY }, "/confidence"],
  ])("refuses what no JSON text says, which a lax parser lets through: %j", (change, pointer) => {
    for (const profile of ["spec", "oasis"] as const) {
      expect(check({ ...validObjects["tool"], ...change }, { profile, advice: advise() })).toContainEqual(
        expect.objectContaining({ rule: "json", severity: "error", pointer }),
      );
    }
  });

  it.each([
    { type: "mutex", id: "mutex--00000001-0000-5000-8000-000000000001", name: "\ud800" },
    { type: "autonomous-system", id: "autonomous-system--00000001-0000-5000-8000-000000000001", number: Number.NaN },
    { ...tlp1Markings[0], name: "\ud800" },
    { ...tlp1Markings[0], name: Number.POSITIVE_INFINITY },
  ])("refuses it where content is hashed or compared: %j", (object) => {
    expect(errorsOf(object).map(({ rule }) => rule)).toContain("json");
    expect(scoId(object)).toBe(null);
    expect(succession(object as never, { ...object } as never)).toBe("unversioned");
  });

  it("answers for any JSON value, with pointers that lead somewhere", () => {
    const types = Object.keys(validObjects);
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom(
          null,
          true,
          0,
          -1,
          1.5,
          "",
          "x",
          "2026-01-01T00:00:00Z",
          "tool--00000001-0000-4000-8000-000000000001",
        ),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom("id", "a/b", "~", "x_ref", "x_refs", "x_bin", "MD5", "0", "type", "objects"),
          tie("value"),
          { maxKeys: 3 },
        ),
      ),
    }));
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.array(fc.tuple(fc.nat(), json.value), { maxLength: 4 }),
        fc.constantFrom("spec", "oasis"),
        (type, changes, profile) => {
          const object: Record<string, unknown> = structuredClone(validObjects[type] ?? {});
          const names = [
            ...Object.keys(object),
            "x_own",
            "extensions",
            "granular_markings",
            "object_marking_refs",
            "objects",
          ];
          for (const [place, value] of changes) object[names[place % names.length] ?? "x_own"] = value;
          for (const { pointer } of check(object, { profile: profile as "spec" | "oasis" })) {
            expect(valueAt(object, pointer), pointer).not.toBe(undefined);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("answers for anything at all", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(errorsOf(value).length).toBeGreaterThan(0);
        expect(errorsOf(value, "oasis").length).toBeGreaterThan(0);
      }),
    );
  });

  it("says the same whatever the order of properties", () => {
    fc.assert(
      fc.property(fc.constantFrom(...invalidCases), fc.infiniteStream(fc.nat()), (one, random) => {
        const value = valueOf(one);
        if (!isObject(value)) return;
        const keys = Object.keys(value)
          .map((key) => [random.next().value ?? 0, key] as const)
          .toSorted(([a], [b]) => a - b);
        const shuffled = Object.fromEntries(keys.map(([, key]) => [key, value[key]]));
        const told = (v: unknown) =>
          check(v)
            .map(({ rule, pointer }) => `${rule} ${pointer}`)
            .toSorted();
        expect(told(shuffled)).toEqual(told(value));
      }),
      { numRuns: 400 },
    );
  });

  it("leaves what it checks as it is", () => {
    for (const one of invalidCases) {
      const value = valueOf(one);
      const before = structuredClone(value);
      check(value);
      check(value, { profile: "oasis" });
      expect(value).toEqual(before);
    }
  });

  it("has a class for every type that it has a schema for", () => {
    expect(
      Object.keys(validObjects)
        .filter((type) => classOf(type) === "custom")
        .every((type) => type.startsWith("x-")),
    ).toBe(true);
  });
});
