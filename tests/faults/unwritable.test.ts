// No space, a disk that fails, or a lock that another process holds, under the journal or under the books: what cannot be
// recorded does not happen (exchange-model, nothing-unrecorded), and afterwards the server goes on as if nothing had been.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Session } from "../../src/cli/session.ts";
import { LOOK_COUNTS_FOR } from "../../src/http/health.ts";
import { typeWell } from "../harness/commands.ts";
import { faultSeconds, Stage } from "../harness/fault-stage.ts";
import { Disk, hasDisk } from "../harness/power-cut.ts";
import { pause, seeded } from "../harness/random.ts";
import { DATABASE } from "../harness/server-process.ts";

const JOURNAL = `*/${DATABASE}.journal-wal`;
const BOOKS = `*/${DATABASE}-wal`;
const objectsPath = "/api/collections/threat-reports/objects/";

/** Longer than any batch waits, in milliseconds. */
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
        ["a look at the health", "GET", "/health"],
      ])("under the journal, lets %s fail, and says nothing", async (_what, method, path) => {
        expect((await ask(analyst, method, path)).status).toBeLessThan(500);
        if (path === "/health") await pause(LOOK_COUNTS_FOR / 1_000);
        disk.plant(fault, JOURNAL);
        const failed = await ask(analyst, method, path);
        disk.heal();
        expect(failed.status).toBe(503);
        if (path === "/health") {
          expect(JSON.parse(failed.text)).toEqual({ status: "failing", books: "ok", journal: "failing" });
          await pause(LOOK_COUNTS_FOR / 1_000);
        } else expect(failed.text).not.toMatch(/indicator|modified|disk|SQLITE|journal/i);
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

    /** Held by this process, which is another one than the server's. */
    const lock = (name: string): (() => void) => {
      // The server may be writing.
      const database = new DatabaseSync(join(stage.path("data"), name), { timeout: 2_000 });
      database.exec("BEGIN IMMEDIATE");
      return () => {
        database.exec("ROLLBACK");
        database.close();
      };
    };
    const pull = async (session: Session): Promise<number> =>
      (await ask(session, "GET", "/api/collections/threat-reports/objects/?limit=2")).status;
    const analyst = async (): Promise<Session> => {
      const session = await stage.session("KZ-analyst");
      await session.token();
      return session;
    };

    it("lets pulls fail while it is the journal, and succeed afterwards, as /health tells", async () => {
      const session = await analyst();
      const unlock = lock(`${DATABASE}.journal`);
      const locked = pause(LOCKED);
      expect(await pull(session)).toBe(503);
      expect((await ask(session, "GET", "/health")).status).toBe(503);
      await expect(analyst()).rejects.toMatchObject({ status: 503 });
      await locked;
      unlock();
      expect(await pull(session)).toBe(200);
      await pause(LOOK_COUNTS_FOR / 1_000);
      expect(await ask(session, "GET", "/health")).toEqual({ status: 200, text: '{"status":"ok"}\n' });
    });

    it("takes no contribution while it is the books, and serves all who read without making them wait", async () => {
      const session = await analyst();
      const [writer] = stage.writers;
      const envelope = writer?.compose();
      if (writer === undefined || envelope === undefined) throw new Error("There is no writer.");
      await stage.session(envelope.client).then((one) => one.token());
      const unlock = lock(DATABASE);
      let waited = 0;
      const sent = expect(writer.send(envelope)).rejects.toMatchObject({ status: 503 });
      for (let i = 0; i < 20; i += 1) {
        const began = performance.now();
        expect(await pull(session)).toBe(200);
        expect((await ask(session, "GET", "/health")).status).toBe(200);
        waited = Math.max(waited, performance.now() - began);
        await pause(50);
      }
      await sent;
      unlock();
      expect(waited).toBeLessThan(1_900);
      await writer.send(envelope);
    });

    it("is waited for where it is the books, and given back soon", async () => {
      const unlock = lock(DATABASE);
      setTimeout(unlock, 500);
      for (const writer of stage.writers) await writer.write();
    });

    it("leaves nothing unrecorded, twice or half", async () => {
      for (const writer of stage.writers) await writer.write();
      await stage.load().drain();
      expect(await stage.examineFeeds()).toEqual([]);
      expect(await stage.examineLog()).toEqual([]);
      expect(stage.ledger.findings).toEqual([]);
      await stage.server.stop();
      expect(stage.examineBooks(stage.path("data"))).toEqual([]);
    });
  });
});
