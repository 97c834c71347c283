// The notices of a recall (exchange-model, recall): a note by the exchange to each reader that was given what ended, in the same
// collection, under an id that is that reader's alone. It says what that reader had and nothing of anybody else. Derived ids end
// by a revoked version instead (render-plan.ts).
import { formatMicros, type Micros } from "../encoding/timestamp.ts";
import { uuid4 } from "../encoding/uuid.ts";
import { audienceOf, ceilings, formatAudience, hasCeiling } from "../policy/audience.ts";
import { membersOf, only } from "../policy/party-set.ts";
import { levelRank, levels } from "../stix/marking.ts";
import { tlp2Ids } from "../stix/pinned-markings.ts";
import type { StixObject } from "../stix/object.ts";
import { draftObjects, draftRenditions, OBJECTS_A_TURN, type ObjectRow } from "../store/objects.ts";
import { EVERYONE } from "../store/page.ts";
import { insert, type Statement } from "../store/statement.ts";
import type { Tables } from "../store/tables.ts";
import type { Turn } from "../store/store.ts";
import { exchangeIdentityId, exchangeRow } from "./commons.ts";
import type { Exchange } from "./exchange.ts";
import { noticeText, type RecallReason } from "./recall-reasons.ts";
import type { Settled } from "./settle-world.ts";
import { membershipOf } from "./standing.ts";
import type { World } from "./world.ts";

/** Who is told what of an id in a collection: the versions that it was given whole, and the ceilings of the clients that were. */
export interface Notice {
  readonly id: string;
  readonly collection: number;
  readonly party: number;
  /** Bits. */
  readonly ceilings: number;
  /** Ascending. */
  readonly versions: readonly string[];
}

export interface DraftedNotices {
  readonly early: readonly Statement[];
  readonly late: readonly Statement[];
  /** Microseconds of the turn that it takes with them. */
  readonly width: number;
}

/**
 * Notices to whoever was ever given one of these versions whole, their contributor aside. Clients of a state that were given
 * other versions than its others get a notice of their own: none names a version that its reader did not have.
 * @param ns numbers of the versions
 * @param ever also what ended before; else only who has one now
 * @param isTold whether a reader is told
 */
export function noticesOf(
  world: World,
  ns: ReadonlySet<number>,
  ever: boolean,
  isTold: (party: number, ceiling: number) => boolean = () => true,
): readonly Notice[] {
  const membership = membershipOf(world);
  const versions = new Map(world.versions.filter(({ row }) => ns.has(row.n)).map(({ row }) => [row.n, row]));
  const given = new Map<string, Map<string, Set<string>>>();
  for (const row of [...world.standing, ...(ever ? world.ended : [])]) {
    const object = versions.get(row.n);
    // By another rendition it is known by another id.
    if (object === undefined || row.rendition !== row.n) continue;
    const readers = row.feed === EVERYONE ? membership.covered(row.added) : only(row.feed);
    for (const party of membersOf(readers & ~only(object.contributor))) {
      const place = JSON.stringify([object.id, object.collection, party]);
      const byCeiling = given.get(place) ?? new Map<string, Set<string>>();
      given.set(place, byCeiling);
      for (const ceiling of ceilings) {
        if (!hasCeiling(row.ceilings, ceiling) || !isTold(party, ceiling)) continue;
        const had = byCeiling.get(String(ceiling)) ?? new Set<string>();
        byCeiling.set(String(ceiling), had.add(object.version));
      }
    }
  }
  return [...given]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([place, byCeiling]) => {
      const [id, collection, party] = JSON.parse(place) as [string, number, number]; // written above
      const alike = Map.groupBy(byCeiling, ([, had]) => JSON.stringify([...had].sort()));
      return [...alike].map(([had, readers]): Notice => ({
        id,
        collection,
        party,
        ceilings: readers.reduce((bits, [ceiling]) => bits | (1 << Number(ceiling)), 0),
        versions: JSON.parse(had) as string[], // as above
      }));
    });
}

/** Notices to whoever has (or ever had) a version that is revoked by one that its marking or a withhold keeps from it. */
export function noticesOfRevocations(
  world: World,
  { decided }: Pick<Settled, "decided">,
  fresh: ReadonlySet<number>,
  ever: boolean,
): readonly Notice[] {
  return decided
    .filter(({ version: { row, facts } }) => fresh.has(row.n) && facts.revoked)
    .flatMap(({ version: { row }, level, decisions, recipients }) => {
      const earlier = world.versions.filter(
        ({ row: { id, contributor, collection, version_key: key } }) =>
          id === row.id && contributor === row.contributor && collection === row.collection && key < row.version_key,
      );
      const offered = new Set(recipients.filter((_, i) => decisions[i]?.offered === true).map(({ n }) => n));
      const isKeptOut = (party: number, ceiling: number): boolean => levelRank(level) > ceiling || !offered.has(party);
      return noticesOf(world, new Set(earlier.map((one) => one.row.n)), ever, isKeptOut);
    });
}

/**
 * Notices as what goes into the books. They come after everything else of their turn, in each reader's own feed.
 * @param first place in the turn of the first object that is theirs
 * @param next the date that a reader's next release of this turn has
 */
export function draftNotices(
  exchange: Exchange,
  turn: Turn,
  notices: readonly Notice[],
  reason: RecallReason,
  first: number,
  next: (party: number) => Micros,
): DraftedNotices {
  const dates = new Map<number, Micros>();
  const objects: ObjectRow[] = [];
  const renditions: Tables["rendition"][] = [];
  const releases: Tables["release"][] = [];
  const kept: Tables["notice"][] = [];
  notices.forEach((notice, i) => {
    const n = turn.n * OBJECTS_A_TURN + first + i;
    const added = dates.get(notice.party) ?? next(notice.party);
    dates.set(notice.party, added + 1);
    const object = noteOf(exchange, turn, notice, reason);
    const audience = formatAudience(audienceOf(only(notice.party), notice.ceilings));
    const place = { n, turn: turn.n, collection: notice.collection, audience, had: audience };
    const row = exchangeRow(exchange, place, object);
    objects.push(row);
    renditions.push({ n, object: n, recipient: 0, generation: 0, body: JSON.stringify(object) });
    const { party, collection, ceilings: bits, id } = notice;
    const { size, type } = row;
    releases.push({ feed: party, collection, last: 1, added, rendition: n, ceilings: bits, size, type });
    kept.push({ n, recipient: party, collection, about: id, reason, at: turn.base });
  });
  return {
    early: [...draftObjects(objects), ...draftRenditions(renditions)],
    late: [...insert("release", releases), ...insert("notice", kept)],
    width: Math.max(0, ...[...dates.values()].map((end) => end - turn.base)),
  };
}

function noteOf(exchange: Exchange, turn: Turn, notice: Notice, reason: RecallReason): StixObject {
  const { id, collection, party, ceilings: bits, versions } = notice;
  const time = formatMicros(turn.base);
  // As JSON the parts cannot run into each other, and nothing else that this key is used for looks like it.
  const name = exchange.keys.audience(JSON.stringify(["notice", turn.n, party, collection, bits, id]));
  // What all of its readers may have: the mildest ceiling among them.
  const level = levels.find((_, rank) => hasCeiling(bits, rank)) ?? "red";
  return {
    type: "note",
    spec_version: "2.1",
    id: `note--${uuid4(name.subarray(0, 16))}`,
    created_by_ref: exchangeIdentityId(exchange),
    created: time,
    modified: time,
    ...noticeText(reason, versions),
    object_refs: [id],
    object_marking_refs: [`marking-definition--${tlp2Ids[level]}`],
  };
}
