// An observable that is contributed again: when that is the next version of its contributor's copy, and when it changes nothing.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { TestClient } from "../harness/exchange.ts";
import { report, type TlpLevel } from "../harness/objects.ts";
import { address, greenForAll, labelled, playing, policyOf } from "./cast.ts";

const seen = address(null, { x_name: "seen" });
const about = (n: number, level: TlpLevel, more: JsonObject = {}): JsonObject => report(n, [seen.id], level, more);

describe("an unmarked observable, contributed again", () => {
  it("changes nothing beside what decides on it alike", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [about(1, "green"), seen]);
      const last = await lastDate(cast.analyst("TR"));
      await cast.post("KZ", [about(2, "green"), about(3, "green"), seen]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual(["seen"]);
      expect(await cast.names(cast.analyst("TR"), seen.id, { query: `added_after=${last}` })).toEqual([]);
    }));

  it("is the next version when it inherits another level", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [about(1, "red"), seen]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual([]);
      await cast.post("KZ", [about(2, "green"), seen]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual(["seen"]);
      await cast.post("KZ", [about(3, "red"), seen]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual([]);
    }));

  it("is given when a contribution was withheld and a later one is not", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", greenForAll, labelled("not TR", "TR", "kept")));
      await cast.post("KZ", [about(1, "green", { labels: ["kept"] }), seen]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual([]);
      await cast.post("KZ", [about(2, "green"), seen]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual(["seen"]);
    }));

  it("stays with whom it was given when a later contribution is withheld", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", greenForAll, labelled("not TR", "TR", "kept")));
      await cast.post("KZ", [about(1, "green"), seen]);
      const last = await lastDate(cast.analyst("TR"));
      await cast.post("KZ", [about(2, "green", { labels: ["kept"] }), seen]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual(["seen"]);
      expect(await cast.names(cast.analyst("TR"), seen.id, { query: `added_after=${last}` })).toEqual([]);
    }));

  it("is given to whom a later instruction names", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [seen], { to: ["UZ"] });
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual([]);
      await cast.post("KZ", [seen], { to: ["TR"] });
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual(["seen"]);
      expect(await cast.names(cast.analyst("UZ"), seen.id)).toEqual(["seen"]);
    }));

  it("is refused when what was recalled comes again, alike", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [about(1, "green"), seen]);
      await cast.recall("KZ", seen.id);
      expect((await cast.post("KZ", [about(2, "green"), seen])).failures).toHaveLength(1);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual([]);
    }));
});

describe("a marked observable, contributed again", () => {
  it("changes nothing, whatever is beside it", () =>
    playing(["KZ", "TR"], async (cast) => {
      const marked = address("green", { x_name: "seen" });
      await cast.post("KZ", [marked]);
      const last = await lastDate(cast.analyst("TR"));
      const { failures } = await cast.post("KZ", [about(1, "red"), marked]);
      expect(failures).toBeUndefined();
      expect(await cast.names(cast.analyst("TR"), seen.id, { query: `added_after=${last}` })).toEqual([]);
    }));

  it("is the next version of its copy with another marking", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [address("red", { x_name: "seen" })]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual([]);
      await cast.post("KZ", [address("green", { x_name: "seen" })]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual(["seen"]);
      await cast.post("KZ", [address("red", { x_name: "seen" })]);
      expect(await cast.names(cast.analyst("TR"), seen.id)).toEqual([]);
    }));
});

async function lastDate(client: TestClient): Promise<string> {
  const response = await client.request("/api/collections/threat-reports/objects/");
  return response.headers.get("X-TAXII-Date-Added-Last") ?? "";
}
