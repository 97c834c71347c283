// An identity that somebody contributed before its state registered it.
import { afterEach, beforeEach, expect, it } from "vitest";
import { readMigrations } from "../../src/node/migrations.ts";
import type { Engine } from "../../src/store/engine.ts";
import { openSqlite } from "../../src/store/engines/sqlite.ts";
import { openTestExchange, type TestExchange } from "../harness/exchange.ts";
import { tlp, uuid } from "../harness/objects.ts";

let engine: Engine;
let host: TestExchange;

beforeEach(async () => {
  engine = openSqlite(":memory:");
  await engine.migrate(readMigrations("sqlite"));
  host = await openTestExchange(engine);
});
afterEach(() => engine.close());

const identity = (name: string) => ({
  type: "identity",
  spec_version: "2.1",
  id: `identity--${uuid(4_711)}`,
  created: "2026-11-01T00:00:00.000Z",
  modified: "2026-11-01T00:00:00.000Z",
  name,
  identity_class: "organization",
});

it("gives way to the state's own when that is admitted: one content stands under the id, and it is the state's", async () => {
  const policy = { unmarked: "green", rules: [{ name: "all", share: ["all"], when: { tlp: "green" } }] };
  const tr = await host.addState("TR");
  const kz = await host.addState("KZ", policy);
  await kz.contributor.post("threat-reports", [{ ...identity("fake"), object_marking_refs: [tlp.green] }]);
  const names = async () =>
    (await tr.analyst.pull("threat-reports", { query: `match[id]=${identity("").id}&match[version]=all` })).objects.map(
      (object) => String(object.name),
    );
  expect(await names()).toEqual(["fake"]);
  const added = await host.secretariat.json("POST", "/v1/states", {
    code: "UZ",
    name: { en: "Uzbekistan", ru: "Узбекистан", kk: "Өзбекстан" },
    identities: [identity("UZ CERT")],
  });
  expect(added.status).toBe(201);
  expect(await names()).toEqual(["UZ CERT"]);
  expect((await kz.contributor.pull("threat-reports", { query: `match[id]=${identity("").id}` })).objects).toHaveLength(
    1,
  );
});
