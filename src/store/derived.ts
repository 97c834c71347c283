// Derived renditions: the versions of the ids by which single recipients know what they do not have whole.
import type { Engine } from "./engine.ts";
import { insert, type Statement } from "./statement.ts";
import type { Tables } from "./tables.ts";

/** A row with the id that stands behind it. */
export type DerivedRow = Tables["derived"] & { readonly of: string };

/** All derived renditions of these objects. */
export async function findDerived(engine: Engine, objects: readonly number[]): Promise<readonly DerivedRow[]> {
  if (objects.length === 0) return [];
  return engine.read
    .selectFrom("derived")
    .innerJoin("object", "object.n", "derived.object")
    .selectAll("derived")
    .select("object.id as of")
    .where("derived.object", "in", engine.list(objects) as never) // a list of numbers; Engine.list is typed for text
    .orderBy("derived.n", "desc") // their numbers fall as turns pass: the oldest comes first
    .execute();
}

export async function findDerivedByNumber(
  engine: Engine,
  ns: readonly number[],
): Promise<readonly Tables["derived"][]> {
  if (ns.length === 0) return [];
  return engine.read
    .selectFrom("derived")
    .selectAll()
    .where("n", "in", engine.list(ns) as never) // as above
    .execute();
}

/** With whose copy it is made of. */
export type DerivedKnown = DerivedRow & { readonly contributor: number };

/** What a recipient knows by these ids. */
export async function findDerivedById(
  engine: Engine,
  recipient: number,
  ids: readonly string[],
): Promise<readonly DerivedKnown[]> {
  if (ids.length === 0) return [];
  return engine.read
    .selectFrom("derived")
    .innerJoin("object", "object.n", "derived.object")
    .selectAll("derived")
    .select(["object.id as of", "object.contributor as contributor"])
    .where("derived.id", "in", engine.list(ids))
    .where("derived.recipient", "=", recipient)
    .orderBy("derived.n", "desc")
    .execute();
}

export const draftDerived = (rows: readonly DerivedRow[]): readonly Statement[] =>
  insert(
    "derived",
    rows.map((row): Tables["derived"] => ({
      n: row.n,
      object: row.object,
      recipient: row.recipient,
      class: row.class,
      generation: row.generation,
      id: row.id,
      version: row.version,
      version_key: row.version_key,
      ceilings: row.ceilings,
      ended: row.ended,
      digest: row.digest,
      size: row.size,
      mac: row.mac,
    })),
  );
