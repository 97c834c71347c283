// What a state holds of what others give it: its contacts see what each rendition shows, and take or refuse it. What is taken is
// released then; the contributor is not told in any case.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { findParty } from "../directory/directory.ts";
import { isActive, type Party } from "../directory/state.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import { uuid4 } from "../encoding/uuid.ts";
import { hasCeiling } from "../policy/audience.ts";
import type { Facts } from "../policy/facts.ts";
import { ceilingOf } from "../policy/reach.ts";
import { Refusal } from "../refusal.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import { draftIntake, findHeld } from "../store/life.ts";
import { findObjectsByNumber, type ObjectRow } from "../store/objects.ts";
import type { Tables } from "../store/tables.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { leavesRoot } from "./leaves-root.ts";
import { settleWorld } from "./settle-world.ts";
import { stillStands } from "./still-stands.ts";
import { passDue } from "./tick.ts";
import { loadWorld } from "./world.ts";

/** What is shown of what is held, before anything of it is given. */
export interface Held {
  readonly id: string;
  /** Who gives it, as the rendition says it: a state's code, or unattributed. */
  readonly from: string;
  readonly collection: string;
  readonly type: string;
  /** Its own marking; null: it has none, or is not given whole. */
  readonly level: string | null;
  readonly since: string;
  /** null where it will come under an id of the state's own, which is made when it is taken. */
  readonly object: string | null;
  readonly version: string | null;
}

export type Verdict = "take" | "refuse";

/** The oldest first. @throws {Refusal} forbidden without the scope, or while the state is suspended */
export async function listHeld(exchange: Exchange, caller: Caller): Promise<readonly Held[]> {
  requireScope(caller, "intake");
  await passDue(exchange, await exchange.store.head());
  const { directory } = await exchange.directory();
  stillStands(directory, caller);
  const party = findParty(directory, caller.state);
  if (party === null) return [];
  if (!isActive(party, exchange.now()))
    throw new Refusal("forbidden", "The membership of your state is suspended: nothing is served to it.");
  const rows = await heldFor(exchange, caller, party);
  const objects = new Map(
    (
      await findObjectsByNumber(
        exchange.store.engine,
        rows.map((row) => row.object),
      )
    ).map((row) => [row.n, row]),
  );
  return rows.flatMap((row) => {
    const object = objects.get(row.object);
    return object === undefined ? [] : [shown(exchange, directory, row, object)];
  });
}

function shown(exchange: Exchange, { collections }: DirectorySnapshot, row: Tables["intake"], object: ObjectRow): Held {
  const isWhole = row.whole === 1;
  const { level } = JSON.parse(object.facts) as Facts; // written by contribute
  return {
    id: queueId(exchange, row),
    from: row.giver,
    collection: collections.find(({ n }) => n === object.collection)?.alias ?? "",
    type: object.type,
    level: isWhole ? level : null,
    since: formatMicros(row.at),
    object: isWhole ? object.id : null,
    version: isWhole ? object.version : null,
  };
}

/** Nothing of the object itself: who may not see it yet must not recognise it. */
function queueId({ keys }: Exchange, { party, object }: Tables["intake"]): string {
  return uuid4(keys.audience(JSON.stringify(["intake", party, object])).subarray(0, 16));
}

/** Within what the contact's client may have. */
async function heldFor(exchange: Exchange, caller: Caller, party: Party): Promise<readonly Tables["intake"][]> {
  const ceiling = ceilingOf(caller);
  return (await findHeld(exchange.store.engine, party.n)).filter((row) => hasCeiling(row.ceilings, ceiling));
}

/**
 * @throws {Refusal} forbidden without the scope, or while the state is suspended · not-found: nothing that is held for it has
 *   this id
 */
export async function reviewIntake(exchange: Exchange, caller: Caller, id: string, verdict: Verdict): Promise<void> {
  requireScope(caller, "intake");
  await passDue(exchange, await exchange.store.head());
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: false,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      stillStands(directory, caller);
      const party = findParty(directory, caller.state);
      const row =
        party === null
          ? undefined
          : (await heldFor(exchange, caller, party)).find((one) => queueId(exchange, one) === id);
      const [object] = row === undefined ? [] : await findObjectsByNumber(exchange.store.engine, [row.object]);
      if (party === null || row === undefined || object === undefined)
        throw new Refusal("not-found", "Nothing that is held for your state has this id.");
      if (!isActive(party, turn.base))
        throw new Refusal("forbidden", "The membership of your state is suspended: it takes nothing in meanwhile.");
      const state = verdict === "take" ? "taken" : "refused";
      const loaded = await loadWorld(exchange, directory, turn, [object.id]);
      const isIt = (one: Tables["intake"]): boolean => one.party === row.party && one.object === row.object;
      const intake = loaded.intake.map((one) => (isIt(one) ? { ...one, state } : one));
      const settled = await settleWorld(exchange, { ...loaded, intake }, new Set(), "intake");
      return {
        early: [],
        late: [...draftIntake([row], state), ...settled.late],
        fields: fieldsText({
          kind: "intake",
          time: formatMicros(turn.base),
          actor: caller.client,
          from: row.giver,
          to: party.code,
          object: row.whole === 1 ? { id: object.id, version: object.version } : id,
          edition: turn.edition,
          outcome: state,
          root: await leavesRoot(exchange, directory, turn, settled.begun),
        }),
        width: settled.width,
        bump: false,
        narrows: settled.narrows,
        footprint: new Set([...settled.footprint, object.id]),
        result: undefined,
      };
    },
  });
}
