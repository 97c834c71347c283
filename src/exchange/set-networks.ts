// Sets the networks that a state published with its registered identity. They are read when an object is contributed, and kept
// with it: nothing that is there is decided again.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { memberOf } from "../directory/directory.ts";
import { overlapOf } from "../directory/network.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { draftNetworks } from "../store/conference.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";

/** @throws {Refusal} forbidden without the scope · not-found: no such member · conflict: one overlaps another state's */
export async function setNetworks(
  exchange: Exchange,
  caller: Caller,
  code: string,
  networks: readonly string[],
): Promise<void> {
  requireScope(caller, "members");
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const party = memberOf(directory, code);
      checkNetworks(directory, code, networks);
      return {
        early: [],
        late: draftNetworks(party.n, directory.networks.get(code) ?? [], networks),
        fields: fieldsText({
          kind: "membership",
          time: formatMicros(turn.base),
          actor: caller.client,
          to: code,
          object: { networks: [...networks] },
          outcome: "networks",
        }),
        width: 0,
        bump: true,
        narrows: false,
        footprint: new Set(),
        result: undefined,
      };
    },
  });
}

/**
 * An address is of one state: who publishes another's networks would be given what is meant for that one.
 * @throws {Refusal} conflict, with pointer
 */
export function checkNetworks(directory: DirectorySnapshot, code: string, networks: readonly string[]): void {
  for (const [state, others] of directory.networks) {
    const overlap = state === code ? null : overlapOf(networks, others);
    if (overlap !== null)
      throw new Refusal("conflict", `${overlap.network} overlaps ${overlap.with}, which ${state} published.`, {
        pointer: `/networks/${networks.indexOf(overlap.network)}`,
        rule: "network",
        subject: overlap.network,
      });
  }
}
