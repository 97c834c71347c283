// Which pages the loads ask for: at least a thousand different ones, spread over all member states, each full. Positions come
// from the feeds' own rows; that the server's pages are full is checked when their bytes are fetched for the ceiling.
import { writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { formatMicros } from "../src/encoding/timestamp.ts";
import { taxiiMediaType } from "../src/taxii/media-type.ts";
import type { Prebuilt } from "./ceiling.ts";
import type { Call } from "./load.ts";
import type { Filled, Member } from "./members.ts";
import { randomNumbers } from "./objects.ts";

export const PAGE = 100;
export const PAGES_A_STATE = 36;

/** A page as a member asks for it: its place, before tokens are known. */
export interface Asked {
  readonly state: string;
  readonly path: string;
}

export interface PageSets {
  /** The last hundred objects of each state's feed, and pages that end a few objects earlier. */
  readonly newest: readonly Asked[];
  readonly random: readonly Asked[];
  /** What is after the newest object: nothing. */
  readonly empty: readonly Asked[];
}

export function pageSets(filled: Filled, seed: number): PageSets {
  const random = randomNumbers(seed);
  const database = new DatabaseSync(filled.database, { readOnly: true });
  const sets = filled.members.map((member) => {
    const dates = datesOf(database, filled, member);
    const last = dates.length - PAGE;
    if (last < PAGES_A_STATE) throw new TypeError("There are too few objects for so many pages.");
    const at = (place: number): Asked => askAfter(filled, member, (dates[place] ?? 0) - 1);
    return {
      newest: Array.from({ length: PAGES_A_STATE }, (_, i) => at(last - i)),
      random: Array.from({ length: PAGES_A_STATE }, () => at(random() % (last + 1))),
      empty: [askAfter(filled, member, dates.at(-1) ?? 0)],
    };
  });
  database.close();
  return {
    newest: shuffled(
      sets.flatMap((set) => set.newest),
      random,
    ),
    random: shuffled(
      sets.flatMap((set) => set.random),
      random,
    ),
    empty: sets.flatMap((set) => set.empty),
  };
}

/** The dates of everything that a member may see, oldest first. */
function datesOf(database: DatabaseSync, { collection }: Filled, member: Member): readonly number[] {
  const rows = database
    .prepare(
      `SELECT added FROM release WHERE collection = :collection AND last = 1 AND (feed = :member
         OR feed = 0 AND added >= (SELECT max(from_added) FROM membership WHERE party = :member)) ORDER BY added`,
    )
    .all({ collection: collection.n, member: member.n });
  return rows.map((row) => Number(row["added"]));
}

function askAfter({ collection }: Filled, { state }: Member, after: number): Asked {
  return {
    state,
    path: `/api/collections/${collection.id}/objects/?limit=${PAGE}&added_after=${formatMicros(after)}`,
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

export function callsOf(asked: readonly Asked[], tokens: ReadonlyMap<string, string>): readonly Call[] {
  return asked.map(({ state, path }) => ({ method: "GET", path, headers: headersOf(tokens.get(state) ?? "") }));
}

/** The same request, headers and all, for the ceiling's numbered answers. */
export function ceilingCalls(count: number, first: number, like: readonly Call[]): readonly Call[] {
  return Array.from({ length: count }, (_, i) => ({
    method: "GET",
    path: `/${first + i}`,
    headers: like[i % like.length]?.headers ?? {},
  }));
}

function headersOf(token: string): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${token}`, Accept: taxiiMediaType, "User-Agent": "bench" };
}

export interface Fetched {
  readonly bodies: readonly Uint8Array[];
  readonly headers: Prebuilt["headers"];
}

/** Fetches every page once and sees that it holds so many objects. */
export async function fetchPages(port: number, calls: readonly Call[], objects: number): Promise<Fetched> {
  const bodies: Uint8Array[] = [];
  let headers: Prebuilt["headers"] = [];
  for (const call of calls) {
    const response = await fetch(`http://127.0.0.1:${port}${call.path}`, { headers: call.headers });
    const text = await response.text();
    const page = JSON.parse(text) as { objects?: readonly unknown[] }; // counted at once
    if (response.status !== 200 || (page.objects?.length ?? 0) !== objects)
      throw new Error(`A page of ${objects} objects was expected: ${response.status} ${text.slice(0, 300)}`);
    bodies.push(new TextEncoder().encode(text));
    headers = [...response.headers].filter(([name]) => !ownHeaders.has(name));
  }
  return { bodies, headers };
}

/** Writes answers where the ceiling reads them. */
export function keepPrebuilt(file: string, { bodies, headers }: Fetched): Prebuilt {
  writeFileSync(file, Buffer.concat(bodies));
  return { file, lengths: bodies.map((body) => body.length), headers };
}

/** Every HTTP server writes these itself. */
const ownHeaders: ReadonlySet<string> = new Set(["connection", "content-length", "date", "keep-alive"]);
