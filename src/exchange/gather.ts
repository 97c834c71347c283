// The facts of a contribution: what decisions read of everything that was posted, gathered with what the books say of it. Nothing
// is written here. Relied on by take-in.ts.
import type { Collection } from "../directory/collection.ts";
import { type ContributedObject, type Facts, gatherFacts, type Gathered, latestLevelOf } from "../policy/facts.ts";
import { authorsOf, type Referred } from "../policy/lean.ts";
import { providerForbidden } from "../stix/attribution.ts";
import { levelOfMarkings } from "../stix/marking.ts";
import { type StixObject, versionOf } from "../stix/object.ts";
import type { Turn } from "../store/store.ts";
import type { Books } from "./books.ts";
import type { Class, Setting } from "./classify.ts";
import type { Item, Spoken } from "./contribution-items.ts";
import type { Findings } from "./findings.ts";
import { readingOf } from "./readings.ts";

export interface Judged {
  readonly item: Item;
  readonly verdict: Class;
}

/** What a decision reads of everything that was posted. */
export interface Heard {
  readonly gathered: Gathered;
  readonly facts: ReadonlyMap<Item, Facts>;
}

/**
 * Facts of everything that was posted. What is refused speaks, too: its marking, its labels and what it is joined to are what
 * the contributor said of the rest, and a fault in a red report must not make its indicators milder.
 */
export function gather(
  heard: readonly Judged[],
  spoken: readonly Spoken[],
  setting: Setting,
  collection: Collection,
  turn: Turn,
  found: Findings,
): Gathered {
  const { books, party, instruction, directory } = setting;
  const fresh = new Set(heard.filter(({ verdict }) => verdict.kind === "new").map(({ item }) => item.object.id));
  // A definition that is refused defines nothing: what it marks counts as marked with something unknown.
  const definitions = new Map(
    heard.filter(({ verdict }) => verdict.kind !== "refused").map(({ item }) => [item.object.id, item.object]),
  );
  const resolve = (id: string): StixObject | null => definitions.get(id) ?? definitionIn(books, id);
  const latest = latestVersions(heard, books);
  const authorOf = (id: string): readonly Referred[] => {
    const reading = readingOf(id, fresh, party, books);
    const holder = reading === null ? undefined : directory.byNumber.get(reading.holder)?.code;
    return holder === undefined ? [] : [{ id, holder }];
  };
  const contributed = ({ object, references }: Spoken): ContributedObject => {
    const ids = references.filter((ref) => ref.kind !== "created-by" && ref.kind !== "marking").map((ref) => ref.id);
    return {
      object,
      level: levelOfMarkings(object, resolve).level,
      unattributed: providerForbidden(object, resolve),
      references: ids,
      latestLevel: null,
      authors: authorsOf(ids.flatMap(authorOf)),
      ...found.of(object),
    };
  };
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
