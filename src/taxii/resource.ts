// The forms that all TAXII resources share (TAXII 2.1 §2, §3.8, §7.1): reading a member of a resource that a server sent,
// and leaving out an empty list in what is sent. Relied on by each resource of this room; the readers serve clients.

import { type JsonLimits, type JsonObject, isObject, parseStrict } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { type Micros, parseTimestamp } from "../encoding/timestamp.ts";
import { isUuid } from "../encoding/uuid.ts";
import { Refusal } from "../refusal.ts";

/** What a resource other than an envelope may measure: a status of 10,000 objects or a manifest of 10,000 records. */
export const RESOURCE_LIMITS: JsonLimits = {
  bytesMax: 16 * 1_024 * 1_024,
  depthMax: 16,
  keysMax: 100_000,
  itemsMax: 50_000,
  stringLengthMax: 65_536,
};

/** A JSON object in a resource and where it stands, so that a refusal can point at it. */
export interface Resource {
  readonly members: JsonObject;
  readonly path: readonly (string | number)[];
}

/**
 * The object that a TAXII resource is. Members that the standard does not name stay unread (§7.1: a client ignores them).
 * @throws {Refusal} malformed or limit, as `parseStrict` says; malformed where it is no object
 */
export function parseResource(input: Uint8Array | string, limits: JsonLimits = RESOURCE_LIMITS): Resource {
  const { value } = parseStrict(input, limits);
  if (!isObject(value)) throw misformed([], "is not a JSON object");
  return { members: value, path: [] };
}

/** A string that is there and not empty. @throws {Refusal} malformed */
export function requiredText(resource: Resource, name: string): string {
  const found = optionalText(resource, name);
  if (found === undefined || found === "") throw misformed([...resource.path, name], "is not a string with content");
  return found;
}

/** A string, or undefined where it is left out. @throws {Refusal} malformed */
export function optionalText(resource: Resource, name: string): string | undefined {
  const found = member(resource, name);
  if (found === undefined || typeof found === "string") return found;
  throw misformed([...resource.path, name], "is not a string");
}

/** A UUID of version 4, as §2 defines identifier. @throws {Refusal} malformed */
export function requiredIdentifier(resource: Resource, name: string): string {
  const found = requiredText(resource, name);
  if (!isIdentifier(found)) throw misformed([...resource.path, name], "is not a UUID of version 4");
  return found;
}

/** true or false. @throws {Refusal} malformed */
export function requiredFlag(resource: Resource, name: string): boolean {
  const found = member(resource, name);
  if (typeof found !== "boolean") throw misformed([...resource.path, name], "is not true or false");
  return found;
}

/** true or false, false where it is left out (§3.7). @throws {Refusal} malformed */
export function optionalFlag(resource: Resource, name: string): boolean {
  return member(resource, name) === undefined ? false : requiredFlag(resource, name);
}

/** A whole number that is not below `least` and within ±(2^53−1). @throws {Refusal} malformed */
export function requiredCount(resource: Resource, name: string, least = 0): number {
  const found = member(resource, name);
  if (typeof found !== "number" || !Number.isSafeInteger(found) || found < least) {
    throw misformed([...resource.path, name], `is not a whole number from ${least}`);
  }
  return found;
}

/**
 * A timestamp as microseconds. §2 asks for six digits of a second; the standard's own examples have five, so that any
 * precision is read. @throws {Refusal} malformed
 */
export function requiredTimestamp(resource: Resource, name: string): Micros {
  const found = parseTimestamp(requiredText(resource, name));
  if (found === null) throw misformed([...resource.path, name], "is not a timestamp in UTC");
  return found.micros;
}

/** Strings; none where the list is left out or, against §2, empty. @throws {Refusal} malformed */
export function textList(resource: Resource, name: string): readonly string[] {
  return list(resource, name).map((item, index) => {
    if (typeof item !== "string" || item === "") {
      throw misformed([...resource.path, name, index], "is not a string with content");
    }
    return item;
  });
}

/** Resources within a resource; none where the list is left out or, against §2, empty. @throws {Refusal} malformed */
export function resourceList(resource: Resource, name: string): readonly Resource[] {
  return list(resource, name).map((item, index) => {
    const path = [...resource.path, name, index];
    if (!isObject(item)) throw misformed(path, "is not a JSON object");
    return { members: item, path };
  });
}

/** Whether a text is an identifier of §2: a UUID of version 4, hexadecimal of either case. */
export function isIdentifier(text: string): boolean {
  return isUuid(text) && text.charAt(14) === "4";
}

/** The list, or undefined where it is empty, which JSON then leaves out: empty lists are forbidden (§2). */
export function listed<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** At most `lengthMax` UTF-16 units of a text, well formed; what is cut off is told by an ellipsis. */
export function shortened(text: string, lengthMax: number): string {
  const kept = text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
  // The cut may have halved a pair, and I-JSON has no lone surrogates (RFC 7493 §2.1).
  return kept.toWellFormed();
}

/** A resource that is not of the standard's form, at this place of it. */
export function misformed(path: readonly (string | number)[], fault: string): Refusal {
  const pointer = formatPointer(path);
  return new Refusal("malformed", `The TAXII resource ${fault}${pointer === "" ? "" : ` at ${pointer}`}.`, {
    pointer,
    rule: "taxii-resource",
  });
}

function list(resource: Resource, name: string): readonly unknown[] {
  const found = member(resource, name);
  if (found === undefined) return [];
  // Array.isArray does not narrow a readonly array out of the union Json, hence the explicit type of the constant.
  const items: unknown = found;
  if (!Array.isArray(items)) throw misformed([...resource.path, name], "is not a list");
  return items;
}

// Only own members count: `constructor` is nothing that a server sent.
function member(resource: Resource, name: string): JsonObject[string] | undefined {
  return Object.hasOwn(resource.members, name) ? resource.members[name] : undefined;
}
