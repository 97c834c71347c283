// The STIX object: what every file of this room and every later room calls an object. STIX 2.1 §1.2, §3.2
// Types of objects, their class, their version and the shape of identifiers.

import { isObject, type JsonObject } from "../encoding/json.ts";

/** A JSON object with a `type` and an `id`; nothing more is known of it before `check`. */
export interface StixObject extends JsonObject {
  readonly type: string;
  readonly id: string;
}

/** Domain, relationship and cyber-observable objects, meta objects, the container, and types that STIX does not define. */
export type ObjectClass = "sdo" | "sro" | "sco" | "meta" | "bundle" | "custom";

export interface Identifier {
  readonly type: string;
  readonly uuid: string;
  /** 1 to 5, RFC 4122 §4.1.3. */
  readonly version: number;
}

/** STIX 2.1 §4 */
export const domainTypes = [
  "attack-pattern",
  "campaign",
  "course-of-action",
  "grouping",
  "identity",
  "incident",
  "indicator",
  "infrastructure",
  "intrusion-set",
  "location",
  "malware",
  "malware-analysis",
  "note",
  "observed-data",
  "opinion",
  "report",
  "threat-actor",
  "tool",
  "vulnerability",
] as const;

/** STIX 2.1 §5 */
export const relationshipTypes = ["relationship", "sighting"] as const;

/** STIX 2.1 §6 */
export const observableTypes = [
  "artifact",
  "autonomous-system",
  "directory",
  "domain-name",
  "email-addr",
  "email-message",
  "file",
  "ipv4-addr",
  "ipv6-addr",
  "mac-addr",
  "mutex",
  "network-traffic",
  "process",
  "software",
  "url",
  "user-account",
  "windows-registry-key",
  "x509-certificate",
] as const;

/** STIX 2.1 §7 */
export const metaTypes = ["extension-definition", "language-content", "marking-definition"] as const;

const classes: ReadonlyMap<string, ObjectClass> = new Map<string, ObjectClass>([
  ...domainTypes.map((type) => [type, "sdo"] as const),
  ...relationshipTypes.map((type) => [type, "sro"] as const),
  ...observableTypes.map((type) => [type, "sco"] as const),
  ...metaTypes.map((type) => [type, "meta"] as const),
  ["bundle", "bundle"],
]);

const uuidLength = 36;
const identifierForm =
  /^[a-z][a-z0-9]*(?:-[a-z0-9]+){0,124}-?--[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/;

/** Whether a value is a JSON object whose `type` and `id` are texts. */
export function isStixObject(value: unknown): value is StixObject {
  return isObject(value) && typeof value["type"] === "string" && typeof value["id"] === "string";
}

/** The type that an identifier begins with. STIX 2.1 §2.9 */
export function typeOfId(id: string): string {
  return id.slice(0, id.lastIndexOf("--"));
}

/** The object's type, or "" where it has none: `type` may be anything before it is checked. */
export function typeOf(object: JsonObject): string {
  const { type } = object;
  return typeof type === "string" ? type : "";
}

/** The class of a type by its name alone. The object itself decides what a custom type is: see `customClassOf`. */
export function classOf(type: string): ObjectClass {
  return classes.get(type) ?? "custom";
}

/**
 * What an object of a type that STIX does not define is treated as: what its extension says (STIX 2.1 §7.3), else a
 * cyber-observable object where neither `created` nor `modified` is there, else a domain object.
 */
export function customClassOf(object: JsonObject): "sdo" | "sro" | "sco" {
  const extensions = object["extensions"];
  if (isObject(extensions)) {
    for (const extension of Object.values(extensions)) {
      if (!isObject(extension)) continue;
      if (extension["extension_type"] === "new-sdo") return "sdo";
      if (extension["extension_type"] === "new-sro") return "sro";
      if (extension["extension_type"] === "new-sco") return "sco";
    }
  }
  return object["created"] === undefined && object["modified"] === undefined ? "sco" : "sdo";
}

/** The time that names the object's version: `modified`, for a marking definition `created`, for an observable null. STIX 2.1 §3.6 */
export function versionOf(object: JsonObject): string | null {
  const { modified, created } = object;
  if (typeof modified === "string") return modified;
  return typeof created === "string" ? created : null;
}

/** Whether a text is an identifier: a type, two hyphens and a UUID of RFC 4122. STIX 2.1 §2.9 */
export function isIdentifier(text: string): boolean {
  return identifierForm.test(text);
}

/** The parts of an identifier, or null for a text that is none. STIX 2.1 §2.9 */
export function parseIdentifier(id: string): Identifier | null {
  if (!isIdentifier(id)) return null;
  const uuid = id.slice(-uuidLength);
  return { type: id.slice(0, -uuidLength - 2), uuid, version: Number(uuid[14]) };
}

/** Whether an id is one that STIX computes from content: a cyber-observable type with a version 5 UUID. STIX 2.1 §3.4 */
export function isDeterministic(id: string): boolean {
  const identifier = parseIdentifier(id);
  return identifier !== null && identifier.version === 5 && classOf(identifier.type) === "sco";
}
