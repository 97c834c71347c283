// What an object may say when it does not say who gave it: an allow-list (policy.md, Renditions). What is not here does not
// go. anonymity.ts applies it; docs/policies.md has the same lists, and says what they cannot hide.

import { contributingProperties } from "../stix/sco-id.ts";

/** Names in one line, as the standard's own tables have them. */
const listed = (names: string): readonly string[] => names.split(" ");

/** Of objects that have versions; `lang` is added but to translations. `labels` are missing, and `created_by_ref` is the exchange. */
const versioned = listed(
  "type spec_version id created_by_ref created modified revoked confidence external_references " +
    "object_marking_refs granular_markings",
);
const ofVersioned: Readonly<Record<string, string>> = {
  "attack-pattern": "name description aliases kill_chain_phases",
  campaign: "name description aliases first_seen last_seen objective",
  "course-of-action": "name description",
  grouping: "name description context object_refs",
  // No contact_information.
  identity: "name description roles identity_class sectors",
  incident: "name description",
  indicator:
    "name description indicator_types pattern pattern_type pattern_version valid_from valid_until kill_chain_phases",
  infrastructure: "name description infrastructure_types aliases kill_chain_phases first_seen last_seen",
  "intrusion-set":
    "name description aliases first_seen last_seen goals resource_level primary_motivation secondary_motivations",
  // A country, not a place: no name, coordinates or address.
  location: "region country",
  malware:
    "name description malware_types is_family aliases kill_chain_phases first_seen last_seen operating_system_refs " +
    "architecture_execution_envs implementation_languages capabilities sample_refs",
  // What was found, not the laboratory: no machine, modules, versions or times of the analysis.
  "malware-analysis": "product result_name result analysis_sco_refs sample_ref",
  // No authors.
  note: "abstract content object_refs",
  // No deprecated container.
  "observed-data": "first_observed last_observed number_observed object_refs",
  // No authors.
  opinion: "explanation opinion object_refs",
  report: "name description report_types published object_refs",
  "threat-actor":
    "name description threat_actor_types aliases first_seen last_seen roles goals sophistication resource_level " +
    "primary_motivation secondary_motivations personal_motivations",
  tool: "name description tool_types aliases kill_chain_phases tool_version",
  vulnerability: "name description",
  relationship: "relationship_type description source_ref target_ref start_time stop_time",
  // Not where it was sighted.
  sighting: "description sighting_of_ref first_seen last_seen count observed_data_refs summary",
  "language-content": "object_ref object_modified contents",
};

/** Of observables: what contributes to the id (STIX 2.1 §2.9), and where that is not enough, what is here. */
const observable = listed("type spec_version id object_marking_refs granular_markings extensions");
const ofObservables: Readonly<Record<string, string>> = {
  // STIX requires it. No headers.
  "email-message": "is_multipart",
  // Nothing contributes. Not whose it was or where it ran.
  process: "is_hidden created_time command_line opened_connection_refs image_ref parent_ref child_refs",
};

/** Properties by type. A type that is missing does not go: markings, extension definitions, types of someone's own. */
export const unattributedProperties: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ...Object.entries(ofVersioned).map(([type, names]) => {
    const own = type === "language-content" ? [] : ["lang"];
    return [type, [...versioned, ...own, ...listed(names)]] as const;
  }),
  ...Object.entries(contributingProperties).map(([type, names]) => {
    const more = ofObservables[type];
    return [type, [...observable, ...names, ...(more === undefined ? [] : listed(more))]] as const;
  }),
]);

/** Properties of predefined extensions; "*": all that the standard defines. Others do not go. No document metadata. */
export const unattributedExtensions: Readonly<Record<string, readonly string[] | "*">> = {
  "archive-ext": ["contains_refs"],
  "ntfs-ext": ["alternate_data_streams"],
  "pdf-ext": ["version", "is_optimized", "pdfid0", "pdfid1"],
  "raster-image-ext": ["image_height", "image_width", "bits_per_pixel"],
  "windows-pebinary-ext": "*",
  "http-request-ext": listed("request_method request_value request_version message_body_length message_body_data_ref"),
  "icmp-ext": "*",
  "socket-ext": ["address_family", "is_blocking", "is_listening", "socket_type"],
  "tcp-ext": "*",
};

/** Times of what the owner did or saw, which go to the hour. Those that belong to a thing itself (a compile time) stay. */
export const unattributedTimes: ReadonlySet<string> = new Set(
  listed(
    "created modified first_seen last_seen first_observed last_observed valid_from valid_until published start_time " +
      "stop_time start end created_time",
  ),
);

/** Public catalogues and the form of their entries: external references to anything else do not go. */
export const catalogues: Readonly<Record<string, RegExp>> = {
  cve: /^CVE-[0-9]{4}-(?:0[0-9]{3}|[1-9][0-9]{3,18})$/,
  capec: /^CAPEC-[0-9]{1,9}$/,
  cwe: /^CWE-[0-9]{1,9}$/,
  "mitre-attack": /^[A-Z]{1,3}[0-9]{4}(?:\.[0-9]{3})?$/,
  "mitre-mobile-attack": /^[A-Z]{1,3}[0-9]{4}(?:\.[0-9]{3})?$/,
  "mitre-ics-attack": /^[A-Z]{1,3}[0-9]{4}(?:\.[0-9]{3})?$/,
};

/** Kill chains that everybody uses. */
export const killChains: ReadonlySet<string> = new Set(
  listed("lockheed-martin-cyber-kill-chain mitre-attack mitre-mobile-attack mitre-ics-attack"),
);

/** What stands for a word of someone's own where STIX requires one. */
export const neutralWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  grouping: { context: "unspecified" },
  relationship: { relationship_type: "related-to" },
};

/** Texts of an object that a language-content may mirror. */
export const translatedTexts: ReadonlySet<string> = new Set(
  listed("name description abstract content explanation summary objective goals aliases"),
);
