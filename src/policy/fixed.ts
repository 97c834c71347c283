// What nobody can have taken away from an object, whatever they redact or mark: which object and version it is, whether it
// stands, and how it may be shared. An object of which that is asked is withheld.

import type { StixObject } from "../stix/object.ts";
import { propertyOf } from "./places.ts";

const fixedProperties: ReadonlySet<string> = new Set([
  "type",
  "spec_version",
  "id",
  "created",
  "modified",
  "revoked",
  "object_marking_refs",
  "granular_markings",
]);
/** A marking that says less than it said is another marking. */
const fixedOfMarkings: ReadonlySet<string> = new Set(["definition_type", "definition", "extensions"]);

/** Whether a place is, or is in, what is fixed; also that of an observable in a deprecated container. */
export function isFixed(object: StixObject, place: string): boolean {
  const name = propertyOf(place);
  if (fixedProperties.has(name)) return true;
  if (object.type === "marking-definition") return fixedOfMarkings.has(name);
  return (
    object.type === "observed-data" && /^\/objects\/[^/]*\/(?:object_marking_refs|granular_markings)\b/.test(place)
  );
}
