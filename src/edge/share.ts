// Requests of one isolate share an exchange: its queue of acts, what it knows of the directory, its journal. Workers carry a
// promise on only as long as the request lasts that began it, cancel a request that waits without anything of its own under
// way ("hung"), and bound what one request may ask of a database. So whoever waits for what another request does would be
// cancelled, or wait for ever once that one was answered. Three rules keep that from happening:
// 1. Each request lasts (waitUntil) until no request of its share is under way.
// 2. Meanwhile it has a timer of its own under way.
// 3. A share that has not come to rest for BUSY_MAX, or for JOINS_MAX requests, takes no more of them. So it rests well within
//    the 30 s of waitUntil and the 1,000 statements of a request; and what was killed by a limit holds up nobody who comes later.
// The Worker's entry relies on it.

/** How long a share takes requests without having been at rest, in milliseconds. */
export const BUSY_MAX = 2_000;
/** How many requests it takes without having been at rest: a contribution runs about twenty statements. */
export const JOINS_MAX = 40;
/** Period of the timer that a request has under way, in milliseconds. */
const BEAT = 1_000;

/** The part of Cloudflare's ExecutionContext that is used, so that the type needs no visitor here. */
export interface Lifetime {
  waitUntil(promise: Promise<unknown>): void;
}

export class Share<T> {
  readonly value: T;
  #underWay = 0;
  #joins = 0;
  #busySince = 0;
  #resting: (() => void)[] = [];

  constructor(value: T) {
    this.value = value;
  }

  /** Whether one more request may join. @param now milliseconds */
  isOpen(now: number): boolean {
    return this.#underWay === 0 || (this.#joins < JOINS_MAX && now - this.#busySince < BUSY_MAX);
  }

  /** Does work of a request, which then lasts until the share is at rest. @param now milliseconds */
  join<R>(now: number, lifetime: Lifetime, work: (value: T) => Promise<R>): Promise<R> {
    if (this.#underWay === 0) {
      this.#joins = 0;
      this.#busySince = now;
    }
    this.#joins += 1;
    this.#underWay += 1;
    lifetime.waitUntil(this.#rest());
    return this.#during(work);
  }

  async #during<R>(work: (value: T) => Promise<R>): Promise<R> {
    try {
      return await work(this.value);
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) for (const rest of this.#resting.splice(0)) rest();
    }
  }

  async #rest(): Promise<void> {
    const beat = setInterval(() => {}, BEAT);
    try {
      await new Promise<void>((resolve) => this.#resting.push(resolve));
    } finally {
      clearInterval(beat);
    }
  }
}
