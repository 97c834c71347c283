// What time does by itself: embargoes that end, releases that expire. Run by a timer, and before a page is read, so that no
// reader depends on the timer. Each is an act with an entry. Mismatches that the door found are ended here too.
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import type { Head } from "../store/engine.ts";
import { roomLogger } from "../telemetry/log.ts";
import { EVERYONE } from "../store/page.ts";
import { draftEnded, findFeedRows } from "../store/releases.ts";
import { draftRecalls } from "../store/life.ts";
import { draftNoLongerDue, draftRecalled, findDue, listIdsAfter, nextDue } from "../store/objects.ts";
import { draftErased, keptNoLonger } from "./erase.ts";
import { fieldsText } from "./entry-fields.ts";
import { type Exchange, newActId } from "./exchange.ts";
import { leavesRoot } from "./leaves-root.ts";
import { settleWorld } from "./settle-world.ts";
import { loadWorld, type World } from "./world.ts";

/** Turns of due objects that one reader or writer waits for. */
export const TICKS_MAX = 1_000;

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

/**
 * Lets everything that is due take effect, before somebody reads, or says something that hangs on what was released to it.
 * @returns whether anything was due
 */
export async function passDue(exchange: Exchange, head: Head): Promise<boolean> {
  let at = head;
  for (let ticks = 0; ticks < TICKS_MAX; ticks += 1) {
    if (!(await tickIfDue(exchange, at))) return ticks > 0;
    at = await exchange.store.head();
  }
  return true;
}

/** Lets up to DUE_A_TURN objects begin or end as their time says. */
export async function tick(exchange: Exchange): Promise<void> {
  await settleAnew(exchange, (at) => findDue(exchange.store.engine, at, DUE_A_TURN));
}

/**
 * Decides on everything again, so many ids a turn: what a state that came back is granted and did not get while it was away is
 * released now, and not when somebody's next act happens to touch it.
 */
export async function settleEverything(exchange: Exchange): Promise<void> {
  let after = "";
  for (;;) {
    const ids = await listIdsAfter(exchange.store.engine, after, DUE_A_TURN);
    const last = ids.at(-1);
    if (last === undefined) return;
    await settleAnew(exchange, async () => ids.map((id) => ({ id, at: 0, n: 0 })));
    after = last;
  }
}

type Due = Awaited<ReturnType<typeof findDue>>;

async function settleAnew(exchange: Exchange, findThem: (at: Micros) => Promise<Due>): Promise<void> {
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: false,
    async draft(turn) {
      const directory = await exchange.directoryAt(turn.edition);
      const due = await findThem(turn.base);
      const loaded = await loadWorld(exchange, directory, turn, new Set(due.map((one) => one.id)));
      const over = keptNoLonger(loaded);
      const ns = over.map((row) => row.n);
      const world = recalled(loaded, new Set(ns));
      const settled = await settleWorld(exchange, world, new Set(), "expire");
      return {
        early: [],
        late: [
          ...settled.late,
          ...draftNoLongerDue(due.map(({ at, n }) => ({ at, object: n }))),
          ...draftRecalled(ns),
          ...draftRecalls(ns.map((object) => ({ object, at: turn.base, reason: "retained" }))),
          ...(await draftErased(exchange, over)),
        ],
        fields: fieldsText({
          kind: settled.begun.length > 0 ? "release" : "expire",
          time: formatMicros(turn.base),
          edition: turn.edition,
          count: settled.begun.length + settled.ended,
          ...(over.length === 0 ? {} : { outcome: { deleted: over.length } }),
          root: await leavesRoot(exchange, directory, turn, settled.begun),
        }),
        width: settled.width,
        bump: false,
        narrows: settled.narrows || over.length > 0,
        footprint: settled.footprint,
        result: undefined,
      };
    },
  });
}

/**
 * Ends what the door refused, in the reader's feed and in everyone's: these rows and what was decided do not agree, so somebody
 * else has written into the books. The entry is the alarm.
 */
export async function endMismatches(exchange: Exchange, reader: number, renditions: readonly number[]): Promise<void> {
  roomLogger("exchange").error("Releases disagree with what was decided and end.", {
    reader,
    renditions: renditions.length,
  });
  await exchange.store.commit<void>({
    id: newActId(exchange),
    alone: false,
    async draft(turn) {
      const rows = await findFeedRows(exchange.store.engine, [EVERYONE, reader], renditions);
      return {
        early: [],
        late: draftEnded(rows, turn.base, "mismatch"),
        fields: fieldsText({
          kind: "recall",
          time: formatMicros(turn.base),
          actor: "exchange",
          count: rows.length,
          outcome: "mismatch",
        }),
        width: 0,
        bump: false,
        narrows: true,
        footprint: new Set(),
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
