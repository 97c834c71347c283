// The property no-oracle: two exchanges that differ only in what XX neither contributed nor was released give XX the same
// bytes, on every route. The same keys, clock and randomness; the second world has acts besides that XX may not know of.
// Left out, as the exchange model says: the date, and of the log its size, names and minutes (so the receipts' numbers).
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import type { Micros } from "../../src/encoding/timestamp.ts";
import { makeKeys } from "../../src/exchange/keys.ts";
import { routesOf } from "../../src/http/door.ts";
import { passDue } from "../../src/exchange/tick.ts";
import { scoId } from "../../src/stix/sco-id.ts";
import { openTestEngine } from "../harness/engines.ts";
import {
  openTestExchange,
  TestClock,
  type TestClient,
  type TestExchange,
  type TestState,
} from "../harness/exchange.ts";
import { indicator, later, malware, marked, relationship, report, uuid } from "../harness/objects.ts";

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;
const codes = ["XX", "KZ", "TR", "UZ", "IN"] as const;
type Code = (typeof codes)[number];
const collections = ["threat-reports", "best-practices", "public"] as const;

/** A clock that stands still until it is set, so that two worlds read the same time at the same act. */
class SetClock extends TestClock {
  #time: Micros = Date.UTC(2026, 10, 20) * 1000;
  #reads = 0;
  // Who waits for time to pass (the store, for the width of the act before) would wait for ever.
  override readonly now = (): Micros => {
    this.#reads += 1;
    if (this.#reads > 100) this.set(this.#time + 1000);
    return this.#time;
  };
  set(time: Micros): void {
    this.#time = time;
    this.#reads = 0;
  }
  pass(by: Micros): void {
    this.set(this.#time + by);
  }
}

function drawFrom(seed: number): (bytes: number) => Uint8Array {
  let state = seed >>> 0;
  return (bytes) =>
    Uint8Array.from({ length: bytes }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
}

/** One of the two worlds, and what it answered XX. */
class World {
  readonly host: TestExchange;
  readonly clock: SetClock;
  readonly hasHidden: boolean;
  readonly states: Readonly<Record<Code, TestState>>;
  readonly plain: TestClient;
  readonly answers: string[] = [];
  readonly statuses: string[] = [];
  readonly #reseed: (seed: number) => void;
  #step = 0;
  #time: Micros | null = null;

  constructor(parts: {
    host: TestExchange;
    clock: SetClock;
    hasHidden: boolean;
    states: Readonly<Record<Code, TestState>>;
    plain: TestClient;
    reseed: (seed: number) => void;
  }) {
    this.host = parts.host;
    this.clock = parts.clock;
    this.hasHidden = parts.hasHidden;
    this.states = parts.states;
    this.plain = parts.plain;
    this.#reseed = parts.reseed;
  }

  /** Time passes in both worlds, and both draw the same from here on. */
  step(by: Micros = 20 * SECOND): void {
    this.#step += 1;
    // From where both worlds stood: who waited in one of them must not have moved its time for good.
    this.#time ??= this.clock.now();
    this.#time += by;
    this.clock.set(this.#time);
    this.#reseed(this.#step);
  }

  /** What the others heard of their part in both worlds: where it differs, the tale is none. */
  readonly told: Json[] = [];
  heard: (Json | undefined)[][] = [];

  /** Something of both worlds. */
  async both(act: (world: World) => Promise<unknown>): Promise<void> {
    this.step();
    // What others' embargoes make due takes a turn of its own, in one world only: dates are a stated exception.
    await passDue(this.host.exchange, await this.host.exchange.store.head());
    this.step(SECOND);
    this.heard = [];
    await act(this);
    this.told.push(JSON.stringify(this.heard));
  }

  /** Something that XX may not know, of the second world alone. It takes its time in both. */
  async hidden(act: (world: World) => Promise<unknown>): Promise<void> {
    this.step();
    if (this.hasHidden) await act(this);
  }

  async post(
    code: Code,
    objects: readonly JsonObject[],
    { to, collection = "threat-reports" }: { readonly to?: readonly Code[]; readonly collection?: string } = {},
  ): Promise<JsonObject> {
    const { contributor } = this.states[code];
    const answer =
      to === undefined
        ? await contributor.request(`/api/collections/${collection}/objects/`, {
            method: "POST",
            body: JSON.stringify({ objects }),
            headers: { "Content-Type": "application/taxii+json;version=2.1" },
          })
        : await contributor.request("/v1/contributions", {
            method: "POST",
            body: JSON.stringify({ collection, objects, instruction: { to } }),
            headers: { "Content-Type": "application/json" },
          });
    const text = await answer.text();
    expect(answer.status, text).toBe(202);
    const body = JSON.parse(text) as JsonObject; // a status resource
    if (code === "XX") {
      this.statuses.push(String(body["id"]));
      this.note(`XX posts`, answer, text);
    } else this.heard.push([code, body["successes"], body["failures"]]);
    return body;
  }

  async policy(code: Code, document: Json): Promise<void> {
    const answer = await this.states[code].steward.request("/v1/policy", {
      method: "PUT",
      body: JSON.stringify(document),
      headers: { "Content-Type": "application/json" },
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    if (code === "XX") this.note("XX sets its policy", answer, text);
  }

  /** Of the secretariat: opens a circle, or changes its members. */
  async circle(
    name: string,
    change: { members: readonly Code[] } | { join: readonly Code[] } | { leave: readonly Code[] },
  ) {
    const { secretariat } = this.host;
    const answer =
      "members" in change
        ? await secretariat.json("POST", "/v1/circles", { name, ...change })
        : await secretariat.json("POST", `/v1/circles/${name}/members`, { ...change });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  }

  async recall(code: Code, id: string, collection = "threat-reports", version = "all"): Promise<void> {
    const answer = await this.states[code].contributor.request(
      `/api/collections/${collection}/objects/${id}/?match[version]=${version}`,
      { method: "DELETE" },
    );
    if (code === "XX") this.note(`XX recalls ${id}`, answer, await answer.text());
    else expect(answer.status).toBe(200);
  }

  /** XX asks. */
  async ask(client: TestClient, method: string, path: string, body?: Json): Promise<JsonObject> {
    this.clock.pass(0);
    const answer = await client.request(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": contentTypeOf(path) } }),
    });
    const text = await answer.text();
    this.note(`${client.id} ${method} ${path}`, answer, text);
    return text.startsWith("{") ? (JSON.parse(text) as JsonObject) : {};
  }

  async pages(client: TestClient, path: string, query: string): Promise<void> {
    let cursor: Json | undefined;
    do {
      const next: string = cursor === undefined ? "" : `&next=${encodeURIComponent(String(cursor))}`;
      cursor = (await this.ask(client, "GET", `${path}?${query}${next}`))["next"];
    } while (cursor !== undefined);
  }

  note(asked: string, answer: Response, text: string): void {
    const headers = [...answer.headers].filter(([name]) => name !== "date" && name !== "x-request-id");
    this.answers.push(`${asked}\n${answer.status} ${JSON.stringify(headers)}\n${withoutLog(text)}`);
  }

  /** Every route, as every client of XX. */
  async askEverything(ids: readonly string[], drafts: readonly JsonObject[]): Promise<void> {
    const { analyst, contributor, steward } = this.states.XX;
    for (const client of [analyst, this.plain]) {
      for (const path of ["/taxii2/", "/api/", "/api/collections/", "/v1/me", "/v1/states", "/v1/collections"])
        await this.ask(client, "GET", path);
      for (const collection of collections) {
        const base = `/api/collections/${collection}/`;
        await this.ask(client, "GET", base);
        await this.pages(client, `${base}objects/`, "limit=7&match[version]=all");
        await this.pages(client, `${base}objects/`, "");
        await this.pages(client, `${base}objects/`, `match[type]=indicator,ipv4-addr&match[version]=first`);
        await this.pages(client, `${base}objects/`, `match[id]=${ids.join(",")}&limit=1`);
        await this.pages(client, `${base}manifest/`, "limit=5&match[version]=all");
        await this.ask(client, "GET", `${base}objects/?added_after=2026-11-20T01:00:00.000000Z&limit=3`);
        for (const id of ids) {
          await this.ask(client, "GET", `${base}objects/${id}/`);
          await this.ask(client, "GET", `${base}objects/${id}/?match[version]=all`);
          await this.ask(client, "GET", `${base}objects/${id}/versions/`);
        }
      }
    }
    await this.ask(contributor, "GET", "/v1/contributions?waiting");
    await this.ask(contributor, "GET", "/v1/intake");
    for (const id of ids) await this.ask(steward, "POST", `/v1/intake/${id}`, { verdict: "take" });
    for (const status of this.statuses) {
      for (const act of ["approval", "withdrawal"])
        for (const kind of ["contributions", "policy/changes"])
          await this.ask(steward, "POST", `/v1/${kind}/${status}/${act}`);
      await this.ask(contributor, "GET", `/api/status/${status}/`);
      await this.ask(contributor, "GET", `/v1/receipts/${status}`);
    }
    for (const id of ids) {
      await this.ask(contributor, "GET", `/v1/objects/${id}/audience`);
      await this.ask(contributor, "GET", `/v1/objects/${id}/deliveries`);
      await this.ask(analyst, "POST", `/v1/objects/${id}/acknowledgement`);
      await this.ask(steward, "POST", `/v1/objects/${id}/attestation`);
    }
    for (const path of ["/v1/explain", "/v1/preview"])
      await this.ask(contributor, "POST", path, { collection: "threat-reports", objects: drafts });
    for (const path of ["/v1/policy", "/v1/policy/versions", "/v1/policy/confirmations", "/v1/clients"])
      await this.ask(steward, "GET", path);
    for (const path of ["/v1/circles", "/v1/terms"]) await this.ask(analyst, "GET", path);
    // Named as if it knew of them: a circle that it does not belong to is as one that is not there.
    await this.ask(steward, "PUT", "/v1/policy", ownPolicy([{ name: "ring", share: ["circle:ring"] }]));
    await this.ask(steward, "POST", "/v1/policy/simulate", ownPolicy([{ name: "ring", withhold: ["circle:ring"] }]));
    await this.ask(steward, "PUT", "/v1/circles/ring/members", { members: ["XX"] });
    await this.ask(steward, "POST", "/v1/policy/simulate", openPolicy());
    await this.ask(contributor, "GET", "/api/nothing/");
    await this.ask(contributor, "GET", "/v1/nothing");
    await this.ask(analyst, "GET", "/api/collections/threat-reports/objects/?limit=0");
  }
}

/** Routes that `askEverything` and the stories ask, and those that are about the log or open to anybody. */
const asked = [
  "/taxii2/",
  "/api/",
  "/api/status/:status/",
  "/api/collections/",
  "/api/collections/:collection/",
  "/api/collections/:collection/manifest/",
  "/api/collections/:collection/objects/",
  "/api/collections/:collection/objects/:object/",
  "/api/collections/:collection/objects/:object/versions/",
  "/v1/me",
  "/v1/states",
  "/v1/clients",
  "/v1/policy",
  "/v1/policy/simulate",
  "/v1/policy/versions",
  "/v1/policy/confirmations",
  "/v1/circles",
  "/v1/circles/:name/members",
  "/v1/terms",
  "/v1/collections",
  "/v1/contributions",
  "/v1/explain",
  "/v1/preview",
  "/v1/policy/prove",
  "/v1/objects/:id/audience",
  "/v1/intake",
  "/v1/intake/:id",
  "/v1/contributions/:id/approval",
  "/v1/contributions/:id/withdrawal",
  "/v1/policy/changes/:id/approval",
  "/v1/policy/changes/:id/withdrawal",
  "/v1/objects/:id/deliveries",
  "/v1/objects/:id/acknowledgement",
  "/v1/objects/:id/attestation",
  "/v1/objects/:id/recall",
  "/v1/receipts/:status",
];
const ofTheLogOrNobody =
  /^\/(?:log|oauth|\.well-known|health|livez|readyz)|^\/v1\/states\/:code\/(?:suspend|readmit|networks)|^\/v1\/terms\/signature|^\/v1\/clients\/:id\/revoke/;

/** What the log's size, names and minutes make of a text; and keys, which are each world's own. */
function withoutLog(text: string): string {
  return text
    .replace(/\\nn \d+\\nleaf [^\\]+/g, "\\nn N\\nleaf LEAF")
    .replace(/\\n\\n— .*?\\n"/g, '\\n\\n— SIGNED\\n"')
    .replace(/"proof":"[^"]*"/g, '"proof":"PROOF"')
    .replace(/"keys":\[[^\]]*\]/g, '"keys":[]');
}

function contentTypeOf(path: string): string {
  return path.startsWith("/api/") ? "application/taxii+json;version=2.1" : "application/json";
}

const openPolicy = (more: readonly Json[] = []): Json => ({
  unmarked: "green",
  groups: {},
  rules: [
    { name: "region-wide", share: ["all"], when: { tlp: "green" } },
    { name: "as I said", share: ["named"], when: { tlp: "red" } },
    // XX has indicators reduced, and what names them otherwise than it was contributed.
    { name: "less", share: ["XX"], when: { tlp: "green", type: "indicator" }, redact: ["/name", "/valid_until"] },
    { name: "not XX", withhold: ["XX"], when: { label: "hidden" } },
    ...more,
  ],
});
/** XX's own policy names itself in no rule. */
const ownPolicy = (more: readonly Json[] = []): Json => ({
  unmarked: "green",
  groups: {},
  rules: [
    { name: "region-wide", share: ["all"], when: { tlp: "green" } },
    { name: "as I said", share: ["named"], when: { tlp: "red" } },
    ...more,
  ],
});

async function openWorld(keys: string, hasHidden: boolean): Promise<{ world: World; close: () => Promise<void> }> {
  const test = await openTestEngine("sqlite");
  const clock = new SetClock();
  let draw = drawFrom(0);
  const host = await openTestExchange(test.engine, { keys, clock, random: (bytes) => draw(bytes) });
  const states = {} as Record<Code, TestState>; // filled below, for every code
  for (const code of codes) {
    clock.pass(SECOND);
    states[code] = await host.addState(code, undefined, { cleared: code === "XX" });
  }
  clock.pass(SECOND);
  const plain = await host.addClient(states.XX.steward, "XX-plain", { role: "analyst" });
  for (const code of codes) {
    clock.pass(SECOND);
    await states[code].steward.json("PUT", "/v1/policy", code === "XX" ? ownPolicy() : openPolicy());
  }
  clock.set(Date.UTC(2026, 10, 20, 1) * 1000);
  const reseed = (seed: number): void => {
    draw = drawFrom(seed);
  };
  return { world: new World({ host, clock, hasHidden, states, plain, reseed }), close: test.close };
}

type Tale = (world: World) => Promise<void>;

/** Tells a tale in two worlds and expects XX to have heard the same. */
async function expectNoOracle(tale: Tale): Promise<void> {
  const keys = await makeKeys("localhost:8787", drawFrom(7));
  const one = await hear(keys, false, tale);
  const other = await hear(keys, true, tale);
  expect(other.told, "the others did the same in both worlds").toEqual(one.told);
  // The first difference says most; all of them would say nothing.
  const i = one.answers.findIndex((answer, n) => answer !== other.answers[n]);
  if (i >= 0)
    expect(around(other.answers[i] ?? "", one.answers[i] ?? "")).toBe(
      around(one.answers[i] ?? "", other.answers[i] ?? ""),
    );
  expect(other.answers.length).toBe(one.answers.length);
}

/** What was asked, and the part of the answer in which it first differs from the other. */
function around(answer: string, other: string): string {
  let i = 0;
  while (i < answer.length && answer[i] === other[i]) i += 1;
  return `${answer.slice(0, answer.indexOf("\n"))}\n… ${answer.slice(Math.max(0, i - 160), i + 160)} …`;
}

async function hear(keys: string, hasHidden: boolean, tale: Tale): Promise<World> {
  const { world, close } = await openWorld(keys, hasHidden);
  try {
    await tale(world);
    return world;
  } finally {
    await close();
  }
}

const hiddenLabel = { labels: ["hidden"] };
const incident = (n: number): JsonObject => ({
  type: "incident",
  spec_version: "2.1",
  id: `incident--${uuid(n)}`,
  created: "2026-11-01T00:00:00.000Z",
  modified: "2026-11-01T00:00:00.000Z",
  name: `Incident ${n}`,
  ...hiddenLabel,
  ...marked("green"),
});
const sighting = (n: number, of: string, more: JsonObject = {}): JsonObject & { readonly id: string } => ({
  type: "sighting",
  spec_version: "2.1",
  id: `sighting--${uuid(n)}`,
  created: "2026-11-01T00:00:00.000Z",
  modified: "2026-11-01T00:00:00.000Z",
  sighting_of_ref: of,
  ...marked("green"),
  ...more,
});
const address = (n: number, more: JsonObject = {}): JsonObject & { readonly id: string } => {
  const body = { type: "ipv4-addr", value: `203.0.113.${n}` };
  return { ...body, spec_version: "2.1", id: scoId(body) ?? "", ...more };
};

describe("XX hears nothing of what it neither contributed nor was released", () => {
  it("has every route asked, or says why not", async () => {
    const { world, close } = await openWorld(await makeKeys("localhost:8787", drawFrom(7)), false);
    const routes = [...new Set(routesOf(world.host.app).map((route) => route.path))];
    await close();
    expect(routes.filter((path) => !asked.includes(path) && !ofTheLogOrNobody.test(path))).toEqual([]);
  });

  it("in the order of a contribution's objects: it does not tell which of them are everybody's", () =>
    expectNoOracle(async (world) => {
      // In the second world UZ is left out of the indicators: XX gets both all the same.
      const rules = (indicators: readonly string[]): Json[] => [
        { name: "malware", share: ["all"], when: { tlp: "green", type: "malware" } },
        { name: "indicators", share: [...indicators], when: { tlp: "green", type: "indicator" } },
      ];
      await world.both(() =>
        world.policy("KZ", {
          unmarked: "green",
          rules: rules(world.hasHidden ? ["XX", "TR", "IN"] : ["XX", "TR", "IN", "UZ"]),
        }),
      );
      await world.both(() => world.post("KZ", [indicator(1, "green"), malware(2, "green")]));
      await world.both(() => world.askEverything([indicator(1, null).id, malware(2, null).id], []));
    }));

  it("in what saving a policy says: others' copies of an id do not count", () =>
    expectNoOracle(async (world) => {
      await world.hidden(() => world.post("TR", [malware(1, "amber")], { to: ["IN"] }));
      await world.both(() => world.post("XX", [malware(1, "amber")]));
      await world.both(() =>
        world.policy("XX", ownPolicy([{ name: "to IN", share: ["IN"], when: { tlp: ["amber"] } }])),
      );
      await world.both(() => world.policy("XX", ownPolicy()));
    }));

  it("in what saving a policy says: others' objects that wait for what is given to them now do not count", () =>
    expectNoOracle(async (world) => {
      // TR has XX's object and refers to it; IN lacks it, until XX's new policy gives it.
      await world.both(() =>
        world.policy("XX", ownPolicy([{ name: "to TR", share: ["TR"], when: { tlp: ["amber"] } }])),
      );
      await world.both(() => world.post("XX", [malware(1, "amber")]));
      await world.hidden(() => world.post("TR", [report(2, [malware(1, null).id], "green", hiddenLabel)]));
      await world.both(() =>
        world.policy("XX", ownPolicy([{ name: "to both", share: ["TR", "IN"], when: { tlp: ["amber"] } }])),
      );
    }));

  it("in what saving a policy says: what others do under an id of its own does not count", () =>
    expectNoOracle(async (world) => {
      // XX recalled what it had under the id; TR has an object of that id that waits for XX's other one.
      await world.both(() => world.post("XX", [malware(1, "green"), report(2, [malware(1, null).id], "green")]));
      await world.both(() => world.recall("XX", report(2, [], null).id));
      await world.both(() => world.post("XX", [malware(3, "amber")], { to: ["TR"] }));
      const theirs = {
        ...report(2, [malware(3, null).id], "green"),
        ...hiddenLabel,
        modified: "2026-11-02T00:00:00.000Z",
      };
      await world.hidden(() => world.post("TR", [theirs]));
      await world.both(() => world.post("XX", [malware(3, "amber")], { to: ["TR"] }));
      await world.both(() => world.policy("XX", ownPolicy()));
    }));

  it("in circles that it does not belong to: who is in them, and what that gives and takes", () =>
    expectNoOracle(async (world) => {
      const rules = [
        { name: "the ring", share: ["circle:ring"], when: { tlp: "amber" } },
        { name: "not the ring", withhold: ["circle:ring"], when: { label: "aside" } },
      ];
      await world.hidden(() => world.circle("ring", { members: ["KZ", "TR"] }));
      await world.hidden(() => world.policy("KZ", openPolicy(rules)));
      const shared = [indicator(2, "green"), indicator(3, "green", { labels: ["aside"] })];
      await world.both(() => world.post("KZ", [malware(1, "amber"), ...shared]));
      const ids = [malware(1, null).id, ...shared.map(({ id }) => id)];
      await world.both(() => world.askEverything(ids, [relationship(4, ids[1] ?? "", ids[0] ?? "", "green")]));
      await world.hidden(() => world.circle("ring", { join: ["UZ"] }));
      await world.hidden(() => world.circle("ring", { leave: ["TR"] }));
      await world.both(() => world.askEverything(ids, []));
    }));

  it("in whom its answers reach: who else holds what it read is not told, nor who got its answer", () =>
    expectNoOracle(async (world) => {
      const feedback = { name: "feedback", share: ["author"], when: { type: "sighting" } };
      await world.both(() => world.policy("XX", ownPolicy([feedback])));
      await world.both(() => world.post("TR", [malware(1, "green")]));
      await world.hidden(() => world.post("UZ", [malware(1, "green", { name: "Another" })], { to: ["IN"] }));
      const seen = sighting(2, malware(1, null).id);
      await world.both(() => world.post("XX", [seen]));
      await world.hidden(() => world.post("IN", [sighting(3, malware(1, null).id, hiddenLabel)], { to: ["TR"] }));
      await world.both(() =>
        world.askEverything([malware(1, null).id, seen.id], [seen, sighting(5, malware(9, null).id)]),
      );
    }));

  it("in what reaches those whom it affects", () =>
    expectNoOracle(async (world) => {
      const affected = { name: "yours", share: ["affected"], when: { tlp: "amber" } };
      await world.both(() => world.policy("KZ", openPolicy([affected])));
      const of = (n: number, domain: string): JsonObject & { readonly id: string } =>
        indicator(n, "amber", { pattern: `[domain-name:value = 'c2.${domain}']` });
      await world.hidden(() => world.post("KZ", [of(1, "in")]));
      await world.both(() => world.post("KZ", [of(2, "tr"), indicator(3, "green")]));
      await world.both(() =>
        world.askEverything([of(1, "in").id, of(2, "tr").id, indicator(3, null).id], [of(4, "in")]),
      );
    }));

  it("in whom others confirm", () =>
    expectNoOracle(async (world) => {
      await world.both(() => world.post("KZ", [malware(1, "green"), malware(2, "amber")]));
      await world.hidden(() => world.states.KZ.steward.json("POST", "/v1/policy/confirmations", { state: "IN" }));
      await world.both(() => world.askEverything([malware(1, null).id, malware(2, null).id], []));
    }));

  it("in when a revocation would begin: who has the earlier version from another is not told", () =>
    expectNoOracle(async (world) => {
      const first = malware(1, "amber", { labels: ["at once"] });
      const revocation = later(first, 5, { labels: ["late"], revoked: true });
      await world.both(() =>
        world.policy(
          "XX",
          ownPolicy([
            { name: "at once", share: ["IN"], when: { tlp: ["amber"], label: "at once" } },
            { name: "late", share: ["IN"], when: { tlp: ["amber"], label: "late" }, after: "P5D" },
          ]),
        ),
      );
      await world.hidden(() => world.post("TR", [malware(1, "amber")], { to: ["IN"] }));
      await world.both(() => world.post("XX", [first]));
      await world.both(() =>
        world.ask(world.states.XX.contributor, "POST", "/v1/explain", {
          collection: "threat-reports",
          objects: [revocation],
        }),
      );
      await world.both(() => world.post("XX", [revocation]));
      await world.both(() => world.ask(world.states.XX.contributor, "GET", `/v1/objects/${first.id}/audience`));
    }));

  it("in the dates of what it has, when a version that it may not have comes and goes", () =>
    expectNoOracle(async (world) => {
      const first = indicator(1, "green");
      await world.both(() => world.post("KZ", [first, malware(2, "green")]));
      await world.hidden(() => world.post("KZ", [later(first, 5), incident(3)], { to: ["IN"] }));
      await world.both(() => world.askEverything([first.id], [first]));
      await world.hidden(() => world.recall("KZ", first.id, "threat-reports", String(later(first, 5)["modified"])));
      await world.both(() => world.askEverything([first.id], [first]));
    }));

  it("in what becomes of an id that others hold already, with the same content or another", () =>
    expectNoOracle(async (world) => {
      const mine = malware(1, "green");
      await world.hidden(() => world.post("UZ", [{ ...mine, description: "Another." }, incident(9)], { to: ["IN"] }));
      await world.hidden(() => world.post("TR", [malware(2, "green"), address(1), incident(8)], { to: ["IN"] }));
      await world.both(() => world.post("XX", [mine, malware(2, "green"), address(1, marked("green"))]));
      await world.both(() => world.post("XX", [relationship(3, mine.id, malware(4, null).id, "green")]));
      await world.both(() => world.recall("XX", malware(4, null).id));
      await world.both(() => world.askEverything([mine.id, malware(2, null).id, address(1).id], [mine, address(1)]));
      await world.both(() => world.recall("XX", malware(2, null).id));
      await world.both(() => world.askEverything([mine.id, malware(2, null).id, address(1).id], []));
    }));

  it("in an explanation right after an act that was not for it: how much that act moved is not told", () =>
    expectNoOracle(async (world) => {
      await world.both(async () => undefined);
      if (world.hasHidden) await world.post("KZ", [indicator(1, "amber"), indicator(2, "amber"), incident(9)]);
      await world.ask(world.states.XX.contributor, "POST", "/v1/explain", {
        collection: "threat-reports",
        objects: [address(1, marked("green")), indicator(3, "green")],
      });
    }));

  it("in the error for an id that is hidden, recalled or never was", () =>
    expectNoOracle(async (world) => {
      await world.hidden(() => world.post("KZ", [indicator(1, "red"), malware(2, "amber"), incident(9)]));
      await world.hidden(() => world.recall("KZ", malware(2, null).id));
      await world.both(() => world.recall("XX", indicator(1, null).id));
      await world.both(() => world.recall("XX", malware(2, null).id));
      for (const id of [indicator(1, null).id, malware(2, null).id])
        await world.both(() =>
          world.ask(world.states.XX.contributor, "POST", `/v1/objects/${id}/recall`, { reason: "superseded" }),
        );
      await world.both(() =>
        world.askEverything([indicator(1, null).id, malware(2, null).id], [indicator(1, "clear")]),
      );
    }));

  it("in what is due: hidden embargoes that end at the same time move no date", () =>
    expectNoOracle(async (world) => {
      const rules: Json[] = [{ name: "later", share: ["all"], when: { tlp: ["amber"] }, after: "PT2H" }];
      await world.both(() => world.policy("KZ", openPolicy(rules)));
      await world.hidden(() => world.post("KZ", [malware(1, "amber"), malware(2, "amber"), incident(9)]));
      await world.both(() => world.post("KZ", [malware(3, "amber"), indicator(4, "amber")]));
      await world.hidden(() => world.post("KZ", [malware(5, "amber"), incident(8)]));
      world.step(3 * HOUR);
      await world.both(() => world.askEverything([malware(3, null).id, malware(1, null).id], []));
    }));

  const seeds = (process.env["STORY_SEEDS"] ?? "1,2,3,4").split(",").map(Number);
  it.each(seeds)("in whatever a random history hides from it, seed %i", (seed) => expectNoOracle(randomTale(seed)));
});

/** A history in which KZ and TR are heard by XX, UZ and IN are not, and all of them do what XX may not know as well. */
function randomTale(seed: number): Tale {
  return async (world) => {
    const draw = drawFrom(seed);
    const below = (n: number): number => ((draw(1)[0] ?? 0) * 256 + (draw(1)[0] ?? 0)) % n;
    const pick = <T>(list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0];
    const levels = ["clear", "green", "amber", "amber+strict", "red"] as const;
    let serial = 100;
    const seen: (JsonObject & { id: string })[] = [malware(99, "green")];
    const unseen: (JsonObject & { id: string })[] = [malware(98, "green")];
    const owners = new Map<string, Code>();
    // What KZ and TR hid themselves they do not name before XX: how they read it would be part of what they give.
    const kept = new Set<string>();
    const bySeen = (): JsonObject & { id: string } =>
      pick([malware(97, "green"), ...seen.filter((one) => !kept.has(one.id))]);
    const byAny = (): JsonObject & { id: string } => pick([bySeen(), ...unseen]);
    const vendor = (): JsonObject & { id: string } =>
      malware(1 + below(6), pick(["green", "amber", null]), { name: `Vendor ${below(2)}` });
    const end = (id: string): string => (id.startsWith("relationship--") ? malware(96, null).id : id);
    const fresh = (refers: () => { id: string }): JsonObject & { id: string } => {
      serial += 1;
      const level = pick([...levels, "green", "green", null] as const);
      return pick<() => JsonObject & { id: string }>([
        () => indicator(serial, level),
        () => malware(serial, level),
        () => report(serial, [refers().id], level),
        () => relationship(serial, end(refers().id), malware(serial % 90, null).id, level),
      ])();
    };
    const objects = (refers: () => JsonObject & { id: string }, pool: boolean): (JsonObject & { id: string })[] => {
      const chosen = Array.from({ length: 1 + below(4) }, () =>
        below(4) > 0 || !pool
          ? fresh(refers)
          : below(2) === 0
            ? vendor()
            : address(below(5), pick([{}, marked("green")])),
      );
      return chosen.filter((one, i) => chosen.findIndex((other) => other.id === one.id) === i);
    };
    for (let n = 0; n < 45; n += 1) {
      const act = below(14);
      // Drawn here, so that what only one world does draws nothing.
      const collection = pick(collections);
      if (act < 3) {
        const code = pick(["KZ", "TR"] as const);
        const chosen = objects(() => bySeen(), true);
        for (const one of chosen) owners.set(one.id, code);
        const to = below(4) === 0 ? (["XX", "IN"] as const) : undefined;
        await world.both(() => world.post(code, chosen, { collection, ...(to === undefined ? {} : { to }) }));
        seen.push(...chosen);
      } else if (act < 6) {
        const chosen = below(5) === 0 ? [later(byAny(), 1 + below(50))] : objects(() => byAny(), true);
        const echo = below(3) === 0 ? [bySeen()] : [];
        const all = [...chosen, ...echo].filter((one, i, list) => list.findIndex((other) => other.id === one.id) === i);
        const to = below(4) === 0 ? (["IN"] as const) : undefined;
        await world.both(() => world.post("XX", all, { collection, ...(to === undefined ? {} : { to }) }));
        seen.push(...chosen);
      } else if (act < 9) {
        // Shared ids go to IN alone: what the others had when they contribute is part of what they give.
        const code = pick(["UZ", "UZ", "KZ", "TR"] as const);
        const chosen = objects(() => byAny(), code === "UZ");
        serial += 1;
        const hidden = incident(serial);
        const to = code === "UZ" || below(2) === 0 ? (["IN"] as const) : undefined;
        await world.hidden(() =>
          world.post(code, [...chosen, hidden], { collection, ...(to === undefined ? {} : { to }) }),
        );
        for (const one of chosen) if (!owners.has(one.id)) owners.set(one.id, code);
        if (code !== "UZ") for (const one of chosen) kept.add(one.id);
        unseen.push(...chosen);
      } else if (act === 9) {
        const code = pick(["KZ", "TR", "UZ", "IN"] as const);
        const more: Json[] = [
          {
            name: "aside",
            share: [pick(["UZ", "IN"] as const)].filter((one) => one !== code),
            when: { tlp: pick(levels) },
          },
          {
            name: "kept",
            withhold: [code === "IN" ? "UZ" : "IN"],
            when: { type: pick(["malware", "indicator"] as const) },
          },
        ].filter((rule) => rule.share === undefined || rule.share.length > 0);
        await world.hidden(() => world.policy(code, openPolicy(more)));
      } else if (act === 10) {
        const rule: Json = {
          name: "more",
          share: [pick(["IN", "TR", "all"] as const)],
          when: { tlp: pick(levels) },
          ...(below(2) === 0 ? { after: "PT3H" } : {}),
        };
        await world.both(() => world.policy("XX", ownPolicy([rule])));
      } else if (act === 11) {
        const one = pick([malware(98, null), ...unseen]);
        const code = owners.get(one.id);
        if (code !== undefined && !seen.some((other) => other.id === one.id))
          await world.hidden(() =>
            world.states[code].contributor.request(`/api/collections/${collection}/objects/${one.id}/`, {
              method: "DELETE",
            }),
          );
      } else if (act === 12) {
        const one = byAny();

        await world.both(() => world.recall("XX", one.id, collection));
        await world.hidden(() => world.states.IN.analyst.pull(collection));
      } else {
        world.step((1 + below(5)) * HOUR);
      }
      if (n % 15 === 14) {
        const ids = Array.from({ length: 5 }, () => byAny().id).concat(malware(1, null).id, address(1).id);
        const drafts = [later(bySeen(), 55), vendor(), address(below(5)), fresh(() => byAny())];
        await world.both(() => world.askEverything([...new Set(ids)], drafts));
      }
    }
  };
}
