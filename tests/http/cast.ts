// What the tests of the doors share: a request and its whole answer as bytes, an exchange with members, and the few
// readings of answers that most cases need.
import type { Hono } from "hono";
import { addClientAs } from "../../src/exchange/add-client.ts";
import { generateKey, importSigningKey, publicJwk } from "../../src/auth/key.ts";
import type { Role } from "../../src/directory/client.ts";
import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import { taxiiMediaType } from "../../src/taxii/media-type.ts";
import { readMigrations } from "../../src/node/migrations.ts";
import type { Engine } from "../../src/store/engine.ts";
import { openSqlite } from "../../src/store/engines/sqlite.ts";
import { openTestExchange, TEST_URL, TestClient, type TestExchange, type TestState } from "../harness/exchange.ts";

export const taxii = { Accept: taxiiMediaType, "Content-Type": taxiiMediaType } as const;
export const json = { "Content-Type": "application/json" } as const;
export const objectsPath = "/api/collections/threat-reports/objects/";
export const manifestPath = "/api/collections/threat-reports/manifest/";

export interface Ask {
  readonly method?: string | undefined;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined;
  /** Whose token is sent; none: nobody's. */
  readonly as?: TestClient | undefined;
}

/** A whole answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  /** Status, headers in order of their names, and body: what is compared byte by byte and searched for canaries. */
  readonly wire: string;
  /** The body as JSON; {} where it is none. */
  readonly body: JsonObject;
}

/** Sends a request through the app itself and reads the whole answer. */
export async function ask(app: Hono, { method = "GET", path, headers = {}, body, as }: Ask): Promise<Answer> {
  const sent: Record<string, string> = { ...headers };
  if (as !== undefined) sent["Authorization"] = `Bearer ${await as.token()}`;
  const init: RequestInit & { duplex?: "half" } = { method, headers: sent };
  if (body !== undefined) Object.assign(init, { body, duplex: "half" });
  return read(await app.request(new Request(TEST_URL + path, init)));
}

export async function read(response: Response): Promise<Answer> {
  const text = new TextDecoder().decode(await response.arrayBuffer());
  const headers = new Map([...response.headers].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    status: response.status,
    headers,
    text,
    wire: `${response.status}\n${[...headers].map(([name, value]) => `${name}: ${value}\n`).join("")}\n${text}`,
    body: parsed(text),
  };
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {}; // a note, a tile, or nothing
  }
}

/** The items of a list in a body, as JSON objects; none where the list is left out. */
export function list(body: JsonObject, name: string): readonly JsonObject[] {
  const items: unknown = body[name] ?? [];
  if (!Array.isArray(items)) throw new TypeError(`${name} is no list.`);
  return items.filter((item) => isObject(item));
}

export const idsOf = (answer: Answer): readonly string[] =>
  list(answer.body, "objects").map((object) => String(object["id"]));

/** Ids of what states contributed: the commons are everybody's. */
export const contributed = (answer: Answer): readonly string[] =>
  idsOf(answer).filter((id) => !/^(?:marking-definition|extension-definition|identity)--/.test(id));

export const text = (body: JsonObject, name: string): string => {
  const found = body[name];
  if (typeof found !== "string") throw new TypeError(`${name} is no text: ${JSON.stringify(body)}`);
  return found;
};

/** The members of an error that every face has one of: the refusal's code. */
export const codeOf = (answer: Answer): unknown =>
  answer.body["error_code"] ?? answer.body["code"] ?? answer.body["error"];

export const get = (host: TestExchange, as: TestClient, path: string, headers: Record<string, string> = {}) =>
  ask(host.app, { path, as, headers: { Accept: taxiiMediaType, ...headers } });

export const post = (host: TestExchange, as: TestClient, objects: readonly Json[], path: string = objectsPath) =>
  ask(host.app, { method: "POST", path, as, headers: taxii, body: JSON.stringify({ objects }) });

export const remove = (host: TestExchange, as: TestClient, path: string) =>
  ask(host.app, { method: "DELETE", path, as, headers: { Accept: taxiiMediaType } });

/** A contribution with an instruction, on the exchange's own door. */
export const contribute = (
  host: TestExchange,
  as: TestClient,
  objects: readonly Json[],
  instruction: Json | null = null,
  collection = "threat-reports",
) =>
  ask(host.app, {
    method: "POST",
    path: "/v1/contributions",
    as,
    headers: json,
    body: JSON.stringify({ collection, objects, ...(instruction === null ? {} : { instruction }) }),
  });

/** A client registered past the doors, for parties that the doors register nothing for. */
export async function addClientOf(host: TestExchange, party: string, role: Role, id: string): Promise<TestClient> {
  const key = await generateKey("Ed25519");
  const registration = {
    role,
    name: id,
    cleared: false,
    reach: "organisation",
    keys: [{ ...publicJwk(key) }],
  } as const;
  await addClientAs(host.exchange, "operator", { id, party, registration }, () => {});
  return new TestClient(host, id, await importSigningKey(key));
}

export interface Stage {
  readonly engine: Engine;
  readonly host: TestExchange;
  state(code: string): TestState;
  close(): Promise<void>;
}

/** An exchange with these members, each under its policy: on SQLite in memory, since thousands of requests are sent to it. */
export async function openStage(
  policies: Readonly<Record<string, Json>>,
  engine: Engine = openSqlite(":memory:"),
): Promise<Stage> {
  await engine.migrate(readMigrations("sqlite"));
  const host = await openTestExchange(engine);
  const states = new Map<string, TestState>();
  // All join first, so that a policy may name each of them.
  for (const code of Object.keys(policies)) states.set(code, await host.addState(code));
  const state = (code: string): TestState => {
    const found = states.get(code);
    if (found === undefined) throw new TypeError(`${code} is not on this stage.`);
    return found;
  };
  for (const [code, policy] of Object.entries(policies)) {
    const set = await state(code).steward.json("PUT", "/v1/policy", policy);
    if (set.status !== 200) throw new TypeError(JSON.stringify(set.body));
  }
  return { engine, host, state, close: () => engine.close() };
}

/** Green and milder to all, amber to these states, red to whom an instruction names. */
export const usual = (friends: readonly string[]): Json => ({
  unmarked: "green",
  groups: { friends: [...friends] },
  rules: [
    { name: "all", share: ["all"], when: { tlp: "green" } },
    { name: "friends", share: ["group:friends"], when: { tlp: ["amber", "amber+strict"] } },
    { name: "as I said", share: ["named"], when: { tlp: "red" } },
  ],
});
