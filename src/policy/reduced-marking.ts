// The marking that says that a rendition was reduced (policy.md, Renditions). A statement (STIX 2.1 §7.2.1.3), since every
// tool shows statements and none takes one for a level. One of the pinned commons: its users come after it.

import type { Json, JsonObject } from "../encoding/json.ts";
import type { StixObject } from "../stix/object.ts";

export const reducedMarking: StixObject = {
  type: "marking-definition",
  spec_version: "2.1",
  id: "marking-definition--5e2a1d3c-8f64-4b0e-9c57-3a7d60b1f294",
  created: "2026-01-01T00:00:00.000Z",
  definition_type: "statement",
  name: "Reduced",
  definition: { statement: "Reduced: the exchange left out parts of this object that its owner does not share here." },
};

/** The object with the marking, which it has once. */
export function markReduced(object: JsonObject): JsonObject {
  const refs = object["object_marking_refs"];
  const there: readonly Json[] = Array.isArray(refs) ? refs : [];
  return there.includes(reducedMarking.id) ? object : { ...object, object_marking_refs: [...there, reducedMarking.id] };
}
