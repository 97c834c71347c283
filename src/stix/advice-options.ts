// Which recommendations are asked for: all of them, or as lists of names and numbers enable and disable them, with the
// groups of the OASIS validator (`format-checks`, `1`; `approved-values`, `2`; `all-vocabs`, `210`; …).

import { Refusal } from "../refusal.ts";
import type { PatternPrefix } from "./advice-pattern.ts";
import type { Profile, RuleName } from "./rules.ts";
import { shouldRules } from "./should-rules.ts";

export interface AdviceOptions {
  /** Names, numbers or groups of recommendations that are left out. */
  readonly disabled?: readonly string[];
  /** The only ones that are asked for; beside `disabled`, ones that are asked for nevertheless. */
  readonly enabled?: readonly string[];
  /** Objects of types that the specification does not define are told. */
  readonly strictTypes?: boolean;
  /** Properties that the specification does not define are told. */
  readonly strictProperties?: boolean;
  /** In a bundle, relationships to objects that are not in it are told. */
  readonly enforceRefs?: boolean;
  /** What the OASIS interoperability documents ask for is asked for, too, as errors. */
  readonly interop?: boolean;
}

export type Recommendation = keyof typeof shouldRules;

/** Recommendations that options of their own ask for. */
const unnumbered: ReadonlySet<string> = new Set(["strict-types", "strict-properties", "enforce-refs"]);
/** Asked for only where `extensions-use` is not: they are the older way. */
const prefixes: ReadonlySet<string> = new Set(["custom-prefix", "custom-prefix-lax"]);

const numbered = (Object.keys(shouldRules) as Recommendation[]).filter((name) => !unnumbered.has(name));
const withNumber = (matches: (code: number) => boolean): readonly Recommendation[] =>
  numbered.filter((name) => !prefixes.has(name) && matches(codeOf(name)));

const vocabularies = withNumber((code) => code >= 211 && code <= 245);
const registries = withNumber((code) => code >= 271 && code <= 277);
const groups: Readonly<Record<string, readonly Recommendation[]>> = {
  all: withNumber(() => true),
  "format-checks": withNumber((code) => code < 200),
  "approved-values": withNumber((code) => code >= 200 && code < 300),
  "all-vocabs": vocabularies,
  "all-external-sources": registries,
  // A check of the OASIS validator that it never carries out.
  "hash-length": [],
};
const codesOfGroups: Readonly<Record<string, string>> = {
  "1": "format-checks",
  "150": "hash-length",
  "2": "approved-values",
  "210": "all-vocabs",
  "270": "all-external-sources",
};
const nameOfCode: ReadonlyMap<string, string> = new Map([
  ...numbered.map((name) => [String(codeOf(name)), name] as const),
  ...Object.entries(codesOfGroups),
]);

/** With a list of disabled checks the OASIS validator asks for the others only where its list of them has them. */
const forgotten: ReadonlySet<Recommendation> = new Set<Recommendation>([
  "uuid-check",
  "grouping-context",
  "implementation-languages",
  "infrastructure-types",
  "malware-capabilities",
  "malware-result",
  "processor-architecture",
  "extension-description",
  "extension-properties",
]);

/**
 * The recommendations that the options ask for, in a profile.
 * @throws {Refusal} invalid: a name or number that is no recommendation's; `subject` is that name
 */
export function recommendationsOf(options: AdviceOptions, profile: Profile): ReadonlySet<RuleName> {
  const disabled = named(options.disabled ?? []);
  const enabled = named(options.enabled ?? []);
  const asked = new Set<RuleName>();
  if (options.strictTypes === true) asked.add("strict-types");
  if (options.strictProperties === true) asked.add("strict-properties");
  if (options.enforceRefs === true) asked.add("enforce-refs");
  const selected = disabled.size === 0 && enabled.size === 0 ? groups["all"] : remaining(disabled, profile);
  for (const name of selected ?? []) asked.add(name);
  for (const name of enabled) for (const one of groups[name] ?? [name as Recommendation]) asked.add(one);
  return asked;
}

/**
 * How names in a pattern have to be prefixed: only where a list of disabled recommendations holds the extension mechanism,
 * which the OASIS validator then makes a MUST.
 */
export function patternPrefixOf(options: AdviceOptions): PatternPrefix {
  const disabled = named(options.disabled ?? []);
  if (!disabled.has("extensions-use") || disabled.has("all") || disabled.has("format-checks")) return null;
  if (!disabled.has("custom-prefix")) return "custom-prefix";
  return disabled.has("custom-prefix-lax") ? null : "custom-prefix-lax";
}

function remaining(disabled: ReadonlySet<string>, profile: Profile): readonly Recommendation[] {
  if (disabled.size === 0 || disabled.has("all")) return [];
  const left = new Set(groups["all"]);
  for (const name of disabled) for (const one of groups[name] ?? [name as Recommendation]) left.delete(one);
  if (profile === "oasis") for (const name of forgotten) left.delete(name);
  // The prefixes stand in for the extension mechanism, the strict one first.
  if (disabled.has("extensions-use") && !disabled.has("format-checks")) {
    if (!disabled.has("custom-prefix")) left.add("custom-prefix");
    else if (!disabled.has("custom-prefix-lax")) left.add("custom-prefix-lax");
  }
  return [...left];
}

function named(list: readonly string[]): ReadonlySet<string> {
  const names = list.map((one) => nameOfCode.get(one) ?? one);
  for (const name of names) {
    if (Object.hasOwn(groups, name) || (numbered as readonly string[]).includes(name)) continue;
    throw new Refusal("invalid", "There is no recommendation of that name or number.", { subject: name });
  }
  return new Set(names);
}

function codeOf(name: Recommendation): number {
  const rule = shouldRules[name];
  return "code" in rule ? Number(rule.code) : 0;
}
