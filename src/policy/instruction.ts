// An instruction travels with a contribution, is fixed when it is contributed, and only narrows (policy.md, The document).
// `to` also says whom `named` stands for. It is read once, where the contribution comes in, and stored with its facts.

import type { Json, JsonObject } from "../encoding/json.ts";
import { openForm, type Path, readFlag, readSet } from "../directory/form.ts";
import type { Duration } from "./duration.ts";
import { readKnownState, rulePartiesMax } from "./party-form.ts";
import { type Attribution, readAttribution, readRedact } from "./rendition.ts";
import { readWindow } from "./window.ts";

/** Plain data: an absent member narrows nothing. */
export interface Instruction {
  /** Codes of states, alphabetical: nobody else gets it, and these only by a rule that shares with `named`. */
  readonly to?: readonly string[];
  /** Codes of states, or "secretariat", alphabetical. */
  readonly notTo?: readonly string[];
  readonly as?: Attribution;
  readonly redact?: readonly string[];
  readonly after?: Duration;
  readonly until?: Duration;
  /** The contribution is an exercise, whatever its objects say. */
  readonly exercise?: true;
}

const members = ["to", "not-to", "as", "redact", "after", "until", "exercise"];

/**
 * Reads an instruction. One that says nothing is none: null. Lists come out sorted, so that two instructions that mean the
 * same are the same (exchange-model, idempotent).
 * @throws {Refusal} invalid, with pointer: `state-code`, `redact`, `duration`, `window`, or what a form refuses
 */
export function parseInstruction(value: Json, states: readonly string[]): Instruction | null {
  const form = openForm(value, [], "An instruction", members);
  const { after, until } = readWindow(form, []);
  const attribution = readAttribution(form["as"], ["as"]);
  const redact = readRedact(form["redact"], ["redact"]);
  const instruction: Instruction = {
    ...(form["to"] === undefined ? {} : { to: readCodes(form["to"], "to", states) }),
    ...(form["not-to"] === undefined ? {} : { notTo: readCodes(form["not-to"], "not-to", [...states, "secretariat"]) }),
    ...(attribution === "named" ? {} : { as: attribution }),
    ...(redact.length === 0 ? {} : { redact: redact.toSorted() }),
    ...(after === null ? {} : { after }),
    ...(until === null ? {} : { until }),
    // False is what it is without an instruction: it cannot make an exercise real.
    ...(form["exercise"] !== undefined && readFlag(form["exercise"], ["exercise"], "exercise")
      ? { exercise: true }
      : {}),
  };
  return Object.keys(instruction).length === 0 ? null : instruction;
}

/** The instruction as it is written; parsing it again gives the same, and null is `{}`. */
export function formatInstruction(instruction: Instruction | null): JsonObject {
  if (instruction === null) return {};
  const { to, notTo, as, redact, after, until, exercise } = instruction;
  return {
    ...(to === undefined ? {} : { to }),
    ...(notTo === undefined ? {} : { "not-to": notTo }),
    ...(as === undefined ? {} : { as }),
    ...(redact === undefined ? {} : { redact }),
    ...(after === undefined ? {} : { after: after.text }),
    ...(until === undefined ? {} : { until: until.text }),
    ...(exercise === undefined ? {} : { exercise }),
  };
}

function readCodes(value: Json, name: string, states: readonly string[]): readonly string[] {
  const readCode = (item: Json, path: Path): string => readKnownState(item, path, states);
  return readSet(value, [name], name, { itemsMin: 1, itemsMax: rulePartiesMax }, readCode).toSorted();
}
