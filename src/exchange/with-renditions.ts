// What is left of one's own objects for whom the rules do not give them whole, as explain and preview tell it: by the terms and the
// markings of their parts alone. What becomes of references hangs on others and is not told.
import type { Basis } from "../policy/basis.ts";
import { ceilingsCount } from "../policy/audience.ts";
import { isCompanion } from "../policy/companion.ts";
import type { Decision } from "../policy/decision.ts";
import { levelRank } from "../stix/marking.ts";
import { Bodies } from "./candidates.ts";
import type { Exchange } from "./exchange.ts";
import { Renderer } from "./renderer.ts";
import type { Decided, Version } from "./world.ts";

type Rendition = ReturnType<Renderer["render"]>["kind"];

/** Decisions as the content makes them: whole where there is nothing to take away, no where STIX requires what goes. */
export async function withRenditions<D extends Pick<Decided, "version" | "decisions">>(
  exchange: Exchange,
  decided: readonly D[],
): Promise<readonly D[]> {
  const bodies = new Bodies(exchange.store.engine);
  const renderer = new Renderer(exchange.store.engine);
  const reduced = decided.filter(({ decisions }) => decisions.some(isReduced)).map(({ version }) => version);
  await bodies.load(reduced);
  await renderer.prepare(reduced.map(({ row }) => bodies.of(row.n)));
  return decided.map((one) => {
    const known = new Map<string, Rendition>();
    const renditionOf = (decision: Decision): Rendition => {
      const key = JSON.stringify([decision.terms, decision.parts]);
      const there = known.get(key) ?? kindOf(renderer, bodies, one.version, decision);
      known.set(key, there);
      return there;
    };
    return {
      ...one,
      decisions: one.decisions.map((decision) =>
        isReduced(decision) ? asRendered(decision, renditionOf(decision)) : decision,
      ),
    };
  });
}

function isReduced({ offered, whole, terms }: Decision): boolean {
  return offered && !whole && !terms.unattributed;
}

function kindOf(renderer: Renderer, bodies: Bodies, version: Version, { terms, parts }: Decision): Rendition {
  // A definition goes along with what uses it, as it is.
  if (isCompanion(version.row.type)) return "whole";
  const ceiling = parts === undefined ? ceilingsCount - 1 : levelRank(parts);
  const { n, id } = version.row;
  return renderer.render(version, bodies.of(n), { terms, ceiling, idOf: (ref) => ref, id, target: null }).kind;
}

function asRendered(decision: Decision, kind: Rendition): Decision {
  if (kind === "rendered") return decision;
  if (decision.basis.kind === "companion") return { ...decision, whole: true };
  const rules = "rules" in decision.basis ? decision.basis.rules : [];
  const basis: Basis = kind === "whole" ? { kind: "shared", rules } : { kind: "nothing-left", rules };
  return kind === "whole" ? { ...decision, whole: true, basis } : { ...decision, offered: false, whole: false, basis };
}
