// Base64 and base64url, RFC 4648 §4 and §5, strict: one text for each sequence of bytes, so that a signature, a token or
// a hash cannot be respelled. The log's notes and tiles, the tokens and the keys rely on it.

import { Buffer } from "node:buffer";
import { Refusal } from "../refusal.ts";

const standardAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const urlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const notInAlphabet = 255;

/** Base64 with padding (RFC 4648 §4). */
export function formatBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}

/**
 * The bytes of padded base64 (RFC 4648 §4).
 * @throws {Refusal} malformed: a foreign character or white space, padding that is missing, short or too long, or tail
 * bits that are not zero (§3.5)
 */
export function parseBase64(base64: string): Uint8Array<ArrayBuffer> {
  if (base64.length % 4 !== 0) throw malformed("base64");
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return decode(base64, base64.length - padding, standardValues, "base64");
}

/** Base64url without padding (RFC 4648 §5). */
export function formatBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64url");
}

/**
 * The bytes of unpadded base64url (RFC 4648 §5).
 * @throws {Refusal} malformed: a foreign character, padding, an impossible length, or tail bits that are not zero (§3.5)
 */
export function parseBase64url(base64url: string): Uint8Array<ArrayBuffer> {
  return decode(base64url, base64url.length, urlValues, "base64url");
}

const standardValues = valuesOf(standardAlphabet);
const urlValues = valuesOf(urlAlphabet);

function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(notInAlphabet);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}

function decode(source: string, length: number, values: Uint8Array, rule: string): Uint8Array<ArrayBuffer> {
  const tail = length % 4;
  if (tail === 1) throw malformed(rule);
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  const whole = length - tail;
  let at = 0;
  // 255 survives the OR of any foreign character, so one test a group is enough.
  let seen = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = values[source.charCodeAt(i)] ?? notInAlphabet;
    const b = values[source.charCodeAt(i + 1)] ?? notInAlphabet;
    const c = values[source.charCodeAt(i + 2)] ?? notInAlphabet;
    const d = values[source.charCodeAt(i + 3)] ?? notInAlphabet;
    seen |= a | b | c | d;
    bytes[at] = (a << 2) | (b >> 4);
    bytes[at + 1] = (b << 4) | (c >> 2);
    bytes[at + 2] = (c << 6) | d;
    at += 3;
  }
  if (tail !== 0) {
    const a = values[source.charCodeAt(whole)] ?? notInAlphabet;
    const b = values[source.charCodeAt(whole + 1)] ?? notInAlphabet;
    const c = tail === 3 ? (values[source.charCodeAt(whole + 2)] ?? notInAlphabet) : 0;
    seen |= a | b | c;
    bytes[at] = (a << 2) | (b >> 4);
    if (tail === 3) bytes[at + 1] = (b << 4) | (c >> 2);
    const rest = tail === 3 ? c & 0x03 : b & 0x0f;
    if (rest !== 0) throw malformed(rule);
  }
  if (seen > 63) throw malformed(rule);
  return bytes;
}

function malformed(rule: string): Refusal {
  return new Refusal("malformed", `The text is not canonical ${rule}.`, { rule });
}
