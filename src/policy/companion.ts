// Companions: marking- and extension-definitions. They explain other objects and go with what uses them, not by a policy
// (exchange-model, commons). What uses them is decided first; decideCompanion unites those decisions.

import { levelRank } from "../stix/marking.ts";
import type { Decision } from "./decision.ts";
import type { Facts } from "./facts.ts";

export function isCompanion(type: string): boolean {
  return type === "marking-definition" || type === "extension-definition";
}

/**
 * The decision of a companion for each recipient, given those of its users for the same recipients (`users[i][r]`), and its
 * own: offered where a user is, from the first until the last of them. A companion that is itself marked goes only where a
 * user at least as strict goes; an object that may not go without it is then withheld by who releases it.
 */
export function decideCompanion(
  facts: Facts,
  own: readonly Decision[],
  users: readonly (readonly Decision[])[],
): readonly Decision[] {
  // Objects of one profile share one array of decisions, so that few are left of thousands of users.
  const distinct = [...new Set(users)];
  return own.map((decision, recipient) => {
    if (decision.basis.kind === "owner") return decision;
    let united: Decision | null = null;
    for (const decisions of distinct) {
      const user = decisions[recipient];
      if (user === undefined || !user.offered) continue;
      if (facts.level !== null && levelRank(user.level) < levelRank(facts.level)) continue;
      united = united === null ? user : unite(united, user);
    }
    if (united === null)
      return { ...decision, offered: false, whole: false, until: null, basis: { kind: "companion" } };
    return { ...united, basis: { kind: "companion" } };
  });
}

// Whoever gets one of two users whole needs the companion then: a user that waits for its rendition delays nothing.
function unite(a: Decision, b: Decision): Decision {
  if (a.whole !== b.whole) return a.whole ? a : b;
  return {
    ...a,
    from: Math.min(a.from, b.from),
    until: a.until === null || b.until === null ? null : Math.max(a.until, b.until),
    level: levelRank(a.level) <= levelRank(b.level) ? a.level : b.level,
  };
}
