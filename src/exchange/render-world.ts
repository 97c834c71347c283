// The renditions that a settled world asks for: each reader's version of what it does not have whole, under the ids by which
// it knows things, and the notices that end such ids (policy.md, Renditions). What stands already is kept where it is the same.
import { anyCeiling, at, type Audience, audienceOf, ceilings, noAudience, union } from "../policy/audience.ts";
import { nobody, only } from "../policy/party-set.ts";
import type { Placed } from "../policy/releases.ts";
import { lineagesOf, readerKey, type Wanted } from "../policy/view.ts";
import type { DerivedRow } from "../store/derived.ts";
import type { Tables } from "../store/tables.ts";
import { type Delivery, isTranslation, type Left, leftOf, type Rendering } from "./left.ts";
import { Plan } from "./render-plan.ts";
import { LeftWriter } from "./write-left.ts";

export interface Offers {
  /** Everything that stands or stood in a feed, as the feeds name it. */
  readonly placed: readonly Placed[];
  /** To whom each rendition is to be available. */
  readonly delivered: ReadonlyMap<number, Audience>;
  /** What is new in the books. */
  readonly derived: readonly DerivedRow[];
  readonly renditions: readonly Tables["rendition"][];
  /** For whom nothing that may go is left of what stands, by its number: they are given none of it. */
  readonly nothing: ReadonlyMap<number, Audience>;
}

export async function offersOf(rendering: Rendering, deliveries: readonly Delivery[]): Promise<Offers> {
  const { world, bodies } = rendering;
  const isReduced = new Set(
    deliveries.filter(({ reduced }) => anyCeiling(reduced) !== nobody).map(({ candidate: { n } }) => n),
  );
  const translated = new Set(
    deliveries.filter(isTranslation).flatMap(({ candidate }) => candidate.refs.map((ref) => ref.id)),
  );
  const needed = world.versions.filter(({ row }) => isReduced.has(row.n) || translated.has(row.id));
  await bodies.load(needed);
  await rendering.renderer.prepare(needed.map(({ row }) => bodies.of(row.n)));
  const left: Left[] = [];
  const nothing: Wanted[] = [];
  // What is translated comes before its translations: they mirror what was taken from it.
  const reduced = deliveries.filter(({ candidate: { n } }) => isReduced.has(n));
  for (const delivery of reduced.sort((a, b) => Number(isTranslation(a)) - Number(isTranslation(b)))) {
    const one = leftOf(rendering, delivery, { deliveries, left });
    left.push(...one.left);
    nothing.push(...one.nothing);
  }
  const derived = Map.groupBy(world.derived, (row) => `${row.recipient} ${row.of}`);
  const lineages = lineagesOf(left, derived);
  const writer = new LeftWriter(rendering, lineages, derived);
  const plan: Plan = new Plan(rendering, lineages, (one) => writer.write(one, translatedBy(one, plan)));
  await plan.make(left);
  const whole = deliveries.map(({ candidate, delivered, reduced }): [number, Audience] => [
    candidate.n,
    ceilings.map((ceiling) => at(delivered, ceiling) & ~at(reduced, ceiling)),
  ]);
  return {
    placed: [...deliveries.map(({ candidate }) => candidate), ...plan.versions.placed.values()],
    delivered: new Map([...whole, ...plan.versions.delivered]),
    derived: plan.versions.derived,
    renditions: plan.versions.renditions,
    nothing: audiencesOf([...nothing, ...plan.unmade]),
  };
}

/** `modified` of what it translates, as its reader is given it. */
function translatedBy({ candidate, party, ceiling, target }: Left, { versions }: Plan): string | null {
  const [ref] = candidate.refs;
  return target === null || ref === undefined ? null : (versions.last.get(readerKey(party, ceiling, ref.id)) ?? null);
}

function audiencesOf(readers: readonly Wanted[]): ReadonlyMap<number, Audience> {
  const audiences = new Map<number, Audience>();
  for (const { candidate, party, ceiling } of readers) {
    const there = audiences.get(candidate.n) ?? noAudience;
    audiences.set(candidate.n, union(there, audienceOf(only(party), 1 << ceiling)));
  }
  return audiences;
}
