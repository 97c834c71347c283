import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  classOf,
  customClassOf,
  domainTypes,
  isDeterministic,
  isIdentifier,
  isStixObject,
  metaTypes,
  observableTypes,
  parseIdentifier,
  relationshipTypes,
  typeOf,
  versionOf,
} from "../../src/stix/object.ts";

const uuid4 = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
const uuid5 = "28bb3599-77cd-5a82-a950-b5bc3caf07c4";

describe("classOf", () => {
  it("knows 19 domain, 2 relationship, 18 observable and 3 meta types", () => {
    expect([domainTypes, relationshipTypes, observableTypes, metaTypes].map((types) => new Set(types).size)).toEqual([
      19, 2, 18, 3,
    ]);
  });

  it.each([
    ["indicator", "sdo"],
    ["sighting", "sro"],
    ["file", "sco"],
    ["marking-definition", "meta"],
    ["bundle", "bundle"],
    ["x-mitre-tactic", "custom"],
    ["constructor", "custom"],
    ["", "custom"],
  ])("puts %s into %s", (type, expected) => {
    expect(classOf(type)).toBe(expected);
  });
});

describe("customClassOf", () => {
  const withExtension = (extension_type: string) => ({
    type: "x-a",
    created: "2026-01-01T00:00:00.000Z",
    extensions: { "extension-definition--a": { extension_type } },
  });

  it("believes the extension that defines the type", () => {
    expect(customClassOf(withExtension("new-sco"))).toBe("sco");
    expect(customClassOf(withExtension("new-sro"))).toBe("sro");
    expect(customClassOf(withExtension("new-sdo"))).toBe("sdo");
  });

  it("takes what has no times for an observable and all else for a domain object", () => {
    expect(customClassOf({ type: "x-a" })).toBe("sco");
    const extensions = { a: 5, b: { extension_type: "new-sdo" } };
    expect(customClassOf({ type: "x-a", extensions })).toBe("sdo");
    expect(customClassOf({ type: "x-a", created: "x" })).toBe("sdo");
    expect(customClassOf({ type: "x-a", modified: "x", extensions: [] })).toBe("sdo");
    expect(customClassOf(withExtension("property-extension"))).toBe("sdo");
  });
});

describe("isStixObject", () => {
  it("accepts an object with two texts, whatever they say", () => {
    expect(isStixObject({ type: "", id: "" })).toBe(true);
  });

  it.each([[null], [[]], ["x"], [{ type: "a" }], [{ id: "a" }], [{ type: 1, id: "a" }], [undefined]])(
    "refuses %j",
    (value) => {
      expect(isStixObject(value)).toBe(false);
    },
  );
});

describe("typeOf and versionOf", () => {
  it("read texts only", () => {
    expect(typeOf({ type: { toString: null } })).toBe("");
    expect(versionOf({ modified: 5, created: null })).toBe(null);
  });

  it("prefers modified, then created, then nothing", () => {
    expect(versionOf({ created: "c", modified: "m" })).toBe("m");
    expect(versionOf({ created: "c" })).toBe("c");
    expect(versionOf({ type: "url" })).toBe(null);
  });
});

describe("parseIdentifier", () => {
  it("reads type, UUID and version", () => {
    expect(parseIdentifier(`indicator--${uuid4}`)).toEqual({ type: "indicator", uuid: uuid4, version: 4 });
    expect(parseIdentifier(`x-a-1--${uuid5}`)).toEqual({ type: "x-a-1", uuid: uuid5, version: 5 });
    expect(parseIdentifier(`x-a---${uuid5}`)).toEqual({ type: "x-a-", uuid: uuid5, version: 5 });
  });

  it("accepts upper-case hexadecimal, as RFC 4122 does", () => {
    expect(isIdentifier(`indicator--${uuid4.toUpperCase()}`)).toBe(true);
  });

  it.each([
    "",
    uuid4,
    `indicator-${uuid4}`,
    `Indicator--${uuid4}`,
    `a--b--${uuid4}`,
    `1a--${uuid4}`,
    `indicator--${uuid4}\n`,
    `indicator--${uuid4.replace("-4cbf", "-6cbf")}`,
    `indicator--${uuid4.replace("-938f", "-c38f")}`,
    `indicator--${uuid4.replaceAll("-", "")}`,
  ])("refuses %j", (text) => {
    expect(parseIdentifier(text)).toBe(null);
  });

  it("is undone by joining the parts", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,3}$/),
        fc.uuid({ version: [1, 2, 3, 4, 5] }),
        (type, uuid) => {
          const identifier = parseIdentifier(`${type}--${uuid}`);
          expect(identifier).toMatchObject({ type, uuid });
        },
      ),
    );
  });
});

describe("isDeterministic", () => {
  it("is true for version 5 of an observable alone", () => {
    expect(isDeterministic(`ipv4-addr--${uuid5}`)).toBe(true);
    expect(isDeterministic(`ipv4-addr--${uuid4}`)).toBe(false);
    expect(isDeterministic(`indicator--${uuid5}`)).toBe(false);
    expect(isDeterministic(`x-own--${uuid5}`)).toBe(false);
    expect(isDeterministic("ipv4-addr--x")).toBe(false);
  });
});
