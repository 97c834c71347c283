// Refusals of what belongs to another, or goes beyond one's role; and how noes become entries.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKey, publicJwk } from "../../src/auth/key.ts";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { integrate } from "../../src/exchange/integrate.ts";
import type { RefusalCode } from "../../src/refusal.ts";
import { type TestClient } from "../harness/exchange.ts";
import { indicator, malware, uuid } from "../harness/objects.ts";
import {
  ask,
  contribute,
  get,
  json,
  list,
  objectsPath,
  openStage,
  post,
  remove,
  type Stage,
  text,
  usual,
} from "./cast.ts";
import { refused } from "./refusals-cast.ts";

let stage: Stage;
let kz: TestClient;
let tr: TestClient;
let kzSteward: TestClient;
let secretariat: TestClient;
const mine = indicator(1, "green");
const hidden = indicator(2, "red");

beforeAll(async () => {
  stage = await openStage({ KZ: usual(["TR"]), TR: usual([]) });
  kz = stage.state("KZ").contributor;
  tr = stage.state("TR").contributor;
  kzSteward = stage.state("KZ").steward;
  secretariat = stage.host.secretariat;
  await post(stage.host, kz, [mine, hidden]);
});
afterAll(() => stage.close());

describe("what belongs to another", () => {
  it("a status, a receipt, an audience and a client are its own: to others they are not there", async () => {
    const status = text((await post(stage.host, kz, [malware(30, "green")])).body, "id");
    const trSteward = stage.state("TR").steward;
    for (const [request, other] of [
      [{ path: `/api/status/${status}/`, as: tr }, `/api/status/${crypto.randomUUID()}/`],
      [{ path: `/v1/receipts/${status}`, as: tr }, `/v1/receipts/${crypto.randomUUID()}`],
      [{ path: `/v1/objects/${mine.id}/audience`, as: tr }, `/v1/objects/${indicator(99, null).id}/audience`],
      [{ path: `/v1/objects/${hidden.id}/audience`, as: trSteward }, `/v1/objects/${indicator(99, null).id}/audience`],
      [{ method: "POST", path: "/v1/clients/KZ-analyst/revoke", as: trSteward }, "/v1/clients/nobody/revoke"],
      [{ method: "POST", path: "/v1/clients/KZ-analyst/revoke", as: secretariat }, "/v1/clients/nobody/revoke"],
      [{ method: "DELETE", path: `${objectsPath}${hidden.id}/`, as: tr }, `${objectsPath}${indicator(99, null).id}/`],
    ] as const) {
      const there = await refused(stage, request, { status: 404, code: "not-found" });
      const absent = await refused(stage, { ...request, path: other }, { status: 404, code: "not-found" });
      expect(there.wire).toBe(absent.wire);
    }
  });

  it("nobody registers clients for another state, nor beyond its own role", async () => {
    const keys = [{ ...publicJwk(await generateKey("Ed25519")) }];
    const trSteward = stage.state("TR").steward;
    const cases: readonly (readonly [TestClient, JsonObject])[] = [
      [trSteward, { party: "KZ", role: "contributor" }],
      [trSteward, { party: "KZ", role: "steward" }],
      [trSteward, { party: "secretariat", role: "secretariat" }],
      [secretariat, { party: "KZ", role: "contributor" }],
      [secretariat, { party: "KZ", role: "steward" }],
    ];
    for (const [as, more] of cases) {
      const body = JSON.stringify({ id: "slipped-in", name: "x", keys, ...more });
      await refused(
        stage,
        { method: "POST", path: "/v1/clients", as, headers: json, body },
        { status: 403, code: "forbidden" },
      );
    }
    for (const role of ["secretariat", "operator", "witness", "admin"]) {
      const body = JSON.stringify({ id: "slipped-in", name: "x", keys, role });
      await refused(
        stage,
        { method: "POST", path: "/v1/clients", as: trSteward, headers: json, body },
        { status: 422, code: "invalid" },
      );
    }
    for (const party of ["XX", "kz", "", 7, null]) {
      const body = JSON.stringify({ id: "slipped-in", name: "x", keys, role: "contributor", party });
      const answer = await ask(stage.host.app, {
        method: "POST",
        path: "/v1/clients",
        as: secretariat,
        headers: json,
        body,
      });
      expect([party, [403, 422].includes(answer.status)]).toEqual([party, true]);
    }
  });

  it("a registration is refused with a pointer: bad ids, keys, members and forms", async () => {
    const good = publicJwk(await generateKey("ES256"));
    const base = { id: "KZ-new", name: "x", role: "contributor", keys: [{ ...good }] };
    const bodies: readonly JsonObject[] = [
      { ...base, id: 7 },
      { ...base, id: "" },
      { ...base, id: "a b" },
      { ...base, id: "x".repeat(101) },
      { ...base, name: "" },
      { ...base, name: "a\nb" },
      { ...base, name: "\u202Eabc" },
      { ...base, keys: [] },
      { ...base, keys: "x" },
      { ...base, keys: [7] },
      { ...base, keys: [{}] },
      { ...base, keys: [{ ...good, x: "AAAA" }] },
      { ...base, keys: [{ ...good, x: "A".repeat(43), y: "A".repeat(43) }] },
      { ...base, keys: [{ ...good, crv: "P-521" }] },
      { ...base, keys: [{ ...good, kty: "RSA" }] },
      { ...base, keys: [{ kty: "oct", k: "AAAA" }] },
      { ...base, keys: [{ ...good, d: "AAAA" }] },
      { ...base, keys: Array.from({ length: 11 }, () => ({ ...good })) },
      { ...base, cleared: "yes" },
      { ...base, reach: "everyone" },
      { ...base, admin: true },
      { ...base, revoked: false },
    ];
    for (const body of bodies) {
      const request = { method: "POST", path: "/v1/clients", as: kzSteward, headers: json, body: JSON.stringify(body) };
      const answer = await ask(stage.host.app, request);
      expect({ body, status: answer.status }).toEqual({ body, status: 422 });
      expect(typeof answer.body["pointer"]).toBe("string");
    }
    expect((await get(stage.host, kzSteward, "/v1/clients")).text).not.toContain("KZ-new");
  });

  it("a state, a collection and a policy are refused with a pointer, and what stood stands", async () => {
    const name = { en: "A", ru: "А", kk: "А" };
    const identity = {
      type: "identity",
      spec_version: "2.1",
      id: stage.state("KZ").identity,
      created: "2026-01-01T00:00:00.000Z",
      modified: "2026-01-01T00:00:00.000Z",
      name: "x",
    };
    const cases: readonly (readonly [TestClient, string, string, Json, number, RefusalCode])[] = [
      [secretariat, "POST", "/v1/states", { code: "KZ", name }, 409, "conflict"],
      [secretariat, "POST", "/v1/states", { code: "QQQ", name }, 422, "invalid"],
      [secretariat, "POST", "/v1/states", { code: "az", name }, 422, "invalid"],
      [secretariat, "POST", "/v1/states", { code: "AZ" }, 422, "invalid"],
      [secretariat, "POST", "/v1/states", { code: "AZ", name: { en: "A" } }, 422, "invalid"],
      [secretariat, "POST", "/v1/states", { code: "AZ", name, extra: 1 }, 422, "invalid"],
      [secretariat, "POST", "/v1/states", { code: "AZ", name, identities: [7] }, 422, "invalid"],
      [secretariat, "POST", "/v1/states", { code: "AZ", name, identities: [malware(1, null)] }, 422, "invalid"],
      [secretariat, "POST", "/v1/states", { code: "AZ", name, identities: [identity] }, 409, "conflict"],
      [
        secretariat,
        "POST",
        "/v1/states",
        { code: "AZ", name, identities: [{ ...identity, id: `identity--${uuid(1)}`, contact_information: "x" }] },
        422,
        "invalid",
      ],
      [secretariat, "POST", "/v1/states/QQ/suspend", {}, 404, "not-found"],
      [secretariat, "POST", "/v1/collections", { alias: "threat-reports", title: "Other" }, 409, "conflict"],
      [secretariat, "POST", "/v1/collections", { alias: "other", title: "threat REPORTS" }, 409, "conflict"],
      [secretariat, "POST", "/v1/collections", { alias: "other", title: "a.b" }, 422, "invalid"],
      [secretariat, "POST", "/v1/collections", { alias: "Other", title: "Other" }, 422, "invalid"],
      [secretariat, "POST", "/v1/collections", { alias: uuid(1), title: "Other" }, 422, "invalid"],
      [secretariat, "POST", "/v1/collections", { alias: "other", title: "Other", open: true }, 422, "invalid"],
      [kzSteward, "PUT", "/v1/policy", {}, 422, "invalid"],
      [kzSteward, "PUT", "/v1/policy", { unmarked: "blue", rules: [] }, 422, "invalid"],
      [kzSteward, "PUT", "/v1/policy", { unmarked: "green", rules: [{ name: "x", share: ["XX"] }] }, 422, "invalid"],
      [
        kzSteward,
        "PUT",
        "/v1/policy",
        { unmarked: "green", rules: [{ name: "x", share: ["all"] }], extra: 1 },
        422,
        "invalid",
      ],
      [
        kzSteward,
        "PUT",
        "/v1/policy",
        { unmarked: "green", rules: Array.from({ length: 501 }, (_, i) => ({ name: `r${i}`, share: ["all"] })) },
        422,
        "invalid",
      ],
    ];
    for (const [as, method, path, body, status, code] of cases)
      await refused(stage, { method, path, as, headers: json, body: JSON.stringify(body) }, { status, code });
  });

  it("an instruction, a collection and a wrong form of a contribution are refused whole", async () => {
    const objects = [malware(40, "green")];
    const cases: readonly (readonly [Json, number, RefusalCode])[] = [
      [{ objects }, 422, "invalid"],
      [{ collection: 7, objects }, 422, "invalid"],
      [{ collection: "none", objects }, 404, "not-found"],
      [{ collection: "threat-reports" }, 422, "invalid"],
      [{ collection: "threat-reports", objects: [] }, 422, "invalid"],
      [{ collection: "threat-reports", objects, instruction: 7 }, 422, "invalid"],
      [{ collection: "threat-reports", objects, instruction: { to: ["XX"] } }, 422, "invalid"],
      [{ collection: "threat-reports", objects, instruction: { to: [] } }, 422, "invalid"],
      [{ collection: "threat-reports", objects, instruction: { widen: true } }, 422, "invalid"],
      [{ collection: "threat-reports", objects, instruction: { after: "P2D", until: "P1D" } }, 422, "invalid"],
      [{ collection: "threat-reports", objects, instruction: { after: "soon" } }, 422, "invalid"],
      [{ collection: "threat-reports", type: "malware", objects }, 422, "invalid"],
    ];
    for (const [body, status, code] of cases)
      for (const path of ["/v1/contributions", "/v1/explain", "/v1/preview"])
        await refused(
          stage,
          { method: "POST", path, as: kz, headers: json, body: JSON.stringify(body) },
          { status, code },
        );
  });

  it("the secretariat and the operator of a door have no objects of their own to explain or recall", async () => {
    await refused(
      stage,
      { path: `/v1/objects/${mine.id}/audience`, as: secretariat },
      { status: 403, code: "forbidden" },
    );
    await refused(
      stage,
      { method: "DELETE", path: `${objectsPath}${mine.id}/`, as: secretariat },
      { status: 404, code: "not-found" },
    );
    await refused(stage, { path: objectsPath, as: secretariat }, { status: 403, code: "forbidden" });
  });
});

describe("a state that is suspended", () => {
  it("is served nothing and contributes nothing; it may still recall its own, and has its status", async () => {
    const own = await openStage({ KZ: usual(["TR"]), TR: usual([]) });
    const writer = own.state("TR").contributor;
    const status = text((await post(own.host, writer, [malware(1, "green"), malware(2, "green")])).body, "id");
    await post(own.host, own.state("KZ").contributor, [mine]);
    const before = await writer.token();
    own.host.clock.advance(2_000_000);
    const suspended = await own.host.secretariat.json("POST", "/v1/states/TR/suspend", {});
    expect(suspended.status).toBe(200);
    const old = await ask(own.host.app, { path: objectsPath, headers: { Authorization: `Bearer ${before}` } });
    expect([401, 403]).toContain(old.status);
    own.host.clock.advance(301 * 1_000_000);
    for (const path of [
      objectsPath,
      `${objectsPath}?match[id]=${mine.id}`,
      `${objectsPath}${mine.id}/`,
      `${objectsPath}${mine.id}/versions/`,
      "/api/collections/threat-reports/manifest/",
    ]) {
      const answer = await get(own.host, writer, path);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.text).not.toContain(mine.id);
    }
    const [collection] = list((await get(own.host, writer, "/api/collections/")).body, "collections");
    expect([collection?.["can_read"], collection?.["can_write"]]).toEqual([false, false]);
    expect((await post(own.host, writer, [malware(3, "green")])).status).toBe(403);
    expect((await contribute(own.host, writer, [malware(3, "green")])).status).toBe(403);
    expect((await get(own.host, writer, `/api/status/${status}/`)).status).toBe(200);
    expect((await remove(own.host, writer, `${objectsPath}${malware(1, null).id}/`)).status).toBe(200);
    const kept = await get(own.host, own.state("KZ").analyst, objectsPath);
    expect(kept.text).not.toContain(`"id":"${malware(1, null).id}"`);
    expect(kept.text).toContain(malware(2, null).id);
    // What it may not see is not told of by what it may not delete.
    const hiddenOne = await remove(own.host, writer, `${objectsPath}${mine.id}/`);
    const absent = await remove(own.host, writer, `${objectsPath}${indicator(99, null).id}/`);
    expect(hiddenOne.wire).toBe(absent.wire);
    await own.close();
  });
});

describe("noes are counted", () => {
  it("a DELETE that is refused is a refusal, and neither a pull nor an empty poll", async () => {
    const own = await openStage({ KZ: usual(["TR"]), TR: usual([]), UZ: usual([]) });
    await post(own.host, own.state("KZ").contributor, [mine, indicator(50, "amber")]);
    const entered = async (): Promise<readonly string[]> => {
      const [counted, recorded] = await Promise.all([
        own.engine.read.selectFrom("tally").select("subject as fields").execute(),
        own.engine.read.selectFrom("journal").select("fields").execute(),
      ]);
      return [...counted, ...recorded].map((row) => JSON.parse(row.fields).kind as string).toSorted(); // by fieldsText
    };
    for (const code of ["TR", "UZ"]) await own.state(code).contributor.token();
    const before = await entered();
    const one = (id: string): string => `${objectsPath}${id}/`;
    for (const [code, id, status] of [
      ["TR", mine.id, 403],
      ["TR", indicator(50, null).id, 403],
      ["UZ", indicator(50, null).id, 404],
      ["UZ", indicator(99, null).id, 404],
    ] as const)
      expect([code, id, (await remove(own.host, own.state(code).contributor, one(id))).status]).toEqual([
        code,
        id,
        status,
      ]);
    // One count for each client and kind of no.
    expect(await entered()).toEqual([...before, "refuse", "refuse"].toSorted());
    // Whoever asks for the object itself polls.
    expect((await get(own.host, own.state("UZ").contributor, one(indicator(50, null).id))).status).toBe(404);
    expect(await entered()).toEqual([...before, "pull", "refuse", "refuse"].toSorted());
    await own.close();
  });

  it("as one entry for a client, a kind and an hour, however many there were", async () => {
    const own = await openStage({ KZ: usual([]) });
    const as = own.state("KZ").analyst;
    await as.token();
    const size = await integrate(own.host.exchange);
    for (let i = 0; i < 50; i += 1) await get(own.host, as, `${objectsPath}?limit=0`);
    for (let i = 0; i < 30; i += 1) await ask(own.host.app, { path: objectsPath });
    expect(await integrate(own.host.exchange)).toBe(size);
    own.host.clock.advance(3_600_000_000);
    await integrate(own.host.exchange);
    const rows = await own.engine.read
      .selectFrom("journal")
      .select("fields")
      .where("fields", "like", '%"refuse"%')
      .execute();
    expect(rows.map((row) => JSON.parse(row.fields)).toSorted((a, b) => b.count - a.count)).toEqual([
      { kind: "refuse", actor: "KZ-analyst", from: "KZ", outcome: "malformed", count: 50 },
      { kind: "refuse", actor: "address unknown", outcome: "unauthenticated", count: 30 },
    ]);
    await own.close();
  });
});
