// What the feeds said of pages, remembered for one turn. Releases change by turns alone, so that a page that was listed and
// checked at the door at a turn stands as long as the books' head, read for each pull, is at that turn: whichever instance
// takes the next one. After a release the clients of a state all ask for the same page, and again and again for what comes
// after it. Relied on by read.ts.
import type { Micros } from "../encoding/timestamp.ts";
import type { ListedPage, PageQuery } from "../store/page.ts";
import type { Exchange } from "./exchange.ts";

/** Releases on all pages that are remembered; each takes some twenty bytes. */
export const LISTED_MAX = 400_000;
/** Pages, and ends of feeds: what a caller varies freely must not fill the memory. */
export const PAGES_MAX = 10_000;

interface Memory {
  readonly turn: number;
  readonly pages: Map<string, ListedPage>;
  /** The earliest date after which a feed is known to have nothing, by feed and filter. */
  readonly ends: Map<string, Micros>;
  listed: number;
}

const memories = new WeakMap<Exchange, Memory>();

const nothing: ListedPage = { renditions: [], added: [], more: false };

/** The page as it was listed and admitted at this turn; undefined where that is not remembered. */
export function recallPage(exchange: Exchange, turn: number, query: PageQuery): ListedPage | undefined {
  const memory = memories.get(exchange);
  if (memory?.turn !== turn) return undefined;
  const feed = feedOf(query);
  const end = memory.ends.get(feed);
  return end !== undefined && query.after >= end ? nothing : memory.pages.get(pageOf(feed, query));
}

/** Remembers a page that every check has let pass, as the books had it at this turn or later. */
export function rememberPage(exchange: Exchange, turn: number, query: PageQuery, page: ListedPage): void {
  const memory = memoryOf(exchange, turn);
  if (memory === null) return;
  const feed = feedOf(query);
  if (!page.more) {
    const end = page.added.at(-1) ?? query.after;
    if (memory.ends.size >= PAGES_MAX) memory.ends.clear();
    memory.ends.set(feed, Math.min(end, memory.ends.get(feed) ?? end));
  }
  if (page.renditions.length === 0) return;
  memory.listed += page.renditions.length;
  if (memory.listed > LISTED_MAX || memory.pages.size >= PAGES_MAX) {
    memory.pages.clear();
    memory.listed = page.renditions.length;
  }
  memory.pages.set(pageOf(feed, query), page);
}

/** null: a later turn is known, and what an earlier one said counts no more. */
function memoryOf(exchange: Exchange, turn: number): Memory | null {
  const known = memories.get(exchange);
  if (known !== undefined && known.turn >= turn) return known.turn === turn ? known : null;
  const fresh: Memory = { turn, pages: new Map(), ends: new Map(), listed: 0 };
  memories.set(exchange, fresh);
  return fresh;
}

/** Whose feed in which collection, at which ceiling, and what of it. The reader's intervals are its own at each turn. */
function feedOf({ reader, collection, ceiling, ids, types, versions }: PageQuery): string {
  const { last, first, all, exact } = versions;
  const plain = ids === null && types === null && exact.length === 0;
  const filter = plain ? "" : JSON.stringify([ids, types, exact]);
  return `${reader} ${collection} ${ceiling} ${last ? 1 : 0}${first ? 1 : 0}${all ? 1 : 0}${filter}`;
}

/** A page of objects is cut by their size, too. */
function pageOf(feed: string, { after, limit, want }: PageQuery): string {
  return `${after} ${limit} ${want} ${feed}`;
}
