// Refusals of what is sent: each named limit, each malformed input, at every door that takes it. The answer has the face of
// its door and says what is wrong, nothing is changed, the no is entered, and nothing is read before its time.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authorizationLengthMax } from "../../src/auth/authorization.ts";
import type { JsonLimits } from "../../src/encoding/json.ts";
import { API_LIMITS } from "../../src/http/bodies.ts";
import { routesOf } from "../../src/http/door.ts";
import type { RefusalCode } from "../../src/refusal.ts";
import { ENVELOPE_LIMITS, OBJECT_LENGTH_MAX, OBJECTS_MAX } from "../../src/taxii/envelope.ts";
import {
  CURSOR_LENGTH_MAX,
  MATCH_LENGTH_MAX,
  MATCH_VALUES_MAX,
  QUERY_LENGTH_MAX,
  QUERY_PARAMETERS_MAX,
  TIMESTAMP_LENGTH_MAX,
} from "../../src/taxii/filter.ts";
import { ACCEPT_LENGTH_MAX, CONTENT_TYPE_LENGTH_MAX, taxiiMediaType } from "../../src/taxii/media-type.ts";
import { type TestClient } from "../harness/exchange.ts";
import { indicator, malware, uuid } from "../harness/objects.ts";
import { type Ask, ask, get, json, objectsPath, openStage, post, type Stage, taxii, usual } from "./cast.ts";
import { bytes, refused, untouched } from "./refusals-cast.ts";

let stage: Stage;
let kz: TestClient;
let kzSteward: TestClient;
let secretariat: TestClient;
const mine = indicator(1, "green");
const hidden = indicator(2, "red");

beforeAll(async () => {
  stage = await openStage({ KZ: usual(["TR"]), TR: usual([]) });
  kz = stage.state("KZ").contributor;
  kzSteward = stage.state("KZ").steward;
  secretariat = stage.host.secretariat;
  await post(stage.host, kz, [mine, hidden]);
});
afterAll(() => stage.close());

/** The doors that take JSON, with who may send there, what else the body needs, and their limits. */
interface JsonDoor {
  readonly method: string;
  readonly path: string;
  as(): TestClient;
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: JsonLimits;
  /** A body of the door's own form around a piece of JSON text. */
  wrap(piece: string): string;
}

const envelopeOf = (piece: string): string => `{"objects":[${piece}]}`;
const doors: readonly JsonDoor[] = [
  { method: "POST", path: objectsPath, as: () => kz, headers: taxii, limits: ENVELOPE_LIMITS, wrap: envelopeOf },
  ...["/v1/contributions", "/v1/explain", "/v1/preview"].map((path) => ({
    method: "POST",
    path,
    as: () => kz,
    headers: json,
    limits: ENVELOPE_LIMITS,
    wrap: (piece: string) => `{"collection":"threat-reports","objects":[${piece}]}`,
  })),
  ...["/v1/states", "/v1/collections"].map((path) => ({
    method: "POST",
    path,
    as: () => secretariat,
    headers: json,
    limits: API_LIMITS,
    wrap: (piece: string) => `{"name":${piece}}`,
  })),
  {
    method: "POST",
    path: "/v1/clients",
    as: () => kzSteward,
    headers: json,
    limits: API_LIMITS,
    wrap: (piece) => `{"keys":[${piece}]}`,
  },
  {
    method: "PUT",
    path: "/v1/policy",
    as: () => kzSteward,
    headers: json,
    limits: API_LIMITS,
    wrap: (piece) => `{"rules":[${piece}]}`,
  },
];

const toDoor = (door: JsonDoor, body: Ask["body"], headers: Readonly<Record<string, string>> = door.headers): Ask => ({
  method: door.method,
  path: door.path,
  as: door.as(),
  headers,
  body,
});

describe.each(doors)("$method $path", (door) => {
  const malformed: readonly [string, Ask["body"]][] = [
    ["nothing", ""],
    ["white space", " \n"],
    ["cut short", door.wrap("{}").slice(0, -1)],
    ["something behind it", `${door.wrap("{}")}{}`],
    ["a comma too many", door.wrap('{"a":1,}')],
    ["single quotes", door.wrap("{'a':1}")],
    ["a comment", door.wrap("{}/* */")],
    ["NaN", door.wrap('{"a":NaN}')],
    ["a number that is not finite", door.wrap('{"a":1e400}')],
    ["a number with a leading zero", door.wrap('{"a":01}')],
    ["an integer beyond 2^53", door.wrap('{"a":9007199254740993}')],
    ["a negative integer beyond 2^53", door.wrap('{"a":-9007199254740993}')],
    ["a control character in a string", door.wrap('{"a":"\u0001"}')],
    ["a duplicate key", door.wrap('{"a":1,"a":1}')],
    ["a key that is the same once its escapes are read", door.wrap('{"a":1,"\\u0061":2}')],
    ["a duplicate key at the top", door.wrap("{}").replace(/^\{/, '{"objects":[],"rules":[],"name":1,"keys":1,')],
    ["a lone surrogate", door.wrap('{"a":"\\ud800"}')],
    ["a lone low surrogate", door.wrap('{"a":"\\udc00x"}')],
    ["a lone surrogate as a key", door.wrap('{"\\ud83d":1}')],
    ["a byte order mark", bytes([0xef, 0xbb, 0xbf], door.wrap("{}"))],
    [
      "UTF-16",
      bytes(
        [0xff, 0xfe],
        [...door.wrap("{}")].flatMap((c) => [c.charCodeAt(0), 0]),
      ),
    ],
    ["a byte that is no UTF-8", bytes('{"objects":["', [0xff], '"]}')],
    ["an overlong encoding", bytes('{"objects":["', [0xc0, 0xaf], '"]}')],
    ["a surrogate encoded in UTF-8", bytes('{"objects":["', [0xed, 0xa0, 0x80], '"]}')],
    ["a sequence that is cut", bytes('{"objects":["', [0xe2, 0x82], '"]}')],
  ];

  it.each(malformed)("refuses %s as malformed", async (_, body) => {
    await refused(stage, toDoor(door, body), { status: 400, code: "malformed" });
  });

  it("refuses JSON that is no object", async () => {
    for (const body of ["null", "[]", '"text"', "7", "true"])
      await refused(stage, toDoor(door, body), { status: 422, code: "invalid" });
  });

  it("refuses another media type before it reads", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/html", ""]) {
      const body = untouched();
      await refused(stage, toDoor(door, body.stream, { "Content-Type": type }), { status: 415, code: "media-type" });
      expect(body.reads()).toBe(0);
    }
  });

  it("refuses depth, keys, items and strings past its limits, within a second, however far", async () => {
    const { depthMax, keysMax, itemsMax, stringLengthMax, bytesMax } = door.limits;
    const nested = (n: number): string => "[".repeat(n) + "]".repeat(n);
    const million = Math.min(1_000_000, Math.floor(bytesMax / 2) - 100);
    const bodies: readonly (readonly [string, string])[] = [
      ["depthMax", door.wrap(nested(depthMax))],
      ["depthMax", door.wrap(nested(million))],
      ["depthMax", door.wrap(`${'{"a":'.repeat(Math.floor(million / 4))}1${"}".repeat(Math.floor(million / 4))}`)],
      ["depthMax", "[".repeat(million)],
      ["keysMax", door.wrap(`{${Array.from({ length: keysMax + 1 }, (_, i) => `"${i}":1`).join(",")}}`)],
      ["itemsMax", door.wrap(`[${"1,".repeat(itemsMax)}1]`)],
      ["stringLengthMax", door.wrap(`"${"x".repeat(stringLengthMax + 1)}"`)],
      ["stringLengthMax", door.wrap(`{"${"x".repeat(stringLengthMax + 1)}":1}`)],
    ];
    for (const [subject, body] of bodies) {
      expect(body.length).toBeLessThan(bytesMax);
      const began = performance.now();
      const answer = await refused(stage, toDoor(door, body), { status: 422, code: "limit" });
      expect(performance.now() - began).toBeLessThan(1_500);
      expect(answer.text).toContain(subject);
    }
  });

  it("refuses a body past its length, by what it says and by what it is, and reads no further", async () => {
    const told = untouched();
    const length = String(door.limits.bytesMax + 1);
    const headers = { ...door.headers, "Content-Length": length };
    const saying = await refused(stage, toDoor(door, told.stream, headers), { status: 413, code: "limit" });
    expect(saying.text).toContain(String(door.limits.bytesMax));
    expect(told.reads()).toBe(0);
    for (const lie of ["1", "0", "-1", "abc", ""]) {
      const endless = untouched(64 * 1024);
      const lying = { ...door.headers, "Content-Length": lie };
      await refused(stage, toDoor(door, endless.stream, lying), { status: 413, code: "limit" });
      expect(endless.reads() * 64 * 1024).toBeLessThanOrEqual(door.limits.bytesMax + 2 * 64 * 1024);
      expect(endless.cancelled()).toBe(true);
    }
  });

  it("refuses a body that breaks off", async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error("The peer is gone."));
      },
    });
    await refused(stage, toDoor(door, broken), { status: 400, code: "malformed" });
  });
});

describe("a body is read by nobody who need not", () => {
  const filled = (path: string): string => path.replace(/:\w+/g, "threat-reports").replace("*", "0/000");

  it("on every door: not before the caller is known, nor for a role, method or path that has no use for it", async () => {
    const operator = stage.state("TR").analyst;
    await operator.token();
    for (const { path, caller } of routesOf(stage.host.app)) {
      if (caller === "none") continue;
      for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
        for (const as of [undefined, operator]) {
          const body = untouched();
          const request = {
            method,
            path: filled(path),
            headers: { ...json, Accept: taxiiMediaType },
            body: body.stream,
            as,
          };
          const answer = await ask(stage.host.app, request);
          expect(as === undefined ? [401] : [403, 404, 405]).toContain(answer.status);
          expect({ path, method, reads: body.reads() }).toEqual({ path, method, reads: 0 });
        }
      }
    }
    for (const path of ["/api/none/", "/none", "/v1/none", "/"]) {
      const body = untouched();
      expect((await ask(stage.host.app, { method: "POST", path, body: body.stream, as: kz })).status).toBe(404);
      expect((await ask(stage.host.app, { method: "POST", path })).status).toBe(401);
      expect(body.reads()).toBe(0);
    }
  });

  it("nor where the collection is not there, or the Accept cannot be met", async () => {
    for (const [path, headers, status] of [
      ["/api/collections/none/objects/", taxii, 404],
      [objectsPath, { ...taxii, Accept: "text/html" }, 406],
    ] as const) {
      const body = untouched();
      expect((await ask(stage.host.app, { method: "POST", path, headers, body: body.stream, as: kz })).status).toBe(
        status,
      );
      expect(body.reads()).toBe(0);
    }
  });
});

describe("methods and paths", () => {
  it("every path that is mounted answers another method with 405 and Allow, in its own face", async () => {
    const byPath = new Map<string, string[]>();
    for (const { path, method } of routesOf(stage.host.app)) byPath.set(path, [...(byPath.get(path) ?? []), method]);
    for (const [path, methods] of byPath) {
      const other = ["DELETE", "PUT", "PATCH", "GET"].find((method) => !methods.includes(method)) ?? "TRACE";
      const filled = path.replace(/:\w+/g, "x").replace("*", "0/000");
      const open = ["/oauth/", "/.well-known/", "/health", "/taxii2/"].some((prefix) => path.startsWith(prefix));
      const answer = await refused(
        stage,
        { method: other, path: filled, ...(open ? {} : { as: kz }) },
        { status: 405, code: "method", ...(path === "/oauth/token" ? { face: "oauth" as const } : {}) },
      );
      const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].toSorted().join(", ");
      expect([path, answer.headers.get("allow")]).toEqual([path, allow]);
    }
  });

  it("a path that is not there is 404 to who is known, in the face of its surroundings", async () => {
    for (const path of [
      "/api/none/",
      "/api/collections/threat-reports/none/",
      "/taxii2/none/",
      "/v1/none",
      "/none",
      "/",
    ])
      await refused(stage, { path, as: kz }, { status: 404, code: "not-found" });
  });

  it("a log path that names no tile is refused, whatever is in it", async () => {
    for (const path of [
      "0/0",
      "0/000.p/256",
      "64/000",
      "-1/000",
      "entries/",
      "%ff",
      "%00",
      "0/000%2ep/1",
      "..%2f..",
      "0/x000/000",
    ]) {
      const answer = await ask(stage.host.app, { path: `/log/tile/${path}`, as: kz });
      expect([path, [400, 404].includes(answer.status)]).toEqual([path, true]);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
    await refused(stage, { path: "/log/tile/5/000", as: kz }, { status: 404, code: "not-found" });
  });
});

describe("limits of requests", () => {
  const long = (n: number): string => "x".repeat(n);
  const query = (text: string): Ask => ({ path: `${objectsPath}?${text}`, as: kz });
  const cases = (): readonly (readonly [string, Ask, number, RefusalCode])[] => [
    ["QUERY_LENGTH_MAX", query(`a=${long(QUERY_LENGTH_MAX)}`), 400, "malformed"],
    [
      "QUERY_PARAMETERS_MAX",
      query(Array.from({ length: QUERY_PARAMETERS_MAX + 1 }, (_, i) => `a${i}=1`).join("&")),
      400,
      "malformed",
    ],
    [
      "MATCH_VALUES_MAX",
      query(`match[type]=${Array.from({ length: MATCH_VALUES_MAX + 1 }, (_, i) => `type-${i}`).join(",")}`),
      400,
      "malformed",
    ],
    ["MATCH_LENGTH_MAX", query(`match[type]=${long(MATCH_LENGTH_MAX + 1)}`), 400, "malformed"],
    [
      "TIMESTAMP_LENGTH_MAX",
      query(`added_after=2026-01-01T00:00:00.${"0".repeat(TIMESTAMP_LENGTH_MAX)}Z`),
      400,
      "malformed",
    ],
    [
      "TIMESTAMP_LENGTH_MAX",
      query(`match[version]=2026-01-01T00:00:00.${"0".repeat(TIMESTAMP_LENGTH_MAX)}Z`),
      400,
      "malformed",
    ],
    ["CURSOR_LENGTH_MAX", query(`next=${long(CURSOR_LENGTH_MAX + 1)}`), 400, "malformed"],
    ["limit", query("limit=99999999999999999999"), 400, "malformed"],
    [
      "ACCEPT_LENGTH_MAX",
      { path: objectsPath, as: kz, headers: { Accept: `${taxiiMediaType},${long(ACCEPT_LENGTH_MAX)}` } },
      406,
      "not-acceptable",
    ],
    [
      "CONTENT_TYPE_LENGTH_MAX",
      {
        method: "POST",
        path: objectsPath,
        as: kz,
        headers: { "Content-Type": `${taxiiMediaType};a=${long(CONTENT_TYPE_LENGTH_MAX)}` },
        body: "{}",
      },
      415,
      "media-type",
    ],
    [
      "OBJECTS_MAX",
      {
        method: "POST",
        path: objectsPath,
        as: kz,
        headers: taxii,
        body: envelopeOf(
          Array(OBJECTS_MAX + 1)
            .fill("{}")
            .join(","),
        ),
      },
      422,
      "limit",
    ],
  ];

  it("names each limit of a query, a header and an envelope, and refuses past it", async () => {
    for (const [, request, status, code] of cases()) await refused(stage, request, { status, code });
  });

  it("a token past its length is no token", async () => {
    for (const authorization of [
      `Bearer ${long(authorizationLengthMax)}`,
      `Bearer ${long(authorizationLengthMax - 100)}`,
    ])
      await refused(
        stage,
        { path: objectsPath, headers: { Authorization: authorization } },
        { status: 401, code: "unauthenticated" },
      );
  });

  it("an object past its length fails alone, as a bundle in an envelope and a thing that is no object do", async () => {
    const big = { ...malware(10, "green"), description: long(OBJECT_LENGTH_MAX) };
    const bundle = { type: "bundle", id: `bundle--${uuid(10)}`, objects: [malware(11, "green")] };
    const nested = { ...bundle, objects: [bundle] };
    const status = (
      await post(stage.host, kz, [big, bundle, nested, 7, "x", null, [malware(12, "green")], malware(13, "green")])
    ).body;
    expect(status).toMatchObject({ total_count: 8, success_count: 1, failure_count: 7 });
    for (const n of [10, 11, 12])
      expect((await get(stage.host, kz, `${objectsPath}${malware(n, null).id}/`)).status).toBe(404);
    const whole = { type: "bundle", id: `bundle--${uuid(11)}`, objects: [bundle, malware(14, "green")] };
    const sent = await ask(stage.host.app, {
      method: "POST",
      path: objectsPath,
      as: kz,
      headers: taxii,
      body: JSON.stringify(whole),
    });
    expect(sent.body).toMatchObject({ success_count: 1, failure_count: 1 });
  });
});
