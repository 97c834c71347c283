// The exchange that the benches load: 28 member states with policies of their own, a contributor's client each, filled through
// the real act of contributing. Of ten contributions six go to everyone, three to a group of six states, one to a single one.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Caller } from "../src/auth/caller.ts";
import { signAssertion } from "../src/auth/client-assertion.ts";
import { generateKey, importSigningKey, publicJwk, type SigningKey } from "../src/auth/key.ts";
import { type Role, scopesOf } from "../src/auth/scope.ts";
import { jwtBearerAssertionType } from "../src/auth/token-request.ts";
import { cicaMembers } from "../src/directory/cica.ts";
import { formatBase64url } from "../src/encoding/base64.ts";
import type { Json } from "../src/encoding/json.ts";
import { addClientAs } from "../src/exchange/add-client.ts";
import { addStateAs } from "../src/exchange/add-state.ts";
import { contribute } from "../src/exchange/contribute.ts";
import type { Exchange } from "../src/exchange/exchange.ts";
import { integrate } from "../src/exchange/integrate.ts";
import { setPolicy } from "../src/exchange/set-policy.ts";
import { now } from "../src/node/clock.ts";
import { openNode } from "../src/node/open.ts";
import type { Settings } from "../src/node/settings.ts";
import { parseEnvelope } from "../src/taxii/envelope.ts";
import { audienceOf, envelopeText, indicatorMaker } from "./objects.ts";

/** The exchange's own name; where it listens is another matter. */
export const BENCH_URL = "http://localhost:8787";
export const COLLECTION = "threat-reports";
/** Objects of one bulk envelope, at most. */
export const BULK_MAX = 5_000;
const GROUP_MEMBERS = 6;
/** How often each member contributes while the exchange is filled. */
const PASSES = 4;

export interface Member {
  readonly state: string;
  readonly n: number;
  readonly client: string;
  readonly key: SigningKey;
}

export interface Filled {
  readonly database: string;
  readonly objects: number;
  readonly members: readonly Member[];
  /** The collection's id and number. */
  readonly collection: { readonly id: string; readonly n: number };
  /** How fast the act took the bulk envelopes in. */
  readonly objectsPerSecond: number;
}

export function settingsOf(database: string): Settings {
  return { port: 0, host: "127.0.0.1", url: BENCH_URL, title: "Bench", database, tls: null, trustedProxies: [] };
}

/** Makes an exchange in a new folder and contributes so many objects, as its members by turns. */
export async function fill(folder: string, objects: number, seed: number): Promise<Filled> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const database = join(folder, "serai.db");
  const { exchange } = await openNode(settingsOf(database), BENCH_URL);
  const members = await admit(exchange);
  const make = indicatorMaker(seed);
  const bulk = Math.min(BULK_MAX, Math.max(1, Math.ceil(objects / members.length / PASSES)));
  let elapsed = 0;
  for (let done = 0, turn = 0; done < objects; done += bulk, turn += 1) {
    const text = envelopeText(make, Math.min(bulk, objects - done), audienceOf(turn));
    const { state, client } = members[turn % members.length] ?? {};
    const from = performance.now();
    const status = await contribute(exchange, callerOf(state ?? "", client ?? "", "contributor"), {
      collection: COLLECTION,
      envelope: parseEnvelope(text),
      instruction: null,
    });
    elapsed += performance.now() - from;
    if (status.failure_count > 0)
      throw new Error(`The bench's objects are not valid: ${JSON.stringify(status.failures[0])}`);
  }
  await integrate(exchange);
  const { directory } = await exchange.directory();
  const collection = directory.collections.find((one) => one.alias === COLLECTION);
  if (collection === undefined) throw new TypeError("The collection is missing.");
  await exchange.store.close();
  return { database, objects, members, collection, objectsPerSecond: (objects / elapsed) * 1000 };
}

async function admit(exchange: Exchange): Promise<readonly Member[]> {
  for (const member of cicaMembers)
    await addStateAs(exchange, "operator", {
      registration: { ...member, identities: [], networks: [] },
      identities: [],
    });
  const members: Member[] = [];
  for (const { code } of cicaMembers) {
    const client = `${code}-contributor`;
    const key = await generateKey("ES256");
    for (const role of ["contributor", "steward"] as const) {
      const id = `${code}-${role}`;
      const keys = [{ ...publicJwk(role === "contributor" ? key : await generateKey("ES256")) }];
      const registration = { role, name: id, cleared: false, reach: "organisation", keys } as const;
      await addClientAs(exchange, "operator", { id, party: code, registration }, () => {});
    }
    const { directory } = await exchange.directory();
    const n = directory.parties.find((party) => party.code === code)?.n ?? 0;
    members.push({ state: code, n, client, key: await importSigningKey(key) });
  }
  for (const [i, { code }] of cicaMembers.entries())
    await setPolicy(exchange, callerOf(code, `${code}-steward`, "steward"), policyOf(i));
  return members;
}

/** A state's group are the next six of the list, its partner the seventh: nobody is special. */
function policyOf(place: number): Json {
  const next = (by: number): string => cicaMembers[(place + by) % cicaMembers.length]?.code ?? "";
  return {
    unmarked: "refuse",
    groups: { neighbours: Array.from({ length: GROUP_MEMBERS }, (_, i) => next(i + 1)) },
    rules: [
      { name: "everyone", share: ["all"], when: { tlp: "green" } },
      { name: "neighbours", share: ["group:neighbours"], when: { tlp: ["amber"] } },
      { name: "partner", share: [next(GROUP_MEMBERS + 1)], when: { tlp: ["amber+strict"] } },
    ],
  };
}

function callerOf(state: string, client: string, role: Role): Caller {
  return {
    client,
    state,
    role,
    scopes: new Set(scopesOf(role)),
    cleared: false,
    reach: "organisation",
    tokenIssuedAt: now(),
  };
}

/** Tokens end after five minutes; a full run takes longer. Milliseconds. */
const RENEW_AFTER = 120_000;

const held = new Map<number, { readonly at: number; readonly tokens: ReadonlyMap<string, string> }>();

/** An access token for each member that holds for a while yet, from the token door of the server on this port. */
export async function tokensFor(port: number, members: readonly Member[]): Promise<ReadonlyMap<string, string>> {
  const there = held.get(port);
  if (there !== undefined && performance.now() - there.at < RENEW_AFTER) return there.tokens;
  const tokens = await fetchTokens(port, members);
  held.set(port, { at: performance.now(), tokens });
  return tokens;
}

async function fetchTokens(port: number, members: readonly Member[]): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>();
  for (const { state, client, key } of members) {
    const assertion = await signAssertion(key, {
      clientId: client,
      audience: BENCH_URL,
      now: now(),
      jti: formatBase64url(crypto.getRandomValues(new Uint8Array(16))),
    });
    const response = await fetch(`http://127.0.0.1:${port}/oauth/token`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: jwtBearerAssertionType,
        client_assertion: assertion,
      }).toString(),
    });
    const answer = (await response.json()) as { access_token?: string };
    if (answer.access_token === undefined) throw new Error(`No token for ${client}: ${JSON.stringify(answer)}`);
    tokens.set(state, answer.access_token);
  }
  return tokens;
}
