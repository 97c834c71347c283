import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import type { Level } from "../../src/stix/marking.ts";
import { type ContributedObject, gatherFacts, profilesOf } from "../../src/policy/facts.ts";
import { contributedAt, plain } from "./cast.ts";

const head = { by: "KZ", collection: "threat-reports", instruction: null, at: contributedAt };

function contributed(
  object: JsonObject & { readonly id: string },
  rest: Partial<ContributedObject> = {},
): ContributedObject {
  const type = object.id.slice(0, object.id.indexOf("--"));
  return { object: { type, ...object }, level: null, unattributed: false, references: [], latestLevel: null, ...rest };
}

describe("the facts of an object", () => {
  it("are what rules can ask of it", () => {
    const { facts } = gatherFacts(head, [
      contributed(
        {
          id: "incident--1",
          labels: ["b", "a", "a"],
          confidence: 85,
          created_by_ref: "identity--1",
          revoked: true,
          granular_markings: [{ marking_ref: "marking-definition--1", selectors: ["name"] }],
          extensions: { "extension-definition--1": { severity: "high", sectors: ["energy"], exercise: true } },
        },
        { level: "amber", unattributed: true },
      ),
    ]);
    expect(facts).toEqual([
      {
        id: "incident--1",
        type: "incident",
        level: "amber",
        inherited: null,
        labels: ["a", "b"],
        sectors: ["energy"],
        severities: ["high"],
        exercise: true,
        confidence: 85,
        createdBy: "identity--1",
        granular: true,
        unattributed: true,
        revoked: true,
      },
    ]);
  });

  it("say nothing where the object says nothing, or says it in another form", () => {
    const odd = {
      id: "indicator--1",
      labels: "apt",
      confidence: "85",
      created_by_ref: 7,
      revoked: "true",
      sectors: { 0: "energy" },
      severity: 3,
      exercise: "true",
      extensions: ["x"],
    };
    const none = { ...plain, level: null };
    expect(gatherFacts(head, [contributed(odd), contributed({ id: "indicator--1" })]).facts).toEqual([
      { ...none, id: "indicator--1" },
      { ...none, id: "indicator--1" },
    ]);
  });

  it("forbid naming the provider of what is joined to an object whose marking does", () => {
    const { facts } = gatherFacts(head, [
      contributed({ id: "report--1" }, { level: "green", unattributed: true, references: ["url--1"] }),
      contributed({ id: "url--1" }),
      contributed({ id: "url--2" }),
    ]);
    expect(facts.map(({ unattributed }) => unattributed)).toEqual([true, true, false]);
  });

  it("are the same however an object orders or repeats its labels", () => {
    const read = (labels: readonly string[]) => gatherFacts(head, [contributed({ id: "indicator--1", labels })]).facts;
    expect(
      [
        ["b", "a"],
        ["a", "b", "b"],
      ].map(read),
    ).toEqual([read(["a", "b"]), read(["a", "b"])]);
    expect(read(["a", "a"])).toEqual(read(["a"]));
  });

  it("do not call an object marked in parts that only names the language of a part", () => {
    const only = (marking: JsonObject) =>
      gatherFacts(head, [contributed({ id: "report--1", granular_markings: [marking] })]).facts[0]?.granular;
    expect(only({ lang: "kk", selectors: ["name"] })).toBe(false);
    expect(only({ marking_ref: "marking-definition--1", selectors: ["name"] })).toBe(true);
  });

  it("hold what was found in it, sorted and once, and leave out what nobody looked for", () => {
    const looked = { personal: true, authors: ["UZ", "TR", "UZ"], affected: ["KZ", "AZ"] };
    const { facts, contribution } = gatherFacts(head, [
      contributed({ id: "note--1" }, looked),
      contributed({ id: "note--2" }, { personal: false }),
      contributed({ id: "note--3" }),
    ]);
    const found = { personal: true, authors: ["TR", "UZ"], affected: ["AZ", "KZ"] };
    expect(facts[0]).toMatchObject(found);
    expect(facts.map((one) => ["personal", "authors", "affected"].filter((name) => name in one))).toEqual([
      ["personal", "authors", "affected"],
      ["personal"],
      [],
    ]);
    expect(contribution.profiles).toHaveLength(3);
    expect(contribution.profiles.filter(({ personal }) => personal === true)).toMatchObject([found]);
    expect(JSON.parse(JSON.stringify(contribution))).toEqual(contribution);
  });

  it("are plain data: stored and read again they are the same", () => {
    const gathered = gatherFacts({ ...head, instruction: { to: ["TR"] } }, [
      contributed({ id: "report--1", labels: ["apt"] }),
    ]);
    expect(JSON.parse(JSON.stringify(gathered))).toEqual(gathered);
  });
});

describe("the facts of a contribution", () => {
  const objects = [
    contributed({ id: "report--1", labels: ["apt"] }, { level: "red", references: ["indicator--1"] }),
    contributed(
      { id: "incident--1", extensions: { e: { severity: "high", sectors: ["energy"] } } },
      { level: "green" },
    ),
    contributed({ id: "indicator--1", labels: ["own"] }),
    contributed({ id: "indicator--2", labels: ["own"] }, { level: "green" }),
    contributed({ id: "indicator--3", labels: ["own"] }, { level: "green" }),
    contributed({ id: "marking-definition--1", labels: ["quiet"] }),
  ];

  it("hand on what reports and incidents say, and nothing of other objects", () => {
    const { contribution } = gatherFacts(head, objects);
    expect(contribution.context).toEqual({
      labels: ["apt"],
      sectors: ["energy"],
      severities: ["high"],
      exercise: false,
    });
  });

  it("make an exercise of a contribution in which one report is an exercise", () => {
    const exercise = contributed({ id: "report--2", extensions: { e: { exercise: true } } });
    expect(gatherFacts(head, [...objects, exercise]).contribution.context.exercise).toBe(true);
    const other = contributed({ id: "indicator--4", extensions: { e: { exercise: true } } });
    expect(gatherFacts(head, [...objects, other]).contribution.context.exercise).toBe(false);
  });

  it("hold with each profile the level of the latest version that was known", () => {
    const { contribution } = gatherFacts(head, [
      contributed({ id: "indicator--1" }, { level: "green", latestLevel: "red" }),
    ]);
    expect(contribution.profiles.map(({ level, latest }) => [level, latest])).toEqual([["green", "red"]]);
  });

  it("make an exercise of a contribution whose instruction says so", () => {
    expect(gatherFacts({ ...head, instruction: { exercise: true } }, objects).contribution.context.exercise).toBe(true);
  });

  it("hold each profile once, without the companions, whatever the order of the objects", () => {
    const { contribution } = gatherFacts(head, objects);
    const described = contribution.profiles.map(
      ({ type, level, inherited }) => `${type} ${level ?? `(${inherited ?? "none"})`}`,
    );
    expect(described).toEqual(["incident green", "indicator green", "indicator (red)", "report red"]);
    expect(gatherFacts(head, objects.toReversed()).contribution).toEqual(contribution);
  });

  it("tell profiles apart by each thing that a rule can ask, and by the level of the latest version", () => {
    const changes = [
      { type: "malware" },
      { level: "red" as Level },
      { labels: ["x"] },
      { sectors: ["x"] },
      { severities: ["x"] },
      { exercise: true },
      { confidence: 1 },
      { createdBy: "identity--1" },
    ];
    const all = [...changes, { level: null, inherited: "red" as Level }, {}].map((change) => ({
      facts: { ...plain, ...change },
      latestLevel: null,
    }));
    expect(profilesOf([...all, ...all])).toHaveLength(all.length);
    expect(
      profilesOf([
        { facts: plain, latestLevel: null },
        { facts: plain, latestLevel: "red" },
      ]),
    ).toHaveLength(2);
    expect(
      profilesOf([
        { facts: plain, latestLevel: null },
        { facts: { ...plain, id: "indicator--2", granular: true }, latestLevel: null },
      ]),
    ).toHaveLength(1);
  });
});
