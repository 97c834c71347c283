// The code that decides against the page, on so few random cases that it can be asked again and again, such as by mutants of
// the code. differential.test.ts asks more of them, and Cedar.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRuling, givenIn, hallOf, rulingsOf } from "./judges.ts";
import { Page } from "./naive.ts";
import { questions, worlds } from "./random-worlds.ts";

describe("decide, decideAll and explain", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("say what the page says (%i)", (seed) => {
    const cases = worlds.chain((world) => fc.tuple(fc.constant(world), questions(world, 10)));
    fc.assert(
      fc.property(cases, ([world, asked]) => {
        const hall = hallOf(world);
        const given = givenIn(world, hall);
        for (const question of asked) {
          const ruling = new Page(world, question).decide();
          const said = formatRuling(ruling);
          for (const [who, its] of rulingsOf(hall, given, question)) expect(formatRuling(its), who).toBe(said);
        }
      }),
      { numRuns: 60, seed },
    );
  });
});
