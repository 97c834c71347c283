// The search that proofs rest on, against trying everything.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../src/refusal.ts";
import { Formula } from "../../src/policy/formula.ts";
import { type Literal, Solver } from "../../src/policy/solver.ts";

const size = 7;
const literal = fc.tuple(fc.integer({ min: 1, max: size }), fc.boolean()).map(([n, isMet]) => (isMet ? n : -n));
const clauses = fc.array(fc.array(literal, { minLength: 1, maxLength: 3 }), { maxLength: 40 });

/** All ways to meet the clauses, in the order of the preferences. */
function waysToMeet(wanted: readonly (readonly Literal[])[], preferences: readonly Literal[]): readonly Literal[][] {
  const ways: Literal[][] = [];
  for (let bits = 0; bits < 1 << size; bits += 1) {
    const chosen = preferences.map((one, i) => (((bits >> (size - 1 - i)) & 1) === 1 ? -one : one));
    if (wanted.every((clause) => clause.some((one) => chosen.includes(one)))) ways.push(chosen);
  }
  return ways;
}

function solverOf(wanted: readonly (readonly Literal[])[]): Solver {
  const solver = new Solver();
  for (let i = 0; i < size; i += 1) solver.variable();
  for (const clause of wanted) solver.add(clause);
  return solver;
}

const preferences = fc
  .tuple(
    fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7], { minLength: size }),
    fc.array(fc.boolean(), { minLength: size, maxLength: size }),
  )
  .map(([order, signs]) => order.map((one, i) => (signs[i] === true ? one : -one)));

describe("the solver", () => {
  it("finds, of all ways to meet the clauses, the one that keeps the first preferences", () => {
    fc.assert(
      fc.property(clauses, preferences, (wanted, order) => {
        const solver = solverOf(wanted);
        const [best] = waysToMeet(wanted, order);
        expect(solver.solve(order)).toBe(best !== undefined);
        if (best !== undefined) expect(order.map((one) => (solver.holds(one) ? one : -one))).toEqual(best);
      }),
      { numRuns: 2_000 },
    );
  });

  it("finds them all, one after the other, when each is forbidden once it was found", () => {
    fc.assert(
      fc.property(clauses, preferences, (wanted, order) => {
        const solver = solverOf(wanted);
        const found: Literal[][] = [];
        while (solver.solve(order)) {
          const way = order.map((one) => (solver.holds(one) ? one : -one));
          found.push(way);
          solver.add(way.map((one) => -one));
        }
        expect(found).toEqual(waysToMeet(wanted, order));
      }),
      { numRuns: 200 },
    );
  });

  it("sees that one pigeon more than holes has no hole", () => {
    const [holes, pigeons] = [6, 7];
    const solver = new Solver();
    const places = Array.from({ length: pigeons }, () => Array.from({ length: holes }, () => solver.variable()));
    for (const place of places) solver.add(place);
    for (let hole = 0; hole < holes; hole += 1)
      for (const [i, one] of places.entries())
        for (const other of places.slice(i + 1)) solver.add([-(one[hole] ?? 0), -(other[hole] ?? 0)]);
    expect(solver.solve([])).toBe(false);
  });

  it("gives up with a refusal where an answer would take too long", () => {
    const [holes, pigeons] = [11, 12];
    const solver = new Solver(100_000);
    const places = Array.from({ length: pigeons }, () => Array.from({ length: holes }, () => solver.variable()));
    for (const place of places) solver.add(place);
    for (let hole = 0; hole < holes; hole += 1)
      for (const [i, one] of places.entries())
        for (const other of places.slice(i + 1)) solver.add([-(one[hole] ?? 0), -(other[hole] ?? 0)]);
    expect(() => solver.solve([])).toThrow(Refusal);
    expect(() => solver.solve([])).toThrow(expect.objectContaining({ code: "limit" }));
  });
});

describe("a formula", () => {
  it("holds if and only if what it is made of does", () => {
    const formula = new Formula();
    const [a, b] = [formula.variable(), formula.variable()];
    const [both, either] = [formula.and([a, b]), formula.or([a, b])];
    for (const [x, y] of [
      [a, b],
      [a, -b],
      [-a, b],
      [-a, -b],
    ] as const) {
      const solved = formula.solver.solve([x, y]);
      expect(solved).toBe(true);
      expect(formula.solver.holds(both)).toBe(x === a && y === b);
      expect(formula.solver.holds(either)).toBe(x === a || y === b);
    }
    expect(formula.and([])).toBe(formula.always);
    expect(formula.or([])).toBe(formula.never);
    expect(formula.and([a, formula.never])).toBe(formula.never);
    expect(formula.or([b, a])).toBe(either);
  });

  it("chooses exactly one of several values", () => {
    const formula = new Formula();
    const chosen = formula.oneOf(["x", "y", "z"]);
    const literals = [...chosen.values()];
    formula.solver.solve(literals);
    expect(literals.filter((one) => formula.solver.holds(one))).toHaveLength(1);
    expect(formula.chosenOf(chosen)).toBe("x");
    formula.assert(-formula.where(chosen, (value) => value !== "z"));
    formula.solver.solve(literals);
    expect(formula.chosenOf(chosen)).toBe("z");
  });
});
