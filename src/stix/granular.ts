// Granular markings applied: which markings and which language are in force at each place of an object. STIX 2.1 §7.2.3
// The specification leaves open how several markings at one place add up, so that all of them are told.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { parseSelector, select } from "./selector.ts";

export interface InForce {
  /** Ids of the marking definitions, those of the whole object first, each once. */
  readonly markings: readonly string[];
  /** The language of text here: of the nearest granular marking with one, else of the object, else English. */
  readonly lang: string;
}

/** STIX 2.1 §3.2, `lang` */
const defaultLanguage = "en";
/** Places of an object that are told at most. */
const placesMax = 100_000;

interface Marked {
  readonly steps: readonly (string | number)[];
  readonly marking: string | null;
  readonly lang: string | null;
}

/**
 * What is in force at a place: of markings all whose selectors lead to it or to something that holds it. `path` is made of
 * property names, dictionary keys and list positions; the empty path is the object itself.
 */
export function inForceAt(object: JsonObject, path: readonly (string | number)[]): InForce {
  return inForce(object, markedOf(object), path);
}

/**
 * What is in force at each value of an object that is no list and no object, by its RFC 6901 pointer, in the order of the
 * document; and at each list and object that a selector names.
 */
export function markingsInForce(object: JsonObject): ReadonlyMap<string, InForce> {
  const marked = markedOf(object);
  const named = new Set(marked.map(({ steps }) => formatPointer(steps)));
  const places = new Map<string, InForce>();
  // A stack of its own: input decides how deep it is, never the call stack.
  const left: { readonly value: Json; readonly path: readonly (string | number)[] }[] = [{ value: object, path: [] }];
  for (let place = left.pop(); place !== undefined && places.size < placesMax; place = left.pop()) {
    const { value, path } = place;
    const pointer = formatPointer(path);
    if (typeof value !== "object" || value === null || named.has(pointer)) {
      places.set(pointer, inForce(object, marked, path));
    }
    if (typeof value !== "object" || value === null) continue;
    const inner = isObject(value)
      ? Object.entries(value).map(([name, part]) => ({ value: part, path: [...path, name] }))
      : (value as readonly Json[]).map((part, i) => ({ value: part, path: [...path, i] }));
    left.push(...inner.reverse());
  }
  return places;
}

function inForce(object: JsonObject, marked: readonly Marked[], path: readonly (string | number)[]): InForce {
  const markings = new Set(textsOf(object["object_marking_refs"]));
  let lang = typeof object["lang"] === "string" ? object["lang"] : defaultLanguage;
  let nearest = -1;
  for (const { steps, marking, lang: language } of marked) {
    if (!covers(steps, path)) continue;
    if (marking !== null) markings.add(marking);
    if (language !== null && steps.length > nearest) {
      nearest = steps.length;
      lang = language;
    }
  }
  return { markings: [...markings], lang };
}

function covers(steps: readonly (string | number)[], path: readonly (string | number)[]): boolean {
  return steps.length <= path.length && steps.every((step, i) => step === path[i]);
}

// Selectors that lead to nothing mark nothing; `check` tells them.
function markedOf(object: JsonObject): readonly Marked[] {
  const list = object["granular_markings"];
  if (!Array.isArray(list)) return [];
  return (list as readonly Json[]).flatMap((granular) => {
    if (!isObject(granular)) return [];
    const { marking_ref: marking, lang } = granular;
    return textsOf(granular["selectors"]).flatMap((selector) => {
      const steps = parseSelector(selector);
      if (steps === null || select(object, selector) === undefined) return [];
      return [
        { steps, marking: typeof marking === "string" ? marking : null, lang: typeof lang === "string" ? lang : null },
      ];
    });
  });
}

function textsOf(list: Json | undefined): readonly string[] {
  return Array.isArray(list) ? (list as readonly Json[]).filter((item) => typeof item === "string") : [];
}
