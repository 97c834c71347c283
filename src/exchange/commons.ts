// The pinned commons (exchange-model, commons): TLP markings, the definitions they need and registered identities. They are
// objects of the exchange's own, released to every member in every collection before anything can use them.
import { formatBase64url } from "../encoding/base64.ts";
import { formatCanonical } from "../encoding/canonical-json.ts";
import { sha256 } from "../encoding/sha256.ts";
import { type Micros, versionKey } from "../encoding/timestamp.ts";
import { uuid4 } from "../encoding/uuid.ts";
import type { Collection } from "../directory/collection.ts";
import { exchangeNumber, isActive, type Party } from "../directory/state.ts";
import { allCeilings } from "../policy/audience.ts";
import { ANYONE } from "../policy/party-set.ts";
import { reducedMarking } from "../policy/reduced-marking.ts";
import type { StixObject } from "../stix/object.ts";
import { pinnedMarkings } from "../stix/pinned-markings.ts";
import { EVERYONE } from "../store/page.ts";
import { draftContribution, draftObjects, draftRenditions, OBJECTS_A_TURN, type ObjectRow } from "../store/objects.ts";
import { insert, type Statement } from "../store/statement.ts";
import type { Tables } from "../store/tables.ts";
import { audienceMac } from "./door.ts";
import type { Exchange } from "./exchange.ts";

/** What belongs to the commons from the start: the markings of TLP, what they need, and the one of reduced renditions. */
export const firstCommons: readonly StixObject[] = [...pinnedMarkings, reducedMarking];

export interface Pinned {
  readonly early: readonly Statement[];
  readonly late: readonly Statement[];
  readonly width: number;
}

/** The id under which the exchange speaks itself: one for ever, made of its log's name. */
export function exchangeIdentityId({ keys }: Pick<Exchange, "keys">): string {
  return `identity--${uuid4(sha256(`the exchange's own identity\n${keys.log.name}`).subarray(0, 16))}`;
}

/** The exchange as STIX names it: one of the commons, the author of its notices. */
export function exchangeIdentity(exchange: Pick<Exchange, "keys" | "title">): StixObject {
  return {
    type: "identity",
    spec_version: "2.1",
    id: exchangeIdentityId(exchange),
    created: "2026-01-01T00:00:00.000Z",
    modified: "2026-01-01T00:00:00.000Z",
    name: exchange.title,
    identity_class: "system",
  };
}

/** How the commons compare contents: as JSON values. */
export function digestOf(value: unknown): string {
  return formatBase64url(sha256(formatCanonical(value)));
}

/**
 * Pins objects in these collections for everybody who is a member now and later (`draftArrival` serves who comes later).
 * @param offset microseconds of the turn that other rows take before
 */
export function draftPinned(
  exchange: Exchange,
  turn: number,
  base: Micros,
  objects: readonly StixObject[],
  collections: readonly Collection[],
  apart: readonly Party[],
): Pinned {
  const rows: ObjectRow[] = [];
  const renditions: Tables["rendition"][] = [];
  const releases: Tables["release"][] = [];
  for (const collection of collections) {
    for (const object of objects) {
      const n = turn * OBJECTS_A_TURN + rows.length;
      const row = pinnedRow(exchange, n, turn, collection, object);
      const release = {
        collection: collection.n,
        last: 1,
        added: base + rows.length,
        rendition: n,
        ceilings: allCeilings,
        size: row.size,
        type: object.type,
      };
      releases.push({ ...release, feed: EVERYONE }, ...apart.map((party) => ({ ...release, feed: party.n })));
      rows.push(row);
      renditions.push({ n, object: n, recipient: 0, generation: 0, body: JSON.stringify(object) });
    }
  }
  const contribution = {
    n: turn,
    party: exchangeNumber,
    client: "exchange",
    collection: 0,
    at: base,
    facts: "{}",
    waits: 0,
    approved: null,
  };
  return {
    early: [...draftContribution(contribution), ...draftObjects(rows), ...draftRenditions(renditions)],
    late: insert("release", releases),
    width: rows.length,
  };
}

function pinnedRow(exchange: Exchange, n: number, turn: number, collection: Collection, object: StixObject): ObjectRow {
  return exchangeRow(exchange, { n, turn, collection: collection.n, audience: ANYONE, had: "" }, object);
}

/** The row of an object that the exchange itself contributed. */
export function exchangeRow(
  exchange: Exchange,
  at: {
    readonly n: number;
    readonly turn: number;
    readonly collection: number;
    readonly audience: string;
    /** Who had it, and knew it by its own id. */
    readonly had: string;
  },
  object: StixObject,
): ObjectRow {
  const { n, turn, collection, audience, had } = at;
  const version = String(object["modified"] ?? object["created"]);
  const row = {
    n,
    contribution: turn,
    contributor: exchangeNumber,
    collection,
    id: object.id,
    version,
    version_key: versionKey(version),
    type: object.type,
    digest: digestOf(object),
    size: JSON.stringify(object).length,
    facts: "{}",
    refs: "[]",
    audience,
    reduced: "",
    had,
    known: had,
    recalled: 0,
  };
  return { ...row, mac: audienceMac(exchange.keys.audience, row) };
}

/**
 * What a party that begins to take part must be given of the commons: whatever was pinned before it came. One that returns
 * has what was pinned while it took part, in its own feed or in everyone's, and gets the rest.
 */
export async function draftArrival(exchange: Exchange, party: Party, base: Micros): Promise<Pinned> {
  const pinned = await exchange.store.read
    .selectFrom("object")
    .innerJoin("rendition", "rendition.object", "object.n")
    .select(["object.collection", "object.type", "object.size", "rendition.n as rendition"])
    .where("object.contributor", "=", exchangeNumber)
    .where("object.audience", "=", ANYONE)
    .orderBy("object.n")
    .execute();
  const held = new Set(
    (
      await exchange.store.read
        .selectFrom("release")
        .innerJoin("rendition", "rendition.n", "release.rendition")
        .innerJoin("object", "object.n", "rendition.object")
        .select(["release.rendition", "release.feed", "release.added"])
        .where("release.feed", "in", party.kind === "state" ? [party.n, EVERYONE] : [party.n])
        .where("object.contributor", "=", exchangeNumber)
        .execute()
    )
      .filter((row) => row.feed === party.n || isActive(party, row.added))
      .map((row) => row.rendition),
  );
  const missing = pinned.filter((row) => !held.has(row.rendition));
  return {
    early: [],
    late: insert(
      "release",
      missing.map((row, k): Tables["release"] => ({
        feed: party.n,
        collection: row.collection,
        last: 1,
        added: base + k,
        rendition: row.rendition,
        ceilings: allCeilings,
        size: row.size,
        type: row.type,
      })),
    ),
    width: missing.length,
  };
}
