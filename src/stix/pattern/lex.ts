// The words of a STIX pattern, one after the other (STIX 2.1 §9; the words are those of the grammar that OASIS publishes
// with it). The longest word wins, each character is read at most twice, and nothing is kept: parse.ts pulls them.

/** A text longer than this many UTF-16 units is not read. */
export const patternTextMax = 100_000;

const keywords = [
  "AND",
  "OR",
  "NOT",
  "FOLLOWEDBY",
  "IN",
  "LIKE",
  "MATCHES",
  "ISSUBSET",
  "ISSUPERSET",
  "EXISTS",
  "START",
  "STOP",
  "WITHIN",
  "SECONDS",
  "REPEATS",
  "TIMES",
  // Reserved by the grammar and used nowhere.
  "LAST",
] as const;

export type Keyword = (typeof keywords)[number];
type Punctuation = "[" | "]" | "(" | ")" | "," | ":" | "." | "*" | "=" | "!=" | "<" | "<=" | ">" | ">=";

export type WordKind =
  | Keyword
  | Punctuation
  | "name"
  | "hyphenated name"
  | "string"
  | "integer"
  | "negative integer"
  | "float"
  | "negative float"
  | "hex"
  | "binary"
  | "timestamp"
  | "boolean"
  | "end"
  /** A character that begins no word. Nothing behind it is looked at. */
  | "unusable";

const keywordKinds: ReadonlyMap<string, WordKind> = new Map<string, WordKind>([
  ...keywords.map((keyword) => [keyword, keyword] as const),
  ["true", "boolean"],
  ["false", "boolean"],
]);

/** Whether a text is a property name that needs no apostrophes. */
export function isPlainName(name: string): boolean {
  if (name === "" || keywordKinds.has(name) || !is(name.charCodeAt(0), nameStart)) return false;
  for (let i = 1; i < name.length; i++) if (!is(name.charCodeAt(i), namePart)) return false;
  return true;
}

/** Reads one word at a time: `kind`, and its place in the text from `start` to `end`. */
export class Scanner {
  readonly text: string;
  kind: WordKind = "end";
  start = 0;
  end = 0;
  /** Characters that were looked at, each time that they were. */
  steps = 0;
  #wide = 0;
  #wideBefore = 0;

  constructor(text: string) {
    this.text = text;
    this.next();
  }

  /** Where the word begins, in characters (code points) from 1. */
  get column(): number {
    return this.start + 1 - this.#wideBefore;
  }

  /** The text of the word. */
  get word(): string {
    return this.text.slice(this.start, this.end);
  }

  next(): void {
    if (this.kind === "unusable") return;
    this.#skip();
    this.start = this.end;
    this.#wideBefore = this.#wide;
    const first = this.#at(this.start);
    if (is(first, nameStart)) this.#name(first);
    else if (is(first, digit) || first === plus || first === minus || first === dot) this.#number(first);
    else if (first === apostrophe) this.#string();
    else this.#mark(first);
  }

  #take(kind: WordKind, end: number): void {
    this.kind = kind;
    this.steps += end - this.start;
    this.end = end;
  }

  #at(index: number): number {
    return index < this.text.length ? this.text.charCodeAt(index) : -1;
  }

  /** White space and comments; a comment that does not end is none. */
  #skip(): void {
    let at = this.end;
    for (;;) {
      const code = this.#at(at);
      if (isSpace(code)) at += 1;
      else if (code === slash && this.#at(at + 1) === slash) at = this.#lineEnd(at + 2);
      else if (code === slash && this.#at(at + 1) === asterisk) {
        const close = this.text.indexOf("*/", at + 2);
        if (close === -1) break;
        this.#countWide(at, close);
        at = close + 2;
      } else break;
    }
    this.steps += at - this.end;
    this.end = at;
  }

  #lineEnd(from: number): number {
    let at = from;
    while (at < this.text.length && this.#at(at) !== newline && this.#at(at) !== carriageReturn) at += 1;
    this.#countWide(from, at);
    return at;
  }

  #countWide(from: number, to: number): void {
    for (let i = from; i < to; i++) this.#noteWide(this.#at(i), i);
  }

  #noteWide(code: number, at: number): void {
    if (code >= 0xd800 && code < 0xdc00 && (this.#at(at + 1) & 0xfc00) === 0xdc00) this.#wide += 1;
  }

  #name(first: number): void {
    let at = this.start + 1;
    while (is(this.#at(at), namePart)) at += 1;
    if (this.#at(at) === hyphen) {
      while (is(this.#at(at), namePart) || this.#at(at) === hyphen) at += 1;
      this.#take("hyphenated name", at);
      return;
    }
    if (at === this.start + 1 && this.#at(at) === apostrophe && this.#prefixed(first)) return;
    this.#take(keywordKinds.get(this.text.slice(this.start, at)) ?? "name", at);
  }

  /** `h'…'`, `b'…'` and `t'…'`. One that is malformed is a name with a string behind it, which fits nowhere. */
  #prefixed(first: number): boolean {
    const body = this.start + 2;
    const kind = first === 0x68 ? "hex" : first === 0x62 ? "binary" : first === 0x74 ? "timestamp" : null;
    if (kind === null) return false;
    const end = kind === "hex" ? this.#hexEnd(body) : kind === "binary" ? this.#binaryEnd(body) : this.#timeEnd(body);
    if (end === -1 || this.#at(end) !== apostrophe) return false;
    this.#take(kind, end + 1);
    return true;
  }

  #hexEnd(body: number): number {
    let at = body;
    while (is(this.#at(at), hexDigit)) at += 1;
    this.steps += at - body;
    return (at - body) % 2 === 0 ? at : -1;
  }

  #binaryEnd(body: number): number {
    let at = body;
    while (is(this.#at(at), base64Digit)) at += 1;
    const digits = at - body;
    while (this.#at(at) === equals && at - body - digits < 2) at += 1;
    this.steps += at - body;
    return digits > 0 && (at - body) % 4 === 0 ? at : -1;
  }

  #timeEnd(body: number): number {
    for (let i = 0; i < timeShape.length; i++) {
      const want = timeShape.charCodeAt(i);
      const code = this.#at(body + i);
      if (want === 0x23 ? !is(code, digit) : code !== want) return -1;
    }
    const pair = (from: number): number => Number(this.text.slice(body + from, body + from + 2));
    const inRange = pair(5) >= 1 && pair(5) <= 12 && pair(8) >= 1 && pair(8) <= 31 && pair(11) <= 23 && pair(14) <= 59;
    if (!inRange || pair(17) > 60) return -1;
    let at = body + timeShape.length;
    if (this.#at(at) === dot) {
      const fraction = at + 1;
      at = fraction;
      while (is(this.#at(at), digit)) at += 1;
      if (at === fraction) return -1;
    }
    this.steps += at - body;
    return this.#at(at) === 0x5a ? at + 1 : -1;
  }

  #string(): void {
    let at = this.start + 1;
    for (;;) {
      const code = this.#at(at);
      if (code === apostrophe) return this.#take("string", at + 1);
      const escaped = code === backslash ? this.#at(at + 1) : apostrophe;
      if (code === -1 || (escaped !== apostrophe && escaped !== backslash))
        return this.#take("unusable", this.start + 1);
      this.#noteWide(code, at);
      at += code === backslash ? 2 : 1;
    }
  }

  /** `[+-]? (0 | [1-9][0-9]*)`, or with a fraction `[+-]? [0-9]* . [0-9]+`, whichever is longer. */
  #number(first: number): void {
    const signed = first === plus || first === minus;
    const body = signed ? this.start + 1 : this.start;
    let at = body;
    while (is(this.#at(at), digit)) at += 1;
    const negative = first === minus;
    if (this.#at(at) === dot && is(this.#at(at + 1), digit)) {
      let end = at + 1;
      while (is(this.#at(end), digit)) end += 1;
      return this.#take(negative ? "negative float" : "float", end);
    }
    if (at > body) {
      // No number begins with a zero but zero itself: the digits behind it are a number of their own.
      if (this.#at(body) === 0x30) at = body + 1;
      return this.#take(negative ? "negative integer" : "integer", at);
    }
    this.#take(first === dot ? "." : "unusable", this.start + 1);
  }

  #mark(first: number): void {
    if (first === -1) return this.#take("end", this.start);
    const second = this.#at(this.start + 1);
    const paired = second === equals;
    switch (first) {
      case equals:
        return this.#take("=", this.start + (paired ? 2 : 1));
      case 0x21:
        return paired ? this.#take("!=", this.start + 2) : this.#take("unusable", this.start + 1);
      case 0x3c:
        if (second === 0x3e) return this.#take("!=", this.start + 2);
        return paired ? this.#take("<=", this.start + 2) : this.#take("<", this.start + 1);
      case 0x3e:
        return paired ? this.#take(">=", this.start + 2) : this.#take(">", this.start + 1);
      default:
        return this.#take(marks.get(first) ?? "unusable", this.start + 1);
    }
  }
}

const plus = 0x2b;
const hyphen = 0x2d;
const minus = hyphen;
const dot = 0x2e;
const slash = 0x2f;
const asterisk = 0x2a;
const apostrophe = 0x27;
const backslash = 0x5c;
const equals = 0x3d;
const newline = 0x0a;
const carriageReturn = 0x0d;

/** `#` is a digit. */
const timeShape = "####-##-##T##:##:##";

const marks: ReadonlyMap<number, WordKind> = new Map(
  (["[", "]", "(", ")", ",", ":", "*"] as const).map((mark) => [mark.charCodeAt(0), mark]),
);

// What an ASCII character may be part of, as bits.
const digit = 1;
const nameStart = 2;
const namePart = 4;
const hexDigit = 8;
const base64Digit = 16;
const space = 32;

const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  classes[code] =
    (/[0-9]/.test(character) ? digit : 0) |
    (/[A-Za-z_]/.test(character) ? nameStart : 0) |
    (/[A-Za-z0-9_]/.test(character) ? namePart : 0) |
    (/[0-9A-Fa-f]/.test(character) ? hexDigit : 0) |
    (/[A-Za-z0-9+/]/.test(character) ? base64Digit : 0) |
    (/[\t\n\v\f\r ]/.test(character) ? space : 0);
}

function is(code: number, flag: number): boolean {
  return code >= 0 && code < 128 && ((classes[code] ?? 0) & flag) !== 0;
}

/** The white space of Unicode (§9.4). */
function isSpace(code: number): boolean {
  if (code < 128) return is(code, space);
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}
