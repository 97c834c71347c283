import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMicros } from "../../src/encoding/timestamp.ts";
import {
  CURSOR_LENGTH_MAX,
  type Filter,
  type FilterEndpoint,
  MATCH_LENGTH_MAX,
  MATCH_VALUES_MAX,
  QUERY_LENGTH_MAX,
  QUERY_PARAMETERS_MAX,
  TIMESTAMP_LENGTH_MAX,
  type VersionsWanted,
  formatFilter,
  parseFilter,
} from "../../src/taxii/filter.ts";
import invalidCases from "../vectors/taxii/filter-invalid.json" with { type: "json" };
import validCases from "../vectors/taxii/filter-valid.json" with { type: "json" };
import { refusalOf } from "./refusing.ts";

const endpoints: readonly FilterEndpoint[] = ["objects", "manifest", "object", "versions", "delete"];

function endpointOf(name: string): FilterEndpoint {
  const found = endpoints.find((endpoint) => endpoint === name);
  if (found === undefined) throw new Error(`${name} is no endpoint`);
  return found;
}

// The vectors write versions as one text: "last,first,2016-01-01T01:01:01".
function versionsOf(text: string): VersionsWanted {
  const parts = text.split(",");
  return {
    last: parts.includes("last"),
    first: parts.includes("first"),
    all: parts.includes("all"),
    exact: parts.filter((part) => /^\d/.test(part)),
  };
}

interface ExpectedFilter extends Partial<Omit<Filter, "versions" | "given">> {
  readonly versions?: string;
  readonly given?: readonly string[];
}

describe("parseFilter", () => {
  for (const { query, endpoint, filter } of validCases) {
    it(`reads ${JSON.stringify(query)} at ${endpoint}`, () => {
      const { versions, ...rest }: ExpectedFilter = filter;
      expect(parseFilter(query, endpointOf(endpoint))).toEqual({
        addedAfter: null,
        limit: null,
        next: null,
        ids: [],
        types: [],
        specVersions: [],
        given: [],
        ...rest,
        versions: versionsOf(versions ?? "last"),
      });
    });
  }

  for (const { query, endpoint, subject, why } of invalidCases) {
    it(`refuses ${JSON.stringify(query)} at ${endpoint}: ${why}`, () => {
      const refusal = refusalOf(() => parseFilter(query, endpointOf(endpoint)));
      expect(refusal).toMatchObject({ code: "malformed", rule: "taxii-filter", subject });
      expect(refusal.message).toContain(subject);
    });
  }

  it("reads a query that is already taken apart as it reads its text", () => {
    for (const { query, endpoint } of validCases) {
      const text = parseFilter(query, endpointOf(endpoint));
      expect(parseFilter(new URLSearchParams(query), endpointOf(endpoint))).toEqual(text);
      expect(
        parseFilter(new URL(`https://example.com/?${query.replace(/^\?/, "")}`).searchParams, endpointOf(endpoint)),
      ).toEqual(text);
    }
  });

  it("keeps added_after strict: a date added is after it exactly when it is after what was written", () => {
    // Picoseconds are written out, so that the comparison needs no arithmetic of ours.
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
        fc.integer({ min: 0, max: 999_999 }),
        fc.integer({ min: -2, max: 2 }),
        (base, picos, distance) => {
          const written = `${formatMicros(base).slice(0, -1)}${String(picos).padStart(6, "0")}Z`;
          const { addedAfter } = parseFilter(`added_after=${written}`, "objects");
          const added = Math.max(base + distance, 0);
          const addedText = `${formatMicros(added).slice(0, -1)}000000Z`;
          expect(addedAfter !== null && added > addedAfter).toBe(addedText > written);
        },
      ),
    );
  });

  it("counts a leap second to the minute that it ends: nothing added in the next one is skipped", () => {
    const { addedAfter } = parseFilter("added_after=2016-12-31T23:59:60.999Z", "objects");
    expect(addedAfter).toBe(Date.UTC(2017, 0, 1) * 1_000 - 1);
  });

  it("never names a parameter that it does not have in a refusal", () => {
    const refusal = refusalOf(() => parseFilter("match[<script>]=1", "delete"));
    expect(refusal.message + (refusal.subject ?? "")).not.toContain("script");
  });

  it("never repeats a value in a refusal", () => {
    for (const name of ["added_after", "limit", "match[id]", "match[type]", "match[version]", "match[spec_version]"]) {
      const refusal = refusalOf(() => parseFilter(`${name}=hunter2!`, "objects"));
      expect(`${refusal.message}${refusal.subject}${refusal.rule}`).not.toContain("hunter2");
    }
  });

  it("throws nothing but a refusal, whatever the query", () => {
    const names = [
      "added_after",
      "limit",
      "next",
      "match[id]",
      "match[type]",
      "match[version]",
      "match[spec_version]",
      "x",
    ];
    const pair = fc.tuple(
      fc.oneof(fc.constantFrom(...names), fc.string()),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), fc.constantFrom(...endpoints), (pairs, endpoint) => {
        const query = new URLSearchParams(pairs).toString();
        try {
          expect(parseFilter(query, endpoint)).toHaveProperty("given");
        } catch (error) {
          expect(error).toMatchObject({ name: "Refusal", code: "malformed" });
        }
      }),
    );
  });

  it("stops at each limit and not before", () => {
    const type = (n: number): string => `t-${String(n).padStart(3, "0")}`;
    const types = Array.from({ length: MATCH_VALUES_MAX }, (_, n) => type(n));
    expect(parseFilter(`match[type]=${types.join(",")}`, "objects").types).toHaveLength(MATCH_VALUES_MAX);
    expect(refusalOf(() => parseFilter(`match[type]=${types.join(",")},${type(999)}`, "objects"))).toMatchObject({
      code: "malformed",
      subject: "match[type]",
    });

    // 17 types of 240 characters and 16 commas.
    const longest = Array.from({ length: 17 }, (_, n) => type(n).padEnd(240, "x")).join(",");
    expect(longest).toHaveLength(MATCH_LENGTH_MAX);
    expect(parseFilter(`match[type]=${longest}`, "objects").types).toHaveLength(17);
    expect(refusalOf(() => parseFilter(`match[type]=${longest}x`, "objects"))).toMatchObject({
      code: "malformed",
      subject: "match[type]",
    });

    const time = "2024-01-01T00:00:00.5Z".replace("5", "5".padEnd(TIMESTAMP_LENGTH_MAX - 21, "0"));
    expect(time).toHaveLength(TIMESTAMP_LENGTH_MAX);
    expect(parseFilter(`added_after=${time}`, "objects").addedAfter).toBe(Date.UTC(2024, 0, 1) * 1_000 + 500_000);
    expect(parseFilter(`match[version]=${time}`, "objects").versions.exact).toEqual(["2024-01-01T00:00:00.5"]);
    for (const name of ["added_after", "match[version]"]) {
      const longer = `${name}=${time.replace("Z", "0Z")}`;
      expect(refusalOf(() => parseFilter(longer, "objects"))).toMatchObject({ code: "malformed", subject: name });
    }

    const cursor = "c".repeat(CURSOR_LENGTH_MAX);
    expect(parseFilter(`next=${cursor}`, "objects").next).toBe(cursor);
    expect(refusalOf(() => parseFilter(`next=${cursor}c`, "objects"))).toMatchObject({ subject: "next" });

    const many = Array.from({ length: QUERY_PARAMETERS_MAX }, (_, n) => `x${n}=1`).join("&");
    expect(() => parseFilter(many, "objects")).not.toThrow();
    expect(refusalOf(() => parseFilter(`${many}&y=1`, "objects"))).toMatchObject({ subject: "QUERY_PARAMETERS_MAX" });

    const blank = `x=${"y".repeat(QUERY_LENGTH_MAX - 2)}`;
    expect(() => parseFilter(blank, "objects")).not.toThrow();
    expect(refusalOf(() => parseFilter(`${blank}y`, "objects"))).toMatchObject({
      code: "malformed",
      subject: "QUERY_LENGTH_MAX",
    });
  });

  it("counts all match fields together, and names the longest", () => {
    const ids = Array.from(
      { length: 80 },
      (_, n) => `note--3600ad1b-fff1-4c98-bcc9-4de3bc2e2${String(n).padStart(3, "0")}`,
    );
    const types = Array.from({ length: 90 }, (_, n) => `type-${n}-long`);
    const query = `match[type]=${types.join(",")}&match[id]=${ids.join(",")}`;
    expect(() => parseFilter(`match[id]=${ids.join(",")}`, "objects")).not.toThrow();
    expect(() => parseFilter(`match[type]=${types.join(",")}`, "objects")).not.toThrow();
    expect(refusalOf(() => parseFilter(query, "objects"))).toMatchObject({ code: "malformed", subject: "match[id]" });
  });
});

describe("formatFilter", () => {
  it("writes what parseFilter reads back, for every filter that a query can ask for", () => {
    const uuid = fc.uuid();
    const time = fc.integer({ min: -1, max: 4_000_000_000_000_000 });
    const values = <T>(arbitrary: fc.Arbitrary<T>) => fc.uniqueArray(arbitrary, { maxLength: 5 });
    const wanted = fc.oneof(
      fc.constant("all"),
      fc
        .tuple(fc.subarray(["last", "first"]), values(time.map((at) => formatMicros(at))))
        .map(([words, times]) => [...words, ...times].join(",")),
    );
    fc.assert(
      fc.property(
        fc.option(time),
        fc.option(fc.integer({ min: 1 })),
        fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/)),
        values(uuid.map((id) => `indicator--${id}`)),
        values(fc.constantFrom("malware", "x-own-type", "ipv4-addr", "tool")),
        wanted,
        values(fc.constantFrom("2.0", "2.1", "3.0")),
        (addedAfter, limit, next, ids, types, versions, specVersions) => {
          const query = new URLSearchParams();
          if (addedAfter !== null) query.set("added_after", formatMicros(addedAfter));
          if (limit !== null) query.set("limit", String(limit));
          if (next !== null) query.set("next", next);
          if (ids.length > 0) query.set("match[id]", ids.join(","));
          if (types.length > 0) query.set("match[type]", types.join(","));
          if (versions !== "") query.set("match[version]", versions);
          if (specVersions.length > 0) query.set("match[spec_version]", specVersions.join(","));
          const filter = parseFilter(query, "objects");
          expect(parseFilter(formatFilter(filter), "objects")).toEqual(filter);
          expect(new Set(filter.ids)).toEqual(new Set(ids));
          expect(filter.addedAfter).toBe(addedAfter);
          expect(filter.limit).toBe(limit);
        },
      ),
    );
  });

  it("asks for everything with an empty query", () => {
    expect(formatFilter(parseFilter("", "objects"))).toBe("");
    expect(formatFilter(parseFilter("", "versions"))).toBe("");
  });

  it("encodes brackets and commas, as a query has them", () => {
    expect(formatFilter(parseFilter("match[type]=tool,malware", "objects"))).toBe("match%5Btype%5D=malware%2Ctool");
  });
});
