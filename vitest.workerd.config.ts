import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: { bindings: { MIGRATIONS: await readD1Migrations("migrations/sqlite") } },
    })),
  ],
  test: {
    include: ["tests/workerd/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
