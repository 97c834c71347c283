// Circles: standing groups that the secretariat keeps and policies name. Whoever joins gets nothing that was contributed before,
// whoever leaves keeps nothing, and nobody outside learns that there is one.
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { later, malware, type TlpLevel } from "../harness/objects.ts";
import { type Cast, greenForAll, policyOf } from "./cast.ts";
import { entriesOf, proving } from "./proving.ts";

const ring: JsonObject = { name: "the ring", share: ["circle:ring"], when: { tlp: "amber" } };
const kept: JsonObject = { name: "not the ring", withhold: ["circle:ring"], when: { label: ["private"] } };

/** The ring of KZ and TR. */
async function openRing(cast: Cast, members: readonly string[] = ["KZ", "TR"]): Promise<void> {
  const opened = await cast.host.secretariat.json("POST", "/v1/circles", { name: "ring", members: [...members] });
  expect(opened).toMatchObject({ status: 201, body: { name: "ring" } });
}

async function change(cast: Cast, body: Json, method: "POST" | "PUT" = "POST"): Promise<void> {
  const changed = await cast.host.secretariat.json(method, "/v1/circles/ring/members", body);
  expect(changed).toMatchObject({ status: 200 });
}

const named = (n: number, level: TlpLevel = "amber", more: JsonObject = {}): JsonObject & { readonly id: string } =>
  malware(n, level, { name: `Malware ${n}`, ...more });

async function seen(cast: Cast, code: string): Promise<readonly string[]> {
  const { objects } = await cast
    .analyst(code)
    .pull("threat-reports", { query: "match[type]=malware&match[version]=all" });
  return (objects as readonly JsonObject[]).map((object) => `${String(object["name"])} ${String(object["modified"])}`); // JSON
}

const names = async (cast: Cast, code: string): Promise<readonly string[]> =>
  (await seen(cast, code)).map((text) => text.split(" ").slice(0, 2).join(" "));

async function cellOf(cast: Cast, id: string, party: string): Promise<JsonObject> {
  const explained = await cast.state("KZ").contributor.json("GET", `/v1/objects/${id}/audience`);
  return explained.body.objects[0].cells.find((cell: JsonObject) => cell["party"] === party);
}

describe("a circle", () => {
  it("is given what its members share with it, and nobody else is", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await openRing(cast);
      await cast.policy("KZ", policyOf("green", ring));
      await cast.post("KZ", [named(1)]);
      expect([await names(cast, "TR"), await names(cast, "UZ")]).toEqual([["Malware 1"], []]);
    }));

  it("gives who joins later nothing that was contributed before, through a later change of policy", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await openRing(cast);
      await cast.policy("KZ", policyOf("green", ring));
      const before = named(1);
      await cast.post("KZ", [before]);
      await change(cast, { join: ["UZ"] });
      expect(await names(cast, "UZ")).toEqual([]);
      expect(await cellOf(cast, before.id, "UZ")).toMatchObject({ answer: "no", basis: { kind: "not-yet-in-circle" } });
      await cast.policy("KZ", policyOf("green", ring, greenForAll));
      await cast.post("KZ", [named(2)]);
      expect([await names(cast, "TR"), await names(cast, "UZ")]).toEqual([["Malware 1", "Malware 2"], ["Malware 2"]]);
    }));

  it("that widens gives it back where the policy says grow: auto, all versions, in order", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await openRing(cast);
      await cast.policy("KZ", { unmarked: "green", rules: [ring], grow: "auto" });
      await cast.post("KZ", [named(1)]);
      await cast.post("KZ", [later(named(1), 5), named(2)]);
      await change(cast, { join: ["UZ"] });
      expect(await seen(cast, "UZ")).toEqual(await seen(cast, "TR"));
      expect(await names(cast, "UZ")).toEqual(["Malware 1", "Malware 1", "Malware 2"]);
    }));

  it("that is left takes back what was given by it, in the same turn", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await openRing(cast, ["KZ", "TR", "UZ"]);
      await cast.policy("KZ", policyOf("green", ring));
      await cast.post("KZ", [named(1)]);
      expect(await names(cast, "UZ")).toEqual(["Malware 1"]);
      await change(cast, { members: ["KZ", "TR"] }, "PUT");
      expect([await names(cast, "TR"), await names(cast, "UZ")]).toEqual([["Malware 1"], []]);
    }));

  it("that its owner left is unknown: a share by it ends, a withhold by it holds for all", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await openRing(cast);
      await cast.policy("KZ", policyOf("green", ring, greenForAll, kept));
      await cast.post("KZ", [named(1)]);
      await cast.post("KZ", [named(2, "green", { labels: ["private"] })]);
      expect([await names(cast, "TR"), await names(cast, "UZ")]).toEqual([["Malware 1"], ["Malware 2"]]);
      await change(cast, { leave: ["KZ"] });
      expect([await names(cast, "TR"), await names(cast, "UZ")]).toEqual([[], []]);
    }));

  it("that is withheld from keeps who was in it and left, and who was not and joined", () =>
    proving(["KZ", "TR", "UZ", "IN"], async (cast) => {
      await openRing(cast);
      await cast.policy("KZ", policyOf("green", greenForAll, kept));
      const secret = named(1, "green", { labels: ["private"] });
      await cast.post("KZ", [secret]);
      await change(cast, { leave: ["TR"], join: ["UZ"] });
      expect([await names(cast, "TR"), await names(cast, "UZ"), await names(cast, "IN")]).toEqual([
        [],
        [],
        ["Malware 1"],
      ]);
    }));

  it("is refused in a policy of who is not in it as one that is not there, with the word that was meant", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await openRing(cast);
      const set = (code: string, circle: string) =>
        cast
          .state(code)
          .steward.json("PUT", "/v1/policy", policyOf("green", { name: "a", share: [`circle:${circle}`] }));
      const refused = await set("KZ", "rink");
      expect(refused).toMatchObject({ status: 422, body: { rule: "circle", pointer: "/rules/0/share/0" } });
      expect(refused.body.detail).toBe("You belong to no circle rink; did you mean ring?");
      const outside = [await set("UZ", "ring"), await set("UZ", "rung")];
      expect(outside.map(({ body }) => body.detail.replace(/ring|rung/, "X"))).toEqual(
        Array(2).fill("You belong to no circle X."),
      );
    }));

  it("takes in no state that takes no part, and nothing that changes nothing", () =>
    proving(["KZ", "TR"], async (cast) => {
      await openRing(cast);
      const { secretariat } = cast.host;
      const post = (body: Json) => secretariat.json("POST", "/v1/circles/ring/members", body);
      expect(await post({ join: ["FR"] })).toMatchObject({ status: 422, body: { rule: "state-code", subject: "FR" } });
      expect(await post({ join: ["TR"] })).toMatchObject({ status: 409 });
      expect(await post({ join: ["TR"], leave: ["TR"] })).toMatchObject({
        status: 422,
        body: { rule: "circle-change" },
      });
      expect(await post({})).toMatchObject({ status: 422, body: { rule: "circle-change" } });
      expect(await post({ members: ["KZ"] })).toMatchObject({ status: 422, body: { rule: "circle-change" } });
      expect(await secretariat.json("POST", "/v1/circles", { name: "ring" })).toMatchObject({ status: 409 });
      expect(await secretariat.json("POST", "/v1/circles/rung/members", { join: ["TR"] })).toMatchObject({
        status: 404,
      });
    }));

  it("is listed to its members and the secretariat alone, with who was in it", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await openRing(cast);
      await change(cast, { leave: ["TR"], join: ["UZ"] });
      const listed = async (client: { json: Cast["host"]["secretariat"]["json"] }) =>
        (await client.json("GET", "/v1/circles")).body.circles.map((circle: JsonObject) => [
          circle["name"],
          ...(circle["members"] as readonly JsonObject[]).map(
            ({ state, until }) => `${state} ${until === null ? "is" : "was"}`,
          ), // JSON
        ]);
      const all = [["ring", "KZ is", "TR was", "UZ is"]];
      expect(await listed(cast.host.secretariat)).toEqual(all);
      expect([await listed(cast.analyst("UZ")), await listed(cast.analyst("TR"))]).toEqual([all, []]);
    }));

  it("leaves an entry of each change", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await openRing(cast);
      await cast.policy("KZ", policyOf("green", ring));
      await cast.post("KZ", [named(1)]);
      await change(cast, { join: ["UZ"], leave: ["TR"] });
      const entries = await entriesOf(cast, "circle");
      expect(entries).toMatchObject([
        { outcome: "opened", object: { circle: "ring", joined: ["KZ", "TR"], left: [] } },
        { outcome: "changed", object: { circle: "ring", joined: ["UZ"], left: ["TR"] }, count: 1 },
      ]);
    }));
});
