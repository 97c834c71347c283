// What of an object the standard does not define: custom properties, custom and defined extensions, and members of its own
// parts that are nobody's but the producer's. STIX 2.1 §11; the `internal` profile and unattributed renditions rely on it.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { classOf, customClassOf } from "../stix/object.ts";
import { extensionParts, extensionProperties, extensionsOf, partsOf, propertiesOf } from "../stix/tables.generated.ts";
import { childrenOf } from "./places.ts";

/** Parts that objects of every type have. STIX 2.1 §2.5, §2.11, §7.2.3 */
const commonParts: Readonly<Record<string, readonly string[]>> = {
  external_references: ["source_name", "description", "url", "hashes", "external_id"],
  kill_chain_phases: ["kill_chain_name", "phase_name"],
  granular_markings: ["lang", "marking_ref", "selectors"],
};

/** The properties that the standard gives to a type, or to every object of the class where the type is someone's own. */
export function standardProperties(type: string, object: JsonObject): readonly string[] {
  if (classOf(type) !== "custom") return own(propertiesOf, type) ?? [];
  // Of mutex and vulnerability all but these are common properties.
  const like = customClassOf(object) === "sco" ? "mutex" : "vulnerability";
  return (own(propertiesOf, like) ?? []).filter((name) => name !== "name" && name !== "description");
}

/**
 * The places of an object that are not of the standard. Of an extension by which an object of someone's own type says that
 * it is one, what it says beside stays out, and it itself is left: without it the object is of no type.
 */
export function foreignPlaces(object: JsonObject, type: string): readonly string[] {
  const standard = new Set(standardProperties(type, object));
  const parts = { ...commonParts, ...own(partsOf, type) };
  return [
    ...Object.keys(object)
      .filter((name) => !standard.has(name))
      .map((name) => formatPointer([name])),
    ...foreignIn(object, "", parts),
    ...foreignExtensions(object["extensions"], type),
  ];
}

function foreignExtensions(extensions: Json | undefined, type: string): readonly string[] {
  if (!isObject(extensions)) return [];
  return Object.entries(extensions).flatMap(([key, extension]) => {
    const place = formatPointer(["extensions", key]);
    const isPredefined = (own(extensionsOf, type) ?? []).includes(key);
    if (!isObject(extension)) return [place];
    if (isPredefined) {
      const known = own(extensionProperties, key) ?? [];
      return [...strange(extension, place, known), ...foreignIn(extension, place, own(extensionParts, key) ?? {})];
    }
    const definesType = classOf(type) === "custom" && /^new-s[dcr]o$/.test(String(extension["extension_type"]));
    return definesType ? strange(extension, place, ["extension_type"]) : [place];
  });
}

// Parts are an object or a list of objects.
function foreignIn(
  holder: JsonObject,
  place: string,
  parts: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return Object.entries(parts).flatMap(([name, known]) => {
    const part = Object.hasOwn(holder, name) ? holder[name] : undefined;
    if (part === undefined) return [];
    const at = place + formatPointer([name]);
    if (isObject(part)) return strange(part, at, known);
    return childrenOf(part).flatMap(([i, item]) => (isObject(item) ? strange(item, `${at}/${i}`, known) : []));
  });
}

function strange(members: JsonObject, place: string, known: readonly string[]): readonly string[] {
  return Object.keys(members)
    .filter((name) => !known.includes(name))
    .map((name) => place + formatPointer([name]));
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
