// The envelope (TAXII 2.1 §3.7), the wrapper of STIX objects: taken apart when it is posted or received, put around the
// texts that the store has joined when it is served. Nothing inside an object is parsed twice or written anew.

import { utf8 } from "../encoding/bytes.ts";
import { type JsonLimits, type JsonObject, isObject, parseStrict } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { Refusal } from "../refusal.ts";
import { type Continuation, continuation, readContinuation } from "./page.ts";
import { STATUS_ID_LENGTH_MAX } from "./status.ts";

/** Octets of a posted envelope: `max_content_length` of the API root. ATT&CK for ICS, 1,826 objects, has 2.5 million. */
export const CONTENT_LENGTH_MAX = 10 * 1_024 * 1_024;

/** Objects of one posted envelope. */
export const OBJECTS_MAX = 10_000;

/** UTF-16 units of one object's text: a page of objects has to be held in memory. */
export const OBJECT_LENGTH_MAX = 1_024 * 1_024;

/** What a posted envelope may measure; real reports use a tenth of the keys for their bytes and seven levels. */
export const ENVELOPE_LIMITS: JsonLimits = {
  bytesMax: CONTENT_LENGTH_MAX,
  depthMax: 64,
  keysMax: 400_000,
  itemsMax: 400_000,
  stringLengthMax: 4 * 1_024 * 1_024,
};

/** What a page may measure that our client takes: as many objects as a page has, some of them large. */
export const PAGE_LIMITS: JsonLimits = {
  bytesMax: 128 * 1_024 * 1_024,
  depthMax: 64,
  keysMax: 4_000_000,
  itemsMax: 4_000_000,
  stringLengthMax: 4 * 1_024 * 1_024,
};

/** One item of `objects`: the value and its own text, or why it cannot be an object; then it fails alone. */
export type EnvelopeItem =
  | {
      readonly value: JsonObject;
      /** The source text without insignificant white space; numbers, escapes and order of keys as they were sent. */
      readonly text: string;
      readonly fault: null;
    }
  | {
      readonly value: null;
      /** The objects in it: they are not taken in, and still say how strict their contribution is. */
      readonly refused: readonly JsonObject[];
      /** What a status calls it: its STIX id where it has one, else its place as a JSON pointer. */
      readonly id: string;
      readonly fault: Refusal;
    };

export interface Envelope {
  readonly objects: readonly EnvelopeItem[];
}

export interface EnvelopePage extends Envelope, Continuation {}

/**
 * Takes apart what was posted: an envelope, or a STIX 2.1 bundle in its place (OpenCTI posts those). An item that is no
 * object, is a bundle, or is longer than OBJECT_LENGTH_MAX comes back with its fault: one bad object fails alone. Other
 * members are ignored (§7.1).
 * @throws {Refusal} malformed: not JSON that every reader understands alike
 * @throws {Refusal} limit: of `limits`, or more than OBJECTS_MAX objects
 * @throws {Refusal} invalid: another form, or no objects. One STIX object without its envelope is named as such, for taken
 * as an envelope it would be a success that stores nothing
 * @throws {Refusal} unsupported: a bundle of another STIX version
 */
export function parseEnvelope(input: Uint8Array | string, limits: JsonLimits = ENVELOPE_LIMITS): Envelope {
  const { value, slices } = parseStrict(input, limits, "objects");
  if (!isObject(value)) throw misshapen("", "The body is not a JSON object; an envelope is one, with a list objects.");
  if (Object.hasOwn(value, "type")) checkBundle(value);
  const objects = listOf(value);
  if (objects === null || objects.length === 0) {
    throw misshapen("/objects", "The envelope has no objects; its list objects holds at least one.");
  }
  if (objects.length > OBJECTS_MAX) {
    throw new Refusal("limit", `The envelope has more than ${OBJECTS_MAX} objects.`, {
      pointer: "/objects",
      subject: "OBJECTS_MAX",
    });
  }
  return { objects: items(objects, slices) };
}

/**
 * Takes apart a page that a server sent: an envelope, which may be empty (§3.7).
 * @throws {Refusal} malformed, limit; invalid: not an envelope
 */
export function parseEnvelopePage(input: Uint8Array | string, limits: JsonLimits = PAGE_LIMITS): EnvelopePage {
  const { value, slices } = parseStrict(input, limits, "objects");
  if (!isObject(value)) throw misshapen("", "The page is not a JSON object.");
  if (Object.hasOwn(value, "type")) throw misshapen("/type", "The page is not an envelope: it has a type.");
  return { ...readContinuation({ members: value, path: [] }), objects: items(listOf(value) ?? [], slices) };
}

/** What stands before the first object of an envelope. */
export const envelopeHead = '{"objects":[';
const headBytes = utf8(envelopeHead);

/**
 * What stands after the last object; `next` is null where there is no more. It comes last, so that whether there is more
 * need not be known before the objects are written.
 */
export function envelopeTail(next: string | null): string {
  return `],${JSON.stringify(continuation(next)).slice(1)}`;
}

/**
 * An envelope around the texts of objects as bytes, each part one of them or several that the store has joined with commas.
 * Without any it is `{}`, with neither `more` nor `next`: an empty page that promises more sends clients round for ever.
 * @param room gives so many bytes to write; all of them are written
 */
export function wrapEnvelope(
  parts: readonly Uint8Array[],
  next: string | null,
  room: (bytes: number) => Uint8Array<ArrayBuffer> = (bytes) => new Uint8Array(bytes),
): Uint8Array<ArrayBuffer> {
  if (parts.every((part) => part.length === 0)) return utf8("{}");
  const tail = utf8(envelopeTail(next));
  let length = headBytes.length + tail.length + parts.length - 1;
  for (const part of parts) length += part.length;
  const envelope = room(length);
  envelope.set(headBytes);
  let at = headBytes.length;
  for (const part of parts) {
    if (at > headBytes.length) envelope[at++] = comma;
    envelope.set(part, at);
    at += part.length;
  }
  envelope.set(tail, at);
  return envelope;
}

const comma = 0x2c;

/** An envelope around the texts of objects, as text; `{}` without any. */
export function formatEnvelope(objects: readonly string[], next: string | null): string {
  return objects.length === 0 ? "{}" : `${envelopeHead}${objects.join(",")}${envelopeTail(next)}`;
}

// A thing with a type is a STIX object, and the only one that holds others is a bundle. STIX 2.0 put spec_version there.
function checkBundle(value: JsonObject): void {
  if (value["type"] !== "bundle") {
    throw misshapen(
      "/type",
      "The body is no envelope: an envelope has no type, and holds STIX objects in its list objects.",
    );
  }
  if (Object.hasOwn(value, "spec_version") && value["spec_version"] !== "2.1") {
    throw new Refusal("unsupported", "The bundle is not of STIX 2.1.", { pointer: "/spec_version", rule: "stix-2.1" });
  }
}

// The list `objects`; null where it is left out.
function listOf(value: JsonObject): readonly unknown[] | null {
  if (!Object.hasOwn(value, "objects")) return null;
  const objects: unknown = value["objects"];
  if (!Array.isArray(objects)) throw misshapen("/objects", "The member objects of an envelope is a list.");
  return objects;
}

function items(objects: readonly unknown[], slices: readonly string[]): readonly EnvelopeItem[] {
  if (slices.length !== objects.length) throw new TypeError("Each object has its source text.");
  return objects.map((value, index) => {
    const text = slices[index] ?? "";
    const pointer = formatPointer(["objects", index]);
    if (!isObject(value)) {
      return failed(pointer, [], new Refusal("invalid", "An item of objects is not a JSON object.", place(pointer)));
    }
    const id = Object.hasOwn(value, "id") ? value["id"] : undefined;
    const known = typeof id === "string" && id !== "" && id.length <= STATUS_ID_LENGTH_MAX ? id : pointer;
    if (value["type"] === "bundle") {
      const sentence = "A bundle is no STIX object that an envelope may hold; send what is in it.";
      const inner: unknown = value["objects"];
      const objects = Array.isArray(inner) ? inner.filter(isObject) : [];
      return failed(known, objects, new Refusal("invalid", sentence, place(pointer)));
    }
    if (text.length > OBJECT_LENGTH_MAX) {
      const sentence = `The object is longer than ${OBJECT_LENGTH_MAX} characters.`;
      return failed(known, [value], new Refusal("limit", sentence, { pointer, subject: "OBJECT_LENGTH_MAX" }));
    }
    return { value, text, fault: null };
  });
}

function failed(id: string, refused: readonly JsonObject[], fault: Refusal): EnvelopeItem {
  return { value: null, refused, id, fault };
}

function place(pointer: string): { readonly pointer: string; readonly rule: string } {
  return { pointer, rule: "envelope" };
}

function misshapen(pointer: string, sentence: string): Refusal {
  return new Refusal("invalid", sentence, place(pointer));
}
