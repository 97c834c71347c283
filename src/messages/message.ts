// What a message is: a sentence with {places}, or one sentence for each plural category of its language (CLDR). The types
// make a catalogue that lacks a message, has one too many, or fills other places than the English one not compile.
// Relied on by the catalogues en, ru and kk, and by the formatter in messages.ts.

import type { english } from "./en.ts";

export type Language = "en" | "ru" | "kk";

/** The plural categories of CLDR for cardinal numbers; a test compares them with Intl.PluralRules. */
interface Categories {
  readonly en: "one" | "other";
  readonly ru: "one" | "few" | "many" | "other";
  readonly kk: "one" | "other";
}

/** A message whose wording depends on the value of `{count}`, which need not itself appear in it. */
export type Plural<L extends Language> = { readonly [C in Categories[L]]: string };

/** The name of a message. The English catalogue is the source: what it has, every other must have. */
export type MessageKey = keyof typeof english;

/** The names between braces in a message; for a plural, those of all its forms. */
export type PlacesOf<T> = T extends string
  ? T extends `${string}{${infer Name}}${infer Rest}`
    ? Name | PlacesOf<Rest>
    : never
  : T extends object
    ? "count" | { [C in keyof T]: PlacesOf<T[C]> }[keyof T]
    : never;

/** What has to be given to format a message: texts as they are, numbers written in the language. */
export type Values<K extends MessageKey> = {
  readonly [Place in PlacesOf<(typeof english)[K]>]: Place extends "count" ? number : string | number;
};

/** The messages of one language: plural exactly where the English one is. */
export type Texts<L extends Language> = {
  readonly [K in MessageKey]: (typeof english)[K] extends string ? string : Plural<L>;
};

type Checked<T> = {
  readonly [K in keyof T]: K extends MessageKey
    ? [PlacesOf<T[K]>, PlacesOf<(typeof english)[K]>] extends [PlacesOf<(typeof english)[K]>, PlacesOf<T[K]>]
      ? T[K]
      : { readonly otherPlacesThanInEnglish: PlacesOf<(typeof english)[K]> }
    : never;
};

/**
 * The catalogue of a language, as it is written. It adds nothing at run time: it exists so that a missing message, a
 * message that English does not have, or a place that is missing or misspelt is an error of the compiler.
 */
export function translation<L extends Language>(): <const T extends Texts<L>>(texts: T & Checked<T>) => T {
  return (texts) => texts;
}
