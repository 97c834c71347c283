// "Did you mean …?": the one word of a short list that a mistyped word is nearest to. Used by every form that people fill in.

/** Longer words are not compared: the distance costs the product of the lengths. */
export const comparedLengthMax = 64;

/**
 * The candidate that differs from `word` by the fewest insertions, deletions, replacements and swaps of neighbours, at
 * most a third of the word's length (and at least one); case does not count. Null where none is near, or two are equally
 * near and begin equally alike: a guess between KG and KR would be no help.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > comparedLengthMax) return null;
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  let bestPrefix = -1;
  let tied = false;
  for (const candidate of candidates) {
    if (candidate.length > comparedLengthMax) continue;
    const known = candidate.toLowerCase();
    const distance = distanceOf(wanted, known);
    const prefix = commonPrefix(wanted, known);
    if (distance > bestDistance || (distance === bestDistance && prefix < bestPrefix)) continue;
    tied = distance === bestDistance && prefix === bestPrefix;
    best = candidate;
    bestDistance = distance;
    bestPrefix = prefix;
  }
  const isNear = bestDistance <= Math.max(1, Math.floor(wanted.length / 3));
  return isNear && !tied ? best : null;
}

/** "; did you mean X?" or, with nothing near, a full stop. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === null ? "." : `; did you mean ${near}?`;
}

// Optimal string alignment: Levenshtein's distance with a swap of two neighbours counted once. Three rows are enough.
function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + same);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
