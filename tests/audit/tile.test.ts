import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bundlesFor,
  formatEntryBundle,
  hashEntryBundle,
  parseEntryBundle,
  parseTilePath,
  partialTile,
  type Tile,
  tilePath,
  tilesFor,
} from "../../src/audit/tile.ts";
import { leafHash } from "../../src/audit/tree.ts";
import { parseHex, utf8 } from "../../src/encoding/bytes.ts";
import { refusalOf } from "../encoding/refusal-of.ts";
import vectors from "../vectors/audit/tile-paths.json" with { type: "json" };

describe("tile paths (C2SP tlog-tiles)", () => {
  it.each(vectors.valid)("are $path and back", ({ path, level, index, width }) => {
    const tile: Tile = { level: level === "entries" ? level : Number(level), index, width };
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each(vectors.refused)("are refused with $why: $path", ({ path }) => {
    expect(refusalOf(() => parseTilePath(path))).toMatchObject({ code: "malformed", rule: "tile-path" });
  });

  it("name every tile once", () => {
    const levels = fc.oneof(fc.constant<"entries">("entries"), fc.nat(63));
    fc.assert(
      fc.property(levels, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width });
      }),
    );
  });

  it("are written for tiles only", () => {
    for (const tile of [
      { level: 64, index: 0, width: 1 },
      { level: -1, index: 0, width: 1 },
      { level: 0.5, index: 0, width: 1 },
      { level: -0, index: 0, width: 1 },
      { level: 0, index: -1, width: 1 },
      { level: 0, index: 2 ** 53, width: 1 },
      { level: 0, index: 0, width: 0 },
      { level: 0, index: 0, width: 257 },
    ]) {
      expect(() => tilePath(tile)).toThrow(TypeError);
    }
  });
});

describe("tiles of a growing tree", () => {
  // By the formula of the specification: a tree of s entries has floor(s / 256^l) hashes at level l.
  const widthsIn = (size: number): Map<string, number> => {
    const widths = new Map<string, number>();
    for (let level = 0; size >= 256 ** level; level++) {
      const hashes = Math.floor(size / 256 ** level);
      for (let index = 0; index * 256 < hashes; index++) {
        widths.set(`${level}/${index}`, Math.min(256, hashes - index * 256));
      }
    }
    return widths;
  };

  it("are those whose width is another than before, at their width after", () => {
    const sizes = fc.oneof(fc.nat(1000), fc.nat(200_000), fc.constantFrom(0, 255, 256, 257, 65_535, 65_536, 65_537));
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const before = widthsIn(from);
        const expected = [...widthsIn(to)].filter(([name, width]) => before.get(name) !== width);
        expect(tilesFor(from, to).map((tile) => [`${tile.level}/${tile.index}`, tile.width])).toEqual(expected);
      }),
    );
  });

  it("of 70,000 entries are those of the specification's example", () => {
    const tiles = tilesFor(0, 70_000);
    const at = (level: number, full: boolean): Tile[] =>
      tiles.filter((tile) => tile.level === level && (tile.width === 256) === full);
    expect(at(0, true)).toHaveLength(273);
    expect(at(0, false)).toEqual([{ level: 0, index: 273, width: 112 }]);
    expect(at(1, true)).toHaveLength(1);
    expect(at(1, false)).toEqual([{ level: 1, index: 1, width: 17 }]);
    expect(at(2, false)).toEqual([{ level: 2, index: 0, width: 1 }]);
    expect(tiles).toHaveLength(277);
    expect(partialTile(0, 256)).toBeUndefined();
    expect(partialTile(1, 256)).toEqual({ level: 1, index: 0, width: 1 });
  });

  it("add up: growing in two steps touches what growing in one does, and ends with the same widths", () => {
    const sizes = fc.tuple(fc.nat(3000), fc.nat(3000), fc.nat(200_000));
    fc.assert(
      fc.property(sizes, ([a, b, c]) => {
        const last = new Map<string, number>();
        for (const tile of [...tilesFor(a, a + b), ...tilesFor(a + b, a + b + c)]) {
          last.set(`${tile.level}/${tile.index}`, tile.width);
        }
        const direct = new Map(tilesFor(a, a + b + c).map((tile) => [`${tile.level}/${tile.index}`, tile.width]));
        expect(last).toEqual(direct);
      }),
    );
  });

  it("have bundles of entries like level 0", () => {
    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [255, 257],
      [256, 512],
      [100, 1000],
    ] as const) {
      const levelZero = tilesFor(from, to).filter(({ level }) => level === 0);
      expect(bundlesFor(from, to)).toEqual(levelZero.map((tile) => ({ ...tile, level: "entries" })));
    }
  });

  it("do not exist for a tree that shrinks or has no size", () => {
    expect(() => tilesFor(2, 1)).toThrow(TypeError);
    expect(() => bundlesFor(-1, 1)).toThrow(TypeError);
    expect(() => tilesFor(0, 2 ** 53)).toThrow(TypeError);
  });

  it("of the largest tree are still named exactly", () => {
    // 2^53−1 = 256^6 · 31 + 256^6 − 1, so that only level 0 changes with the last entry.
    const size = Number.MAX_SAFE_INTEGER;
    expect(tilesFor(size - 1, size)).toEqual([{ level: 0, index: 2 ** 45 - 1, width: 255 }]);
    expect(partialTile(6, size)).toEqual({ level: 6, index: 0, width: 31 });
  });
});

describe("bundles of entries", () => {
  it("have a length of 16 bits, big-endian, before each entry", () => {
    expect(formatEntryBundle([utf8("a"), new Uint8Array(0), utf8("bc")])).toEqual(parseHex("000161000000026263"));
    const long = new Uint8Array(0x0102);
    expect(formatEntryBundle([long]).subarray(0, 2)).toEqual(Uint8Array.of(1, 2));
  });

  it("give back their entries and the hashes of these", () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(entries, (list) => {
        const plain = list.map((entry) => Uint8Array.from(entry));
        const bundle = formatEntryBundle(plain);
        const before = bundle.slice();
        expect(parseEntryBundle(bundle)).toEqual(plain);
        expect(hashEntryBundle(bundle).leaves).toEqual(plain.map(leafHash));
        expect(hashEntryBundle(bundle).entries).toEqual(plain);
        expect(bundle).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });

  it("hold the longest entry that 16 bits can say, and no longer one", () => {
    const entry = new Uint8Array(0xffff).fill(7);
    expect(parseEntryBundle(formatEntryBundle([entry]))).toEqual([entry]);
    expect(() => formatEntryBundle([new Uint8Array(0x10000)])).toThrow(TypeError);
  });

  it.each([
    ["without an entry", ""],
    ["cut in a length", "00"],
    ["cut in an entry", "000261"],
    ["cut before an entry", "0001"],
    ["with a byte too many", "00016100"],
  ])("are refused when they are %s", (_, hex) => {
    expect(refusalOf(() => parseEntryBundle(parseHex(hex)))).toMatchObject({ code: "malformed", rule: "entry-bundle" });
  });

  it("hold at most 256 entries", () => {
    const entries = Array.from({ length: 257 }, () => utf8("x"));
    expect(() => formatEntryBundle(entries)).toThrow(TypeError);
    expect(refusalOf(() => parseEntryBundle(parseHex("000178".repeat(257))))).toMatchObject({ code: "malformed" });
    expect(parseEntryBundle(parseHex("000178".repeat(256)))).toHaveLength(256);
  });
});
