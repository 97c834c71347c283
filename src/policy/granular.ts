// Granular markings in a rendition: what is marked above the reader's ceiling goes (policy.md step 6), and the selectors of
// what stays lead to where it now is. A granular marking narrows and never widens. STIX 2.1 §7.2.3

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer, parsePointer } from "../encoding/pointer.ts";
import {
  granularLevel,
  hasGranularMarkings,
  levelOfMarkings,
  levelRank,
  type ResolveMarking,
} from "../stix/marking.ts";
import { parseSelector, select } from "../stix/selector.ts";
import { childrenOf, isCovered } from "./places.ts";

export interface Marked {
  /** Places that are marked above the ceiling. */
  readonly above: readonly string[];
  /** Granular markings that are, which go with what they mark. */
  readonly markings: readonly string[];
  /** The first selector above the ceiling that leads nowhere: nobody knows what it meant to keep back. Null: none. */
  readonly unread: string | null;
}

/**
 * What granular markings keep from a reader. A marking that is not understood counts as red, one of language alone marks
 * nothing. An observable in a deprecated container that is itself marked above the ceiling goes whole.
 * @param ceiling levelRank of the strictest level that the reader may have of this object
 */
export function placesAbove(object: JsonObject, ceiling: number, resolve: ResolveMarking): Marked {
  const above: string[] = [];
  const markings: string[] = [];
  let unread: string | null = null;
  for (const { place, body } of bodiesOf(object)) {
    if (place !== "" && isAbove(levelOfMarkings(body, resolve).level, ceiling)) {
      above.push(place);
      continue;
    }
    for (const [i, marking] of childrenOf(body["granular_markings"] ?? null)) {
      const alone: JsonObject = { granular_markings: [marking] };
      if (!hasGranularMarkings(alone) || !isAbove(granularLevel(alone, resolve).level, ceiling)) continue;
      const at = `${place}/granular_markings/${i}`;
      markings.push(at);
      const selectors = isObject(marking) ? marking["selectors"] : undefined;
      if (!Array.isArray(selectors)) unread ??= at;
      for (const [j, selector] of childrenOf(selectors ?? null)) {
        const steps = typeof selector === "string" ? parseSelector(selector) : null;
        if (steps === null || typeof selector !== "string" || select(body, selector) === undefined)
          unread ??= `${at}/selectors/${j}`;
        else above.push(place + formatPointer(steps));
      }
    }
  }
  return { above, markings, unread };
}

/** Granular markings all of whose selectors lead to what was taken. */
export function emptyMarkings(object: JsonObject, taken: ReadonlySet<string>): readonly string[] {
  return bodiesOf(object).flatMap(({ place, body }) =>
    childrenOf(body["granular_markings"] ?? null)
      .filter(([, marking]) => {
        const selectors = isObject(marking) ? marking["selectors"] : undefined;
        return (
          Array.isArray(selectors) &&
          selectors.every((selector: Json) => {
            const steps = typeof selector === "string" ? parseSelector(selector) : null;
            return steps !== null && isCovered(taken, place + formatPointer(steps));
          })
        );
      })
      .map(([i]) => `${place}/granular_markings/${i}`),
  );
}

/** The object with its selectors, which lead into the contributed object, leading to the same things by where they now are. */
export function rewriteSelectors(object: JsonObject, moved: ReadonlyMap<string, string>): JsonObject {
  const rewritten = rewriteBody(object, "", moved);
  const { objects } = rewritten;
  if (rewritten["type"] !== "observed-data" || !isObject(objects)) return rewritten;
  const bodies = Object.entries(objects).map(([key, body]): [string, Json] => [
    key,
    isObject(body) ? rewriteBody(body, formatPointer(["objects", key]), moved) : body,
  ]);
  return { ...rewritten, objects: Object.fromEntries(bodies) };
}

function rewriteBody(body: JsonObject, place: string, moved: ReadonlyMap<string, string>): JsonObject {
  const { granular_markings: markings, ...rest } = body;
  if (!Array.isArray(markings)) return body;
  const kept = markings.flatMap((marking: Json): readonly Json[] => {
    if (!isObject(marking) || !Array.isArray(marking["selectors"])) return [marking];
    const selectors = marking["selectors"].flatMap((selector: Json) => {
      const now = typeof selector === "string" ? rewriteSelector(selector, place, moved) : null;
      return now === null ? [] : [now];
    });
    return selectors.length === 0 ? [] : [{ ...marking, selectors }];
  });
  return kept.length === 0 ? rest : { ...body, granular_markings: kept };
}

// A place has as many steps as before: members keep their depth, items their list.
function rewriteSelector(selector: string, place: string, moved: ReadonlyMap<string, string>): string | null {
  const steps = parseSelector(selector);
  const now = steps === null ? undefined : moved.get(place + formatPointer(steps));
  if (steps === null || now === undefined) return null;
  return parsePointer(now.slice(place.length))
    .map((step, i) => (typeof steps[i] === "number" ? `[${step}]` : step))
    .join(".");
}

/** The object, and the observables in a deprecated container (STIX 2.1 §2.13), which may carry markings of their own. */
export function bodiesOf(object: JsonObject): readonly { readonly place: string; readonly body: JsonObject }[] {
  const bodies = [{ place: "", body: object }];
  if (object["type"] !== "observed-data") return bodies;
  for (const [key, body] of childrenOf(object["objects"] ?? null))
    if (isObject(body)) bodies.push({ place: formatPointer(["objects", key]), body });
  return bodies;
}

function isAbove(level: Parameters<typeof levelRank>[0] | null, ceiling: number): boolean {
  return level !== null && levelRank(level) > ceiling;
}
