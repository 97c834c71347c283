// What `check` says of an object: findings, made of the faults that the single rules find.
// A fault is a rule and a place; the profile decides what it weighs, and the rule's table gives it words.

import { customSection, type Profile, type Rule, type RuleName, rules, sections, type Severity } from "./rules.ts";
import { shouldRules } from "./should-rules.ts";

export interface Finding {
  /** Stable name of the rule; programs match on it. */
  readonly rule: RuleName;
  readonly severity: Severity;
  /** RFC 6901 pointer into what was checked. */
  readonly pointer: string;
  /** A sentence for people. It quotes nothing of what was checked. */
  readonly message: string;
  /** Section of STIX 2.1 Errata 01, "—" for a limit of ours. */
  readonly section: string;
  /** Of a recommendation: the number by which the OASIS validator knows it. */
  readonly code?: string;
}

export interface Fault {
  readonly rule: RuleName;
  readonly pointer: string;
  /** What the rule asks for, in a few words. */
  readonly expected?: string;
  /**
   * In a part that no schema describes: a property of the object or of an extension itself ("near"), or deeper, where
   * nobody knows whether a value is one of STIX ("deep") and a fault is no more than a warning.
   */
  readonly custom?: "near" | "deep";
}

/** An object is told this many errors at most, and warnings as far as there is room. */
export const findingsMax = 100;

/** A fault of the first kind explains that of the second at the same place. */
const explains: readonly (readonly [RuleName, RuleName])[] = [
  ["identifier-form", "identifier-type"],
  ["identifier-form", "reference-target"],
  ["timestamp-form", "timestamp-precision"],
  ["timestamp-form", "timestamp-second"],
  ["selector-form", "selector-resolves"],
];

/** The findings of a profile, in the order in which the faults were found, each place and rule once. */
export function findingsOf(
  faults: readonly Fault[],
  type: string,
  profile: Profile,
  strict = false,
): readonly Finding[] {
  const seen = new Set(faults.map(keyOf));
  const findings: Finding[] = [];
  let errors = 0;
  const told = new Set<RuleName>();
  for (const fault of faults) {
    const { rule, pointer, expected, custom } = fault;
    const severity = custom === "deep" ? "warning" : severityOf(rule, profile, strict);
    // A warning may be left out, but not the first of its rule; an error may not be, because of warnings before it.
    if (severity === "off" || (severity === "warning" && findings.length >= findingsMax && told.has(rule))) continue;
    if (!seen.delete(keyOf(fault)) || explained(rule, pointer, findings)) continue;
    told.add(rule);
    findings.push({
      rule,
      severity,
      pointer,
      message: messageOf(rule, type, expected),
      section: sectionOf(rule, type),
      ...codeOf(rules[rule], profile),
    });
    if (severity === "error") errors += 1;
    if (errors === findingsMax) break;
  }
  return findings;
}

/** Rules of which one place may break several at once: each missing property is told. */
const several: ReadonlySet<RuleName> = new Set<RuleName>(["property-required", "interop-property", "extension-schema"]);

function keyOf({ rule, pointer, expected }: Fault): string {
  return several.has(rule) ? `${rule} ${pointer} ${expected ?? ""}` : `${rule} ${pointer}`;
}

// Strictly, a breach of a recommendation is an error; the specification's own warnings are recommendations, too.
function severityOf(name: RuleName, profile: Profile, strict: boolean): Severity | "off" {
  const rule: Rule = rules[name];
  const severity = rule[profile] ?? "error";
  return severity === "warning" && strict && (profile === "spec" || Object.hasOwn(shouldRules, name))
    ? "error"
    : severity;
}

function codeOf(rule: Rule, profile: Profile): { readonly code?: string } {
  const code = profile === "oasis" ? (rule.oasisCode ?? rule.code) : rule.code;
  return code === undefined ? {} : { code };
}

function explained(rule: RuleName, pointer: string, findings: readonly Finding[]): boolean {
  return findings.some(
    (found) => found.pointer === pointer && explains.some(([cause, effect]) => cause === found.rule && effect === rule),
  );
}

function messageOf(rule: RuleName, type: string, expected: string | undefined): string {
  const described = Object.hasOwn(sections, type) ? type : "this kind";
  return rules[rule].sentence.replace("{expected}", () => expected ?? "").replace("{type}", described);
}

function sectionOf(rule: RuleName, type: string): string {
  const { section } = rules[rule];
  if (section !== "type") return section;
  return Object.hasOwn(sections, type) ? (sections[type] ?? customSection) : customSection;
}
