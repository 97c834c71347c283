// The feeds: rows of releases that stand, and of those that ended.
import type { Difference, Row } from "../policy/releases.ts";
import type { Engine } from "./engine.ts";
import { insert, insertNew, remove, type Statement } from "./statement.ts";
import type { Tables } from "./tables.ts";

export interface StandingRow extends Row {
  readonly rendition: number;
  readonly type: string;
  readonly size: number;
}

/** Rows that stand for these objects' renditions. */
export async function findReleases(engine: Engine, objects: readonly number[]): Promise<readonly StandingRow[]> {
  if (objects.length === 0) return [];
  const rows = await engine.read
    .selectFrom("rendition")
    .innerJoin("release", "release.rendition", "rendition.n")
    .select([
      "rendition.object as n",
      "release.feed",
      "release.collection",
      "release.last",
      "release.added",
      "release.rendition",
      "release.ceilings",
      "release.type",
      "release.size",
    ])
    .where("rendition.object", "in", engine.list(objects) as never) // a list of numbers; Engine.list is typed for text
    .execute();
  return rows.map((row) => ({ ...row, last: row.last === 1 }));
}

export interface EndedRow {
  readonly n: number;
  readonly feed: number;
  readonly added: number;
  readonly collection: number;
  readonly ceilings: number;
  readonly rendition: number;
}

/** Rows that ended for these objects. */
export async function findEnded(engine: Engine, objects: readonly number[]): Promise<readonly EndedRow[]> {
  if (objects.length === 0) return [];
  return engine.read
    .selectFrom("rendition")
    .innerJoin("ended", "ended.rendition", "rendition.n")
    .select([
      "rendition.object as n",
      "ended.feed",
      "ended.added",
      "ended.collection",
      "ended.ceilings",
      "ended.rendition",
    ])
    .where("rendition.object", "in", engine.list(objects) as never) // as above
    .execute();
}

/** Statements of a difference. Removals come first: a row that changes its key is removed and put in again. */
export function draftDifference(difference: Difference, at: number, why: string): readonly Statement[] {
  return [
    ...remove(
      "release",
      difference.remove.map(({ row: { feed, collection, last, added } }) => ({
        feed,
        collection,
        last: last ? 1 : 0,
        added,
      })),
    ),
    ...insert(
      "release",
      difference.begin.map(({ feed, candidate, last, added, ceilings }): Tables["release"] => ({
        feed,
        collection: candidate.collection,
        last: last ? 1 : 0,
        added,
        rendition: candidate.n,
        ceilings,
        size: candidate.size,
        type: candidate.type,
      })),
    ),
    ...insertNew(
      "ended",
      difference.remove.flatMap(({ row, ends }) =>
        ends.map(({ feed, ceilings }): Tables["ended"] => ({
          feed,
          ceilings,
          collection: row.collection,
          added: row.added,
          rendition: row.n,
          at,
          why,
        })),
      ),
    ),
  ];
}

/** Rows of these feeds that name these renditions, whatever the renditions are. */
export async function findFeedRows(
  engine: Engine,
  feeds: readonly number[],
  renditions: readonly number[],
): Promise<readonly Tables["release"][]> {
  return engine.read
    .selectFrom("release")
    .selectAll()
    .where("rendition", "in", engine.list(renditions) as never) // a list of numbers; Engine.list is typed for text
    .where("feed", "in", [...feeds])
    .execute();
}

/** Ends rows as they stand. */
export function draftEnded(rows: readonly Tables["release"][], at: number, why: string): readonly Statement[] {
  return [
    ...remove(
      "release",
      rows.map(({ feed, collection, last, added }) => ({ feed, collection, last, added })),
    ),
    ...insertNew(
      "ended",
      rows.map(({ feed, collection, added, rendition, ceilings }) => ({
        feed,
        collection,
        added,
        rendition,
        ceilings,
        at,
        why,
      })),
    ),
  ];
}
