// The Worker as it is deployed: built by wrangler, weighed, and run in workerd over HTTP, where code from strings is forbidden
// and a promise lasts no longer than the request that began it. The runner of tests/workerd allows the one and hides the other.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKey, importSigningKey, publicJwk } from "../../src/auth/key.ts";
import { makeKeys, openKeys } from "../../src/exchange/keys.ts";
import { membersOf, TEST_URL, TestClient, TestClock, type TestHost, type TestState } from "../harness/exchange.ts";
import { verifyServedLog } from "../harness/log.ts";
import { indicator } from "../harness/objects.ts";

const BUNDLE_BYTES_MAX = 256 * 1_024;
/** What a request may take before it counts as one that is never answered, in milliseconds. */
const ANSWER_WITHIN = 40_000;

const root = new URL("../../", import.meta.url).pathname;
const bin = (name: string): string => join(root, "node_modules/.bin", name);
const environment = { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

const version = spawnSync(bin("workerd"), ["--version"], { encoding: "utf8" });
const canRun = version.status === 0;
if (!canRun)
  console.warn(
    `SKIPPED: workerd cannot run here, so the Worker is not tested as it is deployed: ${version.error?.message ?? version.stderr}`,
  );

/** A worker that says whether its runtime makes code from strings. */
const strings = `export default { fetch() {
  try { return new Response(String(new Function("return 'made'")())); }
  catch (error) { return new Response(error.name); }
} };`;

describe.runIf(canRun)("the Worker as it is deployed", () => {
  const folder = mkdtempSync(join(tmpdir(), "serai-edge-"));
  let bundle: Buffer;
  beforeAll(() => {
    const built = spawnSync(bin("wrangler"), ["deploy", "--dry-run", "--outdir", folder], {
      cwd: root,
      env: environment,
      encoding: "utf8",
    });
    if (built.status !== 0) throw new Error(`wrangler does not build the Worker:\n${built.stdout}${built.stderr}`);
    bundle = readFileSync(join(folder, "worker.js"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is small", () => {
    const bytes = gzipSync(bundle).length;
    console.log(
      `The Worker has ${bundle.length} bytes, ${bytes} gzipped (${(bytes / 1_024).toFixed(1)} KiB of ${BUNDLE_BYTES_MAX / 1_024}).`,
    );
    expect(bytes).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
  });

  describe("in plain workerd", () => {
    let workerd: ChildProcess;
    let ports: ReadonlyMap<string, number>;
    beforeAll(async () => {
      writeFileSync(join(folder, "strings.js"), strings);
      writeFileSync(join(folder, "config.capnp"), await configOf());
      const began = performance.now();
      workerd = spawn(bin("workerd"), ["serve", join(folder, "config.capnp"), "--control-fd=3"], {
        stdio: ["ignore", "inherit", "inherit", "pipe"],
      });
      ports = await listening(workerd, 2);
      await fetch(urlOf("exchange", "/health"));
      console.log(`workerd started and answered after ${Math.round(performance.now() - began)} ms.`);
    });
    afterAll(() => void workerd.kill());
    const urlOf = (socket: string, path: string): string => `http://127.0.0.1:${ports.get(socket)}${path}`;

    it("runs where no code is made from strings", async () => {
      expect(await (await fetch(urlOf("strings", "/"))).text()).toBe("EvalError");
      const response = await fetch(urlOf("exchange", "/health"));
      // All modules have run, settings and keys were read; what is missing is said by its name.
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: "unavailable", subject: "DB" });
    });
  });

  describe.each([
    ["with D1", () => folder],
    ["with a D1 that is far away", () => "far"],
  ])("%s", (_where, built) => {
    let server: ChildProcess;
    let answers: AsyncIterator<string>;
    let host: TestHost;
    let keys: string;
    let kz: TestState;
    let tr: TestState;
    beforeAll(async () => {
      keys = await makeKeys("localhost:8787", random);
      const secretariat = await generateKey("ES256");
      const settings = {
        EXCHANGE_URL: TEST_URL,
        SERAI_KEYS: keys,
        SECRETARIAT_JWK: JSON.stringify(publicJwk(secretariat)),
      };
      server = spawn(process.execPath, [join(root, "tests/edge/server.ts"), built()], {
        env: { ...environment, ...settings },
        stdio: ["pipe", "pipe", "inherit"],
      });
      answers = linesOf(server.stdout);
      const { url } = JSON.parse(await nextOf(answers)) as { url: string };
      const request = (wanted: string, init: RequestInit = {}): Promise<Response> =>
        fetch(new URL(wanted.slice(TEST_URL.length), url), { signal: AbortSignal.timeout(ANSWER_WITHIN), ...init });
      host = { clock: new TestClock(), app: { request } };
      const { addState } = membersOf(host, new TestClient(host, "secretariat", await importSigningKey(secretariat)));
      kz = await addState("KZ", { unmarked: "green", rules: [{ name: "all", share: ["all"] }] });
      tr = await addState("TR");
      for (const client of [kz.contributor, tr.analyst]) await client.token();
    }, 120_000);
    afterAll(async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.stdin?.end();
      await ended;
    });

    const post = (n: number, signal?: AbortSignal): Promise<Response> =>
      kz.contributor.request("/api/collections/threat-reports/objects/", {
        method: "POST",
        body: JSON.stringify({ objects: [indicator(n, "green")] }),
        headers: { "Content-Type": "application/taxii+json;version=2.1" },
        ...(signal === undefined ? {} : { signal }),
      } as never);
    const pulled = async (): Promise<readonly string[]> =>
      (await tr.analyst.pull("threat-reports", { limit: 20 })).objects
        .map((object): string => object.id)
        .filter((id) => id.startsWith("indicator"));

    it("answers every one of thirty requests that come at once, and loses nothing of them", async () => {
      const requests = Array.from({ length: 30 }, (_, i) =>
        i % 4 === 0 ? tr.analyst.request("/api/collections/threat-reports/objects/") : post(i),
      );
      const statuses = (await Promise.all(requests)).map((response) => response.status);
      expect(statuses).toEqual(requests.map((_, i) => (i % 4 === 0 ? 200 : 202)));
      expect([...(await pulled())].sort()).toEqual(
        requests.flatMap((_, i) => (i % 4 === 0 ? [] : [indicator(i, null).id])),
      );
    });

    it("answers those who stay though others hang up in the middle", async () => {
      const staying = Array.from({ length: 10 }, async (_, i) => {
        const leaving = new AbortController();
        const gone = post(1_000 + i, leaving.signal).catch(() => null);
        setTimeout(() => leaving.abort(), i * 5);
        const stays = await post(2_000 + i);
        await gone;
        return stays.status;
      });
      expect(await Promise.all(staying)).toEqual(Array.from({ length: 10 }, () => 202));
      const ids = await pulled();
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 10 }, (_, i) => indicator(2_000 + i, null).id)));
    });

    it("has all of it in a log that holds", async () => {
      server.stdin?.write("minute\n");
      expect(JSON.parse(await nextOf(answers))).toMatchObject({ outcome: "ok" });
      const report = await verifyServedLog(tr.analyst, (await openKeys(keys)).log.verifierKey);
      expect(report.findings).toEqual([]);
      expect(report.journals.get("turns")).toBeGreaterThan(40);
      expect(report.journals.get("edge")).toBeGreaterThan(5);
    });
  });

  async function configOf(): Promise<string> {
    const settings = { EXCHANGE_URL: TEST_URL, SERAI_KEYS: await makeKeys("localhost:8787", random) };
    const bindings = Object.entries(settings).map(
      ([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`,
    );
    const worker = (file: string, bound: readonly string[]): string =>
      `(modules = [(name = "${file}", esModule = embed "${file}")], compatibilityDate = "2026-10-20", bindings = [${bound.join(", ")}])`;
    const socket = (name: string): string =>
      `(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}")`;
    return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "exchange", worker = ${worker("worker.js", bindings)}), (name = "strings", worker = ${worker("strings.js", [])})],
  sockets = [${socket("exchange")}, ${socket("strings")}]
);\n`;
  }
});

/** The ports of sockets, once workerd has told so many of them. */
function listening(workerd: ChildProcess, count: number): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  return new Promise((resolve, reject) => {
    workerd.once("exit", (code) => reject(new Error(`workerd ended with ${code}.`)));
    // The control descriptor, a pipe by the options above.
    createInterface({ input: workerd.stdio[3] as Readable }).on("line", (line) => {
      const said = JSON.parse(line) as { event: string; socket: string; port: number };
      if (said.event === "listen") ports.set(said.socket, said.port);
      if (ports.size === count) resolve(ports);
    });
  });
}

function linesOf(output: Readable | null): AsyncIterator<string> {
  if (output === null) throw new Error("The process has no output.");
  return createInterface({ input: output })[Symbol.asyncIterator]();
}

async function nextOf(lines: AsyncIterator<string>): Promise<string> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("The process has ended.");
    // The Worker's own lines go to the same output.
    if (/^\{"(?:url|outcome)"/.test(value)) return value;
  }
}
