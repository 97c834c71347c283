// What a load came to.
import type { Loaded } from "./load.ts";

export function summary(times: readonly number[], bodyBytes: number, from: number): Loaded {
  const seconds = (performance.now() - from) / 1000;
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { answers: times.length, seconds, bodyBytes, p50: at(0.5), p99: at(0.99) };
}
