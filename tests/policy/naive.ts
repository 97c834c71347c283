// Who may have what, once more: written from the page on sharing policies and from its readings (docs/decisions 0003, 0006 and
// 0008) alone, sentence by sentence, with the sentence beside the line. It shares nothing with src/policy, is in no hurry, and
// is a class so that omissions.ts can take one sentence out and see whether it is missed.

import type { Json, JsonObject } from "../../src/encoding/json.ts";
import {
  at,
  type Contributed,
  type Interval,
  isDefinition,
  type Level,
  levelsByStrictness,
  type Member,
  type Question,
  type RuleWords,
  type When,
  type World,
} from "./world.ts";

/** What is not known is never a yes (0008). */
export type Answer = "yes" | "no" | "not known";

export interface Ruling {
  readonly offered: boolean;
  /** Why, in the words of a basis. */
  readonly kind: string;
  readonly rules: readonly string[];
  readonly level: Level;
  /** Why it does not go whole; of what is offered. */
  readonly reasons: readonly string[];
  readonly unattributed: boolean;
  readonly redact: readonly string[];
  /** Of an object with marked parts, the strictest level whose parts go, too. */
  readonly parts: Level | null;
  readonly from: number;
  readonly until: number | null;
  /** Whether the client may read it now. */
  readonly readable: boolean;
}

type Named = readonly [rule: RuleWords, by: readonly string[]];
type No = Pick<Ruling, "kind" | "rules">;
type Given = Pick<Ruling, "from" | "until" | "unattributed" | "redact">;
type Terms = Pick<RuleWords, "as" | "redact" | "after" | "until">;
type Kind = "share" | "withhold";

export class Page {
  readonly world: World;
  /** O, P and R of the page, and R's client. */
  readonly object: Contributed;
  readonly owner: Member;
  readonly recipient: Member;
  readonly client: Question["client"];
  readonly question: Question;
  /** A level at which the object is taken to be. */
  readonly supposed: Level | null;

  constructor(world: World, question: Question, supposed: Level | null = null) {
    this.world = world;
    this.question = question;
    this.supposed = supposed;
    this.object = at(world.objects, question.object);
    this.owner = at(world.members, 0);
    this.recipient = at(world.members, question.recipient);
    this.client = question.client;
  }

  /** The steps in their order: the first that says no, says why. */
  decide(): Ruling {
    if (this.isOwner()) return this.yes({ kind: "owner", rules: [] }, [], this.world.contributedAt, null);
    const no = this.standing() ?? this.refused() ?? this.withheld() ?? this.addressed();
    if (no !== null) return this.no(no);
    const shares = this.shares();
    const silent = this.silence(shares) ?? this.unnamed(shares) ?? this.lean(shares);
    if (silent !== null) return this.no(silent);
    const terms = [...shares.map(([rule]) => rule), this.world.instruction];
    const rules = shares.map(([{ name }]) => name);
    const [from, until] = this.when(terms);
    const over = this.over(from, until, rules);
    if (over !== null) return this.no(over);
    const reasons = this.render(terms);
    return this.yes({ kind: reasons.length === 0 ? "shared" : "needs-rendition", rules }, terms, from, until);
  }

  // 1. Owner: P always has its own objects, whole. "No rule, instruction or marking is asked" (0003).
  isOwner(): boolean {
    return this.recipient.code === this.owner.code;
  }

  // 2. Standing: R is an active member "and has signed the current terms", or has time left to. "Forward-only is: a member when the
  // object was contributed, and a member now" (0003).
  standing(): No | null {
    const { kind, code, intervals } = this.recipient;
    if (kind === "public" || kind === "unattributed") return null;
    if (kind === "exchange" || !intervals.some((one) => this.isNow(one))) return { kind: "inactive", rules: [] };
    const lapses = this.lapses();
    if (lapses !== null && lapses <= this.world.at) return { kind: "terms-unsigned", rules: [] };
    return this.membership(intervals, code) === "was and is" ? null : { kind: "not-yet-member", rules: [] };
  }

  lapses(): number | null {
    return this.world.unsigned?.[this.recipient.code] ?? null;
  }

  membership(intervals: readonly Interval[], code: string): "was and is" | "was or is" | "neither" {
    const was = intervals.some((one) => this.isWithin(one, this.world.contributedAt));
    const now = intervals.find((one) => this.isNow(one));
    if (now !== undefined && (was || this.reachesBack(now, code))) return "was and is";
    return was || now !== undefined ? "was or is" : "neither";
  }

  // `grow`: "whether another party's act reaches back to what was already contributed: ask, auto, never". "A confirmation covers
  // the memberships that stood when it was given; under never, confirmations count for nothing" (0008).
  reachesBack(membership: Interval, code: string): boolean {
    const { policy, confirmed } = this.world;
    if (confirmed === null) return false;
    const given = confirmed[code];
    return policy.grow === "auto" || (policy.grow === "ask" && given !== undefined && this.isWithin(membership, given));
  }

  isNow(interval: Interval): boolean {
    return this.isWithin(interval, this.world.at);
  }

  isWithin({ from, until }: Interval, time: number): boolean {
    return from <= time && (until === null || time < until);
  }

  // 3. Ceiling: "the strictest of O's markings and of its latest version's by the same contributor".
  ceiling(object: Contributed, later: readonly (Level | null)[]): Level {
    return strictestOf([this.marking(object), ...later].map((level) => this.counted(level)));
  }

  /** "Where O has none: the strictest marking of what it is joined to in its contribution." */
  marking(object: Contributed): Level | null {
    if (object.marking !== null) return object.marking;
    const bounds = this.joined(object).flatMap(({ marking }) => (marking === null ? [] : [marking]));
    return bounds.length === 0 ? null : strictestOf(bounds);
  }

  /** "Else the policy's `unmarked`." What it refuses counts as red (0003). */
  counted(level: Level | null): Level {
    const { unmarked } = this.world.policy;
    return level ?? (unmarked === "refuse" ? "red" : unmarked);
  }

  /** "Over any number of unmarked objects": "a marked object's level counts, and the walk ends there" (0003). */
  joined(start: Contributed): readonly Contributed[] {
    const walk = [start];
    for (const here of walk) {
      if (here.marking !== null) continue;
      for (const other of this.world.objects) if (this.joins(here, other) && !walk.includes(other)) walk.push(other);
    }
    return walk.filter((one) => one !== start);
  }

  /** "References join in both directions. A reference names an id, so it joins every version of it" (0003). */
  joins(one: Contributed, other: Contributed): boolean {
    if (one === other || isDefinition(one) || isDefinition(other)) return false;
    return one.references.includes(other.object.id) || other.references.includes(one.object.id);
  }

  /** How its latest version, a later one, was marked when it was contributed: one in the same contribution, or elsewhere. */
  laterThen(object: Contributed): readonly (Level | null)[] {
    const versions = this.world.objects.filter((one) => one.object.id === object.object.id);
    const newest = versions.reduce((latest, one) => (one.version > latest.version ? one : latest));
    return newest === object ? object.laterThen : [...object.laterThen, this.marking(newest)];
  }

  /** "unmarked: a level, or refuse"; of the latest version as of the object. */
  refused(): No | null {
    const unmarked = [this.marking(this.object), ...this.object.laterNow].includes(null);
    return this.world.policy.unmarked === "refuse" && unmarked ? { kind: "unmarked", rules: [] } : null;
  }

  /** The object's level now, and what a recipient's client may read: TLP's meaning for a program that passes things on. */
  level(): Level {
    return this.supposed ?? this.ceiling(this.object, this.object.laterNow);
  }

  /**
   * "Red: cleared contacts and clients; amber+strict: the recipient's organisation; amber: and its customers; green: the
   * community, never public; clear: anyone."
   */
  mayRead(): boolean {
    const { reach, cleared } = this.client;
    const told: Readonly<Record<Level, readonly string[]>> = {
      red: cleared ? ["organisation"] : [],
      "amber+strict": ["organisation"],
      amber: ["organisation", "customers"],
      green: ["organisation", "customers", "community"],
      clear: ["organisation", "customers", "community", "public"],
    };
    return told[this.level()].includes(reach);
  }

  // 4. Withhold: "any match, in the policy or the instruction: no, for the whole contribution". The object counts with its level
  // now; "each object counts with the level that its ceiling had when the contribution was taken in" (0003), definitions aside.
  withheld(): No | null {
    const rules = this.world.policy.rules.filter(
      (rule) =>
        this.withholds(rule, this.object, this.level()) ||
        this.together().some((one) => this.withholds(rule, one, this.ceiling(one, this.laterThen(one)))),
    );
    if (rules.length > 0) return { kind: "withheld", rules: rules.map(({ name }) => name) };
    return this.isExcluded() ? { kind: "instruction-excluded", rules: [] } : null;
  }

  /** All objects of the contribution that a policy decides on. */
  together(): readonly Contributed[] {
    return this.world.objects.filter((one) => !isDefinition(one));
  }

  withholds(rule: RuleWords, object: Contributed, level: Level): boolean {
    const { withhold, except = [] } = rule;
    if (withhold === undefined || !this.holds(rule.when, "withhold", object, level)) return false;
    // The public "is kept from whatever a withhold keeps from anybody; no except frees it" (0008).
    if (this.recipient.kind === "public") return true;
    // "What is not known is never a yes: a withhold does hold by it" (0008), and its `except` frees nobody by it.
    return (
      withhold.some((party) => this.covers(party, object) !== "no") &&
      !except.some((party) => this.covers(party, object) === "yes")
    );
  }

  /** "The instruction's `not-to` is a withhold of everything" (0003). */
  isExcluded(): boolean {
    const excluded = this.world.instruction["not-to"];
    if (excluded === undefined) return false;
    return this.recipient.kind === "public" || excluded.includes(this.recipient.code);
  }

  // 5. Share. "With `to`, nobody else gets it".
  addressed(): No | null {
    const { to } = this.world.instruction;
    return to === undefined || to.includes(this.recipient.code) ? null : { kind: "not-named", rules: [] };
  }

  /** "At least one matching share names R": these, each with the parties by which it reaches R at the object's level. */
  shares(): readonly Named[] {
    return this.naming().flatMap(([rule, by]): Named[] => {
      const reaching = by.filter((party) => this.reaches(party, rule));
      return reaching.length === 0 ? [] : [[rule, reaching]];
    });
  }

  /** The shares that name R, how far they reach aside. */
  naming(): readonly Named[] {
    return this.matching().flatMap((rule): Named[] => {
      const by = (rule.share ?? []).filter((party) => this.names(party));
      return by.length === 0 || this.isExcepted(rule) ? [] : [[rule, by]];
    });
  }

  matching(): readonly RuleWords[] {
    const { rules } = this.world.policy;
    return rules.filter(
      (rule) => rule.share !== undefined && this.holds(rule.when, "share", this.object, this.level()),
    );
  }

  names(party: string): boolean {
    if (this.covers(party, this.object) === "yes") return true;
    // "An unattributed author is reached by `author` in a share" (0008): the exchange knows who it is.
    return party === "author" && this.isUnmasked();
  }

  isUnmasked(): boolean {
    const { authors = [], unmasked } = this.object;
    return authors.includes("unattributed") && unmasked.includes(this.recipient.code);
  }

  /** "`except` takes out of a rule whomever any of its parties covers" (0003); the public, where there is any (0008). */
  isExcepted({ except = [] }: RuleWords): boolean {
    return except.some((party) => this.recipient.kind === "public" || this.covers(party, this.object) !== "no");
  }

  // "Red is reached by a code or `named` alone" (0003, 0008). "`all` reaches amber and stricter only where the rule's tlp says so":
  // any condition on it that includes the level, and the rule matches. "The public gets clear alone" (0008).
  reaches(party: string, { when }: RuleWords): boolean {
    const level = this.level();
    if (level === "red") return this.isCode(party) || party === "named";
    if (party === "public") return level === "clear";
    return party !== "all" || when?.tlp !== undefined || level === "clear" || level === "green";
  }

  isCode(party: string): boolean {
    return this.world.members.some(({ kind, code }) => kind === "state" && code === party);
  }

  /** "Otherwise no: silence denies." Where a share would name R and does not reach so far, the basis says that. */
  silence(shares: readonly Named[]): No | null {
    if (shares.length > 0) return null;
    const rules = this.naming().map(([{ name }]) => name);
    if (rules.length > 0) {
      if (this.recipient.kind === "public") return { kind: "ceiling-public", rules };
      return { kind: this.level() === "red" ? "ceiling-red" : "ceiling-all", rules };
    }
    const late = this.matching().filter(
      (rule) => !this.isExcepted(rule) && rule.share?.some((one) => this.isLate(one)),
    );
    if (late.length > 0) return { kind: "not-yet-in-circle", rules: late.map(({ name }) => name) };
    return { kind: "silence", rules: [] };
  }

  /** Whether R is in the circle now and was not (forward-only). "A circle is known to its members": else P is told nothing of it. */
  isLate(party: string): boolean {
    if (!party.startsWith("circle:") || this.circle(party) !== "not known") return false;
    const members = this.circleOf(party);
    const now = members?.[this.recipient.code]?.find((one) => this.isNow(one));
    return this.isKnown(party) && now !== undefined && now.from > this.world.contributedAt;
  }

  /** "Those named get it only if a matching rule shares with `named`" (0003). */
  unnamed(shares: readonly Named[]): No | null {
    if (this.world.instruction.to === undefined) return null;
    return shares.some(([, by]) => by.includes("named")) ? null : { kind: "named-unshared", rules: [] };
  }

  // 8, as far as it hangs on P alone. "A sighting, opinion or note that refers to what its contributor has by release only reaches
  // by default its author alone." "Others are reached only where a share has a condition on `type`, or by `named`" (0008).
  lean(shares: readonly Named[]): No | null {
    const { object, authors = [] } = this.object;
    const leans =
      ["sighting", "opinion", "note"].includes(object.type) && authors.some((one) => one !== this.owner.code);
    if (!leans || this.isAuthor() || shares.some((one) => this.speaks(one))) return null;
    return { kind: "lean", rules: shares.map(([{ name }]) => name) };
  }

  isAuthor(): boolean {
    return this.object.authors?.includes(this.recipient.code) === true || this.isUnmasked();
  }

  /** Whether a share speaks of answers, and not of everything alike. */
  speaks([{ when }, by]: Named): boolean {
    return when?.type !== undefined || by.includes("named");
  }

  // 7. When: "the latest `after`, counted from this contributor's first contribution of the id; the earliest `until`". "Nothing
  // begins before its own contribution" (0003).
  when(terms: readonly Terms[]): readonly [from: number, until: number | null] {
    const { first } = this.object;
    const afters = terms.flatMap(({ after }) => (after === undefined || this.isAwaited() ? [] : [later(first, after)]));
    const from = Math.max(this.world.contributedAt, ...afters);
    const untils = terms.flatMap(({ until }) => (until === undefined ? [] : [later(first, until)]));
    const [retained, lapses] = [this.retained(), this.lapses()];
    if (retained !== null) untils.push(retained);
    // Without standing nothing stands; what begins later is asked again when it begins.
    if (lapses !== null && from < lapses) untils.push(lapses);
    return [from, untils.length === 0 ? null : Math.min(...untils)];
  }

  /** "A revocation goes at once to whoever has an earlier version." */
  isAwaited(): boolean {
    return this.object.object["revoked"] === true && this.object.earlier.includes(this.recipient.code);
  }

  /** "`retain`: after how long an object ends"; it "counts from each version's own contribution" (0008). */
  retained(): number | null {
    const { policy, contributedAt } = this.world;
    return policy.retain === undefined ? null : later(contributedAt, policy.retain);
  }

  /** "A release stands from `from` (included) to `until` (not included)"; else "nothing is offered" (0003). */
  over(from: number, until: number | null, rules: readonly string[]): No | null {
    if (until === null) return null;
    if (until <= this.world.at)
      return until === this.retained() ? { kind: "retained", rules: [] } : { kind: "ended", rules };
    return until <= from ? { kind: "never", rules } : null;
  }

  // 6. Render: "the strictest `as` and the union of `redact` of the shares that name R", the instruction's, and what its markings
  // say: "parts of it are marked; its marking forbids naming the provider" (0003).
  render(terms: readonly Terms[]): readonly string[] {
    return [
      ...(this.hasMarkedParts() ? ["granular"] : []),
      ...(this.isNameless() ? ["marking"] : []),
      ...(terms.some((one) => one.as === "unattributed") ? ["unattributed"] : []),
      ...(terms.some(({ redact = [] }) => redact.length > 0) ? ["redacted"] : []),
    ];
  }

  /** "A granular marking of language alone marks nothing" (0003). */
  hasMarkedParts(): boolean {
    return listOf(this.object.object["granular_markings"]).some((one) => recordOf(one)["marking_ref"] !== undefined);
  }

  /** "A granular marking narrows, never widens": a part goes as far as the object would at that level, and all levels before it. */
  parts(given: Given): Level | null {
    if (!this.hasMarkedParts()) return null;
    const level = this.level();
    const stricter = levelsByStrictness.slice(levelsByStrictness.indexOf(level) + 1);
    const beyond = stricter.findIndex((one) => !this.isNoNarrower(given, this.supposing(one)));
    return stricter.slice(0, beyond === -1 ? stricter.length : beyond).at(-1) ?? level;
  }

  supposing(level: Level): Ruling {
    return new Page(this.world, this.question, level).decide();
  }

  isNoNarrower(given: Given, { offered, from, until, unattributed, redact }: Ruling): boolean {
    if (!offered || from > given.from || (until ?? Infinity) < (given.until ?? Infinity)) return false;
    return (given.unattributed || !unattributed) && redact.every((one) => given.redact.includes(one));
  }

  /** "`provider_attribution: must-not` is inherited like a level, and holds for what is joined to the object, too" (0003). */
  isNameless(): boolean {
    return [this.object, ...this.joined(this.object)].some(({ nameless }) => nameless);
  }

  // The parties: whom a word of a rule covers, as far as is known.
  covers(party: string, { authors, affected }: Contributed): Answer {
    const { kind, code } = this.recipient;
    // "Reached by the party `secretariat` alone, never by `all` or `named`" (0003); the public by its own word, too.
    if (party === "public" || party === "secretariat") return yes(kind === party);
    if (kind !== "state" && kind !== "unattributed") return "no";
    if (party === "all") return "yes";
    if (party === "named") return yes(this.world.instruction.to?.includes(code) === true);
    if (party === "author") return this.author(authors);
    if (party === "affected") return affected === undefined ? "not known" : yes(affected.includes(code));
    if (party.startsWith("group:")) return yes(this.world.policy.groups[party.slice(6)]?.includes(code) === true);
    if (party.startsWith("circle:")) return this.circle(party);
    return yes(party === code);
  }

  /** "An unattributed author is reached in a share; a withhold from `author` then holds for all states" (0008). */
  author(authors: readonly string[] | undefined): Answer {
    if (authors === undefined) return "not known";
    if (authors.includes(this.recipient.code)) return "yes";
    return authors.includes("unattributed") ? "not known" : "no";
  }

  /**
   * "A circle reaches whoever was a member at the contribution and is now. A withhold by it holds for whoever was or is. A circle
   * that is gone, or that the owner left, is unknown, not empty" (0008).
   */
  circle(party: string): Answer {
    if (!this.isKnown(party)) return "not known";
    const { code } = this.recipient;
    const membership = this.membership(this.circleOf(party)?.[code] ?? [], code);
    return membership === "was and is" ? "yes" : membership === "neither" ? "no" : "not known";
  }

  isKnown(party: string): boolean {
    return this.circleOf(party)?.[this.owner.code]?.some((one) => this.isNow(one)) === true;
  }

  circleOf(party: string): { readonly [code: string]: readonly Interval[] } | undefined {
    return this.world.circles?.[party.slice("circle:".length)];
  }

  // The conditions: "all present must hold; a list is any-of".
  holds(when: When = {}, kind: Kind, object: Contributed, level: Level): boolean {
    return (Object.keys(when) as (keyof When)[]) // of a literal type
      .every((name) => this.condition(name, when, kind, object, level));
  }

  condition(name: keyof When, when: When, kind: Kind, object: Contributed, level: Level): boolean {
    const content = object.object;
    const { confidence: range = {}, tlp = [] } = when;
    const among = (values: readonly Json[]): boolean => values.some((value) => listOf(when[name]).includes(value));
    switch (name) {
      case "type":
        return among([content.type]);
      case "collection":
        return among([this.world.collection]);
      case "created-by":
        return among(listOf(content["created_by_ref"]));
      // "Sector, severity, label and exercise are inherited from the contribution's reports and incidents", and sector, severity and
      // exercise are read from any extension of theirs (0003).
      case "label":
        return among(this.spoken(object).flatMap((one) => listOf(one["labels"])));
      case "sector":
        return among(this.bodies(object).flatMap((body) => listOf(body["sectors"])));
      case "severity":
        return among(this.bodies(object).flatMap((body) => listOf(body["severity"])));
      case "exercise":
        // "An instruction can make an exercise of a contribution and cannot undo one" (0003).
        return when.exercise === (this.world.instruction.exercise === true || this.isExercise(object));
      case "confidence": {
        const { confidence } = content;
        // "An object without `confidence` is in no range" (0003).
        return typeof confidence === "number" && confidence >= (range.min ?? 0) && confidence <= (range.max ?? 100);
      }
      case "personal":
        // "Personal data is the object's own and is not inherited" (0008). Where nobody looked, a withhold holds, a share does not.
        return object.personal === undefined ? kind === "withhold" : object.personal === when.personal;
      case "tlp": {
        if (typeof tlp !== "string") return tlp.includes(level);
        // "A single level in a share is a ceiling, in a withhold a floor, so that raising a marking never widens."
        return kind === "share" ? strictestOf([tlp, level]) === tlp : strictestOf([tlp, level]) === level;
      }
    }
  }

  isExercise(object: Contributed): boolean {
    return this.bodies(object).some((body) => body["exercise"] === true);
  }

  /** The object, and the contribution's reports and incidents, which speak for all of it. */
  spoken(object: Contributed): readonly JsonObject[] {
    const speaking = this.world.objects.filter((one) => ["report", "incident"].includes(one.object.type));
    return [object, ...speaking].map((one) => one.object);
  }

  bodies(object: Contributed): readonly JsonObject[] {
    return this.spoken(object).flatMap((one) => [one, ...Object.values(recordOf(one["extensions"])).map(recordOf)]);
  }

  yes(basis: No, terms: readonly Terms[], from: number, until: number | null): Ruling {
    const isOwn = basis.kind === "owner";
    const unattributed = !isOwn && (this.isNameless() || terms.some((one) => one.as === "unattributed"));
    const given: Given = {
      from,
      until,
      unattributed,
      redact: [...new Set(terms.flatMap(({ redact = [] }) => redact))],
    };
    return {
      ...basis,
      ...given,
      offered: true,
      level: this.level(),
      reasons: isOwn ? [] : this.render(terms),
      parts: isOwn ? null : this.parts(given),
      readable: from <= this.world.at && this.mayRead(),
    };
  }

  no(basis: No): Ruling {
    const nothing = {
      reasons: [],
      unattributed: false,
      redact: [],
      parts: null,
      from: this.world.contributedAt,
      until: null,
    };
    return { ...basis, ...nothing, offered: false, level: this.level(), readable: false };
  }
}

function strictestOf(levels: readonly Level[]): Level {
  return levelsByStrictness.findLast((level) => levels.includes(level)) ?? "red";
}

function yes(isSo: boolean): Answer {
  return isSo ? "yes" : "no";
}

function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Json]; // Array.isArray does not narrow a readonly array inside a union
}

function recordOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}; // as above
}

const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** "Months and years follow the calendar in UTC, cut to the last day of a shorter month" (0003); the rest is exact. */
export function later(from: number, duration: string): number {
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (parts.exec(duration) ?? [])
    .slice(1)
    .map((digits) => Number(digits ?? "0"));
  const exact = ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000;
  const date = new Date(Math.floor(from / 1000));
  const month = date.getUTCMonth() + months;
  const [toYear, toMonth] = [date.getUTCFullYear() + years + Math.floor(month / 12), month % 12];
  const isLeap = toYear % 4 === 0 && (toYear % 100 !== 0 || toYear % 400 === 0);
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const toDay = Math.min(date.getUTCDate(), at(lengths, toMonth));
  const ofDay = from - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) * 1000;
  return Date.UTC(toYear, toMonth, toDay) * 1000 + ofDay + exact;
}
