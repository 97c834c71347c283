// What a reader of reduced renditions may never meet on any route: a redacted byte, a part that is marked above it, an id that is
// hidden from it, and what was said of an object in the notice that ends its id. Canaries are planted in all of them.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { reducedMarking } from "../../src/policy/reduced-marking.ts";
import { check } from "../../src/stix/check.ts";
import { scoId } from "../../src/stix/sco-id.ts";
import type { TestClient } from "../harness/exchange.ts";
import { indicator, malware, relationship, tlp, uuid } from "../harness/objects.ts";
import { type Cast, playing, policyOf } from "./cast.ts";
import { stamp } from "./history.ts";

const taking = (...redact: readonly string[]): JsonObject => ({
  name: "TR, reduced",
  share: ["TR"],
  when: { tlp: "amber" },
  redact: [...redact],
});
const wholeForTr: JsonObject = { name: "TR, whole", share: ["TR"], when: { tlp: "amber" } };

const thing = (more: JsonObject = {}): JsonObject & { readonly id: string } =>
  malware(1, "green", { name: "thing", description: "secret-text", ...more });

/** All that the routes of TAXII say to a client, in one text. */
async function everything(client: TestClient, ids: readonly string[]): Promise<string> {
  const base = "/api/collections/threat-reports";
  const { objects } = await client.pull("threat-reports", { query: "match[version]=all" });
  const known = (objects as readonly JsonObject[]).map((object) => String(object["id"])); // the objects of an envelope
  const said: string[] = [JSON.stringify(objects)];
  const ask = async (path: string): Promise<void> => {
    const answer = await client.request(path);
    // What is asked for stands in an error.
    const text = (await answer.text()) + JSON.stringify([...answer.headers]);
    said.push(ids.reduce((left, id) => (answer.status === 404 ? left.replaceAll(id, "") : left), text));
  };
  for (const query of ["", "match[version]=first", "match[version]=all&limit=1"]) {
    await ask(`${base}/objects/?${query}`);
    await ask(`${base}/manifest/?${query}`);
  }
  for (const id of new Set([...known, ...ids]))
    for (const rest of ["", "?match[version]=all", "versions/"]) await ask(`${base}/objects/${id}/${rest}`);
  return said.join("\n");
}

async function versions(client: TestClient, query = "match[version]=all"): Promise<readonly JsonObject[]> {
  const { objects } = await client.pull("threat-reports", { query });
  return (objects as readonly JsonObject[]).filter(({ type }) => type !== "identity" && !isDefinition(String(type)));
}

const isDefinition = (type: string): boolean => type.endsWith("-definition");

const only = async (client: TestClient, query?: string): Promise<JsonObject> => {
  const all = await versions(client, query);
  expect(all).toHaveLength(1);
  return all[0] ?? {};
};

/** Valid, and without any of these. */
async function expectClean(client: TestClient, ids: readonly string[], secrets: RegExp = /secret/): Promise<void> {
  const said = await everything(client, ids);
  expect(said).not.toMatch(secrets);
  for (const id of ids) expect(said).not.toContain(id.slice(-36));
  for (const object of await versions(client))
    expect(check(object).filter(({ severity }) => severity === "error")).toEqual([]);
}

describe("no route says to a reader", () => {
  it("what is redacted, nor the id of the object", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", taking("/description", "/labels/1", "/external_references/*/url")));
      const object = thing({
        labels: ["first", "secret-label", "third"],
        external_references: [{ source_name: "case", url: "https://secret.example/", description: "ours" }],
      });
      await cast.post("KZ", [object]);
      await expectClean(cast.analyst("TR"), [object.id]);
      const seen = await only(cast.analyst("TR"));
      expect(seen).toMatchObject({ labels: ["first", "third"], external_references: [{ source_name: "case" }] });
    }));

  it("what is marked above it, and selectors lead to what they led to, also behind an item that went", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { name: "green", share: ["TR"], when: { tlp: "green" } }));
      const object = thing({
        labels: ["secret-label", "second", "third"],
        granular_markings: [
          { marking_ref: tlp.amber, selectors: ["labels.[0]", "description"] },
          { marking_ref: tlp.clear, selectors: ["labels.[2]", "name"] },
        ],
      });
      await cast.post("KZ", [object]);
      await expectClean(cast.analyst("TR"), [object.id]);
      expect(await only(cast.analyst("TR"))).toMatchObject({
        labels: ["second", "third"],
        granular_markings: [{ marking_ref: tlp.clear, selectors: ["labels.[1]", "name"] }],
      });
    }));

  it("what it has reduced by the contributor's id, in whatever names it", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", taking("/description")));
      const found = indicator(2, "green", { description: "secret-pattern" });
      const link = relationship(3, found.id, thing().id, "green");
      const report: JsonObject & { readonly id: string } = {
        type: "report",
        spec_version: "2.1",
        id: `report--${uuid(4)}`,
        created: stamp(0),
        modified: stamp(0),
        name: "about all",
        description: "secret-report",
        published: stamp(0),
        object_refs: [thing().id, found.id, link.id],
        object_marking_refs: [tlp.green],
      };
      await cast.post("KZ", [thing(), found, link, report]);
      expect(await versions(cast.analyst("TR"))).toHaveLength(4);
      await expectClean(cast.analyst("TR"), [thing().id, found.id, link.id, report.id]);
    }));
});

describe("the notice that ends an id", () => {
  const end = async (act: (cast: Cast) => Promise<void>): Promise<void> =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", taking("/description")));
      const found = indicator(2, "green", {
        name: "secret-name",
        description: "gone anyway",
        pattern: "[domain-name:value = 'secret.example']",
      });
      const object = thing({ name: "secret-thing" });
      await cast.post("KZ", [object, found]);
      const before = new Set((await versions(cast.analyst("TR"))).map(({ id }) => id));
      expect(before.size).toBe(2);
      await act(cast);
      const after = await versions(cast.analyst("TR"));
      expect(new Set(after.map(({ id }) => id))).toEqual(before);
      expect(after.map(({ revoked }) => revoked)).toEqual([true, true]);
      await expectClean(cast.analyst("TR"), [object.id, found.id]);
    });

  it("repeats nothing of what was recalled", () =>
    end(async (cast) => {
      await cast.recall("KZ", thing().id);
      await cast.recall("KZ", indicator(2, null).id);
    }));

  it("repeats nothing of what is withheld now", () =>
    end((cast) =>
      cast.policy("KZ", policyOf("green", taking("/description"), { name: "no", withhold: ["TR"], when: {} })),
    ));

  it("repeats nothing of what is shared no more", () => end((cast) => cast.policy("KZ", policyOf("green"))));

  it("comes after a revocation of the owner's that is recalled, and repeats nothing of that", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", taking("/description")));
      await cast.post("KZ", [thing({ name: "secret-thing" })]);
      await cast.post("KZ", [thing({ name: "secret-end", modified: stamp(20), revoked: true })]);
      expect((await only(cast.analyst("TR"), "match[version]=last"))["name"]).toBe("secret-end");
      await cast.recall("KZ", thing().id);
      await expectClean(cast.analyst("TR"), [thing().id]);
      expect((await versions(cast.analyst("TR"))).map(({ revoked }) => revoked)).toEqual([true]);
    }));

  it("comes in a collection that the id had left before it ended", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", taking("/description")));
      await cast.post("KZ", [thing()], { collection: "best-practices" });
      await cast.post("KZ", [thing({ modified: stamp(20), name: "second" })]);
      const { id } = await only(cast.analyst("TR"), "match[version]=last");
      await cast.recall("KZ", thing().id);
      const there = async (): Promise<readonly JsonObject[]> => {
        const { objects } = await cast.analyst("TR").pull("best-practices", { query: "match[type]=malware" });
        return objects as readonly JsonObject[]; // the objects of an envelope
      };
      // Who has both goes on with what stands.
      expect(await there()).toMatchObject([{ id, name: "thing" }]);
      expect(String((await there())[0]?.["modified"]) > stamp(20)).toBe(true);
      await cast.recall("KZ", thing().id, "best-practices");
      expect(await there()).toMatchObject([{ id, revoked: true }]);
      expect(await versions(cast.analyst("TR"))).toMatchObject([{ id, revoked: true }]);
    }));
});

describe("an id of a reduced object", () => {
  it("ends where the whole comes, and another begins where that goes", () =>
    playing(["KZ", "TR"], async (cast) => {
      const standing = async (): Promise<readonly JsonObject[]> =>
        (await versions(cast.analyst("TR"), "match[version]=last")).filter(({ revoked }) => revoked !== true);
      await cast.policy("KZ", policyOf("green", taking("/description")));
      await cast.post("KZ", [thing()]);
      const [first] = await standing();
      await cast.policy("KZ", policyOf("green", wholeForTr));
      expect(await standing()).toEqual([thing()]);
      await cast.policy("KZ", policyOf("green", taking("/description")));
      const [second, ...others] = await standing();
      expect(others).toEqual([]);
      expect([first?.["id"], thing().id]).not.toContain(second?.["id"]);
      expect(second).toMatchObject({ name: "thing", object_marking_refs: [tlp.green, reducedMarking.id] });
    }));

  it("has no new version where an update changes what is taken away alone", () =>
    playing(["KZ", "TR"], async (cast) => {
      await cast.policy("KZ", policyOf("green", taking("/description")));
      await cast.post("KZ", [thing()]);
      const before = await versions(cast.analyst("TR"));
      await cast.post("KZ", [thing({ modified: stamp(20), description: "secret-two" })]);
      expect(await versions(cast.analyst("TR"))).toEqual(before);
      // And stays when the version that it was made of goes.
      await cast
        .state("KZ")
        .contributor.request(
          `/api/collections/threat-reports/objects/${thing().id}/?match[version]=${String(thing()["modified"])}`,
          { method: "DELETE" },
        );
      expect(await versions(cast.analyst("TR"))).toEqual(before);
    }));

  it("is gone on with for whom a stricter version reaches, and ends for whom it bounds the one before", () =>
    playing(["KZ", "TR"], async (cast) => {
      const plain = await cast.client("TR", "green");
      await cast.policy("KZ", policyOf("green", taking("/description")));
      await cast.post("KZ", [thing()]);
      const { id } = await only(plain);
      await cast.post("KZ", [malware(1, "amber", { name: "second", description: "secret-two", modified: stamp(20) })]);
      const [last] = await versions(cast.analyst("TR"), "match[version]=last");
      expect(last).toMatchObject({ id, name: "second" });
      expect(await versions(plain)).toMatchObject([{ id, revoked: true }]);
      await expectClean(plain, [thing().id], /second|secret/);
    }));

  it("is none of an observable's: it keeps its own, and goes not where its id is made of what is taken away", () =>
    playing(["KZ", "TR"], async (cast) => {
      const body = { type: "domain-name", value: "ours.example" };
      const address = { ...body, spec_version: "2.1", id: scoId(body) ?? "", x_note: "secret-note" };
      await cast.policy("KZ", policyOf("green", taking("/x_note")));
      await cast.post("KZ", [address]);
      const seen = await only(cast.analyst("TR"));
      expect(seen).toEqual({ ...body, spec_version: "2.1", id: address.id, object_marking_refs: [reducedMarking.id] });
      await cast.policy("KZ", policyOf("green", taking("/value")));
      expect(await versions(cast.analyst("TR"))).toEqual([]);
    }));
});
