// Contributions, objects, renditions and what they wait for.
import { sql } from "kysely";
import { exchangeNumber } from "../directory/state.ts";
import type { Micros } from "../encoding/timestamp.ts";
import type { Engine } from "./engine.ts";
import { insert, insertNew, query, remove, type Statement, update } from "./statement.ts";
import type { Tables } from "./tables.ts";

/** Objects of one contribution; an object's number is its turn's times this, plus its place. */
export const OBJECTS_A_TURN = 65_536;

export type ObjectRow = Tables["object"];
export type ContributionRow = Tables["contribution"];

/** Every contributor's versions of these ids. */
export async function findObjects(engine: Engine, ids: readonly string[]): Promise<readonly ObjectRow[]> {
  if (ids.length === 0) return [];
  return engine.read.selectFrom("object").selectAll().where("id", "in", engine.list(ids)).orderBy("n").execute();
}

export async function findObjectsByNumber(engine: Engine, ns: readonly number[]): Promise<readonly ObjectRow[]> {
  if (ns.length === 0) return [];
  return engine.read
    .selectFrom("object")
    .selectAll()
    .where("n", "in", engine.list(ns) as never) // a list of numbers; Engine.list is typed for text
    .orderBy("n")
    .execute();
}

/** Ids of which a contributor has versions that are not recalled. */
export async function listLiveIds(engine: Engine, contributor: number): Promise<readonly string[]> {
  const rows = await engine.read
    .selectFrom("object")
    .select("id")
    .distinct()
    .where("contributor", "=", contributor)
    .where("recalled", "=", 0)
    .execute();
  return rows.map((row) => row.id);
}

/** Ids that anybody has contributed and not recalled, after this one in their order. */
export async function listIdsAfter(engine: Engine, after: string, limit: number): Promise<readonly string[]> {
  const rows = await engine.read
    .selectFrom("object")
    .select("id")
    .distinct()
    .where("id", ">", after)
    .where("recalled", "=", 0)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function findContributions(engine: Engine, ns: readonly number[]): Promise<readonly ContributionRow[]> {
  if (ns.length === 0) return [];
  return engine.read
    .selectFrom("contribution")
    .selectAll()
    .where("n", "in", engine.list(ns) as never) // as above
    .execute();
}

/** The ids of objects that wait for one of these. */
export async function findWaiting(engine: Engine, refs: readonly string[]): Promise<readonly string[]> {
  if (refs.length === 0) return [];
  const rows = await engine.read
    .selectFrom("waiting")
    .innerJoin("object", "object.n", "waiting.object")
    .select("object.id")
    .distinct()
    .where("waiting.ref", "in", engine.list(refs))
    .execute();
  return rows.map((row) => row.id);
}

/** Ids whose time has come, the earliest first. */
export async function findDue(
  engine: Engine,
  now: number,
  limit: number,
): Promise<readonly { at: number; n: number; id: string }[]> {
  return engine.read
    .selectFrom("due")
    .innerJoin("object", "object.n", "due.object")
    .select(["due.at as at", "object.n as n", "object.id as id"])
    .where("due.at", "<=", now)
    .orderBy("due.at")
    .orderBy("due.object")
    .limit(limit)
    .execute();
}

export async function nextDue(engine: Engine): Promise<number | null> {
  const row = await engine.read
    .selectFrom("due")
    .select(sql<number | null>`min(due.at)`.as("at"))
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Which of these ids objects of the contributor refer to that were not its own then. */
export async function findRefersTo(
  engine: Engine,
  contributor: number,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await engine.read
    .selectFrom("refers")
    .select("ref")
    .where("contributor", "=", contributor)
    .where("ref", "in", engine.list(ids))
    .execute();
  return rows.map((row) => row.ref);
}

export const draftRefers = (contributor: number, refs: readonly string[]): readonly Statement[] =>
  insertNew(
    "refers",
    refs.map((ref) => ({ contributor, ref })),
  );

/** Whole renditions of objects, as text. */
export async function findBodies(
  engine: Engine,
  objects: readonly number[],
): Promise<readonly { object: number; body: string }[]> {
  if (objects.length === 0) return [];
  return engine.read
    .selectFrom("rendition")
    .select(["object", "body"])
    .where("object", "in", engine.list(objects) as never) // a list of numbers; Engine.list is typed for text
    .where("recipient", "=", 0)
    .execute();
}

/** All renditions of these objects, by their numbers. */
export async function findRenditionNumbers(
  engine: Engine,
  objects: readonly number[],
): Promise<readonly { n: number; object: number }[]> {
  if (objects.length === 0) return [];
  return engine.read
    .selectFrom("rendition")
    .select(["n", "object"])
    .where("object", "in", engine.list(objects) as never) // as above
    .execute();
}

/** Renditions by their own numbers. */
export async function findRenditions(
  engine: Engine,
  ns: readonly number[],
): Promise<readonly { n: number; body: string }[]> {
  if (ns.length === 0) return [];
  return engine.read
    .selectFrom("rendition")
    .select(["n", "body"])
    .where("n", "in", engine.list(ns) as never) // as above
    .execute();
}

export const draftContribution = (row: ContributionRow): readonly Statement[] => insert("contribution", [row]);
export const draftObjects = (rows: readonly ObjectRow[]): readonly Statement[] => insert("object", rows);
export const draftRenditions = (rows: readonly Tables["rendition"][]): readonly Statement[] =>
  insert("rendition", rows);

export const draftAudiences = (
  rows: readonly Pick<ObjectRow, "n" | "audience" | "reduced" | "had" | "known" | "mac">[],
): readonly Statement[] => update("object", rows, 1);

export const draftRecalled = (ns: readonly number[]): readonly Statement[] =>
  update(
    "object",
    ns.map((n) => ({ n, recalled: 1 })),
    1,
  );

export const draftWaiting = (rows: readonly Tables["waiting"][]): readonly Statement[] => insertNew("waiting", rows);
export const draftNoLongerWaiting = (ns: readonly number[]): readonly Statement[] =>
  remove(
    "waiting",
    ns.map((object) => ({ object })),
  );
export const draftDue = (rows: readonly Tables["due"][]): readonly Statement[] => insertNew("due", rows);
/**
 * Everything that these contributors gave, or anybody, and that is not recalled is decided again at this time, some of it a turn.
 */
export function draftDueOf(engine: Engine, at: Micros, contributors: readonly number[] | null): readonly Statement[] {
  if (contributors?.length === 0) return [];
  const { compile } = engine;
  const all = compile
    .selectFrom("object")
    // PostgreSQL takes a bare parameter of a list for text.
    .select([sql<number>`CAST(${at} AS BIGINT)`.as("at"), "object.n as object"])
    .where("recalled", "=", 0)
    .where("contributor", "!=", exchangeNumber);
  const theirs = contributors === null ? all : all.where("contributor", "in", engine.list(contributors) as never); // a list of numbers; Engine.list is typed for text
  const drafted = compile
    .insertInto("due")
    .columns(["at", "object"])
    .expression(theirs)
    .onConflict((conflict) => conflict.doNothing());
  return [query("due", drafted.compile())];
}
export const draftNoLongerDue = (rows: readonly Tables["due"][]): readonly Statement[] => remove("due", rows);
/** Whatever an object was due for. */
export const draftNoLongerDueOf = (objects: readonly number[]): readonly Statement[] =>
  remove(
    "due",
    objects.map((object) => ({ object })),
  );
