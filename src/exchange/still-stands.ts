// Whether a caller still is who it was: between the guard at the door and the turn of an act, or the answer of a read, lie the
// reading of a body and the waiting for others. What was revoked or suspended meanwhile ends with the turn that says so.
import type { Caller } from "../auth/caller.ts";
import { checkNotRevoked } from "../auth/revocation.ts";
import { findClient } from "../directory/directory.ts";
import { Refusal } from "../refusal.ts";
import type { DirectorySnapshot } from "../store/directory.ts";

/**
 * Every act asks this of the directory on which it commits.
 * @throws {Refusal} unauthenticated, rule revoked
 */
export function stillStands(directory: DirectorySnapshot, caller: Caller): void {
  const client = findClient(directory, caller.client);
  if (client === null || client.revoked || client.party !== caller.state || client.role !== caller.role)
    throw new Refusal("unauthenticated", "The access token is no longer valid: ask for a new one.", {
      rule: "revoked",
    });
  checkNotRevoked(caller.tokenIssuedAt, {
    client: client.notBefore,
    state: directory.notBefore.get(client.party) ?? null,
  });
}
