// What is left of an object when parts of it went, made valid: what STIX does not let stand without them goes, too, and where
// that is the object, it is withheld. `check` says what is valid, here as at the door.

import type { Json } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { check } from "../stix/check.ts";
import type { Finding } from "../stix/finding.ts";
import type { StixObject } from "../stix/object.ts";
import { contributingProperties } from "../stix/sco-id.ts";
import { sameContent } from "../stix/version.ts";
import { isFixed } from "./fixed.ts";
import { type Change, parentOf, propertyOf, prune, type Pruned } from "./places.ts";
import { type Withheld, withhold } from "./rendering.ts";

export interface Remainder {
  readonly object: StixObject;
  /** What went, in places of the contributed object. */
  readonly gone: ReadonlySet<string>;
}

/** Rounds in which single parts go. What then is not valid goes with what holds it, so that no input makes many rounds. */
const roundsMax = 10;

/**
 * Prunes until what is left is valid: where a part is not valid without what went, the part goes, from the inside out, so
 * that an item leaves its list before the list leaves the object. Where the object itself is not valid, it is withheld.
 */
export function remainderOf(
  object: StixObject,
  change: Change,
  finish: (pruned: Pruned) => StixObject,
): Remainder | Withheld {
  for (let round = 1; ; round++) {
    const pruned = prune(object, change);
    const made = finish(pruned);
    const errors = check(made).filter(({ severity }) => severity === "error");
    if (errors.length === 0) return { object: made, gone: pruned.gone };
    const origins = new Map([...pruned.moved].map(([from, to]) => [to, from]));
    const lists = new Set<string>();
    for (const error of errors) {
      const list = listOf(made, error.pointer);
      if (list !== null) lists.add(list);
      const place = placeOf(error.pointer, origins);
      if (place === "" || isFixed(object, place)) return explain(object, made, error, pruned);
      const holder = parentOf(place);
      change.taken.add(round <= roundsMax || holder === "" ? place : holder);
    }
    // `check` tells of the first few; the others of a long list are asked for one by one, at once.
    for (const list of lists)
      for (const pointer of brokenItems(made, list)) change.taken.add(placeOf(pointer, origins));
  }
}

/** The list of the object's own that a place is in. */
function listOf(made: StixObject, pointer: string): string | null {
  const name = propertyOf(pointer);
  return pointer !== "" && Array.isArray(made[name]) && parentOf(pointer) !== "" ? name : null;
}

function brokenItems(made: StixObject, list: string): readonly string[] {
  const items = made[list];
  if (!Array.isArray(items)) return [];
  const scalars = Object.fromEntries(Object.entries(made).filter(([, value]) => typeof value !== "object"));
  return items.flatMap((item: Json, i) => {
    const first = formatPointer([list, 0]);
    const isBroken = check({ ...scalars, [list]: [item] }).some(
      ({ severity, pointer }) => severity === "error" && `${pointer}/`.startsWith(`${first}/`),
    );
    return isBroken ? [formatPointer([list, i])] : [];
  });
}

/** The place of an error in the contributed object: the nearest that is left of it. */
function placeOf(pointer: string, origins: ReadonlyMap<string, string>): string {
  let at = pointer;
  while (at !== "" && !origins.has(at)) at = parentOf(at);
  return origins.get(at) ?? "";
}

/** Which property is missing: one that is gone or other, and with which the error is not there. */
function explain(object: StixObject, made: StixObject, error: Finding, { gone, moved }: Pruned): Withheld {
  if (error.rule === "sco-id-recomputes" || error.rule === "sco-id-random") {
    const changed = (name: string): boolean => !sameContent(object[name] ?? null, made[name] ?? null);
    return withhold("contributing", `/${(contributingProperties[object.type] ?? []).find(changed) ?? "id"}`);
  }
  for (const name of Object.keys(object)) {
    const place = formatPointer([name]);
    if (moved.has(place) && !gone.has(place)) continue;
    const errors = check({ ...made, [name]: object[name] });
    if (!errors.some(({ rule, pointer }) => rule === error.rule && pointer === error.pointer))
      return withhold("required", place);
  }
  return withhold("required", placeOf(error.pointer, new Map([...moved].map(([from, to]) => [to, from]))));
}
