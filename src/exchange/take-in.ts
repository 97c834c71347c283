// Takes a prepared contribution in, for one turn: classifies each object against the books, gathers the facts that decisions
// read, reads the references, and says what is new. Nothing is written here.
import type { Collection } from "../directory/collection.ts";
import type { Party } from "../directory/state.ts";
import { formatMicros, versionKey } from "../encoding/timestamp.ts";
import { isRefusedUnmarked } from "../policy/decide.ts";
import type { ContributionFacts, Facts, Gathered } from "../policy/facts.ts";
import type { Instruction } from "../policy/instruction.ts";
import { policyOf } from "../policy/parse.ts";
import type { Policy } from "../policy/policy.ts";
import { formatAudience, noAudience } from "../policy/audience.ts";
import { isIdentifier } from "../stix/object.ts";
import { isRevoked } from "../stix/version.ts";
import type { Engine } from "../store/engine.ts";
import { findRefersTo, OBJECTS_A_TURN } from "../store/objects.ts";
import type { Tables } from "../store/tables.ts";
import type { Turn } from "../store/store.ts";
import type { Outcome } from "../taxii/status.ts";
import { readBooks } from "./books.ts";
import { classify, type Class, isOthers, type Setting } from "./classify.ts";
import { failed, type Item, type Prepared } from "./contribution-items.ts";
import type { Exchange } from "./exchange.ts";
import { Findings } from "./findings.ts";
import { gather, type Heard, type Judged } from "./gather.ts";
import { copiesOf, sameObservable, withoutRecalled } from "./observable-copies.ts";
import { readingsOf } from "./readings.ts";
import type { Version } from "./world.ts";

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
    ...prepared.spoken
      .flatMap(({ object, references }) => [object.id, ...references.map((ref) => ref.id)])
      .filter(isIdentifier),
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
  const found = new Findings(directory);
  const factsOf = (judged: readonly Judged[]): Heard => {
    const heard = judged.filter(({ item }) => books.pinned(item.object.id).length === 0);
    const gathered = gather(heard, spoken, setting, collection, turn, found);
    return { gathered, facts: new Map(heard.map(({ item }, i) => [item, factsAt(gathered, i)])) };
  };
  const classes = prepared.items.map((item) => ({ item, verdict: classify(item, setting) }));
  const mayBeRecalled = classes.some(({ item }) => copiesOf(item, setting).some(({ row }) => row.recalled === 1));
  const classified = mayBeRecalled ? withoutRecalled(classes, factsOf(classes), setting) : classes;
  // What is refused refers to nothing: it makes nothing one's own.
  const first = policy.unmarked === "refuse" ? factsOf(classified) : null;
  const kept = notPastRevoked(first === null ? classified : withoutUnmarked(classified, first, policy));
  const judged = await ownCopies(exchange.store.engine, kept, setting);
  // Nearly always nothing was refused and nothing echoed, and what was gathered once holds.
  const gathered = first !== null && judged === classified ? first : factsOf(judged);
  const marked = withoutUnmarked(judged, gathered, policy);
  const heard = marked === judged ? gathered : factsOf(marked);
  const final = marked.map(({ item, verdict }) => {
    const own = heard.facts.get(item);
    if (verdict.kind !== "new" || own === undefined) return { item, verdict };
    return { item, verdict: sameObservable(item, own, heard.gathered.contribution, setting) ?? verdict };
  });
  return assemble(final, heard, setting, turn);
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

function factsAt(gathered: Gathered, i: number): Facts {
  const facts = gathered.facts[i];
  if (facts === undefined) throw new TypeError("Facts were gathered for every object.");
  return facts;
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
