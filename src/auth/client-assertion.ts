// The client assertion: how a machine proves at the token door that it is the client it says (private_key_jwt,
// RFC 7523 §2.2, §3; RFC 7521 §4.2). Both sides are here: the command line signs, the exchange verifies.

import { formatBase64url } from "../encoding/base64.ts";
import { sha256 } from "../encoding/sha256.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { checkAudience, readWindow, secondsOf, textClaim } from "./claims.ts";
import { isClientId } from "./client-id.ts";
import { readCompactJws, refuse, signatureRefusal, signCompactJws, verifyCompactJws } from "./compact-jws.ts";
import type { JwsProfile } from "./compact-jws.ts";
import { importVerifyingKey } from "./key.ts";
import type { PublicJwk, SigningKey } from "./key.ts";

/** Longest life of an assertion, from its `iat` to its `exp`. */
export const assertionSecondsMax = 60;

export interface AssertionRequest {
  readonly clientId: string;
  /** The issuer identifier of the exchange, exactly as its metadata spells it. */
  readonly audience: string;
  readonly now: Micros;
  /** Unguessable and never used before by this client: 128 random bits are enough. */
  readonly jti: string;
}

export interface AssertionChecks {
  /** Our own issuer identifier: the sole audience that is accepted. */
  readonly issuer: string;
  readonly now: Micros;
  /** `client_id` beside the assertion, when the request carries one: it must name the same client (RFC 7521 §4.2). */
  readonly clientId?: string;
  /** The keys registered for a client that may call now; empty for an unknown, a revoked or a suspended one. */
  findKeys(clientId: string): Promise<readonly PublicJwk[]> | readonly PublicJwk[];
  /**
   * Notes an id until a time and tells whether it was new: one atomic insert, shared by all instances. It is asked last,
   * so that nobody without a client's key can fill the memory. Ids have 43 characters and belong to one client.
   */
  remember(id: string, until: Micros): Promise<boolean> | boolean;
}

export interface VerifiedAssertion {
  readonly clientId: string;
  readonly kid: string;
  readonly jti: string;
  readonly expiresAt: Micros;
}

/** An assertion by this client, for one request at this exchange within the next minute. */
export async function signAssertion(key: SigningKey, request: AssertionRequest): Promise<string> {
  const iat = secondsOf(request.now);
  return await signCompactJws(key, assertionType, {
    iss: request.clientId,
    sub: request.clientId,
    aud: request.audience,
    jti: request.jti,
    iat,
    exp: iat + assertionSecondsMax,
  });
}

/**
 * Who sent an assertion that holds: signed by a key of the client under that key's own algorithm, for us alone, within its
 * minute, for the first time. Refused requests may be repeated with a new assertion only.
 * @throws {Refusal} invalid-client; `rule` is size, compact, base64url, json, header, alg, kid, typ, sub, iss, aud, iat,
 * exp, nbf, jti, signature or replay
 */
export async function verifyAssertion(text: string, checks: AssertionChecks): Promise<VerifiedAssertion> {
  const jws = readCompactJws(text, profile);
  const { claims } = jws;
  const clientId = textClaim(claims, "sub", profile);
  if (!isClientId(clientId)) throw refuse(profile, "sub", "has a sub that cannot be a client id");
  if (claims["iss"] !== clientId)
    throw refuse(profile, "iss", "has an iss that is not its sub: both are the client id");
  if (checks.clientId !== undefined && checks.clientId !== clientId) {
    throw refuse(profile, "sub", "is about another client than client_id");
  }
  checkAudience(claims, checks.issuer, profile);
  const jti = textClaim(claims, "jti", profile);
  const { expiresAt } = readWindow(claims, checks.now, assertionSecondsMax, profile);

  const jwk = (await checks.findKeys(clientId)).find((known) => known.kid === jws.kid);
  if (jwk === undefined) throw signatureRefusal(profile);
  await verifyCompactJws(jws, await importVerifyingKey(jwk), profile);

  if (!(await checks.remember(replayId(clientId, jti), expiresAt))) {
    throw refuse(profile, "replay", "was used before: each request needs a new one");
  }
  return { clientId, kid: jws.kid, jti, expiresAt };
}

// The revision of RFC 7523 gives the assertion a type of its own, so that no other JWT of a client can stand in for it.
// Programs of today send JWT or nothing.
const assertionType = "client-authentication+jwt";

const profile: JwsProfile = {
  code: "invalid-client",
  noun: "client assertion",
  types: [assertionType, "JWT", undefined],
};

// A jti is unique per issuer only (RFC 7519 §4.1.7), and has any length. The leading word keeps other memories apart.
function replayId(clientId: string, jti: string): string {
  return formatBase64url(sha256(`client-assertion\0${clientId}\0${jti}`));
}
