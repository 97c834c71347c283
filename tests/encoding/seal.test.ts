import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatBase64url, parseBase64url } from "../../src/encoding/base64.ts";
import { seal, unseal } from "../../src/encoding/seal.ts";

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const otherKey = Uint8Array.from({ length: 32 }, (_, i) => i + 1);

it("opens what it sealed, and seals equal texts equally", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (plaintext, context) => {
      const sealed = seal(key, plaintext, context.replaceAll("\0", ""));
      expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(unseal(key, sealed, context.replaceAll("\0", ""))).toBe(plaintext);
      expect(seal(key, plaintext, context.replaceAll("\0", ""))).toBe(sealed);
    }),
  );
});

it("does not open under another key or context", () => {
  const sealed = seal(key, "next=5", "cursor KZ");
  expect(unseal(otherKey, sealed, "cursor KZ")).toBeNull();
  expect(unseal(key, sealed, "cursor SG")).toBeNull();
  expect(unseal(key, sealed, "")).toBeNull();
});

it("goes by what the key holds, not by the array that holds it", () => {
  const reused = key.slice();
  const sealed = seal(reused, "next=5", "cursor KZ");
  expect(sealed).toBe(seal(key, "next=5", "cursor KZ"));
  reused.set(otherKey);
  expect(unseal(reused, sealed, "cursor KZ")).toBeNull();
  expect(seal(reused, "next=5", "cursor KZ")).toBe(seal(otherKey, "next=5", "cursor KZ"));
});

it("does not open when any bit is flipped or any byte is cut or added", () => {
  const sealed = parseBase64url(seal(key, "a text that is sealed", "context"));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = sealed.slice();
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(unseal(key, formatBase64url(altered), "context")).toBeNull();
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(unseal(key, formatBase64url(sealed.subarray(0, length)), "context")).toBeNull();
  }
  expect(unseal(key, `${formatBase64url(sealed)}AAAA`, "context")).toBeNull();
});

it("answers null for anything that is not a sealed text", () => {
  for (const foreign of ["", "a", "====", "next", "💥", "A".repeat(38), seal(key, "", "c") + "="]) {
    expect(unseal(key, foreign, "c")).toBeNull();
  }
});

it("gives texts of one context and different contents nothing in common but their length", () => {
  const [one, two] = [seal(key, "aaaaaaaaaaaaaaaaaaaa", "c"), seal(key, "aaaaaaaaaaaaaaaaaaab", "c")];
  expect(one.length).toBe(two.length);
  expect(one.slice(0, 16)).not.toBe(two.slice(0, 16));
  expect(one.slice(16, 36)).not.toBe(two.slice(16, 36));
});

it("throws for a key of another length and for U+0000 in the context", () => {
  expect(() => seal(key.subarray(1), "", "")).toThrow(TypeError);
  expect(() => unseal(key.subarray(1), "", "")).toThrow(TypeError);
  expect(() => seal(key, "", "a\0")).toThrow(TypeError);
});
