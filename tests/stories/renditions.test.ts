// What is not given whole: ids that only one reader knows, versions that appear when the bytes change, and how such an id ends.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { reducedMarking } from "../../src/policy/reduced-marking.ts";
import { check } from "../../src/stix/check.ts";
import type { TestClient } from "../harness/exchange.ts";
import { indicator, malware, relationship, tlp, uuid } from "../harness/objects.ts";
import { type Cast, playing, policyOf } from "./cast.ts";

const redacting = (...redact: readonly string[]): JsonObject => ({
  name: "TR, reduced",
  share: ["TR"],
  when: { tlp: "green" },
  redact: [...redact],
});
const wholeFor = (...parties: readonly string[]): JsonObject => ({
  name: "whole",
  share: [...parties],
  when: { tlp: "green" },
});

const thing = malware(1, "green", {
  name: "thing",
  description: "secret-description",
  created_by_ref: undefined as never,
});
delete (thing as { created_by_ref?: unknown }).created_by_ref;

async function pulled(client: TestClient, query = "match[version]=all"): Promise<readonly JsonObject[]> {
  const { objects } = await client.pull("threat-reports", { query });
  return (objects as readonly JsonObject[]).filter(
    (object) => !["marking-definition", "extension-definition", "identity"].includes(String(object["type"])),
  );
}

async function one(client: TestClient): Promise<JsonObject> {
  const objects = await pulled(client);
  expect(objects).toHaveLength(1);
  return objects[0] ?? {};
}

async function begin(cast: Cast, ...objects: readonly JsonObject[]): Promise<void> {
  await cast.policy("KZ", policyOf("green", redacting("/description"), wholeFor("UZ")));
  await cast.post("KZ", objects);
}

describe("a redacted object", () => {
  it("comes under an id of its own, says that it was reduced, is valid, and holds nothing of what was taken", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      const seen = await one(cast.analyst("TR"));
      expect(seen["id"]).not.toBe(thing.id);
      expect(String(seen["id"])).toMatch(/^malware--[0-9a-f]{8}-[0-9a-f]{4}-4/);
      expect(seen["description"]).toBeUndefined();
      expect(seen["object_marking_refs"]).toEqual([tlp.green, reducedMarking.id]);
      expect(JSON.stringify(seen)).not.toContain(thing.id.slice(9));
      expect(check(seen as never).filter(({ severity }) => severity === "error")).toEqual([]);
      expect(await one(cast.analyst("UZ"))).toEqual(thing);
      expect(await one(cast.analyst("KZ"))).toEqual(thing);
    }));

  it("has another id for each recipient, and the same one in each version", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { ...redacting("/description"), share: ["TR", "UZ"] }));
      await cast.post("KZ", [thing]);
      const [tr, uz] = [await one(cast.analyst("TR")), await one(cast.analyst("UZ"))];
      expect(tr["id"]).not.toBe(uz["id"]);
      await cast.post("KZ", [{ ...thing, modified: "2026-11-02T00:00:00.000Z", name: "second" }]);
      const versions = await pulled(cast.analyst("TR"));
      expect(versions.map((object) => [object["id"], object["name"]])).toEqual([
        [tr["id"], "thing"],
        [tr["id"], "second"],
      ]);
    }));

  it("appears in no new version where its bytes do not change", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      await cast.policy("KZ", policyOf("green", redacting("/description", "/labels"), wholeFor("UZ")));
      await cast.policy("KZ", policyOf("amber", redacting("/description"), wholeFor("UZ")));
      expect(await pulled(cast.analyst("TR"))).toHaveLength(1);
    }));

  it("goes whole where the pointer leads to nothing", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", redacting("/aliases")));
      await cast.post("KZ", [thing]);
      expect(await one(cast.analyst("TR"))).toEqual(thing);
    }));

  it("is not given where STIX requires what is taken", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", redacting("/is_family")));
      await cast.post("KZ", [thing]);
      expect(await pulled(cast.analyst("TR"))).toEqual([]);
    }));

  it("is found by its id, told by the manifest and by its versions, and the other id is nothing there", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      const tr = cast.analyst("TR");
      const seen = await one(tr);
      const at = (id: unknown, more = "") => tr.request(`/api/collections/threat-reports/${more}${String(id)}/`);
      expect((await at(seen["id"], "objects/")).status).toBe(200);
      expect((await at(thing.id, "objects/")).status).toBe(404);
      expect(await pulled(tr, `match[id]=${thing.id}`)).toEqual([]);
      expect(
        await pulled(tr, `match[id]=${String(seen["id"])}&match[version]=${String(seen["modified"])}`),
      ).toHaveLength(1);
      expect(await pulled(tr, `match[id]=${String(seen["id"])}&match[version]=first`)).toHaveLength(1);
      const manifest = await (await tr.request("/api/collections/threat-reports/manifest/?match[type]=malware")).text();
      expect(manifest).toContain(String(seen["id"]));
      expect(manifest).not.toContain(thing.id);
    }));
});

describe("an id that stands for something reduced", () => {
  it("ends, revoked, when its reader comes to see the whole", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      const before = await one(cast.analyst("TR"));
      await cast.policy("KZ", policyOf("green", wholeFor("UZ", "TR")));
      const after = await pulled(cast.analyst("TR"), "match[version]=last");
      expect(after.map(({ id, revoked = false }) => [id, revoked]).toSorted()).toEqual(
        [
          [before["id"], true],
          [thing.id, false],
        ].toSorted(),
      );
      expect(after.find(({ id }) => id === thing.id)).toEqual(thing);
    }));

  it("ends, revoked, when nothing of it stands any more, and has another generation when it comes back", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      const before = await one(cast.analyst("TR"));
      await cast.policy("KZ", policyOf("green", wholeFor("UZ")));
      const ended = await pulled(cast.analyst("TR"));
      expect(ended.map(({ id, revoked }) => [id, revoked])).toEqual([[before["id"], true]]);
      await cast.policy("KZ", policyOf("green", redacting("/description"), wholeFor("UZ")));
      const again = (await pulled(cast.analyst("TR"))).filter(({ revoked }) => revoked !== true);
      expect(again).toHaveLength(1);
      expect(again[0]?.["id"]).not.toBe(before["id"]);
      expect(again[0]?.["id"]).not.toBe(thing.id);
    }));

  it("ends, revoked, when what it stands for is recalled", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      const before = await one(cast.analyst("TR"));
      await cast.recall("KZ", thing.id);
      expect((await pulled(cast.analyst("TR"))).map(({ id, revoked }) => [id, revoked])).toEqual([
        [before["id"], true],
      ]);
      expect((await pulled(cast.analyst("UZ"))).map(({ abstract }) => abstract)).toEqual([
        "Recalled. No reason was given.",
      ]);
    }));

  it("is gone on with by the older version where the newer one is recalled", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      await cast.post("KZ", [{ ...thing, modified: "2026-11-02T00:00:00.000Z", name: "second" }]);
      await cast
        .state("KZ")
        .contributor.request(
          `/api/collections/threat-reports/objects/${thing.id}/?match[version]=2026-11-02T00:00:00.000Z`,
          { method: "DELETE" },
        );
      const last = await pulled(cast.analyst("TR"), "match[version]=last");
      expect(last.map(({ name, modified }) => [name, String(modified) > "2026-11-02T00:00:00.000Z"])).toEqual([
        ["thing", true],
      ]);
    }));
});

describe("a report that would be whole", () => {
  const marker = indicator(2, "green", { description: "secret-description" });
  const report: JsonObject & { id: string } = {
    type: "report",
    spec_version: "2.1",
    id: `report--${uuid(3)}`,
    created: "2026-11-01T00:00:00.000Z",
    modified: "2026-11-01T00:00:00.000Z",
    name: "about both",
    published: "2026-11-01T00:00:00.000Z",
    object_refs: [thing.id, marker.id],
    object_marking_refs: [tlp.green],
  };

  it("names what its reader has reduced by the reader's id of it", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing, marker, report);
      const seen = await pulled(cast.analyst("TR"));
      const of = (type: string) => seen.find((object) => object["type"] === type) ?? {};
      expect(of("report")["object_refs"]).toEqual([of("malware")["id"], of("indicator")["id"]]);
      expect(of("report")["id"]).not.toBe(report.id);
      expect(JSON.stringify(seen)).not.toContain("secret-description");
      for (const id of [thing.id, marker.id, report.id]) expect(JSON.stringify(seen)).not.toContain(id.split("--")[1]);
    }));

  it("is cut where its reader has nothing of what it names, and whole again when it has", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      const amber = { ...marker, object_marking_refs: [tlp.amber] };
      await cast.policy("KZ", policyOf("green", wholeFor("TR", "UZ")));
      await cast.post("KZ", [thing, amber, report]);
      const cut = (await pulled(cast.analyst("TR"))).find(({ type }) => type === "report") ?? {};
      expect(cut["object_refs"]).toEqual([thing.id]);
      expect(cut["object_marking_refs"]).toEqual([tlp.green]);
      await cast.policy("KZ", policyOf("green", { ...wholeFor("TR", "UZ"), when: { tlp: "amber" } }));
      const last = (await pulled(cast.analyst("TR"), "match[version]=last")).filter(({ type }) => type === "report");
      expect(last.find(({ id }) => id === report.id)).toEqual(report);
      expect(last.find(({ id }) => id === cut["id"])?.["revoked"]).toBe(true);
    }));

  it("is not given where nothing that it has to name is left", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", wholeFor("TR")));
      const amber = { ...marker, object_marking_refs: [tlp.amber] };
      await cast.post("KZ", [
        amber,
        { ...report, object_refs: [amber.id] },
        relationship(4, amber.id, thing.id, "green"),
        thing,
      ]);
      expect((await pulled(cast.analyst("TR"))).map(({ id }) => id)).toEqual([thing.id]);
    }));
});

describe("what a state had reduced", () => {
  it("is an echo when it is pushed back, and refused when it was changed", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      const seen = await one(cast.analyst("TR"));
      expect((await cast.post("TR", [seen])).failures).toBeUndefined();
      expect(await pulled(cast.analyst("UZ"))).toHaveLength(1);
      expect((await cast.post("TR", [{ ...seen, name: "tampered with" }])).failures).toHaveLength(1);
    }));

  it("is named by its own id to those who know that", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      const seen = await one(cast.analyst("TR"));
      const note = { ...relationship(9, String(seen["id"]), String(seen["id"]), "green") };
      await cast.post("TR", [note]);
      const uz = (await pulled(cast.analyst("UZ"))).find(({ type }) => type === "relationship") ?? {};
      expect([uz["source_ref"], uz["target_ref"]]).toEqual([thing.id, thing.id]);
      expect(uz["id"]).not.toBe(note.id);
      const kz = (await pulled(cast.analyst("KZ"))).find(({ type }) => type === "relationship") ?? {};
      expect(kz["source_ref"]).toBe(thing.id);
      const own = (await pulled(cast.analyst("TR"))).find(({ type }) => type === "relationship") ?? {};
      expect(own).toEqual(note);
    }));
});

describe("a granular marking", () => {
  const marked = {
    ...thing,
    granular_markings: [{ marking_ref: tlp.red, selectors: ["description"] }],
  };

  it("takes a part away from whom its level does not reach, and not from the owner", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", wholeFor("TR")));
      await cast.post("KZ", [marked]);
      const seen = await one(await cast.client("TR", "amber+strict"));
      expect(seen["description"]).toBeUndefined();
      expect(seen["granular_markings"]).toBeUndefined();
      expect(seen["id"]).not.toBe(thing.id);
      expect(await one(cast.analyst("KZ"))).toEqual(marked);
    }));
});

describe("a translation", () => {
  const translation: JsonObject & { id: string } = {
    type: "language-content",
    spec_version: "2.1",
    id: `language-content--${uuid(5)}`,
    created: "2026-11-01T00:00:00.000Z",
    modified: "2026-11-01T00:00:00.000Z",
    object_ref: thing.id,
    object_marking_refs: [tlp.green],
    contents: { ru: { name: "имя", description: "secret-translation" } },
  };

  it("says nothing that was taken from what it translates, also where it comes later", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await begin(cast, thing);
      await cast.post("KZ", [translation]);
      const seen = await pulled(cast.analyst("TR"));
      const content = seen.find(({ type }) => type === "language-content") ?? {};
      expect(content["object_ref"]).toBe(seen.find(({ type }) => type === "malware")?.["id"]);
      expect(content["contents"]).toEqual({ ru: { name: "имя" } });
      expect((await pulled(cast.analyst("UZ"))).find(({ type }) => type === "language-content")).toEqual(translation);
    }));
});
