// From decisions to candidates: what the owner's rules give to whom, and what their terms and the object's granular markings
// leave of it at each ceiling. Content is read only of what somebody is not given whole.
import { findRegistrant } from "../directory/directory.ts";
import { ceilings, ceilingsCount, parseAudience, union } from "../policy/audience.ts";
import { isCompanion } from "../policy/companion.ts";
import { type Decision, wholeTerms } from "../policy/decision.ts";
import { leanTypes } from "../policy/lean.ts";
import { nobody, only } from "../policy/party-set.ts";
import type { Candidate, Grant } from "../policy/candidate.ts";
import { levelRank } from "../stix/marking.ts";
import { isDeterministic, type StixObject } from "../stix/object.ts";
import type { Engine } from "../store/engine.ts";
import { findBodies, findRenditions } from "../store/objects.ts";
import type { Renderer } from "./renderer.ts";
import type { Decided, Readings, Version, World } from "./world.ts";

/** Content of versions by their numbers, read when it is first asked for. */
export class Bodies {
  readonly #engine: Engine;
  readonly #bodies = new Map<number, StixObject>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async load(versions: readonly Version[]): Promise<void> {
    const missing: number[] = [];
    for (const { row, object } of versions) {
      if (this.#bodies.has(row.n)) continue;
      if (object === undefined) missing.push(row.n);
      else this.#bodies.set(row.n, object);
    }
    for (const { object, body } of await findBodies(this.#engine, missing))
      this.#bodies.set(object, JSON.parse(body) as StixObject); // checked when it was contributed
  }

  /** What derived renditions are now, by their own numbers. */
  async ofRenditions(ns: readonly number[]): Promise<ReadonlyMap<number, StixObject>> {
    const found = await findRenditions(this.#engine, ns);
    return new Map(found.map(({ n, body }) => [n, JSON.parse(body) as StixObject])); // written by render-world from a StixObject
  }

  of(n: number): StixObject {
    const body = this.#bodies.get(n);
    if (body === undefined) throw new TypeError(`The content of object ${n} was not read.`);
    return body;
  }
}

/** Candidates, in the order given. */
export async function candidatesOf(
  world: World,
  renderer: Renderer,
  bodies: Bodies,
  decided: readonly Decided[],
): Promise<readonly Candidate[]> {
  const reduced = decided.filter(isReducedForSomebody).map(({ version }) => version);
  await bodies.load(reduced);
  await renderer.prepare(reduced.map(({ row }) => bodies.of(row.n)));
  const shared = new Map<readonly Decision[], readonly Grant[]>();
  return decided.map((one) => {
    let grants = shared.get(one.decisions);
    if (grants === undefined) {
      grants = grantsOf(one, renderer, bodies);
      // What is left of an object hangs on its content.
      if (!isReducedForSomebody(one)) shared.set(one.decisions, grants);
    }
    return candidateOf(world, one, grants);
  });
}

function isReducedForSomebody({ decisions, version }: Decided): boolean {
  return version.facts.granular || decisions.some(({ offered, whole }) => offered && !whole);
}

function candidateOf(
  { directory, waiting }: World,
  { version, level, owner }: Decided,
  grants: readonly Grant[],
): Candidate {
  const { row, facts, readings } = version;
  return {
    n: row.n,
    contributor: row.contributor,
    collection: row.collection,
    id: row.id,
    versionKey: row.version_key,
    type: row.type,
    size: row.size,
    level: levelRank(level),
    marked: facts.level !== null,
    authored: facts.createdBy !== null && findRegistrant(directory, facts.createdBy)?.n === owner.n,
    // A definition goes with what uses it, whatever was decided of it: while it waits it is nobody's.
    recalled: row.recalled === 1 || (isCompanion(row.type) && waiting.has(row.contribution)),
    revoked: facts.revoked,
    digest: row.digest,
    grants,
    refs: readings.refs,
    needs: [...readings.needs, ...leaningNeeds(row, readings)],
    fixed: isCompanion(row.type) || isDeterministic(row.id),
    stood: union(parseAudience(row.audience), parseAudience(row.reduced)),
    had: parseAudience(row.had),
    known: parseAudience(row.known),
  };
}

/** An answer goes only to whoever has all of others that it is about (policy.md step 8). */
function leaningNeeds({ type, contributor }: Version["row"], { refs }: Readings): Candidate["needs"] {
  if (!leanTypes.includes(type)) return [];
  return refs.flatMap(({ holder }, place) => (holder === contributor ? [] : [[place]]));
}

/** Recipients for whom time and terms are the same, with what the terms leave. */
function grantsOf({ version, decisions, recipients }: Decided, renderer: Renderer, bodies: Bodies): readonly Grant[] {
  const grants = new Map<string, Grant>();
  for (const [i, decision] of decisions.entries()) {
    const party = recipients[i]?.n;
    // What goes unattributed leaves in batches, which are not made yet.
    if (party === undefined || !decision.offered || decision.terms.unattributed) continue;
    const { from, until } = decision;
    // A definition explains what uses it, and goes along with it as it is (commons, companion).
    const terms = isCompanion(version.row.type) ? wholeTerms : decision.terms;
    const parts = decision.parts === undefined ? ceilingsCount - 1 : levelRank(decision.parts);
    const key = JSON.stringify([from, until, terms.redact, parts]);
    const there = grants.get(key) ?? {
      parties: nobody,
      from,
      until,
      terms,
      parts,
      ...lossOf(version, { terms, parts }, renderer, bodies),
    };
    grants.set(key, { ...there, parties: there.parties | only(party) });
  }
  return [...grants.values()];
}

/** At which ceilings terms and granular markings take something away, and at which nothing that may go is left. */
function lossOf(
  version: Version,
  { terms, parts }: Pick<Grant, "terms" | "parts">,
  renderer: Renderer,
  bodies: Bodies,
): Pick<Grant, "reduces" | "withholds"> {
  const { row, facts } = version;
  if (terms === wholeTerms && !facts.granular) return { reduces: 0, withholds: 0 };
  let [reduces, withholds] = [0, 0];
  for (const ceiling of ceilings) {
    const reader = { terms, ceiling: Math.min(ceiling, parts), idOf: (id: string) => id, id: row.id, target: null };
    const left = renderer.render(version, bodies.of(row.n), reader);
    if (left.kind === "withheld") withholds |= 1 << ceiling;
    else if (left.kind === "rendered") reduces |= 1 << ceiling;
  }
  return { reduces, withholds };
}
