// A contact approves a contribution or a change of policy that waits; with the last approval it takes effect in the same turn.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findParty } from "../directory/directory.ts";
import { isActive, type Party } from "../directory/state.ts";
import type { JsonObject } from "../encoding/json.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import {
  draftApproval,
  draftApprovedAgain,
  draftNoPolicyChange,
  draftWaitsNoMore,
  findApprovals,
  findContributed,
  findWaitingContributions,
  type WaitingContribution,
} from "../store/approvals.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import type { ObjectRow } from "../store/objects.ts";
import { update } from "../store/statement.ts";
import type { Drafted, Turn } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { formatStatus, parseStatus, type Status } from "../taxii/status.ts";
import { approvers, changesInForce, notWaiting, requireAnother } from "./approvals.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { leavesRoot } from "./leaves-root.ts";
import { draftNotices, noticesOfRevocations } from "./notices.ts";
import { readPolicy } from "./policy-document.ts";
import { draftPolicySet, activeOwner } from "./set-policy.ts";
import { settleWorld } from "./settle-world.ts";
import { stillStands } from "./still-stands.ts";
import { loadWorld } from "./world.ts";

export interface Approved {
  readonly id: string;
  readonly needed: number;
  readonly approved: readonly string[];
  /** Whether it took effect. */
  readonly complete: boolean;
}

type Kind = "contribution" | "policy";

/**
 * @throws {Refusal} forbidden without the scope, of one's own act, or while the state is suspended · not-found: nothing of the
 *   caller's state waits under this id · invalid: a policy that the conference no longer allows
 */
export async function approve(exchange: Exchange, caller: Caller, kind: Kind, id: string): Promise<Approved> {
  requireScope(caller, "approve");
  const committed = await exchange.store.commit<Approved>({
    id: newActId(exchange),
    alone: kind === "policy",
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const party = findParty(directory, caller.state);
      if (party === null) throw notWaiting();
      const one = await findWaitingAct(exchange, directory, party, kind, id);
      if (one === undefined) throw notWaiting();
      if (!isActive(party, turn.base))
        throw new Refusal("forbidden", "The membership of your state is suspended: it approves nothing meanwhile.");
      requireAnother(caller, one);
      const before = await findApprovals(exchange.store.engine, [id]);
      const own = { act: id, client: caller.client, at: turn.base };
      const said = before.find((row) => row.client === caller.client);
      const approved = approvers(directory, caller.state, one, [...before, own]);
      const result = { id, needed: one.waits, approved, complete: approved.length >= one.waits };
      const row = said === undefined ? draftApproval(own) : draftApprovedAgain(own);
      if (!result.complete) return { ...draftSaid(caller, party, turn, one), late: row, result };
      const done =
        "document" in one
          ? await draftChange(exchange, caller, directory, turn, one)
          : await draftRelease(exchange, caller, directory, party, turn, one);
      return { ...done, late: [...row, ...done.late], result };
    },
  });
  return committed.result;
}

export async function findWaitingAct(
  exchange: Exchange,
  directory: DirectorySnapshot,
  party: Party,
  kind: Kind,
  id: string,
): Promise<WaitingContribution | Tables["policy_change"] | undefined> {
  if (kind === "policy") return (await changesInForce(exchange, directory, party)).find(({ act }) => act === id);
  const [found] = await findWaitingContributions(exchange.store.engine, party.n, id);
  return found;
}

type Effect = Omit<Drafted<unknown>, "result">;

function draftSaid(caller: Caller, party: Party, turn: Turn, { act }: { readonly act: string }): Effect {
  return {
    early: [],
    late: [],
    fields: fieldsText({
      kind: "approve",
      time: formatMicros(turn.base),
      actor: caller.client,
      from: party.code,
      object: act,
      outcome: "waits",
    }),
    width: 0,
    bump: false,
    narrows: false,
    footprint: new Set([act]),
  };
}

async function draftChange(
  exchange: Exchange,
  caller: Caller,
  directory: DirectorySnapshot,
  turn: Turn,
  change: Tables["policy_change"],
): Promise<Effect> {
  const party = activeOwner(directory, caller, turn);
  const document = JSON.parse(change.document) as JsonObject; // written by setPolicy from one
  const policy = readPolicy(directory, party, document, turn.base);
  const act = { kind: "approve", actor: caller.client } as const;
  const set = await draftPolicySet(exchange, directory, party, turn, policy, document, act);
  return { ...set, late: [...draftNoPolicyChange([change.act]), ...set.late] };
}

/** What waited is released now, and whoever it does not reach is told now what it revokes. */
async function draftRelease(
  exchange: Exchange,
  caller: Caller,
  directory: DirectorySnapshot,
  party: Party,
  turn: Turn,
  one: WaitingContribution,
): Promise<Effect> {
  const rows = await findContributed(exchange.store.engine, one.n);
  const loaded = await loadWorld(exchange, directory, turn, new Set(rows.map((row) => row.id)));
  const world = { ...loaded, waiting: new Set([...loaded.waiting].filter((n) => n !== one.n)) };
  const settled = await settleWorld(exchange, world, new Set(), "superseded");
  // A stricter revocation ended what it revokes when it came, before anybody approved it.
  const revoked = noticesOfRevocations(world, settled, new Set(rows.map((row) => row.n)), true);
  const notices = draftNotices(exchange, turn, revoked, "revoked", 0, settled.next);
  return {
    early: notices.early,
    late: [
      ...settled.late,
      ...notices.late,
      ...draftWaitsNoMore(one.n, turn.base),
      ...(await draftStatus(exchange, one.act, (status) => approvedStatus(status, rows))),
    ],
    fields: fieldsText({
      kind: "approve",
      time: formatMicros(turn.base),
      actor: caller.client,
      from: party.code,
      object: one.act,
      edition: turn.edition,
      count: rows.length,
      outcome: "released",
      root: await leavesRoot(exchange, directory, turn, settled.begun),
    }),
    width: Math.max(settled.width, notices.width),
    bump: false,
    narrows: settled.narrows,
    footprint: new Set([...settled.footprint, one.act]),
  };
}

const RECALLED = "It was recalled before it was approved. (recall)";

/** @param rows what waited and was not recalled meanwhile */
function approvedStatus(status: Status, rows: readonly Pick<ObjectRow, "id" | "version">[]): Status {
  const there = new Set(rows.map(({ id, version }) => `${id} ${version}`));
  const isThere = ({ id, version }: Status["pendings"][number]): boolean => there.has(`${id} ${version}`);
  const released = status.pendings.filter(isThere).map(({ id, version }) => ({ id, version }));
  const recalled = status.pendings.filter((one) => !isThere(one)).map((one) => ({ ...one, message: RECALLED }));
  return {
    ...status,
    status: "complete",
    success_count: status.success_count + released.length,
    successes: [...status.successes, ...released],
    failure_count: status.failure_count + recalled.length,
    failures: [...status.failures, ...recalled],
    pending_count: 0,
    pendings: [],
  };
}

/** The status of a contribution that waits no more. */
export async function draftStatus(exchange: Exchange, id: string, change: (status: Status) => Status) {
  const row = await exchange.store.read.selectFrom("status").select("body").where("id", "=", id).executeTakeFirst();
  return row === undefined ? [] : update("status", [{ id, body: formatStatus(change(parseStatus(row.body))) }], 1);
}
