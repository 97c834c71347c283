// Checking objects: everything that `check` does, over compiled ajv alone with the same schemas and formats on the same values.
import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { check } from "../src/stix/check.ts";
import { formats } from "../src/stix/formats.ts";
import { classOf, customClassOf, type StixObject, typeOf } from "../src/stix/object.ts";
import type { Bench } from "./bench.ts";
import { indicatorMaker, realObjects } from "./objects.ts";
import { quantity, type Row } from "./report.ts";
import { interleave, ratioOf, spreadOf } from "./rounds.ts";

const INDICATORS = 2_000;
const folder = new URL("../schemas/stix2.1/", import.meta.url);

export async function checking(bench: Bench): Promise<readonly Row[]> {
  const ajv = new Ajv2020({ formats, keywords: ["x-rule", "x-expected"], strict: false, logger: false });
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  for (const name of names) ajv.addSchema(JSON.parse(readFileSync(new URL(name, folder), "utf8")) as object);
  const validatorOf = (object: StixObject) => {
    const custom = customClassOf(object) === "sco" ? "custom-sco" : "custom-sdo";
    const name = classOf(typeOf(object)) === "custom" ? custom : typeOf(object);
    const validate = ajv.getSchema(`https://serai.example/schemas/stix2.1/${name}.json`);
    if (validate === undefined) throw new TypeError(`There is no schema ${name}.`);
    return validate;
  };
  const make = indicatorMaker(4);
  const indicators = Array.from({ length: INDICATORS }, () => make("everyone")) as unknown as readonly StixObject[]; // they have type and id
  const real = realObjects();
  const rows: Row[] = [];
  for (const [measure, objects] of [
    ["check, indicators", indicators] as const,
    ["check, real reports", real] as const,
  ]) {
    if (objects.length === 0) continue;
    const pairs = objects.map((object) => ({ object, validate: validatorOf(object) }));
    const refused = objects.filter((object) => check(object).some((finding) => finding.severity === "error")).length;
    const contenders = {
      ours: repeated(bench, pairs, ({ object }) => void check(object)),
      ajv: repeated(bench, pairs, ({ object, validate }) => void validate(object)),
    };
    await contenders.ours();
    await contenders.ajv();
    const done = await interleave(bench.plan.rounds, contenders);
    rows.push({
      measure,
      of: "÷ compiled ajv alone, same values",
      ratio: ratioOf(done.ours, done.ajv),
      value: quantity(spreadOf(done.ours), "objects/s"),
      base: quantity(spreadOf(done.ajv), "objects/s"),
      bar: { least: 0.5 },
      notes: [`${objects.length} objects, ${refused} of them refused`],
    });
  }
  return rows;
}

/** Goes over the items again and again for a while. Items a second. */
function repeated<Item>(bench: Bench, items: readonly Item[], work: (item: Item) => void): () => Promise<number> {
  return bench.neighbours.undisturbed(async () => {
    const from = performance.now();
    const end = from + (bench.plan.seconds * 1000) / 2;
    let count = 0;
    while (performance.now() < end) {
      for (const item of items) work(item);
      count += items.length;
    }
    return (count * 1000) / (performance.now() - from);
  });
}
