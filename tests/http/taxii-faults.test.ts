// What other TAXII servers get wrong (G of the project's list of facts), each a case of ours, and text that breaks engines.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAGE_LENGTH_MAX } from "../../src/store/page.ts";
import { PAGE_LIMIT_MAX } from "../../src/taxii/page.ts";
import { engineKinds, openTestEngine } from "../harness/engines.ts";
import { openTestExchange, type TestClient } from "../harness/exchange.ts";
import { indicator, malware, tlp } from "../harness/objects.ts";
import {
  ask,
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
import { absentId, one, versionsOf, expectTaxii, walk } from "./taxii-cast.ts";

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

  it("a page of large objects ends at the server's length, and the rest follows by next", async () => {
    const path = "/api/collections/best-practices/objects/";
    const large = Array.from({ length: 20 }, (_, i) =>
      malware(5_000 + i, "green", { description: "x".repeat(1_000_000) }),
    );
    for (let from = 0; from < large.length; from += 9)
      expect((await post(stage.host, kz, large.slice(from, from + 9), path)).body).toMatchObject({ failure_count: 0 });
    const { answers, items } = await walk(stage, tr, path, { "match[type]": "malware" }, "objects");
    expect(answers).toHaveLength(2);
    for (const answer of answers) expect(answer.text.length).toBeLessThan(PAGE_LENGTH_MAX + 10_000);
    expect(items).toEqual(large);
    const manifest = await walk(
      stage,
      tr,
      path.replace("objects", "manifest"),
      { "match[type]": "malware" },
      "objects",
    );
    expect(manifest.answers).toHaveLength(1);
  });

  it("a page is served however much has fallen due since the last", async () => {
    const busy = await openStage({ KZ: usual([]), TR: usual([]) });
    for (let part = 1; part <= 2; part += 1) {
      const many = Array.from({ length: 6_000 }, (_, i) => malware(10_000 * part + i, "green"));
      const status = await contribute(busy.host, busy.state("KZ").contributor, many, { until: "PT1H" });
      expect(status.body).toMatchObject({ failure_count: 0 });
    }
    await post(busy.host, busy.state("KZ").contributor, [malware(1, "green")]);
    busy.host.clock.advance(2 * 3_600_000_000);
    const answer = expectTaxii(await get(busy.host, busy.state("TR").analyst, objectsPath), 200);
    expect(contributed(answer)).toEqual([malware(1, null).id]);
    await busy.close();
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
