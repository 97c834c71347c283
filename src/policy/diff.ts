// What one version of a policy says otherwise than another: rules by their names, and the other members. Of the documents, so
// that a steward reads the words that were written; order and spelling that mean the same are no difference.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatCanonical } from "../encoding/canonical-json.ts";
import { formatMessage, formatQuoted, type Messages } from "../messages/messages.ts";

/** What a member said before and says now; null where it is not there. */
export interface Change {
  readonly member: string;
  readonly before: Json;
  readonly after: Json;
}

export interface RuleChange {
  readonly name: string;
  readonly changes: readonly Change[];
}

/** All lists are alphabetical by name. */
export interface PolicyDiff {
  readonly added: readonly JsonObject[];
  readonly removed: readonly JsonObject[];
  /** Rules that say the same under another name. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  readonly changed: readonly RuleChange[];
  /** Members beside the rules; a group is `groups/NAME`. */
  readonly members: readonly Change[];
}

/** The difference of two documents, both of which were taken as policies. */
export function diffPolicies(before: JsonObject, after: JsonObject): PolicyDiff {
  const [old, now] = [rulesOf(before), rulesOf(after)];
  const gone = [...old].filter(([name]) => !now.has(name));
  const come = [...now].filter(([name]) => !old.has(name));
  const renamed = renamedIn(gone, come);
  const [from, to] = [new Set(renamed.map((one) => one.from)), new Set(renamed.map((one) => one.to))];
  return {
    added: come.filter(([name]) => !to.has(name)).map(([, rule]) => rule),
    removed: gone.filter(([name]) => !from.has(name)).map(([, rule]) => rule),
    renamed,
    changed: [...old].flatMap(([name, rule]) => {
      const changes = changesOf(rule, now.get(name) ?? rule);
      return changes.length === 0 ? [] : [{ name, changes }];
    }),
    members: changesOf(membersOf(before), membersOf(after)),
  };
}

/** Whether the two say the same. */
export function isUnchanged({ added, removed, renamed, changed, members }: PolicyDiff): boolean {
  return [added, removed, renamed, changed, members].every((list) => list.length === 0);
}

/**
 * The difference as lines: `+` came, `-` went, `~` changed. Words of the policy stand as they are written, which is the same in
 * every language.
 */
export function formatDiff(diff: PolicyDiff, messages: Messages): string {
  if (isUnchanged(diff)) return formatMessage(messages, "diff.none", {});
  const quoted = (name: Json | undefined): string => formatQuoted(messages, String(name));
  const lines = [
    ...diff.members.map((change) => `${signOf(change)} ${change.member}: ${formatChange(change)}`),
    ...diff.removed.map((rule) => `- ${quoted(rule["name"])}: ${formatRule(rule)}`),
    ...diff.added.map((rule) => `+ ${quoted(rule["name"])}: ${formatRule(rule)}`),
    ...diff.renamed.map(({ from, to }) => `~ ${quoted(from)} → ${quoted(to)}`),
    ...diff.changed.map(
      ({ name, changes }) =>
        `~ ${quoted(name)}: ${changes.map((change) => `${change.member} ${formatChange(change)}`).join("; ")}`,
    ),
  ];
  return lines.join("\n");
}

function rulesOf({ rules }: JsonObject): ReadonlyMap<string, JsonObject> {
  const list: readonly Json[] = isList(rules) ? rules : [];
  const named = list.filter(isObject).map((rule) => [String(rule["name"]), rule] as const);
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function membersOf(document: JsonObject): JsonObject {
  const members: Record<string, Json> = Object.create(null);
  for (const [name, value] of Object.entries(document)) {
    if (name === "rules") continue;
    if (name !== "groups") members[name] = value;
    else if (isObject(value)) for (const [group, states] of Object.entries(value)) members[`groups/${group}`] = states;
  }
  return members;
}

function renamedIn(
  gone: readonly (readonly [string, JsonObject])[],
  come: readonly (readonly [string, JsonObject])[],
): PolicyDiff["renamed"] {
  const byMeaning = new Map<string, string[]>();
  for (const [name, rule] of come) {
    const meaning = meaningWithoutName(rule);
    byMeaning.set(meaning, [...(byMeaning.get(meaning) ?? []), name]);
  }
  return gone.flatMap(([from, rule]) => {
    const to = byMeaning.get(meaningWithoutName(rule))?.shift();
    return to === undefined ? [] : [{ from, to }];
  });
}

function meaningWithoutName(rule: JsonObject): string {
  return formatCanonical(meaningOf(Object.fromEntries(Object.entries(rule).filter(([name]) => name !== "name")), ""));
}

function changesOf(before: JsonObject, after: JsonObject): readonly Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((member) => {
    const change = { member, before: before[member] ?? null, after: after[member] ?? null };
    const [one, other] = [meaningOf(change.before, member), meaningOf(change.after, member)];
    return formatCanonical(one) === formatCanonical(other) ? [] : [change];
  });
}

// Lists of a policy are sets. One word is the list of it, but for a level, where it is a bound and not itself alone.
function meaningOf(value: Json, member: string): Json {
  if (isList(value)) return [...value].map((item) => meaningOf(item, "")).sort(byText);
  if (isObject(value)) {
    const entries = Object.entries(value).map(([name, inner]) => [name, meaningOf(inner, name)] as const);
    return Object.fromEntries(entries);
  }
  return typeof value === "string" && listed.has(member) ? [value] : value;
}

const listed: ReadonlySet<string> = new Set(["type", "collection", "label", "sector", "severity", "created-by"]);

function byText(a: Json, b: Json): number {
  const [one, other] = [formatCanonical(a), formatCanonical(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

function signOf({ before, after }: Change): "+" | "-" | "~" {
  return before === null ? "+" : after === null ? "-" : "~";
}

/** Of two lists what came and what went; else both. */
function formatChange({ before, after }: Change): string {
  if (before === null) return formatValue(after);
  if (after === null) return `${formatValue(before)} → —`;
  if (!isList(before) || !isList(after)) return `${formatValue(before)} → ${formatValue(after)}`;
  const [old, now] = [before.map(formatValue), after.map(formatValue)];
  const came = now.filter((item) => !old.includes(item)).map((item) => `+${item}`);
  return [...came, ...old.filter((item) => !now.includes(item)).map((item) => `-${item}`)].join(" ");
}

function formatRule(rule: JsonObject): string {
  const members = Object.entries(rule).filter(([name]) => name !== "name");
  return members.map(([name, value]) => `${name} ${formatValue(value)}`).join("; ");
}

function formatValue(value: Json): string {
  if (isList(value)) return value.map(formatValue).join(", ");
  if (!isObject(value)) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => (isList(inner) ? `${name} [${formatValue(inner)}]` : `${name} ${formatValue(inner)}`))
    .join(", ");
}

// Array.isArray does not narrow a readonly array inside a union.
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
