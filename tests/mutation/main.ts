// Mutation of src/stix: `node tests/mutation/main.ts [rules] [switches] [schemas]` takes out one rule, one decision or one
// asking of a schema after the other and tells which no test notices. Not part of `npm test`: it takes half an hour.
// What survives and why is told in docs/decisions/0009-mutants-that-live.md. With `policy` it is src/policy, whose decisions are
// taken out one after the other, or those of the files named after it: `node tests/mutation/main.ts policy decide.ts`.

import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rules } from "../../src/stix/rules.ts";
import { instrument, type Mutant } from "./instrument.ts";

/** A mutant that tells nothing for so long never ends, and counts as noticed. */
const stallMs = 20_000;
const kinds = ["rules", "switches", "schemas"] as const;
/** Tests by the clock, of the generated files themselves, of the documents, and too many cases for each mutant. */
const leftOut = /(?:linear-time|schemas|docs|differential)\.test\.ts$/;

/** Where each kind of finding comes together, a rule can be taken out, and it shows which tests reach what. */
const seams: readonly (readonly [file: string, from: string, to: string])[] = [
  [
    "finding.ts",
    "for (const fault of faults) {",
    "for (const fault of faults.filter((one) => !__ruleOff(one.rule))) {",
  ],
  [
    "check-object.ts",
    "const validate = validators[name];",
    "__reach(`schema ${name}`); const validate = validators[name];",
  ],
  [
    "pattern/check.ts",
    "void found.push(findingOf(rule, column, options))",
    "void (__ruleOff(rule) || found.push(findingOf(rule, column, options)))",
  ],
  [
    "pattern/check.ts",
    "if (fault !== undefined) {",
    "if (fault !== undefined) { if (__ruleOff(fault.rule)) return [];",
  ],
  [
    "pattern/check.ts",
    `return [findingOf("pattern-brackets"`,
    `return __ruleOff("pattern-brackets") ? findings : [findingOf("pattern-brackets"`,
  ],
];

const project = fileURLToPath(new URL("../../", import.meta.url));

interface Result {
  readonly name: string;
  readonly fate: "killed" | "survived" | "unreached";
  readonly killer: string | null;
}

const said = process.argv.slice(2);
if (said[0] === "policy") await main("policy", ["switches"], said.slice(1));
else if (said.some((kind) => !kinds.some((known) => known === kind))) {
  process.stderr.write(`node tests/mutation/main.ts [${kinds.join("] [")}] | policy [FILE]...\n`);
  process.exitCode = 2;
} else await main("stix", said.length === 0 ? kinds : said, []);

/** @param only the files of the room that are mutated; empty: all */
async function main(room: "stix" | "policy", wanted: readonly string[], only: readonly string[]): Promise<void> {
  const outer = mkdtempSync(join(tmpdir(), "serai-mutants-"));
  const folder = join(outer, "project");
  try {
    mkdirSync(folder);
    // The data for conformance lies beside the project.
    const shared = join(project, "../shared");
    if (existsSync(shared)) symlinkSync(shared, join(outer, "shared"));
    const { mutants, files } = prepare(folder, room, only);
    const results = join(folder, "results.jsonl");
    writeFileSync(results, "");
    const plan = { files, results, switches: mutants.length, rules: Object.keys(rules), only: wanted };
    await run(folder, plan);
    report(readResults(results), mutants);
  } finally {
    rmSync(outer, { recursive: true, force: true });
  }
}

/** A copy of what the tests need, with switches in the library and the stand-in for the framework in the tests. */
function prepare(
  folder: string,
  room: "stix" | "policy",
  only: readonly string[],
): { readonly mutants: readonly Mutant[]; readonly files: readonly string[] } {
  for (const part of [
    "src",
    "schemas",
    "docs",
    "tests/stix",
    "tests/policy",
    "tests/directory",
    "tests/vectors",
    "tests/mutation",
    "package.json",
    "tsconfig.json",
  ]) {
    cpSync(join(project, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "tests"), { recursive: true });
  writeFileSync(
    join(folder, "vitest.config.ts"),
    `export default { test: { include: ["tests/mutation/session.ts"], pool: "forks", deps: { interopDefault: false } } };\n`,
  );
  const mutants: Mutant[] = [];
  const library = join(folder, "src", room);
  for (const file of readdirSync(library, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (!file.endsWith(".ts") || /\.(?:generated|d)\.ts$/.test(file)) continue;
    if (only.length > 0 && !only.includes(file)) continue;
    const text = readFileSync(join(library, file), "utf8");
    writeFileSync(join(library, file), instrument(room === "stix" ? switchRules(file, text) : text, file, mutants));
  }
  const tests = join(folder, "tests", room);
  const files: string[] = [];
  for (const file of readdirSync(tests, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (!file.endsWith(".test.ts") || leftOut.test(file)) continue;
    const text = readFileSync(join(tests, file), "utf8");
    writeFileSync(
      join(tests, file),
      text.replace(/ from "vitest";/, ` from "${join(folder, "tests/mutation/collect.ts")}";`),
    );
    files.push(join(tests, file));
  }
  return { mutants, files };
}

function switchRules(file: string, text: string): string {
  let switched = text;
  for (const [where, from, to] of seams) {
    if (where !== file.replaceAll("\\", "/")) continue;
    if (!switched.includes(from)) throw new Error(`${file} has no longer: ${from}`);
    switched = switched.replace(from, () => to);
  }
  return switched;
}

/** Runs sessions until one comes to its end; what never ends is noticed. */
async function run(folder: string, plan: { readonly results: string }): Promise<void> {
  const planFile = join(folder, "plan.json");
  for (;;) {
    const before = readResults(plan.results).map(({ name }) => name);
    writeFileSync(planFile, JSON.stringify({ ...plan, done: before }));
    const child = spawn(join(project, "node_modules/.bin/vitest"), ["run", "--root", folder], {
      cwd: folder,
      detached: true,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, MUTATION_PLAN: planFile },
    });
    const isEnded = await ended(child, plan.results);
    const lines = linesOf(plan.results);
    if (lines.some((line) => "finished" in line)) return;
    const begun = lines.findLast((line) => "begun" in line)?.["begun"];
    const known = new Set(readResults(plan.results).map(({ name }) => name));
    if (typeof begun !== "string" || known.has(begun)) {
      const trying = lines.findLast((line) => "trying" in line)?.["trying"];
      throw new Error(`The session ${isEnded ? "ended" : "stalled"} without a mutant, in ${String(trying)}.`);
    }
    const result: Result = { name: begun, fate: "killed", killer: isEnded ? "the process" : "the clock" };
    writeFileSync(plan.results, `${JSON.stringify(result)}\n`, { flag: "a" });
    process.stderr.write(`${begun}: ended by ${result.killer ?? ""}\n`);
  }
}

/** Whether the process ended by itself; it is stopped when it tells nothing for too long. */
function ended(child: ChildProcess, results: string): Promise<boolean> {
  return new Promise((resolve) => {
    const look = setInterval(() => {
      if (Date.now() - statSync(results).mtimeMs < stallMs) return;
      clearInterval(look);
      // A group of its own, because the framework works in a process below it.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      resolve(false);
    }, 1_000);
    child.once("exit", () => {
      clearInterval(look);
      resolve(true);
    });
  });
}

function linesOf(file: string): readonly Readonly<Record<string, unknown>>[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>); // written by the session
}

function readResults(file: string): readonly Result[] {
  return linesOf(file).filter((line) => "fate" in line) as unknown as readonly Result[];
}

function report(results: readonly Result[], mutants: readonly Mutant[]): void {
  for (const kind of ["rule", "switch", "schema"]) {
    const of = results.filter(({ name }) => name.startsWith(`${kind} `));
    if (of.length === 0) continue;
    const count = (fate: Result["fate"]): number => of.filter((one) => one.fate === fate).length;
    process.stdout.write(
      `\n${kind}: ${of.length} mutants, ${count("killed")} noticed, ${count("survived")} survived, ${count("unreached")} not reached\n`,
    );
    for (const { name, fate } of of) {
      if (fate === "killed") continue;
      const mutant = kind === "switch" ? mutants[Number(name.slice(7))] : undefined;
      process.stdout.write(`  ${fate}: ${mutant === undefined ? name : `${mutant.place}: ${mutant.change}`}\n`);
    }
  }
}
