// Writes what is left of a version with its references as its reader knows them (exchange-model, references). Its own id and
// version are given to it when it is known whether anything is new.
import { hasCeiling } from "../policy/audience.ts";
import type { Reading } from "../policy/candidate.ts";
import { includes } from "../policy/party-set.ts";
import { type Lineage, readerKey } from "../policy/view.ts";
import type { StixObject } from "../stix/object.ts";
import type { DerivedRow } from "../store/derived.ts";
import { grantFor, type Left, type Rendering, spelling, versionOf } from "./left.ts";
import { lineageId } from "./render-plan.ts";

export class LeftWriter {
  readonly #rendering: Rendering;
  readonly #lineages: ReadonlyMap<string, Lineage>;
  /** By the reader's party and the exchange's id, the oldest first. */
  readonly #derived: ReadonlyMap<string, readonly DerivedRow[]>;
  readonly #written = new Map<string, StixObject | null>();

  constructor(
    rendering: Rendering,
    lineages: ReadonlyMap<string, Lineage>,
    derived: ReadonlyMap<string, readonly DerivedRow[]>,
  ) {
    this.#rendering = rendering;
    this.#lineages = lineages;
    this.#derived = derived;
  }

  /**
   * The same object where the same is written; null: nothing that may go is left.
   * @param translated `modified` of what it translates, as its reader is given it
   */
  write(left: Left, translated: string | null): StixObject | null {
    const { candidate, party, ceiling, target } = left;
    const ids = new Map<string, string | null>();
    for (const ref of candidate.refs) ids.set(spelling(ref), this.#knownId(ref, party, ceiling));
    const isAsItIs = [...ids].every(([said, id]) => id === said || (id === null && left.cut.has(said)));
    if (isAsItIs && (translated === null || translated === target?.modified)) return left.object;
    const { renderer, bodies, world } = this.#rendering;
    const grant = grantFor(candidate, party, world.at);
    if (grant === undefined) return null;
    const most = Math.min(ceiling, grant.parts);
    const version = versionOf(this.#rendering, candidate);
    const key = JSON.stringify([candidate.n, grant.terms.redact, version.facts.granular ? most : 0, [...ids]]);
    const known = target === null ? this.#written.get(key) : undefined;
    if (known !== undefined) return known;
    const result = renderer.render(version, bodies.of(candidate.n), {
      terms: grant.terms,
      ceiling: most,
      idOf: (id) => (ids.has(id) ? (ids.get(id) ?? null) : id),
      id: candidate.id,
      target: target === null ? null : { ...target, modified: translated ?? target.modified },
    });
    const object = result.kind === "rendered" ? result.object : result.kind === "whole" ? left.object : null;
    this.#written.set(key, object);
    return object;
  }

  /** The id by which a reader knows what a reference leads to, the last one if that ended; null: not at all. */
  #knownId(ref: Reading, party: number, ceiling: number): string | null {
    const { settling, world, exchange } = this.#rendering;
    if (!includes(settling.has(ref, ceiling), party)) return null;
    if (includes(settling.knows({ id: ref.id, holder: ref.holder }, ceiling), party)) return ref.id;
    const lineage = this.#lineages.get(readerKey(party, ceiling, ref.id));
    if (lineage !== undefined) return lineageId(exchange, lineage);
    const key = `${party} ${ref.id}`;
    const rows = [...(this.#derived.get(key) ?? []), ...(world.outside.derived.get(key) ?? [])];
    return rows.findLast((row) => hasCeiling(row.ceilings, ceiling))?.id ?? null;
  }
}
