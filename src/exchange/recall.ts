// Recall (exchange-model, recall): ends every release of one's own versions of an id in a collection, for everybody, in
// TAXII for the owner too. A recalled version cannot come back.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findCollection, findParty } from "../directory/directory.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import type { VersionsWanted } from "../store/page.ts";
import { draftRecalled, findObjects, type ObjectRow } from "../store/objects.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { stillStands } from "./still-stands.ts";
import { settleWorld } from "./settle-world.ts";
import { recalled } from "./tick.ts";
import { loadWorld } from "./world.ts";

export interface RecallRequest {
  readonly collection: string;
  readonly id: string;
  readonly versions: VersionsWanted;
}

/**
 * @returns how many versions were recalled
 * @throws {Refusal} forbidden without the scope · not-found: no collection, or nothing of that id that is the caller's own
 */
export async function recall(exchange: Exchange, caller: Caller, request: RecallRequest): Promise<number> {
  requireScope(caller, "recall");
  const committed = await exchange.store.commit<number>({
    id: newActId(exchange),
    alone: false,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const collection = findCollection(directory, request.collection);
      const party = findParty(directory, caller.state);
      if (collection === null || party === null) throw new Refusal("not-found", "There is no such collection.");
      const own = (await findObjects(exchange.store.engine, [request.id])).filter(
        (row) => row.contributor === party.n && row.collection === collection.n && row.recalled === 0,
      );
      const chosen = chosenVersions(own, request.versions);
      if (chosen.length === 0)
        throw new Refusal("not-found", "There is no such object.", own.length === 0 ? {} : { rule: "version" });
      const ns = chosen.map((row) => row.n);
      const world = recalled(await loadWorld(exchange, directory, turn, [request.id]), new Set(ns));
      const settled = await settleWorld(exchange, world, new Set(), "recall");
      return {
        early: [],
        late: [...settled.late, ...draftRecalled(ns)],
        fields: fieldsText({
          kind: "recall",
          time: formatMicros(turn.base),
          actor: caller.client,
          from: party.code,
          collection: collection.alias,
          object: { id: request.id, versions: chosen.map((row) => row.version) },
          edition: turn.edition,
          count: ns.length,
        }),
        width: settled.width,
        bump: false,
        narrows: true,
        footprint: new Set([...settled.footprint, request.id]),
        result: ns.length,
      };
    },
  });
  return committed.result;
}

function chosenVersions(own: readonly ObjectRow[], wanted: VersionsWanted): readonly ObjectRow[] {
  if (wanted.all) return own;
  const keys = own.map((row) => row.version_key).sort();
  const chosen = new Set(wanted.exact);
  if (wanted.first && keys[0] !== undefined) chosen.add(keys[0]);
  const last = keys.at(-1);
  if (wanted.last && last !== undefined) chosen.add(last);
  return own.filter((row) => chosen.has(row.version_key));
}
