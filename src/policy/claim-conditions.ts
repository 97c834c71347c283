// The conditions of a claim in words: "label L and type indicator or malware and amber or stricter". Relied on by
// claim-sentence.ts; what the values may be, claim.ts knows.

import type { Json, JsonObject } from "../encoding/json.ts";
import { levels } from "../stix/marking.ts";
import { quoted, refuseColumn, type Words } from "./claim-words.ts";
import type { Conditions } from "./condition.ts";
import { contributedTypes } from "./example-object.ts";

/** Words that a condition begins with, by its name. */
const beginnings = {
  label: ["label", "labels", "labelled", "labeled"],
  sector: ["sector", "sectors"],
  severity: ["severity"],
  type: ["type", "types"],
  collection: ["collection", "collections"],
  "created-by": ["created"],
  tlp: ["tlp"],
  confidence: ["confidence"],
  exercise: ["exercise", "exercises"],
  personal: ["personal"],
} as const;
const negations = ["no", "not", "without"];
const joints = ["and", ",", "with", "in", "of", "marked"];
const levelWords: readonly string[] = [...levels, ...levels.map((level) => `tlp:${level}`)];
/** All words that a condition can begin with. */
export const conditionWords: readonly string[] = [
  ...Object.values(beginnings).flat(),
  ...negations,
  ...levelWords,
  ...contributedTypes,
];

/** Reads conditions up to a word that is none; `{}` where there are none. */
export function readConditionWords(words: Words): JsonObject {
  const when: Record<string, Json> = {};
  for (;;) {
    const isJoined = skipJoints(words);
    if (!words.is(conditionWords)) {
      if (isJoined) words.refuse("a condition, such as label,", conditionWords);
      return when;
    }
    const { column } = words;
    const [name, value] = readCondition(words);
    if (Object.hasOwn(when, name)) refuseColumn(column, `${name} stands twice; its values are listed with or.`);
    when[name] = value;
  }
}

function skipJoints(words: Words): boolean {
  let isJoined = false;
  while (words.skip(...joints)) isJoined = true;
  return isJoined;
}

function readCondition(words: Words): readonly [string, Json] {
  for (const name of ["label", "sector", "severity", "type", "collection"] as const) {
    if (words.skip(...beginnings[name])) return [name, readValues(words, name)];
  }
  if (words.skip("created")) {
    words.expect("by");
    return ["created-by", readValues(words, "created-by")];
  }
  if (words.skip("tlp") || words.is(levelWords)) return ["tlp", readLevels(words)];
  if (words.skip("confidence")) return ["confidence", readConfidence(words)];
  if (words.is(contributedTypes)) return ["type", readValues(words, "type")];
  const isMeant = !words.skip(...negations);
  words.skip("an", "any");
  if (words.skip(...beginnings.exercise)) return ["exercise", isMeant];
  words.expect("personal", "exercise");
  words.skip("data");
  return ["personal", isMeant];
}

/** Values between commas and `or`; one alone is no list. */
function readValues(words: Words, name: string, noun = `a ${name}`): Json {
  const values: string[] = [];
  do {
    words.note(`/when/${name}/${values.length}`);
    if (values.length === 0) words.note(`/when/${name}`);
    values.push(words.value(noun));
  } while (skipOr(words));
  return values.length === 1 ? (values[0] ?? "") : values;
}

// A comma may also go between conditions.
function skipOr(words: Words): boolean {
  if (words.skip("or")) return true;
  if (!words.is([","]) || words.is(conditionWords, 1) || words.is(joints, 1)) return false;
  words.skip(",");
  words.skip("or");
  return true;
}

function readLevels(words: Words): Json {
  words.note("/when/tlp");
  words.note("/when/tlp/0");
  const first = levelOf(words.value("a level"));
  const found = [first];
  while (words.skip("or", ",")) {
    words.skip("or");
    if (words.skip("stricter", "above", "higher")) return bound(words, found, "min");
    if (words.skip("milder", "wider", "below", "lower")) return bound(words, found, "max");
    words.note(`/when/tlp/${found.length}`);
    found.push(levelOf(words.value("a level, stricter or milder")));
  }
  return found.length === 1 ? first : found;
}

function bound(words: Words, found: readonly string[], name: "min" | "max"): Json {
  const [level] = found;
  if (level === undefined || found.length > 1) words.refuse("a level", levels);
  return { [name]: level };
}

function levelOf(word: string): string {
  return word.replace(/^tlp:/i, "").toLowerCase();
}

function readConfidence(words: Words): Json {
  words.note("/when/confidence");
  if (words.skip("at")) {
    const isLeast = words.is(["least"]);
    words.expect("least", "most");
    return { [isLeast ? "min" : "max"]: readPercent(words) };
  }
  const isBetween = words.skip("between", "from");
  const first = readPercent(words);
  if (isBetween || words.is(["to"])) {
    words.expect("to", "and");
    return { min: first, max: readPercent(words) };
  }
  if (!words.skip("or")) return { min: first, max: first };
  const isMore = words.is(["more", "above", "higher"]);
  words.expect("more", "less", "above", "below", "higher", "lower");
  return { [isMore ? "min" : "max"]: first };
}

function readPercent(words: Words): number {
  const { bare } = words;
  if (bare === null || !/^[0-9]{1,3}$/.test(bare)) words.refuse("a number from 0 to 100", []);
  return Number(words.value("a number"));
}

/** The conditions in words; "" where there are none. */
export function formatConditionWords(when: Conditions): string {
  const said: string[] = [];
  const values = (name: string, list: readonly string[] | null): void => {
    if (list !== null) said.push(`${name} ${list.map(quoted).join(" or ")}`);
  };
  values("type", when.type);
  values("tlp", typeof when.tlp === "string" ? [when.tlp] : when.tlp);
  values("collection", when.collection);
  values("label", when.label);
  values("sector", when.sector);
  values("severity", when.severity);
  if (when.confidence !== null) said.push(`confidence ${when.confidence.min} to ${when.confidence.max}`);
  values("created by", when.createdBy);
  if (when.exercise !== null) said.push(when.exercise ? "exercise" : "no exercise");
  if (when.personal !== null) said.push(when.personal ? "personal data" : "no personal data");
  return said.join(" and ");
}
