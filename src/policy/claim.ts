// A claim about one state's policy, to be proved (policy.md, Before, and after, Prove): "XX never receives anything labelled L",
// "nothing amber leaves without approval", "rule 3 is never used". Here as JSON; claim-sentence.ts reads and writes it in words.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { type Level, levels } from "../stix/marking.ts";
import { openForm, type Path, readLine, readSet, readWord, refuseAt, shown } from "../directory/form.ts";
import { suggestion } from "../directory/suggest.ts";
import { isCompanion } from "./companion.ts";
import { type Conditions, type ConditionsKnown, levelHolds, readConditions, readLevel } from "./condition.ts";
import { groupWords, readGroupRef, readKnownState, rulePartiesMax } from "./party-form.ts";
import { type Policy, ruleNameLengthMax } from "./policy.ts";

/** Who is spoken of: one, all of several, or everybody but its owner and a few. */
export type ClaimParty =
  | { readonly kind: "anyone"; readonly except: readonly string[] }
  | { readonly kind: "state"; readonly code: string }
  | { readonly kind: "group" | "circle"; readonly name: string }
  | { readonly kind: "secretariat" }
  | { readonly kind: "public" };

/** How it is received: in any rendition, under its author's name, or as it was contributed. */
export type Manner = "any" | "named" | "whole";
export const manners: readonly Manner[] = ["any", "named", "whole"];

export type Claim =
  /** Nobody of the party ever receives anything that the conditions hold for. */
  | { readonly kind: "never"; readonly party: ClaimParty; readonly when: Conditions; readonly as: Manner }
  /** Everybody of the party receives everything that they hold for. */
  | { readonly kind: "every"; readonly party: ClaimParty; readonly when: Conditions; readonly as: Manner }
  /** Nothing that they hold for is given to anybody before contacts approved it. */
  | { readonly kind: "approved"; readonly when: Conditions }
  /** The rule is no reason of any decision: a share of no yes, a withhold of no no that would be a yes without it. */
  | { readonly kind: "unused"; readonly rule: string };

/** What a claim is read against. */
export interface ClaimKnown extends ConditionsKnown {
  readonly policy: Policy;
  /** Code of the policy's owner. */
  readonly owner: string;
  /** Codes of all states that ever took part. */
  readonly states: readonly string[];
  /** The circles that the owner belongs to; absent: any that the policy names. */
  readonly circles?: readonly string[];
}

const kinds = ["never", "every", "approved", "unused"] as const satisfies readonly Claim["kind"][];
const members = { party: ["party", "except", "when", "as"], approved: ["when"], unused: ["rule"] } as const;

/**
 * Reads a claim: `{"claim": "never" | "every", "party", "except"?, "when"?, "as"?}`, `{"claim": "approved", "when"?}` or
 * `{"claim": "unused", "rule"}`. `when` is as in a rule, but for `tlp`: a level or a list is exactly these levels, and
 * `{"min", "max"}` all from one to another.
 * @throws {Refusal} invalid, with pointer: `state-code`, `group`, `circle`, `claim-party`, `claim-rule`, `level`, or a form's
 */
export function parseClaim(value: Json, known: ClaimKnown): Claim {
  if (!isObject(value)) refuseAt([], "form", "A claim has to be a JSON object.");
  const kind = readWord(value["claim"], ["claim"], "claim", kinds);
  switch (kind) {
    case "unused": {
      const form = openForm(value, [], "This claim", ["claim", ...members.unused]);
      return { kind, rule: readRule(form["rule"], known.policy) };
    }
    case "approved": {
      const form = openForm(value, [], "This claim", ["claim", ...members.approved]);
      return { kind, when: readWhen(form["when"], known) };
    }
    default: {
      const form = openForm(value, [], "This claim", ["claim", ...members.party]);
      return {
        kind,
        party: readClaimParty(form, known),
        when: readWhen(form["when"], known),
        as: form["as"] === undefined ? "any" : readWord(form["as"], ["as"], "as", manners),
      };
    }
  }
}

/** The claim as it is written; reading it again gives the same. */
export function formatClaim(claim: Claim): JsonObject {
  if (claim.kind === "unused") return { claim: claim.kind, rule: claim.rule };
  const when = formatWhen(claim.when);
  const about = Object.keys(when).length === 0 ? {} : { when };
  if (claim.kind === "approved") return { claim: claim.kind, ...about };
  const { party, as } = claim;
  return {
    claim: claim.kind,
    party: partyWord(party),
    ...(party.kind === "anyone" && party.except.length > 0 ? { except: party.except } : {}),
    ...about,
    ...(as === "any" ? {} : { as }),
  };
}

/** The party as claims and policies spell it. */
export function partyWord(party: ClaimParty): string {
  if (party.kind === "state") return party.code;
  return party.kind === "group" || party.kind === "circle" ? `${party.kind}:${party.name}` : party.kind;
}

function readRule(value: Json | undefined, policy: Policy): string {
  const name = readLine(value, ["rule"], "The name of the rule", ruleNameLengthMax);
  const names = policy.rules.map((rule) => rule.name);
  if (names.includes(name)) return name;
  refuseAt(["rule"], "claim-rule", `The policy has no rule ${shown(name)}${suggestion(name, names)}`);
}

const words = ["anyone", "secretariat", "public"] as const;

function readClaimParty(form: JsonObject, known: ClaimKnown): ClaimParty {
  const value = form["party"];
  const path: Path = ["party"];
  if (value !== "anyone" && form["except"] !== undefined)
    refuseAt(["except"], "claim-party", "Only anyone has an except.");
  if (typeof value !== "string") refuseAt(path, "party", "A party is given by a word or a state code.");
  const word = words.find((one) => one === value);
  if (word === "anyone") {
    const readOne = (item: Json, at: Path): string => readKnownState(item, at, [...known.states, ...words.slice(1)]);
    const bounds = { itemsMin: 0, itemsMax: rulePartiesMax };
    const except = form["except"] === undefined ? [] : readSet(form["except"], ["except"], "except", bounds, readOne);
    return { kind: word, except };
  }
  if (word !== undefined) return { kind: word };
  const { groups } = known.policy;
  if (value.startsWith("group:")) return readGroupRef(value, path, groups);
  const circles = circlesOf(known);
  if (value.startsWith("circle:")) {
    const name = value.slice("circle:".length);
    if (circles.includes(name)) return { kind: "circle", name };
    refuseAt(path, "circle", `You belong to no circle ${shown(name)}${suggestion(name, circles)}`);
  }
  const others = [...words, ...groupWords(groups), ...circles.map((name) => `circle:${name}`)];
  const code = readKnownState(value, path, known.states, others);
  if (code === known.owner) refuseAt(path, "claim-party", "A state has its own objects, whatever its policy says.");
  return { kind: "state", code };
}

function circlesOf({ policy, circles }: ClaimKnown): readonly string[] {
  if (circles !== undefined) return circles;
  const refs = policy.rules.flatMap(({ parties, except }) => [...parties, ...except]);
  return [...new Set(refs.flatMap((ref) => (ref.kind === "circle" ? [ref.name] : [])))];
}

function readWhen(value: Json | undefined, known: ClaimKnown): Conditions {
  const path: Path = ["when"];
  if (value !== undefined && !isObject(value)) refuseAt(path, "form", "when has to be a JSON object.");
  const { tlp, ...others } = value ?? {};
  const when = readConditions(others, path, known);
  const companion = when.type?.findIndex(isCompanion) ?? -1;
  if (companion !== -1) {
    const place = typeof others["type"] === "string" ? ["type"] : ["type", companion];
    refuseAt([...path, ...place], "claim-type", "Definitions go with what uses them: no rule decides about them.");
  }
  return { ...when, tlp: tlp === undefined ? null : readLevels(tlp, [...path, "tlp"]) };
}

function readLevels(value: Json, path: Path): readonly Level[] {
  if (!isObject(value)) {
    if (typeof value === "string") return [readLevel(value, path)];
    const chosen = readSet(value, path, "The list of levels", { itemsMin: 1, itemsMax: levels.length }, readLevel);
    return levels.filter((level) => chosen.includes(level));
  }
  const form = openForm(value, path, "tlp", ["min", "max"]);
  const bound = (name: "min" | "max", absent: Level): Level =>
    form[name] === undefined ? absent : readLevel(form[name], [...path, name]);
  const [min, max] = [bound("min", "clear"), bound("max", "red")];
  const chosen = levels.filter((level) => levelHolds(min, "withhold", level) && levelHolds(max, "share", level));
  if (chosen.length === 0) refuseAt(path, "level", "tlp has a min above its max.");
  return chosen;
}

function formatWhen(when: Conditions): JsonObject {
  const { tlp, confidence, createdBy, exercise, personal, ...words } = when;
  const lists = { ...words, tlp: tlp === null || isList(tlp) ? tlp : [tlp], "created-by": createdBy };
  return {
    ...Object.fromEntries(
      Object.entries(lists).flatMap(([name, list]) =>
        list === null ? [] : [[name, list.length === 1 ? (list[0] ?? "") : list]],
      ),
    ),
    ...(confidence === null ? {} : { confidence: { ...confidence } }),
    ...(exercise === null ? {} : { exercise }),
    ...(personal === null ? {} : { personal }),
  };
}

// Array.isArray does not narrow a readonly array inside a union.
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
