// What the tests of this room expect of a refusal, in one place: the thrown Refusal itself, or a failure that says what
// came instead.
import { Refusal } from "../../src/refusal.ts";

/** The refusal that an act throws. */
export function refusalOf(act: () => unknown): Refusal {
  let outcome: unknown;
  try {
    outcome = act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`No refusal, but ${JSON.stringify(outcome)}`);
}
