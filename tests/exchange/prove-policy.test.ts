// Proving a claim over HTTP: what holds, what does not and why, and that a preview tells of a counterexample what the prover did.
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { type Cast, greenForAll, playing, policyOf } from "../stories/cast.ts";

const notToUz: JsonObject = { name: "not that one", withhold: ["UZ"], when: { label: ["secret"] } };

async function proved(cast: Cast, claim: Json, policy?: Json): Promise<{ status: number; body: JsonObject }> {
  const body = policy === undefined ? { claim } : { claim, policy };
  return cast.state("KZ").steward.json("POST", "/v1/policy/prove", body);
}

describe("a claim about a policy", () => {
  it("holds of all that could be contributed, or is broken by something that a preview tells the same of", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("green", greenForAll, notToUz));
      const never = await proved(cast, "UZ never receives label secret");
      expect(never).toMatchObject({ status: 200, body: { holds: true, over: { recipients: ["UZ"], vacuous: false } } });
      const { body } = await proved(cast, "TR never receives label secret");
      expect(body).toMatchObject({ holds: false, counterexample: { recipient: "TR", decision: { offered: true } } });
      const { collection, bundle, instruction, object } = body["counterexample"] as Record<string, JsonObject>;
      const previewed = await cast.state("KZ").contributor.json("POST", "/v1/preview", {
        collection: collection as Json,
        objects: bundle?.["objects"] ?? [],
        ...(instruction === undefined || Object.keys(instruction).length === 0 ? {} : { instruction }),
      });
      const told = previewed.body.objects.find((one: JsonObject) => one["id"] === object);
      expect(told.cells.find((cell: JsonObject) => cell["party"] === "TR")).toMatchObject({ answer: "whole" });
    }));

  it("is asked of a policy that is not in force, too, which stays so", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const silent = { unmarked: "refuse", rules: [] };
      expect((await proved(cast, "anyone never receives anything", silent)).body).toMatchObject({ holds: true });
      expect((await proved(cast, "anyone never receives anything")).body).toMatchObject({ holds: false });
      const rule = { claim: "unused", rule: "region-wide" };
      expect((await proved(cast, rule)).body).toMatchObject({
        holds: false,
        sentence: expect.stringContaining("region-wide"),
      });
    }));

  it("speaks of India by its code, too", () =>
    playing(["KZ", "IN"], async (cast) => {
      await cast.policy("KZ", policyOf("green", greenForAll));
      expect((await proved(cast, "IN never receives amber or stricter")).body).toMatchObject({ holds: true });
      expect((await proved(cast, "nobody but IN receives amber")).body).toMatchObject({ holds: true });
    }));

  it("is refused with where it goes wrong", () =>
    playing(["KZ", "TR"], async (cast) => {
      expect(await proved(cast, "XQ never receives anything")).toMatchObject({
        status: 422,
        body: { code: "invalid" },
      });
      expect(await proved(cast, { claim: "sometimes" })).toMatchObject({ status: 422 });
      const more = await cast.state("KZ").steward.json("POST", "/v1/policy/prove", { claim: "x", polciy: {} });
      expect(more).toMatchObject({ status: 422, body: { pointer: "/polciy" } });
      const analyst = await cast.analyst("KZ").json("POST", "/v1/policy/prove", { claim: "x" });
      expect(analyst).toMatchObject({ status: 403 });
    }));
});
