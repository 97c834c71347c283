// What a call is refused with, for tests: undefined when it returns, and any error that is no refusal rises.

import { Refusal } from "../../src/refusal.ts";

export function refusalOf(call: () => unknown): Refusal | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return undefined;
}
