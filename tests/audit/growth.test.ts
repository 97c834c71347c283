import * as fc from "fast-check";
import { expect, it } from "vitest";
import { edgeTiles, emptyEdge, grow, hashesOf, parseEdge, rootOfEdge } from "../../src/audit/growth.ts";
import { tilePath, tilesFor } from "../../src/audit/tile.ts";
import { emptyRoot, leafHash, rootOf } from "../../src/audit/tree.ts";
import { formatBase64 } from "../../src/encoding/base64.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { refusalOf } from "../encoding/refusal-of.ts";
import trees from "../vectors/audit/tree.json" with { type: "json" };
import { MemoryLog, numberedEntries } from "./memory-log.ts";

const leaves = numberedEntries(2000).map(leafHash);

it("names the root of every tree from 0 to 700 entries, one entry at a time", () => {
  expect(rootOfEdge(emptyEdge)).toEqual(emptyRoot());
  let edge = emptyEdge;
  for (let size = 1; size <= 700; size++) {
    ({ edge } = grow(edge, leaves.slice(size - 1, size)));
    expect(rootOfEdge(edge)).toEqual(rootOf(leaves.slice(0, size)));
  }
});

it("names the roots that x/mod names, up to 70,001 entries", () => {
  let edge = emptyEdge;
  for (const { size, root } of trees.roots) {
    ({ edge } = grow(edge, numberedEntries(size - edge.size, edge.size).map(leafHash)));
    expect(formatBase64(rootOfEdge(edge))).toBe(root);
  }
});

it("writes the tiles that changed, each with the hashes that the definition gives", () => {
  const sizes = fc.tuple(fc.nat(1200), fc.nat(800));
  fc.assert(
    fc.property(sizes, ([before, more]) => {
      const { edge } = grow(emptyEdge, leaves.slice(0, before));
      const { tiles } = grow(edge, leaves.slice(before, before + more));
      expect(tiles.map(({ tile }) => tile)).toEqual(tilesFor(before, before + more));
      for (const { tile, bytes } of tiles) {
        const span = 256 ** Number(tile.level);
        const hashes = Array.from({ length: tile.width }, (_, i) => {
          const from = (tile.index * 256 + i) * span;
          return rootOf(leaves.slice(from, from + span));
        });
        expect(bytes).toEqual(concat(...hashes));
      }
    }),
    { numRuns: 60 },
  );
});

it("comes to the same tiles and root whatever the steps", () => {
  const whole = new MemoryLog().append(numberedEntries(2000));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), (step) => {
      const log = new MemoryLog().append(numberedEntries(2000), step);
      expect(log.tiles).toEqual(whole.tiles);
      expect(log.root()).toEqual(whole.root());
    }),
    { numRuns: 15 },
  );
});

it("does not change the edge that it grows, so that a growth can be done again", () => {
  const { edge } = grow(emptyEdge, leaves.slice(0, 300));
  const copy = structuredClone(edge);
  const first = grow(edge, leaves.slice(300, 600));
  expect(grow(edge, leaves.slice(300, 600))).toEqual(first);
  expect(edge).toEqual(copy);
});

it("reads its edge back from the partial tiles of the books", async () => {
  for (const size of [0, 1, 255, 256, 257, 512, 1000]) {
    const log = new MemoryLog().append(numberedEntries(size));
    const edge = parseEdge(size, await log.readTiles(edgeTiles(size)));
    expect(edge).toEqual(log.edge);
    expect(grow(edge, leaves.slice(size, size + 9)).tiles).toEqual(grow(log.edge, leaves.slice(size, size + 9)).tiles);
  }
  expect(edgeTiles(70_000).map(tilePath)).toEqual(["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
});

it("refuses an edge of tiles with other lengths, or too few of them", () => {
  const tile = concat(...leaves.slice(0, 3));
  for (const tiles of [[], [tile.subarray(1)], [concat(tile, tile)], [new Uint8Array(0)]]) {
    expect(refusalOf(() => parseEdge(3, tiles))).toMatchObject({ code: "malformed", rule: "tile-length" });
  }
  expect(hashesOf(tile)).toEqual(leaves.slice(0, 3));
});
