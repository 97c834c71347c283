// Erasing: what was recalled, or kept for as long as its owner keeps it, is in no table of the books any more, and the log verifies.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { address, type Cast, greenForAll, playing as playingStates } from "./cast.ts";
import { indicator, later, malware } from "../harness/objects.ts";
import { entriesOf, verifiesLog } from "./verify-log.ts";

const playing = (play: (cast: Cast) => Promise<void>): Promise<void> =>
  playingStates(["KZ", "TR", "UZ"], async (cast) => {
    await play(cast);
    await verifiesLog(cast.host);
  });

const canary = "canary-of-what-is-erased";
const secret = malware(1, "green", { name: canary, description: canary, labels: [canary], x_note: canary });

/** Everything that the books hold, as text. */
async function books({ host }: Cast): Promise<string> {
  const { read } = host.exchange.store.engine;
  const tables = [
    "object",
    "rendition",
    "contribution",
    "release",
    "ended",
    "turn",
    "status",
    "derived",
    "notice",
  ] as const;
  const rows = await Promise.all(tables.map((table) => read.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}

const recall = (cast: Cast, id: string, body: JsonObject): Promise<any> =>
  cast.state("KZ").contributor.json("POST", `/v1/objects/${id}/recall`, body);

describe("a recall that erases", () => {
  it("leaves nothing of the content, tells whoever had it, and keeps what was answered", () =>
    playing(async (cast) => {
      const status = await cast.post("KZ", [secret]);
      await cast.analyst("TR").json("POST", `/v1/objects/${secret.id}/acknowledgement`);
      expect(await books(cast)).toContain(canary);
      expect(await recall(cast, secret.id, { reason: "personal-data", erase: true })).toMatchObject({
        status: 200,
        body: { recalled: 1, erased: true },
      });
      expect(await books(cast)).not.toContain(canary);
      const notes = (await cast.analyst("TR").pull("threat-reports")).objects.filter((one) => one.type === "note");
      expect(notes).toMatchObject([{ object_refs: [secret.id] }]);
      const attested = await cast.analyst("TR").json("POST", `/v1/objects/${secret.id}/attestation`);
      expect(attested).toMatchObject({ status: 200 });
      const board = await cast.state("KZ").contributor.json("GET", `/v1/objects/${secret.id}/deliveries`);
      expect(board.body.versions).toMatchObject([
        { erased: true, recalled: { reason: "personal-data" }, states: [{ party: "TR", attested: attested.body.at }] },
      ]);
      // The receipt of the contribution proves as before.
      expect((await cast.state("KZ").contributor.json("GET", `/v1/receipts/${status.id}`)).status).toBe(200);
      expect(await entriesOf(cast.host, "recall")).toMatchObject([
        { outcome: { reason: "personal-data", erased: true } },
      ]);
    }));

  it("takes what was recalled before, once, and lets nothing of it back in", () =>
    playing(async (cast) => {
      const observable = address("green", { x_name: canary });
      await cast.post("KZ", [secret, observable]);
      await cast.recall("KZ", secret.id);
      await cast.recall("KZ", observable.id);
      const notes = async (): Promise<number> =>
        (await cast.analyst("TR").pull("threat-reports")).objects.filter((one) => one.type === "note").length;
      expect(await notes()).toBe(2);
      for (const { id } of [secret, observable])
        expect(await recall(cast, id, { reason: "personal-data", erase: true })).toMatchObject({
          body: { recalled: 1 },
        });
      expect(await books(cast)).not.toContain(canary);
      expect(await notes()).toBe(2);
      expect(await recall(cast, secret.id, { reason: "personal-data", erase: true })).toMatchObject({ status: 404 });
      expect(await cast.post("KZ", [secret, observable])).toMatchObject({ failure_count: 2 });
      // A later version is another one.
      expect(
        await cast.post("KZ", [later(secret, 5, { name: "Other", description: "", labels: ["b"], x_note: "" })]),
      ).toMatchObject({
        success_count: 1,
      });
      expect(await cast.names(cast.analyst("TR"), secret.id)).toEqual(["Other"]);
    }));

  it("leaves what else came with it as it was, and for whom", () =>
    playing(async (cast) => {
      await cast.policy("KZ", {
        unmarked: "green",
        rules: [greenForAll, { name: "not UZ", withhold: ["UZ"], when: { label: "inner" } }],
      });
      const inner = { ...secret, labels: ["inner"] };
      const other = indicator(2, "green");
      await cast.post("KZ", [inner, other]);
      await recall(cast, inner.id, { reason: "posted-in-error", erase: true });
      expect(await books(cast)).not.toContain(canary);
      // What was withheld along with it is so still, whatever is decided again.
      await cast.policy("KZ", {
        unmarked: "green",
        rules: [greenForAll, { name: "still not UZ", withhold: ["UZ"], when: { label: "inner" } }],
      });
      expect(await cast.names(cast.analyst("UZ"), other.id)).toEqual([]);
      expect(await cast.names(cast.analyst("TR"), other.id)).toHaveLength(1);
    }));

  it("destroys reduced renditions, too, whose ids end", () =>
    playing(async (cast) => {
      await cast.policy("KZ", {
        unmarked: "green",
        rules: [{ name: "less", share: ["TR"], when: { tlp: "green" }, redact: ["/description"] }],
      });
      await cast.post("KZ", [secret]);
      const [made] = (await cast.analyst("TR").pull("threat-reports", { query: "match[type]=malware" })).objects;
      expect(made.name).toBe(canary);
      await recall(cast, secret.id, { reason: "personal-data", erase: true });
      const after = (await cast.analyst("TR").pull("threat-reports", { query: "match[type]=malware" })).objects;
      expect(after).toMatchObject([{ id: made.id, revoked: true }]);
      expect(await books(cast)).not.toContain(canary);
    }));
});

describe("what was erased", () => {
  const less: JsonObject = {
    unmarked: "green",
    rules: [{ name: "less", share: ["TR"], when: { tlp: "green" }, redact: ["/description"] }],
  };

  it("is in no reduced rendition either that its owner's revocation ended, nor is the hash of one", () =>
    playing(async (cast) => {
      await cast.policy("KZ", less);
      await cast.post("KZ", [secret]);
      await cast.post("KZ", [later(secret, 5, { revoked: true })]);
      const { read } = cast.host.exchange.store.engine;
      const made = await read.selectFrom("derived").select("digest").execute();
      expect(made).toHaveLength(2);
      await recall(cast, secret.id, { reason: "personal-data", erase: true });
      const after = await books(cast);
      expect(after).not.toContain(canary);
      expect(made.filter(({ digest }) => after.includes(digest))).toEqual([]);
    }));

  it("can be pushed back by who had it, whole or reduced, as before, and changes nothing", () =>
    playing(async (cast) => {
      await cast.policy("KZ", {
        ...less,
        rules: [...(less["rules"] as JsonObject[]), { ...greenForAll, except: ["TR"] }],
      });
      await cast.post("KZ", [secret]);
      await cast.post("KZ", [secret]);
      const [reduced] = (await cast.analyst("TR").pull("threat-reports", { query: "match[type]=malware" })).objects;
      for (const erase of [false, true]) {
        await recall(cast, secret.id, { reason: "personal-data", erase });
        expect(await cast.post("UZ", [secret])).toMatchObject({ success_count: 1 });
        expect(await cast.post("TR", [reduced])).toMatchObject({ success_count: 1 });
      }
      expect(await books(cast)).not.toContain(canary);
    }));
});

describe("what an owner keeps for only so long", () => {
  it("ends for everybody and is deleted by time, also where nobody was given it, without a notice", () =>
    playing(async (cast) => {
      await cast.policy("KZ", { unmarked: "red", rules: [greenForAll], retain: "P1D" });
      await cast.post("KZ", [secret, malware(3, null, { name: canary })]);
      expect(await cast.names(cast.analyst("TR"), secret.id)).toEqual([canary]);
      cast.host.clock.advance(90_000_000_000);
      expect(await cast.names(cast.analyst("TR"), secret.id)).toEqual([]);
      expect(await cast.names(cast.analyst("KZ"), secret.id)).toEqual([]);
      expect(await books(cast)).not.toContain(canary);
      expect((await cast.analyst("TR").pull("threat-reports")).objects.filter((one) => one.type === "note")).toEqual(
        [],
      );
      expect(await entriesOf(cast.host, "expire")).toMatchObject([{ outcome: { deleted: 2 } }]);
      // Nothing is due any more.
      expect(await cast.host.exchange.store.engine.read.selectFrom("due").selectAll().execute()).toEqual([]);
    }));

  it("is deleted soon after a policy says that it was kept for too long", () =>
    playing(async (cast) => {
      await cast.post("KZ", [secret]);
      cast.host.clock.advance(90_000_000_000);
      await cast.policy("KZ", { unmarked: "green", rules: [greenForAll], retain: "P1D" });
      expect(await cast.names(cast.analyst("TR"), secret.id)).toEqual([]);
      expect(await books(cast)).not.toContain(canary);
    }));
});
