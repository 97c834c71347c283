// One policy's rules as the oracle reads them: whom a rule names, and what it is about. Steps 4 and 5 of the sharing rules.
import type { JsonObject } from "../../src/encoding/json.ts";
import { type Level, listOf, rankOf, stringsOf, typeOf } from "./oracle-readings.ts";

export interface OracleRule {
  readonly name: string;
  readonly share?: readonly string[];
  readonly withhold?: readonly string[];
  readonly except?: readonly string[];
  readonly when?: {
    readonly type?: string | readonly string[];
    readonly tlp?: Level | readonly Level[];
    readonly collection?: string | readonly string[];
    readonly label?: string | readonly string[];
    readonly confidence?: { readonly min?: number; readonly max?: number };
    readonly "created-by"?: string | readonly string[];
  };
  readonly after?: string;
  readonly until?: string;
  readonly redact?: readonly string[];
}

export interface OraclePolicy {
  readonly unmarked: Level | "refuse";
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly OracleRule[];
}

/** An object where a rule meets it: in a contribution to a collection, at a level. */
export interface Subject {
  readonly object: JsonObject;
  readonly collection: string;
  readonly members: readonly JsonObject[];
  readonly to: readonly string[] | undefined;
  readonly level: Level;
}

/** Whether a rule shares a subject with a state, or withholds it from that state. */
export function names(policy: OraclePolicy, rule: OracleRule, state: string, subject: Subject): boolean {
  const { to, level } = subject;
  const sharing = rule.share !== undefined;
  // Red reaches a state by its code or by `named`; the secretariat, which is no state, never.
  const isRed = sharing && level === "red";
  const covers = (party: string, isBound: boolean): boolean => {
    if (party === "all") {
      if (state === "secretariat") return false;
      if (!isBound) return true;
      if (isRed) return false;
      return level === "clear" || level === "green" || rule.when?.tlp !== undefined;
    }
    if (party.startsWith("group:"))
      return !(isBound && isRed) && (policy.groups?.[party.slice("group:".length)] ?? []).includes(state);
    if (party === "named") return state !== "secretariat" && (to ?? []).includes(state);
    return party === state && !(isBound && isRed && state === "secretariat");
  };
  if ((rule.except ?? []).some((party) => covers(party, false))) return false;
  return (rule.share ?? rule.withhold ?? []).some((party) => covers(party, sharing));
}

/** Whether all conditions of a rule hold for a subject. */
export function matches(rule: OracleRule, { object, collection, members, level }: Subject): boolean {
  const when = rule.when ?? {};
  if (when.type !== undefined && !listOf(when.type).includes(typeOf(object))) return false;
  if (when.collection !== undefined && !listOf(when.collection).includes(collection)) return false;
  if (when["created-by"] !== undefined && !listOf(when["created-by"]).includes(String(object["created_by_ref"])))
    return false;
  if (when.label !== undefined) {
    const labels = [object, ...members.filter((member) => ["report", "incident"].includes(typeOf(member)))].flatMap(
      (one) => stringsOf(one["labels"]),
    );
    if (!listOf(when.label).some((label) => labels.includes(label))) return false;
  }
  if (when.confidence !== undefined) {
    const confidence = object["confidence"];
    if (typeof confidence !== "number") return false;
    if (confidence < (when.confidence.min ?? 0) || confidence > (when.confidence.max ?? 100)) return false;
  }
  if (when.tlp === undefined) return true;
  if (typeof when.tlp !== "string") return when.tlp.includes(level);
  // A single level is a ceiling in a share and a floor in a withhold.
  const distance = rankOf(level) - rankOf(when.tlp);
  return rule.share !== undefined ? distance <= 0 : distance >= 0;
}
