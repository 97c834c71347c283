// What an act on the conference does to objects that are there: those of the owners whose rules hang on it are decided again in
// the act's own turn, as for a change of policy, so that no reader ever sees it half in force.
import type { Party } from "../directory/state.ts";
import { policyOf } from "../policy/parse.ts";
import type { Policy } from "../policy/policy.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import { listLiveIds } from "../store/objects.ts";
import type { Turn } from "../store/store.ts";
import type { Exchange } from "./exchange.ts";
import { leavesRoot } from "./leaves-root.ts";
import { type Settled, settleWorld } from "./settle-world.ts";
import { loadWorld } from "./world.ts";

export interface Redecided {
  readonly settled: Settled;
  /** Live ids that were decided again. */
  readonly count: number;
  readonly root: string | undefined;
}

/**
 * @param after the directory as it stands with the act
 * @param why what ends by it: the act's kind
 */
export async function redecide(
  exchange: Exchange,
  after: DirectorySnapshot,
  turn: Turn,
  owners: readonly Party[],
  why: string,
): Promise<Redecided> {
  const ids = new Set<string>();
  for (const owner of owners) for (const id of await listLiveIds(exchange.store.engine, owner.n)) ids.add(id);
  const world = await loadWorld(exchange, after, turn, ids);
  const settled = await settleWorld(exchange, world, new Set(), why);
  return { settled, count: ids.size, root: await leavesRoot(exchange, after, turn, settled.begun) };
}

/** The states whose policy in force is such. */
export function ownersWhose(directory: DirectorySnapshot, holds: (policy: Policy) => boolean): readonly Party[] {
  return directory.parties.filter((party) => party.kind === "state" && holds(policyOf(directory, party.code)));
}
