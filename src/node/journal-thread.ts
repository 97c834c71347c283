// The journal's own thread and file: what must be durable before an answer costs the serving thread no fsync.
// Each batch is one transaction with synchronous=FULL.
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { HOUR, tallyFields } from "../store/journal.ts";
import type { Answer, Answers, Batch, JournalFile, Order } from "./journal-protocol.ts";

const { file, name } = workerData as JournalFile; // set by openJournalThread
const database = new DatabaseSync(file);
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS self (name TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS journal (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, fields TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS tally (hour INTEGER NOT NULL, subject TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (hour, subject)) WITHOUT ROWID;`);
if (database.prepare("SELECT name FROM self").get() === undefined)
  database.prepare("INSERT INTO self (name) VALUES (?)").run(name);
const ownName = String(database.prepare("SELECT name FROM self").get()?.["name"]);

const newest = database.prepare("SELECT n, at FROM journal ORDER BY n DESC LIMIT 1").get();
let n = Number(newest?.["n"] ?? 0);
let clock = Number(newest?.["at"] ?? 0);

const insert = database.prepare("INSERT INTO journal (n, at, fields) VALUES (?, ?, ?)");
const count = database.prepare(
  "INSERT INTO tally (hour, subject, count) VALUES (?, ?, 1) ON CONFLICT (hour, subject) DO UPDATE SET count = count + 1",
);
const over = database.prepare("SELECT hour, subject, count FROM tally WHERE hour < ? ORDER BY hour, subject");
const forget = database.prepare("DELETE FROM tally WHERE hour < ?");
const after = database.prepare("SELECT n, at, fields FROM journal WHERE n > ? ORDER BY n LIMIT ?");

function record(at: number, fields: string): number {
  // Times are monotone per journal, whatever the clock does.
  clock = Math.max(clock, at);
  n += 1;
  insert.run(n, clock, fields);
  return n;
}

function carryOut(order: Order): Answer {
  switch (order.kind) {
    case "record":
      return record(order.at, order.fields);
    case "tally":
      count.run(Math.floor(order.at / HOUR), order.subject);
      return null;
    case "settle": {
      const hour = Math.floor(order.at / HOUR);
      for (const row of over.all(hour)) record(order.at, tallyFields(String(row["subject"]), Number(row["count"])));
      forget.run(hour);
      return null;
    }
    case "after":
      return after.all(order.n, order.limit).map((row) => ({
        n: Number(row["n"]),
        at: Number(row["at"]),
        fields: String(row["fields"]),
      }));
  }
}

parentPort?.postMessage(ownName);
parentPort?.on("message", (batch: Batch | null) => {
  if (batch === null) {
    database.close();
    parentPort?.close();
    return;
  }
  const before = { n, clock };
  let answers: Answers;
  database.exec("BEGIN IMMEDIATE");
  try {
    const done = batch.map(carryOut);
    database.exec("COMMIT");
    answers = { answers: done };
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    ({ n, clock } = before);
    answers = { failed: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answers);
});
