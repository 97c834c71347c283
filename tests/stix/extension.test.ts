// Extensions that are known, and those that are not. STIX 2.1 §7.3

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { check } from "../../src/stix/check.ts";
import { type ExtensionRules, type KnownExtension, schemaCheck, tlp2Extension } from "../../src/stix/extension.ts";
import { tlp1Markings, tlp2Markings } from "../../src/stix/pinned-markings.ts";
import { validators } from "../../src/stix/validators.generated.js";
import { validObjects } from "./vectors.ts";

const id = "extension-definition--00000385-0000-4000-8000-000000000385";
const score: KnownExtension = {
  id,
  types: ["property-extension", "toplevel-property-extension"],
  objects: ["indicator", "tool"],
  properties: ["score"],
  check: (object, pointer) =>
    object["score"] === undefined || typeof object["score"] === "number"
      ? []
      : [
          { pointer: "/score", expected: "a number" },
          { pointer, expected: "whole" },
        ],
};
const own: KnownExtension = { id, types: ["new-sdo"], objects: ["x-example-thing"] };
const tool = validObjects["tool"] ?? {};
const extended = (extension: JsonObject, more: JsonObject = {}, base: JsonObject = tool): JsonObject => ({
  ...base,
  ...more,
  extensions: { [id]: extension },
});
const rulesOf = (object: JsonObject, extensions: ExtensionRules) =>
  check(object, { extensions }).map(({ rule, pointer }) => `${rule} ${pointer}`);
const place = `/extensions/${id}`;

describe("an extension that is known", () => {
  it.each([
    ["a property-extension", extended({ extension_type: "property-extension", some_value: 1 }), score],
    ["a toplevel-property-extension", extended({ extension_type: "toplevel-property-extension" }, { score: 5 }), score],
    ["a new object", extended({ extension_type: "new-sdo" }, {}, validObjects["x-example-thing"]), own],
    ["TLP 2.0", tlp2Markings[0] ?? {}, tlp2Extension],
    ["no extension at all", tlp1Markings[0] ?? {}, tlp2Extension],
  ])("is accepted as %s", (_what, object, known) => {
    expect(rulesOf(object, { known: [known], unknown: "refuse" })).toEqual([]);
  });

  it.each([
    ["a type that it has not", extended({ extension_type: "new-sdo" }), [`extension-type-use ${place}`]],
    [
      "an object that it is not for",
      extended({ extension_type: "property-extension", a_value: 1 }, {}, validObjects["identity"]),
      [`extension-host ${place}`],
    ],
    [
      "a value that its schema does not take",
      extended({ extension_type: "toplevel-property-extension" }, { score: "x" }),
      ["extension-schema /score", `extension-schema ${place}`],
    ],
    [
      "a property that it does not list",
      extended({ extension_type: "toplevel-property-extension" }, { points: 5 }),
      ["extension-property /points"],
    ],
  ])("is refused with %s", (_what, object, faults) => {
    expect(rulesOf(object, { known: [score], unknown: "refuse" })).toEqual(faults);
  });

  it("is held against a schema that was compiled ahead", () => {
    const compiled: KnownExtension = { ...score, check: schemaCheck(validators["url"]) };
    const faults = rulesOf(extended({ extension_type: "property-extension", value: "no url" }), { known: [compiled] });
    expect(faults).toContain(`extension-schema ${place}/value`);
    expect(rulesOf(tool, { known: [compiled] })).toEqual([]);
    const ofObject: KnownExtension = { ...score, check: schemaCheck(validators["tool"], true) };
    expect(rulesOf(extended({ extension_type: "property-extension", value: "x" }), { known: [ofObject] })).toEqual([]);
  });

  it("of TLP 2.0 has one of five levels and stands on a marking", () => {
    const marking = {
      ...tlp2Markings[0],
      extensions: { [tlp2Extension.id]: { extension_type: "property-extension", tlp_2_0: "blue" } },
    };
    expect(rulesOf(marking, { known: [tlp2Extension] })).toContain(
      `extension-schema /extensions/${tlp2Extension.id}/tlp_2_0`,
    );
    const onTool = {
      ...tool,
      extensions: { [tlp2Extension.id]: { extension_type: "property-extension", tlp_2_0: "red" } },
    };
    expect(rulesOf(onTool, { known: [tlp2Extension] })).toEqual([`extension-host /extensions/${tlp2Extension.id}`]);
  });
});

describe("an extension that is not known", () => {
  const object = extended({ extension_type: "property-extension", some_value: 1 }, { points: 5 });

  it("is let through, or refused by setting", () => {
    expect(rulesOf(object, { known: [] })).toEqual([]);
    expect(rulesOf(object, { known: [], unknown: "tolerate" })).toEqual([]);
    expect(rulesOf(object, { known: [], unknown: "refuse" })).toEqual([`extension-unknown ${place}`]);
    expect(rulesOf(extended({ extension_type: "new-sdo" }), { known: [], unknown: "refuse" })).toEqual([
      `extension-unknown ${place}`,
    ]);
  });

  it("is no business of the profile oasis, and predefined extensions are no business of definitions", () => {
    expect(check(object, { profile: "oasis", extensions: { known: [], unknown: "refuse" } })).toEqual([]);
    expect(check(validObjects["process"], { extensions: { known: [], unknown: "refuse" } })).toEqual([]);
  });

  it("leaves properties of one's own with the old prefix, and types of one's own, alone", () => {
    expect(rulesOf({ ...tool, x_own: 1 }, { known: [], unknown: "refuse" })).toEqual([]);
    expect(rulesOf({ ...tool, own: 1 }, { known: [], unknown: "refuse" })).toEqual(["extension-property /own"]);
    expect(rulesOf(validObjects["x-example-thing"] ?? {}, { known: [], unknown: "refuse" })).toEqual([]);
  });
});
