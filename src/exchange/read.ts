// The one way by which renditions leave (invariant 7): every surface that shows objects to a caller calls readPage. It
// lets what is due take effect, reads one page of the caller's feed, checks it at the door, records the pull durably,
// and reads again if something was taken away meanwhile (storage.md, A read against a recall).
import type { Caller } from "../auth/caller.ts";
import { type Collection } from "../directory/collection.ts";
import { findCollection, findParty } from "../directory/directory.ts";
import { isActive, type Party } from "../directory/state.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { Refusal } from "../refusal.ts";
import { ceilingOf } from "../policy/reach.ts";
import type { Head } from "../store/engine.ts";
import type { Page, PageQuery, VersionsWanted } from "../store/page.ts";
import { emptyPage } from "../store/page.ts";
import { disagreements } from "./door.ts";
import type { Exchange, Moment } from "./exchange.ts";
import { emptyPullText, pullText } from "./entry-fields.ts";
import { recallPage, rememberPage } from "./page-memory.ts";
import { notePassed } from "./passed.ts";
import { stillStands } from "./still-stands.ts";
import { endMismatches, passDue } from "./tick.ts";

/** Releases that one read may find to disagree with what was decided. */
export const MISMATCHES_MAX = 1_000;
/** How often a page is read again because something was taken away while it was read. */
export const READS_MAX = 5;

export interface Wanted {
  readonly want: PageQuery["want"];
  readonly after: Micros;
  readonly limit: number;
  readonly ids: readonly string[];
  readonly types: readonly string[];
  readonly versions: VersionsWanted;
  /** None: no version of the specification is asked for. */
  readonly specVersions: readonly string[];
}

/** What was read, and from where: the page and the collection. */
export interface PageRead {
  readonly page: Page;
  readonly collection: Collection;
}

/** A collection by id or alias. @throws {Refusal} not-found */
export function collectionOf({ directory }: Pick<Moment, "directory">, idOrAlias: string): Collection {
  const collection = findCollection(directory, idOrAlias);
  if (collection === null) throw new Refusal("not-found", "There is no such collection.");
  return collection;
}

/**
 * One page of what was released to the caller's party in a collection, within what the client may have; the pull is
 * recorded when it resolves.
 * @param moment what the same request has already read of the books
 * @throws {Refusal} not-found: no such collection · forbidden: the state's membership is suspended
 */
export async function readPage(
  exchange: Exchange,
  caller: Caller,
  idOrAlias: string,
  wanted: Wanted,
  moment: Moment,
): Promise<PageRead> {
  let at = (await passDue(exchange, moment.head)) ? await exchange.directory() : moment;
  for (let reads = 0; reads < READS_MAX; reads += 1) {
    if (reads > 0) at = await exchange.directory();
    const { head, directory } = at;
    stillStands(directory, caller);
    const collection = collectionOf(at, idOrAlias);
    const reader = findParty(directory, caller.state);
    if (reader === null || !isActive(reader, exchange.now()))
      throw new Refusal("forbidden", "The membership of your state is suspended: nothing is served to it.");
    const page = await readOnce(exchange, caller, reader, collection, wanted, head);
    await record(exchange, caller, collection, wanted, page, head.turn);
    // After the journal has acknowledged: what was taken away since must not leave in this answer.
    if ((await exchange.store.head()).narrowed <= head.turn) {
      const reads = { party: reader.n, collection: collection.n, ceiling: ceilingOf(caller) };
      if (!page.more && isPlain(wanted)) notePassed(exchange, reads, head.turn);
      return { page, collection };
    }
  }
  throw new Refusal("busy", "Releases change faster than they can be read; try again.");
}

/** Whether nothing that is new to the reader is filtered away. */
function isPlain({ ids, types, versions, specVersions }: Wanted): boolean {
  return ids.length === 0 && types.length === 0 && specVersions.length === 0 && (versions.last || versions.all);
}

async function readOnce(
  exchange: Exchange,
  caller: Caller,
  reader: Party,
  collection: Collection,
  wanted: Wanted,
  head: Head,
): Promise<Page> {
  // Everything that the exchange holds is STIX 2.1.
  if (wanted.specVersions.length > 0 && !wanted.specVersions.includes("2.1")) return emptyPage;
  const ceiling = ceilingOf(caller);
  const query: PageQuery = {
    want: wanted.want,
    reader: reader.n,
    everyone: reader.kind === "state" ? reader.intervals : [],
    collection: collection.n,
    after: wanted.after,
    limit: wanted.limit,
    ceiling,
    versions: wanted.versions,
    ids: wanted.ids.length === 0 ? null : wanted.ids,
    types: wanted.types.length === 0 ? null : wanted.types,
    without: [],
  };
  const { engine } = exchange.store;
  const known = recallPage(exchange, head.turn, query);
  if (known !== undefined) return engine.findRenditions(wanted.want, known);
  const without: number[] = [];
  for (;;) {
    const listed = await engine.listReleases({ ...query, without });
    const page = await engine.findRenditions(wanted.want, listed);
    const wrong = await disagreements(exchange, { party: reader.n, ceiling }, page, head.narrowed);
    if (wrong.length === 0) {
      // Fail closed and go on: what the books and the decision do not agree on was skipped, and ends with an alarm.
      if (without.length > 0) await endMismatches(exchange, reader.n, without);
      else rememberPage(exchange, head.turn, query, listed);
      return page;
    }
    without.push(...wrong);
    if (without.length > MISMATCHES_MAX)
      throw new Refusal("unavailable", "The books do not agree with what was decided; the operator is told.");
  }
}

async function record(
  exchange: Exchange,
  caller: Caller,
  collection: Collection,
  wanted: Wanted,
  page: Page,
  turn: number,
): Promise<void> {
  const puller = { client: caller.client, state: caller.state, collection: collection.alias };
  if (page.count === 0) {
    await exchange.store.tally(emptyPullText(puller));
    return;
  }
  const { count, first, last } = page;
  await exchange.store.record(pullText(puller, { turn, count, first, last, filter: filterOf(wanted) }));
}

/** The filter as the entry commits to it; null where everything was asked for. */
function filterOf(wanted: Wanted): { readonly [name: string]: readonly string[] } | null {
  const { ids, types } = wanted;
  if (ids.length === 0 && types.length === 0) return null;
  return { ...(ids.length === 0 ? {} : { ids }), ...(types.length === 0 ? {} : { types }) };
}
