// The bench: every figure of speed and size that can be had so far, as a ratio within one run beside its absolute value.
// Prints a table and writes bench/latest.json. `--quick` takes a minute; `--peer` loads another TAXII 2.1 server as well.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatBase64 } from "../src/encoding/base64.ts";
import { utf8 } from "../src/encoding/bytes.ts";
import { auditing } from "./audit.ts";
import { Bench, log, type Plan } from "./bench.ts";
import { checking } from "./check.ts";
import { coldStart } from "./cold.ts";
import { contributions } from "./contribute.ts";
import { fill, type Filled } from "./members.ts";
import { type Weather, weather } from "./noise.ts";
import { againstPeer, type Peer } from "./peer.ts";
import { pull, type Pulled } from "./pull.ts";
import { formatNumber, formatRows, isMet, type Row } from "./report.ts";
import { againstSize } from "./size.ts";

const usage = `node bench/main.ts [--quick] [--only NAME,…]
  [--peer URL --peer-collection ID [--peer-token TOKEN | --peer-basic USER:PASSWORD]]

  --quick     a minute: fewer objects, shorter and fewer rounds
  --only      of pull, size, contribute, check, log, cold, peer
  --peer      URL of the API root of a TAXII 2.1 server, loaded in the same way; it takes objects in
`;

const benches = ["pull", "size", "contribute", "check", "log", "cold", "peer"] as const;

interface Wanted {
  readonly plan: Plan;
  readonly only: ReadonlySet<string>;
  readonly peer: Peer | null;
}

const wanted = readArguments();
if (wanted === null) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  try {
    await main(wanted);
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function main({ plan, only, peer }: Wanted): Promise<void> {
  const started = performance.now();
  rmSync(plan.folder, { recursive: true, force: true });
  mkdirSync(plan.folder, { recursive: true });
  const bench = new Bench(plan);
  const rows: Row[] = [];
  let pulled: Pulled | null = null;
  const skies: Weather[] = [];
  try {
    skies.push(weather(bench));
    const run = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
      bench.neighbours.bePatient(plan.patience);
      return said(what, work);
    };
    const [few, many] = plan.sizes;
    if (only.has("pull") || only.has("size") || only.has("peer")) {
      const large = await filled(bench, "large", many);
      if (only.has("pull")) {
        pulled = await run("pull", () => pull(bench, large));
        rows.push(...pulled.rows);
      }
      if (only.has("size")) {
        const small = await filled(bench, "small", few);
        rows.push(...(await run("against size", () => againstSize(bench, small, large))));
      }
      if (only.has("peer") && peer !== null)
        rows.push(...(await run("against the peer", () => againstPeer(bench, large, peer))));
    }
    if (only.has("contribute")) {
      const base = await filled(bench, "contribute", few);
      rows.push(...(await run("contribute", () => contributions(bench, base))));
    }
    if (only.has("check")) rows.push(...(await run("check", () => checking(bench))));
    if (only.has("log")) rows.push(...(await run("log", () => auditing(bench))));
    if (only.has("cold")) rows.push(...(await run("cold start", () => coldStart(bench))));
    skies.push(weather(bench));
  } finally {
    await bench.close();
    rmSync(plan.folder, { recursive: true, force: true });
  }
  report(bench, rows, pulled, skies, (performance.now() - started) / 1000);
}

function report(
  bench: Bench,
  rows: readonly Row[],
  pulled: Pulled | null,
  skies: readonly Weather[],
  seconds: number,
): void {
  const machine = {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    sqlite: process.versions["sqlite"] ?? "",
    platform: `${process.platform}-${process.arch}`,
  };
  const { plan, neighbours } = bench;
  const { rounds } = plan;
  const noise = {
    ...(pulled === null ? {} : { ceilingOverItself: pulled.noise, ceiling: pulled.ceiling }),
    beforeAndAfter: skies,
    othersShare: neighbours.shares,
  };
  process.stdout.write(
    `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, SQLite ${machine.sqlite}; ${rounds} rounds, ${seconds.toFixed(0)} s\n\n${formatRows(rows)}\n`,
  );
  if (pulled !== null) {
    const { noise: over, ceiling } = pulled;
    process.stdout.write(
      `Noise: the ceiling over itself within a round ${formatNumber(over.median)} (${formatNumber(over.low)}–${formatNumber(over.high)}); the ceiling over all rounds ${formatNumber(ceiling.median)} (${formatNumber(ceiling.low)}–${formatNumber(ceiling.high)}) pages/s.\n`,
    );
  }
  const told = (of: keyof Weather): string => skies.map((sky) => formatNumber(sky[of])).join(" → ");
  process.stdout.write(
    `Before → after: ${told("commitsPerSecond")} synced commits/s; load average ${told("loadAverage")} (the benches' own in the second).\n`,
  );
  if (neighbours.shares !== null) {
    const { median, high } = neighbours.shares;
    process.stdout.write(
      `Other programs used ${(median * 100).toFixed(0)} % of the processors while it was measured, ${(high * 100).toFixed(0)} % at most.\n`,
    );
  }
  const file = fileURLToPath(new URL("./latest.json", import.meta.url));
  const judged = rows.map((row) => ({ ...row, met: isMet(row) }));
  const at = new Date().toISOString();
  writeFileSync(
    file,
    `${JSON.stringify({ at, quick: plan.quick, rounds, seconds, machine, noise, rows: judged }, null, 2)}\n`,
  );
}

async function said<T>(what: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  log(`${what} …`);
  const done = await work();
  log(`${what}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
  return done;
}

function filled(bench: Bench, name: string, objects: number): Promise<Filled> {
  return said(`filling ${name} with ${objects} objects`, () => fill(bench.folder(name), objects, objects));
}

/** null: wrong usage. */
function readArguments(): Wanted | null {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string" },
        peer: { type: "string" },
        "peer-collection": { type: "string" },
        "peer-token": { type: "string" },
        "peer-basic": { type: "string" },
      },
    });
    const only = new Set<string>(values.only?.split(",") ?? benches);
    if (values.peer === undefined) only.delete("peer");
    if ([...only].some((name) => !benches.some((known) => known === name))) return null;
    const { quick } = values;
    return {
      plan: {
        quick,
        rounds: quick ? 3 : 7,
        seconds: quick ? 0.6 : 2,
        patience: quick ? 2 : 300,
        sizes: quick ? [1_000, 10_000] : [10_000, 100_000],
        // On the disk that the project is on: a temporary folder may be memory, and syncing it costs nothing.
        folder: fileURLToPath(new URL("../data/bench/", import.meta.url)),
      },
      only,
      peer: readPeer(values.peer, values["peer-collection"], values["peer-token"], values["peer-basic"]),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n`);
    return null;
  }
}

function readPeer(url?: string, collection?: string, token?: string, basic?: string): Peer | null {
  if (url === undefined) return null;
  if (collection === undefined) throw new TypeError("--peer needs --peer-collection.");
  const authorization =
    token !== undefined ? `Bearer ${token}` : basic !== undefined ? `Basic ${formatBase64(utf8(basic))}` : null;
  return { root: url.endsWith("/") ? url : `${url}/`, collection, authorization };
}
