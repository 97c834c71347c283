// A stage for faults: a server process on its own folder, the five states admitted through the commands, writers and pollers,
// and the ledger that all of them write.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Session } from "../../src/cli/session.ts";
import { Members, sessionOf } from "./commands.ts";
import { examineBooks, findWhole } from "./examine-books.ts";
import { examineFeeds, noteCommons } from "./examine-feeds.ts";
import { examineLog } from "./examine-log.ts";
import { members, type State, states } from "./fault-cast.ts";
import { Ledger, type Sent } from "./ledger.ts";
import { Load, type Rest } from "./load.ts";
import { Poller, type PollerOptions } from "./poller.ts";
import { pause, type Random } from "./random.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { Writer } from "./writer.ts";

/** Eight writers of five states. */
const writing: readonly State[] = ["KZ", "KZ", "TR", "TR", "IN", "UZ", "AZ", "AZ"];

/** Five pollers that ask as the standard's defaults are, and one that asks for every version. */
const polling: readonly PollerOptions[] = [
  { state: "KZ", versions: "last", follows: true, limitMax: 10 },
  { state: "TR", versions: "last", follows: false, limitMax: 40 },
  { state: "IN", versions: "last", follows: true, limitMax: 6 },
  { state: "UZ", versions: "last", follows: false, limitMax: 60 },
  { state: "AZ", versions: "last", follows: true, limitMax: 3 },
  { state: "TR", versions: "all", follows: true, limitMax: 20 },
];

/** How long a fault test loads the exchange, in seconds. */
export const faultSeconds = Number(process.env["SERAI_FAULT_SECONDS"] ?? 10);

export class Stage {
  /** All that this stage made; removed when it closes. */
  readonly folder: string;
  readonly random: Random;
  readonly ledger = new Ledger();
  readonly analysts = new Map<State, Session>();
  readonly writers: Writer[] = [];
  readonly pollers: Poller[] = [];
  #server: ServerProcess | null = null;
  #members: Members | null = null;

  constructor(random: Random) {
    this.random = random;
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), "serai-fault-")));
  }

  get server(): ServerProcess {
    if (this.#server === null) throw new Error("The server was not started.");
    return this.#server;
  }

  get members(): Members {
    if (this.#members === null) throw new Error("Nobody was admitted.");
    return this.#members;
  }

  /** A folder of the stage, made where it is not there yet. */
  path(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Starts the server; again at the port of before, which the client files name. */
  async start(folder: string, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    this.#server = await startServer({ folder, port: this.#server?.port ?? 0, env });
    return this.#server;
  }

  /** Admits the states and opens a session for each writer and poller. */
  async admit(): Promise<void> {
    this.#members = new Members(this.path("clients"), this.server.clientFile);
    await this.#members.admit(members);
    for (const state of states) {
      const analyst = await this.session(`${state}-analyst`);
      this.analysts.set(state, analyst);
      await noteCommons(analyst, this.ledger);
    }
    for (const state of writing)
      this.writers.push(new Writer(state, await this.session(`${state}-contributor`), this.ledger, this.random));
    for (const options of polling) {
      const session = this.analysts.get(options.state);
      if (session !== undefined) this.pollers.push(new Poller(options, session, this.ledger, this.random));
    }
  }

  session(client: string): Promise<Session> {
    return sessionOf(this.members.file(client));
  }

  load(rest?: Rest): Load {
    return new Load(this.ledger, this.writers, this.pollers, this.random, rest);
  }

  get receipts(): readonly string[] {
    return this.ledger.acknowledged.flatMap((one) => one.receipt ?? []);
  }

  async checkpoint(): Promise<string> {
    const session = this.analysts.get("KZ");
    if (session === undefined) throw new Error("Nobody was admitted.");
    return (await session.request("GET", "/log/checkpoint")).text();
  }

  /**
   * Kills the server in the middle of a load, or lets `end` see to it. Returns the last checkpoint that somebody saw.
   * @throws {Error} it ended by itself, or in another way
   */
  async killUnderLoad(milliseconds: number, end?: () => void): Promise<string> {
    const load = this.load();
    load.start();
    let trusted: string | null = null;
    try {
      await pause(milliseconds);
      trusted = await this.checkpoint();
      await pause(this.random.below(100));
    } catch {
      // The server is gone already; how it ended is told below.
    }
    end?.();
    const { code, signal } = await (end === undefined ? this.server.kill() : this.server.ended);
    await load.stop();
    if (trusted === null || signal !== "SIGKILL")
      throw new Error(`The server ended by itself (${code ?? signal}): ${this.server.errors()}`);
    return trusted;
  }

  /** What the started server makes of a folder that a fault left: its log, its feeds, and what the pollers get from it. */
  async examineAftermath(folder: string, trusted: string): Promise<readonly string[]> {
    const whole = findWhole(folder, this.ledger.open, true);
    for (const one of this.ledger.open) {
      const writer = this.writers.find((candidate) => candidate.state === one.by);
      // Most are sent again; some are left as they are, and the books told what became of them.
      if (writer !== undefined && this.random.chance(0.7)) await writer.send(one);
      else one.fate = whole.has(one) ? "in" : "not-in";
    }
    const log = await this.examineLog(trusted);
    await this.load().drain();
    return [...log, ...(await this.examineFeeds()), ...this.ledger.findings];
  }

  /** Whether the books of a server that does not run have it. */
  fateOf(folder: string, envelope: Sent): "in" | "not-in" {
    return findWhole(folder, [envelope], false).has(envelope) ? "in" : "not-in";
  }

  examineBooks(folder: string): readonly string[] {
    return examineBooks(folder, this.ledger);
  }

  examineFeeds(): Promise<readonly string[]> {
    return examineFeeds(this.ledger, this.analysts, this.pollers);
  }

  examineLog(trusted: string | null = null): Promise<readonly string[]> {
    return examineLog(this.members.file("KZ-analyst"), this.receipts, this.folder, trusted);
  }

  /** What went on, for the one line that a test prints. */
  summary(): string {
    const { sent, acknowledged, pulled, busy } = this.ledger;
    const objects = acknowledged.reduce((sum, one) => sum + one.things.length, 0);
    return `${acknowledged.length} of ${sent.length} contributions acknowledged (${objects} objects), ${pulled.length} pages pulled, ${busy} times busy, seed ${this.random.seed}`;
  }

  async close(): Promise<void> {
    await this.#server?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
