// Journals: acts that only record (pull, refusal, token) go durably into their instance's own journal before the answer,
// gapless and in its own order. Counts become one entry an hour. On Node the journal is a thread with its own file
// (node/journal.ts); where the database is the only durable place it is the table below.
import { sql } from "kysely";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import type { Engine } from "./engine.ts";
import { query, type Statement } from "./statement.ts";

/** What one act leaves: the values that its entry commits to, as canonical JSON text. */
export interface JournalRow {
  readonly n: number;
  readonly at: Micros;
  readonly fields: string;
}

export const HOUR: Micros = 3_600_000_000;

export interface Journal {
  readonly name: string;
  /** Durable when it resolves; the number of the row in this journal, from 1. */
  record(at: Micros, fields: string): Promise<number>;
  /** One more of what happens often: durable when it resolves, an entry (`subject` with its count) when its hour is over. */
  tally(at: Micros, subject: string): Promise<void>;
  /** Turns the counts of hours that are over into rows; of those that do it at once one has done it. */
  settleTallies(now: Micros): Promise<void>;
  /** Rows after `n`, oldest first. */
  after(n: number, limit: number): Promise<readonly JournalRow[]>;
  /** Resolves where a row could be written now; leaves none. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The row that a tally becomes. `subject` is a JSON object; the count joins it. */
export function tallyFields(subject: string, count: number): string {
  return `${subject.slice(0, -1)}${subject.length > 2 ? "," : ""}"count":${count}}`;
}

/** Records and counts that one batch writes. */
export const WRITES_MAX = 64;
/** Counts that one batch turns into rows. */
export const SETTLE_MAX = 2_000;
/** How often a batch is tried when other writers of the name are first. */
export const WRITE_TRIES_MAX = 10;

interface Asked {
  readonly at: Micros;
  /** A record's fields, or what is counted. */
  readonly text: string;
  readonly kind: "record" | "tally";
  resolve(n: number): void;
  reject(error: unknown): void;
}

/**
 * A journal in the exchange's own database. Any number of writers, in this process and in others, may share a name: the
 * statement that writes a row gives it its number and time, so the name stays gapless and its times never go back. An
 * instance that ends leaves nothing behind that only it could take up.
 */
export function tableJournal(engine: Engine, name: string): Journal {
  let waiting: Asked[] = [];
  let writing = false;

  const ask = (kind: Asked["kind"], at: Micros, text: string): Promise<number> =>
    new Promise((resolve, reject) => {
      waiting.push({ kind, at, text, resolve, reject });
      if (!writing) void writeAll();
    });

  // What is asked for while a batch is under way goes along with the next.
  const writeAll = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, WRITES_MAX);
      waiting = waiting.slice(WRITES_MAX);
      try {
        const first = await write(engine, name, group);
        const records = group.filter((one) => one.kind === "record");
        for (const one of group) one.resolve(first + Math.max(records.indexOf(one), 0));
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    writing = false;
  };

  return {
    name,
    record: (at, fields) => ask("record", at, fields),
    tally: async (at, subject) => void (await ask("tally", at, subject)),
    settleTallies: (now) => settleTallies(engine, Math.floor(now / HOUR), now),
    after: (n, limit) => listJournalAfter(engine, name, n, limit),
    check: () => engine.batch([draftNothing(engine, name)]),
    close: async () => {},
  };
}

/** Rows of a journal in the table after `n`, oldest first. */
export async function listJournalAfter(
  engine: Engine,
  name: string,
  n: number,
  limit: number,
): Promise<readonly JournalRow[]> {
  return engine.read
    .selectFrom("journal")
    .select(["n", "at", "fields"])
    .where("name", "=", name)
    .where("n", ">", n)
    .orderBy("n")
    .limit(limit)
    .execute();
}

/** Writes a group as one batch. Returns the number of its first record; 0 where it has none. */
async function write(engine: Engine, name: string, group: readonly Asked[]): Promise<number> {
  const records = group.filter((one) => one.kind === "record");
  const statements = [
    ...records.map((one) => draftRow(engine, name, one.at, one.text)),
    ...draftCounts(
      engine,
      name,
      group.filter((one) => one.kind === "tally"),
    ),
  ];
  for (let tries = 1; ; tries += 1) {
    try {
      await engine.batch(statements);
      break;
    } catch (error) {
      // On PostgreSQL two writers of a name may give the same number: the key refuses one of them.
      if (!engine.isConflict(error)) throw error;
      if (tries >= WRITE_TRIES_MAX)
        throw new Refusal("busy", "The journal is written by too many at once; try again.", { cause: error });
    }
  }
  return records.length === 0
    ? 0
    : findRows(
        engine,
        name,
        records.map((one) => one.text),
      );
}

const draftRow = (engine: Engine, name: string, at: Micros, fields: string): Statement =>
  query(
    "journal",
    sql`INSERT INTO journal (name, n, at, fields)
      SELECT ${name}, coalesce(max(newest.n), 0) + 1, CASE WHEN max(newest.at) > ${at} THEN max(newest.at) ELSE ${at} END, ${fields}
      FROM (SELECT n, at FROM journal WHERE name = ${name} ORDER BY n DESC LIMIT 1) newest`.compile(engine.compile),
  );

/** A write that finds nothing to change: a database that only reads refuses it. */
const draftNothing = (engine: Engine, name: string): Statement =>
  query("tally", engine.compile.deleteFrom("tally").where("name", "=", name).where("hour", "<", 0).compile());

function draftCounts(engine: Engine, name: string, tallies: readonly Asked[]): readonly Statement[] {
  const counts = new Map<string, { readonly hour: number; readonly subject: string; count: number }>();
  for (const { at, text: subject } of tallies) {
    const hour = Math.floor(at / HOUR);
    const there = counts.get(`${hour} ${subject}`);
    if (there === undefined) counts.set(`${hour} ${subject}`, { hour, subject, count: 1 });
    else there.count += 1;
  }
  return [...counts.values()].map((one) =>
    query(
      "tally",
      engine.compile
        .insertInto("tally")
        .values({ name, ...one })
        .onConflict((taken) =>
          taken.columns(["name", "hour", "subject"]).doUpdateSet({ count: sql`tally.count + ${one.count}` }),
        )
        .compile(),
    ),
  );
}

/**
 * The number of the first of rows that were written together: the newest that stand so. Another writer's rows with the very
 * same values say the very same, so that it does not matter which of them are found.
 */
async function findRows(engine: Engine, name: string, fields: readonly string[]): Promise<number> {
  for (let depth = fields.length + 8; ; depth *= 8) {
    const rows = await engine.read
      .selectFrom("journal")
      .select(["n", "fields"])
      .where("name", "=", name)
      .orderBy("n", "desc")
      .limit(depth)
      .execute();
    for (let at = fields.length - 1; at < rows.length; at += 1)
      if (fields.every((text, i) => rows[at - i]?.fields === text)) return rows[at]?.n ?? 0;
    if (rows.length < depth) throw new TypeError(`Rows that were written to the journal ${name} are not there.`);
  }
}

/** The counts of all names, whoever made them: an instance that ended settles nothing any more. */
async function settleTallies(engine: Engine, hour: number, now: Micros): Promise<void> {
  const isOver = async (): Promise<boolean> =>
    (await engine.read.selectFrom("tally").select("hour").where("hour", "<", hour).limit(1).execute()).length > 0;
  const over = sql`SELECT name, hour, subject, count FROM tally WHERE hour < ${hour} ORDER BY name, hour, subject LIMIT ${SETTLE_MAX}`;
  const newest = sql`FROM journal j WHERE j.name = t.name ORDER BY j.n DESC LIMIT 1`;
  while (await isOver()) {
    try {
      // The rows as tallyFields makes them, in one statement: of two instances the second finds no counts any more.
      await engine.batch([
        query(
          "journal",
          sql`INSERT INTO journal (name, n, at, fields)
            SELECT t.name, coalesce((SELECT j.n ${newest}), 0) + row_number() OVER (PARTITION BY t.name ORDER BY t.hour, t.subject),
              CASE WHEN (SELECT j.at ${newest}) > ${now} THEN (SELECT j.at ${newest}) ELSE ${now} END,
              substr(t.subject, 1, length(t.subject) - 1) || CASE WHEN length(t.subject) > 2 THEN ',' ELSE '' END || '"count":' || t.count || '}'
            FROM (${over}) t`.compile(engine.compile),
        ),
        query(
          "tally",
          sql`DELETE FROM tally WHERE (name, hour, subject) IN (SELECT o.name, o.hour, o.subject FROM (${over}) o)`.compile(
            engine.compile,
          ),
        ),
      ]);
    } catch (error) {
      if (!engine.isConflict(error)) throw error;
      return;
    }
  }
}
