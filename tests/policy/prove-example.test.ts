// What counterexamples are made of: every type, with everything that rules ask for and without it.

import { describe, expect, it } from "vitest";
import { check } from "../../src/stix/check.ts";
import { levels, tlpOf } from "../../src/stix/marking.ts";
import { metaTypes, observableTypes } from "../../src/stix/object.ts";
import { parseNetwork } from "../../src/directory/network.ts";
import { affectedBy } from "../../src/policy/affected.ts";
import {
  affectsBy,
  affectsByAddress,
  contributedTypes,
  exampleId,
  exampleObject,
  hasDomain,
  isContributable,
  networkFor,
  type Place,
  plainSketch,
  saysMore,
  type Sketch,
} from "../../src/policy/example-object.ts";
import { gatherFacts } from "../../src/policy/facts.ts";
import { hasPersonal } from "../../src/policy/personal.ts";
import { referencesOf } from "../../src/stix/references.ts";

const place: Place = { number: 1, created: "2026-11-24T00:00:00.000000Z", modified: "2026-11-25T00:00:00.000000Z" };
const errorsOf = (sketch: Sketch) =>
  check(exampleObject(sketch, place))
    .filter(({ severity }) => severity === "error")
    .map(({ rule, pointer }) => rule + pointer);
const factsOf = (sketch: Sketch) => {
  const object = exampleObject(sketch, place);
  const contributed = { object, level: null, unattributed: false, references: [], latestLevel: null };
  return gatherFacts({ by: "KZ", collection: "public", instruction: null, at: 0 }, [contributed]).facts[0];
};

describe.each([...contributedTypes, "x-example"])("an example of %s", (type) => {
  const plain = plainSketch(type);
  const full: Sketch = {
    ...plain,
    level: "amber+strict",
    sectors: ["energy", "water"],
    severities: ["high", "low"],
    exercise: true,
    personal: true,
    about: [exampleId("indicator", 0xf1)],
    ...(saysMore(type)
      ? { labels: ["a", "b"], confidence: 40, createdBy: exampleId("identity", 3), revoked: true }
      : {}),
  };

  it("is valid, at each level, plain and with everything", () => {
    for (const level of levels) expect(errorsOf({ ...plain, level })).toEqual([]);
    expect(errorsOf(full)).toEqual([]);
    if (affectsBy(type) !== null) {
      expect(errorsOf({ ...plain, affects: "XX" })).toEqual([]);
      expect(errorsOf({ ...full, affects: "KZ" })).toEqual([]);
    }
  });

  it("says what it was asked to say, and nothing else", () => {
    expect(factsOf(plain)).toMatchObject({
      type,
      labels: [],
      sectors: [],
      severities: [],
      exercise: false,
      confidence: null,
      createdBy: null,
      granular: false,
      revoked: false,
    });
    expect(factsOf(full)).toMatchObject({
      sectors: ["energy", "water"],
      severities: ["high", "low"],
      exercise: true,
      ...(saysMore(type)
        ? { labels: ["a", "b"], confidence: 40, createdBy: exampleId("identity", 3), revoked: true }
        : { labels: [], confidence: null, createdBy: null }),
    });
    const markings = exampleObject(full, place)["object_marking_refs"];
    expect(Array.isArray(markings) && markings.map((id) => tlpOf(String(id)))).toEqual(["amber+strict"]);
  });

  it("has personal data if and only if it was asked for", () => {
    for (const affects of [null, "KZ"]) {
      if (affects !== null && affectsBy(type) === null) continue;
      expect(hasPersonal(exampleObject({ ...plain, affects }, place))).toBe(false);
      expect(hasPersonal(exampleObject({ ...plain, affects, personal: true }, place))).toBe(true);
    }
  });

  it("refers to what it is about, and else only to what everybody has", () => {
    const [about] = full.about;
    expect(referencesOf(exampleObject(full, place)).map(({ id }) => id)).toContain(about);
    expect(referencesOf(exampleObject(plain, place)).map(({ id }) => id)).not.toContain(about);
  });

  it.each(["KZ", "GB", "XX"])("affects %s if and only if it was asked for and can", (affects) => {
    const published = (sketch: Sketch) => {
      const network = parseNetwork(networkFor(type));
      return affectsByAddress(sketch) && network !== null
        ? [{ code: affects, networks: [network] }]
        : [{ code: affects, networks: [] }];
    };
    const sketch = { ...plain, affects };
    const can = affectsBy(type) !== null && (affectsBy(type) !== "domain" || hasDomain(affects));
    if (can) expect(affectedBy(exampleObject(sketch, place), published(sketch))).toEqual([affects]);
    expect(affectedBy(exampleObject(plain, place), published(sketch))).toEqual([]);
  });
});

describe("types that can be contributed", () => {
  it("are all of STIX but the definitions, and others whose name is free", () => {
    for (const type of [...observableTypes, "indicator", "language-content", "x-foo"])
      expect(isContributable(type)).toBe(true);
    const definitions = metaTypes.filter((type) => type !== "language-content");
    for (const type of [...definitions, "bundle", "ab"]) expect(isContributable(type)).toBe(false);
  });

  it("do not take what observables do not have", () => {
    const address = plainSketch("ipv4-addr");
    const object = exampleObject(address, place);
    for (const more of [
      { labels: ["a"] },
      { confidence: 1 },
      { created_by_ref: exampleId("identity", 1) },
      { revoked: true },
    ])
      expect(check({ ...object, ...more }).some(({ severity }) => severity === "error")).toBe(true);
  });
});
