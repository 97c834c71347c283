// Takes a prepared contribution in, for one turn: classifies each object against the books, gathers the facts that decisions
// read, reads the references, and says what is new. Nothing is written here.
import type { Collection } from "../directory/collection.ts";
import type { Party } from "../directory/state.ts";
import { formatCanonical } from "../encoding/canonical-json.ts";
import { formatMicros, versionKey } from "../encoding/timestamp.ts";
import { isRefusedUnmarked } from "../policy/decide.ts";
import {
  type ContributedObject,
  type ContributionFacts,
  type Facts,
  gatherFacts,
  type Gathered,
  latestLevelOf,
} from "../policy/facts.ts";
import type { Instruction } from "../policy/instruction.ts";
import type { Reading } from "../policy/candidate.ts";
import { policyOf } from "../policy/parse.ts";
import type { Policy } from "../policy/policy.ts";
import { formatAudience, noAudience } from "../policy/audience.ts";
import { providerForbidden } from "../stix/attribution.ts";
import { levelOfMarkings } from "../stix/marking.ts";
import { isIdentifier, type StixObject, versionOf } from "../stix/object.ts";
import { needsOf } from "../stix/needs.ts";
import { isRevoked } from "../stix/version.ts";
import type { Engine } from "../store/engine.ts";
import { findRefersTo, OBJECTS_A_TURN } from "../store/objects.ts";
import type { Tables } from "../store/tables.ts";
import type { Turn } from "../store/store.ts";
import type { Outcome } from "../taxii/status.ts";
import { type Books, readBooks } from "./books.ts";
import { classify, type Class, isOthers, sameInstruction, type Setting } from "./classify.ts";
import { failed, type Item, type Prepared, type Spoken } from "./contribution-items.ts";
import type { Exchange } from "./exchange.ts";
import type { Readings, Version } from "./world.ts";

export interface Taken {
  readonly party: Party;
  readonly contribution: ContributionFacts;
  /** Versions that are new in the books. */
  readonly fresh: readonly Version[];
  readonly renditions: readonly Tables["rendition"][];
  /** Ids that the new ones refer to without their being the contributor's own. */
  readonly refers: readonly string[];
  /** What became of each object, by its place in the envelope. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
  /** Ids whose releases may change: the new ones, and definitions that go along with them. */
  readonly touched: ReadonlySet<string>;
  /** Ids that were judged. */
  readonly judged: ReadonlySet<string>;
  /** The levels that the new objects have or inherit, alphabetical. */
  readonly levels: readonly string[];
}

interface Judged {
  readonly item: Item;
  readonly verdict: Class;
}

export async function takeIn(
  exchange: Exchange,
  party: Party,
  collection: Collection,
  instruction: Instruction | null,
  prepared: Prepared,
  turn: Turn,
): Promise<Taken> {
  const directory = await exchange.directoryAt(turn.edition);
  const ids = new Set([
    ...prepared.items.flatMap((item) => [item.object.id, ...item.references.map((ref) => ref.id), ...item.extensions]),
    // What is refused may bear any text as its id; PostgreSQL takes no NUL.
    ...prepared.spoken.map(({ object }) => object.id).filter(isIdentifier),
  ]);
  const books = await readBooks(
    exchange.store.engine,
    party,
    ids,
    new Set(prepared.items.map((item) => item.object.id)),
  );
  const setting: Setting = { directory, party, collection: collection.n, instruction, at: turn.base, books };
  const policy = policyOf(directory, party.code);
  // The commons join nothing: two reports that name one state's identity are not one report.
  const spoken = prepared.spoken.filter(({ object }) => books.pinned(object.id).length === 0);
  const factsOf = (judged: readonly Judged[]): Heard => {
    const heard = judged.filter(({ item }) => books.pinned(item.object.id).length === 0);
    const gathered = gather(heard, spoken, setting, collection, turn);
    return { gathered, facts: new Map(heard.map(({ item }, i) => [item, factsAt(gathered, i)])) };
  };
  const classified = notPastRevoked(prepared.items.map((item) => ({ item, verdict: classify(item, setting) })));
  // What is refused refers to nothing: it makes nothing one's own.
  const first = policy.unmarked === "refuse" ? factsOf(classified) : null;
  const kept = first === null ? classified : withoutUnmarked(classified, first, policy);
  const judged = await ownCopies(exchange.store.engine, kept, setting);
  // Nearly always nothing was refused and nothing echoed, and what was gathered once holds.
  const heard = first !== null && judged === classified ? first : factsOf(judged);
  const final = withoutUnmarked(judged, heard, policy).map(({ item, verdict }) => {
    const own = heard.facts.get(item);
    if (verdict.kind !== "new" || own === undefined) return { item, verdict };
    return { item, verdict: sameObservable(item, own, heard.gathered.contribution, setting) ?? verdict };
  });
  return assemble(final, heard, setting, turn);
}

/** What a decision reads of everything that was posted. */
interface Heard {
  readonly gathered: Gathered;
  readonly facts: ReadonlyMap<Item, Facts>;
}

/** The very same list where nothing is refused. */
function withoutUnmarked(judged: readonly Judged[], { facts }: Heard, policy: Policy): readonly Judged[] {
  const isRefused = ({ item, verdict }: Judged): boolean => {
    const own = facts.get(item);
    return verdict.kind === "new" && own !== undefined && isRefusedUnmarked(own, policy);
  };
  if (!judged.some(isRefused)) return judged;
  const message = "It has no marking, and your policy refuses what is unmarked. (unmarked)";
  return judged.map((one) => (isRefused(one) ? { item: one.item, verdict: { kind: "refused", message } } : one));
}

/** Nothing later than a revoked version is taken in, also where both come in one contribution. */
function notPastRevoked(judged: readonly Judged[]): readonly Judged[] {
  const revoked = new Map<string, string>();
  for (const { item, verdict } of judged) {
    if (verdict.kind === "refused" || item.versionKey === null || !isRevoked(item.object)) continue;
    const known = revoked.get(item.object.id);
    if (known === undefined || item.versionKey < known) revoked.set(item.object.id, item.versionKey);
  }
  if (revoked.size === 0) return judged;
  return judged.map((one) => {
    const last = revoked.get(one.item.object.id);
    return last !== undefined && one.item.versionKey !== null && one.item.versionKey > last
      ? {
          item: one.item,
          verdict: {
            kind: "refused",
            message: "This contribution revokes the object before; no version follows. (immutable)",
          },
        }
      : one;
  });
}

/** A relayed object or observable that one had by release becomes one's own when an object of one's own refers to it. */
async function ownCopies(
  engine: Engine,
  judged: readonly Judged[],
  { directory, party, books }: Setting,
): Promise<readonly Judged[]> {
  const echoes = new Map(
    judged.filter(({ verdict }) => verdict.kind === "echo").map((one) => [one.item.object.id, one]),
  );
  if (echoes.size === 0) return judged;
  const own = new Set<Item>();
  const work = judged.filter(({ verdict }) => verdict.kind === "new").map(({ item }) => item);
  const isNamed = (id: string): void => {
    const echo = echoes.get(id);
    if (echo === undefined || own.has(echo.item) || isOthers(echo.item, directory, party)) return;
    own.add(echo.item);
    work.push(echo.item);
  };
  for (const id of await findRefersTo(engine, party.n, [...echoes.keys()])) isNamed(id);
  // Where there is an own copy already, that is what the reference was read as.
  for (const item of work) for (const ref of item.references) if (books.own(ref.id).length === 0) isNamed(ref.id);
  return judged.map((one) => (own.has(one.item) ? { item: one.item, verdict: { kind: "new" } } : one));
}

/**
 * Facts of everything that was posted. What is refused speaks, too: its marking, its labels and what it is joined to are what
 * the contributor said of the rest, and a fault in a red report must not make its indicators milder.
 */
function gather(
  heard: readonly Judged[],
  spoken: readonly Spoken[],
  setting: Setting,
  collection: Collection,
  turn: Turn,
): Gathered {
  const { books, party, instruction } = setting;
  // A definition that is refused defines nothing: what it marks counts as marked with something unknown.
  const definitions = new Map(
    heard.filter(({ verdict }) => verdict.kind !== "refused").map(({ item }) => [item.object.id, item.object]),
  );
  const resolve = (id: string): StixObject | null => definitions.get(id) ?? definitionIn(books, id);
  const latest = latestVersions(heard, books);
  const contributed = ({ object, references }: Spoken): ContributedObject => ({
    object,
    level: levelOfMarkings(object, resolve).level,
    unattributed: providerForbidden(object, resolve),
    references: references.filter((ref) => ref.kind !== "created-by" && ref.kind !== "marking").map((ref) => ref.id),
    latestLevel: null,
  });
  return gatherFacts({ by: party.code, collection: collection.alias, instruction, at: turn.base }, [
    ...heard.map(({ item }, i) => ({ ...contributed(item), ...latest(item.object, i) })),
    ...spoken.map((one) => ({ ...contributed(one), ...latest(one.object, null) })),
  ]);
}

/** A marking is resolved only among the commons, one's own and what one received (exchange-model, companion). */
function definitionIn(books: Books, id: string): StixObject | null {
  const row = books.pinned(id).at(-1) ?? books.own(id).at(-1)?.row ?? books.received(id)[0];
  return row === undefined ? null : (books.body(row.n) ?? null);
}

type Latest = Pick<ContributedObject, "latestLevel" | "latestIn">;

/**
 * Which version of an object's id is the contributor's latest one: itself, another one in hand, or one in the books. What is not
 * taken in is no version of it, and is bound by the one that is. An observable in hand is later than any in the books.
 */
function latestVersions(heard: readonly Judged[], books: Books): (object: StixObject, place: number | null) => Latest {
  const inHand = new Map<string, { key: string; place: number }>();
  heard.forEach(({ item, verdict }, place) => {
    const known = inHand.get(item.object.id);
    const key = item.versionKey;
    if (verdict.kind === "new" && key !== null && (known === undefined || key > known.key))
      inHand.set(item.object.id, { key, place });
  });
  return (object, place) => {
    if (versionOf(object) === null) return { latestLevel: null };
    const here = inHand.get(object.id);
    const standing = books.own(object.id).filter((own) => own.row.recalled === 0);
    const [mine, last] = [here?.key ?? "", standing.at(-1)?.row.version_key ?? ""];
    const latest = mine > last ? mine : last;
    // In each collection in which it stands: what it inherits there counts, too.
    const before = standing.filter(({ row }) => row.version_key === latest).map(({ facts }) => facts);
    return {
      latestLevel: latestLevelOf(before),
      ...(here === undefined || mine !== latest || here.place === place ? {} : { latestIn: here.place }),
    };
  };
}

function factsAt(gathered: Gathered, i: number): Facts {
  const facts = gathered.facts[i];
  if (facts === undefined) throw new TypeError("Facts were gathered for every object.");
  return facts;
}

/**
 * An observable that is marked, with the content and instruction of its latest version, is the same. An unmarked one is the
 * next version of its copy, unless nothing that decides on it differs between the contributions (deterministic, idempotent).
 */
function sameObservable(
  item: Item,
  facts: Facts,
  contribution: ContributionFacts,
  { books, collection, instruction }: Setting,
): Class | null {
  if (item.versionKey !== null) return null;
  const latest = books
    .own(item.object.id)
    .filter((one) => one.row.collection === collection)
    .at(-1);
  const same =
    latest !== undefined &&
    latest.row.digest === item.digest &&
    latest.facts.level === facts.level &&
    sameInstruction(latest.contribution.instruction, instruction) &&
    (facts.level !== null ||
      (latest.facts.inherited === facts.inherited &&
        latest.facts.unattributed === facts.unattributed &&
        saysTheSame(latest.contribution, contribution)));
  return same ? { kind: "same", version: latest.row.version } : null;
}

/** Whether two contributions tell a policy the same about what is in them. */
function saysTheSame(one: ContributionFacts, other: ContributionFacts): boolean {
  const said = ({ context, profiles }: ContributionFacts): string => formatCanonical({ context, profiles });
  return said(one) === said(other);
}

function assemble(final: readonly Judged[], { facts, gathered }: Heard, setting: Setting, turn: Turn): Taken {
  const { party, books, collection } = setting;
  const fresh = final.filter(({ verdict }) => verdict.kind === "new").map(({ item }) => item);
  // Numbers follow ids: the order of objects in an envelope means nothing.
  fresh.sort((a, b) =>
    a.object.id < b.object.id
      ? -1
      : a.object.id > b.object.id
        ? 1
        : (a.versionKey ?? "") < (b.versionKey ?? "")
          ? -1
          : 1,
  );
  const now = formatMicros(turn.base);
  const freshIds = new Set(fresh.map((item) => item.object.id));
  const versions = fresh.map((item, i): Version => {
    const own = facts.get(item);
    if (own === undefined) throw new TypeError("A new object has its facts.");
    const readings = readingsOf(item, freshIds, party, books);
    const version = item.version ?? now;
    return {
      object: item.object,
      facts: own,
      readings,
      contribution: gathered.contribution,
      row: {
        n: turn.n * OBJECTS_A_TURN + i,
        contribution: turn.n,
        contributor: party.n,
        collection,
        id: item.object.id,
        version,
        version_key: versionKey(version),
        type: item.object.type,
        digest: item.digest,
        size: item.text.length,
        facts: JSON.stringify(own),
        refs: JSON.stringify(readings),
        audience: formatAudience(noAudience),
        reduced: formatAudience(noAudience),
        had: formatAudience(noAudience),
        known: formatAudience(noAudience),
        mac: "",
        recalled: 0,
      },
    };
  });
  return {
    party,
    contribution: gathered.contribution,
    fresh: versions,
    renditions: versions.map(({ row }, i) => ({
      n: row.n,
      object: row.n,
      recipient: 0,
      generation: 0,
      body: fresh[i]?.text ?? "",
    })),
    refers: [...new Set(fresh.flatMap((item) => item.references.map((ref) => ref.id)))].filter(
      (id) => !freshIds.has(id) && books.own(id).length === 0 && books.pinned(id).length === 0,
    ),
    outcomes: new Map(final.map(({ item, verdict }) => [item.place, outcomeOf(item, verdict, now)])),
    touched: freshIds,
    judged: new Set(
      // The commons never change under a contribution, and nearly every one names them.
      final
        .flatMap(({ item }) => [item.object.id, ...item.references.map((ref) => ref.id)])
        .filter((id) => books.pinned(id).length === 0),
    ),
    levels: [...new Set(versions.map(({ facts: { level, inherited } }) => level ?? inherited ?? "unmarked"))].sort(),
  };
}

function outcomeOf(item: Item, verdict: Class, now: string): Outcome {
  if (verdict.kind === "refused") return failed(item.object, verdict.message);
  const version = verdict.kind === "new" ? (item.version ?? now) : verdict.version;
  return { result: "success", id: item.object.id, version };
}

/**
 * Each reference as the contributor knew ids: the commons need no reading; its own come first, then what it had by
 * release. What it does not know stays unread, and as it is, whatever the exchange holds (exchange-model, references).
 */
function readingsOf(item: Item, fresh: ReadonlySet<string>, party: Party, books: Books): Readings {
  const ids = new Set([...item.references.map((ref) => ref.id), ...item.extensions]);
  ids.delete(item.object.id);
  const places = new Map<string, number>();
  const refs: Reading[] = [];
  for (const id of [...ids].sort()) {
    if (books.pinned(id).length > 0) continue;
    const reading = readingOf(id, fresh, party, books);
    if (reading === null) continue;
    places.set(id, refs.length);
    refs.push(reading);
  }
  const needs = [...needsOf(item.object, item.references), ...item.extensions.map((id) => [id])];
  // What is not read, or is everybody's, stays as it is: a need that it meets is met.
  return {
    refs,
    needs: needs.map((need) => need.map((id) => places.get(id) ?? -1)).filter((need) => !need.includes(-1)),
  };
}

function readingOf(id: string, fresh: ReadonlySet<string>, party: Party, books: Books): Reading | null {
  if (fresh.has(id) || books.own(id).length > 0) return { id, holder: party.n };
  const [holder, ...also] = books.holders(id);
  if (holder !== undefined) return also.length === 0 ? { id, holder } : { id, holder, also };
  const derived = books.derived(id).at(-1);
  return derived === undefined ? null : { id: derived.row.of, holder: derived.row.contributor, as: id };
}
