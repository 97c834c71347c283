import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessTokenSecondsMax, signAccessToken, TokenMemory, verifyAccessToken } from "../../src/auth/access-token.ts";
import type { AccessChecks, AccessGrant } from "../../src/auth/access-token.ts";
import { signAssertion } from "../../src/auth/client-assertion.ts";
import {
  generateKey,
  importSigningKey,
  importVerifyingKey,
  keyAlgorithms,
  parsePrivateJwk,
} from "../../src/auth/key.ts";
import { roles, scopesOf } from "../../src/auth/scope.ts";
import vectors from "../vectors/auth/access-token.json" with { type: "json" };
import { signRaw } from "./raw-jws.ts";
import { refusalOf } from "./refusal-of.ts";

const jwk = parsePrivateJwk(vectors.key);
const key = await importSigningKey(jwk);
const second = 1_000_000;
const checks: AccessChecks = {
  keys: [await importVerifyingKey(jwk)],
  issuer: vectors.issuer,
  audience: vectors.audience,
  now: vectors.now,
};
const grant: AccessGrant = {
  issuer: vectors.issuer,
  audience: vectors.audience,
  clientId: "KZ-contributor",
  state: "KZ",
  role: "contributor",
  scopes: scopesOf("contributor"),
  jti: "1b9d6bcd",
  now: vectors.now,
};

async function tokenOf(given: { readonly header?: string; readonly claims?: string }): Promise<string> {
  return await signRaw(vectors.key, { header: given.header ?? vectors.header, claims: given.claims ?? vectors.claims });
}

describe("an access token", () => {
  it.each(keyAlgorithms)("signed with %s says who was let in, for five minutes", async (alg) => {
    const own = await generateKey(alg);
    const issued = await signAccessToken(await importSigningKey(own), grant);
    expect(issued.expiresAt).toBe(vectors.now + accessTokenSecondsMax * second);
    const claims = await verifyAccessToken(issued.token, { ...checks, keys: [await importVerifyingKey(own)] });
    expect(claims).toEqual({
      clientId: "KZ-contributor",
      state: "KZ",
      role: "contributor",
      scopes: new Set(scopesOf("contributor")),
      jti: "1b9d6bcd",
      issuer: vectors.issuer,
      audience: vectors.audience,
      issuedAt: vectors.now,
      expiresAt: issued.expiresAt,
      kid: own.kid,
    });
  });

  it.each(roles)("carries all scopes of a %s", async (role) => {
    const { token } = await signAccessToken(key, { ...grant, role, scopes: scopesOf(role) });
    expect([...(await verifyAccessToken(token, checks)).scopes]).toEqual(scopesOf(role));
  });

  it("fits into a header with the longest names", async () => {
    const names = {
      clientId: "a".repeat(100),
      issuer: `https://${"i".repeat(190)}`,
      audience: `https://${"a".repeat(190)}`,
    };
    const { token } = await signAccessToken(key, { ...grant, ...names, role: "steward", scopes: scopesOf("steward") });
    await expect(verifyAccessToken(token, { ...checks, ...names })).resolves.toMatchObject(names);
  });

  it.each(vectors.valid)("is accepted: $name", async (given) => {
    await expect(verifyAccessToken(await tokenOf(given), checks)).resolves.toMatchObject({
      clientId: vectors.clientId,
    });
  });

  it.each(vectors.invalid)("is refused with $name", async (given) => {
    const refusal = await refusalOf(async () => verifyAccessToken(await tokenOf(given), checks));
    expect(refusal).toMatchObject({ code: "unauthenticated", rule: given.rule });
  });

  it("is refused from the moment it expires", async () => {
    const { token, expiresAt } = await signAccessToken(key, grant);
    await expect(verifyAccessToken(token, { ...checks, now: expiresAt - 1 })).resolves.toBeDefined();
    expect(await refusalOf(() => verifyAccessToken(token, { ...checks, now: expiresAt }))).toMatchObject({
      rule: "exp",
    });
  });

  it("is refused when it is an assertion signed by the same key", async () => {
    const text = await signAssertion(key, { ...grant, audience: vectors.audience });
    expect(await refusalOf(() => verifyAccessToken(text, checks))).toMatchObject({ rule: "typ" });
  });

  it("is refused with a key that is not among ours, under whichever name", async () => {
    const stranger = await importSigningKey(await generateKey("Ed25519"));
    for (const kid of [stranger.kid, key.kid]) {
      const { token } = await signAccessToken({ ...stranger, kid }, grant);
      expect(await refusalOf(() => verifyAccessToken(token, checks))).toMatchObject({ rule: "signature" });
    }
  });

  it.each(keyAlgorithms)("is refused whichever of its characters is another: %s", async (alg) => {
    const own = await generateKey(alg);
    const { token } = await signAccessToken(await importSigningKey(own), grant);
    const ownChecks = { ...checks, keys: [await importVerifyingKey(own)] };
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.integer({ min: 1, max: 127 }), async (at, change) => {
        const altered = token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ change) + token.slice(at + 1);
        expect(await refusalOf(() => verifyAccessToken(altered, ownChecks))).toMatchObject({
          code: "unauthenticated",
        });
      }),
      { numRuns: 1500 },
    );
  });

  it("is refused at each of its bits", async () => {
    const { token } = await signAccessToken(key, grant);
    for (const [at, part] of token.split(".").entries()) {
      const bytes = Buffer.from(part, "base64url");
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const altered = Buffer.from(bytes);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const text = token.split(".").with(at, altered.toString("base64url")).join(".");
        expect(await refusalOf(() => verifyAccessToken(text, checks))).toMatchObject({ code: "unauthenticated" });
      }
    }
  });
});

describe("rotation of the exchange's key", () => {
  it("accepts tokens of the old and the new key while both count, and only of the new one after", async () => {
    const next = await generateKey("ES256");
    const both = { ...checks, keys: [...checks.keys, await importVerifyingKey(next)] };
    const ofOld = await signAccessToken(key, grant);
    const ofNew = await signAccessToken(await importSigningKey(next), grant);
    await expect(verifyAccessToken(ofOld.token, both)).resolves.toMatchObject({ kid: jwk.kid });
    await expect(verifyAccessToken(ofNew.token, both)).resolves.toMatchObject({ kid: next.kid });
    const after = { ...checks, keys: [await importVerifyingKey(next)] };
    await expect(verifyAccessToken(ofNew.token, after)).resolves.toMatchObject({ kid: next.kid });
    expect(await refusalOf(() => verifyAccessToken(ofOld.token, after))).toMatchObject({ rule: "signature" });
  });
});

describe("the memory of verified tokens", () => {
  it("answers a token again without its key, and as before", async () => {
    const memory = new TokenMemory();
    const { token } = await signAccessToken(key, grant);
    const first = await memory.verify(token, checks);
    // A key object that cannot verify proves that the signature is not looked at again.
    const { cryptoKey } = await importVerifyingKey(await generateKey("Ed25519"));
    const blind = { ...checks, keys: [{ kid: key.kid, alg: key.alg, cryptoKey }] };
    expect(memory.recall(token, blind)).toBe(first);
    expect(await memory.verify(token, blind)).toBe(first);
    expect(await refusalOf(() => verifyAccessToken(token, blind))).toMatchObject({ rule: "signature" });
  });

  it("refuses a remembered token once it has expired, and forgets it", async () => {
    const memory = new TokenMemory();
    const { token, expiresAt } = await signAccessToken(key, grant);
    await memory.verify(token, checks);
    expect(await refusalOf(() => memory.verify(token, { ...checks, now: expiresAt }))).toMatchObject({ rule: "exp" });
    expect(memory.size).toBe(0);
  });

  it.each([
    ["another issuer", { issuer: "https://other.example" }, "iss"],
    ["another audience", { audience: "https://other.example/" }, "aud"],
    ["a key that was retired since", { keys: [] }, "kid"],
  ])("refuses a remembered token for %s", async (_, changed, rule) => {
    const memory = new TokenMemory();
    const { token } = await signAccessToken(key, grant);
    await memory.verify(token, checks);
    expect(await refusalOf(() => memory.recall(token, { ...checks, ...changed }))).toMatchObject({
      code: "unauthenticated",
      rule,
    });
  });

  it("does not remember what was refused, and knows nothing of what differs in one character", async () => {
    const memory = new TokenMemory();
    const { token } = await signAccessToken(key, grant);
    const forged = token.replace(/\.[^.]*$/, `.${"A".repeat(86)}`);
    expect(await refusalOf(() => memory.verify(forged, checks))).toMatchObject({ rule: "signature" });
    expect(memory.size).toBe(0);
    await memory.verify(token, checks);
    expect(memory.recall(forged, checks)).toBeUndefined();
    expect(memory.recall(`${token}A`, checks)).toBeUndefined();
  });

  it("holds as many as it may and lets the oldest go", async () => {
    const memory = new TokenMemory(3);
    const tokens: string[] = [];
    for (const jti of ["1", "2", "3", "4", "5"]) tokens.push((await signAccessToken(key, { ...grant, jti })).token);
    for (const token of tokens) await memory.verify(token, checks);
    expect(memory.size).toBe(3);
    expect(tokens.map((token) => memory.recall(token, checks)?.jti)).toEqual([undefined, undefined, "3", "4", "5"]);
  });
});
