// What is left of a version for each reader that does not have it whole, references as the exchange knows them. A translation
// mirrors what was taken from what it translates.
import type { Micros } from "../encoding/timestamp.ts";
import { at, type Audience, ceilings } from "../policy/audience.ts";
import { includes, membersOf } from "../policy/party-set.ts";
import type { Target } from "../policy/mirrored.ts";
import type { Candidate, Grant, Reading } from "../policy/candidate.ts";
import type { Settling } from "../policy/settle.ts";
import type { Wanted } from "../policy/view.ts";
import type { StixObject } from "../stix/object.ts";
import type { Bodies } from "./candidates.ts";
import type { Exchange } from "./exchange.ts";
import type { Renderer } from "./renderer.ts";
import type { Decided, Version, World } from "./world.ts";

/** What a reader is given of a version that it does not have whole. */
export interface Left extends Wanted {
  readonly object: StixObject;
  /** References, as it spells them, that lead to nothing that its reader has. */
  readonly cut: ReadonlySet<string>;
  /** What was taken from it, in its own places, and whether it says so. */
  readonly removed: readonly string[];
  readonly reduced: boolean;
  /** Of a translation: what it translates, as the reader has it. */
  readonly target: Target | null;
}

/** What the others are given, as far as it is known when a translation is rendered. */
export interface Others {
  readonly deliveries: readonly Delivery[];
  readonly left: readonly Left[];
}

export interface Delivery {
  readonly candidate: Candidate;
  /** To whom it goes, and of these to whom reduced. */
  readonly delivered: Audience;
  readonly reduced: Audience;
}

export const isTranslation = ({ candidate }: Delivery): boolean => candidate.type === "language-content";

/** What there is to render with. */
export interface Rendering {
  readonly exchange: Exchange;
  readonly world: World;
  /** The world's versions by their numbers. */
  readonly decided: ReadonlyMap<number, Decided>;
  readonly renderer: Renderer;
  readonly bodies: Bodies;
  readonly settling: Settling;
}

/** What is left of a version for the readers who do not have it whole, and for whom nothing that may go is left. */
export interface Leavings {
  readonly left: readonly Left[];
  readonly nothing: readonly Wanted[];
}

/** What is left of a version for each reader that does not have it whole, references as the exchange knows them. */
export function leftOf(rendering: Rendering, { candidate, reduced }: Delivery, others: Others): Leavings {
  const { world, settling } = rendering;
  const left: Left[] = [];
  const nothing: Wanted[] = [];
  const rendered = new Map<string, Remains | null>();
  for (const ceiling of ceilings)
    for (const party of membersOf(at(reduced, ceiling))) {
      const grant = grantFor(candidate, party, world.at);
      const target =
        candidate.type === "language-content" ? targetOf(rendering, candidate, party, ceiling, others) : null;
      const reader = { candidate, party, ceiling };
      if (grant === undefined || target === "missing") {
        nothing.push(reader);
        continue;
      }
      const cut = candidate.refs.filter((ref) => !includes(settling.has(ref, ceiling), party)).map(spelling);
      const most = Math.min(ceiling, grant.parts);
      const key = JSON.stringify([grant.terms, most, cut, target]);
      let one = rendered.get(key);
      if (one === undefined) rendered.set(key, (one = remainsOf(rendering, candidate, grant, most, cut, target)));
      if (one === null) nothing.push(reader);
      else left.push({ ...one, ...reader });
    }
  return { left, nothing };
}

type Remains = Omit<Left, "candidate" | "party" | "ceiling">;

function remainsOf(
  rendering: Rendering,
  candidate: Candidate,
  { terms }: Grant,
  ceiling: number,
  spelled: readonly string[],
  target: Target | null,
): Remains | null {
  const cut = new Set(spelled);
  const body = rendering.bodies.of(candidate.n);
  const idOf = (id: string): string | null => (cut.has(id) ? null : id);
  const reader = { terms, ceiling, idOf, id: candidate.id, target };
  const result = rendering.renderer.render(versionOf(rendering, candidate), body, reader);
  if (result.kind === "withheld") return null;
  const { object, removed, reduced } =
    result.kind === "rendered" ? result : { object: body, removed: [], reduced: false };
  return { object, cut, removed, reduced, target };
}

export function versionOf({ decided }: Rendering, { n }: Candidate): Version {
  const version = decided.get(n)?.version;
  if (version === undefined) throw new TypeError("A candidate without its version.");
  return version;
}

/** What a translation speaks of, as its reader has it; missing where it has nothing of it now. */
function targetOf(
  { bodies }: Rendering,
  { refs }: Candidate,
  party: number,
  ceiling: number,
  { deliveries, left }: Others,
): Target | "missing" | null {
  const [ref] = refs;
  // Not read: then it is nothing that the exchange knows by the contributor.
  if (ref === undefined) return null;
  const newest = deliveries
    .filter(({ candidate, delivered }) => candidate.id === ref.id && includes(at(delivered, ceiling), party))
    .reduce<Delivery | undefined>(
      (a, b) => (a === undefined || b.candidate.versionKey > a.candidate.versionKey ? b : a),
      undefined,
    );
  if (newest === undefined) return "missing";
  const contributed = bodies.of(newest.candidate.n);
  const own = left.find((one) => one.candidate === newest.candidate && one.party === party && one.ceiling === ceiling);
  const { modified } = contributed;
  return {
    contributed,
    removed: own?.removed ?? [],
    reduced: own?.reduced ?? false,
    modified: typeof modified === "string" ? modified : null,
  };
}

export const spelling = (ref: Reading): string => ref.as ?? ref.id;

export function grantFor(candidate: Candidate, party: number, now: Micros): Grant | undefined {
  return candidate.grants.find(
    ({ parties, from, until }) => includes(parties, party) && from <= now && (until === null || now < until),
  );
}
