import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { parseClientRegistration } from "../../src/directory/client.ts";
import { defaultCollections, parseCollectionRegistration } from "../../src/directory/collection.ts";
import { parseContactRegistration } from "../../src/directory/contact.ts";
import { parseStateRegistration } from "../../src/directory/state.ts";
import { refusalOf } from "./refusal-of.ts";

const name = { en: "Example", ru: "Пример", kk: "Мысал" };
const identity = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";
const key = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

describe("a state's registration", () => {
  it("is read with its names and identities", () => {
    const written = { code: "XX", name, identities: [identity], networks: ["203.0.113.0/24", "2001:db8::/32"] };
    expect(parseStateRegistration(written)).toEqual(written);
    expect(parseStateRegistration({ code: "XX", name })).toMatchObject({ identities: [], networks: [] });
  });

  it.each<[string, Json, string, string]>([
    ["no object", [], "form", ""],
    ["a code that is no state's", { code: "KK", name }, "state-code", "/code"],
    ["a code in lower case", { code: "xx", name }, "state-code", "/code"],
    ["no code", { name }, "state-code", "/code"],
    ["a missing language", { code: "XX", name: { en: "E", ru: "Э" } }, "line", "/name/kk"],
    ["a name of two lines", { code: "XX", name: { ...name, en: "a\nb" } }, "line", "/name/en"],
    [
      "another object's id for an identity",
      { code: "XX", name, identities: ["report--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5"] },
      "identity",
      "/identities/0",
    ],
    ["an identity without a UUID", { code: "XX", name, identities: ["identity--1"] }, "identity", "/identities/0"],
    ["an identity twice", { code: "XX", name, identities: [identity, identity] }, "twice", "/identities/1"],
    ["an address for a network", { code: "XX", name, networks: ["203.0.113.7/24"] }, "network", "/networks/0"],
    ["a network that is too wide", { code: "XX", name, networks: ["0.0.0.0/0"] }, "network", "/networks/0"],
    ["membership, which the registration does not decide", { code: "XX", name, intervals: [] }, "member", "/intervals"],
  ])("is refused with %s", (_, written, rule, pointer) => {
    expect(refusalOf(() => parseStateRegistration(written))).toMatchObject({ code: "invalid", rule, pointer });
  });

  it("says which code was probably meant", () => {
    expect(refusalOf(() => parseStateRegistration({ code: "KZT", name })).sentence).toBe(
      "KZT is not a state code; did you mean KZ?",
    );
  });
});

describe("a client's registration", () => {
  it("gives no clearance and no reach beyond the organisation unless it says so", () => {
    const read = parseClientRegistration({ role: "analyst", name: "SOC", keys: [key] }, "state");
    expect(read).toEqual({ role: "analyst", name: "SOC", cleared: false, reach: "organisation", keys: [key] });
  });

  it.each(["d", "p", "q", "dp", "dq", "qi", "oth", "k"])(
    "is refused with a private key, known by its member %s",
    (member) => {
      const refusal = refusalOf(() =>
        parseClientRegistration({ role: "analyst", name: "SOC", keys: [key, { ...key, [member]: "secret" }] }, "state"),
      );
      expect(refusal).toMatchObject({ rule: "key", pointer: `/keys/1/${member}` });
      expect(refusal.sentence).not.toContain("secret");
    },
  );

  it.each<[string, Json, string, string]>([
    ["no keys", { role: "analyst", name: "SOC", keys: [] }, "list", "/keys"],
    ["a key that is none", { role: "analyst", name: "SOC", keys: ["MCow"] }, "key", "/keys/0"],
    ["an object that is no key", { role: "analyst", name: "SOC", keys: [{ crv: "P-256" }] }, "key", "/keys/0"],
    ["a role that does not exist", { role: "admin", name: "SOC", keys: [key] }, "word", "/role"],
    ["the secretariat's role", { role: "secretariat", name: "SOC", keys: [key] }, "role", "/role"],
    ["the operator's role", { role: "operator", name: "SOC", keys: [key] }, "role", "/role"],
    ["a clearance that is no flag", { role: "analyst", name: "SOC", keys: [key], cleared: "yes" }, "flag", "/cleared"],
    ["a reach that does not exist", { role: "analyst", name: "SOC", keys: [key], reach: "everyone" }, "word", "/reach"],
    ["another party", { role: "analyst", name: "SOC", keys: [key], party: "YY" }, "member", "/party"],
  ])("is refused with %s", (_, written, rule, pointer) => {
    expect(refusalOf(() => parseClientRegistration(written, "state"))).toMatchObject({
      code: "invalid",
      rule,
      pointer,
    });
  });

  it("leaves the secretariat without a role that contributes, and the exchange with the operator's alone", () => {
    const roles = ["contributor", "analyst", "steward", "secretariat", "operator"];
    const allowed = (kind: "secretariat" | "exchange") =>
      roles.filter((role) => {
        try {
          return parseClientRegistration({ role, name: "N", keys: [key] }, kind).role === role;
        } catch {
          return false;
        }
      });
    expect([allowed("secretariat"), allowed("exchange")]).toEqual([["analyst", "secretariat"], ["operator"]]);
  });
});

describe("a contact's registration", () => {
  it("is read, not cleared unless it says so", () => {
    expect(parseContactRegistration({ name: "Aigerim", address: "poc@example.org" }).cleared).toBe(false);
    expect(refusalOf(() => parseContactRegistration({ name: "Aigerim" })).pointer).toBe("/address");
  });
});

describe("a collection's registration", () => {
  it("is read; those that an exchange begins with are in order", () => {
    for (const written of defaultCollections) expect(parseCollectionRegistration({ ...written })).toEqual(written);
    expect(defaultCollections.map(({ alias }) => alias)).toEqual(["threat-reports", "best-practices", "public"]);
    expect(parseCollectionRegistration({ alias: "a", title: "A" }).description).toBe("");
    expect(parseCollectionRegistration({ alias: "a".repeat(64), title: "A" }).alias).toHaveLength(64);
  });

  it.each(["", "Threat", "a_b", "-a", "a-", "a--b", "a/b", "ж", "a".repeat(65), 1])(
    "is refused with the alias %j",
    (alias) => {
      expect(refusalOf(() => parseCollectionRegistration({ alias, title: "T" }))).toMatchObject({
        rule: "alias",
        pointer: "/alias",
      });
    },
  );
});
