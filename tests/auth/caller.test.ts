import { describe, expect, it } from "vitest";
import type { AccessClaims } from "../../src/auth/access-token.ts";
import { callerOf } from "../../src/auth/caller.ts";
import type { ClientRecord } from "../../src/auth/caller.ts";
import { clientIdLengthMax, isClientId } from "../../src/auth/client-id.ts";
import { checkNotRevoked } from "../../src/auth/revocation.ts";
import { refusalOf } from "./refusal-of.ts";

const issuedAt = 1_795_507_200_000_000;
const claims: AccessClaims = {
  clientId: "KZ-analyst",
  state: "KZ",
  role: "analyst",
  scopes: new Set(["taxii:read"]),
  jti: "1",
  issuer: "https://exchange.example",
  audience: "https://exchange.example/taxii2/exchange/",
  issuedAt,
  expiresAt: issuedAt + 300_000_000,
  kid: "k",
};
const record: ClientRecord = {
  client: "KZ-analyst",
  state: "KZ",
  role: "analyst",
  cleared: true,
  reach: "organisation",
  notBefore: null,
  stateNotBefore: null,
};

describe("a caller", () => {
  it("has the token's scopes, and clearance and reach as the exchange holds them now", () => {
    expect(callerOf(claims, record)).toEqual({
      client: "KZ-analyst",
      state: "KZ",
      role: "analyst",
      scopes: new Set(["taxii:read"]),
      cleared: true,
      reach: "organisation",
      tokenIssuedAt: issuedAt,
    });
    expect(callerOf(claims, { ...record, cleared: false, reach: "public" })).toMatchObject({
      cleared: false,
      reach: "public",
    });
  });

  it("is nobody whose client is gone", async () => {
    expect(await refusalOf(() => callerOf(claims, undefined))).toMatchObject({
      code: "unauthenticated",
      rule: "revoked",
    });
  });

  it.each([{ client: "KZ-steward" }, { state: "UZ" }, { role: "steward" as const }])(
    "is nobody whose record says %j since the token was issued",
    async (changed) => {
      const refusal = await refusalOf(() => callerOf(claims, { ...record, ...changed }));
      expect(refusal).toMatchObject({ code: "unauthenticated", rule: "revoked" });
    },
  );

  it.each([{ notBefore: issuedAt + 1 }, { stateNotBefore: issuedAt + 1 }])(
    "is nobody whose record says %j",
    async (changed) => {
      const refusal = await refusalOf(() => callerOf(claims, { ...record, ...changed }));
      expect(refusal).toMatchObject({ code: "unauthenticated", rule: "revoked" });
    },
  );
});

describe("revocation", () => {
  it.each([
    [null, null, true],
    [issuedAt, null, true],
    [issuedAt + 1, null, false],
    [null, issuedAt, true],
    [null, issuedAt + 1, false],
    [issuedAt - 1, issuedAt + 1, false],
    [issuedAt + 1, issuedAt - 1, false],
    [0, 0, true],
  ])("of the client at %j and of the state at %j: holds is %j", async (client, state, holds) => {
    const refusal = await refusalOf(() => checkNotRevoked(issuedAt, { client, state }));
    expect(refusal === undefined).toBe(holds);
    if (refusal !== undefined) expect(refusal).toMatchObject({ code: "unauthenticated", rule: "revoked" });
  });

  it("at a moment ends the tokens of that very second, whose iat is rounded down", async () => {
    const revokedAt = issuedAt + 400_000;
    expect(await refusalOf(() => checkNotRevoked(issuedAt, { client: revokedAt, state: null }))).toBeDefined();
    expect(() => checkNotRevoked(issuedAt + 1_000_000, { client: revokedAt, state: null })).not.toThrow();
  });
});

describe("a client id", () => {
  it.each(["KZ-analyst", "a", "0", "a.b_c~d-e", "a".repeat(clientIdLengthMax)])("is %s", (text) => {
    expect(isClientId(text)).toBe(true);
  });

  it.each(["", ".", "..", "-a", "a/b", "a b", "a\n", "é", "a:b", "a%20", "a,b", "a".repeat(clientIdLengthMax + 1)])(
    "is not %j",
    (text) => {
      expect(isClientId(text)).toBe(false);
    },
  );
});
