// No space, a disk that fails, or a lock that another process holds, under the journal or under the books: what cannot be
// recorded does not happen (exchange-model, nothing-unrecorded), and afterwards the server goes on as if nothing had been.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Answered, type Session } from "../../src/cli/session.ts";
import { typeWell } from "../harness/commands.ts";
import { faultSeconds, Stage } from "../harness/fault-stage.ts";
import { Disk, hasDisk } from "../harness/power-cut.ts";
import { pause, seeded } from "../harness/random.ts";
import { DATABASE } from "../harness/server-process.ts";

const JOURNAL = `*/${DATABASE}.journal-wal`;
const BOOKS = `*/${DATABASE}-wal`;
const objectsPath = "/api/collections/threat-reports/objects/";

/** Longer than busy_timeout of either file. */
const LOCKED = 6_000;
const here = hasDisk();

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(session: Session, method: string, path: string): Promise<Answer> {
  const { access_token } = await session.token();
  const headers = { Authorization: `Bearer ${access_token}`, Accept: "application/taxii+json;version=2.1" };
  const response = await fetch(session.url + path, { method, headers });
  return { status: response.status, text: await response.text() };
}

// The second of these waits most of its time: the two go on side by side.
describe.concurrent("a disk", () => {
  describe.runIf(here)("that takes nothing", { concurrent: false }, () => {
    const stage = new Stage(seeded());
    let disk: Disk;
    let analyst: Session;
    beforeAll(async () => {
      disk = new Disk(stage.path("data"), stage.folder, "full");
      await stage.start(disk.data, disk.env);
      await stage.admit();
      for (const writer of stage.writers) for (let i = 0; i < 5; i += 1) await writer.write();
      analyst = await stage.session("TR-analyst");
      await analyst.token();
    });
    afterAll(() => stage.close());

    const entries = async (): Promise<number> => {
      const verified = JSON.parse(await typeWell(["audit", "verify", "--json"], stage.members.file("TR-analyst")));
      expect(verified).toMatchObject({ verified: true });
      return Number(verified.size);
    };

    describe.each([
      ["is full", "full"],
      ["fails to sync", "sync-fails"],
    ] as const)("and %s", (_how, fault) => {
      it.each([
        ["a pull", "GET", `${objectsPath}?limit=5`],
        ["a pull that finds nothing", "GET", `${objectsPath}?added_after=2100-01-01T00:00:00Z`],
        ["a manifest", "GET", "/api/collections/threat-reports/manifest/"],
        ["a refusal", "GET", "/api/collections/no-such-collection/objects/"],
        ["a refusal to a stranger", "GET", "/nothing/here"],
      ])("under the journal, lets %s fail, and says nothing", async (_what, method, path) => {
        expect((await ask(analyst, method, path)).status).toBeLessThan(500);
        disk.plant(fault, JOURNAL);
        const failed = await ask(analyst, method, path);
        disk.heal();
        expect(failed.status).toBeGreaterThanOrEqual(500);
        expect(failed.text).not.toMatch(/indicator|modified|disk|SQLITE|journal/i);
        // There is space again, and the server did not have to be started anew.
        expect((await ask(analyst, method, path)).status).toBeLessThan(500);
      });

      it("under the journal, gives no token that is not entered", async () => {
        disk.plant(fault, JOURNAL);
        const refused = (await stage.session("UZ-analyst")).token();
        await expect(refused).rejects.toMatchObject({ name: "Refusal" });
        disk.heal();
        await expect((await stage.session("UZ-analyst")).token()).resolves.toMatchObject({ token_type: "Bearer" });
      });

      it("under the books, takes no contribution and changes nothing, and goes on serving", async () => {
        const [writer] = stage.writers;
        const before = await ask(analyst, "GET", `${objectsPath}?match[version]=all`);
        const envelope = writer?.compose();
        if (writer === undefined || envelope === undefined) throw new Error("There is no writer.");
        disk.plant(fault, BOOKS);
        await expect(writer.send(envelope)).rejects.toMatchObject({ code: "unavailable" });
        // Reads of the books and entries of the journal need no space there.
        expect(await ask(analyst, "GET", `${objectsPath}?match[version]=all`)).toEqual(before);
        disk.heal();
        expect(await ask(analyst, "GET", `${objectsPath}?match[version]=all`)).toEqual(before);
        await writer.send(envelope);
      });

      it("for a while under load, leaves the log whole and every poller with everything once", async () => {
        const size = await entries();
        const failed = stage.ledger.failed;
        const load = stage.load();
        load.start(true);
        for (const suffix of [JOURNAL, BOOKS, JOURNAL, BOOKS]) {
          await pause(faultSeconds * 15);
          disk.plant(fault, suffix);
          await pause(faultSeconds * 15);
          disk.heal();
        }
        await pause(faultSeconds * 15);
        await load.stop();
        expect(stage.ledger.failed).toBeGreaterThan(failed);
        expect(await stage.examineAftermath(disk.data, await stage.checkpoint())).toEqual([]);
        expect(await entries()).toBeGreaterThan(size);
      });
    });

    it("has lost nothing when the power is cut after all that", async () => {
      const trusted = await stage.killUnderLoad(300);
      expect(stage.examineBooks(disk.shadow)).toEqual([]);
      await stage.start(disk.shadow);
      expect(await stage.examineAftermath(disk.shadow, trusted)).toEqual([]);
      await stage.server.stop();
      expect(stage.examineBooks(disk.shadow)).toEqual([]);
    });
  });
});

describe.concurrent("a file", () => {
  describe("that another process has locked", { concurrent: false }, () => {
    const stage = new Stage(seeded());
    beforeAll(async () => {
      await stage.start(stage.path("data"));
      await stage.admit();
      for (const writer of stage.writers) await writer.write();
    });
    afterAll(() => stage.close());

    const lock = async (name: string): Promise<void> => {
      const database = new DatabaseSync(join(stage.path("data"), name));
      database.exec("BEGIN IMMEDIATE");
      await pause(LOCKED);
      database.exec("ROLLBACK");
      database.close();
    };
    const pull = async (): Promise<number> => {
      const session = await stage.session("KZ-analyst");
      try {
        return (await session.request("GET", "/api/collections/threat-reports/objects/?limit=2", { taxii: true }))
          .status;
      } catch (error) {
        if (error instanceof Answered) return error.status;
        throw error;
      }
    };

    // The journal's thread dies of the lock and is not started again (src/node/journal-thread.ts, BEGIN outside of its try):
    // when that is mended this test says so, and the two become `it`.
    it.fails("lets pulls fail while it is the journal, and succeed afterwards", async () => {
      const locked = lock(`${DATABASE}.journal`);
      expect(await pull()).toBeGreaterThanOrEqual(500);
      await locked;
      expect(await pull()).toBe(200);
    });

    it.fails("leaves nothing unrecorded, twice or half", async () => {
      for (const writer of stage.writers) await writer.write();
      await stage.load().drain();
      expect(await stage.examineFeeds()).toEqual([]);
      expect(await stage.examineLog()).toEqual([]);
      await stage.server.stop();
      expect(stage.examineBooks(stage.path("data"))).toEqual([]);
    });
  });
});
