import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  entryBytes,
  type FieldLabel,
  fieldLabels,
  type FieldValues,
  formatEntry,
  isJournalName,
  openField,
  parseEntry,
  parseEntryName,
  parseOpening,
  prepareEntries,
  verifyOpening,
} from "../../src/audit/entry.ts";
import { parseBase64url } from "../../src/encoding/base64.ts";
import { utf8 } from "../../src/encoding/bytes.ts";
import { formatCanonical } from "../../src/encoding/canonical-json.ts";
import type { Json } from "../../src/encoding/json.ts";
import { refusalOf } from "../encoding/refusal-of.ts";
import vectors from "../vectors/audit/entry.json" with { type: "json" };

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const otherKey = key.with(0, 1);
const minute = 1_795_509_480_000_000;
const fields: FieldValues = {
  kind: "pull",
  actor: "KZ/desk",
  count: 100,
  range: { from: "a", to: null },
  marking: null,
};
const draft = { journal: "node-1", n: 7, minute, fields };
const entry = formatEntry(draft, key);

const values = fc.jsonValue().filter((value) => formatCanonical(value).isWellFormed()) as fc.Arbitrary<Json>;
const drafts = fc.record({
  journal: fc.constantFrom("turn", "node-1", "a/b:c._-", "x".repeat(64)),
  n: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  minute: fc.maxSafeNat(),
  fields: fc.dictionary(fc.constantFrom(...fieldLabels), values) as fc.Arbitrary<FieldValues>,
});

describe("entries", () => {
  it.each(vectors.cases)("of $journal $n are those that another implementation makes", (vector) => {
    const { journal, n, minute: at, fields: given, entry: text, salts } = vector;
    expect(formatEntry({ journal, n, minute: at, fields: given }, key)).toBe(text);
    for (const label of fieldLabels) {
      const value: Json = (given as FieldValues)[label] ?? null;
      const opening = openField({ journal, n }, label, value, key);
      expect(opening).toEqual({ label, value, salt: salts[label] });
      expect(verifyOpening(text, opening)).toBe(true);
    }
  });

  it("are canonical JSON of one size, whatever they say, and are read back", () => {
    const format = prepareEntries(key);
    fc.assert(
      fc.property(drafts, (given) => {
        const text = format(given);
        expect(utf8(text)).toHaveLength(entryBytes);
        expect(formatCanonical(JSON.parse(text))).toBe(text);
        expect(text).toBe(formatEntry(given, key));
        const parsed = parseEntry(utf8(text));
        expect(parsed).toMatchObject({ journal: given.journal, n: given.n });
        expect(given.minute - parsed.minute).toBe(given.minute % 60_000_000);
        expect(Object.keys(parsed.commitments)).toEqual([...fieldLabels]);
        expect(parseEntryName(text)).toEqual({ journal: parsed.journal, n: parsed.n, minute: parsed.minute });
      }),
      { numRuns: 200 },
    );
  });

  it("show the closed list of fields and no other", () => {
    const parsed: unknown = JSON.parse(entry);
    expect(parsed).toMatchObject({ journal: "node-1", n: 7, minute: "2026-11-24T08:38Z", version: 1 });
    expect(Object.keys((parsed as { commitments: object }).commitments).toSorted()).toEqual(
      "kind,time,actor,from,to,object,edition,marking,collection,range,count,outcome,basis,root,turn"
        .split(",")
        .toSorted(),
    );
  });

  it("hide whether a field is there: absent and null are one, and each commitment is another", () => {
    expect(formatEntry({ ...draft, fields: {} }, key)).toBe(
      formatEntry({ ...draft, fields: { kind: null, to: undefined } }, key),
    );
    const { commitments } = parseEntry(formatEntry({ ...draft, fields: {} }, key));
    expect(new Set(Object.values(commitments)).size).toBe(fieldLabels.length);
  });

  it("commit anew under another name or period, so that equal values never look alike", () => {
    const same = { kind: "pull" };
    const all = [
      formatEntry({ journal: "a", n: 1, minute, fields: same }, key),
      formatEntry({ journal: "a", n: 11, minute, fields: same }, key),
      formatEntry({ journal: "a1", n: 1, minute, fields: same }, key),
      formatEntry({ journal: "a", n: 1, minute, fields: same }, otherKey),
    ].flatMap((text) => Object.values(parseEntry(text).commitments));
    expect(new Set(all).size).toBe(all.length);
  });

  it("do not depend on how many were made before by one formatter", () => {
    const format = prepareEntries(key);
    format({ ...draft, fields: { kind: "x".repeat(5000) } });
    expect(format(draft)).toBe(entry);
  });

  it("are not made without a name, with a key of another length, or of values without JSON", () => {
    for (const journal of ["", "a b", 'a"b', "a\\b", "é", "a\n", "-a", "x".repeat(65), "a\0"]) {
      expect(isJournalName(journal)).toBe(false);
      expect(() => formatEntry({ ...draft, journal }, key)).toThrow(TypeError);
      expect(() => openField({ journal, n: 1 }, "kind", null, key)).toThrow(TypeError);
    }
    for (const n of [0, -1, 1.5, Number.NaN, 2 ** 53])
      expect(() => formatEntry({ ...draft, n }, key)).toThrow(TypeError);
    for (const length of [0, 16, 31, 33]) expect(() => formatEntry(draft, new Uint8Array(length))).toThrow(TypeError);
    expect(() => formatEntry({ ...draft, fields: { kind: Number.NaN } }, key)).toThrow();
    expect(() => formatEntry({ ...draft, minute: 0.5 }, key)).toThrow(RangeError);
  });
});

describe("reading an entry", () => {
  it.each([
    ["nothing", ""],
    ["a space too many", `${entry} `],
    ["a character too few", entry.slice(1)],
    ["another pad", entry.replace('"pad":"0', '"pad":"1')],
    ["a shorter pad and a space", entry.replace('"pad":"0', ' "pad":"')],
    ["another version", entry.replace('"version":1', '"version":2')],
    ["another field's name", entry.replace('"kind"', '"kinf"')],
    ["fields in another order", entry.replace('"actor"', '"basis"').replace(',"basis"', ',"actor"')],
    ["a number with a leading zero", entry.replace('"n":7,"pad":"0', '"n":07,"pad":"')],
    ["number 0", entry.replace('"n":7', '"n":0')],
    ["a number beyond 2^53−1", entry.replace('"n":7,"pad":"000000000000000', '"n":9007199254740992,"pad":"')],
    ["a negative number", entry.replace('"n":7,"pad":"0', '"n":-7,"pad":"')],
    ["a minute of no calendar", entry.replace("2026-11-24", "2026-11-31")],
    ["a minute of another form", entry.replace("2026-11-24T08:38", "2026-11-24 08:38")],
    ["hour 24", entry.replace("T08:38", "T24:38")],
    ["a journal that has no name", entry.replace("node-1", "node 1")],
    ["an escape in the journal's name", entry.replace('"node-1"', String.raw`"n\u006fe"`.slice(0, 8))],
    ["a commitment of base64 instead of base64url", entry.replace(/"actor":"./, '"actor":"+')],
    ["tail bits in a commitment that are not zero", entry.replace(/("actor":".{42})./, "$1B")],
    ["a character beyond ASCII", entry.replace("node-1", "node-ž")],
  ])("refuses %s", (_, altered) => {
    expect(altered).not.toBe(entry);
    expect(refusalOf(() => parseEntry(altered))).toMatchObject({ code: "malformed", rule: "entry" });
    expect(refusalOf(() => parseEntryName(altered))).toMatchObject({ code: "malformed", rule: "entry" });
    expect(refusalOf(() => parseEntry(utf8(altered)))).toMatchObject({ code: "malformed" });
  });

  it("refuses or reads canonical JSON when any one character is another", () => {
    fc.assert(
      fc.property(
        fc.nat(entryBytes - 1),
        fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 1 }),
        (at, character) => {
          const altered = entry.slice(0, at) + character + entry.slice(at + 1);
          if (refusalOf(() => parseEntry(altered)) === undefined) {
            expect(formatCanonical(JSON.parse(altered))).toBe(altered);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("openings", () => {
  const opened = openField(draft, "actor", "KZ/desk", key);

  it("show every field of every entry", () => {
    fc.assert(
      fc.property(drafts, fc.constantFrom(...fieldLabels), (given, label) => {
        const value = given.fields[label] ?? null;
        expect(verifyOpening(formatEntry(given, key), openField(given, label, value, key))).toBe(true);
      }),
    );
  });

  it("do not show another value, field, entry or salt", () => {
    expect(verifyOpening(entry, opened)).toBe(true);
    for (const value of ["KZ/desl", null, ["KZ/desk"], 0, { actor: "KZ/desk" }]) {
      expect(verifyOpening(entry, { ...opened, value })).toBe(false);
      expect(verifyOpening(entry, openField(draft, "actor", value, key))).toBe(false);
    }
    for (const label of fieldLabels.filter((other) => other !== "actor")) {
      expect(verifyOpening(entry, { ...opened, label })).toBe(false);
    }
    expect(verifyOpening(formatEntry({ ...draft, n: 8 }, key), opened)).toBe(false);
    expect(verifyOpening(entry, openField({ ...draft, n: 8 }, "actor", "KZ/desk", key))).toBe(false);
    expect(verifyOpening(entry, openField(draft, "actor", "KZ/desk", otherKey))).toBe(false);
  });

  it("tell values apart that other encodings would not", () => {
    const pairs: readonly [Json, Json][] = [
      ["1", 1],
      ["null", null],
      ["true", true],
      [[], {}],
      ["", null],
      [["a", "b"], ["ab"]],
    ];
    for (const [one, other] of pairs) {
      const text = formatEntry({ ...draft, fields: { object: one } }, key);
      expect(verifyOpening(text, openField(draft, "object", one, key))).toBe(true);
      expect(verifyOpening(text, openField(draft, "object", other, key))).toBe(false);
    }
  });

  it("do not take a salt of another length for the same HMAC key", () => {
    // HMAC pads a short key with zeros: a salt with a zero byte more would make the same commitment.
    const longer = Buffer.concat([parseBase64url(opened.salt), Buffer.of(0)]).toString("base64url");
    expect(verifyOpening(entry, { ...opened, salt: longer })).toBe(false);
  });

  it("break with any flipped bit of the salt", () => {
    const salt = Buffer.from(parseBase64url(opened.salt));
    for (let bit = 0; bit < 256; bit++) {
      const broken = Buffer.from(salt);
      broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyOpening(entry, { ...opened, salt: broken.toString("base64url") })).toBe(false);
    }
  });

  it("are read from JSON, and refused in any other form", () => {
    expect(parseOpening(JSON.parse(JSON.stringify(opened)))).toEqual(opened);
    const label: FieldLabel = "kind";
    for (const other of [
      null,
      [],
      "x",
      {},
      { ...opened, label: "pad" },
      { ...opened, label: 1 },
      { ...opened, salt: "AAAA" },
      { ...opened, salt: 5 },
      { label, salt: opened.salt },
      { ...opened, more: 1 },
    ]) {
      expect(refusalOf(() => parseOpening(other))).toMatchObject({ code: "malformed" });
    }
  });
});
