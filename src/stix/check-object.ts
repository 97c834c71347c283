// Whether an object is STIX 2.1: the schemas, the rules that no schema can say, and what the profile makes of them.
// One pass per object, no recursion that input could deepen, no regular expression that input could slow.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { valueAt } from "../encoding/pointer.ts";
import { checkContainer } from "./container.ts";
import { checkExtensions, type ExtensionRules } from "./extension.ts";
import { type Fault, type Finding, findingsOf } from "./finding.ts";
import { checkMarkingDefinition } from "./marking-definition.ts";
import { classOf, customClassOf, parseIdentifier, typeOf } from "./object.ts";
import { toleratedByOasis } from "./oasis.ts";
import { checkOasis } from "./oasis-additions.ts";
import { checkOrder } from "./ordering.ts";
import { checkPattern } from "./pattern/check.ts";
import { parsePattern } from "./pattern/parse.ts";
import { observationsIn, testsIn } from "./pattern/tree.ts";
import { type Profile, type RuleName, rules } from "./rules.ts";
import { hasContributingProperty, recomputes } from "./sco-id.ts";
import { checkSelectors } from "./selector.ts";
import { checkSuffixes, hexFault, locateStructure, structureOf } from "./structure.ts";
import { type SchemaName, validators } from "./validators.generated.js";

export interface CheckOptions {
  /** The specification as written (the default), or what the OASIS validator says. */
  readonly profile?: Profile;
  /** Recommendations, as `advise` prepares them. Without it nothing is recommended. */
  readonly advice?: Advice;
  /** Whether a breach of a recommendation is an error. */
  readonly strict?: boolean;
  /** Extensions that are known, and what becomes of others. Without it all are let through. Not asked in the profile `oasis`. */
  readonly extensions?: ExtensionRules;
}

/** Recommendations and what needs long lists, apart from `check` so that it does not carry them: see `advise`. */
export interface Advice {
  wants(rule: RuleName, profile: Profile): boolean;
  /** Whether what interoperability asks for is asked for. */
  readonly interop: boolean;
  /** Adds to `faults` what of one object is not as recommended. */
  object(object: JsonObject, profile: Profile, faults: Fault[]): void;
}

/** Characters (UTF-16 units) of an indicator's pattern. */
export const patternLengthMax = 100_000;

const none: readonly Finding[] = Object.freeze([]);

/** What is wrong with one object that is no bundle. `tolerated` is what the profile `oasis` lets through. */
export function checkObject(
  object: JsonObject,
  { profile = "spec", advice, strict = false, extensions }: CheckOptions,
  tolerated: typeof toleratedByOasis = toleratedByOasis,
): readonly Finding[] {
  const all: Fault[] = [];
  const isSound = findFaults(object, all, profile);
  if (extensions !== undefined && isSound && profile === "spec") checkExtensions(object, extensions, all);
  if (profile === "spec" && advice === undefined) {
    return all.length === 0 ? none : findingsOf(all, typeOf(object), profile, strict);
  }
  const faults = profile === "oasis" ? all.filter((fault) => !tolerated(fault, object)) : all;
  if (profile === "oasis") checkOasis(object, faults);
  if (isSound && advice !== undefined && (profile === "spec" || isAdvised(object, faults))) {
    advice.object(object, profile, faults);
  }
  return findingsOf(faults, typeOf(object), profile, strict);
}

// The OASIS validator stops, and recommends nothing, where it cannot tell what an object is.
function isAdvised(object: JsonObject, faults: readonly Fault[]): boolean {
  return object["id"] !== undefined && isTold(object) && !faults.some(({ rule }) => rule === "oasis-container-id");
}

/** Whether an object says what it is in a way that the OASIS validator goes on from. */
export function isTold({ type, spec_version: version }: JsonObject): boolean {
  return type !== undefined && (version === undefined || version === "2.0" || version === "2.1");
}

/** Adds the faults of an object. Returns whether it is fit for more to be asked: not nested too deeply. */
function findFaults(object: JsonObject, faults: Fault[], profile: Profile): boolean {
  const structure = structureOf(object);
  // What follows may recurse over values, so that nothing too deep may reach it.
  if (structure === "deep") {
    locateStructure(object, faults);
    return false;
  }
  const type = typeOf(object);
  const kind = classOf(type);
  checkSchema(schemaOf(type, object, profile), object, faults);
  checkOrder(type, object, faults);
  if (object["granular_markings"] !== undefined) checkSelectors(object, faults);
  if (kind === "sco") checkObservableId(type, object, faults);
  else if (kind === "custom") checkCustomId(type, object, faults);
  else if (type === "marking-definition") checkMarkingDefinition(object, faults);
  else if (type === "observed-data") checkObservedData(object, faults, profile);
  else if (type === "indicator") checkIndicatorPattern(object, faults);
  checkSuffixes(object, "", faults);
  checkExtensionSuffixes(object, faults);
  // Last, so that what a schema knows of the same place goes first.
  if (structure === "unsound") locateStructure(object, faults);
  return true;
}

function schemaOf(type: string, object: JsonObject, profile: Profile): SchemaName {
  // Every type with a class of its own has a schema of its own; a test holds it.
  if (classOf(type) !== "custom") return type as SchemaName;
  // The OASIS validator tells an observable by its having no times, whatever an extension says.
  if (profile === "oasis") return isTimeless(object) ? "custom-sco" : "custom-sdo";
  return customClassOf(object) === "sco" ? "custom-sco" : "custom-sdo";
}

function isTimeless({ created, modified }: JsonObject): boolean {
  return created === undefined && modified === undefined;
}

/** Adds the faults that the schema of a type finds. */
export function checkSchema(name: SchemaName, object: JsonObject, faults: Fault[]): void {
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
function checkObservedData(object: JsonObject, faults: Fault[], profile: Profile): void {
  const { objects, object_refs: refs } = object;
  if (isObject(objects)) {
    checkContainer(objects, faults, (observable, found) => {
      checkSchema(schemaOf(typeOf(observable), observable, profile), observable, found);
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

// STIX 2.1 §4.7.1: the pattern is one of the language that pattern_type names; only that of STIX is read here.
function checkIndicatorPattern(object: JsonObject, faults: Fault[]): void {
  const { pattern, pattern_type: language } = object;
  if (typeof pattern !== "string") return;
  if (pattern.length > patternLengthMax) {
    faults.push({ rule: "indicator-pattern-length", pointer: "/pattern", expected: String(patternLengthMax) });
  } else if (language === "stix" && pattern !== "") {
    const version = object["pattern_version"] ?? object["spec_version"];
    const isFirst = version !== undefined && version !== "2.1";
    for (const { rule, column, message } of checkPattern(pattern, { names: true })) {
      // Patterns of STIX 2.0 may repeat a qualifier.
      if (isFirst && rule === "pattern-qualifier-repeated") continue;
      faults.push({ rule, pointer: "/pattern", expected: `At character ${column}: ${message}` });
    }
    if (isFirst && hasExists(pattern)) faults.push({ rule: "indicator-pattern-version", pointer: "/pattern" });
  }
}

function hasExists(text: string): boolean {
  const { pattern } = parsePattern(text);
  if (pattern === undefined) return false;
  const tests = observationsIn(pattern.expression).flatMap(({ comparison }) => testsIn(comparison));
  return tests.some(({ operator }) => operator === "EXISTS");
}
