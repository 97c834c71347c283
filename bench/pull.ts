// Pulls: newest pages, random pages and polls that find nothing, each over the ceiling of the same bytes; and what the entries
// cost. A pull counts when its entry is in the log, too: the time that the log needs after the load is part of the load.
import { type Bench, log, type Server } from "./bench.ts";
import { Child } from "./child.ts";
import type { Loaded } from "./load.ts";
import { tokensFor, type Filled } from "./members.ts";
import { callsOf, ceilingCalls, fetchPages, keepPrebuilt, PAGE, pageSets } from "./pages.ts";
import { quantity, type Row } from "./report.ts";
import { interleave, ratioOf, type Spread, spreadOf } from "./rounds.ts";

/** Bytes of the answer that the empty poll is held against. */
const SMALL_BYTES = 100;

export interface Pulled {
  readonly rows: readonly Row[];
  /** The ceiling over itself: how far two measurements of the same thing lie apart. */
  readonly noise: Spread;
  readonly ceiling: Spread;
}

export async function pull(bench: Bench, filled: Filled): Promise<Pulled> {
  const server = await bench.serve(filled.database);
  const ceiling = new Child("./ceiling.ts");
  try {
    return await measure(bench, filled, server, ceiling);
  } finally {
    await ceiling.stop();
    await server.child.stop();
  }
}

async function measure(bench: Bench, filled: Filled, server: Server, ceiling: Child): Promise<Pulled> {
  const sets = pageSets(filled, 1);
  const tokens = await tokensFor(server.port, filled.members);
  const pages = callsOf([...sets.newest, ...sets.random], tokens);
  log(`  fetching ${pages.length} pages of ${PAGE} for the ceiling`);
  await server.ask({ ask: "entries", on: false });
  const { bodies, headers } = await fetchPages(server.port, pages, PAGE);
  await fetchPages(server.port, callsOf(sets.empty, tokens), 0);
  const small = new Uint8Array(SMALL_BYTES).fill(0x20);
  const prebuilt = keepPrebuilt(bench.folder("prebuilt"), { bodies: [...bodies, small], headers });
  const ceilingPort = await ceiling.ask<number>(prebuilt);
  const ceilings = {
    newest: ceilingCalls(sets.newest.length, 0, pages),
    random: ceilingCalls(sets.random.length, sets.newest.length, pages),
    empty: ceilingCalls(1, pages.length, pages),
  };

  const average = (some: readonly Uint8Array[]): number =>
    some.reduce((sum, body) => sum + body.length, 0) / some.length;
  const bodyBytes = {
    newest: average(bodies.slice(0, sets.newest.length)),
    random: average(bodies.slice(sets.newest.length)),
  };

  const behind: number[] = [];
  const costs = new Map<string, { readonly p99: number; readonly cpu: number }[]>();
  const note = (name: string, loaded: Loaded, cpu: number): void => {
    const there = costs.get(name) ?? [];
    costs.set(name, [...there, { p99: loaded.p99, cpu: cpu / loaded.answers }]);
  };
  const { neighbours } = bench;
  const top = (name: keyof typeof sets) =>
    neighbours.undisturbed(async () => {
      const before = await ceiling.cpu();
      const loaded = await bench.load(ceilingPort, ceilings[name]);
      note(`${name} ceiling`, loaded, (await ceiling.cpu()) - before);
      return loaded.answers / loaded.seconds;
    });
  const ours = (name: keyof typeof sets, entries: boolean) =>
    neighbours.undisturbed(async () => {
      await server.ask({ ask: "entries", on: entries });
      const calls = callsOf(sets[name], await tokensFor(server.port, filled.members));
      const before = await server.child.cpu();
      const loaded = await bench.load(server.port, calls);
      const settling = await server.ask<number>({ ask: "settle" });
      const mean = loaded.bodyBytes / loaded.answers;
      if (name !== "empty" && Math.abs(mean / bodyBytes[name] - 1) > 0.02)
        throw new Error(`Answers of ${bodyBytes[name].toFixed(0)} bytes were expected, ${mean.toFixed(0)} came.`);
      note(entries ? name : `${name} without`, loaded, (await server.child.cpu()) - before);
      if (entries) behind.push(settling / loaded.seconds);
      return loaded.answers / (loaded.seconds + settling);
    });
  const contenders = {
    ceilingBefore: top("newest"),
    newest: ours("newest", true),
    newestBare: ours("newest", false),
    newestCeiling: top("newest"),
    random: ours("random", true),
    randomBare: ours("random", false),
    randomCeiling: top("random"),
    empty: ours("empty", true),
    emptyBare: ours("empty", false),
    emptyCeiling: top("empty"),
  };
  await warm(contenders);
  costs.clear();
  behind.length = 0;
  const done = await interleave(bench.plan.rounds, contenders);
  const medianOf = (name: string, of: "p99" | "cpu"): number =>
    spreadOf((costs.get(name) ?? []).map((cost) => cost[of])).median;
  // Processor time is much the same whatever else the machine does, which rates are not.
  const told = (name: keyof typeof sets): string =>
    `p99 ${medianOf(name, "p99").toFixed(1)} ms; processor time of an answer ${medianOf(name, "cpu").toFixed(0)} µs, without entries ${medianOf(`${name} without`, "cpu").toFixed(0)} µs, at the ceiling ${medianOf(`${name} ceiling`, "cpu").toFixed(0)} µs`;
  const row = (measure: string, of: string, values: readonly number[], bases: readonly number[], unit: string) => ({
    measure,
    of,
    ratio: ratioOf(values, bases),
    value: quantity(spreadOf(values), unit),
    base: quantity(spreadOf(bases), unit),
  });
  const lag = spreadOf(behind).median;
  return {
    noise: ratioOf(done.ceilingBefore, done.newestCeiling),
    ceiling: spreadOf([...done.ceilingBefore, ...done.newestCeiling]),
    rows: [
      {
        ...row("pull, newest pages", "÷ prebuilt bodies, same runtime", done.newest, done.newestCeiling, "pages/s"),
        bar: { least: 0.5 },
        notes: [
          `${sets.newest.length} distinct pages as ${filled.members.length} states; ${filled.objects} objects held`,
          told("newest"),
        ],
      },
      {
        ...row("pull, random pages", "÷ prebuilt bodies, same runtime", done.random, done.randomCeiling, "pages/s"),
        bar: { least: 0.25 },
        notes: [told("random")],
      },
      {
        ...row("empty poll", "÷ 100 bytes without database", done.empty, done.emptyCeiling, "requests/s"),
        bar: { least: 0.5 },
        notes: [told("empty")],
      },
      {
        ...row("cost of the audit, newest", "pulls with entries ÷ without", done.newest, done.newestBare, "pages/s"),
        bar: { least: 0.9 },
        notes: [`after a load the log needs ${(lag * 100).toFixed(0)} % of its time again to take the entries in`],
      },
      {
        ...row("cost of the audit, random", "pulls with entries ÷ without", done.random, done.randomBare, "pages/s"),
        bar: { least: 0.9 },
        notes: [],
      },
    ],
  };
}

/** Compilers and caches are warm before the first round counts. */
async function warm(contenders: Readonly<Record<string, () => Promise<number>>>): Promise<void> {
  for (const run of Object.values(contenders)) await run();
}
