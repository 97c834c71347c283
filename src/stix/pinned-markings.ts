// The objects of the commons that come with STIX itself: the TLP marking definitions of both versions, the extension that
// defines TLP 2.0 and the identity that published it. STIX 2.1 §7.2.1.4; oasis-open/cti-stix-common-objects
// A contribution of one of these succeeds only as the equal value, so they are kept to the letter.

import type { Json } from "../encoding/json.ts";
import { type Level, levels, tlp2ExtensionId } from "./marking.ts";
import type { StixObject } from "./object.ts";

const tlp1Created = "2017-01-20T00:00:00.000Z";
const tlp2Created = "2022-10-01T00:00:00.000Z";
const publisherId = "identity--b3bca3c2-1f3d-4b54-b44f-dac42c3a8f01";

const tlp1Ids = {
  white: "613f2e26-407d-48c7-9eca-b8e91df99dc9",
  green: "34098fce-860f-48ae-8e50-ebd3cc5e41da",
  amber: "f88d31f6-486f-44da-b317-01333bde0b82",
  red: "5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
} as const;

export const tlp2Ids: Readonly<Record<Level, string>> = {
  clear: "94868c89-83c2-464b-929b-a1a8aa3c8487",
  green: "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
  amber: "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
  "amber+strict": "939a9414-2ddd-4d32-a0cd-375ea402b003",
  red: "e828b379-4e03-4974-9ac4-e53a884c97c1",
};

/** The four marking definitions of TLP 1.0, the only ones of `definition_type` tlp that may exist. STIX 2.1 §7.2.1.4 */
export const tlp1Markings: readonly StixObject[] = Object.entries(tlp1Ids).map(([level, uuid]) => ({
  type: "marking-definition",
  spec_version: "2.1",
  id: `marking-definition--${uuid}`,
  created: tlp1Created,
  definition_type: "tlp",
  name: `TLP:${level.toUpperCase()}`,
  definition: { tlp: level },
}));

/** The five marking definitions of TLP 2.0. */
export const tlp2Markings: readonly StixObject[] = levels.map((level) => ({
  type: "marking-definition",
  spec_version: "2.1",
  id: `marking-definition--${tlp2Ids[level]}`,
  created: tlp2Created,
  name: `TLP:${level.toUpperCase()}`,
  extensions: { [tlp2ExtensionId]: { extension_type: "property-extension", tlp_2_0: level } },
}));

const tlp2Extension: StixObject = {
  id: tlp2ExtensionId,
  type: "extension-definition",
  spec_version: "2.1",
  name: "TLP 2.0",
  description: "This defines TLP 2.0 as a STIX extension",
  created: tlp2Created,
  modified: tlp2Created,
  created_by_ref: publisherId,
  schema:
    "https://github.com/oasis-open/cti-stix-common-objects/tree/master/extension-definition-specifications/tlp-2.0",
  version: "1.0.0",
  extension_types: ["property-extension"],
};

const publisher: StixObject = {
  type: "identity",
  spec_version: "2.1",
  id: publisherId,
  created_by_ref: publisherId,
  created: "2021-01-01T00:00:01.000Z",
  modified: "2021-01-01T00:00:01.000Z",
  name: "Cybersecurity and Infrastructure Security Agency",
  description:
    "The United States Cybersecurity and Infrastructure Security Agency (CISA) is the Nation’s risk advisor, working with partners to defend against today’s threats and collaborating to build more secure and resilient infrastructure for the future.",
  identity_class: "organization",
  sectors: ["government-national"],
  contact_information: "cyberservices@cisa.dhs.gov",
};

/** All of them: nine marking definitions, what they refer to, and whom that refers to. Every reference in it resolves. */
export const pinnedMarkings: readonly StixObject[] = [publisher, tlp2Extension, ...tlp1Markings, ...tlp2Markings].map(
  (object) => freeze(object),
);

// Shared by everyone who asks, so nobody may change them.
function freeze<T extends Json>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) freeze(part as Json);
    Object.freeze(value);
  }
  return value;
}
