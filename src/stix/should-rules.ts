// The recommendations of STIX 2.1 as rules: each with the number and name by which the OASIS validator (cti-stix-validator)
// knows it, so that the same lists enable and disable them. `check` asks for them through `advise`; a breach is a warning.

import type { Rule } from "./rules.ts";

/** A recommendation: a breach is a warning in both profiles unless said otherwise. */
function should(code: string, section: string, sentence: string, more: Partial<Rule> = {}) {
  return { code, section, sentence, spec: "warning", oasis: "warning", ...more } as const satisfies Rule;
}

const vocabulary = (code: string, section: string, name: string) =>
  should(code, section, `A value of {expected} should come from the vocabulary ${name}.`);

/** Asked for by options of their own, and without a number. */
const unnumbered = { spec: "warning", oasis: "warning" } as const;

export const shouldRules = {
  // 1xx: form
  "custom-prefix": should(
    "101",
    "11.1.1",
    "The name of a custom {expected} should begin with x, then its source and then its name: x-example-com-thing.",
  ),
  "custom-prefix-lax": should("102", "11.1.1", "The name of a custom {expected} should begin with x- or x_."),
  "uuid-check": should("103", "2.9", "The id should hold a UUID of version {expected}."),
  "open-vocab-format": should(
    "111",
    "2.14",
    "A value of an open vocabulary should be lower-case words joined by hyphens.",
  ),
  "kill-chain-names": should("121", "2.11", "The names of a kill chain should be lower-case words joined by hyphens."),
  "observable-object-keys": should("141", "2.13", "The keys of a container should be whole numbers."),
  "observable-dictionary-keys": should("142", "2.3", "A dictionary key should be in lower case."),
  "malware-analysis-product": should(
    "143",
    "4.12.1",
    "The name of a product should be lower-case words joined by hyphens.",
  ),
  "windows-process-priority-format": should("149", "6.13.2", "The priority of a process should end in _CLASS."),

  // 2xx: values
  "marking-definition-type": should("201", "7.2.1", "The definition_type should be statement or tlp."),
  "relationship-types": should("202", "5.1.2", "The specification does not suggest {expected}."),
  "duplicate-ids": should("203", "3.6", "The bundle holds this version of the object more than once."),
  "attack-motivation": vocabulary("211", "10.2", "attack-motivation-ov"),
  "attack-resource-level": vocabulary("212", "10.3", "attack-resource-level-ov"),
  "identity-class": vocabulary("213", "10.8", "identity-class-ov"),
  "indicator-types": vocabulary("214", "10.10", "indicator-type-ov"),
  "industry-sector": vocabulary("215", "10.11", "industry-sector-ov"),
  "malware-types": vocabulary("216", "10.15", "malware-type-ov"),
  "report-types": vocabulary("218", "10.22", "report-type-ov"),
  "threat-actor-types": vocabulary("219", "10.23", "threat-actor-type-ov"),
  "threat-actor-role": vocabulary("220", "10.24", "threat-actor-role-ov"),
  "threat-actor-sophistication": vocabulary("221", "10.25", "threat-actor-sophistication-ov"),
  "tool-types": vocabulary("222", "10.26", "tool-type-ov"),
  region: vocabulary("223", "10.21", "region-ov"),
  "grouping-context": vocabulary("225", "10.6", "grouping-context-ov"),
  "implementation-languages": vocabulary("226", "10.9", "implementation-language-ov"),
  "infrastructure-types": vocabulary("227", "10.12", "infrastructure-type-ov"),
  "malware-capabilities": vocabulary("228", "10.13", "malware-capabilities-ov"),
  "processor-architecture": vocabulary("230", "10.20", "processor-architecture-ov"),
  "malware-result": vocabulary("231", "10.14", "malware-result-ov"),
  "hash-algo": should("241", "2.7", "The name of a hash algorithm should come from the vocabulary hash-algorithm-ov."),
  "windows-pebinary-type": vocabulary("243", "10.28", "windows-pebinary-type-ov"),
  "account-type": vocabulary("244", "10.1", "account-type-ov"),
  "indicator-pattern-types": vocabulary("245", "10.19", "pattern-type-ov"),
  "mime-type": should("271", "6.7.1", "A media type should be one that IANA registered."),
  protocols: should("272", "6.12.1", "A protocol should be a service name that IANA registered."),
  ipfix: should("273", "6.12.1", "A key should be the name of an information element of IPFIX."),
  "http-request-headers": should(
    "274",
    "6.12.2",
    "The key is no header field of a request that the OASIS tools know.",
    {
      spec: "off",
    },
  ),
  "socket-options": should("275", "6.12.4", "A key should be the name of a socket option."),
  "pdf-doc-info": should("276", "6.7.4", "A key should be one of the document information dictionary of PDF."),
  // The OASIS validator knows the check as 277 and reports it as 201.
  countries: should("277", "4.10.1", "A country should be an alpha-2 code of ISO 3166-1.", { oasisCode: "201" }),

  // 3xx: presence
  "network-traffic-ports": should("301", "6.12", "Network traffic should have a src_port and a dst_port."),
  "extref-hashes": should("302", "2.5.1", "An external reference with a url should have hashes."),
  "indicator-properties": should("303", "4.7.1", "An indicator should have a name and a description."),
  "deprecated-properties": should("304", "4.14.1", "This property is deprecated."),
  "extension-description": should("305", "7.3.1", "An extension definition should have a description."),
  "extension-properties": should(
    "306",
    "7.3.1",
    "An extension definition of the type toplevel-property-extension should have extension_properties.",
  ),

  // 401: extensions
  "extensions-use": should("401", "11", "{expected} should be defined with the extension mechanism."),

  // by options of their own
  "strict-types": { section: "3.1", sentence: "The specification does not define this type of object.", ...unnumbered },
  "strict-properties": { section: "3.1", sentence: "The specification does not define this property.", ...unnumbered },
  "enforce-refs": { section: "3.3", sentence: "The object referred to is not in the bundle.", ...unnumbered },
} as const;

/** Beyond STIX: what the OASIS interoperability documents ask for. Asked for by the option `interop`. */
export const interopRules = {
  "interop-property": { section: "—", sentence: "Interoperability asks for the property {expected}." },
  "interop-tlp": { section: "—", sentence: "Interoperability allows one TLP marking for an object." },
  "interop-producer": {
    section: "—",
    sentence: "Interoperability asks that created_by_ref lead to an identity in the bundle that has a created_by_ref.",
  },
} as const;
