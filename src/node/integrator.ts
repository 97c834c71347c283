// The serving thread's side of the log's thread. It is started with the first entries, and again when it has ended; and it
// writes the books by turns with the serving thread, since SQLite has one writer and makes the second wait where it stands.
import { Worker } from "node:worker_threads";
import { Refusal } from "../refusal.ts";
import type { Gate } from "../store/gate.ts";
import type { FromIntegrator, IntegratorFiles, ToIntegrator } from "./integrator-protocol.ts";

export interface Integrator {
  /** Takes in all that was acknowledged before the call. Returns the log's size. One call at a time. */
  integrate(): Promise<number>;
  close(): Promise<void>;
}

export function openIntegrator(files: IntegratorFiles, gate: Gate): Integrator {
  const suffix = import.meta.url.endsWith(".ts") ? "ts" : "js";
  let thread: Thread | null = null;
  return {
    integrate() {
      if (thread === null || thread.ended) {
        const entry = new URL(`./integrator-thread.${suffix}`, import.meta.url);
        thread = new Thread(new Worker(entry, { workerData: files }), gate);
      }
      return thread.integrate();
    },
    close: async () => thread?.close(),
  };
}

class Thread {
  readonly #worker: Worker;
  readonly #gate: Gate;
  #asked: { resolve(size: number): void; reject(error: unknown): void } | null = null;
  /** Ends the thread's turn to write. */
  #written: (() => void) | null = null;
  #ended: Error | null = null;

  constructor(worker: Worker, gate: Gate) {
    this.#worker = worker;
    this.#gate = gate;
    worker.on("message", (message: FromIntegrator) => this.#hear(message));
    worker.on("error", (error) => this.#end(error));
    worker.on("exit", () => this.#end(new Error("The log's thread has ended.")));
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  integrate(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended);
      this.#asked = { resolve, reject };
      this.#say({ kind: "integrate" });
    });
  }

  async close(): Promise<void> {
    if (this.#ended !== null) return;
    const exit = new Promise((resolve) => this.#worker.once("exit", resolve));
    this.#say({ kind: "close" });
    await exit;
  }

  #say(message: ToIntegrator): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromIntegrator): void {
    switch (message.kind) {
      case "asking":
        return void this.#gate(() => this.#lend());
      case "written":
        return this.#written?.();
      case "integrated":
        return this.#asked?.resolve(message.size);
      case "failed":
        return this.#asked?.reject(
          message.code === null ? new Error(message.message) : new Refusal(message.code, message.message),
        );
    }
  }

  /** Lasts until the thread has written, or has ended. */
  #lend(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended !== null) return resolve();
      this.#written = resolve;
      this.#say({ kind: "write" });
    });
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#asked?.reject(this.#ended);
    this.#written?.();
  }
}
