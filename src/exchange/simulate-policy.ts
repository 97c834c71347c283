// Simulates a policy over one's live objects: what it would newly give and what it would end, for each party, before it is
// set. One's own policy alone speaks, as in an explanation (exchange-model, no-oracle). Nothing is stored.
import type { Caller } from "../auth/caller.ts";
import { requireScope } from "../auth/scope.ts";
import { isObject, type Json } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { checkPolicy, type PolicyWarning } from "../policy/check.ts";
import { isCompanion } from "../policy/companion.ts";
import type { Decision } from "../policy/decision.ts";
import { wordOf } from "../policy/explain.ts";
import { policyOf } from "../policy/parse.ts";
import { listLiveIds } from "../store/objects.ts";
import type { Exchange } from "./exchange.ts";
import { recipientsOf, untold } from "./explain.ts";
import { stillStands } from "./still-stands.ts";
import { policyOwner, readPolicy, withPolicy } from "./policy-document.ts";
import { decideWorldFor, loadWorld } from "./world.ts";

/** Ids named for each kind of change and party. */
export const EXAMPLES_MAX = 5;

export interface Change {
  readonly count: number;
  /** Ids, alphabetical. */
  readonly examples: readonly string[];
}

/** What would become of one's objects for one party. */
export interface PartySimulated {
  readonly party: string;
  /** Offered by the new policy and not by the one in force. */
  readonly gained: Change;
  /** The other way round: these would be recalled. */
  readonly lost: Change;
  /** Offered by both, but at other times or in another rendition. */
  readonly changed: Change;
}

export interface Simulated {
  /** Live versions that were decided. */
  readonly objects: number;
  readonly parties: readonly PartySimulated[];
  readonly warnings: readonly PolicyWarning[];
}

/** @throws {Refusal} forbidden without the scope, or no state's · invalid: the document, with pointer */
export async function simulatePolicy(exchange: Exchange, caller: Caller, document: Json): Promise<Simulated> {
  requireScope(caller, "policy");
  const { directory } = await exchange.directory();
  stillStands(directory, caller);
  const party = policyOwner(directory, caller);
  const at = exchange.now();
  const policy = readPolicy(directory, party, document, at);
  if (!isObject(document)) throw new TypeError("A policy that was read is an object.");
  const world = await loadWorld(
    exchange,
    directory,
    { n: 0, base: at },
    await listLiveIds(exchange.store.engine, party.n),
  );
  const own = {
    ...world,
    versions: world.versions.filter(
      ({ row }) => row.contributor === party.n && row.recalled === 0 && !isCompanion(row.type),
    ),
  };
  const recipients = recipientsOf(directory, [policyOf(directory, party.code), policy]);
  const now = decideWorldFor(recipients, own, untold);
  const after = { ...own, directory: withPolicy(directory, party, at, document).directory };
  const then = decideWorldFor(recipients, after, untold);
  const tallies = new Map<string, Tally>();
  now.forEach((one, i) => {
    const next = then[i];
    one.recipients.forEach((recipient, r) => {
      const [a, b] = [one.decisions[r], next?.decisions[r]];
      if (a === undefined || b === undefined) throw new TypeError("Each recipient was decided on.");
      const kind = kindOf(a, b, at);
      const tally = tallies.get(recipient.code) ?? { gained: [], lost: [], changed: [] };
      tallies.set(recipient.code, tally);
      if (kind !== null) tally[kind].push(one.version.row.id);
    });
  });
  return {
    objects: now.length,
    parties: [...tallies].map(([code, { gained, lost, changed }]) => ({
      party: code,
      gained: changeOf(gained),
      lost: changeOf(lost),
      changed: changeOf(changed),
    })),
    warnings: checkPolicy(policy, party.code),
  };
}

interface Tally {
  readonly gained: string[];
  readonly lost: string[];
  readonly changed: string[];
}

function kindOf(before: Decision, after: Decision, at: Micros): keyof Tally | null {
  if (before.offered !== after.offered) return after.offered ? "gained" : "lost";
  if (!after.offered) return null;
  const same = wordOf(before, at) === wordOf(after, at) && before.until === after.until && before.from === after.from;
  const isAsMuch = JSON.stringify(before.terms) === JSON.stringify(after.terms) && before.parts === after.parts;
  return same && isAsMuch ? null : "changed";
}

function changeOf(ids: readonly string[]): Change {
  return { count: ids.length, examples: [...new Set(ids)].sort().slice(0, EXAMPLES_MAX) };
}
