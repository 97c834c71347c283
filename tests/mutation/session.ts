// The tests of the library, collected once and run against one mutant after the other in one process: of each those that reach
// what it changes, the quickest first, until one fails. Runs in the copy that main.ts makes; what it finds goes to a file line
// by line, so that a mutant that never ends costs no other's result.

import "./switches.ts";
import { appendFileSync, readFileSync, utimesSync } from "node:fs";
import fc from "fast-check";
import { it } from "vitest";
import { typesOf, validatorsSource } from "../../schemas/compile.ts";
import { readSchemas, sharedFiles } from "../../schemas/read.ts";
import { formats } from "../../src/stix/formats.ts";
import { validators } from "../../src/stix/validators.generated.js";
import { type Kept, preparations, tests } from "./collect.ts";
import { askingsOf, type SchemaMutant, without } from "./schemas.ts";
import { state } from "./switches.ts";

/** Tests that take longer are left out: of the few there are, each asks what quicker ones ask, of more. */
const slowMs = 700;

/** Written by main.ts. */
interface Plan {
  readonly files: readonly string[];
  readonly results: string;
  readonly switches: number;
  readonly rules: readonly string[];
  readonly done: readonly string[];
  readonly only: readonly string[];
}

it(
  "runs the tests against every mutant",
  async () => {
    fc.configureGlobal({ seed: 1 });
    const plan = JSON.parse(readFileSync(process.env["MUTATION_PLAN"] ?? "", "utf8")) as Plan;
    const told = (line: object): void => appendFileSync(plan.results, `${JSON.stringify(line)}\n`);
    for (const file of plan.files) {
      told({ trying: file });
      await import(file);
    }
    for (const prepare of preparations) await prepare();
    const reaching = await reachOf(told);
    const done = new Set(plan.done);
    const wanted = (kind: string): boolean => plan.only.includes(kind);

    const attempt = async (name: string, what: readonly string[]): Promise<void> => {
      if (done.has(name)) return;
      told({ begun: name });
      const candidates = new Set(what.flatMap((one) => reaching.get(one) ?? []));
      const killer = candidates.size === 0 ? null : await firstFailing([...candidates], plan.results);
      told({ name, fate: candidates.size === 0 ? "unreached" : killer === null ? "survived" : "killed", killer });
    };

    for (const rule of wanted("rules") ? plan.rules : []) {
      state.ruleOff = rule;
      await attempt(`rule ${rule}`, [`rule ${rule}`]);
      state.ruleOff = "";
    }
    for (let n = 0; n < (wanted("switches") ? plan.switches : 0); n++) {
      state.active = n;
      await attempt(`switch ${n}`, [`switch ${n}`]);
      state.active = -1;
    }
    if (wanted("schemas")) await attemptSchemas(attempt, done, told);
    told({ finished: true });
  },
  2 ** 31 - 1,
);

type Attempt = (name: string, what: readonly string[]) => Promise<void>;

async function attemptSchemas(
  attempt: Attempt,
  done: ReadonlySet<string>,
  told: (line: object) => void,
): Promise<void> {
  const schemas = readSchemas();
  const original = { ...validators };
  const sources = new Map(
    [...typesOf(schemas), ""].map((type) => [type, validatorsSource(schemas, type === "" ? typesOf(schemas) : [type])]),
  );
  const all: readonly SchemaMutant[] = [...schemas].flatMap(([file, schema]) => [...askingsOf(file, schema)]);
  // What is shared takes longest, because every type is compiled anew.
  const mutants = all.toSorted((a, b) => Number(sharedFiles.has(a.file)) - Number(sharedFiles.has(b.file)));
  for (const mutant of mutants) {
    const { file, path } = mutant;
    const name = `schema ${file} ${path.join("/")}`;
    if (done.has(name)) continue;
    const isShared = sharedFiles.has(file);
    const types = isShared ? typesOf(schemas) : [file];
    let source: string;
    try {
      source = validatorsSource(without(schemas, mutant), types);
    } catch {
      told({ name, fate: "killed", killer: "the compiler" });
      continue;
    }
    if (source === sources.get(isShared ? "" : file)) continue;
    const body = source
      .replace(/^import .*$/m, "")
      .replace("export const validators =", "return")
      .replaceAll(/\bexport (?=const v\d+ = )/g, "");
    // Code from strings, which the edge forbids, but this is no part of what runs there.
    Object.assign(validators, new Function("formats", body)(formats));
    await attempt(
      name,
      types.map((type) => `schema ${type}`),
    );
    Object.assign(validators, original);
  }
}

/** Which tests reach what, the quickest first. Tests that fail without a mutant are left out and told. */
async function reachOf(told: (line: object) => void): Promise<ReadonlyMap<string, readonly Kept[]>> {
  const times = new Map<Kept, number>();
  const reaching = new Map<string, Kept[]>();
  for (const test of tests) {
    state.reached = new Set();
    told({ trying: test.title });
    const started = performance.now();
    try {
      await test.run();
      times.set(test, performance.now() - started);
      if (performance.now() - started > slowMs) continue;
      for (const what of state.reached) reaching.set(what, [...(reaching.get(what) ?? []), test]);
    } catch (error) {
      told({ fails: test.title, error: String(error).slice(0, 200) });
    }
  }
  state.reached = null;
  for (const list of reaching.values()) list.sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0));
  const total = [...times.values()].reduce((sum, one) => sum + one, 0);
  const slowest = [...times].toSorted(([, a], [, b]) => b - a).slice(0, 12);
  told({
    tests: times.size,
    milliseconds: Math.round(total),
    slowest: slowest.map(([{ title }, ms]) => `${Math.round(ms)} ${title}`),
  });
  ordered = (one) => times.get(one) ?? 0;
  return reaching;
}

let ordered: (test: Kept) => number = () => 0;

async function firstFailing(candidates: readonly Kept[], results: string): Promise<string | null> {
  for (const { title, run } of candidates.toSorted((a, b) => ordered(a) - ordered(b))) {
    // main.ts sees by this that the session is alive.
    utimesSync(results, new Date(), new Date());
    try {
      await run();
    } catch {
      return title;
    }
  }
  return null;
}
