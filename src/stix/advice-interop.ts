// What the OASIS interoperability documents ask for beyond STIX, as the OASIS validator's option `--interop` has it: who made
// an object, a few properties more, and one TLP marking at most.

import type { Advised } from "./advice.ts";
import { listOf } from "./advice-parts.ts";
import { tlp1Markings } from "./pinned-markings.ts";

const required: Readonly<Record<string, readonly string[]>> = {
  "attack-pattern": ["external_references", "kill_chain_phases", "created_by_ref"],
  campaign: ["created_by_ref"],
  "course-of-action": ["created_by_ref"],
  grouping: ["created_by_ref"],
  indicator: ["name", "indicator_types", "created_by_ref"],
  infrastructure: ["infrastructure_types", "created_by_ref"],
  "intrusion-set": ["resource_level", "primary_motivation", "created_by_ref"],
  location: ["region", "created_by_ref"],
  malware: [
    "name",
    "malware_types",
    "first_seen",
    "last_seen",
    "architecture_execution_envs",
    "implementation_languages",
    "capabilities",
    "created_by_ref",
  ],
  "malware-analysis": ["version", "submitted", "analysis_started", "analysis_ended", "result", "created_by_ref"],
  note: ["created_by_ref"],
  "observed-data": ["object_refs", "created_by_ref"],
  opinion: ["created_by_ref"],
  relationship: ["created_by_ref"],
  report: ["report_types", "created_by_ref"],
  sighting: ["first_seen", "last_seen", "count", "created_by_ref"],
  "threat-actor": [
    "threat_actor_types",
    "roles",
    "sophistication",
    "resource_level",
    "primary_motivation",
    "created_by_ref",
  ],
  tool: ["tool_types", "created_by_ref"],
  vulnerability: ["external_references", "created_by_ref"],
};
/** The OASIS schemas misspell three names, so that no object can have them, and ask a marking for a time that it has not. */
const oasisRequired: Readonly<Record<string, readonly string[]>> = {
  ...required,
  malware: ["architecture_exectuion_envs"],
  vulnerability: ["external_references:"],
  "marking-definition": ["modified"],
};
const tlp: ReadonlySet<unknown> = new Set(tlp1Markings.map(({ id }) => id));

/** Tells what of an object interoperability asks for and does not get. */
export function adviseInterop(advised: Advised): void {
  const { type, object, oasis } = advised;
  const table = oasis ? oasisRequired : required;
  const names = Object.hasOwn(table, type) ? (table[type] ?? []) : [];
  for (const name of names) if (object[name] === undefined) advised.tell("interop-property", "", name);
  // Observables and bundles are no business of these documents.
  if (object["created"] === undefined && object["modified"] === undefined) return;
  const refs = listOf(object["object_marking_refs"] ?? []).filter((ref) => tlp.has(ref));
  if (refs.length > 1) advised.tell("interop-tlp", "/object_marking_refs");
}
