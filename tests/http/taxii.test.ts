// TAXII 2.1 at the whole server, row by row of the project's list of facts: A, what holds for every endpoint, and E, what the
// text leaves open, wherever a row needs a path, a status code, a header or a caller.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestClient } from "../harness/exchange.ts";
import { indicator, later, malware } from "../harness/objects.ts";
import {
  ask,
  codeOf,
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
import {
  microsecond,
  uuid4,
  firstHeader,
  lastHeader,
  absentId,
  absentUuid,
  one,
  versionsOf,
  expectTaxii,
  walk,
} from "./taxii-cast.ts";

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
    // Notices of what other tests here recalled are the exchange's own.
    const listed = async (as: typeof tr): Promise<readonly string[]> =>
      contributed(await get(stage.host, as, objectsPath))
        .filter((id) => !id.startsWith("note--"))
        .toSorted();
    expect(await listed(tr)).toEqual(all);
    expect(await listed(uz)).toEqual(all.filter((id) => id !== indicator(2, null).id));
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

  it("C, D: every resource has all the properties that the standard requires of it, of their types", async () => {
    const required: readonly (readonly [string, string | null, Readonly<Record<string, string>>])[] = [
      ["/taxii2/", null, { title: "string" }],
      ["/api/", null, { title: "string", versions: "object", max_content_length: "number" }],
      [
        `/api/status/${statusId}/`,
        null,
        {
          id: "string",
          status: "string",
          total_count: "number",
          success_count: "number",
          failure_count: "number",
          pending_count: "number",
        },
      ],
      [`/api/status/${statusId}/`, "successes", { id: "string", version: "string" }],
      [
        "/api/collections/",
        "collections",
        { id: "string", title: "string", can_read: "boolean", can_write: "boolean" },
      ],
      [`/api/collections/${collectionId}/`, null, { id: "string", title: "string", can_read: "boolean" }],
      [manifestPath, "objects", { id: "string", date_added: "string", version: "string" }],
      [objectsPath, "objects", { id: "string", type: "string" }],
      [versionsOf(green.id), null, { versions: "object" }],
      [one(absentId), null, { title: "string" }],
    ];
    for (const [path, member, properties] of required) {
      const { body } = await get(stage.host, kz, path);
      const resources = member === null ? [body] : list(body, member);
      expect(resources.length).toBeGreaterThan(0);
      for (const resource of resources)
        for (const [name, type] of Object.entries(properties))
          expect([path, name, typeof resource[name]]).toEqual([path, name, type]);
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
