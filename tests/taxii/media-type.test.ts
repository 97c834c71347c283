import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ACCEPT_LENGTH_MAX,
  CONTENT_TYPE_LENGTH_MAX,
  acceptable,
  contentTypeAccepted,
  taxiiMediaType,
} from "../../src/taxii/media-type.ts";
import acceptCases from "../vectors/taxii/accept.json" with { type: "json" };
import contentTypeCases from "../vectors/taxii/content-type.json" with { type: "json" };

describe("acceptable", () => {
  for (const { accept, acceptable: expected, why } of acceptCases) {
    it(`${expected ? "answers" : "answers 406 to"} Accept ${JSON.stringify(accept)}: ${why}`, () => {
      expect(acceptable(accept)).toBe(expected);
    });
  }

  it("finds the answer's type among any foreign types, whatever their order", () => {
    const foreign = fc.constantFrom(
      "text/html",
      "application/json;q=0.9",
      'application/vnd.oasis.taxii+json;version="2.0"',
      "image/*;q=0",
      "application/taxii+json;version=2.0",
      'text/plain;note="a, b"',
      "",
      "broken/",
    );
    fc.assert(
      fc.property(fc.array(foreign, { maxLength: 8 }), fc.array(foreign, { maxLength: 8 }), (before, after) => {
        expect(acceptable([...before, taxiiMediaType, ...after].join(", "))).toBe(true);
        expect(acceptable([...before, "application/taxii+json;version=2.0", ...after].join(","))).toBe(false);
      }),
    );
  });

  it("does not depend on the order of the media ranges", () => {
    const range = fc.constantFrom(
      "*/*;q=0",
      "*/*;q=0.5",
      "application/*;q=0",
      "application/*",
      "application/taxii+json;q=0",
      "application/taxii+json",
      "application/taxii+json;version=2.1;q=0",
      "application/taxii+json;version=2.1",
      "application/stix+json;version=2.1",
      "text/html",
    );
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 6 }), (ranges) => {
        const forwards = acceptable(ranges.join(","));
        expect(acceptable(ranges.toReversed().join(","))).toBe(forwards);
        expect(acceptable(ranges.toSorted().join(","))).toBe(forwards);
      }),
    );
  });

  it("never throws, whatever the header holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (header) => {
        expect(typeof acceptable(header)).toBe("boolean");
        expect(typeof contentTypeAccepted(header)).toBe("boolean");
      }),
    );
  });

  it("reads a header of the greatest length and none that is longer", () => {
    const padded = taxiiMediaType.padStart(ACCEPT_LENGTH_MAX, " ");
    expect(acceptable(padded)).toBe(true);
    expect(acceptable(` ${padded}`)).toBe(false);
  });

  it("reads hostile headers in linear time", () => {
    const hostile = [
      ";".repeat(ACCEPT_LENGTH_MAX),
      `a/b${";".repeat(ACCEPT_LENGTH_MAX - 3)}`,
      `a/b;x="${"\\".repeat(ACCEPT_LENGTH_MAX - 8)}`,
      `a/b;x="${'\\"'.repeat((ACCEPT_LENGTH_MAX - 8) / 2)}`,
      `a/b${"; \t".repeat((ACCEPT_LENGTH_MAX - 3) / 3)}`,
      `a/b${" \t".repeat((ACCEPT_LENGTH_MAX - 3) / 2)}!`,
      ",".repeat(ACCEPT_LENGTH_MAX),
      'a/b;c="",'.repeat(ACCEPT_LENGTH_MAX / 9),
    ];
    const began = performance.now();
    for (const header of hostile) for (let i = 0; i < 100; i++) acceptable(header);
    // 800 headers of 2,048 characters; a quadratic reader takes minutes.
    expect(performance.now() - began).toBeLessThan(2_000);
    for (const header of hostile) expect(acceptable(header)).toBe(false);
  });
});

describe("contentTypeAccepted", () => {
  for (const { contentType, accepted, why } of contentTypeCases) {
    it(`${accepted ? "reads" : "answers 415 to"} Content-Type ${JSON.stringify(contentType)}: ${why}`, () => {
      expect(contentTypeAccepted(contentType)).toBe(accepted);
    });
  }

  it("reads a header of the greatest length and none that is longer", () => {
    const padded = taxiiMediaType.padEnd(CONTENT_TYPE_LENGTH_MAX, " ");
    expect(contentTypeAccepted(padded)).toBe(true);
    expect(contentTypeAccepted(`${padded} `)).toBe(false);
  });
});
