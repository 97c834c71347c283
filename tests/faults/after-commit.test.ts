// What fails after a commit: the answer does not say that nothing was changed, since it was; and the same request, sent again,
// succeeds and changes nothing more (exchange-model, idempotent).
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/store/engine.ts";
import { engineKinds, openTestEngine, type TestEngine } from "../harness/engines.ts";
import { openTestExchange, type TestExchange, type TestState } from "../harness/exchange.ts";
import { indicator } from "../harness/objects.ts";

const COLLECTION = "threat-reports";
const objectsPath = `/api/collections/${COLLECTION}/objects/`;
const unknown = /not known whether the request took effect.*may be sent again/;

/** Where the connection is lost: with the answer of the database to the commit, or after that. */
type Loss = "with the commit's answer" | "after the commit's answer";

/** An engine whose connection is lost once a turn is in it, and that reads nothing then. */
function losing(engine: Engine): { readonly engine: Engine; lose(loss: Loss): void; heal(): void } {
  let armed: Loss | null = null;
  let lost = false;
  const failing = <T>(work: () => T): T => {
    if (lost) throw new Error("connection lost");
    return work();
  };
  return {
    engine: {
      ...engine,
      get read() {
        return failing(() => engine.read);
      },
      head: async () => failing(() => engine.head()),
      async batch(statements) {
        await failing(() => engine.batch(statements));
        lost ||= armed !== null && statements.some((statement) => statement.table === "turn");
        if (armed === "with the commit's answer") failing(() => {});
      },
    },
    lose: (loss) => void (armed = loss),
    heal() {
      armed = null;
      lost = false;
    },
  };
}

describe.each(engineKinds)("a connection that is lost after a commit on %s", (kind) => {
  let test: TestEngine;
  let books: ReturnType<typeof losing>;
  let host: TestExchange;
  let kz: TestState;
  beforeEach(async () => {
    test = await openTestEngine(kind);
    books = losing(test.engine);
    host = await openTestExchange(books.engine);
    kz = await host.addState("KZ", { unmarked: "green", rules: [{ name: "all", share: ["all"] }] });
    for (const client of [kz.contributor, kz.steward, kz.analyst]) await client.token();
  });
  afterEach(() => test.close());

  const turns = async (): Promise<number> => (await test.engine.head()).turn;

  const taxii = "application/taxii+json;version=2.1";
  it.each([
    ["over TAXII", "after the commit's answer", objectsPath, taxii, {}],
    ["over TAXII", "with the commit's answer", objectsPath, taxii, {}],
    [
      "with an instruction",
      "after the commit's answer",
      "/v1/contributions",
      "application/json",
      { collection: COLLECTION },
    ],
  ] as const)(
    "that of a contribution %s, %s, tells that its outcome is not known, and the same again succeeds",
    async (_how, loss, path, type, more) => {
      const body = JSON.stringify({ ...more, objects: [indicator(1, "green")] });
      const post = () => kz.contributor.request(path, { method: "POST", body, headers: { "Content-Type": type } });
      const before = await turns();
      books.lose(loss);
      const failed = await post();
      books.heal();
      expect(failed.status).toBe(500);
      const text = await failed.text();
      expect(text).toMatch(unknown);
      expect(text).not.toMatch(/changed nothing|nothing was changed|connection/i);
      // It is in.
      expect(await turns()).toBe(before + 1);
      expect((await kz.contributor.pull(COLLECTION)).objects.map((object) => object.id)).toContain(
        indicator(1, null).id,
      );
      const again = await post();
      expect(again.status).toBe(202);
      expect(await again.json()).toMatchObject({ success_count: 1, failure_count: 0 });
      const all = await kz.contributor.pull(COLLECTION, { query: "match[version]=all" });
      expect(all.objects.filter((object) => object.id === indicator(1, null).id)).toHaveLength(1);
    },
  );

  it("that of another act, tells the same to a recall, and makes no claim to a read", async () => {
    await kz.contributor.post(COLLECTION, [indicator(2, "green")]);
    books.lose("after the commit's answer");
    // The directory is read anew after this act, so that the next request meets the loss.
    expect((await kz.steward.json("PUT", "/v1/policy", { unmarked: "green", rules: [] })).status).toBe(200);
    const removed = await kz.contributor.request(`${objectsPath}${indicator(2, null).id}/`, { method: "DELETE" });
    const read = await kz.analyst.request(objectsPath);
    books.heal();
    expect(removed.status).toBe(500);
    expect(await removed.text()).toMatch(unknown);
    expect(read.status).toBe(500);
    expect(await read.text()).not.toMatch(/took effect|changed nothing/);
  });

  it("that of another act, tells who wants a token to ask again with a new assertion, since the one that was sent is used", async () => {
    const tr = await host.addState("TR");
    books.lose("after the commit's answer");
    expect((await kz.steward.json("PUT", "/v1/policy", { unmarked: "green", rules: [] })).status).toBe(200);
    await expect(tr.analyst.token()).rejects.toThrow(/new assertion/);
    books.heal();
    await tr.analyst.token();
  });
});
