// What the conference keeps (networks, circles, confirmations, terms), on every engine and in every runtime: written, changed and
// read back, and what is due by it carried out.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { openTestExchange, type TestClient, type TestExchange, type TestState } from "../harness/exchange.ts";
import { indicator, malware } from "../harness/objects.ts";
import type { OpenedEngine, OpenEngine } from "../harness/open-engine.ts";

const DAY = 86_400_000_000;
const rules: readonly Json[] = [
  { name: "the ring", share: ["circle:ring"], when: { tlp: "amber" } },
  { name: "yours", share: ["affected"], when: { tlp: "amber", type: "indicator" } },
];
const text = "# Terms\n\n## Organisation\n\n## Clients\n\n## Community\n";

export function conferenceStories(where: string, open: OpenEngine): void {
  describe(`what the conference keeps on ${where}`, () => {
    let test: OpenedEngine;
    let host: TestExchange;
    let kz: TestState;
    let tr: TestState;
    let uz: TestState;
    const secretary = async (method: string, path: string, body: Json): Promise<JsonObject> => {
      const answer = await host.secretariat.json(method, path, body);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      return answer.body;
    };
    const names = async ({ analyst }: TestState): Promise<readonly string[]> => {
      const { objects } = await analyst.pull("threat-reports", { query: "match[type]=malware,indicator" });
      return objects.map((object) => String(object["name"]));
    };
    const sign = async (steward: TestClient, code: string): Promise<void> => {
      const body = { signature: await steward.signature(code) };
      expect(await steward.json("POST", "/v1/terms/signature", body)).toMatchObject({ status: 201 });
    };

    beforeAll(async () => {
      test = await open();
      host = await openTestExchange(test.engine);
      kz = await host.addState("KZ");
      tr = await host.addState("TR");
      uz = await host.addState("UZ");
    });
    afterAll(() => test.close());

    it("circles: members come, go and come back", async () => {
      await secretary("POST", "/v1/circles", { name: "ring", members: ["KZ", "TR"] });
      expect(
        await kz.steward.json("PUT", "/v1/policy", { unmarked: "green", rules: [...rules], grow: "auto" }),
      ).toMatchObject({
        status: 200,
      });
      await kz.contributor.post("threat-reports", [malware(1, "amber")]);
      expect([await names(tr), await names(uz)]).toEqual([["Malware 1"], []]);
      await secretary("POST", "/v1/circles/ring/members", { join: ["UZ"], leave: ["TR"] });
      expect([await names(tr), await names(uz)]).toEqual([[], ["Malware 1"]]);
      const { members } = await secretary("PUT", "/v1/circles/ring/members", { members: ["KZ", "TR", "UZ"] });
      expect((members as readonly JsonObject[]).map(({ state, until }) => [state, until === null])).toEqual([
        ["KZ", true],
        ["TR", false],
        ["TR", true],
        ["UZ", true],
      ]);
      expect(await names(tr)).toEqual(["Malware 1"]);
    });

    it("networks: one list takes the place of another", async () => {
      await secretary("PUT", "/v1/states/TR/networks", { networks: ["203.0.113.0/24", "2001:db8::/32"] });
      await secretary("PUT", "/v1/states/TR/networks", { networks: ["198.51.100.0/24", "203.0.113.0/24"] });
      await kz.contributor.post("threat-reports", [indicator(2, "amber")]);
      expect(await names(tr)).toContain("Indicator 2");
    });

    it("confirmations: again and again, the last one counts", async () => {
      for (let times = 0; times < 2; times += 1)
        expect(await kz.steward.json("POST", "/v1/policy/confirmations", { state: "TR" })).toMatchObject({
          status: 201,
        });
      const { body } = await kz.steward.json("GET", "/v1/policy/confirmations");
      expect(body.confirmations).toMatchObject([{ state: "TR" }]);
    });

    it("terms: what was there ends with the thirty days, and comes with the signature", async () => {
      await secretary("PUT", "/v1/terms", { text });
      const had = await names(tr);
      expect(had).toHaveLength(2);
      await sign(uz.steward, "UZ");
      host.clock.advance(30 * DAY);
      expect([await names(tr), await names(uz)]).toEqual([[], ["Malware 1", "Indicator 2"]]);
      await sign(tr.steward, "TR");
      expect([...(await names(tr))].sort()).toEqual([...had].sort());
    });

    it("and the books of another instance say the same", async () => {
      const { directory } = await host.exchange.directory();
      const another = await openTestExchange(test.engine, { clock: host.clock });
      const read = (await another.exchange.directory()).directory;
      expect(read.circles).toEqual(directory.circles);
      expect([read.networks, read.confirmed, read.terms]).toEqual([
        directory.networks,
        directory.confirmed,
        directory.terms,
      ]);
      expect(read.terms.signed.size).toBe(2);
    });
  });
}
