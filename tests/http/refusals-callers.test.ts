// Refusals of who calls: wrong, altered, expired and absent tokens, and the token door's own noes.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signAccessToken } from "../../src/auth/access-token.ts";
import { signAssertion } from "../../src/auth/client-assertion.ts";
import { generateKey, importSigningKey, publicJwk, type SigningKey } from "../../src/auth/key.ts";
import { scopeLengthMax } from "../../src/auth/scope.ts";
import {
  jwtBearerAssertionType,
  tokenRequestBytesMax,
  tokenRequestParametersMax,
} from "../../src/auth/token-request.ts";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import type { RefusalCode } from "../../src/refusal.ts";
import { TEST_URL, type TestClient } from "../harness/exchange.ts";
import { indicator } from "../harness/objects.ts";
import {
  type Answer,
  type Ask,
  ask,
  get,
  json,
  list,
  objectsPath,
  openStage,
  post,
  type Stage,
  taxii,
  text,
  usual,
} from "./cast.ts";
import { booksOf, bytes, refused, untouched } from "./refusals-cast.ts";

let stage: Stage;
let kz: TestClient;
let tr: TestClient;
let kzSteward: TestClient;
const mine = indicator(1, "green");
const hidden = indicator(2, "red");

beforeAll(async () => {
  stage = await openStage({ KZ: usual(["TR"]), TR: usual([]) });
  kz = stage.state("KZ").contributor;
  tr = stage.state("TR").contributor;
  kzSteward = stage.state("KZ").steward;
  await post(stage.host, kz, [mine, hidden]);
});
afterAll(() => stage.close());

describe("who is calling", () => {
  const path = objectsPath;
  const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

  async function tokenBy(key: SigningKey, more: Partial<Parameters<typeof signAccessToken>[1]> = {}): Promise<string> {
    const { exchange } = stage.host;
    const issued = await signAccessToken(key, {
      issuer: exchange.url,
      audience: exchange.apiRoot,
      clientId: kz.id,
      state: "KZ",
      role: "contributor",
      scopes: ["taxii:read"],
      jti: crypto.randomUUID(),
      now: exchange.now(),
      ...more,
    });
    return issued.token;
  }

  it("a token by another key, for another, of another time, altered or without signature opens nothing, on any door", async () => {
    const ours = stage.host.exchange.keys.token;
    const foreign = await importSigningKey(await generateKey("ES256"));
    const good = await tokenBy(ours);
    expect((await ask(stage.host.app, { path, headers: bearer(good) })).status).toBe(200);
    const [header = "", payload = "", signature = ""] = good.split(".");
    const encode = (value: Json): string =>
      btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const decode = (part: string): JsonObject => JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
    const hour = 3_600_000_000;
    const tokens: readonly (readonly [string, string])[] = [
      ["another key", await tokenBy(foreign)],
      ["another issuer", await tokenBy(ours, { issuer: "https://other.example" })],
      ["another audience", await tokenBy(ours, { audience: `${TEST_URL}/` })],
      ["a client that is not there", await tokenBy(ours, { clientId: "nobody" })],
      ["a client's other state", await tokenBy(ours, { state: "TR" })],
      ["a client's other role", await tokenBy(ours, { role: "analyst" })],
      ["expired", await tokenBy(ours, { now: stage.host.exchange.now() - hour })],
      ["not yet", await tokenBy(ours, { now: stage.host.exchange.now() + hour })],
      ["no algorithm", `${encode({ ...decode(header), alg: "none" })}.${payload}.`],
      ["HMAC", `${encode({ ...decode(header), alg: "HS256" })}.${payload}.${signature}`],
      ["another state, altered", `${header}.${encode({ ...decode(payload), state: "TR" })}.${signature}`],
      [
        "more scopes, altered",
        `${header}.${encode({ ...decode(payload), scope: "taxii:read taxii:write" })}.${signature}`,
      ],
      ["another type", `${encode({ ...decode(header), typ: "JWT" })}.${payload}.${signature}`],
      ["a character more", `${good}A`],
      ["two parts", `${header}.${payload}`],
      [
        "an assertion in its place",
        await signAssertion(ours, { clientId: kz.id, audience: TEST_URL, now: stage.host.exchange.now(), jti: "x" }),
      ],
    ];
    for (const [what, token] of tokens) {
      for (const at of [path, "/v1/me", "/log/checkpoint"]) {
        const answer = await refused(
          stage,
          { path: at, headers: bearer(token) },
          { status: 401, code: "unauthenticated" },
        );
        expect([what, answer.text.includes(token)]).toEqual([what, false]);
        expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
      }
    }
    const two = { Authorization: `Bearer ${good}, Bearer ${good}` };
    await refused(stage, { path, headers: two }, { status: 401, code: "unauthenticated" });
    for (const credential of [`Basic ${btoa("a:b")}`, `Digest x`, good, `DPoP ${good}`, `Bearer  `, `Bearer ${good} x`])
      await refused(stage, { path, headers: { Authorization: credential } }, { status: 401, code: "unauthenticated" });
    // No header, parameter or field stands in for a token.
    await refused(stage, { path: `${path}?access_token=${good}` }, { status: 401, code: "unauthenticated" });
    await refused(
      stage,
      { path, headers: { "X-Api-Key": good, Cookie: `token=${good}` } },
      { status: 401, code: "unauthenticated" },
    );
  });

  it("no header, parameter or field widens what a caller may do", async () => {
    const plain = await get(stage.host, tr, path);
    for (const headers of [
      { "X-Forwarded-User": "KZ-contributor" },
      { "X-Role": "secretariat", "X-State": "KZ", From: "KZ" },
      { "X-HTTP-Method-Override": "DELETE" },
      { "Serai-State": "KZ" },
    ] as readonly Record<string, string>[])
      expect((await get(stage.host, tr, path, headers)).wire).toBe(plain.wire);
    for (const query of ["state=KZ", "client=KZ-contributor", "role=steward", "feed=0", "reader=3", "cleared=1"])
      expect((await get(stage.host, tr, `${path}?${query}`)).wire).toBe(plain.wire);
    const before = await booksOf(stage);
    for (const extra of [{ party: "KZ" }, { state: "KZ" }, { by: "KZ" }, { contributor: "KZ-contributor" }]) {
      const body = JSON.stringify({
        ...extra,
        collection: "threat-reports",
        objects: [indicator(20, "green", { created_by_ref: stage.state("KZ").identity })],
      });
      const answer = await ask(stage.host.app, { method: "POST", path: "/v1/explain", as: tr, headers: json, body });
      expect(list(answer.body, "failures")).toHaveLength(1);
    }
    expect(await booksOf(stage)).toBe(before);
  });

  it("a revoked client's tokens end at once, and it gets no other; its id is never used again", async () => {
    const client = await stage.host.addClient(kzSteward, "KZ-short", { role: "contributor" });
    expect((await get(stage.host, client, path)).status).toBe(200);
    const revoked = await ask(stage.host.app, { method: "POST", path: "/v1/clients/KZ-short/revoke", as: kzSteward });
    expect(revoked.status).toBe(200);
    await refused(stage, { path, as: client }, { status: 401, code: "unauthenticated", who: null });
    const keys = [{ ...publicJwk(await generateKey("Ed25519")) }];
    const again = {
      method: "POST",
      path: "/v1/clients",
      headers: json,
      body: JSON.stringify({ id: "KZ-short", name: "x", role: "contributor", keys }),
    };
    await refused(stage, { ...again, as: kzSteward }, { status: 409, code: "conflict" });
    // Whether another state has such a client is told to nobody: the id is not theirs to give.
    await refused(stage, { ...again, as: stage.state("TR").steward }, { status: 422, code: "invalid" });
    await refused(
      stage,
      { method: "POST", path: "/v1/clients/KZ-short/revoke", as: kzSteward },
      { status: 409, code: "conflict" },
    );
  });

  it("an expired token is refused, and a new one is served", async () => {
    const token = await tr.token();
    stage.host.clock.advance(301 * 1_000_000);
    await refused(stage, { path, headers: bearer(token) }, { status: 401, code: "unauthenticated" });
    expect((await get(stage.host, tr, path)).status).toBe(200);
  });
});

describe("the token door", () => {
  const door = "/oauth/token";
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  let key: SigningKey;
  let client: TestClient;

  beforeAll(async () => {
    const made = await generateKey("ES256");
    key = await importSigningKey(made);
    const body = { id: "KZ-own-key", name: "x", role: "contributor", keys: [{ ...publicJwk(made) }] };
    expect((await kzSteward.json("POST", "/v1/clients", body)).status).toBe(201);
    client = kz;
  });

  const assertion = (by: SigningKey = key, more: Partial<Parameters<typeof signAssertion>[1]> = {}): Promise<string> =>
    signAssertion(by, {
      clientId: "KZ-own-key",
      audience: TEST_URL,
      now: stage.host.exchange.now(),
      jti: crypto.randomUUID(),
      ...more,
    });
  const request = (
    parameters: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = form,
  ): Ask => ({
    method: "POST",
    path: door,
    headers,
    body: new URLSearchParams(parameters).toString(),
  });
  const credentials = async (token?: string): Promise<Record<string, string>> => ({
    grant_type: "client_credentials",
    client_assertion_type: jwtBearerAssertionType,
    client_assertion: token ?? (await assertion()),
  });

  it("gives a token for an assertion that holds, once", async () => {
    const parameters = await credentials();
    const first = await ask(stage.host.app, request(parameters));
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ token_type: "Bearer" });
    expect(Number(first.body["expires_in"])).toBeLessThanOrEqual(300);
    expect(first.headers.get("cache-control")).toBe("no-store");
    const again = await refused(stage, request(parameters), { status: 401, code: "invalid-client", face: "oauth" });
    expect(again.body["error"]).toBe("invalid_client");
  });

  it("refuses an assertion by another key, about another client, for another audience, of another time", async () => {
    const { exchange } = stage.host;
    const foreign = await importSigningKey(await generateKey("ES256"));
    for (const token of [
      await assertion(foreign),
      await assertion(key, { clientId: "KZ-contributor" }),
      await assertion(key, { clientId: "nobody" }),
      await assertion(key, { audience: `${TEST_URL}/oauth/token` }),
      await assertion(key, { audience: `${TEST_URL}/` }),
      await assertion(key, { now: exchange.now() - 3_600_000_000 }),
      await assertion(key, { now: exchange.now() + 3_600_000_000 }),
      "a.b.c",
      "x".repeat(5_000),
    ]) {
      const answer = await refused(stage, request(await credentials(token)), {
        status: 401,
        code: "invalid-client",
        face: "oauth",
      });
      expect(answer.body["error"]).toBe("invalid_client");
      expect(answer.text).not.toContain(token);
    }
  });

  it("an unknown client, a revoked one and a wrong key are the same answer", async () => {
    const foreign = await importSigningKey(await generateKey("ES256"));
    const answers = await Promise.all(
      ["KZ-own-key", "nobody", "KZ-short", "TR-analyst"].map(async (clientId) =>
        ask(stage.host.app, request(await credentials(await assertion(foreign, { clientId })))),
      ),
    );
    expect(new Set(answers.map((answer) => answer.wire)).size).toBe(1);
  });

  it("refuses every other form, grant, scope and resource, and says which with RFC 6749's words", async () => {
    const good = await credentials();
    const cases: readonly (readonly [Ask, number, RefusalCode, string])[] = [
      [request({ ...good, grant_type: "password" }), 400, "unsupported-grant", "unsupported_grant_type"],
      [request({ grant_type: "authorization_code" }), 400, "unsupported-grant", "unsupported_grant_type"],
      [request({}), 400, "invalid-request", "invalid_request"],
      [request({ grant_type: "client_credentials" }), 401, "invalid-client", "invalid_client"],
      [request({ ...good, client_assertion_type: "x" }), 401, "invalid-client", "invalid_client"],
      [request({ ...good, client_secret: "x" }), 401, "invalid-client", "invalid_client"],
      [request({ ...good, client_id: "TR-analyst" }), 401, "invalid-client", "invalid_client"],
      [request(good, { ...form, Authorization: "Basic eDp4" }), 401, "invalid-client", "invalid_client"],
      [request(good, { "Content-Type": "application/json" }), 400, "invalid-request", "invalid_request"],
      [
        { ...request(good), body: `${new URLSearchParams(good)}&grant_type=client_credentials` },
        400,
        "invalid-request",
        "invalid_request",
      ],
      [{ ...request(good), body: "grant_type=%ff" }, 400, "invalid-request", "invalid_request"],
      [{ ...request(good), body: bytes("grant_type=", [0xff]) }, 400, "invalid-request", "invalid_request"],
      [
        {
          ...request(good),
          body: Array.from({ length: tokenRequestParametersMax + 1 }, (_, i) => `a${i}=1`).join("&"),
        },
        400,
        "invalid-request",
        "invalid_request",
      ],
    ];
    for (const [asked, status, code, error] of cases)
      expect((await refused(stage, asked, { status, code, face: "oauth" })).body["error"]).toBe(error);
  });

  it("refuses scopes that the role has not, and a resource that is not ours", async () => {
    const asked = async (more: Readonly<Record<string, string>>): Promise<Answer> =>
      ask(stage.host.app, request({ ...(await credentials()), ...more }));
    for (const scope of [
      "members",
      "taxii:read members",
      "taxii:read taxii:read",
      " ",
      "x".repeat(scopeLengthMax + 1),
    ]) {
      const answer = await asked({ scope });
      expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_scope"]);
    }
    const foreign = await asked({ resource: "https://other.example/" });
    expect([foreign.status, foreign.body["error"]]).toEqual([400, "invalid_target"]);
    const narrow = await asked({ scope: "taxii:read" });
    expect(narrow.status).toBe(200);
    const headers = { Authorization: `Bearer ${text(narrow.body, "access_token")}`, ...taxii };
    expect((await ask(stage.host.app, { path: objectsPath, headers })).status).toBe(200);
    expect(
      (
        await ask(stage.host.app, {
          method: "POST",
          path: objectsPath,
          headers,
          body: JSON.stringify({ objects: [mine] }),
        })
      ).status,
    ).toBe(403);
  });

  it("reads no more of a body than its limit", async () => {
    const endless = untouched(4096);
    const answer = await ask(stage.host.app, { method: "POST", path: door, headers: form, body: endless.stream });
    expect([answer.status, answer.body["error"]]).toEqual([413, "invalid_request"]);
    expect(endless.reads() * 4096).toBeLessThanOrEqual(tokenRequestBytesMax + 2 * 4096);
    expect(client.id).toBe("KZ-contributor");
  });
});
