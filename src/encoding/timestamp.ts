// Timestamps of RFC 3339 in UTC, as STIX and TAXII write them, with a fraction of any precision. Inside, a time is a
// number of microseconds; two timestamps of the same object are ordered by key, which loses no digit.

import { Refusal } from "../refusal.ts";

/** Whole microseconds since 1970-01-01T00:00:00Z, leap seconds not counted. Exact between 1684 and 2255 (±2^53). */
export type Micros = number;

export interface Timestamp {
  /** The microsecond that the time falls in; outside the exact range of `Micros` the whole second. */
  readonly micros: Micros;
  /** Orders timestamps of any precision as text: `2024-01-01T00:00:00.12`, no `Z`, no trailing zeros. */
  readonly key: string;
}

const microsPerSecond = 1_000_000;
const secondsPerDay = 86_400;
// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the years that RFC 3339 can write.
const firstSecond = -62_167_219_200;
const lastSecond = 253_402_300_799;

/**
 * `YYYY-MM-DDTHH:MM:SS.ssssssZ`: always six digits, so that the texts order as the times do.
 * @throws {RangeError} when `at` is not a whole number or outside the years 0000 to 9999
 */
export function formatMicros(at: Micros): string {
  // The remainder is exact, which a quotient near 2^53 is not.
  const remainder = at % microsPerSecond;
  const fraction = remainder < 0 ? remainder + microsPerSecond : remainder;
  const second = (at - fraction) / microsPerSecond;
  if (!Number.isInteger(at) || second < firstSecond || second > lastSecond) {
    throw new RangeError("A time is whole microseconds within the years 0000 to 9999.");
  }
  // toISOString spells the years 0000 to 9999 with four digits and gives ".000Z" for whole seconds.
  return `${new Date(second * 1000).toISOString().slice(0, 19)}.${String(fraction).padStart(6, "0")}Z`;
}

/**
 * A timestamp of RFC 3339 §5.6 in UTC: upper-case `T` and `Z`, a fraction of one or more digits or none, a date that the
 * calendar has, second 60 accepted (§5.7; it is the first second of the next minute). Null for anything else.
 */
export function parseTimestamp(timestamp: string): Timestamp | null {
  const length = timestamp.length;
  if (length < 20 || timestamp.charCodeAt(length - 1) !== 0x5a) return null;
  if (
    timestamp.charCodeAt(4) !== 0x2d ||
    timestamp.charCodeAt(7) !== 0x2d ||
    timestamp.charCodeAt(10) !== 0x54 ||
    timestamp.charCodeAt(13) !== 0x3a ||
    timestamp.charCodeAt(16) !== 0x3a
  ) {
    return null;
  }
  const year = digits(timestamp, 0, 4);
  const month = digits(timestamp, 5, 7);
  const day = digits(timestamp, 8, 10);
  const hour = digits(timestamp, 11, 13);
  const minute = digits(timestamp, 14, 16);
  const second = digits(timestamp, 17, 19);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return null;

  let fraction = 0;
  let end = 19;
  if (length > 20) {
    if (timestamp.charCodeAt(19) !== 0x2e || length === 21) return null;
    let scale = 100_000;
    for (let i = 20; i < length - 1; i++) {
      const digit = timestamp.charCodeAt(i) - 0x30;
      if (digit < 0 || digit > 9) return null;
      if (digit !== 0) end = i + 1;
      fraction += digit * scale;
      // Past the sixth digit the scale is 0: the microsecond that the time falls in.
      scale = Math.floor(scale / 10);
    }
  }
  const seconds = daysSince1970(year, month, day) * secondsPerDay + hour * 3600 + minute * 60 + second;
  const micros = seconds * microsPerSecond + fraction;
  return {
    micros: Number.isSafeInteger(micros) ? micros : seconds * microsPerSecond,
    key: timestamp.slice(0, end),
  };
}

/**
 * The text by which timestamps of any precision are ordered and compared: `…:00Z`, `…:00.0Z` and `…:00.000Z` are one.
 * @throws {Refusal} malformed when the text is not a timestamp
 */
export function versionKey(timestamp: string): string {
  const parsed = parseTimestamp(timestamp);
  if (parsed === null) {
    throw new Refusal("malformed", "The text is not an RFC 3339 timestamp in UTC.", { rule: "timestamp" });
  }
  return parsed.key;
}

// The number that decimal digits spell, or -1 where one of them is none.
function digits(source: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = source.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

// Days of the proleptic Gregorian calendar, counted from March so that the leap day ends the year. Date.UTC maps the
// years 0 to 99 to 1900 to 1999, which is why it is not used.
function daysSince1970(year: number, month: number, day: number): number {
  const fromMarch = (month + 9) % 12;
  const marchYear = month < 3 ? year - 1 : year;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * fromMarch + 2) / 5) + day - 1;
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}
