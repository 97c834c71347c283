// Settings of the edge runtime: what the Worker's environment binds (wrangler.toml, secrets). A bad one is a refusal that
// names it, and never repeats its value.
import { type PublicJwk, parsePublicJwk } from "../auth/key.ts";
import { parseIdentifier } from "../auth/metadata.ts";
import { parseStrict } from "../encoding/json.ts";
import type { Keys } from "../exchange/exchange.ts";
import { openKeys } from "../exchange/keys.ts";
import { Refusal } from "../refusal.ts";
import type { D1 } from "../store/engines/d1.ts";

/** The environment as the runtime hands it over: nothing of it is known to be there. */
export type EdgeEnvironment = Readonly<Record<string, unknown>>;

export interface EdgeSettings {
  /** The exchange's URL as its clients reach it, without a slash at its end. */
  readonly url: string;
  readonly title: string;
  readonly keys: Keys;
  /** The key of the secretariat's first client; null where none is given. Only a first start needs it. */
  readonly secretariat: PublicJwk | null;
  readonly database: D1;
}

const JWK_LIMITS = { bytesMax: 4_096, depthMax: 3, keysMax: 50, itemsMax: 10, stringLengthMax: 1_024 };

/** @throws {Refusal} invalid, naming the setting in `subject` */
export async function readEdgeSettings(env: EdgeEnvironment): Promise<EdgeSettings> {
  return {
    url: readUrl(textOf(env, "EXCHANGE_URL")),
    title: readTitle(textOf(env, "EXCHANGE_TITLE")),
    keys: await readKeys(textOf(env, "SERAI_KEYS")),
    secretariat: readSecretariat(textOf(env, "SECRETARIAT_JWK")),
    database: readDatabase(env["DB"]),
  };
}

/** @param fault completes a sentence that begins with the setting's name */
export function badSetting(name: string, fault: string, cause?: unknown): Refusal {
  return new Refusal("invalid", `${name} ${fault}.`, { subject: name, ...(cause === undefined ? {} : { cause }) });
}

function textOf(env: EdgeEnvironment, name: string): string {
  const value = env[name] ?? "";
  if (typeof value !== "string") throw badSetting(name, "is a text");
  return value;
}

function readUrl(text: string): string {
  if (text === "") throw badSetting("EXCHANGE_URL", "is missing: it is the URL under which states reach the exchange");
  try {
    return parseIdentifier(text, "issuer");
  } catch (cause) {
    const form = "in canonical form, without query, fragment or slash at its end";
    throw badSetting("EXCHANGE_URL", `is an https URL (http on a loopback name) ${form}`, cause);
  }
}

function readTitle(text: string): string {
  if (text === "") return "Serai";
  if (text.length > 100 || /\p{Cc}/u.test(text))
    throw badSetting("EXCHANGE_TITLE", "is a line of at most 100 characters");
  return text;
}

async function readKeys(text: string): Promise<Keys> {
  if (text === "") throw badSetting("SERAI_KEYS", "is missing: it is the secret that holds the exchange's keys");
  try {
    return await openKeys(text);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    // The sentence of the cause may quote the place of a fault in a secret; the name of the setting is enough.
    throw badSetting("SERAI_KEYS", "is not the text of an exchange's keys, whole and as it was made", cause);
  }
}

function readSecretariat(text: string): PublicJwk | null {
  if (text === "") return null;
  try {
    return parsePublicJwk(parseStrict(text, JWK_LIMITS).value);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw badSetting("SECRETARIAT_JWK", "is the public key of the secretariat's first client as a JSON Web Key", cause);
  }
}

function readDatabase(binding: unknown): D1 {
  const database = binding as Partial<D1> | null | undefined; // what is bound is only known by what it can do
  if (typeof database?.prepare !== "function" || typeof database.batch !== "function")
    throw badSetting("DB", "is missing: it is the binding of the exchange's D1 database");
  return database as D1;
}
