// Opens an exchange on Node: database, keys, journal thread. What is missing on a first start is made, and told; a start that
// was cut off is gone on with, and one that cannot succeed leaves nothing running.
import { TokenMemory } from "../auth/access-token.ts";
import { generateKey, publicJwk } from "../auth/key.ts";
import { formatHex } from "../encoding/bytes.ts";
import { findClient } from "../directory/directory.ts";
import { type Exchange, type Keys, openExchange } from "../exchange/exchange.ts";
import { initialize, isInitialized, pinIdentity, SECRETARIAT_CLIENT } from "../exchange/init.ts";
import { TURNS } from "../exchange/journal-names.ts";
import { makeKeys, openKeys } from "../exchange/keys.ts";
import { Refusal } from "../refusal.ts";
import type { Engine } from "../store/engine.ts";
import { throughGate, turnstile } from "../store/gate.ts";
import type { Journal } from "../store/journal.ts";
import { readLogEnd } from "../store/log.ts";
import { Store } from "../store/store.ts";
import { roomLogger } from "../telemetry/log.ts";
import { openBooks } from "./books.ts";
import { formatClientFile, parseClientFile } from "./client-file.ts";
import { now } from "./clock.ts";
import { readIfThere, setDatabaseAside, writeSecret } from "./files.ts";
import { openIntegrator } from "./integrator.ts";
import { openJournalThread } from "./journal.ts";
import { readMigrations } from "./migrations.ts";
import type { Settings } from "./settings.ts";

export interface Opened {
  readonly exchange: Exchange;
  /** What this start made, in sentences. */
  readonly made: readonly string[];
  /** Path of the secretariat's first client file. */
  readonly clientFile: string;
}

const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

/**
 * Opens the database, applies migrations, and makes what a first start needs.
 * @throws {Refusal} invalid: keys or a client file that cannot be read, or keys that are missing for books written under them ·
 * conflict: another process has the database open · unavailable: database or journal cannot be opened
 */
export async function openNode(settings: Settings, url: string): Promise<Opened> {
  const { database } = settings;
  const made: string[] = [];
  const gate = turnstile();
  const engine = throughGate(openBooks(database), gate);
  try {
    const applied = await engine.migrate(readMigrations("sqlite"));
    if (applied.length > 0) made.push(`Database ${database}: applied ${applied.join(", ")}.`);
    const keysFile = `${database}.keys.json`;
    const keys = await readKeys(engine, keysFile, url, made);
    const journalFile = `${database}.journal`;
    const journal = await openOwnJournal(engine, journalFile);
    try {
      const files = { database, journal: journalFile, name: journal.name, keys: readIfThere(keysFile) ?? "" };
      const { integrate, close } = openIntegrator(files, gate);
      // The log's thread first: it has both files open.
      const store = new Store(engine, { ...journal, close: () => close().then(journal.close) }, now);
      const parts = { url, title: settings.title, store, keys, tokens: new TokenMemory(), now, random };
      const exchange = openExchange({ ...parts, integrator: integrate });
      const clientFile = `${database}.secretariat.json`;
      await makeSecretariat(exchange, clientFile, made);
      return { exchange, made, clientFile };
    } catch (error) {
      await journal.close();
      throw error;
    }
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/**
 * This instance's journal. Its file may be older than what the log took in of it, where a backup of it was put back: the
 * numbers that it gives next are the log's already, which would take in nothing under them, so that acts would go unrecorded.
 * A new journal is begun then, and the file is set aside whole. Nothing of it is gone on with: each of its rows is in the log,
 * and its counts may be, too, which must not be entered twice. To refuse the start would be no safer, since what is missing
 * does not come back by it; and the log itself does not change, so that its readers see one journal end and another begin.
 */
async function openOwnJournal(engine: Engine, file: string): Promise<Journal> {
  const newName = (): string => `node-${formatHex(random(6))}`;
  const journal = await openJournalThread({ file, name: newName() });
  try {
    const { journals } = await readLogEnd(engine, TURNS, journal.name);
    const taken = journals.find((end) => end.name === journal.name)?.taken ?? 0;
    if (journal.newest >= taken) return journal;
    await journal.close();
    const name = newName();
    const aside = `${file}.before-${name}`;
    setDatabaseAside(file, aside);
    roomLogger("node").warn(
      "The journal is older than the log, as a backup that was put back is: it was set aside, and a new one is begun.",
      { journal: journal.name, rows: journal.newest, taken, aside, begun: name },
    );
    return await openJournalThread({ file, name });
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** The exchange's keys. Books that were begun under others are never gone on with under new ones. */
async function readKeys(engine: Engine, file: string, url: string, made: string[]): Promise<Keys> {
  if (readIfThere(file) === null) {
    if ((await engine.head()).turn > 0)
      throw new Refusal(
        "invalid",
        `The exchange's keys are missing: ${file}. Restore them; its books were written under them.`,
      );
    writeSecret(file, await makeKeys(new URL(url).host, random));
    made.push(`Keys of the exchange: ${file} (keep it safe, and out of the database's backups).`);
  }
  try {
    return await openKeys(readIfThere(file) ?? "");
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new Refusal("invalid", `The exchange's keys cannot be read from ${file}: ${cause.message}`, { cause });
  }
}

/**
 * The key goes into its file before the books know it, so that a cut between leaves a file without rights, which the next
 * start gives them; never rights without a file.
 */
async function makeSecretariat(exchange: Exchange, clientFile: string, made: string[]): Promise<void> {
  const begun = await isInitialized(exchange);
  if (begun && findClient((await exchange.directory()).directory, SECRETARIAT_CLIENT) !== null)
    return pinIdentity(exchange);
  let text = readIfThere(clientFile);
  if (text === null) {
    const key = await generateKey("ES256");
    text = formatClientFile({
      exchange: exchange.url,
      client: SECRETARIAT_CLIENT,
      state: "secretariat",
      role: "secretariat",
      key,
    });
    writeSecret(clientFile, text);
  }
  await initialize(exchange, publicJwk(parseClientFile(text).key));
  made.push(`The secretariat's first client: ${clientFile}.`);
}
