// JSON Pointer, RFC 6901. Refusals and findings say with it where in a document something is wrong.

import { Refusal } from "../refusal.ts";

/** The pointer to a path of member names and array positions; the empty path is "", the whole document (RFC 6901 §3). */
export function formatPointer(path: readonly (string | number)[]): string {
  let pointer = "";
  for (const step of path) {
    pointer += "/" + (typeof step === "number" ? step : step.replaceAll("~", "~0").replaceAll("/", "~1"));
  }
  return pointer;
}

/**
 * The steps of a pointer, unescaped (RFC 6901 §4).
 * @throws {Refusal} malformed: no leading slash, or a `~` that is not `~0` or `~1`
 */
export function parsePointer(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) {
    throw new Refusal("malformed", "The text is not a JSON Pointer.", { rule: "json-pointer" });
  }
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * The value that a pointer names in a document, or undefined where there is none. Only own members count, and array
 * positions are decimal without leading zeros (RFC 6901 §4); `-` names nothing.
 * @throws {Refusal} malformed for a pointer that is none
 */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const step of parsePointer(pointer)) {
    if (typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value) && !/^(?:0|[1-9][0-9]*)$/.test(step)) return undefined;
    if (!Object.hasOwn(value, step)) return undefined;
    // An own member by a name that came from outside: its type is not known before, hence unknown.
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}
