// Whose version of an object a reader gets: "holder" of the exchange model, one story for each of its clauses.
import { describe, expect, it } from "vitest";
import { malware } from "../harness/objects.ts";
import { asISaid, greenForAll, playing, policyOf, relayed } from "./cast.ts";
import { HOUR, stamp } from "./history.ts";

describe("holder", () => {
  const { id } = relayed("", 0, null);

  it("gives what the holder adds in another collection, also to who has a version of its own", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "green")]);
      await cast.post("TR", [relayed("of TR", 3, "green")]);
      await cast.post("KZ", [relayed("of KZ", 1, "green")], { collection: "best-practices" });
      expect(await cast.names(cast.analyst("TR"), id, { collection: "best-practices" })).toEqual(["of KZ"]);
    }));

  it("gives an older version that the holder adds, also to who has a version of its own", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 2, "green")]);
      await cast.post("TR", [relayed("of TR", 3, "green")]);
      await cast.post("KZ", [relayed("older, of KZ", 1, "green")]);
      expect(await cast.names(cast.analyst("TR"), id)).toEqual(["of KZ", "of TR", "older, of KZ"]);
    }));

  it("is followed by whose release began first, not by who contributed first", () =>
    playing(["KZ", "TR", "UZ", "IN"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { ...greenForAll, after: "P1D" }, asISaid));
      await cast.post("IN", [relayed("of IN", 1, "green")], { to: ["UZ"] });
      await cast.post("KZ", [relayed("of KZ", 2, "green")]);
      await cast.post("TR", [relayed("of TR", 3, "green")]);
      cast.host.clock.advance(25 * HOUR);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["of IN"]);
      await cast.recall("IN", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["of TR"]);
    }));

  it("stays the holder when it replaces in one act what it had given", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "green")]);
      await cast.post("TR", [relayed("of TR", 2, "green")]);
      // The ceiling takes the first version away as the new one comes.
      await cast.post("KZ", [relayed("stricter, of KZ", 9, "red")], { to: ["UZ"] });
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["stricter, of KZ"]);
    }));

  it("is followed with the same content under the same version", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("the same", 1, "green")], { to: ["UZ"] });
      await cast.post("TR", [relayed("the same", 1, "green")], { to: ["UZ"] });
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["the same"]);
    }));

  it("never leaves two contents under one id and version, in whatever collections", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "green")], { to: ["UZ"] });
      await cast.post("TR", [relayed("of TR", 1, "green")], { to: ["UZ"], collection: "best-practices" });
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id, { collection: "best-practices" })).toEqual([]);
    }));

  it("is not followed under an id that ended revoked", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "green")], { to: ["UZ"] });
      await cast.post("TR", [relayed("of TR", 5, "green")], { to: ["UZ"] });
      await cast.post("KZ", [relayed("revoked by KZ", 2, "green", { revoked: true })], { to: ["UZ"] });
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["of KZ", "revoked by KZ"]);
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual([]);
    }));

  it("is followed by the next one's newest version, in every collection in which that stands", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "green")]);
      await cast.post("TR", [relayed("older, of TR", 2, "green")]);
      for (const collection of ["threat-reports", "best-practices"])
        await cast.post("TR", [relayed("newest, of TR", 3, "green")], { collection });
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["newest, of TR"]);
      expect(await cast.names(cast.analyst("UZ"), id, { collection: "best-practices" })).toEqual(["newest, of TR"]);
    }));

  it("is followed in the other collection alone, where only an older version stands in this one", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "green")]);
      await cast.post("TR", [relayed("older, of TR", 2, "green")]);
      await cast.post("TR", [relayed("newest, of TR", 3, "green")], { collection: "best-practices" });
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual([]);
      expect(await cast.names(cast.analyst("UZ"), id, { collection: "best-practices" })).toEqual(["newest, of TR"]);
    }));
});

describe("a holder whose releases ended and begin again", () => {
  const { id } = relayed("", 0, null);

  it("takes over from nobody, and gives all its versions", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "green")]);
      await cast.post("TR", [relayed("older, of TR", 2, "green")]);
      await cast.post("TR", [relayed("newest, of TR", 3, "green")]);
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["newest, of TR"]);
      await cast.policy("TR", policyOf("green"));
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual([]);
      await cast.policy("TR", policyOf("green", greenForAll));
      expect((await cast.names(cast.analyst("UZ"), id)).toSorted()).toEqual(["newest, of TR", "older, of TR"]);
    }));
});

describe("a holder against one's own", () => {
  const { id } = relayed("", 0, null);

  it("is followed by another whose release began before one contributed", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "green")], { to: ["UZ"] });
      await cast.post("TR", [relayed("of TR", 2, "green")], { to: ["UZ"] });
      await cast.post("UZ", [relayed("of UZ", 3, "green")]);
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["of UZ", "of TR"]);
    }));

  it("is followed by nobody where one contributed before their releases began", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.post("KZ", [relayed("of KZ", 1, "green")], { to: ["UZ"] });
      await cast.post("UZ", [relayed("of UZ", 3, "green")]);
      await cast.post("TR", [relayed("of TR", 2, "green")], { to: ["UZ"] });
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["of UZ"]);
    }));

  it("is followed by an author, whatever one contributed before", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const author = { created_by_ref: cast.state("TR").identity };
      const bare = malware(1, "green", { name: "of KZ", modified: stamp(1) });
      await cast.post("KZ", [bare], { to: ["UZ"] });
      await cast.post("UZ", [{ ...bare, name: "of UZ", modified: stamp(3) }]);
      await cast.post("TR", [{ ...bare, ...author, name: "of TR", modified: stamp(2) }], { to: ["UZ"] });
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["of UZ", "of TR"]);
    }));

  it("is followed by another's newest version alone, also where one contributed one's own meanwhile", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("TR", policyOf("green", asISaid));
      await cast.post("TR", [relayed("old of TR", 2, "green")]);
      await cast.post("TR", [relayed("new of TR", 3, "green")]);
      await cast.post("KZ", [relayed("of KZ", 1, "green")]);
      await cast.policy("TR", policyOf("green", greenForAll));
      await cast.post("UZ", [relayed("of UZ", 9, "green")]);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["of KZ", "of UZ"]);
      await cast.recall("KZ", id);
      expect(await cast.names(cast.analyst("UZ"), id)).toEqual(["of UZ", "new of TR"]);
    }));

  it("takes no place with other content under a version that one contributed, also for who may not have that", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("TR", [relayed("of TR", 1, "red")]);
      await cast.post("KZ", [relayed("of KZ", 1, "green")]);
      const community = await cast.client("TR", "green");
      expect(await cast.names(cast.analyst("TR"), id)).toEqual(["of TR"]);
      expect(await cast.names(community, id)).toEqual([]);
      await cast.post("KZ", [relayed("another of KZ", 2, "green")]);
      expect(await cast.names(community, id)).toEqual(["another of KZ"]);
    }));
});
