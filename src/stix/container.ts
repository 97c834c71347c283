// The deprecated container of observed data: observables by key, which refer to each other by key. STIX 2.1 §2.13
// It may hold objects of STIX 2.1, which have an id and are checked as such, and of STIX 2.0, which have none.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { Fault } from "./finding.ts";
import { classOf } from "./object.ts";

/** Steps into one observable of a container when its references are looked for. */
const depthMax = 16;
/** Stands for the UUID of what a key refers to, so that the rules for references apply to its type. */
const anyUuid = "00000000-0000-4000-8000-000000000000";

export type CheckObservable = (observable: JsonObject, faults: Fault[]) => void;

/**
 * Adds to `faults` what is wrong in the container: references that are no key of it, references to the wrong type, and
 * what `checkObservable` finds in objects that have an id.
 */
export function checkContainer(container: JsonObject, faults: Fault[], checkObservable: CheckObservable): void {
  for (const [key, observable] of Object.entries(container)) {
    if (!isObject(observable) || typeof observable["type"] !== "string") continue;
    const pointer = `/objects${formatPointer([key])}`;
    const kind = classOf(observable["type"]);
    if (kind !== "sco" && kind !== "custom") {
      faults.push({ rule: "container-object", pointer: `${pointer}/type` });
      continue;
    }
    const dangling = new Set<string>();
    const resolved = resolve(observable, container, "", dangling, 0);
    for (const place of dangling) faults.push({ rule: "container-reference", pointer: pointer + place });
    if (typeof observable["id"] !== "string" || !isObject(resolved)) continue;
    const found: Fault[] = [];
    checkObservable(resolved, found);
    // A dangling reference is no identifier either, which is already told.
    faults.push(
      ...found
        .filter((fault) => !dangling.has(fault.pointer))
        .map((fault) => ({ ...fault, pointer: pointer + fault.pointer })),
    );
  }
}

// A copy in which each reference by key is an identifier of the type that it leads to.
function resolve(value: Json, container: JsonObject, pointer: string, dangling: Set<string>, depth: number): Json {
  if (typeof value !== "object" || value === null || depth === depthMax) return value;
  if (!isObject(value)) {
    return value.map((item, i) => resolve(item, container, `${pointer}/${i}`, dangling, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const place = pointer + formatPointer([name]);
      if (name.endsWith("_ref")) return [name, follow(part, container, place, dangling)];
      if (name.endsWith("_refs") && Array.isArray(part)) {
        return [name, part.map((item: Json, i) => follow(item, container, `${place}/${i}`, dangling))];
      }
      return [name, resolve(part, container, place, dangling, depth + 1)];
    }),
  );
}

function follow(reference: Json, container: JsonObject, place: string, dangling: Set<string>): Json {
  // Markings are outside any container.
  if (typeof reference !== "string" || reference.startsWith("marking-definition--")) return reference;
  const target = Object.hasOwn(container, reference) ? container[reference] : undefined;
  const type = isObject(target) ? target["type"] : undefined;
  if (typeof type === "string") return `${type}--${anyUuid}`;
  // A property of someone's own may mean something else by its name.
  if (!/\/x_[^/]*(?:\/[0-9]+)?$/.test(place)) dangling.add(place);
  return reference;
}
