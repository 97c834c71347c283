// What the store asks of a database. One atomic batch and reads: no interactive transaction exists, since D1 has none.
// Implemented by engines/sqlite.ts, engines/postgres.ts and engines/d1.ts.
import type { Kysely, RawBuilder } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import type { Micros } from "../encoding/timestamp.ts";
import type { ListedPage, Page, PageQuery } from "./page.ts";
import type { Statement } from "./statement.ts";
import type { Tables } from "./tables.ts";

export type EngineName = "sqlite" | "postgres" | "d1";

/** One turn as it is about to be taken; the batch fails unless head stands exactly where the draft read it. */
export interface Advance {
  readonly turn: number;
  readonly act: string;
  readonly edition: number;
  readonly base: Micros;
  readonly width: number;
  readonly bump: boolean;
  readonly narrows: boolean;
  readonly fields: string;
}

/** Where head stands: what a draft decides on, and what a reader compares with. */
export interface Head {
  readonly turn: number;
  readonly clock: Micros;
  readonly edition: number;
  /** The last turn that took something away from a reader. */
  readonly narrowed: number;
}

export interface Engine {
  readonly name: EngineName;
  readonly read: ReadonlyKysely<Tables>;
  /** Compiles in this engine's dialect and can run nothing. */
  readonly compile: Kysely<Tables>;
  /**
   * All or nothing, durable when it returns.
   * @throws {Refusal} busy: another program holds the database, and nothing was written
   */
  batch(statements: readonly Statement[]): Promise<void>;
  /** The statements that take one turn (storage.md, Turns). */
  advance(turn: Advance): readonly Statement[];
  /** A list of values for `in`, in one parameter: D1 binds at most a hundred. */
  list(values: readonly (string | number)[]): RawBuilder<string>;
  /** Read with every request, so by a statement that is compiled once. */
  head(): Promise<Head>;
  /** Which releases stand on a page. */
  listReleases(query: PageQuery): Promise<ListedPage>;
  /** What they release; nothing for a page on which nothing stands. */
  findRenditions(want: PageQuery["want"], listed: ListedPage): Promise<Page>;
  /** Whether an error of `batch` means that another act was first, so that trying again can help. */
  isConflict(error: unknown): boolean;
  migrate(migrations: readonly Migration[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const headText = "SELECT turn, clock, edition, narrowed FROM head WHERE id = 1";

/** One numbered file of migrations/<engine>/. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}
