// The values that an object path leads to (STIX 2.1 §9.7): through properties, lists, dictionaries and references, and from
// the spelling of JSON to the bytes that `_bin` and `_hex` stand for (§9.6.4).

import { isObject, type Json, type JsonObject } from "../../encoding/json.ts";
import type { ObjectPath } from "./tree.ts";

/** A value of an object: as JSON has it, bytes, or what a list of references names. */
export type Value = Json | Bytes | Referents;

/** The bytes of a property `_bin` or `_hex`, as a text of U+0000 to U+00FF. */
export class Bytes {
  readonly latin1: string;
  constructor(latin1: string) {
    this.latin1 = latin1;
  }
}

/** The objects of a list of references; what does not resolve is undefined in its place, so that an index still counts. */
export class Referents {
  readonly items: readonly (JsonObject | undefined)[];
  constructor(items: readonly (JsonObject | undefined)[]) {
    this.items = items;
  }
}

/** Objects of an observed-data by what references name them. */
export type Objects = ReadonlyMap<string, JsonObject>;

/** Counts work, and ends what takes too much of it. */
export type Spend = (steps: number) => void;

/**
 * Where a path leads from an object, each value once; nowhere if it is not there. A reference is the object that it names,
 * and no value where that object is not among `objects`. The type of the object is not looked at.
 */
export function valuesAt(path: ObjectPath, object: JsonObject, objects: Objects, spend: Spend): readonly Value[] {
  let values: readonly Value[] = [object];
  for (const step of path.steps) {
    // A set, so that `[*]` through references that meet again does not double the values at each step.
    const next = new Set<Value>();
    for (const value of values) {
      if (step.kind === "key") addProperty(next, value, step.name, objects);
      else addItems(next, value, step.kind === "all" ? null : Number(step.text));
    }
    spend(values.length + next.size);
    values = [...next];
    if (values.length === 0) break;
  }
  return values;
}

function addProperty(next: Set<Value>, value: Value, name: string, objects: Objects): void {
  if (value instanceof Bytes || value instanceof Referents || !isObject(value) || !Object.hasOwn(value, name)) return;
  const property = value[name];
  if (property === undefined) return;
  if (name.endsWith("_ref")) {
    const referent = referentOf(property, objects);
    if (referent !== undefined) next.add(referent);
  } else if (name.endsWith("_refs")) {
    if (Array.isArray(property)) next.add(new Referents(property.map((id: Json) => referentOf(id, objects))));
  } else next.add(native(name, property));
}

function referentOf(id: Json, objects: Objects): JsonObject | undefined {
  return typeof id === "string" ? objects.get(id) : undefined;
}

/** The items of a list, or the one at an index; a negative index is one of no list. */
function addItems(next: Set<Value>, list: Value, index: number | null): void {
  const items = list instanceof Referents ? list.items : Array.isArray(list) ? list : [];
  const chosen = index === null ? items : index < 0 ? [] : items.slice(index, index + 1);
  for (const item of chosen) if (item !== undefined) next.add(item);
}

/** §9.6.4. A text that is no hexadecimal or base64 stays the text that it is. */
function native(name: string, value: Json): Value {
  if (typeof value !== "string") return value;
  if (name.endsWith("_hex")) return bytesOfHex(value) ?? value;
  if (name.endsWith("_bin")) return bytesOfBase64(value) ?? value;
  return value;
}

/** Null for what is no hexadecimal. */
export function bytesOfHex(hex: string): Bytes | null {
  if (hex.length % 2 !== 0 || /[^0-9A-Fa-f]/.test(hex)) return null;
  return new Bytes(hex.replaceAll(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))));
}

/** Null for what is no base64. Tail bits that are not zero are let through, as in a constant of a pattern. */
export function bytesOfBase64(base64: string): Bytes | null {
  if (base64.length % 4 !== 0 || /\s/.test(base64)) return null;
  try {
    return new Bytes(atob(base64));
  } catch {
    return null;
  }
}
