// The exchange's own API: states, clients, policies, collections, contributions with an instruction, explanations. JSON both
// ways; refusals are RFC 9457 problem details.
import type { Hono } from "hono";
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { type Client, parseClientRegistration } from "../directory/client.ts";
import { parseCollectionRegistration } from "../directory/collection.ts";
import { findParty } from "../directory/directory.ts";
import { readNetworks } from "../directory/network.ts";
import { isActive, type Party, parseStateRegistration } from "../directory/state.ts";
import type { Json } from "../encoding/json.ts";
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import { addClient } from "../exchange/add-client.ts";
import { listWaiting } from "../exchange/approvals.ts";
import { addCollection } from "../exchange/add-collection.ts";
import { addState } from "../exchange/add-state.ts";
import { confirmState } from "../exchange/confirm-state.ts";
import { contribute } from "../exchange/contribute.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { findStatus } from "../exchange/find-status.ts";
import { readmitState } from "../exchange/readmit-state.ts";
import { revokeClient } from "../exchange/revoke-client.ts";
import { findPolicyHistory } from "../exchange/policy-history.ts";
import { setNetworks } from "../exchange/set-networks.ts";
import { setPolicy } from "../exchange/set-policy.ts";
import { suspendState } from "../exchange/suspend-state.ts";
import { messagesIn } from "../messages/messages.ts";
import { formatWarning } from "../policy/check.ts";
import { Refusal } from "../refusal.ts";
import { isStixObject, type StixObject } from "../stix/object.ts";
import { answerJson } from "./answer.ts";
import { readJson, readPosted, requireMembers } from "./bodies.ts";
import { type Door, mount } from "./door.ts";
import { languageOf } from "./language.ts";

const rule = { face: "problem", caller: "required" } as const;

export function api(app: Hono, exchange: Exchange): void {
  mount(app, exchange, "/v1/me", rule, { GET: async (door) => me(exchange, door) });
  mount(app, exchange, "/v1/states", rule, {
    GET: async (door) => listStates(exchange, door),
    POST: async (door) => postState(exchange, door),
  });
  mount(app, exchange, "/v1/states/:code/suspend", rule, {
    async POST(door) {
      await suspendState(exchange, door.caller(), door.parameter("code"));
      return answerJson({ code: door.parameter("code"), active: false });
    },
  });
  mount(app, exchange, "/v1/states/:code/readmit", rule, {
    async POST(door) {
      await readmitState(exchange, door.caller(), door.parameter("code"));
      return answerJson({ code: door.parameter("code"), active: true });
    },
  });
  mount(app, exchange, "/v1/states/:code/networks", rule, {
    async PUT(door) {
      const who = door.caller();
      requireScope(who, "members");
      const networks = readNetworks((await readJson(door.request))["networks"], ["networks"]);
      await setNetworks(exchange, who, door.parameter("code"), networks);
      return answerJson({ code: door.parameter("code"), networks });
    },
  });
  mount(app, exchange, "/v1/clients", rule, {
    GET: async (door) => listClients(exchange, door),
    POST: async (door) => postClient(exchange, door),
  });
  mount(app, exchange, "/v1/clients/:id/revoke", rule, {
    async POST(door) {
      await revokeClient(exchange, door.caller(), door.parameter("id"));
      return answerJson({ id: door.parameter("id"), revoked: true });
    },
  });
  mount(app, exchange, "/v1/policy", rule, {
    GET: async (door) => showPolicy(exchange, door),
    PUT: async (door) => putPolicy(exchange, door),
  });
  mount(app, exchange, "/v1/policy/confirmations", rule, {
    GET: async (door) => listConfirmations(door),
    POST: async (door) => postConfirmation(exchange, door),
  });
  mount(app, exchange, "/v1/policy/versions", rule, { GET: async (door) => listPolicyVersions(exchange, door) });
  mount(app, exchange, "/v1/collections", rule, {
    GET: async (door) => listCollections(exchange, door),
    async POST({ request, caller }) {
      const who = caller();
      requireScope(who, "collections");
      return answerJson(await addCollection(exchange, who, parseCollectionRegistration(await readJson(request))), 201);
    },
  });
  mount(app, exchange, "/v1/contributions", rule, {
    POST: async (door) => postContribution(exchange, door),
    GET: async (door) => answerJson({ waiting: await listWaiting(exchange, door.caller()) }),
  });
}

async function me(exchange: Exchange, door: Door): Promise<Response> {
  const { client, state, role, scopes, cleared, reach } = door.caller();
  return answerJson({ client, state, role, scopes: [...scopes], cleared, reach, api_root: exchange.apiRoot });
}

function stateResource(exchange: Exchange, party: Party, networks: readonly string[]) {
  const { code, name, identities, intervals } = party;
  return {
    code,
    name,
    identities,
    networks,
    active: isActive(party, exchange.now()),
    since: intervals[0] === undefined ? null : formatMicros(intervals[0].from),
  };
}

async function listStates(exchange: Exchange, door: Door): Promise<Response> {
  door.caller();
  const { directory } = await exchange.directory();
  return answerJson({
    states: directory.parties
      .filter((party) => party.kind === "state")
      .map((party) => stateResource(exchange, party, directory.networks.get(party.code) ?? [])),
  });
}

async function postState(exchange: Exchange, { request, caller }: Door): Promise<Response> {
  const who = caller();
  requireScope(who, "members");
  const body = await readJson(request);
  const given = body["identities"];
  const identities: StixObject[] = [];
  if (given !== undefined) {
    if (!Array.isArray(given))
      throw new Refusal("invalid", "Identities are a list of STIX identities.", { pointer: "/identities" });
    given.forEach((identity: Json, i) => {
      if (!isStixObject(identity))
        throw new Refusal("invalid", "This is not a STIX object.", { pointer: `/identities/${i}` });
      identities.push(identity);
    });
  }
  const registration = parseStateRegistration({
    ...body,
    ...(given === undefined ? {} : { identities: identities.map((identity) => identity.id) }),
  });
  const added = await addState(exchange, who, { registration, identities });
  return answerJson({ ...stateResource(exchange, added.party, added.networks), identity: added.identities[0] }, 201);
}

/** A client as its own party sees it; keys by their thumbprints. */
function clientResource({ id, party, role, name, cleared, reach, keys, revoked }: Client) {
  return { id, party, role, name, cleared, reach, keys: keys.map((key) => key["kid"] ?? null), revoked };
}

async function listClients(exchange: Exchange, door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "clients", "stewards");
  const { directory } = await exchange.directory();
  return answerJson({
    clients: directory.clients.filter((client) => client.party === caller.state).map(clientResource),
  });
}

async function postClient(exchange: Exchange, { request, caller }: Door): Promise<Response> {
  const who = caller();
  requireScope(who, "clients", "stewards");
  const { id, party: named, replaces = false, ...rest } = await readJson(request);
  const code = named ?? who.state;
  if (typeof id !== "string") throw new Refusal("invalid", "A client has an id.", { pointer: "/id" });
  if (typeof replaces !== "boolean")
    throw new Refusal("invalid", "replaces is true or false.", { pointer: "/replaces" });
  const { directory } = await exchange.directory();
  const party = typeof code === "string" ? findParty(directory, code) : null;
  if (party === null) throw new Refusal("invalid", "There is no such party.", { pointer: "/party" });
  const registration = parseClientRegistration(rest, party.kind);
  const wanted = { id, party: party.code, registration, replaces };
  return answerJson(clientResource(await addClient(exchange, who, wanted)), 201);
}

async function showPolicy(exchange: Exchange, door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "policy", "explain");
  const { directory } = await exchange.directory();
  const version = directory.policies.get(caller.state);
  if (version === undefined) throw new Refusal("not-found", "Your state has set no policy: nothing is shared.");
  return answerJson({ version: version.version, since: formatMicros(version.since), document: version.document });
}

async function putPolicy(exchange: Exchange, door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "policy");
  const set = await setPolicy(exchange, caller, await readJson(door.request));
  const messages = messagesIn(languageOf(door));
  const warnings = set.warnings.map((warning) => formatWarning(warning, messages));
  // In force with the last approval: not yet.
  if (set.kind === "waits") return answerJson({ id: set.id, waits: set.waits, warnings }, 202);
  const { version, decided } = set;
  return answerJson({ version: version.version, since: formatMicros(version.since), decided, warnings });
}

/** Whom one confirmed last when. */
async function listConfirmations(door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "policy", "explain");
  const confirmed = door.moment().directory.confirmed.get(caller.state) ?? new Map<string, Micros>();
  return answerJson({
    confirmations: [...confirmed].sort().map(([state, at]) => ({ state, at: formatMicros(at) })),
  });
}

async function postConfirmation(exchange: Exchange, door: Door): Promise<Response> {
  const caller = door.caller();
  requireScope(caller, "policy");
  const body = await readJson(door.request);
  requireMembers(body, ["state"]);
  const { state } = body;
  if (typeof state !== "string")
    throw new Refusal("invalid", "A state is given by its two-letter code.", { pointer: "/state", rule: "state-code" });
  return answerJson(await confirmState(exchange, caller, state), 201);
}

async function listPolicyVersions(exchange: Exchange, door: Door): Promise<Response> {
  return answerJson({
    versions: (await findPolicyHistory(exchange, door.caller())).map(({ version, since, document }) => ({
      version,
      since: formatMicros(since),
      document,
    })),
  });
}

async function listCollections(exchange: Exchange, door: Door): Promise<Response> {
  door.caller();
  const { directory } = await exchange.directory();
  return answerJson({
    collections: directory.collections.map(({ id, alias, title, description }) => ({ id, alias, title, description })),
  });
}

async function postContribution(exchange: Exchange, door: Door): Promise<Response> {
  const caller: Caller = door.caller();
  requireScope(caller, "taxii:write");
  const status = await contribute(exchange, caller, await readPosted(door.request));
  return answerJson(JSON.parse(await findStatus(exchange, caller, status.id)), 202);
}
