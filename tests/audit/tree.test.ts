import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  emptyRoot,
  equalHashes,
  type Hash,
  isTreeSize,
  leafHash,
  nodeHash,
  parseTreeSize,
  rootOf,
} from "../../src/audit/tree.ts";
import { concat, formatHex, parseHex, utf8 } from "../../src/encoding/bytes.ts";
import vectors from "../vectors/audit/roots.json" with { type: "json" };
import { refusalOf } from "../encoding/refusal-of.ts";

// RFC 9162 §2.1.1 as it is written: recursive, with its own hashing.
function rootByDefinition(entries: readonly Uint8Array[]): Hash {
  const sha256 = (...parts: Uint8Array[]): Hash =>
    new Uint8Array(
      createHash("sha256")
        .update(concat(...parts))
        .digest(),
    );
  const [only] = entries;
  if (only === undefined) return sha256();
  if (entries.length === 1) return sha256(Uint8Array.of(0), only);
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(Uint8Array.of(1), rootByDefinition(entries.slice(0, k)), rootByDefinition(entries.slice(k)));
}

describe("the tree (RFC 6962, RFC 9162 §2.1.1)", () => {
  it.each(vectors.roots.map((root, size) => ({ size, root })))(
    "of $size entries has the root $root",
    ({ size, root }) => {
      expect(formatHex(rootOf(vectors.leaves.slice(0, size).map((leaf) => leafHash(parseHex(leaf)))))).toBe(root);
    },
  );

  it("of every size from 0 to 300 has the root that the definition gives", () => {
    const entries = Array.from({ length: 300 }, (_, i) => utf8(`entry ${i}`));
    const leaves = entries.map(leafHash);
    for (let size = 0; size <= 300; size++) {
      expect(formatHex(rootOf(leaves.slice(0, size)))).toBe(formatHex(rootByDefinition(entries.slice(0, size))));
    }
  });

  it("hashes a leaf and a node of the same bytes differently", () => {
    const [left, right] = [leafHash("a"), leafHash("b")];
    expect(formatHex(leafHash(concat(left, right)))).not.toBe(formatHex(nodeHash(left, right)));
  });

  it("hashes the UTF-8 of a text", () => {
    expect(leafHash("ж")).toEqual(leafHash(utf8("ж")));
  });

  it("throws for a node over anything but hashes of 32 bytes", () => {
    expect(() => nodeHash(leafHash("a"), new Uint8Array(31))).toThrow(TypeError);
    expect(() => nodeHash(new Uint8Array(33), leafHash("a"))).toThrow(TypeError);
    expect(equalHashes(new Uint8Array(31), new Uint8Array(31))).toBe(false);
    expect(equalHashes(emptyRoot(), emptyRoot())).toBe(true);
  });
});

describe("tree sizes", () => {
  it("are whole numbers from 0 to 2^53−1", () => {
    for (const size of [0, 1, Number.MAX_SAFE_INTEGER]) {
      expect(isTreeSize(size)).toBe(true);
      expect(parseTreeSize(String(size))).toBe(size);
    }
    for (const size of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) expect(isTreeSize(size)).toBe(false);
  });

  it.each([
    "",
    "00",
    "01",
    "-1",
    "+1",
    " 1",
    "1 ",
    "1\n",
    "1e3",
    "0x1",
    "1.0",
    "9007199254740992",
    "18446744073709551615",
    "٣",
  ])("are not written %j", (text) =>
    expect(refusalOf(() => parseTreeSize(text))).toMatchObject({ code: "malformed", rule: "tree-size" }),
  );
});
