// Takes entries into the log: turns, this instance's journal, and every journal in the exchange's database whoever wrote it,
// each gapless and in its own order, as runs; then the tiles that changed and a signed checkpoint. Derived after the commits,
// by any instance, idempotently: of two that append at once the second one's batch fails as a whole, and it comes again.
import type { EntryDraft, FieldValues } from "../audit/entry.ts";
import { formatCheckpoint } from "../audit/checkpoint.ts";
import { type Edge, edgeTiles, emptyEdge, grow, parseEdge, rootOfEdge } from "../audit/growth.ts";
import { formatNote, signNote } from "../audit/note.ts";
import { leafHash } from "../audit/tree.ts";
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { listJournalAfter } from "../store/journal.ts";
import {
  type JournalEnd,
  keepCheckpoint,
  keepLeaves,
  keepRuns,
  keepTiles,
  listTurnsAfter,
  readLogEnd,
  readTile,
} from "../store/log.ts";
import type { Exchange } from "./exchange.ts";
import { TURNS } from "./journal-names.ts";
import { isPassedDue, writePassed } from "./passed.ts";
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

interface Part {
  readonly journal: string;
  readonly rows: readonly Row[];
}

interface Runs {
  readonly current: Promise<number>;
  next: Promise<number> | null;
}

const running = new WeakMap<Exchange, Runs>();

/**
 * Takes in all that was acknowledged before the call. Returns the log's size. A run that is under way may have read the books
 * already: who comes meanwhile waits for the next one, and all of them share it.
 */
export function integrate(exchange: Exchange): Promise<number> {
  const runs = running.get(exchange);
  if (runs === undefined) return startRun(exchange);
  const again = (): Promise<number> => startRun(exchange);
  runs.next ??= runs.current.then(again, again);
  return runs.next;
}

function startRun(exchange: Exchange): Promise<number> {
  const current = integrateAll(exchange).finally(() => {
    if (running.get(exchange)?.next === null) running.delete(exchange);
  });
  running.set(exchange, { current, next: null });
  return current;
}

async function integrateAll(exchange: Exchange): Promise<number> {
  const { engine, journal } = exchange.store;
  await journal.settleTallies(exchange.now());
  if (isPassedDue(exchange)) await writePassed(exchange);
  if (exchange.integrator !== null) return exchange.integrator();
  for (;;) {
    const end = await readLogEnd(engine, TURNS, journal.name);
    const parts = await listParts(exchange, end.journals);
    if (parts.length === 0 && end.signed) return end.size;
    try {
      await append(exchange, end.size, parts);
    } catch (error) {
      // Another instance was first; what it took in is taken in.
      if (!engine.isConflict(error)) throw error;
    }
  }
}

/** Rows that are not in the log yet, journal by journal; ENTRIES_MAX of them at the most. */
async function listParts(exchange: Exchange, ends: readonly JournalEnd[]): Promise<readonly Part[]> {
  const parts: Part[] = [];
  let room = ENTRIES_MAX;
  for (const end of ends) {
    if (room === 0) break;
    if (end.newest !== null && end.newest <= end.taken) continue;
    const rows = await listRows(exchange, end, room);
    if (rows.length > 0) parts.push({ journal: end.name, rows });
    room -= rows.length;
  }
  return parts;
}

async function listRows({ store }: Exchange, { name, taken }: JournalEnd, limit: number): Promise<readonly Row[]> {
  if (name === store.journal.name) return store.journal.after(taken, limit);
  if (name !== TURNS) return listJournalAfter(store.engine, name, taken, limit);
  const turns = await listTurnsAfter(store.engine, taken, limit);
  return turns.map(({ n, base, fields }) => ({ n, at: base, fields }));
}

async function append(exchange: Exchange, size: number, parts: readonly Part[]): Promise<void> {
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
