// Python's taxii2-client, imitated: its requests, headers and loops, and the checks by which it refuses a server, on the app
// itself and over a socket.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import { TEST_URL } from "../harness/exchange.ts";
import { indicator, later, malware, relationship } from "../harness/objects.ts";
import { type Answer, openStage, read, usual } from "./cast.ts";
import { openServed } from "./served.ts";

/** The only media type that it sends and takes. */
const mediaType = "application/taxii+json;version=2.1";

type Send = (request: Request) => Promise<Response>;

class ClientError extends Error {}

function invalid(message: string): never {
  throw new ClientError(message);
}

/** `limit` 0, an empty `next` and other empty values are no arguments to it. */
type Filters = Readonly<Record<string, string | number | readonly string[]>>;

/** Its connection: one session with its agent, its token, and its check of every GET's Content-Type. */
class Connection {
  readonly #send: Send;
  readonly #token: string;
  /** Every request, to see that its loops end. */
  requests = 0;

  constructor(send: Send, token: string) {
    this.#send = send;
    this.#token = token;
  }

  async #ask(method: string, url: string, headers: Readonly<Record<string, string>>, filters: Filters, body?: string) {
    this.requests += 1;
    if (this.requests > 500) throw new ClientError("The loop does not end.");
    const target = new URL(url);
    for (const [name, value] of Object.entries(filters)) {
      if (value === "" || value === 0 || (Array.isArray(value) && value.length === 0)) continue;
      const plain = ["limit", "next", "added_after"].includes(name);
      target.searchParams.set(plain ? name : `match[${name}]`, Array.isArray(value) ? value.join(",") : String(value));
    }
    const response = await this.#send(
      new Request(target, {
        method,
        headers: {
          "User-Agent": "taxii2-client/2.3.0",
          "Accept-Encoding": "gzip, deflate",
          Connection: "keep-alive",
          Authorization: `Token ${this.#token}`,
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      }),
    );
    const answer = await read(response);
    if (answer.status >= 400) throw new ClientError(String(answer.status));
    return answer;
  }

  async get(url: string, filters: Filters = {}): Promise<Answer> {
    const answer = await this.#ask("GET", url, { Accept: mediaType }, filters);
    const tokens = (answer.headers.get("content-type") ?? "").replaceAll(" ", "").split(";");
    if (tokens[0] !== "application/taxii+json" || !mediaType.split(";").every((token) => tokens.includes(token)))
      invalid(`Unexpected Content-Type ${tokens.join(";")}`);
    JSON.parse(answer.text);
    return answer;
  }

  async post(url: string, body: Json): Promise<JsonObject> {
    const answer = await this.#ask(
      "POST",
      url,
      { Accept: mediaType, "Content-Type": mediaType },
      {},
      JSON.stringify(body),
    );
    const value: unknown = JSON.parse(answer.text);
    return isObject(value) ? value : invalid("The answer to a POST is no object.");
  }

  async delete(url: string, filters: Filters = {}): Promise<void> {
    await this.#ask("DELETE", url, { Accept: mediaType }, filters);
  }
}

/** It adds the trailing slash where one is missing. */
const slashed = (url: string): string => (url.endsWith("/") ? url : `${url}/`);

async function discover(connection: Connection, url: string) {
  const { body } = await connection.get(slashed(url));
  if (!body["title"]) invalid("No title in discovery");
  const roots = body["api_roots"] ?? [];
  if (!Array.isArray(roots)) return invalid("api_roots is no list");
  const urls = new Map(roots.map((root) => [root, slashed(new URL(String(root), slashed(url)).href)] as const));
  // A default that is none of the roots is none to it.
  return { title: body["title"], roots: [...urls.values()], default: urls.get(body["default"] as string) ?? null };
}

async function apiRoot(connection: Connection, url: string): Promise<JsonObject> {
  const { body } = await connection.get(url);
  for (const name of ["title", "versions"]) if (!body[name]) invalid(`No ${name} in the API root`);
  if (body["max_content_length"] == null) invalid("No max_content_length in the API root");
  return body;
}

class Collection {
  readonly #connection: Connection;
  readonly url: string;
  readonly info: JsonObject;

  constructor(connection: Connection, url: string, info: JsonObject) {
    for (const name of ["id", "title"]) if (!info[name]) invalid(`No ${name} in a collection`);
    for (const name of ["can_read", "can_write"]) if (info[name] == null) invalid(`No ${name} in a collection`);
    if (!url.includes(String(info["id"]))) invalid("The collection does not match its URL");
    this.#connection = connection;
    this.url = url;
    this.info = info;
  }

  async add(objects: readonly Json[]): Promise<JsonObject> {
    if (this.info["can_write"] !== true) invalid("The collection does not allow writing.");
    const first = await this.#connection.post(`${this.url}objects/`, { objects });
    checkStatus(first);
    const url = slashed(new URL(`../../status/${String(first["id"])}`, this.url).href);
    // It waits until the status is complete.
    let status = first;
    for (let polls = 0; status["status"] !== "complete"; polls += 1) {
      if (polls > 60) invalid("The contribution does not complete.");
      status = (await this.#connection.get(url)).body;
      checkStatus(status);
    }
    const again = (await this.#connection.get(url)).body;
    checkStatus(again);
    return again;
  }

  async get(path: string, filters: Filters = {}): Promise<Answer> {
    if (this.info["can_read"] !== true) invalid("The collection does not allow reading.");
    return this.#connection.get(this.url + path, filters);
  }

  async delete(id: string, filters: Filters = {}): Promise<void> {
    if (this.info["can_write"] !== true) invalid("The collection does not allow writing.");
    return this.#connection.delete(`${this.url}objects/${id}/`, filters);
  }

  /** Its paging: the number of objects on the first page becomes the limit, and `more` alone says whether to go on. */
  async pages(path: string, perRequest: number, filters: Filters = {}): Promise<readonly Answer[]> {
    let limit = perRequest;
    let page = await this.get(path, { ...filters, limit });
    const pages = [page];
    const obtained = countOf(page.body);
    if (page.body["more"] === true && obtained !== limit) limit = obtained;
    while (page.body["more"] === true) {
      page = await this.get(path, { ...filters, limit, next: String(page.body["next"] ?? "") });
      pages.push(page);
    }
    return pages;
  }
}

function countOf(body: JsonObject): number {
  const objects: unknown = body["objects"] ?? [];
  return Array.isArray(objects) ? objects.length : 0;
}

function checkStatus(status: JsonObject): void {
  for (const name of ["id", "status"]) if (!status[name]) invalid(`No ${name} in a status`);
  let sum = 0;
  for (const [count, name] of [
    ["success_count", "successes"],
    ["failure_count", "failures"],
    ["pending_count", "pendings"],
  ] as const) {
    const n = status[count];
    if (n == null) invalid(`No ${count} in a status`);
    const details: unknown = status[name] ?? [];
    if (Array.isArray(details) && details.length > 0 && details.length !== n)
      invalid(`${count} does not match ${name}`);
    sum += Number(n);
  }
  if (status["total_count"] == null || sum !== status["total_count"]) invalid("The counts of a status do not add up");
}

async function collections(connection: Connection, root: string): Promise<readonly Collection[]> {
  const url = `${root}collections/`;
  const { body } = await connection.get(url);
  const items: unknown = body["collections"] ?? [];
  if (!Array.isArray(items)) return invalid("collections is no list");
  return items
    .filter((item) => isObject(item))
    .map((item) => new Collection(connection, `${url}${String(item["id"])}/`, item));
}

interface Ground {
  readonly base: string;
  readonly send: Send;
  token(client: "KZ-contributor" | "TR-analyst"): Promise<string>;
  close(): Promise<void>;
}

const policies = { KZ: usual(["TR"]), TR: usual([]) };

const grounds: readonly (readonly [string, () => Promise<Ground>])[] = [
  [
    "on the app",
    async () => {
      const stage = await openStage(policies);
      return {
        base: TEST_URL,
        send: async (request) => stage.host.app.request(request),
        token: (client) =>
          (client === "KZ-contributor" ? stage.state("KZ").contributor : stage.state("TR").analyst).token(),
        close: stage.close,
      };
    },
  ],
  [
    "over a socket",
    async () => {
      const stage = await openServed(policies);
      return {
        base: stage.url,
        send: (request) => fetch(request),
        token: async (client) => {
          const session =
            client === "KZ-contributor" ? stage.client("KZ", "contributor") : stage.client("TR", "analyst");
          return (await session.token()).access_token;
        },
        close: stage.close,
      };
    },
  ],
];

describe.each(grounds)("taxii2-client %s", (_, open) => {
  let ground: Ground;
  let writer: Connection;
  let reader: Connection;
  let mine: Collection;
  let theirs: Collection;
  const objects = [
    indicator(1, "green"),
    malware(2, "amber"),
    relationship(3, indicator(1, null).id, malware(2, null).id, "green"),
    ...Array.from({ length: 20 }, (__, i) => indicator(10 + i, "green")),
  ];

  beforeAll(async () => {
    ground = await open();
    writer = new Connection(ground.send, await ground.token("KZ-contributor"));
    reader = new Connection(ground.send, await ground.token("TR-analyst"));
  });
  afterAll(() => ground.close());

  it("goes from discovery to the API root to the collections, with and without its slash", async () => {
    for (const url of [`${ground.base}/taxii2/`, `${ground.base}/taxii2`]) {
      for (const connection of [writer, reader]) {
        const server = await discover(connection, url);
        expect(server.roots).toEqual([`${ground.base}/api/`]);
        expect(server.default).toBe(`${ground.base}/api/`);
        const root = await apiRoot(connection, server.default ?? "");
        expect(root["versions"]).toContain(mediaType);
        const found = await collections(connection, server.default ?? "");
        const named = found.find((collection) => collection.info["title"] === "Threat reports");
        if (named === undefined) throw new TypeError("There are no threat reports.");
        if (connection === writer) mine = named;
        else theirs = named;
      }
    }
    expect([mine.info["can_read"], mine.info["can_write"]]).toEqual([true, true]);
    expect([theirs.info["can_read"], theirs.info["can_write"]]).toEqual([true, false]);
    // A collection is loaded by itself as well.
    const alone = await writer.get(mine.url);
    expect(new Collection(writer, mine.url, alone.body).info).toEqual(mine.info);
  });

  it("adds objects and polls their status until it is complete", async () => {
    const status = await mine.add(objects);
    expect(status).toMatchObject({ status: "complete", total_count: objects.length, success_count: objects.length });
    const mixed = await mine.add([objects[0] ?? {}, { ...indicator(40, "green"), pattern: 7 }, { type: "x" }]);
    expect(mixed).toMatchObject({ total_count: 3, success_count: 1, failure_count: 2 });
    await expect(theirs.add(objects)).rejects.toThrow("does not allow writing");
  });

  it("gets objects and manifest as pages, each once, whatever page size it begins with", async () => {
    for (const collection of [mine, theirs]) {
      const whole = await collection.get("objects/");
      const ids = (answers: readonly Answer[]): readonly string[] =>
        answers.flatMap(({ body }) => ((body["objects"] ?? []) as readonly JsonObject[]).map(({ id }) => String(id))); // as served
      expect(ids([whole])).toEqual(expect.arrayContaining(objects.map(({ id }) => id)));
      for (const perRequest of [0, 1, 3, 7, ids([whole]).length, 5_000])
        for (const path of ["objects/", "manifest/"])
          expect(ids(await collection.pages(path, perRequest))).toEqual(ids([whole]));
      const some = await collection.pages("objects/", 2, {
        type: ["indicator", "malware"],
        added_after: "1970-01-01T00:00:00Z",
      });
      expect(ids(some).toSorted()).toEqual(
        objects
          .filter(({ id }) => !id.startsWith("relationship"))
          .map(({ id }) => id)
          .toSorted(),
      );
    }
  });

  it("follows the dates of the headers from one poll to the next", async () => {
    const first = await theirs.get("objects/", { limit: 5 });
    const since = first.headers.get("x-taxii-date-added-last") ?? "";
    const rest = await theirs.get("objects/", { added_after: since });
    const whole = await theirs.get("objects/");
    expect(countOf(first.body) + countOf(rest.body)).toBe(countOf(whole.body));
    const nothing = await theirs.get("objects/", { added_after: whole.headers.get("x-taxii-date-added-last") ?? "" });
    expect(nothing.body).toEqual({});
    await mine.add([indicator(50, "green")]);
    const news = await theirs.get("objects/", { added_after: whole.headers.get("x-taxii-date-added-last") ?? "" });
    expect(countOf(news.body)).toBe(1);
  });

  it("gets an object, its versions, one of them by its time, and filters by several", async () => {
    const [object] = objects;
    const next = later(indicator(1, "green"), 5);
    await mine.add([next]);
    const path = `objects/${object?.id ?? ""}/`;
    expect((await theirs.get(path)).body["objects"]).toEqual([next]);
    expect((await theirs.get(`${path}versions/`)).body["versions"]).toEqual([object?.["modified"], next["modified"]]);
    expect((await theirs.get(path, { version: "2026-11-01T00:00:00Z" })).body["objects"]).toEqual([object]);
    expect((await theirs.get(path, { version: ["first", "last"] })).body["objects"]).toEqual([object, next]);
    expect((await theirs.get(path, { version: "all", spec_version: ["2.1"] })).body["objects"]).toEqual([object, next]);
    expect((await theirs.pages(`${path}versions/`, 1)).length).toBeLessThan(4);
  });

  it("deletes what it wrote, and then it is 404 for both; what the reader may not delete stays", async () => {
    const id = malware(2, null).id;
    expect((await theirs.get(`objects/${id}/`)).status).toBe(200);
    await expect(theirs.delete(id)).rejects.toThrow("does not allow writing");
    await expect(reader.delete(`${theirs.url}objects/${id}/`)).rejects.toThrow("403");
    await mine.delete(id);
    for (const collection of [mine, theirs]) {
      await expect(collection.get(`objects/${id}/`)).rejects.toThrow("404");
      await expect(collection.get(`objects/${id}/versions/`)).rejects.toThrow("404");
      expect((await collection.get("manifest/", { id, version: "all" })).body).toEqual({});
    }
    await expect(mine.delete(id)).rejects.toThrow("404");
  });

  it("is told 401 when its token does not hold, and 404 for a collection that is not there", async () => {
    const stranger = new Connection(ground.send, "nonsense");
    await expect(stranger.get(`${ground.base}/api/`)).rejects.toThrow("401");
    await expect(writer.get(`${ground.base}/api/collections/${crypto.randomUUID()}/objects/`)).rejects.toThrow("404");
  });
});
