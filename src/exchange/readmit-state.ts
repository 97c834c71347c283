// Ends a suspension: a new interval of membership begins. What the state had stays with it, and it is given what of the
// commons was pinned while it was away; nothing that was contributed meanwhile (exchange-model, forward-only).
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { memberOf } from "../directory/directory.ts";
import { isActive } from "../directory/state.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { draftMembershipBegin } from "../store/directory.ts";
import { draftArrival } from "./commons.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";
import { settleEverything } from "./tick.ts";

/** @throws {Refusal} forbidden without the scope · not-found: no such state · conflict: it is not suspended */
export async function readmitState(exchange: Exchange, caller: Caller, code: string): Promise<void> {
  requireScope(caller, "members");
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const party = memberOf(directory, code);
      if (isActive(party, turn.base)) throw new Refusal("conflict", `The membership of ${code} is not suspended.`);
      const arrival = await draftArrival(exchange, party, turn.base);
      return {
        early: [],
        late: [...draftMembershipBegin(party.n, turn.base), ...arrival.late],
        fields: fieldsText({
          kind: "membership",
          time: formatMicros(turn.base),
          actor: caller.client,
          to: code,
          outcome: "readmitted",
        }),
        width: arrival.width,
        bump: true,
        narrows: false,
        footprint: new Set(),
        result: undefined,
      };
    },
  });
  await settleEverything(exchange);
}
