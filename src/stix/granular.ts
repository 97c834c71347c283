// Granular markings applied: which markings and which language are in force at each place of an object. STIX 2.1 §7.2.3
// The specification leaves open how several markings at one place add up, so that all of them are told.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { Refusal } from "../refusal.ts";
import { parseSelector, select } from "./selector.ts";

export interface InForce {
  /** Ids of the marking definitions, those of the whole object first, each once. */
  readonly markings: readonly string[];
  /** The language of text here: of the nearest granular marking with one, else of the object, else English. */
  readonly lang: string;
}

/** STIX 2.1 §3.2, `lang` */
const defaultLanguage = "en";
/** Places of an object, and how deep they may lie. */
const placesMax = 100_000;
const stepsMax = 256;
/** Markings of the whole object and selectors of granular ones, together. */
const marksMax = 10_000;

/** What selectors say of a place and of those below it. */
interface Marked {
  readonly markings: Set<string>;
  lang: string | null;
  readonly below: Map<string | number, Marked>;
}

/**
 * What is in force at a place: of markings all whose selectors lead to it or to something that holds it, from the outside in.
 * `path` is made of property names, dictionary keys and list positions; the empty path is the object itself.
 * @throws {Refusal} limit: more markings than anybody means
 */
export function inForceAt(object: JsonObject, path: readonly (string | number)[]): InForce {
  let marked: Marked | undefined = markedOf(object);
  let inForce = ofWhole(object);
  for (const step of path) {
    marked = marked.below.get(step);
    if (marked === undefined) return inForce;
    inForce = within(inForce, marked);
  }
  return inForce;
}

interface Place {
  readonly value: Json;
  readonly pointer: string;
  readonly steps: number;
  readonly inForce: InForce;
  readonly marked: Marked | undefined;
}

/**
 * What is in force at each value of an object that is no list and no object, by its RFC 6901 pointer, in the order of the
 * document; and at each list and object that a selector names.
 * @throws {Refusal} limit: more places or markings than anybody means, or places too deep
 */
export function markingsInForce(object: JsonObject): ReadonlyMap<string, InForce> {
  const places = new Map<string, InForce>();
  // A stack of its own: input decides how deep it is, never the call stack.
  const left: Place[] = [{ value: object, pointer: "", steps: 0, inForce: ofWhole(object), marked: markedOf(object) }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const { value, pointer, steps, inForce, marked } = place;
    const isNamed = marked !== undefined && (marked.markings.size > 0 || marked.lang !== null);
    if (typeof value !== "object" || value === null || isNamed) places.set(pointer, inForce);
    if (places.size > placesMax) throw tooMuch(`has more than ${placesMax} values`);
    if (typeof value !== "object" || value === null) continue;
    if (steps >= stepsMax) throw tooMuch(`is nested deeper than ${stepsMax} levels`);
    const inner: readonly (readonly [string | number, Json])[] = isObject(value)
      ? Object.entries(value)
      : (value as readonly Json[]).map((part, i) => [i, part]);
    for (const [step, part] of inner.toReversed()) {
      const below = marked?.below.get(step);
      left.push({
        value: part,
        pointer: pointer + formatPointer([step]),
        steps: steps + 1,
        inForce: below === undefined ? inForce : within(inForce, below),
        marked: below,
      });
    }
  }
  return places;
}

function ofWhole(object: JsonObject): InForce {
  const markings = [...new Set(textsOf(object["object_marking_refs"]))];
  if (markings.length > marksMax) throw tooMuch(`has more than ${marksMax} markings`);
  return { markings, lang: typeof object["lang"] === "string" ? object["lang"] : defaultLanguage };
}

function within({ markings, lang }: InForce, marked: Marked): InForce {
  if (marked.markings.size === 0) return { markings, lang: marked.lang ?? lang };
  return { markings: [...new Set([...markings, ...marked.markings])], lang: marked.lang ?? lang };
}

// Selectors that lead to nothing mark nothing; `check` tells them.
function markedOf(object: JsonObject): Marked {
  const root: Marked = { markings: new Set(), lang: null, below: new Map() };
  const list = object["granular_markings"];
  let count = 0;
  for (const granular of Array.isArray(list) ? (list as readonly Json[]) : []) {
    if (!isObject(granular)) continue;
    const { marking_ref: marking, lang } = granular;
    for (const selector of textsOf(granular["selectors"])) {
      if (++count > marksMax) throw tooMuch(`has more than ${marksMax} selectors`);
      const steps = parseSelector(selector);
      if (steps === null || select(object, selector) === undefined) continue;
      const place = steps.reduce(descend, root);
      if (typeof marking === "string") place.markings.add(marking);
      // Of several languages at one place the first one counts.
      if (typeof lang === "string") place.lang ??= lang;
    }
  }
  return root;
}

function descend(marked: Marked, step: string | number): Marked {
  const there = marked.below.get(step);
  if (there !== undefined) return there;
  const made: Marked = { markings: new Set(), lang: null, below: new Map() };
  marked.below.set(step, made);
  return made;
}

function tooMuch(what: string): Refusal {
  return new Refusal("limit", `The object ${what}.`);
}

function textsOf(list: Json | undefined): readonly string[] {
  return Array.isArray(list) ? (list as readonly Json[]).filter((item) => typeof item === "string") : [];
}
