// Settles a world and drafts the difference: audiences, renditions, rows of the feeds, what waits and until when, and the root of
// the leaves that the act's entry commits to. The one place where decisions become statements.
import { exchangeNumber } from "../directory/state.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { at, type Audience, ceilings, formatAudience, union } from "../policy/audience.ts";
import { deliver } from "../policy/deliver.ts";
import { membersOf, nobody, only } from "../policy/party-set.ts";
import { type Difference, difference } from "../policy/releases.ts";
import { settle, type Stand } from "../policy/settle.ts";
import { EVERYONE } from "../store/page.ts";
import { draftDerived } from "../store/derived.ts";
import {
  draftAudiences,
  draftDue,
  draftNoLongerWaiting,
  draftRenditions,
  draftWaiting,
  type ObjectRow,
} from "../store/objects.ts";
import { draftDifference } from "../store/releases.ts";
import type { Statement } from "../store/statement.ts";
import { Bodies, candidatesOf } from "./candidates.ts";
import { audienceMac } from "./door.ts";
import type { Exchange } from "./exchange.ts";
import { type Offers, offersOf } from "./render-world.ts";
import { Renderer } from "./renderer.ts";
import { deliveriesOf, membershipOf } from "./standing.ts";
import { decideWorld, type Decided, surroundingsOf, type World } from "./world.ts";

/** One release that begins, for the entry's leaves: the rendition as its reader is given it. */
export interface Released {
  readonly party: number;
  readonly decided: Decided;
  readonly given: Given;
}

export interface Given {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
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
export async function settleWorld(
  exchange: Exchange,
  world: World,
  fresh: ReadonlySet<number>,
  why: string,
): Promise<Settled> {
  const membership = membershipOf(world);
  const deliveries = deliveriesOf(world, membership);
  const decided = decideWorld(world, deliveries);
  const bodies = new Bodies(exchange.store.engine);
  const renderer = new Renderer(exchange.store.engine, exchange.renditions);
  const candidates = await candidatesOf(world, renderer, bodies, decided);
  const settling = settle(candidates, surroundingsOf(world));
  const delivered = deliver(settling.stands, deliveries);
  const byNumber = new Map(decided.map((one) => [one.version.row.n, one]));
  const offers = await offersOf(
    { exchange, world, decided: byNumber, renderer, bodies, settling },
    settling.stands.map(({ candidate, reduced }) => {
      const to = delivered.get(candidate.n) ?? [];
      return { candidate, delivered: to, reduced: ceilings.map((ceiling) => at(reduced, ceiling) & at(to, ceiling)) };
    }),
  );
  const standing = world.standing.map((row) => ({ ...row, n: row.rendition }));
  const change = difference(offers.placed, offers.delivered, standing, membership, world.at);
  const audiences = settling.stands.map((stand) => ({ stand, row: withAudience(exchange, byNumber, stand) }));
  return {
    decided,
    stands: new Map(settling.stands.map((stand) => [stand.candidate.n, stand])),
    fresh: audiences.filter(({ stand }) => fresh.has(stand.candidate.n)).map(({ row }) => row),
    late: [
      ...draftAudiences(
        audiences
          .filter(({ stand, row }) => !fresh.has(stand.candidate.n) && changed(byNumber, stand, row))
          .map(({ row: { n, audience, reduced, had, known, mac } }) => ({ n, audience, reduced, had, known, mac })),
      ),
      ...draftRenditions(offers.renditions),
      ...draftDerived(offers.derived),
      ...draftDifference(change, world.at, why),
      ...draftOpen(settling.stands, fresh),
    ],
    width: change.width,
    narrows: change.narrows,
    begun: begunOf(change, world, byNumber, offers, membership.active),
    ended: change.remove.filter((one) => one.ends.length > 0).length,
    footprint: new Set(
      world.versions.flatMap((version) => [version.row.id, ...version.readings.refs.map((ref) => ref.id)]),
    ),
  };
}

function withAudience(exchange: Exchange, decided: ReadonlyMap<number, Decided>, stand: Stand): ObjectRow {
  const row = decided.get(stand.candidate.n)?.version.row;
  if (row === undefined) throw new TypeError("A stand without its version.");
  const { candidate, parties, reduced } = stand;
  const whole: Audience = ceilings.map((ceiling) => at(parties, ceiling) & ~at(reduced, ceiling));
  const sealed = {
    ...row,
    audience: formatAudience(whole),
    reduced: formatAudience(reduced),
    had: formatAudience(union(candidate.had, candidate.stood, parties)),
    known: formatAudience(union(candidate.known, whole)),
  };
  return { ...sealed, mac: audienceMac(exchange.keys.audience, sealed) };
}

function changed(decided: ReadonlyMap<number, Decided>, stand: Stand, row: ObjectRow): boolean {
  const before = decided.get(stand.candidate.n)?.version.row;
  return (
    before?.audience !== row.audience ||
    before.reduced !== row.reduced ||
    before.had !== row.had ||
    before.known !== row.known
  );
}

/** What waits for a reference or a time; a version that waits no more leaves the list. */
function draftOpen(stands: readonly Stand[], fresh: ReadonlySet<number>): readonly Statement[] {
  const due: { at: Micros; object: number }[] = [];
  const waiting: { ref: string; object: number }[] = [];
  const settled: number[] = [];
  for (const { candidate, missing, due: time } of stands) {
    if (time !== null) due.push({ at: time, object: candidate.n });
    for (const ref of missing) waiting.push({ ref, object: candidate.n });
    if (missing.length === 0 && candidate.refs.length > 0 && !fresh.has(candidate.n)) settled.push(candidate.n);
  }
  return [...draftNoLongerWaiting(settled), ...draftWaiting(waiting), ...draftDue(due)];
}

function begunOf(
  change: Difference,
  world: World,
  decided: ReadonlyMap<number, Decided>,
  offers: Offers,
  active: bigint,
): readonly Released[] {
  const derived = new Map([...world.derived, ...offers.derived].map((row) => [row.n, row]));
  const readers = new Map<number, bigint>();
  for (const { candidate, feed, fresh } of change.begin) {
    if (!fresh) continue;
    const parties = feed === EVERYONE ? active : feed === exchangeNumber ? nobody : only(feed);
    readers.set(candidate.n, (readers.get(candidate.n) ?? nobody) | parties);
  }
  return [...readers].flatMap(([n, parties]) => {
    const made = derived.get(n);
    const one = decided.get(made?.object ?? n);
    if (one === undefined) return [];
    const { id, version, digest } = made ?? one.version.row;
    const given = { id, version, digest };
    return membersOf(parties).map((party) => ({ party, decided: one, given }));
  });
}
