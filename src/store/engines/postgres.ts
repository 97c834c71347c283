// PostgreSQL. The connection is passed in (a pg pool, or PGlite), so that no driver is a visitor of this file.
import { Kysely, type Dialect, sql } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import { type Engine, type Head, headText, type Migration } from "../engine.ts";
import { type Fragment, fragment } from "../fragment.ts";
import { cutPage, emptyPage, type Listed, pageFromRows, releasesOf, type RenditionRow, rowsOf } from "../page.ts";
import type { Rows, Statement } from "../statement.ts";
import type { TableName, Tables } from "../tables.ts";
import { advanceInOne } from "./advance.ts";
import { postgresCompiler } from "./compile.ts";

/** What is asked of a connection. Integers must come back as numbers (type 20 parsed by Number). */
export interface PostgresConnection {
  readonly dialect: Dialect;
  rows(text: string, parameters: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Runs all in one transaction on one connection. */
  transaction(statements: readonly { readonly text: string; readonly parameters: readonly unknown[] }[]): Promise<void>;
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

export function openPostgres(connection: PostgresConnection): Engine {
  // The columns are those of the fragments.
  const run = async <Row>(text: Fragment): Promise<readonly Row[]> =>
    (await connection.rows(numbered(text), text.values)) as never as readonly Row[];
  return {
    name: "postgres",
    // Kysely has the view that only reads as a type alone.
    read: new Kysely<Tables>({ dialect: connection.dialect }) as never as ReadonlyKysely<Tables>,
    compile: postgresCompiler(),
    async batch(batch) {
      await connection.transaction(
        batch.map((statement) =>
          statement.kind === "query"
            ? { text: statement.sql, parameters: statement.parameters }
            : { text: rowsText(statement), parameters: [rowsJson(statement)] },
        ),
      );
    },
    advance(turn) {
      return advanceInOne(turn).map((text): Statement => {
        return { kind: "query", table: "turn" satisfies TableName, sql: numbered(text), parameters: text.values };
      });
    },
    // Text and numbers both come as JSON; the column's type decides what they are compared as.
    list: (values) =>
      typeof values[0] === "number"
        ? sql`(SELECT v::bigint FROM jsonb_array_elements_text(${JSON.stringify(values)}::jsonb) v)`
        : sql`(SELECT jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`,
    async head() {
      const [row] = await connection.rows(headText, []);
      if (row === undefined) throw new TypeError("The database has no head: it was not migrated.");
      return row as never as Head; // the columns of headText
    },
    listReleases: async (wanted) =>
      cutPage(wanted, await run<Listed>(releasesOf(wanted, { list, cutsArms: true }, wanted.limit + 1))),
    async findRenditions(want, listed) {
      if (listed.renditions.length === 0) return emptyPage;
      return pageFromRows(want, listed, await run<RenditionRow>(rowsOf(want, listed.renditions, list)));
    },
    // not_null_violation, unique_violation, serialization_failure, deadlock_detected
    isConflict: (error) =>
      error instanceof Error && "code" in error && ["23502", "23505", "40001", "40P01"].includes(String(error.code)),
    migrate: (migrations) => migrate(connection, migrations),
    close: () => connection.close(),
  };
}

const list = (values: readonly (string | number)[]): Fragment =>
  typeof values[0] === "number"
    ? fragment`(SELECT v::bigint FROM jsonb_array_elements_text(${JSON.stringify(values)}::jsonb) v)`
    : fragment`(SELECT jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`;

/** `?` becomes `$1`, `$2`, …; our fragments hold no question mark elsewhere. */
function numbered(text: Fragment): string {
  let n = 0;
  return text.text.replaceAll("?", () => `$${(n += 1)}`);
}

function rowsText({ verb, table, columns, keys }: Rows): string {
  const records = `json_populate_recordset(null::${table}, $1::json) v`;
  const where = columns
    .slice(0, keys)
    .map((column) => `${table}.${column} = v.${column}`)
    .join(" AND ");
  if (verb === "delete") return `DELETE FROM ${table} USING ${records} WHERE ${where}`;
  if (verb === "update")
    return `UPDATE ${table} SET ${columns
      .slice(keys)
      .map((column) => `${column} = v.${column}`)
      .join(", ")} FROM ${records} WHERE ${where}`;
  const list = columns.join(", ");
  return `INSERT INTO ${table} (${list}) SELECT ${list} FROM ${records}${verb === "insert-new" ? " ON CONFLICT DO NOTHING" : ""}`;
}

function rowsJson(rows: Rows): string {
  return JSON.stringify(rows.rows.map((row) => Object.fromEntries(rows.columns.map((column, i) => [column, row[i]]))));
}

async function migrate(connection: PostgresConnection, migrations: readonly Migration[]): Promise<readonly string[]> {
  await connection.script("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)");
  const done = new Set((await connection.rows("SELECT name FROM migration", [])).map((row) => row["name"]));
  const open = migrations.filter((migration) => !done.has(migration.name));
  for (const migration of open) {
    // A script is one implicit transaction on PostgreSQL; the name goes in with it.
    await connection.script(
      `BEGIN; ${migration.sql}; INSERT INTO migration VALUES ('${migration.name.replaceAll("'", "")}'); COMMIT;`,
    );
  }
  return open.map((migration) => migration.name);
}
