// What is remembered of pages: of one turn, for one reader and one question each. And over it all the stories that a memory
// could spoil: what begins, ends, is revoked or suspended counts with the next request, whichever instance did it.
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { TokenMemory } from "../../src/auth/access-token.ts";
import { type Exchange, openExchange } from "../../src/exchange/exchange.ts";
import { LISTED_MAX, recallPage, rememberPage } from "../../src/exchange/page-memory.ts";
import { tableJournal } from "../../src/store/journal.ts";
import type { ListedPage, PageQuery } from "../../src/store/page.ts";
import { Store } from "../../src/store/store.ts";
import type { TestClient, TestExchange } from "../harness/exchange.ts";
import { indicator } from "../harness/objects.ts";
import { ask, contributed, get, objectsPath, openStage, post, remove, type Stage, usual } from "../http/cast.ts";

const plain: PageQuery = {
  want: "objects",
  reader: 3,
  everyone: [],
  collection: 1,
  after: 100,
  limit: 10,
  ceiling: 3,
  versions: { last: true, first: false, all: false, exact: [] },
  ids: null,
  types: null,
  without: [],
};
const page = (count: number, more: boolean, from = 101): ListedPage => ({
  renditions: Array.from({ length: count }, (_, i) => i + 1),
  added: Array.from({ length: count }, (_, i) => from + i),
  more,
});
// Memories hang on an exchange and look at nothing of it.
const someone = (): Exchange => ({}) as Exchange;

describe("a page that was remembered", () => {
  it("is forgotten with the next turn, and never takes the place of a later one", () => {
    const exchange = someone();
    rememberPage(exchange, 7, plain, page(3, true));
    expect(recallPage(exchange, 7, plain)).toEqual(page(3, true));
    expect(recallPage(exchange, 8, plain)).toBeUndefined();
    rememberPage(exchange, 8, plain, page(4, true));
    rememberPage(exchange, 7, plain, page(3, true));
    expect(recallPage(exchange, 8, plain)).toEqual(page(4, true));
    expect(recallPage(exchange, 7, plain)).toBeUndefined();
    expect(recallPage(someone(), 8, plain)).toBeUndefined();
  });

  it("answers the same question of the same reader alone", () => {
    const exchange = someone();
    const query = fc.record({
      want: fc.constantFrom("objects", "manifest"),
      reader: fc.integer({ min: 1, max: 12 }),
      collection: fc.integer({ min: 1, max: 12 }),
      after: fc.integer({ min: -1, max: 12 }),
      limit: fc.integer({ min: 1, max: 12 }),
      ceiling: fc.integer({ min: 0, max: 4 }),
      ids: fc.option(fc.array(fc.constantFrom("a", "b", "a b", '"'), { minLength: 1, maxLength: 2 })),
      types: fc.option(fc.array(fc.constantFrom("a", "b", "a b", '"'), { minLength: 1, maxLength: 2 })),
      versions: fc.record({
        last: fc.boolean(),
        first: fc.boolean(),
        all: fc.boolean(),
        exact: fc.array(fc.constantFrom("2024", "2025"), { maxLength: 2 }),
      }),
    });
    let turn = 0;
    fc.assert(
      fc.property(query, query, (one, other) => {
        turn += 1;
        const asked = { ...plain, ...one } as PageQuery;
        const different = { ...plain, ...other } as PageQuery;
        rememberPage(exchange, turn, asked, page(2, true));
        expect(recallPage(exchange, turn, asked)).toEqual(page(2, true));
        if (JSON.stringify(asked) !== JSON.stringify(different))
          expect(recallPage(exchange, turn, different)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it("says where a feed ends: after that there is nothing, before it nothing is known", () => {
    const exchange = someone();
    rememberPage(exchange, 7, plain, page(3, false));
    const nothing = { renditions: [], added: [], more: false };
    expect(recallPage(exchange, 7, { ...plain, after: 103 })).toEqual(nothing);
    expect(recallPage(exchange, 7, { ...plain, after: 9_000, limit: 1, want: "manifest" })).toEqual(nothing);
    expect(recallPage(exchange, 7, { ...plain, after: 102 })).toBeUndefined();
    expect(recallPage(exchange, 7, { ...plain, after: 103, ceiling: 4 })).toBeUndefined();
    expect(recallPage(exchange, 7, { ...plain, after: 103, reader: 4 })).toBeUndefined();
    expect(recallPage(exchange, 7, { ...plain, after: 103, types: ["malware"] })).toBeUndefined();
    expect(recallPage(exchange, 8, { ...plain, after: 103 })).toBeUndefined();
    rememberPage(exchange, 7, { ...plain, reader: 5, after: 50 }, page(0, false));
    expect(recallPage(exchange, 7, { ...plain, reader: 5, after: 50 })).toEqual(nothing);
    expect(recallPage(exchange, 7, { ...plain, reader: 5, after: 49 })).toBeUndefined();
  });

  it("is one of so many", () => {
    const exchange = someone();
    const large = page(1_000, true);
    for (let after = 0; after < (LISTED_MAX / 1_000) * 2; after += 1)
      rememberPage(exchange, 7, { ...plain, after }, large);
    const known = Array.from({ length: (LISTED_MAX / 1_000) * 2 }, (_, after) =>
      recallPage(exchange, 7, { ...plain, after }),
    );
    expect(known.filter((one) => one !== undefined).length * 1_000).toBeLessThanOrEqual(LISTED_MAX);
    expect(known.at(-1)).toBe(large);
  });
});

describe("two instances on one database, each with its own memories", () => {
  const green = indicator(1, "green", { name: "green-canary" });
  const second = indicator(2, "green", { name: "second-canary" });
  let stage: Stage;
  let here: TestExchange;
  let there: TestExchange;
  let kz: TestClient;
  let tr: TestClient;

  beforeEach(async () => {
    stage = await openStage({ KZ: usual([]), TR: usual([]) });
    here = stage.host;
    const exchange = openExchange({
      url: here.exchange.url,
      title: here.exchange.title,
      store: new Store(stage.engine, tableJournal(stage.engine, "journal-2"), here.exchange.now),
      keys: here.exchange.keys,
      tokens: new TokenMemory(),
      now: here.exchange.now,
      random: here.exchange.random,
    });
    there = { ...here, exchange, app: createApp(exchange) };
    kz = stage.state("KZ").contributor;
    tr = stage.state("TR").analyst;
    await post(here, kz, [green]);
  });
  afterEach(() => stage.close());

  const seen = async (): Promise<readonly (readonly string[])[]> =>
    Promise.all([here, there].map(async (host) => contributed(await get(host, tr, objectsPath))));

  it("both serve at once what either takes in, and nothing of what either takes away", async () => {
    expect(await seen()).toEqual([[green.id], [green.id]]);
    expect(await seen()).toEqual([[green.id], [green.id]]);
    await post(there, kz, [second]);
    expect(await seen()).toEqual([
      [green.id, second.id],
      [green.id, second.id],
    ]);
    expect((await remove(there, kz, `${objectsPath}${green.id}/?match[version]=all`)).status).toBe(200);
    // A notice by the exchange took its place.
    const notice = expect.stringMatching(/^note--/);
    expect(await seen()).toEqual([
      [second.id, notice],
      [second.id, notice],
    ]);
    const answers = await Promise.all([here, there].map((host) => get(host, tr, objectsPath)));
    for (const answer of answers) expect(answer.text).not.toContain("green-canary");
  });

  it("both refuse a remembered token from the moment that either revoked its client", async () => {
    const client = await here.addClient(stage.state("KZ").steward, "KZ-short", { role: "analyst" });
    for (const host of [here, there, here, there]) expect((await get(host, client, objectsPath)).status).toBe(200);
    const revoked = await ask(there.app, {
      method: "POST",
      path: "/v1/clients/KZ-short/revoke",
      as: stage.state("KZ").steward,
    });
    expect(revoked.status).toBe(200);
    for (const host of [here, there]) expect((await get(host, client, objectsPath)).status).toBe(401);
  });

  it("both end with a state's membership, whichever ended it", async () => {
    expect(await seen()).toEqual([[green.id], [green.id]]);
    const path = "/v1/states/TR/suspend";
    expect((await ask(there.app, { method: "POST", path, as: here.secretariat })).status).toBe(200);
    for (const host of [here, there]) expect((await get(host, tr, objectsPath)).status).toBe(401);
  });
});
