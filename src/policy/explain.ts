// Explain: to whom an object is offered, and why, for its owner. Explain and decide are one function with two outputs. Only the
// owner's policy speaks: where others' rules matter too (lean, holder, intake), it says that some may not get it.

import type { Micros } from "../encoding/timestamp.ts";
import { formatList, formatMessage, formatTime, type Messages } from "../messages/messages.ts";
import { formatBasis } from "./basis.ts";
import { decideAll, type HeardObject, type Hearing } from "./decide.ts";
import type { Decision } from "./decision.ts";
import type { Recipient } from "./parties.ts";

export interface Explanation {
  readonly party: Recipient;
  readonly decision: Decision;
}

/** The decision and its basis for every recipient, in the order given. */
export function explain(
  input: Hearing & HeardObject & { readonly recipients: readonly Recipient[] },
): readonly Explanation[] {
  const [decisions = []] = decideAll({ ...input, objects: [input] });
  return pair(input.recipients, decisions);
}

/** Explanations from decisions that were made already, such as a companion's. */
export function pair(recipients: readonly Recipient[], decisions: readonly Decision[]): readonly Explanation[] {
  return recipients.flatMap((party, position) => {
    const decision = decisions[position];
    return decision === undefined ? [] : [{ party, decision }];
  });
}

/** What a party is given: now whole or reduced, later, what goes unattributed not yet, or nothing. */
export type Word = "whole" | "reduced" | "later" | "unattributed" | "no";

export function wordOf({ offered, whole, terms, from }: Decision, at: Micros): Word {
  if (!offered) return "no";
  if (terms.unattributed) return "unattributed";
  if (from > at) return "later";
  return whole ? "whole" : "reduced";
}

/** One line for a party: "UZ: later, from 26 November 2026 … Shared by rule ‘…’." */
export function formatExplanation({ party, decision }: Explanation, messages: Messages, at: Micros): string {
  const word = wordOf(decision, at);
  const parts = [`${party.code}: ${formatMessage(messages, `word.${word}`, {})}.`];
  if (word === "later") {
    const later = { parties: party.code, time: formatTime(messages, decision.from) };
    parts.push(formatMessage(messages, "audience.later", later));
  }
  parts.push(formatBasis(decision.basis, messages));
  return parts.join(" ");
}

/**
 * Whether what is offered hangs on others' rules, too: on who has what the object refers to. Told by what the owner's
 * contributor read, never by what others have.
 */
export function hangsOnOthers({ facts }: Pick<HeardObject, "facts">, owner: string): boolean {
  return facts.authors?.some((author) => author !== owner) === true;
}

/**
 * The audience in words, its owner aside: "3 parties are offered this now: … UZ from 26 November 2026. Nobody else."
 * @param hanging whether it is said that some of them may not get it (hangsOnOthers)
 */
export function formatAudience(
  explanations: readonly Explanation[],
  messages: Messages,
  at: Micros,
  hanging = false,
): string {
  const others = explanations.filter(({ decision }) => decision.basis.kind !== "owner" && decision.offered);
  if (others.length === 0) return formatMessage(messages, "audience.nobody", {});
  const codes = (chosen: readonly Explanation[]): string =>
    formatList(
      messages,
      chosen.map(({ party }) => party.code),
    );
  const sentences: string[] = [];
  const now = others.filter(({ decision }) => ["whole", "reduced"].includes(wordOf(decision, at)));
  if (now.length > 0) {
    sentences.push(formatMessage(messages, "audience.now", { count: now.length, parties: codes(now) }));
  }
  const later = Map.groupBy(
    others.filter(({ decision }) => wordOf(decision, at) === "later"),
    ({ decision }) => decision.from,
  );
  for (const [from, chosen] of [...later].sort(([a], [b]) => a - b)) {
    const values = { parties: codes(chosen), time: formatTime(messages, from) };
    sentences.push(formatMessage(messages, "audience.later", values));
  }
  // It is told of whom it may go to later, too.
  const reduced = others.filter(({ decision: { whole, terms } }) => !whole && !terms.unattributed);
  if (reduced.length > 0) sentences.push(formatMessage(messages, "audience.reduced", { parties: codes(reduced) }));
  const nameless = others.filter(({ decision }) => wordOf(decision, at) === "unattributed");
  if (nameless.length > 0)
    sentences.push(formatMessage(messages, "audience.unattributed", { parties: codes(nameless) }));
  sentences.push(formatMessage(messages, "audience.nobody-else", {}));
  if (hanging) sentences.push(formatMessage(messages, "audience.some-may-not", {}));
  return sentences.join(" ");
}
