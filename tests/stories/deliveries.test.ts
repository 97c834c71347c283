// The board of deliveries: what became of one's own object with each state that one's rules give it to, and what it does not tell.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { Delivery, VersionDelivered } from "../../src/exchange/deliveries.ts";
import type { TestClient } from "../harness/exchange.ts";
import { indicator, later, malware, tlp } from "../harness/objects.ts";
import { type Cast, greenForAll, playing as playingStates, policyOf, relayed } from "./cast.ts";
import { entriesOf, verifiesLog } from "./verify-log.ts";

const hour = 3_600_000_000;
const thing = indicator(1, "green");

const playing = (codes: readonly string[], play: (cast: Cast) => Promise<void>): Promise<void> =>
  playingStates(codes, async (cast) => {
    await play(cast);
    await verifiesLog(cast.host);
  });

const telling = (pulls: string, more: JsonObject = {}): JsonObject => ({
  unmarked: "green",
  rules: [greenForAll],
  pulls,
  ...more,
});

async function boards(cast: Cast, code: string, id: string): Promise<readonly VersionDelivered[]> {
  const { status, body } = await cast.state(code).contributor.json("GET", `/v1/objects/${id}/deliveries`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body.versions;
}

async function board(cast: Cast, code: string, id: string, state: string): Promise<Delivery | undefined> {
  return (await boards(cast, code, id)).at(-1)?.states.find((one) => one.party === state);
}

const say = (client: TestClient, id: string, what: string): Promise<any> =>
  client.json("POST", `/v1/objects/${id}/${what}`);

describe("a board of deliveries", () => {
  it("names whom one's own rules give it to, and tells pulls as each state's policy does", () =>
    playing(["KZ", "TR", "UZ", "IN"], async (cast) => {
      await cast.policy("TR", telling("time"));
      await cast.policy("UZ", telling("day"));
      await cast.policy("KZ", policyOf("green", { name: "some", share: ["TR", "UZ", "IN"], when: { tlp: "green" } }));
      cast.states.set("KG", await cast.host.addState("KG"));
      await cast.post("KZ", [thing]);
      const states = (await boards(cast, "KZ", thing.id))[0]?.states;
      expect(states?.map(({ party, pulled }) => [party, pulled])).toEqual([
        ["IN", null],
        ["TR", null],
        ["UZ", null],
      ]);
      for (const code of ["TR", "UZ", "IN"]) await cast.analyst(code).pull("threat-reports");
      const tr = await board(cast, "KZ", thing.id, "TR");
      expect(tr?.pulled).toMatch(/^20.*T.*Z$/);
      expect(String(tr?.pulled) > String(tr?.offered)).toBe(true);
      expect((await board(cast, "KZ", thing.id, "UZ"))?.pulled).toMatch(/T00:00:00\.000000Z$/);
      expect((await board(cast, "KZ", thing.id, "IN"))?.pulled).toBeNull();
    }));

  it("reads pulled for who polled for nothing, where another's act kept it away: the turn was passed", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("TR", telling("time"));
      const shared = relayed("of UZ", 0, "green");
      await cast.post("UZ", [shared]);
      await cast.analyst("TR").pull("threat-reports");
      await cast.post("KZ", [{ ...shared, name: "of KZ", modified: "2026-11-02T00:00:00.000Z" }]);
      expect((await board(cast, "KZ", shared.id, "TR"))?.pulled).toBeNull();
      // TR has it from UZ, and KZ's does not come: a poll that finds nothing passes it all the same.
      const { objects } = await cast
        .analyst("TR")
        .pull("threat-reports", { query: "added_after=2099-01-01T00:00:00Z" });
      expect(objects).toEqual([]);
      expect((await board(cast, "KZ", shared.id, "TR"))?.pulled).not.toBeNull();
    }));

  it("counts no pull that asked for something else, nor one of a client that may not have it", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("TR", telling("time"));
      await cast.policy("KZ", policyOf("green", { name: "TR", share: ["TR"], when: { tlp: "amber" } }));
      const community = await cast.client("TR", "green");
      const amber = indicator(2, "amber");
      await cast.post("KZ", [amber]);
      await cast.analyst("TR").pull("threat-reports", { query: "match[type]=malware" });
      await cast.analyst("TR").pull("best-practices");
      await community.pull("threat-reports");
      expect((await board(cast, "KZ", amber.id, "TR"))?.pulled).toBeNull();
      await cast.analyst("TR").pull("threat-reports");
      expect((await board(cast, "KZ", amber.id, "TR"))?.pulled).not.toBeNull();
    }));

  it("looks back over changes of policy, later versions and embargoes", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("TR", telling("time"));
      await cast.post("KZ", [thing]);
      await cast.analyst("TR").pull("threat-reports");
      await cast.policy(
        "KZ",
        policyOf("green", { name: "late", share: ["UZ"], when: { tlp: "green" }, after: "PT1H" }),
      );
      await cast.post("KZ", [later(thing, 5, { object_marking_refs: [tlp.red] })]);
      const [first, second] = await boards(cast, "KZ", thing.id);
      expect(first?.states.map(({ party }) => party)).toEqual(["TR", "UZ"]);
      expect(first?.states[0]?.pulled).not.toBeNull();
      expect(second?.states).toEqual([]);
      const other = malware(3, "green");
      await cast.post("KZ", [other]);
      const offered = (await board(cast, "KZ", other.id, "UZ"))?.offered ?? "";
      expect(Date.parse(offered)).toBeGreaterThan(
        Date.parse((await boards(cast, "KZ", other.id))[0]?.contributed ?? ""),
      );
    }));

  it("is one's own alone: what is another's and what is nobody's are the same 404", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [thing]);
      const ask = (id: string): Promise<any> =>
        cast.state("TR").contributor.json("GET", `/v1/objects/${id}/deliveries`);
      expect(await ask(thing.id)).toMatchObject({ status: 404 });
      expect(await ask(thing.id)).toEqual(await ask(indicator(9, null).id));
    }));
});

describe("what a recipient says", () => {
  it("is that it has it, once, of what was released to it, with an entry", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { name: "TR", share: ["TR"], when: { tlp: "green" } }));
      await cast.post("KZ", [thing]);
      const first = await say(cast.analyst("TR"), thing.id, "acknowledgement");
      expect(first).toMatchObject({ status: 200, body: { id: thing.id, versions: [thing["modified"]] } });
      expect(await say(cast.state("TR").steward, thing.id, "acknowledgement")).toEqual(first);
      expect((await entriesOf(cast.host, "acknowledge")).map(({ actor, from, count }) => [actor, from, count])).toEqual(
        [["TR-analyst", "TR", 1]],
      );
      expect(await board(cast, "KZ", thing.id, "TR")).toMatchObject({ acknowledged: first.body.at, attested: null });
      const hidden = await say(cast.analyst("UZ"), thing.id, "acknowledgement");
      expect(hidden).toMatchObject({ status: 404 });
      expect(hidden).toEqual(await say(cast.analyst("UZ"), indicator(9, null).id, "acknowledgement"));
      expect(await say(cast.analyst("KZ"), thing.id, "acknowledgement")).toEqual(hidden);
      expect(await say(cast.analyst("UZ"), tlp.green, "acknowledgement")).toEqual(hidden);
    }));

  it("is not what a client of its state may not have", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { name: "TR", share: ["TR"], when: { tlp: "amber" } }));
      const community = await cast.client("TR", "green");
      const amber = indicator(2, "amber");
      await cast.post("KZ", [amber]);
      expect(await say(community, amber.id, "acknowledgement")).toMatchObject({ status: 404 });
      expect(await say(cast.analyst("TR"), amber.id, "acknowledgement")).toMatchObject({ status: 200 });
    }));

  it("is that it deleted what was recalled, and not of what stands", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [thing]);
      expect(await say(cast.analyst("TR"), thing.id, "attestation")).toMatchObject({ status: 409 });
      await cast.state("KZ").contributor.json("POST", `/v1/objects/${thing.id}/recall`, { reason: "personal-data" });
      const attested = await say(cast.analyst("TR"), thing.id, "attestation");
      expect(attested).toMatchObject({ status: 200, body: { versions: [thing["modified"]] } });
      expect(await entriesOf(cast.host, "attest")).toMatchObject([{ actor: "TR-analyst", from: "TR", count: 1 }]);
      const [version] = await boards(cast, "KZ", thing.id);
      expect(version?.recalled?.reason).toBe("personal-data");
      expect(version?.states.map(({ party, notice, attested: at }) => [party, notice, at])).toEqual([
        ["TR", version?.recalled?.at, attested.body.at],
        ["UZ", version?.recalled?.at, null],
      ]);
      cast.host.clock.advance(hour);
      expect(await say(cast.analyst("TR"), thing.id, "attestation")).toMatchObject({ body: attested.body });
    }));

  it("is nothing while its state is suspended: an answer would tell it of a recall", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [thing]);
      await cast.host.secretariat.json("POST", "/v1/states/TR/suspend");
      cast.host.clock.advance(2_000_000);
      const before = await say(cast.state("TR").contributor, thing.id, "attestation");
      expect(before).toMatchObject({ status: 403 });
      await cast.recall("KZ", thing.id);
      expect(await say(cast.state("TR").contributor, thing.id, "attestation")).toEqual(before);
    }));
});
