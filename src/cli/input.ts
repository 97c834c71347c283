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
  const { value } = parseFile(path, readTextFile(path));
  if (!isObject(value)) throw new Refusal("invalid", `${path} does not hold a JSON object.`);
  return value;
}

/**
 * A bundle, an envelope or one object, as the objects' own texts: what the file says is what is sent.
 * @throws {Refusal} malformed, limit: no strict JSON; invalid: none of the three, or without an object
 */
export function readObjectsFile(path: string): readonly string[] {
  const text = readTextFile(path);
  const { value, slices } = parseFile(path, text, "objects");
  if (!isObject(value)) throw new Refusal("invalid", `${path} holds no bundle, envelope or STIX object.`);
  if (value["type"] !== "bundle" && typeof value["id"] === "string") return [text.trim()];
  if (slices.length === 0) throw new Refusal("invalid", `${path} holds no STIX object: its list "objects" has none.`);
  return slices;
}

/** A no to a file names the file. */
function parseFile(path: string, text: string, slicesOf?: string): ReturnType<typeof parseStrict> {
  try {
    return parseStrict(text, PAGE_LIMITS, slicesOf);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new Refusal(cause.code, `${path}: ${cause.message}`, {
      ...(cause.pointer === undefined ? {} : { pointer: cause.pointer }),
      ...(cause.rule === undefined ? {} : { rule: cause.rule }),
      cause,
    });
  }
}

/** States as they are listed on a command line: TR,UZ, with or without space. */
export function codesIn(list: string): readonly string[] {
  return list.split(",").map((code) => code.trim());
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
