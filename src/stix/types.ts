// Objects by their type: what a checked object is known to hold. An object of any other type stays a `StixObject`, and the
// properties that an extension adds stay readable by name.
//
//   if (isOfType(object, "indicator")) object.pattern;           // string
//   if (isKnown(object)) switch (object.type) { case "file": object.hashes; }

import {
  classOf,
  type domainTypes,
  type metaTypes,
  type observableTypes,
  type relationshipTypes,
  type StixObject,
} from "./object.ts";
import type { KnownObject, StixTypes } from "./types.generated.ts";

/** STIX 2.1 §4 */
export type DomainObject = StixTypes[(typeof domainTypes)[number]];
/** STIX 2.1 §5 */
export type RelationshipObject = StixTypes[(typeof relationshipTypes)[number]];
/** STIX 2.1 §6 */
export type Observable = StixTypes[(typeof observableTypes)[number]];
/** STIX 2.1 §7 */
export type MetaObject = StixTypes[(typeof metaTypes)[number]];

/** Whether an object is of a type. True to its type only if `check` found no error in it. */
export function isOfType<T extends keyof StixTypes>(object: StixObject, type: T): object is StixTypes[T] {
  return object.type === type;
}

/** Whether an object is of a type that STIX defines. True to its type only if `check` found no error in it. */
export function isKnown(object: StixObject): object is KnownObject {
  return classOf(object.type) !== "custom";
}
