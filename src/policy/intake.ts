// What a state takes in of what others give it (policy.md, The document, `accept`): refuse, or hold for a contact's review. It
// sees only what the rendition shows: who is unattributed is the party `unattributed`, whoever it is.

import type { Json } from "../encoding/json.ts";
import { openForm, type Path, refuseAt } from "../directory/form.ts";
import { groupWords, type Known, readGroupRef, readKnownState, readRefs } from "./party-form.ts";
import type { PartyRef } from "./parties.ts";
import type { Policy } from "./policy.ts";

export type IntakeRef =
  Extract<PartyRef, { readonly kind: "all" | "state" | "group" }> | { readonly kind: "unattributed" };

export interface Accept {
  readonly refuseFrom: readonly IntakeRef[];
  readonly holdFrom: readonly IntakeRef[];
}

export type Intake = "take" | "hold" | "refuse";

/**
 * What becomes of what is given under this name: a state's code, or "unattributed". Refusing beats holding. Not asked of a
 * state's own objects, nor of what the exchange itself gives.
 */
export function intake({ accept, groups }: Pick<Policy, "accept" | "groups">, by: string): Intake {
  const isFrom = (ref: IntakeRef): boolean => {
    switch (ref.kind) {
      case "all":
        return true;
      case "unattributed":
        return by === "unattributed";
      case "state":
        return by === ref.code;
      case "group":
        return groups.get(ref.name)?.has(by) ?? false;
    }
  };
  if (accept.refuseFrom.some(isFrom)) return "refuse";
  return accept.holdFrom.some(isFrom) ? "hold" : "take";
}

/** @throws {Refusal} invalid `party`, `state-code`, `group`, or what a form and a list refuse */
export function readAccept(value: Json, path: Path, known: Known): Accept {
  const form = openForm(value, path, "accept", ["refuse-from", "hold-from"]);
  const refs = (name: string): readonly IntakeRef[] =>
    form[name] === undefined
      ? []
      : readRefs(form[name], [...path, name], name, 0, (item, at) => readIntakeRef(item, at, known));
  return { refuseFrom: refs("refuse-from"), holdFrom: refs("hold-from") };
}

function readIntakeRef(value: Json, path: Path, known: Known): IntakeRef {
  if (typeof value !== "string") refuseAt(path, "party", "A party is given by a word or a state code.");
  if (value === "all" || value === "unattributed") return { kind: value };
  if (value.startsWith("group:")) return readGroupRef(value, path, known.groups);
  const words = ["all", "unattributed", ...groupWords(known.groups)];
  return { kind: "state", code: readKnownState(value, path, known.states, words) };
}
