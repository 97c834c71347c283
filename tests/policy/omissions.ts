// The page with one sentence left out or misread, each. differential.test.ts asks that every one of them is missed: else its
// random cases would not tell whether the code keeps that sentence.

import { type Answer, Page, type Ruling } from "./naive.ts";
import {
  type Contributed,
  isDefinition,
  type PolicyWords,
  type Question,
  type RuleWords,
  type World,
} from "./world.ts";

export type Judge = (world: World, question: Question) => Ruling;
type Omissions = readonly (readonly [what: string, Judge])[];

const page = Page.prototype;

/** The page with some of its sentences put otherwise. */
const put = (sentences: Partial<Page> & ThisType<Page>): Judge => {
  return (world, question) => Object.assign(new Page(world, question), sentences).decide();
};

/** The page, and what it is held against put otherwise. */
const held = (change: (world: World) => World): Judge => {
  return (world, question) => new Page(change(world), question).decide();
};
const policy = (change: (policy: PolicyWords) => PolicyWords): Judge =>
  held((world) => ({ ...world, policy: change(world.policy) }));
const rules = (change: (rule: RuleWords) => RuleWords): Judge =>
  policy((words) => ({ ...words, rules: words.rules.map(change) }));
const objects = (change: (object: Contributed, world: World) => Contributed): Judge =>
  held((world) => ({ ...world, objects: world.objects.map((one) => change(one, world)) }));

/** Of words what is left are words. */
const without = <Words extends object>(words: Words, ...names: readonly string[]): Words =>
  Object.fromEntries(Object.entries(words).filter(([name]) => !names.includes(name))) as Words;
const uninstructed = (name: string): Judge =>
  held((world) => ({ ...world, instruction: without(world.instruction, name) }));

/** Each step of the page, or each part of one, taken out. */
export const steps: Omissions = [
  ["1, owner", put({ isOwner: () => false })],
  ["2, standing", put({ standing: () => null })],
  ["3, ceiling: what is unmarked and refused", put({ refused: () => null })],
  ["3, ceiling: how far a party of a rule reaches", put({ reaches: () => true })],
  ["3, ceiling: what a client may read", put({ mayRead: () => true })],
  ["4, withhold", put({ withheld: () => null })],
  ["5, share: silence denies", put({ silence: () => null })],
  ["5, share: with `to`, nobody else gets it", put({ addressed: () => null })],
  ["5, share: these only by `named`", put({ unnamed: () => null })],
  ["6, render", put({ render: () => [] })],
  [
    "7, when: from when",
    put({
      when(terms) {
        return [this.world.contributedAt, page.when.call(this, terms)[1]];
      },
    }),
  ],
  [
    "7, when: until when",
    put({
      when(terms) {
        return [page.when.call(this, terms)[0], null];
      },
    }),
  ],
  ["8, lean", put({ lean: () => null })],
];

const standing: Omissions = [
  [
    "a member now is enough",
    put({
      membership(intervals) {
        return intervals.some((one) => this.isNow(one)) ? "was and is" : "neither";
      },
    }),
  ],
  ["nothing reaches back", put({ reachesBack: () => false })],
  ["`ask` is `auto`", policy((words) => ({ ...words, grow: words.grow === "ask" ? "auto" : words.grow }))],
  ["`never` is `ask`", policy((words) => ({ ...words, grow: words.grow === "never" ? "ask" : words.grow }))],
  [
    "a confirmation covers later memberships",
    put({
      reachesBack({ until }, code) {
        return page.reachesBack.call(this, { from: 0, until }, code);
      },
    }),
  ],
  ["`auto` asks nobody whether it is in force", held((world) => ({ ...world, confirmed: world.confirmed ?? {} }))],
  ["the terms need no signature", held((world) => ({ ...world, unsigned: null }))],
  [
    "a membership has one microsecond more",
    put({
      isWithin({ from, until }, time) {
        return from <= time && (until === null || time <= until);
      },
    }),
  ],
  [
    "the exchange is a member",
    put({
      standing() {
        return this.recipient.kind === "exchange" ? null : page.standing.call(this);
      },
    }),
  ],
];

const ceiling: Omissions = [
  ["the latest version bounds no other", objects((object) => ({ ...object, laterNow: [] }))],
  ["the latest version bound no other", put({ laterThen: () => [] })],
  ["a later version in the contribution bounds none", put({ laterThen: ({ laterThen }) => laterThen })],
  ["nothing is inherited", put({ joined: () => [] })],
  [
    "only neighbours count",
    put({
      joined(start) {
        return start.marking === null ? this.world.objects.filter((one) => this.joins(start, one)) : [];
      },
    }),
  ],
  [
    "the walk does not end at marked objects",
    put({
      joined(start) {
        const walk = start.marking === null ? [start] : [];
        for (const here of walk)
          walk.push(...this.world.objects.filter((one) => this.joins(here, one) && !walk.includes(one)));
        return walk.slice(1);
      },
    }),
  ],
  [
    "references join in one direction",
    put({
      joins(one, other) {
        return page.joins.call(this, one, { ...other, references: [] });
      },
    }),
  ],
  [
    "definitions join",
    put({
      joins: (one, other) =>
        one !== other && (one.references.includes(other.object.id) || other.references.includes(one.object.id)),
    }),
  ],
  ["what is unmarked is clear", put({ counted: (level) => level ?? "clear" })],
  [
    "what is refused counts as clear",
    put({
      counted(level) {
        return level ?? (this.world.policy.unmarked === "refuse" ? "clear" : this.world.policy.unmarked);
      },
    }),
  ],
  [
    "an unmarked latest version is not refused",
    put({
      refused() {
        return this.marking(this.object) === null ? page.refused.call(this) : null;
      },
    }),
  ],
  [
    "`all` reaches everything below red",
    put({
      reaches(party, rule) {
        return page.reaches.call(this, party, party === "all" ? { ...rule, when: { tlp: "red" } } : rule);
      },
    }),
  ],
  [
    "`all` reaches amber",
    put({
      reaches(party, rule) {
        return page.reaches.call(this, party, rule) || (party === "all" && this.level() === "amber");
      },
    }),
  ],
  [
    "red is reached by a group",
    put({
      isCode(party) {
        return page.isCode.call(this, party) || party.startsWith("group:");
      },
    }),
  ],
  [
    "red is reached by codes alone",
    put({
      reaches(party, rule) {
        return page.reaches.call(this, party, rule) && !(party === "named" && this.level() === "red");
      },
    }),
  ],
  [
    "the public gets green",
    put({
      reaches(party, rule) {
        return page.reaches.call(this, party, rule) || (party === "public" && this.level() === "green");
      },
    }),
  ],
  [
    "red needs no clearance",
    (world, question) => new Page(world, { ...question, client: { ...question.client, cleared: true } }).decide(),
  ],
  [
    "amber goes to the community",
    put({
      mayRead() {
        return page.mayRead.call(this) || (this.level() === "amber" && this.client.reach === "community");
      },
    }),
  ],
];

const withhold: Omissions = [
  ["for the object alone", put({ together: () => [] })],
  [
    "definitions count",
    put({
      together() {
        return this.world.objects;
      },
    }),
  ],
  ["with the levels of now", put({ laterThen: ({ laterNow }) => laterNow })],
  ["no `not-to`", uninstructed("not-to")],
  ["no `except`", rules((rule) => (rule.withhold === undefined ? rule : without(rule, "except")))],
  [
    "an `except` frees the public",
    put({
      withholds(rule, object, level) {
        return (
          page.withholds.call(this, rule, object, level) &&
          !(this.recipient.kind === "public" && (rule.except ?? []).length > 0)
        );
      },
    }),
  ],
  [
    "what is kept from a state is not kept from the public",
    put({
      withholds(rule, object, level) {
        return this.recipient.kind !== "public" && page.withholds.call(this, rule, object, level);
      },
    }),
  ],
  [
    "`not-to` a state keeps nothing from the public",
    put({
      isExcluded() {
        return this.recipient.kind !== "public" && page.isExcluded.call(this);
      },
    }),
  ],
  [
    "an `except` by what is not known frees",
    put({
      withholds(rule, object, level) {
        const freed = (rule.except ?? []).some((party) => this.covers(party, object) === "not known");
        return page.withholds.call(this, rule, object, level) && (!freed || this.recipient.kind === "public");
      },
    }),
  ],
];

const share: Omissions = [
  ["no `except`", rules((rule) => (rule.share === undefined ? rule : without(rule, "except")))],
  [
    "an `except` by what is not known does not hold",
    put({
      isExcepted({ except = [] }) {
        return except.some((party) => this.recipient.kind === "public" || this.covers(party, this.object) === "yes");
      },
    }),
  ],
  [
    "an `except` does not keep the public",
    put({
      isExcepted(rule) {
        return this.recipient.kind !== "public" && page.isExcepted.call(this, rule);
      },
    }),
  ],
  [
    "one is named by what is not known",
    put({
      names(party) {
        return this.covers(party, this.object) !== "no";
      },
    }),
  ],
  ["the exchange does not know who is unattributed", objects((object) => ({ ...object, unmasked: [] }))],
  [
    "every share that names R counts, however far it reaches",
    put({
      shares() {
        return page.shares.call(this).length === 0 ? [] : this.naming();
      },
    }),
  ],
  [
    "`named` alone gives its terms",
    put({
      shares() {
        const shares = page.shares.call(this);
        return this.world.instruction.to === undefined ? shares : shares.filter(([, by]) => by.includes("named"));
      },
    }),
  ],
];

/** Whom a word covers, in another reading. */
const covering = (change: (given: Answer, party: string, page: Page) => Answer): Judge =>
  put({
    covers(party, object) {
      return change(page.covers.call(this, party, object), party, this);
    },
  });
const unknownIs = (word: string, answer: Answer): Judge =>
  covering((given, party) => (party.startsWith(word) && given === "not known" ? answer : given));

const parties: Omissions = [
  ...["all", "named", "author", "affected", "secretariat", "public", "group:", "circle:", "TR"].map(
    (word) => [`${word} covers nobody`, covering((given, party) => (party.startsWith(word) ? "no" : given))] as const,
  ),
  [
    "`all` covers the secretariat",
    covering((given, party, { recipient }) => (party === "all" && recipient.kind === "secretariat" ? "yes" : given)),
  ],
  [
    "`named` covers the secretariat",
    covering((given, party, { recipient }) => (party === "named" && recipient.kind === "secretariat" ? "yes" : given)),
  ],
  [
    "a circle that is not known is empty",
    put({
      circle(party) {
        return this.isKnown(party) ? page.circle.call(this, party) : "no";
      },
    }),
  ],
  [
    "a circle that the owner left is what it was",
    put({
      isKnown(party) {
        return this.circleOf(party) !== undefined;
      },
    }),
  ],
  ["an author that is not known is nobody", unknownIs("author", "no")],
  ["the affected that are not known are nobody", unknownIs("affected", "no")],
  ["whoever was or is in a circle counts", unknownIs("circle:", "yes")],
  ["whoever was in a circle, or came later, is not in it", unknownIs("circle:", "no")],
  [
    "an unattributed author is nobody in a withhold",
    put({
      author(authors) {
        return authors === undefined ? "not known" : authors.includes(this.recipient.code) ? "yes" : "no";
      },
    }),
  ],
];

const names = [
  ...(["type", "tlp", "collection", "label", "sector", "severity"] as const),
  ...(["confidence", "created-by", "exercise", "personal"] as const),
];

const conditions: Omissions = [
  ...names.map(
    (name) =>
      [
        `nobody asks for ${name}`,
        put({
          condition(one, ...rest) {
            return one === name || page.condition.call(this, one, ...rest);
          },
        }),
      ] as const,
  ),
  ...names.map(
    (name) =>
      [
        `${name} never holds`,
        put({
          condition(one, ...rest) {
            return one !== name && page.condition.call(this, one, ...rest);
          },
        }),
      ] as const,
  ),
  [
    "any of them is enough",
    put({
      holds(when = {}, ...rest) {
        const asked = names.filter((name) => when[name] !== undefined);
        return asked.length === 0 || asked.some((name) => this.condition(name, when, ...rest));
      },
    }),
  ],
  [
    "a level in a withhold is a ceiling",
    put({
      condition(name, when, kind, ...rest) {
        return page.condition.call(this, name, when, name === "tlp" ? "share" : kind, ...rest);
      },
    }),
  ],
  [
    "a level in a share is a floor",
    put({
      condition(name, when, kind, ...rest) {
        return page.condition.call(this, name, when, name === "tlp" ? "withhold" : kind, ...rest);
      },
    }),
  ],
  [
    "a list of levels is its strictest",
    rules((rule) =>
      typeof rule.when?.tlp === "object"
        ? { ...rule, when: { ...rule.when, tlp: rule.when.tlp.at(-1) ?? "red" } }
        : rule,
    ),
  ],
  [
    "a range has no end",
    rules((rule) =>
      rule.when?.confidence === undefined
        ? rule
        : { ...rule, when: { ...rule.when, confidence: without(rule.when.confidence, "max") } },
    ),
  ],
  [
    "what an object does not say is zero",
    objects(({ object, ...rest }) => ({ ...rest, object: { confidence: 0, ...object } })),
  ],
  ["reports and incidents do not speak for others", put({ spoken: ({ object }) => [object] })],
  [
    "every object speaks for the others",
    put({
      spoken() {
        return this.world.objects.filter((one) => !isDefinition(one)).map(({ object }) => object);
      },
    }),
  ],
  [
    "nothing is read from extensions",
    objects(({ object, ...rest }) => ({ ...rest, object: without(object, "extensions") })),
  ],
  ["the instruction makes no exercise", uninstructed("exercise")],
  ["what nobody looked for is not there", objects((object) => ({ ...object, personal: object.personal ?? false }))],
];

const terms: Omissions = [
  ...["as", "redact", "after", "until"].flatMap((name): Omissions => [
    [`no \`${name}\``, rules((rule) => without(rule, name))],
    [`no \`${name}\` of the instruction`, uninstructed(name)],
  ]),
  ["no `retain`", policy((words) => without(words, "retain"))],
  [
    "`retain` counts from the first contribution",
    put({
      retained() {
        return page.retained.call(
          Object.assign(new Page({ ...this.world, contributedAt: this.object.first }, this.question)),
        );
      },
    }),
  ],
  [
    "times count from the version's own contribution",
    objects((object, { contributedAt }) => ({ ...object, first: contributedAt })),
  ],
  [
    "a release can begin before its contribution",
    put({
      when(given) {
        return page.when.call(new Page({ ...this.world, contributedAt: this.object.first }, this.question), given);
      },
    }),
  ],
  ["a revocation waits like all else", put({ isAwaited: () => false })],
  [
    "all that follows an earlier version is a revocation",
    put({
      isAwaited() {
        return this.object.earlier.includes(this.recipient.code);
      },
    }),
  ],
  [
    "a revocation goes at once to everybody",
    put({
      isAwaited() {
        return this.object.object["revoked"] === true;
      },
    }),
  ],
  ["what is over stays", put({ over: () => null })],
  [
    "a release stands one microsecond more",
    put({
      over(from, until, names) {
        return page.over.call(this, from, until === null ? null : until + 1, names);
      },
    }),
  ],
  [
    "what ends before it begins is offered",
    put({
      over(_from, until, names) {
        return page.over.call(this, -Infinity, until, names);
      },
    }),
  ],
  ["what has marked parts goes whole", put({ hasMarkedParts: () => false })],
  [
    "a marking of language marks",
    put({
      hasMarkedParts() {
        return this.object.object["granular_markings"] !== undefined;
      },
    }),
  ],
  [
    "marked parts go nowhere",
    put({
      parts() {
        return this.hasMarkedParts() ? this.level() : null;
      },
    }),
  ],
  ["marked parts go wherever anything does", put({ isNoNarrower: (_given, { offered }) => offered })],
  ["no marking forbids to name", put({ isNameless: () => false })],
  [
    "its own marking alone forbids to name",
    put({
      isNameless() {
        return this.object.nameless;
      },
    }),
  ],
];

const lean: Omissions = [
  ["its author is nobody special", put({ isAuthor: () => false })],
  ["every share speaks of answers", put({ speaks: () => true })],
  ["no share speaks of answers", put({ speaks: () => false })],
  [
    "answers to one's own lean, too",
    objects((object) => ({ ...object, authors: object.authors?.map((one) => (one === "KZ" ? "YY" : one)) ?? [] })),
  ],
];

/** All of them, each by what is left out. */
export const omissions: Omissions = [
  ...steps.map(([what, judge]) => [`step ${what}`, judge] as const),
  ...Object.entries({ standing, ceiling, withhold, share, parties, conditions, terms, lean }).flatMap(([of, list]) =>
    list.map(([what, judge]) => [`${of}: ${what}`, judge] as const),
  ),
];
