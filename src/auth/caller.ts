// The caller: who is behind a request, the one type that acts receive. It is made of a verified token and of what the
// exchange holds about the client now; no header, parameter or body field adds to it.

import type { Reach } from "../directory/client.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import type { AccessClaims } from "./access-token.ts";
import { checkNotRevoked } from "./revocation.ts";
import type { Role, Scope } from "./scope.ts";

export interface Caller {
  readonly client: string;
  /** Party code of the state, or `secretariat`, or `exchange` for an operator. */
  readonly state: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** Whether its state cleared it for TLP:RED. */
  readonly cleared: boolean;
  readonly reach: Reach;
  readonly tokenIssuedAt: Micros;
}

/** What the exchange holds about a client, as read with each request. */
export interface ClientRecord {
  readonly client: string;
  readonly state: string;
  readonly role: Role;
  readonly cleared: boolean;
  readonly reach: Reach;
  /** Tokens issued before this do not count, null where none was revoked. */
  readonly notBefore: Micros | null;
  readonly stateNotBefore: Micros | null;
}

/**
 * Ensures that whoever a token was issued to still is what it was. `record` is undefined when the client is no longer there.
 * @throws {Refusal} unauthenticated, rule revoked: the client is gone, changed its state or role since, or the token was
 * issued before the client's or the state's `not_before`
 */
export function checkStands(
  said: Pick<Caller, "client" | "state" | "role" | "tokenIssuedAt">,
  record: ClientRecord | undefined,
): asserts record is ClientRecord {
  if (
    record === undefined ||
    record.client !== said.client ||
    record.state !== said.state ||
    record.role !== said.role
  ) {
    throw new Refusal("unauthenticated", "The access token is no longer valid: ask for a new one.", {
      rule: "revoked",
    });
  }
  checkNotRevoked(said.tokenIssuedAt, { client: record.notBefore, state: record.stateNotBefore });
}

/**
 * The caller of a verified token.
 * @throws {Refusal} unauthenticated, as `checkStands` has it
 */
export function callerOf(claims: AccessClaims, record: ClientRecord | undefined): Caller {
  const { clientId: client, state, role, issuedAt: tokenIssuedAt } = claims;
  checkStands({ client, state, role, tokenIssuedAt }, record);
  return {
    client: record.client,
    state: record.state,
    role: record.role,
    scopes: claims.scopes,
    cleared: record.cleared,
    reach: record.reach,
    tokenIssuedAt: claims.issuedAt,
  };
}
