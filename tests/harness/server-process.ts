// A server as it runs in the world: a process of its own on a folder of its own. It is stopped as an operator does, or killed.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { isObject } from "../../src/encoding/json.ts";

export const root = new URL("../../", import.meta.url).pathname;
export const DATABASE = "serai.db";

/** How long a start and a stop may take, in milliseconds: the machine may be busy. */
const START_WITHIN = 30_000;
const STOP_WITHIN = 20_000;

export interface ServerOptions {
  readonly folder: string;
  /** 0: any. A restart takes the port of before, which client files name. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** The secretariat's first client file. */
  readonly clientFile: string;
  readonly ended: Promise<Ended>;
  /** What it wrote on its error output: the log. */
  errors(): string;
  /** SIGTERM, as an operator does. */
  stop(): Promise<Ended>;
  /** SIGKILL: nothing of what it would still have done is done. */
  kill(): Promise<Ended>;
}

/** The command line of this checkout, as a process. */
export function spawnSerai(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [join(root, "src/cli/main.ts"), ...args], {
    env: { PATH: process.env["PATH"] ?? "", NODE_NO_WARNINGS: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export interface Finished extends Ended {
  readonly out: string;
  readonly err: string;
}

/** Runs a command as a process; one that does not end in time is killed and has ended by a signal. */
export async function runSerai(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  withinMs: number,
): Promise<Finished> {
  const child = spawnSerai(args, env);
  const [out, err] = [collect(child.stdout), collect(child.stderr)];
  const timer = setTimeout(() => child.kill("SIGKILL"), withinMs);
  const ended = await endOf(child);
  clearTimeout(timer);
  return { ...ended, out: out(), err: err() };
}

/** Resolves when the server serves. @throws {Error} it ended or did not get ready in time; with its error output */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const child = spawnSerai(["serve", "--json"], {
    DATABASE_URL: `sqlite:${join(options.folder, DATABASE)}`,
    PORT: String(options.port ?? 0),
    ...options.env,
  });
  const [out, err] = [collect(child.stdout), collect(child.stderr)];
  const ended = endOf(child);
  const ready = new Promise<Record<string, unknown>>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`The server ${why}. ${out()}${err()}`));
    const timer = setTimeout(() => fail("does not get ready"), START_WITHIN);
    child.stdout?.on("data", () => {
      const line = out()
        .split("\n")
        .find((one) => one.startsWith('{"url"'));
      if (line === undefined) return;
      clearTimeout(timer);
      const value: unknown = JSON.parse(line);
      if (isObject(value)) resolve(value);
    });
    // A start that failed says so on its error output; whether the process then ends is asked elsewhere.
    child.stdout?.on("data", () => out().includes('{"error"') && (clearTimeout(timer), fail("refuses to start")));
    child.stderr?.on("data", () => err().startsWith("serai: ") && (clearTimeout(timer), fail("fails to start")));
    void ended.then(({ code, signal }) => (clearTimeout(timer), fail(`ended with ${code ?? signal}`)));
  });
  const signalled = async (signal: "SIGTERM" | "SIGKILL"): Promise<Ended> => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN);
    const how = await ended;
    clearTimeout(timer);
    return how;
  };
  try {
    const { url, client } = await ready;
    return {
      url: String(url),
      port: Number(new URL(String(url)).port),
      folder: options.folder,
      clientFile: String(client),
      ended,
      errors: err,
      stop: () => signalled("SIGTERM"),
      kill: () => signalled("SIGKILL"),
    };
  } catch (error) {
    await signalled("SIGKILL");
    throw error;
  }
}

function collect(stream: ChildProcess["stdout"]): () => string {
  let text = "";
  stream?.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  return () => text;
}

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
}
