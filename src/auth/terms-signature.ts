// A steward's signature of the terms: a compact JWS by the key of its client over the version and the digest of the text, which
// the exchange verifies and keeps as evidence. Whoever has the text and the client's public key can verify it again.

import type { Micros } from "../encoding/timestamp.ts";
import { checkAudience, readIssuedAt, secondsOf, textClaim } from "./claims.ts";
import {
  type JwsProfile,
  readCompactJws,
  refuse,
  signatureRefusal,
  signCompactJws,
  verifyCompactJws,
} from "./compact-jws.ts";
import { importVerifyingKey, type PublicJwk, type SigningKey } from "./key.ts";

/** What is signed: by which client, for which state, at which exchange, and which text. */
export interface TermsSigned {
  readonly clientId: string;
  readonly state: string;
  /** The issuer identifier of the exchange. */
  readonly exchange: string;
  readonly version: number;
  /** SHA-256 of the text, in hexadecimal. */
  readonly digest: string;
}

export async function signTerms(key: SigningKey, signed: TermsSigned, now: Micros): Promise<string> {
  return await signCompactJws(key, signatureType, {
    iss: signed.clientId,
    sub: signed.state,
    aud: signed.exchange,
    terms: signed.version,
    digest: signed.digest,
    iat: secondsOf(now),
  });
}

/**
 * Ensures that a key of the client signed exactly this. Returns the key's name.
 * @throws {Refusal} invalid; `rule` is size, compact, base64url, json, header, alg, kid, typ, iss, sub, aud, terms, digest, iat
 * or signature
 */
export async function verifyTermsSignature(
  text: string,
  expected: TermsSigned & { readonly keys: readonly PublicJwk[]; readonly now: Micros },
): Promise<{ readonly kid: string }> {
  const jws = readCompactJws(text, profile);
  const { claims } = jws;
  if (textClaim(claims, "iss", profile) !== expected.clientId)
    throw refuse(profile, "iss", "is by another client than the one that sends it");
  if (textClaim(claims, "sub", profile) !== expected.state) throw refuse(profile, "sub", "is for another state");
  checkAudience(claims, expected.exchange, profile);
  if (claims["terms"] !== expected.version)
    throw refuse(profile, "terms", "is of another version than the current one");
  if (textClaim(claims, "digest", profile) !== expected.digest)
    throw refuse(profile, "digest", "is of another text than the current one");
  readIssuedAt(claims, expected.now, profile);
  const jwk = expected.keys.find((known) => known.kid === jws.kid);
  if (jwk === undefined) throw signatureRefusal(profile);
  await verifyCompactJws(jws, await importVerifyingKey(jwk), profile);
  return { kid: jws.kid };
}

// A type of its own: no other JWS of a client can stand in for a signature of the terms, nor this one open the token door.
const signatureType = "serai-terms+jwt";

const profile: JwsProfile = { code: "invalid", noun: "signature of the terms", types: [signatureType] };
