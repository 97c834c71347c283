// Random policies, facts and contributions for the properties of this room: small vocabularies, so that rules and objects meet.

import * as fc from "fast-check";
import type { Json, JsonObject } from "../../src/encoding/json.ts";
import { type Level, levels } from "../../src/stix/marking.ts";
import type { Facts } from "../../src/policy/facts.ts";
import type { Circles } from "../../src/policy/parties.ts";
import type { Interval } from "../../src/directory/state.ts";
import { circles, contributedAt, day, plain, since, stateCodes } from "./cast.ts";

const own = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";
const groups = { near: ["KG", "UZ"], far: ["IN", "TR", "XX"] };
const level = fc.constantFrom(...levels);
const some = <T>(values: readonly T[], minLength = 1) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength, maxLength: 3 });
const oneOrMany = (values: readonly string[]): fc.Arbitrary<Json> => fc.oneof(fc.constantFrom(...values), some(values));
const party = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("all", "named", "secretariat", "group:near", "group:far", ...stateCodes) },
  { weight: 1, arbitrary: fc.constantFrom("author", "affected", "public", ...circles.map((name) => `circle:${name}`)) },
);
const parties = (minLength: number) => fc.uniqueArray(party, { minLength, maxLength: 4 });

/** Conditions; `lists` false keeps tlp to single levels, for which raising a marking never widens. */
const conditions = (lists: boolean): fc.Arbitrary<JsonObject> =>
  fc
    .record(
      {
        type: oneOrMany(["indicator", "report", "sighting"]),
        tlp: lists ? fc.oneof<fc.Arbitrary<Json>[]>(level, some(levels)) : level,
        collection: oneOrMany(["threat-reports", "public"]),
        label: oneOrMany(["apt", "phishing"]),
        sector: oneOrMany(["energy", "water"]),
        severity: oneOrMany(["low", "high"]),
        confidence: fc.record(
          { min: fc.integer({ min: 0, max: 60 }), max: fc.integer({ min: 60, max: 100 }) },
          { requiredKeys: ["min"] },
        ),
        "created-by": fc.constant(own),
        exercise: fc.boolean(),
        personal: fc.boolean(),
      },
      { requiredKeys: [] },
    )
    .chain((all) =>
      fc
        .subarray(Object.entries(all), { maxLength: Math.min(2, Object.keys(all).length) })
        .map((kept) => Object.fromEntries(kept)),
    );

const redact = fc.constant(["/description"]);
const after = fc.constantFrom("PT1H", "P2D");
const until = fc.constantFrom("P3D", "P180D");

export const shareRules = (lists: boolean): fc.Arbitrary<JsonObject> =>
  fc
    .record(
      {
        share: parties(1),
        except: parties(0),
        when: conditions(lists),
        as: fc.constantFrom("named", "unattributed"),
        redact,
        after,
        until,
      },
      { requiredKeys: ["share"] },
    )
    .chain((rule) =>
      fc
        .nat(9)
        .map((dice) =>
          dice < 6 ? { share: rule.share, ...(rule.when === undefined ? {} : { when: rule.when }) } : rule,
        ),
    );

export const withholdRules = (lists: boolean): fc.Arbitrary<JsonObject> =>
  fc.record(
    { withhold: parties(1), except: parties(0), when: conditions(lists) },
    { requiredKeys: ["withhold", "when"] },
  );

/** A policy document whose rules have names of their own. */
export const policyDocuments = (lists = true): fc.Arbitrary<JsonObject> =>
  fc
    .record({
      unmarked: fc.constantFrom(...levels, "refuse"),
      grow: fc.constantFrom("ask", "auto", "never"),
      retain: fc.option(fc.constantFrom("P2D", "P1Y")),
      shares: fc.array(shareRules(lists), { maxLength: 5 }),
      withholds: fc.array(withholdRules(lists), { maxLength: 2 }),
    })
    .map(({ unmarked, grow, retain, shares, withholds }) => ({
      unmarked,
      grow,
      ...(retain === null ? {} : { retain }),
      groups,
      rules: [...shares, ...withholds].map((rule, place) => ({ name: `rule ${place}`, ...rule })),
    }));

/** What may be absent: nobody looked for it. */
const found = fc.record(
  {
    personal: fc.boolean(),
    authors: fc.subarray(["KZ", "TR", "UZ", "unattributed"], { maxLength: 2 }),
    affected: fc.subarray(["IN", "KZ", "TR"], { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

export const facts: fc.Arbitrary<Facts> = fc
  .record({
    type: fc.constantFrom("indicator", "report", "malware", "sighting"),
    level: fc.option(level),
    inherited: fc.option(level),
    labels: fc.subarray(["apt", "phishing"]),
    sectors: fc.subarray(["energy", "water"]),
    severities: fc.subarray(["high", "low"], { maxLength: 1 }),
    exercise: fc.boolean(),
    confidence: fc.option(fc.integer({ min: 0, max: 100 })),
    createdBy: fc.option(fc.constant(own)),
    granular: fc.nat(9).map((dice) => dice === 0),
    unattributed: fc.nat(9).map((dice) => dice === 0),
    revoked: fc.nat(4).map((dice) => dice === 0),
  })
  .chain((some) =>
    found.map((rest) => ({ ...plain, ...some, ...rest, inherited: some.level === null ? some.inherited : null })),
  );

export const instructions: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        to: some(stateCodes),
        "not-to": some([...stateCodes, "secretariat"]),
        as: fc.constantFrom("named", "unattributed"),
        redact,
        // Later than some rule's until, so that a time can end before it begins.
        after: fc.constantFrom("PT1H", "P4D"),
        until: fc.constantFrom("P5D", "P180D"),
        exercise: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  },
);

export interface RandomObject {
  readonly facts: Facts;
  readonly first: number;
  readonly latestLevel: Level | null;
  readonly earlier: ReadonlySet<string>;
  readonly unmasked?: readonly string[];
}

export const heardObjects: fc.Arbitrary<RandomObject> = fc.record(
  {
    facts,
    first: fc.constantFrom(contributedAt, contributedAt - day, contributedAt - 100 * day),
    latestLevel: fc.option(level),
    earlier: fc.subarray([...stateCodes]).map((codes) => new Set(codes)),
    unmasked: fc.subarray(["IN", "XX"]),
  },
  { requiredKeys: ["facts", "first", "latestLevel", "earlier"] },
);

const memberships: fc.Arbitrary<readonly Interval[]> = fc.constantFrom(
  since,
  [{ from: contributedAt + day / 2, until: null }],
  [{ from: 0, until: contributedAt + day / 2 }],
  [{ from: 0, until: contributedAt - day }],
);

/** Circles of which KZ is a member, was one, or is none; with members from before, from later and until lately. */
export const circleMemberships: fc.Arbitrary<Circles> = fc.constantFrom(...circles).chain((absent) =>
  fc
    .array(fc.tuple(fc.constantFrom(...circles), fc.constantFrom(...stateCodes), memberships), { maxLength: 12 })
    .map((joined) => {
      const made = new Map(circles.filter((name) => name !== absent).map((name) => [name, new Map([["KZ", since]])]));
      for (const [name, code, intervals] of joined) made.get(name)?.set(code, intervals);
      return made;
    }),
);
export const confirmations: fc.Arbitrary<ReadonlyMap<string, number>> = fc
  .array(fc.tuple(fc.constantFrom("ZZ", ...stateCodes), fc.constantFrom(contributedAt, contributedAt + day)), {
    maxLength: 4,
  })
  .map((confirmed) => new Map(confirmed));

export const times = fc.constantFrom(
  contributedAt,
  contributedAt + day,
  contributedAt + 3 * day,
  contributedAt + 200 * day,
);

/** Documents, most of them with one member replaced by something else: what schema and reader are compared on. */
export const documents: fc.Arbitrary<Json> = fc
  .tuple(
    policyDocuments(),
    fc.option(fc.constantFrom("pulls", "audit", "approval", "accept")),
    fc.nat(3),
    fc.nat(1000),
    fc.nat(1000),
  )
  .map(([document, extra, faults, at, which]) => {
    let written: Json = extra === null ? document : { ...document, [extra]: extras[extra] ?? null };
    for (let fault = 0; fault < faults; fault++) written = broken(written, at * (fault + 7), which + fault);
    return written;
  });

const extras: Readonly<Record<string, Json>> = {
  pulls: "day",
  audit: "rule",
  approval: { tlp: "amber", of: 2 },
  accept: { "refuse-from": ["XX"], "hold-from": ["unattributed", "group:near"] },
};

const strange: readonly Json[] = [
  null,
  7,
  -1,
  0.5,
  true,
  "",
  "x",
  "KZ",
  "all",
  "amber",
  "white",
  "P2D",
  "P",
  "/a",
  "a\nb",
  " a",
  "group:near",
  "group:none",
  "circle:x",
  "circle:ring",
  "author",
  "public",
  "unattributed",
  2,
  [],
  {},
  ["TR", "TR"],
  ["TR"],
  { tlp: "green" },
  { min: 1 },
  "x".repeat(300),
];
const names: readonly string[] = [
  "share",
  "withhold",
  "when",
  "except",
  "as",
  "redact",
  "after",
  "until",
  "tlp",
  "label",
  "type",
  "personal",
  "approval",
  "accept",
  "of",
  "hold-from",
  "name",
  "x",
  "confidence",
  "exercise",
  "created-by",
  "severity",
];

/** The document with the value at one place replaced, or a member added beside it; which, the numbers choose. */
function broken(document: Json, at: number, which: number): Json {
  const places = placesOf(document, []);
  const path = places[at % places.length] ?? [];
  const value = strange[which % strange.length] ?? null;
  if (which % 5 !== 0) return replaced(document, path, () => value);
  const name = names[which % names.length] ?? "x";
  return replaced(document, path, (old) =>
    typeof old === "object" && old !== null && !Array.isArray(old) ? { ...old, [name]: value } : value,
  );
}

function placesOf(value: Json, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...path, name]))];
}

function replaced(value: Json, path: readonly string[], change: (old: Json) => Json): Json {
  const [name, ...rest] = path;
  if (name === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item: Json, place) => (String(place) === name ? replaced(item, rest, change) : item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === name ? replaced(inner, rest, change) : inner]),
  );
}
