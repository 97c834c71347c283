// Compiles the JSON Schemas of STIX 2.1 ahead of time, because the edge forbids code from strings:
// `node schemas/compile.ts` writes src/stix/validators.generated.js and its types, and beside it what other scripts of this
// folder make: types, tables and the lists of IANA. A test compiles again and compares.
// The generated code names with each error the rule that was broken: the `x-rule` beside the keyword, or the rule that
// goes with the keyword. src/stix/check.ts makes findings of that.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { _, type Code, CodeGen, type Name, strConcat } from "ajv/dist/compile/codegen/index.js";
import ajvErrors from "ajv/dist/compile/errors.js";
import names from "ajv/dist/compile/names.js";
import standalone from "ajv/dist/standalone/index.js";
import type { KeywordErrorCxt } from "ajv/dist/types/index.js";
import { build } from "esbuild";
import { formats } from "../src/stix/formats.ts";
import { withTables } from "./docs.ts";
import { readSchemas, type Schema, sharedFiles } from "./read.ts";
import { registryModules } from "./registries.ts";
import { tablesModule } from "./tables.ts";
import { typesModule } from "./types.ts";

/** Of a list or a dictionary this many wrong parts are told, then the rest is left alone: errors stay few, whatever came. */
const errorsMax = 32;

const target = new URL("../src/stix/", import.meta.url);
const base = "https://serai.example/schemas/stix2.1/";
/** Keywords that mean the same rule wherever they stand. The others must have an `x-rule` beside them. */
const ruleOfKeyword: Readonly<Record<string, string>> = {
  type: "value-type",
  required: "property-required",
  minimum: "number-range",
  maximum: "number-range",
  minItems: "list-empty",
  minProperties: "object-empty",
};

boundLoops();

/** The text of the generated module and of its declarations. */
export async function compile(): Promise<{ readonly code: string; readonly types: string }> {
  const schemas = readSchemas();
  const types = typesOf(schemas);
  const code = await minify(validatorsSource(schemas, types));
  if (/\brequire\(|\bFunction\(|\beval\(/.test(code)) throw new Error("The generated code is not fit for the edge.");
  return { code, types: declarations(types) };
}

/** The schemas that stand for a type of their own. */
export function typesOf(schemas: ReadonlyMap<string, Schema>): readonly string[] {
  return [...schemas.keys()].filter((name) => !sharedFiles.has(name));
}

/** The text of a module with the validators of some types, before it is made small. */
export function validatorsSource(schemas: ReadonlyMap<string, Schema>, types: readonly string[]): string {
  const ajv = new Ajv2020({
    code: { esm: true, source: true, formats: _`formats` },
    formats,
    allErrors: true,
    inlineRefs: 3,
    keywords: ["x-rule", "x-expected"],
    // Lengths are only asked of texts that a pattern bounds to ASCII.
    unicode: false,
    logger: false,
    strictTypes: false,
    strictRequired: false,
  });
  for (const schema of schemas.values()) ajv.addSchema(withoutCoveredPatterns(schema));
  // Nothing in the schemas asks for these, and their bookkeeping is most of what a function would do.
  Object.assign(ajv.opts, { unevaluated: false, dynamicRef: false });

  const exports = Object.fromEntries(types.map((name, i) => [`v${i}`, `${base}${name}.json`]));
  const validators = withReport(() => standalone.default(ajv, exports));
  return [
    `import { formats } from "./formats.ts";`,
    `function add(errors, pointer, rule, expected) {
       const error = { pointer, rule, expected };
       if (errors === null) return [error];
       errors.push(error);
       return errors;
     }`,
    validators.replaceAll(/^export const /gm, "const "),
    `export const validators = { ${types.map((name, i) => `${JSON.stringify(name)}: v${i}`).join(", ")} };`,
  ].join("\n");
}

/** A pattern beside a format is there for readers that do not know the format; ours decides more than the pattern. */
function withoutCoveredPatterns(schema: Schema): Schema {
  const parts = JSON.stringify(schema, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || !("format" in part) || !("pattern" in part)) return part;
    const { pattern: _pattern, ...rest } = part;
    return rest;
  });
  return JSON.parse(parts) as Schema;
}

/** Lets `report` say the errors of what is compiled in between; ajv has no setting for it. */
function withReport<T>(work: () => T): T {
  const { reportError, reportExtraError } = ajvErrors;
  Object.assign(ajvErrors, { reportError: report, reportExtraError: report });
  try {
    return work();
  } finally {
    Object.assign(ajvErrors, { reportError, reportExtraError });
  }
}

/** Takes the place of ajv's report of an error: one call that says where, which rule, and what was expected. */
function report({ gen, it, ...context }: KeywordErrorCxt): void {
  // The branches of anyOf, oneOf and propertyNames are no errors by themselves, but ajv counts them.
  const told = it.createErrors !== false && it.compositeRule !== true;
  const pointer = strConcat(names.default.instancePath, it.errorPath);
  const errors = names.default.vErrors;
  const call = told
    ? _`add(${errors}, ${pointerOf(context, pointer)}, ${ruleOf(context, it.errSchemaPath)}, ${expected(context)})`
    : _`add(${errors})`;
  gen.assign(errors, call);
  gen.code(_`${names.default.errors}++`);
}

type Context = Omit<KeywordErrorCxt, "gen" | "it">;

function ruleOf({ keyword, schema, parentSchema }: Context, path: string): string {
  // The parts of a condition report for themselves, and check.ts leaves out what has no rule.
  if (keyword === "if") return "";
  const beside = keyword === "propertyNames" ? (schema as Schema) : parentSchema;
  const rule = keyword === "type" ? ruleOfKeyword["type"] : (beside?.["x-rule"] ?? ruleOfKeyword[keyword]);
  if (typeof rule !== "string") throw new Error(`${path}/${keyword} has no x-rule.`);
  return rule;
}

// The name of a wrong member is part of the pointer to it (RFC 6901 §3).
function pointerOf({ keyword, params }: Context, pointer: Code): Code {
  if (keyword !== "propertyNames") return pointer;
  return _`${pointer} + "/" + ${params["propertyName"] as Name}.replace(/~/g, "~0").replace(/\\//g, "~1")`;
}

function expected({ keyword, schema, parentSchema, params }: Context): Code {
  if (keyword === "required") return _`${params["missingProperty"] as string | Name}`;
  if (keyword === "type") return _`${[schema].flat().join(" or ")}`;
  if (keyword === "enum") return _`${(schema as string[]).join(", ")}`;
  if (keyword === "minimum" || keyword === "maximum") return _`${range(parentSchema ?? {})}`;
  if (keyword === "pattern") {
    if (parentSchema?.["x-rule"] === "reference-target")
      return _`${parentSchema["x-expected"] ?? targets(String(schema))}`;
  }
  return _`undefined`;
}

// `^file--` and `^(?:file|directory)--` as people would say them.
function targets(pattern: string): string {
  return pattern
    .replaceAll(/[^a-z0-9|-]+|--$/g, "")
    .replaceAll("|", ", ")
    .replace(/, ([^,]*)$/, " or $1");
}

function range({ minimum, maximum }: Schema): string {
  const bound = Number.MAX_SAFE_INTEGER;
  if (minimum === -bound) return "from -(2^53-1) to 2^53-1";
  return maximum === bound ? `${String(minimum)} or more` : `from ${String(minimum)} to ${String(maximum)}`;
}

/** Ends each loop of the generated code once enough errors are known, so that hostile input costs neither memory nor time. */
function boundLoops(): void {
  const enough = _`${names.default.errors} >= ${errorsMax}`;
  const { forRange, forIn } = CodeGen.prototype;
  const bounded = (gen: CodeGen, body: (item: Name) => void) => (item: Name) => {
    gen.if(enough, () => gen.break());
    body(item);
  };
  CodeGen.prototype.forRange = function (name, from, to, body, kind) {
    return forRange.call(this, name, from, to, bounded(this, body), kind);
  };
  CodeGen.prototype.forIn = function (name, value, body, kind) {
    return forIn.call(this, name, value, bounded(this, body), kind);
  };
}

async function minify(source: string): Promise<string> {
  const bundle = await build({
    stdin: { contents: source, loader: "js" },
    external: ["./formats.ts"],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    minify: true,
    banner: { js: "// Generated by schemas/compile.ts from schemas/stix2.1. Do not edit." },
  });
  return bundle.outputFiles[0]?.text ?? "";
}

function declarations(types: readonly string[]): string {
  return `// Generated by schemas/compile.ts from schemas/stix2.1. Do not edit.

export interface SchemaError {
  /** RFC 6901 pointer into the value. */
  readonly pointer: string;
  /** Name of the broken rule; empty or absent for what another error tells. */
  readonly rule?: string;
  /** What the rule asks for, where it has a short text: the missing property, the type, the list of values, the range. */
  readonly expected?: string;
}

export interface Validator {
  (value: unknown): boolean;
  /** Of the last call. */
  readonly errors: readonly SchemaError[] | null;
}

export type SchemaName =
${types.map((name) => `  | ${JSON.stringify(name)}`).join("\n")};

export declare const validators: Readonly<Record<SchemaName, Validator>>;
`;
}

/** Every generated file but the validators, by its name. */
export function generatedModules(): ReadonlyMap<string, string> {
  return new Map([
    ["types.generated.ts", typesModule()],
    ["tables.generated.ts", tablesModule()],
    ...[...registryModules()].map(([name, text]) => [`${name}.generated.ts`, text] as const),
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { code, types } = await compile();
  writeFileSync(new URL("validators.generated.js", target), code);
  writeFileSync(new URL("validators.generated.d.ts", target), types);
  for (const [name, text] of generatedModules()) writeFileSync(new URL(name, target), text);
  const page = new URL("../docs/stix.md", import.meta.url);
  writeFileSync(page, withTables(readFileSync(page, "utf8")));
}
