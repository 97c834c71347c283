// How recommendations reach into an object of which nothing is known yet: values where they are of the kind that is looked
// for, nothing where they are not.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";

/** The items of a list, any other value as its only item. */
export function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [value as Json];
}

/** What stands at the end of a path of names, or undefined. */
export function namesIn(object: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** The keys of a dictionary; the items of a list and the characters of a text, which is what the OASIS validator asks. */
export function keysOf(value: Json | undefined): readonly Json[] {
  if (typeof value === "string") return [...value];
  if (Array.isArray(value)) return value as readonly Json[];
  return isObject(value) ? Object.keys(value) : [];
}
