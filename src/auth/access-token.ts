// The access token: a JWT of RFC 9068 (`at+jwt`) that the exchange signs for a client and reads again at every door, for
// five minutes at most. The token door signs; http/guard verifies.

import type { JsonObject } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { readWindow, secondsOf, textClaim } from "./claims.ts";
import { isClientId } from "./client-id.ts";
import { readCompactJws, refuse, signCompactJws, verifyCompactJws } from "./compact-jws.ts";
import type { JwsProfile } from "./compact-jws.ts";
import type { SigningKey, VerifyingKey } from "./key.ts";
import { formatScopes, parseRole, parseScopes, scopesOf } from "./scope.ts";
import type { Role, Scope } from "./scope.ts";

/** Longest life of an access token. */
export const accessTokenSecondsMax = 300;

export interface AccessGrant {
  readonly issuer: string;
  /** The resource that the token is for (RFC 8707), exactly as the protected resource metadata spells it. */
  readonly audience: string;
  readonly clientId: string;
  readonly state: string;
  readonly role: Role;
  /** Some or all of the role's. */
  readonly scopes: readonly Scope[];
  /** Unguessable and never used before: 128 random bits are enough. */
  readonly jti: string;
  readonly now: Micros;
}

export interface AccessChecks {
  /** The exchange's keys that count now: the current one, and the one before it until its last token is over. */
  readonly keys: readonly VerifyingKey[];
  readonly issuer: string;
  readonly audience: string;
  readonly now: Micros;
}

/** What a verified access token says. */
export interface AccessClaims {
  readonly clientId: string;
  readonly state: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  readonly jti: string;
  readonly issuer: string;
  readonly audience: string;
  readonly issuedAt: Micros;
  readonly expiresAt: Micros;
  /** The key that signed it. */
  readonly kid: string;
}

/** A token and when it ends. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Micros;
}

/** An access token of `accessTokenSecondsMax`, RFC 9068 §2. */
export async function signAccessToken(key: SigningKey, grant: AccessGrant): Promise<IssuedToken> {
  const iat = secondsOf(grant.now);
  const exp = iat + accessTokenSecondsMax;
  const token = await signCompactJws(key, "at+jwt", {
    iss: grant.issuer,
    sub: grant.clientId, // RFC 9068 §2.2: without a person behind the request, the client itself
    aud: grant.audience,
    client_id: grant.clientId,
    state: grant.state,
    role: grant.role,
    scope: formatScopes(grant.scopes),
    jti: grant.jti,
    iat,
    exp,
  });
  return { token, expiresAt: exp * 1_000_000 };
}

/**
 * What an access token says, if it holds: ours, for this audience, within its time, with all the claims of RFC 9068 §2.2
 * and ours and no other.
 * @throws {Refusal} unauthenticated; `rule` is size, compact, base64url, json, header, alg, kid, typ, signature, claims, or
 * the name of a claim
 */
export async function verifyAccessToken(text: string, checks: AccessChecks): Promise<AccessClaims> {
  const jws = readCompactJws(text, profile);
  await verifyCompactJws(
    jws,
    checks.keys.find((key) => key.kid === jws.kid),
    profile,
  );
  const claims = readClaims(jws.claims, jws.kid, checks.now);
  checkPlace(claims, checks);
  return claims;
}

/** Most tokens that are remembered: some megabytes. */
export const tokenMemoryEntriesMax = 4096;

/**
 * Remembers verified tokens, so that a signature is checked once and not with each request. Everything else is checked at
 * each use. The text itself is the key: a lookup compares whole hashes first, so that a guess learns nothing from time.
 */
export class TokenMemory {
  readonly #entries = new Map<string, AccessClaims>();
  readonly #entriesMax: number;

  constructor(entriesMax: number = tokenMemoryEntriesMax) {
    this.#entriesMax = entriesMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** As `verifyAccessToken`, and remembers the token until it ends or newer ones take its place. */
  async verify(text: string, checks: AccessChecks): Promise<AccessClaims> {
    const known = this.recall(text, checks);
    if (known !== undefined) return known;
    const claims = await verifyAccessToken(text, checks);
    // Tokens have one length of life, so the oldest entry is the one that ends first.
    if (this.#entries.size >= this.#entriesMax) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    this.#entries.set(text, claims);
    return claims;
  }

  /**
   * What a remembered token says, without waiting; undefined for one that is not remembered.
   * @throws {Refusal} unauthenticated: it has expired, is for another issuer or audience, or its key counts no more
   */
  recall(text: string, checks: AccessChecks): AccessClaims | undefined {
    const claims = this.#entries.get(text);
    if (claims === undefined) return undefined;
    try {
      if (checks.now >= claims.expiresAt) throw refuse(profile, "exp", "has expired");
      if (!checks.keys.some((key) => key.kid === claims.kid))
        throw refuse(profile, "kid", "is signed with a retired key");
      checkPlace(claims, checks);
    } catch (error) {
      this.#entries.delete(text);
      throw error;
    }
    return claims;
  }
}

const profile: JwsProfile = { code: "unauthenticated", noun: "access token", types: ["at+jwt"] };

// Closed: a claim that this version does not know may narrow what the token is good for (`cnf` binds it to a key), so
// ignoring it would widen it.
const claimNames: ReadonlySet<string> = new Set([
  "iss",
  "sub",
  "aud",
  "client_id",
  "state",
  "role",
  "scope",
  "jti",
  "iat",
  "exp",
]);

function readClaims(claims: JsonObject, kid: string, now: Micros): AccessClaims {
  for (const name of Object.keys(claims)) {
    if (!claimNames.has(name)) throw refuse(profile, "claims", "has a claim that is not known here");
  }
  const clientId = textClaim(claims, "client_id", profile);
  if (!isClientId(clientId)) throw refuse(profile, "client_id", "has a client_id that cannot be one");
  if (textClaim(claims, "sub", profile) !== clientId)
    throw refuse(profile, "sub", "has a sub that is not its client_id");
  const role = parseRole(claims["role"]);
  if (role === null) throw refuse(profile, "role", "has no role, or one that does not exist");
  const state = textClaim(claims, "state", profile);
  return {
    clientId,
    state,
    role,
    scopes: new Set(readScopes(textClaim(claims, "scope", profile), role)),
    jti: textClaim(claims, "jti", profile),
    issuer: textClaim(claims, "iss", profile),
    audience: textClaim(claims, "aud", profile),
    ...readWindow(claims, now, accessTokenSecondsMax, profile),
    kid,
  };
}

// Our own signature does not make a scope hold that the role has no more: a narrowed table acts at once.
function readScopes(scope: string, role: Role): readonly Scope[] {
  try {
    return parseScopes(scope, scopesOf(role));
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw refuse(profile, "scope", "has a scope that its role does not have", cause);
  }
}

function checkPlace(claims: AccessClaims, checks: AccessChecks): void {
  if (claims.issuer !== checks.issuer) throw refuse(profile, "iss", "is from another issuer");
  if (claims.audience !== checks.audience) throw refuse(profile, "aud", "is for another audience");
}
