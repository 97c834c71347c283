// A client that polls as TAXII 2.1 has it: what was added after the last date that it was told. It never looks back.
import type { Session } from "../../src/cli/session.ts";
import { parseEnvelopePage } from "../../src/taxii/envelope.ts";
import { dateAddedFirstHeader, dateAddedLastHeader } from "../../src/taxii/page.ts";
import { collections, type State } from "./fault-cast.ts";
import { keyOf, type Ledger, type Pulled } from "./ledger.ts";
import type { Random } from "./random.ts";

export interface PollerOptions {
  readonly state: State;
  /** last: what it names nothing for (the standard's default); all: every version. */
  readonly versions: "last" | "all";
  /** Follows `next` to the end of a list, or asks by date alone. */
  readonly follows: boolean;
  /** The largest limit that it asks with; each request takes one from 1 up. */
  readonly limitMax: number;
}

export function keyOfObject(object: Readonly<Record<string, unknown>> | null): string {
  if (object === null) return "unreadable";
  return keyOf({ id: String(object["id"]), version: String(object["modified"] ?? object["created"] ?? "") });
}

export class Poller {
  readonly options: PollerOptions;
  readonly client: string;
  /** Every page with something on it, in the order in which they came. */
  readonly pages: Pulled[] = [];
  readonly #session: Session;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #last = new Map<string, string>();

  constructor(options: PollerOptions, session: Session, ledger: Ledger, random: Random) {
    this.options = options;
    this.client = session.file.client;
    this.#session = session;
    this.#ledger = ledger;
    this.#random = random;
  }

  /** Polls one collection, or each; how many objects came. */
  async poll(limit: number | null = null): Promise<number> {
    let count = 0;
    for (const collection of collections) {
      let next: string | null = null;
      do {
        const page: { next: string | null; count: number } = await this.#page(collection, next, limit);
        count += page.count;
        next = this.options.follows ? page.next : null;
      } while (next !== null);
    }
    return count;
  }

  async #page(
    collection: string,
    next: string | null,
    limit: number | null,
  ): Promise<{ next: string | null; count: number }> {
    const query = new URLSearchParams({ limit: String(limit ?? 1 + this.#random.below(this.options.limitMax)) });
    const after = this.#last.get(collection);
    if (next !== null) query.set("next", next);
    else if (after !== undefined) query.set("added_after", after);
    if (this.options.versions === "all") query.set("match[version]", "all");
    const path = `/api/collections/${collection}/objects/?${query}`;
    const askedAt = performance.now();
    const response = await this.#session.request("GET", path, { taxii: true });
    const page = parseEnvelopePage(new Uint8Array(await response.arrayBuffer()));
    const [first, last] = [response.headers.get(dateAddedFirstHeader), response.headers.get(dateAddedLastHeader)];
    if (page.objects.length === 0) {
      this.#ledger.noteEmpty(this.client);
      if (first !== null || last !== null) this.#ledger.find(`${this.client} got dates with an empty page`);
      return { next: page.next, count: 0 };
    }
    const keys = page.objects.map((item) => keyOfObject(item.value));
    if (first === null || last === null) {
      this.#ledger.find(`${this.client} got a page without its dates`);
      return { next: page.next, count: keys.length };
    }
    if (first > last || (after !== undefined && first <= after) || (keys.length > 1 && first === last))
      this.#ledger.find(`${this.client} polled after ${after ?? "the beginning"} and got dates ${first} to ${last}`);
    this.#last.set(collection, last);
    const pulled = { client: this.client, collection, first, last, keys, askedAt };
    this.pages.push(pulled);
    this.#ledger.pulled.push(pulled);
    return { next: page.next, count: keys.length };
  }
}
