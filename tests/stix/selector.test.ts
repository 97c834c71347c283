import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSelector, select } from "../../src/stix/selector.ts";

// The object and the selectors that STIX 2.1 §7.2.3 gives as examples.
const vulnerability = {
  id: "vulnerability--ee916c28-c7a4-4d0d-ad56-a8d357f89fef",
  name: "CVE-2014-0160",
  description: "The (1) TLS...",
  external_references: [{ source_name: "cve", external_id: "CVE-2014-0160" }],
  labels: ["heartbleed", "has-logo"],
  x_own: { "Key-1": [[0]] },
};

describe("select", () => {
  it.each([
    ["description", vulnerability.description],
    ["external_references.[0].source_name", "cve"],
    ["labels.[0]", "heartbleed"],
    ["labels", vulnerability.labels],
    ["external_references", vulnerability.external_references],
    ["id", vulnerability.id],
    ["x_own.Key-1.[0].[0]", 0],
  ])("follows %s", (selector, value) => {
    expect(select(vulnerability, selector)).toEqual(value);
  });

  it.each([
    "pattern",
    "external_references.[3]",
    "description.[0]",
    "labels.name",
    "labels.length",
    "constructor",
    "labels.[00].x",
    "",
    ".",
    "[0]",
  ])("leads nowhere by %j", (selector) => {
    expect(select(vulnerability, selector)).toBe(undefined);
  });
});

describe("parseSelector", () => {
  it("tells names and positions apart", () => {
    expect(parseSelector("a.[10].b-c.D_1")).toEqual(["a", 10, "b-c", "D_1"]);
  });

  it.each(["", "[0]", "a..b", "a.[-1]", "a.[1", "a[0]", "a b", "a.[9999999999]", "é"])("refuses %j", (selector) => {
    expect(parseSelector(selector)).toBe(null);
  });

  it("is undone by joining the steps", () => {
    const step = fc.oneof(fc.nat(), fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/));
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_]{3,9}$/), fc.array(step, { maxLength: 5 }), (first, rest) => {
        const steps = [first, ...rest];
        expect(parseSelector(steps.map((one) => (typeof one === "number" ? `[${one % 1e9}]` : one)).join("."))).toEqual(
          steps.map((one) => (typeof one === "number" ? one % 1e9 : one)),
        );
      }),
    );
  });
});
