// The log's own thread: it hashes some ninety blocks for each entry, and syncs what it derives, while the serving thread
// answers. The act is exchange/integrate.ts, as everywhere; its connections to the books and to the journal's file are its own.
import { parentPort, workerData } from "node:worker_threads";
import { TokenMemory } from "../auth/access-token.ts";
import { openExchange } from "../exchange/exchange.ts";
import { integrate } from "../exchange/integrate.ts";
import { openKeys } from "../exchange/keys.ts";
import { Refusal } from "../refusal.ts";
import { openSqlite } from "../store/engines/sqlite.ts";
import { readJournalFile } from "../store/engines/sqlite-journal.ts";
import { type Gate, throughGate } from "../store/gate.ts";
import { Store } from "../store/store.ts";
import { now } from "./clock.ts";
import type { FromIntegrator, IntegratorFiles, ToIntegrator } from "./integrator-protocol.ts";

/** KiB of the books that the thread holds: the ends of few tables. */
const CACHE_KIB = 4_096;

const { database, journal, name, keys } = workerData as IntegratorFiles; // set by openIntegrator
const engine = openSqlite(database, CACHE_KIB);
const rows = readJournalFile(journal);
let permitted: (() => void) | null = null;

const say = (message: FromIntegrator): void => parentPort?.postMessage(message);
const refuse = (): never => {
  throw new TypeError("The log's thread records nothing.");
};

/** The serving thread is asked before each write: neither waits for the other's lock, which would hold up everything. */
const askFirst: Gate = async (work) => {
  await new Promise<void>((resolve) => {
    permitted = resolve;
    say({ kind: "asking" });
  });
  try {
    return await work();
  } finally {
    say({ kind: "written" });
  }
};

const exchange = openExchange({
  url: "",
  title: "",
  store: new Store(
    throughGate(engine, askFirst),
    {
      name,
      record: refuse,
      tally: refuse,
      // The serving thread has had the journal's own thread do it.
      settleTallies: async () => {},
      after: async (n, limit) => rows.after(n, limit),
      check: refuse,
      close: async () => rows.close(),
    },
    now,
  ),
  keys: await openKeys(keys),
  tokens: new TokenMemory(),
  now,
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
});

async function takeIn(): Promise<void> {
  try {
    say({ kind: "integrated", size: await integrate(exchange) });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ kind: "failed", message, code: error instanceof Refusal ? error.code : null });
  }
}

parentPort?.on("message", (message: ToIntegrator) => {
  switch (message.kind) {
    case "integrate":
      return void takeIn();
    case "write":
      return permitted?.();
    case "close":
      return void exchange.store.close().then(() => parentPort?.close());
  }
});
