// TAXII 2.1 (OASIS Standard, 10 June 2021): discovery and one API root. Relied on by every client that the conference's
// states already run. Each path is served with and without its trailing slash.
import type { Hono } from "hono";
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import type { Collection } from "../directory/collection.ts";
import { findParty } from "../directory/directory.ts";
import { isActive } from "../directory/state.ts";
import { contribute } from "../exchange/contribute.ts";
import { API_ROOT_PATH, type Exchange, type Moment } from "../exchange/exchange.ts";
import { collectionOf, readPage, type Wanted } from "../exchange/read.ts";
import { recall } from "../exchange/recall.ts";
import { findStatus } from "../exchange/find-status.ts";
import { sees } from "../exchange/sees.ts";
import { Refusal } from "../refusal.ts";
import { formatApiRoot } from "../taxii/api-root.ts";
import { formatCollection, formatCollections, type Collection as CollectionResource } from "../taxii/collection.ts";
import { formatCursor, type PagedResource, type Place, type Position, positionOf } from "../taxii/cursor.ts";
import { discoveryPath, formatDiscovery } from "../taxii/discovery.ts";
import { CONTENT_LENGTH_MAX, parseEnvelope, wrapEnvelope } from "../taxii/envelope.ts";
import { type Filter, parseFilter } from "../taxii/filter.ts";
import { formatManifest } from "../taxii/manifest.ts";
import { acceptable, contentTypeAccepted, stixMediaType, taxiiMediaType } from "../taxii/media-type.ts";
import { dateAddedHeaders } from "../taxii/page.ts";
import { formatVersions } from "../taxii/versions.ts";
import { answerTaxii } from "./answer.ts";
import { type Door, mount } from "./door.ts";
import { readBody } from "./limits.ts";
import { lendRoom, takeRoom } from "./page-room.ts";

const mediaTypes = ["application/stix+json;version=2.1"];

/** Hangs the TAXII doors. */
export function taxii(app: Hono, exchange: Exchange): void {
  const open = { face: "taxii", caller: "none" } as const;
  const known = { face: "taxii", caller: "required" } as const;
  mount(app, exchange, discoveryPath, open, { GET: async (door) => discovery(exchange, door) });
  mount(app, exchange, API_ROOT_PATH, known, { GET: async (door) => apiRoot(exchange, door) });
  mount(app, exchange, `${API_ROOT_PATH}status/:status/`, known, { GET: async (door) => status(exchange, door) });
  mount(app, exchange, `${API_ROOT_PATH}collections/`, known, { GET: async (door) => collections(exchange, door) });
  const one = `${API_ROOT_PATH}collections/:collection/`;
  mount(app, exchange, one, known, { GET: async (door) => collection(exchange, door) });
  mount(app, exchange, `${one}manifest/`, known, { GET: async (door) => manifest(exchange, door) });
  mount(app, exchange, `${one}objects/`, known, {
    GET: async (door) => objects(exchange, door, "objects"),
    POST: async (door) => addObjects(exchange, door),
  });
  mount(app, exchange, `${one}objects/:object/`, known, {
    GET: async (door) => objects(exchange, door, "object"),
    DELETE: async (door) => deleteObject(exchange, door),
  });
  mount(app, exchange, `${one}objects/:object/versions/`, known, { GET: async (door) => versions(exchange, door) });
}

function negotiate(door: Door): void {
  if (!acceptable(door.request.headers.get("accept")))
    throw new Refusal("not-acceptable", `Answers are ${taxiiMediaType}.`, { subject: "Accept" });
}

function discovery(exchange: Exchange, door: Door): Response {
  negotiate(door);
  // The standard has absolute URLs with https only; without TLS (a demo on loopback) the root is told by its path.
  const root = exchange.apiRoot.startsWith("https:") ? exchange.apiRoot : API_ROOT_PATH;
  return answerTaxii(formatDiscovery({ title: exchange.title, default: root, api_roots: [root] }));
}

function apiRoot(exchange: Exchange, door: Door): Response {
  negotiate(door);
  return answerTaxii(
    formatApiRoot({ title: exchange.title, versions: [taxiiMediaType], max_content_length: CONTENT_LENGTH_MAX }),
  );
}

async function status(exchange: Exchange, door: Door): Promise<Response> {
  negotiate(door);
  return answerTaxii(await findStatus(exchange, door.caller(), door.parameter("status")));
}

interface Rights {
  readonly read: boolean;
  readonly write: boolean;
}

/** What the caller may do in any collection: who may have which object is decided object by object. */
function rightsOf(exchange: Exchange, { directory }: Moment, caller: Caller): Rights {
  const party = findParty(directory, caller.state);
  const active = party !== null && isActive(party, exchange.now());
  return {
    read: active && caller.scopes.has("taxii:read"),
    write: active && party.kind === "state" && caller.scopes.has("taxii:write"),
  };
}

function resourceOf(one: Collection, rights: Rights): CollectionResource {
  return {
    id: one.id,
    title: one.title,
    description: one.description === "" ? undefined : one.description,
    alias: one.alias,
    can_read: rights.read,
    can_write: rights.write,
    media_types: mediaTypes,
  };
}

async function collections(exchange: Exchange, door: Door): Promise<Response> {
  negotiate(door);
  const moment = door.moment();
  const rights = rightsOf(exchange, moment, door.caller());
  const { directory } = moment;
  return answerTaxii(formatCollections(directory.collections.map((one) => resourceOf(one, rights))));
}

async function collection(exchange: Exchange, door: Door): Promise<Response> {
  negotiate(door);
  const moment = door.moment();
  const one = collectionOf(moment, door.parameter("collection"));
  return answerTaxii(formatCollection(resourceOf(one, rightsOf(exchange, moment, door.caller()))));
}

/** Where in a collection a request stands, after the right to read was settled. */
function locate(exchange: Exchange, door: Door, resource: PagedResource) {
  negotiate(door);
  const caller = door.caller();
  const moment = door.moment();
  const one = collectionOf(moment, door.parameter("collection"));
  requireScope(caller, "taxii:read");
  const filter = parseFilter(door.query, resource);
  const object = resource === "object" || resource === "versions" ? door.parameter("object") : null;
  const place: Place = { party: caller.state, client: caller.client, collection: one.id, resource, object };
  return { caller, moment, filter, object, place, position: positionOf(exchange.keys.cursor, place, filter) };
}

function wantedAt(position: Position, want: Wanted["want"], object: string | null): Wanted {
  const { match, after, limit } = position;
  return {
    want,
    after,
    limit,
    ids: object === null ? match.ids : [object],
    types: match.types,
    versions: match.versions,
    specVersions: match.specVersions,
  };
}

function nextOf(
  exchange: Exchange,
  place: Place,
  position: Position,
  page: { more: boolean; last: number },
): string | null {
  return page.more ? formatCursor(exchange.keys.cursor, place, { ...position, after: page.last }) : null;
}

async function objects(exchange: Exchange, door: Door, resource: "objects" | "object"): Promise<Response> {
  const { caller, moment, filter, object, place, position } = locate(exchange, door, resource);
  const { page } = await readPage(exchange, caller, place.collection, wantedAt(position, "objects", object), moment);
  if (page.count === 0 && object !== null) await requireVisible(exchange, caller, place.collection, object, filter);
  const headers = page.count === 0 ? {} : dateAddedHeaders(page.first, page.last);
  const envelope = wrapEnvelope(page.bodies, nextOf(exchange, place, position, page), takeRoom);
  return lendRoom(answerTaxii(envelope, 200, headers), envelope);
}

async function manifest(exchange: Exchange, door: Door): Promise<Response> {
  const { caller, moment, place, position } = locate(exchange, door, "manifest");
  const { page } = await readPage(exchange, caller, place.collection, wantedAt(position, "manifest", null), moment);
  const records = page.rows.map((row) => ({
    id: row.id,
    date_added: row.added,
    version: row.version,
    media_type: stixMediaType,
  }));
  const headers = page.count === 0 ? {} : dateAddedHeaders(page.first, page.last);
  return answerTaxii(formatManifest(records, nextOf(exchange, place, position, page)), 200, headers);
}

async function versions(exchange: Exchange, door: Door): Promise<Response> {
  const { caller, moment, filter, object, place, position } = locate(exchange, door, "versions");
  const { page } = await readPage(exchange, caller, place.collection, wantedAt(position, "manifest", object), moment);
  if (page.count === 0) await requireVisible(exchange, caller, place.collection, object ?? "", filter);
  const list = page.rows.map((row) => row.version);
  const headers = page.count === 0 ? {} : dateAddedHeaders(page.first, page.last);
  return answerTaxii(formatVersions(list, nextOf(exchange, place, position, page)), 200, headers);
}

/** An object with no version that matches is an empty envelope; one that is not there, or not for this caller, is 404. */
async function requireVisible(
  exchange: Exchange,
  caller: Caller,
  at: string,
  object: string,
  filter: Filter | null,
): Promise<void> {
  if (filter !== null && isUnfiltered(filter)) throw absent();
  if (!(await sees(exchange, caller, at, object))) throw absent();
}

function isUnfiltered(filter: Filter): boolean {
  return filter.given.length === 0 && filter.addedAfter === null && filter.next === null;
}

const absent = (): Refusal => new Refusal("not-found", "There is no such object.");

async function addObjects(exchange: Exchange, door: Door): Promise<Response> {
  negotiate(door);
  const caller = door.caller();
  requireScope(caller, "taxii:write");
  collectionOf(door.moment(), door.parameter("collection"));
  if (!contentTypeAccepted(door.request.headers.get("content-type")))
    throw new Refusal("media-type", `Bodies are ${taxiiMediaType}.`, { subject: "Content-Type" });
  const envelope = parseEnvelope(await readBody(door.request, CONTENT_LENGTH_MAX, "CONTENT_LENGTH_MAX"));
  const done = await contribute(exchange, caller, {
    collection: door.parameter("collection"),
    envelope,
    instruction: null,
  });
  return answerTaxii(await findStatus(exchange, caller, done.id), 202);
}

async function deleteObject(exchange: Exchange, door: Door): Promise<Response> {
  negotiate(door);
  const caller = door.caller();
  const object = door.parameter("object");
  const one = collectionOf(door.moment(), door.parameter("collection"));
  const { versions: wanted, specVersions } = parseFilter(door.query, "delete");
  // Without either right the object is not told of; one of them alone is not enough (TAXII 2.1 §5.7).
  if (!caller.scopes.has("taxii:read") && !caller.scopes.has("taxii:write")) throw absent();
  requireScope(caller, "taxii:read");
  requireScope(caller, "taxii:write");
  requireScope(caller, "recall");
  // Everything that the exchange holds is STIX 2.1: another version selects nothing.
  if (specVersions.length > 0 && !specVersions.includes("2.1")) throw absent();
  try {
    await recall(exchange, caller, {
      collection: one.id,
      id: object,
      versions: wanted,
      reason: "no-reason-given",
      erase: false,
    });
  } catch (error) {
    // One's own object without such a version is absent; another's that one can see is not one's to recall.
    if (!(error instanceof Refusal) || error.code !== "not-found" || error.rule === "version") throw error;
    await requireVisible(exchange, caller, one.id, object, null);
    throw new Refusal("forbidden", "An object is recalled by who contributed it.");
  }
  return answerTaxii("");
}
