import { createHash, createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHex, parseHex, utf8 } from "../../src/encoding/bytes.ts";
import { hmacSha256, ownHashBytesMax, ownHmacBytesMax, prepareHmac, sha256 } from "../../src/encoding/sha256.ts";
import vectors from "../vectors/encoding/sha256.json" with { type: "json" };

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff);

describe("SHA-256 (FIPS 180-4)", () => {
  it.each(vectors.hashes)("hashes '$text'", ({ text, hash }) => {
    expect(formatHex(sha256(text))).toBe(hash);
    expect(formatHex(sha256(utf8(text)))).toBe(hash);
  });

  it("hashes a million letters", () => {
    expect(formatHex(sha256("a".repeat(1_000_000)))).toBe(vectors.millionTimesA);
  });

  it("agrees with the platform at every length around blocks and the change to the platform's own", () => {
    for (let length = 0; length <= ownHashBytesMax + 70; length++) {
      const bytes = pattern(length);
      expect(formatHex(sha256(bytes))).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
  });

  it("hashes the UTF-8 of any text, long or short", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (value) => {
        expect(formatHex(sha256(value))).toBe(createHash("sha256").update(value, "utf8").digest("hex"));
      }),
      { numRuns: 500 },
    );
  });

  it("returns an array of its own each time, whatever was hashed in between", () => {
    const first = sha256("a");
    const copy = first.slice();
    sha256("b");
    prepareHmac(utf8("k"))("c");
    expect(first).toEqual(copy);
    expect(first.buffer.byteLength).toBe(32);
    expect(sha256(pattern(1000)).buffer.byteLength).toBe(32);
  });
});

describe("HMAC-SHA-256 (RFC 2104)", () => {
  it.each(vectors.macs)("gives $mac (RFC 4231)", ({ key, data, mac }) => {
    expect(formatHex(hmacSha256(parseHex(key), parseHex(data)))).toBe(mac);
  });

  it("agrees with the platform for keys and messages of every length around the blocks", () => {
    for (const keyLength of [0, 1, 31, 32, 63, 64, 65, 200]) {
      const key = pattern(keyLength);
      const mac = prepareHmac(key);
      for (const length of [
        0,
        1,
        54,
        55,
        56,
        63,
        64,
        65,
        119,
        120,
        500,
        ownHmacBytesMax - 1,
        ownHmacBytesMax,
        ownHmacBytesMax + 1,
        9000,
      ]) {
        const data = pattern(length);
        expect(formatHex(mac(data))).toBe(createHmac("sha256", key).update(data).digest("hex"));
      }
    }
  });

  it("takes texts as UTF-8 and keeps prepared keys apart", () => {
    const one = prepareHmac(utf8("one"));
    const two = prepareHmac(utf8("two"));
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (value) => {
        expect(one(value)).toEqual(hmacSha256(utf8("one"), utf8(value)));
        expect(formatHex(two(value))).toBe(createHmac("sha256", "two").update(value, "utf8").digest("hex"));
      }),
    );
  });

  it("does not follow a key that is changed after it was prepared", () => {
    const key = pattern(32);
    const mac = prepareHmac(key);
    const before = mac(pattern(5000));
    key.fill(0);
    expect(mac(pattern(5000))).toEqual(before);
  });
});
