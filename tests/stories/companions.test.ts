// Definitions of one's own: they go with what their contributor lets go, never by what others make of them.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { TestClient } from "../harness/exchange.ts";
import { indicator, tlp, uuid } from "../harness/objects.ts";
import { asISaid, greenForAll, playing, policyOf } from "./cast.ts";

const definition = (level: "red" | "amber" | null): JsonObject & { id: string } => ({
  type: "marking-definition",
  spec_version: "2.1",
  id: `marking-definition--${uuid(77)}`,
  created: "2026-11-01T00:00:00.000Z",
  definition_type: "statement",
  definition: { statement: "canary of KZ" },
  ...(level === null ? {} : { object_marking_refs: [tlp[level]] }),
});
const using = (n: number, level: "red" | "green", id: string): JsonObject & { id: string } =>
  indicator(n, level, { object_marking_refs: [tlp[level], id] });

async function pulled(client: TestClient): Promise<readonly string[]> {
  return (await client.pull("threat-reports", { query: "match[version]=all" })).objects.map(({ id }) => id);
}

describe("a definition", () => {
  it("does not go to whom its owner withholds it, whoever else uses it", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const own = definition("red");
      await cast.policy("KZ", policyOf("green", greenForAll, asISaid, { name: "not UZ", withhold: ["UZ"] }));
      await cast.post("KZ", [own, using(1, "red", own.id)], { to: ["TR"] });
      expect(await pulled(cast.analyst("TR"))).toContain(own.id);
      const others = using(2, "green", own.id);
      expect((await cast.post("TR", [others])).failures).toBeUndefined();
      expect(await pulled(cast.analyst("UZ"))).not.toContain(own.id);
      expect(await pulled(cast.analyst("UZ"))).not.toContain(others.id);
    }));

  it("that is marked goes only along with what is as strict, and holds back what is not", () =>
    playing(["KZ", "UZ"], async (cast) => {
      const own = definition("red");
      const mild = using(1, "green", own.id);
      await cast.post("KZ", [own, mild]);
      expect(await pulled(cast.analyst("UZ"))).not.toContain(own.id);
      expect(await pulled(cast.analyst("UZ"))).not.toContain(mild.id);
      expect(await pulled(cast.analyst("KZ"))).toContain(own.id);
    }));

  it("without a marking goes with what its owner shares", () =>
    playing(["KZ", "UZ"], async (cast) => {
      const own = definition(null);
      await cast.post("KZ", [own, using(1, "green", own.id)]);
      expect(await pulled(cast.analyst("UZ"))).toContain(own.id);
    }));
});
