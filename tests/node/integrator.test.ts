// The log's thread: entries of turns and of the journal get into the log by it, it takes turns with the serving thread in writing
// the books, and one that has ended is followed by another.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { integrate } from "../../src/exchange/integrate.ts";
import { fieldsText } from "../../src/exchange/entry-fields.ts";
import { openIntegrator } from "../../src/node/integrator.ts";
import { type Opened, openNode } from "../../src/node/open.ts";
import { readSettings } from "../../src/node/settings.ts";
import { turnstile } from "../../src/store/gate.ts";

const URL_OF_TEST = "http://localhost:8787";

let folder = "";
let opened: Opened;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "serai-integrator-"));
  opened = await openNode(readSettings({ DATABASE_URL: `sqlite:${join(folder, "exchange.db")}` }), URL_OF_TEST);
});
afterEach(async () => {
  await opened.exchange.store.close();
  rmSync(folder, { recursive: true, force: true });
});

const entered = (n: number): Promise<number> =>
  opened.exchange.store.record(fieldsText({ kind: "pull", count: n, outcome: "test" }));
const leaves = async (): Promise<number> =>
  (await opened.exchange.store.read.selectFrom("leaf").select("position").execute()).length;

describe("the log's thread", () => {
  it("takes in whatever was acknowledged before it was asked", async () => {
    const begun = await integrate(opened.exchange);
    expect(begun).toBe((await opened.exchange.store.head()).turn);
    for (let n = 1; n <= 5; n += 1) {
      await entered(n);
      expect(await integrate(opened.exchange)).toBe(begun + n);
      expect(await leaves()).toBe(begun + n);
    }
    await Promise.all(Array.from({ length: 300 }, (_, n) => entered(n)));
    const sizes = await Promise.all([integrate(opened.exchange), integrate(opened.exchange)]);
    expect(sizes).toEqual([begun + 305, begun + 305]);
  });

  it("writes the books by turns with the serving thread: neither finds them locked", async () => {
    const { store } = opened.exchange;
    const before = await integrate(opened.exchange);
    let size = before;
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 50 }, (_, n) => entered(n)));
      const taking = integrate(opened.exchange);
      const kept = Array.from({ length: 20 }, (_, i) =>
        store.keep([
          {
            kind: "query",
            table: "replay",
            sql: "INSERT INTO replay (jti, until_second) VALUES (?, 1)",
            parameters: [`${round}-${i}`],
          },
        ]),
      );
      await Promise.all(kept);
      size = await taking;
    }
    expect(size).toBe(before + 1_000);
    expect((await store.read.selectFrom("replay").select("jti").execute()).length).toBe(400);
  });

  it("that has ended fails who waits for it, gives back its turn to write, and another one follows", async () => {
    await entered(1);
    await integrate(opened.exchange);
    const gate = turnstile();
    const files = {
      database: join(folder, "exchange.db"),
      journal: join(folder, "none.journal"),
      name: "node-none",
      keys: "",
    };
    const broken = openIntegrator(files, gate);
    await expect(broken.integrate()).rejects.toThrow();
    await expect(broken.integrate()).rejects.toThrow();
    expect(await gate(async () => "passed")).toBe("passed");
    await broken.close();
  });
});
