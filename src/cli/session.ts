// A client's session with an exchange: its file, an access token that is renewed in time, requests. Everything but init,
// migrate and serve works through it, under the caller's role.
import { readFileSync } from "node:fs";
import { signAssertion } from "../auth/client-assertion.ts";
import { importSigningKey, type SigningKey } from "../auth/key.ts";
import { tokenPath } from "../auth/metadata.ts";
import { jwtBearerAssertionType } from "../auth/token-request.ts";
import type { TokenResponse } from "../auth/token-response.ts";
import { formatBase64url } from "../encoding/base64.ts";
import { isObject } from "../encoding/json.ts";
import { type ClientFile, parseClientFile } from "../node/client-file.ts";
import { now } from "../node/clock.ts";
import { Refusal, type RefusalCode } from "../refusal.ts";
import { taxiiMediaType } from "../taxii/media-type.ts";
import type { Io } from "./io.ts";

/** How long one request may take, in milliseconds. */
export const REQUEST_WITHIN = 120_000;
/** Seconds before its end at which a token is renewed. */
const RENEW_BEFORE = 20;

/** A no that the exchange said, with its status. */
export class Answered extends Refusal {
  readonly status: number;
  constructor(status: number, code: RefusalCode, sentence: string, pointer?: string) {
    super(code, sentence, pointer === undefined ? {} : { pointer });
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

  /** A request under the token; an answer outside of 2xx is thrown. @throws {Answered} the exchange's no */
  async request(
    method: string,
    path: string,
    init: { body?: string; type?: string; taxii?: boolean } = {},
  ): Promise<Response> {
    const { access_token } = await this.token();
    const headers: Record<string, string> = {
      Authorization: `Bearer ${access_token}`,
      Accept: init.taxii === true ? taxiiMediaType : "application/json, text/plain, application/octet-stream",
      "User-Agent": "serai",
    };
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
 * @throws {Refusal} invalid-request: none is named, or it cannot be read
 */
export async function openSession(io: Io, named: string | undefined): Promise<Session> {
  const path = named ?? io.env["SERAI_CLIENT"];
  if (path === undefined || path === "")
    throw new Refusal("invalid-client", "Name your client file with --client FILE, or in SERAI_CLIENT.");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Refusal("invalid-client", `The client file cannot be read: ${path}.`, { cause });
  }
  const file = parseClientFile(text);
  return new Session(file, await importSigningKey(file.key));
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
  const text = await response.text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const body = isObject(value) ? value : {};
  const sentence = body["detail"] ?? body["description"] ?? body["error_description"] ?? body["title"];
  const pointer = isObject(body["details"]) ? body["details"]["pointer"] : body["pointer"];
  const code: RefusalCode =
    response.status === 401
      ? "unauthenticated"
      : response.status === 403
        ? "forbidden"
        : response.status === 404
          ? "not-found"
          : response.status >= 500
            ? "unavailable"
            : "invalid";
  return new Answered(
    response.status,
    code,
    typeof sentence === "string" ? sentence : `The exchange answered with status ${response.status}.`,
    typeof pointer === "string" ? pointer : undefined,
  );
}
