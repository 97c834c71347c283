// Recommendations about form and presence (numbers 1xx and 3xx): versions of UUIDs, spelling of names and values, properties
// that should be there. STIX 2.1 §2.3, §2.9, §2.11, §2.14, §4, §6

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { Advised } from "./advice.ts";
import { listOf, namesIn } from "./advice-parts.ts";
import { vocabularyUses } from "./tables.generated.ts";
import { classOf, customClassOf } from "./object.ts";
import { hasContributingProperty } from "./sco-id.ts";

/** Steps into the dictionaries of an observable. */
const dictionaryDepthMax = 16;

/** Values of open vocabularies whose form the OASIS validator looks at. */
const oasisVocabularyProperties: Readonly<Record<string, readonly string[]>> = {
  identity: ["identity_class", "sectors"],
  indicator: ["indicator_types"],
  infrastructure: ["infrastructure_types"],
  "intrusion-set": ["resource_level", "primary_motivation", "secondary_motivations"],
  location: ["region"],
  malware: ["malware_types", "architecture_execution_envs", "implementation_languages", "capabilities"],
  "malware-analysis": ["result"],
  report: ["report_types"],
  "threat-actor": [
    "threat_actor_types",
    "roles",
    "sophistication",
    "resource_level",
    "primary_motivation",
    "secondary_motivations",
    "personal_motivations",
  ],
  tool: ["tool_types"],
  "marking-definition": ["definition_type"],
  // Hashes are a dictionary and passed over; what stands in their place wrongly is not.
  artifact: ["hashes"],
  file: ["hashes"],
  "x509-certificate": ["hashes"],
};
const killChainTypes: ReadonlySet<string> = new Set([
  "attack-pattern",
  "indicator",
  "infrastructure",
  "malware",
  "tool",
]);
/** Dictionaries whose keys have names of their own kind. */
const properlyNamed: ReadonlySet<string> = new Set([
  "hashes",
  "file_header_hashes",
  "request_header",
  "additional_header_fields",
  "document_info_dict",
  "exif_tags",
  "ipfix",
  "options",
  "environment_variables",
  "key",
  "startup_info",
]);

/** Tells what of form and presence is not as recommended. */
export function adviseForm(advised: Advised): void {
  if (advised.wants("uuid-check")) adviseUuid(advised);
  if (advised.wants("open-vocab-format")) adviseVocabularyForm(advised);
  if (advised.wants("kill-chain-names")) adviseKillChains(advised);
  adviseContainerKeys(advised);
  if (advised.wants("observable-dictionary-keys") && isObservable(advised)) {
    adviseKeys(advised, advised.object, "", 0);
  }
  adviseSingleTypes(advised);
  advisePresence(advised);
}

function isObservable({ type, object, oasis, member }: Advised): boolean {
  const kind = classOf(type);
  if (kind === "sco" || member) return true;
  // The OASIS validator takes a type of someone's own for an observable in a container only.
  return kind === "custom" && !oasis && customClassOf(object) === "sco";
}

function adviseUuid(advised: Advised): void {
  const { id } = advised.object;
  if (typeof id !== "string") return;
  const version = uuidVersionOf(id.split("--").at(-1) ?? "");
  if (version === null) return;
  const expected = uuidVersionFor(advised);
  if (expected !== null && version !== expected) advised.tell("uuid-check", "/id", String(expected));
}

// The specification asks for version 4 (a MUST) where nothing contributes to a version 5; a process has no version 5.
function uuidVersionFor({ type, object, oasis }: Advised): 4 | 5 | null {
  const kind = classOf(type);
  if (oasis) return kind === "sco" && type !== "process" ? 5 : 4;
  if (kind === "sco") return hasContributingProperty(type, object) ? 5 : null;
  return kind === "custom" && customClassOf(object) === "sco" ? null : 4;
}

/** The version of a UUID of RFC 4122, 0 for another variant, null for what is none. */
function uuidVersionOf(text: string): number | null {
  const digits = text.replaceAll("-", "");
  if (!/^[0-9a-fA-F]{32}$/.test(digits)) return null;
  return /^[89abAB]/.test(digits.charAt(16)) ? Number.parseInt(digits.charAt(12), 16) : 0;
}

function adviseVocabularyForm(advised: Advised): void {
  const { type, object, oasis } = advised;
  const names = oasis ? (own(oasisVocabularyProperties, type) ?? []) : Object.keys(own(vocabularyUses, type) ?? {});
  for (const name of names) {
    const value = object[name];
    if (value === undefined || isObject(value)) continue;
    listOf(value).forEach((one, i) => {
      if (typeof one !== "string" || isPlainName(one, oasis)) return;
      advised.tell("open-vocab-format", Array.isArray(value) ? `/${name}/${i}` : `/${name}`);
    });
  }
}

function adviseKillChains(advised: Advised): void {
  const { type, object, oasis } = advised;
  if (oasis && !killChainTypes.has(type)) return;
  for (const [i, phase] of listOf(object["kill_chain_phases"] ?? []).entries()) {
    if (!isObject(phase)) continue;
    if (oasis && phase["kill_chain_name"] === undefined) return;
    for (const name of ["kill_chain_name", "phase_name"]) {
      const value = phase[name];
      if (typeof value === "string" && !isPlainName(value, oasis)) {
        advised.tell("kill-chain-names", `/kill_chain_phases/${i}/${name}`);
      }
    }
  }
}

// The OASIS validator wants a letter in it as well: Python's `islower`.
function isPlainName(text: string, oasis: boolean): boolean {
  if (text.includes("_") || text.includes(" ") || /[\p{Uppercase}\p{Lt}]/u.test(text)) return false;
  return !oasis || /\p{Lowercase}/u.test(text);
}

function adviseContainerKeys(advised: Advised): void {
  const { objects } = advised.object;
  if (advised.type !== "observed-data" || !isObject(objects) || !advised.wants("observable-object-keys")) return;
  for (const key of Object.keys(objects)) {
    if (!/^[0-9]+$/.test(key)) advised.tell("observable-object-keys", `/objects${formatPointer([key])}`);
  }
}

function adviseKeys(advised: Advised, dictionary: JsonObject, pointer: string, depth: number): void {
  for (const [key, value] of Object.entries(dictionary)) {
    const place = pointer + formatPointer([key]);
    if (key === "" || /[A-Z]/.test(key)) advised.tell("observable-dictionary-keys", place);
    if (isObject(value) && !properlyNamed.has(key) && depth < dictionaryDepthMax) {
      adviseKeys(advised, value, place, depth + 1);
    }
  }
}

function adviseSingleTypes(advised: Advised): void {
  const { type, object } = advised;
  if (type === "malware-analysis" && advised.wants("malware-analysis-product")) {
    const { product } = object;
    if (typeof product === "string" && !/^[a-z0-9-]+$/.test(product)) {
      advised.tell("malware-analysis-product", "/product");
    }
  }
  if (type === "process" && advised.wants("windows-process-priority-format")) {
    const place = "/extensions/windows-process-ext/priority";
    const priority = namesIn(object, ["extensions", "windows-process-ext", "priority"]);
    if (typeof priority === "string" && !/._CLASS$/.test(priority)) {
      advised.tell("windows-process-priority-format", place);
    }
  }
}

function advisePresence(advised: Advised): void {
  const { type, object } = advised;
  const lacks = (...names: readonly string[]) => names.some((name) => object[name] === undefined);
  switch (type) {
    case "network-traffic":
      if (lacks("src_port", "dst_port") && advised.wants("network-traffic-ports")) {
        advised.tell("network-traffic-ports", "");
      }
      break;
    case "indicator":
      if (lacks("name", "description") && advised.wants("indicator-properties")) {
        advised.tell("indicator-properties", "");
      }
      break;
    case "observed-data":
      if (!lacks("objects") && advised.wants("deprecated-properties")) {
        advised.tell("deprecated-properties", "/objects");
      }
      break;
    case "extension-definition":
      if (lacks("description") && advised.wants("extension-description")) advised.tell("extension-description", "");
      if (lacks("extension_properties") && advised.wants("extension-properties")) {
        if (listOf(object["extension_types"] ?? []).includes("toplevel-property-extension")) {
          advised.tell("extension-properties", "");
        }
      }
      break;
    // no default: other types have nothing that should be there
  }
  if (advised.wants("extref-hashes")) adviseHashes(advised, object["external_references"]);
}

function adviseHashes(advised: Advised, references: Json | undefined): void {
  listOf(references ?? []).forEach((reference, i) => {
    if (isObject(reference) && reference["url"] !== undefined && reference["hashes"] === undefined) {
      advised.tell("extref-hashes", `/external_references/${i}`);
    }
  });
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
