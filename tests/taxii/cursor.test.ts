import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seal } from "../../src/encoding/seal.ts";
import { type Place, type Position, formatCursor, parseCursor, positionOf } from "../../src/taxii/cursor.ts";
import { BEFORE_ALL, CURSOR_LENGTH_MAX, MATCH_LENGTH_MAX, parseFilter } from "../../src/taxii/filter.ts";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from "../../src/taxii/page.ts";
import { refusalOf } from "./refusing.ts";

const key = new Uint8Array(32).fill(7);
const place: Place = {
  party: "KZ",
  client: "KZ-analyst",
  collection: "91a7b528-80eb-42ed-a74d-c6fbd5a26116",
  resource: "objects",
  object: null,
};
const everything = parseFilter("", "objects");
const position: Position = {
  match: {
    ids: [],
    types: ["indicator", "malware"],
    versions: { last: true, first: false, all: false, exact: ["2016-01-01T01:01:01"] },
    specVersions: ["2.1"],
  },
  after: 1_700_000_000_000_001,
  limit: 100,
};
const cursor = formatCursor(key, place, position);

const text = fc.string({ unit: "binary", maxLength: 20 });
const places: fc.Arbitrary<Place> = fc.record({
  party: text,
  client: text,
  collection: text,
  resource: fc.constantFrom("objects", "manifest", "object", "versions"),
  object: fc.option(text),
});
const positions: fc.Arbitrary<Position> = fc.record({
  match: fc.record({
    ids: fc.array(text, { maxLength: 4 }),
    types: fc.array(text, { maxLength: 4 }),
    versions: fc.record({
      last: fc.boolean(),
      first: fc.boolean(),
      all: fc.boolean(),
      exact: fc.array(text, { maxLength: 3 }),
    }),
    specVersions: fc.array(text, { maxLength: 2 }),
  }),
  after: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
  limit: fc.integer({ min: 1, max: PAGE_LIMIT_MAX }),
});

describe("a cursor", () => {
  it("leads back to its position, whatever place and position", () => {
    fc.assert(
      fc.property(places, positions, (where, at) => {
        const wellFormed: Place = {
          ...where,
          party: where.party.toWellFormed(),
          client: where.client.toWellFormed(),
          collection: where.collection.toWellFormed(),
          object: where.object?.toWellFormed() ?? null,
        };
        const sealed = formatCursor(key, wellFormed, at);
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(parseCursor(key, sealed, wellFormed, everything)).toEqual(at);
      }),
    );
  });

  it("is the same for the same page, and another for any other", () => {
    expect(formatCursor(key, place, position)).toBe(cursor);
    const others = [
      formatCursor(key, { ...place, party: "UZ" }, position),
      formatCursor(key, { ...place, client: "KZ-feed" }, position),
      formatCursor(key, { ...place, collection: "another" }, position),
      formatCursor(key, { ...place, resource: "manifest" }, position),
      formatCursor(key, { ...place, object: "indicator--1" }, position),
      formatCursor(key, place, { ...position, after: position.after + 1 }),
      formatCursor(key, place, { ...position, limit: 99 }),
      formatCursor(key, place, { ...position, match: { ...position.match, types: ["indicator"] } }),
      formatCursor(new Uint8Array(32).fill(8), place, position),
    ];
    expect(new Set([cursor, ...others]).size).toBe(others.length + 1);
  });

  it("does not depend on the order in which a filter was written", () => {
    const one = positionOf(
      key,
      place,
      parseFilter("match[type]=malware,tool&match[version]=first,last&limit=5", "objects"),
    );
    const two = positionOf(
      key,
      place,
      parseFilter("limit=5&match[version]=last,first&match[type]=tool,malware,tool", "objects"),
    );
    expect(formatCursor(key, place, one)).toBe(formatCursor(key, place, two));
  });

  it("shows nothing of what it carries", () => {
    const bytes = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    for (const secret of ["KZ", "indicator", "91a7b528", "1700000000"]) {
      expect(cursor).not.toContain(secret);
      expect(bytes).not.toContain(secret);
    }
  });

  it("is refused with any single character changed, and any cut or addition", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let tried = 0;
    for (let at = 0; at < cursor.length; at++) {
      for (const other of ["A", "z", "-", alphabet.charAt((alphabet.indexOf(cursor.charAt(at)) + 1) % 64), "=", " "]) {
        if (other === cursor.charAt(at)) continue;
        const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
        expect(refusalOf(() => parseCursor(key, changed, place, everything))).toMatchObject({ rule: "cursor" });
        tried++;
      }
      expect(refusalOf(() => parseCursor(key, cursor.slice(0, at), place, everything)).rule).toBe("cursor");
    }
    expect(tried).toBeGreaterThan(cursor.length * 5);
    for (const grown of [`${cursor}A`, `A${cursor}`, `${cursor}=`, cursor + cursor, `${cursor}\n`]) {
      expect(refusalOf(() => parseCursor(key, grown, place, everything)).rule).toBe("cursor");
    }
  });

  it("is refused with any bit of any byte flipped", () => {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.map((byte, n) => (n === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      const sealed = btoa(String.fromCharCode(...flipped))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replace(/=+$/, "");
      const refusal = refusalOf(() => parseCursor(key, sealed, place, everything));
      expect(refusal).toMatchObject({ code: "malformed", rule: "cursor", subject: "next" });
    }
  });

  it("is refused when it is made up", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.base64String(), fc.stringMatching(/^[A-Za-z0-9_-]*$/)),
        (made) => {
          expect(refusalOf(() => parseCursor(key, made, place, everything))).toMatchObject({
            code: "malformed",
            rule: "cursor",
          });
        },
      ),
    );
  });

  it("is refused where it is longer than any of ours, though the seal holds", () => {
    // One more character of content makes one or two more of the cursor.
    const sealed = (length: number): { readonly next: string; readonly where: Place } => {
      const where: Place = { ...place, resource: "object", object: "x".repeat(length) };
      return { next: formatCursor(key, where, position), where };
    };
    const bare = sealed(0).next.length;
    const most = Array.from({ length: 5 }, (_, n) => Math.floor(((CURSOR_LENGTH_MAX - bare) * 3) / 4) + 2 - n)
      .map(sealed)
      .find(({ next }) => next.length <= CURSOR_LENGTH_MAX);
    if (most?.where.object == null) throw new Error("No cursor has the greatest length.");
    expect(most.next).toHaveLength(CURSOR_LENGTH_MAX);
    expect(parseCursor(key, most.next, most.where, everything)).toEqual(position);
    const more = sealed(most.where.object.length + 1);
    expect(refusalOf(() => parseCursor(key, more.next, more.where, everything)).rule).toBe("cursor");
  });

  it("is refused when it was sealed by this key for another purpose or in another form", () => {
    const context = JSON.stringify(["taxii next", place.party, place.client]);
    const content = JSON.stringify([1, place.collection, "objects", null, 5, 5, [], [], [true, false, false, []], []]);
    // The control: this is the form, so that what follows is refused for what it changes.
    expect(parseCursor(key, seal(key, content, context), place, everything).after).toBe(5);
    for (const [sealed, under] of [
      [content, "status"],
      [content, ""],
      [content.replace("[1,", "[2,"), context],
      ["{}", context],
      ["null", context],
      ['{"0":1}', context],
    ] as const) {
      expect(refusalOf(() => parseCursor(key, seal(key, sealed, under), place, everything)).rule).toBe("cursor");
    }
  });
});

describe("parseCursor", () => {
  const refusalAt = (where: Place) => refusalOf(() => parseCursor(key, cursor, where, everything));

  it("tells a made up cursor, another state's and another client's apart from nothing", () => {
    const madeUp = refusalOf(() => parseCursor(key, "made-up", place, everything));
    const others = [
      refusalAt({ ...place, party: "UZ" }),
      refusalAt({ ...place, client: "KZ-feed" }),
      refusalAt({ ...place, party: "UZ", collection: "another" }),
      refusalOf(() => parseCursor(new Uint8Array(32), cursor, place, everything)),
    ];
    for (const other of others) {
      const { code, message, pointer, rule, subject } = other;
      expect({ code, message, pointer, rule, subject }).toEqual({
        code: "malformed",
        message: madeUp.message,
        pointer: undefined,
        rule: "cursor",
        subject: "next",
      });
    }
  });

  it("names the cause for a client's own cursor that it sends elsewhere, and nothing more", () => {
    const elsewhere = [
      [refusalAt({ ...place, collection: "another" }), "cursor-collection"],
      [refusalAt({ ...place, resource: "manifest" }), "cursor-resource"],
      [refusalAt({ ...place, object: "indicator--1" }), "cursor-object"],
    ] as const;
    for (const [refusal, rule] of elsewhere) {
      expect(refusal).toMatchObject({ code: "malformed", rule, subject: "next" });
      expect(refusal.message).not.toMatch(/91a7b528|another--|indicator|KZ|17000/);
    }
  });

  it("takes the match fields that it carries, in any order, and their absence", () => {
    for (const query of [
      "",
      "match[type]=malware,indicator",
      "match[type]=indicator,malware&match[spec_version]=2.1",
      "match[version]=2016-01-01T01:01:01.000Z,last",
      "limit=7&added_after=2001-01-01T00:00:00Z",
    ]) {
      expect(parseCursor(key, cursor, place, parseFilter(query, "objects"))).toEqual(position);
    }
  });

  for (const [query, subject] of [
    ["match[type]=indicator", "match[type]"],
    ["match[type]=indicator,malware,tool", "match[type]"],
    ["match[id]=indicator--3600ad1b-fff1-4c98-bcc9-4de3bc2e2ffb", "match[id]"],
    ["match[version]=last", "match[version]"],
    ["match[version]=all", "match[version]"],
    ["match[version]=first,2016-01-01T01:01:01Z", "match[version]"],
    ["match[spec_version]=2.0", "match[spec_version]"],
    ["match[spec_version]=2.0,2.1", "match[spec_version]"],
  ] as const) {
    it(`refuses ${query} beside a cursor of another query`, () => {
      const refusal = refusalOf(() => parseCursor(key, cursor, place, parseFilter(query, "objects")));
      expect(refusal).toMatchObject({ code: "malformed", rule: "cursor-filter", subject });
    });
  }

  it("takes the default version and its name for one", () => {
    const first = positionOf(key, place, parseFilter("limit=2", "objects"));
    const next = formatCursor(key, place, first);
    expect(positionOf(key, place, parseFilter(`next=${next}&match[version]=last`, "objects"))).toEqual(first);
  });
});

describe("positionOf", () => {
  it("begins with the oldest where no date is named", () => {
    const { after, limit } = positionOf(key, place, everything);
    expect(after).toBe(BEFORE_ALL);
    expect(limit).toBe(PAGE_LIMIT_DEFAULT);
  });

  it("begins after the date that is named", () => {
    const filter = parseFilter("added_after=1970-01-01T00:00:01Z&limit=3&match[type]=tool", "objects");
    expect(positionOf(key, place, filter)).toMatchObject({ after: 1_000_000, limit: 3, match: { types: ["tool"] } });
  });

  it("caps a limit that is larger than the server's", () => {
    expect(positionOf(key, place, parseFilter("limit=999999", "objects")).limit).toBe(PAGE_LIMIT_MAX);
  });

  it("goes by the cursor alone: added_after and limit beside it are ignored", () => {
    const filter = parseFilter(`next=${cursor}&added_after=2001-01-01T00:00:00Z&limit=1`, "objects");
    expect(positionOf(key, place, filter)).toEqual(position);
  });

  it("keeps no more in a position than it needs: nothing of the request", () => {
    expect(Object.keys(positionOf(key, place, everything)).sort()).toEqual(["after", "limit", "match"]);
    expect(Object.keys(positionOf(key, place, everything).match).sort()).toEqual([
      "ids",
      "specVersions",
      "types",
      "versions",
    ]);
  });
});

describe("formatCursor", () => {
  it("does not write a limit or a date that no page has", () => {
    for (const wrong of [
      { limit: 0 },
      { limit: PAGE_LIMIT_MAX + 1 },
      { limit: 1.5 },
      { after: -2 },
      { after: 0.5 },
      { after: 2 ** 53 },
    ]) {
      expect(() => formatCursor(key, place, { ...position, ...wrong })).toThrow(TypeError);
    }
  });

  it("fits into a request with the largest filter that is read", () => {
    const types = Array.from({ length: 16 }, (_, n) => `a${String(n).padStart(2, "0")}${"b".repeat(236)}`).join(",");
    const ids = Array.from({ length: 4 }, (_, n) => `note--3600ad1b-fff1-4c98-bcc9-4de3bc2e200${n}`).join(",");
    const query = `match[type]=${types}&match[id]=${ids}`;
    expect(types.length + ids.length).toBeGreaterThan(MATCH_LENGTH_MAX - 200);
    const largest = positionOf(key, place, parseFilter(query, "objects"));
    const next = formatCursor(
      key,
      { ...place, object: `${"x".repeat(250)}--3600ad1b-fff1-4c98-bcc9-4de3bc2e2ffb` },
      largest,
    );
    expect(next.length).toBeLessThanOrEqual(CURSOR_LENGTH_MAX);
    const repeated = new URLSearchParams(query);
    repeated.set("next", next);
    // Node takes 16 KiB for the whole head; other headers get 4.
    expect(repeated.toString().length).toBeLessThan(12 * 1_024);
  });
});
