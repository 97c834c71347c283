// Reading the claims of a verified or yet unverified token (RFC 7519 §4.1) as types: texts with a length, times as whole
// seconds, the window in which a token counts. The client assertion and the access token rely on it.

import type { JsonObject } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { refuse } from "./compact-jws.ts";
import type { JwsProfile } from "./compact-jws.ts";

/**
 * How far another clock may run ahead of ours. FAPI 2.0 Security Profile §5.3.2.1 asks for at least 10 and at most 60
 * seconds. There is no such grace after `exp`.
 */
export const clockSkewSecondsMax = 30;

/** Longest text of a claim that identifies something. */
export const claimLengthMax = 256;

/** When a token counts: from a little before `issuedAt` until just before `expiresAt`. */
export interface Window {
  readonly issuedAt: Micros;
  readonly expiresAt: Micros;
}

/**
 * A claim that is a text of 1 to `claimLengthMax` characters.
 * @throws {Refusal} with the claim's name as rule
 */
export function textClaim(claims: JsonObject, name: string, profile: JwsProfile): string {
  const value = claims[name];
  if (typeof value !== "string" || value === "" || value.length > claimLengthMax) {
    throw refuse(profile, name, `has no ${name}, or one that is not a text of 1 to ${claimLengthMax} characters`);
  }
  return value;
}

/**
 * Ensures that the audience is this one and no other: a list is refused even if it names it, because whoever else it names
 * could present the token here (RFC 7523 §3, item 3, with the sole value that its revision asks for).
 * @throws {Refusal} rule aud
 */
export function checkAudience(claims: JsonObject, audience: string, profile: JwsProfile): void {
  if (claims["aud"] !== audience) {
    throw refuse(profile, "aud", `is for another audience: aud is the one text ${audience}`);
  }
}

/**
 * The window of a token: `iat` and `exp` are whole seconds (RFC 7519 §2 allows fractions; nobody needs them), `exp` is
 * later than `iat` by at most `lifetimeSecondsMax` and not over at `now`, `iat` and, if there, `nbf` are not in the future.
 * @throws {Refusal} rules iat, exp, nbf
 */
export function readWindow(claims: JsonObject, now: Micros, lifetimeSecondsMax: number, profile: JwsProfile): Window {
  const issuedAt = timeClaim(claims, "iat", profile);
  const expiresAt = timeClaim(claims, "exp", profile);
  if (expiresAt <= issuedAt || expiresAt - issuedAt > lifetimeSecondsMax * second) {
    throw refuse(profile, "exp", `must expire after it was issued and within ${lifetimeSecondsMax} seconds of it`);
  }
  const latest = now + clockSkewSecondsMax * second;
  if (issuedAt > latest) throw refuse(profile, "iat", "was issued in the future: check the clock");
  if (claims["nbf"] !== undefined && timeClaim(claims, "nbf", profile) > latest) {
    throw refuse(profile, "nbf", "does not count yet: check the clock");
  }
  if (now >= expiresAt) throw refuse(profile, "exp", "has expired");
  return { issuedAt, expiresAt };
}

/**
 * When something without an end was issued: not in the future.
 * @throws {Refusal} rule iat
 */
export function readIssuedAt(claims: JsonObject, now: Micros, profile: JwsProfile): Micros {
  const issuedAt = timeClaim(claims, "iat", profile);
  if (issuedAt > now + clockSkewSecondsMax * second)
    throw refuse(profile, "iat", "was issued in the future: check the clock");
  return issuedAt;
}

/** A time as claims carry it: whole seconds, rounded down. */
export function secondsOf(at: Micros): number {
  return Math.floor(at / second);
}

const second = 1_000_000;

function timeClaim(claims: JsonObject, name: string, profile: JwsProfile): Micros {
  const seconds = claims[name];
  // The upper bound (the year 2255) keeps microseconds exact.
  if (typeof seconds !== "number" || !Number.isInteger(seconds) || !Number.isSafeInteger(seconds * second)) {
    throw refuse(profile, name, `has no ${name}, or one that is not a time in whole seconds`);
  }
  return seconds * second;
}
