// Deterministic ids of cyber-observable objects: a version 5 UUID over the canonical JSON (RFC 8785) of the properties
// that say what the object is. STIX 2.1 §2.9, §3.4 and "ID Contributing Properties" of each object in §6
// The commons rely on it: an id that recomputes proves itself.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { uuid5 } from "../encoding/uuid.ts";
import { canonicalOf } from "./version.ts";

/** The namespace of STIX for cyber-observable objects. */
export const scoNamespace = "00abedb4-aa42-466c-9c01-fed23315a9b7";

/** The contributing properties of each type. A process has none, so that its id is random. */
export const contributingProperties: Readonly<Record<string, readonly string[]>> = {
  artifact: ["hashes", "payload_bin"],
  "autonomous-system": ["number"],
  directory: ["path"],
  "domain-name": ["value"],
  "email-addr": ["value"],
  "email-message": ["from_ref", "subject", "body"],
  file: ["hashes", "name", "parent_directory_ref", "extensions"],
  "ipv4-addr": ["value"],
  "ipv6-addr": ["value"],
  "mac-addr": ["value"],
  mutex: ["name"],
  "network-traffic": ["start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"],
  process: [],
  software: ["name", "cpe", "swid", "vendor", "version"],
  url: ["value"],
  "user-account": ["account_type", "user_id", "account_login"],
  "windows-registry-key": ["key", "values"],
  "x509-certificate": ["hashes", "serial_number"],
};

/** Of several hashes one contributes: the first of these that is there, else any. */
const hashPreference = ["MD5", "SHA-1", "SHA-256", "SHA-512"];
/** Ids by another than the preferred hash are tried for this many hashes. */
const hashesTriedMax = 16;

/**
 * The id that STIX computes for a cyber-observable object, or null where it computes none: another type, no contributing
 * property, a process, content that no JSON text says (a lone surrogate, no finite number). `object` needs no `id`.
 */
export function scoId(object: JsonObject): string | null {
  const { type } = object;
  const contributing = typeof type === "string" ? contributions(type, object) : null;
  return contributing === null ? null : format(String(type), preferred(contributing));
}

/**
 * Whether an id is the one that the object's content gives. The choice among several hashes is a SHOULD (§6.1, §6.7,
 * §6.18), so that an id by any one of them is as good.
 */
export function recomputes(object: JsonObject): boolean {
  const { type, id } = object;
  if (typeof type !== "string" || typeof id !== "string") return false;
  const contributing = contributions(type, object);
  if (contributing === null) return false;
  const wanted = id.toLowerCase();
  if (format(type, preferred(contributing)) === wanted) return true;
  const { hashes } = contributing;
  if (!isObject(hashes)) return false;
  return Object.keys(hashes)
    .slice(0, hashesTriedMax)
    .some((name) => format(type, { ...contributing, hashes: only(hashes, name) }) === wanted);
}

/** Whether the object has a property that contributes to its id. */
export function hasContributingProperty(type: string, object: JsonObject): boolean {
  return contributions(type, object) !== null;
}

function contributions(type: string, object: JsonObject): JsonObject | null {
  if (!Object.hasOwn(contributingProperties, type)) return null;
  const present: Record<string, Json> = {};
  let some = false;
  for (const name of contributingProperties[type] ?? []) {
    const value = object[name];
    if (value === undefined) continue;
    present[name] = value;
    some = true;
  }
  return some ? present : null;
}

function preferred(contributing: JsonObject): JsonObject {
  const { hashes } = contributing;
  if (!isObject(hashes)) return contributing;
  const name = hashPreference.find((algorithm) => hashes[algorithm] !== undefined) ?? Object.keys(hashes)[0];
  return name === undefined ? contributing : { ...contributing, hashes: only(hashes, name) };
}

function only(hashes: JsonObject, name: string): JsonObject {
  return { [name]: hashes[name] ?? null };
}

function format(type: string, contributing: JsonObject): string | null {
  const name = canonicalOf(contributing);
  return name === null ? null : `${type}--${uuid5(scoNamespace, name)}`;
}
