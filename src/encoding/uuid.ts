// UUIDs of RFC 4122 (now RFC 9562), as STIX ids use them: version 5 from a name, version 4 from random bytes that the
// caller draws.

import { hash } from "node:crypto";
import { concat, formatHex, parseHex, utf8 } from "./bytes.ts";

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether the text is a UUID of RFC 4122: variant 10, version 1 to 5, hexadecimal of either case. */
export function isUuid(candidate: string): boolean {
  return candidate.length === 36 && form.test(candidate);
}

/**
 * The version 5 UUID of a name (UTF-8) in a namespace (RFC 9562 §5.5), lower case.
 * @throws {TypeError} when the namespace is not a UUID: namespaces are constants, so that is a bug
 */
export function uuid5(namespace: string, name: string): string {
  if (!isUuid(namespace)) throw new TypeError("The namespace is not a UUID.");
  return format(hash("sha1", concat(parseHex(namespace.replaceAll("-", "")), utf8(name)), "hex"), "5");
}

/**
 * The version 4 UUID of 16 random bytes (RFC 9562 §5.4), lower case.
 * @throws {TypeError} when there are not exactly 16 bytes
 */
export function uuid4(random: Uint8Array): string {
  if (random.length !== 16) throw new TypeError("A version 4 UUID takes 16 random bytes.");
  return format(formatHex(random), "4");
}

// The first 128 bits, with version and variant set (RFC 9562 §4.1, §4.2).
function format(hex: string, version: "4" | "5"): string {
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
