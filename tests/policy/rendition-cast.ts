// What the tests of renditions share: an object of every type with something in every place, a reader, and what it may have.

import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { formatPointer } from "../../src/encoding/pointer.ts";
import { prepareHmac } from "../../src/encoding/sha256.ts";
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
