// What time does by itself on the edge, where nothing runs between requests: after a write the log takes entries in, and once
// a minute (the cron trigger) whatever is due takes effect, the entries of pulls enter, and what was only to be remembered for
// a while is forgotten.
import type { Exchange } from "../exchange/exchange.ts";
import { integrate } from "../exchange/integrate.ts";
import { isPassedDue, writePassed } from "../exchange/passed.ts";
import { tickIfDue } from "../exchange/tick.ts";
import { forgetReplays } from "../store/log.ts";

/** The least time between two beginnings of taking entries in by one isolate, in milliseconds: well within the merge delay. */
export const INTEGRATE_EVERY = 1_000;

export class Clockwork {
  readonly #exchange: Exchange;
  #last = 0;
  #next: Promise<void> | null = null;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Takes entries in, at once or together with those of the writes that follow within INTEGRATE_EVERY. */
  afterWrite(): Promise<void> {
    this.#next ??= this.#take();
    return this.#next;
  }

  /** Whether what pulls passed is to be written: no isolate but this one knows of its own. */
  isReadDue(): boolean {
    return isPassedDue(this.#exchange);
  }

  async afterRead(): Promise<void> {
    await writePassed(this.#exchange);
  }

  async everyMinute(): Promise<void> {
    const { store, now } = this.#exchange;
    while (await tickIfDue(this.#exchange, await store.head()));
    await integrate(this.#exchange);
    await store.keep(forgetReplays(store.engine, Math.floor(now() / 1_000_000)));
  }

  async #take(): Promise<void> {
    const wait = this.#last + INTEGRATE_EVERY - Date.now();
    // Also where there is nothing to wait for, so that `#next` is set before it is cleared.
    await new Promise((resolve) => setTimeout(resolve, Math.max(wait, 0)));
    // From here on the books are read: a later write needs a later turn.
    this.#next = null;
    this.#last = Date.now();
    await integrate(this.#exchange);
  }
}
