// A collection of TAXII 2.1 (§5), as the exchange keeps it. Who may see what in it is decided object by object, so a
// collection has no list of readers.

import type { Json } from "../encoding/json.ts";
import { openForm, type Path, readLine, refuseAt } from "./form.ts";
import { nameLengthMax } from "./state.ts";

export const aliasLengthMax = 64;
export const descriptionLengthMax = 1000;

export interface Collection {
  /** Number in the database. */
  readonly n: number;
  /** UUID, the collection's TAXII id. */
  readonly id: string;
  /** Short name for URLs, policies and the command line. */
  readonly alias: string;
  readonly title: string;
  readonly description: string;
}

export type CollectionRegistration = Pick<Collection, "alias" | "title" | "description">;

/** The collections that an exchange begins with. */
export const defaultCollections: readonly CollectionRegistration[] = [
  {
    alias: "threat-reports",
    title: "Threat reports",
    description: "Incidents, indicators and what is known of those behind them.",
  },
  {
    alias: "best-practices",
    title: "Best practices",
    description: "What a state does against a threat and found to work.",
  },
  { alias: "public", title: "Public", description: "Advisories that anyone may read." },
];

/**
 * Reads a collection's registration: `{"alias", "title", "description"?}`.
 * @throws {Refusal} invalid, with pointer: `alias`, or what a form refuses
 */
export function parseCollectionRegistration(value: Json): CollectionRegistration {
  const form = openForm(value, [], "A collection’s registration", ["alias", "title", "description"]);
  return {
    alias: readAlias(form["alias"], ["alias"]),
    title: readLine(form["title"], ["title"], "The title", nameLengthMax),
    description:
      form["description"] === undefined
        ? ""
        : readLine(form["description"], ["description"], "The description", descriptionLengthMax),
  };
}

/** @throws {Refusal} invalid `alias`: not lower-case letters, digits and single hyphens */
export function readAlias(value: Json | undefined, path: Path): string {
  const isAlias =
    typeof value === "string" && value.length <= aliasLengthMax && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value);
  if (!isAlias) refuseAt(path, "alias", "An alias is made of lower-case letters, digits and single hyphens.");
  return value;
}
