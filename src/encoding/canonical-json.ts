// Canonical JSON, RFC 8785 (JCS): one text for each value. Ids, versions, log entries and seals are hashes of it.

import canonicalize from "canonicalize";

/**
 * The RFC 8785 text of a value. Members that are undefined are left out, as JSON.stringify does.
 * @throws {Error} for what has no JSON text: not-a-number, infinity, a lone surrogate, a cycle, undefined at the top. A
 * value from `parseStrict` holds none of these, so such an error is a bug of the caller and no refusal.
 */
export function formatCanonical(value: unknown): string {
  const canonical = canonicalize(value);
  if (typeof canonical !== "string") throw new TypeError("The value has no JSON text.");
  return canonical;
}
