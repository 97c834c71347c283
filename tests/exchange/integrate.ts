// How entries get into the log, on every engine and in every runtime: all journals of the database whoever wrote them, once
// though instances do it at once, and whatever was acknowledged before the call.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ENTRIES_MAX, integrate } from "../../src/exchange/integrate.ts";
import { TURNS } from "../../src/exchange/journal-names.ts";
import { makeKeys } from "../../src/exchange/keys.ts";
import { HOUR, type Journal, tableJournal } from "../../src/store/journal.ts";
import { findPosition, findTurn, readLogEnd } from "../../src/store/log.ts";
import { insert, remove } from "../../src/store/statement.ts";
import { openTestExchange, type TestExchange } from "../harness/exchange.ts";
import { verifyServedLog } from "../harness/log.ts";
import { indicator } from "../harness/objects.ts";
import { faulty, type OpenedEngine, type OpenEngine } from "../harness/open-engine.ts";

const policy = { unmarked: "green", rules: [{ name: "all", share: ["all"] }] };
const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

export function integrateTests(where: string, open: OpenEngine): void {
  describe(`taking entries in on ${where}`, () => {
    let test: OpenedEngine;
    let host: TestExchange;
    let keys: string;
    beforeEach(async () => {
      test = await open();
      keys = await makeKeys("localhost:8787", random);
      host = await openTestExchange(test.engine, { keys });
    });
    afterEach(() => test.close());

    const verified = async (): Promise<Readonly<Record<string, number>>> => {
      const report = await verifyServedLog(host.secretariat, host.exchange.keys.log.verifierKey);
      expect(report.findings).toEqual([]);
      return Object.fromEntries(report.journals);
    };

    it("takes in every journal of the database, and what instances that are gone have counted", async () => {
      const at = host.clock.now() - HOUR;
      const [gone, lost] = [tableJournal(test.engine, "gone"), tableJournal(test.engine, "lost")];
      for (let i = 0; i < 3; i += 1) await gone.record(at, '{"kind":"pull"}');
      await lost.tally(at, '{"kind":"refuse"}');
      await host.exchange.store.record('{"kind":"pull"}');
      const size = await integrate(host.exchange);
      const { turn } = await host.exchange.store.head();
      // The caller's own token is counted, and its hour not over.
      expect(await verified()).toEqual({ [TURNS]: turn, "journal-1": 1, gone: 3, lost: 1 });
      expect(size).toBe(turn + 5);
    });

    it("takes in nothing twice, and signs no second checkpoint of the same log", async () => {
      const size = await integrate(host.exchange);
      const before = (await readLogEnd(test.engine, TURNS, "journal-1")).journals;
      expect(await integrate(host.exchange)).toBe(size);
      expect((await readLogEnd(test.engine, TURNS, "journal-1")).journals).toEqual(before);
      const checkpoints = await test.engine.read.selectFrom("checkpoint").select("size").execute();
      expect(checkpoints).toEqual([{ size }]);
    });

    it("has taken in what was acknowledged before the call, though a run was under way that had read the books", async () => {
      const kz = await host.addState("KZ", policy);
      // The run stands still where it has read how far the journals go.
      let gate = Promise.withResolvers<void>();
      let reached = Promise.withResolvers<void>();
      const journal: Journal = {
        ...tableJournal(test.engine, "still"),
        async after() {
          reached.resolve();
          await gate.promise;
          return [];
        },
      };
      const { exchange } = await openTestExchange(test.engine, { keys, journal });
      gate.resolve();
      await integrate(exchange);
      gate = Promise.withResolvers();
      reached = Promise.withResolvers();
      const early = integrate(exchange);
      await reached.promise;
      const { id } = await kz.contributor.post("threat-reports", [indicator(1, "green")]);
      const late = Promise.all([integrate(exchange), integrate(exchange)]);
      gate.resolve();
      const size = await early;
      expect(await late).toEqual([size + 1, size + 1]);
      const turn = await findTurn(test.engine, String(id));
      expect(await findPosition(test.engine, TURNS, turn?.n ?? 0)).toBe(size);
    });

    it("enters each row once though three instances take in while a fourth is written to", async () => {
      const kz = await host.addState("KZ", policy);
      const others = await Promise.all(
        [2, 3].map((n) => openTestExchange(test.engine, { keys, journal: tableJournal(test.engine, `journal-${n}`) })),
      );
      const instances = [host, ...others].map((one) => one.exchange);
      const writes = Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          await kz.contributor.post("threat-reports", [indicator(i, "green")]);
          await instances[i % 3]?.store.record(`{"count":${i}}`);
        }),
      );
      for (let i = 0; i < 10; i += 1) await Promise.all(instances.map((instance) => integrate(instance)));
      await writes;
      await Promise.all(instances.map((instance) => integrate(instance)));
      const { turn } = await host.exchange.store.head();
      expect(await verified()).toEqual({ [TURNS]: turn, "journal-1": 7, "journal-2": 7, "journal-3": 6 });
    });

    it("takes in more than one batch holds", async () => {
      const rows = Array.from({ length: ENTRIES_MAX + 500 }, (_, i) => ({
        name: "long",
        n: i + 1,
        at: host.clock.now(),
        fields: `{"count":${i}}`,
      }));
      await test.engine.batch(insert("journal", rows));
      await integrate(host.exchange);
      expect((await verified())["long"]).toBe(rows.length);
    });

    it("goes on where an instance ended that was about to append", async () => {
      let isGone = false;
      const engine = faulty(test.engine, async (batch) => {
        if (isGone) throw new Error("gone");
        await batch();
      });
      const ended = await openTestExchange(engine, { keys });
      isGone = true;
      await expect(integrate(ended.exchange)).rejects.toThrow("gone");
      await integrate(host.exchange);
      const { turn } = await host.exchange.store.head();
      expect(await verified()).toEqual({ [TURNS]: turn });
    });

    it("enters nothing after a row that somebody removed", async () => {
      const journal = tableJournal(test.engine, "torn");
      for (let i = 0; i < 4; i += 1) await journal.record(host.clock.now(), "{}");
      await test.engine.batch(remove("journal", [{ name: "torn", n: 2 }]));
      await expect(integrate(host.exchange)).rejects.toThrow(/torn has a gap/);
    });
  });
}
