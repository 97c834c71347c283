// Settles a world and drafts the difference: audiences, rows of the feeds, what waits and until when, and the root of the
// leaves that the act's entry commits to. The one place where decisions become statements.
import type { Micros } from "../encoding/timestamp.ts";
import { exchangeNumber } from "../directory/state.ts";
import { formatAudience, union } from "../policy/audience.ts";
import { deliver } from "../policy/deliver.ts";
import { membersOf, nobody, only } from "../policy/party-set.ts";
import { type Difference, difference } from "../policy/releases.ts";
import { settle, type Stand } from "../policy/settle.ts";
import { EVERYONE } from "../store/page.ts";
import { draftAudiences, draftDue, draftNoLongerWaiting, draftWaiting, type ObjectRow } from "../store/objects.ts";
import { draftDifference } from "../store/releases.ts";
import type { Statement } from "../store/statement.ts";
import { audienceMac } from "./door.ts";
import type { Exchange } from "./exchange.ts";
import { decideWorld, type Decided, deliveriesOf, membershipOf, surroundingsOf, type World } from "./world.ts";

/** One release that begins, for the entry's leaves. */
export interface Released {
  readonly party: number;
  readonly decided: Decided;
}

export interface Settled {
  readonly decided: readonly Decided[];
  readonly stands: ReadonlyMap<number, Stand>;
  /** Rows of fresh versions as they go in; their audience is what was decided. */
  readonly fresh: readonly ObjectRow[];
  readonly late: readonly Statement[];
  readonly width: number;
  readonly narrows: boolean;
  readonly begun: readonly Released[];
  readonly ended: number;
  readonly footprint: ReadonlySet<string>;
}

/**
 * @param fresh numbers of the versions that are not in the books yet
 * @param why what ends when something does: the act's kind
 */
export function settleWorld(exchange: Exchange, world: World, fresh: ReadonlySet<number>, why: string): Settled {
  const membership = membershipOf(world);
  const deliveries = deliveriesOf(world, membership);
  const decided = decideWorld(world, deliveries);
  const around = surroundingsOf(world);
  const candidates = decided.map((one) => one.candidate);
  const stands = settle(candidates, around);
  const delivered = deliver(stands, deliveries);
  const change = difference(candidates, delivered, world.standing, membership, world.at);
  const renditions = new Map(world.standing.map((row) => [row.n, row.rendition]));
  const byNumber = new Map(decided.map((one) => [one.candidate.n, one]));
  const audiences = stands.map((stand) => ({ stand, row: withAudience(exchange, byNumber, stand) }));
  return {
    decided,
    stands: new Map(stands.map((stand) => [stand.candidate.n, stand])),
    fresh: audiences.filter(({ stand }) => fresh.has(stand.candidate.n)).map(({ row }) => row),
    late: [
      ...draftAudiences(
        audiences
          .filter(({ stand, row }) => !fresh.has(stand.candidate.n) && changed(byNumber, stand, row))
          .map(({ row: { n, audience, had, mac } }) => ({ n, audience, had, mac })),
      ),
      // A whole rendition has its object's number.
      ...draftDifference(change, world.at, why, (n) => renditions.get(n) ?? n),
      ...draftOpen(stands, fresh),
    ],
    width: change.width,
    narrows: change.narrows,
    begun: begunOf(change, byNumber, membership.active),
    ended: change.remove.filter((one) => one.ends.length > 0).length,
    footprint: new Set(world.versions.flatMap((version) => [version.row.id, ...version.refs.map((ref) => ref.id)])),
  };
}

function withAudience(exchange: Exchange, decided: ReadonlyMap<number, Decided>, stand: Stand): ObjectRow {
  const row = decided.get(stand.candidate.n)?.version.row;
  if (row === undefined) throw new TypeError("A stand without its version.");
  const audience = formatAudience(stand.parties);
  const had = formatAudience(union(stand.candidate.had, stand.candidate.stood, stand.parties));
  const sealed = { ...row, audience, had };
  return { ...sealed, mac: audienceMac(exchange.keys.audience, sealed) };
}

function changed(decided: ReadonlyMap<number, Decided>, stand: Stand, row: ObjectRow): boolean {
  const before = decided.get(stand.candidate.n)?.version.row;
  return before?.audience !== row.audience || before.had !== row.had;
}

/** What waits for a reference or a time; a version that waits no more leaves the list. */
function draftOpen(stands: readonly Stand[], fresh: ReadonlySet<number>): readonly Statement[] {
  const due: { at: Micros; object: number }[] = [];
  const waiting: { ref: string; object: number }[] = [];
  const settled: number[] = [];
  for (const { candidate, missing, due: at } of stands) {
    if (at !== null) due.push({ at, object: candidate.n });
    for (const ref of missing) waiting.push({ ref, object: candidate.n });
    if (missing.length === 0 && candidate.refs.length > 0 && !fresh.has(candidate.n)) settled.push(candidate.n);
  }
  return [...draftNoLongerWaiting(settled), ...draftWaiting(waiting), ...draftDue(due)];
}

function begunOf(change: Difference, decided: ReadonlyMap<number, Decided>, active: bigint): readonly Released[] {
  const readers = new Map<Decided, bigint>();
  for (const begin of change.begin) {
    const one = decided.get(begin.candidate.n);
    if (one === undefined || !begin.fresh) continue;
    const parties = begin.feed === EVERYONE ? active : begin.feed === exchangeNumber ? nobody : only(begin.feed);
    readers.set(one, (readers.get(one) ?? nobody) | parties);
  }
  return [...readers].flatMap(([one, parties]) => membersOf(parties).map((party) => ({ party, decided: one })));
}
