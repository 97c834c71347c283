// What becomes of contributions: notices of recalls, what recipients answered, and what their pulls passed.
import type { Micros } from "../encoding/timestamp.ts";
import type { Engine } from "./engine.ts";
import { insert, insertNew, remove, type Statement, update } from "./statement.ts";
import type { OperationalTable, Tables } from "./tables.ts";

export const draftAnswered = (rows: readonly Tables["answered"][]): readonly Statement[] => insert("answered", rows);

/** What recipients answered to these objects. */
export async function findAnswered(engine: Engine, objects: readonly number[]): Promise<readonly Tables["answered"][]> {
  if (objects.length === 0) return [];
  return engine.read
    .selectFrom("answered")
    .selectAll()
    .where("object", "in", engine.list(objects) as never) // a list of numbers; Engine.list is typed for text
    .execute();
}

/** Which turns pulls passed; what was noted already stays. */
export const keepPassed = (rows: readonly Tables["passed"][]): readonly Statement<OperationalTable>[] =>
  insertNew("passed", rows);

/** Of each party, the first time at which a client that may have this level had passed a turn in a collection. */
export async function findPassed(
  engine: Engine,
  collection: number,
  ceiling: number,
  turn: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await engine.read
    .selectFrom("passed")
    .select(["party", (eb) => eb.fn.min("at").as("at")])
    .where("collection", "=", collection)
    .where("ceiling", ">=", ceiling)
    .where("turn", ">=", turn)
    .groupBy("party")
    .execute();
  return new Map(rows.map(({ party, at }) => [party, Number(at)]));
}

export const draftRecalls = (rows: readonly Tables["recall"][]): readonly Statement[] => insert("recall", rows);

export async function findRecalls(engine: Engine, objects: readonly number[]): Promise<readonly Tables["recall"][]> {
  if (objects.length === 0) return [];
  return engine.read
    .selectFrom("recall")
    .selectAll()
    .where("object", "in", engine.list(objects) as never) // as above
    .execute();
}

/** The turn that first could give what is given from a time on: the one of this very time, else the next. */
export async function turnFrom(engine: Engine, at: Micros): Promise<number> {
  const row = await engine.read
    .selectFrom("turn")
    .select(["n", "base"])
    .where("base", "<=", at)
    .orderBy("base", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? 1 : row.base === at ? row.n : row.n + 1;
}

/** What parties that hold say of these objects. */
export async function findIntake(engine: Engine, objects: readonly number[]): Promise<readonly Tables["intake"][]> {
  if (objects.length === 0) return [];
  return engine.read
    .selectFrom("intake")
    .selectAll()
    .where("object", "in", engine.list(objects) as never) // as above
    .execute();
}

/** What a party holds, the oldest first. */
export async function findHeld(engine: Engine, party: number): Promise<readonly Tables["intake"][]> {
  return engine.read
    .selectFrom("intake")
    .selectAll()
    .where("party", "=", party)
    .where("state", "=", "held")
    .orderBy("at")
    .orderBy("object")
    .execute();
}

export const draftHeld = (rows: readonly Tables["intake"][]): readonly Statement[] => insert("intake", rows);
export const draftHeldNoMore = (rows: readonly Tables["intake"][]): readonly Statement[] =>
  remove(
    "intake",
    rows.map(({ party, object }) => ({ party, object })),
  );
export const draftIntake = (rows: readonly Tables["intake"][], state: "taken" | "refused"): readonly Statement[] =>
  update(
    "intake",
    rows.map(({ party, object }) => ({ party, object, state })),
    2,
  );
