// Settings of the Node runtime, read from the environment once and checked before anything starts. A bad one is a refusal
// that names it.
import { isIP } from "node:net";
import { parseIdentifier } from "../auth/metadata.ts";
import { Refusal } from "../refusal.ts";

export interface Settings {
  readonly port: number;
  readonly host: string;
  /** The exchange's URL as its clients reach it, without a slash at its end; null: told by host and port. */
  readonly url: string | null;
  readonly title: string;
  /** Path of the SQLite file. */
  readonly database: string;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Addresses or networks of proxies whose X-Forwarded-For counts. */
  readonly trustedProxies: readonly string[];
}

export const DEFAULT_PORT = 8787;
export const DEFAULT_DATABASE = "sqlite:data/serai.db";

/** @throws {Refusal} invalid, naming the setting in `subject` */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const cert = env["TLS_CERT"] ?? "";
  const key = env["TLS_KEY"] ?? "";
  if ((cert === "") !== (key === ""))
    throw bad(cert === "" ? "TLS_CERT" : "TLS_KEY", "is missing: TLS needs both TLS_CERT and TLS_KEY");
  return {
    port: readPort(env["PORT"]),
    host: readHost(env["HOST"]),
    url: readUrl(env["EXCHANGE_URL"]),
    title: readTitle(env["EXCHANGE_TITLE"]),
    database: readDatabase(env["DATABASE_URL"]),
    tls: cert === "" ? null : { cert, key },
    trustedProxies: readProxies(env["TRUSTED_PROXIES"]),
  };
}

/** The URL under which an exchange with these settings is reached, once the port is known. */
export function urlOf(settings: Settings, port: number): string {
  if (settings.url !== null) return settings.url;
  const name = ["0.0.0.0", "::", "127.0.0.1", "::1", "localhost"].includes(settings.host) ? "localhost" : settings.host;
  const url = `${settings.tls === null ? "http" : "https"}://${name.includes(":") ? `[${name}]` : name}:${port}`;
  try {
    return parseIdentifier(url, "issuer");
  } catch (cause) {
    throw new Refusal(
      "invalid",
      "EXCHANGE_URL has to be set: an exchange that is reached from elsewhere needs an https URL.",
      {
        subject: "EXCHANGE_URL",
        cause,
      },
    );
  }
}

function bad(name: string, fault: string, cause?: unknown): Refusal {
  return new Refusal("invalid", `${name} ${fault}.`, { subject: name, ...(cause === undefined ? {} : { cause }) });
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === "") return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw bad("PORT", "is a port number from 0 to 65535");
  return port;
}

function readHost(text: string | undefined): string {
  if (text === undefined || text === "") return "127.0.0.1";
  if (isIP(text) === 0 && !/^[A-Za-z0-9.-]{1,253}$/.test(text))
    throw bad("HOST", "is an address or a host name to listen on");
  return text;
}

function readUrl(text: string | undefined): string | null {
  if (text === undefined || text === "") return null;
  try {
    return parseIdentifier(text, "issuer");
  } catch (cause) {
    throw bad(
      "EXCHANGE_URL",
      "is an https URL (http on a loopback name) in canonical form, without query, fragment or slash at its end",
      cause,
    );
  }
}

function readTitle(text: string | undefined): string {
  if (text === undefined || text === "") return "Serai";
  if (text.length > 100 || /\p{Cc}/u.test(text)) throw bad("EXCHANGE_TITLE", "is a line of at most 100 characters");
  return text;
}

function readDatabase(text: string | undefined): string {
  const url = text === undefined || text === "" ? DEFAULT_DATABASE : text;
  if (!url.startsWith("sqlite:") || url.length === "sqlite:".length)
    throw bad("DATABASE_URL", "is sqlite: and the path of a file, such as sqlite:data/serai.db");
  return url.slice("sqlite:".length);
}

function readProxies(text: string | undefined): readonly string[] {
  const parts = (text ?? "").split(",").map((part) => part.trim());
  const proxies = parts.filter((part) => part !== "");
  for (const proxy of proxies) {
    const [address = "", bits, more] = proxy.split("/");
    const version = isIP(address);
    const width = version === 4 ? 32 : 128;
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width);
    if (version === 0 || !isNetwork || more !== undefined)
      throw bad("TRUSTED_PROXIES", "is a list of addresses or networks, such as 10.0.0.5, 10.1.0.0/16");
  }
  return proxies;
}
