import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { containsBlock, parseBlock } from "../../../src/stix/pattern/address.ts";

const none = [
  ["", "x", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/08"],
  ["1.2.3.4/1/2", " 1.2.3.4", "1.2.3.4 ", "1.2.3.", "1..3.4", "0x1.2.3.4", "1.2.3.4/1e1"],
  ["1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", ":1", "1:", "12345::", "g::", "::1/129", "::1/ 1"],
  ["1:2:3:4:5:6:7:192.0.2.1", "192.0.2.1::", "::192.0.2", "::192.0.2.1:1", "1:2:3:4::5:6:7:8", "fe80::1%eth0"],
  [`${"1:".repeat(100_000)}1`, `${"1.".repeat(100_000)}1`],
].flat();

describe("parseBlock", () => {
  it.each([
    ["198.51.100.7", [0xc633, 0x6407], 32],
    ["0.0.0.0/0", [0, 0], 0],
    ["255.255.255.255/32", [0xffff, 0xffff], 32],
    ["::", [0, 0, 0, 0, 0, 0, 0, 0], 128],
    ["::1/64", [0, 0, 0, 0, 0, 0, 0, 1], 64],
    ["2001:DB8::7", [0x2001, 0xdb8, 0, 0, 0, 0, 0, 7], 128],
    ["1:2:3:4:5:6:7:8/128", [1, 2, 3, 4, 5, 6, 7, 8], 128],
    ["1:2:3:4:5:6:7::", [1, 2, 3, 4, 5, 6, 7, 0], 128],
    ["::2:3:4:5:6:7:8", [0, 2, 3, 4, 5, 6, 7, 8], 128],
    ["::ffff:192.0.2.1", [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x201], 128],
    ["1:2:3:4:5:6:192.0.2.1", [1, 2, 3, 4, 5, 6, 0xc000, 0x201], 128],
  ])("takes %s", (text, bits, length) => {
    expect(parseBlock(text)).toEqual({ family: bits.length === 2 ? 4 : 6, bits, length });
  });

  it.each(none)("refuses %.40s", (text) => {
    expect(parseBlock(text)).toBeNull();
  });
});

describe("containsBlock", () => {
  it("is an order by prefixes of bits", () => {
    const block = fc
      .tuple(fc.constantFrom(32, 128), fc.bigInt({ min: 0n, max: 15n }), fc.nat(8))
      .map(([width, top, length]) => {
        const groups = Array.from({ length: width / 16 }, (_, i) => (i === 0 ? Number(top) << 12 : 0));
        const text =
          width === 32 ? `${(groups[0] ?? 0) >> 8}.0.0.0/${length}` : `${(groups[0] ?? 0).toString(16)}::/${length}`;
        return { text, width, prefix: top.toString(2).padStart(4, "0").padEnd(8, "0").slice(0, length) };
      });
    fc.assert(
      fc.property(block, block, (a, b) => {
        const [outer, inner] = [parseBlock(a.text), parseBlock(b.text)];
        if (outer === null || inner === null) throw new Error("Both are blocks.");
        expect(containsBlock(outer, inner)).toBe(a.width === b.width && b.prefix.startsWith(a.prefix));
      }),
      { numRuns: 1_000 },
    );
  });
});
