import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cicaMembers } from "../../src/directory/cica.ts";
import { comparedLengthMax, nearest, suggestion } from "../../src/directory/suggest.ts";

const codes = cicaMembers.map(({ code }) => code);

describe("nearest", () => {
  it.each([
    ["KZT", codes, "KZ"],
    ["KAZ", codes, "KZ"],
    ["kz", codes, "KZ"],
    ["withold", ["share", "withhold"], "withhold"],
    ["untli", ["after", "until"], "until"],
    ["grene", ["clear", "green", "amber"], "green"],
  ])("takes %s for the word that was meant", (word, words, meant) => {
    expect(nearest(word, words)).toBe(meant);
  });

  it.each([
    ["KX", codes, "is as near to KG as to KZ"],
    ["ZK", codes, "is as near to KZ as to LK"],
    ["banana", codes, "is near to none"],
    ["", codes, "is empty"],
    ["share", [], "has nothing to be compared with"],
    ["w".repeat(comparedLengthMax + 1), ["w".repeat(comparedLengthMax)], "is too long to be compared"],
  ])("has nothing for %j, which %3$s", (word, words) => {
    expect(nearest(word, words)).toBeNull();
  });

  it("finds a word after any one slip of the hand, whatever the order of the words", () => {
    const words = ["collection", "confidence", "exercise", "severity"];
    const slips = fc.record({
      word: fc.constantFrom(...words),
      at: fc.nat(7),
      kind: fc.constantFrom("drop", "double", "swap"),
    });
    fc.assert(
      fc.property(slips, fc.shuffledSubarray(words, { minLength: 4 }), ({ word, at, kind }, shuffled) => {
        const [a = "", b = ""] = [word[at], word[at + 1]];
        const middle = kind === "drop" ? b : kind === "double" ? a + a + b : b + a;
        expect(nearest(word.slice(0, at) + middle + word.slice(at + 2), shuffled)).toBe(word);
      }),
    );
  });

  it("compares words up to the length it says", () => {
    const word = "w".repeat(comparedLengthMax);
    expect(nearest(word, [word])).toBe(word);
    expect(nearest(word.slice(1), [`${word}w`])).toBeNull();
  });

  it("ends a sentence either way", () => {
    expect(suggestion("KZT", codes)).toBe("; did you mean KZ?");
    expect(suggestion("banana", codes)).toBe(".");
  });
});
