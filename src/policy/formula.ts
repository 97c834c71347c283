// Formulas as clauses for solver.ts: `and` and `or` of literals, each with a variable that holds if and only if they do (Tseitin,
// 1968), and choices of one out of several values.

import { type Literal, Solver } from "./solver.ts";

/** One variable for each value, of which exactly one holds. */
export type OneOf<T> = ReadonlyMap<T, Literal>;

export class Formula {
  readonly solver: Solver;
  /** Always holds; its negative never does. */
  readonly always: Literal;
  readonly never: Literal;
  readonly #known = new Map<string, Literal>();

  constructor(solver: Solver = new Solver()) {
    this.solver = solver;
    this.always = solver.variable();
    this.never = -this.always;
    solver.add([this.always]);
  }

  variable(): Literal {
    return this.solver.variable();
  }

  /** Says that if all of the premises hold, then at least one of the others does. */
  implies(premises: readonly Literal[], conclusions: readonly Literal[]): void {
    this.solver.add([...premises.map((literal) => -literal), ...conclusions]);
  }

  assert(literal: Literal): void {
    this.solver.add([literal]);
  }

  or(literals: readonly Literal[]): Literal {
    const open = new Set(literals);
    open.delete(this.never);
    if (open.has(this.always)) return this.always;
    const sorted = [...open].sort((a, b) => a - b);
    const [first] = sorted;
    if (first === undefined) return this.never;
    if (sorted.length === 1) return first;
    const key = sorted.join(" ");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.variable();
    for (const literal of sorted) this.implies([literal], [made]);
    this.implies([made], sorted);
    this.#known.set(key, made);
    return made;
  }

  and(literals: readonly Literal[]): Literal {
    return -this.or(literals.map((literal) => -literal));
  }

  /** A choice of one of the values, each once. */
  oneOf<T>(values: readonly T[]): OneOf<T> {
    const chosen = new Map(values.map((value) => [value, this.variable()] as const));
    const literals = [...chosen.values()];
    this.solver.add(literals);
    literals.forEach((one, i) => {
      for (const other of literals.slice(i + 1)) this.solver.add([-one, -other]);
    });
    return chosen;
  }

  /** That the chosen value is one of which the test is true. */
  where<T>(chosen: OneOf<T>, test: (value: T) => boolean): Literal {
    const literals = [...chosen].flatMap(([value, literal]) => (test(value) ? [literal] : []));
    return literals.length === chosen.size ? this.always : this.or(literals);
  }

  /** The value that was chosen in what the solver found. */
  chosenOf<T>(chosen: OneOf<T>): T {
    for (const [value, literal] of chosen) if (this.solver.holds(literal)) return value;
    throw new TypeError("Of a choice, one value holds.");
  }
}
