// Opens an exchange on Workers with D1. A first start makes the books ready; the secretariat's key comes from a setting, since
// an edge has no file to leave a private key in.
import type { Hono } from "hono";
import { createApp } from "../app.ts";
import { TokenMemory } from "../auth/access-token.ts";
import { type Exchange, openExchange } from "../exchange/exchange.ts";
import { initialize, isInitialized, pinIdentity } from "../exchange/init.ts";
import { Refusal } from "../refusal.ts";
import { openD1 } from "../store/engines/d1.ts";
import { tableJournal } from "../store/journal.ts";
import { Store } from "../store/store.ts";
import { now } from "./clock.ts";
import { Clockwork } from "./clockwork.ts";
import { badSetting, type EdgeEnvironment, type EdgeSettings, readEdgeSettings } from "./settings.ts";

/**
 * The journal of all isolates. They come and go by the thousand: with a name each, what a client counts in an hour would be
 * as many entries as isolates served it, and a whole journal could vanish without a gap.
 */
export const JOURNAL = "edge";

export interface OpenedEdge {
  readonly app: Hono;
  readonly clockwork: Clockwork;
}

/** @throws {Refusal} invalid, naming the setting in `subject`: it is bad, or the books cannot be begun without it */
export async function openEdge(env: EdgeEnvironment): Promise<OpenedEdge> {
  const settings = await readEdgeSettings(env);
  const engine = openD1(settings.database);
  const exchange = openExchange({
    url: settings.url,
    title: settings.title,
    store: new Store(engine, tableJournal(engine, JOURNAL), now),
    keys: settings.keys,
    tokens: new TokenMemory(),
    now,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  });
  await begin(exchange, settings);
  return { app: createApp(exchange), clockwork: new Clockwork(exchange) };
}

async function begin(exchange: Exchange, { secretariat }: EdgeSettings): Promise<void> {
  const isBegun = await isInitialized(exchange).catch((cause: unknown) => {
    if (cause instanceof Error && /no such table|not migrated/.test(cause.message))
      throw badSetting("DB", "is not migrated: apply migrations/sqlite to it (wrangler d1 migrations apply DB)", cause);
    throw cause;
  });
  if (secretariat === null) {
    if (!isBegun)
      throw badSetting(
        "SECRETARIAT_JWK",
        "is missing: a first start needs the secretariat's public key (a JSON Web Key)",
      );
    return pinIdentity(exchange);
  }
  try {
    await initialize(exchange, secretariat);
  } catch (error) {
    // Isolates begin at once: who was second is refused, and finds it done.
    if (!(error instanceof Refusal)) throw error;
    await initialize(exchange, secretariat);
  }
}
