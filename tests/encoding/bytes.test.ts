import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, equalBytes, formatHex, parseHex, text, utf8 } from "../../src/encoding/bytes.ts";
import { refusalOf } from "./refusal-of.ts";

describe("UTF-8", () => {
  it("gives back every well-formed text, a byte order mark included", () => {
    expect(text(utf8("\ufeffa"))).toBe("\ufeffa");
    fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => text(utf8(value)) === value));
  });

  it.each([
    ["a continuation byte alone", "80"],
    ["a cut sequence", "e282"],
    ["an overlong slash", "c0af"],
    ["an overlong U+0000", "c080"],
    ["a surrogate", "eda080"],
    ["a code point beyond U+10FFFF", "f4908080"],
    ["a byte that UTF-8 never has", "ff"],
    ["text and then a fault", "61e228a1"],
  ])("refuses %s", (_, hex) => {
    expect(refusalOf(() => text(parseHex(hex)))).toMatchObject({ code: "malformed", rule: "utf-8" });
  });
});

describe("hexadecimal", () => {
  it("gives back every sequence of bytes and reads either case", () => {
    expect(formatHex(Uint8Array.of(0, 0xab, 0xff))).toBe("00abff");
    expect(parseHex("00ABff")).toEqual(Uint8Array.of(0, 0xab, 0xff));
    fc.assert(fc.property(fc.uint8Array(), (bytes) => equalBytes(parseHex(formatHex(bytes)), bytes)));
  });

  it.each(["0", "0g", "abc", " 00", "00\n", "0x00", "ää", "٠٠"])("refuses %j", (hex) => {
    expect(refusalOf(() => parseHex(hex))).toMatchObject({ code: "malformed", rule: "hex" });
  });
});

describe("bytes", () => {
  it("joins parts in their order", () => {
    expect(concat()).toEqual(new Uint8Array(0));
    expect(concat(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("finds a difference in any bit and in the length", () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => i * 7);
    expect(equalBytes(bytes, bytes.slice())).toBe(true);
    expect(equalBytes(bytes, bytes.subarray(1))).toBe(false);
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const other = bytes.slice();
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(equalBytes(bytes, other)).toBe(false);
    }
  });
});
