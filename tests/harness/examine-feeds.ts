// What must hold after a fault, asked of the feeds as every state pulls them, and of what its pollers got. Returns what it
// found wrong.
import type { Session } from "../../src/cli/session.ts";
import { parseEnvelopePage } from "../../src/taxii/envelope.ts";
import { collections, type State } from "./fault-cast.ts";
import { followedAt, keyOf, type Ledger } from "./ledger.ts";
import { keyOfObject, type Poller } from "./poller.ts";

interface Feed {
  /** Every version, in the order of release. */
  readonly keys: readonly string[];
  readonly texts: readonly string[];
  readonly dates: readonly string[];
  readonly lasts: ReadonlySet<string>;
}

/** A whole collection as a state's analyst has it: objects and manifest must tell the same. */
async function readFeed(session: Session, collection: string, findings: string[]): Promise<Feed> {
  const objects = await pages(session, collection, "objects", "all");
  const manifest = await pages(session, collection, "manifest", "all");
  const lasts = await pages(session, collection, "manifest", "last");
  const keys = objects.map((item) => keyOfObject(item.value));
  const records = manifest.map(({ value }) => `${String(value?.["id"])} ${String(value?.["version"])}`);
  if (JSON.stringify(keys) !== JSON.stringify(records))
    findings.push(`${session.file.client} has a manifest of ${collection} that differs from its objects`);
  return {
    keys,
    texts: objects.map((item) => item.text),
    dates: manifest.map(({ value }) => String(value?.["date_added"])),
    lasts: new Set(lasts.map(({ value }) => `${String(value?.["id"])} ${String(value?.["version"])}`)),
  };
}

interface Item {
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly text: string;
}

async function pages(session: Session, collection: string, what: string, versions: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let next: string | null = null;
  do {
    const query = new URLSearchParams({ limit: "500", "match[version]": versions });
    if (next !== null) query.set("next", next);
    const path = `/api/collections/${collection}/${what}/?${query}`;
    const response: Response = await session.request("GET", path, { taxii: true });
    const page = parseEnvelopePage(new Uint8Array(await response.arrayBuffer()));
    for (const item of page.objects) items.push(item.value === null ? { value: null, text: "" } : item);
    next = page.next;
  } while (next !== null);
  return items;
}

/** Notes what stands before anything is sent. */
export async function noteCommons(session: Session, ledger: Ledger): Promise<void> {
  for (const collection of collections)
    for (const item of await pages(session, collection, "objects", "all")) ledger.commons.add(keyOfObject(item.value));
}

/** Holds what every state has, and what its pollers got, against what was sent and what the policies give. */
export async function examineFeeds(
  ledger: Ledger,
  analysts: ReadonlyMap<State, Session>,
  pollers: readonly Poller[],
): Promise<readonly string[]> {
  const findings: string[] = [];
  const texts = ledger.textOf();
  const followed = followedAt(ledger.sent);
  for (const [state, session] of analysts) {
    const dates: string[] = [];
    for (const collection of collections) {
      const feed = await readFeed(session, collection, findings);
      dates.push(...feed.dates);
      if (feed.dates.some((date, i) => i > 0 && date <= (feed.dates[i - 1] ?? "")))
        findings.push(`${state} has dates in ${collection} that do not rise`);
      findings.push(
        ...compare(`the list of last versions of ${state} in ${collection}`, [...feed.lasts], lastsOf(feed.keys)),
      );
      const expected = ledger.expected(state, collection);
      const contributed = feed.keys.filter((key) => !ledger.commons.has(key));
      findings.push(...compare(`${state} in ${collection}`, contributed, expected.now));
      feed.keys.forEach((key, i) => {
        const text = texts.get(key);
        if (text !== undefined && text !== feed.texts[i]) findings.push(`${state} has other bytes of ${key}`);
      });
      for (const poller of pollers.filter(({ options }) => options.state === state))
        findings.push(...examinePoller(poller, collection, feed, expected.had, followed));
    }
    if (new Set(dates).size !== dates.length) findings.push(`${state} has a date twice in its collections`);
  }
  return findings;
}

function compare(whose: string, found: readonly string[], expected: ReadonlySet<string>): readonly string[] {
  const findings: string[] = [];
  const there = new Set(found);
  const missing = [...expected].filter((key) => !there.has(key));
  const strange = found.filter((key) => !expected.has(key));
  if (there.size !== found.length) findings.push(`${whose} has ${found.length - there.size} releases twice`);
  if (missing.length > 0) findings.push(`${whose} lacks ${missing.length}, such as ${missing[0] ?? ""}`);
  if (strange.length > 0) findings.push(`${whose} has ${strange.length} too many, such as ${strange[0] ?? ""}`);
  return findings;
}

/** The newest version of each id. */
function lastsOf(keys: readonly string[]): ReadonlySet<string> {
  const newest = new Map<string, string>();
  for (const key of keys) {
    const [id = "", version = ""] = key.split(" ");
    if (version > (newest.get(id) ?? "")) newest.set(id, version);
  }
  return new Set([...newest].map(([id, version]) => keyOf({ id, version })));
}

/** A poller got each release exactly once, in order, with the dates that the manifest has. */
function examinePoller(
  poller: Poller,
  collection: string,
  feed: Feed,
  had: ReadonlySet<string>,
  followed: ReadonlyMap<string, number>,
): readonly string[] {
  const findings: string[] = [];
  const whose = `the poller ${poller.client} (${poller.options.versions}) of ${collection}`;
  const pages = poller.pages.filter((page) => page.collection === collection);
  const seen = pages.flatMap((page) => page.keys);
  const once = new Set(seen);
  if (once.size !== seen.length) findings.push(`${whose} got ${seen.length - once.size} releases twice`);
  const owed = poller.options.versions === "all" ? feed.keys : feed.keys.filter((key) => feed.lasts.has(key));
  const missed = owed.filter((key) => !once.has(key));
  if (missed.length > 0)
    findings.push(`${whose} missed ${missed.length} of ${owed.length}, such as ${missed[0] ?? ""}`);
  const known = new Set(feed.keys);
  const strange = seen.filter((key) => !known.has(key) && !had.has(key));
  if (strange.length > 0) findings.push(`${whose} got ${strange.length} that are not its state's`);
  // What a stricter version took away before it was asked for must not come.
  const taken = pages.flatMap((page) =>
    page.keys.filter((key) => !known.has(key) && (followed.get(key) ?? Infinity) < page.askedAt),
  );
  if (taken.length > 0) findings.push(`${whose} got ${taken.length} after they were taken away`);
  const dates = new Map(feed.keys.map((key, i) => [key, feed.dates[i] ?? ""]));
  for (let i = 1; i < pages.length; i += 1)
    if ((pages[i]?.first ?? "") <= (pages[i - 1]?.last ?? ""))
      findings.push(`${whose} got dates that do not rise: ${pages[i - 1]?.last ?? ""}, then ${pages[i]?.first ?? ""}`);
  for (const page of pages) {
    const known = page.keys.map((key) => dates.get(key) ?? null).filter((date) => date !== null);
    if (known.some((date, i) => i > 0 && date <= (known[i - 1] ?? "")))
      findings.push(`${whose} got a page out of order`);
    const [first, last] = [dates.get(page.keys[0] ?? ""), dates.get(page.keys.at(-1) ?? "")];
    if ((first !== undefined && first !== page.first) || (last !== undefined && last !== page.last))
      findings.push(`${whose} got other dates than the manifest has`);
  }
  return findings.slice(0, 10);
}
