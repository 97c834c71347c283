// Writers and pollers against a server, until they are told to stop or the server is gone. What goes wrong beyond that is a
// finding.
import { Answered } from "../../src/cli/session.ts";
import { Refusal } from "../../src/refusal.ts";
import type { Ledger } from "./ledger.ts";
import { type Poller } from "./poller.ts";
import { pause, type Random } from "./random.ts";
import type { Writer } from "./writer.ts";

/** How long a writer and a poller rest between two requests at the most, in milliseconds. */
export interface Rest {
  readonly writer: number;
  readonly poller: number;
}

export class Load {
  readonly #ledger: Ledger;
  readonly #writers: readonly Writer[];
  readonly #pollers: readonly Poller[];
  readonly #random: Random;
  readonly #rest: Rest;
  #failing = false;
  #stopping = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    ledger: Ledger,
    writers: readonly Writer[],
    pollers: readonly Poller[],
    random: Random,
    rest: Rest = { writer: 15, poller: 15 },
  ) {
    this.#ledger = ledger;
    this.#writers = writers;
    this.#pollers = pollers;
    this.#random = random;
    this.#rest = rest;
  }

  /** @param failing requests may be answered that they failed: a fault is planted */
  start(failing = false): void {
    this.#failing = failing;
    this.#stopping = false;
    this.#running = Promise.all([
      ...this.#writers.map((writer) => this.#loop(() => writer.write(), this.#rest.writer)),
      ...this.#pollers.map((poller) => this.#loop(() => poller.poll(), this.#rest.poller)),
    ]);
  }

  /** Lets every loop end what it is at. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #loop(once: () => Promise<unknown>, rest: number): Promise<void> {
    while (!this.#stopping) {
      try {
        await once();
      } catch (error) {
        if (error instanceof Answered && error.status === 503) this.#ledger.busy += 1;
        else if (this.#failing && error instanceof Answered && error.status >= 500) this.#ledger.failed += 1;
        else if (isGone(error)) {
          // The server was killed, or will be; the next request tells.
          if (!this.#stopping) await pause(5);
        } else this.#ledger.find(`A request failed: ${error instanceof Error ? error.message : String(error)}`);
      }
      await pause(this.#random.below(rest));
    }
  }

  /** Polls until nothing is new any more, with larger pages. */
  async drain(): Promise<void> {
    await Promise.all(
      this.#pollers.map(async (poller) => {
        while ((await poller.poll(200)) > 0);
      }),
    );
  }
}

/** No answer came, or the half of one. */
export function isGone(error: unknown): boolean {
  if (error instanceof TypeError) return error.message === "terminated";
  return error instanceof Refusal && !(error instanceof Answered) && error.code === "unavailable";
}
