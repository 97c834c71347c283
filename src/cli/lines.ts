// Newline-delimited input of any length in bounded memory: harnesses and people pipe it through commands that print one line
// for each. Lines come in batches of what one read brought, so that what is printed can go out in one write as well.
import { createReadStream } from "node:fs";
import { concat } from "../encoding/bytes.ts";
import type { JsonLimits } from "../encoding/json.ts";
import { Refusal } from "../refusal.ts";

/** What one line may measure. */
export const LINE_LIMITS: JsonLimits = {
  bytesMax: 64 * 1_024 * 1_024,
  depthMax: 64,
  keysMax: 4_000_000,
  itemsMax: 4_000_000,
  stringLengthMax: 4 * 1_024 * 1_024,
};

export interface InputLine {
  /** From 1. */
  readonly line: number;
  /** Without its newline; null where it is longer than a line may be. */
  readonly bytes: Uint8Array | null;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The lines of a file, "-" for standard input; a last line without a newline counts, an empty one after the last newline does
 * not. Memory holds one line and one read.
 * @throws {Refusal} invalid-request: the file cannot be read
 */
export async function* readLines(path: string): AsyncGenerator<readonly InputLine[]> {
  const stream: AsyncIterable<Uint8Array> = path === "-" ? process.stdin : createReadStream(path);
  const splitter = new Splitter();
  try {
    for await (const chunk of stream) yield splitter.take(chunk);
  } catch (cause) {
    throw new Refusal("invalid-request", `The file cannot be read: ${path}.`, { cause });
  }
  yield splitter.end();
}

/** Cuts bytes into lines as they come. */
export class Splitter {
  #line = 1;
  #held: Uint8Array[] = [];
  #length = 0;

  take(chunk: Uint8Array): readonly InputLine[] {
    const lines: InputLine[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      this.#hold(chunk.subarray(from, at));
      lines.push(this.#cut());
      from = at + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  end(): readonly InputLine[] {
    return this.#length === 0 ? [] : [this.#cut()];
  }

  #hold(part: Uint8Array): void {
    this.#length += part.length;
    // What is longer than a line may be is not kept, only counted.
    if (this.#length > LINE_LIMITS.bytesMax) this.#held = [];
    else if (part.length > 0) this.#held.push(part);
  }

  #cut(): InputLine {
    const whole = this.#length > LINE_LIMITS.bytesMax ? null : concat(...this.#held);
    const bytes = whole?.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole;
    const line = { line: this.#line, bytes };
    this.#line += 1;
    this.#held = [];
    this.#length = 0;
    return line;
  }
}
