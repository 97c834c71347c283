// TAXII 2.1 at the whole server, row by row of the project's list of facts (A general, B endpoints, E what the text leaves
// open, G what other servers get wrong): each row that needs a path, a status code, a header, a caller or the books.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signAccessToken } from "../../src/auth/access-token.ts";
import type { Scope } from "../../src/auth/scope.ts";
import type { JsonObject } from "../../src/encoding/json.ts";
import { CONTENT_LENGTH_MAX } from "../../src/taxii/envelope.ts";
import { PAGE_LIMIT_MAX } from "../../src/taxii/page.ts";
import { stixMediaType, taxiiMediaType } from "../../src/taxii/media-type.ts";
import { engineKinds, openTestEngine } from "../harness/engines.ts";
import { openTestExchange, type TestClient } from "../harness/exchange.ts";
import { indicator, later, malware, relationship, report, tlp, uuid } from "../harness/objects.ts";
import {
  type Answer,
  ask,
  codeOf,
  contribute,
  contributed,
  get,
  idsOf,
  list,
  manifestPath,
  objectsPath,
  openStage,
  post,
  remove,
  type Stage,
  taxii,
  text,
  usual,
} from "./cast.ts";

const microsecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const firstHeader = "x-taxii-date-added-first";
const lastHeader = "x-taxii-date-added-last";
const absentId = "indicator--ffffffff-ffff-4fff-8fff-ffffffffffff";
const absentUuid = "ffffffff-ffff-4fff-8fff-ffffffffffff";
const one = (id: string): string => `${objectsPath}${id}/`;
const versionsOf = (id: string): string => `${objectsPath}${id}/versions/`;

/** Everything that an answer under an API root owes, whatever it says (A5, A8, A10, A.5). */
function expectTaxii(answer: Answer, status: number): Answer {
  expect({ status: answer.status, type: answer.headers.get("content-type"), text: answer.text }).toEqual({
    status,
    type: taxiiMediaType,
    text: answer.text,
  });
  if (status >= 400) {
    expect(typeof answer.body["title"] === "string" && answer.body["title"] !== "").toBe(true);
    expect(answer.body["http_status"]).toBe(String(status));
  }
  expect(answer.text).not.toMatch(/\[\s*\]/);
  return answer;
}

interface Walked {
  readonly answers: readonly Answer[];
  readonly items: readonly unknown[];
}

/** All pages of a list, by `next`. */
async function walk(
  stage: Stage,
  as: TestClient,
  path: string,
  query: Readonly<Record<string, string>>,
  member: string,
): Promise<Walked> {
  const answers: Answer[] = [];
  const items: unknown[] = [];
  let next: string | null = null;
  do {
    const parameters = new URLSearchParams(next === null ? query : { ...query, next });
    const answer: Answer = expectTaxii(await get(stage.host, as, `${path}?${parameters}`), 200);
    answers.push(answer);
    const found: unknown = answer.body[member] ?? [];
    if (Array.isArray(found)) items.push(...(found as readonly unknown[]));
    next = answer.body["more"] === true ? text(answer.body, "next") : null;
    if (answers.length > 2_000) throw new TypeError("The pages do not end.");
  } while (next !== null);
  return { answers, items };
}

/** A token with only some of a role's scopes. */
async function tokenWith(stage: Stage, client: TestClient, state: string, scopes: readonly Scope[]): Promise<string> {
  const { exchange } = stage.host;
  const issued = await signAccessToken(exchange.keys.token, {
    issuer: exchange.url,
    audience: exchange.apiRoot,
    clientId: client.id,
    state,
    role: "contributor",
    scopes,
    jti: crypto.randomUUID(),
    now: exchange.now(),
  });
  return issued.token;
}

describe("A: general", () => {
  let stage: Stage;
  let kz: TestClient;
  let tr: TestClient;
  let uz: TestClient;
  let statusId: string;
  let collectionId: string;
  const green = indicator(1, "green", { description: "Қауіп туралы хабар — угроза 🜂", labels: ["a", "b"] });

  beforeAll(async () => {
    stage = await openStage({ KZ: usual(["TR"]), TR: usual([]), UZ: usual([]) });
    kz = stage.state("KZ").contributor;
    tr = stage.state("TR").analyst;
    uz = stage.state("UZ").analyst;
    const posted = await post(stage.host, kz, [green, indicator(2, "amber"), malware(3, "green"), later(green, 5)]);
    statusId = text(posted.body, "id");
    collectionId = String(list((await get(stage.host, kz, "/api/collections/")).body, "collections")[0]?.["id"]);
  });
  afterAll(() => stage.close());

  const paths = (): readonly string[] => [
    "/taxii2/",
    "/api/",
    `/api/status/${statusId}/`,
    "/api/collections/",
    `/api/collections/${collectionId}/`,
    manifestPath,
    objectsPath,
    one(green.id),
    versionsOf(green.id),
  ];

  it("A2, E8: every endpoint is served with its trailing slash, and the same without it", async () => {
    for (const path of paths()) {
      const withSlash = expectTaxii(await get(stage.host, kz, path), 200);
      expect((await get(stage.host, kz, path.slice(0, -1))).wire).toBe(withSlash.wire);
    }
    const queried = await get(stage.host, tr, `${objectsPath}?match[type]=malware`);
    expect((await get(stage.host, tr, `${objectsPath.slice(0, -1)}?match[type]=malware`)).wire).toBe(queried.wire);
    expect(contributed(queried)).toEqual([malware(3, null).id]);
  });

  it("A3, A5: the media type with its version is on every answer, errors and DELETE included", async () => {
    for (const path of paths()) expectTaxii(await get(stage.host, kz, path), 200);
    const { host } = stage;
    expectTaxii(await ask(host.app, { path: objectsPath }), 401);
    expectTaxii(await get(host, stage.state("KZ").steward, objectsPath), 403);
    expectTaxii(await get(host, kz, one(absentId)), 404);
    expectTaxii(await get(host, kz, "/api/nothing/here/"), 404);
    expectTaxii(await get(host, kz, `${objectsPath}?limit=0`), 400);
    expectTaxii(await ask(host.app, { method: "PATCH", path: objectsPath, as: kz }), 405);
    expectTaxii(await get(host, kz, objectsPath, { Accept: "text/html" }), 406);
    expectTaxii(await ask(host.app, { method: "POST", path: objectsPath, as: kz, body: "{}" }), 415);
    expectTaxii(await ask(host.app, { method: "POST", path: objectsPath, as: kz, headers: taxii, body: "{" }), 400);
    expectTaxii(await ask(host.app, { method: "POST", path: objectsPath, as: kz, headers: taxii, body: "{}" }), 422);
    expectTaxii(await post(host, kz, [indicator(90, "green")]), 202);
    expectTaxii(await remove(host, kz, one(indicator(90, null).id)), 200);
  });

  it.each([
    "application/taxii+json;version=2.1",
    "application/taxii+json; version=2.1",
    'application/taxii+json;version="2.1"',
    "application/taxii+json",
    "APPLICATION/TAXII+JSON;VERSION=2.1",
    "application/taxii+json;version=2.1, application/json;q=0.5",
    "application/stix+json;version=2.1",
    "application/*",
    "*/*",
    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    "",
  ])("A4, A6, A7, G: Accept %j is answered as TAXII 2.1, never with 406", async (accept) => {
    for (const path of paths()) expectTaxii(await get(stage.host, kz, path, { Accept: accept }), 200);
  });

  it("A4: a request without Accept is answered as TAXII 2.1", async () => {
    for (const path of paths()) expectTaxii(await ask(stage.host.app, { path, as: kz }), 200);
  });

  it.each(["text/html", "application/json", "application/taxii+json;version=2.0", "application/taxii+json;q=0"])(
    "A7: Accept %j is answered with 406 on every endpoint",
    async (accept) => {
      for (const path of paths())
        expect(codeOf(expectTaxii(await get(stage.host, kz, path, { Accept: accept }), 406))).toBe("not-acceptable");
    },
  );

  it.each([
    "application/taxii+json;version=2.1",
    "application/taxii+json; version=2.1",
    'application/taxii+json;version="2.1"',
    "application/taxii+json",
    "application/taxii+json;charset=utf-8",
    "application/stix+json;version=2.1",
  ])("A7, G: Content-Type %j is read, never answered with 415", async (type) => {
    const body = JSON.stringify({ objects: [green] });
    const headers = { "Content-Type": type };
    expectTaxii(await ask(stage.host.app, { method: "POST", path: objectsPath, as: kz, headers, body }), 202);
  });

  it.each([
    "application/json",
    "text/plain",
    "application/taxii+json;version=2.0",
    "application/stix+json",
    "application/x-www-form-urlencoded",
    "application/taxii+json;charset=latin1",
  ])("A7: Content-Type %j is answered with 415", async (type) => {
    const body = JSON.stringify({ objects: [indicator(91, "green")] });
    const headers = { "Content-Type": type };
    expectTaxii(await ask(stage.host.app, { method: "POST", path: objectsPath, as: kz, headers, body }), 415);
    expectTaxii(await get(stage.host, kz, one(indicator(91, null).id)), 404);
  });

  it("A9: text of any script comes back as it was sent", async () => {
    const [object] = list((await get(stage.host, tr, one(green.id))).body, "objects");
    expect(object).toEqual(later(green, 5));
  });

  it("A10: no answer holds an empty list", async () => {
    for (const path of paths()) expect((await get(stage.host, kz, path)).text).not.toMatch(/\[\s*\]/);
    for (const path of [objectsPath, manifestPath])
      expect((await get(stage.host, kz, `${path}?match[id]=${absentId}`)).text).toBe("{}");
  });

  it("A11: timestamps of TAXII have exactly six digits, in UTC", async () => {
    expect(text((await get(stage.host, kz, `/api/status/${statusId}/`)).body, "request_timestamp")).toMatch(
      microsecond,
    );
    const records = list((await get(stage.host, kz, manifestPath)).body, "objects");
    expect(records.length).toBeGreaterThan(3);
    for (const record of records) expect(record["date_added"]).toMatch(microsecond);
    const { headers } = await get(stage.host, kz, objectsPath);
    expect(headers.get(firstHeader)).toMatch(microsecond);
    expect(headers.get(lastHeader)).toMatch(microsecond);
  });

  it("A12: identifiers are UUIDs of version 4", async () => {
    expect(statusId).toMatch(uuid4);
    for (const collection of list((await get(stage.host, kz, "/api/collections/")).body, "collections"))
      expect(collection["id"]).toMatch(uuid4);
  });

  it("A13, G: without a token, or with one that does not hold, it is 401 with WWW-Authenticate", async () => {
    const tampered = `${(await kz.token()).slice(0, -3)}AAA`;
    for (const path of paths().slice(1)) {
      for (const authorization of [null, "", "Bearer", `Bearer ${tampered}`, "Basic a3o6a3o=", "Bearer a.b.c"]) {
        const headers = authorization === null ? {} : { Authorization: authorization };
        const answer = expectTaxii(await ask(stage.host.app, { path, headers }), 401);
        expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer resource_metadata="/);
        expect(codeOf(answer)).toBe("unauthenticated");
      }
    }
  });

  it("A13: an unknown caller gets the same from a path that exists and one that does not", async () => {
    const there = await ask(stage.host.app, { path: one(green.id) });
    for (const path of [one(absentId), "/api/collections/none/objects/", "/api/none/", "/api/status/none/"])
      expect((await ask(stage.host.app, { path })).wire).toBe(there.wire);
  });

  it("A14: the challenge names a registered scheme; schemes have any case, and Token stands for Bearer", async () => {
    for (const scheme of ["Bearer", "bearer", "BEARER", "Token", "token"]) {
      const headers = { Authorization: `${scheme} ${await kz.token()}` };
      expectTaxii(await ask(stage.host.app, { path: objectsPath, headers }), 200);
    }
  });

  it("A15: what a caller may not have is left out of every list, and nothing else is", async () => {
    const all = [indicator(1, null).id, indicator(2, null).id, malware(3, null).id].sort();
    expect([...contributed(await get(stage.host, tr, objectsPath))].sort()).toEqual(all);
    expect([...contributed(await get(stage.host, uz, objectsPath))].sort()).toEqual(
      all.filter((id) => id !== indicator(2, null).id),
    );
    expect(contributed(await get(stage.host, uz, manifestPath))).not.toContain(indicator(2, null).id);
  });

  it("A16: a request without User-Agent is served", async () => {
    const request = new Request(`http://localhost:8787${objectsPath}`, {
      headers: { Authorization: `Bearer ${await kz.token()}` },
    });
    expect(request.headers.has("user-agent")).toBe(false);
    expect((await stage.host.app.request(request)).status).toBe(200);
  });

  it("A18, B1: discovery at /taxii2/ needs no token and names a default among its API roots", async () => {
    const { body } = expectTaxii(await ask(stage.host.app, { path: "/taxii2/" }), 200);
    expect(text(body, "title")).not.toBe("");
    const roots = body["api_roots"];
    expect(Array.isArray(roots) && roots.includes(text(body, "default"))).toBe(true);
    expect(text(body, "default")).toMatch(/^(?:https:\/\/[^?#]+|\/(?!\/)[^?#]*)$/);
  });

  it("A.1: the headers are the dates of the first and the last object of this answer, on the four endpoints only", async () => {
    for (const [path, member] of [
      [manifestPath, "objects"],
      [objectsPath, "objects"],
      [one(green.id), "objects"],
      [versionsOf(green.id), "versions"],
    ] as const) {
      const { answers } = await walk(stage, kz, path, { limit: "2", "match[version]": "all" }, member);
      const dates = list((await get(stage.host, kz, `${manifestPath}?match[version]=all`)).body, "objects");
      const mine = path === manifestPath || path === objectsPath ? dates : dates.filter(({ id }) => id === green.id);
      for (const [i, answer] of answers.entries()) {
        const page = mine.slice(2 * i, 2 * i + 2);
        expect(answer.headers.get(firstHeader)).toBe(page[0]?.["date_added"]);
        expect(answer.headers.get(lastHeader)).toBe(page.at(-1)?.["date_added"]);
      }
    }
    for (const path of ["/taxii2/", "/api/", "/api/collections/", `/api/status/${statusId}/`])
      expect((await get(stage.host, kz, path)).headers.has(firstHeader)).toBe(false);
  });

  it("A.1, E1: an empty answer is {} without dates", async () => {
    for (const path of [objectsPath, manifestPath, one(green.id), versionsOf(green.id)]) {
      const answer = expectTaxii(await get(stage.host, kz, `${path}?added_after=2200-01-01T00:00:00Z`), 200);
      expect(answer.text).toBe("{}");
      expect([...answer.headers.keys()].filter((name) => name.startsWith("x-taxii"))).toEqual([]);
    }
  });

  it("A.2: lists ascend by date added without two alike, and collections keep their order", async () => {
    const dates = list((await get(stage.host, kz, `${manifestPath}?match[version]=all`)).body, "objects").map(
      (record) => String(record["date_added"]),
    );
    expect(dates).toEqual([...new Set(dates)].sort());
    const collections = await get(stage.host, kz, "/api/collections/");
    for (let i = 0; i < 3; i += 1) expect((await get(stage.host, kz, "/api/collections/")).wire).toBe(collections.wire);
  });

  const malformed = [
    "added_after=yesterday",
    "added_after=2026-13-01T00:00:00Z",
    "added_after=2026-01-01T00:00:00",
    "added_after=",
    "added_after=2026-01-01T00:00:00Z&added_after=2026-01-01T00:00:00Z",
    "limit=0",
    "limit=-1",
    "limit=1.5",
    "limit=abc",
    "limit=",
    "limit=1&limit=1",
    "limit=9007199254740992",
    "next=",
    "next=nonsense",
    "next=%FF%FE",
    `next=${"A".repeat(9_000)}`,
    "match[spec_version]=two",
    "match[spec_version]=2.1&match[spec_version]=2.1",
    `unknown=${"x".repeat(17_000)}`,
    Array.from({ length: 65 }, (_, i) => `p${i}=1`).join("&"),
  ];
  const malformedOnes = [
    "match[version]=newest",
    "match[version]=all,last",
    "match[version]=last,last",
    "match[version]=last, first",
    "match[version]=2026-01-01",
    "match[version]=",
    "match[version]=last&match[version]=first",
  ];
  const malformedLists = ["match[id]=", "match[id]=abc", "match[type]=", "match[type]=In%20dicator", "match[id]=%ff"];

  it("A.3, G: a malformed or repeated parameter is 400 on every endpoint that has it, and names it", async () => {
    for (const [path, queries] of [
      [objectsPath, [...malformed, ...malformedOnes, ...malformedLists]],
      [manifestPath, [...malformed, ...malformedOnes, ...malformedLists]],
      [one(green.id), [...malformed, ...malformedOnes]],
      [versionsOf(green.id), malformed],
    ] as const)
      for (const query of queries) {
        const answer = expectTaxii(await get(stage.host, kz, `${path}?${query}`), 400);
        expect(codeOf(answer)).toBe("malformed");
        const details = answer.body["details"];
        expect(JSON.stringify(details)).toContain('"subject"');
      }
  });

  it("A.3: keys of match are understood percent-encoded", async () => {
    const plain = await get(stage.host, kz, `${objectsPath}?match[type]=malware`);
    expect(contributed(plain)).toEqual([malware(3, null).id]);
    for (const query of ["match%5Btype%5D=malware", "match%5btype%5d=malware", "%6Datch%5Btype%5D=%6Dalware"])
      expect((await get(stage.host, kz, `${objectsPath}?${query}`)).wire).toBe(plain.wire);
  });

  it("A.3: undefined match fields and unknown parameters are ignored", async () => {
    const plain = await get(stage.host, kz, objectsPath);
    for (const query of ["match[colour]=red", "foo=bar", "match=1", "limits=1"])
      expect((await get(stage.host, kz, `${objectsPath}?${query}`)).wire).toBe(plain.wire);
  });

  it("A.3: values of a field are ORed and fields are ANDed, the same on objects and manifest", async () => {
    const cases: readonly [string, readonly string[]][] = [
      [`match[id]=${indicator(1, null).id},${malware(3, null).id}`, [indicator(1, null).id, malware(3, null).id]],
      ["match[type]=malware,indicator", [indicator(1, null).id, indicator(2, null).id, malware(3, null).id]],
      [`match[id]=${indicator(1, null).id},${malware(3, null).id}&match[type]=malware`, [malware(3, null).id]],
      [`match[id]=${indicator(1, null).id}&match[type]=malware`, []],
      ["match[type]=x-unheard-of", []],
      ["match[type]=malware&match[version]=first", [malware(3, null).id]],
      ["match[type]=indicator&match[spec_version]=2.0", []],
      ["match[type]=malware&match[spec_version]=2.0,2.1", [malware(3, null).id]],
    ];
    for (const [query, ids] of cases)
      for (const path of [objectsPath, manifestPath]) {
        const found = contributed(expectTaxii(await get(stage.host, kz, `${path}?${query}`), 200));
        expect([...found].sort()).toEqual([...ids].sort());
      }
  });

  it("A.3: added_after is strict, and takes any precision", async () => {
    const records = list((await get(stage.host, kz, manifestPath)).body, "objects");
    for (const [i, record] of records.entries()) {
      const rest = await get(stage.host, kz, `${manifestPath}?added_after=${String(record["date_added"])}`);
      expect(list(rest.body, "objects")).toEqual(records.slice(i + 1));
    }
    for (const date of ["1970-01-01T00:00:00Z", "2001-02-03T04:05:06.7Z", "2001-02-03T04:05:06.123456789Z"])
      expect(list((await get(stage.host, kz, `${manifestPath}?added_after=${date}`)).body, "objects")).toEqual(records);
  });

  it("A.3: limit bounds a page, and as many matches as the limit are one page without more", async () => {
    const all = idsOf(await get(stage.host, kz, objectsPath));
    for (let limit = 1; limit <= all.length + 1; limit += 1) {
      for (const path of [objectsPath, manifestPath]) {
        const answer = await get(stage.host, kz, `${path}?limit=${limit}`);
        expect(idsOf(answer)).toEqual(all.slice(0, limit));
        expect(answer.body["more"]).toBe(limit < all.length);
        expect("next" in answer.body).toBe(limit < all.length);
      }
    }
  });

  it("A.3, A.4, E2, G: next walks objects, manifest, object and versions whole, in order, each once", async () => {
    for (const [path, member] of [
      [objectsPath, "objects"],
      [manifestPath, "objects"],
      [one(green.id), "objects"],
      [versionsOf(green.id), "versions"],
    ] as const)
      for (const versions of ["last", "first", "all"]) {
        const whole = await walk(stage, kz, path, { "match[version]": versions }, member);
        expect(whole.answers).toHaveLength(1);
        for (const limit of ["1", "2", "3"]) {
          const paged = await walk(stage, kz, path, { "match[version]": versions, limit }, member);
          expect(paged.items).toEqual(whole.items);
          // Never short while there is more: filter first, then fill the page.
          for (const answer of paged.answers.slice(0, -1)) {
            const page: unknown = answer.body[member];
            expect(Array.isArray(page) && page.length).toBe(Number(limit));
          }
        }
      }
  });

  it("A.4: without next, added_after with the last date of a page walks it whole too", async () => {
    const whole = idsOf(await get(stage.host, kz, objectsPath));
    const found: string[] = [];
    for (let after = "1970-01-01T00:00:00Z"; ;) {
      const answer = await get(stage.host, kz, `${objectsPath}?limit=1&added_after=${after}`);
      if (answer.text === "{}") break;
      found.push(...idsOf(answer));
      after = answer.headers.get(lastHeader) ?? "";
    }
    expect(found).toEqual(whole);
  });

  it("A.3: beside next, added_after and limit are ignored; a filter that differs is 400", async () => {
    const page = await get(stage.host, kz, `${objectsPath}?limit=1&match[type]=indicator`);
    const next = encodeURIComponent(text(page.body, "next"));
    const plain = await get(stage.host, kz, `${objectsPath}?next=${next}`);
    expectTaxii(plain, 200);
    for (const beside of ["limit=1", "limit=500", "added_after=2200-01-01T00:00:00Z", "match[type]=indicator"])
      expect((await get(stage.host, kz, `${objectsPath}?${beside}&next=${next}`)).wire).toBe(plain.wire);
    for (const beside of ["match[type]=malware", `match[id]=${green.id}`, "match[version]=all"])
      expect(codeOf(expectTaxii(await get(stage.host, kz, `${objectsPath}?${beside}&next=${next}`), 400))).toBe(
        "malformed",
      );
  });

  it("A.3: a cursor of another client, state, collection, list or object is 400, as is one with any character changed", async () => {
    const next = text((await get(stage.host, kz, `${objectsPath}?limit=1`)).body, "next");
    const refused = async (as: TestClient, path: string, cursor: string): Promise<void> => {
      expect(codeOf(expectTaxii(await get(stage.host, as, `${path}?next=${encodeURIComponent(cursor)}`), 400))).toBe(
        "malformed",
      );
    };
    await refused(tr, objectsPath, next);
    await refused(stage.state("KZ").analyst, objectsPath, next);
    await refused(kz, "/api/collections/best-practices/objects/", next);
    await refused(kz, manifestPath, next);
    await refused(kz, one(green.id), next);
    await refused(kz, versionsOf(green.id), next);
    for (let i = 0; i < next.length; i += 7)
      await refused(kz, objectsPath, next.slice(0, i) + (next[i] === "A" ? "B" : "A") + next.slice(i + 1));
    await refused(kz, objectsPath, next.slice(0, -1));
    await refused(kz, objectsPath, `${next}A`);
    // Another's cursor and one that nobody gave are the same to whoever presents them.
    const made = await get(stage.host, tr, `${objectsPath}?next=${"A".repeat(next.length)}`);
    expect((await get(stage.host, tr, `${objectsPath}?next=${encodeURIComponent(next)}`)).wire).toBe(made.wire);
  });

  it("A.5: of what is hidden nothing is told: the bytes are those of what is absent", async () => {
    const absent = expectTaxii(await get(stage.host, uz, one(absentId)), 404);
    for (const path of [
      one(indicator(2, null).id),
      versionsOf(indicator(2, null).id),
      versionsOf(absentId),
      `${one(indicator(2, null).id)}?match[version]=all`,
      `/api/collections/${absentUuid}/`,
      `/api/collections/no-such/objects/`,
    ])
      expect((await get(stage.host, uz, path)).wire).toBe(absent.wire);
  });

  it("A.6, B6: what is served under objects is an envelope of STIX objects, never a bundle", async () => {
    const answer = await get(stage.host, kz, objectsPath);
    expect(Object.keys(answer.body).sort()).toEqual(["more", "objects"]);
    for (const object of list(answer.body, "objects")) expect(object["type"]).not.toBe("bundle");
  });

  it("A.7: custom properties beside objects are ignored", async () => {
    const body = JSON.stringify({ objects: [green], x_acme_note: { any: [1] }, more: true, next: "x" });
    const answer = await ask(stage.host.app, { method: "POST", path: objectsPath, as: kz, headers: taxii, body });
    expect(expectTaxii(answer, 202).body).toMatchObject({ success_count: 1, failure_count: 0 });
  });

  it("E3, G: PUT, PATCH and other methods are 405 with Allow, in the same face; a stranger is asked for a token first", async () => {
    const allowed: Readonly<Record<string, string>> = {
      [objectsPath]: "GET, HEAD, POST",
      [one(green.id)]: "DELETE, GET, HEAD",
    };
    for (const path of paths())
      for (const method of ["PUT", "PATCH", "POST", "DELETE", "OPTIONS", "PROPFIND"]) {
        if (allowed[path]?.includes(method) === true) continue;
        const answer = expectTaxii(await ask(stage.host.app, { method, path, as: kz }), 405);
        expect(answer.headers.get("allow")).toBe(allowed[path] ?? "GET, HEAD");
        if (path !== "/taxii2/") expectTaxii(await ask(stage.host.app, { method, path }), 401);
      }
  });

  it("E4, G: HEAD has the status and headers of GET, and no body", async () => {
    for (const path of [...paths(), one(absentId), `${objectsPath}?limit=0`]) {
      const full = await get(stage.host, kz, path);
      const head = await ask(stage.host.app, { method: "HEAD", path, as: kz });
      expect(head.status).toBe(full.status);
      expect(head.headers).toEqual(full.headers);
      expect(head.text).toBe("");
    }
  });

  it("E5: the alias stands for the id in the URL of every sub-resource", async () => {
    for (const path of [
      manifestPath,
      objectsPath,
      one(green.id),
      versionsOf(green.id),
      "/api/collections/threat-reports/",
    ])
      expect((await get(stage.host, kz, path.replace("threat-reports", collectionId))).wire).toBe(
        (await get(stage.host, kz, path)).wire,
      );
    // A cursor is of the collection, whatever the URL calls it.
    const next = encodeURIComponent(text((await get(stage.host, kz, `${objectsPath}?limit=1`)).body, "next"));
    expectTaxii(await get(stage.host, kz, `/api/collections/${collectionId}/objects/?next=${next}`), 200);
  });

  it("E9: match[version]=first,last on an object with one version is one result", async () => {
    const id = malware(3, null).id;
    for (const query of ["first,last", "last,first", "first", "last", "all"])
      expect(idsOf(await get(stage.host, kz, `${one(id)}?match[version]=${query}`))).toEqual([id]);
  });

  it("E10: spec_version 2.1, 2.1 among others, and none give the same; 2.0 alone gives an empty list", async () => {
    for (const path of [objectsPath, manifestPath, one(green.id), versionsOf(green.id)]) {
      const plain = await get(stage.host, kz, path);
      for (const value of ["2.1", "2.0,2.1", "2.1,3.0"])
        expect((await get(stage.host, kz, `${path}?match[spec_version]=${value}`)).wire).toBe(plain.wire);
      expect((await get(stage.host, kz, `${path}?match[spec_version]=2.0`)).text).toBe("{}");
    }
  });

  it("takes odd paths calmly: encoded slashes, NUL, invalid UTF-8, doubled slashes, long segments", async () => {
    for (const path of [
      "/api/collections/%2e%2e/objects/",
      "/api/collections/%00/objects/",
      "/api/collections/%ff/objects/",
      "/api//collections/",
      `${objectsPath}%00/`,
      `${objectsPath}%ff/`,
      `${objectsPath}a%2Fb/`,
      `${objectsPath}${"x".repeat(5_000)}/`,
      "/api/status/%00/",
      "/api/status/%ff/",
      `/api/status/${statusId.toUpperCase()}x/`,
    ])
      expectTaxii(await get(stage.host, kz, path), 404);
  });
});

describe("B: endpoints", () => {
  let stage: Stage;
  let kz: TestClient;
  let tr: TestClient;
  let uz: TestClient;

  beforeAll(async () => {
    stage = await openStage({ KZ: usual(["TR"]), TR: usual([]), UZ: usual([]) });
    kz = stage.state("KZ").contributor;
    tr = stage.state("TR").analyst;
    uz = stage.state("UZ").analyst;
  });
  afterAll(() => stage.close());

  it("B2: the API root names TAXII 2.1 and a length that is kept to the octet", async () => {
    const { body } = expectTaxii(await get(stage.host, kz, "/api/"), 200);
    expect(text(body, "title")).not.toBe("");
    expect(body["versions"]).toContain(taxiiMediaType);
    expect(body["max_content_length"]).toBe(CONTENT_LENGTH_MAX);
    const padded = (octets: number): string => JSON.stringify({ objects: [malware(1, "green")] }).padEnd(octets, " ");
    const send = (octets: number) =>
      ask(stage.host.app, { method: "POST", path: objectsPath, as: kz, headers: taxii, body: padded(octets) });
    expectTaxii(await send(CONTENT_LENGTH_MAX), 202);
    expectTaxii(await send(CONTENT_LENGTH_MAX + 1), 413);
  });

  it("B2: a body that is not longer than max_content_length never gets 413, however deep or many its parts", async () => {
    const deep = `{"objects":[{"type":"x-a","a":${"[".repeat(100)}${"]".repeat(100)}}]}`;
    const many = `{"objects":[${Array.from({ length: 10_001 }, () => "{}").join(",")}]}`;
    for (const body of [deep, many]) {
      const answer = await ask(stage.host.app, { method: "POST", path: objectsPath, as: kz, headers: taxii, body });
      expect(codeOf(answer)).toBe("limit");
      expectTaxii(answer, 422);
    }
  });

  it("B3: a status has its counts, its lists and its versions, again when it is asked for, and is its client's alone", async () => {
    const bad = { ...indicator(11, "green"), pattern: 7 };
    const sco = {
      type: "ipv4-addr",
      spec_version: "2.1",
      id: "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
      value: "198.51.100.3",
    };
    const posted = await post(stage.host, kz, [
      indicator(10, "green"),
      bad,
      sco,
      { type: "bundle", id: `bundle--${uuid(1)}` },
      { x: 1 },
    ]);
    const { body } = expectTaxii(posted, 202);
    expect(body).toMatchObject({
      status: "complete",
      total_count: 5,
      success_count: 2,
      failure_count: 3,
      pending_count: 0,
    });
    expect(list(body, "successes")).toHaveLength(2);
    expect(list(body, "failures")).toHaveLength(3);
    expect("pendings" in body).toBe(false);
    expect(list(body, "successes")[0]).toEqual({ id: indicator(10, null).id, version: "2026-11-01T00:00:00.000Z" });
    for (const details of [...list(body, "successes"), ...list(body, "failures")]) {
      expect(text(details, "id")).not.toBe("");
      expect(text(details, "version")).not.toBe("");
    }
    for (const details of list(body, "failures")) expect(text(details, "message")).not.toBe("");
    const path = `/api/status/${text(body, "id")}/`;
    const again = expectTaxii(await get(stage.host, kz, path), 200);
    expect(again.body).toMatchObject(body);
    const unknown = expectTaxii(await get(stage.host, kz, `/api/status/${absentUuid}/`), 404);
    // Nor to another client of the same state, which may contribute.
    const beside = await stage.host.addClient(stage.state("KZ").steward, "KZ-beside", { role: "contributor" });
    for (const other of [stage.state("TR").contributor, stage.state("UZ").contributor, beside])
      expect((await get(stage.host, other, path)).wire).toBe(unknown.wire);
  });

  it("B4: collections have unique ids, titles and aliases, the media types they store, and the caller's own rights", async () => {
    const rights = async (as: TestClient) => {
      const collections = list(expectTaxii(await get(stage.host, as, "/api/collections/"), 200).body, "collections");
      expect(collections.length).toBeGreaterThan(1);
      for (const name of ["id", "title", "alias"])
        expect(new Set(collections.map((collection) => collection[name])).size).toBe(collections.length);
      for (const collection of collections) {
        expect(collection["media_types"]).toEqual([stixMediaType]);
        expect(text(collection, "title")).not.toMatch(/[.,]/);
        const single = await get(stage.host, as, `/api/collections/${text(collection, "id")}/`);
        expect(single.body).toEqual(collection);
      }
      return collections.map(({ can_read, can_write }) => [can_read, can_write]);
    };
    const all = (read: boolean, write: boolean) => [0, 1, 2].map(() => [read, write]);
    expect(await rights(kz)).toEqual(all(true, true));
    expect(await rights(tr)).toEqual(all(true, false));
    expect(await rights(stage.state("KZ").steward)).toEqual(all(false, false));
    expect(await rights(stage.host.secretariat)).toEqual(all(false, false));
  });

  it("B5, B6, B9: without can_read it is 403, for what is there and what is not alike", async () => {
    const { steward } = stage.state("KZ");
    await post(stage.host, kz, [indicator(12, "green")]);
    const there = [objectsPath, manifestPath, one(indicator(12, null).id), versionsOf(indicator(12, null).id)];
    for (const path of there) expectTaxii(await get(stage.host, steward, path), 403);
    expect((await get(stage.host, steward, one(absentId))).wire).toBe(
      (await get(stage.host, steward, one(indicator(12, null).id))).wire,
    );
  });

  it("B5: a manifest has a record for each version, with the version as it was written", async () => {
    const object = malware(13, "green", { modified: "2026-11-01T00:00:00.120Z" });
    await post(stage.host, kz, [object, { ...object, modified: "2026-11-02T00:00:00.1234567Z" }]);
    const records = list(
      (await get(stage.host, kz, `${manifestPath}?match[id]=${object.id}&match[version]=all`)).body,
      "objects",
    );
    expect(records.map(({ id, version, media_type }) => [id, version, media_type])).toEqual([
      [object.id, "2026-11-01T00:00:00.120Z", stixMediaType],
      [object.id, "2026-11-02T00:00:00.1234567Z", stixMediaType],
    ]);
    expect(Object.keys(records[0] ?? {}).sort()).toEqual(["date_added", "id", "media_type", "version"]);
  });

  it("B7: without can_write it is 403; an envelope and a bundle are taken; an exact duplicate is no error", async () => {
    const objects = [malware(14, "green")];
    expectTaxii(await post(stage.host, tr, objects), 403);
    expectTaxii(await post(stage.host, stage.state("KZ").steward, objects), 403);
    expectTaxii(await post(stage.host, stage.host.secretariat, objects), 403);
    expectTaxii(await get(stage.host, kz, one(malware(14, null).id)), 404);
    const bundle = JSON.stringify({ type: "bundle", id: `bundle--${uuid(14)}`, objects });
    const headers = { "Content-Type": "application/stix+json;version=2.1" };
    const first = await ask(stage.host.app, { method: "POST", path: objectsPath, as: kz, headers, body: bundle });
    expect(expectTaxii(first, 202).body).toMatchObject({ success_count: 1, failure_count: 0 });
    const before = await get(stage.host, kz, `${manifestPath}?match[version]=all`);
    expect((await post(stage.host, kz, [...objects, ...objects])).body).toMatchObject({
      success_count: 2,
      failure_count: 0,
    });
    expect((await get(stage.host, kz, `${manifestPath}?match[version]=all`)).wire).toBe(before.wire);
  });

  it("B7: an envelope of another form, without objects, or a single object without its envelope is 422", async () => {
    for (const body of [
      {},
      { objects: [] },
      { objects: {} },
      [],
      "text",
      malware(15, "green"),
      { type: "bundle", spec_version: "2.0", objects: [malware(15, "green")] },
    ]) {
      const sent = JSON.stringify(body);
      expectTaxii(
        await ask(stage.host.app, { method: "POST", path: objectsPath, as: kz, headers: taxii, body: sent }),
        422,
      );
    }
    expectTaxii(await get(stage.host, kz, one(malware(15, null).id)), 404);
  });

  it("B7: a collection that does not exist is 404 before anything is read", async () => {
    const path = "/api/collections/no-such/objects/";
    expectTaxii(await post(stage.host, kz, [malware(16, "green")], path), 404);
    expectTaxii(await get(stage.host, kz, path), 404);
  });

  it("B8: an object is found by its STIX id; one with no version that matches is an empty envelope, an unknown one 404", async () => {
    const object = malware(17, "green");
    await post(stage.host, kz, [object]);
    expect(idsOf(expectTaxii(await get(stage.host, tr, one(object.id)), 200))).toEqual([object.id]);
    for (const query of [
      "match[version]=2001-01-01T00:00:00Z",
      "match[spec_version]=2.0",
      "added_after=2200-01-01T00:00:00Z",
    ]) {
      expect(expectTaxii(await get(stage.host, tr, `${one(object.id)}?${query}`), 200).text).toBe("{}");
      expectTaxii(await get(stage.host, tr, `${one(absentId)}?${query}`), 404);
    }
    // In another collection it is not.
    expectTaxii(await get(stage.host, tr, one(object.id).replace("threat-reports", "public")), 404);
  });

  it("B8: fields that Get an Object does not have are ignored", async () => {
    const object = malware(17, "green");
    const plain = await get(stage.host, tr, one(object.id));
    for (const query of [`match[id]=${absentId}`, "match[type]=indicator"])
      expect((await get(stage.host, tr, `${one(object.id)}?${query}`)).wire).toBe(plain.wire);
  });

  it("B8, E11: after a DELETE of one's own the object is 404 here for everyone, in no list, and elsewhere as it was", async () => {
    const object = malware(18, "green");
    const elsewhere = "/api/collections/public/objects/";
    await post(stage.host, kz, [object, later(object, 5), later(object, 9)]);
    await post(stage.host, kz, [object], elsewhere);
    const deleted = expectTaxii(await remove(stage.host, kz, one(object.id)), 200);
    expect(deleted.text).toBe("");
    for (const as of [kz, tr, uz]) {
      for (const path of [one(object.id), `${one(object.id)}?match[version]=all`, versionsOf(object.id)])
        expectTaxii(await get(stage.host, as, path), 404);
      for (const path of [objectsPath, manifestPath]) {
        expect((await get(stage.host, as, `${path}?match[version]=all`)).text).not.toContain(object.id);
        expect((await get(stage.host, as, `${path}?match[id]=${object.id}`)).text).toBe("{}");
      }
      expect(idsOf(await get(stage.host, as, `${elsewhere}${object.id}/`))).toEqual([object.id]);
    }
    expectTaxii(await remove(stage.host, kz, one(object.id)), 404);
  });

  it("B8: DELETE takes the versions that match[version] names, and leaves the others", async () => {
    const object = malware(19, "green");
    const versions = [object, later(object, 1), later(object, 2), later(object, 3)];
    await post(stage.host, kz, versions);
    const stamps = async (as: TestClient): Promise<unknown> =>
      (await get(stage.host, as, versionsOf(object.id))).body["versions"];
    const stamp = (i: number): string => String(versions[i]?.["modified"]);
    expectTaxii(await remove(stage.host, kz, `${one(object.id)}?match[version]=${stamp(1)}`), 200);
    expect(await stamps(tr)).toEqual([stamp(0), stamp(2), stamp(3)]);
    expectTaxii(await remove(stage.host, kz, `${one(object.id)}?match[version]=last`), 200);
    // The one before is the last again, and is released anew: it comes last by date added.
    expect(await stamps(tr)).toEqual([stamp(0), stamp(2)]);
    expect((await get(stage.host, tr, one(object.id))).body["objects"]).toEqual([versions[2]]);
    expectTaxii(await remove(stage.host, kz, `${one(object.id)}?match[version]=first`), 200);
    expect(await stamps(tr)).toEqual([stamp(2)]);
    expectTaxii(await remove(stage.host, kz, `${one(object.id)}?match[version]=all`), 200);
    expectTaxii(await get(stage.host, tr, one(object.id)), 404);
  });

  it("B8, G: a DELETE whose filter selects nothing of one's own object takes nothing away", async () => {
    const object = malware(20, "green");
    await post(stage.host, kz, [object]);
    const before = await get(stage.host, tr, objectsPath);
    for (const query of [
      "match[version]=2001-01-01T00:00:00Z",
      "match[spec_version]=2.0",
      "match[spec_version]=2.0&match[version]=all",
    ]) {
      expectTaxii(await remove(stage.host, kz, `${one(object.id)}?${query}`), 404);
      expect((await get(stage.host, tr, objectsPath)).wire).toBe(before.wire);
    }
    for (const query of [
      "match[type]=malware",
      "limit=1",
      "match[colour]=red",
      "match[version]=newest",
      "match[version]=all&match[version]=all",
    ])
      expectTaxii(await remove(stage.host, kz, `${one(object.id)}?${query}`), 400);
    expect((await get(stage.host, tr, objectsPath)).wire).toBe(before.wire);
    expectTaxii(await remove(stage.host, kz, `${one(object.id)}?match[spec_version]=2.0,2.1`), 200);
    expectTaxii(await get(stage.host, tr, one(object.id)), 404);
  });

  it("B8, G: DELETE of another's object is 403 where it is seen, and 404 where it is hidden or absent", async () => {
    const green = indicator(21, "green");
    const amber = indicator(22, "amber");
    await post(stage.host, kz, [green, amber]);
    const trWriter = stage.state("TR").contributor;
    const uzWriter = stage.state("UZ").contributor;
    expectTaxii(await remove(stage.host, trWriter, one(green.id)), 403);
    expectTaxii(await remove(stage.host, trWriter, one(amber.id)), 403);
    const absent = expectTaxii(await remove(stage.host, uzWriter, one(absentId)), 404);
    expect((await remove(stage.host, uzWriter, one(amber.id))).wire).toBe(absent.wire);
    expect((await remove(stage.host, uzWriter, `${one(amber.id)}?match[version]=all`)).wire).toBe(absent.wire);
    for (const as of [kz, tr]) expectTaxii(await get(stage.host, as, one(amber.id)), 200);
  });

  it("B8: DELETE by rights: neither 404, read alone 403, write alone 403, both 200", async () => {
    const object = malware(23, "green");
    await post(stage.host, kz, [object]);
    const answers: Record<string, number> = {};
    for (const scopes of [
      ["taxii:read"],
      ["taxii:write"],
      ["taxii:write", "recall"],
      ["explain"],
      ["recall"],
      ["taxii:read", "taxii:write", "recall"],
    ] as const) {
      const headers = { Authorization: `Bearer ${await tokenWith(stage, kz, "KZ", scopes)}` };
      const rights = await ask(stage.host.app, { path: "/api/collections/threat-reports/", headers });
      const answer = await ask(stage.host.app, { method: "DELETE", path: one(object.id), headers });
      answers[scopes.join(" ")] = answer.status;
      const expected =
        rights.body["can_read"] === true
          ? rights.body["can_write"] === true
            ? 200
            : 403
          : rights.body["can_write"] === true
            ? 403
            : 404;
      expect({ scopes, status: expectTaxii(answer, answer.status).status }).toEqual({ scopes, status: expected });
    }
    expectTaxii(await get(stage.host, kz, one(object.id)), 404);
  });

  it("B9: versions are the object's own, ascending by date added; match[version] is no field of it", async () => {
    const object = malware(24, "green");
    await post(stage.host, kz, [later(object, 7)]);
    await post(stage.host, kz, [later(object, 9)]);
    // An older version that comes later is dated later.
    await post(stage.host, kz, [later(object, 8)]);
    const plain = await get(stage.host, tr, versionsOf(object.id));
    expect(plain.body).toEqual({
      versions: [7, 9, 8].map((minutes) => String(later(object, minutes)["modified"])),
      more: false,
    });
    expect((await get(stage.host, tr, `${versionsOf(object.id)}?match[version]=last`)).wire).toBe(plain.wire);
    expectTaxii(await get(stage.host, tr, versionsOf(absentId)), 404);
  });

  it("B5, B9: what has created alone has that as its version, and an observable a version that stays", async () => {
    const definition = {
      type: "marking-definition",
      spec_version: "2.1",
      id: `marking-definition--${uuid(25)}`,
      created: "2026-11-01T00:00:00.000Z",
      definition_type: "statement",
      definition: { statement: "Copyright of nobody" },
    };
    const sco = {
      type: "ipv4-addr",
      spec_version: "2.1",
      id: "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
      value: "198.51.100.3",
    };
    const marked = malware(25, "green", { object_marking_refs: [tlp.green, definition.id] });
    expect((await post(stage.host, kz, [definition, sco, marked])).body).toMatchObject({ failure_count: 0 });
    expect((await get(stage.host, tr, versionsOf(definition.id))).body["versions"]).toEqual([definition.created]);
    const [version] = (await get(stage.host, tr, versionsOf(sco.id))).body["versions"] as readonly string[];
    expect(version).toMatch(microsecond);
    const manifest = await get(stage.host, tr, `${manifestPath}?match[id]=${sco.id}`);
    expect(list(manifest.body, "objects").map((record) => record["version"])).toEqual([version]);
    const exact = await get(stage.host, tr, `${one(sco.id)}?match[version]=${String(version)}`);
    expect(list(exact.body, "objects")).toEqual([sco]);
  });
});

describe("match[version] is the viewer's own", () => {
  let stage: Stage;
  const object = malware(1, "green");
  const versions = [
    object,
    later(object, 10, { labels: ["internal"] }),
    later(object, 20),
    later(object, 30, { labels: ["internal"] }),
  ];

  beforeAll(async () => {
    const policy = {
      unmarked: "green",
      rules: [
        { name: "all", share: ["all"], when: { tlp: "green" } },
        { name: "not to UZ", withhold: ["UZ"], when: { label: ["internal"] } },
      ],
    };
    stage = await openStage({ KZ: policy, TR: usual([]), UZ: usual([]) });
    for (const version of versions) await post(stage.host, stage.state("KZ").contributor, [version]);
  });
  afterAll(() => stage.close());

  const cases: readonly [string, readonly number[], readonly number[]][] = [
    ["", [3], [2]],
    ["match[version]=last", [3], [2]],
    ["match[version]=first", [0], [0]],
    ["match[version]=all", [0, 1, 2, 3], [0, 2]],
    ["match[version]=first,last", [0, 3], [0, 2]],
    ["match[version]=2026-11-01T00:10:00Z", [1], []],
    ["match[version]=2026-11-01T00:30:00.000000Z", [3], []],
    ["match[version]=2026-11-01T00:20:00.0Z,first", [0, 2], [0, 2]],
    ["match[version]=2026-11-01T00:20:00Z,2026-11-01T00:10:00Z", [1, 2], [2]],
    ["match[version]=2026-11-01T00:10:00Z,last", [1, 3], [2]],
  ];

  it.each(cases)(
    "%j gives KZ and TR the versions %j and UZ the versions %j, in every list and page",
    async (query, all, some) => {
      for (const [code, wanted] of [
        ["KZ", all],
        ["TR", all],
        ["UZ", some],
      ] as const) {
        const as = stage.state(code).analyst;
        const expected = wanted.map((i) => versions[i]);
        const stamps = expected.map((version) => version?.["modified"]);
        for (const path of [
          `${objectsPath}?match[type]=malware&`,
          `${objectsPath}?match[id]=${object.id}&`,
          `${one(object.id)}?`,
        ]) {
          expect(list(expectTaxii(await get(stage.host, as, path + query), 200).body, "objects")).toEqual(expected);
          const parameters = Object.fromEntries(new URLSearchParams(path.split("?")[1] + query));
          const paged = await walk(stage, as, path.split("?")[0] ?? "", { ...parameters, limit: "1" }, "objects");
          expect(paged.items).toEqual(expected);
        }
        const records = await get(stage.host, as, `${manifestPath}?match[type]=malware&${query}`);
        expect(list(records.body, "objects").map((record) => record["version"])).toEqual(stamps);
      }
    },
  );

  it("versions lists what the viewer has", async () => {
    const stamps = async (code: string) =>
      (await get(stage.host, stage.state(code).analyst, versionsOf(object.id))).body["versions"];
    expect(await stamps("TR")).toEqual(versions.map((version) => version["modified"]));
    expect(await stamps("UZ")).toEqual([versions[0]?.["modified"], versions[2]?.["modified"]]);
  });

  it("a version that is hidden is like one that never was", async () => {
    const as = stage.state("UZ").analyst;
    for (const path of [one(object.id), objectsPath, manifestPath])
      expect((await get(stage.host, as, `${path}?match[version]=2026-11-01T00:10:00Z`)).wire).toBe(
        (await get(stage.host, as, `${path}?match[version]=2026-11-01T00:11:00Z`)).wire,
      );
  });
});

describe("what becomes of an object is in the status", () => {
  let stage: Stage;
  let kz: TestClient;
  let tr: TestClient;
  let uz: TestClient;

  beforeAll(async () => {
    stage = await openStage({ KZ: usual(["TR"]), TR: usual([]), UZ: usual([]) });
    kz = stage.state("KZ").contributor;
    tr = stage.state("TR").contributor;
    uz = stage.state("UZ").contributor;
  });
  afterAll(() => stage.close());

  const counts = async (): Promise<readonly unknown[]> => {
    const { engine } = stage;
    const tables = ["object", "rendition", "release", "ended"] as const;
    return Promise.all(
      tables.map(async (table) =>
        engine.read
          .selectFrom(table)
          .select((eb) => eb.fn.countAll().as("n"))
          .executeTakeFirst(),
      ),
    );
  };
  const posted = async (as: TestClient, objects: readonly JsonObject[]): Promise<JsonObject> =>
    expectTaxii(await post(stage.host, as, objects), 202).body;
  const refusedFor = async (as: TestClient, object: JsonObject, rule: string): Promise<void> => {
    const before = await counts();
    const status = await posted(as, [object]);
    expect(status).toMatchObject({ success_count: 0, failure_count: 1 });
    expect(list(status, "failures")[0]?.["message"]).toContain(`(${rule})`);
    expect(await counts()).toEqual(before);
  };
  const takenWithoutChange = async (as: TestClient, object: JsonObject): Promise<void> => {
    const before = await counts();
    expect(await posted(as, [object])).toMatchObject({ success_count: 1, failure_count: 0 });
    expect(await counts()).toEqual(before);
  };

  it("idempotent: the same again changes nothing and succeeds; with another instruction it is refused and says so", async () => {
    await posted(kz, [indicator(1, "green")]);
    await takenWithoutChange(kz, indicator(1, "green"));
    const before = await counts();
    const again = await contribute(stage.host, kz, [indicator(1, "green")], { to: ["TR"] });
    expect(again.body).toMatchObject({ success_count: 0, failure_count: 1 });
    expect(list(again.body, "failures")[0]?.["message"]).toContain("(idempotent)");
    expect(await counts()).toEqual(before);
  });

  it("immutable: the same version with other content is refused, and what stands stays", async () => {
    await refusedFor(kz, indicator(1, "green", { name: "Other" }), "immutable");
    await refusedFor(kz, later(indicator(1, "green"), 5, { created: "2026-10-01T00:00:00.000Z" }), "immutable");
    expect((await get(stage.host, tr, one(indicator(1, null).id))).body["objects"]).toEqual([indicator(1, "green")]);
  });

  it("immutable: nothing follows a revoked version", async () => {
    const object = indicator(2, "green");
    await posted(kz, [object, later(object, 5, { revoked: true })]);
    await refusedFor(kz, later(object, 9), "immutable");
  });

  it("echo: what one has by release succeeds and changes nothing; with other content or a weaker marking it is refused", async () => {
    const authored = indicator(3, "green", { created_by_ref: stage.state("KZ").identity });
    const relayed = indicator(4, "amber");
    await posted(kz, [authored, relayed]);
    await takenWithoutChange(tr, authored);
    await takenWithoutChange(tr, relayed);
    await refusedFor(tr, { ...authored, name: "Other" }, "echo");
    await refusedFor(tr, { ...relayed, object_marking_refs: [tlp.green] }, "echo");
  });

  it("own-voice: nobody speaks under the identity that another registered", async () => {
    await refusedFor(tr, indicator(5, "green", { created_by_ref: stage.state("KZ").identity }), "own-voice");
    await refusedFor(tr, later(indicator(3, "green", { created_by_ref: stage.state("KZ").identity }), 5), "own-voice");
    expect(await posted(tr, [indicator(5, "green", { created_by_ref: stage.state("TR").identity })])).toMatchObject({
      success_count: 1,
    });
  });

  it("commons: a marking or identity of the commons is taken where it is equal, refused where it differs, by everyone alike", async () => {
    const commons = list((await get(stage.host, kz, objectsPath)).body, "objects").filter(({ type }) =>
      ["marking-definition", "identity"].includes(String(type)),
    );
    expect(commons.length).toBeGreaterThan(8);
    for (const object of commons) {
      await takenWithoutChange(tr, object);
      const other = { ...object, x_other: "content" };
      const refused = [await posted(tr, [other]), await posted(kz, [other])].map((status) => {
        expect(status).toMatchObject({ success_count: 0, failure_count: 1 });
        return list(status, "failures");
      });
      expect(refused[0]).toEqual(refused[1]);
      if (object["type"] === "identity") await refusedFor(tr, other, "commons");
    }
  });

  it("deterministic: an observable whose id does not recompute is refused", async () => {
    const sco = { type: "ipv4-addr", spec_version: "2.1", value: "198.51.100.7" };
    const status = await posted(kz, [{ ...sco, id: "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4" }]);
    expect(status).toMatchObject({ success_count: 0, failure_count: 1 });
  });

  it("recall: what was recalled does not come back", async () => {
    const object = indicator(6, "green");
    await posted(kz, [object]);
    expectTaxii(await remove(stage.host, kz, one(object.id)), 200);
    await refusedFor(kz, object, "recall");
    expectTaxii(await get(stage.host, kz, one(object.id)), 404);
  });

  it("each-alone, E6: of two contents under one id and version neither is taken, in either order; the others are", async () => {
    const two = [indicator(7, "green"), indicator(7, "green", { name: "Other" })];
    for (const pair of [two, [...two].reverse()]) {
      const before = await counts();
      const status = await posted(kz, [...pair, indicator(1, "green")]);
      expect(status).toMatchObject({ success_count: 1, failure_count: 2 });
      expect(await counts()).toEqual(before);
    }
  });

  it("future: a version dated more than a day ahead is refused", async () => {
    const ahead = new Date(stage.host.clock.now() / 1000 + 2 * 86_400_000).toISOString();
    await refusedFor(kz, indicator(8, "green", { modified: ahead }), "future");
  });

  it("no-oracle, holder: to post an id that another holds out of sight is as to post a free one", async () => {
    const hidden = indicator(9, "amber");
    await posted(kz, [hidden]);
    const stripped = (status: JsonObject, n: number): string => {
      // Dates, the request's id and the log's position are not the same twice.
      const { id, request_timestamp: at, x_serai_receipt: receipt, ...rest } = status;
      expect([typeof id, typeof at, typeof receipt]).toEqual(["string", "string", "string"]);
      return JSON.stringify(rest).replaceAll(indicator(n, null).id, "ID");
    };
    const mine = await posted(uz, [indicator(9, "green", { name: "Mine" })]);
    const free = await posted(uz, [indicator(10, "green", { name: "Mine" })]);
    expect(stripped(mine, 9)).toBe(stripped(free, 10));
    // KZ's stays what it is to those who have it, and UZ has its own.
    expect((await get(stage.host, stage.state("TR").analyst, one(hidden.id))).body["objects"]).toEqual([hidden]);
    expect(list((await get(stage.host, uz, one(hidden.id))).body, "objects")[0]?.["name"]).toBe("Mine");
    expect(list((await get(stage.host, kz, one(hidden.id))).body, "objects")).toContainEqual(hidden);
  });

  it("references: what names an object out of sight is taken as what names none, and answered alike", async () => {
    const hidden = indicator(11, "amber");
    await posted(kz, [hidden]);
    const statuses = [
      await posted(uz, [relationship(12, indicator(11, null).id, malware(13, null).id, "green"), malware(13, "green")]),
      await posted(uz, [relationship(14, indicator(99, null).id, malware(15, null).id, "green"), malware(15, "green")]),
    ].map(({ success_count, failure_count, status }) => ({ success_count, failure_count, status }));
    expect(statuses[0]).toEqual(statuses[1]);
    expect(statuses[0]).toMatchObject({ success_count: 2 });
  });

  it("G: one bad object neither refuses its envelope nor counts as a success", async () => {
    const status = await posted(kz, [
      report(16, [indicator(1, null).id], "green"),
      { ...report(17, [], "green") },
      null as never,
      7 as never,
    ]);
    expect(status).toMatchObject({ total_count: 4, success_count: 1, failure_count: 3 });
    expectTaxii(await get(stage.host, kz, one(report(17, [], null).id)), 404);
  });
});

describe("G: what others get wrong", () => {
  let stage: Stage;
  let kz: TestClient;
  let tr: TestClient;

  beforeAll(async () => {
    stage = await openStage({ KZ: usual(["TR"]), TR: usual([]) });
    kz = stage.state("KZ").contributor;
    tr = stage.state("TR").analyst;
  });
  afterAll(() => stage.close());

  it("a contribution's objects have a date each, so that added_after skips none of them", async () => {
    await post(
      stage.host,
      kz,
      Array.from({ length: 20 }, (_, i) => indicator(100 + i, "green")),
    );
    const dates = list((await get(stage.host, tr, manifestPath)).body, "objects").map((record) => record["date_added"]);
    expect(new Set(dates).size).toBe(dates.length);
  });

  it("a rendition is exactly what was sent: numbers, escapes, unknown properties, markings and pattern fields", async () => {
    const sent =
      '{"type":"indicator","spec_version":"2.1","id":"indicator--00000200-0000-4000-8000-000000000000",' +
      '"created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.1234567Z","name":"\\u0041\\/é\\ud83d\\ude00",' +
      `"pattern":"[ipv4-addr:value = '198.51.100.1']","pattern_type":"stix","pattern_version":"2.1",` +
      `"valid_from":"2026-11-01T00:00:00Z","object_marking_refs":["${tlp.green}"],"confidence":50,` +
      '"x_number":1.50e+2,"x_zero":-0.0,"x_empty":"","x_nested":{"b":1,"a":{"__proto__":"p","constructor":2}}}';
    const body = `{ "objects" : [ ${sent.replaceAll(",", " ,\n\t")} ] }`;
    const posted = await ask(stage.host.app, { method: "POST", path: objectsPath, as: kz, headers: taxii, body });
    expect(posted.body).toMatchObject({ success_count: 1, failure_count: 0 });
    for (const as of [kz, tr])
      expect((await get(stage.host, as, one("indicator--00000200-0000-4000-8000-000000000000"))).text).toBe(
        `{"objects":[${sent}],"more":false}`,
      );
  });

  it("a version keeps its digits in manifest, versions and status", async () => {
    const id = "indicator--00000200-0000-4000-8000-000000000000";
    const version = "2026-11-01T00:00:00.1234567Z";
    expect((await get(stage.host, tr, versionsOf(id))).body["versions"]).toEqual([version]);
    const [record] = list((await get(stage.host, tr, `${manifestPath}?match[id]=${id}`)).body, "objects");
    expect(record?.["version"]).toBe(version);
    expect(idsOf(await get(stage.host, tr, `${one(id)}?match[version]=${version}`))).toEqual([id]);
  });

  it("an observable without spec_version is no failure of the server", async () => {
    const sco = { type: "ipv4-addr", id: "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", value: "198.51.100.3" };
    const status = expectTaxii(await post(stage.host, kz, [sco]), 202).body;
    expect(status["total_count"]).toBe(1);
    expect((await get(stage.host, kz, objectsPath)).status).toBe(200);
  });

  it("DELETE of an unknown id is 404", async () => {
    expectTaxii(await remove(stage.host, kz, one(absentId)), 404);
    expectTaxii(await remove(stage.host, kz, one("not-an-id")), 404);
  });

  it("a page has the server's limit where the client names none or a larger one; the rest follows by next (E7)", async () => {
    const many = Array.from({ length: PAGE_LIMIT_MAX + 30 }, (_, i) => malware(1_000 + i, "green"));
    expect((await post(stage.host, kz, many, "/api/collections/public/objects/")).body).toMatchObject({
      failure_count: 0,
    });
    for (const [path, query] of [
      ["/api/collections/public/objects/", {}],
      ["/api/collections/public/objects/", { limit: "5000" }],
      ["/api/collections/public/manifest/", {}],
    ] as const) {
      const { answers, items } = await walk(stage, tr, path, { ...query, "match[type]": "malware" }, "objects");
      expect(answers).toHaveLength(2);
      expect(list(answers[0]?.body ?? {}, "objects")).toHaveLength(PAGE_LIMIT_MAX);
      expect(items).toHaveLength(many.length);
    }
  });

  it("a cursor holds at another instance of the exchange", async () => {
    const keys = await import("../../src/exchange/keys.ts");
    const made = await keys.makeKeys("localhost:8787", (n) => crypto.getRandomValues(new Uint8Array(n)));
    const test = await openTestEngine("sqlite");
    const first = await openTestExchange(test.engine, { keys: made });
    const state = await first.addState("KZ");
    const second = await openTestExchange(test.engine, { keys: made });
    const page = await get(first, state.analyst, `${objectsPath}?limit=1`);
    const headers = { Authorization: `Bearer ${await state.analyst.token()}` };
    const path = `${objectsPath}?next=${encodeURIComponent(text(page.body, "next"))}`;
    const here = await ask(first.app, { path, headers });
    expectTaxii(here, 200);
    expect((await ask(second.app, { path, headers })).wire).toBe(here.wire);
    await test.close();
  });

  it("a bug of the server is 500 in the face of TAXII, and says nothing", async () => {
    const broken = await openStage({ KZ: usual([]) });
    const as = broken.state("KZ").contributor;
    await as.token();
    await broken.close();
    const known = await get(broken.host, as, objectsPath);
    expect(expectTaxii(known, 500).text).not.toMatch(/sqlite|database|stack|\.ts/i);
    // A refusal that cannot be entered is a failure too, and still TAXII's.
    expectTaxii(await ask(broken.host.app, { path: objectsPath }), 500);
    expectTaxii(await ask(broken.host.app, { path: "/api/unheard-of/" }), 500);
  });
});

describe.each(engineKinds)("odd text on %s", (kind) => {
  it("is a 404 or a failure of its object, never a failure of the server", async () => {
    const test = await openTestEngine(kind);
    const host = await openTestExchange(test.engine);
    const state = await host.addState("KZ", usual([]));
    for (const path of [
      `${objectsPath}%00/`,
      `${objectsPath}%00/versions/`,
      "/api/collections/%00/",
      "/api/status/%00/",
    ])
      expectTaxii(await get(host, state.contributor, path), 404);
    for (const path of ["/v1/receipts/%00", "/v1/objects/%00/audience"])
      expect((await get(host, state.contributor, path)).status).toBe(404);
    expectTaxii(await remove(host, state.contributor, `${objectsPath}%00/`), 404);
    const odd = [
      malware(1, "green", { name: "a\u0000b" }),
      malware(2, "green", { labels: ["\u0000"] }),
      malware(3, "green", { x_any: { "\u0000": "\u0000" } }),
      malware(4, "green", { x_any_ref: "malware--\u0000" }),
      { ...malware(5, "green"), id: "malware--\u0000" },
      { ...malware(6, "green"), modified: "\u0000" },
      { ...malware(7, "green"), type: "\u0000" },
    ];
    const status = expectTaxii(await post(host, state.contributor, odd), 202).body;
    expect(status["total_count"]).toBe(odd.length);
    expectTaxii(await get(host, state.contributor, objectsPath), 200);
    await test.close();
  });
});
