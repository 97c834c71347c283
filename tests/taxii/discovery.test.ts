import { describe, expect, it } from "vitest";
import {
  API_ROOT_URL_LENGTH_MAX,
  type Discovery,
  checkApiRootUrl,
  formatDiscovery,
  isApiRootUrl,
  parseDiscovery,
} from "../../src/taxii/discovery.ts";
import { refusalOf } from "./refusing.ts";

const full: Discovery = {
  title: "Some TAXII Server",
  description: "This TAXII Server contains a listing of…",
  contact: "string containing contact information",
  default: "https://example.com/api2/",
  api_roots: ["https://example.com/api1/", "https://example.com/api2/", "https://example.net/trustgroup1/"],
};

describe("formatDiscovery", () => {
  it("writes the properties of the standard by their names", () => {
    expect(JSON.parse(formatDiscovery(full))).toEqual(full);
  });

  it("leaves out what is not there, and api_roots when there are none", () => {
    expect(formatDiscovery({ title: "T", api_roots: [] })).toBe('{"title":"T"}');
  });

  it("does not write a default that is no API root", () => {
    expect(() => formatDiscovery({ ...full, default: "https://example.com/api2" })).toThrow(TypeError);
    expect(() => formatDiscovery({ title: "T", default: "/a/", api_roots: [] })).toThrow(TypeError);
  });

  it("does not write an API root URL that the standard forbids", () => {
    expect(() => formatDiscovery({ title: "T", api_roots: ["http://example.com/"] })).toThrow(TypeError);
  });
});

describe("parseDiscovery", () => {
  it("reads what formatDiscovery writes", () => {
    expect(parseDiscovery(formatDiscovery(full))).toEqual(full);
    expect(parseDiscovery(new TextEncoder().encode(formatDiscovery(full)))).toEqual(full);
  });

  it("ignores properties that it does not know", () => {
    const read = parseDiscovery('{"title":"T","x_other":{"a":[1]},"constructor":1}');
    expect(read).toEqual({ title: "T", api_roots: [] });
  });

  const refused: readonly (readonly [why: string, text: string, pointer: string])[] = [
    ["without a title", "{}", "/title"],
    ["with an empty title", '{"title":""}', "/title"],
    ["with a title that is no string", '{"title":1}', "/title"],
    ["with a description that is no string", '{"title":"T","description":null}', "/description"],
    ["with API roots that are no list", '{"title":"T","api_roots":"/a/"}', "/api_roots"],
    ["with an API root that is no string", '{"title":"T","api_roots":[1]}', "/api_roots/0"],
    ["with an API root without TLS", '{"title":"T","api_roots":["/a/","http://example.com/a/"]}', "/api_roots/1"],
    ["with a default that is no API root", '{"title":"T","default":"/b/","api_roots":["/a/"]}', "/default"],
    ["that is a list", "[]", ""],
  ];
  for (const [why, text, pointer] of refused) {
    it(`refuses a discovery ${why}`, () => {
      expect(refusalOf(() => parseDiscovery(text))).toMatchObject({ code: "malformed", pointer });
    });
  }
});

describe("isApiRootUrl", () => {
  const good = [
    "https://taxii.example.com:443/",
    "https://someserver.example.net/apiroot1/",
    "/someapiroot/",
    "https://example.com",
    "HTTPS://example.com/a/",
    "/",
    "/a",
    "https://[2001:db8::1]/a/",
    "https://xn--e1afmkfd.example/a/",
  ];
  for (const url of good) {
    it(`takes ${url}`, () => expect(isApiRootUrl(url)).toBe(true));
  }
  it("takes a path of the greatest length", () => {
    expect(isApiRootUrl(`/${"a".repeat(API_ROOT_URL_LENGTH_MAX - 1)}`)).toBe(true);
  });
  const bad: readonly (readonly [url: string, why: string])[] = [
    ["//someserver.example.com/apiroot1", "the standard's example: two slashes"],
    ["../someapiroot/", "the standard's example: no slash at the front"],
    ["https://foo.edu/bar?baz", "the standard's example: a query"],
    ["https://foo.edu/bar?", "an empty query"],
    ["https://foo.edu/bar#baz", "a fragment"],
    ["/a?b", "a query of a path"],
    ["/a/../b/", "a step up"],
    ["/\\example.com/", "a backslash, which is a slash to some"],
    ["https:\\\\example.com/", "backslashes"],
    ["https:/example.com/", "one slash"],
    ["https:///example.com/", "three slashes"],
    ["https://", "no host"],
    ["https://user:secret@example.com/", "credentials"],
    ["https://user@example.com/", "a user"],
    ["http://example.com/a/", "no TLS"],
    ["ftp://example.com/", "another scheme"],
    ["javascript:alert(1)", "another scheme"],
    ["api/", "no slash at the front"],
    ["", "nothing"],
    [" /a/", "a blank"],
    ["/a b/", "a blank"],
    ["/a\n/", "a line break"],
    ["https://example.com/ключ/", "not ASCII"],
    ["https://example.com:99999/", "no such port"],
    [`/${"a".repeat(API_ROOT_URL_LENGTH_MAX)}`, "too long"],
  ];
  for (const [url, why] of bad) {
    it(`does not take ${JSON.stringify(url.slice(0, 60))}: ${why}`, () => expect(isApiRootUrl(url)).toBe(false));
  }

  it("is what settings are checked by, together with the slash at the end", () => {
    expect(() => checkApiRootUrl("/api/")).not.toThrow();
    expect(refusalOf(() => checkApiRootUrl("/api"))).toMatchObject({ code: "invalid", rule: "api-root-url" });
    expect(refusalOf(() => checkApiRootUrl("http://example.com/"))).toMatchObject({ code: "invalid" });
  });
});
