// Times that must not run backwards: `modified` after `created`, and the pairs of each type. STIX 2.1 §3.2 and §4 to §6

import type { JsonObject } from "../encoding/json.ts";
import { parseTimestamp } from "../encoding/timestamp.ts";
import type { Fault } from "./finding.ts";

export interface Order {
  readonly earlier: string;
  readonly later: string;
  /** Whether equal times are wrong, too. */
  readonly strictly: boolean;
}

const versioning: Order = { earlier: "created", later: "modified", strictly: false };
const seen: Order = { earlier: "first_seen", later: "last_seen", strictly: false };

const orders: Readonly<Record<string, readonly Order[]>> = {
  campaign: [versioning, seen],
  infrastructure: [versioning, seen],
  "intrusion-set": [versioning, seen],
  malware: [versioning, seen],
  "threat-actor": [versioning, seen],
  sighting: [versioning, seen],
  indicator: [versioning, { earlier: "valid_from", later: "valid_until", strictly: true }],
  "observed-data": [versioning, { earlier: "first_observed", later: "last_observed", strictly: false }],
  relationship: [versioning, { earlier: "start_time", later: "stop_time", strictly: true }],
  "network-traffic": [versioning, { earlier: "start", later: "end", strictly: false }],
};
const others: readonly Order[] = [versioning];

/** The pairs of times that a type has in order. */
export function ordersOf(type: string): readonly Order[] {
  return Object.hasOwn(orders, type) ? (orders[type] ?? others) : others;
}

/** Adds to `faults` the times that run backwards. */
export function checkOrder(type: string, object: JsonObject, faults: Fault[]): void {
  for (const order of ordersOf(type)) {
    if (!runsBackwards(object, order)) continue;
    const { earlier, later, strictly } = order;
    const expected = `${strictly ? "later" : "no earlier"} than ${earlier}`;
    faults.push({ rule: "timestamp-order", pointer: `/${later}`, expected });
  }
}

/** Whether the later time is too early. What is no timestamp is another rule's fault and is not compared. */
export function runsBackwards(object: JsonObject, { earlier, later, strictly }: Order): boolean {
  const first = object[earlier];
  const second = object[later];
  if (typeof first !== "string" || typeof second !== "string") return false;
  if (first === second ? !strictly : isPlainlyBefore(first, second)) return false;
  // Slow and exact only where it may be wrong: any precision, and second 60.
  const a = parseTimestamp(first);
  const b = parseTimestamp(second);
  if (a === null || b === null) return false;
  return strictly ? b.key <= a.key : b.key < a.key;
}

/** The same as the OASIS validator has it: with more than six digits of a second, or second 60, it compares text. */
export function runsBackwardsForOasis(object: JsonObject, order: Order): boolean {
  const first = object[order.earlier];
  const second = object[order.later];
  if (typeof first !== "string" || typeof second !== "string") return false;
  if (parseTimestamp(first) === null || parseTimestamp(second) === null) return false;
  if (/:60|\.[0-9]{7}/.test(first) || /:60|\.[0-9]{7}/.test(second)) {
    return order.strictly ? second <= first : second < first;
  }
  return runsBackwards(object, order);
}

// Of two timestamps in one spelling the earlier one is the lesser text.
function isPlainlyBefore(first: string, second: string): boolean {
  return first.length === second.length && first < second && first[17] !== "6" && second[17] !== "6";
}
