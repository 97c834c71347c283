// Inclusion and consistency proofs, RFC 9162 §2.1.3 and §2.1.4, built from the few tiles that they touch. Receipts,
// witnesses and verifiers rely on it. Two rules are easy to miss: consistency from size 0 is an error, and a hash has
// exactly 32 bytes.

import { equalBytes } from "../encoding/bytes.ts";
import { Refusal } from "../refusal.ts";
import { hashesOf } from "./growth.ts";
import { type Tile, tileBytes, tileHeight, tilePath, tileWidth } from "./tile.ts";
import { emptyRoot, equalHashes, type Hash, hashBytes, isTreeSize, nodeHash, rootOf } from "./tree.ts";

/**
 * Reads tiles of hashes: the bytes of each tile that is asked for, in that order, each of exactly the length of its
 * width. A store that keeps the latest bytes of a tile cuts them to the width asked for.
 */
export type TileReader = (tiles: readonly Tile[]) => Promise<readonly Uint8Array[]>;

/**
 * The proof that the entry at an index (from 0) is in the tree of a size: hashes from the leaf's sibling upwards
 * (RFC 9162 §2.1.3.1).
 * @throws {Refusal} invalid when the tree has no such entry; malformed when a tile has a wrong length
 */
export async function proveInclusion(index: number, size: number, read: TileReader): Promise<Hash[]> {
  if (!isTreeSize(index) || !isTreeSize(size) || index >= size) throw noProof("The tree has no such entry.");
  return hashRanges(inclusionRanges(index, size), size, read);
}

/**
 * The proof that the tree of size `size1` is the beginning of the tree of `size2` (RFC 9162 §2.1.4.1).
 * @throws {Refusal} invalid when `size1` is 0 or larger than `size2`; malformed when a tile has a wrong length
 */
export async function proveConsistency(size1: number, size2: number, read: TileReader): Promise<Hash[]> {
  if (!isTreeSize(size1) || !isTreeSize(size2) || size1 === 0 || size1 > size2) {
    throw noProof("There is no consistency proof between these sizes.");
  }
  const ranges: Range[] = [];
  let range: Range = { from: 0, to: size2 };
  // SUBPROOF: down to the node that ends where the old tree ends, keeping what lies on the other side.
  while (range.to !== size1) {
    const middle = split(range);
    const left = { from: range.from, to: middle };
    const right = { from: middle, to: range.to };
    ranges.push(size1 <= middle ? right : left);
    range = size1 <= middle ? left : right;
  }
  // The old tree's own root is known to who asks; any other node is not.
  if (range.from !== 0) ranges.push(range);
  return hashRanges(ranges.toReversed(), size2, read);
}

/** The root of the tree of a size, read from the tiles of that tree or of any larger one's. */
export async function readRoot(size: number, read: TileReader): Promise<Hash> {
  if (size === 0) return emptyRoot();
  const [root] = await hashRanges([{ from: 0, to: size }], size, read);
  return root ?? emptyRoot();
}

/** Whether a proof shows that the leaf is at the index in the tree of that size and root (RFC 9162 §2.1.3.2). */
export function verifyInclusion(index: number, size: number, leaf: Hash, proof: readonly Hash[], root: Hash): boolean {
  const found = rootOfInclusion(index, size, leaf, proof);
  return found !== undefined && equalHashes(found, root);
}

/** The only root that the proof fits, or undefined when it has not the length that index and size give it. */
export function rootOfInclusion(index: number, size: number, leaf: Hash, proof: readonly Hash[]): Hash | undefined {
  if (!isTreeSize(index) || !isTreeSize(size) || index >= size || !areHashes([leaf, ...proof])) return undefined;
  let fn = index;
  let sn = size - 1;
  let r = leaf;
  for (const p of proof) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? r : undefined;
}

/** Whether a proof shows that the first tree is the beginning of the second (RFC 9162 §2.1.4.2). */
export function verifyConsistency(
  size1: number,
  size2: number,
  root1: Hash,
  root2: Hash,
  proof: readonly Hash[],
): boolean {
  // The empty tree is the beginning of every tree, so that a proof from it would prove nothing.
  if (!isTreeSize(size1) || !isTreeSize(size2) || size1 === 0 || size1 > size2) return false;
  // One tree is its own beginning: nothing is hashed, so that whatever stands for its root (32 bytes, once a checkpoint was
  // parsed) is only compared. The vectors of transparency-dev/merkle ask for this.
  if (size1 === size2) return proof.length === 0 && equalBytes(root1, root2);
  if (!areHashes([root1, root2, ...proof])) return false;
  // A complete old tree is a node of the new one: its root begins the path.
  const [first, ...rest] = isPowerOfTwo(size1) ? [root1, ...proof] : proof;
  if (first === undefined || proof.length === 0) return false;
  let fn = size1 - 1;
  let sn = size2 - 1;
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let fr = first;
  let sr = first;
  for (const c of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equalHashes(fr, root1) && equalHashes(sr, root2);
}

/** The inclusion path of an index in a tree that is at hand as its leaves' hashes (RFC 9162 §2.1.3.1). */
export function pathIn(leaves: readonly Hash[], index: number): Hash[] {
  if (!isTreeSize(index) || index >= leaves.length) throw new TypeError("The tree has no such leaf.");
  return inclusionRanges(index, leaves.length).map(({ from, to }) => rootOf(leaves.slice(from, to)));
}

// Entries [from, to) under one node of the tree: complete, or reaching to the tree's right edge.
interface Range {
  readonly from: number;
  readonly to: number;
}

// The nodes beside the way from the root to a leaf, lowest first.
function inclusionRanges(index: number, size: number): Range[] {
  const ranges: Range[] = [];
  let range: Range = { from: 0, to: size };
  while (range.to - range.from > 1) {
    const middle = split(range);
    const left = { from: range.from, to: middle };
    const right = { from: middle, to: range.to };
    ranges.push(index < middle ? right : left);
    range = index < middle ? left : right;
  }
  return ranges.toReversed();
}

// Where a node's entries divide: the largest power of two below their number (RFC 9162 §2.1.1).
function split(range: Range): number {
  return range.from + powerBelow(range.to - range.from);
}

// The hashes of ranges, from tiles that are asked for all at once: a proof costs one round of reading.
async function hashRanges(ranges: readonly Range[], size: number, read: TileReader): Promise<Hash[]> {
  const tiles = new Map<string, Tile>();
  for (const range of ranges) {
    for (const place of placesOf(range, size)) tiles.set(tilePath(place.tile), place.tile);
  }
  const asked = [...tiles.values()];
  const contents = await read(asked);
  const bytesOf = new Map<string, Uint8Array>();
  asked.forEach((tile, i) => {
    const bytes = contents[i];
    if (bytes === undefined || bytes.length !== tileBytes(tile)) {
      throw new Refusal("malformed", "A tile has not the length that the tree gives it.", { rule: "tile-length" });
    }
    bytesOf.set(tilePath(tile), bytes);
  });
  return ranges.map((range) => {
    const hashes = placesOf(range, size).map(({ tile, from, count }) => {
      const bytes = bytesOf.get(tilePath(tile)) ?? new Uint8Array(0);
      return rootOf(hashesOf(bytes.subarray(from * hashBytes, (from + count) * hashBytes)));
    });
    return hashes.reduceRight((right, left) => nodeHash(left, right));
  });
}

// Where the hash of a complete subtree is found: `count` neighbouring hashes of a tile, a power of two.
interface Place {
  readonly tile: Tile;
  readonly from: number;
  readonly count: number;
}

// The complete subtrees that a range consists of, left to right, each in the highest tile level that has it.
function placesOf(range: Range, size: number): Place[] {
  const places: Place[] = [];
  let { from } = range;
  while (from < range.to) {
    const height = Math.log2(powerUpTo(range.to - from));
    const level = Math.floor(height / tileHeight);
    const span = tileWidth ** level;
    const first = from / span;
    const index = Math.floor(first / tileWidth);
    const width = Math.min(tileWidth, Math.floor(size / span) - index * tileWidth);
    places.push({ tile: { level, index, width }, from: first % tileWidth, count: 2 ** (height % tileHeight) });
    from += 2 ** height;
  }
  return places;
}

// Numbers up to 2^53: arithmetic instead of bit operations, which cut to 32 bits.
function half(n: number): number {
  return Math.floor(n / 2);
}

function powerUpTo(n: number): number {
  let power = 1;
  while (power * 2 <= n) power *= 2;
  return power;
}

function powerBelow(n: number): number {
  return powerUpTo(n - 1);
}

function isPowerOfTwo(n: number): boolean {
  return powerUpTo(n) === n;
}

function areHashes(hashes: readonly Hash[]): boolean {
  return hashes.every((hash) => hash.length === hashBytes);
}

function noProof(sentence: string): Refusal {
  return new Refusal("invalid", sentence, { rule: "proof-range" });
}
