// Checks what is too large to be held in memory: a bundle or a list of objects of any size, and newline-delimited objects.
// Of a bundle it holds one object at a time, and of the others their ids and versions; of lines it holds nothing.

import { isObject, type Json, type JsonLimits, parseStrict } from "../encoding/json.ts";
import { JsonItems } from "../encoding/json-items.ts";
import { linesOf } from "../encoding/lines.ts";
import { Refusal } from "../refusal.ts";
import { BundleCheck } from "./check-bundle.ts";
import type { CheckOptions } from "./check-object.ts";
import { check } from "./check.ts";
import { type Finding, findingsOf } from "./finding.ts";

/** What one object may measure, in a bundle or on a line. */
export const objectLimits: JsonLimits = {
  bytesMax: 32 * 1024 * 1024,
  depthMax: 256,
  keysMax: 1_000_000,
  itemsMax: 2_000_000,
  stringLengthMax: 16 * 1024 * 1024,
};

export interface CheckedLine {
  /** From 1. */
  readonly line: number;
  readonly valid: boolean;
  readonly findings: readonly Finding[];
}

/**
 * The findings of a document that comes in pieces: a bundle, a list of objects, or one object. The same as `check` says of
 * the whole, in the order in which they are found; an object that is no JSON, or larger than `objectLimits`, is one, and so is such a document.
 */
export async function* checkStream(
  chunks: AsyncIterable<Uint8Array>,
  options: CheckOptions = {},
): AsyncGenerator<Finding> {
  const limits = { itemBytesMax: objectLimits.bytesMax, restBytesMax: objectLimits.bytesMax };
  const items = new JsonItems("objects", "bundle", limits);
  const bundle = new BundleCheck(options);
  const placed = (finding: Finding): Finding =>
    items.isList ? { ...finding, pointer: finding.pointer.replace(/^\/objects/, "") } : finding;
  let position = 0;
  try {
    for await (const chunk of chunks) {
      for (const item of items.push(chunk)) {
        for (const finding of objectAt(bundle, item, position, options)) yield placed(finding);
        position += 1;
        if (bundle.isFull) return;
      }
    }
    const rest = valueOf(items.end());
    if (items.isList) {
      for (const finding of bundle.end()) yield placed(finding);
    } else if (items.count > 0 && isObject(rest)) {
      yield* bundle.bundle(rest);
      yield* bundle.end();
    } else yield* check(rest, options);
  } catch (error) {
    if (!isOfText(error)) throw error;
    yield unreadable(error, options, "");
  }
}

// What the source of the bytes refuses (a file that cannot be read) is no finding about them.
function isOfText(error: unknown): error is Refusal {
  return error instanceof Refusal && (error.code === "malformed" || error.code === "limit");
}

// An object that cannot be read is one finding, and those behind it are read nevertheless.
function objectAt(bundle: BundleCheck, text: Uint8Array, at: number, options: CheckOptions): readonly Finding[] {
  try {
    return bundle.object(valueOf(text), at);
  } catch (error) {
    if (error instanceof Refusal) return [unreadable(error, options, `/objects/${at}`)];
    throw error;
  }
}

/** Checks newline-delimited objects; empty lines are passed over. A line that is no JSON is one finding. */
export async function* checkLines(
  chunks: AsyncIterable<Uint8Array>,
  options: CheckOptions = {},
): AsyncGenerator<CheckedLine> {
  for await (const { number, bytes } of linesOf(chunks, objectLimits.bytesMax)) {
    if (bytes?.length === 0) continue;
    const findings = bytes === null ? [tooLong(options)] : checkText(bytes, options);
    yield { line: number, valid: isValid(findings), findings };
  }
}

/** What is wrong with one object or bundle, given as text; a text that is no JSON is one finding. */
export function checkText(text: Uint8Array | string, options: CheckOptions = {}): readonly Finding[] {
  try {
    return check(valueOf(text), options);
  } catch (error) {
    if (error instanceof Refusal) return [unreadable(error, options, "")];
    throw error;
  }
}

/** Whether no finding is an error. */
export function isValid(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity !== "error");
}

function valueOf(text: Uint8Array | string): Json {
  return parseStrict(text, objectLimits).value as Json; // what parseStrict returns is Json by construction
}

/** The finding for a text that cannot be read. */
export function unreadable(refusal: Refusal, { profile = "spec" }: CheckOptions, prefix: string): Finding {
  const rule = refusal.code === "limit" ? "json-limit" : "json";
  const pointer = prefix + (refusal.pointer ?? "");
  const [finding] = findingsOf([{ rule, pointer, expected: refusal.message }], "", profile);
  if (finding === undefined) throw new TypeError("A text that cannot be read is an error in every profile.");
  return finding;
}

function tooLong(options: CheckOptions): Finding {
  const sentence = `The line is larger than ${objectLimits.bytesMax} bytes.`;
  return unreadable(new Refusal("limit", sentence, { subject: "bytesMax" }), options, "");
}
