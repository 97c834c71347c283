// The formats that the schemas name: `date-time` as STIX narrows it, `uri` (RFC 3986), `idn-hostname` (RFC 1034, 5890),
// `email` (RFC 5322), `base64` (RFC 4648) and `hex`. Each is one pass over the text, so that no input is slow; a regular
// expression for base64 would exhaust the engine's stack at a few megabytes.
// The generated validators call these; nothing else needs to.

import { parseTimestamp } from "../encoding/timestamp.ts";
import { characterSets } from "./character-sets.generated.ts";

/** What may stand where, by ASCII code: the parts of a URI (RFC 3986 §2 and appendix A), base64 and hexadecimal. */
const inScheme = 1;
const inPath = 2;
const inQuery = 4;
const inUserInfo = 8;
const inHost = 16;
const inBase64 = 32;
const inHex = 64;
const classes = new Uint8Array(128);
mark(
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  inScheme | inPath | inQuery | inUserInfo | inHost,
);
mark("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", inBase64);
mark("0123456789abcdef", inHex);
mark("+-.", inScheme);
mark("-._~!$&'()*+,;=", inPath | inQuery | inUserInfo | inHost);
mark(":", inPath | inQuery | inUserInfo);
mark("@/", inPath | inQuery);
mark("?", inQuery);

const labelLengthMax = 63;
const hostnameLengthMax = 253;
const localPartLengthMax = 64;
const addressLengthMax = 320;

/** Ready for the compiled validators, by the name that the schemas use. */
export const formats = {
  "date-time": isTimestamp,
  uri: isUri,
  "idn-hostname": isHostname,
  email: isEmailAddress,
  base64: isBase64,
  hex: isHex,
  "character-set": isCharacterSet,
} as const;

/** Whether the text is a STIX timestamp with a date that the calendar has. STIX 2.1 §2.16 */
export function isTimestamp(text: string): boolean {
  return parseTimestamp(text) !== null;
}

/** Whether the text is a URI with a scheme. RFC 3986 §3 */
export function isUri(text: string): boolean {
  const colon = text.indexOf(":");
  if (colon < 1 || !isLetter(text.charCodeAt(0)) || !all(text, 0, colon, inScheme)) return false;
  const hash = text.indexOf("#", colon);
  const end = hash < 0 ? text.length : hash;
  if (hash >= 0 && !all(text, hash + 1, text.length, inQuery)) return false;
  const question = text.indexOf("?", colon);
  const pathEnd = question < 0 || question > end ? end : question;
  if (pathEnd < end && !all(text, pathEnd + 1, end, inQuery)) return false;
  let path = colon + 1;
  if (text.startsWith("//", path)) {
    const authority = path + 2;
    const slash = text.indexOf("/", authority);
    path = slash < 0 || slash > pathEnd ? pathEnd : slash;
    if (!isAuthority(text.slice(authority, path))) return false;
  }
  return all(text, path, pathEnd, inPath);
}

// RFC 3986 §3.2: user information, host and port.
function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf("@");
  if (at >= 0 && !all(authority, 0, at, inUserInfo)) return false;
  const host = at + 1;
  if (authority.charCodeAt(host) === 0x5b) {
    const close = authority.indexOf("]", host);
    return close > 0 && isIpLiteral(authority.slice(host + 1, close)) && isPort(authority, close + 1);
  }
  const colon = authority.indexOf(":", host);
  const end = colon < 0 ? authority.length : colon;
  return all(authority, host, end, inHost) && isPort(authority, end);
}

function isIpLiteral(text: string): boolean {
  return /^(?:[0-9A-Fa-f:.]{2,45}|[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+)$/.test(text);
}

function isPort(text: string, start: number): boolean {
  return start === text.length || (text.charCodeAt(start) === 0x3a && /^[0-9]*$/.test(text.slice(start + 1)));
}

/** Whether the text is a domain name of letter-digit-hyphen labels, A-labels or U-labels. RFC 1034 §3.5, RFC 5890 §2.3 */
export function isHostname(text: string): boolean {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  if (name === "" || name.length > hostnameLengthMax) return false;
  return name.split(".").every(isLabel);
}

function isLabel(label: string): boolean {
  if (label === "" || label.length > labelLengthMax || label.startsWith("-") || label.endsWith("-")) return false;
  if (/^[A-Za-z0-9-]+$/.test(label)) return !label.startsWith("--", 2) || /^xn--[a-z0-9-]/i.test(label);
  // A U-label is what RFC 5892 lets through: close to letters of no other case, marks and decimal digits in a form that
  // normalisation leaves alone. Its tables are large and change with Unicode; the runtime's are used instead.
  return (
    !label.startsWith("--", 2) &&
    /^[\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}\u00b7\u0375\u05f3\u05f4\u06fd\u06fe\u0f0b\u30fb-]+$/u.test(label) &&
    !/^\p{M}/u.test(label) &&
    label === label.normalize("NFKC").toLowerCase()
  );
}

/** Whether the text is an addr-spec in its plain forms: no comments, no folding white space. RFC 5322 §3.4.1 */
export function isEmailAddress(text: string): boolean {
  if (text.length > addressLengthMax) return false;
  const at = text.lastIndexOf("@");
  if (at < 1 || at > localPartLengthMax) return false;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  return (
    (isDotAtom(local) || /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e]){0,64}"$/.test(local)) &&
    (isDotAtom(domain) || /^\[[\x21-\x5a\x5e-\x7e]*\]$/.test(domain))
  );
}

function isDotAtom(text: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+){0,160}$/.test(text);
}

/** Whether the text is base64 with padding, of one byte at least. RFC 4648 §4, STIX 2.1 §2.1 */
export function isBase64(text: string): boolean {
  const { length } = text;
  if (length === 0 || length % 4 !== 0) return false;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return all(text, 0, length - padding, inBase64);
}

/** Whether the text is bytes in lower-case hexadecimal, one at least. STIX 2.1 §2.8 */
export function isHex(text: string): boolean {
  return text !== "" && text.length % 2 === 0 && all(text, 0, text.length, inHex);
}

/** Whether the text is the preferred MIME name of a character set of IANA, else its name. STIX 2.1 §6.3.1, §6.7.1 */
export function isCharacterSet(text: string): boolean {
  return characterSets.has(text);
}

// Whether text[from, to) holds only characters of the class and whole percent-encoded octets (RFC 3986 §2.1).
function all(text: string, from: number, to: number, part: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < 128 && ((classes[code] ?? 0) & part) !== 0) continue;
    // Only where a URI goes on after its scheme may a character be percent-encoded.
    if (code !== 0x25 || (part & (inPath | inQuery | inUserInfo | inHost)) === 0 || i + 2 >= to) return false;
    if (!isHexDigit(text.charCodeAt(i + 1)) || !isHexDigit(text.charCodeAt(i + 2))) return false;
    i += 2;
  }
  return true;
}

function isHexDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function mark(characters: string, part: number): void {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | part;
  }
}
