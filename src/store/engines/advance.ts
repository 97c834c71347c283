// Taking one turn, in the two dialects (storage.md, Turns). In both the batch fails as a whole when head does not stand
// where the draft read it: the NULL lands in turn.edition, which is NOT NULL. An UPDATE that matches nothing would fail nothing.
import type { Advance } from "../engine.ts";
import { fragment, type Fragment } from "../fragment.ts";

/** SQLite and D1: two statements; their one writer cannot be overtaken between them. */
export function advanceInTwo(turn: Advance): readonly Fragment[] {
  const bumped = turn.bump ? 1 : 0;
  return [
    fragment`UPDATE head SET turn = turn + 1,
      clock = CASE WHEN clock < ${turn.base} THEN ${turn.base + turn.width} ELSE clock END,
      edition = edition + ${bumped},
      narrowed = CASE WHEN ${turn.narrows ? 1 : 0} = 1 THEN turn + 1 ELSE narrowed END WHERE id = 1`,
    fragment`INSERT INTO turn (n, act, edition, base, fields)
      SELECT turn, ${turn.act},
        CASE WHEN turn = ${turn.turn} AND edition = ${turn.edition + bumped} AND clock = ${turn.base + turn.width} THEN edition END,
        ${turn.base}, ${turn.fields} FROM head WHERE id = 1`,
  ];
}

/** PostgreSQL: one statement, since a later sub-select would read a snapshot from before the lock was had. */
export function advanceInOne(turn: Advance): readonly Fragment[] {
  const bumped = turn.bump ? 1 : 0;
  return [
    fragment`WITH taken AS (
      UPDATE head SET turn = turn + 1,
        clock = CASE WHEN clock < ${turn.base}::bigint THEN ${turn.base + turn.width}::bigint ELSE clock END,
        edition = edition + ${bumped}::bigint,
        narrowed = CASE WHEN ${turn.narrows ? 1 : 0}::int = 1 THEN turn + 1 ELSE narrowed END
      WHERE id = 1 RETURNING turn, edition, clock)
    INSERT INTO turn (n, act, edition, base, fields)
      SELECT turn, ${turn.act}::text,
        CASE WHEN turn = ${turn.turn}::bigint AND edition = ${turn.edition + bumped}::bigint AND clock = ${turn.base + turn.width}::bigint
          THEN edition END,
        ${turn.base}::bigint, ${turn.fields}::text FROM taken`,
  ];
}
