import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  pathIn,
  proveConsistency,
  proveInclusion,
  readRoot,
  verifyConsistency,
  verifyInclusion,
} from "../../src/audit/proof.ts";
import { type Hash, leafHash, rootOf } from "../../src/audit/tree.ts";
import { formatBase64 } from "../../src/encoding/base64.ts";
import { Refusal } from "../../src/refusal.ts";
import trees from "../vectors/audit/tree.json" with { type: "json" };
import { MemoryLog, numberedEntries } from "./memory-log.ts";

const smallSizes = 99;
const leaves = numberedEntries(70_001).map(leafHash);
const small = new MemoryLog().append(numberedEntries(smallSizes));
const roots = Array.from({ length: smallSizes + 1 }, (_, size) => rootOf(leaves.slice(0, size)));
const root = (size: number): Hash => roots[size] ?? rootOf(leaves.slice(0, size));
const leaf = (index: number): Hash => leaves[index] ?? new Uint8Array(0);
const spell = (proof: readonly Hash[]): string[] => proof.map(formatBase64);

// RFC 9162 §2.1.3.1 and §2.1.4.1 as they are written.
function pathByDefinition(m: number, part: readonly Hash[]): Hash[] {
  if (part.length === 1) return [];
  const k = powerBelow(part.length);
  return m < k
    ? [...pathByDefinition(m, part.slice(0, k)), rootOf(part.slice(k))]
    : [...pathByDefinition(m - k, part.slice(k)), rootOf(part.slice(0, k))];
}

function proofByDefinition(m: number, part: readonly Hash[], isWhole = true): Hash[] {
  if (m === part.length) return isWhole ? [] : [rootOf(part)];
  const k = powerBelow(part.length);
  return m <= k
    ? [...proofByDefinition(m, part.slice(0, k), isWhole), rootOf(part.slice(k))]
    : [...proofByDefinition(m - k, part.slice(k), false), rootOf(part.slice(0, k))];
}

function powerBelow(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

describe("inclusion (RFC 9162 §2.1.3)", () => {
  it("is proved and verified for every entry of every tree from 1 to 99, by the path that the definition gives", async () => {
    for (let size = 1; size <= smallSizes; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await proveInclusion(index, size, small.readTiles);
        expect(proof).toEqual(pathByDefinition(index, leaves.slice(0, size)));
        expect(pathIn(leaves.slice(0, size), index)).toEqual(proof);
        expect(verifyInclusion(index, size, leaf(index), proof, root(size))).toBe(true);
      }
    }
  });

  it("is not verified for another index or size, in all trees up to 33", async () => {
    for (let size = 1; size <= 33; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await proveInclusion(index, size, small.readTiles);
        for (let other = 0; other <= 34; other++) {
          if (other !== index) expect(verifyInclusion(other, size, leaf(index), proof, root(size))).toBe(false);
          if (other !== index) expect(verifyInclusion(index, size, leaf(other), proof, root(size))).toBe(false);
          // The way to a leaf says little of a tree's size, but the root does.
          if (other !== size) expect(verifyInclusion(index, size, leaf(index), proof, root(other))).toBe(false);
        }
      }
    }
  });

  it("is not verified with a hash too few, too many, too short or too long", async () => {
    for (let size = 1; size <= 20; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await proveInclusion(index, size, small.readTiles);
        const wrong = [
          ...proof.map((_, i) => proof.toSpliced(i, 1)),
          ...proof.map((hash, i) => proof.toSpliced(i, 0, hash)),
          ...proof.map((hash, i) => proof.toSpliced(i, 1, hash.subarray(1))),
          ...proof.map((hash, i) => proof.toSpliced(i, 1, Uint8Array.of(...hash, 0))),
          [...proof, root(size)],
          [root(size), ...proof],
          [...proof, new Uint8Array(0)],
        ];
        for (const other of wrong) expect(verifyInclusion(index, size, leaf(index), other, root(size))).toBe(false);
        expect(verifyInclusion(index, size, leaf(index).subarray(1), proof, root(size))).toBe(false);
        expect(verifyInclusion(index, size, leaf(index), proof, root(size).subarray(1))).toBe(false);
      }
    }
  });

  it.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [-1, 1],
    [0.5, 1],
    [0, 1.5],
    [Number.NaN, 1],
    [0, Number.POSITIVE_INFINITY],
    [2 ** 53, 2 ** 53 + 2],
  ])("is neither proved nor verified for entry %d of %d", async (index, size) => {
    expect(verifyInclusion(index, size, leaf(0), [], leaf(0))).toBe(false);
    await expect(proveInclusion(index, size, small.readTiles)).rejects.toMatchObject({ rule: "proof-range" });
  });
});

describe("consistency (RFC 9162 §2.1.4)", () => {
  it("is proved and verified between all trees from 1 to 99, by the proof that the definition gives", async () => {
    for (let size2 = 1; size2 <= smallSizes; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = await proveConsistency(size1, size2, small.readTiles);
        expect(proof).toEqual(proofByDefinition(size1, leaves.slice(0, size2)));
        expect(verifyConsistency(size1, size2, root(size1), root(size2), proof)).toBe(true);
      }
    }
  });

  it("is not verified for other sizes or roots, in all trees up to 33", async () => {
    for (let size2 = 1; size2 <= 33; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = await proveConsistency(size1, size2, small.readTiles);
        for (let other = 0; other <= 34; other++) {
          if (other !== size1) expect(verifyConsistency(size1, size2, root(other), root(size2), proof)).toBe(false);
          if (other !== size2) expect(verifyConsistency(size1, size2, root(size1), root(other), proof)).toBe(false);
        }
        expect(verifyConsistency(size2, size1, root(size2), root(size1), proof)).toBe(size1 === size2);
      }
    }
  });

  it("is not verified with a hash too few, too many, too short or too long", async () => {
    for (let size2 = 1; size2 <= 20; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = await proveConsistency(size1, size2, small.readTiles);
        const wrong = [
          ...proof.map((_, i) => proof.toSpliced(i, 1)),
          ...proof.map((hash, i) => proof.toSpliced(i, 0, hash)),
          ...proof.map((hash, i) => proof.toSpliced(i, 1, hash.subarray(1))),
          [...proof, root(size2)],
          [root(size1), ...proof],
        ];
        for (const other of wrong) {
          expect(verifyConsistency(size1, size2, root(size1), root(size2), other)).toBe(false);
        }
        expect(verifyConsistency(size1, size2, root(size1).subarray(1), root(size2), proof)).toBe(false);
        expect(verifyConsistency(size1, size2, root(size1), root(size2).subarray(1), proof)).toBe(false);
      }
    }
  });

  it("from size 0 is an error, whatever the proof", async () => {
    for (const size of [0, 1, 2, 8]) {
      expect(verifyConsistency(0, size, root(0), root(size), [])).toBe(false);
      expect(verifyConsistency(0, size, root(0), root(size), [root(size)])).toBe(false);
      await expect(proveConsistency(0, size, small.readTiles)).rejects.toMatchObject({ rule: "proof-range" });
    }
  });

  it.each([
    [2, 1],
    [-1, 1],
    [1, 1.5],
    [Number.NaN, 1],
    [1, 2 ** 53],
  ])("is neither proved nor verified from size %d to %d", async (size1, size2) => {
    expect(verifyConsistency(size1, size2, root(1), root(1), [])).toBe(false);
    await expect(proveConsistency(size1, size2, small.readTiles)).rejects.toMatchObject({ rule: "proof-range" });
  });
});

describe("a flipped bit", () => {
  const flip = (hash: Hash, bit: number): Hash => {
    const other = hash.slice();
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return other;
  };

  it("breaks every proof of every tree up to 17, wherever it is", async () => {
    for (let size = 1; size <= 17; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await proveInclusion(index, size, small.readTiles);
        for (let bit = 0; bit < 256; bit += 1) {
          expect(verifyInclusion(index, size, flip(leaf(index), bit), proof, root(size))).toBe(false);
          expect(verifyInclusion(index, size, leaf(index), proof, flip(root(size), bit))).toBe(false);
          const at = bit % Math.max(1, proof.length);
          const hash = proof[at];
          if (hash === undefined) continue;
          expect(verifyInclusion(index, size, leaf(index), proof.with(at, flip(hash, bit)), root(size))).toBe(false);
        }
      }
    }
  });

  it("breaks proofs of inclusion and consistency in trees of any size", async () => {
    const log = new MemoryLog().append(numberedEntries(3000));
    const cases = fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.nat(), fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(cases, async ([size, place, which, bit]) => {
        const index = place % size;
        const inclusion = await proveInclusion(index, size, log.readTiles);
        const whole = root(size);
        expect(verifyInclusion(index, size, leaf(index), inclusion, whole)).toBe(true);
        if (inclusion.length > 0) {
          const at = which % inclusion.length;
          const broken = inclusion.with(at, flip(inclusion[at] ?? whole, bit));
          expect(verifyInclusion(index, size, leaf(index), broken, whole)).toBe(false);
        }
        const size1 = index + 1;
        const consistency = await proveConsistency(size1, size, log.readTiles);
        expect(verifyConsistency(size1, size, root(size1), whole, consistency)).toBe(true);
        expect(verifyConsistency(size1, size, flip(root(size1), bit), whole, consistency)).toBe(false);
        expect(verifyConsistency(size1, size, root(size1), flip(whole, bit), consistency)).toBe(false);
        if (consistency.length > 0) {
          const at = which % consistency.length;
          const broken = consistency.with(at, flip(consistency[at] ?? whole, bit));
          expect(verifyConsistency(size1, size, root(size1), whole, broken)).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("tiles", () => {
  const log = new MemoryLog();
  beforeAll(() => void log.append(numberedEntries(70_001)));

  it.each(trees.inclusion)("give x/mod's proof of entry $index of $size", async ({ index, size, proof }) => {
    expect(spell(await proveInclusion(index, size, log.readTiles))).toEqual(proof);
    expect(
      verifyInclusion(index, size, leaf(index), await proveInclusion(index, size, log.readTiles), root(size)),
    ).toBe(true);
  });

  it.each(trees.consistency)("give x/mod's proof from $size1 to $size2", async ({ size1, size2, proof }) => {
    expect(spell(await proveConsistency(size1, size2, log.readTiles))).toEqual(proof);
  });

  it.each(trees.roots)("give the root of $size entries", async ({ size, root: expected }) => {
    expect(formatBase64(await readRoot(size, log.readTiles))).toBe(expected);
  });

  it("are asked for in one round, few, and only such as the tree of that size has", async () => {
    for (const [index, size] of [
      [0, 70_001],
      [12_345, 70_001],
      [65_535, 65_537],
      [69_999, 70_000],
    ] as const) {
      log.asked.length = 0;
      await proveInclusion(index, size, log.readTiles);
      expect(log.asked.length).toBeLessThanOrEqual(5);
      for (const tile of log.asked) {
        const hashes = Math.floor(size / 256 ** Number(tile.level));
        expect(tile.index * 256 + tile.width).toBe(Math.min(hashes, (tile.index + 1) * 256));
      }
    }
  });

  it("of a log of a billion entries are at most 7 for any proof", async () => {
    const size = 1_000_000_007;
    const tile = new Uint8Array(256 * 32).fill(1);
    for (const index of [0, 1, 500_000_000, 999_999_999, 1_000_000_006]) {
      let reads = 0;
      let rounds = 0;
      const proof = await proveInclusion(index, size, async (tiles) => {
        reads += tiles.length;
        rounds++;
        return tiles.map(({ width }) => tile.subarray(0, width * 32));
      });
      expect(rounds).toBe(1);
      expect(reads).toBeLessThanOrEqual(7);
      expect(proof.length).toBeLessThanOrEqual(30);
    }
  });

  it("of a wrong length are refused", async () => {
    for (const content of [[], [new Uint8Array(31)], [new Uint8Array(3 * 32)]]) {
      await expect(proveInclusion(0, 2, async () => content)).rejects.toBeInstanceOf(Refusal);
      await expect(proveInclusion(0, 2, async () => content)).rejects.toMatchObject({ rule: "tile-length" });
    }
  });
});
