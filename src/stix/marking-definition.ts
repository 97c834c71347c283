// What only marking definitions must keep: they do not mark themselves, and TLP is what the standard's own objects say.
// STIX 2.1 §7.2

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import type { Fault } from "./finding.ts";
import { tlp2ExtensionId } from "./marking.ts";
import { tlp1Markings, tlp2Markings } from "./pinned-markings.ts";
import type { StixObject } from "./object.ts";
import { sameContent } from "./version.ts";

const tlp1: ReadonlyMap<string, StixObject> = new Map(tlp1Markings.map((marking) => [marking.id, marking]));
const tlp2: ReadonlyMap<string, StixObject> = new Map(tlp2Markings.map((marking) => [marking.id, marking]));

/** Adds to `faults` what is wrong with a marking definition beyond its schema. */
export function checkMarkingDefinition(object: JsonObject, faults: Fault[]): void {
  const { id } = object;
  if (typeof id !== "string") return;
  checkSelf(id, object, faults);
  if (object["definition_type"] === "tlp" || tlp1.has(id)) {
    if (!sameContent(object, tlp1.get(id) ?? null)) faults.push({ rule: "tlp-instance", pointer: "" });
  }
  const { extensions } = object;
  if ((isObject(extensions) && extensions[tlp2ExtensionId] !== undefined) || tlp2.has(id)) {
    if (!sameContent(object, tlp2.get(id) ?? null)) faults.push({ rule: "tlp2-instance", pointer: "" });
  }
}

function checkSelf(id: string, object: JsonObject, faults: Fault[]): void {
  listOf(object["object_marking_refs"]).forEach((ref, i) => {
    if (ref === id) faults.push({ rule: "marking-self", pointer: `/object_marking_refs/${i}` });
  });
  listOf(object["granular_markings"]).forEach((marking, i) => {
    if (isObject(marking) && marking["marking_ref"] === id) {
      faults.push({ rule: "marking-self", pointer: `/granular_markings/${i}/marking_ref` });
    }
  });
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
