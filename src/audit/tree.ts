// The Merkle tree of the log: hashing by RFC 6962 §2.1 (RFC 9162 §2.1.1). Leaves and nodes are hashed with different
// first bytes, so that no node passes for a leaf. Tiles, proofs and the roots of contributions rely on it.

import { concat, equalBytes, utf8 } from "../encoding/bytes.ts";
import { sha256 } from "../encoding/sha256.ts";
import { Refusal } from "../refusal.ts";

/** A SHA-256 hash: exactly 32 bytes. */
export type Hash = Uint8Array;

export const hashBytes = 32;

/** The byte before what is hashed as a leaf, and before what is hashed as a node. */
export const leafPrefix = 0x00;
export const nodePrefix = 0x01;

/** SHA-256(0x00 ‖ entry), of bytes or the UTF-8 of a text (RFC 9162 §2.1.1). */
export function leafHash(entry: Uint8Array | string): Hash {
  const bytes = typeof entry === "string" ? utf8(entry) : entry;
  return sha256(concat(Uint8Array.of(leafPrefix), bytes));
}

/**
 * SHA-256(0x01 ‖ left ‖ right) (RFC 9162 §2.1.1).
 * @throws {TypeError} when one of them is not a hash: that would be another tree
 */
export function nodeHash(left: Hash, right: Hash): Hash {
  if (left.length !== hashBytes || right.length !== hashBytes) throw new TypeError("A hash has 32 bytes.");
  node.set(left, 1);
  node.set(right, 1 + hashBytes);
  return sha256(node);
}

// Written and hashed at once, never kept.
const node = new Uint8Array(1 + 2 * hashBytes);
node[0] = nodePrefix;

/** The root of the tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1). A new array each time. */
export function emptyRoot(): Hash {
  return sha256(new Uint8Array(0));
}

/** The root of a tree, from the hashes of its leaves in order (RFC 9162 §2.1.1). */
export function rootOf(leaves: readonly Hash[]): Hash {
  let level = leaves;
  // A node without a right neighbour rises as it is: the same tree as the RFC's split at the largest power of two.
  while (level.length > 1) {
    const above: Hash[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(at(level, i), at(level, i + 1)));
    if (level.length % 2 === 1) above.push(at(level, level.length - 1));
    level = above;
  }
  return level[0] ?? emptyRoot();
}

/** Whether a value can be a tree's size: a whole number from 0 to 2^53−1, beyond which numbers would not be exact. */
export function isTreeSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

/** Whether two hashes are the same, both being hashes of exactly 32 bytes. */
export function equalHashes(a: Hash, b: Hash): boolean {
  return a.length === hashBytes && equalBytes(a, b);
}

/**
 * A tree size as it is written in checkpoints and proofs: decimal, no leading zeros, at most 2^53−1.
 * @throws {Refusal} malformed
 */
export function parseTreeSize(decimal: string): number {
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(decimal) ? Number(decimal) : Number.NaN;
  if (!isTreeSize(size)) throw new Refusal("malformed", "The text is not a tree size.", { rule: "tree-size" });
  return size;
}

function at(hashes: readonly Hash[], index: number): Hash {
  const hash = hashes[index];
  if (hash === undefined) throw new TypeError("The hash is not there.");
  return hash;
}
