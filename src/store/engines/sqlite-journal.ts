// A journal's file for whoever only reads it: node/journal-thread.ts writes it, and it alone.
import { DatabaseSync } from "node:sqlite";
import type { JournalRow } from "../journal.ts";

export interface JournalFileReader {
  /** Rows after `n`, oldest first: all that was acknowledged before the call is among them. */
  after(n: number, limit: number): readonly JournalRow[];
  close(): void;
}

export function readJournalFile(file: string): JournalFileReader {
  const database = new DatabaseSync(file, { readOnly: true });
  const after = database.prepare("SELECT n, at, fields FROM journal WHERE n > ? ORDER BY n LIMIT ?");
  return {
    after: (n, limit) =>
      after.all(n, limit).map((row) => ({
        n: Number(row["n"]),
        at: Number(row["at"]),
        fields: String(row["fields"]),
      })),
    close: () => database.close(),
  };
}
