// Preview: what would be offered to whom if this were contributed now, and what may be a mistake (policy.md, Preview). By the
// contributor's own policy alone; nothing is stored, and nothing that others have is told.
import type { Caller } from "../auth/caller.ts";
import { type Messages, messagesIn } from "../messages/messages.ts";
import type { Language } from "../messages/message.ts";
import { approvalsNeeded, levelToApprove } from "../policy/approval.ts";
import { pair } from "../policy/explain.ts";
import type { Recipient } from "../policy/parties.ts";
import { policyOf } from "../policy/parse.ts";
import { checkPosting, formatPostingWarning, type Posting, type PostingWarning } from "../policy/posting.ts";
import type { StixObject } from "../stix/object.ts";
import type { Item } from "./contribution-items.ts";
import type { Exchange } from "./exchange.ts";
import { consider, decidedOf, type Explained, type ObjectExplained, tell, type Wanted } from "./explain.ts";
import { networksOf } from "./findings.ts";
import type { Decided } from "./world.ts";

/** A warning with its sentence in the reader's language. */
export type Warned = PostingWarning & { readonly sentence: string };

export interface ObjectPreviewed extends ObjectExplained {
  /** None for versions that are in the books already and are not posted again. */
  readonly warnings: readonly Warned[];
}

export interface Previewed extends Explained {
  readonly objects: readonly ObjectPreviewed[];
  /** How many contacts would have to approve it before anything leaves; 0: none. */
  readonly approvals: number;
}

/**
 * @throws {Refusal} forbidden without the scope · not-found: no such collection · invalid: the instruction
 */
export async function preview(
  exchange: Exchange,
  caller: Caller,
  wanted: Wanted,
  language: Language,
): Promise<Previewed> {
  const considered = await consider(exchange, caller, wanted);
  const { party, world, prepared } = considered;
  const decided = await decidedOf(exchange, considered);
  const policy = policyOf(world.directory, party.code);
  const networks = networksOf(world.directory, party.code);
  const messages = messagesIn(language);
  const told = tell(considered, decided, language);
  const objects = told.objects.map((object, i) => {
    const one = decided[i];
    const posted = one === undefined ? null : contentOf(one, prepared.items);
    if (one === undefined || posted === null) return { ...object, warnings: [] };
    return { ...object, warnings: warningsOf(one, posted, { policy, owner: party, networks }, messages) };
  });
  const levels = decided.flatMap((one) => {
    const posted = contentOf(one, prepared.items);
    return posted === null ? [] : [levelToApprove(one.level, one.decisions, posted)];
  });
  const approvals = levels.reduce((most, level) => Math.max(most, approvalsNeeded(policy, level)), 0);
  return { ...told, objects, approvals };
}

/** What is posted under this id and version; an observable has one content in a contribution. */
function contentOf({ version: { row, object } }: Decided<Recipient>, items: readonly Item[]): StixObject | null {
  return object ?? items.find((item) => item.object.id === row.id && item.digest === row.digest)?.object ?? null;
}

function warningsOf(
  { version, recipients, decisions }: Decided<Recipient>,
  object: StixObject,
  by: Pick<Posting, "policy" | "owner" | "networks">,
  messages: Messages,
): readonly Warned[] {
  const warnings = checkPosting({
    object,
    facts: version.facts,
    explanations: pair(recipients, decisions),
    ...by,
  });
  return warnings.map((warning) => ({ ...warning, sentence: formatPostingWarning(warning, messages) }));
}
