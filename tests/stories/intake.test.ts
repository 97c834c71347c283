// Intake: what a state refuses never comes to it, what it holds waits for a contact, and whoever gives it sees neither.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { indicator, later, malware, relationship, report } from "../harness/objects.ts";
import { type Cast, greenForAll, playing as playingStates } from "./cast.ts";
import { entriesOf, verifiesLog } from "./verify-log.ts";

const thing = indicator(1, "green");
const taking = (accept: JsonObject): JsonObject => ({ unmarked: "green", rules: [greenForAll], accept });

const playing = (accept: JsonObject, play: (cast: Cast) => Promise<void>): Promise<void> =>
  playingStates(["KZ", "TR", "UZ"], async (cast) => {
    await cast.policy("TR", taking(accept));
    await play(cast);
    await verifiesLog(cast.host);
  });

const held = async (cast: Cast, client = cast.state("TR").steward): Promise<any[]> =>
  (await client.json("GET", "/v1/intake")).body.held;
const review = (cast: Cast, id: string, verdict: string): Promise<any> =>
  cast.state("TR").contributor.json("POST", `/v1/intake/${id}`, { verdict });
const has = async (cast: Cast, id: string, code = "TR"): Promise<boolean> =>
  (await cast.names(cast.analyst(code), id)).length > 0;
const boardOf = async (cast: Cast, id: string): Promise<any> =>
  (await cast.state("KZ").contributor.json("GET", `/v1/objects/${id}/deliveries`)).body.versions;

describe("what a state refuses", () => {
  it("never comes to it, and reads as offered to who gave it", () =>
    playing({ "refuse-from": ["KZ"] }, async (cast) => {
      await cast.post("KZ", [thing]);
      await cast.post("UZ", [malware(2, "green")]);
      expect([await has(cast, thing.id), await has(cast, thing.id, "UZ")]).toEqual([false, true]);
      expect(await has(cast, malware(2, null).id)).toBe(true);
      expect(await held(cast)).toEqual([]);
      const [version] = await boardOf(cast, thing.id);
      const [tr, uz] = version.states;
      expect({ ...tr, party: "" }).toEqual({ ...uz, party: "" });
      const explained = await cast.state("KZ").contributor.json("GET", `/v1/objects/${thing.id}/audience`);
      expect(explained.body.objects[0].cells.find((cell: any) => cell.party === "TR").answer).toBe("whole");
    }));

  it("leaves what it has, brings the revocation of that, and comes when it is refused no more", () =>
    playing({}, async (cast) => {
      await cast.post("KZ", [thing]);
      await cast.policy("TR", taking({ "refuse-from": ["all"] }));
      expect(await has(cast, thing.id)).toBe(true);
      await cast.post("KZ", [malware(2, "green"), later(malware(3, "green"), 0)]);
      await cast.post("KZ", [later(thing, 5, { revoked: true })]);
      const { objects } = await cast.analyst("TR").pull("threat-reports", { query: `match[id]=${thing.id}` });
      expect(objects).toMatchObject([{ revoked: true }]);
      expect(await has(cast, malware(2, null).id)).toBe(false);
      const set = await cast.state("TR").steward.json("PUT", "/v1/policy", taking({}));
      // Its own objects were decided again: how many of others' is not told.
      expect(set).toMatchObject({ status: 200, body: { decided: 0 } });
      expect(await has(cast, malware(2, null).id)).toBe(true);
    }));
});

describe("what a state holds", () => {
  it("waits, by what its rendition shows, until a contact takes it, and is released then", () =>
    playing({ "hold-from": ["KZ"] }, async (cast) => {
      const before = await cast.analyst("TR").request("/api/collections/threat-reports/objects/");
      const since = before.headers.get("x-taxii-date-added-last");
      await cast.post("KZ", [thing, malware(2, "green")]);
      expect((await cast.analyst("TR").pull("threat-reports", { query: `added_after=${since}` })).objects).toEqual([]);
      const queue = await held(cast);
      expect(queue).toMatchObject([
        { from: "KZ", collection: "threat-reports", type: "indicator", level: "green", object: thing.id },
        { from: "KZ", type: "malware", object: malware(2, null).id },
      ]);
      expect(JSON.stringify(queue)).not.toContain(String(thing["name"]));
      expect(await review(cast, queue[0].id, "take")).toMatchObject({ status: 200, body: { verdict: "take" } });
      const { objects } = await cast.analyst("TR").pull("threat-reports", { query: `added_after=${since}` });
      expect(objects).toEqual([thing]);
      expect(await review(cast, queue[0].id, "take")).toMatchObject({ status: 404 });
      expect(await review(cast, queue[1].id, "refuse")).toMatchObject({ status: 200 });
      expect(await held(cast)).toEqual([]);
      expect(await has(cast, malware(2, null).id)).toBe(false);
      // Refused is refused, whatever is decided again.
      await cast.policy("KZ", {
        unmarked: "green",
        rules: [greenForAll, { name: "too", share: ["TR"], when: { tlp: "green" } }],
      });
      expect([await has(cast, malware(2, null).id), (await held(cast)).length]).toEqual([false, 0]);
      expect((await entriesOf(cast.host, "intake")).map(({ from, to, outcome }) => [from, to, outcome])).toEqual([
        ["KZ", "TR", "taken"],
        ["KZ", "TR", "refused"],
      ]);
      const [version] = await boardOf(cast, malware(2, null).id);
      expect(version.states.map((one: any) => [one.party, one.acknowledged])).toEqual([
        ["TR", null],
        ["UZ", null],
      ]);
    }));

  it("is only what would come: no reference to what it lacks, nothing recalled, nothing above the contact's clearance", () =>
    playing({ "hold-from": ["KZ"] }, async (cast) => {
      await cast.post("KZ", [malware(5, "red")], { to: ["UZ"] });
      await cast.post("KZ", [relationship(6, malware(5, null).id, malware(5, null).id, "green")]);
      expect(await held(cast)).toEqual([]);
      await cast.post("KZ", [malware(7, "red")], { to: ["TR"] });
      // The steward is not cleared, the contributor is.
      expect(await held(cast)).toEqual([]);
      expect(await held(cast, cast.state("TR").contributor)).toMatchObject([{ level: "red" }]);
      await cast.post("KZ", [thing]);
      await cast.recall("KZ", thing.id);
      expect(await held(cast)).toEqual([]);
      const { objects } = await cast.analyst("TR").pull("threat-reports");
      expect(objects.filter((one) => one.type === "note")).toEqual([]);
    }));

  it("holds a report and what it names, each taken by itself, and what is taken waits for what it needs", () =>
    playing({ "hold-from": ["KZ"] }, async (cast) => {
      const one = malware(8, "green");
      const about = report(9, [one.id], "green");
      await cast.post("KZ", [one, about]);
      const [first, second] = await held(cast);
      await review(cast, second.id, "take");
      expect(await has(cast, about.id)).toBe(false);
      await review(cast, first.id, "take");
      expect([await has(cast, one.id), await has(cast, about.id)]).toEqual([true, true]);
    }));

  it("asks anew for a later version, not for a revocation, and lets all go where it holds no more", () =>
    playing({ "hold-from": ["KZ"] }, async (cast) => {
      await cast.post("KZ", [thing]);
      await review(cast, (await held(cast))[0].id, "take");
      await cast.post("KZ", [later(thing, 5, { name: "Next" })]);
      expect(await held(cast)).toMatchObject([{ object: thing.id, version: expect.stringContaining("00:05") }]);
      expect(await cast.names(cast.analyst("TR"), thing.id)).toEqual([thing["name"]]);
      await cast.post("KZ", [malware(2, "green")]);
      await cast.policy("TR", taking({}));
      expect(await cast.names(cast.analyst("TR"), thing.id)).toEqual([thing["name"], "Next"]);
      expect([await has(cast, malware(2, null).id), await held(cast)]).toEqual([true, []]);
    }));

  it("brings the revocation of what is taken along with it", () =>
    playing({ "hold-from": ["KZ"] }, async (cast) => {
      await cast.post("KZ", [thing]);
      await cast.post("KZ", [later(thing, 5, { revoked: true })]);
      const queue = await held(cast);
      expect(queue).toHaveLength(2);
      await review(cast, queue[0].id, "take");
      const query = `match[id]=${thing.id}&match[version]=all`;
      const { objects } = await cast.analyst("TR").pull("threat-reports", { query });
      expect(objects.map(({ revoked }) => revoked)).toEqual([undefined, true]);
      expect(await held(cast)).toEqual([]);
    }));

  it("is not served to a state that is suspended", () =>
    playing({ "hold-from": ["KZ"] }, async (cast) => {
      await cast.post("KZ", [thing]);
      const suspended = await cast.host.secretariat.json("POST", "/v1/states/TR/suspend");
      expect(suspended.status).toBe(200);
      cast.host.clock.advance(2_000_000);
      expect((await cast.state("TR").contributor.json("GET", "/v1/intake")).status).toBe(403);
    }));

  it("is its own: another state's queue is as if nothing were held", () =>
    playing({ "hold-from": ["all"] }, async (cast) => {
      await cast.post("KZ", [thing]);
      const [{ id }] = await held(cast);
      const ask = (of: string): Promise<any> =>
        cast.state("UZ").steward.json("POST", `/v1/intake/${of}`, { verdict: "take" });
      expect(await ask(id)).toMatchObject({ status: 404 });
      expect(await ask(id)).toEqual(await ask(crypto.randomUUID()));
      expect(await held(cast, cast.state("UZ").steward)).toEqual([]);
      expect(await review(cast, id, "perhaps")).toMatchObject({ status: 422, body: { pointer: "/verdict" } });
      expect((await cast.analyst("TR").json("GET", "/v1/intake")).status).toBe(403);
    }));
});
