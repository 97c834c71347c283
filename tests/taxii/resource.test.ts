import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RESOURCE_LIMITS, isIdentifier, parseResource, shortened } from "../../src/taxii/resource.ts";
import { parseDiscovery } from "../../src/taxii/discovery.ts";
import { refusalOf } from "./refusing.ts";

describe("parseResource", () => {
  it("refuses a resource that is larger, deeper or longer than its limits", () => {
    const nested = `{"a":${"[".repeat(RESOURCE_LIMITS.depthMax)}${"]".repeat(RESOURCE_LIMITS.depthMax)}}`;
    const keys = `{${Array.from({ length: RESOURCE_LIMITS.keysMax + 1 }, (_, n) => `"k${n}":0`).join(",")}}`;
    const list = `{"a":[${"0,".repeat(RESOURCE_LIMITS.itemsMax)}0]}`;
    const long = `{"a":"${"x".repeat(RESOURCE_LIMITS.stringLengthMax + 1)}"}`;
    const large = `{"a":0${" ".repeat(RESOURCE_LIMITS.bytesMax)}}`;
    for (const text of [nested, keys, list, long, large]) {
      expect(refusalOf(() => parseResource(text)).code).toBe("limit");
    }
  });

  it("says in its refusal where the resource is not of its form", () => {
    expect(refusalOf(() => parseDiscovery('{"title":7}')).message).toBe(
      "The TAXII resource is not a string at /title.",
    );
    expect(refusalOf(() => parseDiscovery("7")).message).toBe("The TAXII resource is not a JSON object.");
  });

  it("refuses a key that is there twice, since two readers would see two resources", () => {
    expect(refusalOf(() => parseDiscovery('{"title":"A","title":"B"}'))).toMatchObject({ code: "malformed" });
  });

  it("refuses bytes that are not UTF-8", () => {
    const bytes = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d);
    expect(refusalOf(() => parseResource(bytes)).code).toBe("malformed");
  });
});

describe("isIdentifier", () => {
  it("takes UUIDs of version 4 alone", () => {
    expect(isIdentifier("2d086da7-4bdc-4f91-900e-d77486753710")).toBe(true);
    expect(isIdentifier("2D086DA7-4BDC-4F91-A00E-D77486753710")).toBe(true);
    for (const other of [
      "2d086da7-4bdc-1f91-900e-d77486753710",
      "2d086da7-4bdc-5f91-900e-d77486753710",
      "2d086da7-4bdc-7f91-900e-d77486753710",
      "2d086da7-4bdc-4f91-c00e-d77486753710",
      "2d086da74bdc4f91900ed77486753710",
      "{2d086da7-4bdc-4f91-900e-d77486753710}",
      "00000000-0000-0000-0000-000000000000",
      "2d086da7-4bdc-4f91-900e-d77486753710\n",
      "",
    ]) {
      expect(isIdentifier(other)).toBe(false);
    }
  });
});

describe("shortened", () => {
  it("is well formed and never longer than asked for, and keeps what fits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (text, lengthMax) => {
        const short = shortened(text, lengthMax);
        expect(short.length).toBeLessThanOrEqual(lengthMax);
        expect(short.isWellFormed()).toBe(true);
        if (text.length <= lengthMax) expect(short).toBe(text.toWellFormed());
        else expect(short.endsWith("…")).toBe(true);
      }),
    );
  });
});
