// Bytes and text: UTF-8 (RFC 3629), hexadecimal (RFC 4648 §8), joining and comparing. Every room that hashes, signs or
// serves bytes relies on it, so that no other room touches Buffer.

import { Buffer } from "node:buffer";
import { Refusal } from "../refusal.ts";

const encoder = new TextEncoder();
// ignoreBOM keeps a byte order mark as U+FEFF: what reads the text decides about it, and text(utf8(x)) is x.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD, as in every encoder of the platform. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/**
 * The text of UTF-8 bytes (RFC 3629); a byte order mark is kept as a character.
 * @throws {Refusal} malformed: overlong forms, surrogates, cut sequences and anything else that is not UTF-8
 */
export function text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new Refusal("malformed", "The bytes are not valid UTF-8.", { rule: "utf-8", cause });
  }
}

/** One new array with the parts in their order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Whether two arrays hold the same bytes, in a time that depends on their lengths only, so that a guess at a MAC learns
 * nothing from how long its refusal took.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** Lower-case hexadecimal, two digits a byte. */
export function formatHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/**
 * The bytes of hexadecimal text, either case (RFC 4648 §8).
 * @throws {Refusal} malformed
 */
export function parseHex(hex: string): Uint8Array<ArrayBuffer> {
  // Buffer stops silently at the first character that is not a digit, so the form is checked first.
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) {
    throw new Refusal("malformed", "The text is not hexadecimal.", { rule: "hex" });
  }
  return new Uint8Array(Buffer.from(hex, "hex"));
}
