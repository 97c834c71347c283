// Language content: an object's texts in another language, as a language-content has them. STIX 2.1 §7.1
// Also what is wrong with a translation, once the object that it translates is at hand.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { Fault } from "./finding.ts";
import { versionOf } from "./object.ts";
import { versionKeyOf } from "./version.ts";

/** Steps into an object and its translation. */
const translationDepthMax = 32;
/** Faults of one translation that are told. */
const faultsMax = 32;

/** Properties that are no text for people, whatever a translation says. References, times and lists of names are none either. */
const untranslatable: ReadonlySet<string> = new Set([
  "type",
  "spec_version",
  "id",
  "created",
  "modified",
  "lang",
  "relationship_type",
  "pattern",
  "pattern_type",
  "pattern_version",
  "definition_type",
  "granular_markings",
  "extension_type",
  "source_name",
  "external_id",
  "url",
  "hashes",
]);

/** The languages that a language-content has, as it writes them. */
export function languagesOf(content: JsonObject): readonly string[] {
  const { contents } = content;
  return isObject(contents) ? Object.keys(contents) : [];
}

/**
 * The language of a language-content that serves a wish best: the tag itself in any case, else a shorter one (`de` for
 * `de-CH`), RFC 4647 §3.4. Null where it has none.
 */
export function lookUpLanguage(content: JsonObject, wanted: string): string | null {
  const available = languagesOf(content);
  for (let range = wanted.toLowerCase(); range !== ""; range = shorter(range)) {
    const found = available.find((tag) => tag.toLowerCase() === range);
    if (found !== undefined) return found;
  }
  return null;
}

// RFC 4647 §3.4: a single letter or digit that would end the range goes with what it introduced.
function shorter(range: string): string {
  const cut = range.slice(0, Math.max(0, range.lastIndexOf("-")));
  return /-[a-z0-9]$/.test(cut) ? cut.slice(0, -2) : cut;
}

/**
 * The object with its texts in a language: a copy in which the translation of a language-content takes the place of text, item by
 * item and part by part; an empty text leaves the original. What the translation has and the object has not, or what is no text
 * for people, is ignored (§7.1.1). Its `lang` is that language. The object itself where the content has nothing in it, or
 * speaks of another object or version.
 */
export function translate(object: JsonObject, content: JsonObject, wanted: string): JsonObject {
  const language = speaksOf(content, object) ? lookUpLanguage(content, wanted) : null;
  const { contents } = content;
  const translation = language === null || !isObject(contents) ? undefined : contents[language];
  if (language === null || !isObject(translation)) return object;
  return { ...translateMembers(object, translation, 0), lang: language };
}

/** Whether a language-content speaks of this object, and of this version of it where it names one. */
export function speaksOf(content: JsonObject, object: JsonObject): boolean {
  if (content["object_ref"] !== object["id"]) return false;
  const { object_modified: modified } = content;
  if (typeof modified !== "string") return true;
  const version = versionOf(object);
  return version !== null && versionKeyOf(version) === versionKeyOf(modified);
}

function translateMembers(original: JsonObject, translation: JsonObject, depth: number): JsonObject {
  if (depth >= translationDepthMax) return original;
  const translated: Record<string, Json> = { ...original };
  for (const [name, text] of Object.entries(translation)) {
    const old = Object.hasOwn(original, name) ? original[name] : undefined;
    if (old === undefined || !isTranslatable(name)) continue;
    translated[name] = translateValue(old, text, depth + 1);
  }
  return translated;
}

function translateValue(original: Json, translation: Json, depth: number): Json {
  if (typeof original === "string")
    return typeof translation === "string" && translation !== "" ? translation : original;
  if (isObject(original)) return isObject(translation) ? translateMembers(original, translation, depth) : original;
  if (!Array.isArray(original) || !Array.isArray(translation) || original.length !== translation.length)
    return original;
  if (depth >= translationDepthMax) return original;
  const parts = translation as readonly Json[];
  return (original as readonly Json[]).map((item, i) => translateValue(item, parts[i] ?? "", depth + 1));
}

function isTranslatable(name: string): boolean {
  return !untranslatable.has(name) && !/_refs?$/.test(name);
}

/**
 * Adds to `faults` where a language-content has not the shape of the object that it speaks of, with pointers into the content:
 * another version, or a property of another kind or length. What the object has not is to be ignored and no fault.
 */
export function checkTranslation(content: JsonObject, object: JsonObject, faults: Fault[]): void {
  if (!speaksOf(content, object)) {
    if (content["object_ref"] === object["id"]) faults.push({ rule: "language-version", pointer: "/object_modified" });
    return;
  }
  const { contents } = content;
  if (!isObject(contents)) return;
  const found: Fault[] = [];
  for (const [tag, translation] of Object.entries(contents)) {
    if (isObject(translation)) checkMembers(object, translation, formatPointer(["contents", tag]), 0, found);
  }
  faults.push(...found.slice(0, faultsMax));
}

function checkMembers(
  original: JsonObject,
  translation: JsonObject,
  pointer: string,
  depth: number,
  faults: Fault[],
): void {
  if (depth >= translationDepthMax) return;
  for (const [name, text] of Object.entries(translation)) {
    if (faults.length >= faultsMax) return;
    const old = Object.hasOwn(original, name) ? original[name] : undefined;
    if (old === undefined || !isTranslatable(name)) continue;
    checkPart(old, text, pointer + formatPointer([name]), depth + 1, faults);
  }
}

function checkPart(original: Json, translation: Json, pointer: string, depth: number, faults: Fault[]): void {
  if (typeof original === "string") {
    if (typeof translation !== "string") faults.push({ rule: "language-shape", pointer, expected: "a text" });
  } else if (isObject(original)) {
    if (isObject(translation)) checkMembers(original, translation, pointer, depth, faults);
    else faults.push({ rule: "language-shape", pointer, expected: "an object" });
  } else if (Array.isArray(original)) {
    if (!Array.isArray(translation) || translation.length !== original.length) {
      faults.push({ rule: "language-shape", pointer, expected: `a list of ${original.length}` });
      return;
    }
    const items = original as readonly Json[];
    if (depth >= translationDepthMax) return;
    (translation as readonly Json[]).forEach((item, i) => {
      // An item that is left as it is stands as an empty text, whatever the original is.
      if (item !== "") checkPart(items[i] ?? "", item, `${pointer}/${i}`, depth + 1, faults);
    });
  }
}
