// A state's sharing policy (policy.md, The document) as decisions read it. parse.ts makes it; schemas/policy.schema.json says
// the same of the document. Order of rules means nothing: a withhold beats any share, and the strictest wins.

import type { Level } from "../stix/marking.ts";
import type { Conditions } from "./condition.ts";
import type { Duration } from "./duration.ts";
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
  /** What contributors learn of this state's pulls. In effect when contributors are told of pulls; nobody is yet. */
  readonly pulls: "none" | "day" | "time";
  /** What the secretariat may open of the rules. In effect with openings; nothing is opened yet. */
  readonly audit: "none" | "rule";
  /** Whether a new member gets what was contributed before it joined. `auto` has no effect yet: nobody does. */
  readonly grow: "ask" | "auto" | "never";
  /** After how long an object ends and is deleted. No effect yet: nothing is deleted by itself. */
  readonly retain: Duration | null;
}

/** Of a state that has set none: nothing is shared, and what is unmarked is refused. There is no silent default. */
export const noPolicy: Policy = {
  unmarked: "refuse",
  groups: new Map(),
  rules: [],
  pulls: "none",
  audit: "none",
  grow: "ask",
  retain: null,
};
