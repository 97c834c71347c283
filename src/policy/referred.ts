// All that an object refers to, for whoever renders it: the references that stix/references.ts reads, the extension
// definitions that it uses, and what observables in a deprecated container name outside of it (STIX 2.1 §2.13).

import { formatPointer } from "../encoding/pointer.ts";
import type { StixObject } from "../stix/object.ts";
import { extensionIdsOf, referencesOf } from "../stix/references.ts";
import { bodiesOf } from "./granular.ts";
import type { Referred } from "./rendering.ts";

export function referredIn(object: StixObject): readonly Referred[] {
  return bodiesOf(object).flatMap(({ place, body }) => [
    ...referencesOf(body).map(({ pointer, id, kind }): Referred => ({ pointer: place + pointer, id, kind })),
    ...extensionIdsOf(body).map((id): Referred => ({
      pointer: place + formatPointer(["extensions", id]),
      id,
      kind: "extension",
    })),
  ]);
}
