// The root of the leaves that an act's entry commits to: who was given which object, and why (transparency.md, What an entry
// is). Every party has its place, given something or not.
import { formatCanonical } from "../encoding/canonical-json.ts";
import { type ReleasedLeaf, rootOfLeaves } from "../audit/leaves.ts";
import { listRecipients } from "../directory/directory.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import type { Turn } from "../store/store.ts";
import type { Exchange } from "./exchange.ts";
import { TURNS } from "./journal-names.ts";
import { periodOf } from "./periods.ts";
import type { Released } from "./settle-world.ts";

/** The root as base64url, or undefined where nothing began. */
export async function leavesRoot(
  exchange: Exchange,
  directory: DirectorySnapshot,
  turn: Turn,
  begun: readonly Released[],
): Promise<string | undefined> {
  if (begun.length === 0) return undefined;
  const { key } = await periodOf(exchange, turn.base);
  const byParty = new Map<number, Released[]>();
  for (const release of begun) {
    const there = byParty.get(release.party);
    if (there === undefined) byParty.set(release.party, [release]);
    else there.push(release);
  }
  const leafOf = leafWriter(directory);
  const recipients = listRecipients(directory).map((party) => ({
    party: party.code,
    leaves: (byParty.get(party.n) ?? []).map(leafOf),
  }));
  return rootOfLeaves({ journal: TURNS, n: turn.n, recipients }, key);
}

/** Objects and bases are written once each: most parties are given the same objects for the same reasons. */
function leafWriter(directory: DirectorySnapshot): (release: Released) => ReleasedLeaf {
  const bases = new Map<readonly unknown[], Map<number, string>>();
  return ({ decided, party, given: object }) => {
    const { row } = decided.version;
    let written = bases.get(decided.decisions);
    if (written === undefined) bases.set(decided.decisions, (written = new Map()));
    let basis = written.get(party);
    if (basis === undefined) {
      const owner = directory.byNumber.get(row.contributor)?.code ?? "";
      const at = decided.recipients.findIndex((recipient) => recipient.n === party);
      // The version of the policy that decided, so that the owner can run the decision again.
      basis = formatCanonical({
        policy: directory.policies.get(owner)?.version ?? 0,
        basis: decided.decisions[at]?.basis ?? null,
      });
      written.set(party, basis);
    }
    return { object, basis };
  };
}
