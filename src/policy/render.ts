// An object as one reader gets it (policy.md step 6 and Renditions): whole, reduced, cut, unattributed, or not at all. Pure:
// who has what comes in with the context. What comes out is valid STIX 2.1, whatever was asked for; where it cannot be, the
// object is withheld. Exchange acts make each release's value here and nowhere else.

import type { Json, JsonObject } from "../encoding/json.ts";
import { valueAt } from "../encoding/pointer.ts";
import { isDeterministic, type StixObject } from "../stix/object.ts";
import { recomputes } from "../stix/sco-id.ts";
import { sameContent } from "../stix/version.ts";
import { anonymize, anonymousMarkings, hasAuthor, inStandardOrder, toHour } from "./anonymity.ts";
import { isFixed } from "./fixed.ts";
import { emptyMarkings, placesAbove, rewriteSelectors } from "./granular.ts";
import { mentionsOf, uuidOf } from "./hidden-ids.ts";
import { mirroredPlaces } from "./mirrored.ts";
import { type Change, isCovered, noChange, outermost, type Pruned } from "./places.ts";
import { redactedPlaces, signaturePlaces } from "./redaction.ts";
import { markReduced } from "./reduced-marking.ts";
import { referredIn } from "./referred.ts";
import { type Remainder, remainderOf } from "./remainder.ts";
import {
  type Referred,
  type RenderContext,
  type Rendering,
  type RenderTerms,
  type Withheld,
  withhold,
} from "./rendering.ts";
import { derivedModified } from "./view-id.ts";

/** Properties that say nothing, or are not valid, without the one they belong to. */
const belonging: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  location: { latitude: ["longitude", "precision"], longitude: ["latitude", "precision"] },
  artifact: { encryption_algorithm: ["decryption_key"] },
  file: { name: ["name_enc"] },
};

type StandingReference = Referred & { readonly written: string | null };

/**
 * The rendition of an object for one reader. The object is valid STIX 2.1, and none of the pinned commons, which nobody
 * renders. Rendering what came out again, with the same terms and the reader's own ids, changes nothing, unless a redaction
 * names a position in a list.
 */
export function renderObject(object: StixObject, terms: RenderTerms, context: RenderContext): Rendering {
  const change = noChange();
  const denial = terms.unattributed ? anonymize(object, context, change) : null;
  if (denial !== null) return denial;
  const reduction = reduce(object, terms, context, change);
  if ("kind" in reduction) return reduction;
  const references = writeReferences(object, terms, context, change);
  if ("kind" in references) return references;
  if (!terms.unattributed && !changes(object, change)) return { kind: "whole" };

  const proves = isDeterministic(object.id) && recomputes(object);
  for (const place of signaturePlaces(object)) change.taken.add(place);
  if (!proves) writeVersion(object, terms, context, change);
  hideIds(object, references, change);
  const finish = ({ object: pruned, moved }: Pruned): StixObject => {
    let draft = rewriteSelectors(pruned, moved);
    if (terms.unattributed) draft = anonymous(object, draft, context);
    if (reduction.reduced) draft = markReduced(draft);
    // Type and id are fixed: prune keeps them.
    return (terms.unattributed ? inStandardOrder(draft) : draft) as StixObject;
  };
  const made = remainderOf(object, change, finish);
  if ("kind" in made) return made;
  if (sameContent(made.object, object)) return { kind: "whole" };
  return {
    kind: "rendered",
    object: made.object,
    reduced: reduction.reduced,
    derived: !proves,
    references: whatBecame(references, made),
    removed: outermost(made.gone).filter((place) => valueAt(object, place) !== undefined),
  };
}

/** Redaction and granular markings, also where they mirror those of another object. */
function reduce(
  object: StixObject,
  terms: RenderTerms,
  context: RenderContext,
  change: Change,
): { readonly reduced: boolean } | Withheld {
  const { target, personal = [] } = context;
  const marked = placesAbove(object, context.ceiling, context.resolve);
  if (marked.unread !== null) return withhold("granular", marked.unread);
  const mirrored = object.type === "language-content" && target !== null ? mirroredPlaces(object, target) : [];
  const asked = [
    ...redactedPlaces(object, terms.redact, personal, target?.contributed ?? null),
    ...marked.above,
    ...(target?.reduced === true ? mirrored : []),
  ].filter((place) => valueAt(object, place) !== undefined);
  const fixed = asked.find((place) => isFixed(object, place));
  if (fixed !== undefined) return withhold("fixed", fixed);
  // What goes unasked, as unattributed, needs no marking that tells of it.
  const reduced = asked.some((place) => !isCovered(change.taken, place));
  for (const place of [...asked, ...mirrored, ...marked.markings]) change.taken.add(place);
  for (const [name, others] of Object.entries(belonging[object.type] ?? {}))
    if (change.taken.has(`/${name}`)) for (const other of others) change.taken.add(`/${other}`);
  for (const place of emptyMarkings(object, change.taken)) change.taken.add(place);
  return { reduced };
}

/** Each reference as the reader knows it: the same, another id, or cut. */
function writeReferences(
  object: StixObject,
  terms: RenderTerms,
  context: RenderContext,
  { taken, written, renamed }: Change,
): readonly StandingReference[] | Withheld {
  const references: StandingReference[] = [];
  const goners: string[] = [];
  for (const reference of referredIn(object)) {
    const { pointer, id, kind } = reference;
    if (isCovered(taken, pointer)) {
      references.push({ ...reference, written: null });
      continue;
    }
    const as =
      terms.unattributed && kind === "created-by"
        ? context.exchangeIdentity
        : referenceFor(reference, terms, context, written);
    references.push({ ...reference, written: as });
    if (as === null) {
      if (kind === "marking" || kind === "extension") return withhold("companion", pointer);
      goners.push(pointer);
    } else if (as !== id) {
      if (kind === "extension") renamed.set(pointer, as);
      else written.set(pointer, as);
    }
  }
  for (const pointer of goners) taken.add(pointer);
  const { target } = context;
  if (object.type === "language-content" && typeof object["object_modified"] === "string" && target?.modified) {
    if (target.modified !== object["object_modified"]) written.set("/object_modified", target.modified);
  }
  return references;
}

function referenceFor(
  reference: Referred,
  { unattributed }: RenderTerms,
  context: RenderContext,
  there: ReadonlyMap<string, Json>,
): string | null {
  // A level's marking is written already, as everybody knows it; and one of the commons stays.
  const marking = there.get(reference.pointer) ?? reference.id;
  if (unattributed && reference.kind === "marking" && typeof marking === "string") return marking;
  const written = context.refer(reference);
  return written === null || (unattributed && written.scope === "elsewhere") ? null : written.id;
}

/** References in the end: some went with a part that was not valid without what went, and markings are written anew. */
function whatBecame(
  references: readonly StandingReference[],
  { object, gone }: Remainder,
): readonly StandingReference[] {
  const markings = object["object_marking_refs"];
  return references.map((one): StandingReference => {
    if (one.kind === "marking" && Array.isArray(markings) && markings.includes(one.id))
      return { ...one, written: one.id };
    return isCovered(gone, one.pointer) ? { ...one, written: null } : one;
  });
}

function changes(object: StixObject, { taken, written, renamed }: Change): boolean {
  return (
    renamed.size > 0 ||
    [...taken].some((place) => valueAt(object, place) !== undefined) ||
    [...written].some(([place, value]) => valueAt(object, place) !== value)
  );
}

function writeVersion(object: StixObject, terms: RenderTerms, { derived }: RenderContext, { written }: Change): void {
  written.set("/id", derived.id);
  const { modified } = object;
  if (typeof modified !== "string") return;
  written.set("/modified", derivedModified(terms.unattributed ? toHour(modified) : modified, derived.last));
}

/** Ids that are not in the rendition as references are not in its texts either. */
function hideIds(
  object: StixObject,
  references: readonly StandingReference[],
  { taken, written, renamed }: Change,
): void {
  const hidden = new Map<string, string | null>();
  const note = (id: string, as: string | null): void => {
    if (as !== id) hidden.set(uuidOf(id), as === null ? null : uuidOf(as));
  };
  for (const { id, written: as } of references) note(id, as);
  const own = written.get("/id");
  if (typeof own === "string") note(object.id, own);
  // One that stands somewhere as it is, is not hidden.
  for (const { id, written: as } of references) if (as === id) hidden.delete(uuidOf(id));
  const skip = (place: string): boolean =>
    place === "/id" || written.has(place) || taken.has(place) || isSelectors(place);
  const mentions = mentionsOf(object, hidden, skip, renamed);
  for (const place of mentions.taken) taken.add(place);
  for (const [place, text] of mentions.written) written.set(place, text);
}

// They are rewritten by where they lead.
function isSelectors(place: string): boolean {
  return place.includes("/granular_markings/") && place.endsWith("/selectors");
}

/** What an unattributed object says beside what is left of it. */
function anonymous(object: StixObject, draft: JsonObject, context: RenderContext): JsonObject {
  const markings = anonymousMarkings(object, context);
  return {
    ...draft,
    spec_version: "2.1",
    ...(hasAuthor(object.type) ? { created_by_ref: context.exchangeIdentity } : {}),
    ...(markings.length === 0 ? {} : { object_marking_refs: markings }),
  };
}
