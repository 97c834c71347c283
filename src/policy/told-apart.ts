// What the rules of a policy and a claim can tell apart: of values that all of them treat alike, one stands for the others, so
// that a proof tries few and speaks of all. Relied on by prove.ts.

import type { Micros } from "../encoding/timestamp.ts";
import type { Interval, Party } from "../directory/state.ts";
import { isExampleCode } from "../directory/iso.ts";
import { type Level, levels } from "../stix/marking.ts";
import type { Claim, ClaimParty } from "./claim.ts";
import { type Conditions, within } from "./condition.ts";
import { affectsBy, contributedTypes, hasDomain, isContributable, saysMore } from "./example-object.ts";
import { isLean } from "./lean.ts";
import { type Circles, type Circumstances, type PartyRef, publicParty, type Recipient, sharesWith } from "./parties.ts";
import { hasPersonal } from "./personal.ts";
import type { Policy } from "./policy.ts";

/** What a claim is asked about. */
export interface Question {
  readonly policy: Policy;
  /** Code of its owner. */
  readonly owner: string;
  /** Codes of the states that take part, each with standing. */
  readonly states: readonly string[];
  /** The members of the circles that the owner belongs to, by name; absent: any states may be members. */
  readonly circles?: ReadonlyMap<string, readonly string[]>;
  /** Aliases of the collections; absent: those that rules name, and another. */
  readonly collections?: readonly string[];
  /** The time from which on contributions are looked at. */
  readonly at: Micros;
}

export const wordSets = ["label", "sector", "severity"] as const;
export type WordSet = (typeof wordSets)[number];

/** Values to try, those first that make the plainest example. */
export interface ToldApart {
  readonly recipients: readonly Recipient[];
  readonly types: readonly string[];
  readonly levels: readonly Level[];
  readonly collections: readonly string[];
  readonly confidences: readonly (number | null)[];
  readonly creators: readonly (string | null)[];
  readonly words: Readonly<Record<WordSet, readonly string[]>>;
  /** Those of the words that are personal data themselves, where rules ask for it. */
  readonly personalWords: ReadonlySet<string>;
}

export const always: readonly Interval[] = [{ from: 0, until: null }];

export function partyOf(code: string, kind: Party["kind"] = "state"): Party {
  return { n: 0, code, kind, name: { en: code, ru: code, kk: code }, identities: [], intervals: always };
}

export function recipientOf(code: string): Recipient {
  if (code === "public") return publicParty;
  return partyOf(code, code === "secretariat" ? "secretariat" : "state");
}

/** The references of the rules, each once. */
export function refsOf({ rules }: Policy): readonly PartyRef[] {
  return distinctBy(
    rules.flatMap(({ parties, except }) => [...parties, ...except]),
    (ref) => JSON.stringify(ref),
  );
}

/** Whether the reference is to a circle whose members are not given. */
export function isOpen(ref: PartyRef, { circles }: Question): boolean {
  return ref.kind === "circle" && circles === undefined;
}

/** The circles as given; of those that are not, the one member that may be asked for, and the owner. */
export function circlesOf(question: Question, joined: ReadonlyMap<string, readonly string[]> = new Map()): Circles {
  const given = [...(question.circles ?? []), ...joined];
  return new Map(
    given.map(([name, codes]) => [name, new Map([question.owner, ...codes].map((code) => [code, always]))] as const),
  );
}

/** What references are held against where nothing of an object or an instruction is known yet. */
export function plainCircumstances(question: Question): Circumstances {
  const { policy, owner, at } = question;
  return { policy, owner, named: null, contributedAt: at, at, circles: circlesOf(question), authors: [], affected: [] };
}

/** The state that may be admitted later: one of a code that nobody has. */
export function newcomerTo({ policy, owner, states }: Question): string | null {
  const named = refsOf(policy).flatMap((ref) => (ref.kind === "state" ? [ref.code] : []));
  const taken = new Set([owner, ...states, ...named, ...[...policy.groups.values()].flatMap((codes) => [...codes])]);
  return exampleCodes.find((code) => !taken.has(code)) ?? null;
}

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const exampleCodes = ["ZZ", ...letters.flatMap((a) => letters.map((b) => a + b)).filter(isExampleCode)];

/** The codes of all whom a claim speaks of, its policy's owner aside; states first. */
export function recipientsOf(claim: Claim, question: Question): readonly string[] {
  const party: ClaimParty = "party" in claim ? claim.party : { kind: "anyone", except: [] };
  const newcomer = newcomerTo(question);
  const anybody = [...question.states, ...(newcomer === null ? [] : [newcomer])];
  const codes = codesOf(party, question, anybody);
  return [...new Set(codes)].filter((code) => code !== question.owner);
}

function codesOf(party: ClaimParty, question: Question, anybody: readonly string[]): readonly string[] {
  switch (party.kind) {
    case "state":
      return [party.code];
    case "group":
      return [...(question.policy.groups.get(party.name) ?? [])];
    case "circle":
      return question.circles === undefined ? anybody : (question.circles.get(party.name) ?? []);
    case "anyone":
      return [...anybody, "secretariat", "public"].filter((code) => !party.except.includes(code));
    default:
      return [party.kind];
  }
}

export function toldApart(claim: Claim, question: Question): ToldApart {
  const asked: readonly Conditions[] = [
    ...("when" in claim ? [claim.when] : []),
    ...question.policy.rules.map(({ when }) => when),
  ];
  // By value: the conditions that list it.
  const listing = (name: "type" | "collection" | "createdBy" | WordSet): ReadonlyMap<string, readonly number[]> => {
    const places = new Map<string, number[]>();
    for (const [place, when] of asked.entries()) {
      for (const value of when[name] ?? []) {
        const known = places.get(value);
        if (known === undefined) places.set(value, [place]);
        else known.push(place);
      }
    }
    return places;
  };
  const asksPersonal = asked.some(({ personal }) => personal !== null);
  const personalWords = new Set<string>();
  const wordsOf = (name: WordSet): readonly string[] => {
    const places = listing(name);
    if (asksPersonal) for (const word of places.keys()) if (isPersonal(word)) personalWords.add(word);
    return distinctBy(places.keys(), (word) => `${personalWords.has(word)} ${String(places.get(word))}`);
  };
  const words = { label: wordsOf("label"), sector: wordsOf("sector"), severity: wordsOf("severity") };
  const [types, collections, creators] = [listing("type"), listing("collection"), listing("createdBy")];
  const contributed = new Set([
    ...contributedTypes,
    ...[...types.keys()].filter(isContributable),
    otherThan("x-example", types),
  ]);
  const ranges = asked.flatMap(({ confidence }) => confidence ?? []);
  const percents = [null, ...Array.from({ length: 101 }, (_, percent) => percent)];
  return {
    recipients: toldApartRecipients(recipientsOf(claim, question), question),
    types: distinctBy(contributed, (type) => `${kindOf(type)} ${String(types.get(type))}`),
    levels,
    collections: distinctBy(
      question.collections ?? [...collections.keys(), otherThan("threat-reports", collections)],
      (one) => String(collections.get(one)),
    ),
    confidences: distinctBy(percents, (one) => ranges.map((range) => (within(range, one) ? "1" : "0")).join("")),
    creators: [null, ...distinctBy(creators.keys(), (one) => String(creators.get(one)))],
    words,
    personalWords,
  };
}

/** All by which an object of a type differs, beside its name. */
function kindOf(type: string): string {
  return [saysMore(type), affectsBy(type), isLean({ type, authors: ["another"] }, ""), speaksForAll(type)].join(" ");
}

/** Whether what it says counts for all objects of its contribution (policy.md step 4). */
export function speaksForAll(type: string): boolean {
  return type === "report" || type === "incident";
}

/** Whether an object that has this word has personal data. */
function isPersonal(word: string): boolean {
  return hasPersonal({ type: "indicator", id: "", labels: [word] });
}

function toldApartRecipients(codes: readonly string[], question: Question): readonly Recipient[] {
  const refs = refsOf(question.policy);
  const about = plainCircumstances(question);
  const byDomain = refs.some(({ kind }) => kind === "affected");
  return distinctBy(codes.map(recipientOf), (recipient) => {
    const covered = refs.map((ref) => (sharesWith(ref, recipient, about) ? "1" : "0")).join("");
    return `${recipient.kind} ${byDomain && hasDomain(recipient.code)} ${covered}`;
  });
}

function otherThan(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  let name = wanted;
  while (taken.has(name)) name += "-x";
  return name;
}

/** The first of those that have the same key. */
function distinctBy<T>(values: Iterable<T>, keyOf: (value: T) => string): readonly T[] {
  const first = new Map<string, T>();
  for (const value of values) {
    const key = keyOf(value);
    if (!first.has(key)) first.set(key, value);
  }
  return [...first.values()];
}
