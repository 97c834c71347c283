// What else weighs on the machine: how many single commits a second the disk syncs, and how much waits for the processors. Taken
// before and after the benches, so that a table made beside other work says so.
import { rmSync } from "node:fs";
import { loadavg } from "node:os";
import { DatabaseSync } from "node:sqlite";
import type { Bench } from "./bench.ts";

const MEASURE_FOR = 400;

export interface Weather {
  readonly commitsPerSecond: number;
  readonly loadAverage: number;
}

export function weather(bench: Bench): Weather {
  const file = bench.folder("weather.db");
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT)");
  const insert = database.prepare("INSERT INTO t (x) VALUES (?)");
  const text = "x".repeat(500);
  const from = performance.now();
  let count = 0;
  while (performance.now() - from < MEASURE_FOR) {
    insert.run(text);
    count += 1;
  }
  const commitsPerSecond = (count * 1000) / (performance.now() - from);
  database.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  return { commitsPerSecond, loadAverage: loadavg()[0] ?? 0 };
}
