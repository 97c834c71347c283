// Selectors of granular markings: paths of property names, dictionary keys and list positions. STIX 2.1 §7.2.3

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import type { Fault } from "./finding.ts";

/** Granular markings that are looked at, and selectors of each; a good object has a few. */
const markingsMax = 1000;
const selectorsMax = 1000;

/** The steps of a selector: names as text, list positions as numbers. Null for a text that is no selector. */
export function parseSelector(selector: string): readonly (string | number)[] | null {
  const steps: (string | number)[] = [];
  for (const component of selector.split(".")) {
    const position = /^\[([0-9]{1,9})\]$/.exec(component);
    if (position !== null) steps.push(Number(position[1]));
    else if (/^[a-zA-Z0-9_-]{1,250}$/.test(component)) steps.push(component);
    else return null;
  }
  return typeof steps[0] === "string" ? steps : null;
}

/** What a selector leads to in the object that carries the marking, or undefined where it leads to nothing. */
export function select(object: JsonObject, selector: string): Json | undefined {
  let value: Json | undefined = object;
  for (const step of parseSelector(selector) ?? [null]) {
    if (typeof step === "number") {
      if (!Array.isArray(value)) return undefined;
      value = (value as readonly Json[])[step];
    } else {
      if (step === null || !isObject(value) || !Object.hasOwn(value, step)) return undefined;
      value = value[step];
    }
  }
  return value;
}

/** Adds to `faults` the selectors that lead to nothing. Those without the form of one are the schema's to tell. */
export function checkSelectors(object: JsonObject, faults: Fault[]): void {
  const markings = object["granular_markings"];
  if (!Array.isArray(markings)) return;
  markings.slice(0, markingsMax).forEach((marking: Json, i) => {
    const selectors = isObject(marking) ? marking["selectors"] : undefined;
    if (!Array.isArray(selectors)) return;
    selectors.slice(0, selectorsMax).forEach((selector: Json, j) => {
      if (typeof selector !== "string" || parseSelector(selector) === null) return;
      if (select(object, selector) !== undefined) return;
      faults.push({ rule: "selector-resolves", pointer: `/granular_markings/${i}/selectors/${j}` });
    });
  });
}
