// TAXII 2.1 row by row, by the numbers of the project's list of facts (A general, B endpoints, C conformance, D what
// medallion tests, E what the text leaves open): each row that the pure room can decide. The rows about connections,
// status codes and paths are the doors'.
import { describe, expect, it } from "vitest";
import { Refusal } from "../../src/refusal.ts";
import { formatApiRoot, parseApiRoot } from "../../src/taxii/api-root.ts";
import {
  type Collection,
  formatCollection,
  formatCollections,
  isNamed,
  parseCollection,
  parseCollections,
} from "../../src/taxii/collection.ts";
import { type Place, formatCursor, positionOf } from "../../src/taxii/cursor.ts";
import { discoveryPath, formatDiscovery, isApiRootUrl, parseDiscovery } from "../../src/taxii/discovery.ts";
import {
  CONTENT_LENGTH_MAX,
  formatEnvelope,
  parseEnvelope,
  parseEnvelopePage,
  wrapEnvelope,
} from "../../src/taxii/envelope.ts";
import { formatTaxiiError, parseTaxiiError } from "../../src/taxii/error.ts";
import { type FilterEndpoint, parseFilter } from "../../src/taxii/filter.ts";
import { formatManifest, parseManifest } from "../../src/taxii/manifest.ts";
import { acceptable, contentTypeAccepted, stixMediaType, taxiiMediaType } from "../../src/taxii/media-type.ts";
import { PAGE_LIMIT_MAX, dateAddedHeaders, pageLimit } from "../../src/taxii/page.ts";
import { isIdentifier } from "../../src/taxii/resource.ts";
import { type Outcome, formatStatus, parseStatus, statusOf } from "../../src/taxii/status.ts";
import { formatVersions, parseVersions } from "../../src/taxii/versions.ts";
import { refusalOf } from "./refusing.ts";

const id = "2d086da7-4bdc-4f91-900e-d77486753710";
const microsecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const collection: Collection = { id, title: "T", can_read: true, can_write: true, media_types: [stixMediaType] };
const success: Outcome = { result: "success", id: `indicator--${id}`, version: "2018-05-27T12:02:41.312Z" };
const record = {
  id: `indicator--${id}`,
  date_added: 1_000_001,
  version: "2018-05-27T12:02:41.312Z",
  media_type: stixMediaType,
};
const key = new Uint8Array(32).fill(1);
const place: Place = { party: "KZ", client: "c", collection: id, resource: "objects", object: null };

function read(text: string): Readonly<Record<string, unknown>> {
  const value: Readonly<Record<string, unknown>> = JSON.parse(text);
  return value;
}

describe("A: general", () => {
  it("A3: the media type is application/taxii+json with version=2.1", () => {
    expect(taxiiMediaType).toBe("application/taxii+json;version=2.1");
  });

  it("A4: an Accept with at least one TAXII media range is met, with or without the version", () => {
    expect(acceptable("text/html, application/taxii+json")).toBe(true);
    expect(acceptable("text/html, application/taxii+json;version=2.1")).toBe(true);
  });

  it("A5: the answer's media type carries its version", () => {
    expect(taxiiMediaType.split(";")).toContain("version=2.1");
  });

  it("A6: an Accept without a version is answered with the version that is served", () => {
    expect(acceptable("application/taxii+json")).toBe(true);
    expect(contentTypeAccepted("application/taxii+json")).toBe(true);
  });

  it("A7: the defined Accept is never 406 and the defined Content-Type never 415", () => {
    expect(acceptable(taxiiMediaType)).toBe(true);
    expect(contentTypeAccepted(taxiiMediaType)).toBe(true);
  });

  it("A8: every refusal has the payload of an error message", () => {
    expect(read(formatTaxiiError(new Refusal("conflict", "No."), 409))).toMatchObject({
      title: expect.any(String),
    });
  });

  it("A9: what is sent is read strictly: duplicate keys, huge integers and lone surrogates are refused", () => {
    for (const body of [
      '{"objects":[{}],"objects":[{}]}',
      '{"objects":[{"n":9007199254740993}]}',
      '{"objects":[{"s":"\\ud800"}]}',
    ]) {
      expect(refusalOf(() => parseEnvelope(body)).code).toBe("malformed");
    }
  });

  it("A9: names are exactly as printed", () => {
    expect(refusalOf(() => parseEnvelope('{"Objects":[{}]}')).code).toBe("invalid");
    expect(refusalOf(() => parseFilter("match[version]=LAST", "objects")).code).toBe("malformed");
  });

  it("A10: no resource ever has an empty list", () => {
    const texts = [
      formatDiscovery({ title: "T", api_roots: [] }),
      formatCollection({ ...collection, media_types: [] }),
      formatCollections([]),
      formatStatus(statusOf({ id, requestedAt: 0, outcomes: [] })),
      formatStatus(statusOf({ id, requestedAt: 0, outcomes: [success] })),
      formatManifest([], null),
      formatVersions([], null),
      formatEnvelope([], null),
    ];
    for (const text of texts) expect(text).not.toContain("[]");
  });

  it("A11: every timestamp is in UTC with exactly six digits of a second", () => {
    const manifest = read(formatManifest([record], null));
    expect(manifest).toMatchObject({ objects: [{ date_added: expect.stringMatching(microsecond) }] });
    expect(read(formatStatus(statusOf({ id, requestedAt: 0, outcomes: [] })))["request_timestamp"]).toMatch(
      microsecond,
    );
    for (const value of Object.values(dateAddedHeaders(0, 1))) expect(value).toMatch(microsecond);
  });

  it("A12: identifiers are UUIDs of version 4, integers fit 54 bits", () => {
    expect(isIdentifier(id)).toBe(true);
    expect(() => formatCollection({ ...collection, id: "2d086da7-4bdc-5f91-900e-d77486753710" })).toThrow(TypeError);
    expect(() => formatApiRoot({ title: "T", versions: [taxiiMediaType], max_content_length: 2 ** 53 })).toThrow(
      TypeError,
    );
    expect(refusalOf(() => parseFilter("limit=9007199254740992", "objects")).subject).toBe("limit");
  });

  it("A15: what a caller may not see leaves no trace in the list of collections", () => {
    expect(formatCollections([collection])).not.toMatch(/total|count|more/);
  });

  it("A18: discovery lives at /taxii2/", () => {
    expect(discoveryPath).toBe("/taxii2/");
  });

  it("A.1: the headers carry the dates of the first and the last object", () => {
    expect(dateAddedHeaders(1, 2)).toEqual({
      "X-TAXII-Date-Added-First": "1970-01-01T00:00:00.000001Z",
      "X-TAXII-Date-Added-Last": "1970-01-01T00:00:00.000002Z",
    });
  });

  it("A.2: a manifest is ascending by date added, and collections keep their order", () => {
    expect(() => formatManifest([{ ...record, date_added: 2 }, record].toReversed(), null)).toThrow(TypeError);
    const two = [collection, { ...collection, id: "3d086da7-4bdc-4f91-900e-d77486753710" }];
    expect(formatCollections(two)).toBe(formatCollections(two));
    expect(formatCollections(two)).not.toBe(formatCollections(two.toReversed()));
  });
});

describe("A.3: filtering", () => {
  it("A.3: a malformed parameter is refused as malformed, which is 400", () => {
    expect(refusalOf(() => parseFilter("limit=x", "objects")).code).toBe("malformed");
  });

  it("A.3: without parameters everything is meant, oldest first, last versions", () => {
    expect(positionOf(key, place, parseFilter("", "objects"))).toMatchObject({
      after: -1,
      match: { ids: [], types: [], specVersions: [], versions: { last: true, first: false, all: false, exact: [] } },
    });
  });

  it("A.3: added_after is one timestamp, at most once", () => {
    expect(
      refusalOf(() => parseFilter("added_after=2020-01-01T00:00:00Z&added_after=2020-01-01T00:00:00Z", "objects"))
        .subject,
    ).toBe("added_after");
    expect(
      refusalOf(() => parseFilter("added_after=2020-01-01T00:00:00Z,2021-01-01T00:00:00Z", "objects")).subject,
    ).toBe("added_after");
  });

  it("A.3: limit is an integer greater than 0; one larger than the server's is capped", () => {
    for (const limit of ["0", "-1", "1.5", "1e3", "+1", "", "x"]) {
      expect(refusalOf(() => parseFilter(`limit=${limit}`, "objects")).subject).toBe("limit");
    }
    expect(pageLimit(parseFilter("limit=5000", "objects").limit)).toBe(PAGE_LIMIT_MAX);
  });

  it("A.3: next is sent with the same filters, and differing ones are refused", () => {
    const first = positionOf(key, place, parseFilter("match[version]=all&limit=2", "objects"));
    const next = formatCursor(key, place, { ...first, after: 5 });
    expect(positionOf(key, place, parseFilter(`match[version]=all&limit=2&next=${next}`, "objects")).after).toBe(5);
    expect(
      refusalOf(() => positionOf(key, place, parseFilter(`match[version]=first&limit=2&next=${next}`, "objects"))),
    ).toMatchObject({
      code: "malformed",
      subject: "match[version]",
    });
  });

  it("A.3: next is not trusted: it holds for the client and the list that it was given for", () => {
    const next = formatCursor(key, place, positionOf(key, place, parseFilter("", "objects")));
    for (const other of [
      { party: "UZ" },
      { client: "d" },
      { collection: "e" },
      { resource: "manifest" },
      { object: "f" },
    ] as const) {
      expect(
        refusalOf(() => positionOf(key, { ...place, ...other }, parseFilter(`next=${next}`, "objects"))).code,
      ).toBe("malformed");
    }
  });

  it("A.3: match fields are ANDed, their values ORed, each field once, undefined fields ignored", () => {
    const filter = parseFilter("match[type]=a-type,b-type&match[spec_version]=2.1&match[never-heard-of]=1", "objects");
    expect(filter).toMatchObject({ types: ["a-type", "b-type"], specVersions: ["2.1"], ids: [] });
    expect(refusalOf(() => parseFilter("match[type]=tool&match[type]=malware", "objects")).subject).toBe("match[type]");
  });

  it("A.3: keys with percent-encoded brackets are understood", () => {
    expect(parseFilter("match%5Btype%5D=tool", "objects").types).toEqual(["tool"]);
    expect(parseFilter("match%5btype%5d=tool", "objects").types).toEqual(["tool"]);
  });

  const types = [
    "attack-pattern campaign course-of-action grouping identity incident indicator infrastructure intrusion-set location",
    "malware malware-analysis note observed-data opinion report threat-actor tool vulnerability relationship sighting",
    "artifact autonomous-system directory domain-name email-addr email-message file ipv4-addr ipv6-addr mac-addr mutex",
    "network-traffic process software url user-account windows-registry-key x509-certificate",
    "language-content marking-definition extension-definition",
  ].flatMap((line) => line.split(" "));

  it("A.3: none of the types of STIX 2.1 is ever an error", () => {
    expect(types).toHaveLength(42);
    for (const type of types) expect(parseFilter(`match[type]=${type}`, "objects").types).toEqual([type]);
    expect(parseFilter(`match[type]=${types.join(",")}`, "manifest").types).toHaveLength(42);
  });

  it("A.3: version is last, first, all alone, or exact timestamps; none twice", () => {
    const exact = parseFilter("match[version]=2016-01-01T01:01:01.000Z", "objects").versions.exact;
    expect(exact).toEqual(parseFilter("match[version]=2016-01-01T01:01:01Z", "objects").versions.exact);
    for (const wrong of ["all,last", "last,last", "2016-01-01T01:01:01.000Z,2016-01-01T01:01:01.0Z"]) {
      expect(refusalOf(() => parseFilter(`match[version]=${wrong}`, "objects")).subject).toBe("match[version]");
    }
  });

  it("A.3: spec_version names the versions that alone may be answered; absent, none is named", () => {
    expect(parseFilter("match[spec_version]=2.0,2.1", "objects").specVersions).toEqual(["2.0", "2.1"]);
    expect(parseFilter("", "objects").specVersions).toEqual([]);
  });
});

describe("A.4 to A.7", () => {
  it("A.4: more comes with next on objects, manifests and versions, and never without", () => {
    for (const text of [formatEnvelope(["{}"], "c"), formatManifest([record], "c"), formatVersions(["1"], "c")]) {
      expect(read(text)).toMatchObject({ more: true, next: "c" });
    }
    for (const text of [formatEnvelope(["{}"], null), formatManifest([record], null), formatVersions(["1"], null)]) {
      expect(read(text)).toMatchObject({ more: false });
      expect(read(text)).not.toHaveProperty("next");
    }
  });

  it("A.5: an error has a title, and its http_status is a string that equals the status", () => {
    expect(read(formatTaxiiError(new Refusal("limit", "No."), 413))).toMatchObject({
      title: "Limit exceeded",
      http_status: "413",
    });
  });

  it("A.5: an error does not tell what exists: hidden and absent are the same bytes", () => {
    const hidden = new Refusal("not-found", "Hidden.", { subject: "indicator--1" });
    const absent = new Refusal("not-found", "Absent.");
    expect(formatTaxiiError(hidden, 404, "1")).toBe(formatTaxiiError(absent, 404, "2"));
  });

  it("A.6: no result is {}", () => {
    expect(formatEnvelope([], null)).toBe("{}");
    expect(new TextDecoder().decode(wrapEnvelope([], null))).toBe("{}");
  });

  it("A.6: a bundle is no item of an envelope", () => {
    expect(parseEnvelope('{"objects":[{"type":"bundle"}]}').objects[0]?.fault?.code).toBe("invalid");
  });

  it("A.7: our custom property has a name of the standard's form, and foreign ones are ignored", () => {
    const text = formatStatus(statusOf({ id, requestedAt: 0, outcomes: [success], receipt: "r" }));
    for (const name of Object.keys(read(text))) expect(name).toMatch(/^[a-z0-9_]{2,250}$/);
    expect(Object.keys(read(text)).filter((name) => name.startsWith("x_"))).toEqual(["x_serai_receipt"]);
    expect(parseStatus(text.replace('"x_serai_receipt"', '"x_acme_foo"'))).toEqual(
      statusOf({ id, requestedAt: 0, outcomes: [success] }),
    );
  });
});

describe("B: endpoints", () => {
  const table: Readonly<Record<FilterEndpoint, readonly string[]>> = {
    objects: ["added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]"],
    manifest: ["added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]"],
    object: ["added_after", "limit", "next", "match[version]", "match[spec_version]"],
    versions: ["added_after", "limit", "next", "match[spec_version]"],
    delete: ["match[version]", "match[spec_version]"],
  };
  for (const endpoint of ["objects", "manifest", "object", "versions", "delete"] as const) {
    it(`B: ${endpoint} takes the parameters of its row`, () => {
      for (const name of table.objects) {
        const twice = `${name}=a&${name}=a`;
        if (table[endpoint].includes(name)) {
          expect(refusalOf(() => parseFilter(twice, endpoint)).subject).toBe(name);
        } else if (endpoint === "delete") {
          expect(refusalOf(() => parseFilter(`${name}=a`, endpoint)).subject).toBe(name);
        } else {
          expect(parseFilter(twice, endpoint)).toEqual(parseFilter("", endpoint));
        }
      }
    });
  }

  it("B1: the default of a discovery is one of its API roots, whose URLs are https or begin with one slash", () => {
    expect(() => formatDiscovery({ title: "T", default: "/b/", api_roots: ["/a/"] })).toThrow(TypeError);
    expect(isApiRootUrl("https://example.com/a/") && isApiRootUrl("/a/")).toBe(true);
    for (const url of ["//example.com/a", "../a/", "https://example.com/a?b", "http://example.com/a/"]) {
      expect(isApiRootUrl(url)).toBe(false);
    }
  });

  it("B2: an API root lists TAXII 2.1 and a length above 0, below which no body is too large", () => {
    const text = formatApiRoot({ title: "T", versions: [taxiiMediaType], max_content_length: CONTENT_LENGTH_MAX });
    const { max_content_length: length } = parseApiRoot(text);
    expect(parseEnvelope('{"objects":[{}]}'.padEnd(length, " ")).objects).toHaveLength(1);
  });

  it("B3: a status has its counts, which add up and match its lists", () => {
    const outcomes: readonly Outcome[] = [
      success,
      { ...success, result: "failure", message: "No." },
      { ...success, result: "pending" },
    ];
    expect(read(formatStatus(statusOf({ id, requestedAt: 0, outcomes })))).toMatchObject({
      id,
      status: "pending",
      total_count: 3,
      success_count: 1,
      failure_count: 1,
      pending_count: 1,
      failures: [{ id: success.id, version: success.version, message: "No." }],
    });
  });

  it("B4: collections are {} when there are none; can_read and can_write are always there; media_types has its default", () => {
    expect(formatCollections([])).toBe("{}");
    expect(read(formatCollection(collection))).toMatchObject({ can_read: true, can_write: true });
    const plain = formatCollection({ ...collection, media_types: [] });
    expect(parseCollection(plain).media_types).toEqual(["application/stix+json"]);
  });

  it("B5: a manifest has a record for each version, {} when there is none, and takes the printed STIX Accept", () => {
    const versions = [record, { ...record, date_added: 1_000_002, version: "2019-05-27T12:02:41.312Z" }];
    expect(read(formatManifest(versions, null))["objects"]).toHaveLength(2);
    expect(formatManifest([], null)).toBe("{}");
    expect(acceptable("application/stix+json;version=2.1")).toBe(true);
  });

  it("B6: nothing found is an empty envelope", () => {
    expect(parseEnvelopePage(formatEnvelope([], null)).objects).toEqual([]);
  });

  it("B7: what is wrong with one object is its failure and not the envelope's; an unprocessable body is refused", () => {
    expect(parseEnvelope('{"objects":[1,{"type":"indicator"}]}').objects.map(({ fault }) => fault === null)).toEqual([
      false,
      true,
    ]);
    expect(refusalOf(() => parseEnvelope('{"type":"indicator"}')).code).toBe("invalid");
    expect(contentTypeAccepted("application/json")).toBe(false);
  });

  it("B8: DELETE without a version means all of them, and an object without one its last", () => {
    expect(parseFilter("", "delete").versions).toEqual({ last: false, first: false, all: true, exact: [] });
    expect(parseFilter("", "object").versions).toEqual({ last: true, first: false, all: false, exact: [] });
  });

  it("B9: versions are all versions, in their order, {} when there are none, without match[version]", () => {
    expect(parseFilter("match[version]=first", "versions").versions.all).toBe(true);
    expect(read(formatVersions(["2", "1"], null))["versions"]).toEqual(["2", "1"]);
    expect(formatVersions([], null)).toBe("{}");
  });
});

describe("C and D: conformance", () => {
  it("C: a client reads every property of every resource", () => {
    const discovery = { title: "T", description: "D", contact: "C", default: "/a/", api_roots: ["/a/", "/b/"] };
    expect(parseDiscovery(JSON.stringify(discovery))).toEqual(discovery);
    const root = { title: "T", description: "D", versions: [taxiiMediaType], max_content_length: 1 };
    expect(parseApiRoot(JSON.stringify(root))).toEqual(root);
    const whole = { ...collection, description: "D", alias: "a" };
    expect(parseCollection(JSON.stringify(whole))).toEqual(whole);
    expect(parseCollections(JSON.stringify({ collections: [whole] }))).toEqual([whole]);
    const manifest = { more: true, next: "n", objects: [{ ...record, date_added: "1970-01-01T00:00:01.000001Z" }] };
    expect(parseManifest(JSON.stringify(manifest))).toEqual({ more: true, next: "n", objects: [record] });
    const versions = { more: true, next: "n", versions: ["1", "2"] };
    expect(parseVersions(JSON.stringify(versions))).toEqual(versions);
    const error = {
      title: "T",
      description: "D",
      error_id: "1",
      error_code: "2",
      http_status: "400",
      external_details: "https://example.com/",
      details: { a: [1] },
    };
    expect(parseTaxiiError(JSON.stringify(error))).toEqual(error);
  });

  it("D: the queries of medallion's tests are read, and the two that it refuses are refused", () => {
    const read = [
      "limit=3",
      "limit=3&next=abc",
      "added_after=2016-11-01T03:04:05Z",
      "match[id]=malware--c0931cc6-c75e-47e5-9036-78fabc95d4ec",
      "match[type]=indicator",
      "match[version]=2016-12-25T12:30:59.444Z",
      "match[version]=first",
      "match[version]=last",
      "match[version]=all",
      "match[version]=all&limit=2",
      "match[spec_version]=2.0",
      "match[spec_version]=2.0,2.1",
      "match[spec_version]=2.1",
      "match[type]=indicator&match[version]=2017-01-27T13:49:53.935Z",
      "match[type]=indicator&match[spec_version]=2.1",
    ];
    for (const query of read) {
      for (const endpoint of ["objects", "manifest", "object", "versions"] as const) {
        expect(() => parseFilter(query, endpoint)).not.toThrow();
      }
    }
    expect(refusalOf(() => parseFilter("limit=-20", "objects")).code).toBe("malformed");
    const next = formatCursor(key, place, positionOf(key, place, parseFilter("match[version]=all&limit=2", "objects")));
    const changed = parseFilter(`match[version]=first&limit=2&next=${next}`, "objects");
    expect(refusalOf(() => positionOf(key, place, changed)).code).toBe("malformed");
  });
});

describe("E: points that the text leaves open", () => {
  it("E1: an empty page has no date headers", () => expect(dateAddedHeaders(null, null)).toEqual({}));

  it("E2: manifests and versions carry next", () => {
    expect(read(formatManifest([record], "c"))["next"]).toBe("c");
    expect(read(formatVersions(["1"], "c"))["next"]).toBe("c");
  });

  it("E5: an alias stands for the id, in sub-resources too", () => {
    expect(isNamed({ id, alias: "public" }, "public")).toBe(true);
  });

  it("E7: a limit larger than the server's is no error", () => {
    expect(parseFilter(`limit=${PAGE_LIMIT_MAX + 1}`, "objects").limit).toBe(PAGE_LIMIT_MAX + 1);
  });

  it("E9: match[version]=first,last names two things, which are one for an object with one version", () => {
    expect(parseFilter("match[version]=first,last", "objects").versions).toEqual({
      last: true,
      first: true,
      all: false,
      exact: [],
    });
  });

  it("E10: without spec_version nothing is filtered", () => {
    expect(parseFilter("", "objects").specVersions).toEqual([]);
  });
});
