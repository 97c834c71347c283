// What is left of a version for each reader that does not have it whole, references as the exchange knows them. A translation
// mirrors what was taken from what it translates.
import { formatCanonical } from "../encoding/canonical-json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { at, type Audience, ceilings } from "../policy/audience.ts";
import { includes, membersOf } from "../policy/party-set.ts";
import type { Target } from "../policy/mirrored.ts";
import type { Candidate, Reading } from "../policy/candidate.ts";
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

/** What is left of a version for each reader that does not have it whole, references as the exchange knows them. */
export function leftOf(rendering: Rendering, { candidate, reduced }: Delivery, others: Others): readonly Left[] {
  const { world, renderer, bodies, settling } = rendering;
  const version = versionOf(rendering, candidate);
  const rendered = new Map<string, Omit<Left, "candidate" | "party" | "ceiling" | "refs"> | null>();
  return ceilings.flatMap((ceiling) =>
    membersOf(at(reduced, ceiling)).flatMap((party): readonly Left[] => {
      const cut = candidate.refs.filter((ref) => !includes(settling.has(ref, ceiling), party));
      const grant = grantFor(candidate, party, world.at);
      if (grant === undefined) return [];
      const target =
        candidate.type === "language-content" ? targetOf(rendering, candidate, party, ceiling, others) : null;
      if (target === "missing") return [];
      const key = JSON.stringify([grant.terms, ceiling, cut.map(spelling), target]);
      let one = rendered.get(key);
      if (one === undefined) {
        const gone = new Set(cut.map(spelling));
        const body = bodies.of(candidate.n);
        const result = renderer.render(version, body, {
          terms: grant.terms,
          ceiling,
          idOf: (id) => (gone.has(id) ? null : id),
          id: candidate.id,
          target,
        });
        const {
          object,
          removed,
          reduced: says,
        } = result.kind === "rendered" ? result : { object: body, removed: [], reduced: false };
        one =
          result.kind === "withheld"
            ? null
            : { object, content: formatCanonical(object), removed, reduced: says, target };
        rendered.set(key, one);
      }
      if (one === null) return [];
      // Who knows something by its own id reads another reference than who does not.
      const refs = candidate.refs
        .filter((ref) => !cut.includes(ref))
        .map((ref) => (includes(settling.knows(ref, ceiling), party) ? `${ref.id} itself` : ref.id));
      return [{ ...one, refs, candidate, party, ceiling }];
    }),
  );
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

export function grantFor(candidate: Candidate, party: number, now: Micros) {
  return candidate.grants.find(
    ({ parties, from, until }) => includes(parties, party) && from <= now && (until === null || now < until),
  );
}
