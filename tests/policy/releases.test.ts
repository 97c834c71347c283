// The rows of the feeds: whatever is wanted by whom, every reader at every ceiling sees exactly that, in an order that a
// poller can follow and that tells nothing.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Audience, ceilings, hasCeiling, noAudience } from "../../src/policy/audience.ts";
import { includes, only, type PartySet, setOf } from "../../src/policy/party-set.ts";
import { type Difference, difference, type Membership, type Row } from "../../src/policy/releases.ts";
import type { Candidate } from "../../src/policy/candidate.ts";

const states = [2, 3, 4, 5];
const secretariat = 1;
const readers = [...states, secretariat];

interface Interval {
  readonly from: number;
  until: number | null;
}

/** Feeds as a store would keep them. */
class Feeds {
  rows: Row[] = [];
  readonly intervals = new Map(states.map((state): [number, Interval[]] => [state, [{ from: 0, until: null }]]));
  readonly ended: { readonly n: number; readonly feed: number; readonly added: number; readonly ceilings: number }[] =
    [];
  base = 1_000;

  isActive(state: number): boolean {
    return this.intervals.get(state)?.at(-1)?.until === null;
  }

  covered(added: number): PartySet {
    return setOf(
      states.filter((state) =>
        this.intervals.get(state)?.some(({ from, until }) => from <= added && (until === null || added < until)),
      ),
    );
  }

  get membership(): Membership {
    return {
      states: setOf(states),
      active: setOf(states.filter((state) => this.isActive(state))),
      covered: (added) => this.covered(added),
    };
  }

  seen(reader: number, ceiling: number): readonly Row[] {
    return this.rows.filter(
      (row) =>
        hasCeiling(row.ceilings, ceiling) &&
        (row.feed === reader ||
          (row.feed === 0 && reader !== secretariat && includes(this.covered(row.added), reader))),
    );
  }

  apply({ remove, begin }: Difference): void {
    for (const { row, ends } of remove) {
      const at = this.rows.indexOf(row);
      expect(at).toBeGreaterThanOrEqual(0);
      this.rows.splice(at, 1);
      for (const { feed, ceilings: bits } of ends)
        this.ended.push({ n: row.n, feed, added: row.added, ceilings: bits });
    }
    for (const { feed, candidate, last, ceilings: bits, added } of begin)
      this.rows.push({ feed, collection: candidate.collection, last, added, n: candidate.n, ceilings: bits });
    const keys = this.rows.map(({ feed, collection, last, added }) => `${feed} ${collection} ${last} ${added}`);
    expect(new Set(keys).size).toBe(keys.length);
  }
}

function candidate(n: number, [collection, id, version]: readonly [number, number, number]): Candidate {
  return {
    n,
    contributor: 2,
    collection,
    id: `malware--${id}`,
    versionKey: String(version),
    type: "malware",
    size: 1,
    level: 0,
    marked: true,
    authored: false,
    recalled: false,
    revoked: false,
    digest: String(n),
    grants: [],
    refs: [],
    needs: [],
    fixed: false,
    stood: noAudience,
    had: noAudience,
    known: noAudience,
  };
}

const placed = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }));
/** Who is to have a version: everybody at every ceiling, often; else anybody at any. */
const wish = fc.oneof(
  fc.constant("everyone" as const),
  fc.integer({ min: 0, max: 4 }),
  fc.array(fc.integer({ min: 0, max: 2 ** readers.length - 1 }), { minLength: 5, maxLength: 5 }),
);
const step = fc.record({
  fresh: fc.array(placed, { maxLength: 3 }),
  wishes: fc.dictionary(fc.constantFrom(..."0123456789".split("")), wish, { maxKeys: 3 }),
  turn: fc.option(fc.constantFrom(...states), { freq: 5 }),
});

function audienceFor(wanted: "everyone" | number | readonly number[], before: Audience, feeds: Feeds): Audience {
  return ceilings.map((ceiling) => {
    const wish = (reader: number): boolean =>
      wanted === "everyone"
        ? reader !== secretariat
        : typeof wanted === "number"
          ? ceiling >= wanted
          : hasCeiling(wanted[ceiling] ?? 0, readers.indexOf(reader));
    const has = (reader: number): boolean => includes(before[ceiling] ?? 0n, reader);
    // Nothing new goes to whoever takes no part.
    return setOf(
      readers.filter((reader) => wish(reader) && (reader === secretariat || feeds.isActive(reader) || has(reader))),
    );
  });
}

const visible = (feeds: Feeds): Map<string, Row> =>
  new Map(
    readers.flatMap((reader) =>
      ceilings.flatMap((ceiling) =>
        feeds.seen(reader, ceiling).map((row): [string, Row] => [`${reader} ${ceiling} ${row.n}`, row]),
      ),
    ),
  );

describe("the feeds, under any wishes", () => {
  it("show every reader what is wanted for it, once, with the right last, in a dense order that a poller can follow", () => {
    let splits = 0;
    let shared = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        const feeds = new Feeds();
        const candidates: Candidate[] = [];
        const delivered = new Map<number, Audience>();
        for (const { fresh, wishes, turn } of steps) {
          const before = visible(feeds);
          if (turn !== null) {
            const intervals = feeds.intervals.get(turn);
            const last = intervals?.at(-1);
            if (last?.until === null) last.until = feeds.base;
            else intervals?.push({ from: feeds.base, until: null });
          }
          for (const place of fresh) {
            const key = place.join();
            if (
              candidates.some(({ collection, id, versionKey }) => `${collection},${id.slice(9)},${versionKey}` === key)
            )
              continue;
            const one = candidate(candidates.length, place);
            candidates.push(one);
            delivered.set(one.n, audienceFor("everyone", noAudience, feeds));
          }
          for (const [n, wanted] of Object.entries(wishes))
            if (delivered.has(Number(n)))
              delivered.set(Number(n), audienceFor(wanted, delivered.get(Number(n)) ?? noAudience, feeds));
          const change = difference(candidates, delivered, feeds.rows, feeds.membership, feeds.base);
          feeds.apply(change);
          splits += change.begin.some(({ fresh: isFresh }) => !isFresh) ? 1 : 0;
          shared += change.begin.some(({ feed }) => feed === 0) ? 1 : 0;
          check(feeds, candidates, delivered, before, change);
          feeds.base += change.width + 10;
        }
      }),
      { numRuns: 400 },
    );
    expect(splits).toBeGreaterThan(20);
    expect(shared).toBeGreaterThan(20);
  });
});

function check(
  feeds: Feeds,
  candidates: readonly Candidate[],
  delivered: ReadonlyMap<number, Audience>,
  before: ReadonlyMap<string, Row>,
  change: Difference,
): void {
  const after = visible(feeds);
  for (const reader of readers) {
    for (const ceiling of ceilings) {
      const seen = feeds.seen(reader, ceiling);
      const wanted = candidates.filter(({ n }) => includes(delivered.get(n)?.[ceiling] ?? 0n, reader));
      expect(seen.map(({ n }) => n).sort()).toEqual(wanted.map(({ n }) => n).sort());
      expect(new Set(seen.map(({ added }) => added)).size).toBe(seen.length);
      for (const row of seen) {
        const one = candidates[row.n];
        const isLast = !wanted.some(
          (other) => other.id === one?.id && other.collection === one.collection && other.versionKey > one.versionKey,
        );
        expect(row.last).toBe(isLast);
        // Late grants and what is last again come after everything that the reader may have polled.
        const was = before.get(`${reader} ${ceiling} ${row.n}`);
        if (was === undefined || (row.last && !was.last)) expect(row.added).toBeGreaterThanOrEqual(feeds.base);
        else expect(row.added).toBe(was.added);
      }
    }
    const fresh = new Set(
      feeds.rows
        .filter(
          (row) =>
            row.added >= feeds.base &&
            (row.feed === reader || (row.feed === 0 && reader !== secretariat && feeds.isActive(reader))),
        )
        .map(({ added }) => added),
    );
    expect([...fresh].sort((a, b) => a - b)).toEqual([...fresh].map((_, k) => feeds.base + k));
    expect(fresh.size).toBeLessThanOrEqual(change.width);
    // One version, one date, though it is the last one for some clients only.
    const begun = change.begin.filter(({ feed, fresh: isFresh }) => isFresh && feed === reader);
    expect(new Set(begun.map(({ added }) => added)).size).toBe(new Set(begun.map((one) => one.candidate.n)).size);
  }
  for (const [key, row] of before) {
    if (after.has(key)) continue;
    const [reader, ceiling] = key.split(" ").map(Number);
    const ends = feeds.ended.filter(
      (end) =>
        end.n === row.n &&
        end.added === row.added &&
        hasCeiling(end.ceilings, ceiling ?? 0) &&
        (end.feed === reader || (end.feed === 0 && includes(feeds.covered(end.added) | only(0), reader ?? -1))),
    );
    expect(ends.length).toBe(1);
    expect(change.narrows).toBe(true);
  }
}
