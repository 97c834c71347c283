// Checking objects: everything that `check` does, over compiled ajv alone with the same schemas and formats on the same values.
// Checking patterns: over the parser that ANTLR makes of the same grammar. And what a large bundle takes of memory.
// The OASIS tools run in Python and are no part of a run: what was measured of them is told in the notes.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { check } from "../src/stix/check.ts";
import { formats } from "../src/stix/formats.ts";
import { classOf, customClassOf, type StixObject, typeOf } from "../src/stix/object.ts";
import { checkPattern } from "../src/stix/pattern/check.ts";
import { antlrParser } from "../tests/stix/pattern/antlr.ts";
import type { Bench } from "./bench.ts";
import type { Checked } from "./check-memory.ts";
import { Child } from "./child.ts";
import { indicatorMaker, realObjects } from "./objects.ts";
import { exact, formatNumber, quantity, type Row } from "./report.ts";
import { interleave, ratioOf, spreadOf } from "./rounds.ts";

const INDICATORS = 2_000;
/** What the OASIS tools do in a second on one core of such a machine: stix2-validator, and the pattern validator. */
const OASIS_OBJECTS = 258;
const OASIS_PATTERNS = 3_425;
const MEGABYTE = 1_000_000;
const BUNDLE_MEGABYTES = [10, 50, 100] as const;
/** A bundle of twice the size may take this much more: its ids and versions are remembered. Small ones do not fill the heap. */
const GROWTH_MOST = 1.25;
const folder = new URL("../schemas/stix2.1/", import.meta.url);

export async function checking(bench: Bench): Promise<readonly Row[]> {
  return [...(await objects(bench)), ...(await patterns(bench)), await memory()];
}

async function objects(bench: Bench): Promise<readonly Row[]> {
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
  const rows: Row[] = [];
  for (const [measure, objects] of [
    ["check, indicators", indicators] as const,
    ["check, real reports", realObjects()] as const,
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
    const ours = spreadOf(done.ours);
    rows.push({
      measure,
      of: "÷ compiled ajv alone, same values",
      ratio: ratioOf(done.ours, done.ajv),
      value: quantity(ours, "objects/s"),
      base: quantity(spreadOf(done.ajv), "objects/s"),
      bar: { least: 0.5 },
      notes: [
        `${objects.length} objects, ${refused} of them refused`,
        beside(ours.median, OASIS_OBJECTS, "objects/s of the OASIS validator"),
      ],
    });
  }
  return rows;
}

async function patterns(bench: Bench): Promise<readonly Row[]> {
  const parse = await antlrParser();
  const make = indicatorMaker(5);
  const ofIndicators = Array.from({ length: INDICATORS }, () => String(make("everyone")["pattern"]));
  const rows: Row[] = [];
  for (const [measure, texts] of [
    ["patterns, of indicators", ofIndicators] as const,
    ["patterns, the OASIS validator's own", oasisPatterns()] as const,
  ]) {
    if (texts.length === 0) continue;
    const contenders = {
      ours: repeated(bench, texts, (text) => void checkPattern(text)),
      antlr: repeated(bench, texts, (text) => void parse(text)),
    };
    // Both warm up on what is measured; the generated parser fills its tables.
    await contenders.ours();
    await contenders.antlr();
    const done = await interleave(bench.plan.rounds, contenders);
    const ours = spreadOf(done.ours);
    rows.push({
      measure,
      of: "÷ the parser that ANTLR makes, parsing alone",
      ratio: ratioOf(done.ours, done.antlr),
      value: quantity(ours, "patterns/s"),
      base: quantity(spreadOf(done.antlr), "patterns/s"),
      bar: { least: 5 },
      notes: [
        `${texts.length} patterns, checked by all rules`,
        beside(ours.median, OASIS_PATTERNS, "patterns/s of the OASIS pattern validator"),
      ],
    });
  }
  return rows;
}

function beside(ours: number, theirs: number, of: string): string {
  return `${formatNumber(ours / theirs)} times the ${theirs.toLocaleString("en-US")} ${of}, as measured apart from this run`;
}

/** Patterns that are valid, from the tests of the OASIS pattern validator; none where the folder is not there. */
function oasisPatterns(): readonly string[] {
  const file = new URL("../../shared/data/stix/patterns.jsonl", import.meta.url);
  if (!existsSync(file)) {
    console.warn("../shared/data/stix is not there: the bench goes without the patterns of the OASIS tests.");
    return [];
  }
  const rows = readFileSync(file, "utf8").trimEnd().split("\n");
  return rows
    .map((row) => JSON.parse(row) as { readonly pattern: string; readonly valid: boolean })
    .filter(({ valid }) => valid)
    .map(({ pattern }) => pattern);
}

async function memory(): Promise<Row> {
  const taken: Checked[] = [];
  for (const megabytes of BUNDLE_MEGABYTES) {
    const child = new Child("./check-memory.ts");
    taken.push(await child.ask<Checked>(megabytes * MEGABYTE));
    await child.stop();
  }
  const half = taken.at(-2);
  const most = taken.at(-1);
  if (half === undefined || most === undefined) throw new TypeError("No bundle was checked.");
  return {
    measure: "check, a bundle of 100 MB",
    of: "peak memory ÷ that of a bundle of 50 MB",
    ratio: exact(most.peakBytes / half.peakBytes),
    value: quantity(exact(most.peakBytes / 2 ** 20), "MiB"),
    base: quantity(exact(half.peakBytes / 2 ** 20), "MiB"),
    bar: { most: GROWTH_MOST },
    notes: taken.map(
      ({ objects, findings, peakBytes, seconds }, i) =>
        `${BUNDLE_MEGABYTES[i] ?? 0} MB, ${objects.toLocaleString("en-US")} objects, ${findings} findings: ${formatNumber(peakBytes / 2 ** 20)} MiB, ${formatNumber((BUNDLE_MEGABYTES[i] ?? 0) / seconds)} MB/s`,
    ),
  };
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
