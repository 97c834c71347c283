// TAXII 2.1 at the whole server, row by row of the project's list of facts: B, the endpoints one by one, and whose versions
// match[version] means.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONTENT_LENGTH_MAX } from "../../src/taxii/envelope.ts";
import { stixMediaType, taxiiMediaType } from "../../src/taxii/media-type.ts";
import type { TestClient } from "../harness/exchange.ts";
import { indicator, later, malware, tlp, uuid } from "../harness/objects.ts";
import {
  ask,
  codeOf,
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
import { microsecond, absentId, absentUuid, one, versionsOf, expectTaxii, walk, tokenWith } from "./taxii-cast.ts";

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
        expect((await get(stage.host, as, `${path}?match[version]=all`)).text).not.toContain(`"id":"${object.id}"`);
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

  it("B8, G: a DELETE whose filter selects nothing takes nothing away", async () => {
    const object = malware(20, "green");
    await post(stage.host, kz, [object]);
    const before = await get(stage.host, tr, objectsPath);
    for (const query of ["match[spec_version]=2.0", "match[spec_version]=2.0&match[version]=all"])
      expectTaxii(await remove(stage.host, kz, `${one(object.id)}?${query}`), 404);
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

  it("B8: a DELETE of a version that one's own object does not have is 404, not 403: it is one's own", async () => {
    const object = malware(26, "green");
    await post(stage.host, kz, [object, later(object, 5)]);
    const query = "match[version]=2001-01-01T00:00:00Z";
    expectTaxii(await remove(stage.host, kz, `${one(object.id)}?${query}`), 404);
    // What another contributed and one sees is 403 with that version as without it.
    expectTaxii(await remove(stage.host, stage.state("TR").contributor, `${one(object.id)}?${query}`), 403);
    expect((await get(stage.host, tr, versionsOf(object.id))).body["versions"]).toHaveLength(2);
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
    // Other contributions of this file may hold the observable, too: each is the next version of the copy.
    const versions = (await get(stage.host, tr, versionsOf(sco.id))).body["versions"] as readonly string[];
    const version = versions.at(-1);
    expect(version).toMatch(microsecond);
    const manifest = await get(stage.host, tr, `${manifestPath}?match[id]=${sco.id}`);
    expect(list(manifest.body, "objects").map((record) => record["version"])).toEqual([version]);
    const exact = await get(stage.host, tr, `${one(sco.id)}?match[version]=${String(version)}`);
    expect(list(exact.body, "objects")).toEqual([sco]);
  });
});

describe("match[version] is the viewer's own", () => {
  let stage: Stage;
  const object = malware(1, "green", { labels: ["internal"] });
  // UZ has the second and the fourth of five: its first and its last are others than those of KZ and TR.
  const versions = [
    object,
    later(object, 10, { labels: ["plain"] }),
    later(object, 20),
    later(object, 30, { labels: ["plain"] }),
    later(object, 40),
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
    ["", [4], [3]],
    ["match[version]=last", [4], [3]],
    ["match[version]=first", [0], [1]],
    ["match[version]=all", [0, 1, 2, 3, 4], [1, 3]],
    ["match[version]=first,last", [0, 4], [1, 3]],
    ["match[version]=2026-11-01T00:20:00Z", [2], []],
    ["match[version]=2026-11-01T00:40:00.000000Z", [4], []],
    ["match[version]=2026-11-01T00:30:00.0Z,first", [0, 3], [1, 3]],
    ["match[version]=2026-11-01T00:30:00Z,2026-11-01T00:20:00Z", [2, 3], [3]],
    ["match[version]=2026-11-01T00:20:00Z,last", [2, 4], [3]],
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
    expect(await stamps("UZ")).toEqual([versions[1]?.["modified"], versions[3]?.["modified"]]);
  });

  it("a version that is hidden is like one that never was", async () => {
    const as = stage.state("UZ").analyst;
    for (const path of [one(object.id), objectsPath, manifestPath])
      expect((await get(stage.host, as, `${path}?match[version]=2026-11-01T00:20:00Z`)).wire).toBe(
        (await get(stage.host, as, `${path}?match[version]=2026-11-01T00:21:00Z`)).wire,
      );
  });
});
