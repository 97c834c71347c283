// Personal data in an object, as far as its form tells: mail addresses, telephone numbers, names of persons where STIX puts
// them, numbers that states give to persons. Findings, no verdict: the condition `personal`, the preview and the profile of that
// name rely on them. Linear in the size of the object.

import type { JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { StixObject } from "../stix/object.ts";
import type { Path } from "../directory/form.ts";
import { formsIn } from "./national-ids.ts";
import { textsIn } from "./texts.ts";

export type PersonalFinding =
  | { readonly kind: "email" | "phone" | "person"; readonly pointer: string }
  | { readonly kind: "national-id"; readonly pointer: string; readonly state: string };

/** So many findings of one object are told; whether there is any is what decides. */
export const personalFindingsMax = 100;

/** What was found, in the order of the document, each place and kind once. */
export function findPersonal(object: StixObject): readonly PersonalFinding[] {
  return findUpTo(personalFindingsMax, object);
}

/** Whether an object has any: the fact that the condition `personal` asks for. */
export function hasPersonal(object: StixObject): boolean {
  return findUpTo(1, object).length > 0;
}

function findUpTo(most: number, object: StixObject): readonly PersonalFinding[] {
  const findings: PersonalFinding[] = [];
  for (const { text, path } of textsIn(object, silent)) {
    findingsIn(text, path, object, findings);
    if (findings.length >= most) break;
  }
  return findings.slice(0, most);
}

// Ids, references and times name no person, and bytes are no text.
const silent = /^(?:id|type|spec_version|created|modified|hashes|extension_type)$|_refs?$|_(?:bin|hex)$/;

/** A time of the standard, which is no other number. */
const time = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,40}Z$/;

function findingsIn(text: string, path: Path, object: StixObject, found: PersonalFinding[]): void {
  if (namesPerson(path, object)) found.push({ kind: "person", pointer: formatPointer(path) });
  if (hasMailAddress(text)) found.push({ kind: "email", pointer: formatPointer(path) });
  // Numbers in a pattern are of machines; what it compares a mailbox with is seen above.
  if (path[0] === "pattern" || !hasDigits(text) || time.test(text)) return;
  if (phone.test(text)) found.push({ kind: "phone", pointer: formatPointer(path) });
  for (const state of statesNumbering(text)) found.push({ kind: "national-id", pointer: formatPointer(path), state });
}

/** Where STIX 2.1 puts names of persons: §4.5 identity, §4.13 note, §4.15 opinion, §6.5 email-addr, §6.16 user-account. */
function namesPerson(path: Path, object: StixObject): boolean {
  const { type } = object;
  const [first, second, third] = path;
  if (type === "identity") return path.length === 1 && first === "name" && isIndividual(object);
  if (type === "note" || type === "opinion") return first === "authors" && path.length === 2;
  if (type === "language-content") return first === "contents" && third === "authors" && second !== undefined;
  return path.length === 1 && first === "display_name" && (type === "email-addr" || type === "user-account");
}

function isIndividual(members: JsonObject): boolean {
  return members["identity_class"] === "individual";
}

/** The least digits that a number of interest has. */
const digitsMin = 3;

function hasDigits(text: string): boolean {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x30 && unit <= 0x39 && ++count >= digitsMin) return true;
  }
  return false;
}

/** RFC 5321 §4.5.3.1.1. */
const localPartMax = 64;
const mailDomain = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,10}\p{L}{2,24}/uy;
const localPartCharacter = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;

// From each @ outwards, so that no text takes longer than its length.
function hasMailAddress(text: string): boolean {
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    if (at === 0 || !localPartCharacter.test(text[at - 1] ?? "")) continue;
    let begin = at - 1;
    while (begin > 0 && at - begin <= localPartMax && localPartCharacter.test(text[begin - 1] ?? "")) begin -= 1;
    mailDomain.lastIndex = at + 1;
    if (at - begin <= localPartMax && mailDomain.test(text)) return true;
  }
  return false;
}

/** ITU-T E.164, written internationally: a plus and 7 to 15 digits, with signs between them. */
const phone = /(?<![\p{L}\p{N}+])\+[1-9](?:[ ().-]{0,2}[0-9]){6,14}(?![0-9])/u;

function statesNumbering(text: string): readonly string[] {
  const states = new Set<string>();
  for (const { state, pattern, holds } of formsIn(text)) {
    if (states.has(state)) continue;
    for (const match of text.matchAll(pattern)) {
      const whole = match[0];
      const number = (match[1] !== undefined && /[0-9]/.test(match[1]) ? match[1] : whole)
        .replace(/[^\p{L}\p{N}]/gu, "")
        .toUpperCase();
      if (holds !== undefined && !holds(number)) continue;
      states.add(state);
      break;
    }
  }
  return [...states];
}
