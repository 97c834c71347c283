// The way back from a suspension: what a state has, what it is given then, and what it never gets.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/store/engine.ts";
import { openSqlite } from "../../src/store/engines/sqlite.ts";
import { readMigrations } from "../../src/node/migrations.ts";
import { openTestExchange, type TestExchange, type TestState } from "../harness/exchange.ts";
import { indicator } from "../harness/objects.ts";

const policy = {
  unmarked: "green",
  groups: { friends: ["TR"] },
  rules: [
    { name: "all", share: ["all"], when: { tlp: "green" } },
    { name: "friends", share: ["group:friends"], when: { tlp: ["amber"] } },
  ],
};

let engine: Engine;
let host: TestExchange;
let kz: TestState;
let tr: TestState;

beforeEach(async () => {
  engine = openSqlite(":memory:");
  await engine.migrate(readMigrations("sqlite"));
  host = await openTestExchange(engine);
  tr = await host.addState("TR");
  kz = await host.addState("KZ", policy);
});
afterEach(() => engine.close());

const act = async (verb: "suspend" | "readmit", code = "TR"): Promise<number> => {
  // Tokens count whole seconds: one that is asked for after this is not of the second before.
  host.clock.advance(2_000_000);
  return (await host.secretariat.json("POST", `/v1/states/${code}/${verb}`)).status;
};
const idsOf = (objects: readonly { id: string }[]): readonly string[] => objects.map((object) => object.id);
const pulled = async (collection = "threat-reports", query = ""): Promise<readonly string[]> =>
  idsOf((await tr.analyst.pull(collection, { query, limit: 3 })).objects);
/** Date-added of the last object that TR has. */
async function lastOf(): Promise<string> {
  const response = await tr.analyst.request("/api/collections/threat-reports/manifest/");
  return response.headers.get("x-taxii-date-added-last") ?? "";
}

describe("a state that is readmitted", () => {
  it("has what it had, gets what was pinned meanwhile once, and nothing that was contributed meanwhile", async () => {
    await kz.contributor.post("threat-reports", [indicator(1, "green"), indicator(2, "amber")]);
    const before = await pulled();
    const last = await lastOf();
    expect(before.slice(-2).toSorted()).toEqual([indicator(1, null).id, indicator(2, null).id].toSorted());
    expect(await act("suspend")).toBe(200);
    await kz.contributor.post("threat-reports", [indicator(3, "green"), indicator(4, "amber")]);
    const uz = await host.addState("UZ");
    const opened = await host.secretariat.json("POST", "/v1/collections", { alias: "exercises", title: "Exercises" });
    expect(opened.status).toBe(201);
    // What stands is decided again while it is away, and stands for it all the same.
    expect((await kz.steward.json("PUT", "/v1/policy", { ...policy, groups: { friends: ["TR", "UZ"] } })).status).toBe(
      200,
    );
    expect((await tr.analyst.request("/api/collections/threat-reports/objects/")).status).not.toBe(200);
    expect(await act("readmit")).toBe(200);
    host.clock.advance(301_000_000);
    // Whoever polls from the last date on gets what is new once.
    expect(await pulled("threat-reports", `added_after=${last}`)).toEqual([uz.identity]);
    expect((await pulled()).toSorted()).toEqual([...before, uz.identity].toSorted());
    const commons = before.filter((id) => !id.startsWith("indicator--"));
    expect((await pulled("exercises")).toSorted()).toEqual([...commons, uz.identity].toSorted());
    await kz.contributor.post("threat-reports", [indicator(5, "green"), indicator(6, "amber")]);
    const since = await pulled("threat-reports", `added_after=${last}`);
    expect(since[0]).toBe(uz.identity);
    expect(since.slice(1).toSorted()).toEqual([indicator(5, null).id, indicator(6, null).id]);
  });

  it("stays without what was contributed meanwhile, through any later change of policy", async () => {
    expect(await act("suspend")).toBe(200);
    await kz.contributor.post("threat-reports", [indicator(3, "green"), indicator(4, "amber")]);
    expect(await act("readmit")).toBe(200);
    host.clock.advance(301_000_000);
    const wider = { ...policy, rules: [{ name: "everything", share: ["all"], when: { tlp: "amber" } }] };
    expect((await kz.steward.json("PUT", "/v1/policy", wider)).status).toBe(200);
    expect((await pulled()).filter((id) => id.startsWith("indicator--"))).toEqual([]);
    const audience = await kz.contributor.json("GET", `/v1/objects/${indicator(3, null).id}/audience`);
    const cell = audience.body.objects[0].cells.find((one: { party: string }) => one.party === "TR");
    expect([cell.answer, cell.basis.kind]).toEqual(["no", "not-yet-member"]);
  });

  it("gets the commons once, however often it leaves and returns", async () => {
    const first = await pulled();
    for (let times = 0; times < 3; times += 1) {
      expect(await act("suspend")).toBe(200);
      expect(await act("readmit")).toBe(200);
    }
    host.clock.advance(301_000_000);
    expect(await pulled()).toEqual(first);
    // One that was added later has the earlier commons in its own feed, and they are not given twice either.
    const uz = await host.addState("UZ");
    const given = idsOf((await uz.analyst.pull("threat-reports")).objects);
    expect(await act("suspend", "UZ")).toBe(200);
    expect(await act("readmit", "UZ")).toBe(200);
    host.clock.advance(301_000_000);
    expect(idsOf((await uz.analyst.pull("threat-reports")).objects)).toEqual(given);
  });

  it("may contribute again, and tokens of before the suspension stay refused", async () => {
    const old = { Authorization: `Bearer ${await tr.contributor.token()}` };
    expect(await act("suspend")).toBe(200);
    expect(await act("readmit")).toBe(200);
    expect((await host.app.request("http://localhost:8787/v1/me", { headers: old })).status).toBe(401);
    host.clock.advance(301_000_000);
    expect((await tr.contributor.post("threat-reports", [indicator(7, "green")])).success_count).toBe(1);
  });
});

describe("the act", () => {
  it("is the secretariat's, of a state that is suspended, and leaves an entry", async () => {
    const answered = async (by: { json: TestExchange["secretariat"]["json"] }, code: string) => {
      const { status, body } = await by.json("POST", `/v1/states/${code}/readmit`);
      return [status, body.code];
    };
    expect(await answered(host.secretariat, "TR")).toEqual([409, "conflict"]);
    expect(await answered(host.secretariat, "QQ")).toEqual([404, "not-found"]);
    expect(await answered(host.secretariat, "secretariat")).toEqual([404, "not-found"]);
    expect(await act("suspend")).toBe(200);
    for (const by of [kz.steward, kz.contributor]) expect(await answered(by, "TR")).toEqual([403, "forbidden"]);
    expect(await answered(host.secretariat, "TR")).toEqual([200, "TR"]);
    const entries = await engine.read.selectFrom("turn").select("fields").orderBy("n").execute();
    expect(entries.map((entry) => JSON.parse(entry.fields) as unknown)).toContainEqual(
      expect.objectContaining({ kind: "membership", actor: "secretariat", to: "TR", outcome: "readmitted" }),
    );
    const intervals = await engine.read
      .selectFrom("membership")
      .innerJoin("party", "party.n", "membership.party")
      .select(["from_added", "until_added"])
      .where("code", "=", "TR")
      .orderBy("from_added")
      .execute();
    expect(intervals.map((row) => row.until_added === null)).toEqual([false, true]);
    expect(intervals[1]?.from_added).toBeGreaterThan(intervals[0]?.until_added ?? Number.POSITIVE_INFINITY);
  });
});

describe("what came due while a state was away", () => {
  it("is there when it returns, and does not wait for what somebody else does", async () => {
    const late = { unmarked: "green", rules: [{ name: "late", share: ["TR"], when: { tlp: "green" }, after: "PT1H" }] };
    await kz.steward.json("PUT", "/v1/policy", late);
    await kz.contributor.post("threat-reports", [indicator(7, "green")]);
    expect(await act("suspend")).toBe(200);
    host.clock.advance(7_200_000_000);
    expect(await act("readmit")).toBe(200);
    host.clock.advance(2_000_000);
    expect(await pulled()).toContain(indicator(7, null).id);
  });
});
