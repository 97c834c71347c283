// Files that a command reads.
import { readFileSync } from "node:fs";
import { isObject, type JsonObject, parseStrict } from "../encoding/json.ts";
import { Refusal } from "../refusal.ts";
import { PAGE_LIMITS } from "../taxii/envelope.ts";

/** The text of a file; "-" is standard input. @throws {Refusal} invalid-request: it cannot be read */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (cause) {
    throw new Refusal("invalid-request", `The file cannot be read: ${path}.`, { cause });
  }
}

/** @throws {Refusal} malformed, limit: no strict JSON; invalid: no object */
export function readJsonFile(path: string): JsonObject {
  const { value } = parseStrict(readTextFile(path), PAGE_LIMITS);
  if (!isObject(value)) throw new Refusal("invalid", `${path} does not hold a JSON object.`);
  return value;
}

/** A bundle, an envelope or one object, as the objects' own texts. */
export function readObjectsFile(path: string): readonly string[] {
  const { value, slices } = parseStrict(readTextFile(path), PAGE_LIMITS, "objects");
  if (!isObject(value)) throw new Refusal("invalid", `${path} holds no bundle, envelope or STIX object.`);
  const single = value["type"] !== "bundle" && typeof value["id"] === "string";
  return single ? [JSON.stringify(value)] : slices;
}

/** Pieces that one envelope may carry, in order. */
export function chunksOf(
  objects: readonly string[],
  countMax: number,
  lengthMax: number,
): readonly (readonly string[])[] {
  const chunks: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const text of objects) {
    const last = chunks.at(-1);
    if (last === undefined || last.length >= countMax || length + text.length > lengthMax) {
      chunks.push([text]);
      length = text.length;
    } else {
      last.push(text);
      length += text.length;
    }
  }
  return chunks;
}
