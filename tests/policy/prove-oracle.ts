// Every contribution of a small world, for comparison with proofs: facts are written down and decided, and nothing of the prover
// is used. What a world has is what its claim and its rules ask for, and of the rest one value.

import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { type Level, levelRank, levels } from "../../src/stix/marking.ts";
import { needsApproval } from "../../src/policy/approval.ts";
import { conditionsHold } from "../../src/policy/condition.ts";
import type { Claim, Manner } from "../../src/policy/claim.ts";
import { decideAll, type HeardObject, type Hearing } from "../../src/policy/decide.ts";
import type { Decision } from "../../src/policy/decision.ts";
import { type Facts, profilesOf } from "../../src/policy/facts.ts";
import type { Instruction } from "../../src/policy/instruction.ts";
import { publicParty, type Recipient } from "../../src/policy/parties.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { contributedAt, owner, partyOf, plain, since } from "./cast.ts";

/** What rules and claims of a case may ask for. */
export type Aspect =
  | "type"
  | "tlp"
  | "collection"
  | "label"
  | "sector"
  | "confidence"
  | "created-by"
  | "exercise"
  | "personal"
  | "author"
  | "asks-author"
  | "affected"
  | "named";

export const own = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";
const observables = ["ipv4-addr", "url", "email-addr", "file"];

/** The members of the circles. */
export const members: ReadonlyMap<string, readonly string[]> = new Map([
  ["ring", ["KZ", "UZ", "XX"]],
  ["bay", ["KZ"]],
]);

export interface OracleCase {
  readonly policy: Policy;
  readonly claim: Claim;
  readonly aspects: ReadonlySet<Aspect>;
  /** Labels that are personal data themselves. */
  readonly personalLabels?: readonly string[];
}

interface Contribution {
  readonly collection: string;
  readonly instruction: Instruction | null;
  readonly things: readonly Facts[];
}

type Thing = Omit<Facts, "authors" | "affected"> & { readonly author: string; readonly affects: boolean };

/** Whether a contribution of the world breaks the claim. */
export function isBroken({ policy, claim, aspects, personalLabels = [] }: OracleCase): boolean {
  const withOthers =
    claim.kind === "every" ||
    policy.rules.some(({ name, kind }) => claim.kind === "unused" && name === claim.rule && kind === "withhold");
  for (const recipient of recipientsOf(claim, policy)) {
    for (const contribution of contributionsFor(recipient, aspects, withOthers, personalLabels)) {
      if (breaks(claim, policy, recipient, contribution)) return true;
    }
  }
  return false;
}

function recipientsOf(claim: Claim, { groups }: Policy): readonly Recipient[] {
  const party = "party" in claim ? claim.party : { kind: "anyone" as const, except: [] };
  const states = (codes: readonly string[]) =>
    codes.filter((code) => code !== "KZ").map((code) => partyOf(code, since));
  switch (party.kind) {
    case "state":
      return states([party.code]);
    case "group":
      return states([...(groups.get(party.name) ?? [])]);
    case "circle":
      return states(members.get(party.name) ?? []);
    case "public":
      return [publicParty];
    case "secretariat":
      return [partyOf("secretariat", since)];
    case "anyone": {
      // One of each that the words of the rules tell apart.
      const all = [...states(["AZ", "KG", "TR", "UZ", "XX", "ZZ"]), partyOf("secretariat", since), publicParty];
      return all.filter(({ code }) => !party.except.includes(code));
    }
  }
}

function subsets<T>(values: readonly T[]): readonly (readonly T[])[] {
  return values.reduce<(readonly T[])[]>((sets, value) => [...sets, ...sets.map((set) => [...set, value])], [[]]);
}

function typesFor(aspects: ReadonlySet<Aspect>): readonly string[] {
  return [
    "indicator",
    "url",
    ...(aspects.has("type") || aspects.has("label") ? ["report", "incident"] : []),
    ...(aspects.has("type") ? ["ipv4-addr", "sighting"] : aspects.has("author") ? ["sighting"] : []),
    ...(aspects.has("author") && aspects.has("type") ? ["note"] : []),
    ...(aspects.has("affected") ? ["email-addr", "file", "malware"] : []),
  ];
}

/** Every object that the aspects tell apart. */
function thingsFor(
  aspects: ReadonlySet<Aspect>,
  recipient: Recipient,
  personalLabels: readonly string[],
): readonly Thing[] {
  const one = <T>(aspect: Aspect, values: readonly T[], other: T): readonly T[] =>
    aspects.has(aspect) ? values : [other];
  const things: Thing[] = [];
  for (const type of typesFor(aspects)) {
    const isObservable = observables.includes(type);
    const isHost = type === "indicator" || type === "url" || type === "ipv4-addr";
    const canAffect =
      recipient.kind === "state" &&
      (isHost ||
        (type === "email-addr" && recipient.code !== "XX" && recipient.code !== "YY" && recipient.code !== "ZZ"));
    for (const level of one<Level>("tlp", levels, "green"))
      for (const labels of isObservable ? [[]] : one("label", subsets(["apt", "phishing"]), []))
        for (const sectors of one("sector", subsets(["energy", "water"]), []))
          for (const confidence of isObservable ? [null] : one("confidence", [null, 10, 30, 50, 65, 90], null))
            for (const createdBy of isObservable ? [null] : one("created-by", [null, own], null))
              for (const exercise of one("exercise", [false, true], false))
                for (const personal of one("personal", [false, true], false))
                  for (const author of one("author", ["none", "recipient", "other", "masked"], "none"))
                    for (const affects of canAffect ? one("affected", [false, true], false) : [false]) {
                      if (!personal && [...labels, ...sectors].some((word) => personalLabels.includes(word))) continue;
                      things.push({
                        ...plain,
                        type,
                        level,
                        labels,
                        sectors,
                        confidence,
                        createdBy,
                        exercise,
                        personal,
                        author,
                        affects,
                      });
                    }
  }
  return things;
}

function* contributionsFor(
  recipient: Recipient,
  aspects: ReadonlySet<Aspect>,
  withOthers: boolean,
  personalLabels: readonly string[],
): Generator<Contribution> {
  const factsOf = ({ author, affects, ...facts }: Thing): Facts => ({
    ...facts,
    authors:
      author === "none"
        ? []
        : [author === "recipient" ? recipient.code : author === "other" ? "AZ-other" : "unattributed"],
    affected: affects ? [recipient.code] : [],
  });
  const things = thingsFor(aspects, recipient, personalLabels).map(factsOf);
  // What is beside it matters by what it says for all, or by what it is.
  const speaking = things.filter(({ type }) => type === "report" || type === "incident");
  // Whose object it is about means nothing of another object, unless a rule asks for authors.
  const plainer =
    aspects.has("author") && !aspects.has("asks-author")
      ? things.filter(({ authors }) => authors?.length === 0)
      : things;
  const others = withOthers ? plainer : aspects.has("label") || personalLabels.length > 0 ? speaking : [];
  const beside: readonly (readonly Facts[])[] = [[], ...others.map((one) => [one])];
  const instructions: readonly (Instruction | null)[] = [
    null,
    ...(aspects.has("named") && recipient.kind === "state" ? [{ to: [recipient.code] }] : []),
    ...(aspects.has("exercise") ? [{ exercise: true } as const] : []),
    ...(aspects.has("exercise") && aspects.has("named") && recipient.kind === "state"
      ? [{ to: [recipient.code], exercise: true } as const]
      : []),
  ];
  for (const collection of aspects.has("collection") ? ["threat-reports", "public"] : ["threat-reports"])
    for (const instruction of instructions)
      for (const rest of beside)
        for (const thing of things) yield { collection, instruction, things: [thing, ...rest] };
}

const hour = 3_600_000_000;
/** How long before the contribution the id was first contributed. */
const ages = [0, 1, 90 * 60_000_000 - 1, hour, 48 * hour, 71 * hour];

function breaks(
  claim: Claim,
  policy: Policy,
  recipient: Recipient,
  { collection, instruction, things }: Contribution,
): boolean {
  const [subject] = things;
  if (subject === undefined) return false;
  const speaking = things.filter(({ type }) => type === "report" || type === "incident");
  const context = {
    labels: speaking.flatMap(({ labels }) => labels),
    sectors: speaking.flatMap(({ sectors }) => sectors),
    severities: [],
    exercise: instruction?.exercise === true || speaking.some(({ exercise }) => exercise),
  };
  if (claim.kind !== "unused") {
    const level = subject.level ?? "red";
    if (!conditionsHold(claim.when, "share", { attributes: subject, level, collection, context })) return false;
  }
  if (claim.kind === "every" && instruction?.to !== undefined) return false;
  const profiles = profilesOf(things.map((facts) => ({ facts, latestLevel: null })));
  const contribution = { by: "KZ", collection, instruction, at: contributedAt, context, profiles };
  const circles = new Map(
    [...members].map(([name, codes]) => [name, new Map(codes.map((code) => [code, since]))] as const),
  );
  const decisionsBy = (by: Policy): readonly Decision[] => {
    const hearing: Hearing = { contribution, policy: by, owner, at: contributedAt, circles };
    const heard = heardAs(subject, claim, policy, recipient.code);
    return decideAll({ ...hearing, objects: heard, recipients: [recipient] }).flat();
  };
  const decisions = decisionsBy(policy);
  switch (claim.kind) {
    case "never":
      return decisions.some((decision) => isGiven(decision, claim.as));
    case "every":
      return decisions.some((decision) => !isGiven(decision, claim.as));
    case "approved": {
      const strictest = things
        .map(({ level }) => level ?? "red")
        .reduce((a, b) => (levelRank(a) > levelRank(b) ? a : b));
      return decisions.some(({ offered }) => offered) && !needsApproval(policy, strictest);
    }
    case "unused": {
      const cites = ({ basis }: Decision) => "rules" in basis && basis.rules.includes(claim.rule);
      const isShare = policy.rules.some(({ name, kind }) => name === claim.rule && kind === "share");
      if (isShare) return decisions.some((decision) => decision.offered && cites(decision));
      const without = decisionsBy({ ...policy, rules: policy.rules.filter(({ name }) => name !== claim.rule) });
      return decisions.some(
        (decision, i) => decision.basis.kind === "withheld" && cites(decision) && without[i]?.offered === true,
      );
    }
  }
}

/** The subject at each age, and as a revocation of what the recipient has. */
function heardAs(facts: Facts, claim: Claim, policy: Policy, recipient: string): readonly HeardObject[] {
  const isTimed =
    policy.retain !== null || policy.rules.some((rule) => rule.kind === "share" && (rule.after ?? rule.until) !== null);
  const aged = (claim.kind === "every" || !isTimed ? [0] : ages).map((age) => ({
    facts,
    first: contributedAt - age,
    latestLevel: null,
  }));
  if (claim.kind === "every" || observables.includes(facts.type)) return aged;
  const revocations = aged
    .slice(1)
    .map((one) => ({ ...one, facts: { ...facts, revoked: true }, earlier: new Set([recipient]) }));
  return [...aged, ...revocations];
}

function isGiven({ offered, whole, terms }: Decision, manner: Manner): boolean {
  return offered && (manner === "any" || (manner === "named" ? !terms.unattributed : whole));
}

/** Which aspects rules and a claim ask for; whom a share reaches always hangs on the level, and answers on their authors. */
export function aspectsIn(rules: readonly Json[], claim: JsonObject): ReadonlySet<Aspect> {
  const text = JSON.stringify([rules, claim, "tlp", claim["claim"] === "every" ? "author" : ""]);
  const names: readonly Aspect[] = [
    "type",
    "tlp",
    "collection",
    "label",
    "sector",
    "confidence",
    "created-by",
    "exercise",
    "personal",
    "author",
    "affected",
    "named",
  ];
  const asksAuthor: readonly Aspect[] = JSON.stringify(rules).includes('"author"') ? ["asks-author"] : [];
  return new Set([...names.filter((name) => text.includes(`"${name}"`)), ...asksAuthor]);
}
