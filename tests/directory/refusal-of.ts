// The refusal that a call ends in, as plain data that tests compare. Fails the test when there is none.

import { Refusal } from "../../src/refusal.ts";

export function refusalOf(call: () => unknown) {
  try {
    call();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { code: thrown.code, rule: thrown.rule, pointer: thrown.pointer, sentence: thrown.message };
  }
  throw new Error("Nothing was refused.");
}
