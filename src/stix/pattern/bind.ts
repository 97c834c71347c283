// Finds distinct observations for the observation expressions of a pattern (STIX 2.1 §9.5). Operators and qualifiers become a
// plan of leaves, each with the observed-data that may stand for it, and of choices between them:
//   FOLLOWEDBY  there is a time that all on the left begin by and all on the right last until
//   WITHIN      there is a time that all last until, and a span after which all have begun
// Once the choices are made, what is left is a flow from leaves to observed-data, which flow.ts decides exactly. Only the
// choices are searched, and a way is given up as soon as the flow fails without what is still to be chosen.

import { Refusal } from "../../refusal.ts";
import { assign, type Demand, isAssignable } from "./flow.ts";
import type { ObservedData } from "./observation.ts";
import type { Spend } from "./values.ts";

/** Choices that one way through a plan may have. */
export const choicesMax = 1_000;

export type Plan =
  | Leaf
  | { readonly kind: "all"; readonly parts: readonly Plan[] }
  | Choice
  | { readonly kind: "repeat"; readonly part: Plan; readonly times: number };

type Choice =
  | { readonly kind: "either"; readonly parts: readonly Plan[] }
  /** The first `length` parts, each after all that stand before it. */
  | { readonly kind: "sequence"; readonly parts: readonly Plan[]; readonly length: number }
  | { readonly kind: "within"; readonly part: Plan; readonly micros: number };

interface Leaf {
  readonly kind: "leaf";
  /** Indexes of the observed-data that may stand for it, ascending and so in the order in which they were first seen. */
  readonly members: readonly number[];
  readonly times: number;
}

/** What is seen last at `lastMin` or after, and first at `firstMax` or before. */
export interface Window {
  readonly lastMin: number;
  readonly firstMax: number;
}

export function leaf(members: readonly number[], times: number): Plan {
  return { kind: "leaf", members, times };
}

/** AND: all of them, by different observations. */
export function all(parts: readonly Plan[]): Plan {
  return { kind: "all", parts };
}

/** OR: one of them. Single observations are one leaf, so that most patterns leave nothing to choose. */
export function either(parts: readonly Plan[]): Plan {
  const members = new Set<number>();
  const others: Plan[] = [];
  for (const part of parts) {
    if (part.kind !== "leaf" || part.times !== 1) others.push(part);
    else for (const member of part.members) members.add(member);
  }
  const options = others.length < parts.length ? [leaf(ascending(members), 1), ...others] : others;
  const [first, ...rest] = options;
  return first !== undefined && rest.length === 0 ? first : { kind: "either", parts: options };
}

/** FOLLOWEDBY. */
export function sequence(parts: readonly Plan[]): Plan {
  return { kind: "sequence", parts, length: parts.length };
}

/** WITHIN. One observation is within any span. */
export function within(part: Plan, micros: number): Plan {
  return part.kind === "leaf" && part.times === 1 ? part : { kind: "within", part, micros };
}

/** REPEATS. */
export function repeat(part: Plan, times: number): Plan {
  return part.kind === "leaf" ? leaf(part.members, part.times * times) : { kind: "repeat", part, times };
}

/** START and STOP: only what lies in the window may stand for any leaf. */
export function restrict(plan: Plan, window: Window, timeline: Timeline): Plan {
  switch (plan.kind) {
    case "leaf":
      return leaf(timeline.inWindow(plan.members, window), plan.times);
    case "all":
    case "either":
    case "sequence":
      return { ...plan, parts: plan.parts.map((part) => restrict(part, window, timeline)) };
    default:
      return { ...plan, part: restrict(plan.part, window, timeline) };
  }
}

/** Observed-data in the order in which they were first seen. */
export class Timeline {
  readonly data: readonly ObservedData[];
  readonly counts: readonly number[];
  readonly spend: Spend;
  readonly #widest: number;

  /** `data` is ordered by `firstObserved`. */
  constructor(data: readonly ObservedData[], spend: Spend) {
    this.data = data;
    this.counts = data.map(({ numberObserved }) => numberObserved);
    this.spend = spend;
    this.#widest = data.reduce((most, one) => Math.max(most, one.lastObserved - one.firstObserved), 0);
  }

  /** Those of the members that lie in a window; takes no longer than there are members about as long ago. */
  inWindow(members: readonly number[], { lastMin, firstMax }: Window): readonly number[] {
    // What lasts at most `widest` and is first seen earlier than that before `lastMin` is gone by then.
    const from = this.#bound(members, lastMin - this.#widest);
    const to = this.#bound(members, firstMax, true);
    this.spend(1 + Math.max(0, to - from));
    const near = from === 0 && to === members.length ? members : members.slice(from, to);
    return near.every((i) => this.#last(i) >= lastMin) ? near : near.filter((i) => this.#last(i) >= lastMin);
  }

  /** How many members are first seen before a time, or also at it. */
  #bound(members: readonly number[], time: number, inclusive = false): number {
    let [low, high] = [0, members.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = this.data[members[middle] ?? 0]?.firstObserved ?? 0;
      if (first < time || (inclusive && first === time)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #last(i: number): number {
    return this.data[i]?.lastObserved ?? 0;
  }
}

/** Indexes of observed-data that together fulfil the plan, ascending, or null if none do. @throws {Refusal} limit */
export function bind(plan: Plan, timeline: Timeline): readonly number[] | null {
  return new Search(plan, timeline).run();
}

/** Plans that are still to be fulfilled, the next one first. */
interface Task {
  readonly plan: Plan;
  readonly window: Window;
  readonly times: number;
  /** Options before this one were refused by an equal task: trying them again would try the same in another order. */
  readonly from: number;
  readonly next: Task | null;
}

interface ChoiceTask extends Task {
  readonly plan: Choice;
}

const always: Window = { lastMin: Number.NEGATIVE_INFINITY, firstMax: Number.POSITIVE_INFINITY };

class Search {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #firsts: readonly number[];
  readonly #lasts: readonly number[];

  constructor(plan: Plan, timeline: Timeline) {
    this.#plan = plan;
    this.#timeline = timeline;
    const members = new Set<number>();
    collect(plan, members);
    const used = [...members].flatMap((i) => timeline.data[i] ?? []);
    this.#firsts = ascending(new Set(used.map(({ firstObserved }) => firstObserved)));
    this.#lasts = ascending(new Set(used.map(({ lastObserved }) => lastObserved)));
  }

  run(): readonly number[] | null {
    return this.#solve({ plan: this.#plan, window: always, times: 1, from: 0, next: null }, [], 0);
  }

  /** Takes what leaves no choice, then tries the options of the first choice. */
  #solve(tasks: Task | null, demands: readonly Demand[], choices: number): readonly number[] | null {
    const { counts, spend } = this.#timeline;
    const owed = [...demands];
    const choice = this.#untilChoice(tasks, owed);
    if (choice === null) return assign(owed, counts, spend);
    if (choices === choicesMax) {
      throw new Refusal("limit", `Matching leaves more than ${choicesMax} choices.`, { subject: "choicesMax" });
    }
    const count = this.#optionsOf(choice.plan);
    for (let i = this.#firstOption(choice, owed, count); i < count; i++) {
      const next = this.#option(choice, i);
      if (this.#isPossible(owed, next)) {
        const bound = this.#solve(next, owed, choices + 1);
        if (bound !== null) return bound;
      } else if (choice.plan.kind === "sequence" && !this.#isPossible(owed, this.#tail(choice, i))) {
        // What is left to follow becomes less with every later time.
        return null;
      }
    }
    return null;
  }

  /** Moves the demands of leaves to `owed`; returns the first task that is a choice. */
  #untilChoice(tasks: Task | null, owed: Demand[]): ChoiceTask | null {
    let task = tasks;
    while (task !== null) {
      this.#timeline.spend(1);
      const { plan, window, times, next } = task;
      if (plan.kind === "leaf") {
        owed.push({ members: this.#timeline.inWindow(plan.members, window), count: plan.times * times });
        task = next;
      } else if (plan.kind === "all") {
        // Copies of a conjunction are copies of its parts: which ones belong together makes no difference.
        task = plan.parts.reduce<Task | null>(
          (rest, part) => ({ plan: part, window, times, from: 0, next: rest }),
          next,
        );
      } else if (plan.kind === "repeat") {
        task = { plan: plan.part, window, times: times * plan.times, from: 0, next };
      } else return { ...task, plan };
    }
    return null;
  }

  /** Whether the demands can be met, and with them those of the tasks, whatever is chosen in these. */
  #isPossible(owed: readonly Demand[], tasks: Task | null): boolean {
    const all = [...owed];
    for (let task = tasks; task !== null; task = task.next) this.#demand(task.plan, task.window, task.times, all);
    return isAssignable(all, this.#timeline.counts, this.#timeline.spend);
  }

  /** The demands of a plan without the times between its parts; none of what it may do without. */
  #demand(plan: Plan, window: Window, times: number, demands: Demand[]): void {
    this.#timeline.spend(1);
    if (plan.kind === "leaf") {
      demands.push({ members: this.#timeline.inWindow(plan.members, window), count: plan.times * times });
    } else if (plan.kind === "all") {
      for (const part of plan.parts) this.#demand(part, window, times, demands);
    } else if (plan.kind === "sequence") {
      for (const part of plan.parts.slice(0, plan.length)) this.#demand(part, window, times, demands);
    } else if (plan.kind === "within") {
      this.#demand(plan.part, window, times, demands);
    } else if (plan.kind === "repeat") {
      this.#demand(plan.part, window, times * plan.times, demands);
    }
  }

  #optionsOf(plan: Choice): number {
    if (plan.kind === "either") return plan.parts.length;
    return plan.kind === "sequence" ? this.#firsts.length : this.#lasts.length;
  }

  /** The first option that is worth trying. What may stand before a time becomes more with every later one, so it is searched. */
  #firstOption(choice: ChoiceTask, owed: readonly Demand[], count: number): number {
    if (choice.plan.kind !== "sequence") return choice.from;
    let [low, high] = [choice.from, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isPossible(owed, this.#front(choice, middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The tasks of an option, and what is left after them. */
  #option(choice: ChoiceTask, i: number): Task | null {
    const { plan, window, times } = choice;
    // As many copies as are left of this one may still take this option, or a later one.
    const next: Task | null = times === 1 ? choice.next : { ...choice, times: times - 1, from: i };
    if (plan.kind === "sequence") {
      const [front, tail] = [this.#front(choice, i), this.#tail(choice, i)];
      return front === null || tail === null ? next : { ...front, next: { ...tail, next } };
    }
    if (plan.kind === "either") {
      const part = plan.parts[i];
      return part === undefined ? next : { plan: part, window, times: 1, from: 0, next };
    }
    const at = this.#lasts[i] ?? 0;
    const inside = meet(window, { lastMin: at, firstMax: at + plan.micros });
    return { plan: plan.part, window: inside, times: 1, from: 0, next };
  }

  /** Of a sequence, all but its last part: begun by the time of the option. */
  #front({ plan, window }: ChoiceTask, i: number): Task | null {
    if (plan.kind !== "sequence") return null;
    const [first] = plan.parts;
    const part = plan.length === 2 ? first : { ...plan, length: plan.length - 1 };
    const inside = meet(window, { ...always, firstMax: this.#firsts[i] ?? 0 });
    return part === undefined ? null : { plan: part, window: inside, times: 1, from: 0, next: null };
  }

  /** The last part of a sequence: lasting until the time of the option. */
  #tail({ plan, window }: ChoiceTask, i: number): Task | null {
    const part = plan.kind === "sequence" ? plan.parts[plan.length - 1] : undefined;
    const inside = meet(window, { ...always, lastMin: this.#firsts[i] ?? 0 });
    return part === undefined ? null : { plan: part, window: inside, times: 1, from: 0, next: null };
  }
}

function meet(a: Window, b: Window): Window {
  return { lastMin: Math.max(a.lastMin, b.lastMin), firstMax: Math.min(a.firstMax, b.firstMax) };
}

function collect(plan: Plan, members: Set<number>): void {
  if (plan.kind === "leaf") for (const member of plan.members) members.add(member);
  else if ("parts" in plan) for (const part of plan.parts) collect(part, members);
  else collect(plan.part, members);
}

function ascending(numbers: ReadonlySet<number>): readonly number[] {
  return [...numbers].sort((a, b) => a - b);
}
