// Ends a client: its tokens stop at once, its keys open nothing any more, its id is never used again.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import type { Client } from "../directory/client.ts";
import { type Directory, findClient } from "../directory/directory.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { draftClientRevoked } from "../store/directory.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";

/** @throws {Refusal} forbidden without the scope · not-found: no client of the caller's party · conflict: revoked already */
export async function revokeClient(exchange: Exchange, caller: Caller, id: string): Promise<void> {
  requireScope(caller, "clients", "stewards");
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: true,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const client = findClient(directory, id);
      if (client === null || client.party !== caller.state)
        throw new Refusal("not-found", "Your party has no such client.");
      if (isLastOfTheSecretariat(directory, client))
        throw new Refusal(
          "conflict",
          "This is the secretariat's last client: register another one first, or nobody could.",
        );
      if (client.revoked) throw new Refusal("conflict", "This client is revoked already.");
      return {
        early: [],
        late: draftClientRevoked(id, turn.base),
        fields: fieldsText({
          kind: "client",
          time: formatMicros(turn.base),
          actor: caller.client,
          to: client.party,
          object: id,
          outcome: "revoked",
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

function isLastOfTheSecretariat({ clients }: Directory, { id, party, role }: Client): boolean {
  if (party !== "secretariat" || role !== "secretariat") return false;
  return !clients.some((one) => one.id !== id && one.party === party && one.role === role && !one.revoked);
}
