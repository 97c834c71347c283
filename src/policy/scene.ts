// A contribution that nobody has made yet, as variables: an object that is asked about, another one, and a report that says
// something for both. More objects can do nothing that these cannot: what several say for all, one report can say, and a withhold
// needs one object that it matches. Nor can an instruction's `exercise`, which any object can say of itself. Relied on by prove.ts.

import type { Level } from "../stix/marking.ts";
import { affectsBy, hasDomain, saysMore } from "./example-object.ts";
import { type Conditions, levelHolds, type RuleKind, within } from "./condition.ts";
import type { Formula, OneOf } from "./formula.ts";
import type { Circumstances, PartyRef, Recipient } from "./parties.ts";
import type { Literal } from "./solver.ts";
import {
  circlesOf,
  isOpen,
  plainCircumstances,
  type Question,
  refsOf,
  speaksForAll,
  type ToldApart,
  type WordSet,
  wordSets,
} from "./told-apart.ts";

/** Whose an object is that a thing refers to: nobody's but the owner's, the recipient's, another state's, or not told. */
export type Author = "none" | "recipient" | "other" | "masked";
const authors: readonly Author[] = ["none", "recipient", "masked", "other"];

type Words = Readonly<Record<WordSet, ReadonlyMap<string, Literal>>>;

/** One object of the contribution. */
export interface Thing {
  readonly present: Literal;
  readonly type: OneOf<string>;
  readonly level: OneOf<Level>;
  readonly confidence: OneOf<number | null>;
  readonly creator: OneOf<string | null>;
  /** What it says itself, and what counts for it. */
  readonly own: Words;
  readonly words: Words;
  readonly ownExercise: Literal;
  readonly exercise: Literal;
  readonly personal: Literal;
  readonly author: OneOf<Author>;
  /** The recipient's networks or country domain occur in it. */
  readonly affected: Literal;
}

/** What the instruction, the collection and the world are. */
export interface Frame {
  readonly recipient: OneOf<Recipient>;
  readonly collection: OneOf<string>;
  /** The instruction names the recipient. */
  readonly named: Literal;
  /** By the circles whose members are not given: the recipient is one. */
  readonly joined: ReadonlyMap<string, Literal>;
  /** It revokes what the recipient has. */
  readonly awaited: Literal;
}

export interface Scene extends Frame {
  readonly formula: Formula;
  readonly question: Question;
  readonly subject: Thing;
  /** The subject and those beside it. */
  readonly things: readonly Thing[];
  /** What is wished for, the most wished first: an example that is as plain as it can be. */
  readonly preferences: readonly Literal[];
}

/** @param withOther whether there may be one more object beside the subject than what it needs to say something for it */
export function sceneOf(formula: Formula, told: ToldApart, question: Question, withOther: boolean): Scene {
  const frame = frameOf(formula, told, question);
  const { subject, things } = thingsOf(formula, told, frame, withOther);
  formula.implies([frame.awaited], [formula.where(subject.type, saysMore)]);
  const chosen = <T>(one: OneOf<T>): readonly Literal[] => [...one.values()];
  const preferences = [
    ...things.slice(1).map(({ present }) => -present),
    ...[frame.awaited, frame.named, ...frame.joined.values()].map((literal) => -literal),
    ...things.flatMap(({ author, affected }) => [...chosen(author), -affected]),
    ...chosen(frame.recipient),
    ...chosen(frame.collection),
    ...things.flatMap((thing) => [
      ...chosen(thing.confidence),
      ...chosen(thing.creator),
      ...wordSets.flatMap((set) => [...thing.own[set].values()].map((literal) => -literal)),
      -thing.personal,
      -thing.ownExercise,
      ...chosen(thing.type),
      ...chosen(thing.level),
    ]),
  ];
  return { formula, question, ...frame, subject, things, preferences };
}

function frameOf(formula: Formula, { recipients, collections }: ToldApart, question: Question): Frame {
  const recipient = formula.oneOf(recipients);
  const open = refsOf(question.policy).flatMap((ref) =>
    ref.kind === "circle" && isOpen(ref, question) ? [ref.name] : [],
  );
  const joined = new Map(open.map((name) => [name, formula.variable()] as const));
  return {
    recipient,
    collection: formula.oneOf(collections),
    named: formula.variable(),
    joined,
    awaited: formula.variable(),
  };
}

function thingsOf(
  formula: Formula,
  told: ToldApart,
  frame: Frame,
  withOther: boolean,
): { readonly subject: Thing; readonly things: readonly Thing[] } {
  const subject = draftThing(formula, told, frame, formula.always);
  // An observable has no labels of its own, and whoever says what is personal data has it.
  const needsReport = told.words.label.length > 0 || told.personalWords.size > 0;
  const others = [withOther, needsReport].flatMap((needed) =>
    needed ? [draftThing(formula, told, frame, formula.variable())] : [],
  );
  const drafts = [subject, ...others];
  const speaking = drafts.map(({ present, type }) => formula.and([present, formula.where(type, speaksForAll)]));
  const saidBy = (literals: readonly Literal[]): Literal =>
    formula.or(literals.map((literal, i) => formula.and([literal, speaking[i] ?? formula.never])));
  const context = mapWords(told.words, (set, word) =>
    saidBy(drafts.map(({ own }) => own[set].get(word) ?? formula.never)),
  );
  const exercise = saidBy(drafts.map(({ ownExercise }) => ownExercise));
  const things = drafts.map((draft): Thing => ({
    ...draft,
    words: mapWords(told.words, (set, word) =>
      formula.or([draft.own[set].get(word) ?? formula.never, context[set].get(word) ?? formula.never]),
    ),
    exercise: formula.or([draft.ownExercise, exercise]),
  }));
  const [first] = things;
  if (first === undefined) throw new TypeError("There is a subject.");
  return { subject: first, things };
}

type Draft = Omit<Thing, "words" | "exercise">;

function draftThing(formula: Formula, told: ToldApart, { recipient }: Frame, present: Literal): Draft {
  const type = formula.oneOf(told.types);
  const confidence = formula.oneOf(told.confidences);
  const creator = formula.oneOf(told.creators);
  const own = mapWords(told.words, () => formula.variable());
  const [personal, affected] = [formula.variable(), formula.variable()];
  const more = formula.where(type, saysMore);
  formula.implies([-more], [formula.where(confidence, (value) => value === null)]);
  formula.implies([-more], [formula.where(creator, (value) => value === null)]);
  for (const label of own.label.values()) formula.implies([label], [more]);
  for (const set of wordSets) {
    for (const [word, literal] of own[set]) if (told.personalWords.has(word)) formula.implies([literal], [personal]);
  }
  formula.implies([affected], [formula.where(type, (one) => affectsBy(one) !== null)]);
  formula.implies(
    [affected, formula.where(type, (one) => affectsBy(one) === "domain")],
    [formula.where(recipient, ({ code }) => hasDomain(code))],
  );
  return {
    present,
    type,
    level: formula.oneOf(told.levels),
    confidence,
    creator,
    own,
    ownExercise: formula.variable(),
    personal,
    author: formula.oneOf(authors),
    affected,
  };
}

function mapWords(words: ToldApart["words"], literalOf: (set: WordSet, word: string) => Literal): Words {
  const of = (set: WordSet): ReadonlyMap<string, Literal> =>
    new Map(words[set].map((word) => [word, literalOf(set, word)] as const));
  return { label: of("label"), sector: of("sector"), severity: of("severity") };
}

/** That the conditions hold for a thing. */
export function conditionOf(scene: Scene, when: Conditions, kind: RuleKind, thing: Thing): Literal {
  const { formula, collection } = scene;
  const parts: Literal[] = [];
  const { type, tlp, confidence, createdBy, exercise, personal } = when;
  if (type !== null) parts.push(formula.where(thing.type, (one) => type.includes(one)));
  if (tlp !== null) parts.push(formula.where(thing.level, (one) => levelHolds(tlp, kind, one)));
  if (when.collection !== null) parts.push(formula.where(collection, (one) => when.collection?.includes(one) === true));
  for (const set of wordSets) {
    const wanted = when[set];
    if (wanted !== null) parts.push(formula.or(wanted.map((word) => thing.words[set].get(word) ?? formula.never)));
  }
  if (confidence !== null) parts.push(formula.where(thing.confidence, (one) => within(confidence, one)));
  if (createdBy !== null) parts.push(formula.where(thing.creator, (one) => one !== null && createdBy.includes(one)));
  if (exercise !== null) parts.push(exercise ? thing.exercise : -thing.exercise);
  if (personal !== null) parts.push(personal ? thing.personal : -thing.personal);
  return formula.and(parts);
}

type Test = (ref: PartyRef, recipient: Recipient, about: Circumstances) => boolean;

/** That a reference of a rule covers the recipient, as one of the tests of parties.ts says of each way that it can be. */
export function coverageOf(scene: Scene, ref: PartyRef, test: Test, thing: Thing): Literal {
  const { formula, question } = scene;
  const plain = plainCircumstances(question);
  const ways: readonly (readonly [Literal, (code: string) => Partial<Circumstances>])[] = waysOf(scene, ref, thing);
  // Recipients for whom the test says the same of each way are one.
  const groups = Map.groupBy(scene.recipient, ([recipient]) =>
    ways.map(([, of]) => (test(ref, recipient, { ...plain, ...of(recipient.code) }) ? "1" : "0")).join(""),
  );
  return formula.or(
    [...groups].map(([outcome, members]) => {
      const covering = ways.flatMap(([literal], i) => (outcome[i] === "1" ? [literal] : []));
      const among =
        members.length === scene.recipient.size ? formula.always : formula.or(members.map(([, one]) => one));
      return formula.and([among, covering.length === ways.length ? formula.always : formula.or(covering)]);
    }),
  );
}

/** All ways that what a reference hangs on can be: a literal each, and the circumstances for a recipient. */
function waysOf(
  { formula, named, joined, question }: Scene,
  ref: PartyRef,
  thing: Thing,
): readonly (readonly [Literal, (code: string) => Partial<Circumstances>])[] {
  switch (ref.kind) {
    case "named":
      return [
        [named, (code) => ({ named: [code] })],
        [-named, () => ({ named: null })],
      ];
    case "author":
      return [...thing.author].map(([author, literal]) => [
        literal,
        (code) => ({ authors: authorCodes(author, code) }),
      ]);
    case "affected":
      return [
        [thing.affected, (code) => ({ affected: [code] })],
        [-thing.affected, () => ({ affected: [] })],
      ];
    case "circle": {
      const literal = joined.get(ref.name);
      if (literal === undefined) return [[formula.always, () => ({})]];
      return [
        [literal, (code) => ({ circles: circlesOf(question, new Map([[ref.name, [code]]])) })],
        [-literal, () => ({ circles: circlesOf(question, new Map([[ref.name, []]])) })],
      ];
    }
    default:
      return [[formula.always, () => ({})]];
  }
}

/** The code of a state that is neither the owner nor the recipient. */
export const another = "another";

/** The codes of the authors of what a thing refers to. */
export function authorCodes(author: Author, recipient: string, other: string = another): readonly string[] {
  return author === "none" ? [] : [author === "recipient" ? recipient : author === "other" ? other : "unattributed"];
}
