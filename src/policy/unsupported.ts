// What the policy language has and the exchange does not bring to bear yet. It is refused when a policy is set: a rule that was
// accepted and then ignored would widen an audience, or let its author believe that something is held back. A feature leaves the
// list when the acts pass in what its decisions need.

import { formatPointer } from "../encoding/pointer.ts";
import { Refusal } from "../refusal.ts";
import type { Path } from "../directory/form.ts";

/** Parts of the language that need something from the exchange, as a refusal names them. */
export type Feature = "approval" | "accept";

export const unsupportedFeatures: ReadonlySet<Feature> = new Set<Feature>();

/** For documents that were taken already, and for reading the whole language. */
export const everythingSupported: ReadonlySet<Feature> = new Set();

/** @throws {Refusal} unsupported, for a feature of the list: "not supported yet: circles." */
export function requireSupport(path: Path, feature: Feature, unsupported: ReadonlySet<Feature>): void {
  if (!unsupported.has(feature)) return;
  throw new Refusal("unsupported", `not supported yet: ${feature}.`, {
    pointer: formatPointer(path),
    rule: "unsupported",
    subject: feature,
  });
}
