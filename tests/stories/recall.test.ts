// Recalls: who was given something is told once, in order, in the same collection, under an id of its own; who was not learns
// nothing.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { exchangeIdentityId } from "../../src/exchange/commons.ts";
import { indicator, later, malware, tlp } from "../harness/objects.ts";
import { amberForAll, type Cast, labelled, playing as playingStates, policyOf } from "./cast.ts";
import { verifiesLog } from "./verify-log.ts";

const playing = (codes: readonly string[], play: (cast: Cast) => Promise<void>): Promise<void> =>
  playingStates(codes, async (cast) => {
    await play(cast);
    await verifiesLog(cast.host);
  });

async function recall(cast: Cast, code: string, id: string, body: JsonObject): Promise<any> {
  return cast.state(code).contributor.json("POST", `/v1/objects/${id}/recall`, body);
}

/** Notes of the exchange, in the order in which they came. */
async function notices(cast: Cast, client = cast.analyst("TR"), collection = "threat-reports"): Promise<any[]> {
  const { objects } = await client.pull(collection, { query: "match[version]=all" });
  return objects.filter((one) => one.created_by_ref === exchangeIdentityId(cast.host.exchange));
}

const thing = indicator(1, "green");

describe("a recall with a reason", () => {
  it("ends what was released and tells whoever was given it, in the words of the reason and nothing else", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [thing, malware(2, "green")]);
      const before = await cast.analyst("TR").request("/api/collections/threat-reports/objects/");
      const since = before.headers.get("x-taxii-date-added-last");
      expect(await recall(cast, "KZ", thing.id, { reason: "false-positive" })).toMatchObject({
        status: 200,
        body: { id: thing.id, reason: "false-positive", recalled: 1 },
      });
      const polled = await cast.analyst("TR").pull("threat-reports", { query: `added_after=${since}` });
      expect(polled.objects).toEqual([
        expect.objectContaining({
          type: "note",
          spec_version: "2.1",
          created_by_ref: exchangeIdentityId(cast.host.exchange),
          abstract: "Recalled. It is a false positive.",
          object_refs: [thing.id],
          object_marking_refs: [tlp.green],
        }),
      ]);
      expect(polled.objects[0].content).toContain(String(thing["modified"]));
      expect(await cast.names(cast.analyst("TR"), thing.id)).toEqual([]);
      expect((await cast.analyst("TR").pull("best-practices")).objects.filter((one) => one.type === "note")).toEqual(
        [],
      );
      // Each has it once, under an id of its own, and a second recall of nothing tells nobody.
      const [tr, uz] = [await notices(cast), await notices(cast, cast.analyst("UZ"))];
      expect([tr.length, uz.length]).toEqual([1, 1]);
      expect(tr[0].id).not.toBe(uz[0].id);
      expect(await recall(cast, "KZ", thing.id, { reason: "false-positive" })).toMatchObject({ status: 404 });
      expect((await notices(cast)).length).toBe(1);
      expect(await notices(cast, cast.analyst("KZ"))).toEqual([]);
    }));

  it("is told by a DELETE, too, which gives no reason", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [thing]);
      await cast.recall("KZ", thing.id);
      expect((await notices(cast)).map(({ abstract }) => abstract)).toEqual(["Recalled. No reason was given."]);
    }));

  it("tells nobody who never had it, and leaves no trace of what waited for its embargo", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [malware(1, "red")], { to: ["TR"] });
      await cast.policy("KZ", policyOf("green", { ...amberForAll, after: "P1D" }));
      await cast.post("KZ", [thing]);
      const before = await notices(cast, cast.analyst("UZ"));
      expect(await recall(cast, "KZ", thing.id, { reason: "posted-in-error" })).toMatchObject({ status: 200 });
      cast.host.clock.advance(2 * 86_400_000_000);
      expect(before).toEqual([]);
      expect(await notices(cast, cast.analyst("UZ"))).toEqual([]);
      expect(await notices(cast)).toEqual([]);
      expect(await cast.names(cast.analyst("TR"), thing.id)).toEqual([]);
    }));

  it("names to each client of a state the versions that it had, under a marking that it may have", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { name: "amber", share: ["TR"], when: { tlp: "amber" } }));
      const community = await cast.client("TR", "green");
      await cast.post("KZ", [thing]);
      await cast.post("KZ", [later(thing, 5, { object_marking_refs: [tlp.amber] })]);
      expect(await recall(cast, "KZ", thing.id, { reason: "superseded" })).toMatchObject({ body: { recalled: 2 } });
      const [wide] = await notices(cast, community);
      const [narrow] = await notices(cast);
      expect(wide.object_marking_refs).toEqual([tlp.green]);
      expect(wide.content).not.toContain("00:05");
      expect(narrow.object_marking_refs).toEqual([tlp.amber]);
      expect(narrow.content).toContain("00:05");
    }));

  it("takes one version, from one collection, and releases the one before it anew", () =>
    playing(["KZ", "TR"], async (cast) => {
      const next = later(thing, 5, { name: "Next" });
      await cast.post("KZ", [thing]);
      await cast.post("KZ", [thing, next], { collection: "best-practices" });
      await cast.post("KZ", [next]);
      const body = { reason: "superseded", version: String(next["modified"]), collection: "threat-reports" };
      expect(await recall(cast, "KZ", thing.id, body)).toMatchObject({ body: { recalled: 1 } });
      expect(await cast.names(cast.analyst("TR"), thing.id)).toEqual([thing["name"]]);
      expect(await cast.names(cast.analyst("TR"), thing.id, { collection: "best-practices" })).toHaveLength(2);
      expect(await notices(cast)).toHaveLength(1);
      expect(await notices(cast, cast.analyst("TR"), "best-practices")).toEqual([]);
      const { objects } = await cast.analyst("TR").pull("threat-reports");
      expect(objects.at(-1).type).toBe("note");
    }));

  it("is told to whom a revocation does not reach, for its marking or a withhold keeps it out", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy(
        "KZ",
        policyOf("green", { name: "all", share: ["all"], when: { tlp: "green" } }, labelled("not UZ", "UZ", "inner")),
      );
      await cast.post("KZ", [thing]);
      await cast.post("KZ", [later(thing, 5, { revoked: true, labels: ["inner"] })]);
      expect(await notices(cast)).toEqual([]);
      expect((await notices(cast, cast.analyst("UZ"))).map(({ abstract }) => abstract)).toEqual([
        "Revoked. Its contributor revoked it.",
      ]);
      const other = malware(2, "green");
      await cast.post("KZ", [other]);
      await cast.post("KZ", [later(other, 5, { revoked: true, object_marking_refs: [tlp.red] })]);
      expect((await notices(cast)).map(({ object_refs }) => object_refs)).toEqual([[other.id]]);
    }));

  it("can be pushed back by its reader, is nobody's to speak as, and is not there for others", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { name: "TR", share: ["TR"], when: { tlp: "green" } }));
      await cast.post("KZ", [thing]);
      await recall(cast, "KZ", thing.id, { reason: "wrong-marking" });
      const [note] = await notices(cast);
      expect(await cast.post("TR", [note])).toMatchObject({ success_count: 1 });
      expect(await cast.post("TR", [{ ...note, abstract: "Other" }])).toMatchObject({ failure_count: 1 });
      // To who never had it, its id is as any other, and the exchange's identity is not its own.
      const said = await cast.post("UZ", [note]);
      expect(said.failures?.[0]?.message).toMatch(/own-voice/);
      const { created_by_ref: _, ...without } = note;
      expect(await cast.post("UZ", [without])).toMatchObject({ success_count: 1 });
    }));

  it("is refused without a reason of the list, with anything else, and of what is not one's own, alike", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [thing]);
      expect(await recall(cast, "KZ", thing.id, {})).toMatchObject({ status: 422, body: { pointer: "/reason" } });
      expect(await recall(cast, "KZ", thing.id, { reason: "because" })).toMatchObject({ status: 422 });
      expect(await recall(cast, "KZ", thing.id, { reason: "superseded", versions: "all" })).toMatchObject({
        status: 422,
        body: { pointer: "/versions" },
      });
      const bad = { reason: "superseded", version: "yesterday" };
      expect(await recall(cast, "KZ", thing.id, bad)).toMatchObject({ status: 422, body: { pointer: "/version" } });
      const [seen, absent] = await Promise.all(
        [thing.id, malware(9, null).id].map((id) => recall(cast, "TR", id, { reason: "superseded" })),
      );
      expect(seen).toMatchObject({ status: 404 });
      expect(seen).toEqual(absent);
      expect(await cast.names(cast.analyst("TR"), thing.id)).toHaveLength(1);
    }));
});

describe("who comes later", () => {
  it("is given no notice of a recall among the commons", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [thing]);
      await recall(cast, "KZ", thing.id, { reason: "superseded" });
      cast.states.set("UZ", await cast.host.addState("UZ"));
      expect(await notices(cast, cast.analyst("UZ"))).toEqual([]);
      const opened = await cast.host.secretariat.json("POST", "/v1/collections", { alias: "later", title: "Later" });
      expect(opened.status).toBe(201);
      expect(await notices(cast, cast.analyst("TR"), "later")).toEqual([]);
    }));

  it("is away when something is recalled, and is told when it is back", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [thing]);
      const suspended = await cast.host.secretariat.json("POST", "/v1/states/TR/suspend");
      expect(suspended.status).toBe(200);
      await recall(cast, "KZ", thing.id, { reason: "superseded" });
      cast.host.clock.advance(2_000_000);
      await cast.host.secretariat.json("POST", "/v1/states/TR/readmit");
      cast.host.clock.advance(400_000_000);
      expect(await notices(cast)).toHaveLength(1);
    }));
});
