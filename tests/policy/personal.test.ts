// Findings of personal data: what is found, where, and what only looks like it.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cicaMembers } from "../../src/directory/cica.ts";
import type { JsonObject } from "../../src/encoding/json.ts";
import { valueAt } from "../../src/encoding/pointer.ts";
import { formsIn, nationalIds } from "../../src/policy/national-ids.ts";
import { findPersonal, hasPersonal, personalFindingsMax } from "../../src/policy/personal.ts";

const objectOf = (type: string, members: JsonObject) => ({ type, id: `${type}--1`, ...members });
const inText = (description: string) => findPersonal(objectOf("report", { description }));
const kinds = (description: string) =>
  inText(description).map((finding) => (finding.kind === "national-id" ? finding.state : finding.kind));

describe("mail addresses", () => {
  it.each([
    "aigerim@example.kz",
    "Write to <first.last+tag@mail.example.org>.",
    "почта: имя@пример.рф",
    "o'neil@example.com",
    "mailto:a@b.co",
    `${"x".repeat(64)}@example.com`,
  ])("are found in: %s", (text) => {
    expect(kinds(text)).toEqual(["email"]);
  });

  it.each(["@handle", "a @ b.com", "a@b", "a@-b.com", "user@", "a@.com", "1@2", `${"x".repeat(65)}@example.com`])(
    "are not seen in: %s",
    (text) => {
      expect(kinds(text)).toEqual([]);
    },
  );

  it("are found in the pattern of an indicator and the value of an observable", () => {
    const pattern = "[email-message:sender_ref.value = 'a@example.com']";
    expect(findPersonal(objectOf("indicator", { pattern }))).toEqual([{ kind: "email", pointer: "/pattern" }]);
    expect(findPersonal(objectOf("email-addr", { value: "a@example.com" }))).toEqual([
      { kind: "email", pointer: "/value" },
    ]);
  });
});

describe("telephone numbers", () => {
  it.each(["+77011234567", "call +7 (701) 123-45-67 now", "+90 212 555 01 23", "tel:+1-202-555-0100"])(
    "are found in: %s",
    (text) => {
      expect(kinds(text)).toEqual(["phone"]);
    },
  );

  it.each([
    "+123456",
    "a+77011234567",
    "+0123456789",
    "C++20 and 1234567",
    "+1234567890123456",
    "2026-11-24T12:00:00Z",
  ])("are not seen in: %s", (text) => {
    expect(kinds(text)).not.toContain("phone");
  });
});

describe("names of persons", () => {
  it("are those of individuals, display names and authors, where STIX puts them", () => {
    const cases: readonly (readonly [string, JsonObject, readonly string[]])[] = [
      ["identity", { name: "A B", identity_class: "individual" }, ["/name"]],
      ["identity", { name: "CERT", identity_class: "organization" }, []],
      ["identity", { name: "CERT" }, []],
      ["user-account", { display_name: "A B" }, ["/display_name"]],
      ["email-addr", { display_name: "A B" }, ["/display_name"]],
      ["note", { authors: ["A B", "C D"], content: "x" }, ["/authors/0", "/authors/1"]],
      ["opinion", { authors: ["A B"] }, ["/authors/0"]],
      ["language-content", { contents: { ru: { authors: ["А Б"], name: "x" } } }, ["/contents/ru/authors/0"]],
      ["report", { name: "A B", authors: ["A B"], display_name: "A B" }, []],
    ];
    for (const [type, members, pointers] of cases)
      expect(findPersonal(objectOf(type, members))).toEqual(pointers.map((pointer) => ({ kind: "person", pointer })));
  });
});

/** Sound numbers and faulty ones. Check digits were worked out by hand or are the issuers' own examples. */
const numbers: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["AE", ["784-1985-1234567-1", "784198512345671"], ["784-1785-1234567-1", "785-1985-1234567-1"]],
  ["AF", ["1399-0100-12345"], ["1299-0100-12345"]],
  ["AZ", ["AZE12345678", "FIN: 5AB12CD"], ["AZE1234567", "5AB12CD", "FIN: 5ABI2CD"]],
  ["BD", ["NID: 1234567890", "NID 12345678901234567"], ["1234567890", "NID: 123456789"]],
  ["BH", ["CPR 850112345"], ["850112345", "CPR 851312345"]],
  ["CN", ["11010519491231002X", "11010519491231002x"], ["110105194912310021", "11010519491331002X"]],
  ["EG", ["28501010112345"], ["18501010112345", "28513010112345", "28501010512345"]],
  ["IL", ["ת.ז: 123456782", "Teudat Zehut 123456782"], ["123456782", "ת.ז: 123456789"]],
  ["IN", ["2341 2341 2346", "Aadhaar: 234123412346", "ABCPD1234E"], ["2341 2341 2347", "234123412346", "ABCCD1234E"]],
  ["IQ", ["البطاقة الوطنية: 199012345678"], ["البطاقة: 199012345678"]],
  ["IR", ["کد ملی: 0084575948", "code melli 0084575948"], ["0084575948", "code melli 0084575949"]],
  ["JO", ["الرقم الوطني: 9851012345"], ["9851012345"]],
  ["KG", ["20101198512345"], ["30101198512345", "23201198512345"]],
  ["KH", ["Khmer ID: 012345678"], ["012345678"]],
  ["KR", ["850101-1234567"], ["851301-1234567", "8501011234567", "850101-9234567"]],
  ["KW", ["285010110002"], ["285010110003", "285130110002"]],
  ["KZ", ["850101300005", "850101000711"], ["850101300006", "851301300005", "850101700005"]],
  ["LK", ["851234567V", "856234567v", "NIC: 198512345678"], ["859994567V", "198512345678"]],
  ["MN", ["УБ85010112", "АА05310112"], ["УБ85130112", "UB85010112"]],
  ["PK", ["35202-1234567-1"], ["85202-1234567-1", "3520212345671"]],
  ["PS", ["Palestinian ID: 123456782"], ["Palestinian ID: 123456789"]],
  ["QA", ["QID 28563412345"], ["QID 18563412345"]],
  ["RU", ["112-233-445 95", "ИНН 500100732259"], ["112-233-445 96", "500100732259", "ИНН 500100732250"]],
  ["TH", ["1-1037-02071-81-1", "เลขประจำตัวประชาชน 1103702071811"], ["1-1037-02071-81-2", "1103702071811"]],
  ["TJ", ["РМА: 123456789"], ["123456789"]],
  ["TR", ["10000000146"], ["10000000147", "00000000146"]],
  ["UZ", ["30101851234563"], ["30101851234564", "33201851234563"]],
  ["VN", ["CCCD: 001085012345", "căn cước công dân: 001085012345"], ["001085012345"]],
];

describe("numbers that states give to persons", () => {
  it("are known for each member of the conference", () => {
    const members = cicaMembers.map(({ code }) => code);
    expect([...new Set(nationalIds.map(({ state }) => state))].sort()).toEqual(members);
    expect(numbers.map(([state]) => state)).toEqual(members);
  });

  it.each(numbers)("of %s are told by their form", (state, sound, faulty) => {
    for (const number of sound) {
      expect([number, kinds(`He is ${number}, they said.`).includes(state)]).toEqual([number, true]);
      expect([number, kinds(number).includes(state)]).toEqual([number, true]);
    }
    for (const number of faulty) expect([number, kinds(`See ${number}.`).includes(state)]).toEqual([number, false]);
  });

  it("are not seen within longer numbers, ids, paths, times or decimals", () => {
    for (const text of [
      "1850101300005",
      "8501013000051",
      "x850101300005",
      "indicator--d81f86b9-975b-4c0b-875e-850101300005",
      "https://example.org/850101300005/a",
      "3.850101300005",
      "850101300005:1",
      "10000000146-1",
    ])
      expect([text, kinds(text)]).toEqual([text, []]);
  });
});

describe("findPersonal", () => {
  it("points at each place, in the order of the document", () => {
    const object = objectOf("report", {
      description: "a@example.com",
      extensions: { x: { list: ["no", "+77011234567"], deep: { text: "850101300005 and b@example.com" } } },
    });
    const findings = findPersonal(object);
    expect(findings).toEqual([
      { kind: "email", pointer: "/description" },
      { kind: "phone", pointer: "/extensions/x/list/1" },
      { kind: "email", pointer: "/extensions/x/deep/text" },
      { kind: "national-id", pointer: "/extensions/x/deep/text", state: "KZ" },
    ]);
    for (const { pointer } of findings) expect(typeof valueAt(object, pointer)).toBe("string");
  });

  it("does not read ids, references, times, hashes and bytes", () => {
    const number = "10000000146";
    const object = objectOf("artifact", {
      id: number,
      created_by_ref: number,
      object_marking_refs: [number],
      created: number,
      hashes: { MD5: number },
      payload_bin: number,
    });
    expect(findPersonal(object)).toEqual([]);
    expect(hasPersonal(object)).toBe(false);
    expect(hasPersonal(objectOf("artifact", { url: number }))).toBe(true);
  });

  it("tells of so many and no more", () => {
    const texts = Array.from({ length: personalFindingsMax + 50 }, (_, i) => `a${i}@example.com`);
    expect(findPersonal(objectOf("report", { labels: texts }))).toHaveLength(personalFindingsMax);
  });

  it.each([
    ["at signs", "@"],
    ["letters before at signs", "a@"],
    ["digits", "1"],
    ["pluses and digits", "+1"],
    ["digits and hyphens", "1-"],
    ["digits and spaces", "1 "],
    ["labels without an end", "a@a."],
    ["words before a number", "FIN:::"],
    ["dots", "a.b@"],
  ])("takes time in proportion to the length of %s", (_, unit) => {
    const text = unit.repeat(Math.ceil(200_000 / unit.length));
    const began = performance.now();
    inText(text);
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it("reads as deep as an object goes", () => {
    let deep: JsonObject = { text: "a@example.com" };
    for (let i = 0; i < 20_000; i++) deep = { a: deep };
    expect(hasPersonal(objectOf("report", { x: deep }))).toBe(true);
  });
});

describe("formsIn", () => {
  it("leaves out no form that is in the text", () => {
    const digit = fc.constantFrom(..."0123456789");
    const digits = fc.string({ unit: digit, minLength: 1, maxLength: 19 });
    const date = fc.constantFrom("850612", "19850612", "1206", "784", "AZE", "АБ85061201", "ABCPE1234F", "V");
    const words = fc.constantFrom("FIN", "ИНН", "INN", "CPR", "NID", "QID", "CCCD", "Aadhaar", "NIC", "РМА", "کد ملی");
    const piece = fc.oneof(digits, digits, date, words, fc.constantFrom(" ", "-", " - ", ": ", "."));
    let met = 0;
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const text = pieces.join("");
        const there = nationalIds.filter(({ pattern }) => text.matchAll(pattern).next().done === false);
        met += there.length;
        expect(formsIn(text)).toEqual(expect.arrayContaining(there));
      }),
      { numRuns: 5_000 },
    );
    expect(met).toBeGreaterThan(200);
  });
});
