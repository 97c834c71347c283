// What the OASIS validator (cti-stix-validator 9e4a1ea, default options) refuses although the specification allows it or
// asks for it. Only the `oasis` profile asks here.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { parseTimestamp } from "../encoding/timestamp.ts";
import type { Fault } from "./finding.ts";
import { classOf, typeOf } from "./object.ts";
import { oasisLanguages, oasisSoftwareLanguages } from "./oasis-languages.ts";
import { ordersOf, runsBackwards, runsBackwardsForOasis } from "./ordering.ts";

/** Members of a container that are looked at. */
const membersMax = 1000;

const timestampNames: ReadonlySet<string> = new Set(
  (
    "created modified first_seen last_seen valid_from valid_until object_modified submitted analysis_started " +
    "analysis_ended first_observed last_observed published start_time stop_time ctime mtime atime date start end " +
    "created_time account_created account_expires credential_last_changed account_first_login account_last_login " +
    "modified_time validity_not_before validity_not_after"
  ).split(" "),
);
const timestampForm =
  /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?Z$/;
const leapSecond = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:60(?:\.[0-9]+)?Z$/;
const startupTexts = /^lpDesktop|lpTitle|dwFillAttribute|dwFlags|wShowWindow|hStdInput|hStdOutput|hStdError$/;
/** Its pattern for names of observables is not anchored: a type of one's own in a container may hold none of them. */
const observableName =
  /^artifact|directory|file|mutex|process|software|user-account|windows-registry-key|x509-certificate|autonomous-system|domain-name|email-addr|email-message|ipv4-addr|ipv6-addr|mac-addr|network-traffic|url$/;
const ownHeaders = /^date|received_lines|content_type|from_ref|sender_ref|to_refs|cc_refs|bcc_refs|subject$/;

/** Adds to `faults` what only the OASIS validator objects to. */
export function checkOasis(object: JsonObject, faults: Fault[]): void {
  const type = typeOf(object);
  checkTimes(type, object, faults);
  if (isCoreless(type, object)) checkUnasked(object, faults);
  checkGranularMarkings(object, faults);
  checkLanguages(type, object, faults);
  checkReferencesOutside(object, faults);
  if (type !== "marking-definition" && object["phone_numbers"] !== undefined) {
    faults.push({ rule: "property-reserved", pointer: "/phone_numbers" });
  }
  switch (type) {
    case "email-addr":
      return refuse("oasis-email-address", "/value", object["value"], (text) => !isOasisEmail(text), faults);
    case "ipv6-addr":
      return refuse("oasis-ipv6", "/value", object["value"], (text) => !isOasisIpv6(text), faults);
    case "windows-registry-key":
      return refuse("oasis-registry-hive", "/key", object["key"], (text) => hasShortHive(text), faults);
    case "marking-definition":
      return refuse("oasis-definition-type", "/definition_type", object["definition_type"], isConfusingType, faults);
    case "language-content":
      return refuse("oasis-language-target", "/object_ref", object["object_ref"], isLanguageContent, faults);
    case "email-message":
      return checkHeaders(object["additional_header_fields"], faults);
    case "observed-data":
      return checkContainer(object["objects"], faults);
    case "file":
      return checkNames(object, ["raster-image-ext", "exif_tags"], isExifTag, faults);
    case "process":
      return checkNames(object, ["windows-process-ext", "startup_info"], isStartupInfo, faults);
  }
}

function isCoreless(type: string, object: JsonObject): boolean {
  const kind = classOf(type);
  return kind === "sco" || (kind === "custom" && object["created"] === undefined && object["modified"] === undefined);
}

// Properties that observables have not and no schema looks at; its own checks stumble over what they do not expect.
function checkUnasked(object: JsonObject, faults: Fault[]): void {
  for (const name of ["created", "modified"]) {
    const value = object[name];
    const isTime = typeof value === "string" && (!timestampForm.test(value) || parseTimestamp(value) !== null);
    if (value !== undefined && !isTime) faults.push({ rule: "timestamp-form", pointer: `/${name}` });
  }
  const { external_references: references, objects } = object;
  if (references !== undefined && !isWalkable(references)) {
    faults.push({ rule: "value-type", pointer: "/external_references", expected: "array" });
  }
  const { created, modified } = object;
  if (
    typeof created === "string" &&
    typeof modified === "string" &&
    (parseTimestamp(created) === null || parseTimestamp(modified) === null) &&
    modified < created
  ) {
    faults.push({ rule: "oasis-timestamp-order", pointer: "/modified", expected: "created" });
  }
  if (objects === undefined || classOf(typeOf(object)) === "custom") return;
  const members = isObject(objects) ? Object.values(objects) : [null];
  if (!members.every((member) => isObject(member) && member["id"] !== undefined)) {
    faults.push({ rule: "oasis-container-id", pointer: "/objects" });
  }
}

function isWalkable(references: Json): boolean {
  if (typeof references === "string" || isObject(references)) return true;
  return Array.isArray(references) && references.every((item: Json) => typeof item === "string" || isObject(item));
}

function refuse(
  rule: Fault["rule"],
  pointer: string,
  value: Json | undefined,
  isWrong: (text: string) => boolean,
  faults: Fault[],
): void {
  if (typeof value === "string" && isWrong(value)) faults.push({ rule, pointer });
}

// Second 60 is refused, and a fraction of more than six digits makes it compare text instead of times.
function checkTimes(type: string, object: JsonObject, faults: Fault[]): void {
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === "string" && timestampNames.has(name) && leapSecond.test(value)) {
      faults.push({ rule: "oasis-leap-second", pointer: `/${name}` });
    }
  }
  for (const order of ordersOf(type)) {
    if (runsBackwardsForOasis(object, order) && !runsBackwards(object, order)) {
      faults.push({ rule: "oasis-timestamp-order", pointer: `/${order.later}`, expected: order.earlier });
    }
  }
}

function checkGranularMarkings(object: JsonObject, faults: Fault[]): void {
  const markings = object["granular_markings"];
  if (!Array.isArray(markings)) return;
  markings.forEach((marking: Json, i) => {
    if (!isObject(marking)) return;
    const pointer = `/granular_markings/${i}`;
    if (marking["marking_ref"] === undefined) faults.push({ rule: "oasis-granular-marking", pointer });
    const selectors = marking["selectors"];
    if (!Array.isArray(selectors)) return;
    selectors.forEach((selector: Json, j) => {
      refuse("oasis-selector", `${pointer}/selectors/${j}`, selector, (text) => /[A-Z]/.test(text), faults);
    });
  });
}

function checkLanguages(type: string, object: JsonObject, faults: Fault[]): void {
  const { lang, contents, languages } = object;
  // Where no schema asks for a text, anything else is no language either.
  if (lang !== undefined && !(typeof lang === "string" && oasisLanguages.has(lang))) {
    faults.push({ rule: "oasis-language", pointer: "/lang" });
  }
  if (type === "language-content" && isObject(contents)) {
    for (const key of Object.keys(contents)) {
      if (!oasisLanguages.has(key))
        faults.push({ rule: "oasis-language", pointer: `/contents${formatPointer([key])}` });
    }
  }
  if (type === "software" && Array.isArray(languages)) {
    languages.forEach((language: Json, i) => {
      refuse(
        "oasis-language",
        `/languages/${i}`,
        language,
        (text) => !oasisLanguages.has(text) && !oasisSoftwareLanguages.has(text),
        faults,
      );
    });
  }
}

function checkReferencesOutside(object: JsonObject, faults: Fault[]): void {
  const references = object["external_references"];
  if (classOf(typeOf(object)) === "sco" || !Array.isArray(references)) return;
  references.forEach((reference: Json, i) => {
    const hashes = isObject(reference) ? reference["hashes"] : undefined;
    for (const name of isObject(hashes) ? Object.keys(hashes) : []) {
      if (/^MD5|SHA-1|SHA-256|SHA-512|SHA3-256|SHA3-512|SSDEEP|TLSH$/.test(name)) continue;
      faults.push({ rule: "oasis-hash-name", pointer: `/external_references/${i}/hashes${formatPointer([name])}` });
    }
  });
}

function checkHeaders(headers: Json | undefined, faults: Fault[]): void {
  if (!isObject(headers)) return;
  const pointer = "/additional_header_fields";
  const names = Object.keys(headers);
  if (names.every((name) => ownHeaders.test(name))) faults.push({ rule: "oasis-header", pointer });
  for (const name of names) {
    const value = headers[name];
    if (Array.isArray(value) && value.length < 2)
      faults.push({ rule: "oasis-header", pointer: pointer + formatPointer([name]) });
  }
}

function checkContainer(container: Json | undefined, faults: Fault[]): void {
  if (!isObject(container)) return;
  for (const [key, member] of Object.entries(container).slice(0, membersMax)) {
    if (!isObject(member) || member["type"] === "observed-data") continue;
    const pointer = `/objects${formatPointer([key])}`;
    const type = typeOf(member);
    if (classOf(type) === "custom" && observableName.test(type)) {
      faults.push({ rule: "oasis-container-type", pointer: `${pointer}/type` });
    }
    if (member["id"] === undefined) faults.push({ rule: "oasis-container-id", pointer });
    const found: Fault[] = [];
    checkOasis(member, found);
    faults.push(...found.map((fault) => ({ ...fault, pointer: pointer + fault.pointer })));
  }
}

// Two dictionaries of extensions whose keys and values it lists; its patterns for them are not anchored.
function checkNames(
  object: JsonObject,
  [extension, name]: readonly [string, string],
  isKnown: (key: string, value: Json) => boolean,
  faults: Fault[],
): void {
  const { extensions } = object;
  const holder = isObject(extensions) ? extensions[extension] : undefined;
  const dictionary = isObject(holder) ? holder[name] : undefined;
  for (const [key, value] of isObject(dictionary) ? Object.entries(dictionary) : []) {
    if (!isKnown(key, value)) {
      faults.push({ rule: "oasis-dictionary", pointer: formatPointer(["extensions", extension, name, key]) });
    }
  }
}

function isExifTag(key: string, value: Json): boolean {
  return /^[A-Z][a-zA-Z0-9_-]+$/.test(key) && (typeof value === "string" || Number.isInteger(value));
}

function isStartupInfo(key: string, value: Json): boolean {
  const kinds: readonly boolean[] = [
    ...(startupTexts.test(key) ? [typeof value === "string"] : []),
    ...(/^lpReserved|lpReserved2$/.test(key) ? [value === null] : []),
    ...(/^cb|dwX|dwY|dwXSize|dwYSize|dwXCountChars|dwYCountChars$/.test(key) ? [Number.isInteger(value)] : []),
    ...(key === "cbReserved2" ? [value === 0] : []),
  ];
  return kinds.length > 0 && kinds.every(Boolean);
}

function isOasisEmail(text: string): boolean {
  const at = text.indexOf("@");
  const dot = text.indexOf(".", at + 2);
  return (
    at > 0 &&
    dot > 0 &&
    /^[a-zA-Z0-9_.+-]+$/.test(text.slice(0, at)) &&
    /^[a-zA-Z0-9-]+$/.test(text.slice(at + 1, dot)) &&
    /^[a-zA-Z0-9.-]+$/.test(text.slice(dot + 1))
  );
}

// Its pattern lost its backslashes: `s` for white space is the letter, and embedded IPv4 never matches; a zone may follow.
function isOasisIpv6(text: string): boolean {
  const parts = /^s*([0-9A-Fa-f:]{2,39})(?:%.+|s*)(?:\/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9]))?$/.exec(text);
  if (parts === null) return false;
  const halves = (parts[1] ?? "").split("::");
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const count = groups.reduce((sum, half) => sum + half.length, 0);
  return (
    groups.flat().every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group)) &&
    (halves.length === 1 ? count === 8 : halves.length === 2 && count <= 7)
  );
}

function hasShortHive(key: string): boolean {
  return /^HKLM|HKCC|HKCR|HKCU|HKU|hklm|hkcc|hkcr|hkcu|hku/.test(key);
}

function isConfusingType(type: string): boolean {
  return type !== "statement" && type !== "tlp" && /^statement|tlp$/.test(type);
}

function isLanguageContent(id: string): boolean {
  return id.startsWith("language-content--");
}
