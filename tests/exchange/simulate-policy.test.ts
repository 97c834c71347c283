// What a policy would do is said before it is set, and is what then happens.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { readMigrations } from "../../src/node/migrations.ts";
import type { Engine } from "../../src/store/engine.ts";
import { openSqlite } from "../../src/store/engines/sqlite.ts";
import { openTestExchange, type TestExchange, type TestState } from "../harness/exchange.ts";
import { indicator } from "../harness/objects.ts";

const sharing = (...names: readonly string[]) => ({
  unmarked: "green",
  rules: [{ name: "those", share: [...names], when: { tlp: "amber" } }],
});

let engine: Engine;
let host: TestExchange;
let kz: TestState;
let tr: TestState;
let uz: TestState;

beforeEach(async () => {
  engine = openSqlite(":memory:");
  await engine.migrate(readMigrations("sqlite"));
  host = await openTestExchange(engine);
  tr = await host.addState("TR");
  uz = await host.addState("UZ");
  kz = await host.addState("KZ", sharing("TR"));
  await kz.contributor.post("threat-reports", [indicator(1, "green"), indicator(2, "amber"), indicator(3, "red")]);
});
afterEach(() => engine.close());

const simulate = async (document: JsonObject) =>
  (await kz.steward.json("POST", "/v1/policy/simulate", document)) as unknown as {
    status: number;
    body: {
      objects: number;
      parties: { party: string; gained: { count: number; examples: string[] }; lost: { count: number } }[];
    };
  };
const indicatorsOf = async (state: TestState): Promise<readonly string[]> =>
  (await state.analyst.pull("threat-reports")).objects.map(({ id }) => id).filter((id) => id.startsWith("indicator--"));

it("tells for each party what it would gain and lose, and sets nothing", async () => {
  const { status, body } = await simulate(sharing("UZ"));
  expect(status).toBe(200);
  expect(body.objects).toBe(3);
  const of = (code: string) => body.parties.find(({ party }) => party === code);
  expect(of("UZ")).toMatchObject({
    gained: { count: 2, examples: [indicator(1, null).id, indicator(2, null).id] },
    lost: { count: 0 },
  });
  expect(of("TR")).toMatchObject({ gained: { count: 0 }, lost: { count: 2 } });
  expect(of("KZ")).toMatchObject({ gained: { count: 0 }, lost: { count: 0 } });
  expect(await indicatorsOf(uz)).toEqual([]);
  expect(await indicatorsOf(tr)).toHaveLength(2);
});

it("is what happens when the policy is set", async () => {
  const { body } = await simulate(sharing("UZ"));
  expect((await kz.steward.json("PUT", "/v1/policy", sharing("UZ"))).status).toBe(200);
  const gained = body.parties.find(({ party }) => party === "UZ")?.gained.examples;
  expect((await indicatorsOf(uz)).toSorted()).toEqual(gained);
  expect(await indicatorsOf(tr)).toEqual([]);
});

it("says what embargo would change where both offer", async () => {
  const document = {
    unmarked: "green",
    rules: [{ name: "late", share: ["TR"], when: { tlp: "amber" }, after: "P1D" }],
  };
  const { body } = await simulate(document);
  expect(body.parties.find(({ party }) => party === "TR")).toMatchObject({
    gained: { count: 0 },
    lost: { count: 0 },
    changed: { count: 2 },
  });
});

it("refuses what cannot be set, with the same pointer", async () => {
  const wrong = { unmarked: "green", rules: [{ name: "x", share: ["KZT"] }] };
  const [said, set] = [await simulate(wrong), await kz.steward.json("PUT", "/v1/policy", wrong)];
  expect(said.status).toBe(422);
  expect(said.body).toEqual(set.body);
});

it("keeps each version of the policy to be read again", async () => {
  await kz.steward.json("PUT", "/v1/policy", sharing("UZ"));
  const { body } = await kz.contributor.json("GET", "/v1/policy/versions");
  expect(body["versions"]).toMatchObject([
    { version: 1, document: sharing("TR") },
    { version: 2, document: sharing("UZ") },
  ]);
});
