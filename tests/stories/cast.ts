// A few states that share what is green with all, and what names its recipients with them: for stories of one rule each.
import { expect } from "vitest";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { scoId } from "../../src/stix/sco-id.ts";
import { openTestEngine } from "../harness/engines.ts";
import { openTestExchange, type TestClient, type TestExchange, type TestState } from "../harness/exchange.ts";
import { malware, marked, type TlpLevel } from "../harness/objects.ts";
import { stamp, vendorIdentity } from "./history.ts";
import type { StatusBody } from "./play.ts";

export const greenForAll: JsonObject = { name: "region-wide", share: ["all"], when: { tlp: "green" } };
export const amberForAll: JsonObject = { name: "region-wide", share: ["all"], when: { tlp: "amber" } };
export const asISaid: JsonObject = { name: "as I said", share: ["named"], when: { tlp: "red" } };

export function policyOf(unmarked: string, ...rules: readonly Json[]): Json {
  return { unmarked, rules: [...rules] };
}

/** Plays with states that share what is green with all, and anything with whom they name. */
export async function playing(codes: readonly string[], play: (cast: Cast) => Promise<void>): Promise<void> {
  const test = await openTestEngine("sqlite");
  try {
    const cast = new Cast(await openTestExchange(test.engine));
    for (const code of codes)
      cast.states.set(code, await cast.host.addState(code, policyOf("green", greenForAll, asISaid), { cleared: true }));
    await play(cast);
  } finally {
    await test.close();
  }
}

interface Where {
  readonly query?: string;
  readonly collection?: string;
}

export class Cast {
  readonly host: TestExchange;
  readonly states = new Map<string, TestState>();

  constructor(host: TestExchange) {
    this.host = host;
  }

  state(code: string): TestState {
    const found = this.states.get(code);
    if (found === undefined) throw new Error(code);
    return found;
  }

  /** The analyst of a state that may have everything its state has. */
  analyst(code: string): TestClient {
    return this.state(code).analyst;
  }

  /** A client that may have what is amber+strict, amber, green or clear, and nothing stricter. */
  client(code: string, most: Exclude<TlpLevel, "red">): Promise<TestClient> {
    const reach = { "amber+strict": "organisation", amber: "customers", green: "community", clear: "public" }[most];
    const id = `${code}-${most.replace("+", "-")}`;
    return this.host.addClient(this.state(code).steward, id, { role: "analyst", reach });
  }

  async post(
    code: string,
    objects: readonly JsonObject[],
    { to, collection = "threat-reports" }: { readonly to?: readonly string[]; readonly collection?: string } = {},
  ): Promise<StatusBody> {
    const answer = await this.state(code).contributor.json("POST", "/v1/contributions", {
      collection,
      objects,
      ...(to === undefined ? {} : { instruction: { to } }),
    });
    expect(answer).toMatchObject({ status: 202 });
    return answer.body as StatusBody; // a status resource
  }

  async policy(code: string, policy: Json): Promise<void> {
    expect(await this.state(code).steward.json("PUT", "/v1/policy", policy)).toMatchObject({ status: 200 });
  }

  async recall(code: string, id: string, collection = "threat-reports"): Promise<void> {
    const path = `/api/collections/${collection}/objects/${id}/`;
    expect((await this.state(code).contributor.request(path, { method: "DELETE" })).status).toBe(200);
  }

  /** The names of what a client pulls of an id, in order: all versions, or as `query` says. */
  async names(client: TestClient, id: string, where: Where = {}): Promise<string[]> {
    const { query = "match[version]=all", collection = "threat-reports" } = where;
    const { objects } = await client.pull(collection, { query: `match[id]=${id}&${query}` });
    return (objects as readonly JsonObject[]).map((object) => String(object["name"] ?? object["x_name"])); // JSON
  }
}

/** A vendor's object in a version (minutes) under a name that tells who relays it. */
export function relayed(
  name: string,
  minutes: number,
  level: TlpLevel | null,
  more: JsonObject = {},
): JsonObject & { readonly id: string } {
  return malware(1, level, { name, modified: stamp(minutes), created_by_ref: vendorIdentity, ...more });
}

/** An observable: an address under a name that STIX does not ask for. */
export function address(level: TlpLevel | null, more: JsonObject = {}): JsonObject & { readonly id: string } {
  const body = { type: "ipv4-addr", value: "203.0.113.7" };
  return { ...body, spec_version: "2.1", id: scoId(body) ?? "", ...marked(level), ...more };
}

export function labelled(name: string, party: string, label: string): JsonObject {
  return { name, withhold: [party], when: { label } };
}
