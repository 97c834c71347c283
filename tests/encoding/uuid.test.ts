import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseHex } from "../../src/encoding/bytes.ts";
import { isUuid, uuid4, uuid5 } from "../../src/encoding/uuid.ts";
import vectors from "../vectors/encoding/uuid.json" with { type: "json" };

it.each(vectors.version5)("derives $uuid from $name", ({ namespace, name, uuid }) => {
  expect(uuid5(namespace, name)).toBe(uuid);
  expect(uuid5(namespace.toUpperCase(), name)).toBe(uuid);
});

it.each(vectors.version4)("makes $uuid from random bytes", ({ random, uuid }) => {
  expect(uuid4(parseHex(random))).toBe(uuid);
});

it.each(vectors.valid)("knows %s as a UUID", (uuid) => expect(isUuid(uuid)).toBe(true));

it.each(vectors.refused)("knows that $uuid is none: $why", ({ uuid }) => expect(isUuid(uuid)).toBe(false));

it("makes UUIDs of their version from any bytes and any name", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.string({ unit: "binary" }), (random, name) => {
      expect(isUuid(uuid4(random))).toBe(true);
      expect(uuid4(random).charAt(14)).toBe("4");
      const named = uuid5("00abedb4-aa42-466c-9c01-fed23315a9b7", name);
      expect(isUuid(named)).toBe(true);
      expect(named.charAt(14)).toBe("5");
    }),
  );
});

it("throws for a namespace that is none and for a wrong number of random bytes", () => {
  expect(() => uuid5("x", "y")).toThrow(TypeError);
  expect(() => uuid4(new Uint8Array(15))).toThrow(TypeError);
});
