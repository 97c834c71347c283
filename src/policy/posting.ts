// What a contributor is told before posting (policy.md, Preview): who will and will not have it, and what may be a mistake. Pure
// findings over one object, its facts and the decisions that its owner's own policy makes; nothing of others is read.

import { formatPointer } from "../encoding/pointer.ts";
import type { Level } from "../stix/marking.ts";
import type { StixObject } from "../stix/object.ts";
import type { Party } from "../directory/state.ts";
import { formatList, formatMessage, type Messages } from "../messages/messages.ts";
import type { PublishedNetworks } from "./affected.ts";
import { formatLevel } from "./basis.ts";
import { type BenignList, findBenign } from "./benign.ts";
import { isCompanion } from "./companion.ts";
import { isRefusedUnmarked, levelOf } from "./decide.ts";
import type { Explanation } from "./explain.ts";
import type { Facts } from "./facts.ts";
import { findPersonal, type PersonalFinding } from "./personal.ts";
import type { Policy } from "./policy.ts";
import { traitsOf, type Trait } from "./traits.ts";

export type PostingWarning =
  | { readonly kind: "reaches-nobody"; readonly pointer: "" }
  | { readonly kind: "reaches-everybody"; readonly pointer: ""; readonly count: number }
  /** No marking of its own, and none that it inherits: what the policy makes of it; null: it is refused. */
  | { readonly kind: "unmarked"; readonly pointer: ""; readonly level: Level | null }
  /** An indicator without `valid_until` stays in block lists for ever. */
  | { readonly kind: "no-end"; readonly pointer: "" }
  | { readonly kind: "benign"; readonly pointer: string; readonly list: BenignList }
  | { readonly kind: "personal"; readonly pointer: string; readonly finding: PersonalFinding }
  /** It goes to somebody without its owner's name, and this may tell it. */
  | { readonly kind: "self-identification"; readonly pointer: string; readonly trait: Trait }
  /** Some get it without its owner's name, and these the same under it. */
  | { readonly kind: "same-text"; readonly pointer: ""; readonly parties: readonly string[] };

export interface Posting {
  readonly object: StixObject;
  readonly facts: Facts;
  readonly policy: Policy;
  readonly owner: Party;
  /** The decisions of the owner's policy for every party that takes part, its own included (explain). */
  readonly explanations: readonly Explanation[];
  /** The owner's published networks; absent: it published none. */
  readonly networks?: PublishedNetworks["networks"];
}

/** What to tell of one object, in the order of the kinds above and of the document. */
export function checkPosting(posting: Posting): readonly PostingWarning[] {
  const { object, facts, policy, explanations } = posting;
  const warnings: PostingWarning[] = [];
  const others = explanations.filter(({ decision }) => decision.basis.kind !== "owner");
  const offered = others.filter(({ decision }) => decision.offered);
  // What explains others goes where they go: of itself it reaches nobody.
  if (offered.length === 0 && !isCompanion(object.type)) warnings.push({ kind: "reaches-nobody", pointer: "" });
  const states = others.filter(({ party, decision }) => party.kind === "state" && decision.basis.kind !== "inactive");
  // Everybody is a crowd: among two states there is nothing to be warned of.
  if (states.length > 1 && states.every(({ decision }) => decision.offered))
    warnings.push({ kind: "reaches-everybody", pointer: "", count: states.length });
  if (facts.level === null && facts.inherited === null && !isCompanion(object.type)) {
    const level = isRefusedUnmarked(facts, policy) ? null : levelOf(facts, policy);
    warnings.push({ kind: "unmarked", pointer: "", level });
  }
  if (object.type === "indicator" && object["valid_until"] === undefined)
    warnings.push({ kind: "no-end", pointer: "" });
  for (const finding of findBenign(object)) warnings.push({ kind: "benign", ...finding });
  for (const finding of findPersonal(object)) warnings.push({ kind: "personal", pointer: finding.pointer, finding });
  return [...warnings, ...checkUnattributed(posting, offered)];
}

function checkUnattributed(
  { object, facts, owner, networks }: Posting,
  offered: readonly Explanation[],
): readonly PostingWarning[] {
  const unnamed = offered.filter(isUnattributed);
  if (unnamed.length === 0) return [];
  const named = offered.filter((one) => !isUnattributed(one)).map(({ party }) => party.code);
  const traits = traitsOf(object, facts, owner, networks ?? []);
  return [
    ...traits.map(({ trait, path }) => ({
      kind: "self-identification" as const,
      pointer: formatPointer(path),
      trait,
    })),
    ...(named.length === 0 ? [] : [{ kind: "same-text" as const, pointer: "" as const, parties: named }]),
  ];
}

function isUnattributed({ decision: { basis } }: Explanation): boolean {
  return (
    basis.kind === "needs-rendition" && (basis.reasons.includes("unattributed") || basis.reasons.includes("marking"))
  );
}

/** The warning as a sentence; its pointer stands beside it, and what is there is not repeated. */
export function formatPostingWarning(warning: PostingWarning, messages: Messages): string {
  const word = (
    key: `list.${BenignList}` | `trait.${Trait}` | "found.email" | "found.phone" | "found.person",
  ): string => formatMessage(messages, key, {});
  switch (warning.kind) {
    case "reaches-everybody":
      return formatMessage(messages, "posting.reaches-everybody", { count: warning.count });
    case "unmarked":
      return warning.level === null
        ? formatMessage(messages, "posting.unmarked-refused", {})
        : formatMessage(messages, "posting.unmarked", { level: formatLevel(warning.level) });
    case "benign":
      return formatMessage(messages, "posting.benign", { list: word(`list.${warning.list}`) });
    case "personal":
      return warning.finding.kind === "national-id"
        ? formatMessage(messages, "posting.national-id", { state: warning.finding.state })
        : formatMessage(messages, "posting.personal", { found: word(`found.${warning.finding.kind}`) });
    case "self-identification":
      return formatMessage(messages, "posting.self-identification", { trait: word(`trait.${warning.trait}`) });
    case "same-text":
      return formatMessage(messages, "posting.same-text", { parties: formatList(messages, warning.parties) });
    default:
      return formatMessage(messages, `posting.${warning.kind}`, {});
  }
}
