// The clock of the Node runtime: microseconds since 1970, which never go back within a process.
import type { Micros } from "../encoding/timestamp.ts";

let last = 0;

export function now(): Micros {
  const at = Math.floor((performance.timeOrigin + performance.now()) * 1000);
  // performance.now() is monotone; a stepped wall clock shows only at the next start, and the books' head holds then.
  last = Math.max(last, at);
  return last;
}
