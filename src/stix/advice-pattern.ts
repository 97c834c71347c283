// What the strict options and the prefixes ask of the names in an indicator's pattern: types and properties that the
// specification does not define. A pattern that is none is told by `check` itself. STIX 2.1 §4.7.1, §9.7, §11

import type { Advised } from "./advice.ts";
import { isPrefixed } from "./advice-custom.ts";
import { classOf } from "./object.ts";
import { parsePattern } from "./pattern/parse.ts";
import { type ObjectPath, observationsIn, testsIn } from "./pattern/tree.ts";
import { propertiesOf } from "./tables.generated.ts";

/** How names of one's own in a pattern have to be prefixed: as the OASIS validator has it where `extensions-use` is disabled. */
export type PatternPrefix = "custom-prefix" | "custom-prefix-lax" | null;

/** Tells the names in a pattern that are someone's own. */
export function advisePattern(advised: Advised, prefix: PatternPrefix): void {
  const { type, object, oasis } = advised;
  const { pattern, pattern_type: language } = object;
  if (type !== "indicator" || language !== "stix" || typeof pattern !== "string") return;
  const wanted = advised.wants("strict-types") || advised.wants("strict-properties") || (oasis && prefix !== null);
  if (!wanted) return;
  const { pattern: parsed } = parsePattern(pattern);
  if (parsed === undefined) return;
  for (const observation of observationsIn(parsed.expression)) {
    for (const { path } of testsIn(observation.comparison)) advisePath(advised, path, prefix);
  }
}

function advisePath(advised: Advised, path: ObjectPath, prefix: PatternPrefix): void {
  const isDefined = classOf(path.type) === "sco";
  const property = propertyOf(path);
  const isOwn = isDefined && !(propertiesOf[path.type] ?? []).includes(property);
  if (!isDefined && advised.wants("strict-types")) advised.tell("strict-types", "/pattern");
  if (isOwn && advised.wants("strict-properties")) advised.tell("strict-properties", "/pattern");
  if (!advised.oasis || prefix === null) return;
  const lax = prefix === "custom-prefix-lax";
  if (!isDefined && !isPrefixed("object", path.type, lax)) advised.tell("oasis-pattern-prefix", "/pattern", "type");
  // Properties of a type of one's own may have any name.
  if (isOwn && !isPrefixed("property", property, lax)) advised.tell("oasis-pattern-prefix", "/pattern", "property");
}

function propertyOf({ steps }: ObjectPath): string {
  const [first] = steps;
  return first?.kind === "key" ? first.name : "";
}
