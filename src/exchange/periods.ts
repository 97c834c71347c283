// Salt periods: a month each, with a key of its own, made when the month's first entry needs it. Destroying a period's key
// leaves its commitments without openings for ever (transparency.md, Keys).
import { prepareEntries, type EntryFormatter, saltBytes } from "../audit/entry.ts";
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import { keepPeriod, readPeriod } from "../store/log.ts";
import type { Exchange } from "./exchange.ts";

export interface Period {
  readonly key: Uint8Array;
  /** Writes entries under this period's salts. */
  readonly format: EntryFormatter;
}

/** Periods whose key is held ready; older ones are read again. */
const HELD_MAX = 4;

const held = new WeakMap<Exchange, Map<string, Period>>();

/** The period of a time. Whoever comes first makes the key; all instances then read the same. */
export async function periodOf(exchange: Exchange, at: Micros): Promise<Period> {
  const month = formatMicros(at).slice(0, "2026-11".length);
  const known = held.get(exchange) ?? new Map<string, Period>();
  held.set(exchange, known);
  const there = known.get(month);
  if (there !== undefined) return there;
  const { engine } = exchange.store;
  if ((await readPeriod(engine, month)) === undefined)
    await exchange.store.keep(keepPeriod({ month, key: formatBase64(exchange.random(saltBytes)) }));
  const stored = await readPeriod(engine, month);
  if (stored === undefined) throw new TypeError(`The salt period ${month} has no key.`);
  const key = parseBase64(stored);
  const period: Period = { key, format: prepareEntries(key) };
  if (known.size >= HELD_MAX) known.clear();
  known.set(month, period);
  return period;
}
