// How a refusal leaves: the one table from code to HTTP status, and its four faces — a TAXII error message under API
// roots (TAXII 2.1 §3.6.1), RFC 6749 §5.2 JSON at the token door, RFC 9457 problem details elsewhere (and, later, a page).
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { challengeOf, formatChallenge } from "../auth/authorization.ts";
import { tokenErrorResponse } from "../auth/token-response.ts";
import { API_ROOT_PATH } from "../exchange/exchange.ts";
import { Refusal, type RefusalCode } from "../refusal.ts";
import { formatTaxiiError } from "../taxii/error.ts";
import { taxiiMediaType } from "../taxii/media-type.ts";

export const statusOfCode = {
  malformed: 400,
  limit: 413,
  invalid: 422,
  unsupported: 422,
  "media-type": 415,
  "not-acceptable": 406,
  method: 405,
  unauthenticated: 401,
  forbidden: 403,
  "invalid-client": 401,
  "invalid-grant": 400,
  "invalid-scope": 400,
  "unsupported-grant": 400,
  "invalid-request": 400,
  "not-found": 404,
  conflict: 409,
  busy: 503,
  unavailable: 503,
} as const satisfies Record<RefusalCode, ContentfulStatusCode>;

/**
 * 413 is for the length of a body alone: one within max_content_length must not get it (TAXII 2.1 §4.2.1), however deep or
 * many its parts.
 */
function statusOf(refusal: Refusal): ContentfulStatusCode {
  return refusal.code === "limit" && refusal.rule !== "body" ? 422 : statusOfCode[refusal.code];
}

/**
 * What an error that is a bug says: nothing of its cause. It may have come after a commit (a receipt that could not be made, an
 * answer that could not be written), so it never says that nothing was changed. Sending again does no harm: an act that took
 * effect is answered as done the second time (exchange-model, idempotent), or refused; a policy that is set twice is the same.
 */
const bugs = {
  read: new Refusal("unavailable", "The exchange failed. The same request may be sent again."),
  change: new Refusal(
    "unavailable",
    "The exchange failed, and it is not known whether the request took effect. The same request may be sent again without harm.",
  ),
  // An assertion is used once, whether or not its token came.
  token: new Refusal("unavailable", "The exchange failed. Ask again, with a new assertion."),
} as const;
const BUG_STATUS = 500;

export type Face = "taxii" | "oauth" | "problem";

/** The face of what is answered at a path of no door, or before there are doors. */
export function faceOf(path: string): Face {
  return path.startsWith(API_ROOT_PATH) || path.startsWith("/taxii2") ? "taxii" : "problem";
}

function bugOf(face: Face, method: string): Refusal {
  if (face === "oauth") return bugs.token;
  return method === "GET" || method === "HEAD" ? bugs.read : bugs.change;
}

/** Headers that every answer carries: nothing here is for a browser to render, guess at or keep. */
export const commonHeaders: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
};

/** The answer to a refusal, or to a bug, in the face of its door. @param method of the request */
export function answerError(error: unknown, face: Face, resourceMetadata: string, method: string): Response {
  const expected = error instanceof Refusal;
  const refusal = expected ? error : bugOf(face, method);
  const status = expected ? statusOf(refusal) : BUG_STATUS;
  const headers: Record<string, string> = { ...commonHeaders };
  const challenge = challengeOf(refusal, resourceMetadata);
  if (challenge !== null) headers["WWW-Authenticate"] = formatChallenge(challenge);
  else if (status === 401) headers["WWW-Authenticate"] = formatChallenge({ resourceMetadata });
  if (refusal.code === "method" && refusal.subject !== undefined) headers["Allow"] = refusal.subject;
  if (status === 503) headers["Retry-After"] = "1";
  return new Response(bodyOf(refusal, face, status, headers), { status, headers });
}

function bodyOf(refusal: Refusal, face: Face, status: number, headers: Record<string, string>): string {
  if (face === "taxii") {
    headers["Content-Type"] = taxiiMediaType;
    return formatTaxiiError(refusal, status);
  }
  if (face === "oauth") {
    headers["Content-Type"] = "application/json";
    return JSON.stringify(tokenErrorResponse(refusal));
  }
  headers["Content-Type"] = "application/problem+json";
  return JSON.stringify({
    type: "about:blank",
    title: titles[status] ?? "Error",
    status,
    detail: refusal.message,
    code: refusal.code,
    pointer: refusal.pointer,
    rule: refusal.rule,
    subject: refusal.subject,
  });
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** JSON of the exchange's own API. */
export function answerJson(
  value: unknown,
  status: ContentfulStatusCode = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: { ...commonHeaders, ...headers, "Content-Type": "application/json" },
  });
}

/** A TAXII resource, already formatted. */
export function answerTaxii(
  body: string | Uint8Array<ArrayBuffer>,
  status: ContentfulStatusCode = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { ...commonHeaders, ...headers, "Content-Type": taxiiMediaType } });
}
