// What becomes of each object of a contribution, as its TAXII status says it: the rules of contributing by their names.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { type TestClient } from "../harness/exchange.ts";
import { indicator, later, malware, relationship, report, tlp } from "../harness/objects.ts";
import { contribute, get, list, objectsPath, openStage, post, remove, type Stage, usual } from "./cast.ts";
import { one, expectTaxii } from "./taxii-cast.ts";

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
