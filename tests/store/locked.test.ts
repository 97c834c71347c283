// Another program holds the books' lock: nobody else waits for it, what was to be written waits a while, and is then refused
// with nothing of it done.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openJournalThread } from "../../src/node/journal.ts";
import { LOCK_TRY_EVERY, LOCKED_MAX } from "../../src/store/engines/sqlite.ts";
import { tableJournal } from "../../src/store/journal.ts";
import { keepReplay } from "../../src/store/log.ts";
import { type Act, Store } from "../../src/store/store.ts";
import { openTestEngine, type TestEngine } from "../harness/engines.ts";
import { openTestExchange, TEST_URL } from "../harness/exchange.ts";
import { indicator } from "../harness/objects.ts";
import { pause } from "../harness/random.ts";

const now = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);

/** How long the process may stand still at a time, in milliseconds: one try, and whatever else the machine is busy with. */
const STANDS_STILL_MAX = 1_500;

const act = (id: string): Act<string> => ({
  id,
  alone: false,
  draft: async () => ({
    early: [],
    late: [],
    fields: JSON.stringify({ kind: "test", id }),
    width: 1,
    bump: false,
    narrows: false,
    footprint: new Set([id]),
    result: id,
  }),
});

describe("books that another program has locked", () => {
  let test: TestEngine;
  let store: Store;
  let other: DatabaseSync;
  beforeEach(async () => {
    test = await openTestEngine("sqlite");
    store = new Store(test.engine, tableJournal(test.engine, "journal-1"), now);
    other = new DatabaseSync(join(test.folder, "exchange.db"));
  });
  afterEach(async () => {
    other.close();
    await test.close();
  });

  /** The longest time for which nothing else ran while the work was under way. */
  const stillnessDuring = async (work: Promise<unknown>): Promise<number> => {
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await Promise.allSettled([work]);
    clearInterval(beat);
    return longest;
  };

  it("take what was to be written once the lock is given back, and the process goes on meanwhile", async () => {
    other.exec("BEGIN IMMEDIATE");
    const committed = store.commit(act("patient"));
    const reads = (async () => {
      for (let i = 0; i < 20; i += 1) {
        const began = performance.now();
        expect((await store.head()).turn).toBe(0);
        expect(performance.now() - began).toBeLessThan(STANDS_STILL_MAX);
        await pause(20);
      }
      other.exec("ROLLBACK");
    })();
    expect(await stillnessDuring(Promise.all([committed, reads]))).toBeLessThan(STANDS_STILL_MAX);
    await reads;
    expect((await committed).turn.n).toBe(1);
  });

  it("refuse all that waits as busy when the lock is not given back, and nothing of it is done", async () => {
    other.exec("BEGIN IMMEDIATE");
    const began = performance.now();
    const all = Promise.allSettled([
      ...Array.from({ length: 200 }, (_, i) => store.commit(act(`waits-${i}`))),
      store.keep(keepReplay({ jti: "one", until_second: 1 })),
      store.record("{}"),
    ]);
    expect(await stillnessDuring(all)).toBeLessThan(STANDS_STILL_MAX);
    for (const one of await all)
      expect(one).toMatchObject({ status: "rejected", reason: { name: "Refusal", code: "busy" } });
    // Two hundred acts are four groups: the later ones do not wait once more.
    expect(performance.now() - began).toBeLessThan(2 * LOCKED_MAX);
    expect(performance.now() - began).toBeGreaterThanOrEqual(LOCKED_MAX - LOCK_TRY_EVERY);
    other.exec("ROLLBACK");
    expect((await store.head()).turn).toBe(0);
    expect((await store.commit(act("waits-0"))).turn.n).toBe(1);
    await store.keep(keepReplay({ jti: "one", until_second: 1 }));
  });

  it("are decided on again when the other program took a turn meanwhile", async () => {
    const drafts: number[] = [];
    other.exec("BEGIN IMMEDIATE");
    const one = act("overtaken");
    const committed = store.commit({ ...one, draft: (turn) => (drafts.push(turn.n), one.draft(turn)) });
    await pause(100);
    other.exec(`UPDATE head SET turn = 1, clock = clock + 1;
      INSERT INTO turn (n, act, edition, base, fields) VALUES (1, 'other', 1, 1, '{}'); COMMIT`);
    expect((await committed).turn.n).toBe(2);
    expect(drafts).toEqual([1, 2]);
  });

  it("are 503 with Retry-After to who writes, never a used assertion to who asks for a token, and are read as ever", async () => {
    // On Node the journal has a file of its own, which nobody has locked here.
    const journal = await openJournalThread({ file: join(test.folder, "journal"), name: "node-1" });
    const host = await openTestExchange(test.engine, { journal });
    const kz = await host.addState("KZ", { unmarked: "green", rules: [{ name: "all", share: ["all"] }] });
    const tr = await host.addState("TR");
    const contribute = (n: number) =>
      kz.contributor.request("/api/collections/threat-reports/objects/", {
        method: "POST",
        body: JSON.stringify({ objects: [indicator(n, "green")] }),
        headers: { "Content-Type": "application/taxii+json;version=2.1" },
      });
    expect((await contribute(1)).status).toBe(202);
    expect((await kz.analyst.pull("threat-reports")).objects.length).toBeGreaterThan(0);
    other.exec("BEGIN IMMEDIATE");
    const [posted, token, pulled, health] = await Promise.all([
      contribute(2),
      tr.contributor.token().then(
        () => "given",
        (error: unknown) => String(error),
      ),
      timed(() => kz.analyst.pull("threat-reports")),
      timed(() => host.app.request(`${TEST_URL}/health`)),
    ]);
    other.exec("ROLLBACK");
    expect(posted.status).toBe(503);
    expect(posted.headers.get("Retry-After")).toBe("1");
    expect(await posted.text()).not.toMatch(/sqlite|SQL|nothing was|changed nothing/i);
    expect(token).toMatch(/temporarily_unavailable/);
    expect(pulled.milliseconds).toBeLessThan(STANDS_STILL_MAX);
    expect(health.milliseconds).toBeLessThan(STANDS_STILL_MAX);
    expect(health.result.status).toBe(200);
    expect((await contribute(2)).status).toBe(202);
    await tr.contributor.token();
    await journal.close();
  });
});

async function timed<T>(work: () => Promise<T> | T): Promise<{ readonly result: T; readonly milliseconds: number }> {
  const began = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - began };
}
