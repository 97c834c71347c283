// A language-content mirrors the object that it speaks of, in other languages (STIX 2.1 §7.1): what was taken from the object
// is taken from each translation, at the same place (policy.md step 6).

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer, parsePointer } from "../encoding/pointer.ts";
import type { StixObject } from "../stix/object.ts";
import { childrenOf } from "./places.ts";

/** The object that a language-content speaks of, and what the reader has of it. */
export interface Target {
  /** As it was contributed. */
  readonly contributed: StixObject;
  /** `removed` of its rendition for this reader, in places of the contributed object; none where it goes whole. */
  readonly removed: readonly string[];
  /** Whether that rendition is reduced. */
  readonly reduced: boolean;
  /** `modified` of that rendition. */
  readonly modified: string | null;
}

/**
 * The places of a language-content that mirror what was taken. Where a translation is built otherwise than the object, a
 * list of another length above all, nobody can tell which of its parts mirrors what, and it goes from there on.
 */
export function mirroredPlaces(content: JsonObject, target: Target): readonly string[] {
  const { contents = null } = content;
  return childrenOf(contents).flatMap(([language, body]) => {
    if (!isObject(body)) return [];
    const root = formatPointer(["contents", language]);
    return target.removed.flatMap((removed) => {
      const place = mirrorOf(body, target.contributed, parsePointer(removed));
      return place === null ? [] : [root + place];
    });
  });
}

function mirrorOf(body: Json, contributed: Json, steps: readonly string[]): string | null {
  let mirror = body;
  let original = contributed;
  let place = "";
  for (const step of steps) {
    if (!isBuiltAlike(mirror, original)) return place;
    const next = new Map(childrenOf(mirror)).get(step);
    if (next === undefined) return null;
    mirror = next;
    original = new Map(childrenOf(original)).get(step) ?? null;
    place += formatPointer([step]);
  }
  return place;
}

function isBuiltAlike(mirror: Json, original: Json): boolean {
  if (Array.isArray(mirror) && Array.isArray(original)) return mirror.length === original.length;
  return isObject(mirror) && isObject(original);
}
