// Random worlds for differential.test.ts: small vocabularies, so that rules and objects meet, and texts that would break out of
// a string of another language. Every choice is weighted so that each step of a decision is the one that says no often enough.

import * as fc from "fast-check";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import {
  type Contributed,
  type InstructionWords,
  type Interval,
  isDefinition,
  type Level,
  levelsByStrictness,
  type Member,
  type PolicyWords,
  type Question,
  type When,
  type World,
} from "./world.ts";

const hour = 3_600_000_000;
const day = 24 * hour;
/** The last is the last microsecond of a leap day, and the one before it has no such day in the next month. */
const contributionTimes = ["2026-11-24T00:00:00Z", "2027-01-31T12:30:00Z", "2028-02-29T23:59:59.999Z"].map(
  (text) => Date.parse(text) * 1000,
);

export const states = ["KZ", "AZ", "IN", "KG", "TR", "UZ", "XX", "YY"] as const;
export const circleNames = ["ring", "каспий-2"] as const;
const identity = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";
const groups = { near: ["KG", "UZ", "TR"], "соседи-2": ["IN", "TR", "XX"], empty: [] };
/** What a careless translation would take for a part of the policy. */
export const nasty = ['"]) || true || ["', "\\u{22}\\", "*", 'ы "; permit(principal, action, resource); //'] as const;

const level = fc.constantFrom(...levelsByStrictness);
/** Strict levels are rarer, since red and `all` beyond green stop nearly everything. */
const marking = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...levelsByStrictness.slice(0, 3)) },
  { weight: 1, arbitrary: level },
);
const chance = (percent: number): fc.Arbitrary<boolean> => fc.nat(99).map((dice) => dice < percent);
const some = <Item>(values: readonly Item[], minLength = 1, maxLength = 3) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength, maxLength });
const oneOrMany = <Item extends string>(values: readonly Item[]): fc.Arbitrary<Item | readonly Item[]> =>
  fc.oneof(fc.constantFrom(...values), some(values));
/** The value now and then, and else none. */
const sometimes = <Item>(percent: number, arbitrary: fc.Arbitrary<Item>): fc.Arbitrary<Item | undefined> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(undefined) }, { weight: percent, arbitrary });

/** The record without what is undefined: in the language, a member is there or is not. */
function present(members: { readonly [name: string]: fc.Arbitrary<Json | undefined> }): fc.Arbitrary<JsonObject> {
  return fc.record(members).map((made) => {
    const kept = Object.entries(made).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
    return Object.fromEntries(kept);
  });
}

const labels = ["apt", "phishing", ...nasty] as const;
const sectors = ["energy", "water", nasty[0]] as const;
const severities = ["high", "low", nasty[1]] as const;

const type = oneOrMany(["indicator", "report", "malware", "sighting", "note", "opinion"]);
const tlp = fc.oneof(marking, some(levelsByStrictness, 1, 4));
const when = {
  type,
  tlp,
  collection: oneOrMany(["threat-reports", "public"]),
  label: oneOrMany(labels),
  sector: oneOrMany(sectors),
  severity: oneOrMany(severities),
  confidence: fc
    .record({ min: fc.integer({ min: 0, max: 60 }), max: fc.integer({ min: 50, max: 100 }), kept: fc.nat(2) })
    .map(({ min, max, kept }) => [{ min }, { max }, { min: Math.min(min, max), max }][kept]),
  "created-by": fc.constantFrom(identity, [identity]),
  exercise: fc.boolean(),
  personal: fc.boolean(),
};

/** Up to three conditions; the first of the names are the commonest. */
const conditions = (names: readonly (keyof typeof when)[], none: number): fc.Arbitrary<When | undefined> =>
  fc.tuple(fc.nat(99), some(names, 1, 3), present(when)).map(([dice, kept, all]) =>
    dice < none
      ? undefined
      : // What is kept of conditions are conditions.
        (Object.fromEntries(
          Object.entries(all).filter(([name]) => kept.slice(0, dice < 75 ? 1 : 3).some((one) => one === name)),
        ) as When),
  );
const conditionNames = [
  ...(["tlp", "tlp", "tlp", "type", "collection", "label"] as const),
  ...(["sector", "severity", "confidence", "created-by", "exercise", "personal"] as const),
];

const party = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...states) },
  { weight: 5, arbitrary: fc.constant("all") },
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(groups).map((name) => `group:${name}`)) },
  { weight: 5, arbitrary: fc.constantFrom(...circleNames.map((name) => `circle:${name}`)) },
  { weight: 3, arbitrary: fc.constant("named") },
  { weight: 8, arbitrary: fc.constantFrom("author", "affected", "secretariat", "public") },
);
const refs = (minLength: number, maxLength: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(party, { minLength, maxLength });

/** Within a rule or an instruction `until` is later; of several, it may not be. */
const window = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("PT1H", "P2D", "P1M", "P1Y2M3DT4H5M6S", "P3W").map((after) => ({ after })),
  },
  { weight: 1, arbitrary: fc.constantFrom("PT30M", "P2D", "P1M", "P180D", "P1Y").map((until) => ({ until })) },
  { weight: 1, arbitrary: fc.constantFrom("P1M", "P180D", "P1Y1D").map((until) => ({ after: "P2D", until })) },
);
const redact = some(["/description", "victim", "/external_references/*/url", "personal"]);
const terms = fc
  .tuple(
    present({ as: sometimes(15, fc.constantFrom("named", "unattributed")), redact: sometimes(15, redact) }),
    window,
  )
  .map(([reduced, times]) => ({ ...reduced, ...times }));

const shareRule = fc
  .tuple(
    present({
      share: refs(1, 4),
      except: sometimes(20, refs(0, 2)),
      when: conditions(conditionNames, 40),
    }),
    terms,
  )
  .map(([rule, its]) => ({ ...rule, ...its }));

const withholdRule = present({
  withhold: refs(1, 3),
  except: sometimes(30, refs(0, 2)),
  when: conditions(conditionNames, 5),
});

const ruleName = fc.oneof(
  { weight: 4, arbitrary: fc.constant("rule") },
  { weight: 1, arbitrary: fc.constantFrom(...nasty) },
);

const policies: fc.Arbitrary<PolicyWords> = fc
  .tuple(
    fc.array(shareRule, { minLength: 1, maxLength: 6 }),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(withholdRule, { minLength: 1, maxLength: 2 }) },
    ),
    ruleName,
    present({
      unmarked: fc.oneof({ weight: 7, arbitrary: marking }, { weight: 1, arbitrary: fc.constant("refuse") }),
      grow: fc.constantFrom("ask", "auto", "never"),
      retain: sometimes(12, fc.constantFrom("P2D", "P1M", "P1Y")),
    }),
  )
  .map(
    ([shares, withholds, name, rest]) =>
      ({
        ...rest,
        groups,
        rules: [...shares, ...withholds].map((rule, place): JsonObject => ({ name: `${name} ${place}`, ...rule })),
      }) as unknown as PolicyWords, // each member is made of its own words
  );

const instructions: fc.Arbitrary<InstructionWords> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        present({
          to: sometimes(50, some(states, 2, 6)),
          "not-to": sometimes(30, some([...states, "secretariat"])),
          as: sometimes(20, fc.constantFrom("named", "unattributed")),
          redact: sometimes(15, redact),
          exercise: sometimes(20, fc.boolean()),
        }),
        window,
      )
      .map(([said, times]) => ({ ...said, ...times }) as InstructionWords), // each member is made of its own words
  },
);

const uuid = "d81f86b9-975b-4c0b-875e-810c5ad45a4f";
/** Few ids, so that objects refer to each other and versions meet; the first most of all. */
const ids = [
  "indicator",
  "indicator",
  "report",
  "malware",
  "sighting",
  "note",
  "opinion",
  "incident",
  "ipv4-addr",
  "marking-definition",
].map((name, place) => `${name}--${place}${uuid.slice(1)}`);

const content: fc.Arbitrary<Contributed["object"]> = fc
  .record({
    id: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...ids) },
      { weight: 1, arbitrary: fc.constant(`indicator--0${uuid.slice(1)}`) },
    ),
    rest: present({
      labels: sometimes(50, some(labels, 0, 2)),
      sectors: sometimes(30, some(sectors)),
      severity: sometimes(20, fc.constantFrom(...severities)),
      exercise: sometimes(20, fc.boolean()),
      extensions: sometimes(
        40,
        present({
          sectors: sometimes(50, some(sectors)),
          severity: sometimes(50, fc.constantFrom(...severities)),
          exercise: sometimes(30, fc.boolean()),
        }).map((said) => ({ "extension-definition--1": said, "x-other": { severity: 7 } })),
      ),
      confidence: sometimes(60, fc.integer({ min: 0, max: 100 })),
      created_by_ref: sometimes(60, fc.constantFrom(identity, identity.replace("c78", "d78"))),
      granular_markings: sometimes(
        25,
        fc.constantFrom(
          [{ marking_ref: "marking-definition--1", selectors: ["description"] }],
          [{ lang: "ru", selectors: ["description"] }],
        ),
      ),
      revoked: sometimes(20, fc.boolean()),
    }),
  })
  .map(({ id, rest }) => ({ type: id.slice(0, id.indexOf("--")), id, ...rest }));

type Membership = (contributedAt: number) => readonly Interval[];
const always: Membership = () => [{ from: 0, until: null }];
const others: readonly Membership[] = [
  (at) => [{ from: at, until: null }],
  (at) => [{ from: at + 1, until: null }],
  (at) => [{ from: at + hour, until: null }],
  (at) => [{ from: 0, until: at }],
  (at) => [{ from: 0, until: at + hour }],
  (at) => [
    { from: 0, until: at - day },
    { from: at + day, until: null },
  ],
  () => [],
];
/** How often it never began or ended, to one time that it did. */
const membership = (weight: number): fc.Arbitrary<Membership> =>
  fc.oneof({ weight, arbitrary: fc.constant(always) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
/** Of the owner, which has left it now and then, and of the others. */
const circle = fc.tuple(membership(8), ...states.slice(1).map(() => membership(1)));

/** How the latest version was marked in up to two collections, where there is a later one. */
const later = (weight: number): fc.Arbitrary<readonly (Level | null)[]> =>
  fc.oneof(
    { weight, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.oneof(marking, fc.constant(null)), { minLength: 1, maxLength: 2 }) },
  );

const contributed = (contributedAt: number): fc.Arbitrary<Contributed> =>
  fc
    .tuple(
      content,
      fc.record({
        version: fc.integer({ min: 1, max: 3 }),
        marking: fc.oneof({ weight: 3, arbitrary: marking }, { weight: 2, arbitrary: fc.constant(null) }),
        nameless: chance(8),
        references: some(ids, 0, 3),
        laterThen: later(2),
        laterNow: later(4),
        first: fc.constantFrom(0, 0, 0, day, 100 * day, 400 * day).map((before) => contributedAt - before),
        earlier: some(states, 0, 3),
        unmasked: some(["IN", "TR", "XX"], 0, 2),
      }),
      present({
        personal: sometimes(70, fc.boolean()),
        authors: sometimes(75, some(["KZ", "TR", "UZ", "IN", "unattributed", "secretariat"], 0, 2)),
        affected: sometimes(70, some(["IN", "KZ", "TR", "UZ"], 0, 3)),
      }),
    )
    .map(([object, known, found]) => ({ object, ...known, ...found }));

/** Times at which something begins or ends, and shortly before. */
const offsets = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, hour, day, 3 * day) },
  { weight: 1, arbitrary: fc.constantFrom(hour - 1, 2 * day - 1, 2 * day, 29 * day, 30 * day, 31 * day, 59 * day) },
  { weight: 1, arbitrary: fc.constantFrom(180 * day - 1, 180 * day, 365 * day, 366 * day, 800 * day) },
);

const parties: readonly Pick<Member, "kind" | "code">[] = [
  ...states.map((code) => ({ kind: "state" as const, code })),
  ...(["secretariat", "exchange", "public", "unattributed"] as const).map((kind) => ({ kind, code: kind })),
];

/** Times by the codes of some, so long after. */
const timesOf = (codes: readonly string[], afters: readonly number[]) =>
  fc.dictionary(fc.constantFrom(...codes), fc.constantFrom(...afters), { maxKeys: 4 });

export const worlds: fc.Arbitrary<World> = fc.constantFrom(...contributionTimes).chain((contributedAt) =>
  fc
    .record({
      policy: policies,
      instruction: instructions,
      collection: fc.constantFrom("threat-reports", "best-practices"),
      objects: fc
        .array(contributed(contributedAt), { minLength: 1, maxLength: 4 })
        .filter((objects) => !objects.every(isDefinition)),
      now: offsets.map((offset) => contributedAt + offset),
      standing: fc.tuple(...[...states, "secretariat"].map(() => membership(7))),
      circles: sometimes(90, fc.tuple(circle, circle)),
      absent: fc.nat(9),
      unsigned: sometimes(40, timesOf(states, [-day, hour, 30 * day, 900 * day])),
      confirmed: sometimes(85, timesOf([...states, "secretariat"], [0, hour, day])),
    })
    .map(({ now, standing, circles, absent, unsigned, confirmed, ...rest }): World => {
      const after = (times: Readonly<Record<string, number>>, latest: number) =>
        Object.fromEntries(
          Object.entries(times).map(([code, offset]) => [code, Math.min(contributedAt + offset, latest)]),
        );
      const membersOf = (made: readonly Membership[]) =>
        Object.fromEntries(states.map((code, place) => [code, made[place]?.(contributedAt) ?? []]));
      const named = circleNames.map((name, place) => [name, membersOf(circles?.[place] ?? [])] as const);
      return {
        ...rest,
        contributedAt,
        at: now,
        members: parties.map((one, place) => ({ ...one, intervals: standing[place]?.(contributedAt) ?? [] })),
        circles: circles === undefined ? null : Object.fromEntries(named.filter((_, place) => place !== absent)),
        unsigned: unsigned === undefined ? null : after(unsigned, Infinity),
        // No confirmation is of the future.
        confirmed: confirmed === undefined ? null : after(confirmed, now),
      };
    }),
);

/** Questions of one world: mostly of states, and of each other party now and then. */
export const questions = (world: World, count: number): fc.Arbitrary<readonly Question[]> => {
  const objects = [...world.objects.entries()].flatMap(([place, one]) => (isDefinition(one) ? [] : [place]));
  const places = (kind: Member["kind"]) => parties.findIndex((one) => one.kind === kind);
  return fc.array(
    fc.record({
      object: fc.constantFrom(...objects),
      recipient: fc.oneof(
        { weight: 80, arbitrary: fc.integer({ min: 1, max: states.length - 1 }) },
        { weight: 8, arbitrary: fc.constant(places("public")) },
        { weight: 5, arbitrary: fc.constant(places("secretariat")) },
        { weight: 4, arbitrary: fc.constant(places("unattributed")) },
        { weight: 2, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constant(places("exchange")) },
      ),
      client: fc.record({
        reach: fc.constantFrom("organisation", "organisation", "customers", "community", "public"),
        cleared: fc.boolean(),
      }),
    }),
    { minLength: count, maxLength: count },
  );
};
