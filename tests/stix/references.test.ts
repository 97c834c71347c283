import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { valueAt } from "../../src/encoding/pointer.ts";
import { isIdentifier } from "../../src/stix/object.ts";
import { extensionIdsOf, referencesOf } from "../../src/stix/references.ts";
import { validObjects } from "./vectors.ts";

const id = (type: string, n = 1) => `${type}--0000000${n}-0000-4000-8000-000000000000`;
const told = (object: object) =>
  referencesOf(object as never).map((one) => `${one.kind} ${one.pointer} ${one.id.split("--")[0]}`);

describe("referencesOf", () => {
  it("tells markings, the creator and all others apart", () => {
    expect(
      told({
        type: "report",
        id: id("report"),
        created_by_ref: id("identity"),
        object_marking_refs: [id("marking-definition"), id("marking-definition", 2)],
        granular_markings: [
          { marking_ref: id("marking-definition", 3), selectors: ["name"] },
          { lang: "en", selectors: ["name"] },
        ],
        object_refs: [id("indicator"), id("url")],
      }),
    ).toEqual([
      "created-by /created_by_ref identity",
      "marking /object_marking_refs/0 marking-definition",
      "marking /object_marking_refs/1 marking-definition",
      "ref /object_refs/0 indicator",
      "ref /object_refs/1 url",
      "marking /granular_markings/0/marking_ref marking-definition",
    ]);
  });

  it("tells what a language content speaks of", () => {
    expect(told({ type: "language-content", object_ref: id("tool") })).toEqual(["object /object_ref tool"]);
    expect(told({ type: "x-own", object_ref: id("tool") })).toEqual(["ref /object_ref tool"]);
  });

  it("finds references in sub-types, extensions and properties of someone's own, at any depth", () => {
    expect(
      told({
        type: "email-message",
        body_multipart: [{ body_raw_ref: id("artifact") }],
        extensions: { "x-a-ext": { "a/b": { other_refs: [id("file")] } } },
        x_own: [
          [{ x_deep_ref: id("tool"), created_by_ref: id("identity"), object_marking_refs: [id("marking-definition")] }],
        ],
      }),
    ).toEqual([
      "ref /body_multipart/0/body_raw_ref artifact",
      "ref /extensions/x-a-ext/a~1b/other_refs/0 file",
      "ref /x_own/0/0/x_deep_ref tool",
      "ref /x_own/0/0/created_by_ref identity",
      "ref /x_own/0/0/object_marking_refs/0 marking-definition",
    ]);
  });

  it("leaves out what is no identifier, what has another name, and the id itself", () => {
    expect(
      told({
        type: "tool",
        id: id("tool"),
        x_ref: "0",
        x_refs: ["a", 5, null],
        name: id("tool"),
        xref: id("tool"),
        y_ref: [id("tool")],
      }),
    ).toEqual([]);
  });

  it("leaves out the container of observed data, and no other object's property of that name", () => {
    const objects = { "0": { type: "network-traffic", src_ref: id("ipv4-addr") } };
    expect(told({ type: "observed-data", objects })).toEqual([]);
    // Only there: what is called objects elsewhere, and what else observed data holds, refers as anything does.
    const other = { some_ref: id("tool") };
    expect(told({ type: "observed-data", x_own: { objects: other } })).toEqual(["ref /x_own/objects/some_ref tool"]);
    expect(told({ type: "observed-data", x_own: other })).toEqual(["ref /x_own/some_ref tool"]);
    expect(told({ type: "x-own", objects: other })).toEqual(["ref /objects/some_ref tool"]);
    expect(told({ type: "x-own", objects })).toEqual(["ref /objects/0/src_ref ipv4-addr"]);
  });

  it("reads an object of any depth without recursion", () => {
    let deep: Json = { bottom_ref: id("tool") };
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(referencesOf({ x_own: deep }).map((one) => one.id)).toEqual([id("tool")]);
  });

  it("finds every identifier that the valid objects hold under such a name, once, where it says", () => {
    for (const object of Object.values(validObjects)) {
      const naive = new Set<string>();
      JSON.stringify(object, function (this: unknown, key, value: unknown) {
        if (typeof value === "string" && isIdentifier(value) && (key.endsWith("_ref") || Array.isArray(this)))
          naive.add(value);
        return value;
      });
      const found = referencesOf(object);
      expect(new Set(found.map((one) => one.id))).toEqual(naive);
      expect(new Set(found.map((one) => one.pointer)).size).toBe(found.length);
      for (const one of found) expect(valueAt(object, one.pointer)).toBe(one.id);
    }
  });

  it("points at what it found, whatever the names", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("a/b", "~0", "", "x_ref", "x_refs")), {
          minLength: 1,
          maxLength: 6,
        }),
        (names) => {
          let value: Json = { last_ref: id("tool"), last_refs: [id("file")] };
          for (const name of names) value = { [name]: value };
          const found = referencesOf(value as never);
          expect(found.map((one) => valueAt(value, one.pointer))).toEqual([id("tool"), id("file")]);
        },
      ),
    );
  });
});

describe("extensionIdsOf", () => {
  it("names the extension definitions and no predefined extension", () => {
    const extension = id("extension-definition");
    expect(
      extensionIdsOf({
        extensions: { [extension]: {}, "ntfs-ext": {}, "extension-definition--x": {}, [id("tool")]: {} },
      }),
    ).toEqual([extension]);
    expect(extensionIdsOf({})).toEqual([]);
    expect(extensionIdsOf({ extensions: "x" })).toEqual([]);
  });
});
