import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/encoding/json.ts";
import { matchPattern } from "../../../src/stix/pattern/match.ts";
import { observedDataOf } from "../../../src/stix/pattern/observation.ts";
import { patternOf } from "../../../src/stix/pattern/parse.ts";
import { irreducible, readingsOf, valuesOf } from "../../../src/stix/pattern/readings.ts";
import vectors from "../../vectors/stix/pattern/readings.json" with { type: "json" };
import { pattern } from "./arbitrary.ts";

/** An observed-data with one object that has the value. */
function observe(object: JsonObject): ReturnType<typeof observedDataOf> {
  const times = { first_observed: "2024-01-01T00:00:00Z", last_observed: "2024-01-01T00:00:00Z", number_observed: 1 };
  return observedDataOf([{ type: "observed-data", ...times, objects: { "0": object } }]);
}

describe("readingsOf", () => {
  it.each(vectors.reducible)("reads $pattern", ({ pattern: text, readings: expected }) => {
    const read = readingsOf(patternOf(text));
    expect(read).toEqual({
      reducible: true,
      readings: expected.map(([kind, value, operator, path, column, algorithm]) => {
        return { kind, value, operator, path, column, ...(algorithm === undefined ? {} : { algorithm }) };
      }),
    });
  });

  it.each(vectors.irreducible)("does not read %s: %s, column %i", (text, reason, column) => {
    expect(readingsOf(patternOf(String(text)))).toEqual({ reducible: false, reason, column });
    expect(Object.keys(irreducible)).toContain(reason);
  });

  it("shows every reason", () => {
    expect(new Set(vectors.irreducible.map(([, reason]) => reason))).toEqual(new Set(Object.keys(irreducible)));
  });

  it("reads values of which each one makes the pattern true", () => {
    for (const { pattern: text } of vectors.reducible) {
      const read = readingsOf(patternOf(text));
      for (const { kind, value, algorithm, operator, path } of read.reducible ? read.readings : []) {
        const type = path.slice(0, path.indexOf(":"));
        // Paths through references lead to an object of its own, which matchPattern is shown elsewhere.
        if (path.includes("_ref")) continue;
        const spelt = text.includes(`'${value}/`) ? `${value}/${kind === "ipv4-addr" ? 32 : 128}` : value;
        const object: JsonObject =
          algorithm === undefined
            ? { type, [path.slice(type.length + 1)]: spelt }
            : { type, hashes: { [algorithm]: value } };
        expect(matchPattern(text, observe(object)).matches, `${text} ${operator} ${value}`).toBe(true);
      }
    }
  });

  it("reads any pattern, or says why not", () => {
    fc.assert(
      fc.property(pattern, (tree) => {
        const read = readingsOf(tree);
        expect(read.reducible ? read.readings : irreducible[read.reason]).toBeDefined();
      }),
    );
  });
});

describe("valuesOf", () => {
  // JSON, of which TypeScript makes a union of all its shapes.
  const objects = vectors.objects as unknown as readonly (readonly [JsonObject, readonly (readonly string[])[]])[];

  it.each(objects)("reads %j", (object, expected) => {
    const values = valuesOf(object);
    expect(
      values.map(({ kind, value, algorithm }) => [kind, value, ...(algorithm === undefined ? [] : [algorithm])]),
    ).toEqual(expected);
  });

  it("take no name that is longer than any", () => {
    const name = (labels: number) => `${"a.".repeat(labels)}b`;
    expect(valuesOf({ type: "domain-name", value: name(126) })).toHaveLength(1);
    expect(valuesOf({ type: "domain-name", value: name(127) })).toEqual([]);
  });

  it("leave a single address of a block without its length, however long its text", () => {
    const values = (value: string) => valuesOf({ type: "ipv4-addr", value }).map((one) => one.value);
    expect(values("198.51.100.1/32")).toEqual(["198.51.100.1"]);
    expect(values("198.51.100.1")).toEqual(["198.51.100.1"]);
    expect(values("198.51.100.0/24")).toEqual(["198.51.100.0/24"]);
    expect(values("/".repeat(1_000_000))).toEqual([]);
  });
});
