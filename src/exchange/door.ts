// The check at the door (invariant 4 of the house plan): whatever the feeds say, an object leaves only if its reader is in
// the audience that the deciding code wrote and MACed beside it. Audiences already verified are remembered.
import { formatBase64url } from "../encoding/base64.ts";
import { equalBytes, utf8 } from "../encoding/bytes.ts";
import { ANYONE, includes, type PartySet, parseParties } from "../policy/party-set.ts";
import { findObjectsByNumber, type ObjectRow } from "../store/objects.ts";
import type { Exchange } from "./exchange.ts";

/** Audiences remembered; past it they are all verified anew. */
export const AUDIENCES_MAX = 200_000;

type Audience = PartySet | typeof ANYONE | null;

interface Memory {
  narrowed: number;
  readonly audiences: Map<number, Audience>;
}

const memories = new WeakMap<Exchange, Memory>();

type Sealed = Pick<ObjectRow, "n" | "contributor" | "collection" | "id" | "version_key" | "audience">;

/** The MAC over an object's identity and audience, as the books keep it. */
export function audienceMac(mac: (data: string) => Uint8Array, row: Sealed): string {
  return formatBase64url(
    mac([row.n, row.contributor, row.collection, row.id, row.version_key, row.audience].join("\n")),
  );
}

/**
 * The objects among these that the reader must not have: their audience does not name it, or was not written by us.
 * @param narrowed the head's: when something was taken away, what is remembered counts no more
 */
export async function disagreements(
  exchange: Exchange,
  reader: number,
  objects: readonly number[],
  narrowed: number,
): Promise<readonly number[]> {
  const memory = memoryOf(exchange, narrowed);
  const unsure = objects.filter((n) => !names(memory.audiences.get(n), reader));
  if (unsure.length === 0) return [];
  // Not remembered, or widened since: the books tell.
  if (memory.audiences.size + unsure.length > AUDIENCES_MAX) memory.audiences.clear();
  for (const row of await findObjectsByNumber(exchange.store.engine, unsure))
    memory.audiences.set(row.n, verified(exchange, row));
  return unsure.filter((n) => !names(memory.audiences.get(n), reader));
}

function memoryOf(exchange: Exchange, narrowed: number): Memory {
  const known = memories.get(exchange);
  if (known !== undefined && known.narrowed === narrowed) return known;
  const fresh: Memory = { narrowed, audiences: new Map() };
  memories.set(exchange, fresh);
  return fresh;
}

/** Whether the audience beside an object is one that we decided. */
export function isSealed(exchange: Exchange, row: ObjectRow): boolean {
  return equalBytes(utf8(audienceMac(exchange.keys.audience, row)), utf8(row.mac));
}

function verified(exchange: Exchange, row: ObjectRow): Audience {
  if (!isSealed(exchange, row)) return null;
  return row.audience === ANYONE ? ANYONE : parseParties(row.audience);
}

function names(audience: Audience | undefined, reader: number): boolean {
  if (audience === undefined || audience === null) return false;
  return audience === ANYONE || includes(audience, reader);
}
