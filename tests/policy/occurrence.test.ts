// Addresses and hosts that occur in an object: whom they affect, and which of them are known and harmless.

import { domainToASCII } from "node:url";
import { describe, expect, it } from "vitest";
import { cicaMembers } from "../../src/directory/cica.ts";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { StixObject } from "../../src/stix/object.ts";
import { parseBlock } from "../../src/stix/pattern/address.ts";
import { parseNetwork } from "../../src/directory/network.ts";
import { affectedBy, countryDomainsOf, countryOf } from "../../src/policy/affected.ts";
import { findBenign } from "../../src/policy/benign.ts";
import { knownDomains } from "../../src/policy/known-domains.ts";
import { knownResolvers } from "../../src/policy/known-resolvers.ts";
import { asciiHost, occurrencesIn } from "../../src/policy/occurrence.ts";
import { specialNames, specialRanges } from "../../src/policy/special-addresses.ts";

const objectOf = (type: string, members: JsonObject): StixObject => ({ type, id: `${type}--1`, ...members });
const valueOf = (type: string, value: string) => objectOf(type, { value });
const indicatorOf = (pattern: string, pattern_type = "stix") => objectOf("indicator", { pattern, pattern_type });
const seen = (object: StixObject) =>
  occurrencesIn(object).map(({ pointer, block, host, bare }) => [pointer, host ?? block?.bits.length, bare]);

describe("occurrencesIn", () => {
  it("reads values of observables", () => {
    expect(seen(valueOf("domain-name", "WWW.Gov.KZ."))).toEqual([["/value", "www.gov.kz", true]]);
    expect(seen(valueOf("domain-name", "егов.қаз"))).toEqual([["/value", domainToASCII("егов.қаз"), true]]);
    expect(seen(valueOf("url", "https://user@mail.example.kz:8443/x?y"))).toEqual([
      ["/value", "mail.example.kz", false],
    ]);
    expect(seen(valueOf("url", "http://example.kz/"))).toEqual([["/value", "example.kz", true]]);
    expect(seen(valueOf("url", "http://[2001:db8::1]/"))).toEqual([["/value", 8, true]]);
    expect(seen(valueOf("url", "http://192.0.2.7/a"))).toEqual([["/value", 2, false]]);
    expect(seen(valueOf("email-addr", "a@example.kz"))).toEqual([["/value", "example.kz", false]]);
    expect(seen(valueOf("ipv4-addr", "192.0.2.0/24"))).toEqual([["/value", 2, true]]);
    expect(seen(valueOf("ipv6-addr", "2001:db8::1"))).toEqual([["/value", 8, true]]);
  });

  it("reads what the pattern of an indicator asks a value to be, and not what it excludes or only resembles", () => {
    const pattern =
      "([domain-name:value = 'a.kz' OR network-traffic:dst_ref.value IN ('192.0.2.1', '192.0.2.2')] AND " +
      "[ipv4-addr:value ISSUBSET '198.51.100.0/24'] AND [domain-name:value != 'b.kz'] AND " +
      "[domain-name:value NOT = 'c.kz'] AND [url:value LIKE 'http://d.kz/%'] AND [file:name = 'e.kz']) WITHIN 5 SECONDS";
    expect(seen(indicatorOf(pattern))).toEqual([
      ["/pattern", "a.kz", true],
      ["/pattern", 2, true],
      ["/pattern", 2, true],
      ["/pattern", 2, true],
    ]);
    expect(seen(indicatorOf("[domain-name:value = 'a.kz'"))).toEqual([]);
    expect(seen(indicatorOf("alert tcp any any -> 192.0.2.1 any", "snort"))).toEqual([]);
  });

  it("reads the deprecated container of observed data", () => {
    const objects = { "0": { type: "ipv4-addr", value: "192.0.2.1" }, "1": { type: "file", name: "a.kz" }, "2": 7 };
    expect(seen(objectOf("observed-data", { objects }))).toEqual([["/objects/0/value", 2, true]]);
    expect(seen(objectOf("report", { objects }))).toEqual([]);
  });

  it("does not read running text, names of files, or what is no host", () => {
    expect(seen(objectOf("report", { description: "See gov.kz.Then 192.0.2.1" }))).toEqual([]);
    expect(seen(objectOf("file", { name: "setup.in", value: "a.kz" }))).toEqual([]);
    for (const value of ["localhost", "a b.kz", "", "a..kz", "a.kz/x", `${"a.".repeat(127)}kz`, "%41.kz", "a.k"])
      expect([value, seen(valueOf("domain-name", value))]).toEqual([value, []]);
    expect(asciiHost("1.2.3")).toBeNull();
  });
});

describe("affectedBy", () => {
  const networks = (...texts: readonly string[]) =>
    texts.map((text) => parseNetwork(text)).filter((one) => one !== null);
  const published = [
    { code: "TR", networks: networks("203.0.113.0/24", "2001:db8:1::/48") },
    { code: "KZ", networks: networks("198.51.100.0/25") },
    { code: "AZ", networks: [] },
  ];

  it("finds states by their networks and their country domains, alphabetical", () => {
    expect(affectedBy(valueOf("ipv4-addr", "203.0.113.9"), published)).toEqual(["TR"]);
    expect(affectedBy(valueOf("ipv4-addr", "198.51.100.128"), published)).toEqual([]);
    expect(affectedBy(valueOf("ipv6-addr", "2001:db8:1:2::1"), published)).toEqual(["TR"]);
    expect(affectedBy(valueOf("url", "https://mail.gov.kz/a"), published)).toEqual(["KZ"]);
    expect(
      affectedBy(indicatorOf("[domain-name:value = 'a.az' OR ipv4-addr:value = '198.51.100.1']"), published),
    ).toEqual(["AZ", "KZ"]);
    expect(affectedBy(valueOf("domain-name", "example.uz"), published)).toEqual([]);
    expect(affectedBy(objectOf("report", { description: "gov.kz" }), published)).toEqual([]);
  });

  it("takes a block for the state's that lies in its networks, not one that they lie in", () => {
    expect(affectedBy(valueOf("ipv4-addr", "203.0.113.64/26"), published)).toEqual(["TR"]);
    expect(affectedBy(valueOf("ipv4-addr", "203.0.112.0/23"), published)).toEqual([]);
  });

  it("lets nobody publish half of the Internet", () => {
    expect([
      parseNetwork("0.0.0.0/0"),
      parseNetwork("10.0.0.0/7"),
      parseNetwork("2000::/3"),
      parseNetwork("x"),
    ]).toEqual(Array(4).fill(null));
    expect([parseNetwork("10.0.0.0/8"), parseNetwork("2001::/16")]).not.toContain(null);
    const all = parseBlock("0.0.0.0/0");
    const everything = [{ code: "XX", networks: all === null ? [] : [all] }];
    expect(affectedBy(valueOf("ipv4-addr", "203.0.113.9"), everything)).toEqual([]);
  });

  it("knows the country domains of every member, and those in other scripts", () => {
    for (const { code } of cicaMembers) expect(countryOf(`x.${code.toLowerCase()}`)).toBe(code);
    expect(countryOf("x.uk")).toBe("GB");
    for (const host of ["x.com", "x.zz", "x.eu"]) expect(countryOf(host)).toBeNull();
    for (const { code } of cicaMembers)
      for (const domain of countryDomainsOf(code))
        expect([domain, countryOf(domainToASCII(`x.${domain}`))]).toEqual([domain, code]);
    expect(countryDomainsOf("RU")).toEqual(["ru", "рф"]);
  });
});

describe("findBenign", () => {
  const listsOf = (object: StixObject) => findBenign(object).map(({ list }) => list);

  it("finds resolvers, well-known domains, special ranges and reserved names", () => {
    expect(findBenign(valueOf("ipv4-addr", "8.8.8.8"))).toEqual([{ list: "resolvers", pointer: "/value" }]);
    expect(listsOf(valueOf("ipv6-addr", "2001:4860:4860:0:0:0:0:8888"))).toEqual(["resolvers"]);
    expect(listsOf(valueOf("domain-name", "www.Google.com"))).toEqual(["domains"]);
    expect(listsOf(valueOf("url", "https://github.com/"))).toEqual(["domains"]);
    expect(listsOf(valueOf("ipv4-addr", "192.168.7.0/24"))).toEqual(["ranges"]);
    expect(listsOf(valueOf("url", "http://127.0.0.1:8080/x"))).toEqual(["ranges"]);
    expect(listsOf(valueOf("domain-name", "a.b.example.com"))).toEqual(["names"]);
    expect(listsOf(valueOf("domain-name", "router.home.arpa"))).toEqual(["names"]);
  });

  it("does not take for harmless what somebody keeps on a known host, or a host that only resembles one", () => {
    for (const object of [
      valueOf("url", "https://github.com/evil/payload"),
      valueOf("url", "https://8.8.8.8/payload"),
      valueOf("email-addr", "evil@mail.ru"),
      valueOf("domain-name", "sites.google.com"),
      valueOf("domain-name", "google.com.evil.kz"),
      valueOf("domain-name", "notexample.com"),
      valueOf("ipv4-addr", "8.8.8.0/24"),
      valueOf("ipv4-addr", "192.168.0.0/15"),
    ])
      expect([object["value"], listsOf(object)]).toEqual([object["value"], []]);
  });

  it("points at a pattern once for each list", () => {
    const pattern = "[ipv4-addr:value IN ('10.0.0.1', '10.0.0.2', '1.1.1.1', '185.0.0.1')]";
    expect(findBenign(indicatorOf(pattern))).toEqual([
      { list: "ranges", pointer: "/pattern" },
      { list: "resolvers", pointer: "/pattern" },
    ]);
  });

  it("has lists with a source and a date, every entry sound and none twice", () => {
    for (const list of [knownResolvers, knownDomains, specialRanges, specialNames]) {
      expect(list.source).not.toBe("");
      expect(list.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    }
    for (const address of knownResolvers.addresses) expect([address, parseBlock(address)]).not.toContain(null);
    for (const block of specialRanges.blocks) expect([block, parseBlock(block)]).not.toContain(null);
    for (const host of knownDomains.hosts) expect(asciiHost(host)).toBe(host);
    for (const values of [knownResolvers.addresses, knownDomains.hosts, specialRanges.blocks, specialNames.names])
      expect(new Set<string>(values).size).toBe(values.length);
    expect([...specialNames.names]).toEqual([...specialNames.names].sort());
  });
});
