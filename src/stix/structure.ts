// What holds for any value at any depth, also where no schema looks: no null, no empty list, no empty object, no endless
// nesting, nothing that no JSON text says (a lone surrogate, no finite number: a lax parser lets them through); and properties named `_bin` and `_hex` hold what they say. STIX 2.1 §2.3, §2.12, §3.1, §11.1

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { Fault } from "./finding.ts";
import { isBase64, isHex } from "./formats.ts";

/** Levels of nesting, the object itself being the first. */
export const depthMax = 64;
/** Faults of structure that one object is told. */
const faultsMax = 32;

/** Sound; with a null, an empty list or an empty object somewhere; or nested too deeply for anything else to be asked. */
export type Structure = "sound" | "unsound" | "deep";

/** Adds to `faults` the properties of one object (the root or an extension) whose suffix promises what the value is not. */
export function checkSuffixes(members: JsonObject, pointer: string, faults: Fault[]): void {
  for (const name in members) {
    const last = name.charCodeAt(name.length - 1);
    // "n" of `_bin` and "x" of `_hex`: nearly every name ends otherwise.
    if (last !== 0x6e && last !== 0x78) continue;
    const value = members[name];
    const rule = name.endsWith("_bin") ? binaryFault(value) : name.endsWith("_hex") ? hexFault(value) : null;
    if (rule !== null) faults.push({ rule, pointer: pointer + formatPointer([name]) });
  }
}

function binaryFault(value: Json | undefined): Fault["rule"] | null {
  return typeof value === "string" && isBase64(value) ? null : "binary-form";
}

/** Which rule of hexadecimal a value breaks: its form, or only that digits are written in lower case. */
export function hexFault(value: unknown): "hex-form" | "hex-case" | null {
  if (typeof value !== "string") return "hex-form";
  if (isHex(value)) return null;
  return isHex(value.toLowerCase()) ? "hex-case" : "hex-form";
}

/** The structure of an object: level by level, so that depth costs no call stack, and without building a pointer. */
export function structureOf(object: JsonObject): Structure {
  let structure: Structure = "sound";
  let level: (JsonObject | readonly Json[])[] = [object];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > depthMax) return "deep";
    const next: (JsonObject | readonly Json[])[] = [];
    for (const container of level) {
      let empty = true;
      if (isObject(container)) {
        for (const name in container) {
          empty = false;
          const value = container[name];
          if (value === null || !isSaid(value) || !name.isWellFormed()) structure = "unsound";
          else if (typeof value === "object") next.push(value);
        }
      } else {
        for (const value of container) {
          empty = false;
          if (value === null || !isSaid(value)) structure = "unsound";
          else if (typeof value === "object") next.push(value);
        }
      }
      if (empty) structure = "unsound";
    }
    level = next;
  }
  return structure;
}

/** Whether a JSON text can say a string or a number. RFC 8259 §6, §8.2 */
function isSaid(value: Json | undefined): boolean {
  return typeof value === "string" ? value.isWellFormed() : typeof value !== "number" || Number.isFinite(value);
}

/** Adds to `faults` where the structure of an object is wrong. */
export function locateStructure(object: JsonObject, faults: Fault[]): void {
  const limit = faults.length + faultsMax;
  let level: { readonly value: JsonObject | readonly Json[]; readonly pointer: string }[] = [
    { value: object, pointer: "" },
  ];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > depthMax) {
      faults.push({ rule: "depth", pointer: level[0]?.pointer ?? "", expected: String(depthMax) });
      return;
    }
    const next: typeof level = [];
    for (const { value: container, pointer } of level) {
      if (faults.length >= limit) return;
      const entries = Object.entries(container);
      if (entries.length === 0) {
        faults.push({ rule: isObject(container) ? "object-empty" : "list-empty", pointer, custom: custom(pointer) });
      }
      for (const [name, value] of entries) {
        const isNamed = name.isWellFormed();
        if (typeof value !== "object" && isNamed && isSaid(value)) continue;
        const place = pointer + formatPointer([name]);
        if (!isNamed) faults.push({ rule: "json", pointer: place, expected: "A name holds a lone surrogate." });
        if (!isSaid(value)) {
          const expected = typeof value === "string" ? "A string holds a lone surrogate." : "A number is not finite.";
          faults.push({ rule: "json", pointer: place, expected });
        }
        if (typeof value !== "object") continue;
        if (value === null) faults.push({ rule: "null-value", pointer: place, custom: custom(place) });
        else next.push({ value, pointer: place });
        if (faults.length >= limit) return;
      }
    }
    level = next;
  }
}

// The schemas tell what they know; two faults of one rule at one place are one finding, and theirs comes first.
function custom(pointer: string): "near" | "deep" {
  return /^(?:\/extensions\/[^/]*)?\/[^/]*$/.test(pointer) ? "near" : "deep";
}
