// The plainest valid object of a type that has what is asked for: what counterexamples are made of, so that a preview can be
// asked about them. STIX 2.1 §3.2, §4 to §7.1; that each is valid is tested type by type.

import type { Json, JsonObject } from "../encoding/json.ts";
import { isAssignedCode } from "../directory/iso.ts";
import type { Level } from "../stix/marking.ts";
import { tlpOf } from "../stix/marking.ts";
import { check } from "../stix/check.ts";
import { classOf, domainTypes, observableTypes, relationshipTypes, type StixObject } from "../stix/object.ts";
import { pinnedMarkings, tlp2Markings } from "../stix/pinned-markings.ts";
import { countryDomainsOf } from "./affected.ts";

/** What an object says, as far as rules ask for it. */
export interface Sketch {
  readonly type: string;
  readonly level: Level;
  readonly labels: readonly string[];
  readonly sectors: readonly string[];
  readonly severities: readonly string[];
  readonly exercise: boolean;
  readonly confidence: number | null;
  readonly createdBy: string | null;
  /** Whether it has personal data in it. */
  readonly personal: boolean;
  /** Ids that it refers to, beside what its type requires. */
  readonly about: readonly string[];
  /** Code of a state that it affects. */
  readonly affects: string | null;
  readonly revoked: boolean;
}

/** Times of an object and the last group of its id. */
export interface Place {
  readonly number: number;
  readonly created: string;
  readonly modified: string;
}

/** Types that can be contributed and about which rules decide, the commonest first. */
export const contributedTypes: readonly string[] = [
  ...new Set([
    "indicator",
    "report",
    "incident",
    ...domainTypes,
    ...relationshipTypes,
    ...observableTypes,
    "language-content",
  ]),
];

/** Whether objects of the type have labels, a confidence, an author and revocations: observables do not. STIX 2.1 §3.2 */
export function saysMore(type: string): boolean {
  return classOf(type) !== "sco";
}

/** How an object of a type can affect a state: by any host, only by a country domain, only by an address, or not at all. */
export function affectsBy(type: string): "host" | "domain" | "address" | null {
  if (["domain-name", "url", "indicator", "observed-data"].includes(type)) return "host";
  if (type === "email-addr") return "domain";
  return type === "ipv4-addr" || type === "ipv6-addr" ? "address" : null;
}

/** Whether the state has a country domain. */
export function hasDomain(code: string): boolean {
  return isAssignedCode(code);
}

/** Whether an object of the type can be made at all: not of one whose name is reserved or no name of a type. */
export function isContributable(type: string): boolean {
  if (contributedTypes.includes(type)) return true;
  if (classOf(type) !== "custom") return false;
  const time = "2026-01-01T00:00:00.000Z";
  const place = { number: 1, created: time, modified: time };
  return !check(exampleObject(plainSketch(type), place)).some(({ severity }) => severity === "error");
}

export function plainSketch(type: string): Sketch {
  return {
    type,
    level: "clear",
    labels: [],
    sectors: [],
    severities: [],
    exercise: false,
    confidence: null,
    createdBy: null,
    personal: false,
    about: [],
    affects: null,
    revoked: false,
  };
}

/** The same id for the same type and number. */
export function exampleId(type: string, number: number): string {
  return `${type}--00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** The network that a state would have published where an object affects it by an address. */
export function networkFor(type: string): string {
  return type === "ipv6-addr" ? "2001:db8:1::/48" : "203.0.113.0/24";
}

/** Whether the object affects the state by an address and not by its country domain. */
export function affectsByAddress({ type, affects }: Sketch): boolean {
  return affects !== null && (affectsBy(type) === "address" || !hasDomain(affects));
}

export function exampleObject(sketch: Sketch, { number, created, modified }: Place): StixObject {
  const { type, level, labels, confidence, createdBy, revoked } = sketch;
  const marking = tlp2Markings.find(({ id }) => tlpOf(id) === level)?.id ?? "";
  const extensions = extensionsOf(sketch);
  const own = saysMore(type)
    ? {
        created,
        modified,
        ...(createdBy === null ? {} : { created_by_ref: createdBy }),
        ...(revoked ? { revoked } : {}),
        ...(labels.length === 0 ? {} : { labels }),
        ...(confidence === null ? {} : { confidence }),
      }
    : {};
  return {
    type,
    spec_version: "2.1",
    id: exampleId(type, number),
    ...own,
    ...requiredOf(sketch, created),
    object_marking_refs: [marking],
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
  };
}

/** Somebody of the commons, to whom everybody may refer. */
const somebody = pinnedMarkings.find(({ type }) => type === "identity")?.id ?? "";
const name = "Example";
const named: JsonObject = { name };

const requiresName = new Set([
  "attack-pattern",
  "campaign",
  "course-of-action",
  "file",
  "identity",
  "incident",
  "infrastructure",
  "intrusion-set",
  "mutex",
  "software",
  "threat-actor",
  "tool",
  "vulnerability",
]);

/** Types that have a place of their own for what they are about. */
const refers: Readonly<Record<string, (about: readonly string[]) => JsonObject>> = {
  grouping: (about) => ({ context: "unspecified", object_refs: about }),
  note: (about) => ({ content: name, object_refs: about }),
  opinion: (about) => ({ opinion: "neutral", object_refs: about }),
  report: (about) => ({ ...named, object_refs: about }),
  sighting: (about) => ({ sighting_of_ref: about[0] ?? somebody }),
};

function requiredOf(sketch: Sketch, created: string): JsonObject {
  const { type, about } = sketch;
  const reference = Object.hasOwn(refers, type) ? refers[type] : undefined;
  if (reference !== undefined) {
    const published = type === "report" ? { published: created } : {};
    return { ...reference(about.length === 0 ? [somebody] : about), ...published };
  }
  if (requiresName.has(type)) return named;
  const required = Object.hasOwn(requires, type) ? requires[type] : undefined;
  return required?.(hostFor(sketch), created) ?? {};
}

/** What occurs where a machine reads it: a name of nobody's, or of the state that is affected. */
interface Host {
  readonly type: "domain-name" | "ipv4-addr";
  readonly value: string;
}

function hostFor(sketch: Sketch): Host {
  const { affects } = sketch;
  if (affects === null) return { type: "domain-name", value: "example.org" };
  if (affectsByAddress(sketch)) return { type: "ipv4-addr", value: "203.0.113.1" };
  return { type: "domain-name", value: `example.${countryDomainsOf(affects)[0] ?? ""}` };
}

const requires: Readonly<Record<string, (host: Host, created: string) => JsonObject>> = {
  artifact: () => ({ payload_bin: "AAAA" }),
  "autonomous-system": () => ({ number: 64496 }),
  directory: () => ({ path: "/example" }),
  "domain-name": ({ value }) => ({ value }),
  // A mailbox whose name is quoted, or that is of no host, is no personal data.
  "email-addr": ({ value }) => ({ value: value === "example.org" ? "root@localhost" : `"example"@${value}` }),
  "email-message": () => ({ is_multipart: false, subject: name }),
  indicator: ({ type, value }, created) => ({
    pattern: `[${type}:value = '${value}']`,
    pattern_type: "stix",
    valid_from: created,
  }),
  "ipv4-addr": ({ type, value }) => ({ value: type === "ipv4-addr" ? value : "192.0.2.1" }),
  "ipv6-addr": ({ type }) => ({ value: type === "ipv4-addr" ? "2001:db8:1::1" : "2001:db8::1" }),
  "language-content": () => ({ object_ref: somebody, contents: { en: named } }),
  location: () => ({ region: "asia" }),
  "mac-addr": () => ({ value: "00:00:5e:00:53:01" }),
  malware: () => ({ is_family: false }),
  "malware-analysis": () => ({ product: "example", result: "unknown" }),
  "network-traffic": () => ({ protocols: ["tcp"], src_ref: exampleId("ipv4-addr", 0xf0) }),
  "observed-data": (host, created) => ({
    first_observed: created,
    last_observed: created,
    number_observed: 1,
    objects: { "0": { ...host } },
  }),
  process: () => ({ command_line: name }),
  relationship: () => ({ relationship_type: "related-to", source_ref: somebody, target_ref: somebody }),
  url: ({ value }) => ({ value: `http://${value}/` }),
  "user-account": () => ({ user_id: name }),
  "windows-registry-key": () => ({ key: "HKEY_LOCAL_MACHINE\\Example" }),
  "x509-certificate": () => ({ serial_number: "01" }),
};

// What STIX has no property for stands in extensions, as facts.ts reads it; a severity is one to an extension.
function extensionsOf(sketch: Sketch): Readonly<Record<string, JsonObject>> {
  const { type, sectors, severities, exercise, personal, about } = sketch;
  const isTold = Object.hasOwn(refers, type) && (type !== "sighting" || about.length < 2);
  const said: JsonObject = {
    ...(sectors.length === 0 ? {} : { sectors }),
    ...(exercise ? { exercise } : {}),
    ...(personal ? { contact: "someone@example.org" } : {}),
    ...(about.length === 0 || isTold ? {} : { about_refs: about }),
  };
  const first = Object.keys(said).length === 0 ? [] : [said];
  const bodies: readonly JsonObject[] =
    severities.length === 0 ? first : severities.map((severity, i) => ({ ...(i === 0 ? said : {}), severity }));
  const kind: Readonly<Record<string, Json>> = { extension_type: "property-extension" };
  return Object.fromEntries(bodies.map((body, i) => [exampleId("extension-definition", i + 1), { ...kind, ...body }]));
}
