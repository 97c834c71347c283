// A policy of ours as policies of Cedar (https://www.cedarpolicy.com), someone else's language and someone else's evaluator. A
// share is a permit, all else that says no is a forbid, and a forbid beats any permit as a withhold beats any share. Three
// actions: may R be offered the object, may it have it whole, may its client read it now.
//
// Cedar itself asks: sets, hierarchies (groups, circles, who takes part), levels and times as numbers, confidence, absence.
// What it cannot say, cedar-request.ts tells it as facts: what an object inherits (it walks no references), what reports and
// incidents speak for the others (it unites no sets), whether one of several intervals covers a time (it has no "any of"),
// months and years. The objects of a contribution are Object::"0" to Object::"3" to whatever asks about each of them, so that a
// policy is translated once for all contributions.

import { at, type Level, levelsByStrictness, type PolicyWords, type RuleWords, type When } from "./world.ts";

export const objectsMax = 4;

export interface CedarPolicy {
  /** The step of our decision that it is of. */
  readonly step: "owner" | "standing" | "ceiling" | "withhold" | "share" | "render" | "when" | "lean" | "reach";
  /** The rule that it is made of. */
  readonly rule: string | null;
  readonly text: string;
}

/** A string of Cedar that means this text and nothing else. */
export function literal(text: string): string {
  const escaped = [...text].map((one) =>
    /[\w .:/+-]/.test(one) ? one : `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${escaped.join("")}"`;
}

const me = "principal.code";
const isState = "(principal is State || principal is Masked)";
const isPublic = "principal is Anyone";
const any = (parts: readonly string[]): string => (parts.length === 0 ? "false" : `(${parts.join(" || ")})`);
const all = (parts: readonly string[]): string => (parts.length === 0 ? "true" : `(${parts.join(" && ")})`);
const texts = (values: string | readonly string[]): string => `[${[values].flat().map(literal).join(", ")}]`;
const rank = (level: string): number => levelsByStrictness.findIndex((one) => one === level);
const entity = (type: string, id: string): string => `${type}::${literal(id)}`;

/** The policies that say the same as ours, of an owner. */
export function translate(policy: PolicyWords, owner: string): readonly CedarPolicy[] {
  const unmarked = policy.unmarked === "refuse" ? rank("red") : rank(policy.unmarked);
  const shares = policy.rules.filter(({ share }) => share !== undefined);

  // Levels: the object's marking or what it inherits, and its latest version's, both of which bound it; -1 is none.
  const atMost = (object: string, time: "Then" | "Now", bound: number): string =>
    all([
      `${object}.marking <= ${bound} && ${object}.later${time} <= ${bound}`,
      ...(unmarked <= bound ? [] : [`${object}.marking >= 0 && !${object}.laterUnmarked${time}`]),
    ]);
  const exactly = (object: string, time: "Then" | "Now", level: number): string =>
    all([atMost(object, time, level), `!${atMost(object, time, level - 1)}`]);

  const conditions = (when: When = {}, kind: "share" | "withhold", object: string, time: "Then" | "Now"): string => {
    const { type, tlp, collection, label, sector, severity, confidence, exercise, personal } = when;
    const createdBy = when["created-by"];
    const said = (wanted: string | readonly string[], attribute: string): string =>
      any([object, "context.spoken"].map((where) => `${where}.${attribute}.containsAny(${texts(wanted)})`));
    const level = (): readonly string[] => {
      if (tlp === undefined) return [];
      if (typeof tlp !== "string") return [any(tlp.map((one) => exactly(object, time, rank(one))))];
      return [kind === "share" ? atMost(object, time, rank(tlp)) : `!${atMost(object, time, rank(tlp) - 1)}`];
    };
    return all([
      ...(type === undefined ? [] : [`${texts(type)}.contains(${object}.type)`]),
      ...(collection === undefined ? [] : [`${texts(collection)}.contains(context.collection)`]),
      ...(label === undefined ? [] : [said(label, "labels")]),
      ...(sector === undefined ? [] : [said(sector, "sectors")]),
      ...(severity === undefined ? [] : [said(severity, "severities")]),
      ...(createdBy === undefined
        ? []
        : [`${object} has createdBy && ${texts(createdBy)}.contains(${object}.createdBy)`]),
      ...(confidence === undefined
        ? []
        : [
            `${object} has confidence`,
            `${object}.confidence >= ${confidence.min ?? 0} && ${object}.confidence <= ${confidence.max ?? 100}`,
          ]),
      ...(exercise === undefined ? [] : [`(${object}.exercise || context.spoken.exercise) == ${exercise}`]),
      ...(personal === undefined
        ? []
        : [`(if ${object} has personal then ${object}.personal == ${personal} else ${kind === "withhold"})`]),
      ...level(),
    ]);
  };

  // Memberships, of the exchange and of circles alike.
  const grown = (of: string): string => {
    if (policy.grow === "never") return "false";
    if (policy.grow === "auto") return "context.confirming";
    const joined = `principal.joined[${literal(of)}]`;
    return `(principal has confirmed && principal.joined has ${literal(of)} && ${joined} <= principal.confirmed)`;
  };
  const belongs = (of: string): string =>
    `(principal in ${entity("Now", of)} && (principal in ${entity("Then", of)} || ${grown(of)}))`;
  const everBelonged = (of: string): string =>
    `(principal in ${entity("Now", of)} || principal in ${entity("Then", of)})`;
  const isKnown = (circle: string): string => `${entity("State", owner)} in ${entity("Now", circle)}`;

  /** Whom a party of a rule covers, as surely as that. */
  const covers = (party: string, object: string, certainty: "surely" | "perhaps"): string => {
    const unknown = (attribute: string): string =>
      certainty === "surely"
        ? `${object} has ${attribute} && ${object}.${attribute}.contains(${me})`
        : `(if ${object} has ${attribute} then ${object}.${attribute}.contains(${me}) else true)`;
    if (party === "public") return isPublic;
    if (party === "secretariat") return "principal is Office";
    if (party === "all") return isState;
    if (party === "named") return `(${isState} && context has to && context.to.contains(${me}))`;
    if (party === "affected") return `(${isState} && ${unknown("affected")})`;
    if (party === "author") {
      const isMasked = `${object} has authors && ${object}.authors.contains("unattributed")`;
      return `(${isState} && (${unknown("authors")}${certainty === "surely" ? "" : ` || (${isMasked})`}))`;
    }
    if (party.startsWith("group:")) return `principal in ${entity("Group", party.slice("group:".length))}`;
    if (party.startsWith("circle:"))
      return certainty === "surely"
        ? `(${isState} && ${isKnown(party)} && ${belongs(party)})`
        : `(${isState} && (!(${isKnown(party)}) || ${everBelonged(party)}))`;
    return `principal in ${entity("State", party)}`;
  };

  /** Whom it covers in a share: the exchange knows an author without a name. */
  const names = (party: string): string => {
    const surely = covers(party, "resource", "surely");
    if (party !== "author") return surely;
    const masked = `resource has authors && resource.authors.contains("unattributed")`;
    return any([surely, `(${isState} && ${masked} && resource.unmasked.contains(${me}))`]);
  };
  const reaches = (party: string, { when }: RuleWords): string => {
    if (party === "named" || /^[A-Z]{2}$/.test(party)) return "true";
    if (party === "public") return atMost("resource", "Now", rank("clear"));
    const isBound = party === "all" && when?.tlp === undefined;
    return atMost("resource", "Now", isBound ? rank("green") : rank("amber+strict"));
  };
  const isExcepted = ({ except = [] }: RuleWords): string =>
    any(except.flatMap((party) => [isPublic, covers(party, "resource", "perhaps")]));
  /** A share that matches and names R, by any of these parties. */
  const sharesBy = (rule: RuleWords, by: readonly string[] = rule.share ?? []): string =>
    all([
      any(by.map((party) => all([names(party), reaches(party, rule)]))),
      conditions(rule.when, "share", "resource", "Now"),
      `!${isExcepted(rule)}`,
    ]);

  const policies: CedarPolicy[] = [];
  const add = (step: CedarPolicy["step"], rule: string | null, effect: string, actions: string, when: string): void => {
    const text = `${effect} (principal, action${actions}, resource) when { ${when} };`;
    policies.push({ step, rule, text });
  };
  const forbid = (step: CedarPolicy["step"], rule: string | null, actions: string, when: string): void =>
    add(step, rule, "forbid", actions, `!(principal in ${entity("State", owner)}) && ${when}`);
  const [read, whole] = [` == Action::"read"`, ` == Action::"whole"`];

  add("owner", null, "permit", "", `principal in ${entity("State", owner)}`);

  const takesPart = any([isPublic, "principal is Masked", all(["!(principal is Exchange)", belongs("exchange")])]);
  forbid("standing", null, "", `!${takesPart}`);
  forbid("standing", null, "", `principal has lapses && principal.lapses <= context.now`);

  if (policy.unmarked === "refuse") forbid("ceiling", null, "", `(resource.marking < 0 || resource.laterUnmarkedNow)`);

  for (const rule of policy.rules.filter(({ withhold }) => withhold !== undefined)) {
    const { name, withhold = [], except = [] } = rule;
    const withholds = (object: string, time: "Then" | "Now"): string => {
      const keeps = any(withhold.map((party) => covers(party, object, "perhaps")));
      const frees = any(except.map((party) => covers(party, object, "surely")));
      return all([conditions(rule.when, "withhold", object, time), any([isPublic, all([keeps, `!${frees}`])])]);
    };
    forbid("withhold", name, "", withholds("resource", "Now"));
    for (let n = 0; n < objectsMax; n++) {
      const object = entity("Object", String(n));
      forbid("withhold", name, "", `${object} has type && ${withholds(object, "Then")}`);
    }
  }
  forbid("withhold", null, "", `context has notTo && (${isPublic} || context.notTo.contains(${me}))`);

  for (const rule of shares) add("share", rule.name, "permit", "", sharesBy(rule));
  forbid("share", null, "", `context has to && !(context.to.contains(${me}))`);
  const byName = shares.filter((rule) => rule.share?.includes("named"));
  forbid("share", null, "", `context has to && !${any(byName.map((rule) => sharesBy(rule, ["named"])))}`);

  // What begins, and what ends; each with when it counts. What ends before the contribution has ended by now.
  const awaited = `(resource has awaitedBy && resource.awaitedBy.contains(${me}))`;
  const after = (condition: string, time: string) => ({ condition: `(${condition} && !${awaited})`, time });
  const afters = [
    { condition: "true", time: "context.contributedAt" },
    after("context has after", "context.after"),
    ...shares.flatMap((rule) => (rule.after === undefined ? [] : [after(sharesBy(rule), timeOf(rule.after, "first"))])),
  ];
  const untils = [
    { condition: "context has until", time: "context.until", rule: null },
    ...shares.flatMap((rule) =>
      rule.until === undefined
        ? []
        : [{ condition: sharesBy(rule), time: timeOf(rule.until, "first"), rule: rule.name }],
    ),
    ...(policy.retain === undefined
      ? []
      : [{ condition: "true", time: timeOf(policy.retain, "contributedAt"), rule: null }]),
  ];
  for (const begin of afters) forbid("when", null, read, `${begin.condition} && context.now < ${begin.time}`);
  for (const end of untils) {
    forbid("when", end.rule, "", `${end.condition} && ${end.time} <= context.now`);
    for (const begin of afters.slice(1))
      forbid("when", end.rule, "", `${end.condition} && ${begin.condition} && ${end.time} <= ${begin.time}`);
  }

  const leans = `["sighting", "opinion", "note"].contains(resource.type) && resource has authors && !([${literal(owner)}].containsAll(resource.authors))`;
  const isAuthor = `(resource.authors.contains(${me}) || (resource.authors.contains("unattributed") && resource.unmasked.contains(${me})))`;
  const speaking = shares.map((rule) => sharesBy(rule, rule.when?.type === undefined ? ["named"] : rule.share));
  const speaks = any(speaking.filter((_, n) => isSpeaking(at(shares, n))));
  forbid("lean", null, "", `${leans} && !${isAuthor} && !${speaks}`);

  for (const rule of shares) {
    const isReducing = rule.as === "unattributed" || (rule.redact ?? []).length > 0;
    if (isReducing) forbid("render", rule.name, whole, sharesBy(rule));
  }
  forbid("render", null, whole, "(context.reduced || resource.hasMarkedParts || resource.nameless)");

  // TLP for a program that passes things on; asked of the owner's own clients, too. What is clear goes to anyone.
  const above = (level: Level): string => `!${atMost("resource", "Now", rank(level))}`;
  const passesOn = (reach: number): string => `context.client.reach < ${reach}`;
  for (const [level, reach] of [
    ["clear", 1],
    ["green", 2],
    ["amber", 3],
  ] as const)
    add("reach", null, "forbid", read, `${above(level)} && ${passesOn(reach)}`);
  add("reach", null, "forbid", read, `${above("amber+strict")} && !context.client.cleared`);
  return policies;
}

function isSpeaking({ when, share }: RuleWords): boolean {
  return when?.type !== undefined || share?.includes("named") === true;
}

/** Exact durations are added by Cedar; those with months or years are told to it. */
function timeOf(duration: string, from: "first" | "contributedAt"): string {
  const { months, micros } = lengthOf(duration);
  return months === 0 ? `context.${from} + ${micros}` : `context.calendar.${from}[${literal(duration)}]`;
}

const unitsOfDate: Readonly<Record<string, number>> = { W: 604_800, D: 86_400 };
const unitsOfTime: Readonly<Record<string, number>> = { H: 3_600, M: 60, S: 1 };

/** The months in it, and the rest. */
export function lengthOf(duration: string): { readonly months: number; readonly micros: number } {
  const [date = "", time = ""] = duration.slice(1).split("T");
  const counted = (text: string, units: Readonly<Record<string, number>>): number =>
    [...text.matchAll(/(\d+)([A-Z])/g)].reduce(
      (sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0),
      0,
    );
  const seconds = counted(date, unitsOfDate) + counted(time, unitsOfTime);
  return { months: counted(date, { Y: 12, M: 1 }), micros: seconds * 1_000_000 };
}
