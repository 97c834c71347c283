import { describe, expect, it } from "vitest";
import {
  authorizationLengthMax,
  challengeOf,
  formatChallenge,
  parseAuthorization,
} from "../../src/auth/authorization.ts";
import { Refusal } from "../../src/refusal.ts";
import { refusalOf } from "./refusal-of.ts";

const metadata = "https://exchange.example/.well-known/oauth-protected-resource/taxii2/exchange/";

describe("the Authorization header", () => {
  it.each(["Bearer", "bearer", "BEARER", "bEaReR", "Token", "token", "TOKEN"])(
    "brings an access token as %s",
    (scheme) => {
      expect(parseAuthorization(`${scheme} abc.DEF-123_~+/==`)).toEqual({
        kind: "access-token",
        token: "abc.DEF-123_~+/==",
      });
    },
  );

  it("may have several spaces after the scheme (RFC 9110 §11.4)", () => {
    expect(parseAuthorization("Bearer   a.b.c")).toEqual({ kind: "access-token", token: "a.b.c" });
  });

  it.each([null, undefined, ""])("is missing: %j", async (header) => {
    expect(await refusalOf(() => parseAuthorization(header))).toMatchObject({
      code: "unauthenticated",
      rule: "credential",
    });
  });

  it.each([
    ["two of them, joined", "Bearer a.b.c, Bearer d.e.f"],
    ["two of them, joined without a space", "Bearer a.b.c,d.e.f"],
    ["a scheme alone", "Bearer"],
    ["a scheme and a space", "Bearer "],
    ["a token alone", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"],
    ["two tokens", "Bearer a.b.c d.e.f"],
    ["a tab", "Bearer\ta.b.c"],
    ["a space before", " Bearer a.b.c"],
    ["a space after", "Bearer a.b.c "],
    ["a line feed", "Bearer a.b.c\nX: y"],
    ["quotes", 'Bearer "a.b.c"'],
    ["a parameter", "Bearer token=a.b.c"],
    ["padding alone", "Bearer =="],
    ["padding inside", "Bearer a=b"],
    ["a letter beyond ASCII", "Bearer é"],
    ["Basic", "Basic dXNlcjpwYXNz"],
    ["DPoP", "DPoP a.b.c"],
    ["a scheme that starts alike", "Bearers a.b.c"],
    ["a name of the prototype", "constructor a.b.c"],
  ])("is refused with %s", async (_, header) => {
    const refusal = await refusalOf(() => parseAuthorization(header));
    expect(refusal).toMatchObject({ code: "unauthenticated", rule: "authorization" });
  });

  it("is refused when it is too long, whatever it is", async () => {
    const header = `Bearer ${"a".repeat(authorizationLengthMax)}`;
    expect(await refusalOf(() => parseAuthorization(header))).toMatchObject({ rule: "authorization" });
    expect(await refusalOf(() => parseAuthorization(" ".repeat(1_000_000)))).toMatchObject({ rule: "authorization" });
  });

  it("never shows in its refusal what it held", async () => {
    for (const header of ["Basic dXNlcjpwYXNz", "Bearer secret secret", `Bearer ${"s".repeat(9999)}`]) {
      const refusal = await refusalOf(() => parseAuthorization(header));
      expect(refusal?.message).not.toMatch(/dXNl|secret|sss/);
    }
  });
});

describe("the challenge", () => {
  it("names the metadata and no error when there was no credential (RFC 6750 §3.1)", async () => {
    const refusal = await refusalOf(() => parseAuthorization(null));
    const challenge = challengeOf(refusal ?? new Refusal("busy", ""), metadata);
    expect(challenge && formatChallenge(challenge)).toBe(`Bearer resource_metadata="${metadata}"`);
  });

  it("says invalid_token and why when there was one", () => {
    const challenge = challengeOf(
      new Refusal("unauthenticated", "The access token has expired.", { rule: "exp" }),
      metadata,
    );
    expect(challenge && formatChallenge(challenge)).toBe(
      `Bearer resource_metadata="${metadata}", error="invalid_token", error_description="The access token has expired."`,
    );
  });

  it("says insufficient_scope and which is needed", () => {
    const refusal = new Refusal("forbidden", "This needs the scope policy.", { rule: "scope", subject: "policy" });
    const challenge = challengeOf(refusal, metadata);
    expect(challenge && formatChallenge(challenge)).toBe(
      `Bearer resource_metadata="${metadata}", error="insufficient_scope", error_description="This needs the scope policy.", scope="policy"`,
    );
  });

  it.each([
    new Refusal("forbidden", "Not yours."),
    new Refusal("not-found", "Nothing there."),
    new Refusal("malformed", "No."),
  ])("is not there where another credential would not help: $code", (refusal) => {
    expect(challengeOf(refusal, metadata)).toBeNull();
  });

  it.each(['a "quoted" word', "back\\slash", "line\r\nSet-Cookie: a=b", "по-русски", "", "a".repeat(301)])(
    "leaves out a description that a header cannot carry: %j",
    (description) => {
      expect(formatChallenge({ resourceMetadata: metadata, error: "invalid_token", description })).toBe(
        `Bearer resource_metadata="${metadata}", error="invalid_token"`,
      );
    },
  );

  it("throws rather than let an address of ours end its quotes", () => {
    expect(() => formatChallenge({ resourceMetadata: 'https://a/"x' })).toThrow(TypeError);
    expect(() => formatChallenge({ resourceMetadata: metadata, scope: "a\r\nb" })).toThrow(TypeError);
  });
});
