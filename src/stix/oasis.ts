// The `oasis` profile: where the OASIS validator (cti-stix-validator 9e4a1ea with cti-stix2-json-schemas 3bf9e69, default
// options) lets through what the specification forbids. What it refuses beside that is in oasis-additions.ts.
// Nothing here decides about the `spec` profile.

import { isObject, type JsonObject } from "../encoding/json.ts";
import { parsePointer, valueAt } from "../encoding/pointer.ts";
import type { Fault } from "./finding.ts";
import { classOf, domainTypes, typeOf } from "./object.ts";
import { ordersOf, runsBackwardsForOasis } from "./ordering.ts";

const notRelatable = /^(?:relationship|sighting|bundle|marking-definition|language-content)--/;

/** The references whose target the validator looks at, by type and property, and what it refuses there. */
const refusedTargets: Readonly<Record<string, RegExp>> = {
  "language-content/object_ref": /^(?:bundle|language-content)--/,
  "malware-analysis/host_vm_ref": /^(?!software--)/,
  "malware-analysis/installed_software_refs": /^(?!software--)/,
  "malware-analysis/operating_system_ref": /^(?!software--)/,
  "malware-analysis/sample_ref": /^(?!(?:artifact|file|network-traffic)--)/,
  "malware/operating_system_refs": /^(?!software--)/,
  "marking-definition/object_marking_refs": /^(?!marking-definition--)/,
  "observed-data/object_refs": new RegExp(`^(?:${domainTypes.join("|")})`),
  "relationship/source_ref": notRelatable,
  "relationship/target_ref": notRelatable,
  "sighting/observed_data_refs": /^(?!observed-data--)/,
  "sighting/sighting_of_ref": notRelatable,
  "sighting/where_sighted_refs": /^(?!(?:identity|location)--)/,
};

/** Whether the OASIS validator has no objection where the specification has one. */
export function toleratedByOasis(fault: Fault, object: JsonObject): boolean {
  const path = parsePointer(fault.pointer);
  // Each member of a container is held against the schema of its type.
  if (path[0] === "objects" && path.length > 2 && object["type"] === "observed-data") {
    const steps = fault.pointer.split("/");
    const member = valueAt(object, steps.slice(0, 3).join("/"));
    const pointer = ["", ...steps.slice(3)].join("/");
    return isObject(member) && tolerates({ ...fault, pointer }, path.slice(2), member);
  }
  return tolerates(fault, path, object);
}

/** The same for an object in a bundle, where one without spec_version but with times is taken for STIX 2.0. */
export function toleratedInBundle(fault: Fault, object: JsonObject): boolean {
  const isVersionless = fault.rule === "property-required" && fault.pointer === "" && fault.expected === "spec_version";
  return (isVersionless && object["created"] !== undefined) || toleratedByOasis(fault, object);
}

function tolerates(fault: Fault, path: readonly string[], object: JsonObject): boolean {
  const type = typeOf(object);
  const isMarking = type === "marking-definition";
  const [name = ""] = path;
  switch (fault.rule) {
    // Its own lists and patterns decide instead: oasis-additions.ts.
    case "email-address-form":
    case "ipv6-form":
      return true;
    case "language-tag":
      return name !== "languages";
    // Its pattern for names is not anchored, and marking definitions are not held against it.
    case "property-name":
      return isMarking ? path.length === 1 : name !== "contents" && /^[a-z][a-z0-9_]{2}|id$/.test(path.at(-1) ?? "");
    case "property-reserved":
      return isMarking || name === "phone_number";
    case "binary-form":
    case "hex-form":
    case "timestamp-precision":
      return isMarking;
    // An object of STIX 2.0 is held against the rules of 2.0, which are not here.
    case "spec-version":
      return object["spec_version"] === "2.0";
    case "property-required":
      return type === "extension-definition" && fault.expected === "created_by_ref";
    case "null-value":
    case "list-empty":
    case "object-empty":
      return fault.custom === undefined
        ? name === "contents" && path.length === 2
        : !isLookedAt(fault, path, isMarking);
    case "identifier-form":
      return isFreeText(type, name) || (`${type}/${name}` === "observed-data/object_refs" && isLooseRef(fault, object));
    case "reference-target":
      return isFreeText(type, name) || !isRefusedTarget(valueAt(object, fault.pointer), type, name);
    case "identifier-type":
      return classOf(type) === "custom";
    case "timestamp-order":
      return !ordersOf(type).some(
        ({ later, ...order }) => later === name && runsBackwardsForOasis(object, { later, ...order }),
      );
    case "value-type":
      if (name === "environment_variables") return path.length === 2;
      if (path[2] === "alternate_data_streams") return path.length === 4;
      return name === "additional_header_fields" && typeof valueAt(object, fault.pointer) === "string";
    case "tlp-instance":
      return object["definition_type"] !== "tlp";
    default:
      return false;
  }
}

// Values of someone's own are looked at only at the top and in extensions, and there only for null and empty lists.
function isLookedAt(fault: Fault, path: readonly string[], isMarking: boolean): boolean {
  if (fault.rule === "object-empty") return false;
  return path.length === 1 ? !isMarking : path.length === 3 && path[0] === "extensions";
}

// One of its alternatives for these references asks for a type alone.
function isLooseRef({ pointer }: Fault, object: JsonObject): boolean {
  const reference = valueAt(object, pointer);
  const type = typeof reference === "string" ? (reference.split("--")[0] ?? "") : "";
  const kind = classOf(type);
  return (kind === "sro" || (kind === "sco" && type !== "artifact")) && String(reference).startsWith(`${type}--`);
}

// References of observables are only asked to be text, so that keys of a container are let through.
function isFreeText(type: string, name: string): boolean {
  if (name === "id" || name === "granular_markings" || name === "object_marking_refs") return false;
  return classOf(type) === "sco" || `${type}/${name}` === "malware/sample_refs";
}

function isRefusedTarget(reference: unknown, type: string, name: string): boolean {
  if (name === "granular_markings") return true;
  const refused = refusedTargets[`${type}/${name}`];
  return refused !== undefined && typeof reference === "string" && refused.test(reference);
}
