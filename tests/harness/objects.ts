// STIX objects for stories, small and valid.
import type { JsonObject } from "../../src/encoding/json.ts";

export const tlp = {
  clear: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
  green: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
  amber: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
  "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
  red: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
} as const;

export type TlpLevel = keyof typeof tlp;

/** The n-th UUID of version 4 of a test. */
export function uuid(n: number): string {
  return `${n.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
}

const time = "2026-11-01T00:00:00.000Z";

export function marked(level: TlpLevel | null): JsonObject {
  return level === null ? {} : { object_marking_refs: [tlp[level]] };
}

export function indicator(n: number, level: TlpLevel | null, more: JsonObject = {}): JsonObject & { id: string } {
  return {
    type: "indicator",
    spec_version: "2.1",
    id: `indicator--${uuid(n)}`,
    created: time,
    modified: time,
    name: `Indicator ${n}`,
    pattern: `[ipv4-addr:value = '198.51.100.${n % 256}']`,
    pattern_type: "stix",
    valid_from: time,
    ...marked(level),
    ...more,
  };
}

export function malware(n: number, level: TlpLevel | null, more: JsonObject = {}): JsonObject & { id: string } {
  return {
    type: "malware",
    spec_version: "2.1",
    id: `malware--${uuid(n)}`,
    created: time,
    modified: time,
    name: `Malware ${n}`,
    is_family: false,
    ...marked(level),
    ...more,
  };
}

export function relationship(
  n: number,
  from: string,
  to: string,
  level: TlpLevel | null,
  more: JsonObject = {},
): JsonObject & { id: string } {
  return {
    type: "relationship",
    spec_version: "2.1",
    id: `relationship--${uuid(n)}`,
    created: time,
    modified: time,
    relationship_type: "related-to",
    source_ref: from,
    target_ref: to,
    ...marked(level),
    ...more,
  };
}

export function report(
  n: number,
  refs: readonly string[],
  level: TlpLevel | null,
  more: JsonObject = {},
): JsonObject & { id: string } {
  return {
    type: "report",
    spec_version: "2.1",
    id: `report--${uuid(n)}`,
    created: time,
    modified: time,
    name: `Report ${n}`,
    published: time,
    object_refs: [...refs],
    ...marked(level),
    ...more,
  };
}

/** The next version of an object: n minutes later. */
export function later<T extends JsonObject>(object: T, minutes: number, more: JsonObject = {}): T {
  return { ...object, ...more, modified: `2026-11-01T00:${String(minutes).padStart(2, "0")}:00.000Z` };
}
