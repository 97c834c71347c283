// When a rule holds (policy.md, The document, `when`): all conditions present must hold, a list is any-of. A condition on
// something that the object does not have never holds.

import type { Json, JsonObject } from "../encoding/json.ts";
import { type Level, levelRank, levels } from "../stix/marking.ts";
import { readAlias } from "../directory/collection.ts";
import { openForm, type Path, readFlag, readLine, readSet, refuseAt, shown } from "../directory/form.ts";
import { readIdentity } from "../directory/state.ts";
import { nearest, suggestion } from "../directory/suggest.ts";
import type { Attributes, Context } from "./facts.ts";

export const conditionValuesMax = 200;
export const conditionValueLengthMax = 250;

export type RuleKind = "share" | "withhold";

/** Both ends belong to it; 0 to 100 as in STIX 2.1 §3.2. */
export interface ConfidenceRange {
  readonly min: number;
  readonly max: number;
}

/** Null: the rule says nothing about it. */
export interface Conditions {
  readonly type: readonly string[] | null;
  /** One level is a ceiling in a share and a floor in a withhold; a list is just these levels. */
  readonly tlp: Level | readonly Level[] | null;
  readonly collection: readonly string[] | null;
  readonly label: readonly string[] | null;
  readonly sector: readonly string[] | null;
  readonly severity: readonly string[] | null;
  readonly confidence: ConfidenceRange | null;
  readonly createdBy: readonly string[] | null;
  readonly exercise: boolean | null;
  /** Whether personal data was found in the object. */
  readonly personal: boolean | null;
}

export const noConditions: Conditions = {
  type: null,
  tlp: null,
  collection: null,
  label: null,
  sector: null,
  severity: null,
  confidence: null,
  createdBy: null,
  exercise: null,
  personal: null,
};

/** What conditions are held against: an object's attributes, its ceiling, and what its contribution adds. */
export interface Subject {
  readonly attributes: Attributes;
  readonly level: Level;
  readonly collection: string;
  readonly context: Context;
}

export function conditionsHold(when: Conditions, kind: RuleKind, subject: Subject): boolean {
  const { attributes, context } = subject;
  return (
    (when.type === null || when.type.includes(attributes.type)) &&
    (when.tlp === null || levelHolds(when.tlp, kind, subject.level)) &&
    (when.collection === null || when.collection.includes(subject.collection)) &&
    (when.label === null || anyOf(when.label, attributes.labels, context.labels)) &&
    (when.sector === null || anyOf(when.sector, attributes.sectors, context.sectors)) &&
    (when.severity === null || anyOf(when.severity, attributes.severities, context.severities)) &&
    (when.confidence === null || within(when.confidence, attributes.confidence)) &&
    (when.createdBy === null || (attributes.createdBy !== null && when.createdBy.includes(attributes.createdBy))) &&
    (when.exercise === null || when.exercise === (attributes.exercise || context.exercise)) &&
    (when.personal === null || personalHolds(when.personal, kind, attributes.personal))
  );
}

/** Whether a condition on tlp includes the level: one level bounds it, so that raising a marking never widens. */
export function levelHolds(tlp: Level | readonly Level[], kind: RuleKind, level: Level): boolean {
  if (typeof tlp !== "string") return tlp.includes(level);
  return kind === "share" ? levelRank(level) <= levelRank(tlp) : levelRank(level) >= levelRank(tlp);
}

// Where nobody looked for personal data, a share does not hold and a withhold does.
function personalHolds(wanted: boolean, kind: RuleKind, found: boolean | undefined): boolean {
  return found === undefined ? kind === "withhold" : found === wanted;
}

function anyOf(wanted: readonly string[], own: readonly string[], inherited: readonly string[]): boolean {
  return wanted.some((value) => own.includes(value) || inherited.includes(value));
}

/** Whether a confidence lies in the range; what says none lies in no range. */
export function within(range: ConfidenceRange, confidence: number | null): boolean {
  return confidence !== null && range.min <= confidence && confidence <= range.max;
}

/** What identities and collections a condition may name; where it is absent, any that is well formed. */
export interface ConditionsKnown {
  /** The policy's owner's registered identities. */
  readonly identities?: readonly string[];
  /** Aliases. */
  readonly collections?: readonly string[];
}

const members = [
  "type",
  "tlp",
  "collection",
  "label",
  "sector",
  "severity",
  "confidence",
  "created-by",
  "exercise",
  "personal",
];

/** @throws {Refusal} invalid, with pointer: `type`, `level`, `collection`, `own-identity`, `confidence`, or a form's */
export function readConditions(value: Json | undefined, path: Path, known: ConditionsKnown): Conditions {
  if (value === undefined) return noConditions;
  const form = openForm(value, path, "when", members);
  const flag = (name: string): boolean | null =>
    form[name] === undefined ? null : readFlag(form[name], [...path, name], name);
  const words = (name: string, readItem: (item: Json, at: Path) => string): readonly string[] | null =>
    form[name] === undefined ? null : readOneOrMany(form[name], [...path, name], name, readItem);
  const line = (noun: string) => (item: Json, at: Path) => readLine(item, at, noun, conditionValueLengthMax);
  return {
    type: words("type", readType),
    tlp: form["tlp"] === undefined ? null : readTlp(form["tlp"], [...path, "tlp"]),
    collection: words("collection", (item, at) => readCollection(item, at, known.collections)),
    label: words("label", line("A label")),
    sector: words("sector", line("A sector")),
    severity: words("severity", line("A severity")),
    confidence: form["confidence"] === undefined ? null : readConfidence(form["confidence"], [...path, "confidence"]),
    createdBy: words("created-by", (item, at) => readOwnIdentity(item, at, known.identities)),
    exercise: flag("exercise"),
    personal: flag("personal"),
  };
}

/** @throws {Refusal} invalid `level`, with what was probably meant: "TLP:WHITE is not a level; did you mean clear?" */
export function readLevel(value: Json | undefined, path: Path): Level {
  const found = levels.find((level) => level === value);
  if (found !== undefined) return found;
  if (typeof value !== "string") refuseAt(path, "level", `A level is one of ${levels.join(", ")}.`);
  const bare = value.toLowerCase().replace(/^tlp[:_ -]?/, "");
  const meant = bare === "white" ? "clear" : nearest(bare, levels);
  const hint = meant === null ? "." : `; did you mean ${meant}?`;
  refuseAt(path, "level", `${shown(value)} is not a level${hint}`);
}

function readTlp(value: Json, path: Path): Level | readonly Level[] {
  if (typeof value === "string") return readLevel(value, path);
  const chosen = readSet(value, path, "The list of levels", { itemsMin: 1, itemsMax: levels.length }, readLevel);
  // From the strictest to the mildest is no meaning of a list: the same levels are the same condition.
  return levels.filter((level) => chosen.includes(level));
}

function readOneOrMany(
  value: Json,
  path: Path,
  noun: string,
  readItem: (item: Json, at: Path) => string,
): readonly string[] {
  if (typeof value === "string") return [readItem(value, path)];
  return readSet(value, path, noun, { itemsMin: 1, itemsMax: conditionValuesMax }, readItem);
}

/** STIX 2.1 §3.1: 3 to 250 lower-case letters, digits and single hyphens. */
export const typePattern = "^(?=.{3,250}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$";
const stixType = new RegExp(typePattern, "u");

function readType(value: Json, path: Path): string {
  if (typeof value === "string" && stixType.test(value)) return value;
  refuseAt(path, "type", "A type is written in lower-case letters, digits and single hyphens, such as attack-pattern.");
}

function readCollection(value: Json, path: Path, known: readonly string[] | undefined): string {
  const alias = readAlias(value, path);
  if (known === undefined || known.includes(alias)) return alias;
  refuseAt(path, "collection", `There is no collection ${alias}${suggestion(alias, known)}`);
}

function readOwnIdentity(value: Json, path: Path, known: readonly string[] | undefined): string {
  const identity = readIdentity(value, path);
  if (known === undefined || known.includes(identity)) return identity;
  refuseAt(path, "own-identity", "This is none of the identities that your state registered.");
}

function readConfidence(value: Json, path: Path): ConfidenceRange {
  const form = openForm(value, path, "confidence", ["min", "max"]);
  if (form["min"] === undefined && form["max"] === undefined) {
    refuseAt(path, "confidence", "confidence has to have min, max or both.");
  }
  const min = readPercent(form, "min", 0, path);
  const max = readPercent(form, "max", 100, path);
  if (min > max) refuseAt(path, "confidence-range", "confidence has a min above its max.");
  return { min, max };
}

function readPercent(form: JsonObject, name: "min" | "max", absent: number, path: Path): number {
  const value = form[name];
  if (value === undefined) return absent;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 100) return value;
  refuseAt([...path, name], "confidence", "confidence is a whole number from 0 to 100.");
}
