// The bundle: a list of objects for transport, itself no object and of no meaning. STIX 2.1 §8

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { Refusal } from "../refusal.ts";

/** Whether a value calls itself a bundle; `check` says whether it is a good one. */
export function isBundle(value: unknown): value is JsonObject & { readonly type: "bundle" } {
  return isObject(value) && value["type"] === "bundle";
}

/**
 * The objects of a bundle, of a list of objects or of a single object: the three ways in which files of STIX come. The
 * objects themselves are not looked at.
 * @throws {Refusal} invalid: not an object or a list, or a bundle whose `objects` is no list
 */
export function unpack(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) {
    throw new Refusal("invalid", "STIX comes as a bundle, an object or a list of objects.", {
      rule: "object-expected",
    });
  }
  if (!isBundle(value)) return [value];
  const objects = value["objects"] ?? [];
  if (!Array.isArray(objects)) {
    throw new Refusal("invalid", "The objects of a bundle are a list.", { rule: "value-type", pointer: "/objects" });
  }
  return objects;
}
