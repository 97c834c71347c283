// JSON from outside (RFC 8259, and RFC 7493 where parsers disagree): one linear pass decides before JSON.parse runs.
// Duplicate keys, huge integers, lone surrogates and limits are refused with a pointer, because two readers of such a
// document see two different things. Every door that takes JSON relies on it.

import { Buffer } from "node:buffer";
import { Refusal } from "../refusal.ts";
import { text } from "./bytes.ts";
import { scanJson } from "./json-scan.ts";
import type { JsonLimits } from "./json-tokens.ts";

export type { JsonLimits } from "./json-tokens.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export interface StrictJson {
  /** What JSON.parse returns; `Json` by construction. */
  readonly value: unknown;
  /** Source texts of the items of the array that was asked for; empty when there is no such array. */
  readonly slices: readonly string[];
}

/**
 * Parses a document of RFC 8259 that every reader understands alike. Whatever it accepts, JSON.parse accepts with the
 * same value, and the RFC 8785 text of that value is accepted again.
 *
 * `slicesOf` names a top-level member that is an array: `slices[i]` is then the source text of its i-th item without
 * insignificant white space and otherwise untouched (number spelling, escapes, order of keys).
 *
 * @throws {Refusal} malformed: not RFC 8259, invalid UTF-8, a byte order mark, a duplicate key, a lone surrogate (raw or
 * as an escape), an integer beyond ±(2^53−1), a number that is not finite; `rule` says which, `pointer` where
 * @throws {Refusal} limit: `subject` names the limit
 */
export function parseStrict(input: Uint8Array | string, limits: JsonLimits, slicesOf?: string): StrictJson {
  // A text of n units has n to 3n bytes, so the bytes are rarely counted.
  const bytes =
    typeof input !== "string" || input.length > limits.bytesMax || input.length * 3 <= limits.bytesMax
      ? input.length
      : Buffer.byteLength(input);
  if (bytes > limits.bytesMax) {
    throw new Refusal("limit", `The document is larger than ${limits.bytesMax} bytes.`, { subject: "bytesMax" });
  }
  const source = typeof input === "string" ? input : text(input);
  if (typeof input === "string" && !source.isWellFormed()) {
    throw new Refusal("malformed", "The document holds a lone surrogate.", { rule: "surrogate", pointer: "" });
  }
  const slices = scanJson(source, limits, slicesOf);
  // The scan has accepted the whole grammar, so this does not throw; what it returns is Json, but nothing more is known.
  const value: unknown = JSON.parse(source);
  return { value, slices };
}

/** Whether a value is an object of JSON: no array, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
