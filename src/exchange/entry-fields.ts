// The values that an entry commits to, as the books keep them: canonical JSON, a member for each field that is there.
// audit/entry turns them into commitments when the log takes the entry in.
import type { FieldValues } from "../audit/entry.ts";
import { formatCanonical } from "../encoding/canonical-json.ts";
import { formatMicros, type Micros } from "../encoding/timestamp.ts";

export function fieldsText(fields: FieldValues): string {
  return formatCanonical(fields);
}

/** Who pulls from where, as every entry of a pull says it. */
export interface Puller {
  readonly client: string;
  readonly state: string;
  /** The collection's alias. */
  readonly collection: string;
}

export interface Pulled {
  readonly turn: number;
  readonly count: number;
  readonly first: Micros;
  readonly last: Micros;
  /** null: everything was asked for. */
  readonly filter: { readonly [name: string]: readonly string[] } | null;
}

/**
 * The fields of a pull. The commonest entry by far, so its text is put together here, in the order and spelling of RFC 8785,
 * in a tenth of the time that the canonical form of a value takes.
 */
export function pullText({ client, state, collection }: Puller, { turn, count, first, last, filter }: Pulled): string {
  const object = filter === null ? "" : `"object":${formatCanonical(filter)},`;
  return `{"actor":${quoted(client)},"collection":${quoted(collection)},"count":${count},"kind":"pull",${object}"range":["${formatMicros(first)}","${formatMicros(last)}"],"to":${quoted(state)},"turn":${turn}}`;
}

/** The fields of a pull that found nothing: they are counted, so that the same say the same. */
export function emptyPullText({ client, state, collection }: Puller): string {
  return `{"actor":${quoted(client)},"collection":${quoted(collection)},"kind":"pull","outcome":"nothing","to":${quoted(state)}}`;
}

/** RFC 8785 §3.2.2.2 spells a text as JSON.stringify does; names of ours hold no lone surrogates. */
function quoted(name: string): string {
  return JSON.stringify(name);
}
