// The vectors of this room: valid objects of every type, and cases that change one of them in one way.

import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import { parsePointer, valueAt } from "../../src/encoding/pointer.ts";
import type { AdviceOptions } from "../../src/stix/advice-options.ts";
import invalid from "../vectors/stix/invalid.json" with { type: "json" };
import profiles from "../vectors/stix/profiles.json" with { type: "json" };
import objects from "../vectors/stix/valid-objects.json" with { type: "json" };
import valid from "../vectors/stix/valid.json" with { type: "json" };

export interface Change {
  readonly title: string;
  /** The valid object that is changed, by its type; or the value itself. */
  readonly of?: string;
  readonly value?: Json;
  readonly set?: JsonObject;
  readonly remove?: readonly string[];
}

export interface ValidCase extends Change {
  /** The rule that the case is beside and does not break. */
  readonly rule?: string;
}

export interface InvalidCase extends Change {
  readonly rule: string;
  readonly pointer: string;
  readonly severity?: string;
  /** Rules that the same fault breaks, too. */
  readonly also?: readonly string[];
}

export interface ProfileCase extends Change {
  readonly rule: string;
  readonly spec: boolean;
  readonly oasis: boolean;
  /** Why, for what is beside the points of the design facts. */
  readonly why?: string;
  readonly options?: AdviceOptions;
}

export const validObjects = objects.objects as unknown as Readonly<Record<string, JsonObject>>;
export const validCases = valid.cases as unknown as readonly ValidCase[];
export const invalidCases = invalid.cases as unknown as readonly InvalidCase[];
export const profileCases = profiles.cases as unknown as readonly ProfileCase[];

/** The value of a case: its own, or a copy of a valid object with the change made. */
export function valueOf({ of, value, set, remove }: Change): Json {
  const original = of === undefined ? value : validObjects[of];
  if (original === undefined) throw new Error(`There is no valid object of type ${of}.`);
  const changed = structuredClone(original) as Json;
  for (const pointer of remove ?? []) edit(changed, pointer, undefined);
  for (const [pointer, part] of Object.entries(set ?? {})) edit(changed, pointer, structuredClone(part));
  return changed;
}

function edit(root: Json, pointer: string, part: Json | undefined): void {
  const steps = parsePointer(pointer);
  const last = steps.pop() ?? "";
  const parent = valueAt(root, pointer.slice(0, pointer.lastIndexOf("/")));
  if (typeof parent !== "object" || parent === null) throw new Error(`There is nothing at the parent of ${pointer}.`);
  if (part === undefined) {
    if (!isObject(parent) || !Reflect.deleteProperty(parent, last)) throw new Error(`${pointer} cannot be removed.`);
  } else Reflect.set(parent, last, part);
}
