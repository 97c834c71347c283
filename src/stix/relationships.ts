// The relationships that STIX suggests: which type of object relates how to which others. STIX 2.1 §4 to §6, the tables
// "Relationships". Any other is legal; the recommendation `relationship-types` tells it.

import { observableTypes } from "./object.ts";

/** Any object may relate so to any other. STIX 2.1 §3.7 */
export const commonRelationships: ReadonlySet<string> = new Set(["derived-from", "duplicate-of", "related-to"]);

const place = "identity location vulnerability";
const means = "attack-pattern infrastructure malware tool";
const addresses = "domain-name ipv4-addr ipv6-addr";

const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "attack-pattern": { delivers: "malware", targets: place, uses: "malware tool" },
  campaign: {
    "attributed-to": "intrusion-set threat-actor",
    compromises: "infrastructure",
    "originates-from": "location",
    targets: place,
    uses: means,
  },
  "course-of-action": {
    investigates: "indicator",
    mitigates: "attack-pattern indicator malware tool vulnerability",
    remediates: "malware vulnerability",
  },
  "domain-name": { "resolves-to": addresses },
  identity: { "located-at": "location" },
  indicator: {
    indicates: "attack-pattern campaign infrastructure intrusion-set malware threat-actor tool",
    "based-on": "observed-data",
  },
  infrastructure: {
    "communicates-with": `infrastructure url ${addresses}`,
    "consists-of": `infrastructure observed-data ${observableTypes.join(" ")}`,
    controls: "infrastructure malware",
    delivers: "malware",
    has: "vulnerability",
    hosts: "tool malware",
    "located-at": "location",
    uses: "infrastructure",
  },
  "intrusion-set": {
    "attributed-to": "threat-actor",
    compromises: "infrastructure",
    hosts: "infrastructure",
    owns: "infrastructure",
    "originates-from": "location",
    targets: place,
    uses: means,
  },
  "ipv4-addr": { "belongs-to": "autonomous-system", "resolves-to": "mac-addr" },
  "ipv6-addr": { "belongs-to": "autonomous-system", "resolves-to": "mac-addr" },
  malware: {
    "authored-by": "threat-actor intrusion-set",
    "beacons-to": "infrastructure",
    "exfiltrates-to": "infrastructure",
    "communicates-with": `url ${addresses}`,
    controls: "malware",
    downloads: "malware tool file",
    drops: "malware tool file",
    exploits: "vulnerability",
    "originates-from": "location",
    targets: `infrastructure ${place}`,
    uses: means,
    "variant-of": "malware",
  },
  "malware-analysis": {
    characterizes: "malware",
    "av-analysis-of": "malware",
    "static-analysis-of": "malware",
    "dynamic-analysis-of": "malware",
  },
  "threat-actor": {
    "attributed-to": "identity",
    compromises: "infrastructure",
    hosts: "infrastructure",
    owns: "infrastructure",
    impersonates: "identity",
    "located-at": "location",
    targets: place,
    uses: means,
  },
  tool: {
    delivers: "malware",
    drops: "malware",
    has: "vulnerability",
    targets: `infrastructure ${place}`,
    uses: "infrastructure",
  },
};

/** Where the OASIS validator's table is another (Errata 01 renamed `analysis-of`). */
const oasisTable: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...table,
  malware: { ...table["malware"], targets: "identity infrastructure location" },
  "malware-analysis": {
    characterizes: "malware",
    "analysis-of": "malware",
    "static-analysis-of": "malware",
    "dynamic-analysis-of": "malware",
  },
  vulnerability: { impacts: "infrastructure tools" },
};

/** What of a relationship the specification does not suggest; null where it suggests all of it. */
export type Unsuggested = "source" | "type" | "target" | null;

/** Holds a relationship against the suggestions, given its type and those of the two objects. */
export function unsuggested(source: string, type: string, target: string, oasis = false): Unsuggested {
  if (commonRelationships.has(type)) return null;
  const all = oasis ? oasisTable : table;
  const own = Object.hasOwn(all, source) ? all[source] : undefined;
  if (own === undefined) return "source";
  const targets = Object.hasOwn(own, type) ? own[type] : undefined;
  if (targets === undefined) return "type";
  return targets.split(" ").includes(target) ? null : "target";
}

/** Every suggestion as source, type and target, without the common ones. */
export function suggestedRelationships(): readonly (readonly [string, string, string])[] {
  return Object.entries(table).flatMap(([source, types]) =>
    Object.entries(types).flatMap(([type, targets]) =>
      targets.split(" ").map((target) => [source, type, target] as const),
    ),
  );
}
