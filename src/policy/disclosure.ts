// What a state's policy lets others learn of it (policy.md, The document, `pulls` and `audit`). Whoever tells a contributor of a
// pull, or the secretariat of a rule, asks here.

import type { Micros } from "../encoding/timestamp.ts";
import type { Policy } from "./policy.ts";

const microsPerDay = 86_400_000_000;

/** When a contributor is told that a pull took place: its time, the beginning of its day (UTC), or null for not at all. */
export function pullTold({ pulls }: Pick<Policy, "pulls">, at: Micros): Micros | null {
  if (pulls === "none") return null;
  return pulls === "time" ? at : Math.floor(at / microsPerDay) * microsPerDay;
}

/** Whether the secretariat may open which rule decided. */
export function opensRules({ audit }: Pick<Policy, "audit">): boolean {
  return audit === "rule";
}
