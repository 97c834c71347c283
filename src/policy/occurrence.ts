// The addresses and names of hosts that occur in an object where a machine reads them: values of observables, and what the
// pattern of an indicator is held against. Running text is not read: a missing space after a full stop is no domain.
// Relied on by affected.ts and benign.ts.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { StixObject } from "../stix/object.ts";
import { type Block, parseBlock } from "../stix/pattern/address.ts";
import { parsePattern } from "../stix/pattern/parse.ts";
import { observationsIn, type Test, testsIn } from "../stix/pattern/tree.ts";

export interface Occurrence {
  /** RFC 6901 pointer to the value, or to the pattern that names it. */
  readonly pointer: string;
  /** The address or block; null for a name. */
  readonly block: Block | null;
  /** In lower case and ASCII (RFC 5890 A-labels), without a last dot; null for an address. */
  readonly host: string | null;
  /** The value is the host and nothing else: no path, no mailbox. */
  readonly bare: boolean;
}

/** DNS names have at most 253 characters (RFC 1035 §2.3.4). */
const hostLengthMax = 253;

/** What occurs, in the order of the document. */
export function occurrencesIn(object: StixObject): readonly Occurrence[] {
  const found = valueOf(object, []);
  const { objects, pattern } = object;
  // Deprecated container of STIX 2.0 observables (STIX 2.1 §4.14).
  if (object.type === "observed-data" && isObject(objects)) {
    for (const [key, inner] of Object.entries(objects)) {
      if (isObject(inner)) found.push(...valueOf(inner, ["objects", key]));
    }
  }
  if (object.type === "indicator" && object["pattern_type"] === "stix" && typeof pattern === "string") {
    for (const text of constantsOf(pattern)) push(found, text, "/pattern");
  }
  return found;
}

const valued: ReadonlySet<Json | undefined> = new Set(["domain-name", "email-addr", "ipv4-addr", "ipv6-addr", "url"]);

function valueOf(object: JsonObject, path: readonly string[]): Occurrence[] {
  const found: Occurrence[] = [];
  const { value } = object;
  if (valued.has(object["type"]) && typeof value === "string") push(found, value, formatPointer([...path, "value"]));
  return found;
}

/** The texts that a pattern asks a `value` to be; one that the grammar does not take asks for nothing. */
function constantsOf(text: string): readonly string[] {
  const { pattern } = parsePattern(text);
  if (pattern === undefined) return [];
  return observationsIn(pattern.expression)
    .flatMap(({ comparison }) => testsIn(comparison))
    .filter(asksForValue)
    .flatMap(({ constants }) => constants.flatMap((one) => (one.kind === "string" ? [one.value] : [])));
}

function asksForValue({ path, operator, negated }: Test): boolean {
  const last = path.steps.at(-1);
  const isEquality = operator === "=" || operator === "IN" || operator === "ISSUBSET" || operator === "ISSUPERSET";
  return isEquality && !negated && last?.kind === "key" && last.name === "value";
}

function push(found: Occurrence[], text: string, pointer: string): void {
  const block = parseBlock(text);
  if (block !== null) {
    found.push({ pointer, block, host: null, bare: true });
    return;
  }
  const { name, bare } = hostIn(text);
  const address = parseBlock(name);
  if (address !== null) {
    found.push({ pointer, block: address, host: null, bare });
    return;
  }
  const host = asciiHost(name);
  if (host !== null) found.push({ pointer, block: null, host, bare });
}

function hostIn(text: string): { readonly name: string; readonly bare: boolean } {
  const scheme = text.indexOf("://");
  if (scheme !== -1) {
    const url = urlOf(text);
    const name = url?.hostname.replace(/^\[|\]$/g, "") ?? "";
    return { name, bare: url !== null && url.pathname === "/" && url.search === "" && url.username === "" };
  }
  const mailbox = text.lastIndexOf("@");
  return mailbox === -1 ? { name: text, bare: true } : { name: text.slice(mailbox + 1), bare: false };
}

/** The name as DNS asks for it, or null for what is no name of a host with at least two labels. */
export function asciiHost(name: string): string | null {
  if (name.length > hostLengthMax || /[\s/?#@:\\%[\]]/.test(name)) return null;
  const host = (urlOf(`http://${name}/`)?.hostname ?? "").replace(/\.$/, "");
  return /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(host) ? host : null;
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
