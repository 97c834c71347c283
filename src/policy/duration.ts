// Durations of ISO 8601 §5.5.2 (P2D, PT12H, P1Y6M, P2W), as rules and instructions give `after` and `until`. Months and years
// follow the calendar in UTC, the rest is exact.

import type { Micros } from "../encoding/timestamp.ts";

/** The digits are bounded so that any time of this century plus a duration stays within the range of Micros. */
export const durationPattern =
  "^P(?=[0-9T])(?:[0-9]{1,3}W|(?:[0-9]{1,2}Y)?(?:[0-9]{1,2}M)?(?:[0-9]{1,4}D)?(?:T(?=[0-9])(?:[0-9]{1,4}H)?(?:[0-9]{1,5}M)?(?:[0-9]{1,5}S)?)?)$";

/** Plain data, so that an instruction can be stored with what it holds. */
export interface Duration {
  /** As it was written. */
  readonly text: string;
  readonly months: number;
  readonly micros: number;
}

const microsPerSecond = 1_000_000;
const microsPerDay = 86_400 * microsPerSecond;
const duration = new RegExp(durationPattern, "u");
const parts = /^P(?:(\d+)W)?(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** The duration that the text spells, or null. */
export function parseDuration(text: string): Duration | null {
  const found = duration.test(text) ? parts.exec(text) : null;
  if (found === null) return null;
  const [weeks = 0, years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  return {
    text,
    months: years * 12 + months,
    micros: (weeks * 7 + days) * microsPerDay + (hours * 3600 + minutes * 60 + seconds) * microsPerSecond,
  };
}

/** The time that lies a duration after another; a month that lacks the day ends on its last day (31 January + P1M). */
export function addDuration(at: Micros, added: Duration): Micros {
  if (added.months === 0) return at + added.micros;
  const day = Math.floor(at / microsPerDay);
  const date = new Date((day * microsPerDay) / 1000);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + added.months;
  const year = Math.floor(months / 12);
  const month = months % 12;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const to = Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay));
  return to * 1000 + (at - day * microsPerDay) + added.micros;
}
