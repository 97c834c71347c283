// Extensions that somebody knows: each an extension definition with what it allows, held against the objects that use it.
// Those that nobody knows are let through or refused, as the setting says. STIX 2.1 §7.3

import { isObject, type Json, type JsonObject } from "../encoding/json.ts";
import { formatPointer } from "../encoding/pointer.ts";
import type { Fault } from "./finding.ts";
import { type Level, levels, tlp2ExtensionId } from "./marking.ts";
import { classOf, isIdentifier, typeOf } from "./object.ts";
import { propertiesOf } from "./tables.generated.ts";

/** STIX 2.1 §10.5 */
export type ExtensionType = "new-sdo" | "new-sco" | "new-sro" | "property-extension" | "toplevel-property-extension";

export interface KnownExtension {
  /** Id of the extension definition. */
  readonly id: string;
  readonly types: readonly ExtensionType[];
  /** Types of objects that may carry it; any where it says none. For new types: their names. */
  readonly objects?: readonly string[];
  /** Properties that a toplevel-property-extension adds. */
  readonly properties?: readonly string[];
  /**
   * What its schema says of the extension's value, or of the object for properties at the top: the places that are wrong,
   * as RFC 6901 pointers into the object. A compiled JSON Schema fits behind it: see `schemaCheck`.
   */
  readonly check?: (object: JsonObject, pointer: string) => readonly WrongPlace[];
}

export interface WrongPlace {
  readonly pointer: string;
  /** What is asked for there, as the end of a sentence: "one of clear, green, …". */
  readonly expected: string;
}

export interface ExtensionRules {
  readonly known: readonly KnownExtension[];
  /** What becomes of an object with an extension that is not known: a consumer's choice (§7.3). Let through by default. */
  readonly unknown?: "tolerate" | "refuse";
}

/** A validator that was compiled ahead of time, such as schemas/compile.ts makes. */
export interface CompiledSchema {
  (value: unknown): boolean;
  readonly errors: readonly { readonly pointer: string; readonly expected?: string }[] | null;
}

/** The check of a compiled schema for the extension's value; for the object itself where `ofObject` says so. */
export function schemaCheck(schema: CompiledSchema, ofObject = false): NonNullable<KnownExtension["check"]> {
  return (object, pointer) => {
    const steps = pointer.split("/").slice(1);
    const value = ofObject ? object : (object["extensions"] as JsonObject | undefined)?.[steps.at(-1) ?? ""];
    if (schema(value)) return [];
    const base = ofObject ? "" : pointer;
    return (schema.errors ?? []).map((error) => ({
      pointer: base + error.pointer,
      expected: error.expected ?? "as its schema says",
    }));
  };
}

/** TLP 2.0 as OASIS published it. That a marking is exactly one of the five is a rule of its own. */
export const tlp2Extension: KnownExtension = {
  id: tlp2ExtensionId,
  types: ["property-extension"],
  objects: ["marking-definition"],
  check(object, pointer) {
    const { extensions } = object;
    const value = isObject(extensions) ? extensions[tlp2ExtensionId] : undefined;
    const level = isObject(value) ? value["tlp_2_0"] : undefined;
    return levels.includes(level as Level)
      ? []
      : [{ pointer: level === undefined ? pointer : `${pointer}/tlp_2_0`, expected: `one of ${levels.join(", ")}` }];
  },
};

/** Adds to `faults` what an object's extensions are not allowed, or hold wrongly. */
export function checkExtensions(object: JsonObject, rules: ExtensionRules, faults: Fault[]): void {
  const { extensions } = object;
  const type = typeOf(object);
  const known = new Map(rules.known.map((extension) => [extension.id, extension]));
  const used: KnownExtension[] = [];
  let hasUnknown = false;
  for (const [key, value] of isObject(extensions) ? Object.entries(extensions) : []) {
    // Predefined extensions and the old custom ones have no definition.
    if (!isIdentifier(key)) continue;
    const pointer = formatPointer(["extensions", key]);
    const extension = known.get(key.toLowerCase());
    if (extension === undefined) {
      hasUnknown = true;
      if (rules.unknown === "refuse") faults.push({ rule: "extension-unknown", pointer });
      continue;
    }
    used.push(extension);
    checkUse(extension, type, value, pointer, faults);
    for (const { pointer: place, expected } of extension.check?.(object, pointer) ?? []) {
      faults.push({ rule: "extension-schema", pointer: place, expected });
    }
  }
  if (rules.unknown === "refuse" && !hasUnknown) checkProperties(object, type, used, faults);
}

function checkUse(extension: KnownExtension, type: string, value: Json, pointer: string, faults: Fault[]): void {
  const kind = isObject(value) ? value["extension_type"] : undefined;
  if (!(extension.types as readonly unknown[]).includes(kind)) {
    faults.push({ rule: "extension-type-use", pointer, expected: extension.types.join(" or ") });
  }
  if (extension.objects !== undefined && !extension.objects.includes(type)) {
    faults.push({ rule: "extension-host", pointer, expected: extension.objects.join(" or ") });
  }
}

// With every extension known, each property at the top is the specification's or one that an extension lists.
function checkProperties(object: JsonObject, type: string, used: readonly KnownExtension[], faults: Fault[]): void {
  if (classOf(type) === "custom") return;
  const own = new Set([...(propertiesOf[type] ?? []), ...used.flatMap(({ properties }) => properties ?? [])]);
  for (const name of Object.keys(object)) {
    if (!own.has(name) && !name.startsWith("x_")) {
      faults.push({ rule: "extension-property", pointer: formatPointer([name]) });
    }
  }
}
