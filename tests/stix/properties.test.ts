// The tables of properties in STIX 2.1 §3.2 and §4 to §8: what each type requires, and what the common properties hold in each.

import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { check } from "../../src/stix/check.ts";
import { domainTypes, metaTypes, observableTypes, relationshipTypes } from "../../src/stix/object.ts";
import { validObjects } from "./vectors.ts";

const versioned = "type spec_version id created modified";
const required: Readonly<Record<string, string>> = {
  "attack-pattern": `${versioned} name`,
  campaign: `${versioned} name`,
  "course-of-action": `${versioned} name`,
  grouping: `${versioned} context object_refs`,
  identity: `${versioned} name`,
  incident: `${versioned} name`,
  indicator: `${versioned} pattern pattern_type valid_from`,
  infrastructure: `${versioned} name`,
  "intrusion-set": `${versioned} name`,
  location: versioned,
  malware: `${versioned} is_family`,
  "malware-analysis": `${versioned} product`,
  note: `${versioned} content object_refs`,
  "observed-data": `${versioned} first_observed last_observed number_observed`,
  opinion: `${versioned} opinion object_refs`,
  report: `${versioned} name published object_refs`,
  "threat-actor": `${versioned} name`,
  tool: `${versioned} name`,
  vulnerability: `${versioned} name`,
  relationship: `${versioned} relationship_type source_ref target_ref`,
  sighting: `${versioned} sighting_of_ref`,
  artifact: "type id",
  "autonomous-system": "type id number",
  directory: "type id path",
  "domain-name": "type id value",
  "email-addr": "type id value",
  "email-message": "type id is_multipart",
  file: "type id",
  "ipv4-addr": "type id value",
  "ipv6-addr": "type id value",
  "mac-addr": "type id value",
  mutex: "type id name",
  "network-traffic": "type id protocols",
  process: "type id",
  software: "type id name",
  url: "type id value",
  "user-account": "type id",
  "windows-registry-key": "type id",
  "x509-certificate": "type id",
  "extension-definition": `${versioned} created_by_ref name schema version extension_types`,
  "language-content": `${versioned} object_ref contents`,
  "marking-definition": "type spec_version id created",
  bundle: "type id",
};

/** Values that a common property may not have, whatever the object. */
const wrong: Readonly<Record<string, readonly Json[]>> = {
  spec_version: ["2.2", 2.1],
  created_by_ref: ["tool--00000001-0000-4000-8000-000000000001", "identity", 5],
  revoked: ["true", 0],
  labels: [[], "x", [5], [null], {}],
  confidence: [-1, 101, 1.5, "50"],
  lang: ["e", "en_US", 5],
  external_references: [[], {}, ["x"], [{ description: "x" }], [{ source_name: "x" }]],
  object_marking_refs: [[], "x", ["tool--00000001-0000-4000-8000-000000000001"], [5]],
  granular_markings: [[], {}, ["x"], [{ selectors: ["type"] }], [{ lang: "en" }], [{ lang: "en", selectors: [] }]],
  defanged: ["false", 1],
  extensions: [{}, [], { "not an extension": { a: 1 } }],
};

const marked = "object_marking_refs granular_markings";
const ofDomain = `created_by_ref revoked labels confidence lang external_references ${marked} extensions`.split(" ");
/** What the table of §3.2 lets each class use, and what it lets no object of the class have. */
const used: Readonly<Record<string, readonly string[]>> = {
  sdo: ofDomain,
  sco: `${marked} defanged extensions`.split(" "),
  "extension-definition": `created_by_ref revoked labels external_references ${marked}`.split(" "),
  "language-content": `created_by_ref revoked labels confidence external_references ${marked} extensions`.split(" "),
  "marking-definition": `created_by_ref external_references ${marked} extensions`.split(" "),
};
const right: Readonly<Record<string, Json>> = {
  created: "2026-03-01T09:00:00.000Z",
  modified: "2026-03-01T09:00:00.000Z",
  created_by_ref: "identity--00000001-0000-4000-8000-000000000001",
  revoked: false,
  labels: ["x"],
  confidence: 50,
  lang: "en",
  external_references: [{ source_name: "x", description: "y" }],
  object_marking_refs: ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"],
  granular_markings: [{ lang: "en", selectors: ["type"] }],
  defanged: true,
  spec_version: "2.1",
  extensions: {
    "extension-definition--00000001-0000-4000-8000-000000000001": { extension_type: "property-extension", a: 1 },
  },
};

const types = [...domainTypes, ...relationshipTypes, ...observableTypes, ...metaTypes];
const classOf = (type: string): string => {
  if ((observableTypes as readonly string[]).includes(type)) return "sco";
  return (metaTypes as readonly string[]).includes(type) ? type : "sdo";
};
const rulesOf = (value: unknown) => check(value).flatMap(({ rule, severity }) => (severity === "error" ? [rule] : []));

describe("each type", () => {
  it("has its row", () => {
    expect(Object.keys(required).toSorted()).toEqual([...types, "bundle"].toSorted());
  });

  it.each(Object.entries(required))("%s is refused without what it requires, and names it", (type, names) => {
    for (const name of names.split(" ").filter((one) => one !== "type")) {
      const { [name]: _taken, ...rest } = validObjects[type] ?? {};
      const told = check(rest).filter(({ rule }) => rule === "property-required");
      expect(
        told.map(({ message }) => message),
        name,
      ).toContain(`The property ${name} is missing.`);
    }
  });

  it.each(types)("%s holds no wrong value in a common property", (type) => {
    const names = [...(used[classOf(type)] ?? []), "spec_version"];
    for (const name of names) {
      for (const value of wrong[name] ?? []) {
        const object = { ...validObjects[type], [name]: value };
        expect(rulesOf(object), `${name}: ${JSON.stringify(value)}`).not.toEqual([]);
      }
    }
  });

  it.each(types)("%s has no common property that its class has not", (type) => {
    const names = Object.keys(right).filter((name) => name !== "spec_version" && !/^(?:created|modified)$/.test(name));
    for (const name of names) {
      const known = used[classOf(type)]?.includes(name) === true;
      const object = { ...validObjects[type], [name]: right[name] ?? null };
      if (!known) expect(rulesOf(object), name).toContain("property-not-used");
      else expect(rulesOf(object), name).not.toContain("property-not-used");
    }
  });

  it.each([...types, "bundle"])("%s has no id of another type", (type) => {
    const other = type === "tool" ? "malware" : "tool";
    const object = { ...validObjects[type], id: `${other}--00000001-0000-4000-8000-000000000001` };
    expect(rulesOf(object)).toContain("identifier-type");
  });

  it("bundle has none of the common properties", () => {
    for (const [name, value] of Object.entries(right)) {
      expect(check({ ...validObjects["bundle"], [name]: value }), name).toContainEqual(
        expect.objectContaining({ rule: "bundle-property", pointer: `/${name}`, severity: "warning" }),
      );
    }
  });
});
