// Whether clauses over yes-or-no variables can all be met, and how: DPLL with two watched literals, learnt clauses and restarts
// (Marques-Silva and Sakallah, GRASP, 1999; Moskewicz et al., Chaff, 2001; Biere, VMTF, 2015). Deterministic, and where it can
// be it answers with the plainest way there is. prove.ts relies on it; it knows nothing of policies.

import { Refusal } from "../refusal.ts";
import { RecentFirst } from "./recent-first.ts";

/** A variable, by its number from 1 on; its negative says that it does not hold. */
export type Literal = number;

/** Visits of clauses, which is what time goes into; ten million take about a second. */
export const solverStepsMax = 20_000_000;
/** Of these, as many to look for the plainest way, before it is looked for any way and after one was found. */
export const plainStepsMax = 500_000;

const restartConflicts = 64;

export class Solver {
  /** Visits of clauses so far. */
  steps = 0;
  readonly #stepsMax: number;
  /** By variable: 1 holds, -1 does not, 0 is open. */
  readonly #values: number[] = [0];
  /** By variable: what it was last, or what is preferred. */
  readonly #phases: number[] = [0];
  readonly #levels: number[] = [0];
  /** The clause that left a variable no choice; null: it was chosen, or is open. */
  readonly #reasons: (Literal[] | null)[] = [null];
  /** By literal: the clauses that are looked at when it ceases to hold. */
  readonly #watches: Literal[][][] = [[], []];
  readonly #trail: Literal[] = [];
  /** For each choice: how long the trail was before it, and how far the preferences were read. */
  readonly #choices: { readonly trail: number; readonly next: number }[] = [];
  readonly #recent = new RecentFirst();
  #found: readonly number[] = [];
  #head = 0;
  #next = 0;
  #isBroken = false;

  constructor(stepsMax: number = solverStepsMax) {
    this.#stepsMax = stepsMax;
  }

  get variables(): number {
    return this.#values.length - 1;
  }

  /** A new variable. */
  variable(): Literal {
    this.#values.push(0);
    this.#phases.push(-1);
    this.#levels.push(0);
    this.#reasons.push(null);
    this.#watches.push([], []);
    this.#recent.add(this.variables);
    return this.variables;
  }

  /** From now on at least one of the literals holds. */
  add(clause: Iterable<Literal>): void {
    this.#backTo(0);
    const open = new Set<Literal>();
    for (const literal of clause) {
      const value = this.#valueOf(literal);
      if (value === 1 || open.has(-literal)) return;
      if (value === 0) open.add(literal);
    }
    const literals = [...open];
    const [first] = literals;
    if (first === undefined) this.#isBroken = true;
    else if (literals.length === 1) this.#assign(first, null);
    else this.#watch(literals);
  }

  /**
   * Whether all clauses can be met. If so, `holds` tells how: of all ways the one that keeps the first preference, of those the
   * one that keeps the second, and so on; where that takes longer than `plainStepsMax`, some way.
   * @throws {Refusal} limit, after so many steps
   */
  solve(preferences: readonly Literal[]): boolean {
    const wanted = [...preferences, ...this.#values.map((_, variable) => -variable)];
    for (const literal of wanted.toReversed()) this.#phases[Math.abs(literal)] = Math.sign(literal);
    let answer = this.#search(wanted, Math.min(this.steps + plainStepsMax, this.#stepsMax));
    if (answer === null) {
      answer = this.#search(null, this.#stepsMax);
      if (answer === null)
        throw new Refusal("limit", `No answer was found in ${this.#stepsMax} steps.`, { subject: "solverStepsMax" });
      if (answer) this.#search(wanted, this.steps + plainStepsMax);
    }
    return answer;
  }

  /** Whether a literal holds in what `solve` found. */
  holds(literal: Literal): boolean {
    return this.#found[Math.abs(literal)] === Math.sign(literal);
  }

  /**
   * One search: by the preferences in their order, or, without any, by what lately led to conflicts. Null: not until then.
   * @param until how many steps there may be in all
   */
  #search(wanted: readonly Literal[] | null, until: number): boolean | null {
    this.#backTo(0);
    this.#next = 0;
    let conflicts = 0;
    let restarts = 1;
    while (!this.#isBroken) {
      if (this.steps > until) return null;
      const conflict = this.#propagate();
      if (conflict !== null) {
        conflicts += 1;
        if (this.#choices.length === 0) this.#isBroken = true;
        else this.#learn(conflict);
        continue;
      }
      if (wanted === null && conflicts >= restartConflicts * luby(restarts)) {
        conflicts = 0;
        restarts += 1;
        this.#backTo(0);
        continue;
      }
      const literal = wanted === null ? this.#recentlyOpen() : this.#firstOpen(wanted);
      if (literal === 0) {
        this.#found = [...this.#values];
        return true;
      }
      this.#choices.push({ trail: this.#trail.length, next: this.#next });
      this.#assign(literal, null);
    }
    return false;
  }

  /** The first preference that is open, or 0. */
  #firstOpen(wanted: readonly Literal[]): Literal {
    while (this.#next < wanted.length && this.#valueOf(wanted[this.#next] ?? 0) !== 0) this.#next += 1;
    return wanted[this.#next] ?? 0;
  }

  #recentlyOpen(): Literal {
    const variable = this.#recent.first((one) => this.#values[one] === 0);
    return variable * (this.#phases[variable] ?? -1);
  }

  #valueOf(literal: Literal): number {
    // There is no variable 0, and nothing has to be chosen of it.
    if (literal === 0) return 1;
    return literal > 0 ? (this.#values[literal] ?? 0) : -(this.#values[-literal] ?? 0);
  }

  #assign(literal: Literal, reason: Literal[] | null): void {
    const variable = Math.abs(literal);
    this.#values[variable] = Math.sign(literal);
    this.#levels[variable] = this.#choices.length;
    this.#reasons[variable] = reason;
    this.#trail.push(literal);
  }

  #watch(clause: Literal[]): void {
    for (const literal of clause.slice(0, 2)) this.#watchersOf(literal).push(clause);
  }

  #watchersOf(literal: Literal): Literal[][] {
    const place = literal > 0 ? 2 * literal : 1 - 2 * literal;
    const watchers = this.#watches[place];
    if (watchers === undefined) throw new RangeError("A literal is of a variable that was made here.");
    return watchers;
  }

  /** Draws what follows; the clause that cannot be met any more, or null. */
  #propagate(): Literal[] | null {
    while (this.#head < this.#trail.length) {
      const falsified = -(this.#trail[this.#head++] ?? 0);
      const watchers = this.#watchersOf(falsified);
      this.steps += watchers.length;
      let kept = 0;
      for (let i = 0; i < watchers.length; i += 1) {
        const clause = watchers[i] ?? [];
        const conflict = this.#visit(clause, falsified);
        if (conflict === "moved") continue;
        watchers[kept++] = clause;
        if (conflict === "met") continue;
        for (i += 1; i < watchers.length; i += 1) watchers[kept++] = watchers[i] ?? [];
        watchers.length = kept;
        return clause;
      }
      watchers.length = kept;
    }
    return null;
  }

  #visit(clause: Literal[], falsified: Literal): "moved" | "met" | "broken" {
    // The two that are watched stand first, and the falsified one of them second.
    if (clause[0] === falsified) [clause[0], clause[1]] = [clause[1] ?? 0, falsified];
    const first = clause[0] ?? 0;
    const value = this.#valueOf(first);
    if (value === 1) return "met";
    for (let i = 2; i < clause.length; i += 1) {
      const literal = clause[i] ?? 0;
      if (this.#valueOf(literal) === -1) continue;
      clause[1] = literal;
      clause[i] = falsified;
      this.#watchersOf(literal).push(clause);
      return "moved";
    }
    if (value === -1) return "broken";
    this.#assign(first, clause);
    return "met";
  }

  // Resolves the conflict back to the one literal of the last choice from which all of it follows (first unique implication
  // point): what the clause that comes out says held all along, and it turns the search where it matters.
  #learn(conflict: Literal[]): void {
    const level = this.#choices.length;
    const seen = new Set<number>();
    const earlier: Literal[] = [];
    let clause: readonly Literal[] = conflict;
    let open = 0;
    let place = this.#trail.length;
    let implied: Literal = 0;
    do {
      for (const literal of clause) {
        const variable = Math.abs(literal);
        const at = this.#levels[variable] ?? 0;
        if (literal === implied || at === 0 || seen.has(variable)) continue;
        seen.add(variable);
        if (at === level) open += 1;
        else earlier.push(literal);
      }
      do implied = this.#trail[--place] ?? 0;
      while (!seen.has(Math.abs(implied)));
      clause = this.#reasons[Math.abs(implied)] ?? [];
      open -= 1;
    } while (open > 0);
    this.#recent.touch(seen);
    // Watched beside the new literal is the one that is given up first, so that the clause wakes when it has to.
    const levelOf = (literal: Literal): number => this.#levels[Math.abs(literal)] ?? 0;
    const needed = earlier.filter((literal) => !this.#follows(literal, seen)).sort((a, b) => levelOf(b) - levelOf(a));
    const learnt = [-implied, ...needed];
    this.#backTo(needed[0] === undefined ? 0 : levelOf(needed[0]));
    if (learnt.length > 1) this.#watch(learnt);
    this.#assign(-implied, learnt.length > 1 ? learnt : null);
  }

  /** Whether a literal of a learnt clause follows from the others, so that it need not stand there. */
  #follows(literal: Literal, seen: ReadonlySet<number>): boolean {
    const reason = this.#reasons[Math.abs(literal)];
    return (
      reason?.every((other) => {
        const variable = Math.abs(other);
        return other === -literal || seen.has(variable) || this.#levels[variable] === 0;
      }) === true
    );
  }

  #backTo(level: number): void {
    const choice = this.#choices[level];
    if (choice === undefined) return;
    for (const literal of this.#trail.splice(choice.trail)) {
      const variable = Math.abs(literal);
      this.#values[variable] = 0;
      this.#phases[variable] = Math.sign(literal);
      this.#recent.reopen(variable);
    }
    this.#choices.length = level;
    this.#head = choice.trail;
    this.#next = choice.next;
  }
}

/** 1 1 2 1 1 2 4 …: how long to go on before beginning anew (Luby, Sinclair and Zuckerman, 1993). */
function luby(n: number): number {
  let size = 1;
  while (size < n) size = 2 * size + 1;
  let place = n;
  while (size !== place) {
    size = (size - 1) / 2;
    if (place > size) place -= size;
  }
  return (size + 1) / 2;
}
