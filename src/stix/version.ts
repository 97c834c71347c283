// Versions of an object: which is newer, which are the same, what a later one may not change. STIX 2.1 §3.6

import { formatCanonical } from "../encoding/canonical-json.ts";
import type { Json } from "../encoding/json.ts";
import { parseTimestamp, versionKey } from "../encoding/timestamp.ts";
import { classOf, type StixObject, versionOf } from "./object.ts";

/** What every version of an object has in common. STIX 2.1 §3.2, §3.5, §3.6 */
export const immutableProperties = ["type", "id", "created", "created_by_ref"] as const;

export type ImmutableProperty = (typeof immutableProperties)[number];

/**
 * Orders two versions of one object: negative where `a` is older, 0 where both name the same version. All digits count,
 * whatever the precision. What has no version (an observable) is older than what has one.
 * @throws {Refusal} malformed: a version that is not a timestamp
 */
export function compareVersions(a: StixObject, b: StixObject): number {
  const left = keyOf(a);
  const right = keyOf(b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Whether two values are the same JSON value: order of keys, white space and the spelling of numbers aside. What no JSON text
 * says (a lone surrogate, no finite number) is the same as itself alone.
 */
export function sameContent(a: Json, b: Json): boolean {
  if (a === b) return true;
  const text = canonicalOf(a);
  return text !== null && text === canonicalOf(b);
}

/** The RFC 8785 text of a value, or null where it has none. */
export function canonicalOf(value: Json): string | null {
  try {
    return formatCanonical(value);
  } catch {
    // Values that `parseStrict` did not read may hold anything.
    return null;
  }
}

/** The properties that a later version changed although it may not; empty where `after` may be a version of `before`. */
export function changedImmutables(before: StixObject, after: StixObject): readonly ImmutableProperty[] {
  return immutableProperties.filter((name) => {
    const old = before[name];
    const now = after[name];
    if (old === now) return false;
    // `created` is a time: a longer spelling of the same instant is no change.
    return name !== "created" || typeof old !== "string" || typeof now !== "string" || !sameTime(old, now);
  });
}

/** Whether the object says that it is revoked, after which no version may follow. STIX 2.1 §3.6 */
export function isRevoked(object: StixObject): boolean {
  return object["revoked"] === true;
}

/** How one object stands to another: which may follow which. STIX 2.1 §3.6 */
export type Succession =
  /** The second is a later version of the first, and may follow it. */
  | "newer"
  /** The second is the same version with the same content. */
  | "same"
  /** The second is an earlier version of the first. */
  | "older"
  /** One version with two contents, which is nobody's to resolve. */
  | "conflict"
  /** Nothing may follow: the first is revoked. */
  | "revoked"
  /** A later version that changes what no version may change: see `changedImmutables`. */
  | "immutable"
  /** Objects of this kind have no versions, and the content is another: markings and most observables. */
  | "unversioned"
  /** Two objects. */
  | "unrelated";

/**
 * How `after` stands to `before`, by their own word: whether it comes from the same creator is not asked beyond
 * `created_by_ref`.
 * @throws {Refusal} malformed: a version that is not a timestamp
 */
export function succession(before: StixObject, after: StixObject): Succession {
  if (before.id !== after.id || before.type !== after.type) return "unrelated";
  const order = compareVersions(before, after);
  if (order === 0) {
    if (sameContent(withoutDefaults(before), withoutDefaults(after))) return "same";
    return before["modified"] === undefined && after["modified"] === undefined ? "unversioned" : "conflict";
  }
  // A marking definition has only the time of its creation, which is not to change.
  if (before["modified"] === undefined || after["modified"] === undefined) return "unversioned";
  if (order > 0) return "older";
  if (isRevoked(before)) return "revoked";
  return changedImmutables(before, after).length > 0 ? "immutable" : "newer";
}

/** What every version may leave out, because saying it changes nothing. STIX 2.1 §3.2, §3.6 */
const defaults: Readonly<Record<string, Json>> = { revoked: false, defanged: false, lang: "en" };

/** The object without the properties that only repeat their default. STIX 2.1 §3.6 */
export function withoutDefaults(object: StixObject): StixObject {
  const superfluous = Object.keys(defaults).filter((name) => object[name] === defaults[name]);
  // An observable is of STIX 2.1 where it does not say so.
  if (classOf(object.type) === "sco" && object["spec_version"] === "2.1") superfluous.push("spec_version");
  if (superfluous.length === 0) return object;
  const kept = Object.entries(object).filter(([name]) => !superfluous.includes(name));
  return { ...Object.fromEntries(kept), type: object.type, id: object.id };
}

/** The text by which a version is compared where it may be no timestamp: then the text itself. */
export function versionKeyOf(version: string): string {
  return parseTimestamp(version)?.key ?? version;
}

function keyOf(object: StixObject): string {
  const version = versionOf(object);
  return version === null ? "" : versionKey(version);
}

function sameTime(a: string, b: string): boolean {
  return versionKey(a) === versionKey(b);
}
