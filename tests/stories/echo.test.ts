// What is pushed back: "echo" of the exchange model, one story for each of its clauses.
import { describe, expect, it } from "vitest";
import { report } from "../harness/objects.ts";
import { address, playing, relayed } from "./cast.ts";

describe("echo", () => {
  const thing = relayed("relayed", 1, "green");

  it("changes nothing while nothing of one's own refers to it", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [thing], { to: ["TR"] });
      expect((await cast.post("TR", [thing])).failures).toBeUndefined();
      expect(await cast.names(cast.analyst("UZ"), thing.id)).toEqual([]);
    }));

  it("becomes one's own when an object of one's own refers to it that was contributed before", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const about = report(2, [thing.id], "green", { name: "about it" });
      await cast.post("KZ", [thing], { to: ["TR"] });
      await cast.post("TR", [about]);
      expect(await cast.names(cast.analyst("UZ"), about.id)).toEqual([]);
      await cast.post("TR", [thing]);
      expect(await cast.names(cast.analyst("UZ"), thing.id)).toEqual(["relayed"]);
      expect(await cast.names(cast.analyst("UZ"), about.id)).toEqual(["about it"]);
    }));

  it("becomes one's own with an object beside it that refers to it, over others that become one's own", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const between = report(2, [thing.id], "green", { name: "of another" });
      const about = report(3, [between.id], "green", { name: "about it" });
      await cast.post("KZ", [thing, between], { to: ["TR"] });
      await cast.post("TR", [about, between, thing]);
      for (const { id, name } of [thing, between, about] as const)
        expect(await cast.names(cast.analyst("UZ"), id)).toEqual([name]);
    }));

  it("becomes one's own over an earlier reference to what becomes one's own with it", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const between = report(2, [thing.id], "green", { name: "of another" });
      await cast.post("KZ", [thing, between], { to: ["TR"] });
      await cast.post("TR", [report(3, [between.id], "green", { name: "about it" })]);
      await cast.post("TR", [thing]);
      expect(await cast.names(cast.analyst("UZ"), thing.id)).toEqual([]);
      await cast.post("TR", [thing, between]);
      expect(await cast.names(cast.analyst("UZ"), thing.id)).toEqual(["relayed"]);
      expect(await cast.names(cast.analyst("UZ"), between.id)).toEqual(["of another"]);
    }));

  it("of an observable becomes one's own by an earlier reference, too", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const seen = address("green", { x_name: "seen" });
      await cast.post("KZ", [seen], { to: ["TR"] });
      await cast.post("TR", [report(2, [seen.id], "green", { name: "about it" })]);
      await cast.post("TR", [seen]);
      expect(await cast.names(cast.analyst("UZ"), seen.id)).toEqual(["seen"]);
    }));

  it("of an observable changes nothing where what one refers to is one's own copy", () =>
    playing(["KZ", "TR"], async (cast) => {
      const elsewhere = { collection: "best-practices" };
      const seen = address("green", { x_name: "of KZ" });
      await cast.post("KZ", [seen]);
      await cast.post("TR", [address("green", { x_name: "of TR" }), report(2, [seen.id], "green")]);
      await cast.post("TR", [seen], elsewhere);
      expect(await cast.names(cast.analyst("TR"), seen.id, elsewhere)).toEqual([]);
    }));

  it("is known by what any client of the state had, whichever holder that client had it from", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const community = await cast.client("TR", "green");
      await cast.post("KZ", [relayed("of KZ", 1, "red")], { to: ["TR"] });
      await cast.post("UZ", [relayed("of UZ", 2, "green")], { to: ["TR"] });
      expect(await cast.names(community, thing.id)).toEqual(["of UZ"]);
      expect((await cast.post("TR", [relayed("of UZ", 2, "green")])).failures).toBeUndefined();
      expect((await cast.post("TR", [relayed("tampered with", 2, "green")])).failures).toHaveLength(1);
    }));

  it("of another's voice stays that one's, whoever refers to it", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const voiced = { ...thing, created_by_ref: cast.state("KZ").identity };
      await cast.post("KZ", [voiced], { to: ["TR"] });
      const { failures } = await cast.post("TR", [report(2, [thing.id], "green", { name: "about it" }), voiced]);
      expect(failures).toBeUndefined();
      expect(await cast.names(cast.analyst("UZ"), thing.id)).toEqual([]);
    }));
});
