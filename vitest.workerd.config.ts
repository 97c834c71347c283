// The tests in workerd, Cloudflare's runtime, with D1: the stories and the store's tests as on Node, the tests of the pure rooms
// that stand on what a runtime brings (cryptography, text, numbers), and those of the edge itself.
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
    include: [
      "tests/workerd/**/*.test.ts",
      ...["encoding", "stix", "taxii", "audit", "auth"].map((room) => `tests/${room}/**/*.test.ts`),
    ],
    exclude: [
      // They read files of the project or of others.
      "tests/audit/conformance.test.ts",
      "tests/stix/conformance.test.ts",
      "tests/stix/linear-time.test.ts",
      "tests/stix/schemas.test.ts",
      // A client for other runtimes: on workerd it does not know "alg": "Ed25519" in a key.
      "tests/auth/oauth4webapi.test.ts",
    ],
    // Files share a runtime: starting one for each takes longer than the tests.
    isolate: false,
    // What the Worker does after its answer has no handle to wait on; a busy machine is given another chance.
    retry: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
