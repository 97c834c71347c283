// A read against a recall (storage.md, Journals): what is taken away after a page was read and before the journal acknowledged
// that it was served does not leave in that answer. The journal is a real one that waits: before it acknowledges a pull, an act
// commits. Each act that takes something away is tried, on each engine.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { READS_MAX } from "../../src/exchange/read.ts";
import { type Journal, type JournalRow, tableJournal } from "../../src/store/journal.ts";
import { update } from "../../src/store/statement.ts";
import { engineKinds, openTestEngine, type TestEngine } from "../harness/engines.ts";
import { openTestExchange, type TestExchange, type TestState } from "../harness/exchange.ts";
import { indicator, later, marked } from "../harness/objects.ts";

const COLLECTION = "threat-reports";
const objectsPath = `/api/collections/${COLLECTION}/objects/`;
const HOUR = 3_600_000_000;

/** Green goes to all. */
const policy = { unmarked: "green", rules: [{ name: "all", share: ["all"], when: { tlp: "green" } }] } as const;

/** A journal that lets an act go before it acknowledges a pull. */
function waiting(journal: Journal, before: () => Promise<void>): Journal {
  return {
    ...journal,
    async record(at, fields) {
      const n = await journal.record(at, fields);
      if (fields.includes('"kind":"pull"')) await before();
      return n;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

describe.each(engineKinds)("a page that is overtaken on %s", (kind) => {
  let test: TestEngine;
  let host: TestExchange;
  let kz: TestState;
  let tr: TestState;
  /** What happens before the next pull is acknowledged, once each. */
  let overtaking: (() => Promise<void>)[] = [];
  let objects = 0;
  let states = 0;

  beforeAll(async () => {
    test = await openTestEngine(kind);
    const journal = waiting(tableJournal(test.engine, "journal-1"), async () => overtaking.shift()?.());
    host = await openTestExchange(test.engine, { journal });
    kz = await host.addState("KZ", policy);
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    overtaking = [];
    // A reader of its own for each, since some of these take its rights away.
    tr = await host.addState(
      ["TR", "UZ", "IN", "AZ", "KG", "TJ", "MN", "IR", "CN", "TH", "VN", "KR"][(states += 1) - 1] ?? "",
    );
    await tr.analyst.token();
  });

  const contribute = async (more: Record<string, string> = {}) => {
    const object = indicator((objects += 1), "green", { name: `Canary ${objects}`, ...more });
    expect(await kz.contributor.post(COLLECTION, [object])).toMatchObject({ failure_count: 0 });
    return object;
  };
  const pull = async (): Promise<Answer> => {
    const response = await tr.analyst.request(objectsPath);
    return { status: response.status, text: await response.text() };
  };
  const pullsOf = async (client: string): Promise<readonly JournalRow[]> =>
    (await tableJournal(test.engine, "journal-1").after(0, 10_000)).filter((row) =>
      row.fields.includes(`"actor":"${client}"`),
    );
  const recall = async (id: string): Promise<void> => {
    const path = `${objectsPath}${id}/?match[version]=all`;
    expect((await kz.contributor.request(path, { method: "DELETE" })).status).toBe(200);
  };

  it("by a recall is read again, and serves nothing of what was recalled", async () => {
    const gone = await contribute();
    const stays = await contribute();
    overtaking = [() => recall(gone.id)];
    const { status, text } = await pull();
    expect(status).toBe(200);
    expect(text).toContain(stays.id);
    expect(text).not.toContain(`"id":"${gone.id}"`);
    // What was read first did not leave, and both reads are entered: the journal may say too much, never too little.
    expect(await pullsOf(tr.analyst.id)).toHaveLength(2);
    expect(overtaking).toEqual([]);
  });

  it("by a stricter version is read again, and serves nothing of that object", async () => {
    const gone = await contribute();
    const stricter = later(gone, 1, { ...marked("red"), name: "Stricter" });
    overtaking = [async () => void (await kz.contributor.post(COLLECTION, [stricter]))];
    const { status, text } = await pull();
    expect(status).toBe(200);
    expect(text).not.toContain(String(gone["name"]));
    expect(text).not.toContain("Stricter");
  });

  it("by a policy that withholds is read again, and serves nothing of that state", async () => {
    const gone = await contribute();
    const none = { unmarked: "green", rules: [{ name: "nobody", withhold: ["all"] }] } as const;
    overtaking = [async () => expect((await kz.steward.json("PUT", "/v1/policy", none)).status).toBe(200)];
    const { status, text } = await pull();
    expect(status).toBe(200);
    expect(text).not.toContain(gone.id);
    expect((await kz.steward.json("PUT", "/v1/policy", policy)).status).toBe(200);
  });

  it("by the end of a release is read again, and serves nothing of what ended", async () => {
    const object = indicator((objects += 1), "green", { name: `Canary ${objects}` });
    const sent = { collection: COLLECTION, instruction: { until: "PT1H" }, objects: [object] };
    expect((await kz.contributor.json("POST", "/v1/contributions", sent)).status).toBe(202);
    await tr.analyst.token();
    overtaking = [
      async () => {
        host.clock.advance(2 * HOUR);
        // Another reader comes first, and lets what is due take effect.
        await kz.analyst.request(objectsPath);
      },
    ];
    const { status, text } = await pull();
    expect(status).toBe(200);
    expect(text).not.toContain(object.id);
  });

  it("by the reader's suspension serves it nothing", async () => {
    const object = await contribute();
    overtaking = [
      async () => expect((await host.secretariat.json("POST", `/v1/states/${tr.code}/suspend`)).status).toBe(200),
    ];
    const { status, text } = await pull();
    expect(status).toBe(401);
    expect(text).not.toContain(object.id);
  });

  it("by an act that takes nothing away is served as it was read, and entered once", async () => {
    const object = await contribute();
    overtaking = [async () => void (await contribute())];
    const { status, text } = await pull();
    expect(status).toBe(200);
    expect(text).toContain(object.id);
    expect(await pullsOf(tr.analyst.id)).toHaveLength(1);
  });

  it("time and again is refused as busy, with nothing of it in the answer", async () => {
    const gone = await Promise.all(Array.from({ length: READS_MAX }, () => contribute()));
    const stays = await contribute();
    overtaking = gone.map((one) => () => recall(one.id));
    const { status, text } = await pull();
    expect(status).toBe(503);
    for (const one of [...gone, stays]) expect(text).not.toContain(one.id);
    const second = await pull();
    expect(second.status).toBe(200);
    expect(second.text).toContain(stays.id);
  });

  describe("is known by head.narrowed, which", () => {
    const isMoved = async (actOf: () => Promise<unknown>): Promise<boolean> => {
      const before = await test.engine.head();
      await actOf();
      const after = await test.engine.head();
      expect(after.turn).toBeGreaterThan(before.turn);
      if (after.narrowed !== before.narrowed) expect(after.narrowed).toBe(after.turn);
      return after.narrowed !== before.narrowed;
    };

    it("stands still with what gives", async () => {
      expect(await isMoved(contribute)).toBe(false);
      expect(
        await isMoved(() => host.addClient(tr.steward, `${tr.code.toLowerCase()}-second`, { role: "analyst" })),
      ).toBe(false);
    });

    it("moves with a client's end", async () => {
      const revoke = () => tr.steward.json("POST", `/v1/clients/${tr.contributor.id}/revoke`);
      expect(await isMoved(revoke)).toBe(true);
    });

    it("moves with the end of a release that was not decided", async () => {
      const { id } = await contribute();
      // Somebody with the database changes who may have it.
      const row = await test.engine.read
        .selectFrom("object")
        .select("n")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      await test.engine.batch(update("object", [{ n: row.n, mac: "forged" }], 1));
      expect(
        await isMoved(async () => {
          // What is remembered of audiences counts until something is taken away.
          await recall((await contribute()).id);
          expect((await pull()).text).not.toContain(id);
        }),
      ).toBe(true);
      const ended = await test.engine.read.selectFrom("ended").select("why").where("rendition", "=", row.n).execute();
      expect(ended.map(({ why }) => why)).toContain("mismatch");
    });
  });
});
