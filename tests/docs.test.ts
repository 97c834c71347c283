// The documents are true: every command in a ```sh block of the README and of docs/*.md is run, in the order of its document,
// against a real server in an empty folder; what a ```text block shows below it is what it prints; links lead somewhere; and
// the README's tables name what there is. How a document is read:
//   "Save this as `FILE`:" before a block      the block is written to FILE
//   <!-- not run: REASON --> before a block    it is shown only
//   "Ctrl-C" in the words before a block       the server that runs is interrupted first
//   `…` in a ```text block                     alone on a line: any lines; within one: anything
// Identifiers, times, hashes and the numbers of entries differ from run to run and are not compared.
import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { exit } from "../src/cli/io.ts";
import { run } from "../src/cli/run.ts";
import { DEFAULT_PORT } from "../src/node/settings.ts";

const project = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string): string => readFileSync(join(project, file), "utf8");
const readme = "README.md";
const guides = readdirSync(join(project, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);
const decisions = readdirSync(join(project, "docs/decisions")).map((name) => `docs/decisions/${name}`);

/** What Node compiled of our files; every command would do it anew. */
const compiled = mkdtempSync(join(tmpdir(), "serai-docs-"));
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

/** How long one block, and one server's start, may take, in milliseconds. */
const BLOCK_WITHIN = 60_000;

interface Block {
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The words between the block before and this one. */
  readonly lead: string;
}

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let lead: string[] = [];
  let open: { readonly line: number; readonly language: string; readonly lines: string[] } | null = null;
  markdown.split("\n").forEach((text, i) => {
    const fence = /^```(.*)$/.exec(text);
    if (open === null && fence !== null) open = { line: i + 1, language: fence[1] ?? "", lines: [] };
    else if (open !== null && fence !== null) {
      const { line, language, lines } = open;
      blocks.push({ line, language, text: lines.join("\n"), lead: lead.join("\n") });
      [open, lead] = [null, []];
    } else if (open === null) lead.push(text);
    else open.lines.push(text);
  });
  return blocks;
}

const reasonNotToRun = (block: Block): string | null =>
  /<!-- not run: ([^>]{10,}) -->\s*$/.exec(block.lead)?.[1] ?? null;
const fileOf = (block: Block): string | null =>
  /[Ss]ave\s+this\s+as\s+`([^`]+)`[^`]*:\s*$/.exec(block.lead)?.[1] ?? null;
const isServer = (block: Block): boolean =>
  /^(?:[A-Z_]+=\S* |npm ci && )*(?:npm start|npm run demo|serai serve)$/.test(block.text.split("\n").at(-1) ?? "");

/** A reader's machine: an empty folder where `serai` and the project's npm scripts are known, and a shell. */
class Reader {
  readonly folder = mkdtempSync(join(tmpdir(), "serai-docs-"));
  readonly #port: number;
  readonly #bash: NodeJS.ProcessEnv;
  #server: { readonly child: ChildProcess; readonly ended: Promise<unknown> } | null = null;

  constructor(port: number) {
    this.#port = port;
    const main = join(project, "src/cli/main.ts");
    const programs = join(this.folder, ".programs");
    mkdirSync(programs);
    writeFileSync(join(programs, "serai"), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    chmodSync(join(programs, "serai"), 0o755);
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> }; // our own file
    const inPlace = Object.entries(scripts).map(([name, text]) => [name, text.replace("src/cli/main.ts", `'${main}'`)]);
    writeFileSync(
      join(this.folder, "package.json"),
      JSON.stringify({ private: true, scripts: Object.fromEntries(inPlace) }),
    );
    const path = [programs, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
    const { HOME, LANG, TMPDIR } = process.env;
    this.#bash = {
      PATH: path,
      HOME,
      LANG,
      TMPDIR,
      PORT: String(port),
      NODE_COMPILE_CACHE: compiled,
      NO_UPDATE_NOTIFIER: "1",
    };
  }

  /** The port of the documents and the reader's own. */
  #here(text: string): string {
    return text.replaceAll(String(DEFAULT_PORT), String(this.#port));
  }
  #there(text: string): string {
    return text.replaceAll(String(this.#port), String(DEFAULT_PORT));
  }

  save(file: string, text: string): void {
    writeFileSync(join(this.folder, file), `${this.#here(text)}\n`);
  }

  /** Types a block. Variables last from block to block, as in one terminal. Resolves with all that it printed. */
  async type(text: string): Promise<string> {
    const state = join(this.folder, ".variables");
    const script = `set -eu; [ -f '${state}' ] && . '${state}'; set -a\n${this.#here(text)}\nset +a; export -p > '${state}'`;
    const child = this.#spawn(script);
    const late = setTimeout(() => signal(child, "SIGKILL"), BLOCK_WITHIN);
    const printed = gather(child);
    const code = await new Promise((resolve) => child.once("close", resolve));
    clearTimeout(late);
    if (code !== 0) throw new Error(`It ended with ${String(code)}:\n${text}\n${printed()}`);
    return this.#there(printed());
  }

  /** Types a block that ends in a server. Resolves with all that it printed when it says that it serves. */
  async serve(text: string): Promise<string> {
    await this.interrupt();
    const state = join(this.folder, ".variables");
    const installed = text.replaceAll("npm ci && ", "");
    const child = this.#spawn(`set -eu; [ -f '${state}' ] && . '${state}'\n${this.#here(installed)}`);
    const printed = gather(child);
    this.#server = { child, ended: new Promise((resolve) => child.once("close", resolve)) };
    const started = Date.now();
    while (!/interrupt to stop/i.test(printed())) {
      if (child.exitCode !== null || Date.now() - started > BLOCK_WITHIN)
        throw new Error(`It does not serve:\n${text}\n${printed()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this.#there(printed());
  }

  async interrupt(): Promise<void> {
    if (this.#server === null) return;
    const { child, ended } = this.#server;
    this.#server = null;
    signal(child, "SIGINT");
    const late = setTimeout(() => signal(child, "SIGKILL"), BLOCK_WITHIN);
    await ended;
    clearTimeout(late);
  }

  async leave(): Promise<void> {
    await this.interrupt();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(script: string): ChildProcess {
    const options = { cwd: this.folder, env: this.#bash, detached: true } as const;
    return spawn("bash", ["-c", `exec 2>&1\n${script}`], { ...options, stdio: ["ignore", "pipe", "inherit"] });
  }
}

/** As a terminal does: the signal goes to all that the shell started. */
function signal(child: ChildProcess, name: "SIGINT" | "SIGKILL"): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name);
}

function gather(child: ChildProcess): () => string {
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return () => text;
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

/** What does not differ from run to run. */
function comparable(text: string): readonly string[] {
  return text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g, "<time>")
    .replaceAll(/\b[0-9a-f]{8,}\b/g, "<hash>")
    .replaceAll(/\b\d+ (entries|tiles)\b/g, "<n> $1")
    .replaceAll(/\b(node-<hash>|size) \d+/g, "$1 <n>")
    .trim()
    .split("\n")
    .map((line) => line.trimEnd());
}

/** Whether the lines are those shown. `…` alone stands for any lines, within a line for anything. */
function isShown(lines: readonly string[], shown: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return lines.length === 0;
  if (first.trim() === "…") return lines.some((_, i) => isShown(lines.slice(i), rest)) || rest.length === 0;
  const [line, ...others] = lines;
  if (line === undefined) return false;
  const parts = first.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "u").test(line) && isShown(others, rest);
}

/** Programs that a block needs and that are not part of Node. */
const foreign = ["curl", "openssl"];

async function missing(blocks: readonly Block[]): Promise<readonly string[]> {
  const used = foreign.filter((name) =>
    blocks.some((block) => block.language === "sh" && block.text.includes(`${name} `)),
  );
  const found = await Promise.all(
    used.map((name) => new Promise((resolve) => spawn("sh", ["-c", `command -v ${name}`]).once("close", resolve))),
  );
  return used.filter((_, i) => found[i] !== 0);
}

describe("the documents' commands", { timeout: 300_000 }, () => {
  it.concurrent.each([readme, ...guides])("run as %s shows them", async (file) => {
    const blocks = blocksOf(read(file));
    const absent = await missing(blocks);
    if (absent.length > 0) {
      console.warn(`NOT TESTED: the commands of ${file}: ${absent.join(", ")} is not on this machine.`);
      return;
    }
    const reader = new Reader(await freePort());
    try {
      let printed: string | null = null;
      for (const block of blocks) {
        const saved = fileOf(block);
        if (saved !== null) reader.save(saved, block.text);
        if (block.language === "text" && printed !== null) {
          const [lines, shown] = [comparable(printed), comparable(block.text)];
          const told = isShown(lines, shown)
            ? "as shown"
            : `${file}:${block.line} shows otherwise; it prints:\n${printed}`;
          expect(told).toBe("as shown");
        }
        if (block.language !== "text") printed = null;
        if (block.language !== "sh" || saved !== null || reasonNotToRun(block) !== null) continue;
        if (block.lead.includes("Ctrl-C")) await reader.interrupt();
        printed = isServer(block) ? await reader.serve(block.text) : await reader.type(block.text);
      }
    } finally {
      await reader.leave();
    }
  });
});

describe("the documents", () => {
  const all = [readme, "SECURITY.md", "CHANGELOG.md", ...guides, ...decisions];

  it.each(all)("%s has links that lead somewhere", (file) => {
    const lost = [...withoutBlocks(read(file)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? "")
      .filter((link) => !/^(?:https?:|mailto:)/.test(link))
      .filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? file : join(dirname(file), path);
        if (!existsSync(join(project, target))) return true;
        return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
      });
    expect(lost).toEqual([]);
  });

  it.each(all)("%s names only files that are there", (file) => {
    const named = [...read(file).matchAll(/`((?:src|tests|schemas|migrations|docs|bench)\/[\w./-]+)`/g)];
    expect(named.map((match) => match[1] ?? "").filter((path) => !existsSync(join(project, path)))).toEqual([]);
  });

  it.each([readme, ...guides])("%s gives a reason for each block that is not run", (file) => {
    const bare = blocksOf(read(file)).filter(
      (block) => block.lead.includes("not run") && reasonNotToRun(block) === null,
    );
    expect(bare.map((block) => block.line)).toEqual([]);
  });
});

describe("the README", () => {
  const text = read(readme);

  it("names every command with its sub-commands", async () => {
    const commands = (await commandsOf([])).sort();
    const named = rowsUnder(text, "The command line").map(
      (cell) => /^`serai ([a-z ]+?)(?: [A-Z[-].*)?`/.exec(cell)?.[1] ?? cell,
    );
    expect(named.sort()).toEqual(commands);
  });

  it("names every exit code", () => {
    expect(rowsUnder(text, "Exit codes")).toEqual(Object.values(exit).map((code) => `${code}`));
  });

  it("names every setting", () => {
    const settings = read("src/node/settings.ts").matchAll(/\benv\["([A-Z_]+)"\]/g);
    const wanted = [...new Set([...settings].map((match) => `\`${match[1] ?? ""}\``))].sort();
    expect(rowsUnder(text, "Settings").sort()).toEqual(wanted);
  });

  it("gives each package that is used its reason, and names no other", () => {
    const packages = JSON.parse(read("package.json")) as Record<string, Record<string, string>>; // our own file
    const groups = [packages["dependencies"], packages["optionalDependencies"], packages["devDependencies"]];
    const there = groups.flatMap((group) => Object.keys(group ?? {}));
    const named = rowsUnder(text, "Dependencies").flatMap((cell) =>
      [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""),
    );
    expect(named.filter((name) => !there.includes(name))).toEqual([]);
    const used = there.filter((name) => isUsed(name) || name.startsWith("node-"));
    expect(used.filter((name) => !named.includes(name))).toEqual([]);
  });

  it("names every room in the order of the law", () => {
    const rooms = readdirSync(join(project, "src")).map((name) => name.replace(/\.ts$/, ""));
    const named = rowsUnder(text, "The house").map((cell) => cell.replaceAll("`", "").replace(/\.ts$|\/$/, ""));
    expect(named.toSorted()).toEqual(rooms.toSorted());
  });
});

function withoutBlocks(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```/gm, "");
}

/** Headings as links name them. */
function anchorsOf(markdown: string): readonly string[] {
  return [...withoutBlocks(markdown).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** First cells of the tables under a heading, up to the next one. */
function rowsUnder(markdown: string, heading: string): string[] {
  const [section = ""] = (markdown.split(new RegExp(`^#+ ${heading}$`, "m"))[1] ?? "").split(/^#+ /m);
  const rows = [...section.matchAll(/^\| *([^|]*?) *\|/gm)].map((match) => match[1] ?? "");
  // A table's head stands above its dashes.
  return rows.filter((cell, i) => !/^-+$/.test(cell) && !/^-+$/.test(rows[i + 1] ?? ""));
}

/** Every command that does something, as `--help` tells them. */
async function commandsOf(path: readonly string[]): Promise<string[]> {
  let help = "";
  const io = { out: (text: string) => void (help += text), err: () => {}, env: {}, interrupted: async () => {} };
  await run([...path, "--help"], io);
  const list = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(help)?.[1];
  if (list === undefined) return [path.join(" ")];
  const names = [...list.matchAll(/^ {2}([a-z]+)\b/gm)]
    .map((match) => match[1] ?? "")
    .filter((name) => name !== "help");
  return (await Promise.all(names.map((name) => commandsOf([...path, name])))).flat();
}

const texts = ["src", "tests", "bench", "schemas"]
  .flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  )
  .filter((file) => file.endsWith(".ts") && !file.endsWith("docs.test.ts"))
  .concat("vitest.config.ts", "vitest.workerd.config.ts", "wrangler.toml", "tsconfig.json")
  .filter((file) => existsSync(join(project, file)))
  .map(read);

/** Whether a file imports the package, or a script of package.json calls its program. */
function isUsed(name: string): boolean {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> }; // our own file
  const program = name === "typescript" ? "tsc" : name;
  return (
    texts.some((text) => text.includes(`"${name}"`) || text.includes(`"${name}/`)) ||
    Object.values(scripts).some((script) => script.split(/[ &]+/).includes(program))
  );
}
