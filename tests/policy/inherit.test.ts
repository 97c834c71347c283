import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Level, levelRank, levels } from "../../src/stix/marking.ts";
import type { ContributedObject } from "../../src/policy/facts.ts";
import { inherit } from "../../src/policy/inherit.ts";

interface Node {
  readonly id: string;
  readonly level?: Level;
  readonly unattributed?: boolean;
  readonly to?: readonly string[];
}

function contributed({ id, level, unattributed = false, to = [] }: Node): ContributedObject {
  const type = id.replace(/\d+$/, "");
  return { object: { type, id }, level: level ?? null, unattributed, references: to, latestLevel: null };
}

const levelsOf = (nodes: readonly Node[]) => inherit(nodes.map(contributed)).map(({ level }) => level);

describe("inheritance of markings", () => {
  it("makes an observable in a red report red", () => {
    expect(levelsOf([{ id: "report1", level: "red", to: ["url1"] }, { id: "url1" }])).toEqual([null, "red"]);
  });

  it("reads references in both directions", () => {
    expect(
      levelsOf([
        { id: "note1", to: ["report1"] },
        { id: "report1", level: "red" },
      ]),
    ).toEqual(["red", null]);
  });

  it("goes over any number of unmarked objects, to the strictest", () => {
    const nodes: readonly Node[] = [
      { id: "report1", level: "amber", to: ["a1"] },
      { id: "a1", to: ["a2"] },
      { id: "a2" },
      { id: "a3", to: ["a2", "b1"] },
      { id: "b1", level: "amber+strict" },
      { id: "c1" },
    ];
    expect(levelsOf(nodes)).toEqual([null, "amber+strict", "amber+strict", "amber+strict", null, null]);
  });

  it("ends at a marked object: its level counts, what lies behind it does not", () => {
    const nodes: readonly Node[] = [
      { id: "a1", to: ["b1"] },
      { id: "b1", level: "green", to: ["c1"] },
      { id: "c1", to: ["d1"] },
      { id: "d1", level: "red" },
    ];
    expect(levelsOf(nodes)).toEqual(["green", null, "red", null]);
  });

  it("keeps two objects apart that only a marked one refers to", () => {
    const nodes: readonly Node[] = [
      { id: "report1", level: "green", to: ["a1", "a2"] },
      { id: "a1" },
      { id: "a2" },
      { id: "report2", level: "red", to: ["a2"] },
    ];
    expect(levelsOf(nodes)).toEqual([null, "green", "red", null]);
  });

  it("joins nothing by what is not in the contribution", () => {
    expect(
      levelsOf([
        { id: "a1", to: ["x1"] },
        { id: "report1", level: "red", to: ["x1"] },
      ]),
    ).toEqual([null, null]);
  });

  it("joins nothing by a marking- or extension-definition, which explains and is no part", () => {
    for (const id of ["marking-definition1", "extension-definition1"]) {
      const nodes: readonly Node[] = [{ id: "a1", to: [id] }, { id }, { id: "report1", level: "red", to: [id] }];
      expect(levelsOf(nodes)).toEqual([null, null, null]);
    }
  });

  it("reads a reference as one to every version of the id", () => {
    const nodes: readonly Node[] = [
      { id: "a1" },
      { id: "a1", level: "red" },
      { id: "a1" },
      { id: "note1", to: ["a1"] },
    ];
    expect(levelsOf(nodes)).toEqual(["red", null, "red", "red"]);
    expect(levelsOf([{ id: "a1" }, { id: "a1", level: "red" }])).toEqual([null, null]);
  });

  it("hands on, too, that the provider may not be named", () => {
    const nodes: readonly Node[] = [
      { id: "report1", level: "green", unattributed: true, to: ["a1"] },
      { id: "a1", to: ["a2"] },
      { id: "a2" },
      { id: "b1" },
    ];
    expect(inherit(nodes.map(contributed)).map(({ unattributed }) => unattributed)).toEqual([false, true, true, false]);
  });

  it("agrees with a walk from each object, and does not depend on the order of the objects", () => {
    const id = fc.integer({ min: 0, max: 7 }).map((n) => (n === 7 ? "marking-definition1" : `a${n}`));
    const node = fc.record(
      { id, level: fc.constantFrom(...levels), unattributed: fc.boolean(), to: fc.array(id, { maxLength: 3 }) },
      { requiredKeys: ["id", "to"] },
    );
    fc.assert(
      fc.property(fc.array(node, { maxLength: 12 }), (nodes) => {
        const found = inherit(nodes.map(contributed));
        expect(found).toEqual(nodes.map((_, position) => walk(nodes, position)));
        const reversed = inherit(nodes.toReversed().map(contributed)).toReversed();
        expect(reversed).toEqual(found);
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes near-linear time: 10,000 objects in a chain, a star, and as versions of one id", () => {
    const count = 10_000;
    const shapes: Readonly<Record<string, readonly Node[]>> = {
      chain: Array.from({ length: count }, (_, i) => ({
        id: `a${i}`,
        to: [`a${i + 1}`],
        ...(i === 0 ? { level: "red" as const } : {}),
      })),
      star: Array.from({ length: count }, (_, i) => ({
        id: `a${i}`,
        to: ["a0"],
        ...(i === 1 ? { level: "red" as const } : {}),
      })),
      versions: Array.from({ length: count }, (_, i) => ({
        id: "a0",
        to: ["a0"],
        ...(i === 1 ? { level: "red" as const } : {}),
      })),
    };
    for (const nodes of Object.values(shapes)) {
      const objects = nodes.map(contributed);
      const began = performance.now();
      const found = inherit(objects);
      expect(performance.now() - began).toBeLessThan(500);
      expect(found.filter(({ level }) => level === "red")).toHaveLength(count - 1);
    }
  });
});

/** The sentence of policy.md, word for word: from an unmarked object over unmarked ones, whatever marked one is met counts. */
function walk(nodes: readonly Node[], start: number): { readonly level: Level | null; readonly unattributed: boolean } {
  const isPart = ({ id }: Node) => !id.startsWith("marking-definition");
  const first = nodes[start];
  let [rank, unattributed] = [-1, false];
  if (first === undefined || first.level !== undefined || !isPart(first)) return { level: null, unattributed };
  const met = new Set([start]);
  for (const position of met) {
    const here = nodes[position];
    if (here === undefined) continue;
    unattributed ||= here.unattributed === true;
    if (here.level !== undefined) {
      rank = Math.max(rank, levelRank(here.level));
      continue;
    }
    for (const [other, node] of nodes.entries()) {
      const joined = (here.to ?? []).includes(node.id) || (node.to ?? []).includes(here.id);
      if (joined && isPart(node)) met.add(other);
    }
  }
  return { level: levels[rank] ?? null, unattributed };
}
