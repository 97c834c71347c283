// SQLite through node:sqlite: the embedded default. One file, WAL, every commit synced before it is acknowledged.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Kysely, sql, SqliteDialect } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import { type Engine, headText, type Migration } from "../engine.ts";
import { Refusal } from "../../refusal.ts";
import { type Fragment, fragment } from "../fragment.ts";
import {
  cutPage,
  edgesOf,
  emptyPage,
  type ListedPage,
  type Page,
  pageFromRows,
  releasesOf,
  type RenditionRow,
  rowsOf,
} from "../page.ts";
import type { Rows, Statement, Value } from "../statement.ts";
import type { TableName, Tables } from "../tables.ts";
import { advanceInTwo } from "./advance.ts";
import { BODIES_BYTES_MAX, type Body, BodyMemory } from "./body-memory.ts";
import { sqliteCompiler } from "./compile.ts";
import { list } from "./json-list.ts";

/** Compiled statements kept by their text: without this Kysely prepares each anew, three to five times slower. */
const STATEMENTS_MAX = 500;

/**
 * node:sqlite waits for a lock synchronously, and the whole server with it. So one try waits this long at the most, in
 * milliseconds, and a batch tries again every LOCK_TRY_EVERY, between which all else goes on. Only writes can be kept waiting:
 * in WAL mode readers wait for nobody (sqlite.org/wal.html §2.2, and its §8 for what remains: none of it while this
 * connection is open).
 */
export const LOCK_BLOCKS_MAX = 10;
export const LOCK_TRY_EVERY = 25;
/** How long a batch tries before it is refused as busy, in milliseconds: longer than any write of our own takes. */
export const LOCKED_MAX = 2_000;
/** How long a start waits for a lock, in milliseconds: nothing is served yet. */
export const LOCKED_AT_START_MAX = 5_000;

/** What a connection holds of the database in memory, in KiB, where nothing else is said. */
export const CACHE_KIB = 65_536;

class Statements {
  readonly #database: DatabaseSync;
  readonly #columns: boolean;
  readonly #kept = new Map<string, StatementSync>();
  /** @param columns rows are lists of their columns, in less time than objects with names */
  constructor(database: DatabaseSync, columns = false) {
    this.#database = database;
    this.#columns = columns;
  }
  get(text: string): StatementSync {
    const kept = this.#kept.get(text);
    if (kept !== undefined) return kept;
    const statement = this.#database.prepare(text);
    statement.setReturnArrays(this.#columns);
    if (this.#kept.size >= STATEMENTS_MAX) this.#kept.clear();
    this.#kept.set(text, statement);
    return statement;
  }
}

/**
 * Opens (or makes) the database file; ":memory:" lives with the process.
 * @param cacheKiB of the database, held in memory
 * @param bodiesBytesMax of the bodies of renditions, remembered beside it
 * @throws {Refusal} unavailable: another program has it locked
 */
export function openSqlite(
  file: string,
  cacheKiB: number = CACHE_KIB,
  bodiesBytesMax: number = BODIES_BYTES_MAX,
): Engine {
  const database = new DatabaseSync(file, { timeout: LOCKED_AT_START_MAX });
  // FULL: a commit is on disk before it is acknowledged (nothing-unrecorded). The page cache is bounded in KiB.
  unlessLocked(file, () =>
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = ${-cacheKiB}; PRAGMA temp_store = MEMORY;
      PRAGMA busy_timeout = ${LOCK_BLOCKS_MAX};`,
    ),
  );
  const statements = new Statements(database);
  const read = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(database, statements) }) });
  const hot = new Statements(database, true);
  // Rows as lists of columns, whatever node:sqlite's types say.
  const columns = (text: Fragment) => hot.get(text.text).all(...text.values) as never as readonly (readonly Value[])[];
  const bodies = new BodyMemory(bodiesBytesMax);

  return {
    name: "sqlite",
    // Kysely has the view that only reads as a type alone.
    read: read as never as ReadonlyKysely<Tables>,
    compile: sqliteCompiler(),
    async batch(batch) {
      // Begin, statements and commit are one synchronous piece: nothing else of this process comes between.
      for (const until = performance.now() + LOCKED_MAX; !runBatch(database, statements, batch);) {
        if (performance.now() >= until)
          throw new Refusal("busy", "Another program holds the exchange's database; try again.");
        await new Promise((resolve) => setTimeout(resolve, LOCK_TRY_EVERY));
      }
    },
    advance: (turn) => asStatements(advanceInTwo(turn)),
    list: (values) => sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`,
    head: inOneRead(() => {
      const row = hot.get(headText).get();
      if (row === undefined) throw new TypeError("The database has no head: it was not migrated.");
      const [turn, clock, edition, narrowed] = row as never as readonly [number, number, number, number]; // of headText
      return { turn, clock, edition, narrowed };
    }),
    async listReleases(wanted) {
      const rows = columns(releasesOf(wanted, dialect, wanted.limit + 1));
      return cutPage(
        wanted,
        rows.map(([added, rendition, size]) => ({
          added: Number(added),
          rendition: Number(rendition),
          size: Number(size),
        })),
      );
    },
    async findRenditions(want, listed) {
      if (listed.renditions.length === 0) return emptyPage;
      if (want === "objects") return findBodies(listed, bodies, columns);
      const text = rowsOf(want, listed.renditions, list);
      // The columns of rowsOf.
      const rows = statements.get(text.text).all(...text.values) as never as readonly RenditionRow[];
      return pageFromRows(want, listed, rows);
    },
    // A lock is no conflict: it says nothing of what stands in the books, and whoever tries again at once meets it again.
    isConflict: (error) => error instanceof Error && /constraint failed/.test(error.message),
    async migrate(migrations) {
      database.exec(`PRAGMA busy_timeout = ${LOCKED_AT_START_MAX}`);
      try {
        return unlessLocked(file, () => migrate(database, migrations));
      } finally {
        database.exec(`PRAGMA busy_timeout = ${LOCK_BLOCKS_MAX}`);
      }
    },
    async close() {
      await read.destroy();
      // Kysely closes nothing where nothing was read through it.
      if (database.isOpen) database.close();
    },
  };
}

/**
 * One read for all who ask in one turn of the event loop, made at its end: for each of them the books as they stand after it
 * asked. A read costs little but the locks that it takes, twice with each request.
 */
function inOneRead<T>(read: () => T): () => Promise<T> {
  let next: Promise<T> | null = null;
  return () => {
    next ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        next = null;
        try {
          resolve(read());
        } catch (error) {
          reject(error as Error); // node:sqlite throws errors
        }
      });
    });
    return next;
  };
}

const dialect = { list, cutsArms: false } as const;

type Columns = (text: Fragment) => readonly (readonly Value[])[];

/** The page of what is listed: what is remembered of it, and the rest from the books. */
function findBodies(listed: ListedPage, memory: BodyMemory, columns: Columns): Page {
  const known = listed.renditions.map((rendition) => memory.get(rendition));
  const missing = listed.renditions.filter((_, i) => known[i] === undefined);
  const read = missing.length === 0 ? null : readBodies(missing, columns);
  // What was known is held here: to remember the rest may push it out.
  const found = known.map((body, i) => body ?? read?.bodies.get(listed.renditions[i] ?? 0));
  read?.bodies.forEach((body, n) => memory.add(n, body));
  const isWhole = read !== null && read.order === listed.renditions.join();
  return {
    ...edgesOf(listed),
    objects: found.map((body) => body?.object ?? 0),
    bodies: isWhole ? [read.joined] : found.flatMap((body) => body?.bytes ?? []),
    rows: [],
  };
}

/**
 * Bodies from the books, each and all joined in this order, without those that are not there. SQLite joins them itself: twice
 * as fast as rows, and nothing is parsed on the way.
 */
function readBodies(
  renditions: readonly number[],
  columns: Columns,
): { readonly joined: Uint8Array; readonly order: string; readonly bodies: ReadonlyMap<number, Body> } {
  // CROSS JOIN keeps the order of the list.
  const [row] =
    columns(fragment`SELECT CAST(group_concat(body, ',') AS BLOB), group_concat(octet_length(body)), group_concat(n), group_concat(object)
    FROM (SELECT d.body AS body, d.n AS n, d.object AS object
      FROM json_each(${JSON.stringify(renditions)}) e CROSS JOIN rendition d WHERE d.n = e.value)`);
  // The shape of the row is fixed by the statement above; all NULL where there is none of them.
  const [joined, lengths, ns, objects] = row as never as
    readonly [Uint8Array, string, string, string] | readonly null[];
  const bodies = new Map<number, Body>();
  if (joined === null || joined === undefined) return { joined: new Uint8Array(0), order: "", bodies };
  const [places, owners] = [numbersIn(ns), numbersIn(objects)];
  let at = 0;
  numbersIn(lengths).forEach((length, i) => {
    bodies.set(places[i] ?? 0, { object: owners[i] ?? 0, bytes: joined.subarray(at, at + length) });
    at += length + 1;
  });
  return { joined, order: ns ?? "", bodies };
}

function numbersIn(text: string | null | undefined): readonly number[] {
  return (text ?? "").split(",").map(Number);
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

/** Whether an error says that another connection holds the lock (SQLITE_BUSY, in whichever extended form). */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}

const SQLITE_BUSY = 5;

function unlessLocked<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!isLocked(cause)) throw cause;
    throw new Refusal("unavailable", `The database ${file} is locked by another program. End that, and try again.`, {
      cause,
    });
  }
}

/** Runs all or nothing. Returns false where another connection holds the lock: nothing was begun. */
function runBatch(database: DatabaseSync, statements: Statements, batch: readonly Statement[]): boolean {
  try {
    database.exec("BEGIN IMMEDIATE");
  } catch (error) {
    if (isLocked(error)) return false;
    throw error;
  }
  try {
    for (const statement of batch) run(statements, statement);
    database.exec("COMMIT");
    return true;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
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
