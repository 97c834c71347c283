// What a steward is told of a policy that is valid and may still surprise (policy.md: the saved policy warns). Findings only: a
// policy with warnings is set all the same.

import { type Level, levels } from "../stix/marking.ts";
import { formatMessage, formatQuoted, type Messages } from "../messages/messages.ts";
import { formatLevel } from "./basis.ts";
import { levelHolds } from "./condition.ts";
import { type Coverable, coverableBy, isForThePublicAlone } from "./coverable.ts";
import { reaches } from "./parties.ts";
import type { Policy, Rule } from "./policy.ts";

export type PolicyWarning =
  /** A list of levels: raising a marking across this step would widen who gets the object. */
  | { readonly kind: "list-widens"; readonly rule: string; readonly from: Level; readonly to: Level }
  /** What the rule shares goes unattributed, and that is not released yet. */
  | { readonly kind: "not-released-yet"; readonly rule: string }
  /** A rule for red only that names no state by code. */
  | { readonly kind: "never-red"; readonly rule: string }
  /** A rule for the public only that is not for clear. */
  | { readonly kind: "never-public"; readonly rule: string }
  /** A share that can name nobody, and a withhold that can. */
  | { readonly kind: "names-nobody" | "never-held"; readonly rule: string }
  /** A share of which all whom it can name are kept out, whatever is contributed. */
  | { readonly kind: "always-withheld"; readonly rule: string };

/**
 * What to tell a steward of a policy, rule by rule.
 * @param owner code of the policy's owner, which has its own objects anyway; null: not known
 */
export function checkPolicy(policy: Policy, owner: string | null = null): readonly PolicyWarning[] {
  const coverable = coverableBy(policy, owner);
  return policy.rules.flatMap((rule) => [...checkRule(rule), ...checkUse(rule, coverable)]);
}

/** The warning as a sentence. */
export function formatWarning(warning: PolicyWarning, messages: Messages): string {
  const rule = formatQuoted(messages, warning.rule);
  if (warning.kind !== "list-widens") return formatMessage(messages, `warning.${warning.kind}`, { rule });
  const steps = { from: formatLevel(warning.from), to: formatLevel(warning.to) };
  return formatMessage(messages, "warning.list-widens", { rule, ...steps });
}

// By the words of the policy alone: whether a rule is ever used for what is contributed, only the objects tell.
function checkUse(rule: Rule, coverable: Coverable): readonly PolicyWarning[] {
  const { name, kind } = rule;
  if (!coverable.namesAnybody(rule)) return [{ kind: kind === "share" ? "names-nobody" : "never-held", rule: name }];
  return kind === "share" && !coverable.namesAnybodyFree(rule) ? [{ kind: "always-withheld", rule: name }] : [];
}

function checkRule(rule: Rule): readonly PolicyWarning[] {
  const warnings: PolicyWarning[] = [];
  const { tlp } = rule.when;
  if (tlp !== null) {
    // Widens: a share that begins to hold, or a withhold that ceases to, as the level rises.
    const widens = levels.flatMap((to, position) => {
      const from = levels[position - 1];
      if (from === undefined) return [];
      const [before, after] = [levelHolds(tlp, rule.kind, from), levelHolds(tlp, rule.kind, to)];
      return before !== after && after === (rule.kind === "share") ? [{ from, to }] : [];
    });
    for (const step of widens) warnings.push({ kind: "list-widens", rule: rule.name, ...step });
  }
  if (rule.kind === "share") {
    if (rule.as === "unattributed") warnings.push({ kind: "not-released-yet", rule: rule.name });
    const isRedOnly = tlp !== null && levels.every((level) => levelHolds(tlp, rule.kind, level) === (level === "red"));
    if (isRedOnly && !rule.parties.some((ref) => reaches(ref, "red", true))) {
      warnings.push({ kind: "never-red", rule: rule.name });
    }
    if (isForThePublicAlone(rule) && tlp !== null && !levelHolds(tlp, rule.kind, "clear")) {
      warnings.push({ kind: "never-public", rule: rule.name });
    }
  }
  return warnings;
}
