import { describe, expect, it } from "vitest";
import { openForm, readFlag, readLine, readList, readSet, readWord, shown } from "../../src/directory/form.ts";
import { refusalOf } from "./refusal-of.ts";

describe("openForm", () => {
  it("refuses a member that is not known, and says which was probably meant", () => {
    expect(refusalOf(() => openForm({ name: "x", rech: "public" }, ["a"], "A client", ["name", "reach"]))).toEqual({
      code: "invalid",
      rule: "member",
      pointer: "/a/rech",
      sentence: "A client has no member rech; did you mean reach?",
    });
  });

  it.each([null, [], "text", 1, true, undefined])("refuses %j, which is no object", (value) => {
    expect(refusalOf(() => openForm(value, [], "A form", [])).rule).toBe("form");
  });

  it("refuses members that only look inherited", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      const value: unknown = JSON.parse(`{"${name}":1}`);
      // JSON.parse of an object: Json by construction.
      expect(
        refusalOf(() => openForm(value as { readonly [key: string]: number }, [], "A form", ["name"])).pointer,
      ).toBe(`/${name}`);
    }
  });
});

describe("readLine", () => {
  const read = (value: string) => readLine(value, ["name"], "The name", 10);

  it.each(["a", "Қазақстан", "ایران", "می‌خواهم", "日本", "a b", "👩‍💻", "😀".repeat(10)])("takes %j", (text) => {
    expect(read(text)).toBe(text);
  });

  it.each([
    "",
    " a",
    "a ",
    "a\nb",
    "a\tb",
    "a\u0000",
    "\u202Ea",
    "a\u2066b",
    "\u200Fa",
    "a\u2028b",
    "a".repeat(11),
    "😀".repeat(11),
    "\uFEFFa",
    "\u00A0a",
    "\u001B[31m",
  ])("refuses %j", (text) => {
    expect(refusalOf(() => read(text))).toMatchObject({ code: "invalid", rule: "line", pointer: "/name" });
  });
});

describe("lists, words and flags", () => {
  const read = (item: unknown, path: readonly (string | number)[]) =>
    readWord(item === "a" || item === "b" ? item : 0, path, "It", ["a", "b"]);

  it("refuse an item at its own place", () => {
    expect(refusalOf(() => readList(["a", "c"], ["l"], "The list", { itemsMin: 0, itemsMax: 9 }, read)).pointer).toBe(
      "/l/1",
    );
  });

  it("refuse lists that are none, too short or too long", () => {
    const bounds = { itemsMin: 1, itemsMax: 2 };
    for (const value of ["a", { 0: "a", length: 1 }, null, [], ["a", "a", "a"]]) {
      expect(refusalOf(() => readList(value, ["l"], "The list", bounds, read)).rule).toBe("list");
    }
  });

  it("refuse an item that stands twice in a set", () => {
    const refusal = refusalOf(() => readSet(["a", "b", "a"], ["l"], "The set", { itemsMin: 0, itemsMax: 9 }, read));
    expect(refusal).toMatchObject({ rule: "twice", pointer: "/l/2", sentence: "a stands twice in The set." });
  });

  it("take true and false for flags, and nothing that is only like them", () => {
    expect([readFlag(true, [], "It"), readFlag(false, [], "It")]).toEqual([true, false]);
    for (const value of ["true", 1, 0, null, undefined])
      expect(refusalOf(() => readFlag(value, [], "It")).rule).toBe("flag");
  });
});

describe("shown", () => {
  it("repeats short harmless words and nothing else", () => {
    expect(["KZT", "group:energy", "ТЛП", "a b"].map(shown)).toEqual(["KZT", "group:energy", "ТЛП", "a b"]);
    expect(["", "<script>", "a\nb", "\u202Eabc", "x".repeat(41), "=1+1"].map(shown)).toEqual(Array(6).fill("this"));
  });
});
