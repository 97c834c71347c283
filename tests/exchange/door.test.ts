// The check at the door (invariant 4): somebody with the whole database in hand writes into it, and still no object reaches
// a reader that no decision gave it to. The page is served without it, the mismatch is entered, and others lose nothing.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { audienceMac } from "../../src/exchange/door.ts";
import { integrate } from "../../src/exchange/integrate.ts";
import { allCeilings, audienceOf, formatAudience, parseAudience, union } from "../../src/policy/audience.ts";
import { only } from "../../src/policy/party-set.ts";
import type { TableName } from "../../src/store/tables.ts";
import type { Value } from "../../src/store/statement.ts";
import type { TestClient } from "../harness/exchange.ts";
import { indicator, malware, tlp } from "../harness/objects.ts";
import {
  type Answer,
  contribute,
  contributed,
  get,
  list,
  manifestPath,
  objectsPath,
  openStage,
  post,
  remove,
  type Stage,
  usual,
} from "../http/cast.ts";

const green = indicator(1, "green", { name: "green-canary" });
const amber = malware(2, "amber", { name: "amber-canary" });
const red = malware(3, "red", { name: "red-canary" });
const other = indicator(4, "green", { name: "other-canary" });
const one = (id: string): string => `${objectsPath}${id}/`;

let stage: Stage;
/** UZ must not have what is amber; TR may. */
let uz: TestClient;
let tr: TestClient;
let kz: TestClient;

beforeEach(async () => {
  stage = await openStage({ KZ: usual(["TR"]), TR: usual([]), UZ: usual([]) });
  kz = stage.state("KZ").contributor;
  tr = stage.state("TR").analyst;
  uz = stage.state("UZ").analyst;
  await post(stage.host, kz, [green, amber, other]);
  await contribute(stage.host, kz, [red], { to: ["TR"] });
});
afterEach(() => stage.close());

/** Direct SQL, past everything that decides. */
const forge = (table: TableName, sql: string, ...parameters: readonly Value[]): Promise<void> =>
  stage.engine.batch([{ kind: "query", table, sql, parameters }]);

async function numberOf(id: string): Promise<number> {
  const row = await stage.engine.read.selectFrom("object").select("n").where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new TypeError(`${id} is not in the books.`);
  return row.n;
}

async function partyOf(code: string): Promise<number> {
  const row = await stage.engine.read.selectFrom("party").select("n").where("code", "=", code).executeTakeFirst();
  if (row === undefined) throw new TypeError(`${code} is not in the books.`);
  return row.n;
}

/** A row of a feed that no decision made, after everything that stands there. */
async function forgeRelease(
  feed: number,
  rendition: number,
  more: { last?: number; ceilings?: number; added?: number } = {},
) {
  const added = more.added ?? Math.floor(stage.host.clock.now()) + (forged += 1);
  await forge(
    "release",
    "INSERT INTO release (feed, collection, last, added, rendition, ceilings, size, type) VALUES (?, 1, ?, ?, ?, ?, 9, 'malware')",
    feed,
    more.last ?? 1,
    added,
    rendition,
    more.ceilings ?? 31,
  );
}
let forged = 0;

async function mismatches(): Promise<number> {
  const rows = await stage.engine.read.selectFrom("turn").select("fields").execute();
  return rows.filter((row) => row.fields.includes('"outcome":"mismatch"')).length;
}

/** What a reader gets on every way to objects: never the canary, and the page served. */
async function neverGets(reader: TestClient, id: string, canary: string, kept: readonly string[]): Promise<void> {
  for (const query of [
    "",
    "?match[version]=all",
    "?match[version]=first",
    "?limit=1",
    "?match[type]=malware,indicator",
  ]) {
    for (const path of [objectsPath, manifestPath]) {
      const answer = await get(stage.host, reader, path + query);
      expect({ path: path + query, status: answer.status }).toEqual({ path: path + query, status: 200 });
      expect(answer.text.includes(canary)).toBe(false);
      expect(answer.text.includes(id)).toBe(false);
    }
  }
  for (const path of [one(id), `${one(id)}?match[version]=all`, `${one(id)}versions/`])
    expect((await get(stage.host, reader, path)).status).toBe(404);
  expect((await get(stage.host, reader, `${objectsPath}?match[id]=${id}`)).text).toBe("{}");
  expect(contributed(await get(stage.host, reader, objectsPath)).toSorted()).toEqual(kept.toSorted());
  for (const each of kept) expect((await get(stage.host, reader, one(each))).status).toBe(200);
}

const snapshot = async (reader: TestClient): Promise<readonly Answer[]> =>
  Promise.all(
    [objectsPath, manifestPath, `${objectsPath}?match[version]=all`].map((path) => get(stage.host, reader, path)),
  );

const wires = (answers: readonly Answer[]): readonly string[] => answers.map((answer) => answer.wire);

describe("a release that no decision gave", () => {
  it("in a state's own feed is skipped, ended and entered once; who was given the object keeps it to the byte", async () => {
    const before = [await snapshot(tr), await snapshot(kz), await snapshot(uz)].map(wires);
    await forgeRelease(await partyOf("UZ"), await numberOf(amber.id));
    await neverGets(uz, amber.id, "amber-canary", [green.id, other.id]);
    expect(await mismatches()).toBe(1);
    expect([await snapshot(tr), await snapshot(kz), await snapshot(uz)].map(wires)).toEqual(before);
    const rows = await stage.engine.read
      .selectFrom("release")
      .selectAll()
      .where("feed", "=", await partyOf("UZ"))
      .execute();
    expect(rows.filter((row) => row.type === "malware")).toEqual([]);
    // The entry is in the log as any other.
    expect(await integrate(stage.host.exchange)).toBeGreaterThan(0);
  });

  it.each([
    objectsPath,
    manifestPath,
    `${objectsPath}?match[version]=all`,
    `${objectsPath}?match[id]=${amber.id}`,
    one(amber.id),
    `${one(amber.id)}versions/`,
  ])("is caught at the first read on %s, whichever that is", async (path) => {
    await forgeRelease(await partyOf("UZ"), await numberOf(amber.id));
    const answer = await get(stage.host, uz, path);
    expect(answer.wire).not.toMatch(/amber-canary|00000002-0000/);
    expect(await mismatches()).toBe(1);
  });

  it("in the feed of everyone reaches nobody who was not given it, and nobody twice", async () => {
    const before = [await snapshot(tr), await snapshot(kz)].map(wires);
    await forgeRelease(0, await numberOf(amber.id));
    await neverGets(uz, amber.id, "amber-canary", [green.id, other.id]);
    expect(await mismatches()).toBeGreaterThan(0);
    expect([await snapshot(tr), await snapshot(kz)].map(wires)).toEqual(before);
  });

  it("for the secretariat gives its reader no content", async () => {
    const reader = await stage.host.addClient(stage.host.secretariat, "secretariat-analyst", {
      role: "analyst",
      cleared: true,
    });
    await forgeRelease(await partyOf("secretariat"), await numberOf(green.id));
    await neverGets(reader, green.id, "green-canary", []);
    expect(await mismatches()).toBe(1);
    await neverGets(uz, amber.id, "amber-canary", [green.id, other.id]);
  });

  it("of what was recalled brings nothing back, to anyone", async () => {
    const n = await numberOf(amber.id);
    await remove(stage.host, kz, one(amber.id));
    for (const code of ["KZ", "TR", "UZ"]) await forgeRelease(await partyOf(code), n);
    for (const reader of [kz, tr, uz]) {
      const answer = await get(stage.host, reader, objectsPath);
      expect(answer.status).toBe(200);
      expect(answer.text.includes("amber-canary")).toBe(false);
    }
    // Each reader's rows end when that reader meets them.
    expect(await mismatches()).toBe(3);
    const rows = await stage.engine.read.selectFrom("release").select("feed").where("rendition", "=", n).execute();
    expect(rows).toEqual([]);
  });

  it.each([1, 5, 1_000])("of which there are many at once leaves the page served at limit %d", async (limit) => {
    const hidden = Array.from({ length: 12 }, (_, i) => malware(100 + i, "amber", { name: "many-canary" }));
    await post(stage.host, kz, hidden);
    const feed = await partyOf("UZ");
    // Older than all that stands, so that they fill the first pages.
    for (const [i, object] of hidden.entries())
      await forgeRelease(feed, await numberOf(object.id), { added: 1_000 + i });
    const answer = await get(stage.host, uz, `${objectsPath}?limit=${limit}`);
    expect(answer.text.includes("many-canary")).toBe(false);
    expect({ status: answer.status, count: list(answer.body, "objects").length > 0 }).toEqual({
      status: 200,
      count: true,
    });
  });
});

describe("an audience or MAC that we did not write", () => {
  const audienceWith = async (id: string, code: string): Promise<string> => {
    const row = await stage.engine.read.selectFrom("object").select("audience").where("id", "=", id).executeTakeFirst();
    const party = await partyOf(code);
    return formatAudience(union(parseAudience(row?.audience ?? ""), audienceOf(only(party), allCeilings)));
  };

  it("a widened audience gives the new reader nothing, and the object ends for all, since nobody can say whose it was", async () => {
    await forge("object", "UPDATE object SET audience = ? WHERE id = ?", await audienceWith(amber.id, "UZ"), amber.id);
    await forgeRelease(await partyOf("UZ"), await numberOf(amber.id));
    await neverGets(uz, amber.id, "amber-canary", [green.id, other.id]);
    expect(await mismatches()).toBe(1);
    for (const reader of [tr, kz]) await neverGets(reader, amber.id, "amber-canary", [green.id, other.id]);
  });

  it.each([["nonsense"], [""], ["A".repeat(43)]])(
    "a MAC %j ends its object; the page and the other objects are served",
    async (mac) => {
      await forge("object", "UPDATE object SET mac = ? WHERE id = ?", mac, amber.id);
      await neverGets(tr, amber.id, "amber-canary", [green.id, other.id]);
      expect(await mismatches()).toBe(1);
      await neverGets(uz, amber.id, "amber-canary", [green.id, other.id]);
    },
  );

  it("the audience and MAC of another object, or of another place, do not hold", async () => {
    await forge(
      "object",
      "UPDATE object SET audience = (SELECT audience FROM object WHERE id = ?), mac = (SELECT mac FROM object WHERE id = ?) WHERE id = ?",
      green.id,
      green.id,
      amber.id,
    );
    await forgeRelease(await partyOf("UZ"), await numberOf(amber.id));
    await neverGets(uz, amber.id, "amber-canary", [green.id, other.id]);
    expect(await mismatches()).toBe(1);
  });

  it("`anyone`, which only the commons have, does not hold without its MAC, nor by a key of another's", async () => {
    const n = await numberOf(amber.id);
    for (const mac of [
      "",
      audienceMac(() => new Uint8Array(32), {
        n,
        contributor: 3,
        collection: 1,
        id: amber.id,
        version_key: "",
        audience: "*",
        reduced: "",
      }),
    ]) {
      await forge("object", "UPDATE object SET audience = '*', mac = ? WHERE id = ?", mac, amber.id);
      await forgeRelease(await partyOf("UZ"), n);
      await neverGets(uz, amber.id, "amber-canary", [green.id, other.id]);
    }
  });

  it("on an object of the commons ends neither the page nor the other markings", async () => {
    await forge("object", "UPDATE object SET mac = 'nonsense' WHERE id = ? AND collection = 1", tlp.green);
    for (const reader of [uz, tr, kz]) {
      const answer = await get(stage.host, reader, objectsPath);
      expect({ status: answer.status, text: answer.text.slice(0, 200) }).toMatchObject({ status: 200 });
      expect(answer.text.includes("green-canary")).toBe(true);
      expect(answer.text.includes(tlp.amber)).toBe(true);
    }
    const entered = await mismatches();
    expect(entered).toBeGreaterThan(0);
    // Once is enough: reading goes on without a new act for each page.
    for (let i = 0; i < 3; i += 1) await get(stage.host, uz, objectsPath);
    expect(await mismatches()).toBe(entered);
  });
});

describe("a pointer that leads elsewhere", () => {
  it("from a release to another object's rendition gives nothing", async () => {
    await forge(
      "release",
      "UPDATE release SET rendition = ? WHERE rendition = ?",
      await numberOf(amber.id),
      await numberOf(green.id),
    );
    await neverGets(uz, amber.id, "amber-canary", [other.id]);
    expect(await mismatches()).toBeGreaterThan(0);
  });

  it("from a rendition to an object that the reader may have gives nothing", async () => {
    const n = await numberOf(amber.id);
    await forge("rendition", "UPDATE rendition SET object = ? WHERE n = ?", await numberOf(green.id), n);
    await forgeRelease(await partyOf("UZ"), n);
    const answer = await get(stage.host, uz, objectsPath);
    expect(answer.status).toBe(200);
    expect(answer.text.includes("amber-canary")).toBe(false);
    expect(answer.text.includes("other-canary")).toBe(true);
    expect(await mismatches()).toBeGreaterThan(0);
  });

  it("from a rendition to no object at all leaves the page served", async () => {
    await forge("rendition", "UPDATE rendition SET object = 999999999 WHERE n = ?", await numberOf(green.id));
    const answer = await get(stage.host, uz, objectsPath);
    expect(answer.status).toBe(200);
    expect(answer.text.includes("green-canary")).toBe(false);
    expect(answer.text.includes("other-canary")).toBe(true);
  });

  it("from a release to no rendition at all leaves the page served", async () => {
    await forgeRelease(await partyOf("UZ"), 999_999_999);
    const answer = await get(stage.host, uz, objectsPath);
    expect(answer.status).toBe(200);
    expect(answer.text.includes("other-canary")).toBe(true);
  });
});

describe("a ceiling that was lowered", () => {
  it("gives red to no client that its state did not clear", async () => {
    const cleared = await stage.host.addClient(stage.state("TR").steward, "TR-cleared", {
      role: "analyst",
      cleared: true,
    });
    expect(contributed(await get(stage.host, cleared, objectsPath))).toContain(red.id);
    expect(contributed(await get(stage.host, tr, objectsPath))).not.toContain(red.id);
    await forge("release", "UPDATE release SET ceilings = 31 WHERE rendition = ?", await numberOf(red.id));
    await neverGets(tr, red.id, "red-canary", [green.id, amber.id, other.id]);
  });
});

describe("what the door remembers", () => {
  it("is no reason to give what was taken away since: a recall after a page was read holds for the next", async () => {
    expect(contributed(await get(stage.host, tr, objectsPath))).toContain(amber.id);
    await remove(stage.host, kz, one(amber.id));
    await forgeRelease(await partyOf("TR"), await numberOf(amber.id));
    for (const path of [objectsPath, `${objectsPath}?match[version]=all`]) {
      const { text } = await get(stage.host, tr, path);
      expect(text).not.toContain("amber-canary");
      // The notice of the recall names it, and nothing else is it.
      expect(text).not.toContain(`"id":"${amber.id}"`);
      expect(text).toContain(`"object_refs":["${amber.id}"]`);
    }
  });

  it("follows a policy that widens and one that narrows, from one page to the next", async () => {
    const set = async (friends: readonly string[]): Promise<void> => {
      expect((await stage.state("KZ").steward.json("PUT", "/v1/policy", usual(friends))).status).toBe(200);
    };
    expect((await get(stage.host, uz, one(amber.id))).status).toBe(404);
    await set(["TR", "UZ"]);
    expect((await get(stage.host, uz, one(amber.id))).status).toBe(200);
    await set(["TR"]);
    await neverGets(uz, amber.id, "amber-canary", [green.id, other.id]);
    expect(await mismatches()).toBe(0);
  });
});
