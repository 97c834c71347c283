// The manifest resource (TAXII 2.1 §5.3.1): one record for each version that the same query would give as objects.

import { type Micros, formatMicros } from "../encoding/timestamp.ts";
import { type Continuation, continuation, readContinuation } from "./page.ts";
import { optionalText, parseResource, requiredText, requiredTimestamp, resourceList } from "./resource.ts";

export interface ManifestRecord {
  readonly id: string;
  readonly date_added: Micros;
  /** As in status-details: modified, else created, else what the server calls it. */
  readonly version: string;
  /** One of the collection's. */
  readonly media_type?: string | undefined;
}

export interface Manifest extends Continuation {
  readonly objects: readonly ManifestRecord[];
}

/**
 * The JSON text of a page of a manifest; `{}` for an empty one (§5.3.1). `next` is sent although the table of the
 * standard does not list it: the endpoint takes it, and taxii2-client's as_pages never ends without.
 * @throws {TypeError} when the records are not in ascending order of date added (§3.3)
 */
export function formatManifest(records: readonly ManifestRecord[], next: string | null): string {
  if (records.length === 0) return "{}";
  let before = Number.NEGATIVE_INFINITY;
  const objects = records.map(({ id, date_added: added, version, media_type }) => {
    if (added < before) throw new TypeError("A manifest is in ascending order of date added.");
    before = added;
    return { id, date_added: formatMicros(added), version, media_type };
  });
  return JSON.stringify({ objects, ...continuation(next) });
}

/** Reads a page of a manifest. @throws {Refusal} malformed, limit */
export function parseManifest(input: Uint8Array | string): Manifest {
  const page = parseResource(input);
  return {
    ...readContinuation(page),
    objects: resourceList(page, "objects").map((record) => ({
      id: requiredText(record, "id"),
      date_added: requiredTimestamp(record, "date_added"),
      version: requiredText(record, "version"),
      media_type: optionalText(record, "media_type"),
    })),
  };
}
