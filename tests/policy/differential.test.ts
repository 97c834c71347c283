// Everyone who decides, on the same random cases, pairwise: decide, decideAll and explain, which are the code that decides; the
// page on sharing policies, written out (naive.ts); and Cedar, by policies that are made of ours (cedar.ts).

import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CedarPolicy, literal, translate } from "./cedar.ts";
import { ask, type CedarAnswer, prepare } from "./cedar-request.ts";
import { formatRuling, givenIn, hallOf, rulingsOf } from "./judges.ts";
import { type Answer, Page, type Ruling } from "./naive.ts";
import { omissions } from "./omissions.ts";
import { nasty, questions, worlds } from "./random-worlds.ts";
import { at, type Contributed, type Level, type PolicyWords, type Question, type When, type World } from "./world.ts";

const questionsOfOne = 10;
const worldsOfFixed = 2_010;
const worldsOfFresh = 150;
/** The first of so many worlds in which an omission changes an answer is enough. */
const worldsOfOmissions = 3_000;

/** 2026-11-24T12:00:00Z */
const noon = 1_795_521_600_000_000;

const cases = worlds.chain((world) => fc.tuple(fc.constant(world), questions(world, questionsOfOne)));

/** Where anybody decides otherwise than anybody else. Not by `expect`, which takes longer than all of them. */
function disagreements(named: readonly (readonly [who: string, Ruling])[], answer: CedarAnswer): readonly string[] {
  const formatted = named.map(([who, ruling]) => [who, formatRuling(ruling)] as const);
  return [
    ...formatted.flatMap(([who, ruling], i) =>
      formatted
        .slice(i + 1)
        .flatMap(([other, its]) => (ruling === its ? [] : [`${who}: ${ruling}`, `${other}: ${its}`])),
    ),
    ...named.flatMap(([who, ruling]) => faultsByCedar(ruling, answer).map((fault) => `${who} and Cedar: ${fault}`)),
  ];
}

/** Cedar says yes or no, and which of its policies said so: of a yes all shares, of a no all that forbid. */
function faultsByCedar(ruling: Ruling, { offered, whole, readable, reasons }: CedarAnswer): readonly string[] {
  const { kind, rules } = ruling;
  const citing = (step: CedarPolicy["step"]): string =>
    [...new Set(reasons.flatMap((one) => (one.step === step && one.rule !== null ? [one.rule] : [])))].sort().join();
  const steps = reasons.map(({ step }) => step);
  const first = (["standing", "ceiling", "withhold"] as const).find((step) => steps.includes(step));
  const expected = stepsOfCedar[kind];
  const cited = ["shared", "needs-rendition"].includes(kind) ? "share" : kind === "withheld" ? "withhold" : null;
  const isWhole = ruling.offered && ruling.reasons.length === 0;
  return [
    ...(offered === ruling.offered ? [] : [`offered ${offered}, and not ${kind}`]),
    ...(whole === isWhole ? [] : [`whole ${whole}, and not ${ruling.reasons.join()}`]),
    ...(readable === ruling.readable ? [] : [`readable ${readable}`]),
    ...(cited === null || citing(cited) === [...rules].sort().join()
      ? []
      : [`rules ${citing(cited)}, not ${rules.join()}`]),
    ...(expected === undefined || steps.includes(expected) ? [] : [`${steps.join()}, and not ${kind}`]),
    // The first step that says no is the one that the basis tells.
    ...(first === undefined || first === expected ? [] : [`${first} before ${kind}`]),
  ];
}

/** What Cedar gives as a reason, by the basis; of a silence and of what a share does not reach it has none. */
const stepsOfCedar: Readonly<Record<string, CedarPolicy["step"]>> = {
  owner: "owner",
  inactive: "standing",
  "not-yet-member": "standing",
  "terms-unsigned": "standing",
  unmarked: "ceiling",
  withheld: "withhold",
  "instruction-excluded": "withhold",
  "not-named": "share",
  "named-unshared": "share",
  lean: "lean",
  never: "when",
  ended: "when",
  retained: "when",
};

/** What was met, by what it is called. */
type Met = Map<string, number>;

function meet(met: Met, what: string): void {
  met.set(what, (met.get(what) ?? 0) + 1);
}

/** The page, and what of the language it met on its way. */
function meeting(met: Met, world: World, question: Question): Ruling {
  const page = Page.prototype;
  const sentences = {
    covers(this: Page, party: string, object: Contributed): Answer {
      const answer = page.covers.call(this, party, object);
      meet(met, `party ${/^[A-Z]{2}$/.test(party) ? "code" : party.replace(/:.*/, "")}: ${answer}`);
      return answer;
    },
    condition(
      this: Page,
      name: keyof When,
      when: When,
      kind: "share" | "withhold",
      object: Contributed,
      level: Level,
    ): boolean {
      const holds = page.condition.call(this, name, when, kind, object, level);
      const list = name === "tlp" && typeof when.tlp === "object" ? " list" : "";
      meet(met, `${kind} ${name}${list}: ${holds ? "holds" : "does not"}`);
      return holds;
    },
  };
  const ruling = Object.assign(new Page(world, question), sentences).decide();
  meet(met, `basis ${ruling.kind}`);
  meet(met, `${at(world.members, question.recipient).kind} ${ruling.offered ? "yes" : "no"}`);
  for (const reason of ruling.reasons) meet(met, `reason ${reason}`);
  if (ruling.offered) {
    meet(met, `level ${ruling.level}`);
    meet(met, ruling.readable ? "read now" : "not read now");
    if (ruling.until !== null) meet(met, "ends");
    if (ruling.from > world.contributedAt) meet(met, "begins later");
    if (ruling.parts !== null && ruling.parts !== ruling.level) meet(met, "marked parts go");
  }
  return ruling;
}

/** Compares everyone on random worlds; returns what was met. */
function compare(numRuns: number, seed: number): Met {
  const met: Met = new Map();
  const compared = fc.property(cases, ([world, asked]) => {
    const hall = hallOf(world);
    const given = givenIn(world, hall);
    const prepared = prepare(translate(world.policy, "KZ"));
    for (const question of asked) {
      const ruling = meeting(met, world, question);
      meet(met, "compared");
      const answer = ask(prepared, world, question);
      const found = disagreements([...rulingsOf(hall, given, question), ["the page", ruling]], answer);
      if (found.length > 0) throw new Error([...found, JSON.stringify(question)].join("\n"));
    }
  });
  fc.assert(compared, { numRuns, seed });
  return met;
}

/** What random cases have to meet, and how often at least among 20,000. */
const owedToMeet: readonly (readonly [atLeast: number, ...what: readonly string[]])[] = [
  [
    50,
    ...["owner", "inactive", "terms-unsigned", "not-yet-member", "not-yet-in-circle"].map((kind) => `basis ${kind}`),
  ],
  [50, ...["unmarked", "ceiling-red", "ceiling-all", "ceiling-public"].map((kind) => `basis ${kind}`)],
  [
    50,
    ...["withheld", "instruction-excluded", "not-named", "named-unshared", "silence"].map((kind) => `basis ${kind}`),
  ],
  [50, ...["shared", "needs-rendition", "never", "ended", "retained", "lean"].map((kind) => `basis ${kind}`)],
  [100, ...["granular", "marking", "unattributed", "redacted"].map((reason) => `reason ${reason}`)],
  [25, ...["state", "secretariat", "public", "unattributed"].flatMap((kind) => [`${kind} yes`, `${kind} no`])],
  [50, ...["clear", "green", "amber", "amber+strict", "red"].map((level) => `level ${level}`)],
  [100, "read now", "not read now", "begins later", "ends", "marked parts go"],
  [
    100,
    ...["all", "code", "group", "circle", "named", "author", "affected", "secretariat", "public"].flatMap((party) =>
      ["yes", "no"].map((answer) => `party ${party}: ${answer}`),
    ),
    ...["circle", "author", "affected"].map((party) => `party ${party}: not known`),
  ],
  [
    200,
    ...["type", "tlp", "tlp list", "collection", "label", "sector", "severity", "confidence", "created-by"]
      .concat("exercise", "personal")
      .flatMap((name) => ["share", "withhold"].map((kind) => `${kind} ${name}`))
      .flatMap((name) => [`${name}: holds`, `${name}: does not`]),
  ],
];

function report(met: Met): string {
  const total = met.get("compared") ?? 0;
  const kinds = [...met].filter(([what]) => what.startsWith("basis ")).toSorted(([, a], [, b]) => b - a);
  const line = (what: string, count: number): string => `${what} ${count} (${((100 * count) / total).toFixed(1)} %)`;
  const yes = [...met].reduce(
    (sum, [what, count]) => sum + (what.endsWith(" yes") && !what.includes(":") ? count : 0),
    0,
  );
  const listed = kinds.map(([what, count]) => line(what.slice("basis ".length), count));
  return `${total} cases: ${line("yes", yes)}, ${line("no", total - yes)}\n${listed.join(", ")}`;
}

describe("decide, decideAll, explain, the page and Cedar", () => {
  it("agree on 20,000 random cases, which meet all that the language has", { timeout: 300_000 }, () => {
    const met = compare(worldsOfFixed, 1);
    console.log(report(met));
    expect(met.get("compared")).toBeGreaterThanOrEqual(20_000);
    const missed = owedToMeet.flatMap(([atLeast, ...all]) => all.filter((what) => (met.get(what) ?? 0) < atLeast));
    expect(missed).toEqual([]);
  });

  it("agree on the random cases of a new seed", { timeout: 60_000 }, () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    console.log(`seed ${seed}`);
    compare(worldsOfFresh, seed);
  });
});

describe("on the random cases it is missed", () => {
  const sampled = fc.sample(cases, { numRuns: worldsOfOmissions, seed: 2 });
  const asked = sampled.flatMap(([world, all]) => all.map((question) => [world, question] as const));
  const rulings = asked.map(([world, question]) => formatRuling(new Page(world, question).decide()));

  it.each(omissions)("when the page leaves out or misreads: %s", (_what, judge) => {
    const place = asked.findIndex(([world, question], n) => formatRuling(judge(world, question)) !== rulings[n]);
    expect(place, `of ${asked.length} cases none tells`).not.toBe(-1);
  });

  /** Whether one of the first worlds tells that Cedar decides by these of its policies alone. */
  const isTold = (isLeft: (policy: CedarPolicy) => boolean): boolean =>
    sampled.slice(0, 250).some(([world, all]) => {
      const prepared = prepare(translate(world.policy, "KZ").filter(isLeft));
      return all.some((question) => {
        const answer = ask(prepared, world, question);
        const { offered, reasons, readable } = new Page(world, question).decide();
        const isWhole = offered && reasons.length === 0;
        return answer.offered !== offered || answer.readable !== readable || answer.whole !== isWhole;
      });
    });

  it("when Cedar has no policies of a step, and not when it has them all", () => {
    expect(isTold(() => true)).toBe(false);
  });

  it.each(["owner", "standing", "ceiling", "withhold", "share", "render", "when", "lean", "reach"] as const)(
    "when Cedar has no policy of the step %s",
    (left) => {
      expect(isTold(({ step }) => step !== left)).toBe(true);
    },
  );

  it.each(["permit", "forbid"])("when Cedar has no %s of the step share", (effect) => {
    expect(isTold(({ step, text }) => step !== "share" || !text.startsWith(effect))).toBe(true);
  });
});

// What random cases and reading showed once, in its smallest form.
describe("a decision", () => {
  const circles = { ring: { KZ: [{ from: 0, until: noon }], XX: [{ from: noon + 1, until: null }] } };

  // A circle is known to its members and to nobody else, and the owner has left it: that XX joined it since is not its to know.
  it("says nothing of who joined a circle that the owner has left", () => {
    const world = worldOf([{ name: "ours", share: ["circle:ring"] }], { circles });
    expect(told("the page", world)).toMatchObject({ kind: "silence", rules: [] });
    expect(told("decide", world)).toMatchObject({ kind: "silence", rules: [] });
  });

  const feedback = [
    { name: "feedback", share: ["author"], when: { type: "note" } },
    { name: "others", withhold: ["all"], except: ["author"], when: { tlp: "amber" } },
  ] as const;
  const note: Partial<Contributed> = {
    authors: ["unattributed"],
    unmasked: ["XX"],
    object: { type: "note", id: "note--1" },
  };

  it("keeps what is withheld from all but the author from an unattributed author", () => {
    const world = worldOf(feedback, { object: { ...note, marking: "amber" } });
    for (const who of ["decide", "the page"]) expect(told(who, world)).toMatchObject({ kind: "withheld" });
  });

  // Not known is never a yes (0008), and what the whole contribution is held to is what its latest version is held to.
  it("keeps it from that author, too, where a later marking brought it under the withhold", () => {
    const world = worldOf(feedback, { object: { ...note, laterNow: ["amber"] } });
    expect(told("the page", world)).toMatchObject({ kind: "withheld" });
    expect(told("decide", world)).toMatchObject({ kind: "withheld" });
  });

  // "Beside top-level properties, they are read from any extension": sector, severity, exercise, and label (0003).
  it("reads labels from extensions like sectors", () => {
    const said = { labels: ["secret"], sectors: ["secret"] };
    const object = { object: { type: "report", id: "report--1", extensions: { "extension-definition--1": said } } };
    const kept = (when: When) =>
      told(
        "decide",
        worldOf(
          [
            { name: "all", share: ["all"] },
            { name: "not", withhold: ["all"], when },
          ],
          { object },
        ),
      );
    expect(kept({ sector: "secret" })).toMatchObject({ kind: "withheld" });
    expect(kept({ label: "secret" })).toMatchObject({ kind: "withheld" });
  });
});

describe("a string of Cedar", () => {
  it("is the text that it was made of, and nothing else", () => {
    const texts = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(...nasty));
    fc.assert(
      fc.property(texts, (text) => {
        const answer = cedar.isAuthorized({
          principal: { type: "State", id: text },
          action: { type: "Action", id: "offer" },
          resource: { type: "Object", id: "0" },
          context: { text },
          policies: {
            staticPolicies: `permit (principal == State::${literal(text)}, action, resource) when { context.text == ${literal(text)} && [${literal(text)}].contains(context.text) };`,
          },
          entities: [],
        });
        expect(answer).toMatchObject({ type: "success", response: { decision: "allow", diagnostics: { errors: [] } } });
      }),
      { numRuns: 400 },
    );
  });
});

/** A green object of KZ, and XX, a day later; but for what a case says. */
function worldOf(
  rules: PolicyWords["rules"],
  rest: { readonly circles?: World["circles"]; readonly object?: Partial<Contributed> },
): World {
  const { circles = null, object } = rest;
  const always = [{ from: 0, until: null }];
  return {
    policy: { unmarked: "amber", groups: {}, rules, grow: "ask" },
    members: ["KZ", "XX"].map((code) => ({ kind: "state", code, intervals: always })),
    circles,
    unsigned: null,
    confirmed: null,
    contributedAt: noon,
    collection: "threat-reports",
    instruction: {},
    objects: [
      {
        object: { type: "indicator", id: "indicator--1" },
        version: 1,
        marking: "green",
        nameless: false,
        references: [],
        laterThen: [],
        laterNow: [],
        first: noon,
        earlier: [],
        unmasked: [],
        ...object,
      },
    ],
    at: noon + 86_400_000_000,
  };
}

/** What one of those who decide says of XX. */
function told(who: string, world: World): Ruling | undefined {
  const question: Question = { object: 0, recipient: 1, client: { reach: "organisation", cleared: true } };
  const hall = hallOf(world);
  const rulings = rulingsOf(hall, givenIn(world, hall), question);
  return new Map([...rulings, ["the page", new Page(world, question).decide()]]).get(who);
}
