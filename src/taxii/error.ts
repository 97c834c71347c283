// The error message (TAXII 2.1 §3.6.1): the face of a refusal under an API root, and what a client can read of one that
// any server sent. A thing that is absent and one that is hidden give the same bytes.

import { type JsonObject, isObject, parseStrict } from "../encoding/json.ts";
import type { Refusal, RefusalCode } from "../refusal.ts";
import { RESOURCE_LIMITS, shortened } from "./resource.ts";

/** UTF-16 units of a description. */
export const ERROR_DESCRIPTION_LENGTH_MAX = 1_000;

/** UTF-16 units of one value in `details`. */
export const ERROR_DETAIL_LENGTH_MAX = 500;

export interface ErrorMessage {
  readonly title: string;
  readonly description?: string | undefined;
  /** Names this occurrence, so that it can be found in the operator's log. */
  readonly error_id?: string | undefined;
  /** The refusal's code; programs match on it. */
  readonly error_code?: string | undefined;
  /** Three digits, equal to the status of the answer. */
  readonly http_status?: string | undefined;
  readonly external_details?: string | undefined;
  readonly details?: JsonObject | undefined;
}

/**
 * The JSON text of a refusal's error message, as `errorMessage` has it.
 * @throws {TypeError} when the status is not one of an error
 */
export function formatTaxiiError(refusal: Refusal, httpStatus: number, errorId?: string): string {
  return JSON.stringify(errorMessage(refusal, httpStatus, errorId));
}

/**
 * The error message of a refusal. Of `not-found` nothing is told but that: no sentence, pointer, subject or id of the
 * refusal, so that what a caller may not see cannot be told from what is not there (appendix B).
 * @param httpStatus the status that the answer has, 400 to 599
 * @throws {TypeError} when it is not a status of an error
 */
export function errorMessage(refusal: Refusal, httpStatus: number, errorId?: string): ErrorMessage {
  const title = titles[refusal.code];
  if (refusal.code === "not-found") {
    return {
      title,
      description: "There is nothing here for this caller.",
      error_code: refusal.code,
      http_status: statusText(httpStatus),
    };
  }
  const details = Object.entries({ pointer: refusal.pointer, rule: refusal.rule, subject: refusal.subject }).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, shortened(value, ERROR_DETAIL_LENGTH_MAX)] as const]),
  );
  return {
    title,
    description: shortened(refusal.message, ERROR_DESCRIPTION_LENGTH_MAX),
    error_id: errorId,
    error_code: refusal.code,
    http_status: statusText(httpStatus),
    details: details.length === 0 ? undefined : Object.fromEntries(details),
  };
}

/**
 * What can be read of an error that a server sent, or null where it is no error message at all: HTML, nothing, or JSON of
 * another kind. A missing title, which some servers forget, is told by the code or the description instead; a member of
 * the wrong type is passed over, since what went wrong should not be hidden by how it is told.
 */
export function parseTaxiiError(input: Uint8Array | string): ErrorMessage | null {
  const members = readObject(input);
  if (members === null) return null;
  const member = (name: string): string | undefined => {
    const value = Object.hasOwn(members, name) ? members[name] : undefined;
    return typeof value === "string" && value !== "" ? shortened(value, ERROR_DESCRIPTION_LENGTH_MAX) : undefined;
  };
  const title = member("title") ?? member("description") ?? member("error_code");
  if (title === undefined) return null;
  return {
    title,
    description: member("description"),
    error_id: member("error_id"),
    error_code: member("error_code"),
    http_status: member("http_status"),
    external_details: member("external_details"),
    details: isObject(members["details"]) ? members["details"] : undefined,
  };
}

// One title for each code: a new code does not compile without its own.
const titles = {
  malformed: "Malformed request",
  limit: "Limit exceeded",
  invalid: "Invalid content",
  unsupported: "Not supported",
  "media-type": "Media type not accepted",
  "not-acceptable": "No acceptable media type",
  method: "Method not allowed",
  unauthenticated: "Authentication required",
  forbidden: "Not allowed",
  "invalid-client": "Client not authenticated",
  "invalid-grant": "Grant not valid",
  "invalid-scope": "Scope not valid",
  "unsupported-grant": "Grant type not supported",
  "invalid-request": "Invalid request",
  "not-found": "Not found",
  conflict: "Conflict",
  busy: "Busy",
  unavailable: "Not available",
} satisfies Record<RefusalCode, string>;

function statusText(httpStatus: number): string {
  if (!Number.isInteger(httpStatus) || httpStatus < 400 || httpStatus > 599) {
    throw new TypeError("An error has a status from 400 to 599.");
  }
  return String(httpStatus);
}

function readObject(input: Uint8Array | string): JsonObject | null {
  try {
    const { value } = parseStrict(input, RESOURCE_LIMITS);
    return isObject(value) ? value : null;
  } catch {
    // Not JSON: whatever stands there, the status of the answer says what the client has to know.
    return null;
  }
}
