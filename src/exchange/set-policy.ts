// Sets a state's sharing policy: a new version of the document, and every live object of its owner decided again in the same
// turn, so that no reader ever sees the new policy half in force.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findParty, type PolicyVersion } from "../directory/directory.ts";
import { isActive } from "../directory/state.ts";
import { isObject, type Json } from "../encoding/json.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { checkPolicy, type PolicyWarning } from "../policy/check.ts";
import { draftPolicy } from "../store/directory.ts";
import { listLiveIds } from "../store/objects.ts";
import { digestOf } from "./commons.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";
import { leavesRoot } from "./leaves-root.ts";
import { settleWorld } from "./settle-world.ts";
import { readPolicy, withPolicy } from "./policy-document.ts";
import { loadWorld } from "./world.ts";

export interface PolicySet {
  readonly version: PolicyVersion;
  readonly warnings: readonly PolicyWarning[];
  /** Own objects that were decided again. What came of it for others hangs on what they have, and is not told. */
  readonly decided: number;
}

/**
 * @throws {Refusal} forbidden without the scope, or another state's · invalid, unsupported: the document, with pointer
 */
export async function setPolicy(exchange: Exchange, caller: Caller, document: Json): Promise<PolicySet> {
  requireScope(caller, "policy");
  const committed = await exchange.store.commit<PolicySet>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const party = findParty(directory, caller.state);
      if (party === null || party.kind !== "state")
        throw new Refusal("forbidden", "Only a state has a sharing policy.");
      if (!isActive(party, turn.base))
        throw new Refusal(
          "forbidden",
          "The membership of your state is suspended: its policy stays as it is meanwhile.",
        );
      const policy = readPolicy(directory, party, document);
      if (!isObject(document)) throw new TypeError("A policy that was read is an object.");
      const { version, directory: after } = withPolicy(directory, party, turn.base, document);
      const ids = await listLiveIds(exchange.store.engine, party.n);
      const world = await loadWorld(exchange, after, turn, ids);
      const settled = await settleWorld(exchange, world, new Set(), "policy");
      return {
        early: [],
        late: [...draftPolicy(party.n, version.version, turn.n, document), ...settled.late],
        fields: fieldsText({
          kind: "policy",
          time: formatMicros(turn.base),
          actor: caller.client,
          from: party.code,
          object: { version: version.version, digest: digestOf(document) },
          edition: turn.edition + 1,
          // What came of it for others hangs on what they have: their releases are no number of the owner's.
          count: ids.length,
          root: await leavesRoot(exchange, after, turn, settled.begun),
        }),
        width: settled.width,
        bump: true,
        narrows: settled.narrows,
        footprint: settled.footprint,
        result: {
          version,
          warnings: checkPolicy(policy),
          decided: ids.length,
        },
      };
    },
  });
  return committed.result;
}
