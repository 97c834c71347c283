// The renditions that a settled world asks for: each reader's version of what it does not have whole, under the ids by which
// it knows things, and the notices that end such ids (policy.md, Renditions). What stands already is kept where it is the same.
import { type Delivery, isTranslation, type Left, leftOf, type Rendering } from "./left.ts";
import { lineageAt, lineageKey, Plan } from "./render-plan.ts";
import { anyCeiling, at, type Audience, ceilings } from "../policy/audience.ts";
import { nobody } from "../policy/party-set.ts";
import type { Placed } from "../policy/releases.ts";
import { lineagesOf } from "../policy/view.ts";
import type { DerivedRow } from "../store/derived.ts";
import type { Tables } from "../store/tables.ts";

export interface Offers {
  /** Everything that stands or stood in a feed, as the feeds name it. */
  readonly placed: readonly Placed[];
  /** To whom each rendition is to be available. */
  readonly delivered: ReadonlyMap<number, Audience>;
  /** What is new in the books. */
  readonly derived: readonly DerivedRow[];
  readonly renditions: readonly Tables["rendition"][];
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
  const plan = new Plan(rendering);
  const left: Left[] = [];
  // What is translated comes before its translations: they mirror what was taken from it.
  const reduced = deliveries.filter(({ candidate: { n } }) => isReduced.has(n));
  for (const delivery of reduced.sort((a, b) => Number(isTranslation(a)) - Number(isTranslation(b))))
    left.push(...leftOf(rendering, delivery, { deliveries, left }));
  const lineages = lineagesOf(left, plan.derived);
  plan.lineages = lineages;
  const groups = Map.groupBy(left, (one) => lineageKey(lineageAt(lineages, one)));
  for (const group of groups.values()) plan.follow(group);
  await plan.endWhatIsLeft();
  const whole = deliveries.map(({ candidate, delivered, reduced }): [number, Audience] => [
    candidate.n,
    ceilings.map((ceiling) => at(delivered, ceiling) & ~at(reduced, ceiling)),
  ]);
  return {
    placed: [...deliveries.map(({ candidate }) => candidate), ...plan.placed.values()],
    delivered: new Map([...whole, ...plan.delivered]),
    derived: plan.fresh,
    renditions: plan.renditions,
  };
}
