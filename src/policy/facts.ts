// Facts: all that a decision reads of an object and its contribution, gathered once when it is contributed and stored with it,
// so that deciding again reads no content. Plain data. gatherFacts also lets unmarked objects inherit (policy.md steps 3, 4).

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { hasGranularMarkings, type Level, levels, strictest } from "../stix/marking.ts";
import type { StixObject } from "../stix/object.ts";
import { isCompanion } from "./companion.ts";
import { inherit, type Inherited } from "./inherit.ts";
import type { Instruction } from "./instruction.ts";

/** What the conditions of rules are held against, of one object. */
export interface Attributes {
  readonly type: string;
  /** The strictest of its own object markings; null: it has none that has a level. An unknown marking is red. */
  readonly level: Level | null;
  /** What it takes from the objects it is joined to in its contribution; null where it has a level, or they have none. */
  readonly inherited: Level | null;
  readonly labels: readonly string[];
  readonly sectors: readonly string[];
  readonly severities: readonly string[];
  readonly exercise: boolean;
  /** 0 to 100, or null where the object does not say. */
  readonly confidence: number | null;
  readonly createdBy: string | null;
  /** Whether personal data was found in it; absent: nobody looked. */
  readonly personal?: boolean;
  /**
   * Codes of the authors of what it refers to, as its contributor read the references, "unattributed" for one that it knows
   * without its name; alphabetical. Absent: the references were not read for this.
   */
  readonly authors?: readonly string[];
  /** Codes of the states whose networks or country domain occur in it, alphabetical; absent: nobody looked. */
  readonly affected?: readonly string[];
}

export interface Facts extends Attributes {
  readonly id: string;
  /** Parts of it are marked: it cannot go whole. A part that only names its language is not marked. */
  readonly granular: boolean;
  /** Its marking, or one it inherits, forbids naming the provider (IEP provider_attribution: must-not). */
  readonly unattributed: boolean;
  readonly revoked: boolean;
}

/** What reports and incidents of a contribution say for all of its objects. */
export interface Context {
  readonly labels: readonly string[];
  readonly sectors: readonly string[];
  readonly severities: readonly string[];
  readonly exercise: boolean;
}

/**
 * The strictest level that a version has or inherits in any collection. A policy says what an unmarked one counts as: where it
 * is marked in one and not in another, the stricter of both counts.
 */
export type LatestLevel = Level | "unmarked" | `${Level} or unmarked`;

/** Attributes that objects of a contribution share, once. */
export interface Profile extends Attributes {
  /** What the latest version of the id by the same contributor was when the profile was made; null: this one is the latest. */
  readonly latest: LatestLevel | null;
}

export interface ContributionFacts {
  /** Code of the contributor. */
  readonly by: string;
  /** Alias of the collection. */
  readonly collection: string;
  readonly instruction: Instruction | null;
  /** Time base of the turn that took it in. */
  readonly at: Micros;
  readonly context: Context;
  /** Of all its objects: a withhold that matches any of them withholds the whole contribution. */
  readonly profiles: readonly Profile[];
}

/** One object of a contribution, with what the stix room and the store know of it. */
export interface ContributedObject {
  readonly object: StixObject;
  /** The strictest of its object markings, as its contributor means them; statements have none, an unknown one is red. */
  readonly level: Level | null;
  /** Whether one of its markings forbids naming the provider. */
  readonly unattributed: boolean;
  /** All ids that it refers to, but for its creator and its markings. */
  readonly references: readonly string[];
  /** Of the latest version of its id that the contributor gave before; null: none is later than this. */
  readonly latestLevel: LatestLevel | null;
  /** Whether personal data was found in it (personal.ts). */
  readonly personal?: boolean;
  /** Codes of the authors of what it refers to (lean.ts, `authorsOf`). */
  readonly authors?: readonly string[];
  /** Codes of the states that it affects (affected.ts). */
  readonly affected?: readonly string[];
  /** Where the latest version comes in the same contribution: its place in the list, instead of `latestLevel`. */
  readonly latestIn?: number;
}

/** What a contribution is, its objects aside. */
export type ContributionHead = Pick<ContributionFacts, "by" | "collection" | "instruction" | "at">;

export interface Gathered {
  readonly contribution: ContributionFacts;
  /** One for each object, in the order given. */
  readonly facts: readonly Facts[];
}

/** Facts of a contribution. The order of the objects changes nothing but the order of the answer. Time is near-linear. */
export function gatherFacts(head: ContributionHead, objects: readonly ContributedObject[]): Gathered {
  const inherited = inherit(objects);
  const facts = objects.map((contributed, position) => factsOf(contributed, inherited[position]));
  const profiled = facts.map((one, position) => {
    const { latestIn, latestLevel = null } = objects[position] ?? {};
    const inHand = latestIn === undefined ? undefined : facts[latestIn];
    const latest = strictestLatest(latestLevel, latestLevelOf(inHand === undefined ? [] : [inHand]));
    // What adds nothing to its own level is not told: a contribution that comes again has the same profiles.
    const own = latestLevelOf([one]);
    return { facts: one, latestLevel: strictestLatest(own, latest) === own ? null : latest };
  });
  const contribution = { ...head, context: contextOf(head.instruction, facts), profiles: profilesOf(profiled) };
  return { contribution, facts };
}

/** What the latest version's level is to the others of its id, given its facts in each collection; null: there is none. */
export function latestLevelOf(facts: readonly Attributes[]): LatestLevel | null {
  return facts
    .map(({ level, inherited }): LatestLevel => level ?? inherited ?? "unmarked")
    .reduce<LatestLevel | null>(strictestLatest, null);
}

function strictestLatest(a: LatestLevel | null, b: LatestLevel | null): LatestLevel | null {
  if (a === null || b === null) return a ?? b;
  const [one, other] = [partsOf(a), partsOf(b)];
  const level = strictest(one.level, other.level);
  if (level === null) return "unmarked";
  return one.unmarked || other.unmarked ? `${level} or unmarked` : level;
}

/** The level in it, and whether it stands for an unmarked version, too. */
export function partsOf(latest: LatestLevel): { readonly level: Level | null; readonly unmarked: boolean } {
  if (latest === "unmarked") return { level: null, unmarked: true };
  const level = levels.find((one) => latest === `${one} or unmarked`);
  return level === undefined ? { level: latest as Level, unmarked: false } : { level, unmarked: true }; // the only other form
}

/**
 * The distinct profiles of a contribution's objects, companions aside: what a withhold for the whole contribution is held
 * against. With the levels of later versions, it sees of each object the level that the ceiling sees.
 */
export function profilesOf(
  objects: readonly { readonly facts: Facts; readonly latestLevel: LatestLevel | null }[],
): readonly Profile[] {
  const profiles = new Map<string, Profile>();
  for (const { facts, latestLevel } of objects) {
    if (isCompanion(facts.type)) continue;
    const key = profileKey(facts, latestLevel);
    if (!profiles.has(key)) profiles.set(key, { ...attributesOf(facts), latest: latestLevel });
  }
  return [...profiles].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, profile]) => profile);
}

// Equal for objects that no condition of a rule can tell apart.
function profileKey(facts: Attributes, latest: LatestLevel | null): string {
  const { type, level, inherited, labels, sectors, severities, exercise, confidence, createdBy } = facts;
  const found = [facts.personal, facts.authors, facts.affected];
  return JSON.stringify([
    type,
    level,
    inherited,
    labels,
    sectors,
    severities,
    exercise,
    confidence,
    createdBy,
    latest,
    ...(found.every((one) => one === undefined) ? [] : found),
  ]);
}

function attributesOf(facts: Facts): Attributes {
  const { type, level, inherited, labels, sectors, severities, exercise, confidence, createdBy } = facts;
  return { type, level, inherited, labels, sectors, severities, exercise, confidence, createdBy, ...foundIn(facts) };
}

/** What may be absent: it stays so, and is not there as undefined. */
function foundIn({ personal, authors, affected }: ContributedObject | Facts): Partial<Attributes> {
  return {
    ...(personal === undefined ? {} : { personal }),
    ...(authors === undefined ? {} : { authors: distinct(authors) }),
    ...(affected === undefined ? {} : { affected: distinct(affected) }),
  };
}

function factsOf(contributed: ContributedObject, inherited: Inherited | undefined): Facts {
  const { object, level, unattributed } = contributed;
  const bodies = [object, ...extensionsOf(object)];
  const confidence = object["confidence"];
  const createdBy = object["created_by_ref"];
  return {
    id: object.id,
    type: object.type,
    level,
    inherited: level === null ? (inherited?.level ?? null) : null,
    labels: distinct(bodies.flatMap((body) => textsOf(body["labels"]))),
    sectors: distinct(bodies.flatMap((body) => textsOf(body["sectors"]))),
    severities: distinct(bodies.flatMap((body) => textsOf([body["severity"] ?? null]))),
    exercise: bodies.some((body) => body["exercise"] === true),
    confidence: typeof confidence === "number" ? confidence : null,
    createdBy: typeof createdBy === "string" ? createdBy : null,
    granular: hasGranularMarkings(object),
    unattributed: unattributed || (inherited?.unattributed ?? false),
    revoked: object["revoked"] === true,
    ...foundIn(contributed),
  };
}

// STIX has no sector, severity or exercise of a report or incident, so they stand in an extension (the exchange's own, or a
// tool's); which one makes no difference, since all of them are the contributor's own words about its own object.
function extensionsOf(object: StixObject): readonly JsonObject[] {
  const extensions = object["extensions"];
  return isObject(extensions) ? Object.values(extensions).filter(isObject) : [];
}

function contextOf(instruction: Instruction | null, facts: readonly Facts[]): Context {
  const speaking = facts.filter(({ type }) => type === "report" || type === "incident");
  return {
    labels: distinct(speaking.flatMap(({ labels }) => labels)),
    sectors: distinct(speaking.flatMap(({ sectors }) => sectors)),
    severities: distinct(speaking.flatMap(({ severities }) => severities)),
    exercise: instruction?.exercise === true || speaking.some(({ exercise }) => exercise),
  };
}

// Sorted, so that two objects that say the same in another order have one profile.
function distinct(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)].sort();
}

function textsOf(value: Json | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}

// Array.isArray does not narrow a readonly array inside a union.
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
