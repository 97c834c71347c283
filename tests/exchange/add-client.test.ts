// Who registers whom, under which names and keys, and what a no tells.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKey, importSigningKey, publicJwk } from "../../src/auth/key.ts";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { readMigrations } from "../../src/node/migrations.ts";
import { openSqlite } from "../../src/store/engines/sqlite.ts";
import { openTestExchange, TestClient, type TestExchange, type TestState } from "../harness/exchange.ts";

const engine = openSqlite(":memory:");
let host: TestExchange;
let kz: TestState;
let tr: TestState;
let n = 0;

beforeAll(async () => {
  await engine.migrate(readMigrations("sqlite"));
  host = await openTestExchange(engine);
  kz = await host.addState("KZ");
  tr = await host.addState("TR");
});
afterAll(() => engine.close());

const newKey = async (): Promise<JsonObject> => ({ ...publicJwk(await generateKey("Ed25519")) });
const add = (by: TestClient, more: Record<string, Json>) =>
  by.json("POST", "/v1/clients", { name: "x", role: "contributor", ...more });
const freshId = (code: string): string => `${code}-made-${(n += 1)}`;

describe("the id of a client", () => {
  it("begins with its party's code and a hyphen, in either case", async () => {
    for (const id of ["KZ-feed", "kz-feed-2", "Kz-x", "kz-KZ-y", "KZ"])
      expect([id, (await add(kz.steward, { id, keys: [await newKey()] })).status]).toEqual([id, 201]);
    for (const id of ["feed", "kz_feed", "kzfeed", "kz-", "TR-feed", "secretariat", "secretariat-2", "k-z-feed"]) {
      const { status, body } = await add(kz.steward, { id, keys: [await newKey()] });
      expect({ id, status, code: body.code, pointer: body.pointer }).toEqual({
        id,
        status: 422,
        code: "invalid",
        pointer: "/id",
      });
    }
    expect((await add(host.secretariat, { id: "secretariat-b", role: "analyst", keys: [await newKey()] })).status).toBe(
      201,
    );
  });

  it("of another state is refused the same whether or not that state has such a client", async () => {
    const keys = [await newKey()];
    const [there, absent] = await Promise.all([
      add(tr.steward, { id: "KZ-analyst", keys }),
      add(tr.steward, { id: "KZ-nobody", keys }),
    ]);
    expect(there).toEqual(absent);
    expect(there.status).toBe(422);
    expect((await add(kz.steward, { id: "KZ-analyst", keys })).status).toBe(409);
  });
});

describe("the keys of a client", () => {
  it("are refused with a pointer into the request", async () => {
    const good = await newKey();
    const es = publicJwk(await generateKey("ES256"));
    const cases: readonly (readonly [readonly Json[], string])[] = [
      [[{ ...good, x: "AAAA" }], "/keys/0/x"],
      [[good, { ...good, kty: "RSA" }], "/keys/1/kty"],
      [[good, { ...es, crv: "P-521" }], "/keys/1/crv"],
      // A point that is not on the curve.
      [[{ ...es, kid: undefined, x: "A".repeat(43), y: "A".repeat(43) } as unknown as Json], "/keys/0"],
      [[{ ...good, use: "enc" }], "/keys/0/use"],
      [[good, { ...good, d: "AAAA" }], "/keys/1/d"],
    ];
    for (const [keys, pointer] of cases) {
      const { status, body } = await add(kz.steward, { id: freshId("KZ"), keys });
      expect({ pointer, status, at: String(body.pointer).slice(0, pointer.length) }).toEqual({
        pointer,
        status: 422,
        at: pointer,
      });
    }
  });

  it("stand once in a request", async () => {
    const [one, two] = [await newKey(), await newKey()];
    const { status, body } = await add(kz.steward, {
      id: freshId("KZ"),
      keys: [one, two, { kty: "OKP", crv: "Ed25519", x: one["x"] ?? "" }],
    });
    expect([status, body.code, body.pointer, body.rule]).toEqual([422, "invalid", "/keys/2", "twice"]);
  });

  it("are of one client of a party, also after its end, and the no does not say of which", async () => {
    const key = await newKey();
    const first = freshId("KZ");
    expect((await add(kz.steward, { id: first, keys: [key] })).status).toBe(201);
    const second = { id: freshId("KZ"), keys: [await newKey(), key] };
    const taken = await add(kz.steward, second);
    expect([taken.status, taken.body.code, taken.body.pointer]).toEqual([409, "conflict", "/keys/1"]);
    expect(JSON.stringify(taken.body)).not.toContain(first);
    expect((await kz.steward.json("POST", `/v1/clients/${first}/revoke`)).status).toBe(200);
    expect(await add(kz.steward, second)).toEqual(taken);
  });

  it("of another state are not told of: it is as if nobody had them", async () => {
    const key = await newKey();
    expect((await add(kz.steward, { id: freshId("KZ"), keys: [key] })).status).toBe(201);
    expect((await add(tr.steward, { id: freshId("TR"), keys: [key] })).status).toBe(201);
  });

  it("the secretariat gives no two members", async () => {
    const made = await host.secretariat.json("POST", "/v1/states", { code: "UZ", name: { en: "U", ru: "У", kk: "У" } });
    expect(made.status).toBe(201);
    const key = await newKey();
    expect((await add(kz.steward, { id: freshId("KZ"), keys: [key] })).status).toBe(201);
    const steward = { id: "UZ-steward", party: "UZ", role: "steward" };
    const taken = await add(host.secretariat, { ...steward, keys: [key] });
    expect([taken.status, taken.body.pointer]).toEqual([409, "/keys/0"]);
    expect(JSON.stringify(taken.body)).not.toContain("KZ");
    expect((await add(host.secretariat, { ...steward, keys: [await newKey()] })).status).toBe(201);
  });
});

describe("a state whose stewards' keys are lost", () => {
  it("gets a steward from the secretariat, in whose act the others end, and the entry says so", async () => {
    const ge = await host.addState("GE");
    const second = await host.addClient(ge.steward, "GE-steward-2", { role: "steward" });
    const wanted = { id: "GE-rescue", party: "GE", role: "steward", keys: [await newKey()] };
    const beside = await add(host.secretariat, wanted);
    expect([beside.status, beside.body.code]).toEqual([403, "forbidden"]);
    expect((await second.json("GET", "/v1/clients")).status).toBe(200);
    const { client: rescue, answer } = await addWithKey(host.secretariat, { ...wanted, replaces: true });
    expect(answer.status).toBe(201);
    for (const ended of [ge.steward, second]) expect((await ended.json("GET", "/v1/clients")).status).toBe(401);
    const { body } = await rescue.json("GET", "/v1/clients");
    expect(body.clients.map((one: { id: string; revoked: boolean }) => [one.id, one.revoked])).toEqual([
      ["GE-analyst", false],
      ["GE-contributor", false],
      ["GE-rescue", false],
      ["GE-steward", true],
      ["GE-steward-2", true],
    ]);
    // Its other clients go on.
    expect((await ge.analyst.json("GET", "/v1/me")).status).toBe(200);
    const [entry] = await engine.read.selectFrom("turn").select("fields").orderBy("n", "desc").limit(1).execute();
    expect(JSON.parse(entry?.fields ?? "{}")).toMatchObject({
      kind: "client",
      actor: "secretariat",
      to: "GE",
      object: { client: "GE-rescue", ended: ["GE-steward", "GE-steward-2"] },
      outcome: "steward",
    });
  });

  it("is helped by nobody else, and with a steward only", async () => {
    const keys = [await newKey()];
    const cases: readonly (readonly [TestClient, Record<string, Json>])[] = [
      [host.secretariat, { id: "TR-x", party: "TR", role: "analyst", keys }],
      [kz.steward, { id: "TR-x", party: "TR", role: "steward", keys }],
      [kz.steward, { id: "KZ-x", role: "steward", keys }],
      [host.secretariat, { id: "secretariat-x", role: "secretariat", keys }],
    ];
    for (const [by, more] of cases) expect((await add(by, { ...more, replaces: true })).status).toBe(403);
    const form = await add(host.secretariat, { id: "TR-x", party: "TR", role: "steward", keys, replaces: "yes" });
    expect([form.status, form.body.pointer]).toEqual([422, "/replaces"]);
    expect((await tr.steward.json("GET", "/v1/clients")).status).toBe(200);
  });
});

/** Registers a client with a key that the test keeps. */
async function addWithKey(by: TestClient, wanted: Record<string, Json>) {
  const { id, keys: _, ...more } = wanted;
  const key = await generateKey("Ed25519");
  const answer = await add(by, { ...more, id: id ?? "", keys: [{ ...publicJwk(key) }] });
  return { answer, client: new TestClient(host, String(id), await importSigningKey(key)) };
}
