import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../src/encoding/bytes.ts";
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import { pointerLengthMax } from "../../src/encoding/json-scan.ts";
import { isObject, type JsonLimits, parseStrict } from "../../src/encoding/json.ts";
import vectors from "../vectors/encoding/json.json" with { type: "json" };
import { refusalOf } from "./refusal-of.ts";

const limits: JsonLimits = {
  bytesMax: 100_000_000,
  depthMax: 100,
  keysMax: 100_000,
  itemsMax: 100_000,
  stringLengthMax: 100_000,
};

const refusalFor = (json: string | Uint8Array, narrower: Partial<JsonLimits> = {}) =>
  refusalOf(() => parseStrict(json, { ...limits, ...narrower }));

describe("strict JSON (RFC 8259, RFC 7493)", () => {
  it.each(vectors.valid)("accepts %j with the value that JSON.parse gives", (json) => {
    expect(parseStrict(json, limits).value).toEqual(JSON.parse(json));
    expect(parseStrict(utf8(json), limits).value).toEqual(JSON.parse(json));
  });

  it.each(vectors.malformed)("refuses $json ($rule at '$pointer')", ({ json, rule, pointer }) => {
    expect(refusalFor(json)).toMatchObject({ code: "malformed", rule, pointer });
    expect(refusalFor(utf8(json))).toMatchObject({ code: "malformed", rule, pointer });
  });

  it("refuses raw lone surrogates in a text and bytes that are not UTF-8", () => {
    expect(refusalFor('["\ud800"]')).toMatchObject({ code: "malformed", rule: "surrogate" });
    expect(refusalFor('["\ud83d\\ude00"]')).toMatchObject({ code: "malformed", rule: "surrogate" });
    expect(refusalFor('["\\ud83d\ude00"]')).toMatchObject({ code: "malformed", rule: "surrogate" });
    expect(refusalFor(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toMatchObject({ code: "malformed", rule: "utf-8" });
    expect(refusalFor(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({ code: "malformed", rule: "utf-8" });
  });

  it("finds a duplicate key among any number of keys, wherever the two stand", () => {
    for (const count of [2, 23, 24, 25, 26, 27, 60, 1000]) {
      const keys = Array.from({ length: count }, (_, i) => `"k${i}":${i}`);
      expect(parseStrict(`{${keys.join(",")}}`, limits).value).toHaveProperty(`k${count - 1}`, count - 1);
      for (const again of new Set([0, 1, count >> 1, count - 1])) {
        expect(refusalFor(`{${keys.join(",")},"\\u006b${again}":0}`)).toMatchObject({
          rule: "duplicate-key",
          pointer: `/k${again}`,
        });
      }
    }
  });

  it("tells keys with equal hashes apart", () => {
    // "Aa" and "BB" have one hash under every polynomial with the factor 31.
    const keys = ["AaAa", "AaBB", "BBAa", "BBBB"];
    expect(parseStrict(`{${keys.map((key) => `"${key}":1`).join(",")}}`, limits).value).toEqual(
      Object.fromEntries(keys.map((key) => [key, 1])),
    );
  });
});

describe("limits", () => {
  it("accepts what is at a limit and refuses what is one beyond, with its name and place", () => {
    const cases: readonly [Partial<JsonLimits>, string, string, string][] = [
      [{ depthMax: 0 }, "1", "[]", ""],
      [{ depthMax: 2 }, '{"a":[1]}', '{"a":[[1]]}', "/a/0"],
      [{ keysMax: 3 }, '{"a":{"b":1},"c":2}', '{"a":{"b":1},"c":{"d":2}}', "/c"],
      [{ itemsMax: 3 }, "[1,[2]]", "[1,[2,3]]", "/1/1"],
      [{ stringLengthMax: 2 }, '["ab","\\n\\u0041","\\ud83d\\ude00","é"]', '["abc"]', "/0"],
      [{ stringLengthMax: 2 }, '{"ab":1}', '{"x":{"\\u0041bc":1}}', "/x"],
      [{ stringLengthMax: 2 }, '["\\ud83d\\ude00"]', '["\\ud83d\\ude00a"]', "/0"],
      [{ stringLengthMax: 17 }, "[0.123456789012345]", "[0.1234567890123456]", "/0"],
    ];
    for (const [narrower, within, beyond, pointer] of cases) {
      expect(refusalFor(within, narrower), within).toBeUndefined();
      expect(refusalFor(beyond, narrower), beyond).toMatchObject({
        code: "limit",
        subject: Object.keys(narrower)[0],
        pointer,
      });
    }
  });

  it("counts bytes of UTF-8, not units, for texts and for bytes", () => {
    expect(refusalFor('"éé"', { bytesMax: 6 })).toBeUndefined();
    expect(refusalFor('"éé"', { bytesMax: 5 })).toMatchObject({ code: "limit", subject: "bytesMax" });
    expect(refusalFor(utf8('"éé"'), { bytesMax: 6 })).toBeUndefined();
    expect(refusalFor(utf8('"éé"'), { bytesMax: 5 })).toMatchObject({ code: "limit", subject: "bytesMax" });
  });

  it("keeps the pointer of a refusal short whatever the keys are", () => {
    const long = "k".repeat(5000);
    const refusal = refusalFor(`{"a":{"${long}":{"b":tru}}}`);
    expect(refusal?.pointer).toBe("/a");
    const deep = refusalFor(`${'{"key":'.repeat(10_000)}`, { depthMax: 20_000 });
    expect(deep?.pointer?.length).toBeLessThanOrEqual(pointerLengthMax);
  });
});

describe("hostile documents", () => {
  const timed = (json: string | Uint8Array, narrower: Partial<JsonLimits> = {}): number => {
    const from = performance.now();
    expect(refusalFor(json, narrower)).toBeDefined();
    return performance.now() - from;
  };

  it("refuses ten million levels at once", () => {
    expect(timed("[".repeat(10_000_000))).toBeLessThan(1000);
    expect(timed(utf8('{"a":'.repeat(10_000_000)))).toBeLessThan(1000);
    expect(refusalFor("[".repeat(10_000_000))).toMatchObject({ code: "limit", subject: "depthMax" });
  });

  it("refuses a million numeric keys before anything is built from them", () => {
    const json = `{${Array.from({ length: 1_000_000 }, (_, i) => `"${i * 7}":0`).join(",")}}`;
    expect(timed(json)).toBeLessThan(1000);
    expect(refusalFor(json)).toMatchObject({ code: "limit", subject: "keysMax" });
  });

  it("takes time in proportion to the bytes, whatever they spell", () => {
    const size = 4_000_000;
    const wide = { bytesMax: 1e9, depthMax: 1e7, keysMax: 1e7, itemsMax: 1e7, stringLengthMax: 1e8 };
    const shapes: readonly [string, (bytes: number) => string][] = [
      ["one long string", (n) => `["${"a".repeat(n)}"`],
      ["escapes", (n) => `["${"\\u0041".repeat(n / 6)}"`],
      ["backslashes", (n) => `["${"\\\\".repeat(n / 2)}"`],
      ["one long number", (n) => `[1${"0".repeat(n)}`],
      ["a long fraction", (n) => `[0.${"1".repeat(n)}`],
      ["white space", (n) => `[1${" ".repeat(n)}`],
      ["white space in an item", (n) => `{"objects":[{"a":[${"1 , ".repeat(n / 4)}`],
      ["levels", (n) => "[".repeat(n)],
      ["keys with equal hashes", (n) => collidingKeys(n / 40)],
      ["long keys with equal beginnings", (n) => longKeys(n)],
      ["many small objects", (n) => `[${'{"a":1},'.repeat(n / 8)}`],
    ];
    for (const [name, shape] of shapes) {
      const json = shape(size);
      const from = performance.now();
      refusalOf(() => parseStrict(json, wide, "objects"));
      // 4 MB; a quadratic step anywhere would take minutes.
      expect(performance.now() - from, name).toBeLessThan(4000);
    }
  });
});

// Keys of 32 letters that all have the same polynomial hash.
function collidingKeys(count: number): string {
  const keys = Array.from({ length: count }, (_, i) => {
    const bits = i.toString(2).padStart(16, "0");
    return `"${bits.replaceAll("0", "Aa").replaceAll("1", "BB")}":1`;
  });
  return `{${keys.join(",")}}`;
}

function longKeys(bytes: number): string {
  const start = "a".repeat(bytes / 100);
  return `{${Array.from({ length: 100 }, (_, i) => `"${start}${i}":1`).join(",")}}`;
}

describe("slices", () => {
  it("are the source of each item without insignificant white space, otherwise untouched", () => {
    const json =
      ' { "more" : false , "objects" : [ { "b" : 1.0 , "a" : [ 1E2 , "x  y\\u0041" ] } , 2 , "s" , [ ] , { } ] , "z" : [ 1 ] } ';
    const { slices } = parseStrict(json, limits, "objects");
    expect(slices).toEqual(['{"b":1.0,"a":[1E2,"x  y\\u0041"]}', "2", '"s"', "[]", "{}"]);
  });

  it("find the member whatever its spelling and place", () => {
    expect(parseStrict('{"obj\\u0065cts":[1,[2]]}', limits, "objects").slices).toEqual(["1", "[2]"]);
    expect(parseStrict('{"a":{"objects":[1]},"objects":[2],"b":[3]}', limits, "objects").slices).toEqual(["2"]);
    expect(parseStrict('{"a/b":[1]}', limits, "a/b").slices).toEqual(["1"]);
  });

  it("are empty when there is no such array", () => {
    for (const json of [
      "[]",
      "[[1]]",
      '["objects",[1]]',
      '{"objects":{"a":[1]}}',
      '{"objects":1}',
      '{"objects":[]}',
      "{}",
    ]) {
      expect(parseStrict(json, limits, "objects").slices).toEqual([]);
    }
    expect(parseStrict('{"objects":[1]}', limits).slices).toEqual([]);
  });

  it("are what JSON.stringify writes when the document was written by it, with any indentation", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ maxDepth: 4 }).filter(isPlain)),
        fc.constantFrom(0, 1, 3, "\t"),
        (objects, indent) => {
          const json = JSON.stringify({ id: "x", objects, more: [objects] }, null, indent);
          const { value, slices } = parseStrict(json, limits, "objects");
          expect(value).toEqual(JSON.parse(json));
          expect(slices).toEqual(objects.map((item) => JSON.stringify(item)));
        },
      ),
      { numRuns: 500 },
    );
  });
});

// Numbers that the strict parser refuses are left out of generated values.
function isPlain(value: unknown): boolean {
  const json = JSON.stringify(value);
  return refusalOf(() => parseStrict(json, limits)) === undefined;
}

describe("against JSON.parse", () => {
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    '"a"',
    '"\\u0061"',
    '"b"',
    "\\",
    "\\u",
    "d83d",
    "\\ude00",
    "0",
    "1",
    "-",
    "9007199254740991",
    "e",
    "E+",
    ".",
    "5",
    "true",
    "false",
    "null",
    " ",
    "\n",
    "\t",
    "\u0000",
    "é",
    "😀",
    "\ud83d",
    "\ufeff",
    "/",
  ];

  it("accepts only what JSON.parse accepts, with the same value, from any soup of tokens", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (tokens) => {
        const json = tokens.join("");
        if (refusalFor(json) !== undefined) return;
        accepted++;
        expect(parseStrict(json, limits).value).toEqual(JSON.parse(json));
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it("gives exactly one verdict for a document that was altered in one place: JSON.parse's, or a rule of I-JSON", () => {
    const alterations = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...pieces));
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom(0, 1),
        alterations,
        (value, indent, [place, kind, piece]) => {
          const json = JSON.stringify(value, null, indent);
          const at = place % (json.length + 1);
          const altered = json.slice(0, at) + (kind === 0 ? "" : piece) + json.slice(kind === 2 ? at : at + 1);
          const refusal = refusalFor(altered);
          let parsed: unknown;
          let fails = false;
          try {
            parsed = JSON.parse(altered);
          } catch {
            fails = true;
          }
          if (refusal === undefined) expect(parseStrict(altered, limits).value).toEqual(parsed);
          // What JSON.parse accepts is refused for a rule of I-JSON only, never for its grammar.
          else if (!fails) expect(refusal.rule).not.toBe("json");
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("accepts the canonical text of every value that it accepted", () => {
    const numbers = fc.oneof(fc.double(), fc.constantFrom("1e20", "1e21", "1E22", "123456789012345680000.0", "5e-324"));
    fc.assert(
      fc.property(fc.array(fc.oneof(numbers, fc.jsonValue())), (values) => {
        const json = `[${values.map((value) => (typeof value === "string" && /^[0-9]/.test(value) ? value : JSON.stringify(value))).join(",")}]`;
        if (refusalFor(json) !== undefined) return;
        const { value } = parseStrict(json, limits);
        const canonical = formatCanonical(value);
        expect(formatCanonical(parseStrict(canonical, limits).value)).toBe(canonical);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("real reports", () => {
  const folder = new URL("../../../shared/data/real/", import.meta.url);
  const files = ["apt1.json", "poisonivy.json", "ics-attack-18.1.json"];

  it("are read as JSON.parse reads them, and sliced into their objects", () => {
    if (!existsSync(folder)) {
      console.warn("SKIPPED: ../shared/data/real is absent, so real reports were not read.");
      return;
    }
    for (const file of files) {
      const bytes = readFileSync(new URL(file, folder));
      const { value, slices } = parseStrict(bytes, limits, "objects");
      const parsed: unknown = JSON.parse(bytes.toString("utf8"));
      expect(value).toEqual(parsed);
      const objects = isObject(parsed) && Array.isArray(parsed["objects"]) ? parsed["objects"] : [];
      expect(slices.length).toBe(objects.length);
      expect(slices.map((slice) => JSON.parse(slice) as unknown)).toEqual(objects);
    }
  });
});

it("knows an object from arrays, null and primitives", () => {
  expect(isObject({})).toBe(true);
  for (const other of [null, [], "x", 1, undefined, true]) expect(isObject(other)).toBe(false);
});
