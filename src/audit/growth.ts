// The tree as it grows: its right edge, the partial tiles, is all that an integrator keeps to append entries, name the
// root and write the tiles that changed. Pure, so that integrating again after a crash writes the same bytes.

import { concat } from "../encoding/bytes.ts";
import { Refusal } from "../refusal.ts";
import { partialTile, type Tile, tileBytes, tilesFor, tileWidth } from "./tile.ts";
import { emptyRoot, type Hash, hashBytes, isTreeSize, nodePrefix, rootOf } from "./tree.ts";
import { bytesOfWords, hashPair, hashWords } from "./word-hash.ts";

/** The right edge of a tree. */
export interface Edge {
  readonly size: number;
  /** The bytes of the partial tile of each level, lowest first; empty where a level ends with a full tile. */
  readonly partials: readonly Uint8Array[];
}

export interface StoredTile {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

export interface Growth {
  readonly edge: Edge;
  /**
   * The tiles that appeared or changed, as `tilesFor` lists them. A partial tile begins with the bytes of every narrower
   * one, so one record a tile is enough: the latest.
   */
  readonly tiles: readonly StoredTile[];
}

/** The edge of the tree without entries. */
export const emptyEdge: Edge = { size: 0, partials: [] };

/** Appends the hashes of entries to a tree: its new edge, and the tiles to write. */
export function grow(edge: Edge, leaves: readonly Hash[]): Growth {
  const size = edge.size + leaves.length;
  const bytesOf = new Map<string, Uint8Array>();
  const partials: Uint8Array[] = [];
  let rising = concat(...leaves);
  for (let level = 0; Math.floor(size / tileWidth ** level) > 0; level++) {
    const before = Math.floor(edge.size / tileWidth ** level);
    const row = concat(edge.partials[level] ?? new Uint8Array(0), rising);
    const above: Hash[] = [];
    let index = Math.floor(before / tileWidth);
    let at = 0;
    for (; row.length - at >= fullBytes; at += fullBytes, index++) {
      const tile = row.slice(at, at + fullBytes);
      bytesOf.set(`${level}/${index}`, tile);
      above.push(rootOfTile(tile));
    }
    const rest = row.slice(at);
    partials.push(rest);
    bytesOf.set(`${level}/${index}`, rest);
    rising = concat(...above);
  }
  const tiles = tilesFor(edge.size, size).map((tile) => ({
    tile,
    bytes: bytesOf.get(`${tile.level}/${tile.index}`) ?? new Uint8Array(0),
  }));
  return { edge: { size, partials }, tiles };
}

/** The root of the tree that ends with this edge. */
export function rootOfEdge(edge: Edge): Hash {
  // What a level's partial tile leaves to its right stands for less than one of its hashes and joins as the last of them.
  let right: Hash | undefined;
  for (const partial of edge.partials) {
    const hashes = hashesOf(partial);
    if (right !== undefined) hashes.push(right);
    if (hashes.length > 0) right = rootOf(hashes);
  }
  return right ?? emptyRoot();
}

/**
 * The root of a full tile: `rootOf` of its hashes, on words in one buffer. Growing a log and verifying one are little else.
 */
export function rootOfTile(tile: Uint8Array): Hash {
  if (tile.length !== fullBytes) throw new TypeError("The tile is not full.");
  const view = new DataView(tile.buffer, tile.byteOffset, tile.length);
  for (let i = 0; i < tileNodes.length; i++) tileNodes[i] = view.getInt32(i * 4);
  for (let pairs = tileWidth / 2; pairs >= 1; pairs /= 2) {
    for (let i = 0; i < pairs; i++) hashPair(nodePrefix, tileNodes, i * 2 * hashWords, tileNodes, i * hashWords);
  }
  return bytesOfWords(tileNodes, 0, hashWords);
}

/** The tiles that make up the edge of a tree of a size: what to read before growing it. */
export function edgeTiles(size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; Math.floor(size / tileWidth ** level) > 0; level++) {
    const tile = partialTile(level, size);
    if (tile !== undefined) tiles.push(tile);
  }
  return tiles;
}

/**
 * The edge of a tree of a size from the bytes of its `edgeTiles`, in their order.
 * @throws {Refusal} malformed when a tile has not the length that it has in that tree
 */
export function parseEdge(size: number, tiles: readonly Uint8Array[]): Edge {
  if (!isTreeSize(size)) throw new TypeError("The size is no tree size.");
  const partials: Uint8Array[] = [];
  let next = 0;
  for (let level = 0; Math.floor(size / tileWidth ** level) > 0; level++) {
    const tile = partialTile(level, size);
    const bytes = tile === undefined ? new Uint8Array(0) : tiles[next++];
    if (bytes === undefined || bytes.length !== (tile === undefined ? 0 : tileBytes(tile))) {
      throw new Refusal("malformed", "A tile has not the length that the tree gives it.", { rule: "tile-length" });
    }
    partials.push(bytes);
  }
  return { size, partials };
}

/** The hashes in the bytes of a tile, as views. */
export function hashesOf(tile: Uint8Array): Hash[] {
  const hashes: Hash[] = [];
  for (let at = 0; at < tile.length; at += hashBytes) hashes.push(tile.subarray(at, at + hashBytes));
  return hashes;
}

const fullBytes = tileWidth * hashBytes;
// Written and hashed at once, never kept.
const tileNodes = new Int32Array(tileWidth * hashWords);
