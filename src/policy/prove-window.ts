// Time in proofs (policy.md step 7): whether what one rule delays and another ends is ever offered, on whichever day it is first
// contributed. Months are of several lengths, so that for P30D and P1M the answer hangs on the day; four years of days from the
// one that is asked about have them all.

import type { Micros } from "../encoding/timestamp.ts";
import { addDuration, type Duration } from "./duration.ts";
import type { Policy } from "./policy.ts";
import type { Window } from "./window.ts";

const microsPerDay = 86_400_000_000;
/** A leap year and three others, in whichever order. */
const days = 1461;

/** How often the end is not after the beginning: on every day, on some days or on none. */
export type Conflict = "always" | "sometimes" | "never";

/** When an id is first contributed, and when the version that is looked at is. */
export interface Times {
  readonly first: Micros;
  readonly at: Micros;
}

export interface Calendar {
  /** Null: it does not begin later. */
  conflict(after: Duration | null, until: Duration): Conflict;
  /** The first times at which all of these windows together are open, for a first contribution if that can be; null: none. */
  open(windows: readonly Window[], retain: Policy["retain"]): Times | null;
  /** Of windows that are open together on no day, those that are not either: on some day the latest to begin or first to end. */
  closing<W extends Window>(windows: readonly W[]): readonly W[];
  /** The first day on which what is first contributed is never given: the windows together, or `retain`, close too early. */
  shut(windows: readonly Window[], retain: Policy["retain"]): Times | null;
  /** The times at which a revocation goes to whoever has an earlier version: its `after`s do not count. */
  awaited(windows: readonly Window[], retain: Policy["retain"]): Times | null;
}

export function calendarFrom(at: Micros): Calendar {
  const firsts = Array.from({ length: days }, (_, day) => at + day * microsPerDay);
  // Many rules have the same few durations.
  const known = new Map<string, readonly Micros[]>();
  /** When a duration ends, by the day on which it begins. */
  const endsOf = (duration: Duration): readonly Micros[] => {
    const key = `${duration.months} ${duration.micros}`;
    let ends = known.get(key);
    if (ends === undefined) known.set(key, (ends = firsts.map((first) => addDuration(first, duration))));
    return ends;
  };
  /** By day: the latest beginning and the earliest end. */
  const spanOf = (
    windows: readonly Window[],
  ): { readonly begins: readonly Micros[]; readonly ends: readonly Micros[] } => {
    const begins = [...firsts];
    const ends = firsts.map(() => Infinity);
    for (const { after, until } of windows) {
      if (after !== null)
        for (const [day, begin] of endsOf(after).entries()) if (begin > (begins[day] ?? 0)) begins[day] = begin;
      if (until !== null) for (const [day, end] of endsOf(until).entries()) if (end < (ends[day] ?? 0)) ends[day] = end;
    }
    return { begins, ends };
  };
  const firstDay = (
    windows: readonly Window[],
    timesOn: (first: Micros, begin: Micros, end: Micros) => Times | null,
  ): Times | null => {
    const { begins, ends } = spanOf(windows);
    for (const [day, first] of firsts.entries()) {
      const found = timesOn(first, begins[day] ?? first, ends[day] ?? Infinity);
      if (found !== null) return found;
    }
    return null;
  };
  const keeps = (retain: Policy["retain"], begun: Micros): boolean =>
    retain === null || addDuration(begun, retain) > begun;
  return {
    conflict(after, end) {
      const ends = endsOf(end);
      const begins = after === null ? firsts : endsOf(after);
      if (after === null || after.months === end.months) return (ends[0] ?? 0) <= (begins[0] ?? 0) ? "always" : "never";
      const shut = ends.filter((one, day) => one <= (begins[day] ?? 0)).length;
      return shut === 0 ? "never" : shut === days ? "always" : "sometimes";
    },
    open: (windows, retain) =>
      firstDay(windows, (first, begin, end) => {
        if (end <= begin) return null;
        if (retain === null || addDuration(first, retain) > begin) return { first, at: first };
        // An update is kept from its own time on, and delayed from the first one's.
        return keeps(retain, begin) ? { first, at: begin } : null;
      }),
    closing(windows) {
      const { begins, ends } = spanOf(windows);
      return windows.filter(
        ({ after, until }) =>
          (after !== null && endsOf(after).some((begin, day) => begin === begins[day])) ||
          (until !== null && endsOf(until).some((end, day) => end === ends[day])),
      );
    },
    shut: (windows, retain) =>
      firstDay(windows, (first, begin, until) => {
        const end = Math.min(until, retain === null ? Infinity : addDuration(first, retain));
        return end <= begin ? { first, at: first } : null;
      }),
    awaited: (windows, retain) =>
      firstDay(windows, (first, _, end) => {
        // Later than the version that it revokes.
        const begin = end === Infinity ? first + 1 : first + Math.floor((end - first) / 2);
        return begin > first && begin < end && keeps(retain, begin) ? { first, at: begin } : null;
      }),
  };
}
