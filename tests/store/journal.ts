// The journal in the database, on every engine and in every runtime: gapless and in order whoever writes it, counts that
// become one row an hour, by any instance and once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR, type Journal, type JournalRow, tableJournal, tallyFields, WRITES_MAX } from "../../src/store/journal.ts";
import { insert } from "../../src/store/statement.ts";
import { faulty, type OpenedEngine, type OpenEngine } from "../harness/open-engine.ts";

/** A time in the middle of an hour. */
const NOW = 490_000 * HOUR + HOUR / 2;

export function journalTests(where: string, open: OpenEngine): void {
  describe(`the journal on ${where}`, () => {
    let test: OpenedEngine;
    let names = 0;
    beforeAll(async () => {
      test = await open();
    });
    afterAll(() => test.close());

    const newName = (): string => `journal-${(names += 1)}`;
    const rowsOf = (name: string): Promise<readonly JournalRow[]> => tableJournal(test.engine, name).after(0, 10_000);
    const recordAll = (journal: Journal, texts: readonly string[]): Promise<readonly number[]> =>
      Promise.all(texts.map((text) => journal.record(NOW, text)));

    it("numbers the records of one writer from 1, in the order in which they were asked for", async () => {
      const journal = tableJournal(test.engine, newName());
      const texts = Array.from({ length: WRITES_MAX * 3 + 1 }, (_, i) => `{"count":${i}}`);
      expect(await recordAll(journal, texts)).toEqual(texts.map((_, i) => i + 1));
      expect(await rowsOf(journal.name)).toEqual(texts.map((fields, i) => ({ n: i + 1, at: NOW, fields })));
      expect(await journal.record(NOW, "{}")).toBe(texts.length + 1);
    });

    it("is gapless though four instances write it at once, and tells each of its own rows", async () => {
      const name = newName();
      const written = await Promise.all(
        Array.from({ length: 4 }, async (_, writer) => {
          const texts = Array.from({ length: 50 }, (_, i) => `{"actor":"writer-${writer}","count":${i}}`);
          const numbers = await recordAll(tableJournal(test.engine, name), texts);
          return texts.map((fields, i) => ({ n: numbers[i] ?? 0, at: NOW, fields }));
        }),
      );
      expect(await rowsOf(name)).toEqual(written.flat().sort((one, other) => one.n - other.n));
      expect(written.flat().map((row) => row.n)).toHaveLength(200);
    });

    it("tells rows with the same values apart from none but their like", async () => {
      const name = newName();
      const [one, other] = [tableJournal(test.engine, name), tableJournal(test.engine, name)];
      await recordAll(one, ['{"count":1}', '{"count":2}']);
      const numbers = await recordAll(other, ['{"count":1}', '{"count":2}']);
      const rows = await rowsOf(name);
      expect(numbers.map((n) => rows[n - 1]?.fields)).toEqual(['{"count":1}', '{"count":2}']);
    });

    it("never lets its times go back, whatever the clocks of its writers say", async () => {
      const name = newName();
      for (const at of [5_000, 3_000, 7_000, 6_999]) await tableJournal(test.engine, name).record(at, "{}");
      expect((await rowsOf(name)).map((row) => row.at)).toEqual([5_000, 5_000, 7_000, 7_000]);
    });

    it("makes one row of an hour's counts of all instances, and leaves the hour that is not over", async () => {
      const name = newName();
      const subject = '{"actor":"KZ-analyst","kind":"pull","outcome":"nothing"}';
      const [one, other] = [tableJournal(test.engine, name), tableJournal(test.engine, name)];
      await Promise.all(Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? other : one).tally(NOW, subject)));
      await one.tally(NOW + HOUR, subject);
      await one.settleTallies(NOW + HOUR / 4);
      expect(await rowsOf(name)).toEqual([]);
      await one.settleTallies(NOW + HOUR);
      expect(await rowsOf(name)).toEqual([{ n: 1, at: NOW + HOUR, fields: tallyFields(subject, 30) }]);
      await one.settleTallies(NOW + 2 * HOUR);
      expect((await rowsOf(name)).map((row) => row.fields)).toEqual([
        tallyFields(subject, 30),
        tallyFields(subject, 1),
      ]);
    });

    it("writes counts as the journal of the other runtime does, whatever is counted", async () => {
      const name = newName();
      const subjects = ["{}", '{"kind":"token"}', `{"actor":"a'b","outcome":"жоқ \\"\\\\"}`].sort();
      for (const subject of subjects) await tableJournal(test.engine, name).tally(NOW, subject);
      await tableJournal(test.engine, name).settleTallies(NOW + HOUR);
      expect((await rowsOf(name)).map((row) => row.fields).sort()).toEqual(
        subjects.map((subject) => tallyFields(subject, 1)).sort(),
      );
    });

    it("settles the counts of instances that are gone, each in its own journal and behind what is there", async () => {
      const [gone, lost, living] = [newName(), newName(), newName()];
      await tableJournal(test.engine, gone).record(NOW + 9 * HOUR, '{"count":1}');
      for (const name of [gone, lost]) await tableJournal(test.engine, name).tally(NOW, '{"kind":"refuse"}');
      await tableJournal(test.engine, living).settleTallies(NOW + HOUR);
      const settled = tallyFields('{"kind":"refuse"}', 1);
      expect(await rowsOf(gone)).toEqual([
        { n: 1, at: NOW + 9 * HOUR, fields: '{"count":1}' },
        { n: 2, at: NOW + 9 * HOUR, fields: settled },
      ]);
      expect(await rowsOf(lost)).toEqual([{ n: 1, at: NOW + HOUR, fields: settled }]);
      expect(await rowsOf(living)).toEqual([]);
    });

    it("settles each count once though instances settle, count and record at once", async () => {
      const name = newName();
      const journals = Array.from({ length: 4 }, () => tableJournal(test.engine, name));
      const subjects = Array.from({ length: 10 }, (_, i) => `{"actor":"client-${i}"}`);
      await Promise.all(subjects.map((subject, i) => journals[i % 4]?.tally(NOW, subject)));
      await Promise.all(
        journals.flatMap((journal, i) => [
          journal.settleTallies(NOW + HOUR),
          journal.record(NOW + HOUR, `{"count":${i}}`),
          journal.tally(NOW + HOUR, '{"actor":"later"}'),
        ]),
      );
      const rows = await rowsOf(name);
      expect(rows.map((row) => row.n)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
      expect(rows.map((row) => row.fields).sort()).toEqual(
        [...subjects.map((subject) => tallyFields(subject, 1)), ...journals.map((_, i) => `{"count":${i}}`)].sort(),
      );
    });

    it("checks that it can write, and leaves neither a row nor a count", async () => {
      const name = newName();
      const journal = tableJournal(test.engine, name);
      await journal.tally(NOW, '{"kind":"token"}');
      await journal.check();
      await journal.settleTallies(NOW + HOUR);
      expect((await rowsOf(name)).map((row) => row.fields)).toEqual([tallyFields('{"kind":"token"}', 1)]);
      let batches = 0;
      const down = faulty(test.engine, async () => {
        batches += 1;
        throw new Error("read-only");
      });
      await expect(tableJournal(down, name).check()).rejects.toThrow("read-only");
      expect(batches).toBe(1);
    });

    it("tries again when another writer was first", async () => {
      let faults = 2;
      const taken = { jti: "taken", until_second: 0 };
      const engine = faulty(test.engine, async (batch) => {
        // A real conflict of this engine, as PostgreSQL has it when two give the same number.
        if (faults > 0) {
          faults -= 1;
          await test.engine.batch(insert("replay", [taken, taken]));
        }
        await batch();
      });
      expect(await tableJournal(engine, newName()).record(NOW, "{}")).toBe(1);
      expect(faults).toBe(0);
    });

    it("fails those whose batch did not go in, and serves those after", async () => {
      const name = newName();
      let isDown = true;
      const engine = faulty(test.engine, async (batch) => {
        if (isDown) throw new Error("no database");
        await batch();
      });
      const journal = tableJournal(engine, name);
      const failed = await Promise.allSettled([journal.record(NOW, "{}"), journal.tally(NOW, "{}")]);
      expect(failed.map((one) => one.status)).toEqual(["rejected", "rejected"]);
      isDown = false;
      expect(await journal.record(NOW, "{}")).toBe(1);
      expect(await rowsOf(name)).toHaveLength(1);
    });
  });
}
