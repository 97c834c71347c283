// Takes entries into the log: turns and this instance's journal, each gapless and in its own order, as runs; then the tiles
// that changed and a signed checkpoint. Derived after the commits, by any instance, idempotently: of two that append at once
// the second one's batch fails as a whole, and it comes again.
import type { EntryDraft, FieldValues } from "../audit/entry.ts";
import { formatCheckpoint } from "../audit/checkpoint.ts";
import { type Edge, edgeTiles, emptyEdge, grow, parseEdge, rootOfEdge } from "../audit/growth.ts";
import { formatNote, signNote } from "../audit/note.ts";
import { leafHash } from "../audit/tree.ts";
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import type { Micros } from "../encoding/timestamp.ts";
import {
  keepCheckpoint,
  keepLeaves,
  keepRuns,
  keepTiles,
  listTurnsAfter,
  readCheckpoint,
  readLogEnd,
  readTile,
} from "../store/log.ts";
import type { Exchange } from "./exchange.ts";
import { TURNS } from "./journal-names.ts";
import { periodOf } from "./periods.ts";

/** Entries that one batch takes in. */
export const ENTRIES_MAX = 2_000;
/** By when an entry is promised to be in the log, in microseconds (merge delay). */
export const MERGE_DELAY: Micros = 5_000_000;

interface Row {
  readonly n: number;
  readonly at: Micros;
  readonly fields: string;
}

const running = new WeakMap<Exchange, Promise<number>>();

/** Takes in all that is there. Returns the log's size; runs that overlap share one. */
export function integrate(exchange: Exchange): Promise<number> {
  const there = running.get(exchange);
  if (there !== undefined) return there;
  const run = integrateAll(exchange).finally(() => running.delete(exchange));
  running.set(exchange, run);
  return run;
}

async function integrateAll(exchange: Exchange): Promise<number> {
  await exchange.store.journal.settleTallies(exchange.now());
  for (;;) {
    const { engine, journal } = exchange.store;
    const end = await readLogEnd(engine);
    const turns = (await listTurnsAfter(engine, end.journals.get(TURNS) ?? 0, ENTRIES_MAX)).map((row): Row => ({
      n: row.n,
      at: row.base,
      fields: row.fields,
    }));
    const records = await journal.after(end.journals.get(journal.name) ?? 0, ENTRIES_MAX);
    if (turns.length + records.length === 0 && (await readCheckpoint(engine)) !== undefined) return end.size;
    try {
      await append(exchange, end.size, [
        { journal: TURNS, rows: turns },
        { journal: journal.name, rows: records },
      ]);
    } catch (error) {
      // Another instance was first; what it took in is taken in.
      if (!engine.isConflict(error)) throw error;
    }
  }
}

async function append(
  exchange: Exchange,
  size: number,
  parts: readonly { journal: string; rows: readonly Row[] }[],
): Promise<void> {
  const entries: string[] = [];
  const runs: { position: number; journal: string; first: number; count: number }[] = [];
  for (const { journal, rows } of parts) {
    const [first] = rows;
    if (first === undefined) continue;
    rows.forEach((row, i) => {
      // A gap would be an entry that somebody removed: nothing after it may enter the log unnoticed.
      if (row.n !== first.n + i) throw new TypeError(`The journal ${journal} has a gap before ${row.n}.`);
    });
    runs.push({ position: size + entries.length, journal, first: first.n, count: rows.length });
    for (const row of rows) entries.push(await formatRow(exchange, journal, row));
  }
  const { edge, tiles } = grow(await readEdge(exchange, size), entries.map(leafHash));
  const text = formatCheckpoint({
    origin: exchange.keys.log.name,
    size: edge.size,
    root: rootOfEdge(edge),
    extensions: [],
  });
  const note = formatNote(await signNote(text, [exchange.keys.log]));
  await exchange.store.keep([
    ...keepRuns(runs),
    ...keepLeaves(entries.map((entry, i) => ({ position: size + i, entry }))),
    ...keepTiles(
      tiles.flatMap(({ tile, bytes }) =>
        tile.level === "entries" ? [] : [{ level: tile.level, n: tile.index, hashes: formatBase64(bytes) }],
      ),
    ),
    ...keepCheckpoint({ size: edge.size, at: exchange.now(), note }),
  ]);
}

/** The entry of a row of a journal: its fields committed to under the salts of its month. */
export async function formatRow(exchange: Exchange, journal: string, row: Row): Promise<string> {
  const period = await periodOf(exchange, row.at);
  const draft: EntryDraft = {
    journal,
    n: row.n,
    minute: row.at,
    fields: JSON.parse(row.fields) as FieldValues, // written by fieldsText
  };
  return period.format(draft);
}

/** The right edge of the tree of a size, from the tiles in the books. */
export async function readEdge(exchange: Exchange, size: number): Promise<Edge> {
  if (size === 0) return emptyEdge;
  const tiles = await Promise.all(
    edgeTiles(size).map(async (tile) => {
      const hashes =
        tile.level === "entries" ? undefined : await readTile(exchange.store.engine, tile.level, tile.index);
      if (hashes === undefined) throw new TypeError("A tile of the log is missing.");
      return parseBase64(hashes).subarray(0, tile.width * 32);
    }),
  );
  return parseEdge(size, tiles);
}
