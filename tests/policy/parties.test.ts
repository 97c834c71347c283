// The parties of a rule that hang on others: circles, authors, the affected, the public; what reaches back; what is kept.

import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { type Level, levels } from "../../src/stix/marking.ts";
import type { Interval } from "../../src/directory/state.ts";
import { decide, decideAll, type HeardObject, type Hearing, retainedUntil } from "../../src/policy/decide.ts";
import type { Decision } from "../../src/policy/decision.ts";
import { explain, formatAudience, hangsOnOthers } from "../../src/policy/explain.ts";
import type { Facts } from "../../src/policy/facts.ts";
import { growsTo } from "../../src/policy/growth.ts";
import { authorsOf, isLean, leanFor, type Referred } from "../../src/policy/lean.ts";
import { type Circles, publicParty, type Recipient, unattributedParty } from "../../src/policy/parties.ts";
import { messagesIn } from "../../src/messages/messages.ts";
import { contributedAt, contributionOf, day, everybody, owner, partyOf, plain, policyOf, since } from "./cast.ts";

type Rules = readonly { readonly [key: string]: Json }[];
interface Case extends Partial<Pick<Hearing, "at" | "circles" | "confirmed"> & HeardObject> {
  readonly rules: Rules;
  readonly policy?: { readonly [key: string]: Json };
  readonly object?: Partial<Facts>;
  readonly others?: readonly Partial<Facts>[];
  readonly instruction?: Json;
}

const all: readonly Recipient[] = [...everybody, publicParty, unattributedParty];

function decisionFor(
  recipient: Recipient,
  { rules, policy = {}, object = {}, others = [], instruction, ...rest }: Case,
): Decision {
  const facts = { ...plain, ...object };
  const together = [facts, ...others.map((other) => ({ ...plain, ...other }))];
  return decide({
    contribution: contributionOf(together, instruction === undefined ? {} : { instruction }),
    policy: policyOf(rules, policy),
    owner,
    at: contributedAt,
    first: contributedAt,
    latestLevel: null,
    recipient,
    facts,
    ...rest,
  });
}

/** Codes of those who are offered it, the owner aside. */
function audienceOf(testCase: Case): readonly string[] {
  return all
    .filter(({ code }) => code !== "KZ" && decisionFor(recipientOf(code), testCase).offered)
    .map(({ code }) => code);
}

function recipientOf(code: string): Recipient {
  return all.find((recipient) => recipient.code === code) ?? partyOf(code);
}

const basisFor = (code: string, testCase: Case) => decisionFor(recipientOf(code), testCase).basis;
const states = ["AZ", "IN", "KG", "TR", "UZ", "XX", "YY"];
const lately: readonly Interval[] = [{ from: contributedAt + day, until: null }];

function circlesOf(members: { readonly [code: string]: readonly Interval[] }, name = "ring"): Circles {
  return new Map([[name, new Map(Object.entries({ KZ: since, ...members }))]]);
}

describe("how far each party reaches", () => {
  const parties: Readonly<Record<string, string>> = {
    all: "clear green",
    TR: "clear green amber amber+strict red",
    named: "clear green amber amber+strict red",
    "group:near": "clear green amber amber+strict",
    "circle:ring": "clear green amber amber+strict",
    author: "clear green amber amber+strict",
    affected: "clear green amber amber+strict",
    secretariat: "clear green amber amber+strict",
    public: "clear",
  };

  it.each(Object.entries(parties))("%s: %s", (party, reached) => {
    const offered = levels.filter((level) => {
      const testCase: Case = {
        rules: [{ share: [party] }],
        policy: { groups: { near: ["TR"] } },
        object: { level, authors: ["TR"], affected: ["TR"] },
        circles: circlesOf({ TR: since }),
        ...(party === "named" ? { instruction: { to: ["TR"] } } : {}),
      };
      const reader = party === "secretariat" || party === "public" ? party : "TR";
      const decision = decisionFor(recipientOf(reader), testCase);
      if (!decision.offered)
        expect(decision.basis.kind).toMatch(
          reader === "public" ? "ceiling-public" : level === "red" ? "ceiling-red" : "ceiling-all",
        );
      return decision.offered;
    });
    expect(offered.join(" ")).toBe(reached);
  });
});

describe("a circle", () => {
  const shared: Rules = [{ name: "r", share: ["circle:ring"] }];

  it("is reached by those of its members who were in it when this was contributed, and are", () => {
    const circles = circlesOf({ TR: since, UZ: [{ from: 0, until: contributedAt }], XX: lately });
    expect(audienceOf({ rules: shared, circles, at: contributedAt + 2 * day })).toEqual(["TR"]);
  });

  it("says of whom joined it later that it did", () => {
    const circles = circlesOf({ XX: lately });
    const testCase = { rules: shared, circles, at: contributedAt + 2 * day };
    expect(basisFor("XX", testCase)).toEqual({ kind: "not-yet-in-circle", rules: ["r"] });
    expect(basisFor("TR", testCase)).toEqual({ kind: "silence" });
    expect(basisFor("XX", { ...testCase, at: contributedAt })).toEqual({ kind: "silence" });
    expect(basisFor("XX", { ...testCase, rules: [{ name: "r", share: ["circle:ring"], except: ["XX"] }] })).toEqual({
      kind: "silence",
    });
  });

  it("reaches nobody, and is kept from everybody, where it is not known or its owner is in it no more", () => {
    const left = circlesOf({ KZ: [{ from: 0, until: contributedAt }], TR: since });
    for (const circles of [undefined, new Map(), left]) {
      const known = circles === undefined ? {} : { circles };
      expect(audienceOf({ rules: shared, ...known })).toEqual([]);
      const withheld: Rules = [{ share: ["all", "secretariat"] }, { withhold: ["circle:ring"] }];
      expect(audienceOf({ rules: withheld, ...known })).toEqual(["secretariat"]);
      expect(audienceOf({ rules: [{ share: ["all"], except: ["circle:ring"] }], ...known })).toEqual([]);
      const excepted: Rules = [{ share: ["all"] }, { withhold: ["all"], except: ["circle:ring"] }];
      expect(audienceOf({ rules: excepted, ...known })).toEqual([]);
    }
  });

  it("is withheld from whoever was or is in it, and excepts from a withhold only whoever was and is", () => {
    const circles = circlesOf({ TR: since, UZ: [{ from: 0, until: contributedAt + day }], XX: lately });
    const at = contributedAt + 2 * day;
    const kept = ["TR", "UZ", "XX"];
    const rest = states.filter((code) => !kept.includes(code));
    expect(audienceOf({ rules: [{ share: ["all"] }, { withhold: ["circle:ring"] }], circles, at })).toEqual([
      ...rest,
      "unattributed",
    ]);
    const excepted: Rules = [{ share: ["all"] }, { withhold: ["all"], except: ["circle:ring"] }];
    expect(audienceOf({ rules: excepted, circles, at })).toEqual(["TR"]);
  });
});

describe("grow", () => {
  const late = partyOf("XX", lately);
  const at = contributedAt + 3 * day;
  const rules: Rules = [{ share: ["all"] }];
  const kindOf = (grow: string, confirmed?: ReadonlyMap<string, number>) =>
    decisionFor(late, { rules, policy: { grow }, at, ...(confirmed === undefined ? {} : { confirmed }) }).basis.kind;

  it("lets a new member have what was contributed before: auto at once, ask when it is confirmed, never never", () => {
    const confirmed = new Map([["XX", contributedAt + 2 * day]]);
    expect(["auto", "ask", "never"].map((grow) => kindOf(grow, confirmed))).toEqual([
      "shared",
      "shared",
      "not-yet-member",
    ]);
    expect(["auto", "ask", "never"].map((grow) => kindOf(grow, new Map()))).toEqual([
      "shared",
      "not-yet-member",
      "not-yet-member",
    ]);
  });

  it("lets nothing reach back where confirmations are not passed in, whatever the policy says", () => {
    expect(["auto", "ask", "never"].map((grow) => kindOf(grow))).toEqual(Array(3).fill("not-yet-member"));
  });

  it("takes a confirmation for what stood when it was given: not for a later membership", () => {
    expect(kindOf("ask", new Map([["XX", contributedAt + day]]))).toBe("shared");
    expect(kindOf("ask", new Map([["XX", contributedAt + day - 1]]))).toBe("not-yet-member");
    expect(growsTo({ grow: "ask" }, { from: 5, until: null }, 4)).toBe(false);
  });

  it("holds for circles as for the membership of the exchange", () => {
    const circles = circlesOf({ XX: lately });
    const circled = (grow: string, confirmed: ReadonlyMap<string, number>) =>
      basisFor("XX", { rules: [{ share: ["circle:ring"] }], policy: { grow }, circles, at, confirmed }).kind;
    expect(circled("auto", new Map())).toBe("shared");
    expect(circled("ask", new Map([["XX", at]]))).toBe("shared");
    expect(circled("ask", new Map([["TR", at]]))).toBe("not-yet-in-circle");
    expect(circled("never", new Map([["XX", at]]))).toBe("not-yet-in-circle");
  });

  it("gives nothing to whoever is no member now", () => {
    const gone = partyOf("XX", [{ from: contributedAt + day, until: contributedAt + 2 * day }]);
    const testCase: Case = { rules, policy: { grow: "auto" }, at, confirmed: new Map([["XX", at]]) };
    expect(decisionFor(gone, testCase).basis.kind).toBe("inactive");
  });
});

describe("the party author", () => {
  const feedback: Rules = [{ name: "feedback", share: ["author"], when: { type: ["sighting", "opinion", "note"] } }];

  it("means whose copies of what it refers to were read, and nobody where they are not known", () => {
    const object = { type: "sighting", authors: ["TR", "UZ"] };
    expect(audienceOf({ rules: feedback, object })).toEqual(["TR", "UZ"]);
    expect(audienceOf({ rules: feedback, object: { type: "sighting" } })).toEqual([]);
    expect(audienceOf({ rules: feedback, object: { type: "sighting", authors: [] } })).toEqual([]);
  });

  it("keeps from everybody, in a withhold, where the authors are not known", () => {
    const rules: Rules = [{ share: ["all"] }, { withhold: ["author"] }];
    expect(audienceOf({ rules })).toEqual([]);
    expect(audienceOf({ rules, object: { authors: ["TR"] } })).toEqual([
      ...states.filter((code) => code !== "TR"),
      "unattributed",
    ]);
  });

  it("means in a withhold the authors of whichever object of the contribution it matches", () => {
    const rules: Rules = [{ share: ["all"] }, { withhold: ["author"], when: { type: "note" } }];
    const testCase = {
      rules,
      object: { authors: ["UZ"] },
      others: [
        { type: "note", authors: ["TR"] },
        { type: "note", authors: ["IN"] },
      ],
    };
    expect(audienceOf(testCase)).toEqual([...states.filter((code) => code !== "TR" && code !== "IN"), "unattributed"]);
  });

  it("means in a withhold also the authors of the object itself, where a later version brought it under the rule", () => {
    const rules: Rules = [{ share: ["all"] }, { withhold: ["author"], when: { tlp: "amber" } }];
    const testCase: Case = {
      rules: [{ share: ["all"], when: { tlp: "amber" } }, ...rules],
      object: { authors: ["UZ"] },
      others: [{ level: "amber", authors: ["TR"] }],
    };
    expect(basisFor("UZ", testCase).kind).toBe("shared");
    expect(basisFor("TR", testCase).kind).toBe("withheld");
    const later: Case = { ...testCase, latestLevel: "amber" };
    expect(["UZ", "TR", "IN"].map((code) => basisFor(code, later).kind)).toEqual(["withheld", "withheld", "shared"]);
  });

  it("is the party `unattributed` for whoever contributes, and the author itself for the exchange alone", () => {
    const object = { type: "sighting", authors: ["unattributed"] };
    expect(audienceOf({ rules: feedback, object })).toEqual(["unattributed"]);
    expect(audienceOf({ rules: feedback, object, unmasked: ["XX"] })).toEqual(["XX", "unattributed"]);
  });

  it("is withheld from everybody where any of them might be the author", () => {
    const object = { authors: ["unattributed"] };
    for (const unmasked of [undefined, ["XX"]]) {
      const known = unmasked === undefined ? {} : { unmasked };
      expect(audienceOf({ rules: [{ share: ["all"] }, { withhold: ["author"] }], object, ...known })).toEqual([]);
    }
  });
});

describe("step 8, lean", () => {
  const general: Rules = [{ name: "region", share: ["all", "secretariat"] }];
  const sighting = { type: "sighting", authors: ["TR"] };

  it("gives an answer to another's object to its author alone, by a rule that shares everything alike", () => {
    expect(audienceOf({ rules: general, object: sighting })).toEqual(["TR"]);
    expect(basisFor("UZ", { rules: general, object: sighting })).toEqual({ kind: "lean", rules: ["region"] });
    expect(basisFor("secretariat", { rules: general, object: sighting }).kind).toBe("lean");
  });

  it("gives it to others by a rule that speaks of its type, and to those whom the instruction names", () => {
    const typed: Rules = [{ share: ["group:near"], when: { type: ["sighting"] } }];
    expect(audienceOf({ rules: typed, policy: { groups: { near: ["UZ"] } }, object: sighting })).toEqual(["UZ"]);
    const named: Rules = [{ share: ["named"] }];
    expect(audienceOf({ rules: named, object: sighting, instruction: { to: ["UZ", "IN"] } })).toEqual(["IN", "UZ"]);
  });

  it("does not share with the author what no rule shares with it: silence denies", () => {
    expect(basisFor("TR", { rules: [{ share: ["UZ"] }], object: sighting })).toEqual({ kind: "silence" });
  });

  it("takes the terms of every share that names the reader, also of those that do not speak of answers", () => {
    const rules: Rules = [
      { share: ["UZ"], when: { type: "sighting" } },
      { share: ["all"], redact: ["/description"], after: "P2D" },
    ];
    const decision = decisionFor(partyOf("UZ"), { rules, object: sighting });
    expect([decision.whole, decision.from]).toEqual([false, contributedAt + 2 * day]);
  });

  it("says nothing of objects of other types, nor of answers to one's own", () => {
    expect(audienceOf({ rules: [{ share: ["UZ"] }], object: { type: "report", authors: ["TR"] } })).toEqual(["UZ"]);
    expect(audienceOf({ rules: [{ share: ["UZ"] }], object: { type: "note", authors: ["KZ"] } })).toEqual(["UZ"]);
    expect(isLean({ type: "note", authors: ["KZ", "TR"] }, "KZ")).toBe(true);
    expect(isLean({ type: "note" }, "KZ")).toBe(false);
  });

  const referred: readonly Referred[] = [
    { id: "indicator--1", holder: "TR" },
    { id: "indicator--2", holder: "KZ" },
    { id: "indicator--3", holder: "UZ" },
  ];

  it("takes whoever holds what was read for its author, each once", () => {
    expect(authorsOf([...referred, ...referred])).toEqual(["KZ", "TR", "UZ"]);
  });

  it.each(["sighting", "opinion", "note"])("lets a %s reach only who has all that it refers to of others", (type) => {
    const having = (...ids: readonly string[]) => leanFor(type, "KZ", referred, (id) => ids.includes(id));
    expect(having("indicator--1", "indicator--2", "indicator--3")).toBe("goes");
    expect(having("indicator--1", "indicator--3")).toBe("goes");
    expect(having("indicator--1", "indicator--2")).toBe("denied");
    expect(having()).toBe("denied");
  });

  it("cuts other types, and answers to one's own, where the reader lacks what they refer to", () => {
    const has = (id: string) => id === "indicator--2";
    expect(leanFor("report", "KZ", referred, has)).toEqual({ cut: ["indicator--1", "indicator--3"] });
    expect(leanFor("note", "KZ", [{ id: "indicator--9", holder: "KZ" }], has)).toEqual({ cut: ["indicator--9"] });
    expect(leanFor("report", "KZ", [], has)).toBe("goes");
    expect(leanFor("report", "KZ", referred, () => true)).toBe("goes");
  });
});

describe("the party affected", () => {
  it("means the states that were found in the object, and nobody where nobody looked", () => {
    const rules: Rules = [{ share: ["affected"] }];
    expect(audienceOf({ rules, object: { affected: ["TR", "KZ"] } })).toEqual(["TR"]);
    expect(audienceOf({ rules, object: { affected: [] } })).toEqual([]);
    expect(audienceOf({ rules })).toEqual([]);
  });

  it("keeps what is withheld from the affected from everybody where nobody looked", () => {
    const rules: Rules = [{ share: ["all"] }, { withhold: ["affected"] }];
    expect(audienceOf({ rules })).toEqual([]);
    expect(audienceOf({ rules, object: { affected: ["TR"] } })).not.toContain("TR");
    expect(audienceOf({ rules, object: { affected: ["TR"] } })).toContain("UZ");
  });
});

describe("the party public", () => {
  const rules: Rules = [{ name: "r", share: ["public"] }];
  const object = { level: "clear" as Level };

  it("is reached by its own word alone, and reaches no state by it", () => {
    expect(audienceOf({ rules, object })).toEqual(["public"]);
    expect(audienceOf({ rules: [{ share: ["all", "secretariat"] }], object })).not.toContain("public");
  });

  it("gets clear alone, and the basis says so", () => {
    expect(basisFor("public", { rules, object: { level: "green" } })).toEqual({
      kind: "ceiling-public",
      rules: ["r"],
      level: "green",
    });
  });

  it("gets nothing that is kept from anybody: by a withhold, an exception, or the instruction", () => {
    expect(audienceOf({ rules: [...rules, { withhold: ["XX"] }], object })).toEqual([]);
    expect(audienceOf({ rules: [...rules, { withhold: ["all"], except: ["public"] }], object })).toEqual([]);
    expect(audienceOf({ rules: [{ share: ["public", "TR"], except: ["XX"] }], object })).toEqual(["TR"]);
    expect(audienceOf({ rules, object, instruction: { "not-to": ["XX"] } })).toEqual([]);
    expect(audienceOf({ rules, object, instruction: { to: ["TR"] } })).toEqual([]);
  });
});

describe("the condition personal", () => {
  const shared = (personal: boolean): Rules => [{ share: ["TR"], when: { personal } }];

  it("holds for what was found or was not", () => {
    expect(audienceOf({ rules: shared(true), object: { personal: true } })).toEqual(["TR"]);
    expect(audienceOf({ rules: shared(false), object: { personal: false } })).toEqual(["TR"]);
    expect(audienceOf({ rules: shared(true), object: { personal: false } })).toEqual([]);
  });

  it("never holds in a share, and always in a withhold, where nobody looked", () => {
    for (const personal of [true, false]) {
      expect(audienceOf({ rules: shared(personal) })).toEqual([]);
      expect(audienceOf({ rules: [{ share: ["TR"] }, { withhold: ["TR"], when: { personal } }] })).toEqual([]);
    }
  });
});

describe("retain", () => {
  it("ends what was contributed so long ago, whatever the rules say, and tells when", () => {
    const testCase: Case = { rules: [{ share: ["TR"], until: "P9D" }], policy: { retain: "P3D" } };
    expect(decisionFor(partyOf("TR"), testCase).until).toBe(contributedAt + 3 * day);
    expect(basisFor("TR", { ...testCase, at: contributedAt + 3 * day - 1 }).kind).toBe("shared");
    expect(basisFor("TR", { ...testCase, at: contributedAt + 3 * day })).toEqual({ kind: "retained" });
    expect(basisFor("UZ", { ...testCase, at: contributedAt + 3 * day })).toEqual({ kind: "silence" });
  });

  it("leaves to the rules what they end sooner, and counts from the version's own contribution", () => {
    const testCase: Case = { rules: [{ name: "r", share: ["TR"], until: "P2D" }], policy: { retain: "P3D" } };
    expect(basisFor("TR", { ...testCase, at: contributedAt + 2 * day })).toEqual({ kind: "ended", rules: ["r"] });
    const old: Case = { rules: [{ share: ["TR"] }], policy: { retain: "P3D" }, first: contributedAt - 9 * day };
    expect(decisionFor(partyOf("TR"), old).until).toBe(contributedAt + 3 * day);
    expect(retainedUntil(policyOf([]), contributedAt)).toBeNull();
  });
});

describe("decideAll", () => {
  it("tells objects apart by authors and affected states only where a rule or their leaning asks for them", () => {
    const objectOf = (object: Partial<Facts>): HeardObject => ({
      facts: { ...plain, ...object },
      first: contributedAt,
      latestLevel: null,
    });
    const arrays = (rules: Rules, objects: readonly HeardObject[]) =>
      new Set(
        decideAll({
          contribution: contributionOf([]),
          policy: policyOf(rules),
          owner,
          at: contributedAt,
          objects,
          recipients: all,
        }),
      ).size;
    const objects = [objectOf({ authors: ["TR"] }), objectOf({ authors: ["UZ"] }), objectOf({ affected: ["TR"] })];
    expect(arrays([{ share: ["all"] }], objects)).toBe(1);
    expect(arrays([{ share: ["author"] }], objects)).toBe(3);
    expect(arrays([{ share: ["all"], except: ["affected"] }], objects)).toBe(3);
    expect(
      arrays(
        [{ share: ["all"] }],
        objects.map(({ facts }) => objectOf({ ...facts, type: "note" })),
      ),
    ).toBe(3);
  });
});

describe("an explanation of what hangs on others", () => {
  it("says that some may not get it, by what the contributor read", () => {
    const facts = { ...plain, type: "note", authors: ["TR"] };
    const input = {
      contribution: contributionOf([facts]),
      policy: policyOf([{ share: ["TR"] }]),
      owner,
      at: contributedAt,
      facts,
    };
    const explanations = explain({ ...input, first: contributedAt, latestLevel: null, recipients: [...everybody] });
    expect(hangsOnOthers({ facts }, "KZ")).toBe(true);
    expect(hangsOnOthers({ facts: { ...facts, authors: ["KZ"] } }, "KZ")).toBe(false);
    expect(hangsOnOthers({ facts: plain }, "KZ")).toBe(false);
    expect(formatAudience(explanations, messagesIn("en"), contributedAt, true)).toBe(
      "1 party is offered this now: TR. Nobody else. Some of them may not get it: that hangs on what others share with them.",
    );
  });
});
