// The formats of the compiled validators: what the schemas' patterns allow beside them, and what comes from other
// programs' parsers.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formats, isEmailAddress, isHostname, isTimestamp, isUri } from "../../src/stix/formats.ts";
import common from "../../schemas/stix2.1/common.json" with { type: "json" };

describe("date-time", () => {
  const pattern = new RegExp(common.$defs.timestamp.pattern, "u");

  it("accepts no more than the pattern that the schema has beside it", () => {
    const digit = fc.constantFrom(..."0123456789");
    const text = fc
      .tuple(
        ...Array.from({ length: 14 }, () => digit),
        fc.stringMatching(/^(\.[0-9]{0,4})?$/),
        fc.constantFrom("Z", "z", "", "+00:00"),
      )
      .map((parts) => {
        const [d, fraction, zone] = [parts.slice(0, 14) as string[], parts[14], parts[15]];
        return `${d.slice(0, 4).join("")}-${d.slice(4, 6).join("")}-${d.slice(6, 8).join("")}T${d.slice(8, 10).join("")}:${d.slice(10, 12).join("")}:${d.slice(12).join("")}${fraction}${zone}`;
      });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
        (one) => {
          if (isTimestamp(one)) expect(one).toMatch(pattern);
          else if (pattern.test(one))
            expect(Number.isNaN(Date.parse(one)) || /-(?:29|30|31)T|:60/.test(one)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("accepts every time that the platform writes", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("0000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
        (date) => {
          expect(isTimestamp(date.toISOString())).toBe(true);
        },
      ),
    );
  });
});

describe("uri", () => {
  it("accepts what the platform's parser writes for web addresses", () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        expect(isUri(url)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("accepts no character outside RFC 3986, wherever it stands", () => {
    const url = "https://user@example.org:443/path/to?query=1#fragment";
    for (let place = 0; place <= url.length; place++) {
      for (const wrong of [" ", '"', "<", ">", "\\", "^", "`", "{", "|", "}", "é", "\n", "%", "%4", "%G0", "\u0000"]) {
        const cut = url.slice(0, place) + wrong + url.slice(place);
        // "%" before two hexadecimal digits is right.
        if (/^%[0-9A-Fa-f]{2}/.test(cut.slice(place))) continue;
        expect(isUri(cut), JSON.stringify(cut)).toBe(false);
      }
    }
  });
});

describe("idn-hostname", () => {
  it("accepts the domain names of fast-check, but for labels that RFC 5890 §2.3.1 reserves", () => {
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        const isReserved = /(?:^|\.)(?!xn--)[^.]{2}--/i.test(domain);
        expect(isHostname(domain)).toBe(!isReserved);
      }),
    );
  });

  it("is bounded to 253 characters of labels of 63", () => {
    const long = Array.from({ length: 4 }, () => "a".repeat(62)).join(".");
    expect(isHostname(`${long}.a`)).toBe(true);
    expect(isHostname(`${long}.abc`)).toBe(false);
  });
});

describe("base64 and hex", () => {
  it("accept what the schemas' patterns accept, and nothing else", () => {
    const base64 = new RegExp(common.$defs.binary.pattern, "u");
    const hex = new RegExp(common.$defs.hex.pattern, "u");
    const text = fc.stringMatching(/^[A-Ca-f0-3+/=\n]{0,9}$/);
    fc.assert(
      fc.property(fc.oneof(text, fc.string(), fc.base64String()), (one) => {
        expect(formats.base64(one)).toBe(base64.test(one));
        expect(formats.hex(one)).toBe(hex.test(one));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("email", () => {
  it("accepts the addresses of fast-check", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(isEmailAddress(address)).toBe(true);
      }),
    );
  });
});

describe("formats", () => {
  it("answer for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const format of Object.values(formats)) expect(typeof format(text)).toBe("boolean");
      }),
    );
  });
});
