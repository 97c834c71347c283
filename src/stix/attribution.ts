// Whether a marking forbids naming who provided an object: FIRST IEP 2.0, provider_attribution. Decisions that make a
// contribution unattributed rely on it.
import { isObject, type JsonObject } from "../encoding/json.ts";
import type { ResolveMarking } from "./marking.ts";

const mustNot = "must-not";

/** Whether one of the object's own markings says `provider_attribution: must-not`, in a definition or an extension. */
export function providerForbidden(object: JsonObject, resolve: ResolveMarking): boolean {
  const refs = object["object_marking_refs"];
  if (!Array.isArray(refs)) return false;
  return refs.some((ref) => {
    const marking = typeof ref === "string" ? resolve(ref) : null;
    if (marking === null) return false;
    const { definition, extensions } = marking;
    const parts = [definition, ...(isObject(extensions) ? Object.values(extensions) : [])];
    return parts.some((part) => isObject(part) && said(part["provider_attribution"]) === mustNot);
  });
}

function said(value: unknown): string | null {
  return typeof value === "string" ? value.toLowerCase().replaceAll("_", "-").replaceAll(" ", "-") : null;
}
