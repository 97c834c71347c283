// What a promise is refused with, for tests: undefined when it holds, and any error that is no refusal rises.

import { Refusal } from "../../src/refusal.ts";

export async function refusalOf(call: () => unknown): Promise<Refusal | undefined> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return undefined;
}
