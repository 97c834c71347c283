// D1, the database of Workers. Its batch is one transaction; there is no other, so everything that must hold together
// is one batch. Within its documented limits by construction: at most 100 parameters (lists are one JSON parameter),
// statements below 1 MB, at most five arms in a compound SELECT.
import { Kysely, sql } from "kysely";
import { D1Dialect } from "kysely-d1";
import type { ReadonlyKysely } from "kysely/readonly";
import { type Engine, type Head, headText } from "../engine.ts";
import { cutPage, emptyPage, type Listed, pageFromRows, releasesOf, type RenditionRow, rowsOf } from "../page.ts";
import type { Fragment } from "../fragment.ts";
import type { Rows, Statement } from "../statement.ts";
import type { TableName, Tables } from "../tables.ts";
import { advanceInTwo } from "./advance.ts";
import { sqliteCompiler } from "./compile.ts";
import { list } from "./json-list.ts";

/** Rows go in as JSON text of at most this many characters a statement. */
export const CHUNK_LENGTH_MAX = 400_000;

/** The part of Cloudflare's D1Database that is used, so that the type needs no visitor here. */
export interface D1 {
  prepare(text: string): D1Statement;
  batch(statements: readonly D1Statement[]): Promise<unknown>;
}
interface D1Statement {
  bind(...values: readonly unknown[]): D1Statement;
  all<T>(): Promise<{ readonly results: readonly T[] }>;
}

/** The database bound in wrangler.toml; its migrations are applied by wrangler. */
export function openD1(database: D1): Engine {
  // kysely-d1 wants Cloudflare's whole type; it calls prepare, bind and all only.
  const read = new Kysely<Tables>({ dialect: new D1Dialect({ database: database as never }) });
  const run = async <Row>(text: Fragment): Promise<readonly Row[]> =>
    (
      await database
        .prepare(text.text)
        .bind(...text.values)
        .all<Row>()
    ).results;
  return {
    name: "d1",
    // Kysely has the view that only reads as a type alone.
    read: read as never as ReadonlyKysely<Tables>,
    compile: sqliteCompiler(),
    async batch(batch) {
      await database.batch(
        batch.flatMap((statement) =>
          statement.kind === "query"
            ? [database.prepare(statement.sql).bind(...statement.parameters)]
            : chunks(statement).map((chunk) => database.prepare(rowsText(statement)).bind(chunk)),
        ),
      );
    },
    advance(turn) {
      const tables: readonly TableName[] = ["head", "turn"];
      return advanceInTwo(turn).map((text, i): Statement => {
        return { kind: "query", table: tables[i] ?? "turn", sql: text.text, parameters: text.values };
      });
    },
    list: (values) => sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`,
    async head() {
      const answer = await database.prepare(headText).bind().all<Head>();
      const [row] = answer.results;
      if (row === undefined) throw new TypeError("The database has no head: it was not migrated.");
      return row;
    },
    listReleases: async (wanted) =>
      cutPage(wanted, await run<Listed>(releasesOf(wanted, { list, cutsArms: false }, wanted.limit + 1))),
    async findRenditions(want, listed) {
      if (listed.renditions.length === 0) return emptyPage;
      return pageFromRows(want, listed, await run<RenditionRow>(rowsOf(want, listed.renditions, list)));
    },
    isConflict: (error) =>
      error instanceof Error && /constraint failed|SQLITE_BUSY|SQLITE_CONSTRAINT/.test(error.message),
    migrate: async () => [],
    async close() {},
  };
}

function rowsText({ verb, table, columns, keys }: Rows): string {
  const value = (i: number): string => `e.value->>${i}`;
  const where = columns
    .slice(0, keys)
    .map((column, i) => `${table}.${column} = ${value(i)}`)
    .join(" AND ");
  if (verb === "delete")
    return `DELETE FROM ${table} WHERE (${columns.join(", ")}) IN (SELECT ${columns.map((_, i) => value(i)).join(", ")} FROM json_each(?) e)`;
  if (verb === "update")
    return `UPDATE ${table} SET ${columns
      .slice(keys)
      .map((column, i) => `${column} = ${value(keys + i)}`)
      .join(", ")} FROM json_each(?) e WHERE ${where}`;
  const into = `INSERT ${verb === "insert-new" ? "OR IGNORE " : ""}INTO ${table} (${columns.join(", ")})`;
  return `${into} SELECT ${columns.map((_, i) => value(i)).join(", ")} FROM json_each(?) e`;
}

function chunks(rows: Rows): readonly string[] {
  const texts: string[] = [];
  let parts: string[] = [];
  let length = 0;
  for (const row of rows.rows) {
    const part = JSON.stringify(row);
    if (length + part.length > CHUNK_LENGTH_MAX && parts.length > 0) {
      texts.push(`[${parts.join(",")}]`);
      parts = [];
      length = 0;
    }
    parts.push(part);
    length += part.length + 1;
  }
  if (parts.length > 0) texts.push(`[${parts.join(",")}]`);
  return texts;
}
