// A lock that one process holds, and that the system takes back when the process ends, however it ends: SQLite's own, on a
// file that holds nothing. Node itself has no call for it. node/books.ts holds one for each database that it opens.
import { DatabaseSync } from "node:sqlite";
import { isLocked } from "./sqlite.ts";

export interface HeldLock {
  release(): void;
}

/** Returns null where another holds it, in this process or in another, and still does after so many milliseconds. */
export function holdLock(file: string, withinMs: number): HeldLock | null {
  const database = new DatabaseSync(file, { timeout: withinMs });
  try {
    // In memory: no journal appears beside the file. The transaction stays open and writes nothing.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE");
  } catch (error) {
    database.close();
    if (isLocked(error)) return null;
    throw error;
  }
  return { release: () => database.close() };
}
