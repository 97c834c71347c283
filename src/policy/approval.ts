// The approval of contacts (policy.md, The document, `approval`): contributions from a level up, and policy changes that newly
// release at it, wait until so many contacts approved. The acts ask here what waits, and whether it has waited long enough.

import type { Json, JsonObject } from "../encoding/json.ts";
import { granularLevel, type Level, levelRank, levels, strictest } from "../stix/marking.ts";
import { openForm, type Path, refuseAt } from "../directory/form.ts";
import { readLevel } from "./condition.ts";
import type { Decision } from "./decision.ts";
import type { Policy } from "./policy.ts";

export const approversMax = 10;

export interface Approval {
  /** The mildest level that waits. */
  readonly tlp: Level;
  /** How many different contacts have to approve. */
  readonly of: number;
}

/** How many contacts have to approve a contribution whose strictest object is at this level; 0: none. */
export function approvalsNeeded({ approval }: Pick<Policy, "approval">, level: Level): number {
  return approval !== null && levelRank(level) >= levelRank(approval.tlp) ? approval.of : 0;
}

/** Whether a contribution at this level waits for an approval at all. */
export function needsApproval(policy: Pick<Policy, "approval">, level: Level): boolean {
  return approvalsNeeded(policy, level) > 0;
}

/** Whether so many different contacts approved: nobody counts twice. */
export function isApproved(needed: number, approvedBy: readonly string[]): boolean {
  return new Set(approvedBy).size >= needed;
}

/**
 * How many contacts have to approve a change of policy; 0: none. The policy in force asks, so that a change cannot lift what
 * would hold it back: one that asks less of later contributions waits like one that newly releases.
 * @param released the levels at which the change would release what is not released now
 */
export function approvalsForChange(inForce: Asking, next: Asking, released: Iterable<Level>): number {
  const { approval } = inForce;
  if (approval === null) return 0;
  const waits = [...released].some((level) => needsApproval(inForce, level));
  return waits || asksLess(next, approval) || asksLessOfUnmarked(inForce, next) || growsAlone(inForce, next)
    ? approval.of
    : 0;
}

/** What of a policy says how much is asked for. */
type Asking = Pick<Policy, "approval" | "unmarked" | "grow">;

function asksLess({ approval: next }: Asking, before: Approval): boolean {
  return next === null || levelRank(next.tlp) > levelRank(before.tlp) || next.of < before.of;
}

/** What is unmarked would leave unasked from now on. What a policy refuses counts as red. */
function asksLessOfUnmarked(inForce: Asking, next: Asking): boolean {
  const needed = (policy: Asking): number =>
    approvalsNeeded(inForce, policy.unmarked === "refuse" ? "red" : policy.unmarked);
  return needed(next) < needed(inForce);
}

/** Whoever joins would be given what was contributed before, and no contact had a say in it. */
function growsAlone(inForce: Asking, next: Asking): boolean {
  return next.grow === "auto" && inForce.grow !== "auto";
}

/**
 * The level at which an object counts for an approval: its own, or that of its strictest part which some reader is given. A
 * granular marking other than TLP's counts as red.
 */
export function levelToApprove(level: Level, decisions: readonly Decision[], object: JsonObject): Level {
  const parts = granularLevel(object, () => null).level;
  if (parts === null) return level;
  const given = Math.max(...decisions.map((decision) => levelRank(decision.parts ?? level)));
  return strictest(level, levels[Math.min(levelRank(parts), given)] ?? "red");
}

/** What is decided of a contribution that waits: what would be offered is not, but to its owner. */
export function untilApproved(
  decisions: readonly Decision[],
  isOwner: (place: number) => boolean,
): readonly Decision[] {
  return decisions.map((decision, place) =>
    decision.offered && !isOwner(place)
      ? { ...decision, offered: false, whole: false, until: null, basis: { kind: "awaiting-approval" } }
      : decision,
  );
}

/**
 * The levels at which a change of policy newly releases something: by what it counts as before and after, so that a change that
 * lowers what is unmarked is none below.
 */
export function levelsReleased(before: readonly Decision[], after: readonly Decision[]): readonly Level[] {
  return after.flatMap((next, place) => {
    const now = before[place];
    return now !== undefined && isWider(now, next) ? [now.level, next.level, next.parts ?? next.level] : [];
  });
}

function isWider(now: Decision, next: Decision): boolean {
  if (!next.offered) return false;
  if (!now.offered) return true;
  return (
    next.from < now.from ||
    (now.until !== null && (next.until === null || next.until > now.until)) ||
    (now.terms.unattributed && !next.terms.unattributed) ||
    now.terms.redact.some((redaction) => !next.terms.redact.includes(redaction)) ||
    levelRank(next.parts ?? next.level) > levelRank(now.parts ?? now.level)
  );
}

/** @throws {Refusal} invalid `level`, `approvers`, or what a form refuses */
export function readApproval(value: Json, path: Path): Approval {
  const form = openForm(value, path, "approval", ["tlp", "of"]);
  const { of } = form;
  const tlp = readLevel(form["tlp"], [...path, "tlp"]);
  if (typeof of !== "number" || !Number.isInteger(of) || of < 1 || of > approversMax) {
    refuseAt(
      [...path, "of"],
      "approvers",
      `of is the number of contacts that have to approve, from 1 to ${approversMax}.`,
    );
  }
  return { tlp, of };
}
