// Reads a policy document (policy.md, The document). Each refusal has a pointer and, where one is near, the word that was
// probably meant. Relied on by the act that sets a policy, and by every decision through policyOf.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { levels } from "../stix/marking.ts";
import { isCircleName } from "../directory/circle.ts";
import { type Directory, findPolicyVersion, listStateCodes, type PolicyVersion } from "../directory/directory.ts";
import { openForm, type Path, readLine, readList, readSet, readWord, refuseAt, shown } from "../directory/form.ts";
import { readApproval } from "./approval.ts";
import { type ConditionsKnown, readConditions, readLevel } from "./condition.ts";
import { readAccept } from "./intake.ts";
import type { Groups } from "./parties.ts";
import { type Known, readKnownState, readParties } from "./party-form.ts";
import {
  groupMembersMax,
  groupsMax,
  noPolicy,
  type Policy,
  type Rule,
  ruleNameLengthMax,
  rulesMax,
  type ShareRule,
} from "./policy.ts";
import { readAttribution, readRedact } from "./rendition.ts";
import { readDuration, readWindow } from "./window.ts";

/**
 * What the document is read against: the states that take part and, where given, the owner's identities, its circles, and the
 * collections.
 */
export interface PolicyContext extends ConditionsKnown {
  readonly states: readonly string[];
  /** The circles that the owner belongs to. */
  readonly circles?: readonly string[];
}

const policyMembers = ["unmarked", "groups", "rules", "approval", "accept", "pulls", "audit", "grow", "retain"];

/**
 * The policy that a document says.
 * @throws {Refusal} invalid: breaks a rule of the language; `pointer` and `rule` say which
 */
export function parsePolicy(value: Json, context: PolicyContext): Policy {
  const { states, circles } = context;
  const form = openForm(value, [], "A policy", policyMembers);
  const groups = readGroups(form["groups"], ["groups"], states);
  const known: Known = { states, groups, circles };
  const word = <W extends string>(name: string, absent: W, words: readonly W[]): W =>
    form[name] === undefined ? absent : readWord(form[name], [name], name, words);
  return {
    unmarked: readUnmarked(form["unmarked"], ["unmarked"]),
    groups,
    rules: readRules(form["rules"], ["rules"], known, context),
    approval: form["approval"] === undefined ? noPolicy.approval : readApproval(form["approval"], ["approval"]),
    accept: form["accept"] === undefined ? noPolicy.accept : readAccept(form["accept"], ["accept"], known),
    pulls: word("pulls", noPolicy.pulls, ["none", "day", "time"]),
    audit: word("audit", noPolicy.audit, ["none", "rule"]),
    grow: word("grow", noPolicy.grow, ["ask", "auto", "never"]),
    retain: form["retain"] === undefined ? null : readDuration(form["retain"], ["retain"], "retain"),
  };
}

// A version never changes and was read when it was set, so it is read once more for each snapshot of the directory.
const read = new WeakMap<PolicyVersion, Policy>();

/** The policy in force of a party; `noPolicy` for one that has set none. */
export function policyOf(directory: Directory, code: string): Policy {
  const version = findPolicyVersion(directory, code);
  if (version === null) return noPolicy;
  const known = read.get(version);
  if (known !== undefined) return known;
  // Identities, collections and circles are not held against it again: one that was given up since makes its rule share
  // nothing.
  const policy = parsePolicy(version.document, { states: listStateCodes(directory) });
  read.set(version, policy);
  return policy;
}

function readUnmarked(value: Json | undefined, path: Path): Policy["unmarked"] {
  if (value === "refuse") return value;
  // What is unmarked is the one thing that has no default: a policy that does not say it would decide by accident.
  if (value === undefined)
    refuseAt(path, "unmarked", `A policy says what unmarked objects are: ${levels.join(", ")} or refuse.`);
  return readLevel(value, path);
}

function readGroups(value: Json | undefined, path: Path, states: readonly string[]): Groups {
  const groups = new Map<string, ReadonlySet<string>>();
  if (value === undefined) return groups;
  if (!isObject(value)) refuseAt(path, "form", "groups has to be a JSON object: a list of states by name.");
  const entries = Object.entries(value);
  if (entries.length > groupsMax) refuseAt(path, "list", `A policy may have at most ${groupsMax} groups.`);
  for (const [name, members] of entries) {
    const at = [...path, name];
    if (!isCircleName(name)) {
      refuseAt(at, "group-name", "The name of a group is made of letters, digits and single hyphens.");
    }
    const readMember = (item: Json, position: Path): string => readKnownState(item, position, states);
    groups.set(name, new Set(readSet(members, at, "A group", { itemsMin: 0, itemsMax: groupMembersMax }, readMember)));
  }
  return groups;
}

function readRules(value: Json | undefined, path: Path, known: Known, context: PolicyContext): readonly Rule[] {
  const bounds = { itemsMin: 0, itemsMax: rulesMax };
  const rules = readList(value, path, "rules", bounds, (item, at) => readRule(item, at, known, context));
  const names = new Set<string>();
  for (const [position, { name }] of rules.entries()) {
    if (names.has(name)) refuseAt([...path, position, "name"], "rule-name", `Two rules are named ${shown(name)}.`);
    names.add(name);
  }
  return rules;
}

const shareMembers = ["name", "share", "except", "when", "as", "redact", "after", "until"];
const withholdMembers = ["name", "withhold", "except", "when"];

function readRule(value: Json, path: Path, known: Known, context: PolicyContext): Rule {
  if (!isObject(value)) refuseAt(path, "form", "A rule has to be a JSON object.");
  const kind = Object.hasOwn(value, "withhold") ? "withhold" : "share";
  if (kind === "withhold" && Object.hasOwn(value, "share")) {
    refuseAt(path, "rule-kind", "A rule either shares or withholds, not both.");
  }
  const form = openForm(value, path, `A rule that ${kind}s`, kind === "share" ? shareMembers : withholdMembers);
  if (form[kind] === undefined) refuseAt(path, "rule-kind", "A rule has to have share or withhold.");
  const base = {
    name: readLine(form["name"], [...path, "name"], "The name of the rule", ruleNameLengthMax),
    parties: readParties(form[kind], [...path, kind], kind, 1, known),
    except: form["except"] === undefined ? [] : readParties(form["except"], [...path, "except"], "except", 0, known),
    when: readConditions(form["when"], [...path, "when"], context),
  };
  return kind === "withhold" ? { kind, ...base } : { kind, ...base, ...readTerms(form, path) };
}

function readTerms(form: JsonObject, path: Path): Pick<ShareRule, "as" | "redact" | "after" | "until"> {
  return {
    as: readAttribution(form["as"], [...path, "as"]),
    redact: readRedact(form["redact"], [...path, "redact"]),
    ...readWindow(form, path),
  };
}
