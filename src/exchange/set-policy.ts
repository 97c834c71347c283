// Sets a state's sharing policy: a new version of the document, and every live object of its owner decided again in the same
// turn, so that no reader ever sees the new policy half in force. A change that newly releases what waits for approval waits, too.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findPolicyVersion, type PolicyVersion } from "../directory/directory.ts";
import { isActive, type Party } from "../directory/state.ts";
import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { approvalsForChange, levelsReleased } from "../policy/approval.ts";
import { checkPolicy, type PolicyWarning } from "../policy/check.ts";
import { intake } from "../policy/intake.ts";
import { policyOf } from "../policy/parse.ts";
import type { Policy } from "../policy/policy.ts";
import { draftNoPolicyChange, draftPolicyChange, findPolicyChanges } from "../store/approvals.ts";
import { type DirectorySnapshot, draftPolicy } from "../store/directory.ts";
import { draftHeldNoMore, findHeld } from "../store/life.ts";
import { listLiveIds } from "../store/objects.ts";
import type { Drafted, Turn } from "../store/store.ts";
import { isContact } from "./approvals.ts";
import { digestOf } from "./commons.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { recipientsOf, untold } from "./explain.ts";
import { redecide } from "./redecide.ts";
import { stillStands } from "./still-stands.ts";
import { policyOwner, readPolicy, withPolicy } from "./policy-document.ts";
import { decideWorldFor, loadWorld } from "./world.ts";

/** Changes of one state's policy that may wait at a time. */
export const CHANGES_MAX = 20;

export interface PolicySet {
  readonly kind: "set";
  readonly version: PolicyVersion;
  readonly warnings: readonly PolicyWarning[];
  /** Own objects that were decided again. What came of it for others hangs on what they have, and is not told. */
  readonly decided: number;
}

/** A change that waits until so many contacts beside the one that asked for it approved (policy.md, `approval`). */
export interface PolicyWaits {
  readonly kind: "waits";
  readonly id: string;
  readonly waits: number;
  readonly warnings: readonly PolicyWarning[];
}

/**
 * @throws {Refusal} forbidden without the scope, or another state's · invalid: the document, with pointer ·
 *   conflict: too many changes wait already
 */
export async function setPolicy(exchange: Exchange, caller: Caller, document: Json): Promise<PolicySet | PolicyWaits> {
  requireScope(caller, "policy");
  const id = newActId(exchange);
  const committed = await exchange.store.commit<PolicySet | PolicyWaits>({
    id,
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const party = activeOwner(directory, caller, turn);
      const policy = readPolicy(directory, party, document, turn.base);
      if (!isObject(document)) throw new TypeError("A policy that was read is an object.");
      requireContacts(directory, caller, policy);
      const waits = await approvalsOfChange(exchange, directory, party, turn, policy, document);
      return waits === 0
        ? draftPolicySet(exchange, directory, party, turn, policy, document, { kind: "policy", actor: caller.client })
        : draftPolicyWaits(exchange, caller, directory, party, turn, policy, document, { id, waits });
    },
  });
  return committed.result;
}

/** @throws {Refusal} forbidden: no state's, or a suspended one's */
export function activeOwner(directory: DirectorySnapshot, caller: Caller, { base }: Turn): Party {
  const party = policyOwner(directory, caller);
  if (!isActive(party, base))
    throw new Refusal("forbidden", "The membership of your state is suspended: its policy stays as it is meanwhile.");
  return party;
}

/** The policy comes into force, and its owner's objects are decided again. */
export async function draftPolicySet(
  exchange: Exchange,
  directory: DirectorySnapshot,
  party: Party,
  turn: Turn,
  policy: Policy,
  document: JsonObject,
  act: { readonly kind: "policy" | "approve"; readonly actor: string },
): Promise<Drafted<PolicySet>> {
  const { version, directory: after } = withPolicy(directory, party, turn.base, document);
  const givers = giversOf(directory, party, policy);
  const { settled, root } = await redecide(exchange, after, turn, [party, ...givers], "policy");
  const { length: count } = await listLiveIds(exchange.store.engine, party.n);
  // Nobody asks any more what a state holds that holds nothing.
  const queue = policy.accept.holdFrom.length === 0 ? await findHeld(exchange.store.engine, party.n) : [];
  return {
    early: [],
    late: [...draftPolicy(party.n, version.version, turn.n, document), ...settled.late, ...draftHeldNoMore(queue)],
    fields: fieldsText({
      ...act,
      time: formatMicros(turn.base),
      from: party.code,
      object: { version: version.version, digest: digestOf(document) },
      edition: turn.edition + 1,
      // What came of it for others hangs on what they have: their releases are no number of the owner's.
      count,
      root,
    }),
    width: settled.width,
    bump: true,
    narrows: settled.narrows,
    footprint: settled.footprint,
    result: { kind: "set", version, warnings: checkPolicy(policy, party.code), decided: count },
  };
}

/** Those of whose objects the policy takes in otherwise than the one in force: they are decided again along with its owner's. */
function giversOf(directory: DirectorySnapshot, party: Party, policy: Policy): readonly Party[] {
  const inForce = policyOf(directory, party.code);
  const isOther = (by: string): boolean => intake(inForce, by) !== intake(policy, by);
  const states = directory.parties.filter(({ kind, n }) => kind === "state" && n !== party.n);
  // Whoever it is that is unattributed.
  return isOther("unattributed") ? states : states.filter(({ code }) => isOther(code));
}

async function draftPolicyWaits(
  exchange: Exchange,
  { client }: Caller,
  directory: DirectorySnapshot,
  party: Party,
  turn: Turn,
  policy: Policy,
  document: JsonObject,
  { id, waits }: { readonly id: string; readonly waits: number },
): Promise<Drafted<PolicyWaits>> {
  const base = findPolicyVersion(directory, party.code)?.version ?? 0;
  const there = await findPolicyChanges(exchange.store.engine, party.n);
  if (there.filter((one) => one.base === base).length >= CHANGES_MAX)
    throw new Refusal("conflict", "Too many changes of your policy wait already: approve or withdraw one first.", {
      subject: "CHANGES_MAX",
    });
  // Those that were asked for against an earlier version can never come into force.
  const stale = there.filter((one) => one.base !== base).map((one) => one.act);
  const text = JSON.stringify(document);
  return {
    early: [],
    late: [
      ...draftNoPolicyChange(stale),
      ...draftPolicyChange({ act: id, party: party.n, client, at: turn.base, base, waits, document: text }),
    ],
    fields: fieldsText({
      kind: "policy",
      time: formatMicros(turn.base),
      actor: client,
      from: party.code,
      object: { change: id, digest: digestOf(document) },
      edition: turn.edition,
      outcome: { waits },
    }),
    width: 0,
    bump: false,
    narrows: false,
    footprint: new Set(),
    result: { kind: "waits", id, waits, warnings: checkPolicy(policy, party.code) },
  };
}

/** How many contacts have to approve the change: by what the owner's own rules would newly give. */
async function approvalsOfChange(
  exchange: Exchange,
  directory: DirectorySnapshot,
  party: Party,
  turn: Turn,
  policy: Policy,
  document: JsonObject,
): Promise<number> {
  const inForce = policyOf(directory, party.code);
  if (inForce.approval === null) return 0;
  const world = await loadWorld(exchange, directory, turn, await listLiveIds(exchange.store.engine, party.n));
  const own = {
    ...world,
    versions: world.versions.filter(({ row }) => row.contributor === party.n && row.recalled === 0),
  };
  const recipients = recipientsOf(directory, [inForce, policy]);
  const levels = [directory, everybodyStanding(directory, party, turn.base)].flatMap((as) => {
    const now = decideWorldFor(recipients, { ...own, directory: as }, untold);
    const after = withPolicy(as, party, turn.base, document).directory;
    const then = decideWorldFor(recipients, { ...own, directory: after }, untold);
    return now.flatMap(({ decisions }, i) => levelsReleased(decisions, then[i]?.decisions ?? []));
  });
  return approvalsForChange(inForce, policy, levels);
}

/**
 * The directory as if all had signed the terms and the owner had confirmed everybody: what somebody has no standing for now goes
 * to it by an act that no contact is asked about, so that a change is asked for what it would give then.
 */
function everybodyStanding(directory: DirectorySnapshot, owner: Party, at: Micros): DirectorySnapshot {
  const everybody = new Map(directory.parties.map(({ code }) => [code, at]));
  return {
    ...directory,
    terms: { versions: [], signed: new Map() },
    confirmed: new Map(directory.confirmed).set(owner.code, everybody),
  };
}

/** What nobody could approve would never leave: a policy that asks for more contacts than there are is a mistake. */
function requireContacts({ clients }: DirectorySnapshot, caller: Caller, { approval }: Policy): void {
  const others = clients.filter((client) => isContact(client, caller.state) && client.id !== caller.client);
  if (approval === null || others.length >= approval.of) return;
  throw new Refusal(
    "invalid",
    `Your state has ${others.length} contributors and stewards beside this one: register more of them first.`,
    { pointer: "/approval/of", rule: "approvers" },
  );
}
