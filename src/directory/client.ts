// A client: a machine or program of a party, with its public keys, role and reach. The token door and every read look it up
// in the Directory; what a client is never comes from its own token or request.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { openForm, type Path, readFlag, readLine, readList, readWord, refuseAt } from "./form.ts";
import { nameLengthMax, type PartyKind } from "./state.ts";

export const keysMax = 10;

export type Role = "contributor" | "analyst" | "steward" | "secretariat" | "operator";
export const roles: readonly Role[] = ["contributor", "analyst", "steward", "secretariat", "operator"];

/**
 * How far a client passes on what it gets, in TLP's words: within the organisation, to its customers (TLP's "clients"),
 * to the community, or to anyone. It bounds what the client may read: policy/reach.ts.
 */
export type Reach = "organisation" | "customers" | "community" | "public";
export const reaches: readonly Reach[] = ["organisation", "customers", "community", "public"];

export interface Client {
  readonly id: string;
  /** Code of the party it belongs to. */
  readonly party: string;
  readonly role: Role;
  readonly name: string;
  /** Whether its state cleared it for TLP:RED. */
  readonly cleared: boolean;
  readonly reach: Reach;
  /** Public keys as JWKs (RFC 7517); the auth room gives them meaning. */
  readonly keys: readonly JsonObject[];
  /** Tokens issued before this time are refused; null: none is. */
  readonly notBefore: Micros | null;
  readonly revoked: boolean;
}

/** What is said of a client when it is registered; the party comes from the caller, not from here. */
export interface ClientRegistration {
  readonly role: Role;
  readonly name: string;
  readonly cleared: boolean;
  readonly reach: Reach;
  readonly keys: readonly JsonObject[];
}

/** The roles that clients of a kind of party may have. The secretariat reads no content by role, only as an audience. */
export const rolesOf = {
  state: ["contributor", "analyst", "steward"],
  secretariat: ["secretariat", "analyst"],
  exchange: ["operator"],
} as const satisfies Record<PartyKind, readonly Role[]>;

/**
 * Reads a client's registration: `{"role", "name", "cleared"?, "reach"?, "keys"}`. Not cleared, and within its
 * organisation, unless it says otherwise.
 * @throws {Refusal} invalid, with pointer: `role`, `key`, or what a form refuses
 */
export function parseClientRegistration(value: Json, kind: PartyKind): ClientRegistration {
  const form = openForm(value, [], "A client’s registration", ["role", "name", "cleared", "reach", "keys"]);
  return {
    role: readRole(form["role"], ["role"], kind),
    name: readLine(form["name"], ["name"], "The client’s name", nameLengthMax),
    cleared: form["cleared"] === undefined ? false : readFlag(form["cleared"], ["cleared"], "cleared"),
    reach: form["reach"] === undefined ? "organisation" : readWord(form["reach"], ["reach"], "The reach", reaches),
    keys: readList(form["keys"], ["keys"], "The list of keys", { itemsMin: 1, itemsMax: keysMax }, readPublicKey),
  };
}

function readRole(value: Json | undefined, path: Path, kind: PartyKind): Role {
  const role = readWord(value, path, "The role", roles);
  const allowed: readonly Role[] = rolesOf[kind];
  if (!allowed.includes(role))
    refuseAt(path, "role", `A client of a ${kind} can be ${allowed.join(" or ")}, not ${role}.`);
  return role;
}

// Members that only private or secret keys have (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2). A private key that was
// once sent is no longer private, so this is refused loudly instead of being stripped.
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

function readPublicKey(value: Json, path: Path): JsonObject {
  if (!isObject(value) || typeof value["kty"] !== "string") refuseAt(path, "key", "A key has to be a JWK.");
  for (const name of privateMembers) {
    if (Object.hasOwn(value, name)) {
      refuseAt([...path, name], "key", "This is a private key. Send the public key only, and make a new pair.");
    }
  }
  return value;
}
