// Cold start: from starting the process to its first answer, with an empty database that is made on the way; over the same for
// the ceiling's bare server, whose time is the runtime's own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.ts";
import { quantity, type Row } from "./report.ts";
import { interleave, ratioOf, spreadOf } from "./rounds.ts";

const ASK_EVERY = 2;
const GIVE_UP_AFTER = 20_000;

export async function coldStart(bench: Bench): Promise<readonly Row[]> {
  const folder = bench.folder("cold");
  let starts = 0;
  const contenders = {
    exchange: async () => {
      const own = join(folder, String((starts += 1)));
      mkdirSync(own, { recursive: true });
      await bench.neighbours.untilQuiet();
      return untilAnswered("../src/cli/main.ts", ["serve"], { DATABASE_URL: `sqlite:${join(own, "serai.db")}` });
    },
    bare: () => untilAnswered("./bare-server.ts", [], {}),
  };
  await contenders.exchange();
  await contenders.bare();
  const done = await interleave(bench.plan.rounds, contenders);
  rmSync(folder, { recursive: true, force: true });
  return [
    {
      measure: "cold start, empty database",
      of: "÷ bare Hono server",
      ratio: ratioOf(done.exchange, done.bare),
      value: quantity(spreadOf(done.exchange), "ms"),
      base: quantity(spreadOf(done.bare), "ms"),
      bar: { most: 300, of: "value" },
      notes: ["from source, types stripped while loading"],
    },
  ];
}

/** Milliseconds from the start of a process to its first answer with status 200. */
async function untilAnswered(entry: string, args: readonly string[], env: Record<string, string>): Promise<number> {
  const port = await freePort();
  const from = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL(entry, import.meta.url)), ...args], {
    env: { ...process.env, ...env, HOST: "127.0.0.1", PORT: String(port), EXCHANGE_URL: "" },
    stdio: "ignore",
  });
  try {
    while (!(await answers(port))) {
      if (performance.now() - from > GIVE_UP_AFTER || child.exitCode !== null)
        throw new Error(`${entry} does not start.`);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    }
    return performance.now() - from;
  } finally {
    await end(child);
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { headers: { Connection: "close" } });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo; // of a TCP server that listens
      server.close(() => resolve(port));
    });
  });
}
