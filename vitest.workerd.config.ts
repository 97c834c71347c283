// The tests in workerd, Cloudflare's runtime, with D1: the stories and the store's tests as on Node, the tests of the pure rooms
// that stand on what a runtime brings (cryptography, text, numbers), and those of the edge itself.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** The data for conformance by its path: workerd reads no files. Nothing where the folder is absent. */
function sharedData(): Record<string, string> {
  const folder = new URL("../shared/data/", import.meta.url);
  const files = existsSync(folder)
    ? ["stix", "real"].flatMap((part) => readdirSync(new URL(part, folder)).map((file) => `${part}/${file}`))
    : [];
  const wanted = files.filter((file) => /\.jsonl?$/.test(file));
  return Object.fromEntries(wanted.map((file) => [file, readFileSync(new URL(file, folder), "utf8")]));
}

export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: { bindings: { MIGRATIONS: await readD1Migrations("migrations/sqlite") } },
    })),
  ],
  test: {
    include: [
      "tests/workerd/**/*.test.ts",
      ...["encoding", "stix", "taxii", "audit", "auth"].map((room) => `tests/${room}/**/*.test.ts`),
    ],
    exclude: [
      // They read files of the project or of others.
      "tests/audit/conformance.test.ts",
      "tests/stix/linear-time.test.ts",
      // They run other programs.
      "tests/stix/docs.test.ts",
      "tests/stix/pattern/antlr.test.ts",
      "tests/stix/schemas.test.ts",
      // A client for other runtimes: on workerd it does not know "alg": "Ed25519" in a key.
      "tests/auth/oauth4webapi.test.ts",
    ],
    provide: { sharedData: sharedData() },
    // Files share a runtime: starting one for each takes longer than the tests.
    isolate: false,
    // What the Worker does after its answer has no handle to wait on; a busy machine is given another chance.
    retry: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
