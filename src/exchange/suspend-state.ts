// Suspends a state's membership: nothing new is released or served to it, its tokens end; what it contributed stays with
// those who have it, and it may still recall that (exchange-model, forward-only).
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { memberOf } from "../directory/directory.ts";
import { isActive } from "../directory/state.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { draftMembershipEnd } from "../store/directory.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";

/** @throws {Refusal} forbidden without the scope · not-found: no such state · conflict: suspended already */
export async function suspendState(exchange: Exchange, caller: Caller, code: string): Promise<void> {
  requireScope(caller, "members");
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const party = memberOf(directory, code);
      if (!isActive(party, turn.base)) throw new Refusal("conflict", `The membership of ${code} is suspended already.`);
      return {
        early: [],
        late: draftMembershipEnd(exchange.store.engine, party.n, turn.base),
        fields: fieldsText({
          kind: "membership",
          time: formatMicros(turn.base),
          actor: caller.client,
          to: code,
          outcome: "suspended",
        }),
        width: 0,
        bump: true,
        narrows: true,
        footprint: new Set(),
        result: undefined,
      };
    },
  });
}
