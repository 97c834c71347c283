// What the log is made of: runs (which entries stand where), leaves, tiles, checkpoints, and the salt periods' keys.
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

/** How far each journal has been taken in, and where the log ends. */
export async function readLogEnd(
  engine: Engine,
): Promise<{ readonly size: number; readonly journals: ReadonlyMap<string, number> }> {
  const last = await engine.read.selectFrom("run").selectAll().orderBy("position", "desc").limit(1).executeTakeFirst();
  const ends = await engine.read
    .selectFrom("run")
    .select(["journal", (eb) => eb.fn.max<number>(eb("first", "+", eb.ref("count"))).as("next")])
    .groupBy("journal")
    .execute();
  return {
    size: last === undefined ? 0 : last.position + last.count,
    journals: new Map(ends.map((row) => [row.journal, Number(row.next) - 1])),
  };
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
