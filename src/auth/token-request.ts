// What comes to the token door: POST /oauth/token with client_credentials and private_key_jwt (RFC 6749 §3.2, §4.4;
// RFC 7521 §4.2; RFC 8707 §2), read strictly into a type. exchange/issue-token and http/oauth rely on it.

import { text } from "../encoding/bytes.ts";
import { Refusal } from "../refusal.ts";

/** Largest body that is read. */
export const tokenRequestBytesMax = 16_384;

/** Most parameters of one request, ignored ones included. */
export const tokenRequestParametersMax = 32;

export const jwtBearerAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** A request as it arrived; its body is not longer than `tokenRequestBytesMax` if the door kept the limit. */
export interface RawTokenRequest {
  readonly contentType: string | null | undefined;
  /** The Authorization header, if any: no client of ours has a use for it here. */
  readonly authorization: string | null | undefined;
  readonly body: Uint8Array;
}

export interface ClientCredentialsRequest {
  readonly grant: "client_credentials";
  /** Not verified yet. */
  readonly clientAssertion: string;
  /** `client_id`, where it was sent: to be compared with the assertion's. */
  readonly clientId: string | undefined;
  /** As sent; absent asks for all of the role. */
  readonly scope: string | undefined;
  /** RFC 8707; absent asks for the exchange's only resource. */
  readonly resource: string | undefined;
}

/** One member a grant. */
export type TokenRequest = ClientCredentialsRequest;

/**
 * The typed request in a raw one.
 * @throws {Refusal} invalid-request: not a form, a limit, a parameter twice, no grant_type · unsupported-grant: another
 * grant · invalid-client: no assertion, another kind of assertion, a secret or a header beside it. `subject` names the
 * parameter
 */
export function parseTokenRequest(raw: RawTokenRequest): TokenRequest {
  const form = parseForm(raw);
  const grantType = form.get("grant_type");
  if (grantType === undefined) throw invalidRequest("grant_type", "The request has no grant_type.");
  if (grantType !== "client_credentials") {
    throw new Refusal("unsupported-grant", "The grant_type is client_credentials.", { subject: "grant_type" });
  }
  // RFC 6749 §2.3: a client must not use more than one method of authentication.
  if (raw.authorization) {
    throw invalidClient(
      "Authorization",
      "Clients authenticate by a client_assertion, without an Authorization header.",
    );
  }
  if (form.has("client_secret")) {
    throw invalidClient("client_secret", "Clients have no secrets here: they authenticate by a client_assertion.");
  }
  const clientAssertion = form.get("client_assertion");
  if (clientAssertion === undefined) throw invalidClient("client_assertion", "The request has no client_assertion.");
  if (form.get("client_assertion_type") !== jwtBearerAssertionType) {
    throw invalidClient("client_assertion_type", `The client_assertion_type is ${jwtBearerAssertionType}.`);
  }
  return {
    grant: "client_credentials",
    clientAssertion,
    clientId: form.get("client_id"),
    scope: form.get("scope"),
    resource: form.get("resource"),
  };
}

/**
 * The audience of the token: the resource that was asked for, which must be ours to the letter.
 * @throws {Refusal} invalid-request, rule invalid_target (RFC 8707 §2)
 */
export function chooseResource(requested: string | undefined, resource: string): string {
  if (requested === undefined || requested === resource) return resource;
  throw new Refusal("invalid-request", `The resource is ${resource}.`, { rule: "invalid_target", subject: "resource" });
}

/** The parameters with a value. One without is treated as omitted (RFC 6749 §3.2); a name twice is refused even then. */
function parseForm(raw: RawTokenRequest): ReadonlyMap<string, string> {
  if (!/^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i.test(raw.contentType ?? "")) {
    throw invalidRequest("Content-Type", "The Content-Type is application/x-www-form-urlencoded.");
  }
  if (raw.body.length > tokenRequestBytesMax) {
    throw invalidRequest("body", `The body is longer than ${tokenRequestBytesMax} bytes.`);
  }
  const pairs = formText(raw.body).split("&", tokenRequestParametersMax + 1);
  if (pairs.length > tokenRequestParametersMax) {
    throw invalidRequest("body", `The request has more than ${tokenRequestParametersMax} parameters.`);
  }
  const form = new Map<string, string>();
  const seen = new Set<string>();
  for (const pair of pairs) {
    if (pair === "") continue;
    const [name, value] = parsePair(pair);
    if (seen.has(name)) throw invalidRequest("body", "The request has a parameter twice.");
    seen.add(name);
    if (value !== "") form.set(name, value);
  }
  return form;
}

function formText(body: Uint8Array): string {
  // A form is ASCII (RFC 6749 appendix B); a raw byte beyond it reads differently in different programs.
  if (body.some((byte) => byte < 0x20 || byte > 0x7e)) {
    throw invalidRequest("body", "The body holds bytes that a form has only percent-encoded.");
  }
  return text(body);
}

function parsePair(pair: string): readonly [name: string, value: string] {
  const equals = pair.indexOf("=");
  const name = equals < 0 ? pair : pair.slice(0, equals);
  return [decode(name), equals < 0 ? "" : decode(pair.slice(equals + 1))];
}

function decode(encoded: string): string {
  try {
    // Throws for a % without two digits and for bytes that are not UTF-8, which URLSearchParams would replace.
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw invalidRequest("body", "The body is not percent-encoded UTF-8.");
  }
}

function invalidRequest(subject: string, sentence: string): Refusal {
  return new Refusal("invalid-request", sentence, { subject });
}

function invalidClient(subject: string, sentence: string): Refusal {
  return new Refusal("invalid-client", sentence, { rule: "method", subject });
}
