// What a client may have of what its state has: decided per state and reach, one story for each rule.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { indicator, report, tlp, uuid } from "../harness/objects.ts";
import { amberForAll, asISaid, greenForAll, playing, policyOf, relayed } from "./cast.ts";
import { HOUR, stamp } from "./history.ts";

describe("what a client may have of what its state has", () => {
  const { id } = relayed("", 0, null);
  it("has a last version of its own", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy(
        "KZ",
        policyOf("green", greenForAll, asISaid, { name: "kept", withhold: ["TR"], when: { label: "kept" } }),
      );
      await cast.post("KZ", [relayed("green", 1, "green")]);
      await cast.post("KZ", [relayed("red", 2, "red")], { to: ["TR"] });
      await cast.post("KZ", [relayed("kept", 3, "green", { labels: ["kept"] })]);
      expect((await cast.names(cast.analyst("TR"), id)).sort()).toEqual(["green", "red"]);
      expect(await cast.names(await cast.client("TR", "amber+strict"), id, { query: "" })).toEqual(["green"]);
    }));

  it("has a holder of its own", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "red")], { to: ["TR"] });
      await cast.post("UZ", [relayed("of UZ", 2, "green")]);
      expect(await cast.names(cast.analyst("TR"), id)).toEqual(["of KZ"]);
      expect(await cast.names(await cast.client("TR", "amber+strict"), id)).toEqual(["of UZ"]);
    }));

  it("does not change when the same policy is set again, whatever became of what an object names", () =>
    playing(["KZ", "TR"], async (cast) => {
      const policy = policyOf("green", { name: "amber", share: ["TR"], when: { tlp: ["amber"] } }, asISaid);
      const about = report(2, [id], "amber", { name: "about it" });
      await cast.policy("KZ", policy);
      await cast.post("KZ", [relayed("amber", 1, "amber"), about]);
      await cast.post("KZ", [relayed("red", 2, "red")], { to: ["TR"] });
      const client = await cast.client("TR", "amber+strict");
      const before = await cast.names(client, about.id);
      await cast.policy("KZ", policy);
      expect(await cast.names(client, about.id)).toEqual(before);
    }));

  it("is released to it when it may have it: a poller never has to look back", () =>
    playing(["KZ", "TR"], async (cast) => {
      const client = await cast.client("TR", "amber+strict");
      await cast.policy("KZ", policyOf("red", greenForAll, asISaid));
      await cast.post("KZ", [relayed("unmarked", 1, null)], { to: ["TR"] });
      await cast.post("KZ", [indicator(2, "green")]);
      const polled = await client.request("/api/collections/threat-reports/objects/");
      const last = polled.headers.get("X-TAXII-Date-Added-Last") ?? "";
      await cast.policy("KZ", policyOf("green", greenForAll, asISaid));
      expect(await cast.names(client, id, { query: `added_after=${last}` })).toEqual(["unmarked"]);
    }));

  it("loses an earlier version that its latest one is marked above, and gets it again with a milder one", () =>
    playing(["KZ", "TR"], async (cast) => {
      const community = await cast.client("TR", "green");
      await cast.policy("KZ", policyOf("green", amberForAll, asISaid));
      await cast.post("KZ", [relayed("green", 1, "green")]);
      await cast.post("KZ", [relayed("amber", 2, "amber")]);
      expect(await cast.names(community, id)).toEqual([]);
      await cast.post("KZ", [relayed("green again", 3, "green")]);
      expect((await cast.names(community, id)).sort()).toEqual(["green", "green again"]);
      expect((await cast.names(cast.analyst("TR"), id)).sort()).toEqual(["amber", "green", "green again"]);
    }));

  it("is given to the secretariat's clients by their reach, too", () =>
    playing(["KZ"], async (cast) => {
      const shared = { name: "the secretariat", share: ["secretariat"], when: { tlp: "amber" } };
      await cast.policy("KZ", policyOf("green", shared));
      await cast.post("KZ", [relayed("amber", 1, "amber"), indicator(2, "green")]);
      const { secretariat, addClient } = cast.host;
      const registration = { party: "secretariat", role: "analyst", reach: "community" };
      const community = await addClient(secretariat, "secretariat-community", registration);
      expect(await cast.names(community, id)).toEqual([]);
      expect(await cast.names(community, indicator(2, null).id)).toEqual(["Indicator 2"]);
    }));
});

describe("a reference, for a client", () => {
  const { id } = relayed("", 0, null);
  const about = report(2, [id], "green", { name: "about it" });

  it("waits for what it leads to, which comes once a new version is marked less strictly", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", amberForAll));
      const community = await cast.client("TR", "green");
      await cast.post("KZ", [relayed("amber", 1, "amber"), about]);
      expect(await cast.names(cast.analyst("TR"), about.id)).toEqual(["about it"]);
      expect(await cast.names(community, about.id)).toEqual([]);
      await cast.post("KZ", [relayed("green", 2, "green")]);
      expect(await cast.names(community, id)).toEqual(["green"]);
      expect(await cast.names(community, about.id)).toEqual(["about it"]);
    }));

  it("leads to what the client had, also after that ended", () =>
    playing(["KZ", "TR"], async (cast) => {
      const community = await cast.client("TR", "green");
      await cast.post("KZ", [relayed("green", 1, "green")]);
      await cast.recall("KZ", id);
      await cast.post("KZ", [about]);
      expect(await cast.names(community, about.id)).toEqual(["about it"]);
    }));

  it("leads to what the client has from another holder", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const community = await cast.client("TR", "green");
      await cast.post("UZ", [relayed("of UZ", 1, "green")], { to: ["TR"] });
      await cast.post("KZ", [relayed("of KZ", 2, "red"), about]);
      expect(await cast.names(community, about.id)).toEqual(["about it"]);
    }));

  it("does not hold back what names an id that its contributor knew nothing of", () =>
    playing(["KZ", "TR"], async (cast) => {
      const community = await cast.client("TR", "green");
      await cast.post("KZ", [about]);
      await cast.post("KZ", [relayed("red", 1, "red")]);
      expect(await cast.names(community, about.id)).toEqual(["about it"]);
    }));

  it("to its state's own copy leads to a version that it may have", () =>
    playing(["KZ", "TR"], async (cast) => {
      const community = await cast.client("TR", "green");
      await cast.policy("TR", policyOf("green", amberForAll));
      await cast.post("TR", [relayed("amber, of TR", 1, "amber")]);
      await cast.post("KZ", [about]);
      expect(await cast.names(cast.analyst("TR"), about.id)).toEqual(["about it"]);
      expect(await cast.names(community, about.id)).toEqual([]);
      await cast.post("TR", [relayed("green, of TR", 2, "green")]);
      expect(await cast.names(community, id)).toEqual(["green, of TR"]);
      expect(await cast.names(community, about.id)).toEqual(["about it"]);
    }));

  it("to its state's own copy is read as that, whichever copy its contributor had first", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("UZ", policyOf("green", { ...greenForAll, share: ["KZ"] }));
      await cast.post("UZ", [relayed("of UZ", 1, "green")]);
      await cast.post("TR", [relayed("of TR", 2, "green")]);
      await cast.recall("UZ", id);
      expect(await cast.names(cast.analyst("KZ"), id)).toEqual(["of TR"]);
      await cast.post("KZ", [about]);
      expect(await cast.names(cast.analyst("TR"), about.id)).toEqual(["about it"]);
    }));

  it("never leads to what its state contributed under an id that it guessed", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [relayed("red", 1, "red"), about]);
      await cast.post("TR", [relayed("guessed", 2, "green")]);
      expect(await cast.names(cast.analyst("TR"), about.id)).toEqual([]);
    }));
});

describe("a companion", () => {
  const statement = (more: JsonObject = {}): JsonObject & { readonly id: string } => ({
    type: "marking-definition",
    spec_version: "2.1",
    id: `marking-definition--${uuid(500)}`,
    created: stamp(0),
    name: "a statement",
    definition_type: "statement",
    definition: { statement: "Copyright" },
    ...more,
  });
  const using = (level: "green" | "amber", n = 3): JsonObject & { readonly id: string } =>
    indicator(n, null, { name: level, object_marking_refs: [tlp[level], statement().id] });

  it("without a marking goes to each client that is given something that uses it, and to no other", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("red", amberForAll));
      const community = await cast.client("TR", "green");
      await cast.post("KZ", [statement(), using("amber")]);
      expect(await cast.names(cast.analyst("TR"), statement().id)).toEqual(["a statement"]);
      expect(await cast.names(community, statement().id)).toEqual([]);
      await cast.post("KZ", [using("green", 4)]);
      expect(await cast.names(community, statement().id)).toEqual(["a statement"]);
      expect(await cast.names(community, using("green", 4).id)).toEqual(["green"]);
    }));

  it("that is marked goes only to whom its marking admits, and keeps back what uses it from the others", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", amberForAll));
      const community = await cast.client("TR", "green");
      await cast.post("KZ", [statement({ object_marking_refs: [tlp.amber] }), using("green"), using("amber", 4)]);
      expect(await cast.names(cast.analyst("TR"), statement().id)).toEqual(["a statement"]);
      expect(await cast.names(cast.analyst("TR"), using("green").id)).toEqual(["green"]);
      expect(await cast.names(community, statement().id)).toEqual([]);
      expect(await cast.names(community, using("green").id)).toEqual([]);
    }));

  it("and what uses it are released when all that this waited for is another's act", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const thing = relayed("of UZ", 1, "green");
      const about = report(2, [thing.id], null, { name: "about it", object_marking_refs: [tlp.green, statement().id] });
      await cast.policy("UZ", policyOf("green", { ...greenForAll, share: ["KZ"] }));
      await cast.post("UZ", [thing]);
      await cast.post("KZ", [statement(), about]);
      expect(await cast.names(cast.analyst("TR"), about.id)).toEqual([]);
      await cast.policy("UZ", policyOf("green", greenForAll));
      expect(await cast.names(cast.analyst("TR"), about.id)).toEqual(["about it"]);
      expect(await cast.names(cast.analyst("TR"), statement().id)).toEqual(["a statement"]);
    }));

  it("that came before goes with what uses it once the time of that has come", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { ...greenForAll, after: "PT6H" }));
      await cast.post("KZ", [statement()]);
      cast.host.clock.advance(7 * HOUR);
      expect(await cast.names(cast.analyst("TR"), statement().id)).toEqual([]);
      await cast.post("KZ", [using("green")]);
      cast.host.clock.advance(7 * HOUR);
      expect(await cast.names(cast.analyst("TR"), using("green").id)).toEqual(["green"]);
      expect(await cast.names(cast.analyst("TR"), statement().id)).toEqual(["a statement"]);
    }));

  it("comes at once into another collection, too, where what uses it is given already", () =>
    playing(["KZ", "TR"], async (cast) => {
      const elsewhere = { collection: "best-practices" };
      await cast.post("KZ", [statement(), using("green")]);
      await cast.post("KZ", [statement()], elsewhere);
      expect(await cast.names(cast.analyst("TR"), statement().id, elsewhere)).toEqual(["a statement"]);
    }));
});
