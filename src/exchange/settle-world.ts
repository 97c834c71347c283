// Settles a world and drafts the difference: audiences, renditions, rows of the feeds, what waits and until when, and the root of
// the leaves that the act's entry commits to. The one place where decisions become statements.
import { exchangeNumber } from "../directory/state.ts";
import type { Micros } from "../encoding/timestamp.ts";
import {
  allCeilings,
  at,
  type Audience,
  audienceOf,
  ceilings,
  formatAudience,
  noAudience,
  union,
} from "../policy/audience.ts";
import type { Candidate } from "../policy/candidate.ts";
import { isCompanion } from "../policy/companion.ts";
import { retainedUntil } from "../policy/decide.ts";
import type { Deliveries } from "../policy/deliver.ts";
import { policyOf } from "../policy/parse.ts";
import { includes, membersOf, nobody, only } from "../policy/party-set.ts";
import { type Difference, difference } from "../policy/releases.ts";
import { settle, type Settling, type Stand } from "../policy/settle.ts";
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
import type { Rendering } from "./left.ts";
import { takenIn } from "./intake-world.ts";
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
  /** The date that a reader's next release of this turn has, were there one more: a gap would tell of a hidden object. */
  next(party: number): Micros;
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
  const renderer = new Renderer(exchange.store.engine);
  const granted = await candidatesOf(world, renderer, bodies, decided);
  const { candidates, statements: queue } = takenIn(world, granted, deliveries);
  const byNumber = new Map(decided.map((one) => [one.version.row.n, one]));
  const rendering = { exchange, world, decided: byNumber, renderer, bodies };
  const { settling, offers } = await settleAndOffer(rendering, candidates, deliveries);
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
      ...draftDue(keptUntil(world)),
      ...queue,
    ],
    width: change.width,
    narrows: change.narrows,
    begun: begunOf(change, world, byNumber, offers, membership.active),
    ended: change.remove.filter((one) => one.ends.length > 0).length,
    footprint: new Set(
      world.versions.flatMap((version) => [version.row.id, ...version.readings.refs.map((ref) => ref.id)]),
    ),
    next: (party) => nextDate(change, party, world.at, membership.active),
  };
}

function nextDate({ begin }: Difference, party: number, base: Micros, active: bigint): Micros {
  let next = base;
  for (const { feed, added, fresh } of begin)
    if (fresh && (feed === party || (feed === EVERYONE && includes(active, party)))) next = Math.max(next, added + 1);
  return next;
}

/** Times that a world is settled again because nothing would be left of something. */
const ROUNDS_MAX = 20;

/**
 * What stands, and what of it each reader is offered. Where both its terms and its references take something away, nothing that
 * may go may be left: then it does not stand, and what refers to it is cut in turn. Who makes a long chain of that is given
 * up on: what its terms reduce goes to nobody in this turn's world.
 */
async function settleAndOffer(
  rendering: Omit<Rendering, "settling">,
  candidates: readonly Candidate[],
  deliveries: Deliveries,
): Promise<{ readonly settling: Settling; readonly offers: Offers }> {
  const nothing = new Map<number, Audience>();
  for (let round = 1; ; round += 1) {
    const settling = settle(candidates, surroundingsOf(rendering.world), deliveries, nothing);
    const offers = await offersOf(
      { ...rendering, settling },
      settling.stands.map(({ candidate, reduced, delivered }) => ({
        candidate,
        delivered,
        reduced: ceilings.map((ceiling) => at(reduced, ceiling) & at(delivered, ceiling)),
      })),
    );
    if (offers.nothing.size === 0) return { settling, offers };
    for (const [n, audience] of offers.nothing) nothing.set(n, union(nothing.get(n) ?? noAudience, audience));
    if (round < ROUNDS_MAX) continue;
    const whose = new Set(candidates.filter(({ n }) => offers.nothing.has(n)).map(({ contributor }) => contributor));
    for (const { n, contributor, grants } of candidates)
      if (whose.has(contributor) && grants.some(({ reduces }) => reduces !== 0))
        nothing.set(n, audienceOf(~only(contributor), allCeilings));
  }
}

function withAudience(exchange: Exchange, decided: ReadonlyMap<number, Decided>, stand: Stand): ObjectRow {
  const row = decided.get(stand.candidate.n)?.version.row;
  if (row === undefined) throw new TypeError("A stand without its version.");
  const { candidate, parties, reduced, delivered } = stand;
  const whole: Audience = ceilings.map((ceiling) => at(parties, ceiling) & ~at(reduced, ceiling));
  const given: Audience = ceilings.map((ceiling) => at(whole, ceiling) & at(delivered, ceiling));
  const sealed = {
    ...row,
    audience: formatAudience(whole),
    reduced: formatAudience(reduced),
    had: formatAudience(union(candidate.had, candidate.stood, parties)),
    known: formatAudience(union(candidate.known, given)),
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

/** When what an owner keeps for only so long is deleted, whether or not anybody was given it. */
function keptUntil(world: World): readonly { readonly at: Micros; readonly object: number }[] {
  return world.versions.flatMap(({ row, contribution: { by, at: contributedAt } }) => {
    const until = row.recalled === 1 ? null : retainedUntil(policyOf(world.directory, by), contributedAt);
    return until === null || isCompanion(row.type) ? [] : [{ at: Math.max(until, world.at), object: row.n }];
  });
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
