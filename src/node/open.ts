// Opens an exchange on Node: database, journal thread, keys. What is missing is made, and told.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { TokenMemory } from "../auth/access-token.ts";
import { generateKey, publicJwk } from "../auth/key.ts";
import { formatHex } from "../encoding/bytes.ts";
import { type Exchange, openExchange } from "../exchange/exchange.ts";
import { initialize, isInitialized, SECRETARIAT_CLIENT } from "../exchange/init.ts";
import { makeKeys, openKeys } from "../exchange/keys.ts";
import { openSqlite } from "../store/engines/sqlite.ts";
import { Store } from "../store/store.ts";
import { formatClientFile } from "./client-file.ts";
import { now } from "./clock.ts";
import { readIfThere, writeSecret } from "./files.ts";
import { openJournalThread } from "./journal.ts";
import { readMigrations } from "./migrations.ts";
import type { Settings } from "./settings.ts";

export interface Opened {
  readonly exchange: Exchange;
  /** What this start made, in sentences. */
  readonly made: readonly string[];
  /** Path of the secretariat's first client file, where this start made it. */
  readonly clientFile: string;
}

export const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

/** Opens the database, applies migrations, and makes what a first start needs. */
export async function openNode(settings: Settings, url: string): Promise<Opened> {
  const { database } = settings;
  const made: string[] = [];
  mkdirSync(dirname(database), { recursive: true });
  const engine = openSqlite(database);
  const applied = await engine.migrate(readMigrations("sqlite"));
  if (applied.length > 0) made.push(`Database ${database}: applied ${applied.join(", ")}.`);
  const keysFile = `${database}.keys.json`;
  if (readIfThere(keysFile) === null) {
    writeSecret(keysFile, await makeKeys(new URL(url).host, random));
    made.push(`Keys of the exchange: ${keysFile} (keep it safe, and out of the database's backups).`);
  }
  const journal = await openJournalThread({ file: `${database}.journal`, name: `node-${formatHex(random(6))}` });
  const exchange = openExchange({
    url,
    title: settings.title,
    store: new Store(engine, journal, now),
    keys: await openKeys(readIfThere(keysFile) ?? ""),
    tokens: new TokenMemory(),
    now,
    random,
  });
  const clientFile = `${database}.secretariat.json`;
  if (!(await isInitialized(exchange)) || readIfThere(clientFile) === null)
    await makeSecretariat(exchange, clientFile, made);
  return { exchange, made, clientFile };
}

/** The key goes into its file before the books know it: a crash between leaves a file without rights, never rights without a file. */
async function makeSecretariat(exchange: Exchange, clientFile: string, made: string[]): Promise<void> {
  if ((await exchange.directory()).directory.clients.some((client) => client.id === SECRETARIAT_CLIENT)) return;
  const key = await generateKey("ES256");
  writeSecret(
    clientFile,
    formatClientFile({
      exchange: exchange.url,
      client: SECRETARIAT_CLIENT,
      state: "secretariat",
      role: "secretariat",
      key,
    }),
  );
  await initialize(exchange, publicJwk(key));
  made.push(`The secretariat's first client: ${clientFile}.`);
}
