import { describe, expect, it } from "vitest";
import { formatManifest, parseManifest } from "../../src/taxii/manifest.ts";
import {
  PAGE_LIMIT_DEFAULT,
  PAGE_LIMIT_MAX,
  continuation,
  dateAddedHeaders,
  pageLimit,
  parseDateAdded,
} from "../../src/taxii/page.ts";
import { formatVersions, parseVersions } from "../../src/taxii/versions.ts";
import { refusalOf } from "./refusing.ts";

describe("pageLimit", () => {
  it("is the client's up to ours, and ours where the client names none", () => {
    expect(pageLimit(1)).toBe(1);
    expect(pageLimit(PAGE_LIMIT_MAX)).toBe(PAGE_LIMIT_MAX);
    expect(pageLimit(PAGE_LIMIT_MAX + 1)).toBe(PAGE_LIMIT_MAX);
    expect(pageLimit(Number.MAX_SAFE_INTEGER)).toBe(PAGE_LIMIT_MAX);
    expect(pageLimit(null)).toBe(PAGE_LIMIT_DEFAULT);
  });
});

describe("dateAddedHeaders", () => {
  it("writes microseconds, all six digits", () => {
    expect(dateAddedHeaders(0, 1_478_090_074_123_450)).toEqual({
      "X-TAXII-Date-Added-First": "1970-01-01T00:00:00.000000Z",
      "X-TAXII-Date-Added-Last": "2016-11-02T12:34:34.123450Z",
    });
  });

  it("writes none for an empty page", () => {
    expect(dateAddedHeaders(null, null)).toEqual({});
    expect(dateAddedHeaders(null, 1)).toEqual({});
    expect(dateAddedHeaders(1, null)).toEqual({});
  });

  it("is read back by a client to the microsecond", () => {
    for (const at of [1, 999_999, 1_478_090_074_123_450, 4_102_444_799_999_999]) {
      const headers = new Headers(dateAddedHeaders(at, at));
      expect(parseDateAdded(headers.get("x-taxii-date-added-last"))).toBe(at);
    }
    expect(parseDateAdded(null)).toBeNull();
    expect(parseDateAdded("Tue, 02 Nov 2016 12:34:34 GMT")).toBeNull();
  });
});

describe("continuation", () => {
  it("says more exactly when there is a cursor", () => {
    expect(continuation(null)).toEqual({ more: false });
    expect(continuation("c")).toEqual({ more: true, next: "c" });
  });
});

describe("formatManifest", () => {
  const records = [
    {
      id: "indicator--29aba82c-5393-42a8-9edb-6a2cb1df070b",
      date_added: 1_478_090_074_000_001,
      version: "2016-11-03T12:30:59.000Z",
      media_type: "application/stix+json;version=2.1",
    },
    { id: "ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd", date_added: 1_478_090_074_000_002, version: "1" },
  ];

  it("writes a record for each version, by the names of the standard", () => {
    expect(JSON.parse(formatManifest(records, null))).toEqual({
      objects: [
        { ...records[0], date_added: "2016-11-02T12:34:34.000001Z" },
        { ...records[1], date_added: "2016-11-02T12:34:34.000002Z" },
      ],
      more: false,
    });
  });

  it("is {} when it is empty, even where somebody thinks that there is more", () => {
    expect(formatManifest([], null)).toBe("{}");
    expect(formatManifest([], "cursor")).toBe("{}");
  });

  it("does not write records out of order", () => {
    expect(() => formatManifest(records.toReversed(), null)).toThrow(TypeError);
    const same = records.map((record) => ({ ...record, date_added: 1 }));
    expect(parseManifest(formatManifest(same, null)).objects).toEqual(same);
  });

  it("is read back by parseManifest", () => {
    expect(parseManifest(formatManifest(records, "cursor"))).toEqual({ objects: records, more: true, next: "cursor" });
    expect(parseManifest("{}")).toEqual({ objects: [], more: false, next: null });
  });
});

describe("parseManifest", () => {
  const record = { id: "a--b", date_added: "2016-11-02T12:34:34.000001Z", version: "1" };
  const refused: readonly (readonly [why: string, page: object, pointer: string])[] = [
    ["with more that is no boolean", { more: "true" }, "/more"],
    ["with next that is no string", { more: true, next: 5 }, "/next"],
    ["with objects that are no list", { objects: record }, "/objects"],
    ["with a record that is none", { objects: [record, null] }, "/objects/1"],
    ["with a record without an id", { objects: [{ ...record, id: undefined }] }, "/objects/0/id"],
    ["with a record without a version", { objects: [{ ...record, version: undefined }] }, "/objects/0/version"],
    ["with a record without a date", { objects: [{ ...record, date_added: undefined }] }, "/objects/0/date_added"],
    ["with a date that is none", { objects: [{ ...record, date_added: "2016-11-02" }] }, "/objects/0/date_added"],
  ];
  for (const [why, page, pointer] of refused) {
    it(`refuses a manifest ${why}`, () => {
      expect(refusalOf(() => parseManifest(JSON.stringify(page)))).toMatchObject({ code: "malformed", pointer });
    });
  }

  it("takes more without next, and an empty next, as other servers give them", () => {
    expect(parseManifest('{"more":true}')).toMatchObject({ more: true, next: null });
    expect(parseManifest('{"more":true,"next":""}')).toMatchObject({ more: true, next: null });
  });

  it("takes next without more as the end", () => {
    expect(parseManifest('{"next":"c"}')).toMatchObject({ more: false, next: null });
    expect(parseManifest('{"more":false,"next":"c"}')).toMatchObject({ more: false, next: null });
  });
});

describe("formatVersions", () => {
  const versions = ["2016-11-03T12:30:59.000Z", "2017-01-01T00:00:00.000Z"];

  it("writes the versions in their order", () => {
    expect(formatVersions(versions, null)).toBe(`{"versions":${JSON.stringify(versions)},"more":false}`);
  });

  it("is {} when it is empty", () => {
    expect(formatVersions([], null)).toBe("{}");
    expect(formatVersions([], "cursor")).toBe("{}");
  });

  it("is read back by parseVersions", () => {
    expect(parseVersions(formatVersions(versions, "c"))).toEqual({ versions, more: true, next: "c" });
    expect(parseVersions("{}")).toEqual({ versions: [], more: false, next: null });
    expect(refusalOf(() => parseVersions('{"versions":[1]}'))).toMatchObject({ pointer: "/versions/0" });
    expect(refusalOf(() => parseVersions('{"versions":"1"}'))).toMatchObject({ pointer: "/versions" });
  });
});
