// What the outside knows: what was sent, what of it was acknowledged, what was pulled and acknowledged. The exchange is held
// against it after the fault. The rules are those of fault-cast.ts; nothing here asks the exchange.
import { gives, sees, type State } from "./fault-cast.ts";
import type { TlpLevel } from "./objects.ts";

/** One version of one object. */
export interface Thing {
  readonly id: string;
  readonly version: string;
  readonly level: TlpLevel;
  /** Ids in it that its contributor had. */
  readonly refs: readonly string[];
  readonly text: string;
}

export interface Sent {
  readonly by: State;
  readonly client: string;
  readonly collection: string;
  readonly to: readonly State[] | null;
  readonly things: readonly Thing[];
  /** open: the answer did not come; whether it is in is not known yet. */
  fate: "open" | "in" | "not-in";
  receipt: string | null;
  /** When the answer came, by the clock of these tests; 0: it did not. */
  acknowledgedAt: number;
}

/** A page with something on it that a client got an answer with. */
export interface Pulled {
  readonly client: string;
  readonly collection: string;
  readonly first: string;
  readonly last: string;
  readonly keys: readonly string[];
  /** When it was asked for, by the clock of these tests. */
  readonly askedAt: number;
}

export const keyOf = (thing: { readonly id: string; readonly version: string }): string =>
  `${thing.id} ${thing.version}`;

const ranks: readonly TlpLevel[] = ["clear", "green", "amber", "amber+strict", "red"];

export class Ledger {
  readonly sent: Sent[] = [];
  readonly pulled: Pulled[] = [];
  /** Answers without objects, by client. */
  readonly empty = new Map<string, number>();
  /** What stood in every collection before anything was sent: the commons. */
  readonly commons = new Set<string>();
  readonly findings: string[] = [];
  /** Times that a request was answered with "try again". */
  busy = 0;
  /** Times that a request failed while a fault was planted. */
  failed = 0;

  find(finding: string): void {
    // One fault often shows a thousand times.
    if (this.findings.length < 50) this.findings.push(finding);
  }

  get acknowledged(): readonly Sent[] {
    return this.sent.filter((one) => one.receipt !== null);
  }

  get open(): readonly Sent[] {
    return this.sent.filter((one) => one.fate === "open");
  }

  noteEmpty(client: string): void {
    this.empty.set(client, (this.empty.get(client) ?? 0) + 1);
  }

  textOf(): ReadonlyMap<string, string> {
    return new Map(this.sent.flatMap((one) => one.things.map((thing) => [keyOf(thing), thing.text])));
  }

  /** Keys that the state's analyst must be able to pull, every version; and those it may have had before a later version narrowed. */
  expected(state: State, collection: string): { readonly now: ReadonlySet<string>; readonly had: ReadonlySet<string> } {
    const all = this.sent.filter((one) => one.fate === "in");
    const latest = new Map<string, Thing>();
    for (const { things } of all)
      for (const thing of things) {
        const known = latest.get(thing.id);
        if (known === undefined || thing.version > known.version) latest.set(thing.id, thing);
      }
    const may = (level: TlpLevel, one: Sent): boolean => gives(one.by, level, one.to, state) && sees(state, level);
    let given = all.flatMap((one) =>
      one.things.filter((thing) => may(thing.level, one)).map((thing) => ({ one, thing })),
    );
    // A reference must lead to something that the state has, or had.
    for (let before = -1; before !== given.length;) {
      before = given.length;
      const ids = new Set(given.map(({ thing }) => thing.id));
      given = given.filter(({ one, thing }) => one.by === state || thing.refs.every((ref) => ids.has(ref)));
    }
    const here = given.filter(({ one }) => one.collection === collection);
    const standing = here.filter(({ one, thing }) => may(strictest(thing.level, latest.get(thing.id)?.level), one));
    return {
      now: new Set(standing.map(({ thing }) => keyOf(thing))),
      had: new Set(here.map(({ thing }) => keyOf(thing))),
    };
  }
}

/** When each version was acknowledged to have been followed by a later one. */
export function followedAt(sent: readonly Sent[]): ReadonlyMap<string, number> {
  const versions = new Map<string, { readonly version: string; readonly at: number }[]>();
  for (const one of sent)
    for (const { id, version } of one.things)
      if (one.fate === "in" && one.acknowledgedAt > 0)
        versions.set(id, [...(versions.get(id) ?? []), { version, at: one.acknowledgedAt }]);
  const followed = new Map<string, number>();
  for (const [id, all] of versions)
    for (const { version } of all) {
      const after = all.filter((other) => other.version > version).map((other) => other.at);
      if (after.length > 0) followed.set(keyOf({ id, version }), Math.min(...after));
    }
  return followed;
}

function strictest(one: TlpLevel, other: TlpLevel = "clear"): TlpLevel {
  return ranks.indexOf(one) > ranks.indexOf(other) ? one : other;
}
