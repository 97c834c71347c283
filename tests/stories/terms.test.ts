// The terms: a state that has not signed them is given nothing; one that was a member before they existed has thirty days.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { sha256 } from "../../src/encoding/sha256.ts";
import { formatHex, utf8 } from "../../src/encoding/bytes.ts";
import { tick } from "../../src/exchange/tick.ts";
import { later, malware } from "../harness/objects.ts";
import { type Cast, greenForAll, policyOf } from "./cast.ts";
import { entriesOf, proving } from "./proving.ts";

const DAY = 86_400_000_000;
const textOf = (edition: number): string =>
  `# Terms, edition ${edition}\n\n## Organisation\n\nThe national CERT.\n\n## Clients\n\nThose it protects.\n\n## Community\n\nThe members.\n`;

async function setTerms(cast: Cast, edition = 1): Promise<JsonObject> {
  const set = await cast.host.secretariat.json("PUT", "/v1/terms", { text: textOf(edition) });
  expect(set).toMatchObject({ status: 200, body: { version: edition } });
  return set.body;
}

async function sign(cast: Cast, code: string): Promise<void> {
  const { steward } = cast.state(code);
  const signed = await steward.json("POST", "/v1/terms/signature", { signature: await steward.signature(code) });
  expect(signed).toMatchObject({ status: 201, body: { state: code } });
}

async function admit(cast: Cast, code: string): Promise<void> {
  cast.states.set(code, await cast.host.addState(code, policyOf("green", greenForAll), { cleared: true }));
}

async function seen(cast: Cast, code: string): Promise<readonly string[]> {
  const { objects } = await cast
    .analyst(code)
    .pull("threat-reports", { query: "match[type]=malware&match[version]=all" });
  return objects.map((object: JsonObject) => String(object["name"]));
}

async function basisOf(cast: Cast, id: string, party: string): Promise<JsonObject> {
  const { body } = await cast.state("KZ").contributor.json("GET", `/v1/objects/${id}/audience`);
  return body.objects[0].cells.find((cell: JsonObject) => cell["party"] === party);
}

describe("without terms", () => {
  it("membership is standing, and there is nothing to show or sign", () =>
    proving(["KZ", "TR"], async (cast) => {
      const { steward, analyst } = cast.state("KZ");
      expect(await analyst.json("GET", "/v1/terms")).toMatchObject({ status: 404 });
      const signature = await steward.signature("KZ", { version: 1, digest: "0".repeat(64) });
      expect(await steward.json("POST", "/v1/terms/signature", { signature })).toMatchObject({ status: 404 });
      await cast.post("KZ", [malware(1, "green")]);
      expect(await seen(cast, "TR")).toEqual(["Malware 1"]);
    }));
});

describe("a state admitted under terms", () => {
  it("is given nothing before it has signed, and then what was contributed since it joined", () =>
    proving(["KZ", "TR"], async (cast) => {
      await setTerms(cast);
      await cast.post("KZ", [malware(1, "green")]);
      await admit(cast, "UZ");
      const object = malware(2, "green");
      await cast.post("KZ", [object]);
      await cast.post("KZ", [later(object, 5)]);
      expect(await seen(cast, "UZ")).toEqual([]);
      expect(await basisOf(cast, object.id, "UZ")).toMatchObject({
        answer: "no",
        basis: { kind: "terms-unsigned" },
        sentence: "It has not signed the terms under which states take part.",
      });
      await sign(cast, "UZ");
      expect(await seen(cast, "UZ")).toEqual(["Malware 2", "Malware 2"]);
      await cast.post("KZ", [malware(3, "green")]);
      expect(await seen(cast, "UZ")).toEqual(["Malware 2", "Malware 2", "Malware 3"]);
    }));

  it("has the commons all the same, and speaks", () =>
    proving(["KZ"], async (cast) => {
      await setTerms(cast);
      await admit(cast, "UZ");
      const { objects } = await cast.analyst("UZ").pull("threat-reports", { query: "match[type]=marking-definition" });
      expect(objects.length).toBeGreaterThan(0);
      await cast.post("UZ", [malware(1, "green")]);
      expect(await seen(cast, "KZ")).toEqual(["Malware 1"]);
    }));
});

describe("a state that was a member before", () => {
  it("has thirty days: then what it has ends, and comes again when it signs", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      const [before, during] = [malware(1, "green"), malware(2, "green")];
      await cast.post("KZ", [before]);
      await setTerms(cast);
      await sign(cast, "TR");
      cast.host.clock.advance(10 * DAY);
      await cast.post("KZ", [during]);
      expect(await seen(cast, "UZ")).toEqual(["Malware 1", "Malware 2"]);
      expect(await basisOf(cast, during.id, "UZ")).toMatchObject({ answer: "whole", until: expect.any(String) });
      expect(await basisOf(cast, during.id, "TR")).toMatchObject({ answer: "whole", until: null });
      cast.host.clock.advance(20 * DAY);
      expect([await seen(cast, "UZ"), await seen(cast, "TR")]).toEqual([[], ["Malware 1", "Malware 2"]]);
      await cast.post("KZ", [malware(3, "green")]);
      expect(await seen(cast, "UZ")).toEqual([]);
      await sign(cast, "UZ");
      expect(await seen(cast, "UZ")).toEqual(["Malware 1", "Malware 2", "Malware 3"]);
    }));

  it("and signs within them loses nothing when they are over", () =>
    proving(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [malware(1, "green")]);
      await setTerms(cast);
      await cast.post("KZ", [malware(2, "green")]);
      const had = await seen(cast, "TR");
      await sign(cast, "TR");
      cast.host.clock.advance(31 * DAY);
      await tick(cast.host.exchange);
      expect(await seen(cast, "TR")).toEqual(had);
    }));

  it("has no more days for another version, if it let those for the first one pass", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [malware(1, "green")]);
      await setTerms(cast);
      await sign(cast, "TR");
      cast.host.clock.advance(29 * DAY);
      await setTerms(cast, 2);
      expect([await seen(cast, "TR"), await seen(cast, "UZ")]).toEqual([["Malware 1"], ["Malware 1"]]);
      cast.host.clock.advance(DAY);
      expect([await seen(cast, "TR"), await seen(cast, "UZ")]).toEqual([["Malware 1"], []]);
      cast.host.clock.advance(29 * DAY);
      expect([await seen(cast, "TR"), await seen(cast, "UZ")]).toEqual([[], []]);
      await sign(cast, "UZ");
      expect(await seen(cast, "UZ")).toEqual(["Malware 1"]);
    }));

  it("is given an embargo's end only if it has signed by then", () =>
    proving(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { ...greenForAll, after: "P40D" }));
      await cast.post("KZ", [malware(1, "green")]);
      await setTerms(cast);
      await sign(cast, "TR");
      await cast.post("KZ", [malware(2, "green")]);
      cast.host.clock.advance(41 * DAY);
      expect([await seen(cast, "TR"), await seen(cast, "UZ")]).toEqual([["Malware 1", "Malware 2"], []]);
      await sign(cast, "UZ");
      expect(await seen(cast, "UZ")).toEqual(["Malware 1", "Malware 2"]);
    }));
});

describe("a signature", () => {
  it("is by the steward's own key, over the version and text in force, for its state, at this exchange", () =>
    proving(["KZ", "TR"], async (cast) => {
      await setTerms(cast);
      const { steward, contributor } = cast.state("KZ");
      const post = (signature: string, by = steward) => by.json("POST", "/v1/terms/signature", { signature });
      const other = await cast.state("TR").steward.signature("KZ");
      const [header, , proof] = (await steward.signature("KZ")).split(".");
      const [, forged] = (await steward.signature("TR")).split(".");
      const wrong: readonly (readonly [string, string])[] = [
        [await steward.signature("KZ", { version: 2 }), "terms"],
        [await steward.signature("KZ", { digest: "0".repeat(64) }), "digest"],
        [await steward.signature("KZ", { exchange: "http://elsewhere.example" }), "aud"],
        [await steward.signature("TR"), "sub"],
        [other, "iss"],
        [`${header}.${forged}.${proof}`, "sub"],
        ["x", "compact"],
      ];
      for (const [signature, rule] of wrong)
        expect(await post(signature), rule).toMatchObject({ status: 422, body: { rule } });
      const good = await steward.signature("KZ");
      const tampered = `${good.slice(0, -4)}${good.slice(-4) === "AAAA" ? "BBBB" : "AAAA"}`;
      expect(await post(tampered)).toMatchObject({
        status: 422,
        body: { rule: expect.stringMatching(/^(?:signature|base64url)$/) },
      });
      expect(await post(good, contributor)).toMatchObject({ status: 403 });
      expect(await post(good)).toMatchObject({ status: 201 });
      expect(await post(await steward.signature("KZ"))).toMatchObject({ status: 409 });
    }));

  it("is kept as evidence, told to its state and the secretariat; that a state signed is told to all", () =>
    proving(["KZ", "TR"], async (cast) => {
      const { digest } = await setTerms(cast);
      expect(digest).toBe(formatHex(sha256(utf8(textOf(1)))));
      await sign(cast, "KZ");
      const shown = async (client: Cast["host"]["secretariat"]) => {
        const { body } = await client.json("GET", "/v1/terms");
        expect(body).toMatchObject({ version: 1, digest, text: textOf(1) });
        return body.states.map((state: JsonObject) => [state["state"], state["signed"] !== null, "evidence" in state]);
      };
      expect(await shown(cast.host.secretariat)).toEqual([
        ["KZ", true, true],
        ["TR", false, false],
      ]);
      expect(await shown(cast.analyst("KZ"))).toEqual([
        ["KZ", true, true],
        ["TR", false, false],
      ]);
      expect(await shown(cast.analyst("TR"))).toEqual([
        ["KZ", true, false],
        ["TR", false, false],
      ]);
      expect(await entriesOf(cast, "terms")).toMatchObject([
        { outcome: "set", object: { version: 1, digest } },
        {
          outcome: "signed",
          from: "KZ",
          actor: "KZ-steward",
          object: { version: 1, digest, signature: expect.any(String) },
        },
      ]);
    }));

  it("is of terms that define TLP's words, and that are not in force already", () =>
    proving(["KZ"], async (cast) => {
      const put = (text: string) => cast.host.secretariat.json("PUT", "/v1/terms", { text });
      for (const text of ["", "# Terms", textOf(1).replace("## Clients", "Clients")])
        expect(await put(text)).toMatchObject({
          status: 422,
          body: { pointer: "/text", rule: expect.stringMatching(/^terms-/) },
        });
      expect(await put(textOf(1).replaceAll("\n", "\r\n"))).toMatchObject({
        status: 422,
        body: { rule: "terms-text" },
      });
      await setTerms(cast);
      expect(await put(textOf(1))).toMatchObject({ status: 409 });
    }));
});
