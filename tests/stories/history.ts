// A history as data: what five states do to an exchange, one step after the other. Made by a seed, told to the oracle and
// played on an exchange; any part of it is a history again, so that one that disagrees can be made small.
import type { JsonObject } from "../../src/encoding/json.ts";
import type { Micros } from "../../src/encoding/timestamp.ts";
import { tlp, uuid } from "../harness/objects.ts";
import type { HistoryEvent, Oracle } from "../harness/oracle.ts";
import type { Outcome } from "../harness/oracle-intake.ts";
import type { OraclePolicy } from "../harness/oracle-rules.ts";
import type { Viewer } from "../harness/oracle-view.ts";

export type Step =
  | { readonly act: "join"; readonly state: string }
  | { readonly act: "suspend"; readonly state: string }
  | { readonly act: "policy"; readonly state: string; readonly policy: OraclePolicy }
  | {
      readonly act: "contribute";
      readonly state: string;
      readonly collection: string;
      readonly objects: readonly JsonObject[];
      readonly to?: readonly string[] | undefined;
    }
  | {
      readonly act: "recall";
      readonly state: string;
      readonly collection: string;
      readonly id: string;
      readonly version?: string | undefined;
    }
  | { readonly act: "pass"; readonly hours: number }
  | { readonly act: "poll"; readonly viewer: Viewer; readonly collection: string };

export interface History {
  readonly seed: number;
  /** Whose clients ask. */
  readonly viewers: readonly Viewer[];
  readonly steps: readonly Step[];
}

export const HOUR = 3_600_000_000;
export const MINUTE = 60_000_000;
export const codes = ["KZ", "TR", "UZ", "IN", "AZ"] as const;
export const collections = ["threat-reports", "best-practices", "public"] as const;
export const vendorIdentity = `identity--${uuid(700_000)}`;
export const tlp1 = [
  "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
  "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
  "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
  "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
] as const;
/** The exchange's own: a rendition was reduced. */
export const reducedMarking = "marking-definition--5e2a1d3c-8f64-4b0e-9c57-3a7d60b1f294";
/** The markings of TLP, and the one that says of a rendition that it was reduced. */
export const commons: readonly string[] = [...Object.values(tlp), ...tlp1, reducedMarking];

/** The identity under which a state of a history is admitted. */
export function identityOf(code: string): JsonObject & { readonly id: string } {
  const n = 600_000 + [...code].reduce((sum, letter) => sum * 32 + letter.charCodeAt(0), 0);
  return {
    type: "identity",
    spec_version: "2.1",
    id: `identity--${uuid(n)}`,
    created: stamp(0),
    modified: stamp(0),
    name: `State ${code}`,
    identity_class: "organization",
  };
}

/** How long a step of time is: eleven minutes beside the hours keep every due time minutes away from every act. */
export function lengthOf(step: Extract<Step, { act: "pass" }>): Micros {
  return step.hours * HOUR + 11 * MINUTE;
}

export function tellStep(oracle: Oracle, step: Step, at: Micros): readonly Outcome[] {
  const event = eventOf(step, at);
  return event === null ? [] : oracle.tell(event);
}

function eventOf(step: Step, at: Micros): HistoryEvent | null {
  switch (step.act) {
    case "join":
      return { ...step, identity: identityOf(step.state).id, at };
    case "pass":
      return { act: "time", at };
    case "poll":
      return null;
    default:
      return { ...step, at };
  }
}

export function stamp(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 1) + minutes * 60_000).toISOString();
}

export function isOfSco(id: string): boolean {
  return id.startsWith("ipv4-addr--") || id.startsWith("domain-name--");
}
