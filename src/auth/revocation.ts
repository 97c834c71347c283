// Revocation of access tokens by time: a client or a state whose tokens were revoked has a `not_before`, read with each
// request (the tokens themselves live five minutes at most, so nothing longer has to be remembered).

import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";

/** The revocations that concern one token; null where there was none. */
export interface NotBefore {
  readonly client: Micros | null;
  readonly state: Micros | null;
}

/**
 * Ensures that a token was issued after the last revocation of its client and of its state. `iat` has whole seconds, rounded
 * down, so a token of the very second of a revocation does not count, whichever came first: the safe side.
 * @throws {Refusal} unauthenticated, rule revoked
 */
export function checkNotRevoked(issuedAt: Micros, notBefore: NotBefore): void {
  for (const since of [notBefore.client, notBefore.state]) {
    if (since !== null && issuedAt < since) {
      throw new Refusal("unauthenticated", "The access token was revoked: ask for a new one.", { rule: "revoked" });
    }
  }
}
