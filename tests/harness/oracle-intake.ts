// What the oracle does with a contribution: judges each object by what its contributor knew before, and reads its references.
// Written from "echo", "own-voice", "immutable" and "references" of the exchange model.
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { Micros } from "../../src/encoding/timestamp.ts";
import { type Books, type Contribution, decidesAlike, type Item } from "./oracle-books.ts";
import {
  companionsIn,
  idOf,
  inheritedLevel,
  isDefinition,
  isValid,
  levelMarked,
  referencesIn,
  sameParties,
  uniqueByContent,
  versionOf,
} from "./oracle-readings.ts";
import type { Stood } from "./oracle-view.ts";

export interface Posting {
  readonly act: "contribute";
  readonly state: string;
  readonly collection: string;
  readonly objects: readonly JsonObject[];
  readonly to?: readonly string[] | undefined;
  readonly at: Micros;
}

/** What becomes of one object of a contribution: taken in, known already (nothing changes), or refused. */
export type Outcome = "taken" | "known" | "refused";

/** No version follows a revoked one, also where both come at once: their order in the envelope means nothing. */
function isPastRevoked(object: JsonObject, beside: readonly (readonly [JsonObject, string])[]): boolean {
  const version = versionOf(object);
  return beside.some(([other, one]) => {
    const before = versionOf(other);
    if (one === "refused" || other["revoked"] !== true || idOf(other) !== idOf(object)) return false;
    return before !== null && version !== null && before < version;
  });
}

/** What any viewer of a state ever had whole: what it knew when it contributed, and what it pushes back. */
export interface Known {
  stood(state: string): readonly Stood[];
  /** Whose copies of an id it has or had: first those that it has, in the order in which they came. */
  holders(state: string, id: string): readonly string[];
}

export class Intake {
  readonly #books: Books;
  readonly #knowledge: Known;
  #contributions = 0;

  constructor(books: Books, known: Known) {
    this.#books = books;
    this.#knowledge = known;
  }

  /** @returns the outcome of each of its objects */
  contribute(event: Posting): readonly Outcome[] {
    const { state: by, collection, objects, to, at } = event;
    const statements = this.#statementsKnownTo(by, objects);
    const isStatement = (id: string): boolean => statements.has(id);
    // What is refused speaks, too: a RED report that is not taken in was still said to be RED.
    const members = objects.filter((object) => !this.#books.isCommon(idOf(object)));
    const contribution: Contribution = {
      n: this.#contributions++,
      by,
      collection,
      at,
      to,
      members,
      levels: new Map(members.map((member) => [member, inheritedLevel(member, members, isStatement)])),
      latest: new Map(),
    };
    const judged = new Map<JsonObject, Outcome | "echo">();
    const added: { item: Item; reads: Map<string, readonly string[]> }[] = [];
    // SCOs after what has versions: whether a copy is the next one hangs on the latest versions of all that is beside it.
    for (const isSco of [false, true]) {
      const these = objects.filter((object) => (versionOf(object) === null) === isSco);
      const each = these.map((object) => [object, this.#judge(event, contribution, object)] as const);
      for (const [object, one] of each) judged.set(object, isPastRevoked(object, each) ? "refused" : one);
      this.#ownWhatIsReferredTo(contribution, judged);
      for (const object of uniqueByContent(these.filter((one) => judged.get(one) === "taken")))
        added.push(this.#add(contribution, object));
      for (const member of members)
        contribution.latest.set(member, versionOf(member) === null ? [] : this.#books.latest(by, idOf(member)));
    }
    for (const { item, reads } of added)
      for (const id of [...referencesIn(item.object), ...companionsIn(item.object)]) {
        const isOwn = this.#books.versions(by, id).length > 0;
        // The books are as they were before this contribution.
        const whose = isOwn ? [by] : this.#knowledge.holders(by, id).filter((other) => other !== by);
        if (whose.length > 0) reads.set(id, whose);
      }
    return objects.map((object): Outcome => {
      const one = judged.get(object) ?? "refused";
      return one === "echo" ? "known" : one;
    });
  }

  #add(contribution: Contribution, object: JsonObject): { item: Item; reads: Map<string, readonly string[]> } {
    const { by, collection, at } = contribution;
    const id = idOf(object);
    const version = versionOf(object) ?? `copy ${this.#books.versions(by, id).length}`;
    const reads = new Map<string, readonly string[]>();
    const content = formatCanonical(object);
    const item = { by, collection, object, id, version, content, at, contribution, reads, recalled: false };
    this.#books.add(item);
    return { item, reads };
  }

  /** The definitions of no level that a contributor can tell: its own, these of now included, and what it received. */
  #statementsKnownTo(by: string, objects: readonly JsonObject[]): ReadonlySet<string> {
    const known = [
      ...objects,
      ...this.#books.items.filter((item) => item.by === by).map((item) => item.object),
      ...this.#knowledge.stood(by).map((one) => JSON.parse(one.content) as JsonObject), // the content of an object
    ];
    return new Set(known.filter((object) => object["definition_type"] === "statement").map(idOf));
  }

  #judge(event: Posting, contribution: Contribution, object: JsonObject): Outcome | "echo" {
    const { state: by, collection, objects, to } = event;
    const id = idOf(object);
    const version = versionOf(object);
    const content = formatCanonical(object);
    if (this.#books.isCommon(id)) return "known";
    if (!isValid(object)) return "refused";
    const twins = objects.filter((other) => idOf(other) === id && versionOf(other) === version);
    if (twins.some((twin) => formatCanonical(twin) !== content)) return "refused"; // each-alone
    const own = this.#books.versions(by, id);
    if (version === null) {
      const here = this.#copies(contribution, object);
      if (here.some((item) => item.recalled && this.#isSameCopy(item, contribution, object))) return "refused";
    } else {
      const same = own.filter((item) => item.version === version);
      if (same.some((item) => item.content !== content)) return "refused"; // immutable
      const here = same.filter((item) => item.collection === collection);
      if (here.some((item) => item.recalled)) return "refused";
      if (here.length > 0) return here.every((item) => sameParties(item.contribution.to, to)) ? "known" : "refused";
      // STIX 2.1 §3.6: no version follows a revoked one, which is also how "nothing later is released" holds.
      // The revocation itself may go into each collection.
      if (own.some((item) => item.object["revoked"] === true && item.version !== version)) return "refused";
    }
    const had = this.#knowledge
      .stood(by)
      .filter((one) => one.by !== by && one.id === id && (version === null || one.version === version));
    if (had.some((one) => one.content === content)) return "echo";
    if (had.length > 0 && version !== null) return "refused";
    return this.#books.isOthersVoice(by, object) ? "refused" : this.#asOwn(contribution, object);
  }

  /** A relayed object or SCO that was only pushed back becomes one's own when an object of one's own refers to it. */
  #ownWhatIsReferredTo(contribution: Contribution, judged: Map<JsonObject, Outcome | "echo">): void {
    const { by } = contribution;
    for (let changed = true; changed;) {
      changed = false;
      // Where it has a copy of its own, that is what is referred to.
      // What this contribution reads is known when all of it is judged.
      const earlier = this.#books.items.filter((item) => item.by === by && item.contribution !== contribution);
      const names = (id: string): boolean =>
        earlier.some(({ object, reads }) =>
          reads.has(id) ? reads.get(id)?.includes(by) === false : referencesIn(object).includes(id),
        ) ||
        (this.#books.versions(by, id).length === 0 &&
          [...judged].some(([object, one]) => one === "taken" && referencesIn(object).includes(id)));
      for (const [object, one] of judged) {
        if (one !== "echo" || this.#books.isOthersVoice(by, object)) continue;
        if (!names(idOf(object))) continue;
        judged.set(object, this.#asOwn(contribution, object));
        changed = true;
      }
    }
  }

  #asOwn(contribution: Contribution, object: JsonObject): Outcome {
    const { by, levels } = contribution;
    const unmarked = this.#books.policies.get(by)?.unmarked ?? "refuse";
    if (unmarked === "refuse" && (levels.get(object) ?? null) === null && !isDefinition(object)) return "refused";
    if (versionOf(object) !== null) return "taken";
    const latest = this.#copies(contribution, object).at(-1);
    return latest !== undefined && this.#isSameCopy(latest, contribution, object) ? "known" : "taken";
  }

  #copies({ by, collection }: Contribution, object: JsonObject): readonly Item[] {
    return this.#books.versions(by, idOf(object)).filter((item) => item.collection === collection);
  }

  /** An SCO again is the same version of its copy, if nothing that decides on it differs. */
  #isSameCopy(item: Item, contribution: Contribution, object: JsonObject): boolean {
    if (item.content !== formatCanonical(object)) return false;
    // A statement has no level: what has nothing else is unmarked.
    const statements = this.#statementsKnownTo(contribution.by, contribution.members);
    if (levelMarked(object, (id) => statements.has(id)) !== null)
      return sameParties(item.contribution.to, contribution.to);
    return decidesAlike(item.contribution, item.object, contribution, object);
  }
}
