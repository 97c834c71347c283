import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBase64, formatBase64url, parseBase64, parseBase64url } from "../../src/encoding/base64.ts";
import { utf8 } from "../../src/encoding/bytes.ts";
import vectors from "../vectors/encoding/base64.json" with { type: "json" };
import { refusalOf } from "./refusal-of.ts";

const urlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

describe("base64 (RFC 4648 §4)", () => {
  it.each(vectors.values)("spells $text as $base64, both ways", ({ text, base64 }) => {
    expect(formatBase64(utf8(text))).toBe(base64);
    expect(parseBase64(base64)).toEqual(utf8(text));
  });

  it.each(vectors.base64Refused)("refuses $why: $base64", ({ base64 }) => {
    expect(refusalOf(() => parseBase64(base64))).toMatchObject({ code: "malformed", rule: "base64" });
  });

  it("gives back every sequence of bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(parseBase64(formatBase64(bytes))).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it("accepts a text only if it is the one that its bytes are formatted to", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(..."AZaz09+/=-_\n é"), { maxLength: 12 }), (characters) => {
        const candidate = characters.join("");
        if (refusalOf(() => parseBase64(candidate)) === undefined) {
          expect(formatBase64(parseBase64(candidate))).toBe(candidate);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("base64url (RFC 4648 §5)", () => {
  it.each(vectors.values)("spells $text as $base64url, both ways", ({ text, base64url }) => {
    expect(formatBase64url(utf8(text))).toBe(base64url);
    expect(parseBase64url(base64url)).toEqual(utf8(text));
  });

  it.each(vectors.base64urlRefused)("refuses $why: $base64url", ({ base64url }) => {
    expect(refusalOf(() => parseBase64url(base64url))).toMatchObject({ code: "malformed", rule: "base64url" });
  });

  it("gives back every sequence of bytes, also from the middle of a larger buffer", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(10), (bytes, offset) => {
        const larger = new Uint8Array(bytes.length + offset + 3).fill(0xff);
        larger.set(bytes, offset);
        const view = larger.subarray(offset, offset + bytes.length);
        expect(parseBase64url(formatBase64url(view))).toEqual(Uint8Array.from(bytes));
        expect(formatBase64url(view)).toBe(
          formatBase64(view).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_"),
        );
      }),
    );
  });

  it("accepts exactly one spelling of each one-byte and each two-byte tail", () => {
    const tailsOf = (letters: number): number => {
      let accepted = 0;
      const texts = letters === 2 ? pairs() : triples();
      for (const candidate of texts) {
        if (refusalOf(() => parseBase64url(candidate)) === undefined) {
          expect(formatBase64url(parseBase64url(candidate))).toBe(candidate);
          accepted++;
        }
      }
      return accepted;
    };
    expect(tailsOf(2)).toBe(256);
    expect(tailsOf(3)).toBe(65_536 / 16);
  });
});

function pairs(): string[] {
  return [...urlAlphabet].flatMap((a) => [...urlAlphabet].map((b) => a + b));
}

// All third characters behind a sixteenth of the pairs: one in four of the third ones is canonical.
function triples(): string[] {
  return pairs()
    .filter((_, i) => i % 16 === 0)
    .flatMap((pair) => [...urlAlphabet].map((c) => pair + c));
}
