// The scan behind json.ts: RFC 8259's grammar, the limits and the rules of I-JSON (RFC 7493 §2), read once from left to
// right with a stack of our own, so that neither depth nor the number of keys costs more than the bytes that spell them.

import { Refusal } from "../refusal.ts";
import { type JsonLimits, JsonTokens, quote } from "./json-tokens.ts";
import { formatPointer } from "./pointer.ts";

/** A pointer in a refusal stops at the last ancestor that it can name within this length: keys come from outside. */
export const pointerLengthMax = 1000;

/**
 * Checks a well-formed text and returns the source texts of the items of the top-level array named `slicesOf`.
 * @throws {Refusal} malformed or limit, as `parseStrict` says
 */
export function scanJson(source: string, limits: JsonLimits, slicesOf?: string): readonly string[] {
  return new Scan(source, limits, slicesOf).run();
}

// Objects with more keys than this find a duplicate in a set; fewer are compared by hash, one by one. Both are linear.
const comparedKeysMax = 24;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

// One open array or object. Keys are kept as positions in the source: no text is copied until it is needed.
interface Open {
  isObject: boolean;
  // Items begun in an array, or keys read in an object.
  count: number;
  // Where this object's keys begin in the list of all open objects' keys.
  keysFrom: number;
  // Only once the object has many keys.
  names: Set<string> | undefined;
}

class Scan extends JsonTokens {
  readonly #slicesOf: string | undefined;
  readonly #open: Open[] = [];
  // Hash, start and end of each key of the objects that are open, as one stack.
  readonly #keys: number[] = [];
  readonly #slices: string[] = [];
  #depth = 0;
  #keyCount = 0;
  #itemCount = 0;
  // While an item is being sliced: the depth that it ends at, else -1; where its unbroken text began; the text before.
  #sliceDepth = -1;
  #sliceFrom = 0;
  #sliced = "";

  constructor(source: string, limits: JsonLimits, slicesOf: string | undefined) {
    super(source, limits);
    this.#slicesOf = slicesOf;
  }

  run(): readonly string[] {
    let code = this.#space();
    for (;;) {
      code = this.#value(code);
      // #value opened a container that is not empty: `code` begins its first value.
      if (code >= 0) continue;
      code = this.#after();
      if (code < 0) return this.#slices;
    }
  }

  // Reads the value that begins with `code`. Returns the code that begins the next value when that is known (the first
  // one inside a container), or -1 when this value is complete.
  #value(code: number): number {
    switch (code) {
      case quote:
        this.string();
        return -1;
      case openBrace: {
        this.#push(true);
        const next = this.#space();
        if (next === closeBrace) return this.#pop();
        return this.#key(next);
      }
      case openBracket: {
        this.#push(false);
        const next = this.#space();
        if (next === closeBracket) return this.#pop();
        this.#item();
        return next;
      }
      case 0x74:
        return this.literal("true");
      case 0x66:
        return this.literal("false");
      case 0x6e:
        return this.literal("null");
      default:
        return this.number();
    }
  }

  // Reads what follows a complete value. Returns the code that begins the next value, or -1 at the end of the document.
  #after(): number {
    for (;;) {
      if (this.#depth === this.#sliceDepth) this.#endSlice();
      const code = this.#space();
      if (this.#depth === 0) {
        if (this.at < this.source.length) throw this.malformed("There is text after the value.");
        return -1;
      }
      const open = this.#top();
      if (code === comma) {
        this.at++;
        const next = this.#space();
        if (open.isObject) return this.#key(next);
        this.#item();
        return next;
      }
      if (code !== (open.isObject ? closeBrace : closeBracket)) {
        throw this.malformed(`A comma or the end of the ${open.isObject ? "object" : "array"} is expected.`);
      }
      this.#pop();
    }
  }

  #push(isObject: boolean): void {
    if (this.#depth >= this.limits.depthMax) throw this.limit("depthMax", "nested more deeply than", "levels");
    this.at++;
    const entry = this.#open[this.#depth];
    const keysFrom = this.#keys.length;
    // Entries are used again: a document of many small objects makes none.
    if (entry === undefined) this.#open.push({ isObject, count: 0, keysFrom, names: undefined });
    else {
      entry.isObject = isObject;
      entry.count = 0;
      entry.keysFrom = keysFrom;
      entry.names = undefined;
    }
    this.#depth++;
  }

  #pop(): -1 {
    this.at++;
    this.#keys.length = this.#top().keysFrom;
    this.#depth--;
    return -1;
  }

  #top(): Open {
    const open = this.#open[this.#depth - 1];
    if (open === undefined) throw new TypeError("No container is open.");
    return open;
  }

  #item(): void {
    const open = this.#top();
    open.count++;
    if (++this.#itemCount > this.limits.itemsMax) throw this.limit("itemsMax", "has more than", "array items");
    // Depth 2 inside the member that was asked for: an item of the array that is to be sliced.
    if (this.#depth === 2 && this.#slicesOf !== undefined && this.#isSliced()) {
      this.#sliceDepth = 2;
      this.#sliceFrom = this.at;
      this.#sliced = "";
    }
  }

  #isSliced(): boolean {
    const root = this.#open[0];
    if (root === undefined || !root.isObject) return false;
    return this.#keyAt(root.keysFrom + (root.count - 1) * 3) === this.#slicesOf;
  }

  #endSlice(): void {
    this.#slices.push(this.#sliced + this.source.slice(this.#sliceFrom, this.at));
    this.#sliceDepth = -1;
  }

  // Reads `"key" :` and returns the code that begins the member's value.
  #key(code: number): number {
    if (code !== quote) throw this.malformed("A key in quotes is expected.");
    const from = this.at;
    const open = this.#top();
    const escaped = this.string();
    if (++this.#keyCount > this.limits.keysMax) throw this.limit("keysMax", "has more than", "keys");
    const hash = escaped ? hashOf(this.#decode(from, this.at)) : hashOf(this.source, from + 1, this.at - 1);
    const duplicate = this.#isDuplicate(open, hash, from, this.at);
    this.#keys.push(hash, from, this.at);
    open.count++;
    if (duplicate) {
      throw new Refusal("malformed", "The object has this key twice.", {
        rule: "duplicate-key",
        pointer: this.pointer(),
      });
    }
    if (this.#space() !== colon) throw this.malformed("A colon is expected after the key.");
    this.at++;
    return this.#space();
  }

  #isDuplicate(open: Open, hash: number, from: number, to: number): boolean {
    const keys = this.#keys;
    if (open.names !== undefined) {
      const before = open.names.size;
      return open.names.add(this.#decode(from, to)).size === before;
    }
    for (let i = open.keysFrom; i < keys.length; i += 3) {
      if (keys[i] === hash && this.#keyAt(i) === this.#decode(from, to)) return true;
    }
    if (open.count >= comparedKeysMax) {
      open.names = new Set();
      for (let i = open.keysFrom; i < keys.length; i += 3) open.names.add(this.#keyAt(i));
      open.names.add(this.#decode(from, to));
    }
    return false;
  }

  #keyAt(index: number): string {
    return this.#decode(this.#keys[index + 1] ?? 0, this.#keys[index + 2] ?? 0);
  }

  // The text that a string between two positions, quotes included, spells.
  #decode(from: number, to: number): string {
    const raw = this.source.slice(from + 1, to - 1);
    if (!raw.includes("\\")) return raw;
    // The scan has passed over it, so it is a JSON string, and JSON.parse of a JSON string is a string.
    return String(JSON.parse(this.source.slice(from, to)));
  }

  // Skips white space (RFC 8259 §2) and returns the code that follows, NaN at the end.
  #space(): number {
    const source = this.source;
    let at = this.at;
    let code = source.charCodeAt(at);
    if (code > 0x20) return code;
    const from = at;
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = source.charCodeAt(++at);
    if (at > from && this.#sliceDepth >= 0) {
      this.#sliced += source.slice(this.#sliceFrom, from);
      this.#sliceFrom = at;
    }
    this.at = at;
    return code;
  }

  // Where the scan stands: the last key of each open object, the last item of each open array.
  protected override pointer(): string {
    let pointer = "";
    for (const open of this.#open.slice(0, this.#depth)) {
      if (open.count === 0) break;
      const step = open.isObject ? this.#keyAt(open.keysFrom + (open.count - 1) * 3) : open.count - 1;
      const next = pointer + formatPointer([step]);
      if (next.length > pointerLengthMax) break;
      pointer = next;
    }
    return pointer;
  }
}

function hashOf(source: string, from = 0, to = source.length): number {
  let hash = 0;
  for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + source.charCodeAt(i)) | 0;
  return hash;
}
