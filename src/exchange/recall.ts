// Recall (exchange-model, recall): ends every release of one's own versions of an id, for everybody, in TAXII for the owner too,
// and tells whoever was given one. A recalled version cannot come back.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { type Directory, findCollection, findParty } from "../directory/directory.ts";
import type { Party } from "../directory/state.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import type { VersionsWanted } from "../store/page.ts";
import { draftRecalls } from "../store/life.ts";
import { draftRecalled, findObjects, type ObjectRow } from "../store/objects.ts";
import { draftErased } from "./erase.ts";
import { isErased } from "./erased.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { draftNotices, noticesOf } from "./notices.ts";
import type { RecallReason } from "./recall-reasons.ts";
import { stillStands } from "./still-stands.ts";
import { settleWorld } from "./settle-world.ts";
import { recalled } from "./tick.ts";
import { loadWorld } from "./world.ts";

export interface RecallRequest {
  /** Id or alias; null: every collection in which it stands. */
  readonly collection: string | null;
  readonly id: string;
  readonly versions: VersionsWanted;
  readonly reason: RecallReason;
  /** Also of versions that were recalled before: nothing of their content stays in the books. */
  readonly erase: boolean;
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
      const party = findParty(directory, caller.state);
      if (party === null) throw new Refusal("not-found", "There is no such object.");
      const chosen = await chosenOf(exchange, directory, party, request);
      // What was recalled before ended then, and its readers were told.
      const ns = new Set(chosen.filter((row) => row.recalled === 0).map((row) => row.n));
      const before = await loadWorld(exchange, directory, turn, [request.id]);
      const settled = await settleWorld(exchange, recalled(before, ns), new Set(), "recall");
      const notices = draftNotices(exchange, turn, noticesOf(before, ns, true), request.reason, 0, settled.next);
      const recalls = draftRecalls([...ns].map((object) => ({ object, at: turn.base, reason: request.reason })));
      const erased = request.erase ? await draftErased(exchange, chosen) : [];
      const aliases = aliasesOf(directory, chosen);
      return {
        early: notices.early,
        late: [...settled.late, ...draftRecalled([...ns]), ...recalls, ...notices.late, ...erased],
        fields: fieldsText({
          kind: "recall",
          time: formatMicros(turn.base),
          actor: caller.client,
          from: party.code,
          collection: aliases.length === 1 ? aliases[0] : aliases,
          object: { id: request.id, versions: [...new Set(chosen.map((row) => row.version))] },
          edition: turn.edition,
          count: chosen.length,
          outcome: request.erase ? { reason: request.reason, erased: true } : request.reason,
        }),
        width: Math.max(settled.width, notices.width),
        bump: false,
        narrows: true,
        footprint: new Set([...settled.footprint, request.id]),
        result: chosen.length,
      };
    },
  });
  return committed.result;
}

/** One's own versions that are wanted and stand yet. @throws {Refusal} not-found; `rule` is version where only that is not there */
async function chosenOf(
  exchange: Exchange,
  directory: Directory,
  party: Party,
  request: RecallRequest,
): Promise<readonly ObjectRow[]> {
  const collection = request.collection === null ? null : findCollection(directory, request.collection);
  if (request.collection !== null && collection === null)
    throw new Refusal("not-found", "There is no such collection.");
  const own = (await findObjects(exchange.store.engine, [request.id])).filter(
    (row) =>
      row.contributor === party.n &&
      (request.erase ? !isErased(row) : row.recalled === 0) &&
      (collection === null || row.collection === collection.n),
  );
  const chosen = [...Map.groupBy(own, (row) => row.collection).values()].flatMap((rows) =>
    chosenVersions(rows, request.versions),
  );
  if (chosen.length === 0)
    throw new Refusal("not-found", "There is no such object.", own.length === 0 ? {} : { rule: "version" });
  return chosen;
}

function aliasesOf({ collections }: Directory, rows: readonly ObjectRow[]): readonly string[] {
  return collections.filter(({ n }) => rows.some((row) => row.collection === n)).map(({ alias }) => alias);
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
