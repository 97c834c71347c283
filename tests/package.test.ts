// The package as others get it: packed, installed in an empty folder, its server and its contributor as separate processes.
// The Node that runs it is the shell's own, older than 24 or not.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { indicator } from "./harness/objects.ts";

const project = fileURLToPath(new URL("..", import.meta.url));
/** The shell's PATH: without the tools of this checkout, which bring a newer Node. */
const path = (process.env["PATH"] ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

describe("the packed package in an empty folder", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "serai-package-"));
  const env = { ...process.env, PATH: path, NODE_OPTIONS: "", PORT: "0", DATABASE_URL: "sqlite:data/serai.db" };
  const serai = join(folder, "node_modules", ".bin", "serai");
  const call = (args: readonly string[], more: Record<string, string> = {}): string =>
    execFileSync(serai, [...args], { cwd: folder, env: { ...env, ...more }, encoding: "utf8" });
  let server: ChildProcess;
  let started: { readonly url: string; readonly client: string };

  beforeAll(async () => {
    execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: project, stdio: "pipe" });
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
    writeFileSync(join(folder, "package.json"), '{"name":"empty","private":true}');
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent", `./${tarball}`], {
      cwd: folder,
      env,
      stdio: "pipe",
    });
    server = spawn(serai, ["serve", "--json"], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
    started = JSON.parse(await firstLine(server)) as typeof started; // the server's own line
  }, 300_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it("says what it is", () => {
    expect(call(["--help"])).toContain("contribute");
    expect(call(["--version"]).trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("serves, and takes a contribution from another process under a key that was made for it", () => {
    const secretariat = { SERAI_CLIENT: join(folder, started.client) };
    call(["state", "add", "KZ"], secretariat);
    call(["client", "add", "kz-steward", "--state", "KZ", "--role", "steward"], secretariat);
    const steward = { SERAI_CLIENT: join(folder, "kz-steward.json") };
    call(["client", "add", "kz-cert", "--role", "contributor"], steward);
    writeFileSync(
      join(folder, "policy.json"),
      JSON.stringify({ unmarked: "green", rules: [{ name: "all", share: ["all"], when: { tlp: "green" } }] }),
    );
    call(["policy", "set", "policy.json"], steward);
    writeFileSync(join(folder, "report.json"), JSON.stringify(indicator(1, "green")));
    const contributor = { SERAI_CLIENT: join(folder, "kz-cert.json") };
    call(["contribute", "report.json", "--collection", "threat-reports", "--receipt", "receipt.txt"], contributor);
    const pulled = JSON.parse(call(["pull", "--collection", "threat-reports", "--json"], contributor)) as {
      objects: { id: string }[];
    };
    expect(pulled.objects.map((object) => object.id)).toContain(indicator(1, null).id);
    const verified = JSON.parse(call(["audit", "verify", "--receipt", "receipt.txt", "--json"], contributor)) as {
      verified: boolean;
      receipts: { result: string }[];
    };
    expect(verified.verified).toBe(true);
    expect(verified.receipts).toHaveLength(1);
  });

  it("tells a stranger's mistake from its own by the exit code", () => {
    expect(codeOf(() => call(["pull", "--collection", "threat-reports"]))).toBe(4);
    expect(codeOf(() => call(["no-such-command"]))).toBe(2);
    expect(codeOf(() => call(["state", "add", "TR"], { SERAI_CLIENT: join(folder, "kz-cert.json") }))).toBe(4);
  });
});

function codeOf(act: () => unknown): number {
  try {
    act();
    return 0;
  } catch (error) {
    return (error as { status: number }).status; // what execFileSync throws
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}: ${text}`)));
  });
}
