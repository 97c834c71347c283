// What leaves the token door: the token (RFC 6749 §5.1) or the error (§5.2), as JSON values. http/oauth adds the status and
// the headers, `Cache-Control: no-store` among them.

import type { Micros } from "../encoding/timestamp.ts";
import type { Refusal, RefusalCode } from "../refusal.ts";
import type { IssuedToken } from "./access-token.ts";
import { secondsOf } from "./claims.ts";
import { formatScopes } from "./scope.ts";
import type { Scope } from "./scope.ts";

export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: "Bearer";
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
}

export interface TokenErrorResponse {
  readonly error: string;
  readonly error_description: string;
}

/** RFC 6749 §5.1. The scope is always there, so that a client that asked for nothing sees what it got. */
export function tokenResponse(issued: IssuedToken, scopes: readonly Scope[], now: Micros): TokenResponse {
  return {
    access_token: issued.token,
    token_type: "Bearer",
    expires_in: secondsOf(issued.expiresAt) - secondsOf(now),
    scope: formatScopes(scopes),
  };
}

/** RFC 6749 §5.2, RFC 8707 §2. A refusal that the token door does not know is the request's fault: `invalid_request`. */
export function tokenErrorResponse(refusal: Refusal): TokenErrorResponse {
  const error = refusal.rule === "invalid_target" ? "invalid_target" : (errorNames[refusal.code] ?? "invalid_request");
  return { error, error_description: refusal.message.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "?") };
}

/** What a name that another's token door said means as a code of ours; null for one that has none. */
export function codeOfTokenError(error: string): RefusalCode | null {
  if (error === "temporarily_unavailable") return "unavailable";
  if (error === "invalid_target") return "invalid-request";
  const found = Object.entries(errorNames).find(([, name]) => name === error);
  return found === undefined ? null : (found[0] as RefusalCode); // a key of the table
}

const errorNames: { readonly [Code in RefusalCode]?: string } = {
  "invalid-client": "invalid_client",
  "invalid-grant": "invalid_grant",
  "invalid-scope": "invalid_scope",
  "unsupported-grant": "unsupported_grant_type",
  "invalid-request": "invalid_request",
  forbidden: "unauthorized_client",
  // Not of §5.2, which knows no trouble of the server's own; §4.1.2.1 names it.
  busy: "temporarily_unavailable",
  unavailable: "temporarily_unavailable",
};
