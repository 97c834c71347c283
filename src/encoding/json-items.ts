// A JSON document that is too large to be held in memory: the items of its one long list come out one by one as the bytes
// go in, and what surrounds them at the end. It only finds where items begin and end; whoever takes an item parses it
// strictly, and the rest with it, so that nothing passes that RFC 8259 does not allow.

import { Refusal } from "../refusal.ts";

export interface JsonItemsLimits {
  /** Bytes of one item. */
  readonly itemBytesMax: number;
  /** Bytes of everything but the items. */
  readonly restBytesMax: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Where the next byte stands: outside of the list, or before, in or behind an item of it. */
type Place = "outside" | "first" | "before" | "in" | "behind";

/**
 * Splits a document whose root is a list, or an object with a list as its member `member`. An object that names another
 * `type` before that member is left whole; one that names none is taken for what is looked for.
 */
export class JsonItems {
  readonly #member: string;
  readonly #type: string;
  readonly #rest: Kept;
  readonly #item: Kept;
  #place: Place = "outside";
  #depth = 0;
  /** Depth of the list's items. */
  #itemDepth = 0;
  #inString = false;
  #escaped = false;
  /** Where in the rest the string began that is read, or -1 for one that is passed over. */
  #stringAt = -1;
  #expectsKey = false;
  #key = "";
  #isOther = false;
  #isList = false;
  #count = 0;

  constructor(member: string, type: string, limits: JsonItemsLimits) {
    this.#member = member;
    this.#type = type;
    this.#rest = new Kept(limits.restBytesMax, "The document without the items of its list");
    this.#item = new Kept(limits.itemBytesMax, "An item of the list");
  }

  /** Whether the root of the document is the list itself. */
  get isList(): boolean {
    return this.#isList;
  }

  /** Items that came out so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * The texts of the items that are complete with these bytes.
   * @throws {Refusal} malformed: no commas between items; limit: an item or the rest is too large
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const items: Uint8Array[] = [];
    // Bytes before `from` are kept already.
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) {
          this.#inString = false;
          if (this.#stringAt >= 0) {
            this.#rest.add(chunk, from, at + 1);
            from = at + 1;
            this.#endString();
          }
        }
      } else if (this.#place === "outside") {
        if (this.#outside(byte, at - from)) {
          this.#rest.add(chunk, from, at + 1);
          from = at + 1;
        }
      } else if (this.#place !== "in") {
        const place = this.#between(byte);
        // Of white space and commas nothing is kept.
        from = place === "in" || place === "outside" ? at : at + 1;
      } else if (this.#ends(byte)) {
        this.#item.add(chunk, from, at);
        items.push(this.#item.take());
        this.#count++;
        from = at;
        this.#place = "behind";
        from = this.#between(byte) === "outside" ? at : at + 1;
      }
    }
    (this.#place === "in" ? this.#item : this.#rest).add(chunk, from, chunk.length);
    return items;
  }

  /**
   * What surrounds the items: the document with an empty object in place of all items that came out.
   * @throws {Refusal} malformed: the document ends inside of the list
   */
  end(): Uint8Array {
    if (this.#place !== "outside") throw malformed("it ends inside of a list");
    return this.#rest.take();
  }

  // Reads a byte outside of the list, `ahead` bytes behind what is kept. Whether the list begins behind it.
  #outside(byte: number, ahead: number): boolean {
    switch (byte) {
      case quote:
        this.#inString = true;
        this.#stringAt =
          this.#depth === 1 && (this.#expectsKey || this.#key === "type") ? this.#rest.length + ahead : -1;
        return false;
      case openBrace:
        this.#expectsKey = this.#depth === 0;
        this.#depth++;
        return false;
      case openBracket:
        this.#depth++;
        return this.#begins();
      case closeBrace:
      case closeBracket:
        this.#depth--;
        return false;
      case comma:
        if (this.#depth === 1) this.#expectsKey = true;
        return false;
      default:
        return false;
    }
  }

  #begins(): boolean {
    const isRoot = this.#depth === 1;
    const isMember = this.#depth === 2 && !this.#expectsKey && this.#key === this.#member && !this.#isOther;
    if (this.#isList || this.#itemDepth > 0 || !(isRoot || isMember)) return false;
    this.#isList = isRoot;
    this.#itemDepth = this.#depth;
    this.#place = "first";
    return true;
  }

  #endString(): void {
    const spelled = this.#rest.text(this.#stringAt);
    this.#stringAt = -1;
    if (this.#expectsKey) {
      this.#expectsKey = false;
      this.#key = spelled;
    } else if (spelled !== this.#type) {
      this.#isOther = true;
    }
  }

  // Reads a byte between items: white space, a comma, the end of the list, or the first of an item. Returns where the next byte stands.
  #between(byte: number): Place {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return this.#place;
    if (byte === closeBracket && this.#place !== "before") {
      if (this.#place === "behind") this.#rest.add(emptyObject, 0, emptyObject.length);
      this.#depth--;
      return (this.#place = "outside");
    }
    if (this.#place === "behind") {
      if (byte !== comma) throw malformed("a comma is missing between items");
      return (this.#place = "before");
    }
    if (byte === comma || byte === closeBracket) throw malformed("an item is missing behind a comma");
    if (byte === quote) this.#inString = true;
    else if (byte === openBrace || byte === openBracket) this.#depth++;
    return (this.#place = "in");
  }

  // Reads a byte of an item. Whether the item ended before it: only commas and the list's end do not belong to one.
  #ends(byte: number): boolean {
    if (this.#depth === this.#itemDepth && (byte === comma || byte === closeBracket)) return true;
    if (byte === quote) {
      this.#inString = true;
      this.#stringAt = -1;
    } else if (byte === openBrace || byte === openBracket) this.#depth++;
    else if (byte === closeBrace || byte === closeBracket) this.#depth--;
    return false;
  }
}

const emptyObject = new Uint8Array([openBrace, closeBrace]);

/** Bytes that are kept until they are taken, in one buffer that grows. */
class Kept {
  #bytes = new Uint8Array(1024);
  #length = 0;
  readonly #max: number;
  readonly #what: string;

  constructor(max: number, what: string) {
    this.#max = max;
    this.#what = what;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array, from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > this.#max) {
      throw new Refusal("limit", `${this.#what} is larger than ${this.#max} bytes.`, { subject: "bytesMax" });
    }
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk.subarray(from, to), this.#length);
    this.#length = length;
  }

  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  // The text that the string from a position to the end spells; "" where it is none, which the parser tells later.
  text(from: number): string {
    const source = new TextDecoder().decode(this.#bytes.subarray(from, this.#length));
    try {
      return String(JSON.parse(source));
    } catch {
      return "";
    }
  }
}

function malformed(what: string): Refusal {
  return new Refusal("malformed", `The document is not JSON: ${what}.`, { rule: "json" });
}
