// What the policy language has and this version does not decide yet. It is refused when a policy is set: a rule that was
// accepted and then ignored would widen an audience, or let its author believe that something is held back.

import { formatPointer } from "../encoding/pointer.ts";
import { Refusal } from "../refusal.ts";
import type { Path } from "../directory/form.ts";

/** @throws {Refusal} unsupported, always: "not supported yet: circles." */
export function refuseUnsupported(path: Path, feature: string): never {
  throw new Refusal("unsupported", `not supported yet: ${feature}.`, {
    pointer: formatPointer(path),
    rule: "unsupported",
    subject: feature,
  });
}
