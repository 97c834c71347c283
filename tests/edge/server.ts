// Serves the Worker with D1 in workerd, in a process of its own: the runner makes code from strings, which the tests' process
// forbids. Tells its URL as a line of JSON; each line on its input is a minute that passes.
// Argument: the folder that wrangler built into, or "far": the Worker with a database that is far away.
// Environment: SERAI_KEYS, SECRETARIAT_JWK, EXCHANGE_URL.
import { createInterface } from "node:readline";
import { createTestHarness, unstable_readConfig } from "wrangler";

const root = new URL("../../", import.meta.url).pathname;
const [, , built = ""] = process.argv;
const { SERAI_KEYS = "", SECRETARIAT_JWK = "", EXCHANGE_URL = "" } = process.env;
const { name, compatibility_date, compatibility_flags, d1_databases } = unstable_readConfig({
  config: `${root}wrangler.toml`,
});
const server = createTestHarness({
  root,
  workers: [
    built === "far"
      ? {
          config: {
            name: name ?? "",
            main: "tests/edge/far-worker.ts",
            compatibility_date: compatibility_date ?? "",
            compatibility_flags,
            d1_databases,
            vars: { EXCHANGE_URL, SERAI_KEYS, SECRETARIAT_JWK },
          },
        }
      : {
          configPath: "wrangler.toml",
          prebuiltWorkerDir: built,
          vars: { EXCHANGE_URL },
          secrets: { SERAI_KEYS, SECRETARIAT_JWK },
        },
  ],
});
const { url } = await server.listen();
const worker = server.getWorker();
await worker.applyD1Migrations("DB");
const tell = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
tell({ url: url.href });
for await (const _ of createInterface({ input: process.stdin })) tell(await worker.scheduled({ cron: "* * * * *" }));
await server.close();
