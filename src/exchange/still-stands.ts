// Whether a caller still is who it was: between the guard at the door and the turn of an act, or the answer of a read, lie the
// reading of a body and the waiting for others. What was revoked or suspended meanwhile ends with the turn that says so.
import { type Caller, checkStands, type ClientRecord } from "../auth/caller.ts";
import { findClient } from "../directory/directory.ts";
import type { DirectorySnapshot } from "../store/directory.ts";

/** What the exchange holds about a client; undefined where it is not there, or revoked. */
export function recordOf(directory: DirectorySnapshot, id: string): ClientRecord | undefined {
  const client = findClient(directory, id);
  if (client === null || client.revoked) return undefined;
  const { party: state, role, cleared, reach, notBefore } = client;
  const stateNotBefore = directory.notBefore.get(state) ?? null;
  return { client: client.id, state, role, cleared, reach, notBefore, stateNotBefore };
}

/**
 * Every act asks this of the directory on which it commits.
 * @throws {Refusal} unauthenticated, rule revoked
 */
export function stillStands(directory: DirectorySnapshot, caller: Caller): void {
  checkStands(caller, recordOf(directory, caller.client));
}
