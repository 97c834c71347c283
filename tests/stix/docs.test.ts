// The examples of docs/stix.md are true: each TypeScript block runs by itself, and what stands before `// →` gives what stands
// behind it; the compiler takes them as well.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const project = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(project, "docs/stix.md"), "utf8");
const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? "");
const promise = /^(.*\S); \/\/ → (.*)$/gm;

/** The block with an assertion in place of each promise. */
function asserted(block: string): string {
  const claims = block.replaceAll(promise, (_, expression: string, value: string) => {
    return `assert.deepEqual(${expression}, ${value});`;
  });
  return `import assert from "node:assert/strict";\n${claims}`;
}

describe("the examples of docs/stix.md", () => {
  it("are there, with what they give", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(8);
    expect(page.match(promise)?.length).toBeGreaterThan(15);
  });

  it.each(blocks.map((block, i) => [i + 1, block] as const))("run: block %i", (_i, block) => {
    const run = () =>
      execFileSync(process.execPath, ["--input-type=module-typescript", "--eval", asserted(block)], {
        cwd: project,
        encoding: "utf8",
        stdio: "pipe",
      });
    expect(run).not.toThrow();
  });

  it("are what the compiler takes", () => {
    // In the project, so that `#stix` leads where it leads in the project.
    const folder = mkdtempSync(join(project, "tests/stix/examples-"));
    try {
      const { compilerOptions } = JSON.parse(readFileSync(join(project, "tsconfig.json"), "utf8")) as {
        readonly compilerOptions: object;
      };
      const options = { ...compilerOptions, noUnusedLocals: false, incremental: false };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
      for (const [i, block] of blocks.entries()) writeFileSync(join(folder, `${i}.ts`), asserted(block));
      const compiler = join(project, "node_modules/.bin/tsc");
      expect(() => execFileSync(compiler, ["-p", folder], { encoding: "utf8", stdio: "pipe" })).not.toThrow();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
