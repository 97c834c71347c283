// The matrix: every route that is mounted × every caller × every object of every other state, at each level and stage of
// life. What a caller may not see is in no byte of any answer, and hidden is the same as absent, byte by byte.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routesOf } from "../../src/http/door.ts";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { indicator, malware, relationship, uuid } from "../harness/objects.ts";
import {
  type Answer,
  type Ask,
  ask,
  contributed,
  idsOf,
  openStage,
  type Stage,
  list,
  manifestPath,
  objectsPath,
  taxii,
  text,
} from "./cast.ts";
import { codes, friendOf, isCode, levels, maySee, type Member, reads, stages } from "./matrix-cast.ts";
import { roles, type RoleName, memberOf, type Row, post, table } from "./matrix-table.ts";
import { matrix, searchedAnswers, one, absentOf, send, openWorld } from "./matrix-world.ts";

beforeAll(openWorld);
afterAll(() => matrix.stage.close());

it("has a row for each route that is mounted, and no other", () => {
  const mounted = routesOf(matrix.host.app).map(({ method, path }) => `${method} ${path}`);
  expect(mounted.toSorted()).toEqual(Object.keys(table).toSorted());
  for (const { method, path, caller } of routesOf(matrix.host.app))
    expect([path, caller]).toEqual([path, table[`${method} ${path}`]?.answers === "open" ? "none" : "required"]);
});

const rows = Object.entries(table);
const isOpen = ([, row]: readonly [string, Row]): boolean => row.answers === "open";

describe.each(rows.filter((row) => !isOpen(row)))("%s", (route, row) => {
  it("asks a stranger for a token, before it looks at anything else", async () => {
    const { as: _, ...request } = { as: undefined, ...(await row.request(memberOf("contributor"))) };
    const answer = await ask(matrix.host.app, request);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer resource_metadata="/);
    expect(answer.headers.get("content-type")).toBe(
      route.includes(" /api/") ? "application/taxii+json;version=2.1" : "application/problem+json",
    );
    expect(answer.text).not.toMatch(/canary/);
  });

  it("answers each role as it should, and 403 says which scope is missing", async () => {
    for (const role of roles) {
      const member = memberOf(role);
      const answer = await send(member, await row.request(member));
      const status = row.answers === "open" ? 0 : (row.answers[role] ?? 403);
      expect({ role, status: answer.status, text: answer.text }).toEqual({ role, status, text: answer.text });
      if (status === 403) expect(answer.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    }
  });

  it("tells no member anything that it may not have", async () => {
    for (const member of matrix.members) {
      if (isReadOnly(route)) await send(member, await row.request(member));
      if (!asks(route, member) || !asksOfEach.has(member.name)) continue;
      for (const planted of matrix.planted) for (const probe of row.probes?.(planted) ?? []) await send(member, probe);
    }
  });
});

describe.each(rows.filter(isOpen))("%s", (_, row) => {
  it("is open, and tells a stranger and a member the same, nothing of what is exchanged", async () => {
    const request = await row.request(memberOf("contributor"));
    const stranger = await ask(matrix.host.app, request);
    expect(stranger.status).toBe(request.method === "POST" ? 401 : 200);
    expect(stranger.text).not.toMatch(/canary|-(?:steward|contributor|analyst)/);
    for (const member of matrix.members) await send(member, request);
    const headers = { ...request.headers, Authorization: "Bearer nonsense" };
    if (request.method !== "POST")
      expect((await ask(matrix.host.app, { ...request, headers })).wire).toBe(stranger.wire);
  });
});

/** Those who ask for each object by its name; what the others see is compared list by list below. */
const asksOfEach = new Set([
  ...codes.flatMap((code) => [`${code} contributor`, `${code} cleared`]),
  "TR customers",
  "TR community",
  "TR public",
  "TR steward",
  "KZ steward",
  "secretariat analyst",
]);

const isReadOnly = (route: string): boolean => route.startsWith("GET ");

/** A client that gets 403 whatever it asks for is asked about one object in the test of roles. */
function asks(route: string, member: Member): boolean {
  const role = isCode(member.party) ? (member.role as RoleName) : (member.name as RoleName);
  const answers = table[route]?.answers;
  return answers !== undefined && answers !== "open" && (answers[role] ?? 403) !== 403;
}

describe("what each member sees", () => {
  const pairs = codes.flatMap((owner) => codes.map((reader) => ({ owner, reader })));

  it.each(pairs)(
    "$reader sees of $owner exactly what is given: by level, stage and clearance, in every list",
    async ({ owner, reader }) => {
      for (const member of matrix.members.filter((member) => member.party === reader && reads(member))) {
        const theirs = matrix.planted.filter((planted) => planted.owner === owner);
        const seen = theirs.filter((planted) => maySee(member, planted));
        const ids = new Set(theirs.map((planted) => planted.id));
        const expected = seen.map((planted) => planted.id).toSorted();
        for (const path of [objectsPath, manifestPath]) {
          const found = idsOf(await send(member, { path })).filter((id) => ids.has(id));
          expect(found.toSorted()).toEqual(expected);
          const paged: string[] = [];
          for (let next: string | null = ""; next !== null;) {
            const page: Answer = await send(member, {
              path: `${path}?limit=20${next === "" ? "" : `&next=${encodeURIComponent(next)}`}`,
            });
            paged.push(...idsOf(page));
            next = page.body["more"] === true ? text(page.body, "next") : null;
          }
          expect(paged.filter((id) => ids.has(id))).toEqual(found);
        }
        for (const planted of theirs) {
          const single = await send(member, { path: `${one(planted.id)}?match[version]=all` });
          expect(list(single.body, "objects")).toEqual(seen.includes(planted) ? planted.versions : []);
          expect(single.status).toBe(seen.includes(planted) ? 200 : 404);
        }
      }
    },
  );

  it("the secretariat's reader sees none of any state's", async () => {
    const member = matrix.member("secretariat analyst");
    const found = idsOf(await send(member, { path: `${objectsPath}?match[version]=all` }));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((id) => matrix.planted.some((planted) => planted.id === id))).toEqual([]);
  });

  it("of every level and stage there is something that some member sees, unless it was recalled, and some does not", () => {
    for (const level of levels)
      for (const stage of stages) {
        const cell = matrix.planted.filter((planted) => planted.level === level && planted.stage === stage);
        const seen = cell.flatMap((planted) => matrix.members.map((member) => maySee(member, planted)));
        expect({ level, stage, some: seen.includes(true) }).toEqual({ level, stage, some: stage !== "recalled" });
        expect(seen).toContain(false);
      }
  });
});

describe("hidden is as absent", () => {
  const members = (): readonly Member[] =>
    matrix.members.filter(
      (member) => isCode(member.party) && ["contributor", "analyst", "steward"].includes(member.role),
    );

  it("on every route that names an object, byte by byte", async () => {
    for (const member of members()) {
      const answers = new Map<string, string>();
      const hidden = matrix.planted.filter((planted) => planted.owner !== member.party && !maySee(member, planted));
      for (const [i, planted] of hidden.entries()) {
        // Of those who get 403 for most of it a part is asked.
        if (member.role !== "contributor" && i % 5 !== 0) continue;
        const requests = (id: string): readonly Ask[] => [
          { path: one(id) },
          { path: `${one(id)}?match[version]=all` },
          { path: `${one(id)}?added_after=1970-01-01T00:00:00Z` },
          { path: `${one(id)}versions/` },
          { path: `${objectsPath}?match[id]=${id}` },
          { path: `${manifestPath}?match[id]=${id}&match[version]=all` },
          { path: `/v1/objects/${id}/audience` },
          { path: `/v1/receipts/${id.split("--")[1]}` },
          post(`/v1/objects/${id}/recall`, { reason: "superseded" }),
          { path: `/v1/objects/${id}/deliveries` },
          { method: "DELETE", path: one(id) },
          { method: "DELETE", path: `${one(id)}?match[version]=all` },
        ];
        const absents = requests(absentOf(planted.id));
        for (const [k, request] of requests(planted.id).entries()) {
          const key = `${planted.id.split("--")[0]} ${k}`;
          const absent = answers.get(key) ?? (await send(member, absents[k] ?? request)).wire;
          answers.set(key, absent);
          // A list that is filtered is empty; everything that names the object itself is not there.
          if (member.role === "contributor")
            expect(absent.slice(0, 3)).toBe(request.path.includes("match[id]") ? "200" : "404");
          expect((await send(member, request)).wire).toBe(absent);
        }
      }
      expect(answers.size).toBeGreaterThan(0);
    }
  });

  it("for who deletes what it sees of another it is 403, and nothing is lost", async () => {
    for (const code of codes) {
      const member = matrix.member(`${code} cleared-contributor`);
      for (const planted of matrix.planted.filter((planted) => planted.owner !== code)) {
        const answer = await send(member, { method: "DELETE", path: one(planted.id) });
        expect(answer.status).toBe(maySee(member, planted) ? 403 : 404);
      }
    }
    for (const planted of matrix.planted.filter(({ stage }) => stage === "fresh")) {
      const friend = matrix.member(`${friendOf[planted.owner]} cleared`);
      expect((await send(friend, { path: one(planted.id) })).status).toBe(200);
    }
  });

  it("in what is explained: as the target of a reference, and as an id that one would take oneself", async () => {
    for (const code of codes) {
      const member = matrix.member(`${code} contributor`);
      const explain = async (object: Json, id: string): Promise<string> => {
        const answer = await send(member, post("/v1/explain", { collection: "threat-reports", objects: [object] }));
        expect(answer.status).toBe(200);
        // Explained as of now.
        return answer.wire.replaceAll(id, "ID").replaceAll(/"from":"[^"]+"/g, '"from":"NOW"');
      };
      // Whoever had an object by release keeps knowing its id (echo, references): the others are as if it never was.
      const never = matrix.planted.filter(
        (planted) => planted.owner !== code && code !== friendOf[planted.owner] && levels.indexOf(planted.level) >= 2,
      );
      expect(never).toHaveLength(18);
      for (const { id } of never) {
        const target = (named: string): Json => relationship(0x4000, named, malware(0x4001, null).id, "clear");
        expect(await explain(target(id), id)).toBe(await explain(target(absentOf(id)), absentOf(id)));
        if (!id.startsWith("malware--")) continue;
        const taken = (named: string): Json => ({ ...malware(1, "green"), id: named });
        expect(await explain(taken(id), id)).toBe(await explain(taken(absentOf(id)), absentOf(id)));
      }
    }
  });

  it("in what is contributed: to take a hidden id, or to name it, is answered as for a free one; its holder loses nothing", async () => {
    const member = matrix.member("UZ contributor");
    const hidden = matrix.planted.filter(
      ({ owner, level, id }) => owner === "KZ" && levels.indexOf(level) >= 2 && id.startsWith("malware--"),
    );
    const before = await Promise.all(
      ["KZ cleared", "TR cleared", "UZ cleared"].map((name) =>
        send(matrix.member(name), {
          path: `${objectsPath}?match[id]=${hidden.map(({ id }) => id).join(",")}&match[version]=all`,
        }),
      ),
    );
    const contributed = async (object: JsonObject, id: string): Promise<string> => {
      const { status, body } = await send(member, {
        method: "POST",
        path: objectsPath,
        body: JSON.stringify({ objects: [object] }),
      });
      const { id: _, request_timestamp: __, x_serai_receipt: ___, ...rest } = body;
      return `${status} ${JSON.stringify(rest)}`.replaceAll(id, "ID").replaceAll(text(object, "id"), "OBJECT");
    };
    for (const [i, { id }] of hidden.entries()) {
      const free = `malware--${uuid(0x6000 + i)}`;
      const taken = (named: string): JsonObject => ({ ...malware(1, "red", { name: "Taken" }), id: named });
      expect(await contributed(taken(id), id)).toBe(await contributed(taken(free), free));
      const naming = (n: number, named: string): JsonObject => relationship(n, named, malware(0x4001, null).id, "red");
      expect(await contributed(naming(0x7000 + i, id), id)).toBe(await contributed(naming(0x7100 + i, free), free));
    }
    const after = await Promise.all(
      ["KZ cleared", "TR cleared", "UZ cleared"].map((name) =>
        send(matrix.member(name), {
          path: `${objectsPath}?match[id]=${hidden.map(({ id }) => id).join(",")}&match[version]=all`,
        }),
      ),
    );
    expect(after[0]?.wire).toBe(before[0]?.wire);
    expect(after[1]?.wire).toBe(before[1]?.wire);
    expect(list(after[2]?.body ?? {}, "objects").every((object) => object["name"] === "Taken")).toBe(true);
  });
});

describe("nothing is told of what others have", () => {
  const shareAll = { unmarked: "green", rules: [{ name: "all", share: ["all"], when: { tlp: "green" } }] };
  const shareTo = (...to: readonly string[]): Json => ({
    unmarked: "green",
    groups: { friends: [...to] },
    rules: [
      { name: "all", share: ["all"], when: { tlp: "green" } },
      { name: "friends", share: ["group:friends"], when: { tlp: ["amber"] } },
    ],
  });
  const nothing = { unmarked: "green", rules: [] };
  const objects = [indicator(1, "green"), indicator(2, "green")];
  const seenBy = async (stage: Stage, code: string): Promise<readonly string[]> =>
    contributed(await ask(stage.host.app, { path: objectsPath, as: stage.state(code).analyst }));

  it("by the order in which a contributor meets its own: it is the same whether or not another gave the same object before", async () => {
    const orders: (readonly string[])[] = [];
    for (const other of [false, true]) {
      const stage = await openStage({
        KZ: shareAll,
        TR: nothing,
        UZ: { ...shareAll, rules: [{ name: "TR", share: ["TR"] }] },
      });
      const give = (code: string, given: readonly Json[]): Promise<Answer> =>
        ask(stage.host.app, {
          method: "POST",
          path: objectsPath,
          as: stage.state(code).contributor,
          headers: taxii,
          body: JSON.stringify({ objects: given }),
        });
      if (other) await give("UZ", objects.slice(0, 1));
      await give("KZ", objects);
      orders.push(await seenBy(stage, "KZ"));
      await stage.close();
    }
    expect(orders[1]).toEqual(orders[0]);
  });

  it("by the order in which a recipient meets what it is given: it is the same whoever else is given it", async () => {
    const orders: (readonly string[])[] = [];
    for (const friends of [["TR"], ["TR", "UZ"]]) {
      const stage = await openStage({ KZ: shareTo(...friends), TR: nothing, UZ: nothing });
      const body = JSON.stringify({ objects: [indicator(1, "amber"), indicator(2, "green")] });
      await ask(stage.host.app, {
        method: "POST",
        path: objectsPath,
        as: stage.state("KZ").contributor,
        headers: taxii,
        body,
      });
      orders.push(await seenBy(stage, "TR"));
      await stage.close();
    }
    expect(orders[1]).toEqual(orders[0]);
  });

  it("by the counts of a policy that is set: they are of what it offers, whether or not another gave the same object before", async () => {
    const counts: JsonObject[] = [];
    for (const other of [false, true]) {
      const stage = await openStage({
        KZ: nothing,
        TR: nothing,
        UZ: { ...shareAll, rules: [{ name: "TR", share: ["TR"] }] },
      });
      for (const code of other ? ["UZ", "KZ"] : ["KZ"])
        await ask(stage.host.app, {
          method: "POST",
          path: objectsPath,
          as: stage.state(code).contributor,
          headers: taxii,
          body: JSON.stringify({ objects }),
        });
      const set = await ask(stage.host.app, {
        ...post("/v1/policy", shareAll),
        method: "PUT",
        as: stage.state("KZ").steward,
      });
      const { since: _, ...rest } = set.body;
      counts.push(rest);
      await stage.close();
    }
    expect(counts[1]).toEqual(counts[0]);
  });
});

it("searchedAnswers() thousands of answers", () => {
  expect(searchedAnswers()).toBeGreaterThan(5_000);
});
