// All that was contributed, as the oracle keeps it, and what the owners' rules say about it: steps 1–5 and 7 of the sharing
// rules for one object and one state, worked out anew each time.
import type { JsonObject } from "../../src/encoding/json.ts";
import type { Micros } from "../../src/encoding/timestamp.ts";
import {
  durationOf,
  idOf,
  isDefinition,
  isLater,
  ladder,
  leanTypes,
  type Level,
  rankOf,
  referencesIn,
  stringsOf,
  strictestOf,
  typeOf,
} from "./oracle-readings.ts";
import { matches, names, type OraclePolicy, type OracleRule, type Subject } from "./oracle-rules.ts";

/** One object as one contribution brought it into one collection. */
export interface Item {
  readonly by: string;
  readonly collection: string;
  readonly object: JsonObject;
  readonly id: string;
  /** The STIX version; of an SCO, which has none, the how-manieth version of its contributor's copy. */
  readonly version: string;
  readonly content: string;
  readonly at: Micros;
  readonly contribution: Contribution;
  /** The ids in it that its contributor knew when it contributed this version, and whose copies it knew. */
  readonly reads: ReadonlyMap<string, readonly string[]>;
  recalled: boolean;
}

export interface Contribution {
  readonly n: number;
  readonly by: string;
  readonly collection: string;
  readonly at: Micros;
  readonly to: readonly string[] | undefined;
  /** Everything in it but the commons, also what was refused and what changed nothing: all of it speaks. */
  readonly members: readonly JsonObject[];
  /** The level of each member, its own or inherited; null: neither. */
  readonly levels: ReadonlyMap<JsonObject, Level | null>;
  /** The latest version of each member by the same contributor, as it was then: its items. */
  readonly latest: Map<JsonObject, readonly Item[]>;
}

/** When a state may have an item by its owner's rules, and what it is not given of it. */
export interface Window {
  readonly from: Micros;
  readonly until: Micros;
  readonly redact: readonly string[];
  /** The strictest level at which it is given marked parts, too. */
  readonly parts: Level;
}

export interface Member {
  readonly since: Micros;
  readonly identity: string;
  suspended: boolean;
}

export class Books {
  readonly commons: ReadonlySet<string>;
  readonly members = new Map<string, Member>();
  readonly policies = new Map<string, OraclePolicy>();
  readonly items: Item[] = [];
  readonly #byId = new Map<string, Item[]>();
  readonly #ceilings = new Map<Item, Level | null>();

  constructor(commons: Iterable<string>) {
    this.commons = new Set(commons);
  }

  add(item: Item): void {
    this.items.push(item);
    const versions = this.#byId.get(`${item.by} ${item.id}`);
    if (versions === undefined) this.#byId.set(`${item.by} ${item.id}`, [item]);
    else versions.push(item);
  }

  versions(by: string, id: string): readonly Item[] {
    return this.#byId.get(`${by} ${id}`) ?? [];
  }

  /** The latest version of an id that a contributor gave and did not recall: one item for each collection. */
  latest(by: string, id: string): readonly Item[] {
    const versions = this.versions(by, id).filter((item) => !item.recalled);
    return versions.filter(({ version }) => !versions.some((other) => isLater(other.version, version)));
  }

  isCommon(id: string): boolean {
    return this.commons.has(id) || [...this.members.values()].some((member) => member.identity === id);
  }

  isAuthor(by: string, object: JsonObject): boolean {
    return object["created_by_ref"] !== undefined && this.members.get(by)?.identity === object["created_by_ref"];
  }

  isOthersVoice(by: string, object: JsonObject): boolean {
    const author = object["created_by_ref"];
    return [...this.members].some(([state, { identity }]) => state !== by && identity === author);
  }

  /** Step 3: the strictest of its own level and of its latest version's by the same contributor; null: it has none. */
  ceiling(item: Item): Level | null {
    let level = this.#ceilings.get(item);
    if (level === undefined) {
      level = this.ceilingIn(item.contribution, item.object, this.latest(item.by, item.id));
      this.#ceilings.set(item, level);
    }
    return level;
  }

  /** Something was done that levels hang on. */
  forgetCeilings(): void {
    this.#ceilings.clear();
  }

  /** What counts for its level, as it stands by itself: null for a version that says nothing. */
  ceilingIn(contribution: Contribution, object: JsonObject, latest: readonly Item[]): Level | null {
    const unmarked = this.policies.get(contribution.by)?.unmarked;
    const resolved = levelsOf(contribution, object, latest).map(
      (level) => level ?? (unmarked === undefined || unmarked === "refuse" ? null : unmarked),
    );
    const levels = resolved.filter((level) => level !== null);
    return levels.length < resolved.length ? null : strictestOf(levels);
  }

  /** When a state may have an item of another by that one's rules; null: never. */
  decide(item: Item, state: string): Window | null {
    const level = this.ceiling(item);
    if (level === null) return null;
    const whole = this.#decideAt(level, item, state);
    if (whole === null || item.object["granular_markings"] === undefined) return whole;
    // Step 6: a part goes along where the rules would give an object at its level, at the same time and on the same terms.
    let parts = level;
    for (const above of ladder.slice(rankOf(level) + 1)) {
      const one = this.#decideAt(above, item, state);
      if (one === null || one.from > whole.from || one.until < whole.until) break;
      if (one.redact.some((redaction) => !whole.redact.includes(redaction))) break;
      parts = above;
    }
    return { ...whole, parts };
  }

  #decideAt(level: Level, item: Item, state: string): Window | null {
    const member = this.members.get(state);
    const policy = this.policies.get(item.by);
    if (member === undefined || member.suspended || member.since > item.at || policy === undefined) return null;
    if (this.#isAfterRevocation(item)) return null;
    const { contribution } = item;
    const { to } = contribution;
    if (to !== undefined && !to.includes(state)) return null;
    const subject = { ...contribution, object: item.object, level };
    // Its neighbours count with the level that they had then: a later version, marked more strictly, withholds the
    // versions of its own id and not what they once came with. Without any level a thing counts as red.
    const neighbours = contribution.members
      .filter((other) => !isDefinition(other))
      .map((other): Subject => {
        const then = this.ceilingIn(contribution, other, contribution.latest.get(other) ?? []);
        return { ...contribution, object: other, level: then ?? "red" };
      });
    for (const rule of policy.rules)
      if (rule.withhold !== undefined && names(policy, rule, state, subject))
        if ([subject, ...neighbours].some((one) => matches(rule, one))) return null;
    const shares = policy.rules.filter(
      (rule) => rule.share !== undefined && matches(rule, subject) && names(policy, rule, state, subject),
    );
    if (shares.length === 0) return null;
    if (to !== undefined && !shares.some((rule) => rule.share?.includes("named"))) return null;
    if (!this.#mayAnswer(item, state, shares)) return null;
    const first = Math.min(...this.versions(item.by, item.id).map((other) => other.at));
    const ends = shares.flatMap(({ until }) => (until === undefined ? [] : [first + durationOf(until)]));
    return {
      from: Math.max(item.at, ...shares.map(({ after }) => first + durationOf(after ?? "PT0H"))),
      until: Math.min(Infinity, ...ends),
      redact: [...new Set(shares.flatMap(({ redact }) => redact ?? []))],
      parts: level,
    };
  }

  /** Step 8: what is about another's object goes to its author, and to others where a share speaks of answers. */
  #mayAnswer({ object, by, reads, contribution: { to } }: Item, state: string, shares: readonly OracleRule[]): boolean {
    if (!leanTypes.includes(typeOf(object))) return true;
    const authors = referencesIn(object, false).flatMap((id) => reads.get(id)?.[0] ?? []);
    if (authors.every((author) => author === by) || authors.includes(state)) return true;
    return shares.some(
      ({ when, share }) => when?.type !== undefined || (share?.includes("named") === true && to?.includes(state)),
    );
  }

  /** "Nothing later than a revoked version is released, whatever its `modified`." */
  #isAfterRevocation(item: Item): boolean {
    return this.versions(item.by, item.id).some(
      (other) =>
        other.object["revoked"] === true &&
        other.version !== item.version &&
        (other.contribution.n < item.contribution.n ||
          (other.contribution.n === item.contribution.n && isLater(item.version, other.version))),
    );
  }
}

function levelsOf(contribution: Contribution, object: JsonObject, latest: readonly Item[]): readonly (Level | null)[] {
  return [
    contribution.levels.get(object) ?? null,
    ...latest.map((item) => item.contribution.levels.get(item.object) ?? null),
  ];
}

/** All of a contribution that rules can tell apart, whatever its collection: what an unmarked SCO in it is decided by. */
export function tellingOf(contribution: Contribution): string {
  const profiles = contribution.members
    .filter((member) => !isDefinition(member))
    .map((member) => {
      const levels = levelsOf(contribution, member, contribution.latest.get(member) ?? []);
      return JSON.stringify([
        typeOf(member),
        strictestOf(levels.filter((level) => level !== null)),
        levels.includes(null),
        stringsOf(member["labels"]).sort(),
        member["confidence"] ?? null,
        member["created_by_ref"] ?? null,
      ]);
    });
  return JSON.stringify([
    contribution.to === undefined ? null : [...contribution.to].sort(),
    [...new Set(profiles)].sort(),
  ]);
}

/** Whether two contributions decide alike on an object that both have. */
export function decidesAlike(a: Contribution, ofA: JsonObject, b: Contribution, ofB: JsonObject): boolean {
  return a.levels.get(ofA) === b.levels.get(ofB) && tellingOf(a) === tellingOf(b);
}

export function keyOf(item: Pick<Item, "by" | "object">): string {
  return `${item.by} ${idOf(item.object)}`;
}
