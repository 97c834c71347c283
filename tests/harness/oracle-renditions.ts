// What a viewer is given otherwise than contributed, as the oracle works it out: what the terms and marked parts take away, which
// references of an item are left out, which are written by another id, and what the item then looks like. From *How a decision
// is made*, step 6, "references" of the exchange model, and *Renditions*.
import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import type { Item } from "./oracle-books.ts";
import { levelOfMarking, rankOf, referencesIn, requiredOf, stringsOf } from "./oracle-readings.ts";

export interface Rendition {
  /** Pointers to what the terms and marked parts take away: properties, and items of lists. */
  readonly taken: readonly string[];
  /** What becomes of the references that are not written as they are: left out, or written by the viewer's id of them. */
  readonly refs: ReadonlyMap<string, "cut" | "mapped">;
}

export interface Knowledge {
  /** Whether it has or had what was read under an id, from whomever it was read. */
  leads(id: string, whose: readonly string[]): boolean;
  /** Whether it ever had it whole. */
  knows(id: string): boolean;
  /** What the terms and marked parts take from an item. */
  taken(item: Item): readonly string[];
}

/** The statement that says of a rendition that it was reduced. */
export const REDUCED = "marking-definition--5e2a1d3c-8f64-4b0e-9c57-3a7d60b1f294";

/** The least set of what is not whole, of what stands there for a state. Its own is. */
export function reduce(
  placed: readonly Item[],
  state: string,
  { leads, knows, taken }: Knowledge,
): ReadonlyMap<Item, Rendition> {
  const reduced = new Map<Item, Rendition>();
  for (let before = -1; before !== reduced.size;) {
    before = reduced.size;
    const whole = new Set(placed.filter((item) => !reduced.has(item)).map(({ id }) => id));
    for (const item of placed) {
      if (item.by === state) continue;
      const refs = new Map<string, "cut" | "mapped">();
      const gone = taken(item);
      for (const id of referencesIn(without(item.object, gone))) {
        const whose = item.reads.get(id);
        if (whose === undefined) continue;
        if (!leads(id, whose)) refs.set(id, "cut");
        else if (!knows(id) && !whole.has(id)) refs.set(id, "mapped");
      }
      if (refs.size > 0 || gone.length > 0) reduced.set(item, { taken: gone, refs });
    }
  }
  return reduced;
}

/** What redactions and marked parts take from an object for a reader that may have so much. */
export function takenFrom(object: JsonObject, redact: readonly string[], most: number): readonly string[] {
  const places = redact.flatMap((pointer) => placesOf(object, pointer.slice(1).split("/")));
  for (const marking of markedIn(object))
    if (rankOf(marking.level) > most)
      for (const selector of marking.selectors)
        places.push(...placesOf(object, selector.replaceAll(/\.\[(\d+)\]/g, "/$1").split("/")));
  return [...new Set(places)].sort();
}

/** Whether STIX lets an object do without these. */
export function mayLack(object: JsonObject, taken: readonly string[]): boolean {
  const left = without(object, taken);
  return requiredOf(object).every((property) => left[property] !== undefined);
}

function placesOf(object: JsonObject, [property = "", item]: readonly string[]): readonly string[] {
  const value = object[property];
  if (value === undefined) return [];
  if (item === undefined) return [`/${property}`];
  if (!Array.isArray(value)) return [];
  return value.flatMap((_, i) => (item === "*" || item === String(i) ? [`/${property}/${i}`] : []));
}

interface Marked {
  readonly level: (typeof levelOfMarking)[string];
  readonly selectors: readonly string[];
}

function markedIn(object: JsonObject): readonly Marked[] {
  const markings = object["granular_markings"];
  if (!Array.isArray(markings)) return [];
  return markings.flatMap((marking: Json): readonly Marked[] => {
    if (!isObject(marking)) return [];
    const level = levelOfMarking[String(marking["marking_ref"])] ?? "red";
    return [{ level, selectors: stringsOf(marking["selectors"]) }];
  });
}

/** The object without these places; a list of which nothing is left goes, too, and selectors go along with what moves up. */
export function without(object: JsonObject, taken: readonly string[]): JsonObject {
  if (taken.length === 0) return object;
  const gone = new Set(taken);
  const left: [string, Json][] = [];
  for (const [property, value] of Object.entries(object)) {
    if (gone.has(`/${property}`)) continue;
    const items = Array.isArray(value) ? value.filter((_: Json, i) => !gone.has(`/${property}/${i}`)) : value;
    if (!Array.isArray(items) || items.length > 0) left.push([property, items]);
  }
  const { granular_markings: markings, ...rest } = Object.fromEntries(left) as JsonObject; // made of an object's members
  if (!Array.isArray(markings)) return rest;
  const kept = markings.flatMap((marking: Json): Json[] => {
    if (!isObject(marking)) return [marking];
    const selectors = stringsOf(marking["selectors"]).flatMap((selector) => movedSelector(selector, object, gone));
    return selectors.length === 0 ? [] : [{ ...marking, selectors }];
  });
  return kept.length === 0 ? rest : { ...rest, granular_markings: kept };
}

function movedSelector(selector: string, object: JsonObject, gone: ReadonlySet<string>): readonly string[] {
  const [property = "", item] = selector.split(".");
  const value = object[property];
  if (gone.has(`/${property}`)) return [];
  if (!Array.isArray(value)) return [selector];
  const places = value.map((_: Json, i) => `/${property}/${i}`);
  if (places.every((place) => gone.has(place))) return [];
  if (item === undefined) return [selector];
  const at = Number(item.slice(1, -1));
  if (gone.has(`/${property}/${at}`)) return [];
  return [`${property}.[${at - places.slice(0, at).filter((place) => gone.has(place)).length}]`];
}

export function sameRendition(one: Rendition, other: Rendition): boolean {
  const text = ({ taken, refs }: Rendition): string => JSON.stringify([taken, [...refs]]);
  return text(one) === text(other);
}

/** What stands in a rendition where it has an id that only its viewer knows. */
export const MAPPED = "mapped ";

const rendered = new WeakMap<Rendition, JsonObject>();
const contents = new WeakMap<Rendition, string>();

/** The object with what is taken and cut left out, and with `mapped ID` where its viewer knows something by another id than ID. */
export function renderedAs(object: JsonObject, rendition: Rendition): JsonObject {
  let made = rendered.get(rendition);
  if (made === undefined) rendered.set(rendition, (made = render(object, rendition)));
  return made;
}

export function contentOf(object: JsonObject, rendition: Rendition): string {
  let content = contents.get(rendition);
  if (content === undefined) contents.set(rendition, (content = JSON.stringify(renderedAs(object, rendition))));
  return content;
}

function render(object: JsonObject, { taken, refs }: Rendition): JsonObject {
  const left = without(object, taken);
  const cut = referencePlaces(left).filter(([, id]) => refs.get(id) === "cut");
  const written = writeIds(
    without(
      left,
      cut.map(([place]) => place),
    ),
    refs,
  );
  if (taken.length === 0) return written;
  return { ...written, object_marking_refs: [...stringsOf(written["object_marking_refs"]), REDUCED] };
}

/** References stand at the top of the objects of histories: alone, or in a list. */
function referencePlaces(object: JsonObject): readonly (readonly [string, string])[] {
  return Object.entries(object).flatMap(([key, value]): [string, string][] => {
    if (key === "object_marking_refs") return [];
    if (key.endsWith("_ref") && typeof value === "string") return [[`/${key}`, value]];
    if (!key.endsWith("_refs")) return [];
    return stringsOf(value).map((id, i) => [`/${key}/${i}`, id]);
  });
}

function writeIds(object: JsonObject, refs: Rendition["refs"]): JsonObject {
  const written = (id: Json): Json => (refs.get(String(id)) === "mapped" ? MAPPED + String(id) : id);
  return Object.fromEntries(
    Object.entries(object).map(([key, value]): [string, Json] => {
      if (key === "object_marking_refs") return [key, value];
      if (key.endsWith("_ref")) return [key, written(value)];
      return [key, key.endsWith("_refs") && Array.isArray(value) ? value.map(written) : value];
    }),
  );
}
