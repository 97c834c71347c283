// The Node tests. `--disallow-code-generation-from-strings` holds invariant 6 of the house plan: the edge forbids code from strings.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/workerd/**"],
    pool: "forks",
    execArgv: ["--disallow-code-generation-from-strings"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
