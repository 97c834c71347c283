// The books of one server on SQLite: the folder, the lock that keeps every other process out, the database. Two servers on one
// file would share its journal, and give one number to two entries; and a migration under a server that runs would take its
// tables away from it. Servers that share their books have them on PostgreSQL. open.ts and `serai migrate` rely on it.
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Refusal } from "../refusal.ts";
import type { Engine } from "../store/engine.ts";
import { openSqlite } from "../store/engines/sqlite.ts";
import { holdLock } from "../store/engines/sqlite-lock.ts";

/** How long a start waits for a process that is ending, in milliseconds. */
export const ENDING_WITHIN = 1_000;

/**
 * Opens the database for this process alone, until it is closed or the process ends.
 * @throws {Refusal} conflict: another process has it open
 */
export function openBooks(database: string): Engine {
  mkdirSync(dirname(database), { recursive: true });
  const lock = holdLock(`${nameOf(database)}.lock`, ENDING_WITHIN);
  if (lock === null)
    throw new Refusal(
      "conflict",
      `Another serai process has ${database} open. Stop it first, or name another file in DATABASE_URL; what a running exchange needs is asked of it (serai state add, serai client add).`,
      { subject: "DATABASE_URL" },
    );
  try {
    const engine = openSqlite(database);
    return {
      ...engine,
      async close() {
        try {
          await engine.close();
        } finally {
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** One file has one lock, by whatever path it is named. */
function nameOf(database: string): string {
  return existsSync(database) ? realpathSync(database) : join(realpathSync(dirname(database)), basename(database));
}
