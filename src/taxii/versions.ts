// The versions resource (TAXII 2.1 §5.8.1): the versions of one object in a collection, in the order that they were added.

import { type Continuation, continuation, readContinuation } from "./page.ts";
import { parseResource, textList } from "./resource.ts";

export interface Versions extends Continuation {
  readonly versions: readonly string[];
}

/**
 * The JSON text of a page of versions in the order given, ascending by date added; `{}` for an empty one (§5.8.1). `next`
 * is sent as it is on manifests.
 */
export function formatVersions(versions: readonly string[], next: string | null): string {
  return versions.length === 0 ? "{}" : JSON.stringify({ versions, ...continuation(next) });
}

/** Reads a page of versions. @throws {Refusal} malformed, limit */
export function parseVersions(input: Uint8Array | string): Versions {
  const page = parseResource(input);
  return { ...readContinuation(page), versions: textList(page, "versions") };
}
