// A contact: a person at a state (a point of contact), as the secretariat keeps the register. No client's rights come from
// it: until people sign in to the console, a contact acts through a client of its own.

import type { Json } from "../encoding/json.ts";
import { openForm, readFlag, readLine } from "./form.ts";
import { nameLengthMax } from "./state.ts";

export const addressLengthMax = 254;

export interface Contact {
  readonly id: string;
  /** Code of the party. */
  readonly party: string;
  readonly name: string;
  /** How to reach the person; shown to members, never parsed. */
  readonly address: string;
  /** Whether the state cleared the person for TLP:RED. */
  readonly cleared: boolean;
}

export type ContactRegistration = Pick<Contact, "name" | "address" | "cleared">;

/**
 * Reads a contact's registration: `{"name", "address", "cleared"?}`.
 * @throws {Refusal} invalid, with pointer: what a form refuses
 */
export function parseContactRegistration(value: Json): ContactRegistration {
  const form = openForm(value, [], "A contact’s registration", ["name", "address", "cleared"]);
  return {
    name: readLine(form["name"], ["name"], "The contact’s name", nameLengthMax),
    address: readLine(form["address"], ["address"], "The address", addressLengthMax),
    cleared: form["cleared"] === undefined ? false : readFlag(form["cleared"], ["cleared"], "cleared"),
  };
}
