// Where the time goes: `node bench/profile.ts newest|random|empty|contribute|bulk` loads a server that is profiled, and prints
// its functions by their own time and by the time of all they called. The profile stays in data/ for other tools.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Bench, log } from "./bench.ts";
import { ENVELOPE_OBJECTS, postOf } from "./contribute.ts";
import { readProfile, type Spent } from "./cpu-profile.ts";
import { tokensFor, fill, type Filled } from "./members.ts";
import { audienceOf, envelopeText, indicatorMaker } from "./objects.ts";
import { callsOf, pageSets } from "./pages.ts";

const OBJECTS = 10_000;
const SECONDS = 8;
const SHOWN = 40;
const kinds = ["newest", "random", "empty", "contribute", "bulk"] as const;

const kind = kinds.find((known) => known === process.argv[2]);
if (kind === undefined) {
  process.stderr.write(`node bench/profile.ts ${kinds.join("|")}\n`);
  process.exitCode = 2;
} else await profile(kind);

async function profile(wanted: (typeof kinds)[number]): Promise<void> {
  const folder = fileURLToPath(new URL("../data/profile/", import.meta.url));
  const file = fileURLToPath(new URL(`../data/${wanted}.cpuprofile`, import.meta.url));
  const bench = new Bench({ quick: true, rounds: 1, seconds: SECONDS, sizes: [OBJECTS, OBJECTS], folder, patience: 0 });
  try {
    const filled = await fill(bench.folder("filled"), OBJECTS, 1);
    const server = await bench.serve(filled.database);
    const calls = callsFor(wanted, filled, await tokensFor(server.port, filled.members));
    const once = wanted === "contribute" || wanted === "bulk";
    // Compiled and cached before it counts.
    const early = once ? calls.slice(0, calls.length / 4) : calls;
    await bench.load(server.port, early, { once, seconds: SECONDS / 4 });
    await server.ask({ ask: "settle" });
    const before = await server.child.cpu();
    await server.ask({ ask: "profile", to: null });
    const loaded = await bench.load(server.port, once ? calls.slice(early.length) : calls, { once });
    await server.ask({ ask: "settle" });
    await server.ask({ ask: "profile", to: file });
    const cpu = (await server.child.cpu()) - before;
    log(
      `${(loaded.answers / loaded.seconds).toFixed(0)} answers/s, p99 ${loaded.p99.toFixed(1)} ms, processor time ${(cpu / loaded.answers).toFixed(0)} µs an answer`,
    );
    await server.child.stop();
  } finally {
    await bench.close();
    rmSync(folder, { recursive: true, force: true });
  }
  show(file);
}

function callsFor(wanted: (typeof kinds)[number], filled: Filled, tokens: ReadonlyMap<string, string>) {
  if (wanted !== "contribute" && wanted !== "bulk") return callsOf(pageSets(filled, 1)[wanted], tokens);
  const make = indicatorMaker(5);
  const [envelopes, objects] = wanted === "bulk" ? [32, 2_000] : [600, ENVELOPE_OBJECTS];
  return Array.from({ length: envelopes }, (_, i) => {
    const state = filled.members[i % filled.members.length]?.state ?? "";
    return postOf(filled.collection.id, tokens.get(state) ?? "", envelopeText(make, objects, audienceOf(i)));
  });
}

function show(file: string): void {
  const { idle, spent } = readProfile(file);
  const percent = (share: number): string => `${(share * 100).toFixed(1).padStart(5)} %`;
  const lines = (list: readonly Spent[]): string =>
    list
      .slice(0, SHOWN)
      .map(({ place, self, total }) => `${percent(self)} ${percent(total)}  ${place}`)
      .join("\n");
  process.stdout.write(`\n${file}: idle ${percent(idle)}\n   self   total  by their own time\n${lines(spent)}\n`);
  const ours = spent.filter(({ place }) => / (?:src|bench)\//.test(place)).sort((a, b) => b.total - a.total);
  process.stdout.write(`\n   self   total  of this project, with all they called\n${lines(ours)}\n`);
}
