// The first start makes the books, the exchange's keys and the secretariat's client file. Wherever it is cut off, the next one
// goes on: the exchange starts, and the secretariat has its client. A start that cannot succeed says why and ends.
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditVerified } from "../../src/cli/audit.ts";
import { sessionOf, typeWell } from "../harness/commands.ts";
import { faultSeconds, Stage } from "../harness/fault-stage.ts";
import { Disk, type Fault, hasDisk } from "../harness/power-cut.ts";
import { pause, seeded } from "../harness/random.ts";
import { DATABASE, runSerai, startServer } from "../harness/server-process.ts";

const KEYS = `${DATABASE}.keys.json`;
const CLIENT = `${DATABASE}.secretariat.json`;
const here = hasDisk();
/** Steps that a run tries, drawn anew each time; a run of a minute tries all. */
const STEPS = faultSeconds < 60 ? Math.max(2, Math.round(faultSeconds / 2)) : 1_000;
/** In milliseconds. */
const ENDS_WITHIN = 20_000;
const TAKEN_IN_WITHIN = 1_500;

describe.concurrent("a first start", () => {
  describe.runIf(here)("that the power is cut in", { concurrent: false }, () => {
    const stage = new Stage(seeded());
    let port = 0;
    let lives = 0;
    let syncs: readonly string[] = [];
    beforeAll(async () => {
      const disk = new Disk(stage.path("uncut"), stage.folder, "uncut");
      const server = await startServer({ folder: disk.data, env: disk.env });
      syncs = disk.synced();
      // Client files name the exchange's port: all these starts are at one.
      port = server.port;
      await server.kill();
    });
    afterAll(() => stage.close());

    /** A first start, until the disk dies or it serves. */
    const cutOff = async (options: {
      strict?: boolean;
      fault?: Fault;
      on?: string;
      killAt?: number;
    }): Promise<Disk> => {
      const { strict = false, fault, on = "*", killAt } = options;
      lives += 1;
      const disk = new Disk(stage.path(`life-${lives}`), stage.folder, `life-${lives}`, {
        strict,
        ...(killAt === undefined ? {} : { killAt }),
      });
      if (fault !== undefined) disk.plant(fault, on);
      const server = await startServer({ folder: disk.data, port, env: disk.env }).catch(() => null);
      await server?.kill();
      return disk;
    };

    /** What is wrong with the next start, or null. */
    const faultOfNext = async (disk: Disk): Promise<string | null> => {
      const server = await startServer({ folder: disk.shadow, port }).catch((error: unknown) => String(error));
      if (typeof server === "string") return server;
      try {
        if (!existsSync(server.clientFile)) return "the secretariat has rights, and no client file";
        await (await sessionOf(server.clientFile)).token();
        await typeWell(["state", "add", "KZ"], server.clientFile);
        return null;
      } catch (error) {
        return String(error);
      } finally {
        await server.kill();
      }
    };

    it.each([
      ["before the keys are on the disk", "kill-before", `*/${KEYS}*`],
      ["before the client file is on the disk", "kill-before", `*/${CLIENT}*`],
      ["after the client file has its name, and before the books know it", "kill-named", `*/${CLIENT}`],
    ] as const)("%s is gone on with", async (_when, fault, on) => {
      expect(await faultOfNext(await cutOff({ fault, on }))).toBeNull();
    });

    it("leaves the secretariat its client file once it serves, whenever the power goes then", async () => {
      expect(await faultOfNext(await cutOff({ strict: true }))).toBeNull();
    });

    it("between the first turn of the books and the secretariat's client in them is gone on with", async () => {
      const turn = syncs.findIndex((name, i) => i > syncs.findIndex(isOfClient) && name === `${DATABASE}-wal`) + 1;
      expect(turn).toBeGreaterThan(1);
      const disk = await cutOff({ killAt: 2 * turn });
      expect(await faultOfNext(disk)).toBeNull();
    });

    it("is gone on with at any step of it", { timeout: 600_000 }, async () => {
      const steps = Array.from({ length: 2 * syncs.length }, (_, i) => i + 1);
      const faults: string[] = [];
      for (let tried = 0; tried < STEPS && steps.length > 0; tried += 1) {
        const [killAt = 0] = steps.splice(stage.random.below(steps.length), 1);
        const strict = stage.random.chance(0.5);
        const fault = await faultOfNext(await cutOff({ strict, killAt }));
        if (fault !== null) faults.push(`cut at step ${killAt}${strict ? ", names not synced" : ""}: ${fault}`);
      }
      expect(faults).toEqual([]);
    });
  });
});

const isOfClient = (name: string): boolean => name.startsWith(CLIENT);

describe.concurrent("a start", () => {
  describe("that cannot succeed", { concurrent: false }, () => {
    const stage = new Stage(seeded());
    afterAll(() => stage.close());
    const envOf = (name: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
      PORT: "0",
      DATABASE_URL: `sqlite:${join(stage.path(name), DATABASE)}`,
      ...more,
    });

    it("says why and ends, where the keys cannot be read", async () => {
      writeFileSync(join(stage.path("broken"), KEYS), "{");
      const { code, err } = await runSerai(["serve"], envOf("broken"), ENDS_WITHIN);
      expect(err).toMatch(/^serai: /);
      expect(code).toBe(3);
    });

    it("makes no new keys for books that are written under others: it says that they are missing, and ends", async () => {
      const server = await startServer({ folder: stage.path("keyless") });
      await server.stop();
      rmSync(join(server.folder, KEYS));
      const { code, err } = await runSerai(["serve"], envOf("keyless"), ENDS_WITHIN);
      expect(existsSync(join(server.folder, KEYS))).toBe(false);
      expect(err).toMatch(/^serai: .*keys/i);
      expect(code).toBe(3);
    });

    it.runIf(here)("ends on a disk that is full, and starts once there is space", async () => {
      const disk = new Disk(stage.path("full"), stage.folder, "full");
      disk.plant("full", "*");
      const { code } = await runSerai(["serve"], envOf("full", disk.env), ENDS_WITHIN);
      expect(code).not.toBe(0);
      expect(code).not.toBeNull();
      disk.heal();
      const server = await startServer({ folder: disk.data, env: disk.env });
      expect(await server.stop()).toEqual({ code: 0, signal: null });
    });

    it("does not go on with a journal that is older than what the log took in of it: it begins another, and says so", async () => {
      await stage.start(stage.path("older"));
      await stage.admit();
      for (const writer of stage.writers) await writer.write();
      const journal = join(stage.path("older"), `${DATABASE}.journal`);
      await stage.server.stop();
      copyFileSync(journal, `${journal}.old`);
      await stage.start(stage.path("older"));
      await stage.load().drain();
      await stage.server.stop();
      copyFileSync(`${journal}.old`, journal);
      const server = await stage.start(stage.path("older"));
      expect(server.errors()).toMatch(/"level":"warn[^\n]*The journal is older than the log/);
      const aside = readdirSync(stage.path("older")).filter((name) => name.startsWith(`${DATABASE}.journal.before-`));
      expect(aside).toHaveLength(1);
      expect(readFileSync(join(stage.path("older"), aside[0] ?? ""))).toEqual(readFileSync(`${journal}.old`));
      const before = await entriesOfJournals(stage);
      const session = await stage.session("KZ-analyst");
      for (let i = 0; i < 3; i += 1)
        await session.request("GET", "/api/collections/threat-reports/objects/?limit=1", { taxii: true });
      await pause(TAKEN_IN_WITHIN);
      expect(await entriesOfJournals(stage)).toBe(before + 3);
      // And again with the new one, which is not behind.
      await stage.server.stop();
      expect((await stage.start(stage.path("older"))).errors()).not.toMatch(/older than the log/);
      await stage.server.stop();
    });
  });

  describe("beside another on the same database", { concurrent: false }, () => {
    const stage = new Stage(seeded());
    afterAll(() => stage.close());

    it.each([
      ["serve", ["serve"]],
      ["init", ["init", "--members", "cica"]],
      ["migrate", ["migrate"]],
    ])("is refused by %s, which says what to do, and leaves the one that runs alone", async (command, args) => {
      const folder = stage.path(command);
      const server = await stage.start(folder);
      const env = { PORT: command === "serve" ? "0" : "8787", DATABASE_URL: `sqlite:${join(folder, DATABASE)}` };
      const { code, out, err } = await runSerai(args, env, ENDS_WITHIN);
      expect(err).toMatch(/^serai: Another serai process has .* open\. Stop it first/);
      expect(out).toBe("");
      expect(code).toBe(3);
      await typeWell(["state", "add", "KZ"], server.clientFile);
      expect(await server.stop()).toEqual({ code: 0, signal: null });
      expect((await runSerai(["migrate"], env, ENDS_WITHIN)).out).toBe("Nothing to migrate.\n");
    });

    it("succeeds at once where the other was killed, and in another folder while it runs", async () => {
      const first = await startServer({ folder: stage.path("killed") });
      const other = await startServer({ folder: stage.path("other") });
      await first.kill();
      const second = await startServer({ folder: first.folder, port: first.port });
      for (const server of [other, second]) {
        await typeWell(["state", "add", "KZ"], server.clientFile);
        expect(await server.stop()).toEqual({ code: 0, signal: null });
      }
    });
  });
});

/** Entries in the log that are not turns. */
async function entriesOfJournals(stage: Stage): Promise<number> {
  const out = await typeWell(["audit", "verify", "--json"], stage.members.file("KZ-analyst"));
  const { journals } = JSON.parse(out) as AuditVerified; // printed by the command
  return Object.entries(journals).reduce((sum, [name, count]) => (name === "turns" ? sum : sum + count), 0);
}
