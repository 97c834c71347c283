// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), synchronous. Small inputs are hashed here, large ones by the
// platform: the log makes a hundred small hashes for each entry. Secrets of all rooms and every hash of the log rely on it.

import { createHmac, hash } from "node:crypto";
import { utf8 } from "./bytes.ts";
import { compress, initialState } from "./sha256-block.ts";

/** Up to this size, in bytes, our own compression is faster than the way into the platform and back. */
export const ownHashBytesMax = 192;
/** The same for HMAC, where the platform has no way to keep the state after a key. */
export const ownHmacBytesMax = 2048;

const blockBytes = 64;
// One buffer for a message with its padding: the 0x80 byte and the 8 bytes of length fit behind the largest small input.
const buffer = new Uint8Array(ownHmacBytesMax + 2 * blockBytes);
const words = new Int32Array(16);
const state = new Int32Array(8);
const oneInner = new Int32Array(8);
const oneOuter = new Int32Array(8);

/** The SHA-256 of bytes, or of the UTF-8 of a text: 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const length = fill(data, ownHashBytesMax);
  if (length < 0) return new Uint8Array(hash("sha256", data, "buffer"));
  state.set(initialState);
  absorb(length, 0);
  return output();
}

/** HMAC-SHA-256 (RFC 2104) under a key of any length: 32 bytes. */
export function hmacSha256(key: Uint8Array, data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  keyStates(key, oneInner, oneOuter);
  return mac(oneInner, oneOuter, data) ?? platformMac(key, data);
}

/**
 * HMAC-SHA-256 under one key for many messages: the two blocks that depend on the key alone are hashed once, here.
 * Returns a function from a message (bytes, or a text as UTF-8) to its 32 bytes.
 */
export function prepareHmac(key: Uint8Array): (data: Uint8Array | string) => Uint8Array<ArrayBuffer> {
  const kept = key.slice();
  const inner = new Int32Array(8);
  const outer = new Int32Array(8);
  keyStates(kept, inner, outer);
  return (data) => mac(inner, outer, data) ?? platformMac(kept, data);
}

// The states after the key's two blocks, the key XORed with ipad and with opad (RFC 2104 §2).
function keyStates(key: Uint8Array, inner: Int32Array, outer: Int32Array): void {
  const short = key.length > blockBytes ? sha256(key) : key;
  buffer.set(short);
  buffer.fill(0, short.length, blockBytes);
  readWords(0);
  for (let i = 0; i < 16; i++) words[i] = (words[i] ?? 0) ^ 0x36363636;
  inner.set(initialState);
  compress(inner, words);
  for (let i = 0; i < 16; i++) words[i] = (words[i] ?? 0) ^ 0x36363636 ^ 0x5c5c5c5c;
  outer.set(initialState);
  compress(outer, words);
}

// The MAC of a message that is not too large, else undefined.
function mac(inner: Int32Array, outer: Int32Array, data: Uint8Array | string): Uint8Array<ArrayBuffer> | undefined {
  const length = fill(data, ownHmacBytesMax);
  if (length < 0) return undefined;
  state.set(inner);
  absorb(length, blockBytes);
  words.set(state);
  words[8] = 0x80000000;
  words.fill(0, 9, 15);
  words[15] = (blockBytes + 32) * 8;
  state.set(outer);
  compress(state, words);
  return output();
}

function platformMac(key: Uint8Array, data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha256", key).update(data).digest());
}

// Puts a message into the buffer and returns its length in bytes, or -1 when that is over the limit.
function fill(data: Uint8Array | string, bytesMax: number): number {
  const length = data.length;
  if (length > bytesMax) return -1;
  if (typeof data !== "string") {
    buffer.set(data);
    return length;
  }
  for (let i = 0; i < length; i++) {
    const unit = data.charCodeAt(i);
    if (unit > 0x7f) return fill(utf8(data), bytesMax);
    buffer[i] = unit;
  }
  return length;
}

// Pads the message in the buffer (FIPS 180-4 §5.1.1) and hashes its blocks into the state; `before` bytes were hashed already.
function absorb(length: number, before: number): void {
  buffer[length] = 0x80;
  const blocks = (length + 9 + blockBytes - 1) >>> 6;
  buffer.fill(0, length + 1, blocks * blockBytes);
  for (let block = 0; block < blocks; block++) {
    readWords(block * blockBytes);
    // A small message is far below 2^29 bytes, so the upper word of its length in bits is 0.
    if (block === blocks - 1) words[15] = (before + length) * 8;
    compress(state, words);
  }
}

function readWords(offset: number): void {
  for (let i = 0, at = offset; i < 16; i++, at += 4) {
    words[i] =
      ((buffer[at] ?? 0) << 24) | ((buffer[at + 1] ?? 0) << 16) | ((buffer[at + 2] ?? 0) << 8) | (buffer[at + 3] ?? 0);
  }
}

function output(): Uint8Array<ArrayBuffer> {
  const digest = new Uint8Array(32);
  for (let i = 0, at = 0; i < 8; i++, at += 4) {
    const word = state[i] ?? 0;
    digest[at] = word >>> 24;
    digest[at + 1] = word >>> 16;
    digest[at + 2] = word >>> 8;
    digest[at + 3] = word;
  }
  return digest;
}
