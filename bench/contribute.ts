// Contributions: envelopes posted by all states at once, validated, decided, released, entered and synced; over the same rows
// inserted bare by node:sqlite under the same settings. And what reaches the disk for each byte of JSON.
import { readFileSync, rmSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { readMigrations } from "../src/node/migrations.ts";
import { taxiiMediaType } from "../src/taxii/media-type.ts";
import { type Bench, CONNECTIONS, type Server } from "./bench.ts";
import type { Call } from "./load.ts";
import { tokensFor, type Filled } from "./members.ts";
import { audienceOf, envelopeText, indicatorMaker } from "./objects.ts";
import { exact, quantity, type Row } from "./report.ts";
import { interleave, ratioOf, spreadOf } from "./rounds.ts";

export const ENVELOPE_OBJECTS = 100;
/** Seconds. */
const POST_WITHIN = 120;
/** What the act of contributing writes. The log's own tables are derived later; they count in the bytes. */
const tables = ["turn", "contribution", "object", "rendition", "release", "waiting", "due", "status"] as const;

interface Costs {
  readonly latencies: number[];
  /** Sums over all rounds, in bytes: posted, kept in the files, written by the process; null where it is not told. */
  json: number;
  kept: number;
  written: number | null;
}

const noCosts = (): Costs => ({ latencies: [], json: 0, kept: 0, written: 0 });

export async function contributions(bench: Bench, filled: Filled): Promise<readonly Row[]> {
  const server = await bench.serve(filled.database);
  const reader = new DatabaseSync(filled.database, { readOnly: true });
  const bare = openBare(bench.folder("bare.db"));
  const make = indicatorMaker(3);
  const envelopes = bench.plan.quick ? 48 : 256;
  let costs = { alike: noCosts(), mixed: noCosts() };
  let before = 0;
  const post = (kind: keyof typeof costs) =>
    bench.neighbours.undisturbed(async () => {
      const tokens = await tokensFor(server.port, filled.members);
      const calls = Array.from({ length: envelopes }, (_, i): Call => {
        const state = filled.members[i % filled.members.length]?.state ?? "";
        const text = envelopeText(make, ENVELOPE_OBJECTS, kind === "mixed" ? "mixed" : audienceOf(i));
        return postOf(filled.collection.id, tokens.get(state) ?? "", text);
      });
      const cost = costs[kind];
      const [kept, written] = [sizeOf(reader), writtenBy(server)];
      before = turnOf(reader);
      const loaded = await bench.load(server.port, calls, { once: true, seconds: POST_WITHIN });
      if (loaded.answers !== envelopes) throw new Error("Not every envelope was answered in time.");
      const settling = await server.ask<number>({ ask: "settle" });
      const wrote = writtenBy(server);
      cost.json += calls.reduce((sum, call) => sum + Buffer.byteLength(call.body ?? ""), 0);
      cost.kept += sizeOf(reader) - kept;
      cost.written =
        wrote === null || written === null || cost.written === null ? null : cost.written + wrote - written;
      cost.latencies.push(loaded.p99);
      return (envelopes * ENVELOPE_OBJECTS) / (loaded.seconds + settling);
    });
  const insertBare = bareInserter(bare, reader);
  // The bare insert takes the rows that the contender before it had written.
  const contenders = { mixed: post("mixed"), alike: post("alike"), bare: async () => insertBare(before) };
  try {
    await interleave(1, contenders);
    costs = { alike: noCosts(), mixed: noCosts() };
    const rates = { mixed: [] as number[], alike: [] as number[], bare: [] as number[] };
    for (let round = 0; round < bench.plan.rounds; round += 1) {
      const one = await interleave(1, contenders);
      for (const name of ["mixed", "alike", "bare"] as const) rates[name].push(...one[name]);
    }
    const { alike, mixed } = costs;
    return [
      {
        measure: `contribute, envelopes of ${ENVELOPE_OBJECTS}`,
        of: "÷ node:sqlite inserting the same rows bare",
        ratio: ratioOf(rates.alike, rates.bare),
        value: quantity(spreadOf(rates.alike), "objects/s"),
        base: quantity(spreadOf(rates.bare), "objects/s"),
        bar: { least: 0.25 },
        notes: [
          `p99 ${spreadOf(alike.latencies).median.toFixed(0)} ms an envelope with ${CONNECTIONS} posting; bare: ${CONNECTIONS} envelopes a transaction`,
          `in bulk, in process, while filling ${filled.objects} objects: ${filled.objectsPerSecond.toFixed(0)} objects/s`,
        ],
      },
      {
        measure: "contribute, mixed audiences",
        of: "÷ envelopes of one audience each",
        ratio: ratioOf(rates.mixed, rates.alike),
        value: quantity(spreadOf(rates.mixed), "objects/s"),
        base: quantity(spreadOf(rates.alike), "objects/s"),
        bar: null,
        notes: [
          `bytes kept ÷ JSON ${(mixed.kept / mixed.json).toFixed(2)}, of one audience each ${(alike.kept / alike.json).toFixed(2)}`,
        ],
      },
      bytesRow("contribute, bytes kept", "growth of the database ÷ JSON posted", alike.kept, alike.json),
      ...(alike.written === null
        ? []
        : [
            bytesRow(
              "contribute, bytes written",
              "write_bytes of the process ÷ JSON posted",
              alike.written,
              alike.json,
            ),
          ]),
    ];
  } finally {
    reader.close();
    bare.close();
    await server.child.stop();
  }
}

function bytesRow(measure: string, of: string, bytes: number, json: number): Row {
  return {
    measure,
    of,
    ratio: exact(bytes / json),
    value: quantity(exact(bytes / 2 ** 20), "MiB"),
    base: quantity(exact(json / 2 ** 20), "MiB"),
    bar: { most: 3 },
    notes: [],
  };
}

export function postOf(collection: string, token: string, body: string): Call {
  return {
    method: "POST",
    path: `/api/collections/${collection}/objects/`,
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: taxiiMediaType,
      "Content-Type": taxiiMediaType,
      "User-Agent": "bench",
    },
    body,
  };
}

function openBare(file: string): DatabaseSync {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  const database = new DatabaseSync(file);
  // As the store opens its own (src/store/engines/sqlite.ts).
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
  );
  for (const { sql } of readMigrations("sqlite")) database.exec(sql);
  return database;
}

/** Inserts the rows of all turns after one, in transactions of as many envelopes as can share a commit. Objects a second. */
function bareInserter(bare: DatabaseSync, reader: DatabaseSync): (after: number) => number {
  const shapes = tables.map((table) => {
    const columns = reader.prepare(`SELECT * FROM ${table} LIMIT 0`).columns();
    const names = columns.map(({ name }) => name).join(", ");
    return {
      select: reader.prepare(`SELECT ${names} FROM ${table} WHERE ${turnIn[table]}`),
      insert: bare.prepare(`INSERT INTO ${table} (${names}) VALUES (${columns.map(() => "?").join(", ")})`),
    };
  });
  return (after) => {
    const last = turnOf(reader);
    const groups: (readonly (readonly SQLInputValue[][])[])[] = [];
    for (let from = after + 1; from <= last; from += CONNECTIONS) {
      const until = Math.min(from + CONNECTIONS - 1, last);
      groups.push(
        // SQLite gives back what can be bound.
        shapes.map(({ select }) => select.all(from, until).map((row) => Object.values(row) as SQLInputValue[])),
      );
    }
    const start = performance.now();
    for (const group of groups) {
      bare.exec("BEGIN IMMEDIATE");
      group.forEach((rows, i) => {
        for (const row of rows) shapes[i]?.insert.run(...row);
      });
      bare.exec("COMMIT");
    }
    return ((last - after) * ENVELOPE_OBJECTS * 1000) / (performance.now() - start);
  };
}

/** Rows of turns from one to another, by each table's own key. */
const turnIn: Readonly<Record<(typeof tables)[number], string>> = {
  turn: "n BETWEEN ? AND ?",
  contribution: "n BETWEEN ? AND ?",
  object: "contribution BETWEEN ? AND ?",
  rendition: "object / 65536 BETWEEN ? AND ?",
  release: "rendition / 65536 BETWEEN ? AND ?",
  waiting: "object / 65536 BETWEEN ? AND ?",
  due: "object / 65536 BETWEEN ? AND ?",
  status: "id IN (SELECT act FROM turn WHERE n BETWEEN ? AND ?)",
};

function turnOf(reader: DatabaseSync): number {
  return Number(reader.prepare("SELECT turn FROM head").get()?.["turn"]);
}

/** Bytes of the database, what still stands in its write-ahead log included. */
function sizeOf(reader: DatabaseSync): number {
  const pragma = (name: string): number => Number(reader.prepare(`PRAGMA ${name}`).get()?.[name]);
  return pragma("page_count") * pragma("page_size");
}

/** Bytes that the server has had written to disk so far, where the system counts them. */
function writtenBy({ child }: Server): number | null {
  try {
    const line = /^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${child.pid}/io`, "utf8"));
    return line === null ? null : Number(line[1]);
  } catch {
    return null;
  }
}
