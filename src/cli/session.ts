// A client's session with an exchange: its file, an access token that is renewed in time, requests. Everything but init,
// migrate and serve works through it, under the caller's role.
import { readFileSync } from "node:fs";
import { signAssertion } from "../auth/client-assertion.ts";
import { importSigningKey, type SigningKey } from "../auth/key.ts";
import { tokenPath } from "../auth/metadata.ts";
import { signTerms } from "../auth/terms-signature.ts";
import { jwtBearerAssertionType } from "../auth/token-request.ts";
import { codeOfTokenError, type TokenResponse } from "../auth/token-response.ts";
import { formatBase64url } from "../encoding/base64.ts";
import { isObject, type JsonObject } from "../encoding/json.ts";
import { statusOfCode } from "../http/answer.ts";
import { type ClientFile, parseClientFile } from "../node/client-file.ts";
import { now } from "../node/clock.ts";
import { Refusal, type RefusalCode, type RefusalDetails } from "../refusal.ts";
import { taxiiMediaType } from "../taxii/media-type.ts";
import type { Io } from "./io.ts";

/** How long one request may take, in milliseconds. */
export const REQUEST_WITHIN = 120_000;
/** Seconds before its end at which a token is renewed. */
const RENEW_BEFORE = 20;

/** A no that the exchange said, with its status. */
export class Answered extends Refusal {
  readonly status: number;
  constructor(status: number, code: RefusalCode, sentence: string, details: RefusalDetails = {}) {
    super(code, sentence, details);
    this.status = status;
  }
}

export class Session {
  readonly file: ClientFile;
  readonly #key: SigningKey;
  #token: { readonly response: TokenResponse; readonly until: number } | null = null;

  constructor(file: ClientFile, key: SigningKey) {
    this.file = file;
    this.#key = key;
  }

  get url(): string {
    return this.file.exchange;
  }

  /** An access token that holds for a while yet. */
  async token(): Promise<TokenResponse> {
    if (this.#token !== null && this.#token.until > now()) return this.#token.response;
    const assertion = await signAssertion(this.#key, {
      clientId: this.file.client,
      audience: this.url,
      now: now(),
      jti: formatBase64url(crypto.getRandomValues(new Uint8Array(16))),
    });
    const response = await reach(this.url + tokenPath, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: jwtBearerAssertionType,
        client_assertion: assertion,
      }).toString(),
    });
    if (response.status !== 200) throw await refusalOf(response);
    const token = (await response.json()) as TokenResponse; // the exchange's own answer; a wrong one fails where it is used
    this.#token = { response: token, until: now() + (token.expires_in - RENEW_BEFORE) * 1_000_000 };
    return token;
  }

  /** A signature of the terms for this client's state. */
  signTerms({ version, digest }: { readonly version: number; readonly digest: string }): Promise<string> {
    const { client: clientId, state } = this.file;
    return signTerms(this.#key, { clientId, state, exchange: this.url, version, digest }, now());
  }

  /** A request under the token; an answer outside of 2xx is thrown. @throws {Answered} the exchange's no */
  async request(
    method: string,
    path: string,
    init: { body?: string; type?: string; taxii?: boolean; language?: string } = {},
  ): Promise<Response> {
    const { access_token } = await this.token();
    const headers: Record<string, string> = {
      Authorization: `Bearer ${access_token}`,
      Accept: init.taxii === true ? taxiiMediaType : "application/json, text/plain, application/octet-stream",
      "User-Agent": "serai",
    };
    if (init.language !== undefined) headers["Accept-Language"] = init.language;
    if (init.body !== undefined) headers["Content-Type"] = init.type ?? "application/json";
    const response = await reach(this.url + path, {
      method,
      headers,
      ...(init.body === undefined ? {} : { body: init.body }),
    });
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  async json(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await this.request(method, path, body === undefined ? {} : { body: JSON.stringify(body) });
    const value: unknown = await response.json();
    if (!isObject(value)) throw new Refusal("unavailable", "The exchange answered something else than a JSON object.");
    return value;
  }
}

/**
 * The session of the client file that is named on the command line or in SERAI_CLIENT.
 * @throws {Refusal} invalid-client: none is named, it cannot be read, or it is none
 */
export async function openSession(io: Io, named: string | undefined): Promise<Session> {
  const path = named ?? io.env["SERAI_CLIENT"];
  if (path === undefined || path === "")
    throw new Refusal("invalid-client", "Name your client file with --client FILE, or in SERAI_CLIENT.");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Refusal("invalid-client", `The client file cannot be read: ${path}. Name yours with --client FILE.`, {
      cause,
    });
  }
  try {
    const file = parseClientFile(text);
    return new Session(file, await importSigningKey(file.key));
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new Refusal("invalid-client", `${path} is not a client file: ${cause.message}`, { cause });
  }
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(REQUEST_WITHIN) });
  } catch (cause) {
    throw new Refusal("unavailable", `The exchange does not answer at ${new URL(url).origin}.`, { cause });
  }
}

/** The no of the exchange in whichever face it came: problem details, a TAXII error, an OAuth error. */
async function refusalOf(response: Response): Promise<Answered> {
  const body = objectIn(await response.text());
  const text = (name: string, of: JsonObject = body): string | undefined => {
    const value = of[name];
    return typeof value === "string" ? value : undefined;
  };
  const details = isObject(body["details"]) ? body["details"] : body;
  const [pointer, rule, subject] = [text("pointer", details), text("rule", details), text("subject", details)];
  const sentence = text("detail") ?? text("description") ?? text("error_description") ?? text("title");
  return new Answered(
    response.status,
    codeIn(text("code") ?? text("error_code"), text("error")) ?? codeOfStatus(response.status),
    sentence ?? `The exchange answered with status ${response.status}.`,
    {
      ...(pointer === undefined ? {} : { pointer }),
      ...(rule === undefined ? {} : { rule }),
      ...(subject === undefined ? {} : { subject }),
    },
  );
}

function objectIn(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {}; // a proxy's page: the status alone speaks
  }
}

function codeIn(code: string | undefined, tokenError: string | undefined): RefusalCode | null {
  if (code !== undefined && Object.hasOwn(statusOfCode, code)) return code as RefusalCode; // a key of the table
  return tokenError === undefined ? null : codeOfTokenError(tokenError);
}

/** For what came from something between us and the exchange. */
function codeOfStatus(status: number): RefusalCode {
  switch (status) {
    case 401:
      return "unauthenticated";
    case 403:
      return "forbidden";
    case 404:
      return "not-found";
    case 409:
      return "conflict";
    case 413:
      return "limit";
    case 429:
      return "busy";
    default:
      return status >= 500 ? "unavailable" : "invalid";
  }
}
