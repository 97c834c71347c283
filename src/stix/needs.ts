// Which references an object cannot do without: what STIX requires of it once some of them are cut, and what its id is made of.
// Decisions about cut renditions rely on it. STIX 2.1 §2.4, §4 to §6
import type { JsonObject } from "../encoding/json.ts";
import type { Reference } from "./references.ts";
import { contributingProperties, recomputes } from "./sco-id.ts";

/** Properties that hold one required reference, or a required list of them. */
const requiredProperties: Readonly<Record<string, readonly string[]>> = {
  relationship: ["source_ref", "target_ref"],
  sighting: ["sighting_of_ref"],
  grouping: ["object_refs"],
  note: ["object_refs"],
  opinion: ["object_refs"],
  report: ["object_refs"],
  "language-content": ["object_ref"],
};

/** Ids of which at least one has to stay. */
export type Need = readonly string[];

/**
 * The needs of a valid object, each a list of ids that it refers to. Markings are needed one by one: a reference to a marking
 * is never cut. The extension definitions that an object uses are needed, too (`extensionIdsOf`); they are no references.
 */
export function needsOf(object: JsonObject, references: readonly Reference[]): readonly Need[] {
  const type = typeof object["type"] === "string" ? object["type"] : "";
  const required = requiredProperties[type] ?? [];
  const contributing = recomputes(object) ? (contributingProperties[type] ?? []) : [];
  const lists = new Map<string, string[]>();
  const single: string[] = [];
  const add = (list: string, id: string): void => {
    const there = lists.get(list);
    if (there === undefined) lists.set(list, [id]);
    else there.push(id);
  };
  for (const { pointer, id, kind } of references) {
    const [, property = ""] = pointer.split("/");
    if (kind === "marking" || contributing.includes(property)) single.push(id);
    else if (required.includes(property)) add(`/${property}`, id);
    else if (type === "observed-data" && property === "object_refs") {
      if (object["objects"] === undefined) add("/object_refs", id);
    } else if (type === "malware-analysis" && property === "analysis_sco_refs") {
      if (object["result"] === undefined) add("/analysis_sco_refs", id);
    } else if (type === "network-traffic" && (property === "src_ref" || property === "dst_ref")) add("/end", id);
    // A list that stands in an extension, and a part of a message, are required where they stand (§6.7.2, §6.6.2).
    else if (pointer.startsWith("/extensions/archive-ext/contains_refs/")) add("/archive", id);
    else if (/^\/body_multipart\/[0-9]+\/body_raw_ref$/.test(pointer)) single.push(id);
  }
  return [...lists.values(), ...single.map((id) => [id])];
}
