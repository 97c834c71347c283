// Tiles: the tree and its entries as files that never change once full (C2SP tlog-tiles). A tile holds up to 256
// hashes, tile level L counting in steps of 256^L entries. Log doors, the integrator and verifiers rely on it.

import { sha256 } from "../encoding/sha256.ts";
import { Refusal } from "../refusal.ts";
import { type Hash, hashBytes, isTreeSize, leafPrefix } from "./tree.ts";

/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256;
/** Levels of the tree that a tile spans. */
export const tileHeight = 8;
/** Levels that a path may name (C2SP tlog-tiles: 0 to 63). */
export const tileLevelMax = 63;
/** An entry's length is written in 16 bits. */
export const bundledEntryBytesMax = 0xffff;

/** Coordinates of a tile of hashes: `level` as a number; of a bundle of entries: `level` is "entries". */
export interface Tile {
  readonly level: number | "entries";
  readonly index: number;
  /** How many hashes or entries: 1 to 256; fewer than 256 is a partial tile. */
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`, N in groups of three digits (C2SP tlog-tiles). */
export function tilePath(tile: Tile): string {
  checkTile(tile);
  let digits = String(tile.index);
  digits = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = digits.match(/.{3}/g) ?? [];
  const name = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${tile.level}/${name}${tile.width === tileWidth ? "" : `.p/${tile.width}`}`;
}

/**
 * The tile that a path names. One tile has one path: leading zeros and groups, or a partial width of 256, are refused.
 * @throws {Refusal} malformed
 */
export function parseTilePath(path: string): Tile {
  // 16 digits, the most that 2^53−1 has, are six groups.
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path);
  const [, level = "", name = "", width] = match ?? [];
  const tile: Tile = {
    level: level === "entries" ? level : Number(level),
    index: Number(name.replaceAll(/[x/]/g, "")),
    width: width === undefined ? tileWidth : Number(width),
  };
  if (match === null || !isTile(tile) || tilePath(tile) !== path) {
    throw new Refusal("malformed", "The path names no tile.", { rule: "tile-path" });
  }
  return tile;
}

/**
 * The tiles of hashes that appear or change when a tree grows from one size to another, each at its width in the larger
 * tree, lowest level first. From size 0 these are all tiles of the tree.
 */
export function tilesFor(oldSize: number, newSize: number): Tile[] {
  checkGrowth(oldSize, newSize);
  const tiles: Tile[] = [];
  // A hash of level L stands for 256^L entries; only full tiles are hashed into the level above.
  for (let level = 0, span = 1; newSize >= span; level++, span *= tileWidth) {
    tiles.push(...changed(level, Math.floor(oldSize / span), Math.floor(newSize / span)));
  }
  return tiles;
}

/** The bundles of entries that appear or change when a log grows, each at its width in the larger log. */
export function bundlesFor(oldSize: number, newSize: number): Tile[] {
  checkGrowth(oldSize, newSize);
  return changed("entries", oldSize, newSize);
}

/**
 * The partial tile at a level's right edge in a tree, or undefined where the level ends with a full tile or is empty.
 */
export function partialTile(level: number, size: number): Tile | undefined {
  const hashes = Math.floor(size / tileWidth ** level);
  const width = hashes % tileWidth;
  return width === 0 ? undefined : { level, index: Math.floor(hashes / tileWidth), width };
}

/** The length in bytes that a tile of hashes has. */
export function tileBytes(tile: Tile): number {
  return tile.width * hashBytes;
}

/**
 * A bundle of entries: each with its length in 16 bits, big-endian, before it (C2SP tlog-tiles, Log entries).
 * @throws {TypeError} when there are more than 256 entries or one is longer than 65,535 bytes
 */
export function formatEntryBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (entries.length > tileWidth) throw new TypeError("A bundle has at most 256 entries.");
  let length = 0;
  for (const entry of entries) length += 2 + entry.length;
  const bundle = new Uint8Array(length);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > bundledEntryBytesMax) throw new TypeError("An entry is at most 65,535 bytes long.");
    bundle[at] = entry.length >>> 8;
    bundle[at + 1] = entry.length;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/**
 * The entries of a bundle, as views of its bytes.
 * @throws {Refusal} malformed: cut inside an entry, no entry at all, or more than 256
 */
export function parseEntryBundle(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const from = at + 2;
    const to = from + (bundle[at] ?? 0) * 256 + (bundle[at + 1] ?? 0);
    if (to > bundle.length || entries.length === tileWidth) throw malformedBundle();
    entries.push(bundle.subarray(from, to));
    at = to;
  }
  if (entries.length === 0) throw malformedBundle();
  return entries;
}

/**
 * The leaf hashes of a bundle's entries beside the entries themselves.
 * @throws {Refusal} malformed, as `parseEntryBundle` says
 */
export function hashEntryBundle(bundle: Uint8Array): { readonly entries: Uint8Array[]; readonly leaves: Hash[] } {
  const entries = parseEntryBundle(bundle.slice());
  // In a copy of its own, the byte before each entry, of its length, becomes the leaf's prefix: no entry is copied again.
  const leaves = entries.map((entry) => {
    const leaf = new Uint8Array(entry.buffer, entry.byteOffset - 1, entry.length + 1);
    leaf[0] = leafPrefix;
    return sha256(leaf);
  });
  return { entries, leaves };
}

function changed(level: Tile["level"], oldCount: number, newCount: number): Tile[] {
  const tiles: Tile[] = [];
  if (newCount === oldCount) return tiles;
  const last = Math.floor((newCount - 1) / tileWidth);
  for (let index = Math.floor(oldCount / tileWidth); index <= last; index++) {
    tiles.push({ level, index, width: Math.min(tileWidth, newCount - index * tileWidth) });
  }
  return tiles;
}

function isTile(tile: Tile): boolean {
  return (
    (tile.level === "entries" ||
      (Number.isInteger(tile.level) && tile.level >= 0 && tile.level <= tileLevelMax && !Object.is(tile.level, -0))) &&
    isTreeSize(tile.index) &&
    Number.isInteger(tile.width) &&
    tile.width >= 1 &&
    tile.width <= tileWidth
  );
}

function checkTile(tile: Tile): void {
  if (!isTile(tile)) throw new TypeError("These are no coordinates of a tile.");
}

function checkGrowth(oldSize: number, newSize: number): void {
  if (!isTreeSize(oldSize) || !isTreeSize(newSize) || oldSize > newSize) {
    throw new TypeError("A tree grows from a size to a larger one.");
  }
}

function malformedBundle(): Refusal {
  return new Refusal("malformed", "The bytes are not a bundle of entries.", { rule: "entry-bundle" });
}
