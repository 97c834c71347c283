// What the oracle reads in an object by itself: its id and version, what it names, how strict it is in its contribution.
// Written from the pages of STIX and of the sharing rules, with no code of the exchange but its encoding.
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import type { Micros } from "../../src/encoding/timestamp.ts";

export const ladder = ["clear", "green", "amber", "amber+strict", "red"] as const;
export type Level = (typeof ladder)[number];

/** Every spelling of TLP by its meaning: the four of 1.0 and the five of 2.0. */
export const levelOfMarking: Readonly<Record<string, Level>> = {
  "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
  "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
  "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
  "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
  "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
  "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
  "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
  "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
  "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
};

/** What STIX 2.1 requires of the types that histories are made of, beside what all objects have. */
const required: Readonly<Record<string, readonly string[]>> = {
  indicator: ["created", "modified", "pattern", "pattern_type", "valid_from"],
  malware: ["created", "modified", "is_family"],
  report: ["created", "modified", "name", "published", "object_refs"],
  incident: ["created", "modified", "name"],
  note: ["created", "modified", "content", "object_refs"],
  relationship: ["created", "modified", "relationship_type", "source_ref", "target_ref"],
  "marking-definition": ["created"],
  "ipv4-addr": ["value"],
  "domain-name": ["value"],
};

export function requiredOf(object: JsonObject): readonly string[] {
  // A family of malware has a name (STIX 2.1 §4.11).
  return [...(required[typeOf(object)] ?? []), ...(object["is_family"] === true ? ["name"] : [])];
}

export function isValid(object: JsonObject): boolean {
  return requiredOf(object).every((property) => object[property] !== undefined);
}

/** Finds out whether a marking definition that is none of TLP's is a statement, for whoever marked something with it. */
export type IsStatement = (id: string) => boolean;

/** Its own level. A statement has none; a definition that nobody can tell the meaning of counts as red. */
export function levelMarked(object: JsonObject, isStatement: IsStatement): Level | null {
  return strictestOf(
    stringsOf(object["object_marking_refs"])
      .filter((id) => !isStatement(id))
      .map((id) => levelOfMarking[id] ?? "red"),
  );
}

/** Its own level, else the strictest of what it is joined to in its contribution, over any number of unmarked objects. */
export function inheritedLevel(
  object: JsonObject,
  members: readonly JsonObject[],
  isStatement: IsStatement,
): Level | null {
  if (isDefinition(object)) return levelMarked(object, isStatement); // definitions explain and do not join
  const reached = new Set<JsonObject>([object]);
  const levels: Level[] = [];
  for (const here of reached) {
    const level = levelMarked(here, isStatement);
    if (level !== null) {
      levels.push(level);
      continue;
    }
    for (const other of members)
      if (!isDefinition(other) && (joinsIn(here).includes(idOf(other)) || joinsIn(other).includes(idOf(here))))
        reached.add(other);
  }
  return strictestOf(levels);
}

export function rankOf(level: Level): number {
  return ladder.indexOf(level);
}

export function strictestOf(levels: readonly Level[]): Level | null {
  return levels.length === 0 ? null : levels.reduce((a, b) => (rankOf(a) > rankOf(b) ? a : b));
}

const cached = [new WeakMap<JsonObject, readonly string[]>(), new WeakMap<JsonObject, readonly string[]>()] as const;

/** References at any depth, markings aside. */
export function referencesIn(object: JsonObject, authors = true): readonly string[] {
  const cache = cached[authors ? 1 : 0];
  let found = cache.get(object);
  if (found === undefined) cache.set(object, (found = findReferences(object, authors)));
  return found;
}

function findReferences(value: Json | undefined, authors: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((one: Json) => findReferences(one, authors));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === "object_marking_refs" || (key === "created_by_ref" && !authors)) return [];
    if (key.endsWith("_ref") && typeof inner === "string") return [inner];
    if (key.endsWith("_refs")) return stringsOf(inner);
    return findReferences(inner, authors);
  });
}

function joinsIn(object: JsonObject): readonly string[] {
  return referencesIn(object, false);
}

/** The definitions that it uses. */
export function companionsIn(object: JsonObject): readonly string[] {
  const extensions = object["extensions"];
  return [
    ...stringsOf(object["object_marking_refs"]),
    ...(isObject(extensions) ? Object.keys(extensions).filter((key) => key.startsWith("extension-definition--")) : []),
  ];
}

/** References that STIX requires in the types that histories are made of, and their like. */
const needed: Readonly<Record<string, readonly string[]>> = {
  relationship: ["source_ref", "target_ref"],
  sighting: ["sighting_of_ref"],
  report: ["object_refs"],
  note: ["object_refs"],
  opinion: ["object_refs"],
  grouping: ["object_refs"],
};

/** What is about an object of another's, and is nothing without it (step 8). */
export const leanTypes: readonly string[] = ["note", "opinion", "sighting"];

/** Lists of ids of each of which one has to stay: no marking is ever cut, nor the last of what a report is about. */
export function needsIn(object: JsonObject): readonly (readonly string[])[] {
  return [
    ...(needed[typeOf(object)] ?? []).map((property) => {
      const value = object[property];
      return typeof value === "string" ? [value] : stringsOf(value);
    }),
    ...companionsIn(object).map((id) => [id]),
  ];
}

export function isDefinition(object: JsonObject): boolean {
  return typeOf(object) === "marking-definition" || typeOf(object) === "extension-definition";
}

export function typeOf(object: JsonObject): string {
  return String(object["type"]);
}

export function idOf(object: JsonObject): string {
  return String(object["id"]);
}

/** Null: it has none, as SCOs have not. */
export function versionOf(object: JsonObject): string | null {
  const version = object["modified"] ?? object["created"];
  return typeof version === "string" ? version : null;
}

/** Times that differ in digits of the second alone sort as text without what follows these; copies by their number. */
export function isLater(a: string, b: string): boolean {
  return a.startsWith("copy ") ? Number(a.slice(5)) > Number(b.slice(5)) : a.replace("Z", "") > b.replace("Z", "");
}

export function durationOf(text: string): Micros {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?)?$/.exec(text);
  if (parts === null) throw new Error(`The oracle reads days and hours only, not ${text}.`);
  return (Number(parts[1] ?? 0) * 24 + Number(parts[2] ?? 0)) * 3_600_000_000;
}

export function listOf<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? one : [one as T]; // Array.isArray does not narrow a readonly array away
}

export function stringsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one: Json): one is string => typeof one === "string") : [];
}

export function sameParties(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  const text = (list: readonly string[] | undefined): string =>
    JSON.stringify(list === undefined ? null : [...list].sort());
  return text(a) === text(b);
}

export function uniqueByContent(objects: readonly JsonObject[]): readonly JsonObject[] {
  const texts = objects.map(formatCanonical);
  return objects.filter((_, i) => texts.indexOf(texts[i] ?? "") === i);
}
