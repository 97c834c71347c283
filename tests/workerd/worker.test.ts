// The Worker's entry in its runtime: settings that are missing, first starts, the address of a caller, and what is driven
// after a write and by the minute.
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { generateKey, importSigningKey, type PrivateJwk, publicJwk } from "../../src/auth/key.ts";
import type { EdgeEnvironment } from "../../src/edge/settings.ts";
import type { Lifetime } from "../../src/edge/share.ts";
import { TURNS } from "../../src/exchange/journal-names.ts";
import { makeKeys, openKeys } from "../../src/exchange/keys.ts";
import type { Engine } from "../../src/store/engine.ts";
import { type D1, openD1 } from "../../src/store/engines/d1.ts";
import { readLogEnd } from "../../src/store/log.ts";
import { membersOf, TEST_URL, TestClient, TestClock, type TestHost } from "../harness/exchange.ts";
import { verifyServedLog } from "../harness/log.ts";
import { indicator } from "../harness/objects.ts";
import { openTestDatabase } from "./engine.ts";

const policy = { unmarked: "green", rules: [{ name: "all", share: ["all"] }] };

const HOUR_MS = 3_600_000;

/** An isolate: the entry with nothing remembered, and what its requests have left to be done. */
class Isolate implements TestHost {
  readonly clock = new TestClock();
  readonly app = { request: (url: string, init?: RequestInit): Promise<Response> => this.fetch(url, init) };
  readonly #entry: (typeof import("../../src/edge/worker.ts"))["default"];
  readonly #lifetimes: Lifetime[] = [];
  env: EdgeEnvironment;

  private constructor(entry: (typeof import("../../src/edge/worker.ts"))["default"], env: EdgeEnvironment) {
    this.#entry = entry;
    this.env = env;
  }

  static async start(env: EdgeEnvironment): Promise<Isolate> {
    vi.resetModules();
    return new Isolate((await import("../../src/edge/worker.ts")).default, env);
  }

  fetch(url: string, init?: RequestInit): Promise<Response> {
    return this.#entry.fetch(new Request(url, init), this.env, this.#begin());
  }

  health(): Promise<Response> {
    return this.fetch(`${TEST_URL}/health`);
  }

  async minute(): Promise<void> {
    await this.#entry.scheduled(null, this.env, this.#begin());
    await this.rest();
  }

  async rest(): Promise<void> {
    await Promise.all(this.#lifetimes.splice(0).map(waitOnExecutionContext));
  }

  #begin(): Lifetime {
    const lifetime = createExecutionContext();
    this.#lifetimes.push(lifetime);
    return lifetime;
  }
}

describe("the Worker", () => {
  let database: D1;
  let engine: Engine;
  let keys: string;
  let secretariatKey: PrivateJwk;
  let env: EdgeEnvironment;
  let isolates: Isolate[] = [];
  beforeAll(async () => {
    keys = await makeKeys("localhost:8787", (bytes) => crypto.getRandomValues(new Uint8Array(bytes)));
    secretariatKey = await generateKey("ES256");
  });
  beforeEach(async () => {
    database = await openTestDatabase();
    engine = openD1(database);
    env = {
      EXCHANGE_URL: TEST_URL,
      SERAI_KEYS: keys,
      SECRETARIAT_JWK: JSON.stringify(publicJwk(secretariatKey)),
      DB: database,
    };
  });
  // Nothing of a test may be under way when the next one empties the database.
  afterEach(() => Promise.all(isolates.splice(0).map((isolate) => isolate.rest())));

  const start = async (settings = env): Promise<Isolate> => {
    const isolate = await Isolate.start(settings);
    isolates.push(isolate);
    return isolate;
  };
  const without = (name: string): EdgeEnvironment =>
    Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));
  const secretariatOf = async (host: TestHost): Promise<TestClient> =>
    new TestClient(host, "secretariat", await importSigningKey(secretariatKey));
  const membersAt = async (host: TestHost) => membersOf(host, await secretariatOf(host));

  it.each(["EXCHANGE_URL", "SERAI_KEYS", "SECRETARIAT_JWK", "DB"])(
    "says that %s is missing, and starts once it is there",
    async (name) => {
      const isolate = await start(without(name));
      const response = await isolate.health();
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: "unavailable", subject: name });
      isolate.env = env;
      expect((await isolate.health()).status).toBe(200);
    },
  );

  it("says that the database was not migrated", async () => {
    await database.batch(["head", "turn"].map((table) => database.prepare(`DROP TABLE ${table}`).bind()));
    const response = await (await start()).health();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "unavailable", subject: "DB" });
  });

  it("begins an exchange once though isolates begin at once, and needs the secretariat's key no more", async () => {
    const first = [await start(), await start(), await start(), await start()];
    const answers = await Promise.all(first.map((isolate) => isolate.health()));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect((await engine.head()).turn).toBe(2);
    const later = await start(without("SECRETARIAT_JWK"));
    const me = await (await secretariatOf(later)).json("GET", "/v1/me");
    expect(me).toMatchObject({ status: 200, body: { role: "secretariat" } });
  });

  it("serves the whole path from several isolates, and takes in what each of them leaves", async () => {
    const all = [await start(), await start(), await start()];
    let asked = 0;
    // As a client meets them: each request is any isolate's.
    const next = (): Isolate => all[(asked += 1) % all.length] ?? all[0] ?? expect.fail();
    const host: TestHost = { clock: new TestClock(), app: { request: (url, init) => next().fetch(url, init) } };
    const { addState } = await membersAt(host);
    const kz = await addState("KZ", policy);
    const tr = await addState("TR");
    const objects = Array.from({ length: 12 }, (_, i) => indicator(i, "green"));
    for (const object of objects) await kz.contributor.post("threat-reports", [object]);
    const { objects: pulled } = await tr.analyst.pull("threat-reports", { limit: 4 });
    const ids = pulled.map((object): string => object.id);
    expect(ids.filter((id) => id.startsWith("indicator"))).toEqual(objects.map((object) => object.id));
    for (const isolate of all) await isolate.minute();
    const report = await verifyServedLog(tr.analyst, (await openKeys(keys)).log.verifierKey);
    expect(report.findings).toEqual([]);
    const { turn } = await engine.head();
    const pulls = (await engine.read.selectFrom("journal").select("n").execute()).length;
    expect(pulls).toBeGreaterThan(2);
    expect(Object.fromEntries(report.journals)).toEqual({ [TURNS]: turn, edge: pulls });
  });

  it("has the entry of a contribution in the log soon after its answer, without being asked", async () => {
    const isolate = await start();
    const { addState } = await membersAt(isolate);
    const kz = await addState("KZ", policy);
    await kz.contributor.post("threat-reports", [indicator(1, "green")]);
    await isolate.rest();
    const end = await readLogEnd(engine, TURNS, "edge");
    const { turn } = await engine.head();
    expect(end.journals.find((journal) => journal.name === TURNS)).toEqual({ name: TURNS, taken: turn, newest: turn });
    expect(end.signed).toBe(true);
  });

  it("lets by the minute what is due take effect, and forgets assertions that have expired", async () => {
    const isolate = await start();
    const { addState } = await membersAt(isolate);
    const embargo = { name: "in an hour", share: ["all"], after: "PT1H" };
    const kz = await addState("KZ", { unmarked: "green", rules: [embargo] });
    const tr = await addState("TR");
    await kz.contributor.post("threat-reports", [indicator(1, "green")]);
    await tr.analyst.token();
    const releasesOf = (code: string) =>
      engine.read
        .selectFrom("release")
        .innerJoin("party", "party.n", "release.feed")
        .select("release.added")
        .where("party.code", "=", code)
        .where("release.type", "=", "indicator")
        .execute();
    const state = async () => ({
      isReleased: (await releasesOf("TR")).length > 0,
      isDue: (await engine.read.selectFrom("due").select("at").execute()).length > 0,
      hasReplays: (await engine.read.selectFrom("replay").select("jti").execute()).length > 0,
    });
    await (await start()).minute();
    expect(await state()).toEqual({ isReleased: false, isDue: true, hasReplays: true });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * HOUR_MS });
    try {
      await (await start()).minute();
    } finally {
      vi.useRealTimers();
    }
    expect(await state()).toEqual({ isReleased: true, isDue: false, hasReplays: false });
  });

  it("counts refusals by the network that Cloudflare says, and by nothing that a client says", async () => {
    const isolate = await start();
    const ask = async (said: Record<string, string>): Promise<number> => {
      const headers = { Authorization: "Bearer nothing", "X-Forwarded-For": "192.0.2.7", ...said };
      return (await isolate.fetch(`${TEST_URL}/api/`, { headers })).status;
    };
    expect(await ask({ "CF-Connecting-IP": "203.0.113.9" })).toBe(401);
    expect(await ask({})).toBe(401);
    const rows = await engine.read.selectFrom("tally").select("subject").orderBy("subject").execute();
    expect(rows.map((row) => JSON.parse(row.subject).actor)).toEqual(["address 203.0.113.0/24", "address unknown"]);
  });
});
