// The JSON Schemas of STIX 2.1 and what is compiled from them.

import { readdirSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { domainTypes, metaTypes, observableTypes, relationshipTypes } from "../../src/stix/object.ts";
import { rules, sections } from "../../src/stix/rules.ts";
import { contributingProperties } from "../../src/stix/sco-id.ts";
import { type SchemaName, validators } from "../../src/stix/validators.generated.js";
import { withTables } from "../../schemas/docs.ts";
import { propertiesOf } from "../../src/stix/tables.generated.ts";
import { profileCases, validObjects } from "./vectors.ts";

const root = new URL("../../", import.meta.url);
const folder = new URL("schemas/stix2.1/", root);
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
const types = [...domainTypes, ...relationshipTypes, ...observableTypes, ...metaTypes, "bundle"];

interface Schema {
  readonly [keyword: string]: unknown;
}
const schemaOf = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Schema;

/** Every schema object inside a schema. */
function* parts(value: unknown): Generator<Schema> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Schema;
  for (const part of Object.values(value)) yield* parts(part);
}

describe("the schemas", () => {
  it("are one for each type, the definitions that they share, and two for types of someone's own", () => {
    expect(names.toSorted()).toEqual(
      [...types, "common", "custom-sco", "custom-sdo", "extensions", "vocabularies"].toSorted(),
    );
  });

  it.each(names)("%s names itself, its draft and its section", (name) => {
    const schema = schemaOf(name);
    expect(schema["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(schema["$id"]).toBe(`https://serai.example/schemas/stix2.1/${name}.json`);
    expect(schema["title"]).toBe(name);
    expect(schema["description"]).toMatch(/STIX 2\.1 sections? \d/);
    const section = sections[name];
    if (section !== undefined) expect(schema["description"]).toContain(`section ${section}.`);
  });

  it("name only rules that check knows", () => {
    const named = names
      .flatMap((name) => [...parts(schemaOf(name))].map((part) => part["x-rule"]))
      .filter((rule) => rule !== undefined);
    expect(named.length).toBeGreaterThan(100);
    for (const rule of named) expect(Object.keys(rules)).toContain(rule);
  });

  it("anchor every pattern at the start", () => {
    for (const name of names) {
      for (const { pattern } of parts(schemaOf(name))) {
        if (typeof pattern === "string") expect(pattern, name).toMatch(/^\^/);
      }
    }
  });

  it("leave open vocabularies open and close enumerations", () => {
    const vocabularies = schemaOf("vocabularies")["$defs"] as Readonly<Record<string, Schema>>;
    expect(Object.keys(vocabularies)).toHaveLength(32);
    for (const [name, vocabulary] of Object.entries(vocabularies)) {
      expect(vocabulary["enum"] !== undefined, name).toBe(name.endsWith("-enum"));
      expect(vocabulary["examples"] !== undefined, name).toBe(name.endsWith("-ov"));
    }
  });

  it("describe every property of the valid objects, so that none is checked by its name alone", () => {
    for (const type of types) {
      const described = new Set(
        [...parts(schemaOf(type)), ...parts(schemaOf("common"))].flatMap((part) =>
          Object.keys((part["properties"] as Schema | undefined) ?? {}),
        ),
      );
      for (const name of Object.keys(validObjects[type] ?? {})) expect(described, `${type}.${name}`).toContain(name);
    }
  });

  it("describe every property that contributes to an id", () => {
    for (const [type, properties] of Object.entries(contributingProperties)) {
      const own = Object.keys((schemaOf(type)["properties"] as Schema | undefined) ?? {});
      for (const name of properties) expect(own, type).toContain(name);
    }
  });
});

describe("the compiled validators", () => {
  const compiled = readFileSync(new URL("src/stix/validators.generated.js", root), "utf8");

  it("are what the schemas compile to", () => {
    // In a process of its own, because ajv makes code from strings and the tests' own process may not.
    const script = `import { compile, generatedModules } from "./schemas/compile.ts";
      process.stdout.write(JSON.stringify({ ...(await compile()), modules: [...generatedModules()] }));`;
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: fileURLToPath(root),
      encoding: "utf8",
      maxBuffer: 1 << 24,
    });
    const {
      code,
      types: declarations,
      modules,
    } = JSON.parse(output) as {
      readonly code: string;
      readonly types: string;
      readonly modules: readonly (readonly [string, string])[];
    };
    expect(modules.map(([name]) => name)).toHaveLength(4);
    for (const [name, text] of modules) {
      expect(readFileSync(new URL(`src/stix/${name}`, root), "utf8") === text, name).toBe(true);
    }
    expect(code === compiled, "run `node schemas/compile.ts`").toBe(true);
    expect(declarations).toBe(readFileSync(new URL("src/stix/validators.generated.d.ts", root), "utf8"));
  });

  it("hold no code from strings and ask for nothing but the formats", () => {
    expect(compiled).not.toMatch(/\brequire\s*\(|\bnew Function\b|\beval\s*\(|\bprocess\.|\bimport\s*\(/);
    expect(compiled.match(/\bfrom\s*"[^"]*"/g)).toEqual(['from"./formats.ts"']);
  });

  it("fit beside everything else that the edge has to load", () => {
    expect(compiled.length).toBeLessThan(400_000);
  });

  it("are one for each type and accept its valid object", () => {
    expect(Object.keys(validators).toSorted()).toEqual([...types, "custom-sco", "custom-sdo"].toSorted());
    for (const type of types) {
      const validate = validators[type as SchemaName];
      expect(validate(validObjects[type]), type).toBe(true);
      expect(validate.errors).toBe(null);
    }
  });

  it("name a rule with each error, or leave it to another error", () => {
    for (const name of Object.keys(validators) as SchemaName[]) {
      const validate = validators[name];
      for (const value of [{}, 5, [], null, { type: 5, id: 5, extensions: [], hashes: { MD5: 1 } }]) {
        expect(validate(value), name).toBe(false);
        const told = validate.errors?.filter(({ rule }) => rule !== undefined && rule !== "") ?? [];
        expect(told.length, name).toBeGreaterThan(0);
        for (const { rule } of told) expect(Object.keys(rules)).toContain(rule);
      }
    }
  });
});

describe("what is made from the schemas and the rules", () => {
  it("has a type for every type of object, with its properties", () => {
    const declared = readFileSync(new URL("src/stix/types.generated.ts", root), "utf8");
    for (const type of types) expect(declared).toContain(`  readonly ${JSON.stringify(type)}: `);
    for (const [type, names] of Object.entries(propertiesOf)) {
      for (const name of names) expect(declared, type).toMatch(new RegExp(`\\breadonly ${name}\\??: `));
    }
    for (const [type, object] of Object.entries(validObjects)) {
      const known = propertiesOf[type];
      if (known === undefined) continue;
      // What the valid objects hold beside is an extension's.
      for (const name of Object.keys(object)) expect([...known, "score"], `${type}.${name}`).toContain(name);
    }
  });

  it("has a list with source and date for every registry", () => {
    const lists = new URL("schemas/registries/", root);
    for (const file of readdirSync(lists)) {
      const [title, source, ...names] = readFileSync(new URL(file, lists), "utf8").trimEnd().split("\n");
      expect(title, file).toMatch(/^# [A-Z].*\.$/);
      expect(source, file).toMatch(/^# Source: .+\.$/);
      expect(new Set(names).size, file).toBe(names.length);
      expect(names.length, file).toBeGreaterThan(4);
    }
  });

  it("is in the documentation: every rule, and every difference of the two profiles", () => {
    const page = readFileSync(new URL("docs/stix.md", root), "utf8");
    expect(withTables(page) === page, "run `node schemas/compile.ts`").toBe(true);
    for (const name of Object.keys(rules)) expect(page).toContain(`| \`${name}\` |`);
    for (const { title } of profileCases) expect(page).toContain(`| ${title} |`);
    const points = new Set(profileCases.map(({ rule }) => rule.replace("§14.", "")));
    for (let point = 1; point <= 21; point++) expect(points, `point ${point}`).toContain(String(point));
  });
});
