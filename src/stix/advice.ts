// Recommendations: what STIX 2.1 says that objects SHOULD do, by the rules and numbers of the OASIS validator, and what
// needs the long lists of IANA. Apart from `check`, which takes it as an option, so that who only needs the MUSTs (the
// exchange, the edge) does not carry the lists.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { adviseCustom } from "./advice-custom.ts";
import { adviseForm } from "./advice-form.ts";
import { type AdviceOptions, patternPrefixOf, recommendationsOf } from "./advice-options.ts";
import { advisePattern, type PatternPrefix } from "./advice-pattern.ts";
import { adviseRegistries } from "./advice-registries.ts";
import { adviseInterop } from "./advice-interop.ts";
import { adviseValues } from "./advice-values.ts";
import type { Advice } from "./check-object.ts";
import type { Fault } from "./finding.ts";
import { classOf, typeOf } from "./object.ts";
import type { Profile, RuleName } from "./rules.ts";

/** What one recommendation is asked of: an object, or an observable in a container, by the place of it. */
export interface Advised {
  readonly object: JsonObject;
  readonly type: string;
  readonly pointer: string;
  readonly oasis: boolean;
  /** Whether it stands in a container. */
  readonly member: boolean;
  /** Whether the recommendation is asked for. */
  wants(rule: RuleName): boolean;
  tell(rule: RuleName, place: string, expected?: string): void;
}

/** Objects inside lists of an object that the OASIS validator looks at, and how deep. */
const innerDepthMax = 8;

/**
 * Prepares recommendations for `check`: all of them, or those that the options ask for.
 * @throws {Refusal} invalid: a name or number that is no recommendation's
 */
export function advise(options: AdviceOptions = {}): Advice {
  const wanted = {
    spec: recommendationsOf(options, "spec"),
    oasis: recommendationsOf(options, "oasis"),
  } as const satisfies Record<Profile, ReadonlySet<RuleName>>;
  const interop = options.interop === true;
  const prefix = patternPrefixOf(options);
  return {
    interop,
    wants: (rule, profile) => wanted[profile].has(rule),
    object(object, profile, faults) {
      adviseObject(object, { wanted: wanted[profile], profile, faults, interop, prefix }, "", 0);
    },
  };
}

interface Work {
  readonly wanted: ReadonlySet<RuleName>;
  readonly profile: Profile;
  readonly faults: Fault[];
  readonly interop: boolean;
  readonly prefix: PatternPrefix;
}

function adviseObject(object: JsonObject, work: Work, pointer: string, depth: number): void {
  const advised = advisedOf(object, work, pointer);
  adviseForm(advised);
  adviseValues(advised);
  adviseRegistries(advised);
  adviseCustom(advised);
  advisePattern(advised, work.prefix);
  if (work.interop) adviseInterop(advised);
  const { objects } = object;
  if (advised.type === "observed-data" && isObject(objects)) adviseContainer(objects, work, pointer);
  if (advised.oasis && depth < innerDepthMax) adviseInner(object, work, pointer, depth);
}

// The OASIS validator asks observables in a container what it asks observables, and what it asks of any object not.
function adviseContainer(objects: JsonObject, work: Work, pointer: string): void {
  for (const [key, member] of Object.entries(objects)) {
    if (!isObject(member) || classOf(typeOf(member)) === "sdo") continue;
    const advised = advisedOf(member, work, `${pointer}/objects${formatPointer([key])}`, observableRules);
    adviseForm(advised);
    adviseValues(advised);
    adviseRegistries(advised);
    adviseCustom(advised);
  }
}

/** What is asked of observables in a container: whatever is about observables alone. */
const observableRules: ReadonlySet<RuleName> = new Set<RuleName>([
  "observable-dictionary-keys",
  "windows-process-priority-format",
  "hash-algo",
  "windows-pebinary-type",
  "account-type",
  "mime-type",
  "protocols",
  "ipfix",
  "http-request-headers",
  "socket-options",
  "pdf-doc-info",
  "network-traffic-ports",
  "custom-prefix",
  "custom-prefix-lax",
  "extensions-use",
  "oasis-media-type",
]);

// Any list of objects with an id and a type is taken for objects of STIX; those of a bundle are asked by `check` itself.
function adviseInner(object: JsonObject, work: Work, pointer: string, depth: number): void {
  for (const name of Object.keys(object)) {
    const list = object[name];
    if (!Array.isArray(list) || (name === "objects" && object["type"] === "bundle")) continue;
    (list as readonly Json[]).forEach((item, i) => {
      if (!isObject(item) || item["id"] === undefined || item["type"] === undefined) return;
      adviseObject(item, work, `${pointer}${formatPointer([name])}/${i}`, depth + 1);
    });
  }
}

function advisedOf(object: JsonObject, work: Work, pointer: string, only?: ReadonlySet<RuleName>): Advised {
  return {
    object,
    type: typeOf(object),
    pointer,
    oasis: work.profile === "oasis",
    member: only !== undefined,
    wants: (rule) => work.wanted.has(rule) && (only === undefined || only.has(rule)),
    tell(rule, place, expected) {
      const fault: Fault = { rule, pointer: pointer + place };
      work.faults.push(expected === undefined ? fault : { ...fault, expected });
    },
  };
}
