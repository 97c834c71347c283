// Other programs on the machine. What they use of the processors while something is measured is known: all that was used, less
// what the bench's own processes used. A measurement that they disturbed is made again, as long as patience
// lasts; how much of what counted was disturbed is told with the table.
import { cpus } from "node:os";
import { ownCpu } from "./child.ts";
import { type Spread, spreadOf } from "./rounds.ts";

/** Share of the processors that others may use without a measurement being made again. */
export const OTHERS_MAX = 0.12;
/** Milliseconds over which it is seen whether the machine is quiet. */
const LOOK_FOR = 300;

interface Used {
  /** Microseconds. */
  readonly all: number;
  readonly own: number;
  /** Of all processors, idle or not. */
  readonly passed: number;
}

export class Neighbours {
  /** Milliseconds that may yet be spent on waiting and on measuring again. */
  #patience = 0;
  readonly #shares: number[] = [];

  /** From now on so many seconds may be spent. */
  bePatient(seconds: number): void {
    this.#patience = seconds * 1000;
  }

  /** Shares of the processors that others used during the measurements that count; null before the first. */
  get shares(): Spread | null {
    return this.#shares.length === 0 ? null : spreadOf(this.#shares);
  }

  /** Measures, and again where others disturbed it. */
  undisturbed(measure: () => Promise<number>): () => Promise<number> {
    return async () => {
      for (;;) {
        const from = performance.now();
        const before = await used();
        const value = await measure();
        const share = shareOf(before, await used());
        if (share <= OTHERS_MAX || this.#patience <= 0) {
          this.#shares.push(share);
          return value;
        }
        this.#patience -= performance.now() - from;
        await this.untilQuiet();
      }
    };
  }

  /** Waits until others use little, as long as there is patience. */
  async untilQuiet(): Promise<void> {
    while (this.#patience > 0) {
      const before = await used();
      await new Promise((resolve) => setTimeout(resolve, LOOK_FOR));
      if (shareOf(before, await used()) <= OTHERS_MAX) return;
      this.#patience -= LOOK_FOR;
    }
  }
}

async function used(): Promise<Used> {
  const own = await ownCpu();
  let all = 0;
  let passed = 0;
  for (const { times } of cpus()) {
    const busy = times.user + times.nice + times.sys + times.irq;
    all += busy * 1000;
    passed += (busy + times.idle) * 1000;
  }
  return { all, own, passed };
}

function shareOf(before: Used, after: Used): number {
  const others = after.all - before.all - (after.own - before.own);
  return Math.max(0, others / (after.passed - before.passed));
}
