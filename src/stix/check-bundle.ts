// A bundle and all that is in it, in one pass over its objects: what is wrong with each, and with them together (versions
// that are there twice, references to what is not there). The order of the objects does not matter. STIX 2.1 §8
// Takes one object after the other, so that a bundle need not be held in memory: see check-stream.ts.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { isBundle } from "./bundle.ts";
import { checkObject, type CheckOptions, checkSchema, isTold } from "./check-object.ts";
import { type Fault, type Finding, findingsOf } from "./finding.ts";
import { checkTranslation } from "./language.ts";
import { versionOf } from "./object.ts";
import { toleratedInBundle } from "./oasis.ts";
import { pinnedMarkings } from "./pinned-markings.ts";
import { referencesOf } from "./references.ts";
import type { Profile, RuleName } from "./rules.ts";
import { versionKeyOf } from "./version.ts";

/** A bundle is told this many errors at most, and warnings as far as there is room. */
export const bundleFindingsMax = 1000;
/** References that are remembered until the objects that they lead to are known to be there. */
const referencesMax = 1_000_000;

/** What is wrong with a bundle, given as a whole. */
export function checkBundle(bundle: JsonObject, options: CheckOptions): readonly Finding[] {
  const { objects } = bundle;
  const work = new BundleCheck(Array.isArray(objects) ? fitting(options, objects) : options);
  const findings = [...work.bundle(bundle)];
  if (!Array.isArray(objects)) return findings;
  for (const [i, object] of (objects as readonly Json[]).entries()) {
    findings.push(...work.object(object, i));
    if (work.isFull) return findings;
  }
  findings.push(...work.end(), ...work.translations(objects));
  return findings;
}

// The OASIS validator stops, and recommends nothing at all, where it cannot tell what one of the objects is.
function fitting(options: CheckOptions, objects: readonly Json[]): CheckOptions {
  if (options.profile !== "oasis" || options.advice === undefined) return options;
  if (objects.every((object) => isObject(object) && isTold(object))) return options;
  const { advice: _advice, ...rest } = options;
  return rest;
}

interface Awaited {
  readonly id: string;
  readonly pointer: string;
}

/** Checks the objects of a bundle as they come. Remembers ids and versions, never objects. */
export class BundleCheck {
  readonly #options: CheckOptions;
  readonly #profile: Profile;
  readonly #versions = new Map<string, string | Set<string>>();
  readonly #awaited: Awaited[] = [];
  readonly #producers = new Set<string>();
  readonly #produced: Awaited[] = [];
  readonly #rules = new Set<RuleName>();
  #count = 0;
  #errors = 0;

  constructor(options: CheckOptions) {
    this.#options = options;
    this.#profile = options.profile ?? "spec";
  }

  /** Whether so many errors were told that the rest of the bundle is not worth a look. */
  get isFull(): boolean {
    return this.#errors >= bundleFindingsMax;
  }

  /** What is wrong with the bundle itself, its objects aside. */
  bundle(bundle: JsonObject): readonly Finding[] {
    const { advice } = this.#options;
    const faults: Fault[] = [];
    checkSchema("bundle", bundle, faults);
    // What is no object is told where the objects are. The OASIS validator has no objection to a bundle of nothing.
    const shared = faults.filter(
      ({ rule, pointer }) => !pointer.startsWith("/objects/") && !(rule === "list-empty" && this.#profile === "oasis"),
    );
    advice?.object(bundle, this.#profile, shared);
    return this.#told(shared, "bundle");
  }

  /** What is wrong with the object at a position; pointers lead into the bundle. */
  object(object: Json, position: number): readonly Finding[] {
    const pointer = `/objects/${position}`;
    if (!isObject(object)) return this.#told([{ rule: "value-type", pointer, expected: "object" }], "bundle");
    const found = isBundle(object)
      ? findingsOf([{ rule: "bundle-object", pointer: "" }], "bundle", this.#profile, this.#options.strict)
      : checkObject(object, this.#options, toleratedInBundle);
    const findings = this.#counted(found.map((finding) => ({ ...finding, pointer: pointer + finding.pointer })));
    const among: Fault[] = [];
    this.#remember(object, pointer, among);
    return among.length === 0 ? findings : [...findings, ...this.#told(among, "bundle")];
  }

  /** What is wrong with the objects together, once all of them are known. */
  end(): readonly Finding[] {
    const faults: Fault[] = [];
    for (const { id, pointer } of this.#awaited) {
      if (!this.#versions.has(id) && !(this.#profile === "spec" && wellKnown.has(id))) {
        faults.push({ rule: "enforce-refs", pointer });
      }
    }
    for (const { id, pointer } of this.#produced) {
      if (!this.#producers.has(id)) faults.push({ rule: "interop-producer", pointer });
    }
    return this.#told(faults, "bundle");
  }

  /** Where language contents have not the shape of the objects of the bundle that they speak of. Needs all objects at once. */
  translations(objects: readonly Json[]): readonly Finding[] {
    if (this.#profile === "oasis") return [];
    const contents = objects.flatMap((content, i) =>
      isObject(content) && content["type"] === "language-content" ? [{ content, pointer: `/objects/${i}` }] : [],
    );
    const spokenOf = new Set(contents.map(({ content }) => content["object_ref"]));
    // Each version by id and time, and the first of each id.
    const versions = new Map<string, JsonObject>();
    for (const object of spokenOf.size === 0 ? [] : objects) {
      if (!isObject(object) || typeof object["id"] !== "string" || !spokenOf.has(object["id"])) continue;
      const { id } = object;
      if (!versions.has(id)) versions.set(id, object);
      versions.set(`${id} ${versionKeyOf(versionOf(object) ?? "")}`, object);
    }
    const faults: Fault[] = [];
    for (const { content, pointer } of contents) {
      const { object_ref: id, object_modified: modified } = content;
      // Another version than the one that is spoken of is told as such.
      const exact = versions.get(`${String(id)} ${typeof modified === "string" ? versionKeyOf(modified) : ""}`);
      const object = exact ?? versions.get(String(id));
      if (object === undefined) continue;
      const found: Fault[] = [];
      checkTranslation(content, object, found);
      faults.push(...found.map((fault) => ({ ...fault, pointer: pointer + fault.pointer })));
    }
    return this.#told(faults, "language-content");
  }

  #wants(rule: RuleName): boolean {
    return this.#options.advice?.wants(rule, this.#profile) === true;
  }

  #remember(object: JsonObject, pointer: string, faults: Fault[]): void {
    const { id, type } = object;
    if (this.#wants("enforce-refs")) this.#await(object, pointer);
    if (this.#options.advice?.interop === true) this.#attribute(object, pointer);
    // A relationship is nothing that a relationship may lead to.
    if (
      typeof id !== "string" ||
      (this.#profile === "oasis" && this.#wants("enforce-refs") && type === "relationship")
    ) {
      return;
    }
    const version = this.#versionOf(object);
    if (version === null) {
      // The OASIS validator passes over objects without a version.
      if (!this.#versions.has(id)) this.#versions.set(id, new Set());
      return;
    }
    if (this.#isRepeated(id, version) && this.#wants("duplicate-ids")) {
      faults.push({ rule: "duplicate-ids", pointer: `${pointer}/id` });
    }
  }

  #versionOf(object: JsonObject): string | null {
    const { modified } = object;
    if (this.#profile === "oasis") return modified === undefined ? null : String(modified);
    const version = versionOf(object);
    return version === null ? "" : versionKeyOf(version);
  }

  #isRepeated(id: string, version: string): boolean {
    const before = this.#versions.get(id);
    if (before === undefined) {
      this.#versions.set(id, version);
      return false;
    }
    if (typeof before === "string") {
      if (before === version) return true;
      // The OASIS validator compares with the first version alone.
      if (this.#profile === "spec") this.#versions.set(id, new Set([before, version]));
      return false;
    }
    if (before.has(version)) return true;
    if (this.#profile === "oasis" && before.size > 0) return false;
    before.add(version);
    return false;
  }

  // The OASIS validator looks at the two ends of relationships, the specification's profile at every reference.
  #await(object: JsonObject, pointer: string): void {
    if (this.#awaited.length >= referencesMax) return;
    if (this.#profile === "spec") {
      for (const reference of referencesOf(object)) {
        if (!this.#versions.has(reference.id)) {
          this.#awaited.push({ id: reference.id, pointer: pointer + reference.pointer });
        }
      }
      return;
    }
    if (object["type"] !== "relationship") return;
    for (const name of ["source_ref", "target_ref"]) {
      const id = object[name];
      if (typeof id === "string") this.#awaited.push({ id, pointer: `${pointer}/${name}` });
    }
  }

  #attribute(object: JsonObject, pointer: string): void {
    const { id, type, created_by_ref: creator } = object;
    if (type === "identity") {
      if (creator !== undefined && typeof id === "string") this.#producers.add(id);
    } else {
      this.#produced.push({ id: typeof creator === "string" ? creator : "", pointer });
    }
  }

  #told(faults: readonly Fault[], type: string): readonly Finding[] {
    return faults.length === 0 ? [] : this.#counted(findingsOf(faults, type, this.#profile, this.#options.strict));
  }

  // A warning may be left out, but not the first of its rule; an error may not be, because of warnings before it.
  #counted(findings: readonly Finding[]): readonly Finding[] {
    return findings.filter(({ severity, rule }) => {
      if (severity === "error") this.#errors += 1;
      else if (this.#count >= bundleFindingsMax && this.#rules.has(rule)) return false;
      this.#rules.add(rule);
      this.#count += 1;
      return true;
    });
  }
}

const wellKnown: ReadonlySet<string> = new Set(pinnedMarkings.map(({ id }) => id));
