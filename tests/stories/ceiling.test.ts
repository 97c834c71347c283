// What ends an object and what bounds it: revocations and the level of the latest version, one story for each rule.
import { describe, expect, it } from "vitest";
import { indicator } from "../harness/objects.ts";
import { amberForAll, greenForAll, playing, policyOf, relayed } from "./cast.ts";

describe("a revocation", () => {
  const { id } = relayed("", 0, null);

  it("goes into each collection in which the object stands", () =>
    playing(["KZ", "TR"], async (cast) => {
      const revocation = relayed("revoked", 2, "green", { revoked: true });
      for (const collection of ["threat-reports", "best-practices"])
        await cast.post("KZ", [relayed("first", 1, "green")], { collection });
      expect((await cast.post("KZ", [revocation])).failures).toBeUndefined();
      expect((await cast.post("KZ", [revocation], { collection: "best-practices" })).failures).toBeUndefined();
      const query = { query: "", collection: "best-practices" };
      expect(await cast.names(cast.analyst("TR"), id, query)).toEqual(["revoked"]);
    }));

  it("is the last that is released, also of one contribution", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [
        relayed("first", 1, "green"),
        relayed("revoked", 2, "green", { revoked: true }),
        relayed("after all", 3, "green"),
      ]);
      expect(await cast.names(cast.analyst("TR"), id)).not.toContain("after all");
    }));

  it("is the last that is released in any collection, an earlier version in another one included", () =>
    playing(["KZ", "TR"], async (cast) => {
      const first = relayed("first", 1, "green");
      await cast.post("KZ", [first]);
      await cast.post("KZ", [relayed("revoked", 2, "green", { revoked: true })]);
      await cast.post("KZ", [first], { collection: "public" });
      expect(await cast.names(cast.analyst("TR"), id, { collection: "public" })).toEqual([]);
    }));

  it("that went at once stays when the same policy is set again", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.post("KZ", [relayed("first", 1, "green")]);
      await cast.post("KZ", [relayed("revoked", 2, "green", { revoked: true })]);
      const late = policyOf("green", { ...greenForAll, after: "P5D" });
      await cast.policy("KZ", late);
      const before = await cast.names(cast.analyst("TR"), id);
      await cast.policy("KZ", late);
      expect(await cast.names(cast.analyst("TR"), id)).toEqual(before);
    }));
});

describe("withhold", () => {
  it("sees an object at its ceiling: that of its latest version, which counts as unmarked things do", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("red", greenForAll, { name: "no red", withhold: ["TR"], when: { tlp: "red" } }));
      await cast.post("KZ", [relayed("unmarked, so red", 5, null)]);
      await cast.post("KZ", [relayed("older", 1, "green"), indicator(2, "green", { name: "beside it" })]);
      expect(await cast.names(cast.analyst("TR"), indicator(2, null).id)).toEqual([]);
    }));

  it("sees what is refused at the level of the version that stands, since it is no version itself", () =>
    playing(["KZ", "TR"], async (cast) => {
      const justGreen = { name: "no green", withhold: ["TR"], when: { tlp: ["green"] } };
      await cast.policy("KZ", policyOf("green", amberForAll, justGreen));
      const amber = relayed("stands", 1, "amber");
      await cast.post("KZ", [amber]);
      const beside = indicator(2, "amber", { name: "beside it" });
      const { failures } = await cast.post("KZ", [relayed("invalid", 5, null, { is_family: "no" }), beside]);
      expect(failures).toHaveLength(1);
      expect(await cast.names(cast.analyst("TR"), beside.id)).toEqual(["beside it"]);
    }));
});
