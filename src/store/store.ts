// The books: the one way to write. `commit` takes turns for acts that change state, `record` keeps journals, `keep` writes
// the closed list of operational tables. Every act in exchange/ relies on it (storage.md; invariants 2 and 3 of the plan).
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import type { Engine, Head } from "./engine.ts";
import type { Journal } from "./journal.ts";
import type { Statement } from "./statement.ts";
import type { OperationalTable } from "./tables.ts";

/** Acts that share one commit; one fsync serves them all. */
export const GROUP_MAX = 64;
/** How often an act is tried before it is refused as busy. */
export const TRIES_MAX = 5;
/** Acts that may wait for their turn. */
export const QUEUE_MAX = 10_000;

/** The turn that an act is about to take. */
export interface Turn {
  readonly n: number;
  readonly base: Micros;
  readonly edition: number;
}

/** What an act has decided for exactly this turn. */
export interface Drafted<T> {
  /** Statements that need not hold the head row's lock. */
  readonly early: readonly Statement[];
  /** Statements that run after the turn is taken. */
  readonly late: readonly Statement[];
  /** The values its entry commits to, as canonical JSON. */
  readonly fields: string;
  /** Microseconds that its releases take. */
  readonly width: number;
  /** It changed policies, membership, clients or collections. */
  readonly bump: boolean;
  /** It took something away from a reader. */
  readonly narrows: boolean;
  /** Ids that it carries, refers to or decided again. */
  readonly footprint: ReadonlySet<string>;
  readonly result: T;
}

export interface Act<T> {
  /** Unique for ever: a commit whose answer was lost is looked up by it, never repeated. */
  readonly id: string;
  /** Policy and membership acts share a commit with no other. */
  readonly alone: boolean;
  /** Decides on the books as they stand; run again on each try. @throws {Refusal} the act's expected no */
  draft(turn: Turn): Promise<Drafted<T>>;
}

export interface Committed<T> {
  readonly turn: Turn;
  readonly fields: string;
  readonly result: T;
}

interface Waiting {
  readonly act: Act<unknown>;
  tries: number;
  resolve(committed: Committed<unknown>): void;
  reject(error: unknown): void;
}

interface Member {
  readonly waiting: Waiting;
  readonly turn: Turn;
  readonly drafted: Drafted<unknown>;
}

export class Store {
  readonly engine: Engine;
  readonly journal: Journal;
  readonly #now: () => Micros;
  readonly #queue: Waiting[] = [];
  #running = false;

  /** @param now the clock, in microseconds */
  constructor(engine: Engine, journal: Journal, now: () => Micros) {
    this.engine = engine;
    this.journal = journal;
    this.#now = now;
  }

  get read(): Engine["read"] {
    return this.engine.read;
  }

  head(): Promise<Head> {
    return this.engine.head();
  }

  /**
   * Takes a turn for the act: durable, entered and visible when it resolves, or nothing at all happened.
   * @throws {Refusal} what the draft refused with; `busy` when others were first too often, or another program holds the books
   */
  commit<T>(act: Act<T>): Promise<Committed<T>> {
    if (this.#queue.length >= QUEUE_MAX)
      return Promise.reject(new Refusal("busy", "Too many acts are waiting; try again."));
    return new Promise((resolve, reject) => {
      // The queue holds acts of all types; each is resolved with what its own draft returned.
      this.#queue.push({ act, tries: 0, resolve: resolve as (committed: Committed<unknown>) => void, reject });
      void this.#run();
    });
  }

  /** A row in this instance's journal, durable when it resolves. */
  async record(fields: string): Promise<number> {
    return this.journal.record(this.#now(), fields);
  }

  async tally(subject: string): Promise<void> {
    return this.journal.tally(this.#now(), subject);
  }

  /** Writes operational tables, and nothing else type-checks. */
  async keep(statements: readonly Statement<OperationalTable>[]): Promise<void> {
    if (statements.length > 0) await this.engine.batch(statements);
  }

  async close(): Promise<void> {
    await this.journal.close();
    await this.engine.close();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#queue.length > 0) await this.#commitGroup(GROUP_MAX);
    } finally {
      this.#running = false;
    }
  }

  async #commitGroup(most: number): Promise<void> {
    let group: readonly Member[];
    try {
      group = await this.#draftGroup(most);
    } catch (error) {
      // The books could not be read: nobody's act can be decided now.
      for (const waiting of this.#queue.splice(0)) waiting.reject(error);
      return;
    }
    if (group.length === 0) return;
    try {
      await this.engine.batch(this.#statementsOf(group));
    } catch (error) {
      // The engine waited, and nothing was written. All who wait would wait as long, one group after the other.
      if (error instanceof Refusal)
        for (const waiting of [...group.map((member) => member.waiting), ...this.#queue.splice(0)])
          waiting.reject(error);
      else await this.#afterFailure(group, error);
      return;
    }
    this.#resolve(group);
  }

  /** Acts from the head of the queue, each decided for its own turn, while their footprints are disjoint. */
  async #draftGroup(most: number): Promise<readonly Member[]> {
    const head = await this.head();
    const group: Member[] = [];
    const used = new Set<string>();
    let { turn, clock } = head;
    // Wait out the width of the last act, so that an act that a reader may not see moves none of that reader's dates.
    while (this.#now() <= clock) await pause();
    while (this.#queue.length > 0 && group.length < most) {
      const waiting = this.#queue[0];
      if (waiting === undefined || (waiting.act.alone && group.length > 0)) break;
      const at: Turn = { n: turn + 1, base: Math.max(this.#now(), clock + 1), edition: head.edition };
      let drafted: Drafted<unknown>;
      try {
        drafted = await waiting.act.draft(at);
      } catch (error) {
        this.#queue.shift();
        waiting.reject(error);
        continue;
      }
      if (group.length > 0 && intersects(drafted.footprint, used)) break;
      this.#queue.shift();
      for (const id of drafted.footprint) used.add(id);
      group.push({ waiting, turn: at, drafted });
      turn = at.n;
      clock = at.base + drafted.width;
      if (waiting.act.alone) break;
    }
    return group;
  }

  #statementsOf(group: readonly Member[]): readonly Statement[] {
    const early = group.flatMap((member) => member.drafted.early);
    const late = group.flatMap(({ waiting, turn, drafted }) => [
      ...this.engine.advance({
        turn: turn.n,
        act: waiting.act.id,
        edition: turn.edition,
        base: turn.base,
        width: drafted.width,
        bump: drafted.bump,
        narrows: drafted.narrows,
        fields: drafted.fields,
      }),
      ...drafted.late,
    ]);
    return [...early, ...late];
  }

  #resolve(group: readonly Member[]): void {
    for (const { waiting, turn, drafted } of group)
      waiting.resolve({ turn, fields: drafted.fields, result: drafted.result });
  }

  async #afterFailure(group: readonly Member[], error: unknown): Promise<void> {
    // The answer may be lost although the batch went in: the act's id and the values of its entry tell.
    let stands: ReadonlyMap<string, string>;
    try {
      stands = await this.#standing(group);
    } catch {
      for (const { waiting } of group) waiting.reject(error);
      return;
    }
    const open: Waiting[] = [];
    for (const member of group) {
      const { waiting, turn, drafted } = member;
      const stored = stands.get(waiting.act.id);
      if (stored === `${turn.n}:${drafted.fields}`) this.#resolve([member]);
      else if (stored !== undefined) waiting.reject(new Refusal("conflict", "This act was taken already."));
      else open.push(waiting);
    }
    const retry: Waiting[] = [];
    for (const waiting of open) {
      waiting.tries += 1;
      if (!this.engine.isConflict(error)) {
        // In a group the culprit is not known: each is tried by itself, so that one bad act does not fail its neighbours.
        if (open.length > 1) retry.push(waiting);
        else waiting.reject(error);
      } else if (waiting.tries >= TRIES_MAX)
        waiting.reject(new Refusal("busy", "Others were first too often; try again.", { cause: error }));
      else retry.push(waiting);
    }
    this.#queue.unshift(...retry);
    for (let i = 0; i < retry.length && this.#queue.length > 0; i += 1) await this.#commitGroup(1);
  }

  async #standing(group: readonly Member[]): Promise<ReadonlyMap<string, string>> {
    const ids = group.map((member) => member.waiting.act.id);
    const rows = await this.engine.read
      .selectFrom("turn")
      .select(["act", "n", "fields"])
      .where("act", "in", this.engine.list(ids))
      .execute();
    return new Map(rows.map((row) => [row.act, `${row.n}:${row.fields}`]));
  }
}

function intersects(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  for (const id of small) if (large.has(id)) return true;
  return false;
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
