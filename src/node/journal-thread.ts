// The journal's own thread and file: what must be durable before an answer costs the serving thread no fsync.
// Each batch is one transaction with synchronous=FULL. One that fails is answered as failed, and the thread goes on: a full
// disk and a lock that another program holds both pass.
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { HOUR, tallyFields } from "../store/journal.ts";
import type { Answer, Answers, Batch, JournalFile, JournalOpened, Order } from "./journal-protocol.ts";

/** How long a batch waits for a lock that another program holds, in milliseconds. It holds up nothing but the journal. */
const LOCKED_MAX = 1_000;

const { file, name } = workerData as JournalFile; // set by openJournalThread
const database = new DatabaseSync(file, { timeout: LOCKED_MAX });
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS self (name TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS journal (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, fields TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS tally (hour INTEGER NOT NULL, subject TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (hour, subject)) WITHOUT ROWID;`);
if (database.prepare("SELECT name FROM self").get() === undefined)
  database.prepare("INSERT INTO self (name) VALUES (?)").run(name);

const end = database.prepare("SELECT n, at FROM journal ORDER BY n DESC LIMIT 1");
const insert = database.prepare("INSERT INTO journal (n, at, fields) VALUES (?, ?, ?)");
const count = database.prepare(
  "INSERT INTO tally (hour, subject, count) VALUES (?, ?, 1) ON CONFLICT (hour, subject) DO UPDATE SET count = count + 1",
);
const over = database.prepare("SELECT hour, subject, count FROM tally WHERE hour < ? ORDER BY hour, subject");
const forget = database.prepare("DELETE FROM tally WHERE hour < ?");
const after = database.prepare("SELECT n, at, fields FROM journal WHERE n > ? ORDER BY n LIMIT ?");
// A row that comes and goes: its page is written and synced. To set a value to what it is would write nothing.
const come = database.prepare("INSERT INTO tally (hour, subject, count) VALUES (-1, '', 0)");
const go = database.prepare("DELETE FROM tally WHERE hour = -1");

let n = 0;
let clock = 0;

/** Where the file itself ends: what a batch that failed had counted is forgotten by it. */
function readEnd(): void {
  const newest = end.get();
  n = Number(newest?.["n"] ?? 0);
  clock = Number(newest?.["at"] ?? 0);
}

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
    case "check":
      come.run();
      go.run();
      return null;
  }
}

function write(batch: Batch): Answers {
  try {
    rollBack();
    database.exec("BEGIN IMMEDIATE");
    readEnd();
    const answers = batch.map(carryOut);
    database.exec("COMMIT");
    return { answers };
  } catch (error) {
    try {
      rollBack();
    } catch {
      // The next batch begins with it.
    }
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

function rollBack(): void {
  if (database.isTransaction) database.exec("ROLLBACK");
}

readEnd();
const opened: JournalOpened = { name: String(database.prepare("SELECT name FROM self").get()?.["name"]), newest: n };
parentPort?.postMessage(opened);
parentPort?.on("message", (batch: Batch | null) => {
  if (batch === null) {
    database.close();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage(write(batch));
});
