// What an unattributed object says, and what it does not, one rule a case (policy.md, Renditions).

import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { StixObject } from "../../src/stix/object.ts";
import { toHour } from "../../src/policy/anonymity.ts";
import { reducedMarking } from "../../src/policy/reduced-marking.ts";
import {
  exchangeIdentity,
  extensionId,
  named,
  objectOf,
  owner,
  proved,
  render,
  rendered,
  statementId,
  strangeId,
  tlp,
  unattributed,
} from "./rendition-cast.ts";

const campaign = (properties: JsonObject = {}): StixObject => objectOf("campaign", properties);

describe("an unattributed object", () => {
  it("says the level of its markings in TLP 2.0, whatever it said it in, and keeps the commons' markings alone", () => {
    const amber1 = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";
    const markedAs = (...refs: readonly string[]): unknown =>
      rendered(campaign({ object_marking_refs: refs }), unattributed())["object_marking_refs"];
    expect(markedAs(amber1)).toEqual([tlp("amber")]);
    expect(markedAs(tlp("green"), amber1)).toEqual([tlp("amber")]);
    expect(markedAs(statementId)).toBeUndefined();
    expect(markedAs(strangeId)).toEqual([tlp("red")]);
    const scope = (id: string): "commons" | "elsewhere" => (id === statementId ? "commons" : "elsewhere");
    const marked = campaign({ object_marking_refs: [statementId, reducedMarking.id] });
    expect(rendered(marked, unattributed(), { scope })["object_marking_refs"]).toEqual([
      statementId,
      reducedMarking.id,
    ]);
    expect(markedAs(reducedMarking.id, tlp("clear"))).toEqual([tlp("clear"), reducedMarking.id]);
  });

  it("keeps granular markings of a level, in TLP 2.0, and of language; not of the owner's own", () => {
    const amber1 = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";
    const granular_markings = [
      { marking_ref: statementId, selectors: ["name"] },
      { marking_ref: amber1, selectors: ["description", "labels.[0]"] },
      { lang: "kk", selectors: ["name"] },
    ];
    const object = campaign({ labels: ["a"], granular_markings });
    expect(rendered(object, unattributed())["granular_markings"]).toEqual([
      { marking_ref: tlp("amber"), selectors: ["description"] },
      { lang: "kk", selectors: ["name"] },
    ]);
    expect(rendered(object, unattributed(), { ceiling: "green" })["description"]).toBeUndefined();
  });

  it("says that it was reduced only by what would have gone", () => {
    const object = campaign({ labels: ["a"] });
    expect(render(object, unattributed("/labels"))).toMatchObject({ kind: "rendered", reduced: false });
    const reduced = render(object, unattributed("/labels", "/description"));
    expect(reduced).toMatchObject({ reduced: true, object: { object_marking_refs: [reducedMarking.id] } });
  });

  it("has references to the same contribution, the commons and what is public, and no other", () => {
    const [a, b, c, d] = ["campaign", "malware", "tool", "indicator"].map((type) => objectOf(type).id);
    const scopes = { [String(a)]: "contribution", [String(b)]: "commons", [String(c)]: "public" } as const;
    const report = objectOf("report", { object_refs: [a, b, c, d].map(String) });
    const scope = (id: string): (typeof scopes)[string] | "elsewhere" => scopes[id] ?? "elsewhere";
    expect(rendered(report, unattributed(), { scope })["object_refs"]).toEqual([a, b, c]);
    expect(render(report, named(), { scope })).toEqual({ kind: "whole" });
    expect(render(objectOf("sighting", {}), unattributed(), { scope: () => "elsewhere" })).toEqual({
      kind: "withheld",
      reason: "required",
      pointer: "/sighting_of_ref",
    });
  });

  it("has its owner's id in no text", () => {
    const object = campaign({ created_by_ref: owner, description: `By ${owner}`, objective: `Not ${campaign().id}` });
    const made = rendered(object, unattributed());
    expect(made["description"]).toBe(`By ${exchangeIdentity}`);
    expect(made["objective"]).toBe(`Not ${made.id}`);
  });

  it("refers to public catalogues by their entries alone, and to nothing else", () => {
    const external_references = [
      {
        source_name: "cve",
        external_id: "CVE-2026-0001",
        url: "https://cert.example.org/CVE-2026-0001",
        description: "ours",
      },
      { source_name: "mitre-attack", external_id: "T1566.001" },
      { source_name: "mitre-attack", external_id: "our T1" },
      { source_name: "desk", external_id: "17" },
      { source_name: "constructor", external_id: "18" },
      { source_name: "cve", url: "https://cert.example.org/", external_id: "CVE-2026-12345" },
    ];
    expect(rendered(campaign({ external_references }), unattributed())["external_references"]).toEqual([
      { external_id: "CVE-2026-0001", source_name: "cve" },
      { external_id: "T1566.001", source_name: "mitre-attack" },
      { external_id: "CVE-2026-12345", source_name: "cve" },
    ]);
  });

  it("has no members of its owner's in the standard's parts", () => {
    const phase = { kill_chain_name: "mitre-attack", phase_name: "execution" };
    const malware = objectOf("malware", {
      kill_chain_phases: [{ ...phase, x_own: 1 }],
      external_references: [{ source_name: "cve", external_id: "CVE-2026-0001", x_own: 1 }],
      granular_markings: [{ lang: "kk", selectors: ["name"], x_own: 1 }],
    });
    expect(rendered(malware, unattributed())).toMatchObject({
      kill_chain_phases: [phase],
      external_references: [{ external_id: "CVE-2026-0001", source_name: "cve" }],
      granular_markings: [{ lang: "kk", selectors: ["name"] }],
    });
    expect(JSON.stringify(rendered(malware, unattributed()))).not.toContain("x_own");
  });

  it("has words of the standard's vocabularies and of kill chains that everybody uses", () => {
    const malware = objectOf("malware", {
      malware_types: ["worm", "our-type"],
      capabilities: ["our-capability"],
      kill_chain_phases: [
        { kill_chain_name: "mitre-attack", phase_name: "execution" },
        { kill_chain_name: "our-chain", phase_name: "x" },
      ],
    });
    expect(rendered(malware, unattributed())).toMatchObject({
      malware_types: ["worm"],
      kill_chain_phases: [{ kill_chain_name: "mitre-attack", phase_name: "execution" }],
    });
    expect(rendered(malware, unattributed())["capabilities"]).toBeUndefined();
    expect(
      rendered(objectOf("threat-actor", { sophistication: "ours" }), unattributed())["sophistication"],
    ).toBeUndefined();
    expect(rendered(objectOf("grouping", { context: "our-context" }), unattributed())["context"]).toBe("unspecified");
    expect(rendered(objectOf("grouping"), unattributed())["context"]).toBe("suspicious-activity");
    const relationship = (relationship_type: string): unknown =>
      rendered(objectOf("relationship", { relationship_type }), unattributed())["relationship_type"];
    expect(relationship("our-type")).toBe("related-to");
    expect(relationship("attributed-to")).toBe("attributed-to");
    expect(relationship("derived-from")).toBe("derived-from");
    expect(render(objectOf("indicator", { pattern_type: "ours" }), unattributed())).toMatchObject({
      kind: "withheld",
      pointer: "/pattern_type",
    });
    const hashes = { "SHA-256": "a".repeat(64), x_our_hash: "1" };
    expect(rendered(objectOf("file", { hashes }), unattributed())["hashes"]).toEqual({ "SHA-256": "a".repeat(64) });
  });

  it("has times to the hour in one spelling, in the order that they had", () => {
    const made = rendered(
      campaign({ first_seen: "2026-01-01T10:59:59.999999Z", last_seen: "2026-01-01T11:00:01Z" }),
      unattributed(),
    );
    expect(made).toMatchObject({
      created: "2026-03-01T09:00:00.000Z",
      first_seen: "2026-01-01T10:00:00.000Z",
      last_seen: "2026-01-01T11:00:00.000Z",
    });
    const seen = campaign({ first_seen: "2026-01-01T10:10:00Z", last_seen: "2026-01-01T10:50:00Z" });
    expect(rendered(seen, unattributed())).toMatchObject({
      first_seen: "2026-01-01T10:00:00.000Z",
      last_seen: "2026-01-01T10:00:00.000Z",
    });
    const valid = (valid_from: string, valid_until: string): unknown => {
      const { valid_from: from, valid_until: until } = rendered(
        objectOf("indicator", { valid_from, valid_until }),
        unattributed(),
      );
      return [from, until];
    };
    expect(valid("2026-03-01T23:05:00Z", "2026-03-01T23:06:00Z")).toEqual([
      "2026-03-01T23:00:00.000Z",
      "2026-03-02T00:00:00.000Z",
    ]);
    expect(valid("9999-12-31T23:05:00Z", "9999-12-31T23:06:00Z")).toEqual([
      "9999-12-31T22:00:00.000Z",
      "9999-12-31T23:00:00.000Z",
    ]);
    expect(valid("2026-03-01T23:05:00Z", "2026-03-02T00:06:00Z")).toEqual([
      "2026-03-01T23:00:00.000Z",
      "2026-03-02T00:00:00.000Z",
    ]);
    expect(toHour("2026-12-31T23:59:60.5Z")).toBe("2026-12-31T23:00:00.000Z");
  });

  it("has a modified of the owner's hour, or later than the last one", () => {
    const object = campaign({ modified: "2026-03-01T09:30:11.123456Z" });
    expect(rendered(object, unattributed())["modified"]).toBe("2026-03-01T09:00:00.000Z");
    expect(rendered(object, unattributed(), { last: "2026-03-01T09:00:00.000Z" })["modified"]).toBe(
      "2026-03-01T09:00:00.001Z",
    );
  });

  it("says that it is revoked, and not that it is not", () => {
    expect(rendered(campaign({ revoked: true }), unattributed())["revoked"]).toBe(true);
    expect(rendered(campaign({ revoked: false }), unattributed())["revoked"]).toBeUndefined();
  });

  it("is an observable's contributing properties and TLP", () => {
    const address = proved({
      ...objectOf("ipv4-addr"),
      spec_version: "2.1",
      resolves_to_refs: [objectOf("mac-addr").id],
      object_marking_refs: [tlp("green"), statementId],
      x_own: 1,
    });
    expect(rendered(address, unattributed())).toEqual({
      type: "ipv4-addr",
      spec_version: "2.1",
      id: address.id,
      object_marking_refs: [tlp("green")],
      value: address["value"],
    });
    expect(
      render(
        {
          type: "url",
          spec_version: "2.1",
          id: proved({ type: "url", value: "https://example.org/" }).id,
          value: "https://example.org/",
        },
        unattributed(),
      ),
    ).toEqual({ kind: "whole" });
  });

  it("is withheld as an observable whose id is made of a time, of document metadata or of words of the owner's", () => {
    const withheld = (object: StixObject, property: string): void =>
      expect(render(object, unattributed())).toEqual({
        kind: "withheld",
        reason: "contributing",
        pointer: `/${property}`,
      });
    const traffic = { type: "network-traffic", src_ref: objectOf("ipv4-addr").id, protocols: ["tcp"] };
    withheld(proved({ ...traffic, start: "2026-02-01T10:00:01Z" }), "start");
    expect(render(proved(traffic), unattributed()).kind).toBe("rendered");
    const file = { type: "file", name: "a.pdf" };
    withheld(
      proved({ ...file, extensions: { "pdf-ext": { version: "1.7", document_info_dict: { Author: "A" } } } }),
      "extensions",
    );
    withheld(
      proved({ ...file, extensions: { [extensionId]: { extension_type: "property-extension", a: 1 } } }),
      "extensions",
    );
    expect(render(proved({ ...file, extensions: { "pdf-ext": { version: "1.7" } } }), unattributed()).kind).toBe(
      "rendered",
    );
    withheld(proved({ type: "user-account", user_id: "1", account_type: "ours" }), "account_type");
  });

  it("is withheld as observed data in the deprecated container, and as a place that is coordinates alone", () => {
    const { object_refs: _refs, ...observed } = objectOf("observed-data");
    const container = {
      ...observed,
      objects: { "0": { type: "url", value: "https://example.org/" } },
    } as unknown as StixObject;
    expect(render(container, unattributed())).toMatchObject({ kind: "withheld", pointer: "/objects" });
    const { region: _region, country: _country, ...location } = objectOf("location");
    expect(render(location as unknown as StixObject, unattributed())).toMatchObject({
      kind: "withheld",
      reason: "required",
    });
  });

  it("is in no language of its owner's making", () => {
    const granular_markings = [
      { lang: "x-ours", selectors: ["name"] },
      { lang: "ru", selectors: ["description"] },
    ];
    const made = rendered(campaign({ lang: "ru-x-ours", granular_markings }), unattributed());
    expect(made["lang"]).toBeUndefined();
    expect(made["granular_markings"]).toEqual([{ lang: "ru", selectors: ["description"] }]);
    expect(rendered(campaign({ lang: "ru" }), unattributed())["lang"]).toBe("ru");
    const content = objectOf("language-content", { contents: { "x-ours": { name: "a" }, ru: { name: "b" } } });
    expect(rendered(content, unattributed())["contents"]).toEqual({ ru: { name: "b" } });
  });

  it("has of translations the texts that the object itself may have", () => {
    const content = objectOf("language-content", {
      contents: { kk: { name: "Н", labels: ["а"], x_own: "о", pattern: "х" }, ru: { labels: ["б"] } },
    });
    const contributed = objectOf("indicator", { labels: ["a"] });
    const made = rendered(content, unattributed(), {
      target: { contributed, removed: ["/labels"], reduced: false, modified: "2026-03-01T10:00:00.000Z" },
    });
    expect(made["contents"]).toEqual({ kk: { name: "Н" } });
    expect(made["object_modified"]).toBe("2026-03-01T10:00:00.000Z");
    const { object_modified: without } = rendered(content, unattributed());
    expect(without).toBeUndefined();
    const ofMarking = objectOf("language-content", { object_ref: statementId, contents: { kk: { name: "Н" } } });
    expect(render(ofMarking, unattributed())).toMatchObject({ kind: "withheld", pointer: "/contents" });
  });
});
