// What in an object may tell who contributed it, although it goes without the owner's name (policy.md, Renditions: the preview
// warns of `lang`, sector, place, country domains and own networks). Found before posting, for the owner alone.

import { isObject, type JsonObject } from "../encoding/json.ts";
import { formatPointer, parsePointer } from "../encoding/pointer.ts";
import type { StixObject } from "../stix/object.ts";
import type { Block } from "../stix/pattern/address.ts";
import type { Path } from "../directory/form.ts";
import type { Party } from "../directory/state.ts";
import { affects, countryDomainsOf } from "./affected.ts";
import type { Facts } from "./facts.ts";
import { occurrencesIn } from "./occurrence.ts";
import { textsIn } from "./texts.ts";

export type Trait = "name" | "identity" | "country-domain" | "network" | "place" | "lang" | "sector";

export interface TraitFound {
  readonly trait: Trait;
  readonly path: Path;
}

/** Each trait and place once, in the order of the document; what the whole object says comes last. */
export function traitsOf(
  object: StixObject,
  facts: Facts,
  owner: Party,
  networks: readonly Block[],
): readonly TraitFound[] {
  const found = new Map<string, TraitFound>();
  const note = (trait: Trait, path: Path): void => void found.set(`${trait} ${formatPointer(path)}`, { trait, path });
  for (const { text, path } of textsIn(object, silent)) {
    const folded = text.toLowerCase();
    if (Object.values(owner.name).some((name) => standsIn(folded, name.toLowerCase()))) note("name", path);
    if (owner.identities.includes(text)) note("identity", path);
    if (countryDomainsOf(owner.code).some((domain) => standsIn(folded, `.${domain}`, true)))
      note("country-domain", path);
  }
  for (const occurrence of occurrencesIn(object)) {
    const published = { code: owner.code, networks };
    if (affects(occurrence, published))
      note(occurrence.block === null ? "country-domain" : "network", parsePointer(occurrence.pointer));
  }
  for (const path of placesIn(object, owner.code)) note("place", path);
  if (typeof object["lang"] === "string") note("lang", ["lang"]);
  if (facts.sectors.length > 0) note("sector", Array.isArray(object["sectors"]) ? ["sectors"] : ["extensions"]);
  return [...found.values()];
}

// The author is replaced, and what is of the standard alone says nothing of its contributor.
const silent = /^(?:id|type|spec_version|created|modified|created_by_ref|hashes)$|_(?:bin|hex)$/;

/** STIX 2.1 §4.11: a location's country is its ISO 3166-1 code. */
function placesIn(object: JsonObject, code: string): readonly Path[] {
  const paths: Path[] = object["country"] === code ? [["country"]] : [];
  const { extensions } = object;
  if (!isObject(extensions)) return paths;
  for (const [name, extension] of Object.entries(extensions)) {
    if (isObject(extension) && extension["country"] === code) paths.push(["extensions", name, "country"]);
  }
  return paths;
}

/** Whether a word stands in a text as itself, and not within a longer one. */
function standsIn(text: string, word: string, isEnding = false): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const isBegun = isEnding ? isPartOfWord(text, at - 1) : !isPartOfWord(text, at - 1);
    if (isBegun && !isPartOfWord(text, at + word.length)) return true;
  }
  return false;
}

function isPartOfWord(text: string, at: number): boolean {
  return /[\p{L}\p{N}\p{M}_-]/u.test(text[at] ?? "");
}
