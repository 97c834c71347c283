// The STIX 2.1 library as others import it (`#stix`): objects, checking, ids, references, markings, versions, bundles.
// Pure: no input or output, no clock, no randomness. Runs wherever JavaScript runs, without code from strings.
//
//   import { check, scoId, tlpOf } from "#stix";
//   const errors = check(JSON.parse(text)).filter((finding) => finding.severity === "error");

// objects
export {
  classOf,
  customClassOf,
  domainTypes,
  type Identifier,
  isDeterministic,
  isIdentifier,
  isStixObject,
  metaTypes,
  type ObjectClass,
  observableTypes,
  parseIdentifier,
  relationshipTypes,
  type StixObject,
  typeOf,
  versionOf,
} from "./object.ts";

// checking
export { bundleFindingsMax, check, type CheckOptions, patternLengthMax } from "./check.ts";
export { type Finding, findingsMax } from "./finding.ts";
export { type Profile, type Rule, type RuleName, rules, type Severity } from "./rules.ts";
export { depthMax } from "./structure.ts";

// identifiers
export { contributingProperties, recomputes, scoId, scoNamespace } from "./sco-id.ts";

// references
export { extensionIdsOf, type Reference, referencesOf } from "./references.ts";
export { parseSelector, select } from "./selector.ts";

// markings
export { providerForbidden } from "./attribution.ts";
export {
  granularLevel,
  hasGranularMarkings,
  type Level,
  levelOfMarkings,
  levelRank,
  levels,
  type MarkingLevel,
  type ResolveMarking,
  strictest,
  tlp2ExtensionId,
  tlpOf,
} from "./marking.ts";
export { pinnedMarkings, tlp1Markings, tlp2Markings } from "./pinned-markings.ts";

// versions
export {
  changedImmutables,
  compareVersions,
  type ImmutableProperty,
  immutableProperties,
  isRevoked,
  sameContent,
} from "./version.ts";

// bundles
export { isBundle, unpack } from "./bundle.ts";
