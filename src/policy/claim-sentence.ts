// Claims as sentences: "XX never receives label L", "nothing amber leaves without approval", "rule 3 is never used"
// (claim.ts). What is refused is refused with the column and what was expected there. Relied on by the command line.

import type { Json, JsonObject } from "../encoding/json.ts";
import { Refusal } from "../refusal.ts";
import { type Claim, type ClaimKnown, parseClaim, partyWord } from "./claim.ts";
import { conditionWords, formatConditionWords, readConditionWords } from "./claim-conditions.ts";
import { quoted, Words } from "./claim-words.ts";

export interface Sentence {
  /** The claim as JSON, for `parseClaim`. */
  readonly claim: JsonObject;
  /** Where the value of a pointer into it stands: columns from 1 on. */
  readonly columns: ReadonlyMap<string, number>;
}

/**
 * Reads a sentence:
 *
 *     PARTY never receives WHAT [HOW]        nobody [but CODES] receives WHAT [HOW]
 *     PARTY receives every WHAT [HOW]        PARTY receives everything [with CONDITIONS] [HOW]
 *     nothing [CONDITIONS] leaves without approval
 *     rule NAME is never used
 *
 * PARTY is a state's code, `group:NAME`, `circle:NAME`, `the public`, `the secretariat` or `anyone [but CODES]`. WHAT is
 * `anything`, or conditions. HOW is `under its author's name` or `whole`. A condition is `label`, `sector`, `severity`, `type`
 * or `collection` with values, a type alone, `created by` with identities, a level (`amber`, `amber or stricter`, `green or
 * milder`, `tlp clear or red`), `confidence 50 or more` (`at most 50`, `20 to 80`), `exercise` or `personal data`, these two
 * also with `no`. `or` and commas list values, `and` or `with` goes between conditions; a value of several words stands in quotes.
 * @throws {Refusal} invalid `claim-sentence`, with the column as subject; limit
 */
export function parseSentence(text: string): Sentence {
  const words = new Words(text);
  const claim = readClaim(words);
  if (!words.isAtEnd) words.refuse("the end of the sentence", ["and", "under", "whole", "but", "or"]);
  return { claim, columns: words.columns };
}

/**
 * Reads a sentence and what it names.
 * @throws {Refusal} invalid: as parseSentence or parseClaim, with the column in which it stands
 */
export function readSentence(text: string, known: ClaimKnown): Claim {
  const { claim, columns } = parseSentence(text);
  try {
    return parseClaim(claim, known);
  } catch (error) {
    const column = error instanceof Refusal ? columnOf(error.pointer ?? "", columns) : null;
    if (!(error instanceof Refusal) || column === null) throw error;
    const { code, message, pointer = "", rule = "claim-sentence" } = error;
    const details = { pointer, rule, subject: `column ${column}`, cause: error };
    throw new Refusal(code, `${message} (Column ${column}.)`, details);
  }
}

/** The column of a pointer, or of what it stands in. */
export function columnOf(pointer: string, columns: ReadonlyMap<string, number>): number | null {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const column = columns.get(at);
    if (column !== undefined) return column;
  }
  return null;
}

/** The claim as a sentence; reading it again gives the same claim. */
export function formatSentence(claim: Claim): string {
  if (claim.kind === "unused") return `rule ${quoted(claim.rule)} is never used`;
  const conditions = formatConditionWords(claim.when);
  const what = conditions === "" ? "" : ` with ${conditions}`;
  if (claim.kind === "approved") return `nothing${what} leaves without approval`;
  const { party, as } = claim;
  const who = party.kind === "public" || party.kind === "secretariat" ? `the ${party.kind}` : quoted(partyWord(party));
  const but =
    party.kind === "anyone" && party.except.length > 0 ? ` but ${party.except.map(quoted).join(" and ")}` : "";
  const verb = claim.kind === "never" ? "never receives anything" : "receives everything";
  const how = as === "named" ? " under its author's name" : as === "whole" ? " whole" : "";
  return `${who}${but} ${verb}${what}${how}`;
}

const everybody = ["anyone", "anybody", "everyone", "everybody"];
const receives = ["receives", "receive", "gets", "get"];
const leaves = ["leaves", "goes"];
const things = ["anything", "thing", "things", "object", "objects"];

function readClaim(words: Words): JsonObject {
  if (words.skip("rule")) return readUnused(words);
  if (words.skip("nothing")) {
    const when = readConditionWords(words);
    if (!words.skip(...leaves)) words.refuse("leaves", [...leaves, ...conditionWords]);
    words.expect("without");
    words.expect("approval");
    return { claim: "approved", ...whenOf(when) };
  }
  if (words.skip("nobody", "none")) {
    const party = { party: "anyone", ...readExcept(words) };
    words.expect(...receives);
    return { claim: "never", ...party, ...readWhat(words) };
  }
  const party = readParty(words);
  if (words.skip("never")) {
    words.expect(...receives);
    return { claim: "never", ...party, ...readWhat(words) };
  }
  if (!words.skip(...receives)) words.refuse("never or receives", ["never", ...receives]);
  const isAll = words.skip("everything");
  if (!isAll) words.expect("every", "all");
  return { claim: "every", ...party, ...readWhat(words, isAll) };
}

// Names of several words need no quotes, unless one of them is `is`.
function readUnused(words: Words): JsonObject {
  words.note("/rule");
  const parts: string[] = [];
  while (parts.length === 0 || !(words.isAtEnd || words.is(["is"]))) parts.push(words.value("the name of a rule"));
  for (const word of ["is", "never", "used"]) words.expect(word);
  return { claim: "unused", rule: parts.join(" ") };
}

function readParty(words: Words): JsonObject {
  words.skip("the");
  words.note("/party");
  if (words.skip(...everybody)) return { party: "anyone", ...readExcept(words) };
  for (const word of ["public", "secretariat"]) if (words.skip(word)) return { party: word };
  return { party: words.value("a party, such as the code of a state,") };
}

function readExcept(words: Words): JsonObject {
  if (!words.skip("but", "except")) return {};
  const except: string[] = [];
  do {
    words.skip("and");
    words.skip("the");
    words.note(`/except/${except.length}`);
    except.push(words.value("the code of a state"));
  } while (words.skip("and", "or", ","));
  return { except };
}

function readWhat(words: Words, isSaid = false): JsonObject {
  const isAny = isSaid || words.skip(...things);
  const when = readConditionWords(words);
  if (!isAny && Object.keys(when).length === 0)
    words.refuse("anything, or a condition such as label,", [...things, ...conditionWords]);
  return { ...whenOf(when), ...readManner(words) };
}

function readManner(words: Words): JsonObject {
  if (words.skip("whole")) return { as: "whole" };
  if (!words.skip("under")) return {};
  words.expect("its", "the", "our", "my");
  words.skip("author's", "author’s", "owner's", "owner’s");
  words.expect("name");
  return { as: "named" };
}

function whenOf(when: JsonObject): Readonly<Record<string, Json>> {
  return Object.keys(when).length === 0 ? {} : { when };
}
