// Rounds: contenders take turns within each round, so that a slow minute of the machine meets all of them, and the order turns
// round every time. What counts is the ratio within a round; of these the median, with the lowest and the highest beside it.

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Runs every contender once a round. Returns what each measured, by round. */
export async function interleave<Name extends string>(
  rounds: number,
  contenders: { readonly [N in Name]: () => Promise<number> },
): Promise<{ readonly [N in Name]: readonly number[] }> {
  const names = Object.keys(contenders) as Name[]; // the keys of a record of Name
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as { [N in Name]: number[] }; // as above
  for (let round = 0; round < rounds; round += 1)
    for (const name of round % 2 === 0 ? names : names.toReversed()) measured[name].push(await contenders[name]());
  return measured;
}

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new TypeError("Nothing was measured.");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return { median: (upper + lower) / 2, low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}

/** The ratio of two contenders in each round. */
export function ratioOf(values: readonly number[], bases: readonly number[]): Spread {
  return spreadOf(values.map((value, round) => value / (bases[round] ?? Number.NaN)));
}
