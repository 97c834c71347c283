// The rules that `check` knows, each with its stable name, its section of STIX 2.1 and a sentence for people.
// `spec` and `oasis` say what a breach is in the two profiles: the specification as written, and the OASIS validator
// (cti-stix-validator, default options); "error" where nothing is said. tests/vectors/stix/profiles.json shows each
// difference.

import { type PatternRuleName, patternRules } from "./pattern/rules.ts";
import { oasisRules } from "./oasis-rules.ts";
import { interopRules, shouldRules } from "./should-rules.ts";

export type Profile = "spec" | "oasis";
export type Severity = "error" | "warning";

export interface Rule {
  /** Section of STIX 2.1 Errata 01; "type" where it is that of the object's own type. */
  readonly section: string;
  /** `{expected}` is replaced by what the rule asks for, `{type}` by the object's type. */
  readonly sentence: string;
  readonly spec?: Severity | "off";
  readonly oasis?: Severity | "off";
  /** Of a recommendation: the number by which the OASIS validator knows it, and the one that it prints where it differs. */
  readonly code?: string;
  readonly oasisCode?: string;
}

export const rules = {
  // what an object is
  json: { section: "1.2.10", sentence: "{expected}" },
  "json-limit": { section: "—", sentence: "{expected}" },
  "object-expected": { section: "3.2", sentence: "A STIX object is a JSON object with a type and an id." },
  "object-type": {
    section: "3.1",
    sentence:
      "A type is 3 to 250 lower-case letters, digits and single hyphens, begins with a letter and is not reserved.",
  },
  "spec-version": { section: "3.2", sentence: 'The spec_version of an object of STIX 2.1 is "2.1".' },
  depth: { section: "—", sentence: "The object is nested deeper than {expected} levels." },

  // properties and values in general
  "value-type": { section: "type", sentence: "The value must be of type {expected}." },
  "property-required": { section: "type", sentence: "The property {expected} is missing." },
  "property-name": {
    section: "3.1",
    sentence: "A property name is 3 to 250 lower-case letters, digits and underscores and begins with a letter.",
  },
  "property-reserved": { section: "3.8", sentence: "The name of this property is reserved and may not be used." },
  "property-not-used": {
    section: "3.2",
    sentence: "An object of type {type} does not have this property.",
    oasis: "off",
  },
  "null-value": { section: "3.1", sentence: "A property without a value is left out: null is no value of STIX." },
  "list-empty": { section: "2.12", sentence: "A list has at least one item; without items the property is left out." },
  "object-empty": {
    section: "2.3",
    sentence: "A dictionary or object has at least one entry; without entries the property is left out.",
  },
  "number-range": { section: "type", sentence: "The number must be {expected}." },
  "closed-vocabulary": { section: "10", sentence: "The value must be one of: {expected}." },

  // data types
  "identifier-form": {
    section: "2.9",
    sentence: "An identifier is a type, two hyphens and a UUID of RFC 4122 (version 1 to 5).",
  },
  "identifier-type": { section: "2.9", sentence: "The id must begin with the object's own type and two hyphens." },
  "reference-target": {
    section: "type",
    sentence: "The reference may not point to an object of that type; it must be {expected}.",
  },
  "timestamp-form": {
    section: "2.16",
    sentence: "A timestamp is a real date and time of RFC 3339 in UTC, such as 2026-01-20T12:31:12.123Z.",
  },
  "timestamp-precision": { section: "3.2", sentence: "The time must be given to the millisecond or finer." },
  "timestamp-second": { section: "6.7.6", sentence: "The time must be given in whole seconds." },
  "timestamp-order": { section: "type", sentence: "The time must be {expected}." },
  "hex-form": { section: "2.8", sentence: "The value must be an even number of hexadecimal digits." },
  "hex-case": { section: "2.8", sentence: "Hexadecimal digits are written in lower case.", oasis: "off" },
  "binary-form": { section: "2.1", sentence: "The value must be base64 of RFC 4648 section 4 with padding." },
  "dictionary-key": {
    section: "2.3",
    sentence: "A dictionary key is at most 250 ASCII letters, digits, hyphens and underscores.",
  },
  "hash-name": {
    section: "2.7",
    sentence: "The name of a hash algorithm is 3 to 250 ASCII letters, digits, hyphens and underscores.",
  },
  "hash-form": { section: "10.7", sentence: "The value does not have the form of a hash of this algorithm." },
  "language-tag": { section: "3.2", sentence: "The language must be a tag of RFC 5646, such as en or kk-Cyrl." },
  "url-form": { section: "2.5.1", sentence: "The value must be a URL of RFC 3986 with its scheme." },

  // external references and kill chains
  "external-reference-content": {
    section: "2.5.2",
    sentence: "An external reference has a description, a url or an external_id beside its source_name.",
  },
  "external-reference-hash-name": {
    section: "2.5.1",
    sentence: "Hashes of an external reference are named as in hash-algorithm-ov.",
    oasis: "off",
  },
  "external-reference-cve": {
    section: "4.19.1",
    sentence: "A CVE has the source_name cve and an external_id such as CVE-2026-0001.",
  },
  "external-reference-capec": {
    section: "4.1.1",
    sentence: "A CAPEC has the source_name capec and an external_id such as CAPEC-163.",
  },

  // markings
  "granular-marking-kind": {
    section: "7.2.3",
    sentence: "A granular marking has either a marking_ref or a lang, and not both.",
    oasis: "off",
  },
  "selector-form": { section: "7.2.3", sentence: "A selector is property names and [n], joined by full stops." },
  "selector-resolves": { section: "7.2.3", sentence: "The selector does not lead to anything in the object." },
  "marking-self": { section: "7.2.2", sentence: "A marking definition may not mark itself." },
  "marking-definition-content": {
    section: "7.2.1",
    sentence: "A marking definition has a definition_type and its definition, or extensions.",
  },
  "tlp-instance": {
    section: "7.2.1.4",
    sentence: "A TLP marking must be exactly one of those that the specification defines.",
  },
  "tlp2-instance": {
    section: "7.3",
    sentence: "A TLP 2.0 marking must be exactly one of those that OASIS published.",
    oasis: "off",
  },

  // extensions
  "extension-key": {
    section: "3.2",
    sentence:
      "The key of an extension is the id of an extension definition, or a name that ends in -ext on an observable.",
  },
  "extension-content": { section: "type", sentence: "The extension must hold at least one of its own properties." },
  "extension-properties-use": {
    section: "7.3.1",
    sentence: "The extension_properties need toplevel-property-extension among the extension_types.",
  },

  "extension-unknown": { section: "7.3", sentence: "The extension is none that is known here.", oasis: "off" },
  "extension-type-use": {
    section: "7.3.1",
    sentence: "The extension_type of this extension must be {expected}.",
    oasis: "off",
  },
  "extension-host": {
    section: "7.3",
    sentence: "The extension is defined for objects of the type {expected}.",
    oasis: "off",
  },
  "extension-schema": {
    section: "7.3.1",
    sentence: "The schema of the extension asks for something else: {expected}.",
    oasis: "off",
  },
  "extension-property": {
    section: "7.3.1",
    sentence: "The property is neither the specification's nor one that a known extension defines.",
    oasis: "off",
  },

  // language content and what it speaks of, in one bundle
  "language-shape": {
    section: "7.1.1",
    sentence: "A translation has the shape of what it translates: here must be {expected}.",
    oasis: "off",
  },
  "language-version": {
    section: "7.1.1",
    sentence: "The object_modified is the modified of the object that is spoken of.",
    oasis: "off",
  },

  // single types of domain and relationship objects
  "indicator-pattern": { section: "4.7.1", sentence: "An indicator's pattern may not be empty." },
  "indicator-pattern-length": { section: "—", sentence: "A pattern may have at most {expected} characters." },
  "indicator-pattern-version": { section: "4.7.1", sentence: "A pattern of STIX 2.0 has no EXISTS." },
  "location-place": { section: "4.10", sentence: "A location has a region, a country, or latitude and longitude." },
  "location-coordinates": {
    section: "4.10.1",
    sentence: "Latitude and longitude go together, and precision needs both.",
  },
  "malware-family-name": { section: "4.11.1", sentence: "A malware family has a name." },
  "malware-analysis-result": { section: "4.12", sentence: "A malware analysis has a result or analysis_sco_refs." },
  "observed-data-content": {
    section: "4.14",
    sentence: "Observed data has either object_refs or the deprecated objects, and not both.",
  },
  "observed-data-observable": {
    section: "4.14.1",
    sentence: "The object_refs of observed data include a cyber-observable object.",
    oasis: "off",
  },
  "container-reference": { section: "2.13", sentence: "In a container a reference is a key of the same container." },
  "container-object": { section: "2.13", sentence: "A container holds cyber-observable objects." },
  "relationship-type": { section: "5.1.2", sentence: "A relationship_type is lower-case letters, digits and hyphens." },

  // observables
  "sco-id-random": {
    section: "2.9",
    sentence: "Without a property that contributes to the id, the id must be a version 4 UUID.",
  },
  "sco-id-recomputes": {
    section: "3.4",
    sentence: "The version 5 UUID is not the one that the object's contributing properties give.",
    oasis: "off",
  },
  "observable-content": { section: "type", sentence: "The object must have at least one property of its own type." },
  "encoding-name": { section: "3.9.1", sentence: "An encoding is the name of an IANA character set." },
  "encoding-alone": {
    section: "3.1",
    sentence: "An encoding stands beside the property whose encoding it is.",
    oasis: "off",
  },
  "media-type": { section: "6.1.1", sentence: "A media type is written type/subtype." },
  "artifact-content": { section: "6.1", sentence: "An artifact has either payload_bin or url, and not both." },
  "artifact-hashes": { section: "6.1.1", sentence: "An artifact with a url has hashes of what is there." },
  "artifact-decryption-key": { section: "6.1.1", sentence: "A decryption_key needs an encryption_algorithm." },
  "domain-name-form": {
    section: "6.4.1",
    sentence: "A domain name is labels of RFC 1034 and RFC 5890 joined by full stops.",
  },
  "email-address-form": {
    section: "6.5.1",
    sentence: "An e-mail address is an addr-spec of RFC 5322, without a display name.",
  },
  "email-body": { section: "6.6.1", sentence: "A multipart message has body_multipart, any other has body." },
  "email-part-content": { section: "6.6.2", sentence: "A MIME part has either body or body_raw_ref." },
  "file-content": { section: "6.7", sentence: "A file has hashes or a name." },
  "ipv4-form": {
    section: "6.8.1",
    sentence: "The value must be an IPv4 address, or a range of them in CIDR notation.",
  },
  "ipv6-form": {
    section: "6.9.1",
    sentence: "The value must be an IPv6 address, or a range of them in CIDR notation.",
  },
  "mac-address-form": {
    section: "6.10.1",
    sentence: "A MAC address is six pairs of lower-case hexadecimal digits joined by colons.",
  },
  "network-traffic-endpoint": { section: "6.12", sentence: "Network traffic has a src_ref or a dst_ref." },
  "network-traffic-active": { section: "6.12.1", sentence: "Network traffic that is active has no end." },
  "cpe-form": { section: "6.14.1", sentence: "A cpe is a formatted string of CPE 2.3." },
  "registry-hive": {
    section: "6.17.1",
    sentence: "The hive of a registry key is written in full, such as HKEY_LOCAL_MACHINE.",
  },
  "registry-value-content": { section: "6.17.2", sentence: "A registry value has a name, data or a data_type." },
  "x509-extensions-content": { section: "6.18.2", sentence: "X.509 v3 extensions hold at least one extension." },

  // bundles
  "bundle-property": {
    section: "8.1",
    sentence: "A bundle has a type, an id and objects, and no other common property.",
    spec: "warning",
    oasis: "off",
  },
  "bundle-object": {
    section: "8.1",
    sentence: "The objects of a bundle are STIX objects, and a bundle is none.",
    oasis: "off",
  },

  ...oasisRules,
  ...ofIndicators(),
  ...shouldRules,
  ...interopRules,
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof rules;

// Their sentences come with the findings. Names in the pattern of an indicator have to be well-formed; what is merely odd the OASIS validator does not tell.
function ofIndicators(): Readonly<Record<PatternRuleName, Rule>> {
  const entries = Object.entries(patternRules).map(([name, { section, severity }]): [string, Rule] => {
    if (severity === "error" || name.endsWith("-name")) return [name, { section, sentence: "{expected}" }];
    return [name, { section, sentence: "{expected}", spec: "warning", oasis: "off" }];
  });
  return Object.fromEntries(entries) as Record<PatternRuleName, Rule>; // every name of patternRules, and no other
}

/** Where the specification defines each type. */
export const sections: Readonly<Record<string, string>> = {
  "attack-pattern": "4.1",
  campaign: "4.2",
  "course-of-action": "4.3",
  grouping: "4.4",
  identity: "4.5",
  incident: "4.6",
  indicator: "4.7",
  infrastructure: "4.8",
  "intrusion-set": "4.9",
  location: "4.10",
  malware: "4.11",
  "malware-analysis": "4.12",
  note: "4.13",
  "observed-data": "4.14",
  opinion: "4.15",
  report: "4.16",
  "threat-actor": "4.17",
  tool: "4.18",
  vulnerability: "4.19",
  relationship: "5.1",
  sighting: "5.2",
  artifact: "6.1",
  "autonomous-system": "6.2",
  directory: "6.3",
  "domain-name": "6.4",
  "email-addr": "6.5",
  "email-message": "6.6",
  file: "6.7",
  "ipv4-addr": "6.8",
  "ipv6-addr": "6.9",
  "mac-addr": "6.10",
  mutex: "6.11",
  "network-traffic": "6.12",
  process: "6.13",
  software: "6.14",
  url: "6.15",
  "user-account": "6.16",
  "windows-registry-key": "6.17",
  "x509-certificate": "6.18",
  "language-content": "7.1",
  "marking-definition": "7.2.1",
  "extension-definition": "7.3",
  bundle: "8",
};

/** The section of types that STIX does not define. */
export const customSection = "11.2";
