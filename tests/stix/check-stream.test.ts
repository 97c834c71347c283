// Checking what comes in pieces: the same as checking the whole, whatever the pieces; and memory that does not grow.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../src/encoding/bytes.ts";
import type { Json } from "../../src/encoding/json.ts";
import { JsonItems } from "../../src/encoding/json-items.ts";
import { linesOf } from "../../src/encoding/lines.ts";
import { Refusal } from "../../src/refusal.ts";
import { advise } from "../../src/stix/advice.ts";
import { BundleCheck, bundleFindingsMax } from "../../src/stix/check-bundle.ts";
import { checkLines, checkStream, checkText, objectLimits } from "../../src/stix/check-stream.ts";
import { check } from "../../src/stix/check.ts";
import { invalidCases, validObjects, valueOf } from "./vectors.ts";

async function* piecesOf(text: string | Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === "string" ? utf8(text) : text;
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function all<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

const told = (findings: readonly { readonly rule: string; readonly pointer: string }[]) =>
  findings.map(({ rule, pointer }) => `${rule} ${pointer}`).toSorted();
const tool = validObjects["tool"] ?? {};
const bundleOf = (objects: readonly Json[]) => ({ ...validObjects["bundle"], objects });

describe("checkStream", () => {
  const advice = advise({ enforceRefs: true, enabled: ["all"] });

  it.each([1, 2, 3, 7, 64, 100_000])("says in pieces of %i bytes what check says of the whole", async (length) => {
    const broken = invalidCases
      .map((one) => valueOf(one))
      .filter((value) => !checkText(JSON.stringify(value)).some(({ rule }) => rule === "json"))
      .slice(0, 200);
    for (const document of [
      bundleOf(Object.values(validObjects)),
      bundleOf(broken),
      tool,
      bundleOf([]),
      { ...tool, objects: [1, 2] },
      { ...tool, objects: { a: [] } },
      [],
      5,
      "x",
      null,
    ]) {
      if (Array.isArray(document)) continue;
      const text = JSON.stringify(document, null, length % 2);
      expect(told(await all(checkStream(piecesOf(text, length), { advice })))).toEqual(
        told(check(document, { advice })),
      );
    }
  });

  it("takes a list for a bundle without a frame", async () => {
    const findings = await all(checkStream(piecesOf(JSON.stringify([tool, { ...tool, name: 5 }]), 10)));
    expect(told(findings)).toEqual(["value-type /1/name"]);
    expect(await all(checkStream(piecesOf("[]", 1)))).toEqual([]);
  });

  it("finds the frame's faults wherever they stand", async () => {
    const late = `{"objects":[${JSON.stringify(tool)}],"id":"x","type":"bundle"}`;
    expect(told(await all(checkStream(piecesOf(late, 5))))).toEqual(["identifier-form /id"]);
    const other = `{"objects":[${JSON.stringify(tool)}],"type":"thing"}`;
    expect(told(await all(checkStream(piecesOf(other, 5))))).toContain("object-type /type");
  });

  it.each([
    ['{"type":"bundle","objects":[', ""],
    ['{"type":"bundle","objects":[1,]}', ""],
    ['{"type":"bundle","objects":[,1]}', ""],
    ['{"type":"bundle","objects":[{} {}]}', ""],
    ['{"type":"bundle","objects":[{"a":1,"a":2}]}', "/objects/0/a"],
    ['{"type":"bundle","type":"bundle","objects":[]}', "/type"],
    ['{"type":"bundle","objects":[],"objects":[{}]}', "/objects"],
    ['{"type":"bundle","objects":[{]}', ""],
    ['{"type":"bundle","objects":["\\ud800"]}', "/objects/0"],
    ['{"type":"bundle","objects":[12345678901234567890]}', "/objects/0"],
    ["", ""],
    ["{", ""],
    ["nonsense", ""],
    ["[1,2", ""],
    ["\ufeff{}", ""],
  ])("tells that %s is no JSON", async (text, pointer) => {
    for (const length of [1, 1000]) {
      const findings = await all(checkStream(piecesOf(text, length)));
      const found = findings.find(({ rule }) => rule === "json");
      expect(found).toMatchObject({ severity: "error" });
      expect(found?.pointer.startsWith(pointer)).toBe(true);
    }
  });

  it("tells bytes that are no UTF-8", async () => {
    const findings = await all(checkStream(piecesOf(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 2)));
    expect(findings).toMatchObject([{ rule: "json" }]);
  });

  it("agrees with JSON.parse on what is JSON, in any pieces", async () => {
    const text = fc.oneof(
      fc.json().map((json) => `{"type":"bundle","objects":[${json}]}`),
      fc
        .array(
          fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "\\", "1", "true", " ", '"objects"', '"type"', '"bundle"'),
        )
        .map((parts) => parts.join("")),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (source, length) => {
        const whole = checkText(source).some(({ rule }) => rule === "json");
        const pieces = (await all(checkStream(piecesOf(source, length)))).some(({ rule }) => rule === "json");
        expect(pieces, source).toBe(whole);
      }),
      { numRuns: 2000 },
    );
  });

  it("goes on behind an object that cannot be read", async () => {
    const text = `{"type":"bundle","id":"${String(validObjects["bundle"]?.["id"])}","objects":[{"a":1,"a":2},{"type":"tool"}]}`;
    const findings = await all(checkStream(piecesOf(text, 9)));
    expect(findings[0]).toMatchObject({ rule: "json", pointer: "/objects/0/a" });
    expect(findings.some(({ pointer }) => pointer === "/objects/1")).toBe(true);
  });

  it("ends once there are so many errors that the rest is not worth a look", async () => {
    const many = bundleOf(Array.from({ length: 5000 }, () => ({ type: "tool", id: "x" })));
    const findings = await all(checkStream(piecesOf(JSON.stringify(many), 4096)));
    expect(findings.length).toBeGreaterThanOrEqual(bundleFindingsMax);
    expect(findings.length).toBeLessThan(2 * bundleFindingsMax);
  });
});

describe("JsonItems", () => {
  const limits = { itemBytesMax: 20, restBytesMax: 40 };

  it("refuses an item or a rest that is too large", () => {
    const items = new JsonItems("objects", "bundle", limits);
    expect(() => items.push(utf8(`{"objects":["${"x".repeat(30)}`))).toThrow(Refusal);
    expect(() => new JsonItems("objects", "bundle", limits).push(utf8(`{"a":"${"x".repeat(50)}`))).toThrow(
      "without the items",
    );
  });

  it("leaves a document of another type whole", () => {
    const items = new JsonItems("objects", "bundle", limits);
    const text = '{"type":"x","objects":[1,2]}';
    expect(items.push(utf8(text))).toEqual([]);
    expect(items.end()).toEqual(utf8(text));
  });
});

describe("checkLines", () => {
  it("answers for each line that is not empty, in order", async () => {
    const text = `${JSON.stringify(tool)}\n\n{"type":"tool"}\r\nnonsense\n${JSON.stringify({ type: "bundle", id: "x" })}`;
    for (const length of [1, 3, 1000]) {
      const lines = await all(checkLines(piecesOf(text, length)));
      expect(lines.map(({ line, valid }) => [line, valid])).toEqual([
        [1, true],
        [3, false],
        [4, false],
        [5, false],
      ]);
      expect(lines[2]?.findings).toMatchObject([{ rule: "json" }]);
    }
  });

  it("passes over a line that is too long, and goes on", async () => {
    const lines = await all(linesOf(piecesOf(`${"x".repeat(50)}\nab\n${"y".repeat(50)}`, 7), 10));
    expect(lines.map(({ number, bytes }) => [number, bytes?.length ?? null])).toEqual([
      [1, null],
      [2, 2],
      [3, null],
    ]);
  });

  it("tells what a text holds that no two readers read alike, with a pointer", () => {
    for (const [text, pointer] of [
      ['{"a":{"b":1,"b":2}}', "/a/b"],
      ['{"a":["\\udc00"]}', "/a/0"],
      ['{"a":9007199254740993}', "/a"],
      ["[".repeat(300), ""],
    ] as const) {
      const [finding] = checkText(text);
      expect(finding?.rule.startsWith("json")).toBe(true);
      expect(finding?.pointer.startsWith(pointer)).toBe(true);
    }
    expect(checkText(`{"a":"${"x".repeat(objectLimits.stringLengthMax + 1)}"}`)).toMatchObject([
      { rule: "json-limit", pointer: "/a" },
    ]);
  });
});

describe("a bundle", () => {
  const advice = advise({ enforceRefs: true, enabled: ["all"] });

  it("is judged the same in any order of its objects", () => {
    const objects = [
      ...Object.values(validObjects),
      { ...tool, name: "another" },
      { ...validObjects["identity"], name: 5 },
    ].filter(({ type }) => type !== "bundle");
    // Without the place, which moves with the object.
    const judged = (list: readonly Json[]) =>
      check(bundleOf(list), { advice })
        .map(({ rule, pointer }) => `${rule} ${pointer.replace(/^\/objects\/[0-9]+/, "")}`)
        .toSorted();
    fc.assert(
      fc.property(fc.shuffledSubarray(objects, { minLength: objects.length }), (shuffled) => {
        expect(judged(shuffled)).toEqual(judged(objects));
      }),
      { numRuns: 50 },
    );
  });

  it("is remembered by ids and versions alone", () => {
    const work = new BundleCheck({ advice });
    for (let i = 0; i < 20_000; i++) {
      const uuid = `${String(i).padStart(8, "0")}-0000-4000-8000-000000000000`;
      work.object({ ...tool, id: `tool--${uuid}`, description: "x".repeat(100) }, i);
    }
    expect(work.end()).toEqual([]);
    expect(work.isFull).toBe(false);
  });
});
