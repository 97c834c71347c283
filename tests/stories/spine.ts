// The spine as its users meet it, on every engine and in every runtime: contribute, decide, pull, prove; many at once, a
// policy that changes meanwhile, another instance, an answer that is lost, a contribution as large as a national feed.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Checkpoint } from "../../src/audit/checkpoint.ts";
import type { Json } from "../../src/encoding/json.ts";
import { integrate } from "../../src/exchange/integrate.ts";
import { TURNS } from "../../src/exchange/journal-names.ts";
import { makeKeys } from "../../src/exchange/keys.ts";
import { openTestExchange, TEST_URL, type TestClient, type TestExchange, type TestState } from "../harness/exchange.ts";
import { servedCheckpoint, verifyServedLog, verifyServedReceipt } from "../harness/log.ts";
import { indicator, later, malware, relationship } from "../harness/objects.ts";
import { faulty, type OpenedEngine, type OpenEngine } from "../harness/open-engine.ts";

const everyone = { unmarked: "green", rules: [{ name: "region-wide", share: ["all"], when: { tlp: "green" } }] };
const neighbours = {
  ...everyone,
  groups: { neighbours: ["TR"] },
  rules: [
    ...everyone.rules,
    { name: "neighbours", share: ["group:neighbours"], when: { tlp: ["amber"] } },
    { name: "as I said", share: ["named"], when: { tlp: "red" } },
  ],
};
/** Objects of the largest contribution. */
const MANY = 5_000;
const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

export function spineStories(where: string, open: OpenEngine): void {
  describe(`the spine on ${where}`, () => {
    let test: OpenedEngine;
    let host: TestExchange;
    let keys: string;
    let kz: TestState;
    let tr: TestState;
    let uz: TestState;
    let trusted: Checkpoint;
    beforeAll(async () => {
      test = await open();
      keys = await makeKeys("localhost:8787", random);
      host = await openTestExchange(test.engine, { keys });
      kz = await host.addState("KZ", everyone);
      tr = await host.addState("TR", everyone);
      uz = await host.addState("UZ");
    });
    afterAll(() => test.close());

    /** What a state has of the ids, in the order in which it pulls them: three a page, so that all of it is paged. */
    const pulled = async (state: TestState, collection: string, limit = 3): Promise<readonly string[]> =>
      (await state.analyst.pull(collection, { limit })).objects
        .map((object): string => object.id)
        .filter((id) => !/^(marking|extension|identity)/.test(id));

    /** The same request to another instance of the exchange. */
    const postTo = async (instance: TestExchange, client: TestClient, objects: readonly Json[]): Promise<number> => {
      const response = await instance.app.request(`${TEST_URL}/api/collections/best-practices/objects/`, {
        method: "POST",
        body: JSON.stringify({ objects }),
        headers: {
          "Content-Type": "application/taxii+json;version=2.1",
          Authorization: `Bearer ${await client.token()}`,
        },
      });
      return response.status;
    };

    it("gives everyone the green, the neighbours the amber, and nobody what is red", async () => {
      expect((await kz.steward.json("PUT", "/v1/policy", neighbours)).status).toBe(200);
      const status = await kz.contributor.post("threat-reports", [
        indicator(1, "green"),
        indicator(2, "amber"),
        indicator(3, "red"),
        malware(4, null),
        relationship(5, indicator(2, null).id, malware(4, null).id, "green"),
      ]);
      expect(status).toMatchObject({ status: "complete", success_count: 5, failure_count: 0 });
      const all = [indicator(1, null).id, malware(4, null).id].sort();
      const related = [indicator(2, null).id, relationship(5, "", "", null).id];
      expect(await pulled(uz, "threat-reports")).toEqual(all);
      expect([...(await pulled(tr, "threat-reports"))].sort()).toEqual([...all, ...related].sort());
      // A contributor has what it gave, but for what nobody has.
      expect(await pulled(kz, "threat-reports")).toHaveLength(4);
    });

    it("proves the contribution and the pulls: a receipt, and the whole log", async () => {
      const key = host.exchange.keys.log.verifierKey;
      const status = await kz.contributor.post("threat-reports", [later(indicator(1, "green"), 1)]);
      const receipt = await verifyServedReceipt(kz.contributor, key, status.id);
      expect(receipt.journal).toBe(TURNS);
      await uz.analyst.pull("threat-reports");
      await integrate(host.exchange);
      const report = await verifyServedLog(tr.analyst, key);
      expect(report.findings).toEqual([]);
      const { turn } = await host.exchange.store.head();
      const recorded = (await host.exchange.store.journal.after(0, 10_000)).length;
      expect(Object.fromEntries(report.journals)).toEqual({
        [TURNS]: turn,
        [host.exchange.store.journal.name]: recorded,
      });
      expect(recorded).toBeGreaterThan(0);
      trusted = await servedCheckpoint(tr.analyst, key);
    });

    it("takes sixteen contributions at once, each whole, once, and in an order that all see", async () => {
      const before = await host.exchange.store.head();
      const posted = await Promise.all(
        Array.from({ length: 16 }, (_, i) =>
          (i % 2 === 0 ? kz : tr).contributor.post("best-practices", [
            indicator(100 + 2 * i, "green"),
            indicator(101 + 2 * i, "green"),
          ]),
        ),
      );
      expect(posted.map((status) => status.success_count)).toEqual(Array.from({ length: 16 }, () => 2));
      expect((await host.exchange.store.head()).turn).toBe(before.turn + 16);
      const seen = await Promise.all([kz, tr, uz].map((state) => pulled(state, "best-practices", 7)));
      expect([...(seen[0] ?? [])].sort()).toEqual(Array.from({ length: 32 }, (_, i) => indicator(100 + i, null).id));
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
    });

    it("takes an object that comes again for what it is: nothing new", async () => {
      const before = await pulled(uz, "best-practices", 50);
      const again = await kz.contributor.post("best-practices", [indicator(100, "green"), indicator(101, "green")]);
      expect(again).toMatchObject({ success_count: 2, failure_count: 0 });
      expect(await pulled(uz, "best-practices", 50)).toEqual(before);
    });

    it("decides on a policy that another instance was told of a moment ago", async () => {
      const other = await openTestExchange(test.engine, { keys });
      // Both know the directory; then one of them is told.
      expect(await postTo(other, kz.contributor, [indicator(200, "green")])).toBe(202);
      expect(await pulled(uz, "best-practices", 50)).toContain(indicator(200, null).id);
      expect((await kz.steward.json("PUT", "/v1/policy", { unmarked: "green", rules: [] })).status).toBe(200);
      expect(await postTo(other, kz.contributor, [indicator(201, "green")])).toBe(202);
      const closed = await pulled(uz, "best-practices", 50);
      for (const n of [200, 201]) expect(closed).not.toContain(indicator(n, null).id);
      expect((await kz.steward.json("PUT", "/v1/policy", neighbours)).status).toBe(200);
      expect(await postTo(other, kz.contributor, [indicator(202, "green")])).toBe(202);
      const seen = await pulled(uz, "best-practices", 50);
      // The later policy decides the earlier contribution again.
      expect(seen.slice(-3).sort()).toEqual([200, 201, 202].map((n) => indicator(n, null).id));
    });

    it("holds to the last policy, whichever of policy and contributions came first", async () => {
      const closed = { unmarked: "green", rules: [] };
      const [set] = await Promise.all([
        kz.steward.json("PUT", "/v1/policy", closed),
        ...Array.from({ length: 8 }, (_, i) => kz.contributor.post("public", [indicator(300 + i, "green")])),
      ]);
      expect(set.status).toBe(200);
      expect(await pulled(uz, "public")).toEqual([]);
      expect(await pulled(kz, "public")).toHaveLength(8);
      expect((await kz.steward.json("PUT", "/v1/policy", neighbours)).status).toBe(200);
      expect(await pulled(uz, "public")).toHaveLength(8);
    });

    it("loses and repeats nothing though two instances are written to at once", async () => {
      const other = await openTestExchange(test.engine, { keys });
      const before = new Set(await pulled(uz, "best-practices", 50));
      const post = async (n: number): Promise<void> => {
        // As a client does that is told to come again.
        while ((await postTo(n % 2 === 0 ? host : other, kz.contributor, [indicator(n, "green")])) === 503);
      };
      const ns = Array.from({ length: 16 }, (_, i) => 400 + i);
      await Promise.all(ns.map(post));
      const fresh = (await pulled(uz, "best-practices", 5)).filter((id) => !before.has(id));
      expect(fresh.sort()).toEqual(ns.map((n) => indicator(n, null).id));
    });

    it("stores a contribution once whose commit lost its answer, and says that it is stored", async () => {
      let lost = 0;
      const lossy = faulty(test.engine, async (batch) => {
        await batch();
        lost += 1;
        throw new Error("connection lost");
      });
      const reliable = host.exchange.store.journal;
      const other = await openTestExchange(lossy, { keys, journal: reliable });
      const before = await host.exchange.store.head();
      expect(await postTo(other, kz.contributor, [indicator(500, "green")])).toBe(202);
      expect(lost).toBe(1);
      expect((await host.exchange.store.head()).turn).toBe(before.turn + 1);
      expect((await pulled(uz, "best-practices", 50)).filter((id) => id === indicator(500, null).id)).toHaveLength(1);
    });

    it(`takes ${MANY} objects in one contribution, and each state pulls them all, in pages`, async () => {
      const objects = Array.from({ length: MANY }, (_, i) => indicator(10_000 + i, i % 5 === 0 ? "amber" : "green"));
      const began = Date.now();
      const status = await kz.contributor.post("threat-reports", objects);
      const committed = Date.now();
      expect(status).toMatchObject({ status: "complete", success_count: MANY, failure_count: 0 });
      const ids = new Set(objects.map((object) => object.id));
      const of = async (state: TestState): Promise<readonly string[]> =>
        (await pulled(state, "threat-reports", 1_000)).filter((id) => ids.has(id));
      const [wide, narrow] = [await of(tr), await of(uz)];
      console.log(
        `${where}: ${MANY} objects contributed in ${committed - began} ms, pulled twice in ${Date.now() - committed} ms`,
      );
      expect(wide).toHaveLength(MANY);
      expect(new Set(wide)).toEqual(ids);
      expect([...narrow].sort()).toEqual(objects.filter((_, i) => i % 5 !== 0).map((object) => object.id));
    });

    it("ends with a log that holds, and that continues the one from before", async () => {
      const key = host.exchange.keys.log.verifierKey;
      const { turn } = await host.exchange.store.head();
      await integrate(host.exchange);
      const report = await verifyServedLog(uz.analyst, key, trusted);
      expect(report.findings).toEqual([]);
      expect(report.continues).toBe(trusted.size);
      expect(report.journals.get(TURNS)).toBe(turn);
    });
  });
}
