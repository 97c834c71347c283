// A whole exchange for stories: real books, real keys, real tokens, through app.request(). The runtime-specific part (which
// database) is passed in, so that the same stories run on Node and in workerd.
import type { Hono } from "hono";
import { createApp } from "../../src/app.ts";
import { TokenMemory } from "../../src/auth/access-token.ts";
import { signAssertion } from "../../src/auth/client-assertion.ts";
import { generateKey, importSigningKey, publicJwk, type SigningKey } from "../../src/auth/key.ts";
import { signTerms } from "../../src/auth/terms-signature.ts";
import { jwtBearerAssertionType } from "../../src/auth/token-request.ts";
import type { CollectionRegistration } from "../../src/directory/collection.ts";
import type { Json } from "../../src/encoding/json.ts";
import { formatBase64url } from "../../src/encoding/base64.ts";
import type { Micros } from "../../src/encoding/timestamp.ts";
import { type Exchange, openExchange } from "../../src/exchange/exchange.ts";
import { initialize } from "../../src/exchange/init.ts";
import { makeKeys, openKeys } from "../../src/exchange/keys.ts";
import type { Engine } from "../../src/store/engine.ts";
import { type Journal, tableJournal } from "../../src/store/journal.ts";
import { Store } from "../../src/store/store.ts";

export const TEST_URL = "http://localhost:8787";

/** A clock that runs with the machine's and can be moved ahead. */
export class TestClock {
  #ahead = 0;
  readonly now = (): Micros => Math.round((performance.timeOrigin + performance.now()) * 1000) + this.#ahead;
  advance(by: Micros): void {
    this.#ahead += by;
  }
}

/** What a client has to know of an exchange: how it is asked, in this process or through a runtime's entry, and its time. */
export interface TestHost {
  readonly app: { request(url: string, init?: RequestInit): Response | Promise<Response> };
  readonly clock: TestClock;
}

/** A client with its key and, once asked for, its token. */
export class TestClient {
  readonly id: string;
  readonly #host: TestHost;
  readonly #key: SigningKey;
  #token: { readonly text: string; readonly until: Micros } | null = null;

  constructor(host: TestHost, id: string, key: SigningKey) {
    this.#host = host;
    this.id = id;
    this.#key = key;
  }

  async token(): Promise<string> {
    const now = this.#host.clock.now();
    if (this.#token !== null && this.#token.until > now + 10_000_000) return this.#token.text;
    const assertion = await signAssertion(this.#key, {
      clientId: this.id,
      audience: TEST_URL,
      now,
      jti: formatBase64url(random(16)),
    });
    const response = await this.#host.app.request(`${TEST_URL}/oauth/token`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: jwtBearerAssertionType,
        client_assertion: assertion,
      }).toString(),
    });
    const body = (await response.json()) as { access_token: string; expires_in: number };
    if (response.status !== 200) throw new Error(`No token for ${this.id}: ${JSON.stringify(body)}`);
    this.#token = { text: body.access_token, until: now + body.expires_in * 1_000_000 };
    return body.access_token;
  }

  /** Its signature of the terms that it is shown; `said` makes it sign something else. */
  async signature(state: string, said: { version?: number; digest?: string; exchange?: string } = {}): Promise<string> {
    const { body } = await this.json("GET", "/v1/terms");
    const terms = { version: body.version, digest: body.digest, exchange: TEST_URL, ...said };
    return signTerms(this.#key, { clientId: this.id, state, ...terms }, this.#host.clock.now());
  }

  async request(
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const headers = { Authorization: `Bearer ${await this.token()}`, ...init.headers };
    return this.#host.app.request(TEST_URL + path, { ...init, headers });
  }

  async json(method: string, path: string, body?: Json): Promise<{ readonly status: number; readonly body: any }> {
    const init =
      body === undefined
        ? { method }
        : { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    const response = await this.request(path, init);
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  }

  /** POSTs an envelope and returns the status resource. */
  async post(collection: string, objects: readonly Json[]): Promise<any> {
    const response = await this.request(`/api/collections/${collection}/objects/`, {
      method: "POST",
      body: JSON.stringify({ objects }),
      headers: { "Content-Type": "application/taxii+json;version=2.1" },
    });
    const body = await response.json();
    if (response.status !== 202) throw new Error(`Not accepted: ${JSON.stringify(body)}`);
    return body;
  }

  /** Everything that is new after a date, through pages, with the dates. */
  async pull(
    collection: string,
    options: { limit?: number; query?: string } = {},
  ): Promise<{ readonly objects: any[]; readonly pages: number }> {
    const objects: any[] = [];
    let pages = 0;
    let next: string | undefined;
    do {
      const query = new URLSearchParams(options.query ?? "");
      if (options.limit !== undefined) query.set("limit", String(options.limit));
      if (next !== undefined) query.set("next", next);
      const response = await this.request(`/api/collections/${collection}/objects/?${query}`);
      const page = (await response.json()) as { objects?: any[]; more?: boolean; next?: string };
      if (response.status !== 200) throw new Error(`Not served: ${JSON.stringify(page)}`);
      objects.push(...(page.objects ?? []));
      next = page.more === true ? page.next : undefined;
      pages += 1;
    } while (next !== undefined);
    return { objects, pages };
  }
}

/** Those who take part, added over HTTP. */
export interface TestMembers {
  /** A state with its steward, contributor and analyst (cleared where asked), under a policy. */
  addState(code: string, policy?: Json, options?: { cleared?: boolean }): Promise<TestState>;
  addClient(by: TestClient, id: string, registration: Record<string, Json>): Promise<TestClient>;
}

export interface TestExchange extends TestHost, TestMembers {
  readonly app: Hono;
  readonly exchange: Exchange;
  readonly secretariat: TestClient;
}

export interface TestState {
  readonly code: string;
  readonly identity: string;
  readonly steward: TestClient;
  readonly contributor: TestClient;
  readonly analyst: TestClient;
}

const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

export async function openTestExchange(
  engine: Engine,
  options: {
    journal?: Journal;
    collections?: readonly CollectionRegistration[];
    keys?: string;
    clock?: TestClock;
    /** What the exchange draws; a story that is told twice passes the same. */
    random?: (bytes: number) => Uint8Array;
  } = {},
): Promise<TestExchange> {
  const clock = options.clock ?? new TestClock();
  const keys = options.keys ?? (await makeKeys("localhost:8787", random));
  const exchange = openExchange({
    url: TEST_URL,
    title: "Test exchange",
    store: new Store(engine, options.journal ?? tableJournal(engine, "journal-1"), clock.now),
    keys: await openKeys(keys),
    tokens: new TokenMemory(),
    now: clock.now,
    random: options.random ?? random,
  });
  const key = await generateKey("ES256");
  await initialize(exchange, publicJwk(key), options.collections);
  const host = { app: createApp(exchange), clock };
  const secretariat = new TestClient(host, "secretariat", await importSigningKey(key));
  return { ...host, exchange, secretariat, ...membersOf(host, secretariat) };
}

/** Adds members to an exchange in the name of its secretariat. */
export function membersOf(host: TestHost, secretariat: TestClient): TestMembers {
  const addClient: TestMembers["addClient"] = async (by, id, registration) => {
    const own = await generateKey("Ed25519");
    const body = { id, name: id, ...registration, keys: [{ ...publicJwk(own) }] };
    const added = await by.json("POST", "/v1/clients", body);
    if (added.status !== 201) throw new Error(JSON.stringify(added.body));
    return new TestClient(host, id, await importSigningKey(own));
  };
  return {
    addClient,
    async addState(code, policy, { cleared = false } = {}) {
      const added = await secretariat.json("POST", "/v1/states", { code, name: { en: code, ru: code, kk: code } });
      if (added.status !== 201) throw new Error(JSON.stringify(added.body));
      const steward = await addClient(secretariat, `${code}-steward`, { party: code, role: "steward" });
      const contributor = await addClient(steward, `${code}-contributor`, { role: "contributor", cleared });
      const analyst = await addClient(steward, `${code}-analyst`, { role: "analyst", cleared });
      if (policy !== undefined) {
        const set = await steward.json("PUT", "/v1/policy", policy);
        if (set.status !== 200) throw new Error(JSON.stringify(set.body));
      }
      return { code, identity: added.body.identities[0], steward, contributor, analyst };
    },
  };
}
