// Language content: applied to objects, and held against them. STIX 2.1 §7.1

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { check } from "../../src/stix/check.ts";
import type { Fault } from "../../src/stix/finding.ts";
import { checkTranslation, languagesOf, lookUpLanguage, speaksOf, translate } from "../../src/stix/language.ts";
import { validObjects } from "./vectors.ts";

const actor: JsonObject = {
  type: "threat-actor",
  spec_version: "2.1",
  id: "threat-actor--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
  created: "2017-02-08T21:31:22.007Z",
  modified: "2017-02-08T21:31:22.007Z",
  name: "Disco Team Threat Actor Group",
  aliases: ["Equipo del Discoteca", "Disco"],
  goals: ["Steal money", "Steal data"],
  created_by_ref: "identity--00000005-0000-4000-8000-000000000005",
  extensions: { "x-own-ext": { note_text: "one", inner: { deep: ["a", "b"] } } },
};
const contentOf = (contents: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...validObjects["language-content"],
  object_ref: actor["id"] ?? "",
  object_modified: "2017-02-08T21:31:22.0070Z",
  contents,
  ...more,
});

describe("translate", () => {
  it("puts texts, items of lists and parts of objects in the language, and leaves empty texts", () => {
    const content = contentOf({
      de: {
        name: "Disko-Gruppe",
        aliases: ["", "Disko"],
        goals: ["Geld stehlen", ""],
        extensions: { "x-own-ext": { note_text: "eins", inner: { deep: ["", "be"] } } },
      },
    });
    expect(translate(actor, content, "de")).toEqual({
      ...actor,
      lang: "de",
      name: "Disko-Gruppe",
      aliases: ["Equipo del Discoteca", "Disko"],
      goals: ["Geld stehlen", "Steal data"],
      extensions: { "x-own-ext": { note_text: "eins", inner: { deep: ["a", "be"] } } },
    });
  });

  it("ignores what the object has not and what is no text for people", () => {
    const content = contentOf({
      de: {
        objective: "x",
        id: "x",
        created_by_ref: "x",
        type: "x",
        modified: "x",
        name: 5,
        goals: ["one"],
        toString: "x",
      },
    });
    expect(translate(actor, content, "de")).toEqual({ ...actor, lang: "de" });
  });

  it("gives the object itself for another object, another version or another language", () => {
    const contents = { de: { name: "x" } };
    expect(translate(actor, contentOf(contents, { object_ref: "tool--x" }), "de")).toBe(actor);
    expect(translate(actor, contentOf(contents, { object_modified: "2018-01-01T00:00:00.000Z" }), "de")).toBe(actor);
    expect(translate(actor, contentOf(contents), "fr")).toBe(actor);
  });

  it("leaves its object as it is, and keeps every name and the length of every list", () => {
    const text = fc.string({ maxLength: 5 });
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        text,
        fc.integer(),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(text, tie("any"), { maxKeys: 3 }),
      ),
    })).any;
    const shape = (given: unknown): unknown => {
      if (Array.isArray(given)) return given.map(shape);
      if (typeof given !== "object" || given === null) return typeof given;
      return Object.entries(given).map(([name, part]) => [name, shape(part)]);
    };
    fc.assert(
      fc.property(fc.dictionary(text, value), fc.dictionary(text, value), (body, translation) => {
        const object = { ...body, id: actor["id"], lang: "en" } as JsonObject;
        const before = structuredClone(object);
        const translated = translate(
          object,
          { object_ref: actor["id"], contents: { de: translation } } as unknown as JsonObject,
          "de",
        );
        expect(object).toEqual(before);
        expect(shape(translated)).toEqual(shape(object));
      }),
    );
  });
});

describe("the language", () => {
  const content = contentOf({ de: { name: "x" }, "zh-Hant": { name: "y" }, "sr-Cyrl-BA": { name: "z" } });

  it("is the tag itself in any case, or a shorter one", () => {
    expect(languagesOf(content)).toEqual(["de", "zh-Hant", "sr-Cyrl-BA"]);
    expect(lookUpLanguage(content, "DE")).toBe("de");
    expect(lookUpLanguage(content, "de-CH-1996")).toBe("de");
    expect(lookUpLanguage(content, "zh-Hant-TW-x-a-b")).toBe("zh-Hant");
    expect(lookUpLanguage(content, "zh")).toBe(null);
    expect(lookUpLanguage(content, "")).toBe(null);
  });
});

describe("checkTranslation", () => {
  const faultsOf = (content: JsonObject): readonly string[] => {
    const faults: Fault[] = [];
    checkTranslation(content, actor, faults);
    return faults.map(({ rule, pointer }) => `${rule} ${pointer}`);
  };

  it.each([
    ["a list of another length", { goals: ["x"] }, "language-shape /contents/de/goals"],
    ["a text for a list", { goals: "x" }, "language-shape /contents/de/goals"],
    ["a list for a text", { name: ["x"] }, "language-shape /contents/de/name"],
    ["a number for an item", { goals: ["x", 5] }, "language-shape /contents/de/goals/1"],
    ["a text for an object", { extensions: "x" }, "language-shape /contents/de/extensions"],
    [
      "a fault inside of an object",
      { extensions: { "x-own-ext": { inner: { deep: ["x"] } } } },
      "language-shape /contents/de/extensions/x-own-ext/inner/deep",
    ],
  ])("tells %s", (_what, translation, fault) => {
    expect(faultsOf(contentOf({ de: translation }))).toEqual([fault]);
  });

  it.each([
    ["the same shape", { name: "x", goals: ["x", "y"], aliases: ["", "z"] }],
    ["what the object has not", { objective: ["x"] }],
    ["an object that is left as it is", { goals: ["", ""] }],
    ["what cannot be translated", { created_by_ref: [] }],
  ])("has nothing against %s", (_what, translation) => {
    expect(faultsOf(contentOf({ de: translation }))).toEqual([]);
  });

  it("tells another version than the one that is spoken of", () => {
    const other = contentOf({ de: { name: "x" } }, { object_modified: "2018-01-01T00:00:00.000Z" });
    expect(speaksOf(other, actor)).toBe(false);
    expect(faultsOf(other)).toEqual(["language-version /object_modified"]);
    expect(faultsOf(contentOf({ de: { name: ["x"] } }, { object_ref: "tool--x" }))).toEqual([]);
  });

  it("is asked in a bundle, before or behind the object, of the version that is spoken of", () => {
    const good = contentOf({ de: { name: "x" } });
    const bad = contentOf({ de: { name: ["x"] } });
    const later = { ...actor, modified: "2019-01-01T00:00:00.000Z" };
    const judged = (...objects: readonly JsonObject[]) =>
      check({ type: "bundle", id: "bundle--0000003c-0000-4000-8000-00000000003c", objects })
        .filter(({ rule }) => rule.startsWith("language-"))
        .map(({ rule, pointer }) => `${rule} ${pointer}`);
    expect(judged(good, actor, later)).toEqual([]);
    expect(judged(later, actor, good)).toEqual([]);
    expect(judged(bad, later, actor)).toEqual(["language-shape /objects/0/contents/de/name"]);
    expect(judged(later, good)).toEqual(["language-version /objects/1/object_modified"]);
    expect(judged(good)).toEqual([]);
  });
});
