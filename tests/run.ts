// Every test: the suites on Node, then those in workerd. Ends with the one line that counts them all.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const suites = [
  { name: "Node", args: [] },
  { name: "workerd", args: ["--config", "vitest.workerd.config.ts", "--exclude", "tests/workerd/worker.test.ts"] },
  // By itself: its Worker goes on by the clock, and would begin the books of other suites in the one database that there is.
  { name: "the Worker", args: ["--config", "vitest.workerd.config.ts", "tests/workerd/worker.test.ts"] },
];

const folder = mkdtempSync(join(tmpdir(), "serai-tests-"));
let passed = 0;
let failed = 0;
let skipped = 0;
for (const [i, suite] of suites.entries()) {
  console.log(`\n== ${suite.name}`);
  const file = join(folder, `${i}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const run = spawnSync("vitest", ["run", ...suite.args, ...reporters, ...process.argv.slice(2)], { stdio: "inherit" });
  const report = read(file);
  passed += report?.numPassedTests ?? 0;
  failed += report?.numFailedTests ?? 0;
  skipped += report?.numPendingTests ?? 0;
  // A file that did not load, or a runner that died, is a failure though no test of it was counted.
  const counted = report?.numFailedTests ?? 0;
  if (run.status !== 0 && counted === 0) failed += 1;
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function read(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report; // vitest's own report
  } catch {
    return null;
  }
}
