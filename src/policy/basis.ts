// The basis: what decided a release or its absence. A closed union, so that every decision can be put in words and be run
// again; formatBasis says it in a sentence. Names of rules are in code-point order: the order of rules means nothing.

import type { Level } from "../stix/marking.ts";
import { formatList, formatMessage, formatQuoted, type Messages } from "../messages/messages.ts";

export type Basis =
  | { readonly kind: "owner" }
  | { readonly kind: "inactive" }
  | { readonly kind: "not-yet-member" }
  /** A state that has not signed the current terms, and has no time left to. */
  | { readonly kind: "terms-unsigned" }
  /** By these rules' circles, which it joined after the contribution. */
  | { readonly kind: "not-yet-in-circle"; readonly rules: readonly string[] }
  | { readonly kind: "unmarked" }
  /** Rules share it with this party, but not by its code, and it is red. */
  | { readonly kind: "ceiling-red"; readonly rules: readonly string[] }
  /** Rules share it with all, but have no condition on tlp, and it is amber or stricter. */
  | { readonly kind: "ceiling-all"; readonly rules: readonly string[]; readonly level: Level }
  /** Rules share it with the public, and it is not clear. */
  | { readonly kind: "ceiling-public"; readonly rules: readonly string[]; readonly level: Level }
  | { readonly kind: "withheld"; readonly rules: readonly string[] }
  /** The instruction's `not-to`. */
  | { readonly kind: "instruction-excluded" }
  /** The instruction's `to` names others. */
  | { readonly kind: "not-named" }
  /** The instruction's `to` names it, but no rule shares this with `named`. */
  | { readonly kind: "named-unshared" }
  | { readonly kind: "silence" }
  | { readonly kind: "shared"; readonly rules: readonly string[] }
  | {
      readonly kind: "needs-rendition";
      readonly rules: readonly string[];
      readonly reasons: readonly RenditionReason[];
    }
  /** By these rules, but STIX requires what they or the markings of its parts take away. */
  | { readonly kind: "nothing-left"; readonly rules: readonly string[] }
  /** The latest `after` is not before the earliest `until`. */
  | { readonly kind: "never"; readonly rules: readonly string[] }
  | { readonly kind: "ended"; readonly rules: readonly string[] }
  /** It would be offered, and waits for the approval of its owner's contacts. */
  | { readonly kind: "awaiting-approval" }
  /** The owner keeps objects only for so long. */
  | { readonly kind: "retained" }
  /** It is about another state's object, and of these rules none speaks of that: its author alone gets it. */
  | { readonly kind: "lean"; readonly rules: readonly string[] }
  /** A marking- or extension-definition: it goes with what uses it. */
  | { readonly kind: "companion" };

export type RenditionReason = "granular" | "marking" | "unattributed" | "redacted";

/** The steps of policy.md, How a decision is made, and the commons, which no policy decides. */
export type Step = "owner" | "standing" | "ceiling" | "withhold" | "share" | "render" | "when" | "lean" | "commons";

const steps = {
  owner: "owner",
  inactive: "standing",
  "not-yet-member": "standing",
  "terms-unsigned": "standing",
  "not-yet-in-circle": "standing",
  unmarked: "ceiling",
  "ceiling-red": "ceiling",
  "ceiling-all": "ceiling",
  "ceiling-public": "ceiling",
  withheld: "withhold",
  "instruction-excluded": "withhold",
  "not-named": "share",
  "named-unshared": "share",
  silence: "share",
  shared: "share",
  "needs-rendition": "render",
  "nothing-left": "render",
  never: "when",
  ended: "when",
  retained: "when",
  "awaiting-approval": "when",
  lean: "lean",
  companion: "commons",
} as const satisfies Record<Basis["kind"], Step>;

/** The step that decided. */
export function stepOf(basis: Basis): Step {
  return steps[basis.kind];
}

/** The basis as a sentence. It names rules of the owner's policy, so it is for the owner alone. */
export function formatBasis(basis: Basis, messages: Messages): string {
  switch (basis.kind) {
    case "ceiling-red":
    case "withheld":
    case "shared":
    case "nothing-left":
    case "never":
    case "ended":
    case "not-yet-in-circle":
    case "lean":
      return formatMessage(messages, `basis.${basis.kind}`, citing(basis.rules, messages));
    case "ceiling-all":
    case "ceiling-public":
      return formatMessage(messages, `basis.${basis.kind}`, {
        ...citing(basis.rules, messages),
        level: formatLevel(basis.level),
      });
    case "needs-rendition": {
      const reasons = basis.reasons.map((reason) => formatMessage(messages, `reason.${reason}`, {}));
      return formatMessage(messages, "basis.needs-rendition", {
        ...citing(basis.rules, messages),
        reasons: formatList(messages, reasons),
      });
    }
    default:
      return formatMessage(messages, `basis.${basis.kind}`, {});
  }
}

/** The label as FIRST prescribes it, the same in every language. */
export function formatLevel(level: Level): string {
  return `TLP:${level.toUpperCase()}`;
}

function citing(rules: readonly string[], messages: Messages): { readonly rules: string; readonly count: number } {
  const quoted = rules.map((rule) => formatQuoted(messages, rule));
  return { rules: formatList(messages, quoted), count: rules.length };
}
