// Makes an object say nothing of who gave it, by the allow-list of unattributed.ts (policy.md, Renditions). What identifies by
// habit goes as well: how times are spelled, which TLP is used, words outside of the standard's vocabularies.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer, valueAt } from "../encoding/pointer.ts";
import { granularLevel, type Level, levelOfMarkings } from "../stix/marking.ts";
import { classOf, typeOf } from "../stix/object.ts";
import { ordersOf } from "../stix/ordering.ts";
import { tlp2Markings } from "../stix/pinned-markings.ts";
import { commonRelationships, suggestedRelationships } from "../stix/relationships.ts";
import { propertiesOf, vocabularies, vocabularyUses } from "../stix/tables.generated.ts";
import { foreignPlaces } from "./foreign.ts";
import { type Change, childrenOf, parentOf, placesOf } from "./places.ts";
import { reducedMarking } from "./reduced-marking.ts";
import { type RenderContext, type Withheld, withhold } from "./rendering.ts";
import {
  catalogues,
  killChains,
  neutralWords,
  translatedTexts,
  unattributedExtensions,
  unattributedProperties,
  unattributedTimes,
} from "./unattributed.ts";

/** All that may be hashes, wherever a type has them. */
const hashPlaces = [
  "/hashes/*",
  "/extensions/*/file_header_hashes/*",
  "/extensions/*/optional_header/hashes/*",
  "/extensions/*/sections/*/hashes/*",
  "/extensions/*/alternate_data_streams/*/hashes/*",
];
const relationshipWords = new Set([...commonRelationships, ...suggestedRelationships().map(([, type]) => type)]);
const hourLength = "2026-01-01T00".length;
const hourMillis = 3_600_000;

/** Adds to `change` what the object may not say; or withholds it, where nothing of its type goes. */
export function anonymize(object: JsonObject, context: RenderContext, change: Change): Withheld | null {
  const type = typeOf(object);
  const allowed = Object.hasOwn(unattributedProperties, type) ? unattributedProperties[type] : undefined;
  if (allowed === undefined) return withhold("unattributed", "/type");
  const { taken } = change;
  for (const name of Object.keys(object)) if (!allowed.includes(name)) taken.add(formatPointer([name]));
  for (const place of foreignPlaces(object, type)) taken.add(place);
  // The marking as a whole is written anew: see anonymousMarkings.
  taken.add("/object_marking_refs");
  if (object["revoked"] !== true) taken.add("/revoked");
  takeExtensions(object, taken);
  takeLists(object, taken);
  takeWords(type, object, change);
  for (const pointer of hashPlaces)
    for (const place of placesOf(object, pointer))
      if (!isWord("hash-algorithm-ov", place.slice(place.lastIndexOf("/") + 1))) taken.add(place);
  for (const pointer of ["/lang", "/granular_markings/*/lang", "/contents/*"])
    for (const place of placesOf(object, pointer)) takePrivateLanguage(object, place, taken);
  if (type === "language-content") takeTranslations(object, context, taken);
  writeHours(type, object, change);
  writeGranularMarkings(object, context, change);
  return null;
}

/** The markings that stay: the level in TLP 2.0's own words, and markings of the commons that have none. */
export function anonymousMarkings(object: JsonObject, { resolve, refer }: RenderContext): readonly string[] {
  const { level } = levelOfMarkings(object, resolve);
  const refs = childrenOf(object["object_marking_refs"] ?? null).flatMap(([i, id]) => {
    if (typeof id !== "string" || tlpOfMarking(id, { resolve }) !== null) return [];
    const written = refer({ pointer: `/object_marking_refs/${i}`, id, kind: "marking" });
    return id === reducedMarking.id || written?.scope === "commons" ? [id] : [];
  });
  return [...(level === null ? [] : [tlp2Id(level)]), ...refs];
}

/** The object in the standard's order of properties, and below that by name: order is a habit, too. */
export function inStandardOrder(object: JsonObject): JsonObject {
  const order = propertiesOf[typeOf(object)] ?? [];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const members = Object.entries(object).sort(([a], [b]) => rank(a) - rank(b));
  return Object.fromEntries(members.map(([name, value]) => [name, sorted(value)]));
}

/** A timestamp to the hour, in one spelling. */
export function toHour(time: string): string {
  return `${time.slice(0, hourLength)}:00:00.000Z`;
}

function takeExtensions({ extensions }: JsonObject, taken: Set<string>): void {
  for (const [key, extension] of childrenOf(extensions ?? null)) {
    const known = Object.hasOwn(unattributedExtensions, key) ? unattributedExtensions[key] : [];
    for (const [name] of childrenOf(extension))
      if (known !== "*" && known?.includes(name) !== true) taken.add(formatPointer(["extensions", key, name]));
  }
}

function takeLists(object: JsonObject, taken: Set<string>): void {
  for (const [i, reference] of childrenOf(object["external_references"] ?? null)) {
    const { source_name: source, external_id: entry } = isObject(reference) ? reference : {};
    const form = typeof source === "string" && Object.hasOwn(catalogues, source) ? catalogues[source] : undefined;
    const place = `/external_references/${i}`;
    if (form === undefined || typeof entry !== "string" || !form.test(entry)) taken.add(place);
    else for (const name of ["description", "url", "hashes"]) taken.add(`${place}/${name}`);
  }
  for (const [i, phase] of childrenOf(object["kill_chain_phases"] ?? null)) {
    const chain = isObject(phase) ? phase["kill_chain_name"] : undefined;
    if (typeof chain !== "string" || !killChains.has(chain)) taken.add(`/kill_chain_phases/${i}`);
  }
}

// Open vocabularies are open to words of someone's own, by which others may know them.
function takeWords(type: string, object: JsonObject, { taken, written }: Change): void {
  const uses = Object.entries(vocabularyUses[type] ?? {}).map(
    ([name, vocabulary]) => [name, (word: Json) => isWord(vocabulary, word)] as const,
  );
  if (type === "relationship")
    uses.push(["relationship_type", (word) => typeof word === "string" && relationshipWords.has(word)]);
  for (const [name, isKnown] of uses) {
    const value = object[name];
    if (value === undefined) continue;
    const neutral = neutralWords[type]?.[name];
    if (Array.isArray(value)) {
      for (const [i, word] of childrenOf(value)) if (!isKnown(word)) taken.add(`/${name}/${i}`);
    } else if (isKnown(value)) continue;
    else if (neutral === undefined) taken.add(`/${name}`);
    else written.set(`/${name}`, neutral);
  }
}

function isWord(vocabulary: string, word: Json): boolean {
  return typeof word === "string" && vocabularies[vocabulary]?.includes(word) === true;
}

// RFC 5646 §2.2.7: a private-use subtag means what its users agreed on.
function takePrivateLanguage(object: JsonObject, place: string, taken: Set<string>): void {
  const tag = place.startsWith("/contents/") ? place.slice("/contents/".length) : valueAt(object, place);
  if (typeof tag !== "string" || !/(?:^|-)x-/i.test(tag)) return;
  taken.add(place.startsWith("/granular_markings/") ? parentOf(place) : place);
}

function takeTranslations(object: JsonObject, { target }: RenderContext, taken: Set<string>): void {
  const ref = object["object_ref"];
  const type = typeof ref === "string" ? ref.slice(0, ref.indexOf("--")) : "";
  const allowed = Object.hasOwn(unattributedProperties, type) ? (unattributedProperties[type] ?? []) : [];
  for (const place of placesOf(object["contents"] ?? null, "/*/*")) {
    const name = place.slice(place.lastIndexOf("/") + 1);
    if (!allowed.includes(name) || !translatedTexts.has(name)) taken.add(`/contents${place}`);
  }
  // The time of a version that the reader does not have by it.
  if (target === null) taken.add("/object_modified");
}

// To the hour, and in the order that they had: where STIX wants the later one to be later, it comes an hour later.
function writeHours(type: string, object: JsonObject, { written }: Change): void {
  for (const [name, value] of Object.entries(object))
    if (unattributedTimes.has(name) && typeof value === "string") written.set(`/${name}`, toHour(value));
  for (const { earlier, later, strictly } of ordersOf(type)) {
    const from = written.get(`/${earlier}`);
    if (!strictly || typeof from !== "string" || from !== written.get(`/${later}`)) continue;
    const next = new Date(Date.parse(from) + hourMillis).toISOString();
    // After the last hour of the year 9999 comes none that can be written.
    if (next.length === from.length) written.set(`/${later}`, next);
    else written.set(`/${earlier}`, new Date(Date.parse(from) - hourMillis).toISOString());
  }
}

function writeGranularMarkings(object: JsonObject, context: RenderContext, { taken, written }: Change): void {
  for (const [i, marking] of childrenOf(object["granular_markings"] ?? null)) {
    const ref = isObject(marking) ? marking["marking_ref"] : undefined;
    if (typeof ref !== "string") continue;
    const place = `/granular_markings/${i}`;
    const level = tlpOfMarking(ref, context);
    const known = context.refer({ pointer: `${place}/marking_ref`, id: ref, kind: "marking" });
    if (level !== null) written.set(`${place}/marking_ref`, tlp2Id(level));
    else if (known?.scope !== "commons") taken.add(place);
  }
}

function tlpOfMarking(id: string, { resolve }: Pick<RenderContext, "resolve">): Level | null {
  return granularLevel({ granular_markings: [{ marking_ref: id }] }, resolve).level;
}

function tlp2Id(level: Level): string {
  const marking = tlp2Markings.find(({ name }) => name === `TLP:${level.toUpperCase()}`);
  if (marking === undefined) throw new TypeError("TLP 2.0 has a marking for every level.");
  return marking.id;
}

function sorted(value: Json): Json {
  if (!isObject(value)) return Array.isArray(value) ? value.map(sorted) : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  );
}

/** Whether objects of a type say who made them. */
export function hasAuthor(type: string): boolean {
  return classOf(type) !== "sco";
}
