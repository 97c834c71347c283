// Recommendations about values (numbers 2xx but for the registries): open vocabularies, names of hashes, relationships and
// kinds of markings that the specification suggests. STIX 2.1 §2.7, §5.1, §7.2, §10

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { Advised } from "./advice.ts";
import type { Recommendation } from "./advice-options.ts";
import { keysOf, listOf, namesIn } from "./advice-parts.ts";
import { unsuggested } from "./relationships.ts";
import { vocabularies, vocabularyUses } from "./tables.generated.ts";

const ruleOfVocabulary: Readonly<Record<string, Recommendation>> = {
  "account-type-ov": "account-type",
  "attack-motivation-ov": "attack-motivation",
  "attack-resource-level-ov": "attack-resource-level",
  "grouping-context-ov": "grouping-context",
  "identity-class-ov": "identity-class",
  "implementation-language-ov": "implementation-languages",
  "indicator-type-ov": "indicator-types",
  "industry-sector-ov": "industry-sector",
  "infrastructure-type-ov": "infrastructure-types",
  "malware-capabilities-ov": "malware-capabilities",
  "malware-result-ov": "malware-result",
  "malware-type-ov": "malware-types",
  "pattern-type-ov": "indicator-pattern-types",
  "processor-architecture-ov": "processor-architecture",
  "region-ov": "region",
  "report-type-ov": "report-types",
  "threat-actor-role-ov": "threat-actor-role",
  "threat-actor-sophistication-ov": "threat-actor-sophistication",
  "threat-actor-type-ov": "threat-actor-types",
  "tool-type-ov": "tool-types",
};

const values: Readonly<Record<string, ReadonlySet<Json>>> = Object.fromEntries(
  Object.entries(vocabularies).map(([name, list]) => [name, new Set(list)]),
);
/** Where the OASIS validator's vocabularies are others: one value too many, and those that Errata 01 added. */
const oasisValues: Readonly<Record<string, ReadonlySet<Json>>> = {
  ...values,
  "account-type-ov": new Set([...(vocabularies["account-type-ov"] ?? []), "kavi"]),
  "implementation-language-ov": without("implementation-language-ov", "rust"),
  "industry-sector-ov": without("industry-sector-ov", "legal"),
  "report-type-ov": without("report-type-ov", "incident"),
  "threat-actor-type-ov": without("threat-actor-type-ov", "private-sector"),
};
/** Types of objects between which the OASIS validator does not look at relationships. */
const unrelated: ReadonlySet<string> = new Set([
  "bundle",
  "language-content",
  "marking-definition",
  "sighting",
  "relationship",
  "extension-definition",
]);
const peExtension = ["extensions", "windows-pebinary-ext"];

/** Tells which values are not among those that are recommended. */
export function adviseValues(advised: Advised): void {
  adviseVocabularies(advised);
  if (advised.wants("hash-algo")) adviseHashNames(advised);
  const { type, object } = advised;
  if (type === "file" && advised.wants("windows-pebinary-type")) advisePeType(advised);
  if (type === "relationship" && advised.wants("relationship-types")) adviseRelationship(advised);
  if (type === "marking-definition" && advised.wants("marking-definition-type")) {
    const kind = object["definition_type"];
    if (kind !== undefined && kind !== "statement" && kind !== "tlp") {
      advised.tell("marking-definition-type", "/definition_type");
    }
  }
}

function adviseVocabularies(advised: Advised): void {
  const { type, object, oasis } = advised;
  const uses = Object.hasOwn(vocabularyUses, type) ? (vocabularyUses[type] ?? {}) : {};
  for (const [name, vocabulary] of Object.entries(uses)) {
    const value = object[name];
    const rule = ruleOfVocabulary[vocabulary];
    if (value === undefined || rule === undefined || !advised.wants(rule)) continue;
    const known = (oasis ? oasisValues : values)[vocabulary];
    // Of this one property a list of good values is none to the OASIS validator.
    if (oasis && rule === "account-type" && Array.isArray(value)) advised.tell(rule, `/${name}`, name);
    listOf(value).forEach((one, i) => {
      if (known?.has(one) === true) return;
      advised.tell(rule, Array.isArray(value) ? `/${name}/${i}` : `/${name}`, name);
    });
  }
}

function adviseHashNames(advised: Advised): void {
  const { type, object } = advised;
  if (type !== "file" && type !== "artifact" && type !== "x509-certificate") return;
  const places: (readonly [string, Json | undefined])[] = [["/hashes", object["hashes"]]];
  if (type === "file") {
    const pe = "/extensions/windows-pebinary-ext";
    places.push(
      ...within(
        "/extensions/ntfs-ext/alternate_data_streams",
        namesIn(object, ["extensions", "ntfs-ext", "alternate_data_streams"]),
      ),
      [`${pe}/file_header_hashes`, namesIn(object, [...peExtension, "file_header_hashes"])],
      [`${pe}/optional_header/hashes`, namesIn(object, [...peExtension, "optional_header", "hashes"])],
      ...within(`${pe}/sections`, namesIn(object, [...peExtension, "sections"])),
    );
  }
  for (const [place, hashes] of places) {
    for (const name of keysOf(hashes)) {
      if (values["hash-algorithm-ov"]?.has(name) === true) continue;
      // A prefix of STIX 2.0 that the OASIS validator still lets pass.
      if (advised.oasis && typeof name === "string" && name.startsWith("x_")) continue;
      advised.tell("hash-algo", isObject(hashes) ? place + formatPointer([String(name)]) : place);
    }
  }
}

function within(place: string, list: Json | undefined): readonly (readonly [string, Json | undefined])[] {
  return listOf(list ?? []).map((item, i) => [`${place}/${i}/hashes`, isObject(item) ? item["hashes"] : undefined]);
}

function advisePeType(advised: Advised): void {
  const type = namesIn(advised.object, [...peExtension, "pe_type"]);
  if (type === undefined || values["windows-pebinary-type-ov"]?.has(type) === true) return;
  advised.tell("windows-pebinary-type", "/extensions/windows-pebinary-ext/pe_type", "pe_type");
}

function adviseRelationship(advised: Advised): void {
  const type = advised.object["relationship_type"];
  const source = typeBefore(advised.object, "source_ref");
  const target = typeBefore(advised.object, "target_ref");
  if (type === undefined || source === null || target === null) return;
  if (unrelated.has(source) || unrelated.has(target)) return;
  const what = typeof type === "string" ? unsuggested(source, type, target, advised.oasis) : "type";
  if (what === "source") advised.tell("relationship-types", "/source_ref", "a relationship of objects of this type");
  else if (what === "type") advised.tell("relationship-types", "/relationship_type", "this type for the source");
  else if (what === "target") advised.tell("relationship-types", "/target_ref", "this type for the target");
}

function typeBefore(object: JsonObject, name: string): string | null {
  const reference = object[name];
  if (typeof reference !== "string") return null;
  const end = reference.lastIndexOf("--");
  return end > 0 ? reference.slice(0, end) : null;
}

function without(name: string, value: string): ReadonlySet<Json> {
  return new Set((vocabularies[name] ?? []).filter((one) => one !== value));
}
