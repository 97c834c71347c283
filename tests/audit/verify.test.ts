import { beforeAll, describe, expect, it } from "vitest";
import type { Checkpoint } from "../../src/audit/checkpoint.ts";
import { prepareEntries } from "../../src/audit/entry.ts";
import { formatEntryBundle } from "../../src/audit/tile.ts";
import { leafHash, rootOf } from "../../src/audit/tree.ts";
import { logFindingsMax, type LogReader, verifyLog } from "../../src/audit/verify.ts";
import { utf8 } from "../../src/encoding/bytes.ts";
import { Refusal } from "../../src/refusal.ts";
import { MemoryLog } from "./memory-log.ts";

const origin = "log.example/serai";
const format = prepareEntries(new Uint8Array(32));
const minuteMicros = 60_000_000;

// Entries of two journals in turns of three and one, a minute for each hundred.
function entriesOf(count: number): string[] {
  const counts = { turn: 0, "node-1": 0 };
  return Array.from({ length: count }, (_, i) => {
    const journal = i % 4 === 3 ? "turn" : "node-1";
    counts[journal]++;
    return format({ journal, n: counts[journal], minute: Math.floor(i / 100) * minuteMicros, fields: {} });
  });
}

const checkpointOf = (log: MemoryLog): Checkpoint => ({
  origin,
  size: log.edge.size,
  root: log.root(),
  extensions: [],
});
const whole = entriesOf(1000);
const trusted = checkpointOf(new MemoryLog().append(whole.slice(0, 300)));

describe("a log that holds", () => {
  it.each([0, 1, 2, 255, 256, 257, 511, 512, 700])("is found to, of %d entries", async (size) => {
    const log = new MemoryLog().append(whole.slice(0, size), 100);
    const report = await verifyLog(checkpointOf(log), log);
    expect(report).toMatchObject({ holds: true, findings: [], findingCount: 0, entriesRead: size, size, origin });
    expect(report.root).toEqual(log.root());
    expect(report.tilesRead).toBe(log.tiles.size);
    const turns = Math.floor(size / 4);
    const expected = new Map(Object.entries({ "node-1": size - turns, turn: turns }).filter(([, count]) => count > 0));
    expect(report.journals).toEqual(expected);
  });

  it("continues every earlier checkpoint of its own", async () => {
    const log = new MemoryLog().append(whole);
    for (const size of [1, 255, 256, 257, 300, 999, 1000]) {
      const earlier = checkpointOf(new MemoryLog().append(whole.slice(0, size)));
      expect(await verifyLog(checkpointOf(log), log, earlier)).toMatchObject({ holds: true, continues: size });
    }
    const empty: Checkpoint = { ...trusted, size: 0 };
    expect(await verifyLog(checkpointOf(log), log, empty)).toMatchObject({ holds: true, continues: undefined });
  });

  it("of more bundles than are read at once is read to its end", async () => {
    const many = entriesOf(64 * 256 + 300);
    const log = new MemoryLog().append(many);
    const earlier = checkpointOf(new MemoryLog().append(many.slice(0, 64 * 256 + 5)));
    const report = await verifyLog(checkpointOf(log), log, earlier);
    expect(report).toMatchObject({
      holds: true,
      entriesRead: many.length,
      continues: earlier.size,
      tilesRead: log.tiles.size,
    });
  });
});

describe("a log that was tampered with", () => {
  let log = new MemoryLog();
  beforeAll(() => void (log = new MemoryLog().append(whole)));

  // The log as it is, with some entries served otherwise.
  const serving = (entries: readonly string[]): LogReader => ({
    readBundles: async (bundles) =>
      bundles.map(({ index, width }) => formatEntryBundle(entries.slice(index * 256, index * 256 + width).map(utf8))),
    readTiles: log.readTiles,
  });

  const faultsOf = async (...args: Parameters<typeof verifyLog>): Promise<string[]> => {
    const report = await verifyLog(...args);
    expect(report.holds).toBe(report.findingCount === 0);
    return [...new Set(report.findings.map(({ fault }) => fault))];
  };

  it("is found when an entry is edited", async () => {
    const [, first = ""] = whole;
    const other = format({ journal: "node-1", n: 2, minute: 0, fields: { kind: "x" } });
    expect(other).not.toBe(first);
    const report = await verifyLog(checkpointOf(log), serving(whole.with(1, other)), trusted);
    expect(report.continues).toBeUndefined();
    expect(report.findings.map(({ fault, subject }) => [fault, subject])).toEqual([
      ["rewritten", undefined],
      ["tile", "tile/0/000"],
      ["tile", "tile/1/000.p/3"],
      ["root", undefined],
    ]);
  });

  it("is found when entries are deleted, repeated, added or in another order, although the tree was made anew", async () => {
    const remade = async (entries: readonly string[]): Promise<string[]> => {
      const other = new MemoryLog().append(entries);
      return faultsOf(checkpointOf(other), other, trusted);
    };
    expect(await remade(whole.toSpliced(500, 1))).toEqual(["journal"]);
    expect(await remade(whole.toSpliced(100, 1))).toEqual(["journal", "rewritten"]);
    expect(await remade(whole.toSpliced(500, 0, whole[500] ?? ""))).toEqual(["journal"]);
    expect(await remade(whole.with(500, whole[501] ?? "").with(501, whole[500] ?? ""))).toEqual(["journal"]);
    expect(await remade(whole.slice(1))).toEqual(["journal", "rewritten"]);
    // A journal that begins at 2.
    expect(await remade([...whole, format({ journal: "late", n: 2, minute: 0, fields: {} })])).toEqual(["journal"]);
  });

  it("is found when its end is cut off, or an old copy is put back", async () => {
    const old = new MemoryLog().append(whole.slice(0, 200));
    expect(await faultsOf(checkpointOf(old), old, trusted)).toEqual(["shrunk"]);
    expect(await faultsOf(checkpointOf(log), old, trusted)).toEqual(["unreadable"]);
  });

  it("is found when another view of it was trusted", async () => {
    const fork = whole
      .slice(0, 299)
      .concat(format({ journal: "node-1", n: 225, minute: 2 * minuteMicros, fields: { to: "SG" } }));
    const other = checkpointOf(new MemoryLog().append(fork));
    expect(await faultsOf(checkpointOf(log), log, other)).toEqual(["rewritten"]);
    expect(await faultsOf(checkpointOf(log), log, { ...trusted, origin: "other" })).toEqual(["other-log"]);
  });

  it("is found when a root or a tile is another", async () => {
    const wrong = { ...checkpointOf(log), root: leafHash("x") };
    expect(await faultsOf(wrong, log)).toEqual(["root"]);
    for (const name of log.tiles.keys()) {
      const other = new MemoryLog().append(whole);
      const bytes = other.tiles.get(name)?.slice() ?? new Uint8Array(0);
      bytes[40 % bytes.length] = (bytes[40 % bytes.length] ?? 0) ^ 1;
      other.tiles.set(name, bytes);
      const report = await verifyLog(checkpointOf(log), other);
      expect(report.findings).toMatchObject([
        { fault: "tile", subject: expect.stringContaining(`tile/${name.replace("/", "/00")}`) },
      ]);
    }
  });

  it("is found when an entry is malformed, and the rest is still read", async () => {
    const entries = whole.with(700, "{}");
    const other = new MemoryLog().append(entries);
    const report = await verifyLog(checkpointOf(other), other);
    expect(report.entriesRead).toBe(1000);
    expect(report.findings).toMatchObject([
      { fault: "entry", index: 700 },
      { fault: "journal", subject: "node-1" },
    ]);
  });

  it("is found when a minute goes back within a journal", async () => {
    const late = format({ journal: "clock", n: 1, minute: 5 * minuteMicros, fields: {} });
    const early = format({ journal: "clock", n: 2, minute: 4 * minuteMicros, fields: {} });
    const other = new MemoryLog().append([late, early]);
    expect((await verifyLog(checkpointOf(other), other)).findings).toEqual([
      { fault: "minute", index: 1, subject: "clock" },
    ]);
  });

  it("is found when bundles are short, long, malformed or missing", async () => {
    const with3 = (content: (entries: Uint8Array[]) => Uint8Array | undefined): LogReader => ({
      readTiles: log.readTiles,
      readBundles: async (bundles) =>
        bundles.flatMap(({ index, width }) => {
          const entries = whole.slice(index * 256, index * 256 + width).map(utf8);
          return index === 3 ? (content(entries) ?? []) : formatEntryBundle(entries);
        }),
    });
    const cases: readonly [string, LogReader][] = [
      ["bundle", with3((entries) => formatEntryBundle(entries.slice(1)))],
      ["bundle", with3((entries) => formatEntryBundle([...entries, utf8("x")]))],
      ["bundle", with3(() => Uint8Array.of(0, 9, 1))],
      ["unreadable", with3(() => undefined)],
    ];
    for (const [fault, reader] of cases) {
      const report = await verifyLog(checkpointOf(log), reader);
      expect(report).toMatchObject({
        holds: false,
        entriesRead: 768,
        findings: [{ fault, subject: "tile/entries/003.p/232" }],
      });
    }
  });

  it("is found when tiles cannot be read, while a bug of the reader rises", async () => {
    const refusing: LogReader = {
      readBundles: log.readBundles,
      readTiles: async () => Promise.reject(new Refusal("unavailable", "Gone.", { subject: "tile/0/000" })),
    };
    expect((await verifyLog(checkpointOf(log), refusing)).findings[0]).toEqual({
      fault: "unreadable",
      subject: "tile/0/000",
    });
    const broken: LogReader = { ...refusing, readTiles: async () => Promise.reject(new TypeError("bug")) };
    await expect(verifyLog(checkpointOf(log), broken)).rejects.toThrow(TypeError);
  });

  it("is reported with at most a hundred findings, and their number", async () => {
    const other = new MemoryLog().append(Array.from({ length: 300 }, () => "{}"));
    const report = await verifyLog(checkpointOf(other), other);
    expect(report.findings).toHaveLength(logFindingsMax);
    expect(report).toMatchObject({ findingCount: 300, holds: false });
    expect(report.root).toEqual(rootOf(Array.from({ length: 300 }, () => leafHash("{}"))));
  });
});
