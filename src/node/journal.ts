// The serving thread's side of the journal: orders gather while the thread syncs, and go as the next batch. What cannot be
// written is refused, and the operator is told once, not once a request.
import { Worker } from "node:worker_threads";
import { Refusal } from "../refusal.ts";
import type { Journal, JournalRow } from "../store/journal.ts";
import { roomLogger } from "../telemetry/log.ts";
import type { Answer, Answers, Batch, JournalFile, JournalOpened, Order } from "./journal-protocol.ts";

/** Orders that may wait for the thread; beyond it acts fail rather than go unrecorded. */
export const ORDERS_MAX = 100_000;

/** A journal with a thread and a file of its own. */
export interface ThreadJournal extends Journal {
  /** The number of its newest row when it was opened; 0: none. */
  readonly newest: number;
}

interface Open {
  readonly order: Order;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Starts the thread on its file and resolves when it is ready.
 * @throws {Refusal} unavailable: the file cannot be opened. The journal then refuses with the same code what it cannot write
 */
export async function openJournalThread(settings: JournalFile): Promise<ThreadJournal> {
  const suffix = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./journal-thread.${suffix}`, import.meta.url), { workerData: settings });
  const { name, newest } = await whenReady(worker, settings.file);
  const condition = new Condition();
  let waiting: Open[] = [];
  let sent: Open[] = [];
  let gone: Refusal | null = null;
  let closing = false;

  const send = (): void => {
    if (sent.length > 0 || waiting.length === 0) return;
    sent = waiting;
    waiting = [];
    const batch: Batch = sent.map((open) => open.order);
    worker.postMessage(batch);
  };
  const fail = (error: Error): void => {
    if (!closing) condition.note(error.message);
    gone ??= unwritable(error);
    for (const open of [...sent.splice(0), ...waiting.splice(0)]) open.reject(gone);
  };
  worker.on("message", (answers: Answers) => {
    const done = sent;
    sent = [];
    if ("failed" in answers) {
      condition.note(answers.failed);
      for (const open of done) open.reject(unwritable(new Error(answers.failed)));
    } else {
      condition.note(null);
      done.forEach((open, i) => open.resolve(answers.answers[i] ?? null));
    }
    send();
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("The journal's thread has ended.")));

  const ask = (order: Order): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (gone !== null) return reject(gone);
      if (waiting.length >= ORDERS_MAX) return reject(new Refusal("busy", "The journal cannot keep up; try again."));
      waiting.push({ order, resolve, reject });
      // Whatever else this turn of the event loop asks for goes along: a message costs more than what it carries.
      if (waiting.length === 1) setImmediate(send);
    });
  return {
    name,
    newest,
    record: async (at, fields) => Number(await ask({ kind: "record", at, fields })),
    tally: async (at, subject) => void (await ask({ kind: "tally", at, subject })),
    settleTallies: async (now) => void (await ask({ kind: "settle", at: now })),
    after: async (n, limit) => (await ask({ kind: "after", n, limit })) as readonly JournalRow[], // the thread's answer to `after`
    check: async () => void (await ask({ kind: "check" })),
    close: async () => {
      if (gone !== null) return;
      send();
      closing = true;
      const ended = new Promise((resolve) => worker.once("exit", resolve));
      worker.postMessage(null);
      await ended;
    },
  };
}

function whenReady(worker: Worker, file: string): Promise<JournalOpened> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void =>
      reject(new Refusal("unavailable", `The journal ${file} cannot be opened: ${cause.message}.`, { cause }));
    worker.once("message", resolve);
    worker.once("error", refuse);
    worker.once("exit", (code) => refuse(new Error(`its thread ended with ${code}`)));
  });
}

/** For callers: what is wrong with the disk is the operator's to know. Says nothing of what else the request has done. */
function unwritable(cause: Error): Refusal {
  return new Refusal(
    "unavailable",
    "The exchange can enter nothing now, and does nothing without an entry; try again.",
    {
      cause,
    },
  );
}

/** Whether the journal is written, as the operator is told: when it changes. */
class Condition {
  #failing = false;

  /** @param failure null: it was written */
  note(failure: string | null): void {
    if (this.#failing === (failure !== null)) return;
    this.#failing = failure !== null;
    const logger = roomLogger("node");
    if (failure === null) logger.info("The journal is written again.");
    else logger.error("The journal cannot be written: what needs an entry is refused.", { failure });
  }
}
