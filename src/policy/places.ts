// Places in an object, as JSON pointers (RFC 6901), and the object without some of them. Every step of a rendition says what
// it takes away as places of the contributed object; cutting is done here, once, so that positions are counted in one way.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer, parsePointer } from "../encoding/pointer.ts";

/** What a rendition changes, in places of the contributed object. */
export interface Change {
  /** What goes, with all below it. */
  readonly taken: Set<string>;
  /** What stands there instead. */
  readonly written: Map<string, Json>;
  /** Members that have another name. */
  readonly renamed: Map<string, string>;
}

export interface Pruned {
  readonly object: JsonObject;
  /** What went: all that was taken, and containers that were left empty. */
  readonly gone: ReadonlySet<string>;
  /** Where a place of the contributed object now is; none for what went. */
  readonly moved: ReadonlyMap<string, string>;
}

export function noChange(): Change {
  return { taken: new Set(), written: new Map(), renamed: new Map() };
}

/** Whether a place or one that holds it is among these. */
export function isCovered(places: ReadonlySet<string>, place: string): boolean {
  if (places.size === 0) return false;
  for (let at = place; at !== ""; at = parentOf(at)) if (places.has(at)) return true;
  return false;
}

/** The places that are in no other of these, in order. */
export function outermost(places: ReadonlySet<string>): readonly string[] {
  return [...places].filter((place) => !isCovered(places, parentOf(place))).sort();
}

export function parentOf(place: string): string {
  return place.slice(0, place.lastIndexOf("/"));
}

/** The name of the property of the object that a place is, or is in. */
export function propertyOf(place: string): string {
  return parsePointer(place)[0] ?? "";
}

/** The places that a pointer means in a value; a step `*` is any member or position. */
export function placesOf(root: Json, pointer: string): readonly string[] {
  let found: { readonly value: Json; readonly place: string }[] = [{ value: root, place: "" }];
  for (const step of parsePointer(pointer)) {
    const next: typeof found = [];
    for (const { value, place } of found) {
      for (const [name, part] of childrenOf(value))
        if (step === "*" || step === name) next.push({ value: part, place: place + formatPointer([name]) });
    }
    found = next;
  }
  return found.map(({ place }) => place);
}

/** Members or items of a value, by name or decimal position. */
export function childrenOf(value: Json): readonly (readonly [string, Json])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/**
 * The object with the change made. Items that follow one that went move up; a list or object of which nothing is left goes,
 * too (STIX 2.1 §2.3, §2.12: neither is ever empty). Depth is bounded by what `check` takes in.
 */
export function prune(object: JsonObject, { taken, written, renamed }: Change): Pruned {
  const gone = new Set(taken);
  const moved = new Map([["", ""]]);
  const keep = (value: Json, from: string, to: string): Json | undefined => {
    if (taken.has(from)) return undefined;
    const kept = written.get(from) ?? keepParts(value, from, to);
    if (kept === undefined) gone.add(from);
    else moved.set(from, to);
    return kept;
  };
  const keepParts = (value: Json, from: string, to: string): Json | undefined => {
    if (typeof value !== "object" || value === null) return value;
    if (!isObject(value)) {
      const items: Json[] = [];
      value.forEach((item, i) => {
        const kept = keep(item, `${from}/${i}`, `${to}/${items.length}`);
        if (kept !== undefined) items.push(kept);
      });
      return items.length === 0 ? undefined : items;
    }
    const members: [string, Json][] = [];
    for (const [name, part] of Object.entries(value)) {
      const at = from + formatPointer([name]);
      const now = renamed.get(at) ?? name;
      const kept = keep(part, at, to + formatPointer([now]));
      if (kept !== undefined) members.push([now, kept]);
    }
    // Own members whatever their names: fromEntries defines them and asks no prototype.
    return members.length === 0 ? undefined : Object.fromEntries(members);
  };
  const kept = keepParts(object, "", "");
  return { object: isObject(kept) ? kept : {}, gone, moved };
}
