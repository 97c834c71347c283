// A bar on a terminal for what takes long: how far a file has been read, or how much where its size is not known. Nothing
// where standard error is no terminal, and nothing for what is done at once.
import type { Io } from "./io.ts";

export interface Progress {
  /** Hands bytes on and counts them. */
  over(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** Counts an object. */
  count(): void;
  /** Takes the bar away until it is drawn again, so that something else can be printed. */
  hide(): void;
  /** Takes the bar away for good. */
  end(): void;
}

/** Times a second that the bar is drawn, and how long nothing is drawn. */
const drawnEveryMs = 100;
const quietMs = 500;
const width = 30;

/** A bar for one input. `sizeBytes` is null where the size is not known. */
export function progress(io: Io, name: string, sizeBytes: number | null, isTerminal = process.stderr.isTTY): Progress {
  const started = Date.now();
  let drawn = started + quietMs - drawnEveryMs;
  let bytes = 0;
  let objects = 0;
  let shown = false;
  let ended = false;
  const hide = (): void => {
    if (shown) io.err("\r\u001b[K");
    shown = false;
  };
  const draw = (now: number): void => {
    drawn = now;
    shown = true;
    io.err(`\r${formatProgress(name, bytes, sizeBytes, objects, now - started)}\u001b[K`);
  };
  return {
    async *over(chunks) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        const now = Date.now();
        if (isTerminal && !ended && now - drawn >= drawnEveryMs) draw(now);
        yield chunk;
      }
    },
    count() {
      objects += 1;
    },
    hide,
    end() {
      ended = true;
      hide();
    },
  };
}

/** `report.jsonl [#####·····] 50 % of 120 MB, 64,000 objects, 12 MB/s` */
export function formatProgress(
  name: string,
  bytes: number,
  sizeBytes: number | null,
  objects: number,
  elapsedMs: number,
): string {
  const share = sizeBytes === null || sizeBytes === 0 ? null : Math.min(1, bytes / sizeBytes);
  const done = share === null ? 0 : Math.round(share * width);
  const bar = share === null ? "" : ` [${"#".repeat(done)}${"·".repeat(width - done)}] ${Math.floor(share * 100)} % of`;
  const amount = formatBytes(share === null ? bytes : (sizeBytes ?? 0));
  const count = objects === 0 ? "" : `, ${objects.toLocaleString("en")} objects`;
  const rate = elapsedMs > 0 ? `, ${formatBytes((bytes * 1000) / elapsedMs)}/s` : "";
  return `${name === "-" ? "stdin" : name}${bar} ${amount}${count}${rate}`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
