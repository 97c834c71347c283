// The rules that checkPattern knows, each with its stable name, its section of STIX 2.1, its weight and a sentence for people.
// Errors are what the specification forbids and the OASIS pattern validator refuses; warnings are the rest.

/** The rules for patterns, each with its section of STIX 2.1 ("—" for a limit of ours), its weight and a sentence. */
export const patternRules = {
  "pattern-syntax": { section: "9", severity: "error", sentence: "" },
  "pattern-depth": { section: "—", severity: "error", sentence: "" },
  "pattern-length": { section: "—", severity: "error", sentence: "" },
  "pattern-brackets": {
    section: "9.5",
    severity: "error",
    sentence: "A pattern begins with a bracket, or with parentheses around one.",
  },
  "pattern-qualifier-repeated": {
    section: "9.5.1",
    severity: "error",
    sentence: "An observation expression has at most one qualifier of each kind.",
  },
  "pattern-hash-form": {
    section: "10.7",
    severity: "error",
    sentence: "A hash is compared with a string of the form that its algorithm gives.",
  },
  "pattern-index": {
    section: "9.7.2",
    severity: "error",
    sentence: "The items of a list are counted from 0, and a hash has none.",
  },
  "pattern-type-name": {
    section: "3.1",
    severity: "warning",
    sentence: "The name of an object type is 3 to 250 lower-case letters, digits and single hyphens.",
  },
  "pattern-property-name": {
    section: "3.1",
    severity: "warning",
    sentence: "The name of a property is 3 to 250 lower-case letters, digits and underscores.",
  },
  "pattern-type-unknown": {
    section: "6",
    severity: "warning",
    sentence: "STIX defines no cyber-observable object of this type.",
  },
  "pattern-property-unknown": {
    section: "6",
    severity: "warning",
    sentence: "STIX defines no such property for objects of this type.",
  },
  "pattern-types-joined": {
    section: "9.5",
    severity: "warning",
    sentence: "Comparisons of different object types can both hold only if they are joined by OR.",
  },
  "pattern-qualifiers-of-group": {
    section: "9.5.1",
    severity: "warning",
    sentence: "A group has at most one qualifier of each kind.",
  },
  "pattern-count": {
    section: "9.5.1",
    severity: "warning",
    sentence: "The number of times, and of seconds, is greater than 0.",
  },
  "pattern-window": {
    section: "9.5.1",
    severity: "warning",
    sentence: "START lies before STOP, or no time is between them.",
  },
  "pattern-timestamp": { section: "9.2", severity: "warning", sentence: "The calendar has no such date." },
  "pattern-number": { section: "9.2", severity: "warning", sentence: "A positive number is written without a sign." },
  "pattern-hex-case": {
    section: "9.2",
    severity: "warning",
    sentence: "A hexadecimal constant is written in lower case.",
  },
  "pattern-set": {
    section: "9.6.1",
    severity: "warning",
    sentence: "The constants of a set are of one kind.",
  },
  "pattern-address": {
    section: "9.6.1",
    severity: "warning",
    sentence: "ISSUBSET and ISSUPERSET compare with an IP address or a CIDR block.",
  },
  "pattern-expression": {
    section: "9.6.1",
    severity: "warning",
    sentence:
      "The expression is none that can be run in linear time: without look-ahead, back-references and possessive repetition.",
  },
  "pattern-not-exists": {
    section: "9.6",
    severity: "warning",
    sentence: "NOT EXISTS is never true: on a path that is not there every comparison is false.",
  },
} as const satisfies Record<string, { section: string; severity: "error" | "warning"; sentence: string }>;

export type PatternRuleName = keyof typeof patternRules;
