// What time does by itself: embargoes that end, releases that expire. Run by a timer, and before a page is read, so that no
// reader depends on the timer. Each is an act with an entry. Mismatches that the door found are ended here too.
import { formatMicros } from "../encoding/timestamp.ts";
import type { Head } from "../store/engine.ts";
import { draftNoLongerDue, draftRecalled, findDue, findObjectsByNumber, nextDue } from "../store/objects.ts";
import { isSealed } from "./door.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { leavesRoot } from "./leaves-root.ts";
import { settleWorld } from "./settle-world.ts";
import { loadWorld, type World } from "./world.ts";

/** Objects whose time has come that one turn takes. */
export const DUE_A_TURN = 2_000;

interface NextDue {
  readonly turn: number;
  readonly at: number | null;
}

const known = new WeakMap<Exchange, NextDue>();

/** Carries out what is due. Returns whether anything was. */
export async function tickIfDue(exchange: Exchange, head: Head): Promise<boolean> {
  let next = known.get(exchange);
  // Only a turn makes something due that was not before.
  if (next === undefined || next.turn !== head.turn) {
    next = { turn: head.turn, at: await nextDue(exchange.store.engine) };
    known.set(exchange, next);
  }
  if (next.at === null || next.at > exchange.now()) return false;
  await tick(exchange);
  return true;
}

/** Lets up to DUE_A_TURN objects begin or end as their time says. */
export async function tick(exchange: Exchange): Promise<void> {
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: false,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      const due = await findDue(exchange.store.engine, turn.base, DUE_A_TURN);
      const world = await loadWorld(exchange, directory, turn.base, new Set(due.map((one) => one.id)));
      const settled = settleWorld(exchange, world, new Set(), "expire");
      return {
        early: [],
        late: [...settled.late, ...draftNoLongerDue(due.map(({ at, n }) => ({ at, object: n })))],
        fields: fieldsText({
          kind: settled.begun.length > 0 ? "release" : "expire",
          time: formatMicros(turn.base),
          edition: turn.edition,
          count: settled.begun.length + settled.ended,
          root: await leavesRoot(exchange, directory, turn, settled.begun),
        }),
        width: settled.width,
        bump: false,
        narrows: settled.narrows,
        footprint: settled.footprint,
        result: undefined,
      };
    },
  });
}

/**
 * Mends what the door found: rows of the feeds and the audience do not agree, so somebody else has written into the books.
 * Rows that no decision gives end; an object whose audience we did not write ends for everybody.
 */
export async function endMismatches(exchange: Exchange, ns: readonly number[]): Promise<void> {
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: false,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      const rows = await findObjectsByNumber(exchange.store.engine, ns);
      const world = await loadWorld(exchange, directory, turn.base, new Set(rows.map((row) => row.id)));
      const forged = rows.filter((row) => !isSealed(exchange, row)).map((row) => row.n);
      const settled = settleWorld(exchange, recalled(world, new Set(forged)), new Set(), "mismatch");
      return {
        early: [],
        late: [...settled.late, ...draftRecalled(forged)],
        fields: fieldsText({
          kind: "recall",
          time: formatMicros(turn.base),
          actor: "exchange",
          count: ns.length,
          outcome: "mismatch",
        }),
        width: settled.width,
        bump: false,
        narrows: true,
        footprint: settled.footprint,
        result: undefined,
      };
    },
  });
}

/** The world with these versions recalled. */
export function recalled(world: World, ns: ReadonlySet<number>): World {
  return {
    ...world,
    versions: world.versions.map((version) =>
      ns.has(version.row.n) ? { ...version, row: { ...version.row, recalled: 1 } } : version,
    ),
  };
}
