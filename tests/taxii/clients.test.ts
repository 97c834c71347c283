// What real clients do, imitated: their headers, their queries and their loops against pages made by this room. The list
// that they page through is a plain array here; the doors repeat the same walks over HTTP.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Micros } from "../../src/encoding/timestamp.ts";
import { type Place, formatCursor, positionOf } from "../../src/taxii/cursor.ts";
import { parseEnvelope } from "../../src/taxii/envelope.ts";
import { parseFilter } from "../../src/taxii/filter.ts";
import { formatManifest } from "../../src/taxii/manifest.ts";
import { acceptable, contentTypeAccepted, taxiiMediaType } from "../../src/taxii/media-type.ts";
import { dateAddedHeaders } from "../../src/taxii/page.ts";
import { refusalOf } from "./refusing.ts";

const key = new Uint8Array(32).fill(3);

interface Answer {
  readonly body: {
    readonly more?: boolean;
    readonly next?: string;
    readonly objects?: readonly { readonly id: string }[];
  };
  readonly last: string | undefined;
}

// A list with one object a microsecond, and the door to it: query in, page out.
function door(collection: string, dates: readonly Micros[]): (query: URLSearchParams) => Answer {
  const place: Place = { party: "KZ", client: "KZ-analyst", collection, resource: "manifest", object: null };
  const records = dates.map((added, n) => ({ id: `note--${n}`, date_added: added, version: "1" }));
  return (query) => {
    const position = positionOf(key, place, parseFilter(query.toString(), "manifest"));
    const rest = records.filter(({ date_added: added }) => added > position.after);
    const page = rest.slice(0, position.limit);
    const end = page.at(-1)?.date_added ?? null;
    const next =
      end !== null && rest.length > page.length ? formatCursor(key, place, { ...position, after: end }) : null;
    const body: Answer["body"] = JSON.parse(formatManifest(page, next));
    return { body, last: dateAddedHeaders(page[0]?.date_added ?? null, end)["X-TAXII-Date-Added-Last"] };
  };
}

const lists = fc.uniqueArray(fc.integer({ min: 1, max: 4_000_000_000_000_000 }), { maxLength: 60 }).map((dates) => {
  return dates.toSorted((a, b) => a - b);
});
const idsOf = (dates: readonly Micros[]): readonly string[] => dates.map((_, n) => `note--${n}`);
// A walk that is longer than this does not end.
const roundsMax = 100;

describe("taxii2-client", () => {
  it("takes our Content-Type for its Accept, token by token", () => {
    for (const accept of ["application/taxii+json;version=2.1", "application/taxii+json; version=2.1"]) {
      expect(acceptable(accept)).toBe(true);
      const tokens = taxiiMediaType.replaceAll(" ", "").split(";");
      expect(tokens[0]).toBe("application/taxii+json");
      for (const token of accept.replaceAll(" ", "").split(";")) expect(tokens).toContain(token);
    }
  });

  it("writes brackets, commas and colons percent-encoded", () => {
    const query =
      "match%5Btype%5D=indicator%2Cmalware&match%5Bversion%5D=2016-01-01T01%3A01%3A01.100Z%2Clast&added_after=2016-02-03T10%3A20%3A30Z";
    expect(parseFilter(query, "objects")).toMatchObject({
      types: ["indicator", "malware"],
      versions: { last: true, exact: ["2016-01-01T01:01:01.1"] },
      addedAfter: Date.UTC(2016, 1, 3, 10, 20, 30) * 1_000,
    });
  });

  it("ends as_pages with each record once, though it takes its page size from the first page", () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 0, max: 20 }), (dates, asked) => {
        const get = door("a", dates);
        const seen: string[] = [];
        let perRequest = asked;
        // A limit of 0 is not sent at all: it counts as no argument.
        const query = (next?: string): URLSearchParams => {
          const parameters = new URLSearchParams();
          if (perRequest > 0) parameters.set("limit", String(perRequest));
          if (next !== undefined && next !== "") parameters.set("next", next);
          return parameters;
        };
        let { body } = get(query());
        seen.push(...(body.objects ?? []).map(({ id }) => id));
        if (body.more === true && seen.length !== perRequest) perRequest = seen.length;
        for (let round = 0; body.more === true; round++) {
          expect(round).toBeLessThan(roundsMax);
          ({ body } = get(query(body.next ?? "")));
          seen.push(...(body.objects ?? []).map(({ id }) => id));
        }
        expect(seen).toEqual(idsOf(dates));
      }),
    );
  });
});

describe("OpenCTI", () => {
  it("drops added_after when it sends next, and ends with each record once", () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 20 }), fc.nat({ max: 59 }), (dates, limit, skipped) => {
        const get = door("a", dates);
        const seen: string[] = [];
        const from = dates[skipped];
        let next: string | undefined;
        for (let round = 0; ; round++) {
          expect(round).toBeLessThan(roundsMax);
          const parameters = new URLSearchParams({ limit: String(limit) });
          if (next !== undefined) parameters.set("next", next);
          else if (from !== undefined) parameters.set("added_after", new Date(Math.floor(from / 1_000)).toISOString());
          const { body } = get(parameters);
          seen.push(...(body.objects ?? []).map(({ id }) => id));
          if (body.more !== true) break;
          next = body.next;
        }
        // Its date has milliseconds, so that what it saw in the same one comes again; nothing is missed.
        const after = from === undefined ? -1 : Math.floor(from / 1_000) * 1_000;
        expect(seen).toEqual(idsOf(dates).filter((_, n) => (dates[n] ?? 0) > after));
      }),
    );
  });

  it("sends next and added_after together when it is built in: the cursor counts", () => {
    const get = door("a", [10, 20, 30]);
    const first = get(new URLSearchParams({ limit: "1" }));
    const second = get(
      new URLSearchParams({ next: first.body.next ?? "", added_after: "1970-01-01T00:00:00.000030Z" }),
    );
    expect(second.body.objects?.map(({ id }) => id)).toEqual(["note--1"]);
  });

  it("never gets an empty page that promises more, which would reset it", () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 5 }), (dates, limit) => {
        const { body } = door("a", dates)(new URLSearchParams({ limit: String(limit) }));
        if (body.more === true) expect(body.objects).toHaveLength(limit);
        else expect(body.objects ?? []).toHaveLength(dates.length);
      }),
    );
  });

  it("is told the cause when it sends the cursor of one collection to another", () => {
    const next = door("a", [1, 2])(new URLSearchParams({ limit: "1" })).body.next ?? "";
    const refusal = refusalOf(() => door("b", [1, 2])(new URLSearchParams({ next })));
    expect(refusal).toMatchObject({ code: "malformed", rule: "cursor-collection", subject: "next" });
    expect(refusal.message).toContain("another collection");
  });

  it("posts a bundle of one object as application/stix+json;version=2.1", () => {
    expect(contentTypeAccepted("application/stix+json;version=2.1")).toBe(true);
    const bundle =
      '{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[{"type":"note","id":"note--1"}]}';
    expect(parseEnvelope(bundle).objects).toHaveLength(1);
  });
});

describe("clients that poll by the header alone (Elastic)", () => {
  it("see each object exactly once, while objects are added between the polls", () => {
    fc.assert(
      fc.property(
        lists,
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.nat({ max: 7 })),
        (dates, limit, growth) => {
          const seen: string[] = [];
          let last: string | undefined;
          let there = 0;
          for (let round = 0; seen.length < dates.length || there < dates.length; round++) {
            expect(round).toBeLessThan(400);
            // At least one more a round, so that the walk has an end.
            there = Math.min(dates.length, there + 1 + (growth.next().value ?? 0));
            const parameters = new URLSearchParams({ limit: String(limit) });
            if (last !== undefined) parameters.set("added_after", last);
            const answer = door("a", dates.slice(0, there))(parameters);
            seen.push(...(answer.body.objects ?? []).map(({ id }) => id));
            last = answer.last ?? last;
          }
          expect(seen).toEqual(idsOf(dates));
        },
      ),
    );
  });
});

describe("other clients", () => {
  it("Cortex XSOAR filters by types and falls back to 2.0 when 2.1 is not acceptable", () => {
    expect(parseFilter("match[type]=indicator,report&limit=50", "objects")).toMatchObject({
      types: ["indicator", "report"],
      limit: 50,
    });
    expect(acceptable("application/vnd.oasis.taxii+json; version=2.0")).toBe(false);
    expect(acceptable("application/taxii+json;version=2.1")).toBe(true);
  });

  it("MISP browses with limit=50", () => {
    expect(parseFilter("limit=50", "objects").limit).toBe(50);
  });

  it("EclecticIQ begins at 1970 with 100 a run", () => {
    const filter = parseFilter("added_after=1970-01-01T00%3A00%3A00.000000Z&limit=100", "objects");
    expect(filter).toMatchObject({ addedAfter: 0, limit: 100 });
  });

  it("curl, python-requests and browsers send their own Accept", () => {
    for (const accept of ["*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", null]) {
      expect(acceptable(accept)).toBe(true);
    }
  });
});
