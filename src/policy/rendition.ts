// What a rule or an instruction takes away from an object: the owner's name (`as`), fields (`redact`). render.ts does it; nothing
// here reads an object. What goes without the owner's name is offered and not released yet.

import type { Json } from "../encoding/json.ts";
import { type Path, readSet, readWord, refuseAt } from "../directory/form.ts";
import { nearest } from "../directory/suggest.ts";

export type Attribution = "named" | "unattributed";
export const attributions: readonly Attribution[] = ["named", "unattributed"];

export const redactMax = 100;
export const redactLengthMax = 300;

/** Sets of fields that have a name (policy.md, The document, `redact`). */
export const redactProfiles: readonly string[] = ["victim", "internal", "contacts", "personal"];

/** RFC 6901 with at least one step and no empty one; a step `*` is any member or position. */
export const redactPattern = "^(?:/(?:[^~/\\p{Cc}]|~[01])+)+$";
const pointer = new RegExp(redactPattern, "u");

/** @throws {Refusal} invalid `word` */
export function readAttribution(value: Json | undefined, path: Path): Attribution {
  return value === undefined ? "named" : readWord(value, path, "as", attributions);
}

/** @throws {Refusal} invalid `redact`, or what a set refuses */
export function readRedact(value: Json | undefined, path: Path): readonly string[] {
  if (value === undefined) return [];
  return readSet(value, path, "redact", { itemsMin: 1, itemsMax: redactMax }, readRedaction);
}

function readRedaction(value: Json, path: Path): string {
  const isKnown =
    typeof value === "string" &&
    (redactProfiles.includes(value) || ([...value].length <= redactLengthMax && pointer.test(value)));
  if (!isKnown) {
    refuseAt(
      path,
      "redact",
      `A redaction is a JSON pointer such as /description, or one of ${redactProfiles.join(", ")}${hintFor(value)}`,
    );
  }
  return value;
}

/** A profile of nearly this name, or the pointer that a bare name was meant for. */
function hintFor(value: Json): string {
  if (typeof value !== "string") return ".";
  const meant = nearest(value, redactProfiles) ?? (/^[a-z][a-z0-9_]{0,63}$/.test(value) ? `/${value}` : null);
  return meant === null ? "." : `; did you mean ${meant}?`;
}
