// The tables of docs/stix.md, made from the rules and from the vectors, so that code and page cannot drift:
// `node schemas/compile.ts` writes them between the page's marks, and a test makes them again and compares.

import { readFileSync } from "node:fs";
import { patternRules } from "../src/stix/pattern/rules.ts";
import { type Profile, type Rule, rules } from "../src/stix/rules.ts";

interface Difference {
  readonly rule: string;
  readonly title: string;
  readonly spec: boolean;
  readonly oasis: boolean;
  readonly why?: string;
}

/** What the OASIS validator and the specification part over, by the number of the point; other cases say why themselves. */
const points: Readonly<Record<string, string>> = {
  "§14.1": "§7.2.3: a granular marking has a marking or a language, and not both",
  "§14.2": "§3.2: the table of common properties",
  "§14.3": "§7.3.1: created_by_ref is required",
  "§14.4": "§6.9.1: the validator's pattern lost its backslashes",
  "§14.5": "§2.8: lower case",
  "§14.6": "§3.2: any tag of RFC 5646; the validator has a list of 232",
  "§14.7": "§2.16: all digits count; past six the validator compares text",
  "§14.8": "RFC 3339 §5.7: second 60",
  "§14.9": "§8.1, §5.2.1, §4.14.1",
  "§14.10": "§2.9: the id begins with the type",
  "§14.11": "TLP 2.0: five markings, to the letter",
  "§14.12": "§3.1, §2.5.1: the validator's patterns are not anchored",
  "§14.13": "the validator agrees, after a time that doubles with each letter",
  "§14.14": "§3.8 reserves phone_number; Errata 01 renamed analysis-of",
  "§14.15": "§7.1.1: a translation has the shape of its object; the validator does not compare",
  "§14.16": "no name has a least length: both agree",
  "§14.17": "§6.1.1: registered media types are a SHOULD",
  "§14.18": "§6.14.1: both take codes of three letters",
  "§14.19": "§3.2: the spec_version is 2.1",
  "§14.20": "the standard of 2021 and the AsciiDoc source: both agree",
  "§14.21": "§7.2.3, as point 1",
};

/** The page with its tables made anew. */
export function withTables(page: string): string {
  const tables = { rules: rulesTable(), "pattern-rules": patternRulesTable(), differences: differencesTable() };
  return Object.entries(tables).reduce((made, [mark, table]) => put(made, mark, table), page);
}

function put(page: string, mark: string, table: string): string {
  const [start, end] = [`<!-- ${mark} -->\n`, `<!-- /${mark} -->`];
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/stix.md has no place for the ${mark}.`);
  return `${page.slice(0, from + start.length)}\n${table}\n${page.slice(to)}`;
}

function rulesTable(): string {
  const others = Object.entries<Rule>(rules).filter(([name]) => !Object.hasOwn(patternRules, name));
  const rows = others.map(([name, rule]) => {
    const section = rule.section === "type" ? "of the type" : sectionOf(rule.section);
    const code =
      rule.code === undefined ? "" : rule.oasisCode === undefined ? rule.code : `${rule.code} (${rule.oasisCode})`;
    return [`\`${name}\``, code, weight(rule, "spec"), weight(rule, "oasis"), section, sentenceOf(rule)];
  });
  return tableOf(["rule", "number", "spec", "oasis", "section", "what it says"], rows);
}

function patternRulesTable(): string {
  const rows = Object.entries(patternRules).map(([name, { section, severity, sentence }]) => {
    const inIndicator: Rule = rules[name as keyof typeof patternRules]; // the same names
    return [
      `\`${name}\``,
      severity,
      weight(inIndicator, "spec"),
      weight(inIndicator, "oasis"),
      sectionOf(section),
      sentence === "" ? "(says what is wrong and where)" : sentence,
    ];
  });
  return tableOf(["rule", "alone", "spec", "oasis", "section", "what it says"], rows);
}

function sectionOf(section: string): string {
  return section === "—" ? "—" : `§${section}`;
}

function weight(rule: Rule, profile: Profile): string {
  const severity = rule[profile] ?? "error";
  return severity === "off" ? "–" : severity;
}

function sentenceOf({ sentence }: Rule): string {
  if (sentence === "{expected}") return "(says what is wrong and where)";
  return sentence.replaceAll("{expected}", "…").replaceAll("{type}", "…").replaceAll("|", "\\|");
}

function differencesTable(): string {
  // The file is ours.
  const { cases } = JSON.parse(
    readFileSync(new URL("../tests/vectors/stix/profiles.json", import.meta.url), "utf8"),
  ) as { readonly cases: readonly Difference[] };
  const verdict = (valid: boolean) => (valid ? "valid" : "refused");
  const rows = cases.map(({ rule, title, spec, oasis, why }) => [
    rule === "more" ? "" : rule.replace("§14.", ""),
    title,
    verdict(spec),
    verdict(oasis),
    why ?? points[rule] ?? "",
  ]);
  return tableOf(["point", "an object with", "spec", "oasis", "because"], rows);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}
