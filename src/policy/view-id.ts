// What a recipient knows an object by when it does not have the whole: an id of its own, and versions of that id (policy.md,
// Renditions). The key is the exchange's; whoever has it not cannot tell which id a derived one stands for.

import { parseTimestamp, versionKey } from "../encoding/timestamp.ts";
import { uuid4 } from "../encoding/uuid.ts";
import type { StixObject } from "../stix/object.ts";
import { sameContent } from "../stix/version.ts";

/** HMAC-SHA256 under the exchange's key for views. */
export type ViewHmac = (message: string) => Uint8Array;

/**
 * The id by which a recipient knows an object whose rendition is not the whole: of version 4's shape, the same in every
 * version and collection, strange to everyone else. `generation` counts the derived ids of the object that ended for this
 * recipient (policy.md, Renditions).
 */
export function derivedId(hmac: ViewHmac, recipient: string, generation: number, id: string): string {
  // As JSON the three cannot run into each other.
  const bytes = hmac(JSON.stringify(["view", recipient, generation, id]));
  return `${id.slice(0, id.indexOf("--"))}--${uuid4(bytes.slice(0, 16))}`;
}

/**
 * The `modified` of the next derived version: the later of the owner's and the last derived one plus a millisecond.
 * @param last `modified` of the last version under this derived id, or null where there is none
 * @throws {Refusal} malformed: one of them is no timestamp
 */
export function derivedModified(owners: string, last: string | null): string {
  if (last === null) return owners;
  const next = plusMillisecond(last.replace(APART, "$1Z"));
  return versionKey(owners) > versionKey(next) ? owners : next;
}

/** Digits of a second that any contributor may be expected to write; what follows them tells readers' versions apart. */
const DIGITS = 9;
const APART = /(\.[0-9]{9})[0-9]+Z$/;

/**
 * A `modified` for one reader alone where others of its party know the same id and are given other content: no later version
 * of theirs, which is made without looking at this reader, can have it. In tenths of a nanosecond, by the reader's ceiling.
 */
export function apartFromOthers(modified: string, ceiling: number): string {
  const [second = "", fraction = ""] = modified.slice(0, -1).split(".");
  return `${second}.${fraction.padEnd(DIGITS, "0")}${ceiling + 1}Z`;
}

/** Whether a rendition says anything else than the last derived version: only then is it a version of its own. */
export function isNextVersion(last: StixObject, next: StixObject): boolean {
  return !sameContent({ ...next, modified: "" }, { ...last, modified: "" });
}

// On the text, so that no digit is lost and no year is too late: only the whole second is counted.
function plusMillisecond(time: string): string {
  const fraction = /\.([0-9]+)Z$/.exec(time)?.[1] ?? "";
  const millis = Number(fraction.slice(0, 3).padEnd(3, "0")) + 1;
  const below = fraction.slice(3);
  if (millis < 1000) return `${time.slice(0, 19)}.${String(millis).padStart(3, "0")}${below}Z`;
  const second = parseTimestamp(`${time.slice(0, 19)}Z`);
  const next = new Date(((second?.micros ?? 0) / 1_000_000 + 1) * 1000).toISOString();
  // After the last second of the year 9999 there is none that RFC 3339 can write: a longer fraction is later, too.
  return next.length === 24 ? `${next.slice(0, 19)}.000${below}Z` : `${time.slice(0, -1)}1Z`;
}
