// Newline-delimited text that is too large to be held in memory, line by line. Lines end with LF; a CR before it belongs to
// the line's end, and a last line without an end counts.

export interface Line {
  /** From 1. */
  readonly number: number;
  /** The line's bytes without its end; null where it is longer than the limit, and then it was passed over. */
  readonly bytes: Uint8Array | null;
}

const lf = 0x0a;
const cr = 0x0d;

/** The lines of a stream of bytes, in order. Holds one line at a time, of `lineBytesMax` bytes at most. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, lineBytesMax: number): AsyncGenerator<Line> {
  let number = 1;
  let pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lf, from); end >= 0; end = chunk.indexOf(lf, from)) {
      const last = chunk.subarray(from, end);
      yield { number, bytes: length + last.length > lineBytesMax ? null : joined(pieces, last) };
      number += 1;
      pieces = [];
      length = 0;
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    length += rest.length;
    // A line that is too long is only counted. The rest is copied, because the chunk may be used again.
    if (length > lineBytesMax) pieces = [];
    else if (rest.length > 0) pieces.push(rest.slice());
  }
  if (length > 0) yield { number, bytes: length > lineBytesMax ? null : joined(pieces, new Uint8Array(0)) };
}

function joined(pieces: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, last.length);
  const line = new Uint8Array(length);
  let at = 0;
  for (const piece of [...pieces, last]) {
    line.set(piece, at);
    at += piece.length;
  }
  return line.at(-1) === cr ? line.subarray(0, -1) : line;
}
