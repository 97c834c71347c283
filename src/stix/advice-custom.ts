// Recommendations about what is someone's own (numbers 101, 102 and 401): types, properties and extensions that the
// specification does not define should be defined by an extension, or at least named so that nothing else takes the name.
// And the two strict options, which tell all of them. STIX 2.1 §7.3, §11

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { Advised } from "./advice.ts";
import { keysOf } from "./advice-parts.ts";
import { classOf } from "./object.ts";
import { extensionParts, extensionProperties, extensionsOf, partsOf, propertiesOf } from "./tables.generated.ts";

/** The OASIS validator's tables of properties where they differ from the specification: two mistakes and a reserved name. */
const oasisProperties: Readonly<Record<string, ReadonlySet<string>>> = {
  "course-of-action": new Set([...(propertiesOf["course-of-action"] ?? []), "action"]),
  "malware-analysis": new Set([
    ...(propertiesOf["malware-analysis"] ?? []).filter((name) => name !== "installed_software_refs"),
    "installed_software_ref",
  ]),
  "marking-definition": new Set([...(propertiesOf["marking-definition"] ?? []), "lang"]),
};
const properties: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries(propertiesOf).map(([type, names]) => [type, new Set(names)]),
);
/** Names that have a rule of their own. STIX 2.1 §3.8 */
const reserved: ReadonlySet<string> = new Set(["severity", "username", "phone_number", "action"]);
const oasisReserved: ReadonlySet<string> = new Set(["severity", "username", "phone_numbers", "action"]);
const newTypes: ReadonlySet<Json> = new Set(["new-sdo", "new-sco", "new-sro"]);

/** Whose name it is that should be defined or prefixed. */
type Kind = "object" | "property" | "extension";

/** Tells what is someone's own and not done as recommended. */
export function adviseCustom(advised: Advised): void {
  if (advised.wants("extensions-use")) adviseExtensions(advised);
  if (advised.wants("custom-prefix")) advisePrefixes(advised, "custom-prefix");
  if (advised.wants("custom-prefix-lax")) advisePrefixes(advised, "custom-prefix-lax");
  if (advised.member) return;
  const isCustom = classOf(advised.type) === "custom";
  // The OASIS validator's list of types has no observables.
  const isStrange = isCustom || (advised.oasis && classOf(advised.type) === "sco");
  if (advised.wants("strict-types") && isStrange && advised.type !== "") advised.tell("strict-types", "/type");
  if (advised.wants("strict-properties") && !isCustom) adviseStrictly(advised);
}

function adviseExtensions(advised: Advised): void {
  const { type, object } = advised;
  if (!advised.member) {
    const isOwn = classOf(type) === "custom" && type !== "action" && object["type"] !== undefined;
    if (isOwn && !usesExtension(object, newTypes)) {
      advised.tell("extensions-use", "/type", "A type of one's own");
    }
    if (!usesExtension(object, new Set<Json>(["toplevel-property-extension"]))) {
      for (const name of ownProperties(advised)) {
        if (!isReserved(name, advised.oasis)) {
          advised.tell("extensions-use", formatPointer([name]), "A property of one's own");
        }
      }
    }
    const kind = object["definition_type"];
    if (type === "marking-definition" && object["extensions"] === undefined && kind !== "statement" && kind !== "tlp") {
      advised.tell("extensions-use", "", "A kind of marking of one's own");
    }
  }
  for (const place of ownParts(advised)) advised.tell("extensions-use", place, "A property of one's own");
  if (!usesExtension(object, new Set<Json>(["property-extension"]))) {
    for (const name of ownExtensions(advised)) {
      advised.tell("extensions-use", formatPointer(["extensions", name]), "An extension of one's own");
    }
  }
}

function advisePrefixes(advised: Advised, rule: "custom-prefix" | "custom-prefix-lax"): void {
  const { type, oasis } = advised;
  const lax = rule === "custom-prefix-lax";
  const tell = (kind: Kind, place: string, name: string) => {
    if (!isPrefixed(kind, name, lax)) advised.tell(rule, place, kind === "object" ? "type" : kind);
  };
  if (classOf(type) === "custom" && type !== "action" && advised.object["type"] !== undefined) {
    tell("object", "/type", type);
  }
  // Of observables the OASIS validator spares no reserved name.
  const spares = (name: string) => classOf(type) !== "sco" && isReserved(name, oasis);
  for (const name of ownProperties(advised)) if (!spares(name)) tell("property", formatPointer([name]), name);
  for (const place of ownParts(advised)) tell("property", place, place.slice(place.lastIndexOf("/") + 1));
  for (const name of ownExtensions(advised)) tell("extension", formatPointer(["extensions", name]), name);
}

/** Whether a name has the form that keeps it apart: x, a source, the name; or only x where that is enough. */
export function isPrefixed(kind: Kind, name: string, lax: boolean): boolean {
  const separator = kind === "property" ? "_" : "-";
  const end = kind === "extension" ? "-ext" : "";
  if (!name.startsWith(`x${separator}`) || !name.endsWith(end)) return false;
  const rest = name.slice(2, name.length - end.length);
  if (lax) return rest !== "";
  const second = rest.indexOf(separator, 1);
  return second > 0 && second < rest.length - 1;
}

function adviseStrictly(advised: Advised): void {
  const { type, object } = advised;
  // Observed data with a container is passed over, because its properties are looked for among those of observables.
  if (advised.oasis && type === "observed-data" && isObject(object["objects"])) return;
  for (const name of ownProperties(advised)) advised.tell("strict-properties", formatPointer([name]));
  for (const place of ownParts(advised)) advised.tell("strict-properties", place);
}

/** The properties that a type of the specification has not. */
function ownProperties({ type, object, oasis }: Advised): readonly string[] {
  const known = (oasis ? own(oasisProperties, type) : undefined) ?? own(properties, type);
  return known === undefined ? [] : Object.keys(object).filter((name) => !known.has(name));
}

/** Places of properties that the sub-types and the predefined extensions of an observable have not. */
function ownParts({ type, object, oasis }: Advised): readonly string[] {
  if (classOf(type) !== "sco") return [];
  const places: string[] = [];
  for (const [name, known] of Object.entries(own(partsOf, type) ?? {})) {
    for (const place of unknownIn(object[name], known, oasis)) places.push(formatPointer([name, ...place]));
  }
  const { extensions } = object;
  if (!isObject(extensions)) return places;
  for (const key of own(extensionsOf, type) ?? []) {
    const extension = extensions[key];
    if (extension === undefined) continue;
    const path = ["extensions", key];
    if (isObject(extension)) {
      for (const name of unknownNames(extension, extensionProperties[key] ?? [])) {
        places.push(formatPointer([...path, name]));
      }
    } else if (oasis && keysOf(extension).length > 0) {
      // What is no object at all is an error already; the OASIS validator looks for names in it as well.
      places.push(formatPointer(path));
    }
    for (const [name, known] of Object.entries(own(extensionParts, key) ?? {})) {
      const part = isObject(extension) ? extension[name] : undefined;
      for (const place of unknownIn(part, known, oasis)) places.push(formatPointer([...path, name, ...place]));
    }
  }
  return places;
}

/** Paths to names that are not known in an object, or in the objects of a list. */
function unknownIn(part: Json | undefined, known: readonly string[], oasis: boolean): readonly (readonly string[])[] {
  if (isObject(part)) return unknownNames(part, known).map((name) => [name]);
  return keysOf(part).flatMap((item, i) => {
    if (isObject(item)) return unknownNames(item, known).map((name) => [String(i), name]);
    // As above.
    if (!oasis || (typeof item === "string" && known.includes(item))) return [];
    return [Array.isArray(part) ? [String(i)] : []];
  });
}

function unknownNames(object: JsonObject, known: readonly string[]): readonly string[] {
  return Object.keys(object).filter((name) => !known.includes(name));
}

/** The keys of `extensions` that are no predefined extension of an observable that has some. */
function ownExtensions({ type, object }: Advised): readonly string[] {
  const predefined = own(extensionsOf, type);
  const { extensions } = object;
  if (predefined === undefined || !isObject(extensions)) return [];
  return Object.keys(extensions).filter((key) => !predefined.includes(key));
}

function usesExtension(object: JsonObject, types: ReadonlySet<Json>): boolean {
  const { extensions } = object;
  if (!isObject(extensions)) return false;
  return Object.values(extensions).some(
    (extension) => isObject(extension) && types.has(extension["extension_type"] ?? null),
  );
}

function isReserved(name: string, oasis: boolean): boolean {
  return (oasis ? oasisReserved : reserved).has(name);
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
