import { afterEach, describe, expect, it, vi } from "vitest";
import { BUSY_MAX, JOINS_MAX, type Lifetime, Share } from "../../src/edge/share.ts";

/** What a request is held open by, and whether it still is. */
class TestLifetime implements Lifetime {
  isOver = false;
  #promise: Promise<unknown> = Promise.resolve();
  waitUntil(promise: Promise<unknown>): void {
    this.#promise = promise.then(() => (this.isOver = true));
  }
  over(): Promise<unknown> {
    return this.#promise;
  }
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
};

describe("what requests of an isolate share", () => {
  afterEach(() => void vi.useRealTimers());

  it("is given to each, and passes on what each answers and fails with", async () => {
    const share = new Share("value");
    expect(await share.join(0, new TestLifetime(), async (value) => `${value}!`)).toBe("value!");
    await expect(share.join(0, new TestLifetime(), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(share.isOpen(10 * BUSY_MAX)).toBe(true);
  });

  it("lets each request last until the last of them has ended", async () => {
    const share = new Share(null);
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const [early, late] = [new TestLifetime(), new TestLifetime()];
    const one = share.join(0, early, () => first.promise);
    const other = share.join(1, late, () => second.promise);
    first.resolve();
    await one;
    await turns();
    expect([early.isOver, late.isOver]).toEqual([false, false]);
    second.resolve();
    await other;
    await Promise.all([early.over(), late.over()]);
  });

  it("has a timer of each request under way, and of none that has ended", async () => {
    vi.useFakeTimers();
    const share = new Share(null);
    const stuck = Promise.withResolvers<void>();
    const lifetimes = [new TestLifetime(), new TestLifetime()];
    const work = lifetimes.map((lifetime) => share.join(0, lifetime, () => stuck.promise));
    expect(vi.getTimerCount()).toBe(2);
    stuck.resolve();
    await Promise.all([...work, ...lifetimes.map((lifetime) => lifetime.over())]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("takes any number of requests for as long as it comes to rest in between", async () => {
    const share = new Share(null);
    for (let i = 0; i < 3 * JOINS_MAX; i += 1) {
      expect(share.isOpen(i * BUSY_MAX)).toBe(true);
      await share.join(i * BUSY_MAX, new TestLifetime(), async () => {});
    }
  });

  it("takes no more once it has been busy too long, until it has come to rest", async () => {
    const share = new Share(null);
    const stuck = Promise.withResolvers<void>();
    const one = share.join(1_000, new TestLifetime(), () => stuck.promise);
    await share.join(1_000 + BUSY_MAX / 2, new TestLifetime(), async () => {});
    expect(share.isOpen(1_000 + BUSY_MAX - 1)).toBe(true);
    expect(share.isOpen(1_000 + BUSY_MAX)).toBe(false);
    stuck.resolve();
    await one;
    expect(share.isOpen(1_000 + BUSY_MAX)).toBe(true);
  });

  it("takes no more than so many before it comes to rest", async () => {
    const share = new Share(null);
    const stuck = Promise.withResolvers<void>();
    const all = Array.from({ length: JOINS_MAX }, () => {
      expect(share.isOpen(0)).toBe(true);
      return share.join(0, new TestLifetime(), () => stuck.promise);
    });
    expect(share.isOpen(0)).toBe(false);
    stuck.resolve();
    await Promise.all(all);
    expect(share.isOpen(0)).toBe(true);
  });
});
