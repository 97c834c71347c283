import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { english } from "../../src/messages/en.ts";
import { kazakh } from "../../src/messages/kk.ts";
import { translation } from "../../src/messages/message.ts";
import {
  formatList,
  formatMessage,
  formatQuoted,
  formatTime,
  isLanguage,
  languages,
  messagesIn,
} from "../../src/messages/messages.ts";
import { russian } from "../../src/messages/ru.ts";

type Entry = string | Readonly<Record<string, string>>;
const catalogues = new Map<string, Readonly<Record<string, Entry>>>([
  ["en", english],
  ["ru", russian],
  ["kk", kazakh],
]);
const entries = [...catalogues].flatMap(([language, texts]) =>
  Object.entries(texts).map(([key, entry]) => ({ language, key, entry })),
);
const formsOf = (entry: Entry): readonly string[] => (typeof entry === "string" ? [entry] : Object.values(entry));
const placesOf = (text: string): readonly string[] =>
  [...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? "").sort();

describe("a catalogue", () => {
  it("has the messages of the English one and no other", () => {
    for (const texts of catalogues.values()) expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
  });

  it.each(entries)("fills the same places in each form as in English: $language $key", ({ key, entry }) => {
    const source = catalogues.get("en")?.[key] ?? "";
    const wanted = placesOf(formsOf(source).at(-1) ?? "");
    for (const form of formsOf(entry)) expect(placesOf(form)).toEqual(wanted);
  });

  it("has the plural categories that CLDR gives its language", () => {
    for (const { language, entry } of entries) {
      if (typeof entry === "string") continue;
      const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      expect(Object.keys(entry).sort()).toEqual([...categories].sort());
    }
  });

  it("never mixes Latin and Cyrillic letters in a word, where they look alike", () => {
    const mixed = /(?:\p{Script=Latin}\p{Script=Cyrillic}|\p{Script=Cyrillic}\p{Script=Latin})/u;
    for (const { entry } of entries) for (const form of formsOf(entry)) expect(form).not.toMatch(mixed);
  });

  it("is written in the letters of its language, words of the policy language and TLP aside", () => {
    for (const { language, entry } of entries) {
      for (const form of formsOf(entry)) {
        const plain = form.replace(/\{[a-z]+\}/g, "").replace(/\b(?:tlp|TLP:RED|TLP:CLEAR|all|named|public)\b/g, "");
        expect(plain).toMatch(language === "en" ? /^\P{Script=Cyrillic}*$/u : /^\P{Script=Latin}*$/u);
      }
    }
  });

  it("does not compile when a message is missing, unknown, or fills other places", () => {
    const { "word.yes": _, ...incomplete } = kazakh;
    // @ts-expect-error a message is missing
    translation<"kk">()(incomplete);
    // @ts-expect-error English has no such message
    translation<"kk">()({ ...kazakh, "word.perhaps": "мүмкін" });
    // @ts-expect-error the place is misspelt
    translation<"kk">()({ ...kazakh, "audience.later": "{partys}: {time}" });
    // @ts-expect-error a plural form that Russian has is missing
    translation<"ru">()({ ...russian, "count.rules": { one: "{count}", few: "{count}", other: "{count}" } });
    expect(true).toBe(true);
  });

  it("carries a mark until a second reader has read it", () => {
    expect(languages.map((language) => messagesIn(language).reviewed)).toEqual([true, false, false]);
  });
});

describe("formatMessage", () => {
  const [en, ru, kk] = [messagesIn("en"), messagesIn("ru"), messagesIn("kk")];

  it.each([
    [1, "1 state", "1 государство", "1 мемлекет"],
    [2, "2 states", "2 государства", "2 мемлекет"],
    [5, "5 states", "5 государств", "5 мемлекет"],
    [11, "11 states", "11 государств", "11 мемлекет"],
    [21, "21 states", "21 государство", "21 мемлекет"],
    [1_234, "1,234 states", "1 234 государства", "1 234 мемлекет"],
  ])("writes %d states as each language does", (count, ...expected) => {
    const plain = (text: string): string => text.replaceAll(/[\u00A0\u202F]/g, " ");
    expect([en, ru, kk].map((messages) => plain(formatMessage(messages, "count.states", { count })))).toEqual(expected);
  });

  it("inserts values as they are: nothing in a value is a place or a replacement pattern", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("{time}", "$&", "$1", "{parties}")),
        (parties) => {
          const text = formatMessage(en, "audience.later", { parties, time: "noon" });
          expect(text).toBe(`${parties} from noon.`);
        },
      ),
    );
  });

  it("fills every place of every message", () => {
    const values = {
      count: 3,
      rules: "R",
      level: "L",
      reasons: "G",
      parties: "P",
      time: "T",
      rule: "R",
      from: "F",
      to: "T",
      list: "L",
      found: "F",
      trait: "T",
      state: "S",
    };
    for (const language of languages) {
      const messages = messagesIn(language);
      for (const key of Object.keys(english)) {
        // The keys of the catalogue are its keys; Object.keys only knows that they are strings.
        const text = formatMessage(messages, key as "audience.now", values);
        expect(text).not.toMatch(/[{}]/);
        expect(text).not.toBe("");
      }
    }
  });

  it("does not compile without a value, or with one that the message has no place for", () => {
    // @ts-expect-error the place {count} is not filled
    formatMessage(en, "count.states", {});
    // @ts-expect-error a misspelt value leaves {parties} open
    formatMessage(en, "audience.reduced", { party: "TR" });
    expect(true).toBe(true);
  });
});

describe("lists, quotes and times", () => {
  it("are written as the language does", () => {
    const written = languages.map((language) => {
      const messages = messagesIn(language);
      return [
        formatList(messages, ["KZ", "TR", "UZ"]),
        formatQuoted(messages, "late"),
        formatTime(messages, 1_795_651_200_000_001),
      ];
    });
    expect(written).toEqual([
      ["KZ, TR, and UZ", "‘late’", "November 26, 2026 at 00:00 UTC"],
      ["KZ, TR и UZ", "«late»", "26 ноября 2026 г. в 00:00 UTC"],
      ["KZ, TR, UZ", "«late»", "2026 ж. 26 қараша, 00:00 UTC"],
    ]);
  });

  it("knows its languages and no other", () => {
    expect(["en", "ru", "kk", "EN", "de", "toString"].filter(isLanguage)).toEqual(["en", "ru", "kk"]);
  });
});
