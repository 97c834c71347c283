// The act of contributing: authenticate (done) → validate → decide → objects, releases and entry in one turn → status.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import type { Collection } from "../directory/collection.ts";
import { findCollection, findParty, listStateCodes } from "../directory/directory.ts";
import { isActive } from "../directory/state.ts";
import type { Json } from "../encoding/json.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { approvalsNeeded, levelToApprove } from "../policy/approval.ts";
import { parseInstruction } from "../policy/instruction.ts";
import { policyOf } from "../policy/parse.ts";
import type { Envelope } from "../taxii/envelope.ts";
import { formatStatus, type Outcome, type Status, statusOf } from "../taxii/status.ts";
import { draftContribution, draftObjects, draftRefers, draftRenditions } from "../store/objects.ts";
import { insert } from "../store/statement.ts";
import type { Drafted, Turn } from "../store/store.ts";
import { type Prepared, prepare } from "./contribution-items.ts";
import { fieldsText } from "./entry-fields.ts";
import { ofNothing } from "./erased.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { untold } from "./explain.ts";
import { stillStands } from "./still-stands.ts";
import { leavesRoot } from "./leaves-root.ts";
import { draftNotices, noticesOfRevocations } from "./notices.ts";
import { settleWorld } from "./settle-world.ts";
import { passDue } from "./tick.ts";
import { type Taken, takeIn } from "./take-in.ts";
import { decideWorld, loadWorld, type World } from "./world.ts";

export interface Contribution {
  /** Id or alias. */
  readonly collection: string;
  readonly envelope: Envelope;
  /** As sent; null: none. */
  readonly instruction: Json | null;
}

/**
 * Takes a contribution in: what is good in it is in the books and released when it resolves, and the status says what was
 * not and why. An object that fails, fails alone.
 * @throws {Refusal} not-found: no such collection · forbidden: without the scope, or a suspended state · invalid: the instruction
 */
export async function contribute(exchange: Exchange, caller: Caller, contribution: Contribution): Promise<Status> {
  requireScope(caller, "taxii:write");
  const { head, directory } = await exchange.directory();
  const instruction =
    contribution.instruction === null ? null : parseInstruction(contribution.instruction, listStateCodes(directory));
  const prepared = prepare(contribution.envelope);
  await passDue(exchange, head);
  const requestedAt = exchange.now();
  const id = newActId(exchange);
  const committed = await exchange.store.commit<Status>({
    id,
    alone: false,
    async draft(turn) {
      const { party, collection } = await placeOf(exchange, caller, contribution.collection, turn);
      const taken = await takeIn(exchange, party, collection, instruction, prepared, turn);
      return draftTaken(exchange, caller, collection, taken, turn, (waits) =>
        statusOf({ id, requestedAt, outcomes: outcomesOf(contribution.envelope, prepared, taken, waits) }),
      );
    },
  });
  return committed.result;
}

async function placeOf(exchange: Exchange, caller: Caller, idOrAlias: string, turn: Turn) {
  const directory = await exchange.directoryAt(turn.edition);
  stillStands(directory, caller);
  const collection = findCollection(directory, idOrAlias);
  const party = findParty(directory, caller.state);
  if (collection === null || party === null) throw new Refusal("not-found", "There is no such collection.");
  if (party.kind !== "state" || !isActive(party, turn.base))
    throw new Refusal("forbidden", "The membership of your state is suspended: it contributes nothing meanwhile.");
  return { directory, collection, party };
}

async function draftTaken(
  exchange: Exchange,
  caller: Caller,
  collection: Collection,
  taken: Taken,
  turn: Turn,
  statusWith: (waits: number) => Status,
): Promise<Drafted<Status>> {
  const directory = await exchange.directoryAt(turn.edition);
  const loaded = await loadWorld(exchange, directory, turn, taken.touched, taken.fresh);
  const waits = approvalsFor(loaded, taken, turn);
  const status = statusWith(waits);
  const world = waits === 0 ? loaded : { ...loaded, waiting: new Set([...loaded.waiting, turn.n]) };
  const fresh = new Set(taken.fresh.map((version) => version.row.n));
  const settled = await settleWorld(exchange, world, fresh, "superseded");
  // What waits tells nobody anything: whoever it does not reach is told when it is approved.
  const revoked = waits === 0 ? noticesOfRevocations(world, settled, fresh, false) : [];
  const notices = draftNotices(exchange, turn, revoked, "revoked", fresh.size, settled.next);
  return {
    early: [
      ...draftContribution({
        n: turn.n,
        party: taken.party.n,
        client: caller.client,
        collection: collection.n,
        at: turn.base,
        // What is in the books already, or was refused, leaves no words here that nobody could erase.
        facts: JSON.stringify(taken.fresh.length === 0 ? ofNothing(taken.contribution) : taken.contribution),
        waits,
        approved: null,
      }),
      ...draftObjects(settled.fresh),
      ...draftRenditions(taken.renditions),
      ...draftRefers(taken.party.n, taken.refers),
      ...notices.early,
    ],
    late: [
      ...settled.late,
      ...notices.late,
      ...insert("status", [{ id: status.id, client: caller.client, at: turn.base, body: formatStatus(status) }]),
    ],
    fields: fieldsText({
      kind: "contribute",
      time: formatMicros(turn.base),
      actor: caller.client,
      from: taken.party.code,
      collection: collection.alias,
      edition: turn.edition,
      count: taken.fresh.length,
      marking: taken.levels,
      outcome: { success: status.success_count, failure: status.failure_count, ...(waits > 0 ? { waits } : {}) },
      root: await leavesRoot(exchange, directory, turn, settled.begun),
    }),
    width: Math.max(settled.width, notices.width),
    bump: false,
    narrows: settled.narrows,
    // Everything that it carried, new or not: what was judged of those ids must not change under it.
    footprint: new Set([...settled.footprint, ...taken.judged]),
    result: status,
  };
}

/** How many contacts have to approve it: by the strictest of what is new in it, as the policy in force has it. */
function approvalsFor(world: World, taken: Taken, turn: Turn): number {
  const policy = policyOf(world.directory, taken.party.code);
  if (policy.approval === null) return 0;
  const fresh = decideWorld(world, untold).filter(({ version }) => version.row.contribution === turn.n);
  const levels = fresh.map(({ level, decisions, version: { object } }) =>
    object === undefined ? level : levelToApprove(level, decisions, object),
  );
  return Math.max(0, ...levels.map((level) => approvalsNeeded(policy, level)));
}

function outcomesOf(envelope: Envelope, prepared: Prepared, taken: Taken, waits: number): readonly Outcome[] {
  const fresh = new Set(taken.fresh.map(({ row }) => `${row.id} ${row.version}`));
  return envelope.objects.map((_, place) => {
    const outcome = prepared.failures.get(place) ?? taken.outcomes.get(prepared.repeats.get(place) ?? place);
    if (outcome === undefined) throw new TypeError("An object of the envelope has no outcome.");
    const isWaiting = waits > 0 && outcome.result === "success" && fresh.has(`${outcome.id} ${outcome.version ?? ""}`);
    return isWaiting ? { ...outcome, result: "pending", message: waitingMessage(waits) } : outcome;
  });
}

const waitingMessage = (waits: number): string =>
  `It waits until ${waits} of your state's contacts approved it, beside the one that contributed it. (approval)`;
