// SHA-256 of short inputs that are already 32-bit words: no bytes are copied and nothing is allocated. The leaves of a
// contribution are a million such hashes.

import { compress, initialState } from "../encoding/sha256-block.ts";

/** Words in a hash. */
export const hashWords = 8;
/** Words in half a hash: a salt of 128 bits. */
export const saltWords = 4;

const words = new Int32Array(16);
const state = new Int32Array(hashWords);
const start = Int32Array.from(initialState);
const endOfMessage = 0x80000000 | 0;

/** SHA-256(key ‖ number), a key of 32 bytes and the number in 32 bits, written to `to`. */
export function hashNumber(key: Int32Array, number: number, to: Int32Array): void {
  for (let i = 0; i < 8; i++) words[i] = key[i] ?? 0;
  words[8] = number;
  words[9] = endOfMessage;
  for (let i = 10; i < 15; i++) words[i] = 0;
  words[15] = 36 * 8;
  state.set(start);
  compress(state, words);
  to.set(state);
}

/** SHA-256(salt ‖ hash), the salt of 16 bytes at `saltAt`, the hash at `hashAt`, written to `to` at `toAt`. */
export function hashSalted(
  salts: Int32Array,
  saltAt: number,
  hashes: Int32Array,
  hashAt: number,
  to: Int32Array,
  toAt: number,
): void {
  for (let i = 0; i < 4; i++) words[i] = salts[saltAt + i] ?? 0;
  for (let i = 0; i < 8; i++) words[4 + i] = hashes[hashAt + i] ?? 0;
  words[12] = endOfMessage;
  words[13] = 0;
  words[14] = 0;
  words[15] = 48 * 8;
  state.set(start);
  compress(state, words);
  to.set(state, toAt);
}

/**
 * SHA-256(prefix ‖ left ‖ right), a prefix of one byte and two hashes that stand side by side at `pairAt`, written to
 * `to` at `toAt`: a leaf or node of RFC 9162 §2.1.1. The two places may overlap.
 */
export function hashPair(prefix: number, pairs: Int32Array, pairAt: number, to: Int32Array, toAt: number): void {
  // The prefix moves all words by one byte, so that the last one spills into a second block.
  let before = prefix;
  for (let i = 0; i < 16; i++) {
    const word = pairs[pairAt + i] ?? 0;
    words[i] = (before << 24) | (word >>> 8);
    before = word;
  }
  state.set(start);
  compress(state, words);
  words.fill(0);
  words[0] = (before << 24) | 0x00800000;
  words[15] = 65 * 8;
  compress(state, words);
  to.set(state, toAt);
}

/** Writes a hash's 32 bytes as words. */
export function putWords(hash: Uint8Array, to: Int32Array, toAt: number): void {
  const view = new DataView(hash.buffer, hash.byteOffset, hash.length);
  for (let i = 0; i < hashWords; i++) to[toAt + i] = view.getInt32(i * 4);
}

/** `count` words as bytes, big-endian. */
export function bytesOfWords(from: Int32Array, at: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) view.setInt32(i * 4, from[at + i] ?? 0);
  return bytes;
}
