// The status resource (TAXII 2.1 §4.3.1): what became of each object of a contribution. taxii2-client refuses one whose
// counts do not add up or do not match its lists, so a status is built from the outcomes and from nothing else.

import { type Micros, formatMicros } from "../encoding/timestamp.ts";
import {
  type Resource,
  isIdentifier,
  listed,
  misformed,
  optionalText,
  parseResource,
  requiredCount,
  requiredIdentifier,
  requiredText,
  requiredTimestamp,
  resourceList,
  shortened,
} from "./resource.ts";

/** UTF-16 units of a message; a longer one is cut. */
export const STATUS_MESSAGE_LENGTH_MAX = 500;

/** UTF-16 units of an object's id: a type of 250 characters, `--` and a UUID. */
export const STATUS_ID_LENGTH_MAX = 288;

/** UTF-16 units of a version. */
export const STATUS_VERSION_LENGTH_MAX = 64;

export interface StatusDetails {
  /** The STIX id; for what has none, its place in the envelope as a JSON pointer (§4.3.1 leaves it to the server). */
  readonly id: string;
  readonly version: string;
  readonly message?: string | undefined;
}

export interface Status {
  /** UUID of version 4. */
  readonly id: string;
  /** `complete`: this resource will not change any more. */
  readonly status: "complete" | "pending";
  readonly request_timestamp?: Micros | undefined;
  readonly total_count: number;
  readonly success_count: number;
  readonly successes: readonly StatusDetails[];
  readonly failure_count: number;
  readonly failures: readonly StatusDetails[];
  readonly pending_count: number;
  readonly pendings: readonly StatusDetails[];
  /** Custom property (§7.1): the receipt of the contribution, by which its entry can be proved. */
  readonly x_serai_receipt?: string | undefined;
}

/** What became of one object. */
export interface Outcome {
  readonly result: "success" | "failure" | "pending";
  readonly id: string;
  /** `modified`, else `created`; null for an object that has neither and did not get a version from the store. */
  readonly version: string | null;
  readonly message?: string | undefined;
}

export interface StatusRequest {
  readonly id: string;
  readonly requestedAt: Micros;
  readonly outcomes: readonly Outcome[];
  readonly receipt?: string | undefined;
}

/**
 * The status of a contribution. Lists keep the order of the outcomes, counts are their lengths, and it is `complete` when
 * nothing is pending. An object without any version is listed under the time of the request, which is the same each time
 * that this status is read.
 */
export function statusOf(request: StatusRequest): Status {
  const details = (result: Outcome["result"]): readonly StatusDetails[] =>
    request.outcomes
      .filter((outcome) => outcome.result === result)
      .map(({ id, version, message }) => ({
        id: shortened(id, STATUS_ID_LENGTH_MAX),
        version: shortened(version ?? formatMicros(request.requestedAt), STATUS_VERSION_LENGTH_MAX),
        message: message === undefined ? undefined : shortened(message, STATUS_MESSAGE_LENGTH_MAX),
      }));
  const successes = details("success");
  const failures = details("failure");
  const pendings = details("pending");
  return {
    id: request.id,
    status: pendings.length === 0 ? "complete" : "pending",
    request_timestamp: request.requestedAt,
    total_count: request.outcomes.length,
    success_count: successes.length,
    successes,
    failure_count: failures.length,
    failures,
    pending_count: pendings.length,
    pendings,
    x_serai_receipt: request.receipt,
  };
}

/**
 * The JSON text of a status resource; empty lists are left out (§2).
 * @throws {TypeError} when the id is not a UUID of version 4 or the counts do not add up
 */
export function formatStatus(status: Status): string {
  if (!isIdentifier(status.id)) throw new TypeError("The id of a status is a UUID of version 4.");
  const fault = countFault(status);
  if (fault !== null) throw new TypeError(`A status is not consistent at ${fault}.`);
  const { request_timestamp: at, successes, failures, pendings } = status;
  return JSON.stringify({
    id: status.id,
    status: status.status,
    request_timestamp: at === undefined ? undefined : formatMicros(at),
    total_count: status.total_count,
    success_count: status.success_count,
    successes: listed(successes),
    failure_count: status.failure_count,
    failures: listed(failures),
    pending_count: status.pending_count,
    pendings: listed(pendings),
    x_serai_receipt: status.x_serai_receipt,
  });
}

/**
 * Reads a status resource.
 * @throws {Refusal} malformed: not of that form, or counts that do not add up or do not match the lists; limit
 */
export function parseStatus(input: Uint8Array | string): Status {
  const resource = parseResource(input);
  const state = requiredText(resource, "status");
  if (state !== "complete" && state !== "pending") throw misformed(["status"], "is neither complete nor pending");
  const status: Status = {
    id: requiredIdentifier(resource, "id"),
    status: state,
    request_timestamp:
      optionalText(resource, "request_timestamp") === undefined
        ? undefined
        : requiredTimestamp(resource, "request_timestamp"),
    total_count: requiredCount(resource, "total_count"),
    success_count: requiredCount(resource, "success_count"),
    successes: readDetails(resource, "successes"),
    failure_count: requiredCount(resource, "failure_count"),
    failures: readDetails(resource, "failures"),
    pending_count: requiredCount(resource, "pending_count"),
    pendings: readDetails(resource, "pendings"),
    x_serai_receipt: optionalText(resource, "x_serai_receipt"),
  };
  const fault = countFault(status);
  if (fault !== null) throw misformed([fault], "does not add up");
  return status;
}

function readDetails(resource: Resource, name: string): readonly StatusDetails[] {
  return resourceList(resource, name).map((details) => ({
    id: requiredText(details, "id"),
    // The standard requires it and forgets it in its own example (§5.5).
    version: optionalText(details, "version") ?? "",
    message: optionalText(details, "message"),
  }));
}

// The name of the first count that is wrong. A list may be left out as a whole (§4.3.1), so only one that is there counts.
function countFault(status: Status): string | null {
  const { success_count: successes, failure_count: failures, pending_count: pendings } = status;
  if (successes + failures + pendings !== status.total_count) return "total_count";
  if (status.successes.length > 0 && status.successes.length !== successes) return "success_count";
  if (status.failures.length > 0 && status.failures.length !== failures) return "failure_count";
  if (status.pendings.length > 0 && status.pendings.length !== pendings) return "pending_count";
  return status.status === "complete" && pendings > 0 ? "status" : null;
}
