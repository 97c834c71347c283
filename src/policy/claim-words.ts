// The words of a claim's sentence, and reading them one after the other. A refusal says the column, what was expected there and,
// where one is near, which word was probably meant. Relied on by claim-sentence.ts and claim-conditions.ts.

import { Refusal } from "../refusal.ts";
import { shown } from "../directory/form.ts";
import { suggestion } from "../directory/suggest.ts";

export const sentenceLengthMax = 10_000;

interface Word {
  /** "" at the end. */
  readonly text: string;
  /** From 1 on, in UTF-16 units. */
  readonly column: number;
  /** It stood in quotes, and is no word of the language. */
  readonly isQuoted: boolean;
}

const pairs: Readonly<Record<string, string>> = { '"': '"', "“": "”", "‘": "’", "«": "»" };
const bare = /[^\s,"“”«»]+/uy;

/** Words that values have to be quoted to be; a state's code is none of them, IN and IS included. */
const reserved = /^(?:and|are|but|except|goes|in|is|leaves|named|of|or|the|under|whole|with)$/i;

function isReserved(word: string): boolean {
  return reserved.test(word) && !/^[A-Z]{2}$/.test(word);
}

/** A value as it is written in a sentence: in quotes where it would be read as something else. */
export function quoted(value: string): string {
  return /^[\p{L}\p{N}][\p{L}\p{N}:+_/.-]*(?<![.])$/u.test(value) && !isReserved(value)
    ? value
    : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** @throws {Refusal} invalid `claim-sentence`, always */
export function refuseColumn(column: number, sentence: string): never {
  throw new Refusal("invalid", `${sentence} (Column ${column}.)`, {
    rule: "claim-sentence",
    subject: `column ${column}`,
  });
}

function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    at += /^\s*/u.exec(text.slice(at))?.[0].length ?? 0;
    const column = at + 1;
    const sign = text[at];
    if (sign === undefined) return [...words, { text: "", column, isQuoted: false }];
    const closing = pairs[sign];
    if (closing !== undefined) {
      const value = quotedAt(text, at + 1, closing);
      if (value === null) refuseColumn(column, `This quote does not end; a ${closing} is missing.`);
      words.push({ text: value.text, column, isQuoted: true });
      at = value.end;
      continue;
    }
    bare.lastIndex = at;
    const word = bare.exec(text)?.[0] ?? sign;
    at += word.length;
    // A full stop ends the sentence and belongs to no word.
    const isLast = text.slice(at).trim() === "";
    const kept = isLast && word.endsWith(".") ? word.slice(0, -1) : word;
    if (kept !== "") words.push({ text: kept, column, isQuoted: false });
  }
}

/** The text up to the closing quote, of which a backslash takes the meaning. */
function quotedAt(
  text: string,
  begin: number,
  closing: string,
): { readonly text: string; readonly end: number } | null {
  let value = "";
  for (let at = begin; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === closing) return { text: value, end: at + 1 };
    if (sign === "\\") at += 1;
    value += text[at] ?? "";
  }
  return null;
}

export class Words {
  readonly #words: readonly Word[];
  readonly #columns = new Map<string, number>();
  #place = 0;

  /** @throws {Refusal} limit, invalid: too long, or a quote that does not end */
  constructor(text: string) {
    if (text.length > sentenceLengthMax)
      throw new Refusal("limit", `A claim has at most ${sentenceLengthMax} characters.`, {
        subject: "sentenceLengthMax",
      });
    this.#words = wordsOf(text);
  }

  /** Where the values of pointers stand that were noted. */
  get columns(): ReadonlyMap<string, number> {
    return this.#columns;
  }

  get column(): number {
    return this.#at(0).column;
  }

  get isAtEnd(): boolean {
    return this.#at(0).text === "" && !this.#at(0).isQuoted;
  }

  /** Notes that the value of a pointer stands here. */
  note(pointer: string): void {
    this.#columns.set(pointer, this.column);
  }

  /** Whether the next word, or one further on, is one of the language's, in any case. */
  is(words: readonly string[], ahead = 0): boolean {
    const { text, isQuoted } = this.#at(ahead);
    return !isQuoted && text !== "" && words.includes(text.toLowerCase());
  }

  /** Goes on behind the next word if it is one of these. */
  skip(...words: readonly string[]): boolean {
    if (!this.is(words)) return false;
    this.#place += 1;
    return true;
  }

  /** Goes on behind the next word, which has to be one of these. */
  expect(...words: readonly string[]): void {
    if (!this.skip(...words)) this.refuse(words[0] ?? "", words);
  }

  /** The next word as a value: one in quotes, or one that means nothing else. */
  value(noun: string): string {
    const { text, isQuoted } = this.#at(0);
    if (this.isAtEnd || (!isQuoted && (text === "," || isReserved(text)))) this.refuse(noun, []);
    this.#place += 1;
    return text;
  }

  /** The next word, if it stands without quotes; not taken. */
  get bare(): string | null {
    const { text, isQuoted } = this.#at(0);
    return isQuoted ? null : text;
  }

  /** @throws {Refusal} invalid `claim-sentence`, always: something else is expected here */
  refuse(expected: string, candidates: readonly string[]): never {
    const { text, column } = this.#at(0);
    if (this.isAtEnd) refuseColumn(column, `Here ${expected} is expected, and the sentence ends.`);
    refuseColumn(column, `Here ${expected} is expected, not ${shown(text)}${suggestion(text, candidates)}`);
  }

  #at(ahead: number): Word {
    return this.#words[this.#place + ahead] ?? this.#words.at(-1) ?? { text: "", column: 1, isQuoted: false };
  }
}
