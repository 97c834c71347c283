// What a reader was ever given of an id, by the id as it knows it: for acts that answer to a release. Hidden and absent are alike.
import type { Caller } from "../auth/caller.ts";
import { findParty } from "../directory/directory.ts";
import { exchangeNumber, isActive, type Party } from "../directory/state.ts";
import { hasCeiling } from "../policy/audience.ts";
import { ceilingOf } from "../policy/reach.ts";
import { Refusal } from "../refusal.ts";
import { findDerivedById } from "../store/derived.ts";
import type { DirectorySnapshot } from "../store/directory.ts";
import { findObjects } from "../store/objects.ts";
import { EVERYONE } from "../store/page.ts";
import { findEnded, findReleases } from "../store/releases.ts";
import type { Exchange } from "./exchange.ts";

export interface ReleasedTo {
  readonly party: Party;
  /** Numbers of the objects, ascending, with whether the reader has it now. */
  readonly objects: ReadonlyMap<number, boolean>;
}

/**
 * @throws {Refusal} not-found: nothing that others contributed was ever released to the caller under this id · forbidden: the
 *   state's membership is suspended, and an answer would serve it what became of it
 */
export async function releasedTo(
  exchange: Exchange,
  directory: DirectorySnapshot,
  caller: Caller,
  id: string,
): Promise<ReleasedTo> {
  const party = findParty(directory, caller.state);
  if (party === null) throw absent();
  if (!isActive(party, exchange.now()))
    throw new Refusal("forbidden", "The membership of your state is suspended: nothing is served to it.");
  const { engine } = exchange.store;
  const ceiling = ceilingOf(caller);
  const whole = (await findObjects(engine, [id])).filter(
    ({ contributor }) => contributor !== party.n && contributor !== exchangeNumber,
  );
  const derived = await findDerivedById(engine, party.n, [id]);
  const renditions = new Set([...whole, ...derived].map(({ n }) => n));
  const ns = [...new Set([...whole.map(({ n }) => n), ...derived.map(({ object }) => object)])];
  const isMine = (row: { feed: number; added: number; ceilings: number; rendition: number }): boolean =>
    renditions.has(row.rendition) &&
    hasCeiling(row.ceilings, ceiling) &&
    (row.feed === party.n || (row.feed === EVERYONE && party.kind === "state" && isActive(party, row.added)));
  const stands = (await findReleases(engine, ns)).filter(isMine);
  const ended = (await findEnded(engine, ns)).filter(isMine);
  const objects = new Map(
    [...ended.map(({ n }) => [n, false] as const), ...stands.map(({ n }) => [n, true] as const)].sort(
      ([a], [b]) => a - b,
    ),
  );
  if (objects.size === 0) throw absent();
  for (const { n } of stands) objects.set(n, true);
  return { party, objects };
}

export const absent = (): Refusal => new Refusal("not-found", "There is no such object.");
