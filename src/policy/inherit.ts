// Inheritance of markings within a contribution (policy.md step 3): an unmarked object takes the strictest level of what it is
// joined to over any number of unmarked objects. References join in both directions. Near-linear, and no recursion.

import { type Level, levelRank, levels } from "../stix/marking.ts";
import { isCompanion } from "./companion.ts";
import type { ContributedObject } from "./facts.ts";

export interface Inherited {
  readonly level: Level | null;
  readonly unattributed: boolean;
}

/**
 * What each object takes from its neighbours, in the order given; a marked object takes nothing. Marked objects bound the
 * walk: their level counts, what lies behind them does not. Companions (marking- and extension-definitions) join nothing: two
 * reports under one statement are not one report.
 */
export function inherit(objects: readonly ContributedObject[]): readonly Inherited[] {
  const byId = new Map<string, Versions>();
  for (const [position, { object, level }] of objects.entries()) {
    if (isCompanion(object.type)) continue;
    let versions = byId.get(object.id);
    if (versions === undefined)
      byId.set(object.id, (versions = { unmarked: [], marked: noBound(), referring: noBound() }));
    if (level === null) versions.unmarked.push(position);
    else raise(versions.marked, objects[position]);
  }
  const components = joinUnmarked(objects, byId);
  const bounds = boundComponents(objects, byId, components);
  return objects.map((_, position) => {
    // Marked objects and companions are in no component, and nothing bounds them.
    const bound = bounds.get(find(components, position));
    return { level: levels[bound?.rank ?? -1] ?? null, unattributed: bound?.unattributed ?? false };
  });
}

/** What bounds a set of objects: rank of the strictest level (-1: none), and whether the provider may be named. */
interface Bound {
  rank: number;
  unattributed: boolean;
}

/** The versions of one id in a contribution. A reference names an id, so it joins all of them. */
interface Versions {
  readonly unmarked: number[];
  /** Of its marked versions. */
  readonly marked: Bound;
  /** Of the marked objects that refer to it. */
  readonly referring: Bound;
}

function noBound(): Bound {
  return { rank: -1, unattributed: false };
}

function raise(bound: Bound, by: Pick<ContributedObject, "level" | "unattributed"> | undefined): void {
  if (by === undefined) return;
  if (by.level !== null) bound.rank = Math.max(bound.rank, levelRank(by.level));
  bound.unattributed ||= by.unattributed;
}

function raiseTo(bound: Bound, other: Bound): void {
  bound.rank = Math.max(bound.rank, other.rank);
  bound.unattributed ||= other.unattributed;
}

// One pass over all references. The unmarked versions of an id are joined to each other once, by the first unmarked object
// that refers to it, and then stand for one: otherwise versions times references would be joined.
function joinUnmarked(objects: readonly ContributedObject[], byId: ReadonlyMap<string, Versions>): Int32Array {
  const parents = Int32Array.from(objects, (_, position) => position);
  const joined = new Set<Versions>();
  for (const [position, { object, level, references }] of objects.entries()) {
    if (level !== null || isCompanion(object.type)) continue;
    for (const id of references) {
      const versions = byId.get(id);
      const first = versions?.unmarked[0];
      if (versions === undefined || first === undefined) continue;
      if (!joined.has(versions)) {
        joined.add(versions);
        for (const other of versions.unmarked) union(parents, first, other);
      }
      union(parents, first, position);
    }
  }
  return parents;
}

function boundComponents(
  objects: readonly ContributedObject[],
  byId: ReadonlyMap<string, Versions>,
  components: Int32Array,
): ReadonlyMap<number, Bound> {
  const bounds = new Map<number, Bound>();
  const boundOf = (position: number): Bound => {
    const root = find(components, position);
    let bound = bounds.get(root);
    if (bound === undefined) bounds.set(root, (bound = noBound()));
    return bound;
  };
  for (const [position, contributed] of objects.entries()) {
    if (isCompanion(contributed.object.type)) continue;
    const isUnmarked = contributed.level === null;
    // An unmarked object's own wish not to be named holds for what is joined to it, too.
    if (isUnmarked) raise(boundOf(position), contributed);
    for (const id of contributed.references) {
      const versions = byId.get(id);
      if (versions === undefined) continue;
      if (isUnmarked) raiseTo(boundOf(position), versions.marked);
      else raise(versions.referring, contributed);
    }
  }
  for (const versions of byId.values()) {
    for (const position of versions.unmarked) raiseTo(boundOf(position), versions.referring);
  }
  return bounds;
}

function find(parents: Int32Array, position: number): number {
  let at = position;
  for (;;) {
    const parent = parents[at] ?? at;
    if (parent === at) return at;
    // Path halving keeps the trees flat.
    const grandparent = parents[parent] ?? parent;
    parents[at] = grandparent;
    at = grandparent;
  }
}

function union(parents: Int32Array, a: number, b: number): void {
  const rootA = find(parents, a);
  const rootB = find(parents, b);
  // By position instead of by size: with path halving this stays near-linear, and the result does not depend on it.
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}
