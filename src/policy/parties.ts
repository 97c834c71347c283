// Whom a rule speaks of: `all`, a state's code, `group:name`, `named`, `secretariat` (policy.md, The document, Parties). The
// union grows by circle, author, affected and public; until it does, a policy that names them is refused, not ignored.

import type { Json } from "../encoding/json.ts";
import { type Level, levelRank } from "../stix/marking.ts";
import { type Path, readList, refuseAt, shown } from "../directory/form.ts";
import { isStateCode } from "../directory/iso.ts";
import type { Party } from "../directory/state.ts";
import { suggestion } from "../directory/suggest.ts";
import { refuseUnsupported } from "./unsupported.ts";

export const rulePartiesMax = 300;

export type PartyRef =
  | { readonly kind: "all" }
  | { readonly kind: "named" }
  | { readonly kind: "secretariat" }
  | { readonly kind: "state"; readonly code: string }
  | { readonly kind: "group"; readonly name: string };

export type Groups = ReadonlyMap<string, ReadonlySet<string>>;

/** Those whom the contribution's instruction names; null: it names nobody in particular. */
export type Named = readonly string[] | null;

/** What a reference is read against. */
export interface Known {
  /** Codes of all states that ever took part. */
  readonly states: readonly string[];
  readonly groups: Groups;
}

/** Whether a reference means this recipient, its standing and the ceiling aside. */
export function covers(ref: PartyRef, recipient: Party, groups: Groups, named: Named): boolean {
  switch (ref.kind) {
    case "all":
      return recipient.kind === "state";
    case "state":
      return recipient.kind === "state" && recipient.code === ref.code;
    case "group":
      return recipient.kind === "state" && (groups.get(ref.name)?.has(recipient.code) ?? false);
    case "named":
      return recipient.kind === "state" && (named?.includes(recipient.code) ?? false);
    case "secretariat":
      return recipient.kind === "secretariat";
  }
}

/**
 * Whether a share reaches up to this level by this reference (policy.md step 3): red only by a code, the rule's own or the
 * instruction's; amber and stricter by `all` only where the rule has a condition on tlp. That the condition includes the
 * level is not asked here: a rule whose conditions do not hold shares nothing.
 */
export function reaches(ref: PartyRef, level: Level, hasTlp: boolean): boolean {
  if (level === "red") return ref.kind === "state" || ref.kind === "named";
  return ref.kind !== "all" || hasTlp || levelRank(level) < levelRank("amber");
}

/** @throws {Refusal} invalid or unsupported, with pointer: `party`, `state-code`, `group`, or what a list refuses */
export function readParties(
  value: Json | undefined,
  path: Path,
  noun: string,
  itemsMin: number,
  known: Known,
): readonly PartyRef[] {
  const seen = new Set<string>();
  return readList(value, path, noun, { itemsMin, itemsMax: rulePartiesMax }, (item, at) => {
    const ref = readPartyRef(item, at, known);
    const spelling = String(item);
    if (seen.has(spelling)) refuseAt(at, "twice", `${shown(spelling)} stands twice in ${noun}.`);
    seen.add(spelling);
    return ref;
  });
}

function readPartyRef(value: Json, path: Path, known: Known): PartyRef {
  if (typeof value !== "string") refuseAt(path, "party", "A party is given by a word or a state code.");
  if (value === "all" || value === "named" || value === "secretariat") return { kind: value };
  if (value === "author" || value === "affected" || value === "public") refuseUnsupported(path, `the party ${value}`);
  if (value.startsWith("circle:")) refuseUnsupported(path, "circles");
  if (value.startsWith("group:")) {
    const name = value.slice("group:".length);
    if (known.groups.has(name)) return { kind: "group", name };
    const groups = [...known.groups.keys()];
    refuseAt(path, "group", `The policy has no group ${shown(name)}${suggestion(name, groups)}`);
  }
  const groups = [...known.groups.keys()].map((name) => `group:${name}`);
  const code = readKnownState(value, path, known.states, ["all", "named", "secretariat", ...groups]);
  return { kind: "state", code };
}

/** @throws {Refusal} invalid `state-code`: no state's code, or a state that takes no part */
export function readKnownState(
  value: Json,
  path: Path,
  states: readonly string[],
  words: readonly string[] = [],
): string {
  if (typeof value !== "string") refuseAt(path, "state-code", "A state is given by its two-letter code.");
  if (states.includes(value)) return value;
  if (isStateCode(value)) refuseAt(path, "state-code", `${value} takes no part in this exchange.`, value);
  refuseAt(path, "state-code", `${shown(value)} is not a state code${suggestion(value, [...states, ...words])}`);
}
