// Whom an object affects, and personal data: found when it is contributed and kept with it. What a state publishes later gives it
// nothing that was there before.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { indicator, malware, marked } from "../harness/objects.ts";
import { type Cast, greenForAll, policyOf } from "./cast.ts";
import { entriesOf, proving } from "./proving.ts";

const yours: JsonObject = { name: "yours", share: ["affected"], when: { tlp: "amber" } };

const about = (n: number, pattern: string, more: JsonObject = {}): JsonObject & { readonly id: string } =>
  indicator(n, "amber", { pattern, ...more });
const host = (n: number, name: string): JsonObject & { readonly id: string } =>
  about(n, `[domain-name:value = '${name}']`);
const address = (n: number, value: string): JsonObject & { readonly id: string } =>
  about(n, `[ipv4-addr:value = '${value}']`);

async function publish(cast: Cast, code: string, networks: readonly string[]) {
  return cast.host.secretariat.json("PUT", `/v1/states/${code}/networks`, { networks: [...networks] });
}

/** Which of these ids each state sees, by their places. */
async function seen(cast: Cast, code: string, objects: readonly { readonly id: string }[]): Promise<readonly number[]> {
  const { objects: pulled } = await cast.analyst(code).pull("threat-reports");
  const ids = new Set(pulled.map((object: JsonObject) => object["id"]));
  return objects.flatMap(({ id }, i) => (ids.has(id) ? [i] : []));
}

describe("who is affected", () => {
  it("is given what lies in its networks or under its country domain, and nothing else", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      expect(await publish(cast, "TR", ["203.0.113.0/24", "2001:db8::/32"])).toMatchObject({ status: 200 });
      await cast.policy("KZ", policyOf("green", yours));
      const objects = [
        address(1, "203.0.113.9"),
        address(2, "198.51.100.1"),
        host(3, "bad.example.uz"),
        host(4, "bad.example.kz"),
        about(5, "[ipv6-addr:value = '2001:db8::1']"),
        about(6, "[url:value = 'http://bad.example.tr/a.exe']"),
      ];
      await cast.post("KZ", objects);
      expect([await seen(cast, "TR", objects), await seen(cast, "UZ", objects)]).toEqual([[0, 4, 5], [2]]);
    }));

  it("is who was when it was contributed: networks published later give nothing back, and are given what comes", () =>
    proving(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", yours));
      const [before, after] = [address(1, "203.0.113.9"), address(2, "203.0.113.10")];
      await cast.post("KZ", [before]);
      await publish(cast, "TR", ["203.0.113.0/24"]);
      await cast.policy("KZ", policyOf("green", yours, greenForAll));
      await cast.post("KZ", [after]);
      expect(await seen(cast, "TR", [before, after])).toEqual([1]);
      await publish(cast, "TR", []);
      expect(await seen(cast, "TR", [before, after])).toEqual([1]);
    }));

  it("is kept from what is withheld from the affected, with the whole contribution", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      const aside = { name: "not to them", withhold: ["affected"], when: { type: "indicator" } };
      await cast.policy("KZ", policyOf("green", greenForAll, aside));
      const objects = [{ ...host(1, "bad.example.tr"), ...marked("green") }, malware(2, "green")];
      await cast.post("KZ", objects);
      expect([await seen(cast, "TR", objects), await seen(cast, "UZ", objects)]).toEqual([[], [0, 1]]);
    }));

  it("is told by networks that are of one state alone, and that are networks", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await publish(cast, "TR", ["203.0.113.0/24"]);
      expect(await publish(cast, "UZ", ["198.51.100.0/24", "203.0.113.128/25"])).toMatchObject({
        status: 409,
        body: {
          pointer: "/networks/1",
          rule: "network",
          detail: "203.0.113.128/25 overlaps 203.0.113.0/24, which TR published.",
        },
      });
      for (const wrong of ["203.0.113.7/24", "0.0.0.0/0", "10.0.0.0/7", "bad.example", "203.0.113.0/33", ""])
        expect(await publish(cast, "UZ", [wrong])).toMatchObject({
          status: 422,
          body: { pointer: "/networks/0", rule: "network" },
        });
      expect(await publish(cast, "FR", [])).toMatchObject({ status: 404 });
      const { body } = await cast.analyst("KZ").json("GET", "/v1/states");
      expect(body.states.map((state: JsonObject) => [state["code"], state["networks"]])).toEqual([
        ["KZ", []],
        ["TR", ["203.0.113.0/24"]],
        ["UZ", []],
      ]);
      expect(await entriesOf(cast, "membership")).toContainEqual(
        expect.objectContaining({ to: "TR", outcome: "networks", object: { networks: ["203.0.113.0/24"] } }),
      );
    }));

  it("is told by what a state publishes when it is admitted, too", () =>
    proving(["KZ"], async (cast) => {
      const name = { en: "TR", ru: "TR", kk: "TR" };
      const added = await cast.host.secretariat.json("POST", "/v1/states", {
        code: "TR",
        name,
        networks: ["203.0.113.0/24"],
      });
      expect(added).toMatchObject({ status: 201, body: { networks: ["203.0.113.0/24"] } });
      await cast.policy("KZ", policyOf("green", yours));
      await cast.post("KZ", [address(1, "203.0.113.9")]);
      const { body } = await cast.state("KZ").contributor.json("GET", `/v1/objects/${address(1, "").id}/audience`);
      expect(body.objects[0].cells.find((cell: JsonObject) => cell["party"] === "TR")).toMatchObject({
        answer: "whole",
      });
    }));
});

describe("personal data", () => {
  it("is found when an object is contributed, and rules hold by it", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      const rules = [
        { name: "without", share: ["all"], when: { tlp: "green", personal: false } },
        { name: "with", share: ["TR"], when: { tlp: "green", personal: true } },
      ];
      await cast.policy("KZ", policyOf("green", ...rules));
      const objects = [malware(1, "green"), malware(2, "green", { description: "Ask a.person@example.org." })];
      await cast.post("KZ", objects);
      expect([await seen(cast, "TR", objects), await seen(cast, "UZ", objects)]).toEqual([[0, 1], [0]]);
    }));
});

describe("the public", () => {
  it("is decided and explained: what is clear and kept from nobody; nothing is served to it", () =>
    proving(["KZ", "TR"], async (cast) => {
      const rules = [{ name: "open", share: ["public", "all"], when: { tlp: "green" } }];
      await cast.policy("KZ", policyOf("green", ...rules));
      const objects = [malware(1, "clear"), malware(2, "green"), indicator(3, "clear", { labels: ["aside"] })];
      await cast.post("KZ", objects);
      const cellsOf = async (id: string): Promise<readonly unknown[]> => {
        const { body } = await cast.state("KZ").contributor.json("GET", `/v1/objects/${id}/audience`);
        return body.objects[0].cells.map((cell: JsonObject) => [cell["party"], cell["answer"]]);
      };
      const [clear, green, aside] = objects;
      expect(await cellsOf(clear?.id ?? "")).toContainEqual(["public", "whole"]);
      expect(await cellsOf(green?.id ?? "")).toContainEqual(["public", "no"]);
      const withheld = { name: "not TR", withhold: ["TR"], when: { label: ["aside"] } };
      await cast.policy("KZ", policyOf("green", ...rules, withheld));
      expect(await cellsOf(aside?.id ?? "")).toContainEqual(["public", "no"]);
      const path = "/api/collections/threat-reports/objects/";
      expect((await cast.host.app.request(`http://localhost:8787${path}`)).status).toBe(401);
      await cast.policy("KZ", policyOf("green", greenForAll));
      expect((await cellsOf(clear?.id ?? "")).map((cell) => (cell as readonly string[])[0])).not.toContain("public");
    }));
});

describe("the secretariat", () => {
  it("is reached by its own word alone, and by a reader of its own", () =>
    proving(["KZ", "TR"], async (cast) => {
      const { secretariat } = cast.host;
      const reader = await cast.host.addClient(secretariat, "secretariat-reader", {
        party: "secretariat",
        role: "analyst",
      });
      await cast.policy("KZ", policyOf("green", { name: "overview", share: ["secretariat"], when: { tlp: "green" } }));
      await cast.policy("TR", policyOf("green", greenForAll));
      await cast.post("KZ", [malware(1, "green")]);
      await cast.post("TR", [malware(2, "green")]);
      const { objects } = await reader.pull("threat-reports", { query: "match[type]=malware" });
      expect(objects.map((object: JsonObject) => object["name"])).toEqual(["Malware 1"]);
    }));
});
