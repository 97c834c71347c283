// What is cut, where it is hard: clients of one state that may have more and less, ids asked as they were contributed, and what
// is at its end when it comes.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { TestClient } from "../harness/exchange.ts";
import { makeKeys } from "../../src/exchange/keys.ts";
import { openTestEngine } from "../harness/engines.ts";
import { openTestExchange } from "../harness/exchange.ts";
import { malware, tlp, uuid } from "../harness/objects.ts";
import { Cast, greenForAll, playing, policyOf } from "./cast.ts";
import { stamp } from "./history.ts";

const strictForTr: JsonObject = { name: "strict", share: ["TR"], when: { tlp: "amber+strict" } };

function report(n: number, ...refs: readonly string[]): JsonObject & { readonly id: string } {
  return {
    type: "report",
    spec_version: "2.1",
    id: `report--${uuid(n)}`,
    created: stamp(0),
    modified: stamp(10),
    name: `report ${n}`,
    published: stamp(0),
    object_refs: refs,
    object_marking_refs: [tlp.green],
  };
}

/** The last versions of reports that are not at their end. */
async function reports(client: TestClient): Promise<readonly JsonObject[]> {
  const { objects } = await client.pull("threat-reports", { query: "match[type]=report" });
  return (objects as readonly JsonObject[]).filter(({ revoked }) => revoked !== true); // the objects of an envelope
}

async function named(client: TestClient, name: string): Promise<JsonObject> {
  return (await reports(client)).find((object) => object["name"] === name) ?? {};
}

describe("clients of one state with different reaches", () => {
  const strict = malware(1, "amber+strict");
  const red = malware(2, "red");
  const open = malware(3, "green");

  it("have a reference written each as they know it: as it is to whom has it whole", () =>
    playing(["KZ", "TR", "UZ"], async (cast) => {
      await cast.policy("KZ", policyOf("green", { ...strictForTr, share: ["TR", "UZ"] }));
      const first = report(4, strict.id, open.id);
      await cast.post("KZ", [strict, open, first]);
      const amber = await cast.client("TR", "amber");
      expect(await named(cast.analyst("TR"), "report 4")).toEqual(first);
      await cast.post("UZ", [red, report(5, red.id, first.id)]);
      expect((await named(cast.analyst("TR"), "report 5"))["object_refs"]).toEqual([first.id]);
      const cut = await named(amber, "report 4");
      expect(cut["id"]).not.toBe(first.id);
      expect((await named(amber, "report 5"))["object_refs"]).toEqual([cut["id"]]);
    }));

  it("keep the id of what stays as it was to them, where another comes to see more of it", () =>
    playing(["KZ", "TR"], async (cast) => {
      const clients = [await cast.client("TR", "amber"), await cast.client("TR", "green")];
      await cast.post("KZ", [strict, red, open, report(4, strict.id, red.id, open.id)]);
      const before = await reports(cast.analyst("TR"));
      for (const client of clients) expect(await reports(client)).toEqual(before);
      await cast.policy("KZ", policyOf("green", greenForAll, strictForTr));
      const [more] = await reports(cast.analyst("TR"));
      expect(more).toMatchObject({ id: before[0]?.["id"], object_refs: [strict.id, open.id] });
      for (const client of clients) expect(await reports(client)).toEqual(before);
    }));
});

/** All versions that a client pulls of what is a report or malware, as text. */
async function all(client: TestClient): Promise<readonly string[]> {
  const { objects } = await client.pull("threat-reports", { query: "match[version]=all&match[type]=report,malware" });
  return (objects as readonly JsonObject[]).map((object) => JSON.stringify(object)); // the objects of an envelope
}

describe("ids and versions of a client", () => {
  const [strict, red, open] = [malware(1, "amber+strict"), malware(2, "red"), malware(3, "green")];
  const about = { ...report(4, strict.id, red.id, open.id), description: "text", labels: ["first", "second"] };
  const lessFor = (...redact: readonly string[]): JsonObject => ({ ...greenForAll, redact: [...redact] });

  /** What clients of TR with a narrower reach pull, where TR's widest client is given more in between and where it is not. */
  async function pulledByNarrower(isMore: boolean, keys: string): Promise<readonly (readonly string[])[]> {
    const test = await openTestEngine("sqlite");
    try {
      const cast = new Cast(await openTestExchange(test.engine, { keys }));
      for (const code of ["KZ", "TR"])
        cast.states.set(code, await cast.host.addState(code, undefined, { cleared: true }));
      const clients = [await cast.client("TR", "amber"), await cast.client("TR", "green")];
      await cast.policy("KZ", policyOf("green", greenForAll));
      await cast.post("KZ", [strict, red, open, about]);
      const told: (readonly string[])[] = [];
      const rules = [greenForAll, lessFor("/description"), lessFor("/labels/0"), greenForAll, lessFor("/labels")];
      for (const rule of rules) {
        await cast.policy("KZ", policyOf("green", rule, ...(isMore ? [strictForTr] : [])));
        // Of what the narrower ones do not meet, something comes.
        if (isMore) await cast.post("KZ", [malware(20 + told.length, "amber+strict")]);
        await cast.post("KZ", [{ ...open, modified: stamp(30 + told.length), name: `open ${told.length}` }]);
        for (const client of clients) told.push(await all(client));
      }
      if (isMore) expect(await all(cast.analyst("TR"))).not.toEqual(told.at(-1));
      return told;
    } finally {
      await test.close();
    }
  }

  it("hang on nothing that only a stricter client of its state is given", async () => {
    const keys = await makeKeys("localhost:8787", (bytes) => crypto.getRandomValues(new Uint8Array(bytes)));
    const told = await pulledByNarrower(false, keys);
    expect(await pulledByNarrower(true, keys)).toEqual(told);
    expect(new Set(told.map((texts) => texts.length)).size).toBeGreaterThan(2);
  });
});

describe("an id of which its reader has a cut rendition alone", () => {
  it.each(["", "?match[version]=all", "?match[version]=last", "?match[version]=first", "?match[spec_version]=2.1"])(
    "is answered like one that nobody contributed, asked as it is by %j",
    (query) =>
      playing(["KZ", "TR"], async (cast) => {
        const there = report(4, malware(1, "red").id, malware(3, "green").id);
        await cast.post("KZ", [malware(1, "red"), malware(3, "green"), there]);
        expect(await reports(cast.analyst("TR"))).toHaveLength(1);
        const ask = (id: string): Promise<Response> =>
          cast.analyst("TR").request(`/api/collections/threat-reports/objects/${id}/${query}`);
        const [known, nothing] = [await ask(there.id), await ask(report(99).id)];
        expect(known.status).toBe(404);
        expect(await known.text()).toBe(await nothing.text());
      }),
  );
});

describe("a revocation that is the first its reader has of something, and cut", () => {
  it("comes once, whatever is contributed after it", () =>
    playing(["KZ", "TR"], async (cast) => {
      const [red, open] = [malware(1, "red"), malware(3, "green")];
      await cast.post("KZ", [red, open, { ...report(4, red.id, open.id), revoked: true }]);
      const pulled = async (): Promise<readonly unknown[]> =>
        (await cast.analyst("TR").pull("threat-reports", { query: "match[version]=all&match[type]=report" })).objects;
      const before = await pulled();
      expect(before).toHaveLength(1);
      for (const n of [5, 6]) await cast.post("KZ", [malware(n, "green")]);
      await cast.post("KZ", [report(7, red.id, open.id)]);
      await cast.policy("KZ", policyOf("amber", greenForAll));
      expect((await pulled()).slice(0, 1)).toEqual(before);
      expect(await pulled()).toHaveLength(2);
    }));
});
