// The API root resource (TAXII 2.1 §4.2.1): what one root supports and how large a request body it takes.

import { Refusal } from "../refusal.ts";
import { contentTypeAccepted, taxiiMediaType } from "./media-type.ts";
import { misformed, optionalText, parseResource, requiredCount, requiredText, textList } from "./resource.ts";

export interface ApiRoot {
  readonly title: string;
  readonly description?: string | undefined;
  /** Media types with their version; `taxiiMediaType` is among them. */
  readonly versions: readonly string[];
  /** Octets of a request body. No smaller body is answered with 413. */
  readonly max_content_length: number;
}

/**
 * The JSON text of an API root resource.
 * @throws {TypeError} when TAXII 2.1 is not among the versions, or the length is not a whole number above 0
 */
export function formatApiRoot(root: ApiRoot): string {
  const { title, description, versions, max_content_length: length } = root;
  if (!versions.includes(taxiiMediaType)) throw new TypeError("An API root lists the version that it serves.");
  if (!Number.isSafeInteger(length) || length < 1) throw new TypeError("A body's length is a whole number above 0.");
  return JSON.stringify({ title, description, versions, max_content_length: length });
}

/**
 * Reads an API root resource.
 * @throws {Refusal} malformed: not of that form; unsupported: it does not serve TAXII 2.1; limit
 */
export function parseApiRoot(input: Uint8Array | string): ApiRoot {
  const resource = parseResource(input);
  const versions = textList(resource, "versions");
  if (versions.length === 0) throw misformed(["versions"], "lists no version");
  // Servers spell the media type as freely as clients do; a version is required here (§4.2.1).
  if (!versions.some((version) => contentTypeAccepted(version) && /taxii.*version/i.test(version))) {
    throw new Refusal("unsupported", "The API root does not serve TAXII 2.1.", {
      pointer: "/versions",
      rule: "taxii-2.1",
    });
  }
  return {
    title: requiredText(resource, "title"),
    description: optionalText(resource, "description"),
    versions,
    max_content_length: requiredCount(resource, "max_content_length", 1),
  };
}
