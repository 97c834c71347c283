// Markings by what they mean: the level of the Traffic Light Protocol that a marking definition or an object carries, by
// every id and spelling in use. STIX 2.1 §7.2, FIRST TLP 1.0 and 2.0, FIRST IEP 2.0
// The ceiling of every release is decided on what this file returns: what it does not understand is red.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import type { StixObject } from "./object.ts";

/** From the widest to the strictest. */
export const levels = ["clear", "green", "amber", "amber+strict", "red"] as const;

export type Level = (typeof levels)[number];

export interface MarkingLevel {
  /** The strictest level among the markings, or null where none of them carries one. */
  readonly level: Level | null;
  /** Ids of markings that could not be had or understood; each of them counted as red. */
  readonly unknown: readonly string[];
}

export type ResolveMarking = (id: string) => StixObject | null;

export const tlp2ExtensionId = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
const iepExtensionId = "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a";
const papExtensionId = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b";

const levelOfId: ReadonlyMap<string, Level> = new Map([
  ["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "clear"], // TLP 1.0 white
  ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "green"],
  ["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "amber"],
  ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"],
  ["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"], // TLP 2.0
  ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"],
  ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"],
  ["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"],
  ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"],
  ["marking-definition--826578e1-40ad-459f-bc73-ede076f81f37", "amber+strict"], // OpenCTI, before TLP 2.0 had ids
]);

const levelOfSpelling: ReadonlyMap<string, Level> = new Map([
  ["white", "clear"],
  ["clear", "clear"],
  ["green", "green"],
  ["amber", "amber"],
  ["amber+strict", "amber+strict"],
  ["red", "red"],
]);

/** 0 for clear to 4 for red. */
export function levelRank(level: Level): number {
  return levels.indexOf(level);
}

/** The stricter of two levels; null is no level at all and yields to any. */
export function strictest(a: Level, b: Level | null): Level;
export function strictest(a: Level | null, b: Level): Level;
export function strictest(a: Level | null, b: Level | null): Level | null;
export function strictest(a: Level | null, b: Level | null): Level | null {
  if (a === null) return b;
  if (b === null) return a;
  return levelRank(a) >= levelRank(b) ? a : b;
}

/**
 * The TLP level that a marking carries, given by its id or as the marking definition itself: TLP 1.0 and 2.0 by every id,
 * by `definition_type` tlp under any id, by the `tlp_2_0` extension, by IEP's `tlp`, and by a name or statement that is
 * `TLP:` and a level in any case. White is clear. Where a definition says several, the strictest. Null where it says none.
 */
export function tlpOf(marking: string | JsonObject): Level | null {
  if (typeof marking === "string") return levelOfId.get(marking.toLowerCase()) ?? null;
  return meaningOf(marking).level;
}

/**
 * The level that an object's own markings give it as a whole: the strictest of `object_marking_refs`. A statement and a
 * permissible-actions marking carry no level. A marking that `resolve` does not have, or of a kind that nothing here
 * understands, counts as red and is told in `unknown`. STIX 2.1 §7.2.2
 */
export function levelOfMarkings(object: JsonObject, resolve: ResolveMarking): MarkingLevel {
  return levelOfRefs(object["object_marking_refs"], resolve);
}

/** The strictest level that granular markings put on any part of an object. STIX 2.1 §7.2.3 */
export function granularLevel(object: JsonObject, resolve: ResolveMarking): MarkingLevel {
  return levelOfRefs(granularRefs(object), resolve);
}

/** Whether some part of the object is marked apart from the rest; a granular marking of language alone is none. */
export function hasGranularMarkings(object: JsonObject): boolean {
  return granularRefs(object).length > 0;
}

function granularRefs(object: JsonObject): readonly Json[] {
  const granular = object["granular_markings"];
  if (granular === undefined) return [];
  // Anything but a list of markings is a fault; as a marking nobody understands, it keeps the object back.
  if (!Array.isArray(granular)) return [granular];
  return granular.flatMap((marking: Json) => {
    if (!isObject(marking)) return [marking];
    const { marking_ref: ref, lang } = marking;
    return ref === undefined && lang !== undefined ? [] : [ref ?? null];
  });
}

function levelOfRefs(refs: Json | undefined, resolve: ResolveMarking): MarkingLevel {
  if (refs === undefined) return { level: null, unknown: [] };
  let level: Level | null = null;
  const unknown: string[] = [];
  for (const ref of Array.isArray(refs) ? (refs as readonly Json[]) : [refs]) {
    const known = typeof ref === "string" ? tlpOf(ref) : null;
    if (known !== null) {
      level = strictest(level, known);
      continue;
    }
    const marking = typeof ref === "string" ? resolve(ref) : null;
    const meaning = marking === null ? { level: null, known: false } : meaningOf(marking);
    level = strictest(level, meaning.known ? meaning.level : "red");
    // What is no id has none to be told by, and may be nested deeper than anything could write.
    if (!meaning.known) unknown.push(isObject(ref) ? "{}" : Array.isArray(ref) ? "[]" : String(ref));
  }
  return { level, unknown };
}

interface Meaning {
  readonly level: Level | null;
  /** Whether the kind of marking is one whose meaning for sharing is understood here. */
  readonly known: boolean;
}

const unknownKind: Meaning = { level: null, known: false };
/** A level that is claimed and cannot be read is no lesser level beside it. */
const garbled: Meaning = { level: "red", known: false };

function meaningOf(marking: JsonObject): Meaning {
  if (marking["type"] !== "marking-definition") return unknownKind;
  const id = marking["id"];
  const byId = typeof id === "string" ? tlpOf(id) : null;
  const byType = meaningOfDefinition(marking["definition_type"], marking["definition"]);
  const byExtension = meaningOfExtensions(marking["extensions"]);
  const level = [byId, byType.level, byExtension.level].reduce(strictest, null);
  const understood = byId !== null || byType.known || byExtension.known;
  // Beside a level an extension of someone's own is data; alone, or beside a statement, it may be a restriction.
  if (!understood || (level === null && byExtension.foreign)) return unknownKind;
  // A name is only a label: it may narrow, and speaks alone where the definition carries no level.
  return { level: strictest(level, spelled(marking["name"])), known: true };
}

// STIX 2.1 §7.2.1.3 and §7.2.1.4, both deprecated but what most producers write.
function meaningOfDefinition(type: Json | undefined, definition: Json | undefined): Meaning {
  if (typeof type !== "string") return unknownKind;
  const fields = isObject(definition) ? definition : {};
  // Some producers put the level where the kind belongs: "definition_type": "TLP:CLEAR".
  const inType = spelled(type);
  if (inType !== null) return { level: strictest(inType, spelling(fields["tlp"])), known: true };
  switch (type.toLowerCase()) {
    case "statement":
      return { level: spelled(fields["statement"]), known: true };
    case "tlp":
    case "iep": {
      const level = spelling(fields["tlp"]);
      return level === null ? garbled : { level, known: true };
    }
    case "pap":
      return { level: null, known: true };
    default:
      return unknownKind;
  }
}

function meaningOfExtensions(extensions: Json | undefined): Meaning & { readonly foreign: boolean } {
  let level: Level | null = null;
  let known = false;
  let foreign = false;
  for (const [key, extension] of isObject(extensions) ? Object.entries(extensions) : []) {
    const claim = isObject(extension)
      ? (extension["tlp_2_0"] ?? (key === iepExtensionId ? extension["tlp"] : undefined))
      : undefined;
    if (claim !== undefined) {
      const said = spelling(claim);
      level = strictest(level, said ?? "red");
      known ||= said !== null;
    } else if (key === papExtensionId) {
      known = true;
    } else {
      foreign = true;
    }
  }
  return { level, known, foreign };
}

/** A level with `TLP:` before it, in any case: "TLP:AMBER+STRICT", "tlp:white". */
function spelled(text: Json | undefined): Level | null {
  const match = typeof text === "string" ? /^\s{0,8}tlp\s{0,8}[:_ -]\s{0,8}(.{1,24})$/i.exec(text) : null;
  return match === null ? null : spelling(match[1]);
}

/** A level with or without `TLP:`. */
function spelling(text: Json | undefined): Level | null {
  if (typeof text !== "string" || text.length > 48) return null;
  const plain = text.trim().toLowerCase();
  const level = plain
    .replace(/^tlp[:_ -]/, "")
    .trim()
    .replace(/^amber[ _-]?\+?[ _-]?strict$/, "amber+strict");
  return levelOfSpelling.get(level) ?? null;
}
