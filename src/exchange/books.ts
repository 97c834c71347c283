// What the books say about the ids of a contribution, as its contributor may know it: the pinned commons, its own versions,
// and what it had by release. Everything else about those ids is not looked at (exchange-model, no-oracle).
import { exchangeNumber, isActive, type Party } from "../directory/state.ts";
import type { Micros } from "../encoding/timestamp.ts";
import type { ContributionFacts, Facts } from "../policy/facts.ts";
import { ANYONE } from "../policy/party-set.ts";
import type { StixObject } from "../stix/object.ts";
import type { Engine } from "../store/engine.ts";
import { type DerivedKnown, findDerivedById } from "../store/derived.ts";
import { findContributions, findObjects, findRenditions, type ObjectRow } from "../store/objects.ts";
import { EVERYONE } from "../store/page.ts";
import { type EndedRow, findEnded, findReleases } from "../store/releases.ts";

export interface Known {
  readonly row: ObjectRow;
  readonly facts: Facts;
}

/** One's own version, with the act that brought it. */
export interface Own extends Known {
  readonly contribution: ContributionFacts;
}

export interface DerivedVersion {
  readonly row: DerivedKnown;
  readonly object: StixObject;
}

export interface Books {
  pinned(id: string): readonly ObjectRow[];
  /** The contributor's own versions of an id, oldest version first. */
  own(id: string): readonly Own[];
  /** Others' versions that it has or had by release: first what it has, in the order in which it came. */
  received(id: string): readonly ObjectRow[];
  /** Versions of an id by which the exchange made it know something that it did not have whole. */
  derived(id: string): readonly DerivedVersion[];
  /** Whose copies it has or had by release, at whichever ceiling: first those that it has. */
  holders(id: string): readonly number[];
  /** Content of a version of one's own, or of a marking definition that one may resolve. */
  body(n: number): StixObject | undefined;
}

/**
 * @param ids whose versions are asked for
 * @param contents ids whose own versions' content is needed too
 */
export async function readBooks(
  engine: Engine,
  party: Party,
  ids: ReadonlySet<string>,
  contents: ReadonlySet<string>,
): Promise<Books> {
  const rows = await findObjects(engine, [...ids]);
  // What the exchange says to one reader alone is no commons: to the others it is not there.
  const isPinned = (row: ObjectRow): boolean => row.contributor === exchangeNumber && row.audience === ANYONE;
  const pinned = grouped(rows.filter(isPinned));
  const ownRows = rows.filter((row) => row.contributor === party.n);
  const contributions = new Map(
    (await findContributions(engine, [...new Set(ownRows.map((row) => row.contribution))])).map((row) => [
      row.n,
      JSON.parse(row.facts) as ContributionFacts, // written by contribute
    ]),
  );
  const own = new Map<string, Own[]>();
  for (const row of [...ownRows].sort((a, b) =>
    a.version_key < b.version_key ? -1 : a.version_key > b.version_key ? 1 : a.n - b.n,
  )) {
    const contribution = contributions.get(row.contribution);
    if (contribution === undefined) throw new TypeError(`Object ${row.n} has no contribution.`);
    const facts = JSON.parse(row.facts) as Facts; // written by contribute
    own.set(row.id, [...(own.get(row.id) ?? []), { row, facts, contribution }]);
  }
  const received = await receivedBy(
    engine,
    party,
    rows.filter((row) => row.contributor !== party.n && !isPinned(row)),
  );
  const derived = await derivedFor(engine, party, ids);
  const bodies = await readBodies(engine, [
    ...ownRows.filter((row) => contents.has(row.id) || row.type === "marking-definition"),
    ...[...received.values()]
      .flatMap((all) => all.map(({ row }) => row))
      .filter((row) => row.type === "marking-definition"),
    ...[...pinned.values()].flat().filter((row) => row.type === "marking-definition"),
  ]);
  return {
    pinned: (id) => pinned.get(id) ?? [],
    own: (id) => own.get(id) ?? [],
    received: (id) => (received.get(id) ?? []).map(({ row }) => row),
    derived: (id) => derived.get(id) ?? [],
    holders: (id) => holdersOf(received.get(id) ?? []),
    body: (n) => bodies.get(n),
  };
}

interface Received {
  readonly row: ObjectRow;
  readonly stands: boolean;
  readonly added: Micros;
}

/** Rows that stood in the party's feed at some time, by id: first those that still do, by date. */
async function receivedBy(
  engine: Engine,
  party: Party,
  rows: readonly ObjectRow[],
): Promise<ReadonlyMap<string, readonly Received[]>> {
  if (rows.length === 0) return new Map();
  const ns = rows.map((row) => row.n);
  // A whole rendition has its object's number; by another one the party knows it by another id.
  const isMine = ({ n, feed, added, rendition }: EndedRow): boolean =>
    rendition === n && (feed === party.n || (feed === EVERYONE && party.kind === "state" && isActive(party, added)));
  const now = firstDates((await findReleases(engine, ns)).filter(isMine));
  const ended = firstDates((await findEnded(engine, ns)).filter(isMine));
  const received = rows.flatMap((row): readonly Received[] => {
    const added = now.get(row.n) ?? ended.get(row.n);
    return added === undefined ? [] : [{ row, stands: now.has(row.n), added }];
  });
  received.sort((a, b) => Number(b.stands) - Number(a.stands) || a.added - b.added);
  return Map.groupBy(received, ({ row }) => row.id);
}

function firstDates(releases: readonly { readonly n: number; readonly added: Micros }[]): ReadonlyMap<number, Micros> {
  const dates = new Map<number, Micros>();
  for (const { n, added } of releases) dates.set(n, Math.min(added, dates.get(n) ?? added));
  return dates;
}

function holdersOf(received: readonly Received[]): readonly number[] {
  return [...new Set(received.map(({ row }) => row.contributor))];
}

async function derivedFor(
  engine: Engine,
  party: Party,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly DerivedVersion[]>> {
  const rows = await findDerivedById(engine, party.n, [...ids]);
  const bodies = new Map(
    (
      await findRenditions(
        engine,
        rows.map((row) => row.n),
      )
    ).map(({ n, body }) => [n, JSON.parse(body) as StixObject]), // written by render-world from a StixObject
  );
  const versions = rows.flatMap((row): DerivedVersion[] => {
    const object = bodies.get(row.n);
    return object === undefined ? [] : [{ row, object }];
  });
  return Map.groupBy(versions, ({ row }) => row.id);
}

async function readBodies(engine: Engine, rows: readonly ObjectRow[]): Promise<ReadonlyMap<number, StixObject>> {
  if (rows.length === 0) return new Map();
  const found = await engine.read
    .selectFrom("rendition")
    .select(["object", "body"])
    .where("object", "in", engine.list(rows.map((row) => row.n)) as never) // a list of numbers; Engine.list is typed for text
    .where("recipient", "=", 0)
    .execute();
  return new Map(found.map((row) => [row.object, JSON.parse(row.body) as StixObject])); // checked when it was contributed
}

function grouped(rows: readonly ObjectRow[]): ReadonlyMap<string, readonly ObjectRow[]> {
  const groups = new Map<string, ObjectRow[]>();
  for (const row of rows) {
    const there = groups.get(row.id);
    if (there === undefined) groups.set(row.id, [row]);
    else there.push(row);
  }
  return groups;
}
