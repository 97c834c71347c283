// Every reference that an object makes, at any depth, in the order of the document. STIX 2.1 §3.1, §3.3
// What decides about an object's releases reads its references here and nowhere else.

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import { isIdentifier } from "./object.ts";

export interface Reference {
  /** RFC 6901 pointer to the identifier. */
  readonly pointer: string;
  readonly id: string;
  /** A marking, the object's creator, what a language content speaks of, or any other. */
  readonly kind: "ref" | "marking" | "created-by" | "object";
}

interface Place {
  readonly value: readonly Json[] | JsonObject;
  readonly pointer: string;
}

/**
 * The references of an object: each property that ends in `_ref` or `_refs`, the standard's and others', whose value is
 * an identifier. What stands in a deprecated container (`observed-data.objects`, §2.13) refers to its own keys and is
 * left out. Ids of extension definitions are keys: see `extensionIdsOf`.
 */
export function referencesOf(object: JsonObject): readonly Reference[] {
  const references: Reference[] = [];
  const places: Place[] = [{ value: object, pointer: "" }];
  // Depth-first with a stack of its own: input decides how deep it is, never the call stack.
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const inner: Place[] = [];
    if (isObject(place.value)) {
      readMembers(place.value, place.pointer, object, references, inner);
    } else {
      place.value.forEach((item, i) => {
        if (typeof item === "object" && item !== null) inner.push({ value: item, pointer: `${place.pointer}/${i}` });
      });
    }
    for (let next = inner.pop(); next !== undefined; next = inner.pop()) places.push(next);
  }
  return references;
}

/** The extension definitions that an object uses: keys of `extensions` that are identifiers. STIX 2.1 §7.3 */
export function extensionIdsOf(object: JsonObject): readonly string[] {
  const { extensions } = object;
  if (!isObject(extensions)) return [];
  return Object.keys(extensions).filter((key) => key.startsWith("extension-definition--") && isIdentifier(key));
}

function readMembers(
  members: JsonObject,
  pointer: string,
  root: JsonObject,
  references: Reference[],
  inner: Place[],
): void {
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (typeof value === "string") {
      if (name.endsWith("_ref") && isIdentifier(value)) {
        references.push({ pointer: pointer + formatPointer([name]), id: value, kind: kindOf(pointer, name, root) });
      }
    } else if (Array.isArray(value)) {
      const list = pointer + formatPointer([name]);
      if (name.endsWith("_refs")) {
        const kind = kindOf(pointer, name, root);
        value.forEach((id: Json, i) => {
          if (typeof id === "string" && isIdentifier(id)) references.push({ pointer: `${list}/${i}`, id, kind });
        });
      }
      inner.push({ value, pointer: list });
    } else if (isObject(value) && !isContainer(pointer, name, root)) {
      inner.push({ value, pointer: pointer + formatPointer([name]) });
    }
  }
}

function isContainer(pointer: string, name: string, root: JsonObject): boolean {
  return pointer === "" && name === "objects" && root["type"] === "observed-data";
}

// Names mean what the standard says where the standard puts them; deeper down they are someone's own.
function kindOf(pointer: string, name: string, root: JsonObject): Reference["kind"] {
  if (pointer === "") {
    if (name === "created_by_ref") return "created-by";
    if (name === "object_marking_refs") return "marking";
    if (name === "object_ref" && root["type"] === "language-content") return "object";
    return "ref";
  }
  return name === "marking_ref" && /^\/granular_markings\/[0-9]+$/.test(pointer) ? "marking" : "ref";
}
