// What the serving thread and the journal's thread say to each other.
import type { JournalRow } from "../store/journal.ts";

export type Order =
  | { readonly kind: "record"; readonly at: number; readonly fields: string }
  | { readonly kind: "tally"; readonly at: number; readonly subject: string }
  | { readonly kind: "settle"; readonly at: number }
  | { readonly kind: "after"; readonly n: number; readonly limit: number }
  | { readonly kind: "check" };

export type Answer = number | readonly JournalRow[] | null;

/** One batch is one transaction: all of it is on disk when its answers come. */
export type Batch = readonly Order[];
export type Answers = { readonly answers: readonly Answer[] } | { readonly failed: string };

export interface JournalFile {
  readonly file: string;
  /** Name for a journal that is new; one that exists keeps its own. */
  readonly name: string;
}

/** What the thread says once it is ready. */
export interface JournalOpened {
  readonly name: string;
  /** The number of the newest row; 0: none. */
  readonly newest: number;
}
