// A party: a member state, the secretariat, or the exchange itself. Membership is data: intervals of time in which the
// party takes part. Whoever decides or serves reads a party from the Directory, never from what a caller says.

import { isUuid } from "../encoding/uuid.ts";
import type { Json } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { openForm, type Path, readLine, readSet, refuseAt, shown } from "./form.ts";
import { assignedCodes, isStateCode } from "./iso.ts";
import { readNetworks } from "./network.ts";
import { suggestion } from "./suggest.ts";

/** Database numbers that are the same in every exchange; states are numbered after them. */
export const exchangeNumber = 1;
export const secretariatNumber = 2;

export const nameLengthMax = 120;
export const identitiesMax = 50;

export type PartyKind = "state" | "secretariat" | "exchange";

/** A name in the three languages of the conference. */
export interface Name {
  readonly en: string;
  readonly ru: string;
  readonly kk: string;
}

/** Half-open: a party that joins and leaves at the same microsecond never was a member. `until` null: still one. */
export interface Interval {
  readonly from: Micros;
  readonly until: Micros | null;
}

export interface Party {
  /** Number in the database. */
  readonly n: number;
  /** ISO 3166-1 alpha-2 for a state; "secretariat"; "exchange". */
  readonly code: string;
  readonly kind: PartyKind;
  readonly name: Name;
  /** STIX identities that it registered (own-voice). */
  readonly identities: readonly string[];
  /** When it takes part. Suspension and leaving end an interval, re-admission begins another. */
  readonly intervals: readonly Interval[];
}

/** Whether the party takes part at this time: it may be given new releases, and is served. */
export function isActive(party: Party, at: Micros): boolean {
  return party.intervals.some((interval) => isWithin(interval, at));
}

/** From its first microsecond on, until before its last. */
export function isWithin({ from, until }: Interval, at: Micros): boolean {
  return from <= at && (until === null || at < until);
}

/** What the secretariat says of a state that it admits. */
export interface StateRegistration {
  readonly code: string;
  readonly name: Name;
  readonly identities: readonly string[];
  /** Its published networks, in CIDR notation. */
  readonly networks: readonly string[];
}

/**
 * Reads a state's registration: `{"code", "name": {"en", "ru", "kk"}, "identities"?, "networks"?}`.
 * @throws {Refusal} invalid, with pointer: `state-code`, `identity`, `network`, or what a form refuses
 */
export function parseStateRegistration(value: Json): StateRegistration {
  const form = openForm(value, [], "A state’s registration", ["code", "name", "identities", "networks"]);
  return {
    code: readStateCode(form["code"], ["code"]),
    name: readName(form["name"], ["name"]),
    identities: form["identities"] === undefined ? [] : readIdentities(form["identities"], ["identities"]),
    networks: form["networks"] === undefined ? [] : readNetworks(form["networks"], ["networks"]),
  };
}

/** @throws {Refusal} invalid `state-code` */
export function readStateCode(value: Json | undefined, path: Path): string {
  if (typeof value !== "string") refuseAt(path, "state-code", "A state is given by its two-letter code.");
  if (isStateCode(value)) return value;
  refuseAt(path, "state-code", `${shown(value)} is not a state code${suggestion(value, assignedCodes)}`);
}

/** @throws {Refusal} invalid `identity` */
export function readIdentities(value: Json | undefined, path: Path): readonly string[] {
  return readSet(value, path, "The list of identities", { itemsMin: 0, itemsMax: identitiesMax }, readIdentity);
}

/** @throws {Refusal} invalid `identity`: not the id of a STIX identity */
export function readIdentity(value: Json, path: Path): string {
  if (typeof value === "string" && value.startsWith("identity--") && isUuid(value.slice("identity--".length))) {
    return value;
  }
  refuseAt(path, "identity", "An identity is given by its STIX id: identity-- and a UUID.");
}

function readName(value: Json | undefined, path: Path): Name {
  const form = openForm(value, path, "A name", ["en", "ru", "kk"]);
  return {
    en: readLine(form["en"], [...path, "en"], "The English name", nameLengthMax),
    ru: readLine(form["ru"], [...path, "ru"], "The Russian name", nameLengthMax),
    kk: readLine(form["kk"], [...path, "kk"], "The Kazakh name", nameLengthMax),
  };
}
