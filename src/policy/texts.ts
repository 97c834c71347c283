// Every text of an object with the path to it, in the order of the document: what personal data and traits of an owner are
// looked for in. Keys are the standard's or the contributor's own words and are not among them.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import type { Path } from "../directory/form.ts";

export interface Text {
  readonly text: string;
  readonly path: Path;
}

/** The texts, without those of members whose name matches `silent`. */
export function* textsIn(object: JsonObject, silent: RegExp): Generator<Text> {
  // Depth-first with a stack of its own: input decides how deep it is, never the call stack.
  const places: { readonly value: Json; readonly path: Path }[] = [{ value: object, path: [] }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { value, path } = place;
    if (typeof value === "string") yield { text: value, path };
    else if (isObject(value)) {
      for (const name of Object.keys(value).reverse()) {
        const inner = value[name];
        if (inner !== undefined && !silent.test(name)) places.push({ value: inner, path: [...path, name] });
      }
    } else if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) places.push({ value: value[i], path: [...path, i] });
    }
  }
}
