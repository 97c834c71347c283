// What the tests of renditions share: an object of every type with something in every place, a reader, and what it may have.

import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import { formatPointer } from "../../src/encoding/pointer.ts";
import { prepareHmac, sha256 } from "../../src/encoding/sha256.ts";
import { uuid4 } from "../../src/encoding/uuid.ts";
import { check } from "../../src/stix/check.ts";
import { levelRank, type Level } from "../../src/stix/marking.ts";
import { isStixObject, type StixObject } from "../../src/stix/object.ts";
import { pinnedMarkings, tlp1Markings, tlp2Markings } from "../../src/stix/pinned-markings.ts";
import { scoId } from "../../src/stix/sco-id.ts";
import { reducedMarking } from "../../src/policy/reduced-marking.ts";
import { renderObject } from "../../src/policy/render.ts";
import type { RenderContext, Rendering, RenderTerms, Written } from "../../src/policy/rendering.ts";
import { derivedId } from "../../src/policy/view-id.ts";
import { validObjects } from "../stix/vectors.ts";

export const exchangeIdentity = "identity--e8c0a1b2-0000-4000-8000-0000000000ee";
export const owner = "identity--0a0b0c0d-0000-4000-8000-00000000000a";
export const extensionId = "extension-definition--00000385-0000-4000-8000-000000000385";
export const statementId = "marking-definition--00000384-0000-4000-8000-000000000384";
export const strangeId = "marking-definition--0badbad0-0000-4000-8000-00000badbad0";

export const tlp = (level: Level): string =>
  tlp2Markings.find(({ name }) => name === `TLP:${level.toUpperCase()}`)?.id ?? "";

const statement: StixObject = {
  type: "marking-definition",
  id: statementId,
  definition_type: "statement",
  definition: { statement: "Ours" },
};
const commons = new Set([...pinnedMarkings, ...tlp1Markings, reducedMarking].map(({ id }) => id));
const markings = new Map<string, StixObject>(
  [...pinnedMarkings, ...tlp1Markings, reducedMarking, statement].map((marking) => [marking.id, marking]),
);

export const hmac = prepareHmac(new Uint8Array(32).fill(7));

export interface Reader {
  readonly ceiling?: Level;
  /** Ids that are never the reader's. */
  readonly cut?: readonly string[];
  /** Ids that the reader knows by another. */
  readonly mapped?: Readonly<Record<string, string>>;
  readonly scope?: (id: string) => Written["scope"];
  readonly last?: string | null;
  readonly target?: RenderContext["target"];
  readonly personal?: readonly string[];
}

export function contextOf(object: JsonObject, reader: Reader = {}): RenderContext {
  const { ceiling = "red", cut = [], mapped = {}, last = null, target = null, personal = [] } = reader;
  const scope = reader.scope ?? ((id) => (commons.has(id) ? "commons" : "contribution"));
  const known = Object.values(mapped).includes(String(object["id"]));
  return {
    ceiling: levelRank(ceiling),
    resolve: (id) => markings.get(id) ?? null,
    refer: ({ id }) => (cut.includes(id) ? null : { id: mapped[id] ?? id, scope: scope(id) }),
    derived: { id: known ? String(object["id"]) : derivedId(hmac, "XX", 0, String(object["id"])), last },
    exchangeIdentity,
    target,
    personal,
  };
}

export const named = (...redact: readonly string[]): RenderTerms => ({ unattributed: false, redact });
export const unattributed = (...redact: readonly string[]): RenderTerms => ({ unattributed: true, redact });

export function render(object: StixObject, terms: RenderTerms, reader: Reader = {}): Rendering {
  return renderObject(object, terms, contextOf(object, reader));
}

/** The rendition's object; fails where there is none, or where it is not valid. */
export function rendered(object: StixObject, terms: RenderTerms, reader: Reader = {}): StixObject {
  const rendering = render(object, terms, reader);
  if (rendering.kind !== "rendered") throw new Error(`It is ${JSON.stringify(rendering)}.`);
  const errors = errorsOf(rendering.object);
  if (errors.length > 0) throw new Error(`It is not valid: ${errors.join(", ")}`);
  return rendering.object;
}

export function errorsOf(object: JsonObject): readonly string[] {
  return check(object)
    .filter(({ severity }) => severity === "error")
    .map(({ rule, pointer }) => `${rule} ${pointer}`);
}

/** A valid object of a type, with other properties beside. */
export function objectOf(type: string, properties: JsonObject = {}): StixObject {
  const object = { ...validObjects[type], ...properties };
  if (!isStixObject(object)) throw new Error(`There is no valid object of type ${type}.`);
  return object;
}

/** The observable with the id that its content gives. */
export function proved(object: JsonObject): StixObject {
  const id = scoId(object);
  if (id === null) throw new Error("It has no id of its own.");
  return { ...object, type: String(object["type"]), id };
}

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

/** Every place of an object, its own aside. */
export function everyPlace(value: Json, place = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const at = place + formatPointer([name]);
    return [at, ...everyPlace(part, at)];
  });
}

const secrets = /canary[0-9]+z|[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/** Texts that stand in one place alone, and UUIDs, in a value. */
export function secretsIn(value: Json): readonly string[] {
  return JSON.stringify(value).match(secrets) ?? [];
}
