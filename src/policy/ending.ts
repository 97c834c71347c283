// The notice that ends a derived id (policy.md, Renditions; exchange-model, recall): the object's last version, revoked, and of
// what it said nothing but what tells tools whose version it is. Exchange acts send it where nothing of the object stands for
// its reader any more, or the whole does. STIX 2.1 §3.6
import type { Json, JsonObject } from "../encoding/json.ts";
import { isObject } from "../encoding/json.ts";
import { tlpOf } from "../stix/marking.ts";
import type { StixObject } from "../stix/object.ts";
import { pinnedMarkings } from "../stix/pinned-markings.ts";

/** What stands where STIX requires a text. */
export const ENDED_TEXT = "Ended: nothing is given under this id any more.";

/** What no later version may change; the level says how the notice itself is to be treated. */
const kept = ["type", "spec_version", "id", "created", "created_by_ref"] as const;

/** Somebody of the commons, whom every reader has: tools do not take in what refers to nothing that they know. */
const somebody = pinnedMarkings.find(({ type }) => type === "identity")?.id ?? "";
const about: JsonObject = { object_refs: [somebody] };
const named: JsonObject = { name: ENDED_TEXT };

/** What STIX requires of each type, with as little in it as is valid; times are that of the object's creation. */
const required: Readonly<Record<string, (created: Json) => JsonObject>> = {
  grouping: () => ({ context: "unspecified", ...about }),
  // A size below nothing: it finds nothing, also where somebody runs what was revoked.
  indicator: (created) => ({ pattern: "[file:size < 0]", pattern_type: "stix", valid_from: created }),
  "language-content": () => ({ object_ref: somebody, contents: { en: named } }),
  location: () => ({ region: "unspecified" }),
  malware: () => ({ is_family: false }),
  "malware-analysis": () => ({ product: ENDED_TEXT, result: "unknown" }),
  note: () => ({ content: ENDED_TEXT, ...about }),
  "observed-data": (created) => ({
    first_observed: created,
    last_observed: created,
    number_observed: 1,
    objects: { "0": { type: "mutex", name: ENDED_TEXT } },
  }),
  opinion: () => ({ opinion: "neutral", ...about }),
  relationship: () => ({ relationship_type: "related-to", source_ref: somebody, target_ref: somebody }),
  report: (created) => ({ ...named, published: created, ...about }),
  sighting: () => ({ sighting_of_ref: somebody }),
};
const requiresName = new Set([
  "attack-pattern",
  "campaign",
  "course-of-action",
  "identity",
  "incident",
  "infrastructure",
  "intrusion-set",
  "threat-actor",
  "tool",
  "vulnerability",
]);

/** The notice after this rendition; its `modified` is the caller's to set. */
export function endingOf(last: StixObject): StixObject {
  const { type, created = null, object_marking_refs: markings, extensions } = last;
  const levels = Array.isArray(markings)
    ? markings.filter((id: Json) => typeof id === "string" && tlpOf(id) !== null)
    : [];
  const kinds = isObject(extensions) ? Object.entries(extensions).flatMap(kindOf) : [];
  const properties = Object.hasOwn(required, type) ? required[type] : undefined;
  return {
    ...Object.fromEntries(kept.flatMap((name) => (last[name] === undefined ? [] : [[name, last[name]]]))),
    ...(requiresName.has(type) ? named : {}),
    ...properties?.(created),
    ...(levels.length === 0 ? {} : { object_marking_refs: levels }),
    ...(kinds.length === 0 ? {} : { extensions: Object.fromEntries(kinds) }),
    revoked: true,
    type,
    id: last.id,
    modified: last["modified"] ?? null,
  };
}

/** Of the extension that makes it an object of its type: that it does. STIX 2.1 §7.3.1 */
function kindOf([id, extension]: [string, Json]): [string, Json][] {
  const kind = isObject(extension) ? extension["extension_type"] : undefined;
  return kind === "new-sdo" || kind === "new-sro" ? [[id, { extension_type: kind }]] : [];
}
