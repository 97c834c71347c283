// What patterns are matched with (STIX 2.1 §9.5): observed-data objects with the cyber-observable objects that belong to them,
// taken from bundles, from lists of objects, or from the deprecated container within an observed-data.

import { isObject, type Json, type JsonObject } from "../../encoding/json.ts";
import { type Micros, parseTimestamp } from "../../encoding/timestamp.ts";
import { Refusal } from "../../refusal.ts";

/** One observed-data object: what was seen, when, and how many times. */
export interface ObservedData {
  readonly id: string;
  readonly firstObserved: Micros;
  /** Not before `firstObserved`. */
  readonly lastObserved: Micros;
  /** 1 or more. */
  readonly numberObserved: number;
  /** By what references name them: an id, or a key of the container. */
  readonly objects: ReadonlyMap<string, JsonObject>;
}

/**
 * The observed-data objects among bundles and objects, in their order (STIX 2.1 §4.14). Each has the objects that its
 * `object_refs` names and that are given anywhere in the list; what it does not name it does not have (§9.7.4). Objects in
 * its deprecated container `objects` are its own.
 * @throws {Refusal} invalid: an observed-data without its times, its number or its objects, or with times in reverse;
 * `pointer` leads to it in what was given
 */
export function observedDataOf(given: readonly Json[]): readonly ObservedData[] {
  const byId = new Map<string, JsonObject>();
  const observed: { readonly object: JsonObject; readonly pointer: string }[] = [];
  const take = (value: Json, pointer: string): void => {
    if (!isObject(value)) throw invalid("Every item is a bundle or an object of STIX.", pointer);
    if (value["type"] === "observed-data") observed.push({ object: value, pointer });
    else if (typeof value["id"] === "string") byId.set(value["id"], value);
  };
  given.forEach((value, i) => {
    const objects = isObject(value) && value["type"] === "bundle" ? value["objects"] : undefined;
    if (objects === undefined) take(value, `/${i}`);
    else if (!Array.isArray(objects)) throw invalid("The objects of a bundle are a list.", `/${i}/objects`);
    else objects.forEach((object: Json, k) => take(object, `/${i}/objects/${k}`));
  });
  return observed.map(({ object, pointer }) => observedData(object, byId, pointer));
}

function observedData(object: JsonObject, byId: ReadonlyMap<string, JsonObject>, pointer: string): ObservedData {
  const firstObserved = micros(object, "first_observed", pointer);
  const lastObserved = micros(object, "last_observed", pointer);
  if (lastObserved < firstObserved) {
    throw invalid("An observed-data is not seen last before it is seen first.", `${pointer}/last_observed`);
  }
  const number = object["number_observed"];
  if (typeof number !== "number" || !Number.isInteger(number) || number < 1) {
    throw invalid("The number_observed of an observed-data is a whole number from 1.", `${pointer}/number_observed`);
  }
  const { id } = object;
  return {
    id: typeof id === "string" ? id : "",
    firstObserved,
    lastObserved,
    numberObserved: number,
    objects: objectsOf(object, byId, pointer),
  };
}

function objectsOf(
  object: JsonObject,
  byId: ReadonlyMap<string, JsonObject>,
  pointer: string,
): ReadonlyMap<string, JsonObject> {
  const { objects, object_refs: refs } = object;
  if (!isObject(objects) && !Array.isArray(refs)) {
    throw invalid("An observed-data names its objects in object_refs.", pointer);
  }
  const own = new Map<string, JsonObject>();
  if (isObject(objects)) {
    for (const [key, value] of Object.entries(objects)) if (isObject(value)) own.set(key, value);
  }
  for (const ref of Array.isArray(refs) ? refs : []) {
    const named = typeof ref === "string" ? byId.get(ref) : undefined;
    if (typeof ref === "string" && named !== undefined) own.set(ref, named);
  }
  return own;
}

function micros(object: JsonObject, property: "first_observed" | "last_observed", pointer: string): Micros {
  const value = object[property];
  const parsed = typeof value === "string" ? parseTimestamp(value) : null;
  if (parsed === null) throw invalid(`The ${property} of an observed-data is a timestamp.`, `${pointer}/${property}`);
  return parsed.micros;
}

function invalid(sentence: string, pointer: string): Refusal {
  return new Refusal("invalid", sentence, { pointer, rule: "observed-data" });
}
