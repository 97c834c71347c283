// A state's sharing policy (policy.md, The document) as decisions read it. parse.ts makes it; schemas/policy.schema.json says
// the same of the document. Order of rules means nothing: a withhold beats any share, and the strictest wins.

import type { Level } from "../stix/marking.ts";
import type { Approval } from "./approval.ts";
import type { Conditions } from "./condition.ts";
import type { Duration } from "./duration.ts";
import type { Accept } from "./intake.ts";
import type { Groups, PartyRef } from "./parties.ts";
import type { Attribution } from "./rendition.ts";
import type { Window } from "./window.ts";

export const rulesMax = 500;
export const groupsMax = 100;
export const groupMembersMax = 300;
export const ruleNameLengthMax = 80;

interface RuleBase {
  /** Unique in its policy: a basis cites it. */
  readonly name: string;
  readonly parties: readonly PartyRef[];
  /** Takes out of the rule whomever it covers. */
  readonly except: readonly PartyRef[];
  readonly when: Conditions;
}

export interface ShareRule extends RuleBase, Window {
  readonly kind: "share";
  readonly as: Attribution;
  readonly redact: readonly string[];
}

export interface WithholdRule extends RuleBase {
  readonly kind: "withhold";
}

export type Rule = ShareRule | WithholdRule;

export interface Policy {
  /** What an object counts as that has no marking and inherits none; `refuse`: it is not taken in. */
  readonly unmarked: Level | "refuse";
  readonly groups: Groups;
  readonly rules: readonly Rule[];
  /** What waits until so many contacts approved it (approval.ts); null: nothing does. */
  readonly approval: Approval | null;
  /** What the state takes in of what others give it (intake.ts). */
  readonly accept: Accept;
  /** What contributors learn of this state's pulls (disclosure.ts). */
  readonly pulls: "none" | "day" | "time";
  /** What the secretariat may open of the rules (disclosure.ts). */
  readonly audit: "none" | "rule";
  /** Whether a new member, or a wider circle, reaches back to what was contributed before (growth.ts). */
  readonly grow: "ask" | "auto" | "never";
  /** How long after its contribution an object ends and is deleted; null: it stays. */
  readonly retain: Duration | null;
}

/** Of a state that has set none: nothing is shared, and what is unmarked is refused. There is no silent default. */
export const noPolicy: Policy = {
  unmarked: "refuse",
  groups: new Map(),
  rules: [],
  approval: null,
  accept: { refuseFrom: [], holdFrom: [] },
  pulls: "none",
  audit: "none",
  grow: "ask",
  retain: null,
};
