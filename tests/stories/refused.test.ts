// What was refused still speaks for the rest of its contribution: of its level, its context and what a rule withholds.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { indicator, report, type TlpLevel } from "../harness/objects.ts";
import { asISaid, greenForAll, labelled, playing, policyOf, relayed } from "./cast.ts";

const beside = indicator(2, null);
const green = indicator(2, "green");
const about = (level: TlpLevel | null, more: JsonObject = {}): JsonObject => report(1, [beside.id], level, more);
const kept = { labels: ["kept"] };
const invalid = { published: "yesterday" };

describe("a refused object", () => {
  it("keeps what it names as strict as it was said to be", () =>
    playing(["KZ", "TR"], async (cast) => {
      const { failures } = await cast.post("KZ", [about("red", invalid), beside]);
      expect(failures).toHaveLength(1);
      expect(await cast.names(cast.analyst("TR"), beside.id)).toEqual([]);
    }));

  it("passes no level on that it was not given", () =>
    playing(["KZ", "TR"], async (cast) => {
      const { failures } = await cast.post("KZ", [about(null, invalid), beside]);
      expect(failures).toHaveLength(1);
      expect(await cast.names(cast.analyst("TR"), beside.id)).toEqual(["Indicator 2"]);
    }));

  it("joins what it names with each other", () =>
    playing(["KZ", "TR"], async (cast) => {
      const red = indicator(3, "red");
      await cast.post("KZ", [report(1, [beside.id, red.id], null, invalid), beside, red]);
      expect(await cast.names(cast.analyst("TR"), beside.id)).toEqual([]);
    }));

  it("gives a level to what its contributor's policy would refuse without one", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("refuse", greenForAll, asISaid));
      const { failures } = await cast.post("KZ", [about("green", invalid), beside]);
      expect(failures).toHaveLength(1);
      expect(await cast.names(cast.analyst("TR"), beside.id)).toEqual(["Indicator 2"]);
    }));

  it.each<[string, readonly JsonObject[], readonly JsonObject[]]>([
    ["that is invalid", [], [about("green", { ...kept, ...invalid })]],
    ["that came in two contents", [], [about("green", kept), about("green", { ...kept, name: "another" })]],
    ["that changes a stored version", [about("green")], [about("green", kept)]],
    ["that is unmarked, where that is refused", [], [relayed("alone", 1, null, kept)]],
  ])("%s still withholds its contribution by its label", (_, before, refused) =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("refuse", greenForAll, labelled("not TR", "TR", "kept")));
      if (before.length > 0) await cast.post("KZ", before);
      const { failures } = await cast.post("KZ", [...refused, green]);
      expect(failures).toHaveLength(refused.length);
      expect(await cast.names(cast.analyst("TR"), green.id)).toEqual([]);
      expect(await cast.names(cast.analyst("UZ"), green.id)).toEqual(["Indicator 2"]);
    }),
  );

  it("in another's voice still withholds its contribution by its label", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("green", greenForAll, labelled("not TR", "TR", "kept")));
      const voiced = relayed("not mine", 1, "green", { ...kept, created_by_ref: cast.state("UZ").identity });
      expect((await cast.post("KZ", [voiced, green])).failures).toHaveLength(1);
      expect(await cast.names(cast.analyst("TR"), green.id)).toEqual([]);
      expect(await cast.names(cast.analyst("UZ"), green.id)).toEqual(["Indicator 2"]);
    }));

  it("still makes its report's label count for all that is beside it, in a share", () =>
    playing(["KZ", "TR"], async (cast) => {
      const share = { name: "campaign", share: ["TR"], when: { label: "campaign", tlp: "amber" } };
      await cast.policy("KZ", policyOf("green", share));
      await cast.post("KZ", [about("green", { labels: ["campaign"], ...invalid }), green]);
      expect(await cast.names(cast.analyst("TR"), green.id)).toEqual(["Indicator 2"]);
    }));

  it("says nothing where it is one of the commons", () =>
    playing(["KZ", "TR"], async (cast) => {
      const { objects } = await cast.analyst("KZ").pull("threat-reports", { query: "match[type]=identity" });
      const registered = (objects as readonly JsonObject[]).map((identity) => ({ ...identity, ...kept })); // JSON
      expect(registered.length).toBeGreaterThan(0);
      await cast.policy("KZ", policyOf("green", greenForAll, labelled("not TR", "TR", "kept")));
      expect((await cast.post("KZ", [...registered, green])).failures).toHaveLength(registered.length);
      expect(await cast.names(cast.analyst("TR"), green.id)).toEqual(["Indicator 2"]);
    }));
});
