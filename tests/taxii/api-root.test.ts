import { describe, expect, it } from "vitest";
import { type ApiRoot, formatApiRoot, parseApiRoot } from "../../src/taxii/api-root.ts";
import { taxiiMediaType } from "../../src/taxii/media-type.ts";
import { refusalOf } from "./refusing.ts";

const root: ApiRoot = {
  title: "Malware Research Group",
  description: "A trust group setup for malware researchers",
  versions: ["application/taxii+json;version=2.1"],
  max_content_length: 104_857_600,
};

describe("formatApiRoot", () => {
  it("writes the properties of the standard by their names", () => {
    expect(JSON.parse(formatApiRoot(root))).toEqual(root);
  });

  it("leaves out a description that is not there", () => {
    const { description: _, ...plain } = root;
    expect(Object.keys(JSON.parse(formatApiRoot(plain)))).toEqual(["title", "versions", "max_content_length"]);
  });

  it("does not write a root that does not serve TAXII 2.1, or takes no body", () => {
    expect(() => formatApiRoot({ ...root, versions: [] })).toThrow(TypeError);
    expect(() => formatApiRoot({ ...root, versions: ["application/taxii+json"] })).toThrow(TypeError);
    expect(() => formatApiRoot({ ...root, max_content_length: 0 })).toThrow(TypeError);
    expect(() => formatApiRoot({ ...root, max_content_length: 1.5 })).toThrow(TypeError);
    expect(() => formatApiRoot({ ...root, max_content_length: 2 ** 53 })).toThrow(TypeError);
  });
});

describe("parseApiRoot", () => {
  it("reads what formatApiRoot writes", () => {
    expect(parseApiRoot(formatApiRoot(root))).toEqual(root);
  });

  it("reads and writes the smallest and the largest length", () => {
    for (const max_content_length of [1, Number.MAX_SAFE_INTEGER]) {
      expect(parseApiRoot(formatApiRoot({ ...root, max_content_length }))).toEqual({ ...root, max_content_length });
    }
  });

  it("finds TAXII 2.1 among other versions, however it is spelled", () => {
    for (const spelled of ["application/taxii+json; version=2.1", 'Application/TAXII+json;version="2.1"']) {
      const versions = ["application/vnd.oasis.taxii+json; version=2.0", spelled];
      expect(parseApiRoot(JSON.stringify({ ...root, versions })).versions).toEqual(versions);
    }
  });

  it("refuses a root that does not serve TAXII 2.1", () => {
    for (const versions of [
      ["application/vnd.oasis.taxii+json; version=2.0"],
      ["application/taxii+json"],
      ["taxii-2.1"],
    ]) {
      const refusal = refusalOf(() => parseApiRoot(JSON.stringify({ ...root, versions })));
      expect(refusal).toMatchObject({ code: "unsupported", pointer: "/versions" });
    }
  });

  const refused: readonly (readonly [why: string, change: object, pointer: string])[] = [
    ["without a title", { title: undefined }, "/title"],
    ["without versions", { versions: undefined }, "/versions"],
    ["with an empty list of versions", { versions: [] }, "/versions"],
    ["with a version that is no string", { versions: [taxiiMediaType, 2.1] }, "/versions/1"],
    ["without a length", { max_content_length: undefined }, "/max_content_length"],
    ["with a length of 0", { max_content_length: 0 }, "/max_content_length"],
    ["with a length below 0", { max_content_length: -1 }, "/max_content_length"],
    ["with a length that is no whole number", { max_content_length: 1.5 }, "/max_content_length"],
    ["with a length in a string", { max_content_length: "100" }, "/max_content_length"],
  ];
  for (const [why, change, pointer] of refused) {
    it(`refuses a root ${why}`, () => {
      const refusal = refusalOf(() => parseApiRoot(JSON.stringify({ ...root, ...change })));
      expect(refusal).toMatchObject({ code: "malformed", pointer });
    });
  }
});
