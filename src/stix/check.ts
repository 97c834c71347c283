// Whether an object is STIX 2.1: the schemas, and the rules that no schema can say.
// One pass per object, no recursion that input could deepen, no regular expression that input could slow.
// The exchange takes in what has no finding of severity "error".

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { valueAt } from "../encoding/pointer.ts";
import { isBundle } from "./bundle.ts";
import { checkContainer } from "./container.ts";
import { type Fault, type Finding, findingsOf } from "./finding.ts";
import { checkMarkingDefinition } from "./marking-definition.ts";
import { classOf, customClassOf, parseIdentifier, typeOf } from "./object.ts";
import { toleratedByOasis, toleratedInBundle } from "./oasis.ts";
import { checkOasis } from "./oasis-additions.ts";
import { checkOrder } from "./ordering.ts";
import { type Profile, type RuleName, rules } from "./rules.ts";
import { hasContributingProperty, recomputes } from "./sco-id.ts";
import { checkSelectors } from "./selector.ts";
import { checkSuffixes, hexFault, locateStructure, structureOf } from "./structure.ts";
import { type SchemaName, validators } from "./validators.generated.js";

export interface CheckOptions {
  /** The specification as written (the default), or what the OASIS validator says with its default options. */
  readonly profile?: Profile;
}

/** Characters (UTF-16 units) of an indicator's pattern. */
export const patternLengthMax = 100_000;
/** A bundle is told this many errors at most, and warnings as far as there is room. */
export const bundleFindingsMax = 1000;

const none: readonly Finding[] = Object.freeze([]);

/**
 * What is wrong with a STIX object, or with a bundle and all that is in it; empty where nothing is. References are not
 * followed, and patterns are not parsed.
 *
 * @returns findings in a stable order, at most `findingsMax` errors an object; pointers lead into `value`
 */
export function check(value: unknown, options: CheckOptions = {}): readonly Finding[] {
  const profile = options.profile ?? "spec";
  if (!isObject(value)) return findingsOf([{ rule: "object-expected", pointer: "" }], "", profile);
  return isBundle(value) ? bundleFindings(value, profile) : objectFindings(value, profile, toleratedByOasis);
}

function objectFindings(object: JsonObject, profile: Profile, tolerated: typeof toleratedByOasis): readonly Finding[] {
  const faults: Fault[] = [];
  checkObject(object, faults);
  if (profile === "spec") return faults.length === 0 ? none : findingsOf(faults, typeOf(object), profile);
  const shared = faults.filter((fault) => !tolerated(fault, object));
  checkOasis(object, shared);
  return findingsOf(shared, typeOf(object), profile);
}

function bundleFindings(bundle: JsonObject, profile: Profile): readonly Finding[] {
  const faults: Fault[] = [];
  checkSchema("bundle", bundle, faults);
  // The OASIS validator has no objection to a bundle of nothing.
  const shared = profile === "oasis" ? faults.filter(({ rule }) => rule !== "list-empty") : faults;
  const findings = [...findingsOf(shared, "bundle", profile)];
  const { objects } = bundle;
  if (!Array.isArray(objects)) return findings;
  let errors = 0;
  for (const [i, object] of (objects as readonly Json[]).entries()) {
    if (!isObject(object)) continue;
    const found = isBundle(object)
      ? findingsOf([{ rule: "bundle-object", pointer: "" }], "bundle", profile)
      : objectFindings(object, profile, toleratedInBundle);
    for (const finding of found) {
      if (finding.severity === "error") errors += 1;
      else if (findings.length >= bundleFindingsMax) continue;
      findings.push({ ...finding, pointer: `/objects/${i}${finding.pointer}` });
    }
    if (errors >= bundleFindingsMax) break;
  }
  return findings;
}

function checkObject(object: JsonObject, faults: Fault[]): void {
  const structure = structureOf(object);
  // What follows may recurse over values, so that nothing too deep may reach it.
  if (structure === "deep") return locateStructure(object, faults);
  const type = typeOf(object);
  const kind = classOf(type);
  checkSchema(schemaOf(type, object), object, faults);
  checkOrder(type, object, faults);
  if (object["granular_markings"] !== undefined) checkSelectors(object, faults);
  if (kind === "sco") checkObservableId(type, object, faults);
  else if (kind === "custom") checkCustomId(type, object, faults);
  else if (type === "marking-definition") checkMarkingDefinition(object, faults);
  else if (type === "observed-data") checkObservedData(object, faults);
  else if (type === "indicator") checkPatternLength(object, faults);
  checkSuffixes(object, "", faults);
  checkExtensionSuffixes(object, faults);
  // Last, so that what a schema knows of the same place goes first.
  if (structure === "unsound") locateStructure(object, faults);
}

function schemaOf(type: string, object: JsonObject): SchemaName {
  // Every type with a class of its own has a schema of its own; a test holds it.
  if (classOf(type) !== "custom") return type as SchemaName;
  return customClassOf(object) === "sco" ? "custom-sco" : "custom-sdo";
}

function checkSchema(name: SchemaName, object: JsonObject, faults: Fault[]): void {
  const validate = validators[name];
  if (validate(object)) return;
  for (const { rule, pointer, expected } of validate.errors ?? []) {
    if (rule === undefined || !isRuleName(rule)) continue;
    const exact = rule === "hex-form" ? (hexFault(valueAt(object, pointer)) ?? rule) : rule;
    faults.push(expected === undefined ? { rule: exact, pointer } : { rule: exact, pointer, expected });
  }
}

// The schemas name only rules of the table; a test holds it. What has no name is told by another error.
function isRuleName(rule: string): rule is RuleName {
  return Object.hasOwn(rules, rule);
}

function checkExtensionSuffixes(object: JsonObject, faults: Fault[]): void {
  const { extensions } = object;
  if (!isObject(extensions)) return;
  for (const key of Object.keys(extensions)) {
    const extension = extensions[key];
    // A key that is no extension's is told already, and is left out of pointers because it may need escaping.
    if (isObject(extension) && /^[a-z0-9-]+$/.test(key)) checkSuffixes(extension, `/extensions/${key}`, faults);
  }
}

// STIX 2.1 §2.9, §3.4
function checkObservableId(type: string, object: JsonObject, faults: Fault[]): void {
  const { id } = object;
  const identifier = typeof id === "string" ? parseIdentifier(id) : null;
  if (identifier === null || identifier.type !== type) return;
  if (!hasContributingProperty(type, object)) {
    if (identifier.version !== 4) faults.push({ rule: "sco-id-random", pointer: "/id" });
  } else if (identifier.version === 5 && !recomputes(object)) {
    faults.push({ rule: "sco-id-recomputes", pointer: "/id" });
  }
}

// STIX 2.1 §2.9; the schemas of known types say the same.
function checkCustomId(type: string, object: JsonObject, faults: Fault[]): void {
  const { id } = object;
  if (type !== "" && typeof id === "string" && !id.startsWith(`${type}--`))
    faults.push({ rule: "identifier-type", pointer: "/id" });
}

// STIX 2.1 §4.14
function checkObservedData(object: JsonObject, faults: Fault[]): void {
  const { objects, object_refs: refs } = object;
  if (isObject(objects)) {
    checkContainer(objects, faults, (observable, found) => {
      checkSchema(schemaOf(typeOf(observable), observable), observable, found);
      checkOrder(typeOf(observable), observable, found);
    });
  }
  if (Array.isArray(refs) && refs.length > 0 && refs.every(isRelationshipReference)) {
    faults.push({ rule: "observed-data-observable", pointer: "/object_refs" });
  }
}

function isRelationshipReference(reference: Json): boolean {
  return typeof reference === "string" && /^(?:relationship|sighting)--/.test(reference);
}

function checkPatternLength(object: JsonObject, faults: Fault[]): void {
  const { pattern } = object;
  if (typeof pattern === "string" && pattern.length > patternLengthMax) {
    faults.push({ rule: "indicator-pattern-length", pointer: "/pattern", expected: String(patternLengthMax) });
  }
}
