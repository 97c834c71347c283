// SQLite through node:sqlite: the embedded default. One file, WAL, every commit synced before it is acknowledged.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Kysely, sql, SqliteDialect } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import { type Engine, type Head, headText, type Migration } from "../engine.ts";
import { type Fragment, fragment } from "../fragment.ts";
import {
  cutPage,
  edgesOf,
  emptyPage,
  type Listed,
  type Page,
  pageFromRows,
  releasesOf,
  type RenditionRow,
  rowsOf,
} from "../page.ts";
import type { Rows, Statement, Value } from "../statement.ts";
import type { TableName, Tables } from "../tables.ts";
import { advanceInTwo } from "./advance.ts";
import { sqliteCompiler } from "./compile.ts";
import { list } from "./json-list.ts";

/** Compiled statements kept by their text: without this Kysely prepares each anew, three to five times slower. */
const STATEMENTS_MAX = 500;

class Statements {
  readonly #database: DatabaseSync;
  readonly #kept = new Map<string, StatementSync>();
  constructor(database: DatabaseSync) {
    this.#database = database;
  }
  get(text: string): StatementSync {
    const kept = this.#kept.get(text);
    if (kept !== undefined) return kept;
    const statement = this.#database.prepare(text);
    if (this.#kept.size >= STATEMENTS_MAX) this.#kept.clear();
    this.#kept.set(text, statement);
    return statement;
  }
}

/** Opens (or makes) the database file; ":memory:" lives with the process. */
export function openSqlite(file: string): Engine {
  const database = new DatabaseSync(file);
  // FULL: a commit is on disk before it is acknowledged (nothing-unrecorded). The page cache is bounded in KiB.
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
  );
  const statements = new Statements(database);
  const read = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(database, statements) }) });
  const all = (text: Fragment) => statements.get(text.text).all(...text.values);

  return {
    name: "sqlite",
    // Kysely has the view that only reads as a type alone.
    read: read as never as ReadonlyKysely<Tables>,
    compile: sqliteCompiler(),
    async batch(batch) {
      database.exec("BEGIN IMMEDIATE");
      try {
        for (const statement of batch) run(statements, statement);
        database.exec("COMMIT");
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    advance: (turn) => asStatements(advanceInTwo(turn)),
    list: (values) => sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`,
    async head() {
      const row = statements.get(headText).get();
      if (row === undefined) throw new TypeError("The database has no head: it was not migrated.");
      return row as never as Head; // the columns of headText
    },
    async page(wanted) {
      const page = cutPage(wanted, asListed(all(releasesOf(wanted, list, wanted.limit + 1))));
      if (page.kept.length === 0) return emptyPage;
      const renditions = page.kept.map((row) => row.rendition);
      if (wanted.want === "manifest")
        return pageFromRows(wanted.want, page, asRows(all(rowsOf(wanted.want, renditions, list))));
      return { ...edgesOf(page.kept, page.more), ...bodiesOf(renditions, all), rows: [] };
    },
    isConflict: (error) => error instanceof Error && /constraint failed|database is locked/.test(error.message),
    migrate: async (migrations) => migrate(database, migrations),
    async close() {
      await read.destroy();
    },
  };
}

/** SQLite joins the bodies itself: twice as fast as rows, and nothing is parsed on the way. */
function bodiesOf(renditions: readonly number[], all: All): Pick<Page, "objects" | "body"> {
  const [row] =
    all(fragment`SELECT CAST(coalesce(group_concat(body, ','), '') AS BLOB) AS body, group_concat(coalesce(object, 0), ',') AS objects
    FROM (SELECT d.body AS body, d.object AS object FROM json_each(${JSON.stringify(renditions)}) e
      LEFT JOIN rendition d ON d.n = e.value ORDER BY e.key)`);
  // The shape of the row is fixed by the statement above.
  const { body, objects } = row as { body: Uint8Array; objects: string };
  return { body, objects: objects.split(",").map(Number) };
}

type All = (text: Fragment) => readonly Record<string, unknown>[];

function asListed(rows: readonly Record<string, unknown>[]): readonly Listed[] {
  return rows as never as readonly Listed[]; // the columns of releasesOf
}

function asRows(rows: readonly Record<string, unknown>[]): readonly RenditionRow[] {
  return rows as never as readonly RenditionRow[]; // the columns of rowsOf
}

function asStatements(fragments: readonly Fragment[]): readonly Statement[] {
  const tables: readonly TableName[] = ["head", "turn"];
  return fragments.map((text, i) => ({
    kind: "query",
    table: tables[i] ?? "turn",
    sql: text.text,
    parameters: text.values,
  }));
}

function run(statements: Statements, statement: Statement): void {
  if (statement.kind === "query") {
    statements.get(statement.sql).run(...statement.parameters);
    return;
  }
  const prepared = statements.get(rowText(statement));
  const { keys } = statement;
  // Keys come last in the text of an update.
  const arrange =
    statement.verb === "update" ? (row: readonly Value[]) => [...row.slice(keys), ...row.slice(0, keys)] : null;
  for (const row of statement.rows) prepared.run(...(arrange === null ? row : arrange(row)));
}

function rowText({ verb, table, columns, keys }: Rows): string {
  const where = columns
    .slice(0, keys)
    .map((column) => `${column} = ?`)
    .join(" AND ");
  if (verb === "delete") return `DELETE FROM ${table} WHERE ${where}`;
  if (verb === "update")
    return `UPDATE ${table} SET ${columns
      .slice(keys)
      .map((column) => `${column} = ?`)
      .join(", ")} WHERE ${where}`;
  const marks = columns.map(() => "?").join(", ");
  return `INSERT ${verb === "insert-new" ? "OR IGNORE " : ""}INTO ${table} (${columns.join(", ")}) VALUES (${marks})`;
}

/** What Kysely's SQLite dialect expects of a database. */
function adapt(database: DatabaseSync, statements: Statements) {
  return {
    close: () => database.close(),
    prepare(text: string) {
      const statement = statements.get(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as Value[])), // bound by Tables' types
        run: (parameters: readonly unknown[]) => statement.run(...(parameters as Value[])),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as Value[])),
      };
    },
  };
}

function migrate(database: DatabaseSync, migrations: readonly Migration[]): readonly string[] {
  database.exec("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY) WITHOUT ROWID");
  const done = new Set(
    database
      .prepare("SELECT name FROM migration")
      .all()
      .map((row) => row["name"]),
  );
  const open = migrations.filter((migration) => !done.has(migration.name));
  for (const migration of open) {
    database.exec("BEGIN IMMEDIATE");
    try {
      database.exec(migration.sql);
      database.prepare("INSERT INTO migration (name) VALUES (?)").run(migration.name);
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }
  return open.map((migration) => migration.name);
}
