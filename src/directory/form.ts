// A form: a JSON object that somebody filled in, such as a state's registration or a policy. Each reader returns the typed
// value or refuses with the pointer, the name of the broken rule and, where one is near, the word that was probably meant.
// A member that nobody knows is refused: a permission must not come from a field that was misspelt and therefore ignored.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { Refusal } from "../refusal.ts";
import { suggestion } from "./suggest.ts";

/** Where in the document a value stands: names of members and positions in lists. */
export type Path = readonly (string | number)[];

/** @throws {Refusal} invalid, always */
export function refuseAt(path: Path, rule: string, sentence: string, subject?: string): never {
  const pointer = formatPointer(path);
  throw new Refusal("invalid", sentence, subject === undefined ? { pointer, rule } : { pointer, rule, subject });
}

/**
 * The value as an object that has no members but those known.
 * @throws {Refusal} invalid: `form` for no object, `member` for a member that is not known
 */
export function openForm(value: Json | undefined, path: Path, noun: string, known: readonly string[]): JsonObject {
  if (!isObject(value)) refuseAt(path, "form", `${noun} has to be a JSON object.`);
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    refuseAt([...path, name], "member", `${noun} has no member ${shown(name)}${suggestion(name, known)}`);
  }
  return value;
}

/** @throws {Refusal} invalid `line`: missing, no string, too long, or more than one line of visible text */
export function readLine(value: Json | undefined, path: Path, noun: string, lengthMax: number): string {
  if (typeof value !== "string") refuseAt(path, "line", `${noun} is missing or is no string.`);
  if (value === "" || !isLine(value)) {
    refuseAt(path, "line", `${noun} has to be one line of text without control characters or space at its ends.`);
  }
  // As JSON Schema counts (RFC 8259 §8.2 characters), so that the schema and this reader agree.
  if ([...value].length > lengthMax) refuseAt(path, "line", `${noun} may have at most ${lengthMax} characters.`);
  return value;
}

/** @throws {Refusal} invalid `word`: missing or none of the words */
export function readWord<W extends string>(value: Json | undefined, path: Path, noun: string, words: readonly W[]): W {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  if (typeof value !== "string") refuseAt(path, "word", `${noun} has to be one of ${words.join(", ")}.`);
  refuseAt(path, "word", `${shown(value)} is none of ${words.join(", ")}${suggestion(value, words)}`);
}

/** @throws {Refusal} invalid `flag`: neither true nor false */
export function readFlag(value: Json | undefined, path: Path, noun: string): boolean {
  if (typeof value !== "boolean") refuseAt(path, "flag", `${noun} has to be true or false.`);
  return value;
}

export interface ListBounds {
  readonly itemsMin: number;
  readonly itemsMax: number;
}

/** @throws {Refusal} invalid `list`: no list, or fewer or more items than the bounds say; what `readItem` refuses */
export function readList<T>(
  value: Json | undefined,
  path: Path,
  noun: string,
  bounds: ListBounds,
  readItem: (item: Json, path: Path) => T,
): readonly T[] {
  if (!isList(value)) refuseAt(path, "list", `${noun} has to be a list.`);
  if (value.length < bounds.itemsMin) refuseAt(path, "list", `${noun} may not be empty.`);
  if (value.length > bounds.itemsMax) refuseAt(path, "list", `${noun} may have at most ${bounds.itemsMax} items.`);
  return value.map((item, position) => readItem(item, [...path, position]));
}

/** A list in which no item stands twice. @throws {Refusal} as readList, and invalid `twice` */
export function readSet(
  value: Json | undefined,
  path: Path,
  noun: string,
  bounds: ListBounds,
  readItem: (item: Json, path: Path) => string,
): readonly string[] {
  const items = readList(value, path, noun, bounds, readItem);
  const seen = new Set<string>();
  for (const [position, item] of items.entries()) {
    if (seen.has(item)) refuseAt([...path, position], "twice", `${shown(item)} stands twice in ${noun}.`);
    seen.add(item);
  }
  return items;
}

/** What was sent, as far as it may be repeated in a sentence: short and harmless, or else only "this". */
export function shown(word: string): string {
  return /^[\p{L}\p{N}][\p{L}\p{N} _.:/+-]{0,39}$/u.test(word) ? word : "this";
}

/** What `readLine` takes for one line; the schemas say the same. Joiners (ZWNJ, ZWJ) stay, since Persian needs them. */
export const linePattern =
  "^(?![\\s])[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069\\uFEFF]+(?<![\\s])$";
const line = new RegExp(linePattern, "u");

function isLine(value: string): boolean {
  return line.test(value);
}

// Array.isArray does not narrow a readonly array inside a union.
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
