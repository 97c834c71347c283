// The discovery resource (TAXII 2.1 §4.1.1) and the form of the API root URLs in it. Served at `/taxii2/` of the host,
// without a token; read by clients that are given a host alone.

import { Refusal } from "../refusal.ts";
import { listed, misformed, optionalText, parseResource, requiredText, textList } from "./resource.ts";

/** Where discovery lives on every TAXII host (§8.2.1). */
export const discoveryPath = "/taxii2/";

/** Characters of an API root URL. */
export const API_ROOT_URL_LENGTH_MAX = 2_048;

export interface Discovery {
  readonly title: string;
  readonly description?: string | undefined;
  readonly contact?: string | undefined;
  /** One of `api_roots`, spelled the same. */
  readonly default?: string | undefined;
  readonly api_roots: readonly string[];
}

/**
 * The JSON text of a discovery resource. Without API roots neither `api_roots` nor `default` is there (§2).
 * @throws {TypeError} when a URL is not one of an API root or the default is not among them: settings were checked before
 */
export function formatDiscovery(discovery: Discovery): string {
  const { title, description, contact, api_roots: roots } = discovery;
  if (!roots.every((url) => isApiRootUrl(url)))
    throw new TypeError("An API root URL is https or begins with one slash.");
  if (discovery.default !== undefined && !roots.includes(discovery.default)) {
    throw new TypeError("The default API root is one of the API roots.");
  }
  return JSON.stringify({ title, description, contact, default: discovery.default, api_roots: listed(roots) });
}

/**
 * Reads a discovery resource.
 * @throws {Refusal} malformed: not of that form, a default that is no API root, an API root URL that the standard
 * forbids (a client would send its token to it); limit
 */
export function parseDiscovery(input: Uint8Array | string): Discovery {
  const resource = parseResource(input);
  const roots = textList(resource, "api_roots");
  roots.forEach((url, index) => {
    if (!isApiRootUrl(url)) throw misformed(["api_roots", index], "has no API root URL of the standard's form");
  });
  const preset = optionalText(resource, "default");
  if (preset !== undefined && !roots.includes(preset))
    throw misformed(["default"], "does not name one of its API roots");
  return {
    title: requiredText(resource, "title"),
    description: optionalText(resource, "description"),
    contact: optionalText(resource, "contact"),
    default: preset,
    api_roots: roots,
  };
}

/**
 * Checks an API root URL that is to be served.
 * @throws {Refusal} invalid
 */
export function checkApiRootUrl(url: string): void {
  if (isApiRootUrl(url) && url.endsWith("/")) return;
  throw new Refusal("invalid", "An API root URL is an https URL or a path, ends with a slash and has no query.", {
    rule: "api-root-url",
    subject: "api_roots",
  });
}

/** Whether a URL may stand in `api_roots` (§4.1.1): absolute https, or a path that begins with one slash; no query. */
export function isApiRootUrl(url: string): boolean {
  // White space, control characters and backslashes are read differently by URL parsers: `/\host` is `//host` to some.
  if (url.length > API_ROOT_URL_LENGTH_MAX || !/^[!-[\]-~]+$/.test(url) || /[?#]/.test(url)) return false;
  if (url.startsWith("/")) return !url.startsWith("//") && !url.split("/").includes("..");
  if (!/^https:\/\/[^/]/i.test(url) || !URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username === "" && password === "";
}
