// Whether a caller has an object: for the doors that tell only that (403 or 404, an empty list or 404). No rendition is read
// and nothing of the object leaves, so it is no pull and is not recorded as one.
import type { Caller } from "../auth/caller.ts";
import { findCollection, findParty } from "../directory/directory.ts";
import { isActive } from "../directory/state.ts";
import { hasCeiling } from "../policy/audience.ts";
import { ceilingOf } from "../policy/reach.ts";
import { Refusal } from "../refusal.ts";
import { EVERYONE } from "../store/page.ts";
import { findDerivedById } from "../store/derived.ts";
import { findObjects } from "../store/objects.ts";
import { findReleases } from "../store/releases.ts";
import { disagreements } from "./door.ts";
import type { Exchange } from "./exchange.ts";
import { passDue } from "./tick.ts";

/**
 * Whether some version of the id stands released to the caller's party in the collection, within what the client may have:
 * what `readPage` would show of it.
 * @throws {Refusal} not-found: no such collection · forbidden: the state's membership is suspended
 */
export async function sees(exchange: Exchange, caller: Caller, idOrAlias: string, id: string): Promise<boolean> {
  await passDue(exchange, await exchange.store.head());
  const { head, directory } = await exchange.directory();
  const { engine } = exchange.store;
  const collection = findCollection(directory, idOrAlias);
  if (collection === null) throw new Refusal("not-found", "There is no such collection.");
  const reader = findParty(directory, caller.state);
  if (reader === null || !isActive(reader, exchange.now()))
    throw new Refusal("forbidden", "The membership of your state is suspended: nothing is served to it.");
  const ceiling = ceilingOf(caller);
  // By its own id whole, or by an id that stands for something: never by the one that this stands for.
  const derived = await findDerivedById(engine, reader.n, [id]);
  const renditions = new Set([
    ...(await findObjects(engine, [id])).map((row) => row.n),
    ...derived.map((row) => row.n),
  ]);
  const releases = await findReleases(engine, [...renditions, ...derived.map((row) => row.object)]);
  const own = releases.filter(
    (row) =>
      row.collection === collection.n &&
      renditions.has(row.rendition) &&
      hasCeiling(row.ceilings, ceiling) &&
      (row.feed === reader.n || (row.feed === EVERYONE && reader.kind === "state" && isActive(reader, row.added))),
  );
  const listed = { renditions: own.map((row) => row.rendition), objects: own.map((row) => row.n) };
  const wrong = await disagreements(exchange, { party: reader.n, ceiling }, listed, head.narrowed);
  return own.length > wrong.length;
}
