// A log in memory, for tests: entries integrated in steps, with tiles and bundles as a store would keep them.

import { formatEntryBundle, type Tile, tileBytes, tileWidth } from "../../src/audit/tile.ts";
import { type Edge, emptyEdge, grow, rootOfEdge } from "../../src/audit/growth.ts";
import { type Hash, leafHash } from "../../src/audit/tree.ts";
import type { LogReader } from "../../src/audit/verify.ts";
import { utf8 } from "../../src/encoding/bytes.ts";
import { Refusal } from "../../src/refusal.ts";

export class MemoryLog implements LogReader {
  readonly entries: Uint8Array[] = [];
  /** The latest bytes of each tile of hashes, by `<level>/<index>`. */
  readonly tiles = new Map<string, Uint8Array>();
  /** What was asked for, tile by tile. */
  readonly asked: Tile[] = [];
  edge: Edge = emptyEdge;

  /** Integrates entries; each of the given steps is one growth. */
  append(entries: readonly (Uint8Array | string)[], step = entries.length): this {
    for (let from = 0; from < entries.length; from += step) {
      const part = entries.slice(from, from + step).map((entry) => (typeof entry === "string" ? utf8(entry) : entry));
      const { edge, tiles } = grow(this.edge, part.map(leafHash));
      this.edge = edge;
      this.entries.push(...part);
      for (const { tile, bytes } of tiles) this.tiles.set(`${tile.level}/${tile.index}`, bytes);
    }
    return this;
  }

  root(): Hash {
    return rootOfEdge(this.edge);
  }

  readonly readTiles = async (tiles: readonly Tile[]): Promise<Uint8Array[]> => {
    this.asked.push(...tiles);
    return tiles.map((tile) => {
      const bytes = this.tiles.get(`${tile.level}/${tile.index}`);
      if (bytes === undefined || bytes.length < tileBytes(tile))
        throw new Refusal("not-found", "There is no such tile.");
      return bytes.subarray(0, tileBytes(tile));
    });
  };

  readonly readBundles = async (bundles: readonly Tile[]): Promise<Uint8Array[]> =>
    bundles.map(({ index, width }) => {
      const from = index * tileWidth;
      if (from + width > this.entries.length) throw new Refusal("not-found", "There is no such bundle.");
      return formatEntryBundle(this.entries.slice(from, from + width));
    });
}

/** The entries of the vectors that another implementation computed: `entry 0`, `entry 1` and so on. */
export function numberedEntries(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => `entry ${from + i}`);
}
