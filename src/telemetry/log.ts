// Log records as lines of JSON (RFC 8259). What came from outside cannot end a line, move a cursor, turn text round, fill a
// disk or leave a secret behind. Doors, acts and adapters log; where lines go and what the time is are passed in.

import { configureSync, getLogger } from "@logtape/logtape";
import type { Logger, LogLevel, LogRecord } from "@logtape/logtape";
import { formatBase64url } from "../encoding/base64.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";

/** Longest text of one value, in UTF-16 units, after which it is cut. */
export const logTextLengthMax = 1024;

/** Longest line, in UTF-16 units. A record that is longer loses its properties, never its message. */
export const logLineLengthMax = 16_384;

/** Deepest nesting of properties, most members or items at each level, and most values in all. */
export const logDepthMax = 4;
export const logItemsMax = 32;
export const logValuesMax = 256;

export interface LogOutput {
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
  readonly clock: () => Micros;
  readonly lowestLevel: LogLevel;
}

/** Sends all records of the exchange to one output. There is one for the process; a second call replaces the first. */
export function openLog(output: LogOutput): void {
  configureSync({
    reset: true,
    sinks: { lines: (record) => output.write(formatRecord(record, output.clock())) },
    loggers: [
      { category: ["serai"], sinks: ["lines"], lowestLevel: output.lowestLevel },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "error" },
    ],
  });
}

/** The logger of a room; silent until `openLog`. */
export function roomLogger(room: string): Logger {
  return getLogger(["serai", room]);
}

/** The logger of a room for one request: its records carry the request's id. */
export function requestLogger(room: string, requestId: string): Logger {
  return roomLogger(room).with({ request: requestId });
}

/** One record as one line: printable, bounded, without what looks like a secret. */
export function formatRecord(
  record: Pick<LogRecord, "category" | "level" | "message" | "properties">,
  at: Micros,
): string {
  const { request, ...properties } = record.properties;
  const parts = record.message.map((part) => (typeof part === "string" ? part : JSON.stringify(tame(part))));
  const head = {
    time: formatMicros(at),
    level: record.level,
    logger: record.category.join("."),
    request: typeof request === "string" ? tameText(request) : undefined,
    message: tameText(parts.join("")),
  };
  const line = printable({ ...head, data: Object.keys(properties).length === 0 ? undefined : tame(properties) });
  return line.length <= logLineLengthMax ? line : printable({ ...head, data: "[too long]" });
}

/**
 * The text with whatever looks like a token, a key or a password replaced. It takes a little too much (a hash looks like a
 * key), so that it misses little; it is the second line: what is secret is not to be logged at all.
 */
export function redact(text: string): string {
  let clean = text;
  for (const pattern of secretTexts) clean = clean.replaceAll(pattern, `$1${redacted}`);
  return clean
    .replaceAll(schemeAndToken, (found, before: string, word: string) =>
      /^[a-z]{1,15}[.:]?$/.test(word) ? found : before + redacted,
    )
    .replaceAll(longRun, redactRun);
}

/** A request id from random bytes, 12 of them for 16 characters. */
export function formatRequestId(random: Uint8Array): string {
  return formatBase64url(random);
}

/** The id that a proxy before us gave a request, or null for anything but a plain short word. */
export function parseRequestId(header: string | null | undefined): string | null {
  return typeof header === "string" && /^[A-Za-z0-9._-]{8,64}$/.test(header) ? header : null;
}

const redacted = "[redacted]";

/** Of a frame's path: the file, its folder and the one above. */
const FRAME_PLACES = 3;

const secretTexts: readonly RegExp[] = [
  // a JWT or JWE, whole or cut: "eyJ" is the start of {"
  /()(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)*/g,
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^]*?(?:-----END|$)/g,
  // the rest of a header's line, whatever its scheme
  /\b((?:proxy-)?authorization["']?\s*[:=]\s*|(?:set-)?cookie["']?\s*[:=]\s*|x-api-key["']?\s*[:=]\s*)[^\r\n]+/gi,
  // a parameter of a URL or a form, a member of a JSON text
  /\b((?:\w*token|\w*assertion|\w*secret|\w*key|password|passphrase|pwd|[dkpq])(?:=|"\s*:\s*"))[^\s&"',;]+/gi,
  // user:password@ in a URL
  /(\/\/)[^\s/@:]*:[^\s/@]+(?=@)/g,
];

const schemeAndToken = /\b((?:bearer|basic|token|dpop)\s+)([^\s,;"']{6,})/gi;

// All of base64 in both alphabets, so that a secret is not cut at a character that only one of them has.
const longRun = /[A-Za-z0-9+/_=-]{32,}/g;
const urlRun = /[A-Za-z0-9_-]{32,}/g;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

function redactRun(run: string): string {
  // A path is such a run as well; a secret in it is diluted by the rest, so its segments are looked at for themselves.
  return looksRandom(run) ? redacted : run.replaceAll(urlRun, (inner) => (looksRandom(inner) ? redacted : inner));
}

// Random base64url changes between lower, upper and digit at two places in three; words, paths and ids, even in camel case,
// at fewer than one in three. With these bounds about two random keys in a million pass for words. Ids of STIX objects are
// looked through: the log is of little use without them.
function looksRandom(run: string): boolean {
  const rest = run.replaceAll(uuid, "");
  if (/^[0-9a-f]{64,}$/i.test(rest)) return true;
  if (rest.length < 24 || !/[a-z]/.test(rest) || !/[A-Z]/.test(rest)) return false;
  let changes = 0;
  for (let i = 1; i < rest.length; i++) if (kindOf(rest.charCodeAt(i)) !== kindOf(rest.charCodeAt(i - 1))) changes++;
  return changes >= rest.length * (/[0-9]/.test(rest) ? 0.2 : 0.3);
}

function kindOf(code: number): number {
  if (code >= 0x61) return 0;
  if (code >= 0x41) return 1;
  return code >= 0x30 ? 2 : 3;
}

const secretName =
  /token|assertion|secret|passw|passphrase|credential|private|cookie|authorization|api-?key|^(?:jwk|[dkpq]|dp|dq|qi)$/i;

/** A value of any kind as JSON within the bounds; texts are redacted and cut, bytes never shown. */
function tame(value: unknown): unknown {
  // One budget for the whole value: bounds on depth and width alone would let a record grow to their power.
  let left = logValuesMax;

  function tameValue(inner: unknown, depth: number): unknown {
    if (left-- <= 0) return "[more]";
    if (typeof inner === "string") return tameText(inner);
    if (typeof inner === "number") return Number.isFinite(inner) ? inner : String(inner);
    if (typeof inner === "boolean" || inner === null || inner === undefined) return inner;
    if (typeof inner !== "object") return typeof inner === "bigint" ? String(inner) : `[${typeof inner}]`;
    if (ArrayBuffer.isView(inner)) return `[${inner.byteLength} bytes]`;
    if (depth >= logDepthMax) return "[deep]";
    if (Array.isArray(inner)) return inner.slice(0, logItemsMax).map((item) => tameValue(item, depth + 1));
    return tameMembers(inner instanceof Error ? membersOf(inner) : inner, depth);
  }

  function tameMembers(members: object, depth: number): unknown {
    const tamed: [string, unknown][] = [];
    for (const [name, member] of Object.entries(members).slice(0, logItemsMax)) {
      const secret = secretName.test(name) && typeof member !== "number" && typeof member !== "boolean";
      tamed.push([cut(name, 64), secret ? redacted : tameValue(member, depth + 1)]);
    }
    return Object.fromEntries(tamed);
  }

  return tameValue(value, 0);
}

function membersOf(error: Error): object {
  const { name, message, stack, cause } = error;
  const frames = stack?.split("\n").filter((line) => line.startsWith("    at ")) ?? [];
  const said = { name, message, cause };
  if (!(error instanceof Refusal)) return { ...said, stack: frames.slice(0, 8).map((frame) => placeIn(frame.trim())) };
  // An expected no: where it was decided says its rule, not its stack.
  return { ...said, code: error.code, rule: error.rule, pointer: error.pointer, subject: error.subject };
}

/** A frame with the last of its path: where the program lies is the host's business, and such a folder may look like a secret. */
function placeIn(frame: string): string {
  const start = frame.search(/(?<=[\s(])(?:file:\/\/)?\//);
  if (start === -1) return frame;
  return frame.slice(0, start) + frame.slice(start).split("/").slice(-FRAME_PLACES).join("/");
}

function tameText(text: string): string {
  // Cut twice: before, to bound the work of the patterns; after, so that a secret is not saved by being cut in half.
  const bounded = text.slice(0, logTextLengthMax * 4);
  return cut(redact(bounded), logTextLengthMax, text.length - bounded.length);
}

/** The start of a text and how much is missing, `lost` being what went before. */
function cut(text: string, lengthMax: number, lost = 0): string {
  if (text.length <= lengthMax && lost === 0) return text;
  // Half a surrogate pair is no character.
  const end = /[\ud800-\udbff]/.test(text.charAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax;
  const kept = text.slice(0, end);
  return `${kept}…[+${text.length - kept.length + lost}]`;
}

// JSON.stringify escapes the C0 controls and lone surrogates. The rest of Unicode's "other" category goes the same way: DEL
// and C1 (ANSI sequences by one character), bidi marks and isolates, zero-width and tag characters; and U+2028, U+2029.
function printable(value: object): string {
  return JSON.stringify(value).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeUnits);
}

function escapeUnits(character: string): string {
  let escaped = "";
  for (let i = 0; i < character.length; i++) escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return escaped;
}
