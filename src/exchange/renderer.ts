// Renders what somebody is not given whole (policy/render), with the markings as the object's contributor means them.
import { exchangeNumber } from "../directory/state.ts";
import type { Terms } from "../policy/decision.ts";
import type { Target } from "../policy/mirrored.ts";
import { renderObject } from "../policy/render.ts";
import type { Rendering } from "../policy/rendering.ts";
import type { StixObject } from "../stix/object.ts";
import type { Engine } from "../store/engine.ts";
import { findBodies, findObjects } from "../store/objects.ts";
import type { Version } from "./world.ts";

/** One reader of one object. */
export interface Reader {
  readonly terms: Terms;
  /** Rank of the strictest level that the reader may have. */
  readonly ceiling: number;
  /** How the reader knows what is referred to by this id; null: not at all, and the reference is cut. */
  idOf(id: string): string | null;
  /** The id that the rendition is given, where it is given another. */
  readonly id: string;
  /** Of a translation: what it translates, as the reader has it. */
  readonly target: Target | null;
}

export class Renderer {
  readonly #engine: Engine;
  /** Definitions by whose they are, and id; null where there is none. */
  readonly #definitions = new Map<string, StixObject>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Reads the definitions that the granular markings of these objects name. */
  async prepare(objects: readonly StixObject[]): Promise<void> {
    const ids = new Set(objects.flatMap(granularIds));
    const rows = await findObjects(this.#engine, [...ids]);
    const bodies = new Map(
      (
        await findBodies(
          this.#engine,
          rows.map((row) => row.n),
        )
      ).map(({ object, body }) => [object, JSON.parse(body) as StixObject]), // checked when it was contributed
    );
    for (const row of rows) {
      const body = bodies.get(row.n);
      if (body !== undefined) this.#definitions.set(`${row.contributor} ${row.id}`, body);
    }
  }

  render(version: Version, object: StixObject, reader: Reader): Rendering {
    const { contributor } = version.row;
    const holders = new Map(version.readings.refs.map((ref) => [ref.id, ref.holder]));
    return renderObject(object, reader.terms, {
      ceiling: reader.ceiling,
      resolve: (id) =>
        this.#definitions.get(`${exchangeNumber} ${id}`) ??
        this.#definitions.get(`${holders.get(id) ?? contributor} ${id}`) ??
        null,
      refer: ({ id }) => {
        const as = reader.idOf(id);
        return as === null ? null : { id: as, scope: "elsewhere" };
      },
      derived: { id: reader.id, last: null },
      exchangeIdentity: "",
      target: reader.target,
    });
  }
}

function granularIds(object: StixObject): readonly string[] {
  const markings = object["granular_markings"];
  if (!Array.isArray(markings)) return [];
  return markings.flatMap((marking: unknown) => {
    const ref =
      typeof marking === "object" && marking !== null && "marking_ref" in marking ? marking.marking_ref : null;
    return typeof ref === "string" ? [ref] : [];
  });
}
