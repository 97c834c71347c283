// What a recipient says to the contributor of what it was given: that it has it (acknowledge), and that it deleted what ended
// (attest). An entry each; saying it again says nothing new.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { draftAnswered, findAnswered } from "../store/life.ts";
import { findObjectsByNumber } from "../store/objects.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { releasedTo } from "./released-to.ts";
import { stillStands } from "./still-stands.ts";
import { passDue } from "./tick.ts";

export type AnswerKind = "acknowledge" | "attest";

export interface Answered {
  readonly id: string;
  /** Versions of which it says so, now or before, ascending. */
  readonly versions: readonly string[];
  /** When the caller's party said so of all of them. */
  readonly at: Micros;
}

/**
 * @throws {Refusal} forbidden without the scope, or while the state is suspended · not-found: it was never released to the caller ·
 *   conflict: attested of what the caller has yet
 */
export async function answerRelease(
  exchange: Exchange,
  caller: Caller,
  kind: AnswerKind,
  id: string,
): Promise<Answered> {
  requireScope(caller, "acknowledge");
  await passDue(exchange, await exchange.store.head());
  const { directory } = await exchange.directory();
  stillStands(directory, caller);
  const before = await openOf(exchange, caller, kind, id);
  if (before.open.length === 0) return { id, versions: before.versions, at: before.at };
  const committed = await exchange.store.commit<Answered>({
    id: newActId(exchange),
    alone: false,
    async draft(turn) {
      stillStands(await exchange.directoryAt(turn.edition), caller);
      const { party, open, versions } = await openOf(exchange, caller, kind, id);
      const { client } = caller;
      return {
        early: [],
        late: draftAnswered(open.map((object) => ({ object, party, kind, client, at: turn.base }))),
        fields: fieldsText({
          kind,
          time: formatMicros(turn.base),
          actor: client,
          from: caller.state,
          object: { id, versions },
          count: open.length,
        }),
        width: 0,
        bump: false,
        narrows: false,
        footprint: new Set([id]),
        result: { id, versions, at: turn.base },
      };
    },
  });
  return committed.result;
}

/** What it has not said yet. */
async function openOf(exchange: Exchange, caller: Caller, kind: AnswerKind, id: string) {
  const { engine } = exchange.store;
  const { directory } = await exchange.directory();
  const { party, objects } = await releasedTo(exchange, directory, caller, id);
  const of = [...objects].filter(([, stands]) => kind === "acknowledge" || !stands).map(([n]) => n);
  if (of.length === 0) throw new Refusal("conflict", "It stands: what is recalled, or ends, is attested of then.");
  const said = (await findAnswered(engine, of)).filter((row) => row.party === party.n && row.kind === kind);
  const rows = await findObjectsByNumber(engine, of);
  return {
    party: party.n,
    open: of.filter((n) => !said.some((row) => row.object === n)),
    versions: [...new Set(rows.map((row) => row.version))].sort(),
    at: Math.max(0, ...said.map((row) => row.at)),
  };
}
