// What the OASIS validator refuses although the specification allows it: rules of the profile `oasis` alone. Each is a row
// of the table of differences in docs/stix.md.

export const oasisRules = {
  "oasis-container-id": { section: "2.13", sentence: "An object in a container has an id.", spec: "off" },
  "oasis-container-type": {
    section: "2.13",
    sentence: "A type of one's own in a container does not hold the name of another.",
    spec: "off",
  },
  "oasis-dictionary": {
    section: "6.13.2",
    sentence: "The dictionary has no such key, or a value of another kind for it.",
    spec: "off",
  },
  "oasis-definition-type": {
    section: "7.2.1",
    sentence: "The definition_type is too much like statement or tlp.",
    spec: "off",
  },
  "oasis-email-address": {
    section: "6.5.1",
    sentence: "The domain of an e-mail address has a full stop, and the address no special characters.",
    spec: "off",
  },
  "oasis-granular-marking": { section: "7.2.3", sentence: "A granular marking has a marking_ref.", spec: "off" },
  "oasis-hash-name": {
    section: "2.5.1",
    sentence: "Hashes of an external reference are named as in hash-algorithm-ov.",
    spec: "off",
  },
  "oasis-header": { section: "6.6.1", sentence: "A header field has one text or a list of two or more.", spec: "off" },
  "oasis-ipv6": { section: "6.9.1", sentence: "The value must be an IPv6 address without an IPv4 part.", spec: "off" },
  "oasis-language": { section: "3.2", sentence: "The language is not in the validator's list.", spec: "off" },
  "oasis-language-target": {
    section: "7.1.1",
    sentence: "A language-content may not speak of a language-content.",
    spec: "off",
  },
  "oasis-leap-second": { section: "2.16", sentence: "Second 60 is not understood.", spec: "off" },
  "oasis-registry-hive": {
    section: "6.17.1",
    sentence: "A registry key may not hold the short name of a hive.",
    spec: "off",
  },
  "oasis-selector": { section: "7.2.3", sentence: "A selector is written in lower case.", spec: "off" },
  "oasis-timestamp-order": { section: "3.2", sentence: "As text the time must come after {expected}.", spec: "off" },
  "oasis-pattern-prefix": {
    section: "11",
    sentence: "A {expected} of one's own in a pattern begins with x, its source and its name.",
    spec: "off",
  },
  "oasis-media-type": {
    section: "6.1.1",
    sentence: "The media type of an artifact is one that IANA registered.",
    spec: "off",
  },
} as const;
