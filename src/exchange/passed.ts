// Which turns a party's pulls have passed in a collection, and when: what "pulled" on the board of deliveries means. It is noted
// in memory beside each pull that came to the end of its feed, whether it found something or not, and written behind: a board
// must read the same whether or not others' acts kept something from a reader (exchange-model, no-oracle). An instance that
// ends before it wrote loses no more than that the next pull passes the same turns later.
import type { Micros } from "../encoding/timestamp.ts";
import { keepPassed } from "../store/life.ts";
import type { Exchange } from "./exchange.ts";

/** How often it is written at the most. */
export const PASSED_EVERY: Micros = 60_000_000;
/** What is noted of one reader between two writings. */
export const NOTED_MAX = 200;

/** A party's clients of one ceiling in one collection. */
export interface PassingReader {
  readonly party: number;
  readonly collection: number;
  readonly ceiling: number;
}

interface Noted extends PassingReader {
  readonly turn: number;
  readonly at: Micros;
}

interface Memory {
  /** The last turn that is noted, by reader. */
  readonly last: Map<string, number>;
  noted: Noted[];
  written: Micros;
}

const keyOf = ({ party, collection, ceiling }: PassingReader): string => `${party} ${collection} ${ceiling}`;

const memories = new WeakMap<Exchange, Memory>();

function memoryOf(exchange: Exchange): Memory {
  const known = memories.get(exchange);
  if (known !== undefined) return known;
  const fresh: Memory = { last: new Map(), noted: [], written: 0 };
  memories.set(exchange, fresh);
  return fresh;
}

/** Notes that a reader has all that its feed had at a turn. */
export function notePassed(exchange: Exchange, reader: PassingReader, turn: number): void {
  const memory = memoryOf(exchange);
  const key = keyOf(reader);
  if ((memory.last.get(key) ?? 0) >= turn) return;
  memory.last.set(key, turn);
  memory.noted.push({ ...reader, turn, at: exchange.now() });
  // Of many readers in a busy minute the last of each is enough: it passed what was before, too.
  if (memory.noted.length > NOTED_MAX * memory.last.size) memory.noted = lastOfEach(memory.noted);
}

function lastOfEach(noted: readonly Noted[]): Noted[] {
  return [...new Map(noted.map((one) => [keyOf(one), one])).values()];
}

/** Whether there is something to write, and it is time. */
export function isPassedDue(exchange: Exchange): boolean {
  const memory = memories.get(exchange);
  return memory !== undefined && memory.noted.length > 0 && exchange.now() >= memory.written + PASSED_EVERY;
}

/** Writes what is noted. */
export async function writePassed(exchange: Exchange): Promise<void> {
  const memory = memories.get(exchange);
  if (memory === undefined || memory.noted.length === 0) return;
  const { noted } = memory;
  memory.noted = [];
  memory.written = exchange.now();
  try {
    await exchange.store.keep(keepPassed(noted));
  } catch (error) {
    memory.noted = [...noted, ...memory.noted];
    throw error;
  }
}
