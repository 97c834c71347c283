// What is wrong with a STIX object, or with a bundle and all that is in it.
// The exchange takes in what has no finding of severity "error".

import { isObject } from "../encoding/json.ts";
import { isBundle } from "./bundle.ts";
import { checkBundle } from "./check-bundle.ts";
import { checkObject, type CheckOptions } from "./check-object.ts";
import { type Finding, findingsOf } from "./finding.ts";

/**
 * What is wrong with a STIX object, or with a bundle and all that is in it; empty where nothing is. References are
 * followed inside of a bundle only, and only where `advice` asks for it.
 *
 *   check(object)                                                      the MUSTs of the specification
 *   check(object, { advice: advise() })                                and its SHOULDs, as warnings
 *   check(object, { profile: "oasis", advice: advise(), strict: true }) as `stix2_validator --strict` does
 *
 * @returns findings in a stable order, at most `findingsMax` errors an object; pointers lead into `value`
 */
export function check(value: unknown, options: CheckOptions = {}): readonly Finding[] {
  if (!isObject(value)) return findingsOf([{ rule: "object-expected", pointer: "" }], "", options.profile ?? "spec");
  return isBundle(value) ? checkBundle(value, options) : checkObject(value, options);
}
