// Reads the log as it is served: checkpoint, tiles of hashes, bundles of entries, and paths for proofs, all from the books.
// Reading the log leaves no entry.
import { parseCheckpoint } from "../audit/checkpoint.ts";
import { parseNote } from "../audit/note.ts";
import { proveConsistency, proveInclusion, type TileReader } from "../audit/proof.ts";
import { formatEntryBundle, parseTilePath, type Tile, tileWidth } from "../audit/tile.ts";
import { type Hash, hashBytes } from "../audit/tree.ts";
import { parseBase64 } from "../encoding/base64.ts";
import { utf8 } from "../encoding/bytes.ts";
import { Refusal } from "../refusal.ts";
import { listLeaves, readCheckpoint, readTile } from "../store/log.ts";
import type { Exchange } from "./exchange.ts";

/** The newest checkpoint as a signed note. @throws {Refusal} not-found: nothing was integrated yet */
export async function checkpointNote(exchange: Exchange): Promise<string> {
  const checkpoint = await readCheckpoint(exchange.store.engine);
  if (checkpoint === undefined) throw absent();
  return checkpoint.note;
}

/**
 * The bytes of a tile or bundle, by its path (C2SP tlog-tiles).
 * @throws {Refusal} malformed: no such path · not-found: beyond the newest checkpoint
 */
export async function readTilePath(exchange: Exchange, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const tile = parseTilePath(path);
  const size = await checkpointSize(exchange);
  if (tile.level === "entries") return readBundle(exchange, tile, size);
  const hashes = Math.floor(size / tileWidth ** tile.level);
  if (tile.index * tileWidth + tile.width > hashes) throw absent();
  const [bytes] = await reader(exchange)([tile]);
  if (bytes === undefined) throw absent();
  return new Uint8Array(bytes);
}

async function readBundle(exchange: Exchange, tile: Tile, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const from = tile.index * tileWidth;
  if (from + tile.width > size) throw absent();
  const entries = await listLeaves(exchange.store.engine, from, tile.width);
  return formatEntryBundle(entries.map((entry) => utf8(entry)));
}

async function checkpointSize(exchange: Exchange): Promise<number> {
  const checkpoint = await readCheckpoint(exchange.store.engine);
  return checkpoint === undefined ? 0 : parseCheckpoint(parseNote(checkpoint.note).text).size;
}

/** Tiles from the books, each cut to the width asked for. */
export function reader(exchange: Exchange): TileReader {
  return (tiles) =>
    Promise.all(
      tiles.map(async (tile) => {
        const hashes =
          tile.level === "entries" ? undefined : await readTile(exchange.store.engine, tile.level, tile.index);
        if (hashes === undefined) throw absent();
        return parseBase64(hashes).subarray(0, tile.width * hashBytes);
      }),
    );
}

export async function inclusionPath(exchange: Exchange, index: number, size: number): Promise<readonly Hash[]> {
  return proveInclusion(index, size, reader(exchange));
}

/** @throws {Refusal} invalid: no proof between these sizes · not-found: beyond the newest checkpoint */
export async function consistencyPath(exchange: Exchange, from: number, to: number): Promise<readonly Hash[]> {
  if (to > (await checkpointSize(exchange))) throw absent();
  return proveConsistency(from, to, reader(exchange));
}

function absent(): Refusal {
  return new Refusal("not-found", "The log has no such part yet.");
}
