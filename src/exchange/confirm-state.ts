// Confirms a state for what one contributed before it joined, or before it joined a circle (policy.md, `grow`): what one's rules
// give it of that is released in the same turn, oldest version first. A membership that begins later needs another confirmation.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findParty } from "../directory/directory.ts";
import { isActive } from "../directory/state.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { policyOf } from "../policy/parse.ts";
import { draftConfirmation } from "../store/conference.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { redecide } from "./redecide.ts";
import { stillStands } from "./still-stands.ts";

export interface Confirmed {
  readonly state: string;
  /** Own objects that were decided again. What came of it hangs on others, too, and is not told. */
  readonly decided: number;
}

/**
 * @throws {Refusal} forbidden without the scope, or of no state · not-found: no such member · conflict: the policy's `grow` is
 * never, so that it would count for nothing
 */
export async function confirmState(exchange: Exchange, caller: Caller, code: string): Promise<Confirmed> {
  requireScope(caller, "policy");
  const committed = await exchange.store.commit<Confirmed>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const owner = findParty(directory, caller.state);
      if (owner === null || owner.kind !== "state" || !isActive(owner, turn.base))
        throw new Refusal("forbidden", "Only a member state confirms others.");
      const state = findParty(directory, code);
      if (state === null || state.kind !== "state" || state.n === owner.n)
        throw new Refusal("not-found", "There is no such other member.", { pointer: "/state" });
      if (policyOf(directory, owner.code).grow === "never")
        throw new Refusal("conflict", "Your policy says grow: never, so a confirmation would count for nothing.", {
          rule: "grow",
        });
      const mine = new Map(directory.confirmed.get(owner.code)).set(state.code, turn.base);
      const after = { ...directory, confirmed: new Map(directory.confirmed).set(owner.code, mine) };
      const { settled, count, root } = await redecide(exchange, after, turn, [owner], "policy");
      return {
        early: [],
        late: [...draftConfirmation(owner.n, state.n, turn.base), ...settled.late],
        fields: fieldsText({
          kind: "policy",
          time: formatMicros(turn.base),
          actor: caller.client,
          from: owner.code,
          to: state.code,
          edition: turn.edition + 1,
          count,
          outcome: "confirmed",
          root,
        }),
        width: settled.width,
        bump: true,
        narrows: settled.narrows,
        footprint: settled.footprint,
        result: { state: state.code, decided: count },
      };
    },
  });
  return committed.result;
}
