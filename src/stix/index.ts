// The STIX 2.1 library as others import it (`#stix`): objects, checking, ids, references, markings, versions, bundles.
// Pure: no input or output, no clock, no randomness. Runs wherever JavaScript runs, without code from strings.
//
//   import { advise, check, isValid, scoId, tlpOf } from "#stix";
//   const findings = check(JSON.parse(text), { advice: advise() });  // isValid(findings): no error among them
//
// docs/stix.md tells all of it, with every rule.

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
export { advise } from "./advice.ts";
export { type AdviceOptions, type Recommendation } from "./advice-options.ts";
export { check } from "./check.ts";
export { BundleCheck, bundleFindingsMax } from "./check-bundle.ts";
export { type Advice, type CheckOptions, patternLengthMax } from "./check-object.ts";
export { type CheckedLine, checkLines, checkStream, checkText, isValid, objectLimits } from "./check-stream.ts";
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

export { type InForce, inForceAt, markingsInForce } from "./granular.ts";

// language
export { checkTranslation, languagesOf, lookUpLanguage, speaksOf, translate } from "./language.ts";

// extensions
export {
  checkExtensions,
  type CompiledSchema,
  type ExtensionRules,
  type ExtensionType,
  type KnownExtension,
  schemaCheck,
  tlp2Extension,
} from "./extension.ts";

// relationships
export { commonRelationships, suggestedRelationships, unsuggested } from "./relationships.ts";

// types
export * from "./types.generated.ts";
export {
  isKnown,
  isOfType,
  type DomainObject,
  type MetaObject,
  type Observable,
  type RelationshipObject,
} from "./types.ts";

// versions
export {
  changedImmutables,
  compareVersions,
  type ImmutableProperty,
  immutableProperties,
  isRevoked,
  sameContent,
  succession,
  type Succession,
  withoutDefaults,
} from "./version.ts";

// bundles
export { isBundle, unpack } from "./bundle.ts";

// patterns
//   checkPattern("[ipv4-addr:value = ]");  // [{ rule: "pattern-syntax", column: 20, message: "Expected a constant, …" }]
//   matchPattern("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", observedDataOf([bundle])).matches;
//   readingsOf(patternOf("[url:value = 'http://a.example/']"));  // { reducible: true, readings: [{ kind: "url", … }] }
export {
  checkParsedPattern,
  checkPattern,
  type PatternCheckOptions,
  type PatternFinding,
  patternFindingsMax,
} from "./pattern/check.ts";
export { formatConstant, formatPath, formatPattern } from "./pattern/format.ts";
export { patternTextMax } from "./pattern/lex.ts";
export { matcherOf, matchPattern, matchStepsMax, type PatternMatch, type PatternMatcher } from "./pattern/match.ts";
export { type ObservedData, observedDataOf } from "./pattern/observation.ts";
export { type ParsedPattern, parsePattern, patternDepthMax, type PatternFault, patternOf } from "./pattern/parse.ts";
export {
  type AtomicValue,
  irreducible,
  type Irreducible,
  type Reading,
  type ReadingKind,
  type Readings,
  readingsOf,
  valuesOf,
} from "./pattern/readings.ts";
export { expressionSizeMax, isRunnable } from "./pattern/regex.ts";
export { type PatternRuleName, patternRules } from "./pattern/rules.ts";
export {
  type Comparison,
  type Constant,
  type Expression,
  observationsIn,
  type Pattern,
  testsIn,
} from "./pattern/tree.ts";
