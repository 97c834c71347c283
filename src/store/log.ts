// What the log is made of: runs (which entries stand where), leaves, tiles, checkpoints, and the salt periods' keys.
import { sql } from "kysely";
import type { Engine } from "./engine.ts";
import { insert, insertNew, query, remove, type Statement } from "./statement.ts";
import type { OperationalTable, Tables } from "./tables.ts";

type Kept = Statement<OperationalTable>;

export interface TurnRow {
  readonly n: number;
  readonly base: number;
  readonly fields: string;
}

export async function listTurnsAfter(engine: Engine, n: number, limit: number): Promise<readonly TurnRow[]> {
  return engine.read
    .selectFrom("turn")
    .select(["n", "base", "fields"])
    .where("n", ">", n)
    .orderBy("n")
    .limit(limit)
    .execute();
}

export async function findTurn(engine: Engine, act: string): Promise<TurnRow | undefined> {
  return engine.read.selectFrom("turn").select(["n", "base", "fields"]).where("act", "=", act).executeTakeFirst();
}

export interface JournalEnd {
  readonly name: string;
  /** The number of its newest entry in the log; 0: none. */
  readonly taken: number;
  /** The number of its newest row; null where its rows are not in this database. */
  readonly newest: number | null;
}

export interface LogEnd {
  readonly size: number;
  /** Whether there is a checkpoint of this size. */
  readonly signed: boolean;
  readonly journals: readonly JournalEnd[];
}

/**
 * Where the log ends and how far each journal has been taken in: those that are named, and every one of the journal table,
 * whoever wrote it. One statement, so that all of it is of one moment; its cost grows with the number of journals alone.
 * @param turns the name of the journal of turns
 * @param own the name of this instance's journal
 */
export async function readLogEnd(engine: Engine, turns: string, own: string): Promise<LogEnd> {
  // Names are found one after the other by the key: a DISTINCT would read the whole table.
  const ends = sql<{ name: string; taken: number; newest: number | null; size: number; signed: number }>`(
    WITH RECURSIVE
      found (name) AS (
        SELECT min(name) FROM journal
        UNION ALL
        SELECT (SELECT min(j.name) FROM journal j WHERE j.name > found.name) FROM found WHERE found.name IS NOT NULL),
      names (name) AS (
        SELECT name FROM found WHERE name IS NOT NULL UNION SELECT CAST(${turns} AS TEXT) UNION SELECT CAST(${own} AS TEXT)),
      log (size) AS (SELECT coalesce((SELECT r.position + r.count FROM run r ORDER BY r.position DESC LIMIT 1), 0))
    SELECT names.name AS name,
      coalesce((SELECT r.first + r.count - 1 FROM run r WHERE r.journal = names.name ORDER BY r.first DESC LIMIT 1), 0) AS taken,
      CASE WHEN names.name = ${turns} THEN (SELECT coalesce(max(t.n), 0) FROM turn t)
        ELSE (SELECT max(j.n) FROM journal j WHERE j.name = names.name) END AS newest,
      log.size AS size,
      CASE WHEN EXISTS (SELECT 1 FROM checkpoint c WHERE c.size = log.size) THEN 1 ELSE 0 END AS signed
    FROM names CROSS JOIN log)`;
  const rows = await engine.read.selectFrom(ends.as("ends")).selectAll().orderBy("name").execute();
  const journals = rows.map(({ name, taken, newest }) => ({ name, taken, newest }));
  return { size: rows[0]?.size ?? 0, signed: rows[0]?.signed === 1, journals };
}

/** The position of an entry in the log, or null while it has not been taken in. */
export async function findPosition(engine: Engine, journal: string, n: number): Promise<number | null> {
  const run = await engine.read
    .selectFrom("run")
    .selectAll()
    .where("journal", "=", journal)
    .where("first", "<=", n)
    .orderBy("first", "desc")
    .limit(1)
    .executeTakeFirst();
  return run === undefined || n >= run.first + run.count ? null : run.position + (n - run.first);
}

export async function readCheckpoint(engine: Engine): Promise<Tables["checkpoint"] | undefined> {
  return engine.read.selectFrom("checkpoint").selectAll().orderBy("size", "desc").limit(1).executeTakeFirst();
}

export async function readTile(engine: Engine, level: number, n: number): Promise<string | undefined> {
  const row = await engine.read
    .selectFrom("tile")
    .select("hashes")
    .where("level", "=", level)
    .where("n", "=", n)
    .executeTakeFirst();
  return row?.hashes;
}

/** Entries from a position on. */
export async function listLeaves(engine: Engine, from: number, limit: number): Promise<readonly string[]> {
  const rows = await engine.read
    .selectFrom("leaf")
    .select("entry")
    .where("position", ">=", from)
    .orderBy("position")
    .limit(limit)
    .execute();
  return rows.map((row) => row.entry);
}

export async function readPeriod(engine: Engine, month: string): Promise<string | undefined> {
  const row = await engine.read.selectFrom("period").select("key").where("month", "=", month).executeTakeFirst();
  return row?.key;
}

/** Runs are keyed by position: of two integrators that append at once the second one's whole batch fails. */
export const keepRuns = (rows: readonly Tables["run"][]): readonly Kept[] => insert("run", rows);
export const keepLeaves = (rows: readonly Tables["leaf"][]): readonly Kept[] => insert("leaf", rows);
/** A tile that grew is written whole again. */
export const keepTiles = (rows: readonly Tables["tile"][]): readonly Kept[] => [
  ...remove(
    "tile",
    rows.map(({ level, n }) => ({ level, n })),
  ),
  ...insert("tile", rows),
];
export const keepCheckpoint = (row: Tables["checkpoint"]): readonly Kept[] => insertNew("checkpoint", [row]);
export const keepPeriod = (row: Tables["period"]): readonly Kept[] => insertNew("period", [row]);

/** Notes an assertion's id; the batch fails where it was there already. */
export const keepReplay = (row: Tables["replay"]): readonly Kept[] => insert("replay", [row]);
export const forgetReplays = (engine: Engine, before: number): readonly Kept[] => [
  query("replay", engine.compile.deleteFrom("replay").where("until_second", "<", before).compile()),
];
