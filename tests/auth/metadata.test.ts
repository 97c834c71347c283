import { describe, expect, it } from "vitest";
import {
  authorizationServerMetadata,
  authorizationServerMetadataUrl,
  identifierLengthMax,
  jwks,
  parseIdentifier,
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
} from "../../src/auth/metadata.ts";
import { generateKey, parsePublicJwk } from "../../src/auth/key.ts";
import { scopes } from "../../src/auth/scope.ts";
import { refusalOf } from "./refusal-of.ts";

const issuer = "https://exchange.example";
const resource = "https://exchange.example/taxii2/exchange/";

describe("metadata", () => {
  it("of the authorization server says what the token door does and no more (RFC 8414)", () => {
    expect(authorizationServerMetadata(issuer, resource)).toEqual({
      issuer,
      token_endpoint: "https://exchange.example/oauth/token",
      jwks_uri: "https://exchange.example/oauth/jwks",
      scopes_supported: scopes,
      grant_types_supported: ["client_credentials"],
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256", "Ed25519"],
      protected_resources: [resource],
    });
  });

  it("of the resource names its authorization server (RFC 9728)", () => {
    expect(protectedResourceMetadata(resource, issuer, "Serai")).toEqual({
      resource,
      authorization_servers: [issuer],
      scopes_supported: scopes,
      bearer_methods_supported: ["header"],
      resource_name: "Serai",
    });
  });

  it("has no empty list and no member without a value (RFC 8414 §3.2)", () => {
    for (const document of [
      authorizationServerMetadata(issuer, resource),
      protectedResourceMetadata(resource, issuer, "Serai"),
    ]) {
      for (const value of Object.values(document)) expect(value.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ["https://exchange.example", "https://exchange.example/.well-known/oauth-authorization-server"],
    ["https://exchange.example/issuer1", "https://exchange.example/.well-known/oauth-authorization-server/issuer1"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/.well-known/oauth-authorization-server"],
  ])("of the issuer %s stands at %s (RFC 8414 §3.1)", (identifier, url) => {
    expect(authorizationServerMetadataUrl(identifier)).toBe(url);
  });

  it.each([
    ["https://exchange.example", "https://exchange.example/.well-known/oauth-protected-resource"],
    ["https://exchange.example/", "https://exchange.example/.well-known/oauth-protected-resource"],
    [resource, "https://exchange.example/.well-known/oauth-protected-resource/taxii2/exchange/"],
  ])("of the resource %s stands at %s (RFC 9728 §3.1)", (identifier, url) => {
    expect(protectedResourceMetadataUrl(identifier)).toBe(url);
  });
});

describe("the key set", () => {
  it("holds each key as it would be accepted again, and nothing private", async () => {
    const keys = [await generateKey("ES256"), await generateKey("Ed25519")];
    const document = jwks(keys);
    expect(document.keys.map((key) => parsePublicJwk(key))).toEqual(document.keys);
    expect(document.keys.map((key) => key.kid)).toEqual(keys.map((key) => key.kid));
    expect(JSON.stringify(document)).not.toMatch(/"d":/);
  });
});

describe("an identifier", () => {
  it.each([
    [issuer, "issuer"],
    ["https://exchange.example/issuer1", "issuer"],
    ["http://127.0.0.1:8080", "issuer"],
    ["http://localhost:8080", "issuer"],
    ["http://[::1]:8080", "issuer"],
    [resource, "resource"],
    ["https://exchange.example", "resource"],
    ["https://exchange.example/", "resource"],
  ] as const)("is %s as %s", (text, kind) => {
    expect(parseIdentifier(text, kind)).toBe(text);
  });

  it.each([
    ["http, not loopback", "http://exchange.example"],
    ["a loopback name in another domain", "http://localhost.example"],
    ["another scheme", "ftp://exchange.example"],
    ["no scheme", "exchange.example"],
    ["empty", ""],
    ["a query", "https://exchange.example/?a=b"],
    ["an empty query", "https://exchange.example/?"],
    ["a fragment", "https://exchange.example/#a"],
    ["a user", "https://user@exchange.example"],
    ["a password", "https://user:pass@exchange.example"],
    ["upper case", "https://Exchange.example"],
    ["the default port", "https://exchange.example:443"],
    ["steps up", "https://exchange.example/a/../b"],
    ["an unescaped letter", "https://exchange.example/é"],
    ["a space before", " https://exchange.example"],
    ["a line feed after", "https://exchange.example\n"],
    ["a name that is not ASCII", "https://пример.example"],
    ["too long", `https://exchange.example/${"a".repeat(identifierLengthMax)}`],
  ])("is refused with %s", async (_, text) => {
    for (const kind of ["issuer", "resource"] as const) {
      expect(await refusalOf(() => parseIdentifier(text, kind))).toMatchObject({ code: "invalid", subject: kind });
    }
  });

  it("of an issuer is refused with a slash at its end", async () => {
    expect(await refusalOf(() => parseIdentifier("https://exchange.example/", "issuer"))).toMatchObject({
      code: "invalid",
    });
  });
});
