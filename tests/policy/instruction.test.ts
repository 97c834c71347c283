import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/encoding/json.ts";
import { formatInstruction, parseInstruction } from "../../src/policy/instruction.ts";
import { refusalOf } from "../directory/refusal-of.ts";
import { stateCodes } from "./cast.ts";
import { instructions } from "./random.ts";

const parse = (value: Json) => parseInstruction(value, stateCodes);

describe("an instruction", () => {
  it("is read with all that it can say", () => {
    const written = {
      to: ["UZ", "TR"],
      "not-to": ["secretariat", "XX"],
      as: "unattributed",
      redact: ["victim", "/description"],
      after: "P2D",
      until: "P30D",
      exercise: true,
    };
    expect(parse(written)).toMatchObject({
      to: ["TR", "UZ"],
      notTo: ["XX", "secretariat"],
      as: "unattributed",
      redact: ["/description", "victim"],
      after: { text: "P2D" },
      until: { text: "P30D" },
      exercise: true,
    });
  });

  it("is none when it says nothing, or only what is so without it", () => {
    expect([{}, { as: "named" }, { exercise: false }].map(parse)).toEqual([null, null, null]);
    expect(formatInstruction(null)).toEqual({});
  });

  it("is the same when its lists are written in another order", () => {
    expect(parse({ to: ["TR", "UZ"] })).toEqual(parse({ to: ["UZ", "TR"] }));
  });

  it("comes back from what it is written as, and from what it is stored as", () => {
    fc.assert(
      fc.property(instructions, (written) => {
        const instruction = parse(written);
        expect(parse(formatInstruction(instruction))).toEqual(instruction);
        expect(JSON.parse(JSON.stringify(instruction))).toEqual(instruction);
      }),
    );
  });

  it.each<[string, Json, string, string]>([
    ["no object", "TR", "form", ""],
    ["a member in another spelling", { notTo: ["XX"] }, "member", "/notTo"],
    ["a state that takes no part", { to: ["FJ"] }, "state-code", "/to/0"],
    ["nobody to give it to", { to: [] }, "list", "/to"],
    ["one code for a list", { to: "TR" }, "list", "/to"],
    ["a state twice", { to: ["TR", "TR"] }, "twice", "/to/1"],
    ["everybody, which only a rule can say", { to: ["all"] }, "state-code", "/to/0"],
    ["a group, which is the policy's", { to: ["group:near"] }, "state-code", "/to/0"],
    ["the secretariat as an addressee, which only a rule can name", { to: ["secretariat"] }, "state-code", "/to/0"],
    ["a word that is no attribution", { as: "me" }, "word", "/as"],
    ["a time that ends before it begins", { after: "P2D", until: "P1D" }, "window", "/until"],
    ["an exercise in words", { exercise: "yes" }, "flag", "/exercise"],
  ])("is refused with %s", (_, value, rule, pointer) => {
    expect(refusalOf(() => parse(value))).toMatchObject({ code: "invalid", rule, pointer });
  });

  it("says what was probably meant", () => {
    expect(refusalOf(() => parse({ notto: ["XX"] })).sentence).toBe(
      "An instruction has no member notto; did you mean not-to?",
    );
  });
});
