import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chooseResource,
  jwtBearerAssertionType,
  parseTokenRequest,
  tokenRequestBytesMax,
  tokenRequestParametersMax,
} from "../../src/auth/token-request.ts";
import { tokenErrorResponse, tokenResponse } from "../../src/auth/token-response.ts";
import { utf8 } from "../../src/encoding/bytes.ts";
import { Refusal } from "../../src/refusal.ts";
import type { RefusalCode } from "../../src/refusal.ts";
import { refusalOf } from "./refusal-of.ts";

const contentType = "application/x-www-form-urlencoded";
const type = encodeURIComponent(jwtBearerAssertionType);
const good = `grant_type=client_credentials&client_assertion_type=${type}&client_assertion=a.b.c`;

function parse(body: string, more: { readonly contentType?: string | null; readonly authorization?: string } = {}) {
  return parseTokenRequest({ contentType, authorization: null, ...more, body: utf8(body) });
}

describe("a token request", () => {
  it("is read with what it must have", () => {
    expect(parse(good)).toEqual({
      grant: "client_credentials",
      clientAssertion: "a.b.c",
      clientId: undefined,
      scope: undefined,
      resource: undefined,
    });
  });

  it("is read with all it may have, and the rest is ignored (RFC 6749 §3.2)", () => {
    const body = `${good}&client_id=KZ-analyst&scope=taxii%3Aread+log&resource=https%3A%2F%2Fe.example%2F&audience=x&x`;
    expect(parse(body)).toEqual({
      grant: "client_credentials",
      clientAssertion: "a.b.c",
      clientId: "KZ-analyst",
      scope: "taxii:read log",
      resource: "https://e.example/",
    });
  });

  it("treats a parameter without a value as omitted (RFC 6749 §3.2)", () => {
    expect(parse(`${good}&scope=&resource`)).toMatchObject({ scope: undefined, resource: undefined });
  });

  it("may have empty pairs, as some programs send them", () => {
    expect(parse(`&${good}&&`)).toMatchObject({ clientAssertion: "a.b.c" });
  });

  it.each([
    "application/x-www-form-urlencoded; charset=UTF-8",
    "Application/X-WWW-Form-Urlencoded",
    'application/x-www-form-urlencoded;charset="utf-8"',
  ])("is accepted as %s", (contentType) => {
    expect(parse(good, { contentType })).toMatchObject({ clientAssertion: "a.b.c" });
  });

  it("is read as URLSearchParams wrote it, whatever the values", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 200 }), (value) => {
        const form = new URLSearchParams({ grant_type: "client_credentials", client_assertion: value, scope: value });
        form.set("client_assertion_type", jwtBearerAssertionType);
        expect(parse(String(form))).toMatchObject({
          clientAssertion: value.toWellFormed(),
          scope: value.toWellFormed(),
        });
      }),
    );
  });

  const cases: readonly (readonly [string, string, RefusalCode, string])[] = [
    ["no body", "", "invalid-request", "grant_type"],
    ["no grant_type", good.replace("grant_type", "grant"), "invalid-request", "grant_type"],
    ["an empty grant_type", good.replace("client_credentials", ""), "invalid-request", "grant_type"],
    ["the password grant", "grant_type=password&username=a&password=b", "unsupported-grant", "grant_type"],
    ["the code grant", "grant_type=authorization_code&code=a", "unsupported-grant", "grant_type"],
    ["a refresh token", "grant_type=refresh_token&refresh_token=a", "unsupported-grant", "grant_type"],
    ["a grant in another case", good.replace("client_c", "Client_c"), "unsupported-grant", "grant_type"],
    ["grant_type twice", `${good}&grant_type=client_credentials`, "invalid-request", "body"],
    ["grant_type twice, once empty", `grant_type=&${good}`, "invalid-request", "body"],
    ["grant_type twice, once escaped", `${good}&grant%5Ftype=password`, "invalid-request", "body"],
    ["client_assertion twice", `${good}&client_assertion=d.e.f`, "invalid-request", "body"],
    ["scope twice", `${good}&scope=log&scope=audit`, "invalid-request", "body"],
    ["resource twice", `${good}&resource=a&resource=b`, "invalid-request", "body"],
    ["an ignored parameter twice", `${good}&x=1&x=2`, "invalid-request", "body"],
    ["no assertion", "grant_type=client_credentials", "invalid-client", "client_assertion"],
    ["a client_id alone", "grant_type=client_credentials&client_id=KZ-analyst", "invalid-client", "client_assertion"],
    ["a secret", "grant_type=client_credentials&client_id=a&client_secret=b", "invalid-client", "client_secret"],
    ["a secret beside the assertion", `${good}&client_secret=b`, "invalid-client", "client_secret"],
    ["no type of assertion", good.replace(type, ""), "invalid-client", "client_assertion_type"],
    ["SAML", good.replace("jwt-bearer", "saml2-bearer"), "invalid-client", "client_assertion_type"],
    ["a % without digits", `${good}&scope=%zz`, "invalid-request", "body"],
    ["a % at the end", `${good}&scope=%`, "invalid-request", "body"],
    ["bytes that are not UTF-8", `${good}&scope=%C0%AF`, "invalid-request", "body"],
    ["a surrogate in UTF-8", `${good}&scope=%ED%A0%80`, "invalid-request", "body"],
    ["a raw letter beyond ASCII", `${good}&scope=é`, "invalid-request", "body"],
    ["a raw line feed", `${good}\n`, "invalid-request", "body"],
    [
      "too many parameters",
      good + Array.from({ length: tokenRequestParametersMax }, (_, i) => `&x${i}`).join(""),
      "invalid-request",
      "body",
    ],
    ["a body too long", `${good}&x=${"a".repeat(tokenRequestBytesMax)}`, "invalid-request", "body"],
    ["JSON", '{"grant_type":"client_credentials"}', "invalid-request", "grant_type"],
  ];
  it.each(cases)("is refused with %s", async (_, body, code, subject) => {
    expect(await refusalOf(() => parse(body))).toMatchObject({ code, subject });
  });

  it.each([
    null,
    "",
    "application/json",
    "multipart/form-data; boundary=x",
    `${contentType}; charset=koi8-r`,
    `${contentType}x`,
  ])("is refused as %j", async (contentType) => {
    const refusal = await refusalOf(() => parse(good, { contentType }));
    expect(refusal).toMatchObject({ code: "invalid-request", subject: "Content-Type" });
  });

  it("is refused with a second way of authenticating (RFC 6749 §2.3)", async () => {
    const refusal = await refusalOf(() => parse(good, { authorization: "Basic dXNlcjpwYXNz" }));
    expect(refusal).toMatchObject({ code: "invalid-client", subject: "Authorization" });
  });
});

describe("the resource of a token (RFC 8707)", () => {
  const resource = "https://exchange.example/taxii2/exchange/";

  it("is ours when none is asked for, and when ours is", () => {
    expect(chooseResource(undefined, resource)).toBe(resource);
    expect(chooseResource(resource, resource)).toBe(resource);
  });

  it.each([
    "https://exchange.example",
    `${resource}x`,
    resource.slice(0, -1),
    resource.toUpperCase(),
    "https://other.example/",
  ])("is not %s", async (requested) => {
    const refusal = await refusalOf(() => chooseResource(requested, resource));
    expect(refusal).toMatchObject({ code: "invalid-request", rule: "invalid_target" });
    expect(refusal && tokenErrorResponse(refusal).error).toBe("invalid_target");
  });
});

describe("a token response", () => {
  it("is RFC 6749 §5.1 with the seconds that are left", () => {
    const now = 1_795_507_200_500_000;
    expect(tokenResponse({ token: "a.b.c", expiresAt: 1_795_507_500_000_000 }, ["taxii:read", "log"], now)).toEqual({
      access_token: "a.b.c",
      token_type: "Bearer",
      expires_in: 300,
      scope: "taxii:read log",
    });
  });
});

describe("a token error response", () => {
  const cases: readonly (readonly [RefusalCode, string])[] = [
    ["invalid-client", "invalid_client"],
    ["invalid-grant", "invalid_grant"],
    ["invalid-scope", "invalid_scope"],
    ["unsupported-grant", "unsupported_grant_type"],
    ["invalid-request", "invalid_request"],
    ["forbidden", "unauthorized_client"],
    ["unavailable", "temporarily_unavailable"],
    ["malformed", "invalid_request"],
    ["limit", "invalid_request"],
  ];
  it.each(cases)("names %s %s", (code, error) => {
    expect(tokenErrorResponse(new Refusal(code, "A sentence."))).toEqual({ error, error_description: "A sentence." });
  });

  it("has a description of the characters of RFC 6749 §5.2 only", () => {
    const { error_description } = tokenErrorResponse(new Refusal("invalid-scope", 'a "b" \\ \u202e\n'));
    expect(error_description).toBe("a ?b? ? ??");
  });
});
