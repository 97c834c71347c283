// Opens an exchange on Node: database, keys, journal thread. What is missing on a first start is made, and told; a start that
// was cut off is gone on with, and one that cannot succeed leaves nothing running.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { TokenMemory } from "../auth/access-token.ts";
import { generateKey, publicJwk } from "../auth/key.ts";
import { formatHex } from "../encoding/bytes.ts";
import { findClient } from "../directory/directory.ts";
import { type Exchange, type Keys, openExchange } from "../exchange/exchange.ts";
import { initialize, isInitialized, SECRETARIAT_CLIENT } from "../exchange/init.ts";
import { makeKeys, openKeys } from "../exchange/keys.ts";
import { Refusal } from "../refusal.ts";
import type { Engine } from "../store/engine.ts";
import { openSqlite } from "../store/engines/sqlite.ts";
import { Store } from "../store/store.ts";
import { formatClientFile, parseClientFile } from "./client-file.ts";
import { now } from "./clock.ts";
import { readIfThere, writeSecret } from "./files.ts";
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
 * @throws {Refusal} invalid: keys or a client file that cannot be read, or keys that are missing for books written under them
 */
export async function openNode(settings: Settings, url: string): Promise<Opened> {
  const { database } = settings;
  const made: string[] = [];
  mkdirSync(dirname(database), { recursive: true });
  const engine = openSqlite(database);
  try {
    const applied = await engine.migrate(readMigrations("sqlite"));
    if (applied.length > 0) made.push(`Database ${database}: applied ${applied.join(", ")}.`);
    const keys = await readKeys(engine, `${database}.keys.json`, url, made);
    const journal = await openJournalThread({ file: `${database}.journal`, name: `node-${formatHex(random(6))}` });
    try {
      const store = new Store(engine, journal, now);
      const parts = { url, title: settings.title, store, keys, tokens: new TokenMemory(), now, random };
      const exchange = openExchange(parts);
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
  if (begun && findClient((await exchange.directory()).directory, SECRETARIAT_CLIENT) !== null) return;
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
