// Requests of one isolate share an exchange: its queue of acts, what it knows of the directory, its journal. Workers carry a
// promise on only as long as the request that began it lasts, so whoever waits for what another request began would wait for
// ever once that one was answered. Two rules keep that from happening; the Worker's entry relies on them.
// 1. Each request lasts (waitUntil `idle`) until no request of its share is under way.
// 2. A share that has been busy for BUSY_MAX takes no more requests: it comes to rest well within the time that the platform
//    gives to waitUntil (30 s), and what ended unfinished, killed by a limit, holds up nobody who comes later.

/** How long a share takes requests without having been at rest, in milliseconds. */
export const BUSY_MAX = 10_000;

export class Share<T> {
  readonly value: T;
  #underWay = 0;
  #busySince = 0;
  #resting: (() => void)[] = [];

  constructor(value: T) {
    this.value = value;
  }

  /** Whether one more request may join. @param now milliseconds */
  isOpen(now: number): boolean {
    return this.#underWay === 0 || now - this.#busySince < BUSY_MAX;
  }

  /** Does work that counts as under way until it has ended. @param now milliseconds */
  async during<R>(now: number, work: () => Promise<R>): Promise<R> {
    if (this.#underWay === 0) this.#busySince = now;
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) for (const rest of this.#resting.splice(0)) rest();
    }
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#underWay === 0 ? Promise.resolve() : new Promise((resolve) => this.#resting.push(resolve));
  }
}
