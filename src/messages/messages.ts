// The formatter of messages: fills the places of a sentence, chooses plurals, writes numbers, lists and times as the
// language does (ECMA-402 Intl, CLDR plural rules). Relied on by policy/basis.ts, the commands and the console.

import type { Micros } from "../encoding/timestamp.ts";
import { english } from "./en.ts";
import { kazakh } from "./kk.ts";
import type { Language, MessageKey, Texts, Values } from "./message.ts";
import { russian } from "./ru.ts";

/** The languages of the conference, in the order in which they are offered. */
export const languages: readonly Language[] = ["en", "ru", "kk"];

export function isLanguage(tag: string): tag is Language {
  return languages.some((language) => language === tag);
}

/** One language, ready to write with. */
export interface Messages {
  readonly language: Language;
  /** False until a second reader has read the catalogue; what shows such texts to people says so. */
  readonly reviewed: boolean;
  readonly texts: { readonly [L in Language]: Texts<L> }[Language];
  readonly numbers: Intl.NumberFormat;
  readonly plurals: Intl.PluralRules;
  readonly lists: Intl.ListFormat;
  readonly times: Intl.DateTimeFormat;
  /** Opening and closing quotation mark. */
  readonly quotes: readonly [string, string];
}

const catalogues = {
  en: { reviewed: true, texts: english, quotes: ["‘", "’"] },
  ru: { reviewed: false, texts: russian, quotes: ["«", "»"] },
  kk: { reviewed: false, texts: kazakh, quotes: ["«", "»"] },
} as const;

// Making Intl objects costs more than using them; a process writes in at most three languages.
const made = new Map<Language, Messages>();

export function messagesIn(language: Language): Messages {
  const known = made.get(language);
  if (known !== undefined) return known;
  const messages: Messages = {
    language,
    ...catalogues[language],
    numbers: new Intl.NumberFormat(language),
    plurals: new Intl.PluralRules(language),
    lists: new Intl.ListFormat(language, { type: "conjunction" }),
    // One zone for everybody who reads the same line in a report or a log; the console converts where a person reads.
    times: new Intl.DateTimeFormat(language, {
      dateStyle: "long",
      timeStyle: "short",
      timeZone: "UTC",
      hourCycle: "h23",
    }),
  };
  made.set(language, messages);
  return messages;
}

/**
 * The message with its places filled. Values are inserted as they are: who shows them in HTML escapes the result, and who
 * writes them to a terminal has refused control characters where they came in.
 */
export function formatMessage<K extends MessageKey>(messages: Messages, key: K, values: Values<K>): string {
  const text = messages.texts[key];
  // Values has exactly the places of this message; by any other name nothing is looked up.
  const given: Readonly<Record<string, string | number>> = values;
  const sentence = typeof text === "string" ? text : pluralForm(messages, text, given["count"]);
  return sentence.replace(/\{([a-z]+)\}/g, (place, name: string) => {
    const value = given[name];
    if (value === undefined) return place;
    return typeof value === "number" ? messages.numbers.format(value) : value;
  });
}

/** "A, B and C" as the language has it; the order is the caller's. */
export function formatList(messages: Messages, items: readonly string[]): string {
  return messages.lists.format(items);
}

/** A name in the quotation marks of the language. */
export function formatQuoted(messages: Messages, name: string): string {
  return `${messages.quotes[0]}${name}${messages.quotes[1]}`;
}

/** A date and time of day in UTC, and says so. */
export function formatTime(messages: Messages, at: Micros): string {
  return `${messages.times.format(Math.floor(at / 1000))} UTC`;
}

function pluralForm(
  messages: Messages,
  forms: Readonly<Record<string, string>>,
  count: string | number | undefined,
): string {
  const category = typeof count === "number" ? messages.plurals.select(count) : "other";
  return forms[category] ?? forms["other"] ?? "";
}
