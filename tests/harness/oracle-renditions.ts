// What a viewer is given otherwise than contributed, as the oracle works it out: which references of an item are left out, which
// are written by another id, and what the item then looks like. From "references" of the exchange model and from *Renditions*.
import { isObject, type Json, type JsonObject } from "../../src/encoding/json.ts";
import type { Item } from "./oracle-books.ts";
import { referencesIn } from "./oracle-readings.ts";

/** What becomes of the references that are not written as they are: left out, or written by the viewer's id of them. */
export type Rendition = ReadonlyMap<string, "cut" | "mapped">;

export interface Knowledge {
  /** Whether it has or had what was read under an id, from whomever it was read. */
  leads(id: string, whose: readonly string[]): boolean;
  /** Whether it ever had it whole. */
  knows(id: string): boolean;
}

/** The least set of what is not whole, of what stands there for a state. Its own is. */
export function reduce(
  placed: readonly Item[],
  state: string,
  { leads, knows }: Knowledge,
): ReadonlyMap<Item, Rendition> {
  const reduced = new Map<Item, Rendition>();
  for (let before = -1; before !== reduced.size;) {
    before = reduced.size;
    const whole = new Set(placed.filter((item) => !reduced.has(item)).map(({ id }) => id));
    for (const item of placed) {
      if (item.by === state) continue;
      const rendition = new Map<string, "cut" | "mapped">();
      for (const id of referencesIn(item.object)) {
        const whose = item.reads.get(id);
        if (whose === undefined) continue;
        if (!leads(id, whose)) rendition.set(id, "cut");
        else if (!knows(id) && !whole.has(id)) rendition.set(id, "mapped");
      }
      if (rendition.size > 0) reduced.set(item, rendition);
    }
  }
  return reduced;
}

/** What stands in a rendition where it has an id that only its viewer knows. */
export const MAPPED = "mapped ";

/** The object with what is cut left out, and with `mapped ID` where its viewer knows something by another id than ID. */
export function renderedAs(object: JsonObject, rendition: Rendition): JsonObject {
  const written = (id: Json): Json => (rendition.get(String(id)) === "mapped" ? MAPPED + String(id) : id);
  const isCut = (id: Json): boolean => rendition.get(String(id)) === "cut";
  const render = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(render);
    return isObject(value) ? renderObject(value) : value;
  };
  const renderObject = (one: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(one).flatMap(([key, value]): [string, Json][] => {
        if (key === "object_marking_refs") return [[key, value]];
        if (key.endsWith("_ref")) return isCut(value) ? [] : [[key, written(value)]];
        if (!key.endsWith("_refs") || !Array.isArray(value)) return [[key, render(value)]];
        const left = value.filter((id: Json) => !isCut(id)).map(written);
        return left.length === 0 ? [] : [[key, left]];
      }),
    );
  return renderObject(object);
}
