// Approval by contacts: what waits is released to nobody, no change of policy goes around it, and the last approval lets it go.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { TestClient } from "../harness/exchange.ts";
import { indicator, later, marked, tlp } from "../harness/objects.ts";
import { type Cast, playing as playingStates } from "./cast.ts";
import { entriesOf, verifiesLog } from "./verify-log.ts";

const amber = indicator(1, "amber");
const share = (who: string, level = "amber"): JsonObject => ({ name: who, share: [who], when: { tlp: level } });
const policy = (of: number, ...rules: JsonObject[]): JsonObject => ({
  unmarked: "green",
  rules,
  approval: { tlp: "amber", of },
});

interface Contacts {
  readonly writer: TestClient;
  readonly steward: TestClient;
  readonly second: TestClient;
}

/** KZ, two of whose contacts have to approve what is amber. */
const playing = (play: (cast: Cast, contacts: Contacts) => Promise<void>, of = 2): Promise<void> =>
  playingStates(["KZ", "TR", "UZ"], async (cast) => {
    const { steward, contributor: writer } = cast.state("KZ");
    const second = await cast.host.addClient(steward, "KZ-second", { role: "contributor" });
    await cast.policy("KZ", policy(of, share("TR")));
    await play(cast, { writer, steward, second });
    await verifiesLog(cast.host);
  });

async function contributed(cast: Cast, objects: readonly JsonObject[]): Promise<any> {
  return cast.post("KZ", objects);
}

const approve = (client: TestClient, id: string, kind = "contributions"): Promise<any> =>
  client.json("POST", `/v1/${kind}/${id}/approval`);
const waiting = async (client: TestClient): Promise<any[]> =>
  (await client.json("GET", "/v1/contributions?waiting")).body.waiting;
const statusOf = async (client: TestClient, id: string): Promise<any> =>
  (await client.json("GET", `/api/status/${id}/`)).body;

describe("a contribution that waits", () => {
  it("is given to nobody until so many other contacts approved it, and is complete then", () =>
    playing(async (cast, { writer, steward, second }) => {
      const green = indicator(2, "green");
      const status = await contributed(cast, [amber, { ...green, ...marked("green") }]);
      expect(status).toMatchObject({ status: "pending", pending_count: 2, success_count: 0, failure_count: 0 });
      expect(await waiting(steward)).toMatchObject([
        { id: status.id, kind: "contribution", by: writer.id, needed: 2, approved: [], count: 2 },
      ]);
      expect(await cast.names(cast.analyst("TR"), amber.id)).toEqual([]);
      // Its own state has it, and explains it.
      expect(await cast.names(cast.analyst("KZ"), amber.id)).toHaveLength(1);
      const explained = await writer.json("GET", `/v1/objects/${amber.id}/audience`);
      expect(explained.body.objects[0].cells.find((cell: any) => cell.party === "TR")).toMatchObject({
        answer: "no",
        basis: { kind: "awaiting-approval" },
      });
      expect(await approve(writer, status.id)).toMatchObject({ status: 403, body: { rule: "approval" } });
      expect(await approve(second, status.id)).toMatchObject({
        status: 200,
        body: { complete: false, approved: [second.id] },
      });
      // Nobody counts twice.
      expect(await approve(second, status.id)).toMatchObject({ body: { complete: false, approved: [second.id] } });
      expect(await cast.names(cast.analyst("TR"), amber.id)).toEqual([]);
      expect(await statusOf(writer, status.id)).toMatchObject({ status: "pending" });
      expect(await approve(steward, status.id)).toMatchObject({ body: { complete: true } });
      expect(await cast.names(cast.analyst("TR"), amber.id)).toEqual([amber["name"]]);
      expect(await statusOf(writer, status.id)).toMatchObject({
        status: "complete",
        success_count: 2,
        pending_count: 0,
      });
      expect(await waiting(steward)).toEqual([]);
      expect(await approve(steward, status.id)).toMatchObject({ status: 404 });
      const entries = await entriesOf(cast.host, "approve");
      expect(entries.map(({ actor, outcome }) => [actor, outcome])).toEqual([
        [second.id, "waits"],
        [second.id, "waits"],
        [steward.id, "released"],
      ]);
    }));

  it("does not wait below the level, nor hold up what comes beside it", () =>
    playing(async (cast) => {
      await cast.policy("KZ", policy(2, share("TR", "green")));
      const status = await contributed(cast, [indicator(3, "green")]);
      expect(status).toMatchObject({ status: "complete", success_count: 1 });
      expect(await cast.names(cast.analyst("TR"), indicator(3, null).id)).toHaveLength(1);
    }));

  it("is another's to nobody: of another state it is as if it were not there", () =>
    playing(async (cast, { second }) => {
      const status = await contributed(cast, [amber]);
      const hidden = await approve(cast.state("TR").steward, status.id);
      expect(hidden).toMatchObject({ status: 404 });
      expect(hidden).toEqual(await approve(cast.state("TR").steward, crypto.randomUUID()));
      expect(await waiting(cast.state("TR").steward)).toEqual([]);
      expect(await approve(cast.analyst("KZ"), status.id)).toMatchObject({ status: 403 });
      // Who approved and is no contact any more does not count.
      await approve(second, status.id);
      await cast.state("KZ").steward.json("POST", `/v1/clients/${second.id}/revoke`);
      const third = await cast.host.addClient(cast.state("KZ").steward, "KZ-third", { role: "contributor" });
      expect(await approve(third, status.id)).toMatchObject({ body: { complete: false, approved: [third.id] } });
      expect(await cast.names(cast.analyst("TR"), amber.id)).toEqual([]);
    }));

  it("is withdrawn without a trace, and does not come back", () =>
    playing(async (cast, { writer, second }) => {
      const status = await contributed(cast, [amber]);
      const gone = await second.json("POST", `/v1/contributions/${status.id}/withdrawal`);
      expect(gone).toMatchObject({ status: 200, body: { withdrawn: true } });
      expect(await statusOf(writer, status.id)).toMatchObject({
        status: "complete",
        failure_count: 1,
        pending_count: 0,
      });
      expect(await approve(second, status.id)).toMatchObject({ status: 404 });
      expect(await waiting(writer)).toEqual([]);
      expect(await contributed(cast, [amber])).toMatchObject({ failure_count: 1 });
      const { objects } = await cast.analyst("TR").pull("threat-reports");
      expect(objects.filter((one) => one.type === "note" || one.id === amber.id)).toEqual([]);
    }));

  it("tells whom its revocation does not reach only when it is approved", () =>
    playing(async (cast, { steward, second }) => {
      const first = await contributed(cast, [amber]);
      await approve(steward, first.id);
      await approve(second, first.id);
      const revoked = await contributed(cast, [later(amber, 5, { revoked: true, object_marking_refs: [tlp.red] })]);
      const notes = async (): Promise<any[]> =>
        (await cast.analyst("TR").pull("threat-reports")).objects.filter((one) => one.type === "note");
      expect(await notes()).toEqual([]);
      await approve(steward, revoked.id);
      await approve(second, revoked.id);
      expect(await notes()).toMatchObject([{ object_refs: [amber.id] }]);
    }));

  it("begins its embargo with the contribution, and is released by time when that ends after the approval", () =>
    playing(async (cast, { second }) => {
      await cast.policy("KZ", policy(1, { ...share("TR"), after: "PT1H" }));
      const status = await contributed(cast, [amber]);
      await approve(second, status.id);
      expect(await cast.names(cast.analyst("TR"), amber.id)).toEqual([]);
      cast.host.clock.advance(3_700_000_000);
      expect(await cast.names(cast.analyst("TR"), amber.id)).toHaveLength(1);
    }, 1));
});

describe("what was approved", () => {
  it("was approved under the policy of then: under another one it is asked anew", () =>
    playing(async (cast, { steward, second, writer }) => {
      const status = await contributed(cast, [amber]);
      await approve(second, status.id);
      expect(await steward.json("PUT", "/v1/policy", policy(2, share("TR"), share("UZ")))).toMatchObject({
        status: 200,
      });
      expect(await waiting(writer)).toMatchObject([{ id: status.id, approved: [] }]);
      expect(await approve(steward, status.id)).toMatchObject({ body: { complete: false, approved: [steward.id] } });
      expect(await cast.names(cast.analyst("UZ"), amber.id)).toEqual([]);
      expect(await approve(second, status.id)).toMatchObject({ body: { complete: true } });
    }));

  it("is asked for by the strictest part that somebody would be given, as the preview says", () =>
    playing(async (cast, { writer, second }) => {
      const parted = {
        ...indicator(5, "green"),
        description: "Inner",
        granular_markings: [{ selectors: ["description"], marking_ref: tlp.amber }],
      };
      const { body } = await writer.json("POST", "/v1/preview", { collection: "threat-reports", objects: [parted] });
      expect(body.approvals).toBe(1);
      const status = await contributed(cast, [parted]);
      expect(status).toMatchObject({ status: "pending" });
      expect(await cast.names(cast.analyst("TR"), parted.id)).toEqual([]);
      await approve(second, status.id);
      expect(await cast.names(cast.analyst("TR"), parted.id)).toHaveLength(1);
    }, 1));

  it("is not what was recalled meanwhile: the status says so of it", () =>
    playing(async (cast, { writer, second }) => {
      const status = await contributed(cast, [amber, indicator(6, "amber")]);
      await cast.recall("KZ", amber.id);
      await approve(second, status.id);
      expect(await statusOf(writer, status.id)).toMatchObject({
        status: "complete",
        success_count: 1,
        failure_count: 1,
        failures: [{ id: amber.id, message: expect.stringContaining("recalled") }],
      });
    }, 1));

  it("was offered to nobody where it was withdrawn instead, and its board says so", () =>
    playing(async (cast, { writer }) => {
      const status = await contributed(cast, [amber]);
      cast.host.clock.advance(60_000_000);
      await writer.json("POST", `/v1/contributions/${status.id}/withdrawal`);
      const { body } = await writer.json("GET", `/v1/objects/${amber.id}/deliveries`);
      expect(body.versions).toMatchObject([{ recalled: { reason: "withdrawn" }, states: [] }]);
    }));
});

describe("a change of policy", () => {
  const put = (client: TestClient, document: JsonObject): Promise<any> => client.json("PUT", "/v1/policy", document);

  it("waits where it newly releases what waits for approval, and is in force with the last one", () =>
    playing(async (cast, { steward, writer, second }) => {
      const status = await contributed(cast, [amber]);
      await approve(steward, status.id);
      await approve(second, status.id);
      const wider = policy(2, share("TR"), share("UZ"));
      const asked = await put(steward, wider);
      expect(asked).toMatchObject({ status: 202, body: { waits: 2 } });
      expect(await waiting(writer)).toMatchObject([
        { id: asked.body.id, kind: "policy", by: steward.id, document: wider },
      ]);
      expect(await cast.names(cast.analyst("UZ"), amber.id)).toEqual([]);
      expect(await approve(steward, asked.body.id, "policy/changes")).toMatchObject({ status: 403 });
      await approve(writer, asked.body.id, "policy/changes");
      expect(await cast.names(cast.analyst("UZ"), amber.id)).toEqual([]);
      expect(await approve(second, asked.body.id, "policy/changes")).toMatchObject({ body: { complete: true } });
      expect(await cast.names(cast.analyst("UZ"), amber.id)).toHaveLength(1);
      expect((await steward.json("GET", "/v1/policy")).body.document).toEqual(wider);
    }));

  it("does not wait where it releases nothing new, or only what is below", () =>
    playing(async (cast, { steward }) => {
      await contributed(cast, [indicator(3, "green")]);
      expect(await put(steward, policy(2, share("TR"), share("UZ", "green")))).toMatchObject({ status: 200 });
      expect(await put(steward, policy(2))).toMatchObject({ status: 200 });
    }));

  it("goes around nothing: asking less waits, and what waits itself goes on waiting whatever the policy says", () =>
    playing(async (cast, { steward, writer, second }) => {
      const status = await contributed(cast, [amber]);
      for (const less of [
        { unmarked: "green", rules: [share("TR")] },
        { ...policy(1, share("TR")) },
        { ...policy(2, share("TR")), approval: { tlp: "red", of: 2 } },
      ])
        expect(await put(steward, less)).toMatchObject({ status: 202, body: { waits: 2 } });
      // Another rule for what waits releases nothing: it waits.
      expect(await put(steward, policy(2, share("TR"), share("UZ")))).toMatchObject({ status: 200 });
      expect(await cast.names(cast.analyst("UZ"), amber.id)).toEqual([]);
      // The changes were asked for against a policy that is in force no more.
      expect((await waiting(writer)).map(({ kind }) => kind)).toEqual(["contribution"]);
      const none = await put(steward, { unmarked: "green", rules: [share("TR")] });
      await approve(writer, none.body.id, "policy/changes");
      await approve(second, none.body.id, "policy/changes");
      expect((await steward.json("GET", "/v1/policy")).body.document.approval).toBeUndefined();
      expect(await cast.names(cast.analyst("TR"), amber.id)).toEqual([]);
      expect(await waiting(writer)).toMatchObject([{ id: status.id, needed: 2 }]);
    }));

  it("waits where it lowers what is unmarked, extends a time, or tells more", () =>
    playing(async (cast, { steward }) => {
      const open = (more: JsonObject): JsonObject => ({
        unmarked: "amber",
        rules: [{ name: "TR", share: ["TR"], when: { tlp: "amber" }, until: "P1D", redact: ["/description"], ...more }],
        approval: { tlp: "amber", of: 1 },
      });
      expect(await put(steward, open({}))).toMatchObject({ status: 200 });
      const status = await contributed(cast, [{ ...indicator(4, null), description: "Inner" }]);
      expect(await approve(steward, status.id)).toMatchObject({ body: { complete: true } });
      expect(await put(steward, open({ until: "P2D" }))).toMatchObject({ status: 202 });
      expect(await put(steward, open({ redact: ["/labels"] }))).toMatchObject({ status: 202 });
      const green = { name: "UZ", share: ["UZ"], when: { tlp: "green" } };
      expect(await put(steward, { ...open({}), unmarked: "green", rules: [green] })).toMatchObject({ status: 202 });
      expect(await put(steward, open({ until: "PT1H" }))).toMatchObject({ status: 200 });
    }, 1));

  it("waits where it asks less of what is unmarked, or lets whoever joins have what was contributed before", () =>
    playing(async (_, { steward }) => {
      const before = { ...policy(1, share("TR")), unmarked: "amber" };
      expect(await put(steward, before)).toMatchObject({ status: 200 });
      expect(await put(steward, { ...before, unmarked: "green" })).toMatchObject({ status: 202 });
      expect(await put(steward, { ...before, grow: "auto" })).toMatchObject({ status: 202 });
      expect(await put(steward, { ...before, unmarked: "red" })).toMatchObject({ status: 200 });
      expect(await put(steward, { ...before, unmarked: "amber+strict", grow: "never" })).toMatchObject({ status: 200 });
    }, 1));

  it("waits where it gives to a newcomer, which its owner may confirm, or to who has yet to sign the terms", () =>
    playing(async (cast, { steward, second }) => {
      const status = await contributed(cast, [amber]);
      await approve(second, status.id);
      cast.states.set("KG", await cast.host.addState("KG"));
      expect(await put(steward, policy(1, share("TR"), share("KG")))).toMatchObject({ status: 202 });
      const confirmed = await steward.json("POST", "/v1/policy/confirmations", { state: "KG" });
      expect(confirmed).toMatchObject({ status: 201 });
      expect(await cast.names(cast.analyst("KG"), amber.id)).toEqual([]);
      const text = "# Organisation\n# Clients\n# Community\n";
      expect(await cast.host.secretariat.json("PUT", "/v1/terms", { text })).toMatchObject({ status: 200 });
      cast.host.clock.advance(31 * 86_400_000_000);
      const asked = await put(steward, policy(1, share("TR"), share("UZ")));
      expect(asked).toMatchObject({ status: 202 });
      const { steward: signs } = cast.state("UZ");
      const signature = await signs.signature("UZ");
      expect(await signs.json("POST", "/v1/terms/signature", { signature })).toMatchObject({ status: 201 });
      expect(await cast.names(cast.analyst("UZ"), amber.id)).toEqual([]);
      await approve(second, asked.body.id, "policy/changes");
      expect(await cast.names(cast.analyst("UZ"), amber.id)).toHaveLength(1);
    }, 1));

  it("is withdrawn, and asks for no more contacts than there are", () =>
    playing(async (cast, { steward, writer }) => {
      const asked = await put(steward, { unmarked: "green", rules: [share("TR")] });
      expect(await writer.json("POST", `/v1/policy/changes/${asked.body.id}/withdrawal`)).toMatchObject({
        status: 200,
      });
      expect(await approve(writer, asked.body.id, "policy/changes")).toMatchObject({ status: 404 });
      expect(await put(steward, policy(3, share("TR")))).toMatchObject({
        status: 422,
        body: { pointer: "/approval/of", rule: "approvers" },
      });
      expect(await put(cast.state("TR").steward, policy(2, share("KZ")))).toMatchObject({ status: 422 });
    }));
});

describe("an approval or a withdrawal, which says everything in its path", () => {
  it("takes no body that says more", () =>
    playing(async (cast) => {
      const { contributor, steward } = cast.state("KZ");
      for (const [client, path] of [
        [contributor, "/v1/contributions/none/approval"],
        [steward, "/v1/contributions/none/withdrawal"],
        [steward, "/v1/policy/changes/none/approval"],
      ] as const) {
        const more = await client.json("POST", path, { version: "2026-11-01T00:00:00.000Z" });
        expect(more).toMatchObject({ status: 422, body: { pointer: "/version", rule: "form" } });
        expect(await client.json("POST", path)).toMatchObject({ status: 404 });
        expect(await client.json("POST", path, {})).toMatchObject({ status: 404 });
      }
    }));
});
