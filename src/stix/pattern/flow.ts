// Gives each demand as many observations as it asks for, none to two demands: a flow from demands to observed-data, of which
// each can give its number_observed. Exact, and fast because observed-data that fit the same demands are taken as one.

import type { Spend } from "./values.ts";

export interface Demand {
  /** Indexes of the observed-data that may be taken, ascending. */
  readonly members: readonly number[];
  readonly count: number;
}

/** Whether all demands can be met at once. */
export function isAssignable(demands: readonly Demand[], counts: readonly number[], spend: Spend): boolean {
  return flow(demands, counts, spend) !== null;
}

/** The observed-data that meet all demands, ascending, or null if they cannot all be met. */
export function assign(demands: readonly Demand[], counts: readonly number[], spend: Spend): readonly number[] | null {
  const pools = flow(demands, counts, spend);
  if (pools === null) return null;
  const used: number[] = [];
  for (const { members, given } of pools) {
    let owed = given.reduce((sum, count) => sum + count, 0);
    for (const member of members) {
      if (owed <= 0) break;
      used.push(member);
      owed -= counts[member] ?? 0;
    }
  }
  return used.sort((a, b) => a - b);
}

/** Observed-data that fit exactly the demands `fits`. */
interface Pool {
  readonly fits: readonly number[];
  readonly members: number[];
  /** What is left to give. */
  left: number;
  /** What each demand has been given. */
  readonly given: number[];
}

function flow(demands: readonly Demand[], counts: readonly number[], spend: Spend): readonly Pool[] | null {
  for (const { members, count } of demands) {
    let most = 0;
    for (let i = 0; i < members.length && most < count; i++) most += counts[members[i] ?? 0] ?? 0;
    if (most < count) return null;
  }
  const pools = poolsOf(demands, counts, spend);
  const byDemand = demands.map((_, d) => pools.filter(({ fits }) => fits.includes(d)));
  spend(demands.length * pools.length);
  for (let d = 0; d < demands.length; d++) {
    let owed = demands[d]?.count ?? 0;
    while (owed > 0) {
      const moved = augment(d, owed, byDemand, spend);
      if (moved === 0) return null;
      owed -= moved;
    }
  }
  return pools;
}

function poolsOf(demands: readonly Demand[], counts: readonly number[], spend: Spend): readonly Pool[] {
  const fitting = new Map<number, number[]>();
  demands.forEach(({ members }, d) => {
    spend(members.length);
    for (const member of members) {
      const fits = fitting.get(member);
      if (fits === undefined) fitting.set(member, [d]);
      else fits.push(d);
    }
  });
  const pools = new Map<string, Pool>();
  for (const [member, fits] of fitting) {
    spend(fits.length);
    const key = fits.join(" ");
    const pool = pools.get(key) ?? { fits, members: [], left: 0, given: demands.map(() => 0) };
    pools.set(key, pool);
    pool.members.push(member);
    pool.left += counts[member] ?? 0;
  }
  return [...pools.values()];
}

/** A pool that a demand reaches, and how: through which demand, and which pool that one would give up. */
interface Reached {
  readonly pool: Pool;
  readonly demand: number;
  readonly from: Reached | null;
}

/**
 * Finds the shortest way to more for a demand: from a pool that has some left, or from one that another demand gives up for
 * a pool of its own. Returns how much it moved, 0 if there is none.
 */
function augment(demand: number, owed: number, byDemand: readonly (readonly Pool[])[], spend: Spend): number {
  const seenPools = new Set<Pool>();
  const seenDemands = new Set([demand]);
  const queue: Reached[] = [];
  const reach = (d: number, from: Reached | null): void => {
    for (const pool of byDemand[d] ?? []) {
      spend(1);
      if (seenPools.has(pool)) continue;
      seenPools.add(pool);
      queue.push({ pool, demand: d, from });
    }
  };
  reach(demand, null);
  for (const reached of queue) {
    if (reached.pool.left > 0) return move(reached, owed);
    for (const other of reached.pool.fits) {
      spend(1);
      if (seenDemands.has(other) || (reached.pool.given[other] ?? 0) === 0) continue;
      seenDemands.add(other);
      reach(other, reached);
    }
  }
  return 0;
}

function move(last: Reached, owed: number): number {
  let amount = Math.min(owed, last.pool.left);
  for (let way = last; way.from !== null; way = way.from) {
    amount = Math.min(amount, way.from.pool.given[way.demand] ?? 0);
  }
  last.pool.left -= amount;
  for (let way: Reached | null = last; way !== null; way = way.from) {
    way.pool.given[way.demand] = (way.pool.given[way.demand] ?? 0) + amount;
    if (way.from !== null) way.from.pool.given[way.demand] = (way.from.pool.given[way.demand] ?? 0) - amount;
  }
  return amount;
}
