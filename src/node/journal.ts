// The serving thread's side of the journal: orders gather while the thread syncs, and go as the next batch.
import { Worker } from "node:worker_threads";
import type { Journal, JournalRow } from "../store/journal.ts";
import type { Answer, Answers, Batch, JournalFile, Order } from "./journal-protocol.ts";

/** Orders that may wait for the thread; beyond it acts fail rather than go unrecorded. */
export const ORDERS_MAX = 100_000;

interface Open {
  readonly order: Order;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Starts the thread on its file and resolves when it is ready. */
export async function openJournalThread(settings: JournalFile): Promise<Journal> {
  const suffix = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./journal-thread.${suffix}`, import.meta.url), { workerData: settings });
  const name = await new Promise<string>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  let waiting: Open[] = [];
  let sent: Open[] = [];
  let gone: Error | null = null;

  const send = (): void => {
    if (sent.length > 0 || waiting.length === 0) return;
    sent = waiting;
    waiting = [];
    const batch: Batch = sent.map((open) => open.order);
    worker.postMessage(batch);
  };
  const fail = (error: Error): void => {
    gone = error;
    for (const open of [...sent.splice(0), ...waiting.splice(0)]) open.reject(error);
  };
  worker.on("message", (answers: Answers) => {
    const done = sent;
    sent = [];
    if ("failed" in answers)
      for (const open of done) open.reject(new Error(`The journal cannot be written: ${answers.failed}`));
    else done.forEach((open, i) => open.resolve(answers.answers[i] ?? null));
    send();
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("The journal's thread has ended.")));

  const ask = (order: Order): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (gone !== null) return reject(gone);
      if (waiting.length >= ORDERS_MAX) return reject(new Error("The journal cannot keep up."));
      waiting.push({ order, resolve, reject });
      // Whatever else this turn of the event loop asks for goes along.
      if (waiting.length === 1) queueMicrotask(send);
    });
  return {
    name,
    record: async (at, fields) => Number(await ask({ kind: "record", at, fields })),
    tally: async (at, subject) => void (await ask({ kind: "tally", at, subject })),
    settleTallies: async (now) => void (await ask({ kind: "settle", at: now })),
    after: async (n, limit) => (await ask({ kind: "after", n, limit })) as readonly JournalRow[], // the thread's answer to `after`
    close: async () => {
      if (gone !== null) return;
      const ended = new Promise((resolve) => worker.once("exit", resolve));
      worker.postMessage(null);
      await ended;
    },
  };
}
