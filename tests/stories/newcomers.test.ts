// What reaches back: a newcomer has nothing that was contributed before it joined, until the owner confirms it, or its policy says
// so at once (`grow`); then it gets all versions, in their order.
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { later, malware, relationship } from "../harness/objects.ts";
import { type Cast, greenForAll, policyOf } from "./cast.ts";
import { entriesOf, proving } from "./proving.ts";

const growing = (grow: string): Json => ({ unmarked: "green", rules: [greenForAll], grow });

async function admit(cast: Cast, code: string): Promise<void> {
  cast.states.set(code, await cast.host.addState(code, policyOf("green", greenForAll), { cleared: true }));
}

const confirm = (cast: Cast, owner: string, state: string) =>
  cast.state(owner).steward.json("POST", "/v1/policy/confirmations", { state });

/** Name and minute of all versions of a type that a state sees, in the order of their dates. */
async function seen(cast: Cast, code: string, type = "malware"): Promise<readonly string[]> {
  const { objects } = await cast
    .analyst(code)
    .pull("threat-reports", { query: `match[type]=${type}&match[version]=all` });
  return objects.map((object: JsonObject) => `${String(object["name"])} ${String(object["modified"]).slice(14, 16)}`);
}

describe("a newcomer", () => {
  it("has nothing of before until the owner confirms it, and then all of it, whole and in order", () =>
    proving(["KZ", "TR"], async (cast) => {
      const [one, two] = [malware(1, "green"), malware(2, "green")];
      await cast.post("KZ", [one]);
      await cast.post("KZ", [later(one, 5), two, relationship(3, one.id, two.id, "green")]);
      await admit(cast, "UZ");
      expect(await seen(cast, "UZ")).toEqual([]);
      await cast.policy("KZ", policyOf("green", greenForAll));
      expect(await seen(cast, "UZ")).toEqual([]);
      expect(await confirm(cast, "KZ", "UZ")).toMatchObject({ status: 201, body: { state: "UZ", decided: 3 } });
      expect(await seen(cast, "UZ")).toEqual(["Malware 1 00", "Malware 1 05", "Malware 2 00"]);
      expect(await seen(cast, "UZ", "relationship")).toHaveLength(1);
      const { body } = await cast.state("KZ").contributor.json("GET", "/v1/policy/confirmations");
      expect(body.confirmations).toMatchObject([{ state: "UZ" }]);
      expect(await entriesOf(cast, "policy")).toContainEqual(
        expect.objectContaining({ from: "KZ", to: "UZ", outcome: "confirmed", count: 3, root: expect.any(String) }),
      );
    }));

  it("is confirmed by each owner for what is its own", () =>
    proving(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [malware(1, "green")]);
      await cast.post("TR", [malware(2, "green")]);
      await admit(cast, "UZ");
      await confirm(cast, "TR", "UZ");
      expect(await seen(cast, "UZ")).toEqual(["Malware 2 00"]);
    }));

  it("is given what was contributed before at once by whose policy says auto, and never by whose says never", () =>
    proving(["KZ", "TR", "IN"], async (cast) => {
      await cast.policy("KZ", growing("auto"));
      await cast.policy("TR", growing("never"));
      await cast.post("KZ", [malware(1, "green")]);
      await cast.post("KZ", [later(malware(1, "green"), 5)]);
      await cast.post("TR", [malware(2, "green")]);
      await cast.post("IN", [malware(3, "green")]);
      await admit(cast, "UZ");
      expect(await seen(cast, "UZ")).toEqual(["Malware 1 00", "Malware 1 05"]);
      expect(await confirm(cast, "TR", "UZ")).toMatchObject({ status: 409, body: { rule: "grow" } });
    }));

  it("that leaves and comes back needs another confirmation", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await confirm(cast, "KZ", "UZ");
      await cast.host.secretariat.json("POST", "/v1/states/UZ/suspend");
      await cast.post("KZ", [malware(1, "green")]);
      await cast.host.secretariat.json("POST", "/v1/states/UZ/readmit");
      // Tokens of before the suspension are over.
      cast.host.clock.advance(600_000_000);
      expect(await seen(cast, "UZ")).toEqual([]);
      await confirm(cast, "KZ", "UZ");
      expect(await seen(cast, "UZ")).toEqual(["Malware 1 00"]);
    }));

  it("stays without what the policy came to keep for itself: never takes back what a confirmation gave", () =>
    proving(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [malware(1, "green")]);
      await admit(cast, "UZ");
      await confirm(cast, "KZ", "UZ");
      await cast.policy("KZ", growing("never"));
      expect(await seen(cast, "UZ")).toEqual([]);
    }));

  it("is another member, confirmed by a member", () =>
    proving(["KZ", "TR"], async (cast) => {
      for (const state of ["KZ", "FR", "secretariat"])
        expect(await confirm(cast, "KZ", state)).toMatchObject({ status: 404, body: { pointer: "/state" } });
      expect(
        await cast.state("KZ").contributor.json("POST", "/v1/policy/confirmations", { state: "TR" }),
      ).toMatchObject({
        status: 403,
      });
    }));
});
