// Processes of the bench: servers and load generators, each with its own event loop. The main process asks, they answer. All
// end with the main process, and by themselves after LIFE_SECONDS whatever happens.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** No run of the bench takes this long. */
export const LIFE_SECONDS = 3_600;

/** The question that every child can answer. */
const CPU = "cpu";

const alive = new Map<ChildProcess, Child>();
process.on("exit", () => {
  for (const child of alive.keys()) child.kill("SIGKILL");
});

export class Child {
  readonly #process: ChildProcess;
  readonly #entry: string;

  constructor(entry: string, args: readonly string[] = []) {
    this.#entry = entry;
    this.#process = fork(fileURLToPath(new URL(entry, import.meta.url)), args, {
      serialization: "advanced",
    });
    const child = this.#process;
    alive.set(child, this);
    child.once("exit", () => alive.delete(child));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** One question at a time; the answer is what the entry's `answer` returned. */
  ask<Answer>(question: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#process.off("message", heard);
        this.#process.off("exit", gone);
      };
      const heard = (message: unknown): void => {
        done();
        const { answer, failed } = message as { answer: Answer; failed?: string }; // sent by serveParent
        if (failed === undefined) resolve(answer);
        else reject(new Error(`${this.#entry}: ${failed}`));
      };
      const gone = (): void => {
        done();
        reject(new Error(`${this.#entry} ended.`));
      };
      this.#process.on("message", heard);
      this.#process.on("exit", gone);
      this.#process.send(question as object);
    });
  }

  /** Microseconds of processor time that the process has used, all its threads together. */
  cpu(): Promise<number> {
    return this.ask<number>(CPU);
  }

  async stop(): Promise<void> {
    if (!alive.has(this.#process)) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.disconnect();
    await ended;
  }
}

/** Microseconds of processor time of the main process and all its children that live. */
export async function ownCpu(): Promise<number> {
  const theirs = await Promise.all([...alive.values()].map((child) => child.cpu()));
  return theirs.reduce((sum, one) => sum + one, cpuUsed());
}

/** In the child: answers each question in its turn; `stop` runs when the parent is gone. */
export function serveParent(answer: (question: never) => Promise<unknown>, stop: () => Promise<void>): void {
  setTimeout(() => process.exit(1), LIFE_SECONDS * 1000).unref();
  process.on("message", (question) => {
    const answered = question === CPU ? Promise.resolve(cpuUsed()) : answer(question as never);
    answered.then(
      (value) => process.send?.({ answer: value }),
      (error: unknown) =>
        process.send?.({
          answer: null,
          failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
    );
  });
  process.once("disconnect", () => {
    void stop().finally(() => process.exit(0));
  });
}

function cpuUsed(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
