// The check at the door (invariant 4 of the house plan): whatever the feeds say, an object leaves only if its reader is in
// the audience that the deciding code wrote and MACed beside it, at a level that the client may have, in the rendition that is
// the object's. Audiences already verified are remembered.
import { formatBase64url } from "../encoding/base64.ts";
import { equalBytes, utf8 } from "../encoding/bytes.ts";
import { ANYONE, includes, type PartySet, parseParties } from "../policy/party-set.ts";
import { findObjectsByNumber, type ObjectRow } from "../store/objects.ts";
import type { Page } from "../store/page.ts";
import type { Exchange } from "./exchange.ts";

/** Audiences remembered; past it they are all verified anew. */
export const AUDIENCES_MAX = 200_000;

interface Audience {
  readonly parties: PartySet | typeof ANYONE;
  readonly level: number;
}

interface Memory {
  readonly narrowed: number;
  readonly audiences: Map<number, Audience | null>;
}

const memories = new WeakMap<Exchange, Memory>();

type Sealed = Pick<ObjectRow, "n" | "contributor" | "collection" | "id" | "version_key" | "level" | "audience">;

/** The MAC over an object's identity, level and audience, as the books keep it. */
export function audienceMac(mac: (data: string) => Uint8Array, row: Sealed): string {
  const { n, contributor, collection, id, version_key: version, level, audience } = row;
  return formatBase64url(mac([n, contributor, collection, id, version, level, audience].join("\n")));
}

/** Who reads, and how strict a level the client may have. */
export interface Reader {
  readonly party: number;
  readonly levelMax: number;
}

/**
 * The renditions on a page that the reader must not have: their object's audience does not name it, is too strict for the
 * client, or was not written by us; or they are not the object's.
 * @param narrowed the head's: when something was taken away, what is remembered counts no more
 */
export async function disagreements(
  exchange: Exchange,
  reader: Reader,
  page: Pick<Page, "renditions" | "objects">,
  narrowed: number,
): Promise<readonly number[]> {
  const memory = memoryOf(exchange, narrowed);
  const unsure = page.objects.filter((n) => !admits(memory.audiences.get(n), reader));
  if (unsure.length > 0) {
    // Not remembered, or widened since: the books tell.
    if (memory.audiences.size + unsure.length > AUDIENCES_MAX) memory.audiences.clear();
    for (const row of await findObjectsByNumber(exchange.store.engine, unsure))
      memory.audiences.set(row.n, isSealed(exchange, row) ? audienceOf(row) : null);
  }
  // A whole rendition has its object's number.
  return page.renditions.filter((rendition, i) => {
    const object = page.objects[i];
    return object !== rendition || !admits(memory.audiences.get(object), reader);
  });
}

/** Whether the audience beside an object is one that we decided. */
export function isSealed(exchange: Exchange, row: ObjectRow): boolean {
  return equalBytes(utf8(audienceMac(exchange.keys.audience, row)), utf8(row.mac));
}

function memoryOf(exchange: Exchange, narrowed: number): Memory {
  const known = memories.get(exchange);
  if (known !== undefined && known.narrowed === narrowed) return known;
  const fresh: Memory = { narrowed, audiences: new Map() };
  memories.set(exchange, fresh);
  return fresh;
}

function audienceOf(row: ObjectRow): Audience {
  return { parties: row.audience === ANYONE ? ANYONE : parseParties(row.audience), level: row.level };
}

function admits(audience: Audience | null | undefined, reader: Reader): boolean {
  if (audience === undefined || audience === null || audience.level > reader.levelMax) return false;
  return audience.parties === ANYONE || includes(audience.parties, reader.party);
}
