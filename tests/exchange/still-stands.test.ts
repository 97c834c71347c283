// Between the door and the turn: a client that is revoked while its body is read, or while its page is, has no say and no page.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Caller } from "../../src/auth/caller.ts";
import { contribute } from "../../src/exchange/contribute.ts";
import { explainObject } from "../../src/exchange/explain.ts";
import { readPage } from "../../src/exchange/read.ts";
import { recall } from "../../src/exchange/recall.ts";
import { setPolicy } from "../../src/exchange/set-policy.ts";
import { authenticate } from "../../src/http/guard.ts";
import { readMigrations } from "../../src/node/migrations.ts";
import type { Engine } from "../../src/store/engine.ts";
import { openSqlite } from "../../src/store/engines/sqlite.ts";
import { parseEnvelope } from "../../src/taxii/envelope.ts";
import { openTestExchange, type TestClient, type TestExchange, type TestState } from "../harness/exchange.ts";
import { indicator } from "../harness/objects.ts";

const policy = { unmarked: "green", rules: [{ name: "all", share: ["all"], when: { tlp: "green" } }] };
const everything = { last: false, first: false, all: true, exact: [] };

let engine: Engine;
let host: TestExchange;
let kz: TestState;

beforeEach(async () => {
  engine = openSqlite(":memory:");
  await engine.migrate(readMigrations("sqlite"));
  host = await openTestExchange(engine);
  kz = await host.addState("KZ", policy);
  await kz.contributor.post("threat-reports", [indicator(1, "green")]);
});
afterEach(() => engine.close());

async function callerOf(client: TestClient): Promise<Caller> {
  const headers = { authorization: `Bearer ${await client.token()}` };
  return (await authenticate(host.exchange, new Request("http://localhost:8787/v1/me", { headers }))).caller;
}

async function revoked(client: TestClient): Promise<Caller> {
  const caller = await callerOf(client);
  host.clock.advance(2_000_000);
  expect((await kz.steward.json("POST", `/v1/clients/${client.id}/revoke`)).status).toBe(200);
  return caller;
}

it("refuses the acts of a client that is revoked after it was let in, and changes nothing", async () => {
  const caller = await revoked(kz.contributor);
  const envelope = parseEnvelope(JSON.stringify({ objects: [indicator(2, "green")] }));
  const gone = { code: "unauthenticated" };
  await expect(
    contribute(host.exchange, caller, { collection: "threat-reports", envelope, instruction: null }),
  ).rejects.toMatchObject(gone);
  await expect(
    recall(host.exchange, caller, {
      collection: "threat-reports",
      id: indicator(1, null).id,
      versions: everything,
      reason: "no-reason-given",
      erase: false,
    }),
  ).rejects.toMatchObject(gone);
  await expect(explainObject(host.exchange, caller, indicator(1, null).id, "en")).rejects.toMatchObject(gone);
  const ids = (await kz.analyst.pull("threat-reports")).objects.map(({ id }) => id);
  expect(ids).toContain(indicator(1, null).id);
  expect(ids).not.toContain(indicator(2, null).id);
});

it("gives no page to a client that is revoked while the page is read", async () => {
  const caller = await callerOf(kz.analyst);
  const { record } = host.exchange.store;
  const store = Object.create(host.exchange.store, {
    record: {
      // The revocation commits after the page was read, and before the journal acknowledges.
      value: async (fields: string) => {
        host.clock.advance(2_000_000);
        await kz.steward.json("POST", `/v1/clients/${kz.analyst.id}/revoke`);
        return record.call(host.exchange.store, fields);
      },
    },
  }) as typeof host.exchange.store;
  const exchange = { ...host.exchange, store };
  const wanted = {
    want: "objects",
    after: 0,
    limit: 10,
    ids: [],
    types: [],
    versions: everything,
    specVersions: [],
  } as const;
  await expect(
    readPage(exchange, caller, "threat-reports", wanted, await host.exchange.directory()),
  ).rejects.toMatchObject({ code: "unauthenticated" });
});

it("sets no policy of a state whose membership is suspended", async () => {
  await host.secretariat.json("POST", "/v1/states/KZ/suspend");
  // Long enough for the token to be a new one.
  host.clock.advance(400_000_000);
  const caller = await callerOf(kz.steward);
  await expect(setPolicy(host.exchange, caller, policy)).rejects.toMatchObject({ code: "forbidden" });
});

it("keeps the secretariat's last client", async () => {
  const answer = await host.secretariat.json("POST", `/v1/clients/${host.secretariat.id}/revoke`);
  expect(answer.status).toBe(409);
});
