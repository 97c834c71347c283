// A steward's signature of the terms: what it says, and what stands in for it in vain.
import { beforeAll, describe, expect, it } from "vitest";
import { signAssertion } from "../../src/auth/client-assertion.ts";
import { signCompactJws } from "../../src/auth/compact-jws.ts";
import {
  generateKey,
  importSigningKey,
  keyAlgorithms,
  publicJwk,
  type PublicJwk,
  type SigningKey,
} from "../../src/auth/key.ts";
import { signTerms, type TermsSigned, verifyTermsSignature } from "../../src/auth/terms-signature.ts";
import { refusalOf } from "./refusal-of.ts";

const now = 1_795_478_400_000_000;
const said: TermsSigned = {
  clientId: "kz-steward",
  state: "KZ",
  exchange: "https://exchange.example",
  version: 2,
  digest: "ab".repeat(32),
};
let key: SigningKey;
let jwk: PublicJwk;
beforeAll(async () => {
  const pair = await generateKey("ES256");
  [key, jwk] = [await importSigningKey(pair), publicJwk(pair)];
});
const checks = (rest: Partial<TermsSigned> = {}, keys: readonly PublicJwk[] = [jwk]) => ({
  ...said,
  ...rest,
  keys,
  now,
});

describe("a signature of the terms", () => {
  it.each(keyAlgorithms)("by a key of the client holds, with %s", async (alg) => {
    const pair = await generateKey(alg);
    const text = await signTerms(await importSigningKey(pair), said, now);
    const verified = await verifyTermsSignature(text, checks({}, [jwk, publicJwk(pair)]));
    expect(verified).toEqual({ kid: publicJwk(pair).kid });
  });

  it.each<[string, Partial<TermsSigned>, string]>([
    ["another client", { clientId: "kz-steward-2" }, "iss"],
    ["another state", { state: "TR" }, "sub"],
    ["another exchange", { exchange: "https://other.example" }, "aud"],
    ["another version", { version: 3 }, "terms"],
    ["another text", { digest: "cd".repeat(32) }, "digest"],
  ])("is not one for %s", async (_, rest, rule) => {
    const text = await signTerms(key, said, now);
    expect(await refusalOf(() => verifyTermsSignature(text, checks(rest)))).toMatchObject({ code: "invalid", rule });
  });

  it("is not one by another key, or dated ahead", async () => {
    const text = await signTerms(key, said, now);
    const other = publicJwk(await generateKey("ES256"));
    for (const keys of [[], [other]])
      expect(await refusalOf(() => verifyTermsSignature(text, checks({}, keys)))).toMatchObject({ rule: "signature" });
    const ahead = await signTerms(key, said, now + 60_000_000);
    expect(await refusalOf(() => verifyTermsSignature(ahead, checks()))).toMatchObject({ rule: "iat" });
  });

  it("is no other token of the client's, whatever that says", async () => {
    const { clientId, exchange, state, version, digest } = said;
    const assertion = await signAssertion(key, { clientId, audience: exchange, now, jti: "a" });
    expect(await refusalOf(() => verifyTermsSignature(assertion, checks()))).toMatchObject({ rule: "typ" });
    const claims = { iss: clientId, sub: state, aud: exchange, terms: version, digest, iat: now / 1_000_000 };
    const jwt = await signCompactJws(key, "JWT", claims);
    expect(await refusalOf(() => verifyTermsSignature(jwt, checks()))).toMatchObject({ rule: "typ" });
  });
});
