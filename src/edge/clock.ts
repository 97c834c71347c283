// The clock of the edge runtime: microseconds since 1970, which never go back within an isolate. Workers stop it between one
// input or output and the next; the books' head gives turns of one standstill rising dates.
import type { Micros } from "../encoding/timestamp.ts";

let last: Micros = 0;

export function now(): Micros {
  last = Math.max(last, Date.now() * 1_000);
  return last;
}
