// The steps of a decision (policy.md, How a decision is made) as literals over a scene: which withholds hold, which shares reach
// the recipient, and what it takes for a yes or a no. What a value means is asked of the functions that decide with it; that the
// whole means the same is tested against decide. Relied on by prove.ts.

import type { Manner } from "./claim.ts";
import type { Duration } from "./duration.ts";
import { isLean, speaksOfAnswers } from "./lean.ts";
import { isAuthor, keepsFrom, type PartyRef, reaches, releasesFrom, sharesWith } from "./parties.ts";
import type { Policy, Rule, ShareRule, WithholdRule } from "./policy.ts";
import type { Calendar, Conflict } from "./prove-window.ts";
import { another, authorCodes, conditionOf, coverageOf, type Scene, type Thing } from "./scene.ts";
import type { Literal } from "./solver.ts";
import type { Window } from "./window.ts";
import { partyOf } from "./told-apart.ts";

export interface Withheld {
  readonly rule: WithholdRule;
  /** It holds for some thing of the contribution and names the recipient. */
  readonly holds: Literal;
}

export interface Shared {
  readonly rule: ShareRule;
  /** It names the recipient, and reaches it at the subject's level. */
  readonly reaches: Literal;
  /** So it does by `named`. */
  readonly byName: Literal;
  /** So it does, and speaks of answers to others' objects. */
  readonly speaks: Literal;
}

/** A beginning or an end that some shares bring along. */
export interface Bound extends Window {
  /** One of them reaches the recipient. */
  readonly holds: Literal;
}

export interface Rules {
  readonly scene: Scene;
  readonly withholds: readonly Withheld[];
  readonly shares: readonly Shared[];
  readonly bounds: readonly Bound[];
  /** The subject is about another's object and the recipient is not its author: a share has to speak of that. */
  readonly isLean: Literal;
}

export function rulesIn(scene: Scene): Rules {
  const { formula, question, subject } = scene;
  const { owner } = question;
  const { rules } = question.policy;
  const coverage = coverageIn(scene);
  const leaning = [...subject.author].map(([author, literal]) => {
    const codes = authorCodes(author, another);
    const lean = formula.where(subject.type, (type) => isLean({ type, authors: codes }, owner));
    return formula.and([literal, lean]);
  });
  const isItsAuthor = formula.where(subject.author, (author) =>
    isAuthor(partyOf(another), { authors: authorCodes(author, another, owner) }),
  );
  const shares = rules.flatMap((rule) => (rule.kind === "share" ? [sharedBy(rule, scene, coverage)] : []));
  return {
    scene,
    withholds: rules.flatMap((rule) => (rule.kind === "withhold" ? [withheldBy(rule, scene, coverage)] : [])),
    shares,
    bounds: [...boundsBy("after", shares, scene), ...boundsBy("until", shares, scene)],
    isLean: formula.and([formula.or(leaning), -isItsAuthor]),
  };
}

/** Shares that have the same duration are one bound. */
function boundsBy(name: "after" | "until", shares: readonly Shared[], { formula }: Scene): readonly Bound[] {
  const bound = shares.filter(({ rule }) => rule[name] !== null);
  const groups = Map.groupBy(bound, ({ rule }) => rule[name]?.text);
  return [...groups.values()].map((group) => ({
    after: null,
    until: null,
    [name]: group[0]?.rule[name] ?? null,
    holds: formula.or(group.map(({ reaches }) => reaches)),
  }));
}

/** That any of the references covers the recipient, as one of the tests says. */
type Coverage = (refs: readonly PartyRef[], test: (typeof tests)[number], thing: Thing) => Literal;
const tests = [sharesWith, keepsFrom, releasesFrom] as const;

// Many rules name the same parties.
function coverageIn(scene: Scene): Coverage {
  const known = new Map<Thing, Map<string, Literal>>();
  return (refs, test, thing) => {
    const literals = refs.map((ref) => {
      const ofThing = known.get(thing) ?? new Map<string, Literal>();
      known.set(thing, ofThing);
      const key = `${tests.indexOf(test)} ${JSON.stringify(ref)}`;
      let literal = ofThing.get(key);
      if (literal === undefined) ofThing.set(key, (literal = coverageOf(scene, ref, test, thing)));
      return literal;
    });
    return scene.formula.or(literals);
  };
}

function withheldBy(rule: WithholdRule, scene: Scene, coverage: Coverage): Withheld {
  const { formula, things } = scene;
  const byThings = things.map((thing) =>
    formula.and([
      thing.present,
      conditionOf(scene, rule.when, "withhold", thing),
      coverage(rule.parties, keepsFrom, thing),
      -coverage(rule.except, releasesFrom, thing),
    ]),
  );
  return { rule, holds: formula.or(byThings) };
}

function sharedBy(rule: ShareRule, scene: Scene, coverage: Coverage): Shared {
  const { formula, subject } = scene;
  const holds = formula.and([
    conditionOf(scene, rule.when, "share", subject),
    -coverage(rule.except, keepsFrom, subject),
  ]);
  const by = (refs: readonly PartyRef[]): Literal => {
    const reaching = refs.map((ref) => {
      const level = formula.where(subject.level, (one) => reaches(ref, one, rule.when.tlp !== null));
      return formula.and([level, coverage([ref], sharesWith, subject)]);
    });
    return formula.and([holds, formula.or(reaching)]);
  };
  return {
    rule,
    reaches: by(rule.parties),
    byName: by(rule.parties.filter(({ kind }) => kind === "named")),
    speaks: by(rule.parties.filter((ref) => speaksOfAnswers(rule, [ref]))),
  };
}

/** Says that the recipient is offered the subject, in this manner at the least. */
export function assertYes(rules: Rules, manner: Manner, calendar: Calendar, but?: Rule): void {
  const { scene, withholds, shares, isLean } = rules;
  const { formula, named, awaited } = scene;
  for (const { rule, holds } of withholds) if (rule !== but) formula.assert(-holds);
  formula.implies(
    [],
    shares.map(({ reaches }) => reaches),
  );
  formula.implies(
    [named],
    shares.map(({ byName }) => byName),
  );
  formula.implies(
    [isLean],
    shares.map(({ speaks }) => speaks),
  );
  for (const { rule, reaches } of shares) if (!goes(rule, manner)) formula.assert(-reaches);
  for (const { after, until, conflict, literals } of clashesIn(rules, scene.question.policy, calendar)) {
    if (conflict !== "always") continue;
    // What is kept for so long is kept from its own contribution on, which may be as late as it takes.
    if (until === "retain") {
      if (after === null) formula.assert(formula.never);
    } else formula.implies(literals, after === null ? [] : [awaited]);
  }
}

/** Says that the recipient is not offered the subject in this manner, of which the instruction says nothing. */
export function assertNo(rules: Rules, manner: Manner, calendar: Calendar): void {
  const { scene, withholds, shares, isLean } = rules;
  const { formula, named, awaited } = scene;
  formula.assert(-named);
  formula.assert(-awaited);
  const silence = formula.and(shares.map(({ reaches }) => -reaches));
  const lean = formula.and([isLean, ...shares.map(({ speaks }) => -speaks)]);
  const otherwise = shares.flatMap(({ rule, reaches }) => (goes(rule, manner) ? [] : [reaches]));
  const late = clashesIn(rules, scene.question.policy, calendar).flatMap(({ conflict, literals }) =>
    conflict === "never" ? [] : [formula.and(literals)],
  );
  formula.implies([], [...withholds.map(({ holds }) => holds), silence, lean, ...otherwise, ...late]);
}

/** Whether what a share gives is given in the manner. */
function goes({ as, redact }: ShareRule, manner: Manner): boolean {
  return manner === "any" || (as === "named" && (manner === "named" || redact.length === 0));
}

/** A beginning and an end, and how often they leave nothing between them. */
interface Clash {
  readonly after: Duration | null;
  readonly until: Duration | "retain";
  readonly conflict: Conflict;
  readonly literals: readonly Literal[];
}

function clashesIn({ bounds }: Rules, { retain }: Pick<Policy, "retain">, calendar: Calendar): readonly Clash[] {
  const begins = [null, ...bounds.filter(({ after }) => after !== null)];
  const ends = bounds.filter(({ until }) => until !== null);
  const clash = (begin: Bound | null, end: Bound | "retain"): readonly Clash[] => {
    const after = begin === null ? null : begin.after;
    const until = end === "retain" ? retain : end.until;
    if (until === null) return [];
    const literals = [begin, end].flatMap((bound) => (bound === null || bound === "retain" ? [] : [bound.holds]));
    const conflict = calendar.conflict(after, until);
    return [{ after, until: end === "retain" ? end : until, conflict, literals }];
  };
  return begins.flatMap((begin) => [...ends, "retain" as const].flatMap((end) => clash(begin, end)));
}
