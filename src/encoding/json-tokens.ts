// Tokens of JSON text (RFC 8259 §6 and §7) as json-scan.ts reads them: strings, numbers and literals, checked where they
// stand and skipped. Nothing is copied but a number whose size must be known.

import { Refusal } from "../refusal.ts";

/** What a document may measure. Each limit is inclusive. */
export interface JsonLimits {
  /** Bytes of UTF-8. */
  readonly bytesMax: number;
  /** Arrays and objects open at once; a document without either has depth 0. */
  readonly depthMax: number;
  /** Keys in all objects together. */
  readonly keysMax: number;
  /** Items in all arrays together. */
  readonly itemsMax: number;
  /** UTF-16 units of one string or key, escapes decoded; characters of one number. */
  readonly stringLengthMax: number;
}

export const quote = 0x22;
const backslash = 0x5c;
// The length of an escaped surrogate pair, `\uD83D\uDE00`.
const pairLength = 12;
// Integers of this many characters, sign included, are below 2^53 whatever their digits.
const plainIntegerLength = 15;

/** A place in a text and the tokens that may begin there; what surrounds them is the business of who extends it. */
export abstract class JsonTokens {
  protected readonly source: string;
  protected readonly limits: JsonLimits;
  /** The position of the next character. */
  protected at = 0;

  constructor(source: string, limits: JsonLimits) {
    this.source = source;
    this.limits = limits;
  }

  /** Where in the document the place is, as a JSON Pointer. */
  protected abstract pointer(): string;

  // Reads a string (RFC 8259 §7) from its opening quote to behind its closing one; returns whether it has escapes.
  protected string(): boolean {
    const source = this.source;
    const from = this.at + 1;
    let at = from;
    let saved = 0;
    for (;;) {
      let code = source.charCodeAt(at);
      while (code >= 0x20 && code !== quote && code !== backslash) code = source.charCodeAt(++at);
      if (code === quote) break;
      if (code === backslash) {
        const next = this.#escape(at);
        saved += next - at === pairLength ? pairLength - 2 : next - at - 1;
        at = next;
        continue;
      }
      this.at = at;
      throw this.malformed(at < source.length ? "A control character stands in a string." : "A string is not closed.");
    }
    this.at = at + 1;
    if (at - from - saved > this.limits.stringLengthMax) {
      throw this.limit("stringLengthMax", "has a string longer than", "characters");
    }
    return saved > 0;
  }

  // Checks the escape that begins at `at`, a surrogate pair being one, and returns the position behind it.
  #escape(at: number): number {
    const code = this.source.charCodeAt(at + 1);
    if (code !== 0x75) {
      // " \ / b f n r t
      if (
        code === quote ||
        code === backslash ||
        code === 0x2f ||
        code === 0x62 ||
        code === 0x66 ||
        code === 0x6e ||
        code === 0x72 ||
        code === 0x74
      ) {
        return at + 2;
      }
      this.at = at;
      throw this.malformed("A backslash stands before a character that is not an escape.");
    }
    const unit = this.#hexUnit(at);
    if (unit < 0) {
      this.at = at;
      throw this.malformed("An escape needs four hexadecimal digits.");
    }
    if (unit < 0xd800 || unit > 0xdfff) return at + 6;
    // Surrogates pair as escape with escape only: the text is well-formed, so a raw half beside an escaped one is alone.
    const low = unit <= 0xdbff ? this.#hexUnit(at + 6) : -1;
    if (low >= 0xdc00 && low <= 0xdfff) return at + pairLength;
    this.at = at;
    throw new Refusal("malformed", "A string holds a lone surrogate.", {
      rule: "surrogate",
      pointer: this.pointer(),
    });
  }

  // The unit that `\uXXXX` at `at` spells, or -1 when it is no such escape.
  #hexUnit(at: number): number {
    const source = this.source;
    if (source.charCodeAt(at) !== backslash || source.charCodeAt(at + 1) !== 0x75) return -1;
    let unit = 0;
    for (let i = at + 2; i < at + 6; i++) {
      const code = source.charCodeAt(i);
      const lower = code | 0x20;
      if (code >= 0x30 && code <= 0x39) unit = unit * 16 + code - 0x30;
      else if (lower >= 0x61 && lower <= 0x66) unit = unit * 16 + lower - 0x57;
      else return -1;
    }
    return unit;
  }

  // Reads a number (RFC 8259 §6).
  protected number(): -1 {
    const source = this.source;
    const from = this.at;
    let at = from;
    let code = source.charCodeAt(at);
    if (code === 0x2d) code = source.charCodeAt(++at);
    if (!(code >= 0x30 && code <= 0x39)) throw this.malformed("A value is expected.");
    const leadingZero = code === 0x30;
    const integerEnd = this.#digits(at);
    if (leadingZero && integerEnd > at + 1) throw this.malformed("A number begins with 0.");
    at = integerEnd;
    if (source.charCodeAt(at) === 0x2e) at = this.#someDigits(at + 1);
    if ((source.charCodeAt(at) | 0x20) === 0x65) {
      const sign = source.charCodeAt(at + 1);
      at = this.#someDigits(sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
    }
    if (at > integerEnd || at - from > plainIntegerLength) this.#checkNumber(from, at, at === integerEnd);
    this.at = at;
    return -1;
  }

  // A double is exact for integers up to 2^53−1 only: beyond, readers with big integers see another value. Below 1e21 the
  // same holds for other spellings, because RFC 8785 writes those values as integers.
  #checkNumber(from: number, to: number, isInteger: boolean): void {
    if (to - from > this.limits.stringLengthMax) {
      throw this.limit("stringLengthMax", "has a number longer than", "characters");
    }
    const size = Math.abs(Number(this.source.slice(from, to)));
    if (size <= Number.MAX_SAFE_INTEGER) return;
    if (!isInteger && size >= 1e21 && size < Infinity) return;
    throw new Refusal(
      "malformed",
      size < Infinity ? "An integer is beyond ±(2^53−1)." : "A number is beyond the range of a double.",
      { rule: "number", pointer: this.pointer() },
    );
  }

  #digits(from: number): number {
    const source = this.source;
    let at = from;
    let code = source.charCodeAt(at);
    while (code >= 0x30 && code <= 0x39) code = source.charCodeAt(++at);
    return at;
  }

  #someDigits(from: number): number {
    const to = this.#digits(from);
    if (to === from) {
      this.at = from;
      throw this.malformed("A digit is expected in a number.");
    }
    return to;
  }

  protected literal(word: "true" | "false" | "null"): -1 {
    if (!this.source.startsWith(word, this.at)) throw this.malformed("A value is expected.");
    this.at += word.length;
    return -1;
  }

  protected malformed(sentence: string): Refusal {
    return new Refusal("malformed", `The document is not JSON: ${sentence} (Character ${this.at + 1}.)`, {
      rule: "json",
      pointer: this.pointer(),
    });
  }

  protected limit(subject: keyof JsonLimits, verb: string, unit: string): Refusal {
    return new Refusal("limit", `The document ${verb} ${this.limits[subject]} ${unit}.`, {
      subject,
      pointer: this.pointer(),
    });
  }
}
