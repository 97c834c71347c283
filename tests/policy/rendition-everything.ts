// An object of every type with everything in it, for what must hold of any.

import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import { sha256 } from "../../src/encoding/sha256.ts";
import { uuid4 } from "../../src/encoding/uuid.ts";
import type { StixObject } from "../../src/stix/object.ts";
import { scoId } from "../../src/stix/sco-id.ts";
import { validObjects } from "../stix/vectors.ts";
import { errorsOf, extensionId, objectOf, owner, proved, statementId, tlp } from "./rendition-cast.ts";

let planted = 0;
const uuidOf = (n: number): string => uuid4(sha256(`uuid ${n}`).slice(0, 16));

/** What any object of a class may have beside its own. */
const beside: JsonObject = {
  created_by_ref: owner,
  labels: ["first", "second"],
  confidence: 70,
  lang: "en",
  external_references: [
    { source_name: "case files", description: "of ours", url: "https://example.org/case" },
    { source_name: "cve", external_id: "CVE-2026-0001" },
  ],
};
const extra: JsonObject = {
  x_own_text: "own",
  x_own: { inner: ["a", "b"], victim_name: "of the ministry", contact_email: "desk", author_person: "A." },
  x_signature: "signed",
  x_see_refs: ["indicator--00000007-0000-4000-8000-000000000007", "report--00000010-0000-4000-8000-000000000010"],
};
const extension: JsonObject = {
  [extensionId]: { extension_type: "property-extension", own_text: "own", own_list: [{ inner: "deep" }] },
};
const dictionaries = ["environment_variables", "additional_header_fields", "document_info_dict", "exif_tags"];
const moreDictionaries = ["request_header", "startup_info", "options", "ipfix", "x_own"];

/**
 * An object of every type, with every property that it may have and a text of its own wherever any text is valid, also in
 * names of dictionaries and in each reference. `canary…z` stands nowhere else.
 */
export const everything: readonly StixObject[] = Object.entries(validObjects)
  .filter(([type]) => type !== "bundle")
  .flatMap(([type, object]) => {
    const own = plant(full(type, object), type);
    return scoId(own) === null ? [own] : [own, proved(own)];
  });

function full(type: string, object: JsonObject): StixObject {
  let whole = objectOf(type, object);
  const extended = isObject(object["extensions"]) ? { ...object["extensions"], ...extension } : extension;
  const parts: readonly JsonObject[] = [
    ...Object.entries({ ...beside, ...extra }).map(([name, value]) => ({ [name]: value })),
    { extensions: extended },
    { object_marking_refs: [tlp("amber"), statementId] },
  ];
  for (const part of parts) {
    const next = { ...whole, ...part };
    if (Object.keys(part).every((name) => name === "extensions" || object[name] === undefined) && isValid(next))
      whole = next;
  }
  return whole;
}

function isValid(object: JsonObject): boolean {
  return errorsOf(object).length === 0;
}

function plant(object: StixObject, type: string): StixObject {
  let now: JsonObject = structuredClone(object) as JsonObject;
  const attempt = (path: readonly string[], value: Json, name?: string): void => {
    const next = replaced(now, path, value, name) as JsonObject;
    if (isValid(next)) now = next;
  };
  const walk = (value: Json, path: readonly string[]): void => {
    if (
      path[0] === "id" ||
      path[0] === "type" ||
      path[0] === "object_marking_refs" ||
      path[0] === "granular_markings" ||
      path[0] === "pattern_type"
    )
      return;
    if (typeof value === "string") {
      const at = /--[0-9a-f-]{36}$/.test(value) ? value.slice(0, -36) : null;
      planted += 1;
      attempt(path, at === null ? `${value} canary${planted}z` : `${at}${uuidOf(planted)}`);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const parent = path.at(-1) ?? "";
    for (const [name, part] of Object.entries(value)) {
      let at = [...path, name];
      if (isObject(value) && [...dictionaries, ...moreDictionaries].includes(parent)) {
        planted += 1;
        const now_ = `${name}_canary${planted}z`;
        attempt(at, part, now_);
        if (JSON.stringify(now).includes(now_)) at = [...path, now_];
      }
      walk(part, at);
    }
  };
  walk(now, []);
  return { ...now, type, id: object.id };
}

function replaced(value: Json, path: readonly string[], by: Json, name: string | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: Json, i) => (String(i) === step ? replaced(item, rest, by, name) : item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]): [string, Json] =>
      key !== step ? [key, part] : [rest.length === 0 ? (name ?? key) : key, replaced(part, rest, by, name)],
    ),
  );
}
