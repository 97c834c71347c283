// Versions of an object: which is newer, which are the same, what a later one may not change. STIX 2.1 §3.6

import { formatCanonical } from "../encoding/canonical-json.ts";
import type { Json } from "../encoding/json.ts";
import { versionKey } from "../encoding/timestamp.ts";
import { type StixObject, versionOf } from "./object.ts";

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

/** Whether two values are the same JSON value: order of keys, white space and the spelling of numbers aside. */
export function sameContent(a: Json, b: Json): boolean {
  return a === b || formatCanonical(a) === formatCanonical(b);
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

function keyOf(object: StixObject): string {
  const version = versionOf(object);
  return version === null ? "" : versionKey(version);
}

function sameTime(a: string, b: string): boolean {
  return versionKey(a) === versionKey(b);
}
