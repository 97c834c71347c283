// What waits for the approval of a state's contacts: its contributions from a level up, and changes of its policy. A contact acts
// through its own client; the one that contributed, or asked for the change, does not approve itself.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import type { Client } from "../directory/client.ts";
import { findParty } from "../directory/directory.ts";
import type { Party } from "../directory/state.ts";
import type { Json, JsonObject } from "../encoding/json.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import {
  findApprovals,
  findContributed,
  findPolicyChanges,
  findWaitingContributions,
  type WaitingContribution,
} from "../store/approvals.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import type { Tables } from "../store/tables.ts";
import type { Exchange } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";

/** Objects that are named of one contribution that waits; the rest is counted. */
export const NAMED_MAX = 100;

export interface Waiting {
  readonly id: string;
  readonly kind: "contribution" | "policy";
  readonly by: string;
  readonly at: string;
  /** How many contacts have to approve it, and who did. */
  readonly needed: number;
  readonly approved: readonly string[];
  readonly collection?: string;
  readonly count?: number;
  readonly objects?: readonly { readonly id: string; readonly version: string }[];
  readonly document?: Json;
}

/** Whether a client is one of a state's contacts: who contributes for it, or stewards it. */
export function isContact({ party, role, revoked }: Client, state: string): boolean {
  return party === state && !revoked && (role === "contributor" || role === "steward");
}

/** What waits of the caller's state, the oldest first. @throws {Refusal} forbidden without the scope */
export async function listWaiting(exchange: Exchange, caller: Caller): Promise<readonly Waiting[]> {
  requireScope(caller, "approve");
  const { directory } = await exchange.directory();
  stillStands(directory, caller);
  const party = findParty(directory, caller.state);
  if (party === null) return [];
  const { engine } = exchange.store;
  const contributions = await findWaitingContributions(engine, party.n, null);
  const changes = await changesInForce(exchange, directory, party);
  const acts = [...contributions, ...changes].map((one) => one.act);
  const approvals = await findApprovals(engine, acts);
  const head = (one: WaitingContribution | Tables["policy_change"]) => ({
    id: one.act,
    by: one.client,
    at: formatMicros(one.at),
    needed: one.waits,
    approved: approvers(directory, caller.state, one, approvals),
  });
  const waiting: Waiting[] = [];
  for (const one of contributions) {
    const objects = await findContributed(engine, one.n);
    if (objects.length === 0) continue;
    const collection = directory.collections.find(({ n }) => n === one.collection)?.alias ?? "";
    const named = objects.slice(0, NAMED_MAX).map(({ id, version }) => ({ id, version }));
    waiting.push({ kind: "contribution", ...head(one), collection, count: objects.length, objects: named });
  }
  for (const one of changes)
    waiting.push({ kind: "policy", ...head(one), document: JSON.parse(one.document) as JsonObject }); // written by setPolicy
  return waiting;
}

/** Changes that were asked for against the version that is in force: the others can never come into it. */
export async function changesInForce(
  exchange: Exchange,
  directory: DirectorySnapshot,
  party: Party,
): Promise<readonly Tables["policy_change"][]> {
  const version = directory.policies.get(party.code)?.version ?? 0;
  return (await findPolicyChanges(exchange.store.engine, party.n)).filter(({ base }) => base === version);
}

/**
 * Who approved and counts: still one of the state's contacts, and not the one whose act it is. What was approved under another
 * policy was approved for others: it counts no more.
 */
export function approvers(
  { clients, policies }: DirectorySnapshot,
  state: string,
  act: { readonly act: string; readonly client: string },
  approvals: readonly Tables["approval"][],
): readonly string[] {
  const contacts = new Set(clients.filter((client) => isContact(client, state)).map(({ id }) => id));
  const since = policies.get(state)?.since ?? 0;
  const said = approvals.filter(
    (row) => row.act === act.act && row.client !== act.client && row.at >= since && contacts.has(row.client),
  );
  return [...new Set(said.map((row) => row.client))].sort();
}

/** @throws {Refusal} forbidden: whose act it is does not approve it */
export function requireAnother(caller: Caller, { client }: { readonly client: string }): void {
  if (caller.client === client)
    throw new Refusal("forbidden", "Another contact than the one whose act it is approves it.", { rule: "approval" });
}

export const notWaiting = (): Refusal => new Refusal("not-found", "Nothing of your state waits under this id.");
