// Journals: acts that only record (pull, refusal, token) go durably into their instance's own journal before the answer,
// gapless and in its own order. Counts become one entry an hour. On Node the journal is a thread with its own file
// (node/journal.ts); where the database is the only durable place it is the table below.
import { sql } from "kysely";
import type { Micros } from "../encoding/timestamp.ts";
import type { Engine } from "./engine.ts";
import { query } from "./statement.ts";

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
  /** Turns the counts of hours that are over into rows. */
  settleTallies(now: Micros): Promise<void>;
  /** Rows after `n`, oldest first. */
  after(n: number, limit: number): Promise<readonly JournalRow[]>;
  close(): Promise<void>;
}

/** The row that a tally becomes. `subject` is a JSON object; the count joins it. */
export function tallyFields(subject: string, count: number): string {
  return `${subject.slice(0, -1)}${subject.length > 2 ? "," : ""}"count":${count}}`;
}

/** A journal in the exchange's own database, one writer a name. */
export function tableJournal(engine: Engine, name: string): Journal {
  let tail: Promise<unknown> = Promise.resolve();
  // One after the other, so that two records of this instance never compute the same n.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work, work);
    tail = done.catch(() => undefined);
    return done;
  };
  const next = sql<number>`(SELECT coalesce(max(j.n), 0) + 1 FROM journal j WHERE j.name = ${name})`;
  const row = (at: Micros, fields: string) =>
    query("journal", engine.compile.insertInto("journal").values({ name, n: next, at, fields }).compile());
  return {
    name,
    record: (at, fields) =>
      inTurn(async () => {
        await engine.batch([row(at, fields)]);
        const last = await engine.read
          .selectFrom("journal")
          .select((eb) => eb.fn.max("n").as("n"))
          .where("name", "=", name)
          .executeTakeFirst();
        return Number(last?.n ?? 0);
      }),
    tally: (at, subject) =>
      inTurn(() =>
        engine.batch([
          query(
            "tally",
            engine.compile
              .insertInto("tally")
              .values({ name, hour: Math.floor(at / HOUR), subject, count: 1 })
              .onConflict((taken) =>
                taken.columns(["name", "hour", "subject"]).doUpdateSet({ count: sql`tally.count + 1` }),
              )
              .compile(),
          ),
        ]),
      ),
    settleTallies: (now) =>
      inTurn(async () => {
        const over = await engine.read
          .selectFrom("tally")
          .selectAll()
          .where("name", "=", name)
          .where("hour", "<", Math.floor(now / HOUR))
          .orderBy("hour")
          .orderBy("subject")
          .limit(500)
          .execute();
        for (const tally of over)
          await engine.batch([
            row(now, tallyFields(tally.subject, tally.count)),
            query(
              "tally",
              engine.compile
                .deleteFrom("tally")
                .where("name", "=", name)
                .where("hour", "=", tally.hour)
                .where("subject", "=", tally.subject)
                .compile(),
            ),
          ]);
      }),
    after: async (n, limit) =>
      engine.read
        .selectFrom("journal")
        .select(["n", "at", "fields"])
        .where("name", "=", name)
        .where("n", ">", n)
        .orderBy("n")
        .limit(limit)
        .execute(),
    close: async () => {},
  };
}
