// The log: proving the whole of one, entries, tiles and root, over hashing the same bytes once with SHA-256.
import { createHash } from "node:crypto";
import { type EntryDraft, prepareEntries, saltBytes } from "../src/audit/entry.ts";
import { emptyEdge, grow, rootOfEdge } from "../src/audit/growth.ts";
import { bundlesFor, formatEntryBundle, type Tile, tilePath, tileWidth } from "../src/audit/tile.ts";
import { leafHash } from "../src/audit/tree.ts";
import { type LogReader, verifyLog } from "../src/audit/verify.ts";
import { utf8 } from "../src/encoding/bytes.ts";
import type { Bench } from "./bench.ts";
import { quantity, type Row } from "./report.ts";
import { interleave, ratioOf, spreadOf } from "./rounds.ts";

const started = Date.UTC(2026, 10, 1) * 1000;

export async function auditing(bench: Bench): Promise<readonly Row[]> {
  const size = bench.plan.quick ? 20_000 : 100_000;
  const write = prepareEntries(new Uint8Array(saltBytes).fill(7));
  const from = performance.now();
  const entries = Array.from({ length: size }, (_, i) => utf8(write(draftOf(i))));
  const writing = (size * 1000) / (performance.now() - from);
  const { edge, tiles } = grow(emptyEdge, entries.map(leafHash));
  const bundles = new Map(
    bundlesFor(0, size).map((bundle) => {
      const first = bundle.index * tileWidth;
      return [tilePath(bundle), formatEntryBundle(entries.slice(first, first + bundle.width))];
    }),
  );
  const stored = new Map(tiles.map(({ tile, bytes }) => [tilePath(tile), bytes]));
  const read = (files: ReadonlyMap<string, Uint8Array>) => async (wanted: readonly Tile[]) =>
    wanted.map((tile) => files.get(tilePath(tile)) ?? new Uint8Array(0));
  const reader: LogReader = { readBundles: read(bundles), readTiles: read(stored) };
  const checkpoint = { origin: "bench.example", size, root: rootOfEdge(edge), extensions: [] };
  const bytes = [...bundles.values()].reduce((sum, bundle) => sum + bundle.length, 0);
  const rate = (since: number): number => (bytes * 1000) / (performance.now() - since) / 2 ** 20;
  const done = await interleave(bench.plan.rounds, {
    verify: bench.neighbours.undisturbed(async () => {
      const since = performance.now();
      const report = await verifyLog(checkpoint, reader);
      if (!report.holds) throw new Error(`The bench's log does not verify: ${JSON.stringify(report.findings[0])}`);
      return rate(since);
    }),
    raw: bench.neighbours.undisturbed(async () => {
      const since = performance.now();
      const hash = createHash("sha256");
      for (const bundle of bundles.values()) hash.update(bundle);
      hash.digest();
      return rate(since);
    }),
  });
  return [
    {
      measure: "log, full audit",
      of: "÷ raw SHA-256 of the same bytes",
      ratio: ratioOf(done.verify, done.raw),
      value: quantity(spreadOf(done.verify), "MiB/s"),
      base: quantity(spreadOf(done.raw), "MiB/s"),
      bar: { least: 0.3 },
      notes: [`${size} entries of 1,024 bytes; writing such entries: ${writing.toFixed(0)} a second`],
    },
  ];
}

function draftOf(i: number): EntryDraft {
  return {
    journal: "node-0123456789ab",
    n: i + 1,
    minute: started + i * 1000,
    fields: { kind: "pull", actor: "KZ-contributor", to: "KZ", collection: "threat-reports", turn: i, count: 100 },
  };
}
