// Lines as commands read them: cut the same however the bytes come, and one answer for each.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { answerLines, LINE_LIMITS } from "../../src/cli/lines.ts";
import { concat, text, utf8 } from "../../src/encoding/bytes.ts";
import { type Line, linesOf } from "../../src/encoding/lines.ts";

const folder = mkdtempSync(join(tmpdir(), "serai-lines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function cut(pieces: Iterable<Uint8Array>): Promise<readonly Line[]> {
  async function* chunks() {
    yield* pieces;
  }
  const lines: Line[] = [];
  for await (const line of linesOf(chunks(), LINE_LIMITS.bytesMax)) lines.push(line);
  return lines;
}

describe("linesOf", () => {
  it("cuts the same lines however the bytes come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" })),
        fc.array(fc.nat(20)),
        fc.boolean(),
        async (lines, sizes, closed) => {
          const clean = lines.map((line) => line.replaceAll(/[\r\n]/g, ""));
          const bytes = utf8(clean.join("\n") + (closed && clean.length > 0 ? "\n" : ""));
          const pieces: Uint8Array[] = [];
          let at = 0;
          for (const size of sizes) {
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          const found = await cut([...pieces, bytes.subarray(at)]);
          const expected = closed || clean.at(-1) !== "" ? clean : clean.slice(0, -1);
          expect(found.map((line) => text(line.bytes ?? utf8("null")))).toEqual(expected);
          expect(found.map(({ number }) => number)).toEqual(found.map((_, i) => i + 1));
        },
      ),
    );
  });

  it("keeps nothing of a line that is too long, and goes on behind it", async () => {
    const chunk = new Uint8Array(1_024 * 1_024).fill(0x20);
    function* pieces() {
      for (let length = 0; length <= LINE_LIMITS.bytesMax; length += chunk.length) yield chunk;
      yield concat(utf8("x\n"), utf8("{}\n"));
    }
    expect(await cut(pieces())).toEqual([
      { number: 1, bytes: null },
      { number: 2, bytes: utf8("{}") },
    ]);
  });
});

describe("answerLines", () => {
  it("prints an answer for each line, empty ones in between too, in few pieces", async () => {
    const path = join(folder, "lines.txt");
    writeFileSync(path, `${"a\n\n".repeat(50_000)}b`);
    const pieces: string[] = [];
    const io = {
      out: (piece: string) => void pieces.push(piece),
      err: () => {},
      env: {},
      interrupted: () => new Promise<void>(() => {}),
    };
    await answerLines(path, io, ({ number, bytes }) => `${number} ${bytes?.length ?? "?"}`);
    const lines = pieces.join("").split("\n");
    expect(lines).toHaveLength(100_002);
    expect(lines.slice(0, 2)).toEqual(["1 1", "2 0"]);
    expect(lines.at(-2)).toBe("100001 1");
    expect(pieces.length).toBeLessThan(50);
  });
});
