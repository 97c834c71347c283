// The Authorization header as TAXII clients send it (RFC 9110 §11.6.2, RFC 6750 §2.1), and the WWW-Authenticate challenge
// that answers a missing or insufficient token (RFC 6750 §3, RFC 9728 §5.1). http/guard relies on it.

import { Refusal } from "../refusal.ts";
import { jwsLengthMax } from "./compact-jws.ts";

/** Longest header that is looked at: a token, its scheme, a few spaces. */
export const authorizationLengthMax = jwsLengthMax + 64;

/** What the header holds. Each kind of credential has its schemes; an access token has `Bearer` and `Token`. */
export interface Credential {
  readonly kind: "access-token";
  readonly token: string;
}

/**
 * The credential in an Authorization header, whose scheme may have any case. Two headers arrive joined by a comma, which
 * no token holds, so they are refused: which of them counts must not depend on who reads them.
 * @throws {Refusal} unauthenticated: `rule` is credential when there is none, else authorization
 */
export function parseAuthorization(header: string | null | undefined): Credential {
  if (header === null || header === undefined || header === "") {
    throw new Refusal("unauthenticated", "This needs an access token: Authorization: Bearer …", { rule: "credential" });
  }
  if (header.length > authorizationLengthMax) {
    throw unreadable(`The Authorization header is longer than ${authorizationLengthMax} characters.`);
  }
  // scheme 1*SP token68, RFC 9110 §11.2.
  const [, scheme, token] = /^([A-Za-z]+) +([A-Za-z0-9._~+/-]+=*)$/.exec(header) ?? [];
  if (scheme === undefined || token === undefined) {
    throw unreadable("The Authorization header is not one scheme and one token.");
  }
  if (!accessTokenSchemes.has(scheme.toLowerCase())) {
    throw unreadable("The Authorization header has a scheme other than Bearer or Token.");
  }
  return { kind: "access-token", token };
}

export interface Challenge {
  /** URL of the protected resource metadata (RFC 9728 §3). */
  readonly resourceMetadata: string;
  /** RFC 6750 §3.1; absent when the request had no credential at all. */
  readonly error?: "invalid_token" | "insufficient_scope";
  readonly description?: string;
  /** The scopes that are needed, space-separated. */
  readonly scope?: string;
}

/** The value of a WWW-Authenticate header. A description that RFC 6750 §3 has no characters for is left out. */
export function formatChallenge(challenge: Challenge): string {
  const parameters = [`resource_metadata=${quoted(challenge.resourceMetadata)}`];
  if (challenge.error !== undefined) parameters.push(`error=${quoted(challenge.error)}`);
  if (challenge.description !== undefined && /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,300}$/.test(challenge.description)) {
    parameters.push(`error_description=${quoted(challenge.description)}`);
  }
  if (challenge.scope !== undefined) parameters.push(`scope=${quoted(challenge.scope)}`);
  return `Bearer ${parameters.join(", ")}`;
}

/** The challenge that goes with a refusal, or null where another credential would not help. */
export function challengeOf(refusal: Refusal, resourceMetadata: string): Challenge | null {
  if (refusal.code === "unauthenticated") {
    return refusal.rule === "credential"
      ? { resourceMetadata }
      : { resourceMetadata, error: "invalid_token", description: refusal.message };
  }
  if (refusal.code === "forbidden" && refusal.rule === "scope" && refusal.subject !== undefined) {
    return { resourceMetadata, error: "insufficient_scope", description: refusal.message, scope: refusal.subject };
  }
  return null;
}

const accessTokenSchemes: ReadonlySet<string> = new Set(["bearer", "token"]);

function unreadable(sentence: string): Refusal {
  return new Refusal("unauthenticated", sentence, { rule: "authorization", subject: "Authorization" });
}

// Values are ours (settings, names of this room), so a character that would end the quotes is a bug and not a refusal.
function quoted(value: string): string {
  if (!/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/.test(value))
    throw new TypeError("A challenge has plain printable ASCII only.");
  return `"${value}"`;
}
