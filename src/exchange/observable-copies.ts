// A contributor's copy of an observable has versions by content and by what it counts as, and no `modified` that tells them
// apart (exchange-model, deterministic and idempotent). Relied on by take-in.ts.
import { formatCanonical } from "../encoding/canonical-json.ts";
import type { ContributionFacts, Facts } from "../policy/facts.ts";
import type { Own } from "./books.ts";
import { type Class, sameInstruction, type Setting } from "./classify.ts";
import type { Item } from "./contribution-items.ts";
import type { Heard, Judged } from "./gather.ts";

/**
 * An observable that is marked, with the content and instruction of its latest version, is the same. An unmarked one is the
 * next version of its copy, unless nothing that decides on it differs between the contributions (deterministic, idempotent).
 */
export function sameObservable(
  item: Item,
  facts: Facts,
  contribution: ContributionFacts,
  setting: Setting,
): Class | null {
  const latest = copiesOf(item, setting).at(-1);
  if (latest === undefined || !isSameCopy(latest, item, facts, contribution, setting)) return null;
  return { kind: "same", version: latest.row.version };
}

/** The versions of one's own copy of an observable in the collection, the recalled ones among them; none of what has versions. */
export function copiesOf(item: Item, { books, collection }: Setting): readonly Own[] {
  if (item.versionKey !== null) return [];
  return books.own(item.object.id).filter((one) => one.row.collection === collection);
}

/** Whether an observable again is this version of its copy: nothing that decides on it differs. */
function isSameCopy(
  one: Own,
  item: Item,
  facts: Facts,
  contribution: ContributionFacts,
  { instruction }: Setting,
): boolean {
  return (
    one.row.digest === item.digest &&
    one.facts.level === facts.level &&
    sameInstruction(one.contribution.instruction, instruction) &&
    (facts.level !== null ||
      (one.facts.inherited === facts.inherited &&
        one.facts.unattributed === facts.unattributed &&
        saysTheSame(one.contribution, contribution)))
  );
}

/** What was recalled does not come back; an observable that now counts otherwise is another version of its copy. */
export function withoutRecalled(
  judged: readonly Judged[],
  { facts, gathered: { contribution } }: Heard,
  setting: Setting,
): readonly Judged[] {
  const message = "This object was recalled from the collection and does not come back. (recall)";
  return judged.map((one) => {
    const own = facts.get(one.item);
    if (one.verdict.kind === "refused" || own === undefined) return one;
    const isBack = copiesOf(one.item, setting).some(
      (copy) => copy.row.recalled === 1 && isSameCopy(copy, one.item, own, contribution, setting),
    );
    return isBack ? { item: one.item, verdict: { kind: "refused", message } } : one;
  });
}

/**
 * Whether two contributions say the same of what is in them. What was found when they were taken in is of that time: a bundle
 * that is posted again says nothing else because its contributor has more, or a state publishes more, than before.
 */
function saysTheSame(one: ContributionFacts, other: ContributionFacts): boolean {
  const said = ({ context, profiles }: ContributionFacts): string => {
    const own = profiles.map((profile) =>
      formatCanonical({ ...profile, personal: null, authors: null, affected: null }),
    );
    return formatCanonical({ context, profiles: [...new Set(own)].sort() });
  };
  return said(one) === said(other);
}
