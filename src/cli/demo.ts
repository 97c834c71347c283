// serai demo: an exchange of five states, seeded through the same commands that an operator and the states would type. Shows
// who is offered what and why, what each state pulls, and that the log proves it; then serves until interrupted.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import type { Explained, ObjectExplained } from "../exchange/explain.ts";
import { integrate } from "../exchange/integrate.ts";
import { openBooks } from "../node/books.ts";
import { serveNode, type Served } from "../node/serve.ts";
import { readSettings } from "../node/settings.ts";
import { Refusal } from "../refusal.ts";
import { firstCommons } from "../exchange/commons.ts";
import { openLog } from "../telemetry/log.ts";
import { now } from "../node/clock.ts";
import { formatVerified, splitReceipts, verify } from "./audit.ts";
import { examples } from "./command.ts";
import { type DemoContribution, demoContributions, demoStates } from "./demo-reports.ts";
import { explain } from "./explain.ts";
import { readObjectsFile } from "./input.ts";
import { type Io, print } from "./io.ts";
import { pullAll } from "./pull.ts";
import { openSession } from "./session.ts";
import { formatTable } from "./table.ts";

interface DemoOptions {
  readonly port?: string;
  readonly data: string;
  readonly input?: string;
  readonly exit?: boolean;
  readonly json?: boolean;
}

type Run = (args: readonly string[], io: Io) => Promise<number>;

export function demoCommand(program: Command, io: Io, run: Run): void {
  examples(
    program
      .command("demo")
      .description("a seeded exchange of five states, to try things out")
      .option("--port <n>", "port to listen on (0: any)")
      .option("--data <dir>", "where it keeps its files; made anew each time", "data/demo")
      .option("--input <file>", "a STIX bundle that KZ contributes, instead of the demo's own reports")
      .option("--exit", "end instead of serving")
      .option("--json", "print one line for programs, then serve"),
    ["serai demo", "serai demo --input report.json --exit"],
  ).action(async (options: DemoOptions) => {
    openLog({ write: (line) => io.err(`${line}\n`), clock: now, lowestLevel: "warning" });
    const demo = new Demo(io, options, run);
    await demo.start();
    try {
      await demo.seed();
      await demo.show();
      if (options.exit !== true) await io.interrupted();
    } finally {
      await demo.stop();
    }
  });
}

class Demo {
  readonly #io: Io;
  readonly #options: DemoOptions;
  readonly #run: Run;
  readonly #files = new Map<string, string>();
  readonly #receipts: string[] = [];
  #contributions: readonly DemoContribution[] = demoContributions;
  #served: Served | null = null;

  constructor(io: Io, options: DemoOptions, run: Run) {
    this.#io = io;
    this.#options = options;
    this.#run = run;
  }

  /** Prints for people; a program gets its one line only. */
  #say(text: string): void {
    if (this.#options.json !== true) this.#io.out(text);
  }

  get #folder(): string {
    return this.#options.data;
  }

  /** @throws {Refusal} of the input, before anything is made */
  async start(): Promise<void> {
    const { input } = this.#options;
    if (input !== undefined) {
      readObjectsFile(input);
      this.#contributions = [{ by: "KZ", collection: "threat-reports", name: "input", objects: [] }];
    }
    await clearFolder(this.#folder);
    const settings = readSettings({
      ...this.#io.env,
      PORT: this.#options.port ?? this.#io.env["PORT"],
      DATABASE_URL: `sqlite:${join(this.#folder, "serai.db")}`,
      EXCHANGE_TITLE: "Serai demo",
    });
    this.#served = await serveNode(settings);
    this.#files.set("secretariat", this.#served.opened.clientFile);
    this.#say(
      `An exchange at ${this.#served.url}, its files in ${this.#folder}. Its operator and five states now type:\n\n`,
    );
  }

  /** Types a command, as the state whose client file it is. */
  async #type(client: string, args: readonly string[], quiet = false): Promise<void> {
    const file = this.#file(client);
    if (!quiet)
      this.#say(
        `  serai ${args.map((arg) => (/[\s"]/.test(arg) ? `'${arg}'` : arg)).join(" ")} --client ${shown(file)}\n`,
      );
    const errors: string[] = [];
    const io: Io = { ...this.#io, out: () => {}, err: (text) => void errors.push(text) };
    const code = await this.#run([...args, "--client", file], io);
    // Objects of somebody's report that are not valid are refused one by one; the demo tells, and goes on with the others.
    if (args[0] === "contribute") for (const line of errors) this.#say(`    ${line}`);
    else if (code !== 0)
      throw new Refusal("unavailable", `The demo's command failed: serai ${args.join(" ")}: ${errors.join(" ")}`);
  }

  #file(client: string): string {
    return this.#files.get(client) ?? join(this.#folder, "clients", `${client}.json`);
  }

  #write(name: string, value: unknown): string {
    const path = join(this.#folder, name);
    writeFileSync(path, typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`);
    return path;
  }

  async seed(): Promise<void> {
    mkdirSync(join(this.#folder, "clients"), { recursive: true });
    for (const state of demoStates) {
      const { code } = state;
      await this.#type("secretariat", [
        "state",
        "add",
        code,
        "--identity",
        this.#write(`${code}-identity.json`, state.identity),
      ]);
      await this.#addClient("secretariat", `${code}-steward`, ["--state", code, "--role", "steward"]);
      await this.#addClient(`${code}-steward`, `${code}-contributor`, [
        "--role",
        "contributor",
        ...(state.cleared ? ["--cleared"] : []),
      ]);
      await this.#addClient(`${code}-steward`, `${code}-analyst`, [
        "--role",
        "analyst",
        ...(state.cleared ? ["--cleared"] : []),
      ]);
    }
    // A policy may name members only, so all are in before the first is set.
    for (const { code, policy } of demoStates)
      await this.#type(`${code}-steward`, ["policy", "set", this.#write(`${code}-policy.json`, policy)]);
    const { input } = this.#options;
    for (const one of this.#contributions) {
      const file =
        input ??
        this.#write(`${one.name}.json`, { type: "bundle", id: `bundle--${crypto.randomUUID()}`, objects: one.objects });
      const receipt = join(this.#folder, `${one.name}.receipt`);
      const to = one.to === undefined ? [] : ["--to", one.to];
      await this.#type(`${one.by}-contributor`, [
        "contribute",
        file,
        "--collection",
        one.collection,
        ...to,
        "--receipt",
        receipt,
      ]);
      this.#receipts.push(receipt);
    }
  }

  async #addClient(by: string, id: string, args: readonly string[]): Promise<void> {
    await this.#type(by, ["client", "add", id, ...args, "--out", this.#file(id)]);
    this.#files.set(id, this.#file(id));
  }

  async show(): Promise<void> {
    if (this.#served === null) throw new TypeError("The demo was not started.");
    const { exchange, url } = this.#served;
    this.#say("\nWho is offered what, and why (by each contributor's own policy):\n\n");
    if (this.#options.json !== true) for (const one of this.#contributions) this.#say(await this.#explained(one));
    this.#say("What each state pulls over TAXII 2.1 (its analyst's client, all collections):\n\n");
    if (this.#options.json !== true) this.#say(`${await this.#pulls()}\n`);
    await integrate(exchange);
    const session = await openSession(this.#io, this.#file("KZ-analyst"));
    const receipts = this.#receipts.flatMap((path) => splitReceipts(readFileSync(path, "utf8")));
    const proved = await verify(session, { receipts });
    if (!proved.verified) throw new Refusal("unavailable", "The demo's log does not verify.");
    this.#say(
      `The log, fetched and proved as a member state would:\n\n${formatVerified(proved, { keyGiven: true, trusted: undefined })}\n${proved.checkpoint}\n`,
    );
    const { directory } = await exchange.directory();
    const collections = directory.collections.map(({ id, title }) => ({ id, title }));
    if (this.#options.json === true)
      return print(this.#io, { url, apiRoot: exchange.apiRoot, collections, clients: Object.fromEntries(this.#files) });
    this.#say(await this.#tryIt(url, exchange.apiRoot, collections[0]?.id ?? ""));
  }

  async #explained(one: DemoContribution): Promise<string> {
    const session = await openSession(this.#io, this.#file(`${one.by}-contributor`));
    const file = this.#options.input ?? join(this.#folder, `${one.name}.json`);
    const explained = await explain(session, file, { collection: one.collection, to: one.to });
    return `${one.by}: ${one.name}${one.to === undefined ? "" : `, to ${one.to}`}, in ${one.collection}\n${formatGrouped(explained)}\n`;
  }

  async #pulls(): Promise<string> {
    if (this.#served === null) return "";
    const { directory } = await this.#served.exchange.directory();
    const rows: string[][] = [];
    for (const { code } of demoStates) {
      const session = await openSession(this.#io, this.#file(`${code}-analyst`));
      const row = [code];
      for (const collection of directory.collections) {
        const { objects } = await pullAll(session, { collection: collection.alias, limit: "500" });
        // The commons are the same for all; what counts is what was contributed.
        const contributed = objects.filter((object) => !isCommons(object));
        row.push(summary(contributed));
      }
      rows.push(row);
    }
    return formatTable(["state", ...directory.collections.map((collection) => collection.alias)], rows);
  }

  async #tryIt(url: string, apiRoot: string, collection: string): Promise<string> {
    const file = shown(this.#file("KZ-analyst"));
    const token = (await (await openSession(this.#io, this.#file("KZ-analyst"))).token()).access_token;
    return `Try it (tokens last five minutes; the first line makes a new one):

  TOKEN=$(npm run --silent serai -- token --client ${file})
  curl -s -H "Authorization: Bearer $TOKEN" -H 'Accept: application/taxii+json;version=2.1' ${apiRoot}collections/
  curl -s -H "Authorization: Bearer $TOKEN" -H 'Accept: application/taxii+json;version=2.1' '${apiRoot}collections/${collection}/objects/?limit=5'
  npm run --silent serai -- pull --collection threat-reports --client ${file}
  npm run --silent serai -- audit verify --client ${file}

  # Python, pip install taxii2-client
  from taxii2client.v21 import Collection, as_pages
  from taxii2client.common import TokenAuth
  feed = Collection("${apiRoot}collections/${collection}/", auth=TokenAuth("${token}"))
  print([o["id"] for page in as_pages(feed.get_objects, per_request=50) for o in page.get("objects", [])])

Client files of all five states are in ${join(this.#folder, "clients")}. ${this.#options.exit === true ? "" : `Serving ${url}; interrupt to stop.`}
`;
  }

  async stop(): Promise<void> {
    await this.#served?.stop();
  }
}

/** A path as one would type it from here. */
function shown(path: string): string {
  const near = relative(".", path);
  return near.startsWith("..") ? path : near;
}

/** The demo makes its folder anew, and touches nothing that it did not make. */
async function clearFolder(folder: string): Promise<void> {
  const marker = join(folder, "made-by-serai-demo");
  const database = join(folder, "serai.db");
  if (existsSync(folder) && !existsSync(marker)) {
    if (readdirSync(folder).length > 0)
      throw new Refusal("conflict", `${folder} holds files that are not the demo's; choose another --data.`);
  }
  // A demo that runs there holds its books, and keeps them.
  if (existsSync(database)) await openBooks(database).close();
  if (existsSync(marker)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(marker, "This folder is made anew by each run of the demo.\n");
}

const answers = {
  whole: "yes",
  later: "later",
  reduced: "reduced",
  unattributed: "unattributed",
  no: "no",
} as const;

/** Objects that are answered alike are one line; each basis is said once. */
function formatGrouped(explained: Explained): string {
  const groups = new Map<string, ObjectExplained[]>();
  for (const object of explained.objects) {
    const key = object.level + JSON.stringify(object.cells);
    groups.set(key, [...(groups.get(key) ?? []), object]);
  }
  const sentences: string[] = [];
  const numberOf = (sentence: string): number => {
    if (!sentences.includes(sentence)) sentences.push(sentence);
    return sentences.indexOf(sentence) + 1;
  };
  const parties =
    explained.objects[0]?.cells.map((cell) => cell.party).filter((party) => party !== "secretariat") ?? [];
  const rows = [...groups.values()].map((objects) => [
    objects.length === 1 ? (objects[0]?.type ?? "") : `${objects.length} objects`,
    objects[0]?.level ?? "",
    ...(objects[0]?.cells ?? [])
      .filter((cell) => cell.party !== "secretariat")
      .map((cell) => `${answers[cell.answer]} [${numberOf(cell.sentence)}]`),
  ]);
  const notes = sentences.map((sentence, i) => `  [${i + 1}] ${sentence}`).join("\n");
  return `${formatTable(["what", "TLP", ...parties], rows)}${notes}\n`;
}

/** The commons: TLP and what defines it, and the identities that the states registered. */
function isCommons(object: Record<string, unknown>): boolean {
  // The exchange's own identity is made with its log.
  return commonsIds.has(String(object["id"])) || object["identity_class"] === "system";
}

const commonsIds: ReadonlySet<string> = new Set([
  ...firstCommons.map((object) => object.id),
  ...demoStates.map((state) => String(state.identity["id"])),
]);

function summary(objects: readonly Record<string, unknown>[]): string {
  const counts = new Map<string, number>();
  for (const object of objects) counts.set(String(object["type"]), (counts.get(String(object["type"])) ?? 0) + 1);
  const parts = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 4)
    .map(([type, count]) => `${count} ${type}`);
  return objects.length === 0 ? "nothing" : `${objects.length}: ${parts.join(", ")}${counts.size > 4 ? ", …" : ""}`;
}
