// The types of objects: they narrow, and valid objects are of them. Most of this is held by the compiler.

import { describe, expect, expectTypeOf, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { domainTypes, metaTypes, observableTypes, relationshipTypes, type StixObject } from "../../src/stix/object.ts";
import type {
  Bundle,
  File,
  Hashes,
  Indicator,
  KnownObject,
  NtfsExt,
  Sighting,
  StixTypes,
} from "../../src/stix/types.generated.ts";
import { type DomainObject, isKnown, isOfType, type Observable } from "../../src/stix/types.ts";
import { validObjects } from "./vectors.ts";

const objectOf = (type: string) => validObjects[type] as StixObject;

describe("types", () => {
  it("narrow an object by its type", () => {
    const object = objectOf("indicator");
    if (!isOfType(object, "indicator")) throw new Error("It is an indicator.");
    expectTypeOf(object).toExtend<Indicator>();
    expectTypeOf(object.pattern).toBeString();
    expectTypeOf(object.valid_until).toEqualTypeOf<string | undefined>();
    expect(object.pattern.length).toBeGreaterThan(0);
    expect(isOfType(objectOf("tool"), "indicator")).toBe(false);
  });

  it("narrow by every type that there is, and to nothing else", () => {
    type Names = { readonly [Type in keyof StixTypes]: Type };
    type OwnNames = { readonly [Type in keyof StixTypes]: StixTypes[Type]["type"] };
    expectTypeOf<OwnNames>().toEqualTypeOf<Names>();
    type Narrowed = { readonly [Type in keyof StixTypes]: Extract<KnownObject, { readonly type: Type }> };
    type All = { readonly [Type in keyof StixTypes]: StixTypes[Type] };
    expectTypeOf<Narrowed>().toEqualTypeOf<All>();
    expectTypeOf<KnownObject["type"]>().toEqualTypeOf<keyof StixTypes>();
    const known = Object.values(validObjects).filter((object) => isKnown(object as StixObject));
    expect(known.map(({ type }) => type).toSorted()).toEqual(
      [...domainTypes, ...relationshipTypes, ...observableTypes, ...metaTypes, "bundle"].toSorted(),
    );
  });

  it("narrow among all the types that are known", () => {
    const namesOf = (object: StixObject): readonly string[] => {
      if (!isKnown(object)) return ["unknown"];
      switch (object.type) {
        case "file":
          expectTypeOf(object.hashes).toEqualTypeOf<Hashes | undefined>();
          return Object.keys(object.hashes ?? {});
        case "sighting":
          expectTypeOf(object.count).toEqualTypeOf<number | undefined>();
          return [object.sighting_of_ref];
        default:
          return [object.id];
      }
    };
    expect(namesOf(objectOf("file"))).toContain("MD5");
    expect(namesOf(objectOf("sighting"))).toEqual([(objectOf("sighting") as Sighting).sighting_of_ref]);
    expect(namesOf(objectOf("x-example-thing"))).toEqual(["unknown"]);
    expect(namesOf(objectOf("mutex"))).toEqual([objectOf("mutex").id]);
  });

  it("leave what an extension adds readable, and objects of types that nobody knows", () => {
    const tool = { ...objectOf("tool"), score: 5 } as StixObject;
    if (!isOfType(tool, "tool")) throw new Error("It is a tool.");
    expectTypeOf(tool["score"]).toEqualTypeOf<Json | undefined>();
    expect(tool["score"]).toBe(5);
    expect(isKnown(objectOf("x-example-value"))).toBe(false);
  });

  it("know which reference leads where, the suggested values, and the predefined extensions", () => {
    expectTypeOf<Indicator["created_by_ref"]>().toEqualTypeOf<`identity--${string}` | undefined>();
    expectTypeOf<Sighting["where_sighted_refs"]>().toEqualTypeOf<
      readonly (`identity--${string}` | `location--${string}`)[] | undefined
    >();
    expectTypeOf<"stix">().toExtend<Indicator["pattern_type"]>();
    expectTypeOf<string>().toExtend<Indicator["pattern_type"]>();
    expectTypeOf<"agree">().toExtend<StixTypes["opinion"]["opinion"]>();
    expectTypeOf<string>().not.toExtend<StixTypes["opinion"]["opinion"]>();
    expectTypeOf<NonNullable<NonNullable<File["extensions"]>["ntfs-ext"]>>().toEqualTypeOf<NtfsExt>();
    expectTypeOf<Bundle>().toExtend<StixObject>();
    expectTypeOf<Indicator>().toExtend<DomainObject>();
    expectTypeOf<File>().toExtend<Observable>();
    expectTypeOf<File>().not.toExtend<DomainObject>();
    expectTypeOf<keyof StixTypes>().toExtend<string>();
  });
});
