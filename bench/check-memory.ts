// A process of its own that checks a bundle of so many bytes, made as it is read, and answers with what it took of memory.
import { utf8 } from "../src/encoding/bytes.ts";
import { advise } from "../src/stix/advice.ts";
import { checkStream } from "../src/stix/check-stream.ts";
import { serveParent } from "./child.ts";
import { indicatorMaker } from "./objects.ts";

export interface Checked {
  readonly objects: number;
  readonly findings: number;
  /** Of the whole process, the runtime included. */
  readonly peakBytes: number;
  readonly seconds: number;
}

/** Objects that one piece of the bundle holds. */
const PIECE = 100;

serveParent(
  async (bytes: number): Promise<Checked> => {
    const from = performance.now();
    let objects = 0;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      const make = indicatorMaker(11);
      yield utf8('{"type":"bundle","id":"bundle--00000001-0000-4000-8000-000000000001","objects":[');
      for (let length = 0; length < bytes;) {
        const text = Array.from({ length: PIECE }, () => JSON.stringify(make("everyone"))).join(",");
        const piece = utf8(objects === 0 ? text : `,${text}`);
        objects += PIECE;
        length += piece.length;
        yield piece;
      }
      yield utf8("]}");
    }
    let findings = 0;
    for await (const _finding of checkStream(pieces(), { advice: advise() })) findings += 1;
    const { maxRSS } = process.resourceUsage();
    return { objects, findings, peakBytes: maxRSS * 1024, seconds: (performance.now() - from) / 1000 };
  },
  async () => {},
);
