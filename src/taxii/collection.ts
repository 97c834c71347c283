// The collection and collections resources (TAXII 2.1 §5.1.1, §5.2.1), and what a collection of ours may be called:
// clients choose one by its title, and OpenCTI's connector splits what it is given at dots and commas.

import { isUuid } from "../encoding/uuid.ts";
import { Refusal } from "../refusal.ts";
import {
  type Resource,
  isIdentifier,
  listed,
  optionalText,
  parseResource,
  requiredFlag,
  requiredIdentifier,
  requiredText,
  resourceList,
  textList,
} from "./resource.ts";

/** UTF-16 units of a collection's title. */
export const COLLECTION_TITLE_LENGTH_MAX = 100;

/** Characters of a collection's alias. */
export const COLLECTION_ALIAS_LENGTH_MAX = 64;

/** What `media_types` means where it is left out (§5.2.1). */
export const defaultMediaTypes: readonly string[] = ["application/stix+json"];

export interface Collection {
  /** UUID of version 4. */
  readonly id: string;
  readonly title: string;
  readonly description?: string | undefined;
  /** Stands for the id in URLs; unique in its API root. */
  readonly alias?: string | undefined;
  /** For the caller who asks, as `can_write` is. */
  readonly can_read: boolean;
  readonly can_write: boolean;
  /** Every media type that it can store. */
  readonly media_types: readonly string[];
}

/**
 * The JSON text of a collection resource.
 * @throws {TypeError} when the id is not a UUID of version 4 (§2)
 */
export function formatCollection(collection: Collection): string {
  return JSON.stringify(wire(collection));
}

/**
 * The JSON text of a collections resource in the order given, which the caller keeps the same at each request (§3.3);
 * `{}` where the caller may see none (§5.1.1).
 * @throws {TypeError} as `formatCollection`
 */
export function formatCollections(collections: readonly Collection[]): string {
  return JSON.stringify({ collections: listed(collections.map(wire)) });
}

/** Reads a collection resource. @throws {Refusal} malformed, limit */
export function parseCollection(input: Uint8Array | string): Collection {
  return read(parseResource(input));
}

/** Reads a collections resource. @throws {Refusal} malformed, limit */
export function parseCollections(input: Uint8Array | string): readonly Collection[] {
  return resourceList(parseResource(input), "collections").map(read);
}

/**
 * Checks the title of a collection of ours: 1 to 100 units, no dots or commas, in normal form C, no white space at its
 * ends, nothing invisible that would let two titles look alike.
 * @throws {Refusal} invalid
 */
export function checkCollectionTitle(title: string): void {
  const fault = titleFault(title);
  if (fault !== null) {
    throw new Refusal("invalid", `A collection's title ${fault}.`, { rule: "collection-title", subject: "title" });
  }
}

/**
 * Checks the alias of a collection of ours: lower-case ASCII letters, digits and single hyphens between them, at most
 * 64, and no UUID, so that a URL never names one collection by its alias and another by its id.
 * @throws {Refusal} invalid
 */
export function checkCollectionAlias(alias: string): void {
  if (alias.length <= COLLECTION_ALIAS_LENGTH_MAX && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(alias) && !isUuid(alias)) return;
  throw new Refusal(
    "invalid",
    `A collection's alias has lower-case letters, digits and single hyphens, at most ${COLLECTION_ALIAS_LENGTH_MAX}, and is no UUID.`,
    { rule: "collection-alias", subject: "alias" },
  );
}

/**
 * Checks that a collection can stand beside the others of its API root: alias unique (§5.2.1), and title too, case
 * aside, since clients choose by it.
 * @throws {Refusal} conflict
 */
export function checkCollectionBeside(
  collection: Pick<Collection, "title" | "alias">,
  others: readonly Pick<Collection, "title" | "alias">[],
): void {
  for (const other of others) {
    if (collection.alias !== undefined && collection.alias === other.alias) {
      throw new Refusal("conflict", "Another collection has this alias.", {
        rule: "collection-alias",
        subject: "alias",
      });
    }
    if (collection.title.toLowerCase() === other.title.toLowerCase()) {
      throw new Refusal("conflict", "Another collection has this title.", {
        rule: "collection-title",
        subject: "title",
      });
    }
  }
}

/** Whether a segment of a URL names this collection: its id, or its alias in the id's place (§5.2.1). */
export function isNamed(collection: Pick<Collection, "id" | "alias">, segment: string): boolean {
  return segment === collection.id || segment === collection.alias;
}

// Control characters, line and paragraph separators, zero width space, word joiner, byte order mark, and what turns the
// direction of text. The joiners U+200C and U+200D stay: Persian and Hindi are not written without them.
const invisible =
  /[\p{Cc}\p{Zl}\p{Zp}\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{e0000}-\u{e0fff}]/u;

function titleFault(title: string): string | null {
  if (title.trim() === "") return "is not empty";
  if (title.length > COLLECTION_TITLE_LENGTH_MAX) return `has at most ${COLLECTION_TITLE_LENGTH_MAX} characters`;
  if (/[.,]/.test(title)) return "has no dots or commas, because clients split at them";
  if (title !== title.trim() || /\s{2}/.test(title)) return "has single spaces, and none at its ends";
  if (!title.isWellFormed() || invisible.test(title)) return "has no invisible characters";
  return title === title.normalize("NFC") ? null : "is in Unicode normal form C";
}

function wire(collection: Collection): object {
  const { id, title, description, alias, can_read, can_write, media_types } = collection;
  if (!isIdentifier(id)) throw new TypeError("The id of a collection is a UUID of version 4.");
  return { id, title, description, alias, can_read, can_write, media_types: listed(media_types) };
}

function read(resource: Resource): Collection {
  const mediaTypes = textList(resource, "media_types");
  return {
    id: requiredIdentifier(resource, "id"),
    title: requiredText(resource, "title"),
    description: optionalText(resource, "description"),
    alias: optionalText(resource, "alias"),
    can_read: requiredFlag(resource, "can_read"),
    can_write: requiredFlag(resource, "can_write"),
    media_types: mediaTypes.length === 0 ? defaultMediaTypes : mediaTypes,
  };
}
