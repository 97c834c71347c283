// Newline-delimited input of any length in bounded memory: harnesses and people pipe it through commands that print one line
// for each. What is printed goes out in pieces, and waits for a reader that is slow.
import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { JsonLimits } from "../encoding/json.ts";
import { type Line, linesOf } from "../encoding/lines.ts";
import { Refusal } from "../refusal.ts";
import type { Io } from "./io.ts";

/** What one line may measure. */
export const LINE_LIMITS: JsonLimits = {
  bytesMax: 64 * 1_024 * 1_024,
  depthMax: 64,
  keysMax: 4_000_000,
  itemsMax: 4_000_000,
  stringLengthMax: 4 * 1_024 * 1_024,
};

/** Bytes that one read brings. */
const readBytes = 1 << 18;
/** Output is handed on in pieces of about this many characters. */
const pieceLength = 1 << 16;

/** The bytes of a file in pieces; "-" is standard input. @throws {Refusal} invalid-request: it cannot be read */
export async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* path === "-" ? process.stdin : createReadStream(path, { highWaterMark: readBytes });
  } catch (cause) {
    throw new Refusal("invalid-request", `The file cannot be read: ${path}.`, { cause });
  }
}

/**
 * Prints one answer for each line of a file, in order; a last line without an end counts, an empty one in between, too.
 * @throws {Refusal} invalid-request: the file cannot be read
 */
export async function answerLines(path: string, io: Io, answer: (line: Line) => string): Promise<void> {
  const printer = new Printer(io);
  for await (const line of linesOf(bytesOf(path), LINE_LIMITS.bytesMax)) await printer.print(`${answer(line)}\n`);
  await printer.flush();
}

/** Prints in pieces. What a slow reader has not read yet does not pile up. */
export class Printer {
  readonly #io: Io;
  readonly #before: () => void;
  #held = "";

  /** `before` is done before each piece. */
  constructor(io: Io, before: () => void = () => {}) {
    this.#io = io;
    this.#before = before;
  }

  async print(text: string): Promise<void> {
    this.#held += text;
    if (this.#held.length >= pieceLength) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#held === "") return;
    this.#before();
    this.#io.out(this.#held);
    this.#held = "";
    if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
  }
}
