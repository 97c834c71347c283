// The part of the books that a turn touches: the versions of the ids at hand, whoever waits for them, what their owners'
// rules give now, and the rows that stand. Each act that moves releases loads it, changes something, and settles it.
import type { StixObject } from "../stix/object.ts";
import { type DerivedRow, findDerived } from "../store/derived.ts";
import { findIntake } from "../store/life.ts";
import type { Turn } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { findContributions, findObjects, findWaiting, type ObjectRow } from "../store/objects.ts";
import { type EndedRow, findEnded, findReleases, type StandingRow } from "../store/releases.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import { exchangeNumber, isActive, type Party } from "../directory/state.ts";
import { unsignedUntil } from "../directory/terms.ts";
import { listRecipients } from "../directory/directory.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import type { Level } from "../stix/marking.ts";
import { type Audience, noAudience, parseAudience, restrictedTo, union, without } from "../policy/audience.ts";
import { untilApproved } from "../policy/approval.ts";
import { isCompanion } from "../policy/companion.ts";
import { typeOfId } from "../stix/object.ts";
import { decideAll, type HeardObject, type Hearing } from "../policy/decide.ts";
import type { Decision } from "../policy/decision.ts";
import { type Deliveries, readersOf } from "../policy/deliver.ts";
import { type ContributionFacts, type Facts, latestLevelOf } from "../policy/facts.ts";
import type { Confirmations } from "../policy/growth.ts";
import type { Recipient } from "../policy/parties.ts";
import { policyOf } from "../policy/parse.ts";
import { ANYONE, membersOf, only, setOf } from "../policy/party-set.ts";
import type { Reading, Surroundings } from "../policy/candidate.ts";
import type { Exchange } from "./exchange.ts";

/** Ids that one turn may touch; a policy change of an owner with more is made in several. */
export const WORLD_IDS_MAX = 200_000;

/** How its contributor read a version's references, as the books keep it. */
export interface Readings {
  readonly refs: readonly Reading[];
  /** Lists of places in `refs`, of each of which one reference has to stay. */
  readonly needs: readonly (readonly number[])[];
}

/** One version with what deciding on it needs. */
export interface Version {
  readonly row: ObjectRow;
  /** Its content, of a version that is not in the books yet. */
  readonly object?: StixObject;
  readonly facts: Facts;
  readonly readings: Readings;
  readonly contribution: ContributionFacts;
}

export interface World {
  /** The turn that it is loaded for, and its time. */
  readonly turn: number;
  readonly at: Micros;
  readonly directory: DirectorySnapshot;
  readonly versions: readonly Version[];
  readonly standing: readonly StandingRow[];
  readonly ended: readonly EndedRow[];
  readonly derived: readonly DerivedRow[];
  /** Contributions that wait for an approval. */
  readonly waiting: ReadonlySet<number>;
  /** When contributions that waited were approved. */
  readonly approved: ReadonlyMap<number, Micros>;
  /** What parties that hold or refuse what comes from some say of these versions. */
  readonly intake: readonly Tables["intake"][];
  /** What the versions refer to beyond the world. */
  readonly outside: Outside;
}

export interface Outside {
  /** Who has or had an id by release. */
  readonly had: ReadonlyMap<string, Audience>;
  /** Who ever knew it by its own id. */
  readonly known: ReadonlyMap<string, Audience>;
  /** Where a contributor has or had its own copy, by `copyKey`. */
  readonly own: ReadonlyMap<string, Audience>;
  /** Derived renditions, by recipient and id. */
  readonly derived: ReadonlyMap<string, readonly DerivedRow[]>;
}

const copyKey = (contributor: number, id: string): string => `${contributor} ${id}`;

/** Loads the world around these ids, `fresh` versions (not in the books yet) included. */
export async function loadWorld(
  exchange: Exchange,
  directory: DirectorySnapshot,
  { n: turn, base: at }: Pick<Turn, "n" | "base">,
  ids: Iterable<string>,
  fresh: readonly Version[] = [],
): Promise<World> {
  const { engine } = exchange.store;
  const touched = new Set([...ids, ...fresh.flatMap(({ row, readings }) => [row.id, ...alongWith(row, readings)])]);
  const rows: ObjectRow[] = [];
  let frontier: readonly string[] = [...touched];
  while (frontier.length > 0) {
    const found = (await findObjects(engine, frontier)).filter((row) => row.contributor !== exchangeNumber);
    rows.push(...found);
    const near = [...(await findWaiting(engine, frontier)), ...found.flatMap((row) => alongWith(row, readingsIn(row)))];
    frontier = [...new Set(near)].filter((id) => !touched.has(id));
    for (const id of frontier) touched.add(id);
    if (touched.size > WORLD_IDS_MAX)
      throw new Refusal("limit", "This act touches too many objects at once.", { subject: "WORLD_IDS_MAX" });
  }
  rows.sort((a, b) => a.n - b.n);
  const found = await findContributions(engine, [...new Set(rows.map((row) => row.contribution))]);
  const contributions = new Map(
    found.map((row) => [
      row.n,
      JSON.parse(row.facts) as ContributionFacts, // written by contribute from ContributionFacts
    ]),
  );
  const approved = new Map(found.flatMap(({ n, approved: time }) => (time === null ? [] : [[n, time] as const])));
  const waiting = new Set(found.filter((row) => row.waits > 0).map((row) => row.n));
  const versions = [...rows.map((row) => versionOf(row, contributions.get(row.contribution))), ...fresh];
  const ns = rows.map((row) => row.n);
  const [standing, ended, derived, intake] = await Promise.all([
    findReleases(engine, ns),
    findEnded(engine, ns),
    findDerived(engine, ns),
    holdersIn(directory).length === 0 ? [] : findIntake(engine, ns),
  ]);
  const outside = await copiesOutside(exchange, versions, touched);
  return { turn, at, directory, versions, standing, ended, derived, waiting, approved, intake, outside };
}

function versionOf(row: ObjectRow, contribution: ContributionFacts | undefined): Version {
  if (contribution === undefined) throw new TypeError(`Object ${row.n} has no contribution.`);
  return {
    row,
    contribution,
    facts: JSON.parse(row.facts) as Facts, // written by contribute from Facts
    readings: readingsIn(row),
  };
}

/** What is decided again along with a version: the definitions that it uses, and what it translates. */
function alongWith({ type }: ObjectRow, { refs }: Readings): readonly string[] {
  return refs.map(({ id }) => id).filter((id) => type === "language-content" || isCompanion(typeOfId(id)));
}

/** Books of before renditions hold the references alone; each of them was needed. */
function readingsIn(row: ObjectRow): Readings {
  const stored = JSON.parse(row.refs) as Readings | readonly Reading[]; // written by contribute
  return "refs" in stored ? stored : { refs: stored, needs: stored.map((_, place) => [place]) };
}

async function copiesOutside(
  exchange: Exchange,
  versions: readonly Version[],
  inside: ReadonlySet<string>,
): Promise<Outside> {
  const wanted = new Set(
    versions.flatMap((version) => version.readings.refs.map((ref) => ref.id)).filter((id) => !inside.has(id)),
  );
  const had = new Map<string, Audience>();
  const known = new Map<string, Audience>();
  const own = new Map<string, Audience>();
  const add = (audiences: Map<string, Audience>, key: string, audience: Audience): void =>
    void audiences.set(key, union(audiences.get(key) ?? noAudience, audience));
  const rows = await findObjects(exchange.store.engine, [...wanted]);
  for (const row of rows) {
    if (row.audience === ANYONE) continue;
    const all = parseAudience(row.had);
    add(had, row.id, without(all, row.contributor));
    add(known, row.id, parseAudience(row.known));
    add(own, copyKey(row.contributor, row.id), restrictedTo(all, only(row.contributor)));
  }
  const reduced = rows.filter((row) => row.had !== row.known).map((row) => row.n);
  const derived = Map.groupBy(await findDerived(exchange.store.engine, reduced), (row) => `${row.recipient} ${row.of}`);
  return { had, known, own, derived };
}

/** The parties that hold or refuse something of what others give. */
export function holdersIn(directory: DirectorySnapshot): readonly Party[] {
  return directory.parties.filter((party) => {
    const { holdFrom, refuseFrom } = policyOf(directory, party.code).accept;
    return holdFrom.length + refuseFrom.length > 0;
  });
}

/** What the owner's rules say of one version, for every recipient. */
export interface Decided<R extends Recipient = Party> {
  readonly version: Version;
  readonly level: Level;
  /** In the order of `recipients`. Versions that nothing tells apart share one array. */
  readonly decisions: readonly Decision[];
  readonly recipients: readonly R[];
  readonly owner: Party;
}

/** Decides every version of the world for all who can be given it, a contribution at a time. The order is the world's. */
export function decideWorld(world: World, deliveries: Deliveries): readonly Decided[] {
  return decideWorldFor(listRecipients(world.directory), world, deliveries);
}

/** The same for these recipients, such as the public, which no feed serves. */
export function decideWorldFor<R extends Recipient>(
  wanted: readonly R[],
  world: World,
  deliveries: Deliveries,
): readonly Decided<R>[] {
  const { directory, at } = world;
  const copies = grouped(world.versions, (version) => copyKey(version.row.contributor, version.row.id));
  const recipients = wanted.map((party) => openEnded(party, at));
  const decided = new Map<number, Decided<R>>();
  const known = knownIn(directory);
  for (const [, versions] of grouped(world.versions, (version) => String(version.row.contribution))) {
    const [first] = versions;
    const owner = directory.byNumber.get(first?.row.contributor ?? 0);
    if (first === undefined || owner === undefined) throw new TypeError("A contribution without its contributor.");
    const policy = policyOf(directory, owner.code);
    const heard = versions.map((version) => hear(version, copies, directory, deliveries));
    const confirmed = directory.confirmed.get(owner.code) ?? nobodyConfirmed;
    const hearing = { contribution: first.contribution, policy, owner, at, confirmed, ...known };
    const open = decideAll({ ...hearing, objects: heard, recipients });
    const all = world.waiting.has(first.row.contribution) ? allUntilApproved(open, recipients, owner) : open;
    versions.forEach((version, i) => {
      const decisions = all[i] ?? [];
      const level = decisions[0]?.level ?? "red";
      decided.set(version.row.n, { version, level, decisions, recipients, owner });
    });
  }
  return world.versions.flatMap((version) => decided.get(version.row.n) ?? []);
}

/** Versions that nothing tells apart share one array still. */
function allUntilApproved(
  all: readonly (readonly Decision[])[],
  recipients: readonly Recipient[],
  owner: Party,
): readonly (readonly Decision[])[] {
  const made = new Map<readonly Decision[], readonly Decision[]>();
  return all.map((decisions) => {
    const there = made.get(decisions) ?? untilApproved(decisions, (i) => recipients[i]?.code === owner.code);
    made.set(decisions, there);
    return there;
  });
}

const nobodyConfirmed: Confirmations = new Map();

/** What decisions read of the conference, whoever the owner is. A circle that it does not belong to, a decision leaves aside. */
function knownIn(directory: DirectorySnapshot): Pick<Hearing, "circles" | "unsigned"> {
  return {
    circles: new Map(directory.circles.map((circle) => [circle.name, circle.members])),
    unsigned: unsignedUntil(directory.terms, directory.parties),
  };
}

function hear(
  version: Version,
  copies: ReadonlyMap<string, readonly Version[]>,
  directory: DirectorySnapshot,
  deliveries: Deliveries,
): HeardObject {
  const own = copies.get(copyKey(version.row.contributor, version.row.id)) ?? [version];
  // A recalled version binds nothing any more: the one before it is the last again.
  const standing = own.filter((one) => one.row.recalled === 0);
  const newest = standing.reduce(
    (key, { row }) => (row.version_key > key ? row.version_key : key),
    version.row.version_key,
  );
  // The latest version may stand in several collections, with what it inherited in each.
  const latest = standing.filter((one) => one.row.version_key === newest && one !== version);
  const heard = {
    facts: version.facts,
    first: Math.min(...own.map((one) => one.contribution.at)),
    latestLevel: latestLevelOf(latest.map(({ facts }) => facts)),
  };
  if (!version.facts.revoked) return heard;
  // Whoever it went to at once keeps it, whatever became of the versions before.
  let earlier = readersOf(deliveries, version.row.n);
  for (const one of own) if (one.row.version_key < version.row.version_key) earlier |= readersOf(deliveries, one.row.n);
  return { ...heard, earlier: new Set(membersOf(earlier).flatMap((n) => directory.byNumber.get(n)?.code ?? [])) };
}

/**
 * A suspended party is decided on as if it took part: what it has stays (settle.ts gives it nothing new), and whether it
 * would still be given it is what tells a suspension from a narrower policy.
 */
function openEnded<R extends Recipient>(party: R, at: Micros): R {
  if (party.kind !== "state" || isActive(party, at)) return party;
  const last = party.intervals.at(-1);
  return last?.until == null
    ? party
    : { ...party, intervals: [...party.intervals.slice(0, -1), { from: last.from, until: null }] };
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const there = groups.get(key(item));
    if (there === undefined) groups.set(key(item), [item]);
    else there.push(item);
  }
  return groups;
}

export function surroundingsOf(world: World): Surroundings {
  const active = setOf(
    world.directory.parties
      .filter((party) => party.kind !== "exchange" && isActive(party, world.at))
      .map((party) => party.n),
  );
  return {
    at: world.at,
    active,
    hadOf: (id) => world.outside.had.get(id) ?? noAudience,
    knownBy: (id) => world.outside.known.get(id) ?? noAudience,
    ownOf: (contributor, id) => world.outside.own.get(copyKey(contributor, id)) ?? noAudience,
  };
}
