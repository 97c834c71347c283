// A contact withdraws a contribution or a change of policy that waits for approval. Nobody else was given anything, and nobody is
// told; what was withdrawn of a contribution does not come back under the same version, like anything that was recalled.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findParty } from "../directory/directory.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { draftNoPolicyChange, draftWaitsNoMore, findContributed } from "../store/approvals.ts";
import { draftRecalls } from "../store/life.ts";
import { draftRecalled } from "../store/objects.ts";
import { notWaiting } from "./approvals.ts";
import { draftStatus, findWaitingAct } from "./approve.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { settleWorld } from "./settle-world.ts";
import { stillStands } from "./still-stands.ts";
import { recalled } from "./tick.ts";
import { loadWorld } from "./world.ts";

const WITHDRAWN = "It was withdrawn before it was approved. (approval)";

/** @throws {Refusal} forbidden without the scope · not-found: nothing of the caller's state waits under this id */
export async function withdraw(
  exchange: Exchange,
  caller: Caller,
  kind: "contribution" | "policy",
  id: string,
): Promise<void> {
  requireScope(caller, "approve");
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: kind === "policy",
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const party = findParty(directory, caller.state);
      const one = party === null ? undefined : await findWaitingAct(exchange, directory, party, kind, id);
      if (party === null || one === undefined) throw notWaiting();
      const rows = "document" in one ? [] : await findContributed(exchange.store.engine, one.n);
      const ns = rows.map((row) => row.n);
      const loaded = await loadWorld(exchange, directory, turn, new Set(rows.map((row) => row.id)));
      const settled = await settleWorld(exchange, recalled(loaded, new Set(ns)), new Set(), "recall");
      const recalls = draftRecalls(ns.map((object) => ({ object, at: turn.base, reason: "withdrawn" })));
      return {
        early: [],
        late: [
          ...settled.late,
          ...draftRecalled(ns),
          ...recalls,
          ...("document" in one ? draftNoPolicyChange([id]) : draftWaitsNoMore(one.n, null)),
          ...(await draftStatus(exchange, id, (status) => ({
            ...status,
            status: "complete",
            failure_count: status.failure_count + status.pending_count,
            failures: [...status.failures, ...status.pendings.map((one) => ({ ...one, message: WITHDRAWN }))],
            pending_count: 0,
            pendings: [],
          }))),
        ],
        fields: fieldsText({
          kind: "document" in one ? "policy" : "recall",
          time: formatMicros(turn.base),
          actor: caller.client,
          from: party.code,
          object: id,
          edition: turn.edition,
          count: ns.length,
          outcome: "withdrawn",
        }),
        width: settled.width,
        bump: false,
        narrows: true,
        footprint: new Set([...settled.footprint, id]),
        result: undefined,
      };
    },
  });
}
