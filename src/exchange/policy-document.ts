// A policy as its state hands it in: read against the directory, and the directory as it will stand with it. Relied on by what
// sets a policy and what simulates one.
import type { Caller } from "../auth/caller.ts";
import { isMember } from "../directory/circle.ts";
import { findParty, findPolicyVersion, listStateCodes, type PolicyVersion } from "../directory/directory.ts";
import type { Party } from "../directory/state.ts";
import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { parsePolicy } from "../policy/parse.ts";
import type { Policy } from "../policy/policy.ts";
import { Refusal } from "../refusal.ts";
import type { DirectorySnapshot } from "../store/directory.ts";

/** The state whose policy it is. @throws {Refusal} forbidden: the caller's party is no state */
export function policyOwner(directory: DirectorySnapshot, { state }: Pick<Caller, "state">): Party {
  const party = findParty(directory, state);
  if (party === null || party.kind !== "state") throw new Refusal("forbidden", "Only a state has a sharing policy.");
  return party;
}

/**
 * The policy as a document of this party's, checked against the directory at this time.
 * @throws {Refusal} invalid
 */
export function readPolicy(directory: DirectorySnapshot, party: Party, document: Json, at: Micros): Policy {
  if (!isObject(document)) throw new Refusal("invalid", "A policy is a JSON object.", { pointer: "" });
  return parsePolicy(document, {
    states: listStateCodes(directory),
    identities: party.identities,
    collections: directory.collections.map((collection) => collection.alias),
    // One that it is not in and one that is not there are refused alike.
    circles: directory.circles.filter((circle) => isMember(circle, party.code, at)).map(({ name }) => name),
  });
}

/** The directory as it will stand when the party's next policy is this document. */
export function withPolicy(
  directory: DirectorySnapshot,
  party: Party,
  since: Micros,
  document: JsonObject,
): { readonly directory: DirectorySnapshot; readonly version: PolicyVersion } {
  const number = (findPolicyVersion(directory, party.code)?.version ?? 0) + 1;
  const version: PolicyVersion = { party: party.code, version: number, since, document };
  return { version, directory: { ...directory, policies: new Map([...directory.policies, [party.code, version]]) } };
}
