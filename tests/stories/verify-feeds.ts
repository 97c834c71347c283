// All that one client can pull in the end, on every route: objects of all, last and first versions, manifest, object by id,
// its versions, an exact one; they agree with the oracle and with each other, and what is not there is never there.
import { expect } from "vitest";
import { uuid } from "../harness/objects.ts";
import type { Release } from "../harness/oracle-view.ts";
import type { Oracle } from "../harness/oracle.ts";
import type { Random } from "../harness/random.ts";
import type { Asking, PageBody, Seat } from "./asking.ts";
import { compare, isCommon } from "./compare.ts";
import { some } from "./generate.ts";
import { collections, isOfSco } from "./history.ts";

interface ManifestRecord {
  readonly id: string;
  readonly date_added: string;
  readonly version: string;
  readonly media_type: string;
}

/** @throws {Disagreement} */
export async function verifyFeeds(asking: Asking, oracle: Oracle, dice: Random, seat: Seat): Promise<void> {
  const feeds = new Feeds(asking, oracle, dice, seat);
  const dates: string[] = [];
  for (const collection of collections) dates.push(...(await feeds.verify(collection)));
  // Unique per recipient over all collections.
  expect(dates.length, `dates of ${seat.viewer.state} at ${seat.viewer.most}`).toBe(new Set(dates).size);
}

class Feeds {
  readonly #asking: Asking;
  readonly #oracle: Oracle;
  readonly #dice: Random;
  readonly #seat: Seat;

  constructor(asking: Asking, oracle: Oracle, dice: Random, seat: Seat) {
    this.#asking = asking;
    this.#oracle = oracle;
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
    this.#compare(all.objects, expected, `all of ${collection}`);
    const manifest = await this.#asking.pages(this.#seat, `${base}/manifest/`, "match[version]=all");
    const records = manifest.objects as unknown as readonly ManifestRecord[]; // the records of a manifest
    expect(
      records.map(({ id }) => id),
      what,
    ).toEqual(all.objects.map((object) => object["id"]));
    records.forEach((record, i) => {
      const version = all.objects[i]?.["modified"] ?? all.objects[i]?.["created"];
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
    this.#compare(
      last.objects,
      expected.filter((release) => release.last),
      `the last versions of ${collection}`,
    );
    await this.#verifyFirst(collection, expected);
    await this.#verifyIds(collection, expected, records);
    return records.filter((_, i) => !isCommon(all.objects[i] ?? {})).map((record) => record.date_added);
  }

  #compare(objects: PageBody["objects"], expected: readonly Release[], what: string): void {
    const pulled = (objects ?? []).filter((object) => !isCommon(object));
    compare(this.#oracle, this.#seat.viewer, pulled, expected, what);
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
          expect(one.status, id).toBe(404);
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

function objectsIn(text: string): PageBody["objects"] {
  return (JSON.parse(text) as PageBody).objects; // an envelope
}
