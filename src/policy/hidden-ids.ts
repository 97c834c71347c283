// Ids that a rendition hides, in its texts: a reference that is cut or written otherwise, and the id of the object itself
// where that is derived, would otherwise still stand in a description, a link or a tool's own field. Ids that the object does
// not refer to cannot be told from any other text.

import type { Json, JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { childrenOf } from "./places.ts";

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const uuidLength = 36;

/** UUIDs of hidden ids in lower case, each with the one that stands for it; null: none does. */
export type HiddenIds = ReadonlyMap<string, string | null>;

export interface Mentions {
  /** Texts that name an id for which nothing stands. */
  readonly taken: readonly string[];
  /** Other texts, with each hidden id replaced. */
  readonly written: ReadonlyMap<string, string>;
}

/** The part of an id that is its own, in lower case. */
export function uuidOf(id: string): string {
  return id.slice(-uuidLength).toLowerCase();
}

/**
 * Where texts and names of an object hold a hidden id, with or without its type.
 * @param skip places that are not looked at, with all below them
 * @param renamed members whose names are replaced already
 */
export function mentionsOf(
  object: JsonObject,
  hidden: HiddenIds,
  skip: (place: string) => boolean,
  renamed: ReadonlyMap<string, string>,
): Mentions {
  const taken: string[] = [];
  const written = new Map<string, string>();
  const look = (value: Json, place: string): void => {
    for (const [name, part] of childrenOf(value)) {
      const at = place + formatPointer([name]);
      if (skip(at)) continue;
      const isNamed = !renamed.has(at) && replaceIds(name, hidden) !== name;
      const now = typeof part === "string" ? replaceIds(part, hidden) : part;
      if (isNamed || now === null) taken.push(at);
      else if (typeof now !== "string") look(part, at);
      else if (now !== part) written.set(at, now);
    }
  };
  if (hidden.size > 0) look(object, "");
  return { taken, written };
}

/** The text with what stands for each hidden id; null where nothing stands for one. */
function replaceIds(text: string, hidden: HiddenIds): string | null {
  let isLost = false;
  const replaced = text.replaceAll(uuid, (found) => {
    const standing = hidden.get(found.toLowerCase());
    isLost ||= standing === null;
    return standing ?? found;
  });
  return isLost ? null : replaced;
}
