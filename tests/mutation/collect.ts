// Stands in for the test framework in the copies of tests that are run again and again against mutants: keeps what they would
// do, so that the session can do it at will.

export { expect, expectTypeOf } from "vitest";

export interface Kept {
  readonly title: string;
  readonly run: () => unknown;
}

export const tests: Kept[] = [];
export const preparations: (() => unknown)[] = [];
const above: string[] = [];

export function describe(title: string, body: () => void): void {
  above.push(title);
  body();
  above.pop();
}

describe.each =
  (rows: readonly unknown[]) =>
  (title: string, body: (...row: readonly unknown[]) => void): void => {
    for (const [i, row] of rows.entries())
      describe(`${title} (${i})`, () => body(...(Array.isArray(row) ? row : [row])));
  };

export function it(title: string, run: () => unknown): void {
  tests.push({ title: [...above, title].join(" > "), run });
}

/** What is owed fails without a mutant, too. */
it.fails = (): void => undefined;

it.each =
  (rows: readonly unknown[]) =>
  (title: string, run: (...row: readonly unknown[]) => unknown): void => {
    for (const [i, row] of rows.entries()) it(`${title} (${i})`, () => run(...(Array.isArray(row) ? row : [row])));
  };

export function beforeAll(prepare: () => unknown): void {
  preparations.push(prepare);
}
