// Ids and versions by which a recipient knows what it does not have whole (policy.md, Renditions).

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { versionKey } from "../../src/encoding/timestamp.ts";
import { isIdentifier, parseIdentifier } from "../../src/stix/object.ts";
import { apartFromOthers, derivedId, derivedModified, isNextVersion } from "../../src/policy/view-id.ts";
import { hmac, objectOf } from "./rendition-cast.ts";

const id = "indicator--00000007-0000-4000-8000-000000000007";

describe("a derived id", () => {
  it("is of version 4's shape and of the object's type", () => {
    for (const type of ["indicator", "x-example-thing", "ipv4-addr"]) {
      const derived = derivedId(hmac, "XX", 0, `${type}${id.slice(9)}`);
      expect(isIdentifier(derived)).toBe(true);
      expect(parseIdentifier(derived)).toMatchObject({ type, version: 4 });
    }
  });

  it("stays what it is: a change would make every reader meet its objects again", () => {
    expect(derivedId(hmac, "XX", 0, id)).toBe("indicator--7276b2e9-a35f-4262-9a2b-4c8106f7d6b0");
  });

  it("is another for each recipient, generation, object and key, and for no two that could be run together", () => {
    const ids = [
      derivedId(hmac, "XX", 0, id),
      derivedId(hmac, "YY", 0, id),
      derivedId(hmac, "XX", 1, id),
      derivedId(hmac, "XX", 0, id.replace("7", "8")),
      derivedId(hmac, "XX", 10, id),
      derivedId(hmac, "XX1", 0, id),
      derivedId((message) => hmac(`${message}.`), "XX", 0, id),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("a derived modified", () => {
  it.each([
    ["2026-03-01T09:00:00.000Z", null, "2026-03-01T09:00:00.000Z"],
    ["2026-03-01T09:00:00.001Z", "2026-03-01T09:00:00.000Z", "2026-03-01T09:00:00.001Z"],
    ["2026-03-01T09:00:00.002Z", "2026-03-01T09:00:00.000Z", "2026-03-01T09:00:00.002Z"],
    ["2026-03-01T09:00:00.000Z", "2026-03-01T09:00:00.000Z", "2026-03-01T09:00:00.001Z"],
    ["2026-01-01T09:00:00.000Z", "2026-03-01T09:00:00.0099Z", "2026-03-01T09:00:00.0109Z"],
    ["2026-01-01T09:00:00.000Z", "2026-12-31T23:59:59.9995Z", "2027-01-01T00:00:00.0005Z"],
    ["2026-01-01T09:00:00.000Z", "2026-12-31T23:59:60.999Z", "2027-01-01T00:00:01.000Z"],
    ["2026-01-01T09:00:00.000Z", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.9991Z"],
  ])("of the owner's %s after %s is %s", (owners, last, expected) => {
    expect(derivedModified(owners, last)).toBe(expected);
  });

  it("is later than the last one and no earlier than the owner's", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 3, maxLength: 9 });
    const seconds = fc.date({
      min: new Date("1900-01-01"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    const times = fc.tuple(seconds, digits).map(([at, fraction]) => `${at.toISOString().slice(0, 19)}.${fraction}Z`);
    fc.assert(
      fc.property(times, times, (owners, last) => {
        const next = versionKey(derivedModified(owners, last));
        expect(next > versionKey(last)).toBe(true);
        expect(next >= versionKey(owners)).toBe(true);
      }),
    );
  });
});

describe("a next version", () => {
  it("is one that says anything else than the last, its modified aside", () => {
    const last = objectOf("campaign");
    expect(isNextVersion(last, { ...last, modified: "2030-01-01T00:00:00.000Z" })).toBe(false);
    expect(isNextVersion(last, { ...last, name: "Other" })).toBe(true);
  });
});

describe("a modified apart from others'", () => {
  it.each([
    ["2026-03-01T09:00:00.000Z", 1, "2026-03-01T09:00:00.0000000002Z"],
    ["2026-03-01T09:00:00Z", 4, "2026-03-01T09:00:00.0000000005Z"],
    ["2026-03-01T09:00:00.123456Z", 0, "2026-03-01T09:00:00.1234560001Z"],
    ["2026-03-01T09:00:00.1234567891Z", 0, "2026-03-01T09:00:00.12345678911Z"],
  ])("of %s at ceiling %i is %s", (modified, ceiling, expected) => {
    expect(apartFromOthers(modified, ceiling)).toBe(expected);
    expect(versionKey(expected) > versionKey(modified)).toBe(true);
  });

  it("is another at each ceiling, and is followed by a whole millisecond more", () => {
    const at = [0, 1, 2, 3, 4].map((ceiling) => apartFromOthers("2026-03-01T09:00:00.000Z", ceiling));
    expect(new Set(at).size).toBe(5);
    for (const last of at)
      expect(derivedModified("2026-03-01T09:00:00.000Z", last)).toBe("2026-03-01T09:00:00.001000000Z");
  });
});
