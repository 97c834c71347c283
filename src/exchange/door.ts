// The check at the door (invariant 4 of the house plan): whatever the feeds say, an object leaves only if its reader is in
// the audience that the deciding code wrote and MACed beside it, at the client's ceiling, in the rendition that is the
// object's. Audiences already verified are remembered.
import { formatBase64url } from "../encoding/base64.ts";
import { equalBytes, utf8 } from "../encoding/bytes.ts";
import { at, type Audience, parseAudience } from "../policy/audience.ts";
import { ANYONE, includes } from "../policy/party-set.ts";
import { findObjectsByNumber, type ObjectRow } from "../store/objects.ts";
import type { Page } from "../store/page.ts";
import { derivedDisagreements } from "./door-derived.ts";
import type { Exchange } from "./exchange.ts";

/** Audiences remembered; past it they are all verified anew. */
export const AUDIENCES_MAX = 200_000;

type Remembered = Audience | typeof ANYONE | null;

interface Memory {
  readonly narrowed: number;
  readonly audiences: Map<number, Remembered>;
}

const memories = new WeakMap<Exchange, Memory>();

type Sealed = Pick<ObjectRow, "n" | "contributor" | "collection" | "id" | "version_key" | "audience" | "reduced">;

/** The MAC over an object's identity and its audience at each ceiling, as the books keep it. */
export function audienceMac(mac: (data: string) => Uint8Array, row: Sealed): string {
  const { n, contributor, collection, id, version_key: version, audience, reduced } = row;
  const fields = [n, contributor, collection, id, version, audience];
  // Rows of before renditions have no such field.
  return formatBase64url(mac([...fields, ...(reduced === "" ? [] : [reduced])].join("\n")));
}

/** Who reads, and the rank of the strictest level that the client may have. */
export interface Reader {
  readonly party: number;
  readonly ceiling: number;
}

/**
 * The renditions on a page that the reader must not have: their object's audience does not name it at the client's
 * ceiling, or was not written by us; or they are not the object's.
 * @param narrowed the head's: when something was taken away, what is remembered counts no more
 */
export async function disagreements(
  exchange: Exchange,
  reader: Reader,
  page: Pick<Page, "renditions" | "objects">,
  narrowed: number,
): Promise<readonly number[]> {
  const memory = memoryOf(exchange, narrowed);
  const unsure = page.objects.filter((n, i) => n === page.renditions[i] && !admits(memory.audiences.get(n), reader));
  if (unsure.length > 0) {
    // Not remembered, or widened since: the books tell.
    if (memory.audiences.size + unsure.length > AUDIENCES_MAX) memory.audiences.clear();
    for (const row of await findObjectsByNumber(exchange.store.engine, unsure))
      memory.audiences.set(row.n, isSealed(exchange, row) ? audienceIn(row) : null);
  }
  const derived = await derivedDisagreements(exchange, reader, page);
  // A whole rendition has its object's number.
  return page.renditions.filter((rendition, i) => {
    if (rendition < 0) return derived.has(rendition);
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

function audienceIn(row: ObjectRow): Remembered {
  return row.audience === ANYONE ? ANYONE : parseAudience(row.audience);
}

function admits(audience: Remembered | undefined, { party, ceiling }: Reader): boolean {
  if (audience === undefined || audience === null) return false;
  return audience === ANYONE || includes(at(audience, ceiling), party);
}
