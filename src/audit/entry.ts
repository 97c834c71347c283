// What the log says of an act: canonical JSON (RFC 8785) of one size, with a name, a minute and one salted commitment
// for each field of a closed list. Every field is always there, so that all entries look alike and each opens alone.
// Unsalted hashes never appear: all IPv4 addresses are guessed in hours.

import { formatBase64url, parseBase64url } from "../encoding/base64.ts";
import { text as decode, utf8 } from "../encoding/bytes.ts";
import { formatCanonical } from "../encoding/canonical-json.ts";
import { isObject, type Json } from "../encoding/json.ts";
import { hmacSha256, prepareHmac } from "../encoding/sha256.ts";
import { formatMicros, type Micros, parseTimestamp } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";

/** The size of every entry. All of it is ASCII, so it is also the number of characters. */
export const entryBytes = 1024;
export const entryVersion = 1;
export const journalNameLengthMax = 64;
/** A period key and a salt are HMAC-SHA-256 keys of this size: a longer or shorter salt could stand for another. */
export const saltBytes = 32;

/** The fields that entries commit to, in the order of their names, as RFC 8785 writes them. */
export const fieldLabels = [
  "actor",
  "basis",
  "collection",
  "count",
  "edition",
  "from",
  "kind",
  "marking",
  "object",
  "outcome",
  "range",
  "root",
  "time",
  "to",
  "turn",
] as const;

export type FieldLabel = (typeof fieldLabels)[number];

/** The name of an entry: its journal, and its number in it, counted from 1 without gaps. */
export interface EntryName {
  readonly journal: string;
  readonly n: number;
}

/** What the fields hold. A field that is left out commits to null, and so does null. */
export type FieldValues = { readonly [label in FieldLabel]?: Json | undefined };

export interface EntryDraft extends EntryName {
  /** Any time in the minute that the entry will show. */
  readonly minute: Micros;
  readonly fields: FieldValues;
}

/** An entry as anyone reads it. */
export interface Entry extends EntryName {
  /** The first microsecond of its minute. */
  readonly minute: Micros;
  /** A commitment for each field: base64url of HMAC-SHA-256(salt, label ‖ 0x00 ‖ canonical value). */
  readonly commitments: { readonly [label in FieldLabel]: string };
}

/** What shows one field of one entry, and nothing of the others. */
export interface FieldOpening {
  readonly label: FieldLabel;
  readonly value: Json;
  /** base64url. */
  readonly salt: string;
}

/** Turns drafts into entries under the key of one salt period, prepared once for many entries. */
export type EntryFormatter = (draft: EntryDraft) => string;

/**
 * The text of an entry: `entryBytes` characters of ASCII.
 * @throws {TypeError} when the name cannot be written or a value has no JSON text: both are made here, not sent to us
 */
export function formatEntry(draft: EntryDraft, periodKey: Uint8Array): string {
  return prepareEntries(periodKey)(draft);
}

/** `formatEntry` for many entries under one key of a salt period: what the key alone needs is computed here, once. */
export function prepareEntries(periodKey: Uint8Array): EntryFormatter {
  checkPeriodKey(periodKey);
  const saltOf = prepareHmac(periodKey);
  const commitments = new Uint8Array(fieldLabels.length * paddedBytes);
  return ({ journal, n, minute, fields }) => {
    checkName({ journal, n });
    const name = saltName({ journal, n });
    fieldLabels.forEach((label, i) => {
      commitments.set(commit(saltOf(name + label), label, fields[label] ?? null), i * paddedBytes);
    });
    const spelled = formatBase64url(commitments);
    let entry = "";
    fieldLabels.forEach((label, i) => {
      const at = i * paddedLength;
      entry += (beforeCommitment.get(label) ?? "") + spelled.slice(at, at + commitmentLength);
    });
    const minuteText = formatMicros(minute).slice(0, minuteLength);
    entry += `"},"journal":"${journal}","minute":"${minuteText}Z","n":${n},"pad":"`;
    const end = `","version":${entryVersion}}`;
    return entry + "0".repeat(entryBytes - entry.length - end.length) + end;
  };
}

/**
 * Reads an entry: exactly the text that `formatEntry` writes for its parts, of any commitments.
 * @throws {Refusal} malformed
 */
export function parseEntry(entry: Uint8Array | string): Entry {
  const bytes = typeof entry === "string" ? utf8(entry) : entry;
  const { journal, n, minute } = parseEntryName(bytes);
  return { journal, n, minute, commitments: commitmentsIn(decode(bytes)) };
}

/**
 * `parseEntry` without the commitments, for verifiers that read whole logs. It checks as much.
 * @throws {Refusal} malformed
 */
export function parseEntryName(entry: Uint8Array | string): EntryName & { readonly minute: Micros } {
  const bytes = typeof entry === "string" ? utf8(entry) : entry;
  const match = isBegun(bytes) ? restForm.exec(decode(bytes.subarray(begunLength))) : null;
  const [, journal = "", minuteText = "", decimal = ""] = match ?? [];
  const n = Number(decimal);
  const minute = parseTimestamp(`${minuteText}:00Z`);
  if (match === null || minute === null || !isEntryNumber(n)) {
    throw new Refusal("malformed", "The bytes are not an entry of the log.", { rule: "entry" });
  }
  return { journal, n, minute: minute.micros };
}

/** What opens a field of an entry to those who may see it. It is derived anew each time: nothing is stored for it. */
export function openField(name: EntryName, label: FieldLabel, value: Json, periodKey: Uint8Array): FieldOpening {
  checkPeriodKey(periodKey);
  checkName(name);
  return { label, value, salt: formatBase64url(hmacSha256(periodKey, saltName(name) + label)) };
}

/**
 * Whether an opening is that of the entry: the entry committed to this value of this field.
 * @throws {Refusal} malformed when the text is no entry or the salt no base64url
 */
export function verifyOpening(entry: Uint8Array | string, opening: FieldOpening): boolean {
  const { commitments } = parseEntry(entry);
  const salt = parseBase64url(opening.salt);
  if (salt.length !== saltBytes) return false;
  return formatBase64url(commit(salt, opening.label, opening.value)) === commitments[opening.label];
}

/**
 * Reads an opening that someone hands in, as `parseStrict` has parsed it.
 * @throws {Refusal} malformed
 */
export function parseOpening(opening: unknown): FieldOpening {
  if (isObject(opening) && Object.keys(opening).length === 3) {
    const label = fieldLabels.find((known) => known === opening["label"]);
    const { value, salt } = opening;
    if (label !== undefined && value !== undefined && typeof salt === "string") {
      if (parseBase64url(salt).length === saltBytes) return { label, value, salt };
    }
  }
  throw new Refusal("malformed", "The value is not an opening of a field.", { rule: "opening" });
}

/** Whether a text can name a journal: it is written into JSON, receipts and salts as it is. */
export function isJournalName(journal: string): boolean {
  return journal.length <= journalNameLengthMax && /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/.test(journal);
}

/** Whether a number can be that of an entry in its journal. */
export function isEntryNumber(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1;
}

const minuteLength = "2026-11-24T08:38".length;
const commitmentLength = 43;
// All commitments are spelled in one call, which costs as much as one alone: a zero byte after each makes its 32 bytes
// whole groups of base64, and the 44th character is left out.
const paddedBytes = 33;
const paddedLength = 44;

// The text between one commitment and the next: `{"commitments":{"actor":"`, `","basis":"` and so on.
const beforeCommitment = new Map(
  fieldLabels.map((label, i) => [label, `${i === 0 ? '{"commitments":{"' : '","'}${label}":"`]),
);

// Everything before the journal's name has a fixed place. 43 digits of base64url spell the 32 bytes of a commitment, and
// the last one only their last four bits (RFC 4648 §3.5). The tables hold 1 for the bytes that are no such digit.
const literals = fieldLabels.map((label) => utf8(beforeCommitment.get(label) ?? ""));
const begunLength = literals.reduce((length, literal) => length + literal.length + commitmentLength, 0);
const noDigit = bytesOutside("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const noLastDigit = bytesOutside("AEIMQUYcgkosw048");

function bytesOutside(characters: string): Uint8Array {
  const table = new Uint8Array(256).fill(1);
  for (const byte of utf8(characters)) table[byte] = 0;
  return table;
}

// The rest, whose parts have no fixed length.
const restForm = new RegExp(
  String.raw`^"\},"journal":"([A-Za-z0-9][A-Za-z0-9._:/-]{0,${journalNameLengthMax - 1}})",` +
    String.raw`"minute":"([0-9-]{10}T[0-9]{2}:[0-9]{2})Z","n":([1-9][0-9]{0,15}),"pad":"0*","version":${entryVersion}\}$`,
);

// Whether the bytes are as long as an entry and begin like one. Verifiers read entries by the million, and a regular
// expression over all of it takes longer.
function isBegun(bytes: Uint8Array): boolean {
  if (bytes.length !== entryBytes) return false;
  let faults = 0;
  let at = 0;
  for (const literal of literals) {
    for (let i = 0; i < literal.length; i++, at++) faults |= (bytes[at] ?? 0) ^ (literal[i] ?? 0);
    for (const end = at + commitmentLength - 1; at < end; at++) faults |= noDigit[bytes[at] ?? 0] ?? 1;
    faults |= noLastDigit[bytes[at++] ?? 0] ?? 1;
  }
  return faults === 0;
}

function commitmentsIn(text: string): Entry["commitments"] {
  const commitments: Partial<Record<FieldLabel, string>> = {};
  let at = 0;
  for (const label of fieldLabels) {
    at += (beforeCommitment.get(label) ?? "").length;
    commitments[label] = text.slice(at, at + commitmentLength);
    at += commitmentLength;
  }
  // The loop has set every label of the list that the type is made of.
  return commitments as Entry["commitments"];
}

// Neither part holds U+0000, so that no two names and labels have one text.
function saltName({ journal, n }: EntryName): string {
  return `${journal}\0${n}\0`;
}

function commit(salt: Uint8Array, label: FieldLabel, value: Json): Uint8Array {
  return hmacSha256(salt, `${label}\0${value === null ? "null" : formatCanonical(value)}`);
}

function checkPeriodKey(periodKey: Uint8Array): void {
  if (periodKey.length !== saltBytes) throw new TypeError("The key of a salt period has 32 bytes.");
}

function checkName({ journal, n }: EntryName): void {
  if (!isJournalName(journal) || !isEntryNumber(n)) throw new TypeError("The entry has no name that can be written.");
}
