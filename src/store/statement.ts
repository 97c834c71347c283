// What may be written: statements tagged with the table they touch, so that a write of a table that needs an entry
// does not type-check where only operational tables are allowed (store.keep). Relied on by every table family.
import type { CompiledQuery } from "kysely";
import type { TableName, Tables } from "./tables.ts";

export type Value = string | number | null;

/** One compiled statement. */
export interface Query<T extends TableName = TableName> {
  readonly kind: "query";
  readonly table: T;
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/** Many rows of one table at once. How they go in is the engine's choice (prepared rows, json_each, json_populate_recordset). */
export interface Rows<T extends TableName = TableName> {
  readonly kind: "rows";
  readonly verb: "insert" | "insert-new" | "update" | "delete";
  readonly table: T;
  readonly columns: readonly string[];
  /** The first columns that say which row; of update and delete. */
  readonly keys: number;
  readonly rows: readonly (readonly Value[])[];
}

export type Statement<T extends TableName = TableName> = Query<T> | Rows<T>;

/** Tags a query that the compile-only Kysely of the engine built. */
export function query<T extends TableName>(table: T, compiled: CompiledQuery<unknown>): Query<T> {
  // Kysely types parameters as unknown; everything that drafts bind is text, number or null by the types of the tables.
  return { kind: "query", table, sql: compiled.sql, parameters: compiled.parameters as readonly Value[] };
}

/** New rows, all with the columns of the first one. */
export function insert<T extends TableName>(table: T, records: readonly Tables[T][]): Rows<T>[] {
  return rows("insert", table, records, 0);
}

/** New rows; those whose key is taken are left out. */
export function insertNew<T extends TableName>(table: T, records: readonly Tables[T][]): Rows<T>[] {
  return rows("insert-new", table, records, 0);
}

/** Changes rows found by the first `keys` columns of each record. */
export function update<T extends TableName>(table: T, records: readonly Partial<Tables[T]>[], keys: number): Rows<T>[] {
  return rows("update", table, records, keys);
}

/** Deletes rows that equal the records in all their columns. */
export function remove<T extends TableName>(table: T, records: readonly Partial<Tables[T]>[]): Rows<T>[] {
  return rows("delete", table, records, Object.keys(records[0] ?? {}).length);
}

function rows<T extends TableName>(
  verb: Rows["verb"],
  table: T,
  records: readonly Partial<Tables[T]>[],
  keys: number,
): Rows<T>[] {
  const first = records[0];
  if (first === undefined) return [];
  const columns = Object.keys(first) as (keyof Tables[T] & string)[]; // keys of a record of this very table
  // The columns of tables.ts hold nothing but Value.
  return [
    {
      kind: "rows",
      verb,
      table,
      columns,
      keys,
      rows: records.map((one) => columns.map((column) => one[column] as Value)),
    },
  ];
}
