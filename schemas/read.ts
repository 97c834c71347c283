// Reads the schemas of STIX 2.1 for what is generated from them: the validators, the tables and the types.

import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("./stix2.1/", import.meta.url);

/** Files of definitions that the others use. */
export const sharedFiles: ReadonlySet<string> = new Set(["common", "extensions", "vocabularies"]);

export interface Schema {
  readonly [keyword: string]: unknown;
}

/** Every schema by the name of its file, in the order of the names. */
export function readSchemas(): ReadonlyMap<string, Schema> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .toSorted();
  // The files are ours, and ajv holds each against the meta-schema.
  return new Map(
    files.map((file) => [file.slice(0, -5), JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Schema]),
  );
}

/** The schema that `$ref` names, seen from the file that it stands in. */
export function resolve(schemas: ReadonlyMap<string, Schema>, ref: string, file: string): Resolved {
  const [path = "", pointer = ""] = ref.split("#");
  const name = path === "" ? file : path.replace(/\.json$/, "");
  const key = pointer.split("/").at(-1) ?? "";
  const schema = partsOf(schemas.get(name), "$defs")[key];
  if (schema === undefined) throw new Error(`${file}: there is no ${ref}.`);
  return { schema, file: name, name: key };
}

export interface Resolved {
  readonly schema: Schema;
  readonly file: string;
  readonly name: string;
}

/** Schemas by name under a keyword, such as `properties` or `$defs`. */
export function partsOf(schema: Schema | undefined, keyword: string): Readonly<Record<string, Schema>> {
  return (schema?.[keyword] ?? {}) as Readonly<Record<string, Schema>>;
}

/** Whether a property may not be there at all: `not: {}`. */
export function isForbidden(schema: Schema): boolean {
  const all = (schema["allOf"] ?? []) as readonly Schema[];
  return JSON.stringify(schema["not"]) === "{}" || all.some(isForbidden);
}

export interface Described {
  /** Each property that may be there, with its schemas from the most general to the most special. */
  readonly properties: ReadonlyMap<string, readonly Located[]>;
  readonly required: ReadonlySet<string>;
}

export interface Located {
  readonly schema: Schema;
  readonly file: string;
}

/** What a schema says of the properties of an object: its own and those of what it refers to. */
export function describe(schemas: ReadonlyMap<string, Schema>, { schema, file }: Located): Described {
  const properties = new Map<string, readonly Located[]>();
  const required = new Set<string>();
  for (const base of [schema, ...((schema["allOf"] ?? []) as readonly Schema[])]) {
    const ref = base["$ref"];
    if (typeof ref !== "string") continue;
    const inherited = describe(schemas, resolve(schemas, ref, file));
    for (const [name, parts] of inherited.properties) properties.set(name, parts);
    for (const name of inherited.required) required.add(name);
  }
  for (const [name, part] of Object.entries(partsOf(schema, "properties"))) {
    if (isForbidden(part)) properties.delete(name);
    else properties.set(name, [...(properties.get(name) ?? []), { schema: part, file }]);
  }
  for (const name of (schema["required"] ?? []) as readonly string[]) required.add(name);
  return { properties, required };
}
