import { describe, expect, it } from "vitest";
import * as stix from "#stix";

describe("#stix", () => {
  // Programs rely on these names: one that goes or changes is a breaking change.
  it("offers what it documents, and nothing else", () => {
    expect(Object.keys(stix).toSorted()).toEqual([
      "bundleFindingsMax",
      "changedImmutables",
      "check",
      "classOf",
      "compareVersions",
      "contributingProperties",
      "customClassOf",
      "depthMax",
      "domainTypes",
      "extensionIdsOf",
      "findingsMax",
      "granularLevel",
      "hasGranularMarkings",
      "immutableProperties",
      "isBundle",
      "isDeterministic",
      "isIdentifier",
      "isRevoked",
      "isStixObject",
      "levelOfMarkings",
      "levelRank",
      "levels",
      "metaTypes",
      "observableTypes",
      "parseIdentifier",
      "parseSelector",
      "patternLengthMax",
      "pinnedMarkings",
      "providerForbidden",
      "recomputes",
      "referencesOf",
      "relationshipTypes",
      "rules",
      "sameContent",
      "scoId",
      "scoNamespace",
      "select",
      "strictest",
      "tlp1Markings",
      "tlp2ExtensionId",
      "tlp2Markings",
      "tlpOf",
      "typeOf",
      "unpack",
      "versionOf",
    ]);
  });

  it("checks, names and weighs an object in three lines", () => {
    const address = { type: "ipv4-addr", value: "198.51.100.3", object_marking_refs: [stix.tlp2Markings[1]?.id ?? ""] };
    const object = { ...address, id: stix.scoId(address) };
    expect(stix.check(object)).toEqual([]);
    expect(stix.levelOfMarkings(object, () => null).level).toBe("green");
  });
});
