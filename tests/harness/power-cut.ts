// The disk that loses power (tests/faults/power-cut.c): compiles it, starts servers on it, plants faults in it.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "./server-process.ts";

/** Why there is no such disk here, or null. In CI a missing compiler is a failure, not a reason. */
export function whyNoDisk(): string | null {
  if (process.platform !== "linux") return "it needs Linux";
  if (spawnSync("cc", ["--version"]).status !== 0) return "there is no C compiler (cc)";
  return null;
}

/** Whether the tests on it run; says loudly where they do not. @throws {Error} in CI */
export function hasDisk(): boolean {
  const why = whyNoDisk();
  if (why === null) return true;
  if (process.env["CI"] === "true") throw new Error(`The power cut cannot be tested in CI: ${why}.`);
  console.warn(`\n!!! THE POWER CUT IS NOT TESTED HERE: ${why}. !!!\n`);
  return false;
}

export type Fault = "full" | "sync-fails" | "lie" | "kill-before" | "kill-after" | "kill-named";

export interface DiskOptions {
  /** Percent of the unsynced writes that reach the disk nevertheless. */
  readonly leak?: number;
  /** Names, too, are there only once their folder was synced. */
  readonly strict?: boolean;
  readonly seed?: number;
  /** Dies at the n-th step; each sync has two. */
  readonly killAt?: number;
}

let library: string | null = null;

/** @throws {Error} with what the compiler says */
function compile(folder: string): string {
  if (library !== null && existsSync(library)) return library;
  const file = join(folder, "power-cut.so");
  const source = join(root, "tests/faults/power-cut.c");
  const done = spawnSync("cc", [
    "-shared",
    "-fPIC",
    "-O2",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-o",
    file,
    source,
    "-ldl",
    "-lpthread",
  ]);
  if (done.status !== 0) throw new Error(`power-cut.c does not compile: ${done.stderr.toString()}`);
  library = file;
  return file;
}

/** One life of a data folder on the disk, from a start to a cut. */
export class Disk {
  /** What the server sees. */
  readonly data: string;
  /** What is there after the cut. */
  readonly shadow: string;
  readonly #control: string;
  readonly #trace: string;
  readonly env: Readonly<Record<string, string>>;

  /** @param data what stands there is durable @param beside where shadow, control file and library go */
  constructor(data: string, beside: string, name: string, options: DiskOptions = {}) {
    this.data = data;
    this.shadow = join(beside, `${name}-shadow`);
    this.#control = join(beside, `${name}-control`);
    this.#trace = join(beside, `${name}-trace`);
    mkdirSync(data, { recursive: true });
    rmSync(this.shadow, { recursive: true, force: true });
    cpSync(data, this.shadow, { recursive: true });
    this.env = {
      LD_PRELOAD: compile(beside),
      // Writes by io_uring would pass the library by.
      UV_USE_IO_URING: "0",
      CUT_DATA: data,
      CUT_SHADOW: this.shadow,
      CUT_CONTROL: this.#control,
      CUT_TRACE: this.#trace,
      CUT_LEAK: String(options.leak ?? 0),
      CUT_STRICT: options.strict === true ? "1" : "0",
      CUT_SEED: String(options.seed ?? 1),
      ...(options.killAt === undefined ? {} : { CUT_KILL_AT: String(options.killAt) }),
    };
  }

  /** From now on: the fault on files whose path fits one of these, as a shell would have it. */
  plant(fault: Fault, ...patterns: readonly string[]): void {
    // Renamed into place, so that the library never reads half of it.
    writeFileSync(`${this.#control}.new`, patterns.map((pattern) => `${fault} ${pattern}\n`).join(""));
    renameSync(`${this.#control}.new`, this.#control);
  }

  heal(): void {
    rmSync(this.#control, { force: true });
  }

  /** The names of what was synced, in order. */
  synced(): readonly string[] {
    return readFileSync(this.#trace, "utf8")
      .trimEnd()
      .split("\n")
      .map((path) => basename(path));
  }

  /** Files that differ from what is durable, shared memory aside. */
  differences(): readonly string[] {
    const names = new Set([...readdirSync(this.data), ...readdirSync(this.shadow)]);
    const read = (folder: string, name: string): string =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), "latin1") : "absent";
    return [...names].filter((name) => !name.endsWith("-shm") && read(this.data, name) !== read(this.shadow, name));
  }
}
