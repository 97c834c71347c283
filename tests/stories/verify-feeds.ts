// All that one client can pull in the end, on every route: objects of all, last and first versions, manifest, object by id,
// its versions, an exact one; they agree with the oracle and with each other, and what is not there is never there.
import { expect } from "vitest";
import type { JsonObject } from "../../src/encoding/json.ts";
import { uuid } from "../harness/objects.ts";
import { isLater } from "../harness/oracle-readings.ts";
import type { Release } from "../harness/oracle-view.ts";
import type { Oracle } from "../harness/oracle.ts";
import { type Random, some } from "../harness/random.ts";
import type { Asking, PageBody, Seat } from "./asking.ts";
import { compare, isCommon } from "./compare.ts";
import { type DerivedIds, type Held, hold, parted } from "./compare-derived.ts";
import { collections, isOfSco } from "./history.ts";

interface ManifestRecord {
  readonly id: string;
  readonly date_added: string;
  readonly version: string;
  readonly media_type: string;
}

/** @throws {Disagreement} */
export async function verifyFeeds(
  asking: Asking,
  oracle: Oracle,
  derived: DerivedIds,
  dice: Random,
  seat: Seat,
): Promise<void> {
  const feeds = new Feeds(asking, oracle, derived, dice, seat);
  const dates: string[] = [];
  for (const collection of collections) dates.push(...(await feeds.verify(collection)));
  derived.compareNames(seat.viewer, feeds.held);
  // Unique per recipient over all collections.
  expect(dates.length, `dates of ${seat.viewer.state} at ${seat.viewer.most}`).toBe(new Set(dates).size);
}

class Feeds {
  /** The last derived versions of each collection. */
  readonly held: Held[] = [];
  readonly #asking: Asking;
  readonly #oracle: Oracle;
  readonly #derived: DerivedIds;
  readonly #dice: Random;
  readonly #seat: Seat;

  constructor(asking: Asking, oracle: Oracle, derived: DerivedIds, dice: Random, seat: Seat) {
    this.#asking = asking;
    this.#oracle = oracle;
    this.#derived = derived;
    this.#dice = dice;
    this.#seat = seat;
  }

  /** @returns the dates of all that is not of the commons */
  async verify(collection: string): Promise<readonly string[]> {
    const base = `/api/collections/${collection}`;
    const { viewer } = this.#seat;
    const what = `${viewer.state} at ${viewer.most} in ${collection}`;
    const expected = this.#oracle.releases(viewer, collection);
    const all = await this.#asking.pages(this.#seat, `${base}/objects/`, "match[version]=all");
    const held = hold(new Map(), this.#compare(all.objects, expected, `all of ${collection}`));
    this.#derived.compare(viewer, collection, held, `all of ${collection}`);
    this.held.push(held);
    const manifest = await this.#asking.pages(this.#seat, `${base}/manifest/`, "match[version]=all");
    const records = manifest.objects as unknown as readonly ManifestRecord[]; // the records of a manifest
    // The exchange's own notices are there, too.
    const everything = all.bodies.flatMap(({ objects = [] }) => objects);
    expect(
      records.map(({ id }) => id),
      what,
    ).toEqual(everything.map((object) => object["id"]));
    records.forEach((record, i) => {
      const version = everything[i]?.["modified"] ?? everything[i]?.["created"];
      if (version !== undefined) expect(record.version).toBe(version);
      expect(record.media_type).toBe("application/stix+json;version=2.1");
    });
    const added = records.map((record) => record.date_added);
    expect(added, what).toEqual([...new Set(added)].sort());
    let at = 0;
    all.bodies.forEach((body, i) => {
      const count = body.objects?.length ?? 0;
      if (count === 0) return;
      const ends = ["First", "Last"].map((end) => all.answers[i]?.headers.get(`X-TAXII-Date-Added-${end}`));
      expect(ends).toEqual([added[at], added[at + count - 1]]);
      at += count;
    });
    const last = await this.#asking.pages(this.#seat, `${base}/objects/`, "");
    const lasting = this.#compare(
      last.objects,
      expected.filter((release) => release.last),
      `the last versions of ${collection}`,
    );
    expect(byId(lasting), what).toEqual(byId([...held.values()]));
    await this.#verifyFirst(collection, expected);
    await this.#verifyIds(collection, expected, records);
    await this.#verifyDerived(
      collection,
      parted(
        this.#oracle,
        all.objects.filter((object) => !isCommon(object)),
      ).derived,
    );
    return records.filter((_, i) => !isCommon(everything[i] ?? {})).map((record) => record.date_added);
  }

  /** @returns what is not whole among them, each a rendition that is or was this viewer's */
  #compare(objects: PageBody["objects"], expected: readonly Release[], what: string): readonly JsonObject[] {
    const { viewer } = this.#seat;
    const pulled = (objects ?? []).filter((object) => !isCommon(object));
    const { whole, derived } = parted(this.#oracle, pulled);
    compare(this.#oracle, viewer, whole, expected, what);
    this.#derived.inspect(viewer, derived, what);
    return derived;
  }

  /** Some ids that stand for others: they answer as any does. */
  async #verifyDerived(collection: string, all: readonly JsonObject[]): Promise<void> {
    const base = `/api/collections/${collection}/objects`;
    const ids = [...new Set(all.map((object) => String(object["id"])))];
    for (const id of some(this.#dice, ids, Math.min(1, 3 / ids.length))) {
      const here = all.filter((object) => object["id"] === id);
      const answers = async (query: string): Promise<PageBody["objects"]> =>
        objectsIn((await this.#asking.get(this.#seat, `${base}/${query}`)).text);
      expect(await answers(`${id}/?match[version]=all`)).toEqual(here);
      expect(await answers(`${id}/`)).toEqual(here.slice(-1));
      expect(await answers(`?match[id]=${id}&match[version]=first`)).toEqual(here.slice(0, 1));
      const versions = here.map((object) => String(object["modified"]));
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => (isLater(a, b) ? 1 : -1)));
      const told = await this.#asking.get(this.#seat, `${base}/${id}/versions/`);
      expect(JSON.parse(told.text)).toEqual({ more: false, versions });
      const one = this.#dice.pick(here);
      expect(await answers(`?match[id]=${id}&match[version]=${String(one["modified"])}`)).toEqual([one]);
    }
  }

  async #verifyFirst(collection: string, expected: readonly Release[]): Promise<void> {
    const first = expected.filter(
      ({ item }) =>
        !isOfSco(item.id) && !expected.some((other) => other.item.id === item.id && other.item.version < item.version),
    );
    const path = `/api/collections/${collection}/objects/`;
    const { objects } = await this.#asking.pages(this.#seat, path, "match[version]=first");
    // The dates by which copies of an SCO are told apart are the exchange's own.
    const versioned = objects.filter((object) => !isOfSco(String(object["id"])));
    this.#compare(versioned, first, `the first versions of ${collection}`);
  }

  /** Some ids: those that are there answer by id and version, all others answer alike. */
  async #verifyIds(
    collection: string,
    expected: readonly Release[],
    records: readonly ManifestRecord[],
  ): Promise<void> {
    const base = `/api/collections/${collection}/objects`;
    const nothing = `indicator--${uuid(999_999)}`;
    const absent = await this.#asking.get(this.#seat, `${base}/${nothing}/`);
    expect(absent.status).toBe(404);
    const ids = [...new Set(this.#oracle.items.map((item) => item.id))];
    for (const id of some(this.#dice, ids, Math.min(1, 8 / ids.length))) {
      const here = expected.filter(({ item }) => item.id === id);
      const all = await this.#asking.get(this.#seat, `${base}/${id}/?match[version]=all`);
      const last = await this.#asking.get(this.#seat, `${base}/${id}/`);
      const versions = await this.#asking.get(this.#seat, `${base}/${id}/versions/`);
      if (here.length === 0) {
        for (const one of [all, last, versions]) {
          expect(one.status, `${id} ${one.text}`).toBe(404);
          expect(one.text.replaceAll(id, "ID")).toBe(absent.text.replaceAll(nothing, "ID"));
          expect([...one.headers]).toEqual([...absent.headers]);
        }
        continue;
      }
      this.#compare(objectsIn(all.text), here, `${id} by its id`);
      const lasting = here.filter((release) => release.last);
      this.#compare(objectsIn(last.text), lasting, `the last of ${id} by its id`);
      expect(JSON.parse(versions.text)).toEqual({
        more: false,
        versions: records.filter((record) => record.id === id).map((record) => record.version),
      });
      const one = this.#dice.pick(here);
      if (isOfSco(id)) continue;
      const exact = await this.#asking.get(this.#seat, `${base}/?match[id]=${id}&match[version]=${one.item.version}`);
      this.#compare(objectsIn(exact.text), [one], `${id} by its version`);
    }
  }
}

function byId(objects: readonly JsonObject[]): readonly JsonObject[] {
  return [...objects].sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
}

function objectsIn(text: string): PageBody["objects"] {
  return (JSON.parse(text) as PageBody).objects; // an envelope
}
