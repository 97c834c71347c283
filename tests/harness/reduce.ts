// Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", TSE 2002): makes a list that
// fails small, by leaving parts of it out for as long as it still fails.

/**
 * @param fails whether a list still fails; it is asked with parts of `list` in their order, never with all of it
 * @returns a part of `list` that fails and from which no single one can be left out
 */
export async function reduceList<T>(
  list: readonly T[],
  fails: (part: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = list;
  for (let size = Math.ceil(kept.length / 2); size >= 1 && kept.length > 0;) {
    let shrunk = false;
    // From the end: what comes late stands on what comes early.
    for (let end = kept.length; end > 0; end -= size) {
      const rest = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)];
      if (rest.length === kept.length || !(await fails(rest))) continue;
      kept = rest;
      shrunk = true;
    }
    if (size === 1 && !shrunk) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return kept;
}
