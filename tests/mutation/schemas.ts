// Schemas with one thing taken out that they ask for: a keyword, a required property, one of several parts.

import type { Schema } from "../../schemas/read.ts";

export interface SchemaMutant {
  readonly file: string;
  /** Where in the schema, as steps. */
  readonly path: readonly (string | number)[];
}

/** Keywords that ask for something by themselves. */
const asking = new Set([
  ..."type const enum pattern format minimum maximum exclusiveMinimum minItems maxItems minProperties maxLength".split(
    " ",
  ),
  ..."minLength maxProperties uniqueItems items propertyNames additionalProperties not anyOf oneOf contains $ref".split(
    " ",
  ),
]);
/** Keywords that hold several askings, of which each is taken out alone. */
const several = new Set(["required", "allOf", "dependentRequired", "dependentSchemas"]);
/** Keywords under which schemas stand by name. */
const named = new Set(["properties", "patternProperties", "$defs"]);

/** Every asking of a schema. */
export function* askingsOf(
  file: string,
  schema: unknown,
  path: readonly (string | number)[] = [],
): Generator<SchemaMutant> {
  if (Array.isArray(schema)) {
    for (const [i, part] of schema.entries()) yield* askingsOf(file, part, [...path, i]);
    return;
  }
  if (typeof schema !== "object" || schema === null) return;
  for (const [keyword, value] of Object.entries(schema as Schema)) {
    const here = [...path, keyword];
    if (asking.has(keyword)) yield { file, path: here };
    // A condition is taken out with what follows from it.
    if (keyword === "if") yield { file, path: here };
    if (several.has(keyword)) {
      for (const key of Object.keys(value as object))
        yield { file, path: [...here, Array.isArray(value) ? Number(key) : key] };
    }
    if (named.has(keyword)) {
      for (const [name, part] of Object.entries(value as object)) yield* askingsOf(file, part, [...here, name]);
    } else if (keyword !== "enum" && keyword !== "required") yield* askingsOf(file, value, here);
  }
}

/** The schemas with that taken out. */
export function without(
  schemas: ReadonlyMap<string, Schema>,
  { file, path }: SchemaMutant,
): ReadonlyMap<string, Schema> {
  const copy = structuredClone(schemas.get(file)) as Schema;
  let parent: unknown = copy;
  for (const step of path.slice(0, -1)) parent = (parent as Record<string | number, unknown>)[step];
  const last = path.at(-1) ?? "";
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else {
    const taken = last === "if" ? ["if", "then", "else"] : [last];
    for (const key of taken) Reflect.deleteProperty(parent as object, key);
  }
  return new Map([...schemas].map(([name, schema]) => [name, name === file ? copy : schema]));
}
