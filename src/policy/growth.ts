// Whether another party's act, a new member or a wider circle, reaches back to what was already contributed (policy.md, `grow`;
// exchange-model, forward-only). Decisions ask it of every membership that began after a contribution.

import type { Micros } from "../encoding/timestamp.ts";
import { type Interval, isWithin } from "../directory/state.ts";
import type { Policy } from "./policy.ts";

/**
 * When the owner last confirmed a state, by its code. A confirmation speaks of the memberships that stood when it was given;
 * absent as a whole, nothing reaches back, whatever the policy says.
 */
export type Confirmations = ReadonlyMap<string, Micros>;

/** How far a membership goes: it covered the contribution and does now, only one of both, or neither. */
export type MembershipCoverage = "both" | "partly" | "neither";

/** Of a party in an exchange or in a circle; what `grow` lets reach back counts as both. */
export function membershipOf(
  intervals: readonly Interval[],
  times: { readonly contributedAt: Micros; readonly at: Micros },
  growth: {
    readonly policy: Pick<Policy, "grow">;
    readonly code: string;
    readonly confirmed: Confirmations | undefined;
  },
): MembershipCoverage {
  const then = intervals.some((interval) => isWithin(interval, times.contributedAt));
  const now = intervals.find((interval) => isWithin(interval, times.at));
  if (now === undefined) return then ? "partly" : "neither";
  if (then) return "both";
  const reachesBack =
    growth.confirmed !== undefined && growsTo(growth.policy, now, growth.confirmed.get(growth.code) ?? null);
  return reachesBack ? "both" : "partly";
}

/** Whether a membership reaches back before it began: `ask` needs a confirmation no older than the membership. */
export function growsTo({ grow }: Pick<Policy, "grow">, membership: Interval, confirmed: Micros | null): boolean {
  if (grow !== "ask") return grow === "auto";
  return confirmed !== null && confirmed >= membership.from;
}
