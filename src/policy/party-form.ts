// Reads the parties of a policy or an instruction. Each refusal has a pointer and, where one is near, the word that was probably
// meant: "KZT is not a state code; did you mean KZ?". Relied on by parse.ts and instruction.ts.

import type { Json } from "../encoding/json.ts";
import { circleNamePattern, isCircleName } from "../directory/circle.ts";
import { type Path, readList, refuseAt, shown } from "../directory/form.ts";
import { isStateCode } from "../directory/iso.ts";
import { suggestion } from "../directory/suggest.ts";
import type { Groups, PartyRef } from "./parties.ts";

export const rulePartiesMax = 300;

/** What a reference is read against. */
export interface Known {
  /** Codes of all states that ever took part. */
  readonly states: readonly string[];
  readonly groups: Groups;
  /** The circles that the owner belongs to; absent: any that is well named. */
  readonly circles?: readonly string[] | undefined;
}

/** Groups are called as circles are. */
export const groupNamePattern = circleNamePattern;

const words = ["all", "named", "author", "affected", "secretariat", "public"] as const;

/** @throws {Refusal} invalid, with pointer: `party`, `state-code`, `group`, `circle`, or what a list refuses */
export function readParties(
  value: Json | undefined,
  path: Path,
  noun: string,
  itemsMin: number,
  known: Known,
): readonly PartyRef[] {
  return readRefs(value, path, noun, itemsMin, (item, at) => readPartyRef(item, at, known));
}

/** A list of references, each once. */
export function readRefs<Ref>(
  value: Json | undefined,
  path: Path,
  noun: string,
  itemsMin: number,
  readRef: (item: Json, at: Path) => Ref,
): readonly Ref[] {
  const seen = new Set<string>();
  return readList(value, path, noun, { itemsMin, itemsMax: rulePartiesMax }, (item, at) => {
    const ref = readRef(item, at);
    const spelling = String(item);
    if (seen.has(spelling)) refuseAt(at, "twice", `${shown(spelling)} stands twice in ${noun}.`);
    seen.add(spelling);
    return ref;
  });
}

function readPartyRef(value: Json, path: Path, known: Known): PartyRef {
  if (typeof value !== "string") refuseAt(path, "party", "A party is given by a word or a state code.");
  const word = words.find((one) => one === value);
  if (word !== undefined) return { kind: word };
  if (value.startsWith("group:")) return readGroupRef(value, path, known.groups);
  if (value.startsWith("circle:")) return readCircleRef(value, path, known);
  const circles = (known.circles ?? []).map((name) => `circle:${name}`);
  const code = readKnownState(value, path, known.states, [...words, ...groupWords(known.groups), ...circles]);
  return { kind: "state", code };
}

/** @throws {Refusal} invalid `group`: the policy has none of this name */
export function readGroupRef(value: string, path: Path, groups: Groups): PartyRef & { readonly kind: "group" } {
  const name = value.slice("group:".length);
  if (groups.has(name)) return { kind: "group", name };
  refuseAt(path, "group", `The policy has no group ${shown(name)}${suggestion(name, [...groups.keys()])}`);
}

// One that does not exist and one that the owner is not in are the same refusal: its members alone know of a circle.
function readCircleRef(value: string, path: Path, known: Known): PartyRef {
  const name = value.slice("circle:".length);
  if (known.circles === undefined ? isCircleName(name) : known.circles.includes(name)) return { kind: "circle", name };
  refuseAt(path, "circle", `You belong to no circle ${shown(name)}${suggestion(name, known.circles ?? [])}`);
}

/** The groups as a policy spells them. */
export function groupWords(groups: Groups): readonly string[] {
  return [...groups.keys()].map((name) => `group:${name}`);
}

/** @throws {Refusal} invalid `state-code`: no state's code, or a state that takes no part */
export function readKnownState(
  value: Json,
  path: Path,
  states: readonly string[],
  others: readonly string[] = [],
): string {
  if (typeof value !== "string") refuseAt(path, "state-code", "A state is given by its two-letter code.");
  if (states.includes(value)) return value;
  if (isStateCode(value)) refuseAt(path, "state-code", `${value} takes no part in this exchange.`, value);
  refuseAt(path, "state-code", `${shown(value)} is not a state code${suggestion(value, [...states, ...others])}`);
}
