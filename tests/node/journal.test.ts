// The journal's thread on its own file: what cannot be written is refused and forgotten, and the thread goes on.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openJournalThread, type ThreadJournal } from "../../src/node/journal.ts";
import { HOUR, tallyFields } from "../../src/store/journal.ts";

const NOW = 490_000 * HOUR + HOUR / 2;

describe("the journal's thread", () => {
  let folder = "";
  let file = "";
  let journal: ThreadJournal;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "serai-journal-"));
    file = join(folder, "serai.db.journal");
    journal = await openJournalThread({ file, name: "node-1" });
  });
  afterEach(async () => {
    await journal.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const texts = async (): Promise<readonly string[]> => (await journal.after(0, 1_000)).map((row) => row.fields);

  /** Another program that holds the file for longer than a batch waits, until it is told to end. */
  const lock = (): (() => void) => {
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    return () => {
      other.exec("ROLLBACK");
      other.close();
    };
  };

  it("refuses what it cannot write while another program holds the file, and writes the next gapless", async () => {
    expect(await journal.record(NOW, '{"count":1}')).toBe(1);
    const unlock = lock();
    const refused = await Promise.allSettled([
      journal.record(NOW, '{"count":2}'),
      journal.tally(NOW, '{"kind":"refuse"}'),
      journal.check(),
      journal.after(0, 10),
    ]);
    unlock();
    for (const one of refused)
      expect(one).toMatchObject({ status: "rejected", reason: { name: "Refusal", code: "unavailable" } });
    expect(await journal.record(NOW, '{"count":3}')).toBe(2);
    await journal.settleTallies(NOW + HOUR);
    expect(await texts()).toEqual(['{"count":1}', '{"count":3}']);
  });

  it("waits for a lock that is given back soon, and refuses nothing", async () => {
    const unlock = lock();
    const recorded = journal.record(NOW, "{}");
    setTimeout(unlock, 200);
    expect(await recorded).toBe(1);
  });

  it("goes on from where its file ends, whoever wrote there", async () => {
    await journal.record(NOW, "{}");
    const other = new DatabaseSync(file);
    other.exec(`INSERT INTO journal (n, at, fields) VALUES (2, ${NOW + 5}, '{}')`);
    other.close();
    expect(await journal.record(NOW, "{}")).toBe(3);
    expect((await journal.after(0, 10)).map((row) => row.at)).toEqual([NOW, NOW + 5, NOW + 5]);
  });

  it("leaves nothing of a batch of which one part fails", async () => {
    const other = new DatabaseSync(file);
    other.exec("CREATE TRIGGER no BEFORE INSERT ON tally BEGIN SELECT RAISE(ABORT, 'no'); END");
    const refused = await Promise.allSettled([journal.record(NOW, "{}"), journal.tally(NOW, "{}")]);
    expect(refused.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    other.exec("DROP TRIGGER no");
    other.close();
    expect(await texts()).toEqual([]);
    expect(await journal.record(NOW, "{}")).toBe(1);
  });

  it("checks itself by a write that leaves no row", async () => {
    // What another connection sees change when something was written.
    const other = new DatabaseSync(file, { readOnly: true });
    const version = (): number => Number(other.prepare("PRAGMA data_version").get()?.["data_version"]);
    for (let i = 0; i < 3; i += 1) {
      const before = version();
      await journal.check();
      expect(version()).toBeGreaterThan(before);
    }
    other.close();
    expect(await texts()).toEqual([]);
  });

  it("knows its name and its newest row when it is opened again", async () => {
    expect([journal.name, journal.newest]).toEqual(["node-1", 0]);
    await Promise.all([journal.record(NOW, "{}"), journal.record(NOW, "{}"), journal.tally(NOW, '{"kind":"token"}')]);
    await journal.close();
    journal = await openJournalThread({ file, name: "node-2" });
    expect([journal.name, journal.newest]).toEqual(["node-1", 2]);
    await journal.settleTallies(NOW + HOUR);
    expect((await texts()).at(-1)).toBe(tallyFields('{"kind":"token"}', 1));
  });

  it("refuses at once when its thread is gone, and closes twice", async () => {
    await journal.close();
    await journal.close();
    await expect(journal.record(NOW, "{}")).rejects.toMatchObject({ code: "unavailable" });
    await expect(journal.check()).rejects.toMatchObject({ code: "unavailable" });
  });

  it("refuses to open what is no journal, and says which file", async () => {
    const wrong = join(folder, "no-such-folder", "journal");
    await expect(openJournalThread({ file: wrong, name: "node-1" })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(wrong),
    });
  });
});
