// Choices that can be made again: every fault test tells its seed, and takes it from SERAI_FAULT_SEED.

export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** From 0 up to but not including 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 up to but not including n. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @throws {Error} of nothing */
  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error("There is nothing to pick from.");
    return picked;
  }
}

/** Some of a list, each with this probability. */
export function some<T>(dice: Random, list: readonly T[], probability: number): T[] {
  return list.filter(() => dice.chance(probability));
}

export function nonEmpty<T>(list: T[], otherwise: T): T[] {
  return list.length > 0 ? list : [otherwise];
}

export function seeded(): Random {
  const given = process.env["SERAI_FAULT_SEED"];
  return new Random(given === undefined ? Date.now() % 1_000_000_007 : Number(given));
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
