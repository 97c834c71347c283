import { expect, it } from "vitest";
import { Refusal } from "../src/refusal.ts";

it("carries code, sentence, pointer and cause", () => {
  const cause = new Error("inner");
  const refusal = new Refusal("invalid", "No such level.", { pointer: "/tlp", rule: "tlp-level", cause });
  expect(refusal).toMatchObject({
    code: "invalid",
    message: "No such level.",
    pointer: "/tlp",
    rule: "tlp-level",
    cause,
  });
});
