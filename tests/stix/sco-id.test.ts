import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import { uuid5 } from "../../src/encoding/uuid.ts";
import { observableTypes } from "../../src/stix/object.ts";
import {
  contributingProperties,
  hasContributingProperty,
  recomputes,
  scoId,
  scoNamespace,
} from "../../src/stix/sco-id.ts";
import { validObjects } from "./vectors.ts";

const md5 = "b365b9a80a06906fc9b400c06c33ff43";
const sha256 = "effb46bba03f6c8aea5c653f9cf984f170dcdd3bbbe2ff6843c3e5da0e698766";
const idOf = (type: string, name: string) => `${type}--${uuid5(scoNamespace, name)}`;

describe("scoId", () => {
  // STIX 2.1 §2.9 and §6.8 print this one.
  it("gives the id that the specification prints for an address", () => {
    expect(scoId({ type: "ipv4-addr", value: "198.51.100.3" })).toBe("ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
  });

  it("knows the contributing properties of every observable", () => {
    expect(Object.keys(contributingProperties).toSorted()).toEqual([...observableTypes].toSorted());
  });

  it("names the object by the canonical JSON of what contributes, and nothing else", () => {
    const file = { type: "file", id: "x", name: "a", size: 5, hashes: { MD5: md5 }, x_own: 1, defanged: true };
    expect(scoId(file)).toBe(idOf("file", `{"hashes":{"MD5":"${md5}"},"name":"a"}`));
    const software = { type: "software", version: "1", name: "Ünï\u0000", vendor: "V", languages: ["en"] };
    expect(scoId(software)).toBe(idOf("software", '{"name":"Ünï\\u0000","vendor":"V","version":"1"}'));
  });

  it.each([
    [{ "SHA-512": "5", "SHA-256": "2", "SHA-1": "1", MD5: "m" }, { MD5: "m" }],
    [{ "SHA-512": "5", "SHA-256": "2", "SHA-1": "1" }, { "SHA-1": "1" }],
    [{ "SHA-512": "5", "SHA-256": "2" }, { "SHA-256": "2" }],
    [{ TLSH: "t", "SHA-512": "5" }, { "SHA-512": "5" }],
    [{ x_own: "t", SSDEEP: "s" }, { x_own: "t" }],
  ])("takes one hash of %j: %j", (hashes, chosen) => {
    expect(scoId({ type: "x509-certificate", hashes })).toBe(
      idOf("x509-certificate", formatCanonical({ hashes: chosen })),
    );
  });

  it("includes all values of a registry key and all extensions of a file", () => {
    const values = [{ name: "b", data: "1" }, { name: "a" }];
    expect(scoId({ type: "windows-registry-key", values })).toBe(
      idOf("windows-registry-key", formatCanonical({ values })),
    );
    const extensions = { "ntfs-ext": { sid: "x" } };
    expect(scoId({ type: "file", name: "n", extensions })).toBe(
      idOf("file", formatCanonical({ name: "n", extensions })),
    );
  });

  it.each([
    [{ type: "process", pid: 1 }],
    [{ type: "user-account", display_name: "x" }],
    [{ type: "artifact", url: "http://a/" }],
    [{ type: "indicator", name: "x" }],
    [{ type: "x-own", value: "x" }],
    [{ type: "constructor", value: "x" }],
    [{ value: "x" }],
  ])("computes none for %j", (object) => {
    expect(scoId(object)).toBe(null);
  });

  it("depends on contributing properties alone, whatever their order", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...observableTypes),
        fc.dictionary(fc.constantFrom("x_own", "display_name", "defanged", "mime_type"), fc.string()),
        (type, more) => {
          const object = validObjects[type] ?? {};
          const reversed = Object.fromEntries(Object.entries({ ...object, ...more }).toReversed());
          expect(scoId(reversed)).toBe(scoId(object));
          for (const name of contributingProperties[type] ?? []) {
            if (object[name] === undefined) continue;
            expect(scoId({ ...object, [name]: "changed" }), name).not.toBe(scoId(object));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("recomputes", () => {
  const file = { type: "file", hashes: { MD5: md5, "SHA-256": sha256 }, name: "a" };

  it("holds for the id of the content, in either case of its digits", () => {
    const id = scoId(file) ?? "";
    expect(recomputes({ ...file, id })).toBe(true);
    expect(recomputes({ ...file, id: `file--${id.slice(6).toUpperCase()}` })).toBe(true);
  });

  it("holds for an id by another hash than the preferred one", () => {
    expect(recomputes({ ...file, id: idOf("file", `{"hashes":{"SHA-256":"${sha256}"},"name":"a"}`) })).toBe(true);
  });

  it("does not hold for an id by both hashes, by another content or under another type", () => {
    expect(recomputes({ ...file, id: idOf("file", formatCanonical({ hashes: file.hashes, name: "a" })) })).toBe(false);
    expect(recomputes({ ...file, id: scoId({ ...file, name: "b" }) ?? "" })).toBe(false);
    expect(recomputes({ ...file, id: (scoId(file) ?? "").replace("file", "url") })).toBe(false);
    expect(recomputes({ ...file })).toBe(false);
    expect(recomputes({ type: "process", id: "process--x", pid: 1 })).toBe(false);
    expect(recomputes({ id: "file--x" })).toBe(false);
  });
});

describe("hasContributingProperty", () => {
  it("is what scoId computes from", () => {
    for (const object of Object.values(validObjects)) {
      expect(hasContributingProperty(String(object["type"]), object)).toBe(scoId(object) !== null);
    }
  });
});
