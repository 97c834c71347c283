// Roles and scopes (RFC 6749 §3.3): what a role may do, as the scopes that a token of it can carry. A scope opens a door;
// which state's things are behind it is decided by the act. Token issue, every door and the metadata rely on it.

import { roles as clientRoles } from "../directory/client.ts";
import type { Role as ClientRole } from "../directory/client.ts";
import { Refusal } from "../refusal.ts";

/** The roles that clients are registered with, and the witness, a state's own program that reads the log and cosigns. */
export type Role = ClientRole | "witness";

export const roles: readonly Role[] = [...clientRoles, "witness"];

export const scopes = [
  // content
  "taxii:read", // objects, manifests and versions that were released to the state
  "taxii:write", // contribute objects, and follow their status
  "feedback", // contribute sightings, opinions and notes only
  "search",
  "export",
  "acknowledge", // that one has what was released, and that one deleted what ended
  "recall", // end the releases of own contributions; TAXII DELETE
  "preview", // who would get what, before contributing
  "explain", // who got what and why, of own objects
  "receipts", // proofs of own contributions and pulls
  // a state
  "policy",
  "contacts",
  "clients", // and their keys
  "approve",
  "intake", // take or refuse what is held of what others give
  "terms:sign", // sign the terms for one's state
  // the conference
  "members",
  "stewards", // appoint a state's first steward
  "circles",
  "collections",
  "commons", // the pinned sets
  "terms",
  "audit", // by metadata, never content
  // the log
  "log",
  "cosign",
  // the exchange
  "settings",
  "exchange-keys",
  "backup",
] as const;

export type Scope = (typeof scopes)[number];

/** Longest scope text that is looked at. All scopes together have about 220 characters. */
export const scopeLengthMax = 512;

/** All scopes of a role, in the order of `scopes`. */
export function scopesOf(role: Role): readonly Scope[] {
  return table[role];
}

/** The role with this name, or null. */
export function parseRole(text: unknown): Role | null {
  return roles.find((role) => role === text) ?? null;
}

/**
 * The scopes that a token gets: those asked for, or all of the role when none are.
 * @throws {Refusal} invalid-scope: not a scope text of RFC 6749 §3.3, one that does not exist or one that the role lacks
 * (the same answer), or one twice
 */
export function grantScopes(role: Role, requested: string | undefined): readonly Scope[] {
  const held = scopesOf(role);
  return requested === undefined ? held : parseScopes(requested, held);
}

/**
 * The scopes in a text, each one of `held`, in the order of `scopes`.
 * @throws {Refusal} invalid-scope
 */
export function parseScopes(text: string, held: readonly Scope[]): readonly Scope[] {
  if (text.length > scopeLengthMax) throw invalidScope(`A scope has at most ${scopeLengthMax} characters.`);
  const names = text.split(" ");
  if (new Set(names).size !== names.length) throw invalidScope("The scope names something twice.");
  if (names.some((name) => !held.some((scope) => scope === name))) {
    throw invalidScope(`The role of this client has the scopes ${formatScopes(held)}, and no other can be asked for.`);
  }
  return held.filter((scope) => names.includes(scope));
}

/** The text of scopes, RFC 6749 §3.3. */
export function formatScopes(list: readonly Scope[]): string {
  return list.join(" ");
}

/**
 * Ensures that a caller holds a scope, or one of several that open the same door.
 * @throws {Refusal} forbidden; `rule` is scope, and `subject` the scope that is missing (RFC 6750 §3.1
 * insufficient_scope)
 */
export function requireScope(
  caller: { readonly scopes: ReadonlySet<Scope> },
  ...anyOf: readonly [Scope, ...Scope[]]
): void {
  if (anyOf.some((scope) => caller.scopes.has(scope))) return;
  throw new Refusal("forbidden", `This needs the scope ${anyOf.join(" or ")}.`, { rule: "scope", subject: anyOf[0] });
}

// The log is for all members (its entries tell outsiders nothing), so that everybody can check everybody.
const table: { readonly [R in Role]: readonly Scope[] } = {
  contributor: [
    "taxii:read",
    "taxii:write",
    "acknowledge",
    "recall",
    "preview",
    "explain",
    "receipts",
    "approve",
    "intake",
    "log",
  ],
  analyst: ["taxii:read", "feedback", "search", "export", "acknowledge", "receipts", "log"],
  steward: [
    "acknowledge",
    "preview",
    "explain",
    "receipts",
    "policy",
    "contacts",
    "clients",
    "approve",
    "intake",
    "terms:sign",
    "log",
  ],
  secretariat: ["members", "stewards", "circles", "collections", "commons", "terms", "audit", "log"],
  witness: ["log", "cosign"],
  operator: ["log", "settings", "exchange-keys", "backup"],
};

function invalidScope(sentence: string): Refusal {
  return new Refusal("invalid-scope", sentence, { rule: "scope", subject: "scope" });
}
