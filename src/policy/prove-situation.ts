// From what the solver found to a contribution that can be made: each thing of the scene as a valid object of STIX.

import type { JsonObject } from "../encoding/json.ts";
import { formatMicros } from "../encoding/timestamp.ts";
import type { StixObject } from "../stix/object.ts";
import type { Situation } from "./counterexample.ts";
import { affectsByAddress, exampleId, exampleObject, networkFor, type Place, type Sketch } from "./example-object.ts";
import type { Referred } from "./lean.ts";
import type { Times } from "./prove-window.ts";
import { authorCodes, type Scene, type Thing } from "./scene.ts";
import { newcomerTo, type WordSet } from "./told-apart.ts";

/** What the solver found, at these times. */
export function situationOf(scene: Scene, times: Times): Situation {
  const { formula, things, recipient, collection, named, awaited, joined } = scene;
  const holds = (literal: number): boolean => formula.solver.holds(literal);
  const { code } = formula.chosenOf(recipient);
  const isRevoked = holds(awaited);
  const readings: Referred[] = [];
  const present = things.filter((thing) => holds(thing.present));
  const sketches = present.map((thing, i): Sketch => {
    const holder = authorCodes(formula.chosenOf(thing.author), code, anotherThan(code, scene))[0];
    const id = exampleId("indicator", 0xf1 + i);
    if (holder !== undefined) readings.push({ id, holder });
    return {
      ...sketchOf(thing, scene),
      about: holder === undefined ? [] : [id],
      affects: holds(thing.affected) ? code : null,
    };
  });
  const place = (number: number): Place => {
    const at = formatMicros(times.first);
    return { number, created: at, modified: number === 1 ? formatMicros(times.at) : at };
  };
  const first = sketches[0];
  if (first === undefined) throw new TypeError("The subject is present.");
  const object = exampleObject({ ...first, revoked: isRevoked }, place(1));
  const beside = sketches.slice(1).map((sketch, i) => exampleObject(naming(sketch, object), place(i + 2)));
  const instruction: JsonObject = holds(named) ? { to: [code] } : {};
  return {
    recipient: code,
    collection: formula.chosenOf(collection),
    instruction,
    bundle: { type: "bundle", id: exampleId("bundle", 1), objects: [object, ...beside] },
    object: object.id,
    ...times,
    readings,
    networks: networksFor(sketches, code),
    joined: [...joined].flatMap(([circle, literal]) => (holds(literal) ? [{ circle, code }] : [])),
    hasEarlier: isRevoked,
  };
}

/** Networks that the recipient has published, where things affect it by an address. */
function networksFor(sketches: readonly Sketch[], code: string): Situation["networks"] {
  const networks = new Set(sketches.filter(affectsByAddress).map(({ type }) => networkFor(type)));
  return [...networks].map((network) => ({ code, network }));
}

/** A report beside the object is about it. */
function naming(sketch: Sketch, object: StixObject): Sketch {
  return sketch.type === "report" && sketch.about.length === 0 ? { ...sketch, about: [object.id] } : sketch;
}

function sketchOf(thing: Thing, { formula }: Scene): Omit<Sketch, "about" | "affects"> {
  const holds = (literal: number): boolean => formula.solver.holds(literal);
  const said = (set: WordSet): readonly string[] =>
    [...thing.own[set]].flatMap(([word, literal]) => (holds(literal) ? [word] : []));
  return {
    type: formula.chosenOf(thing.type),
    level: formula.chosenOf(thing.level),
    labels: said("label"),
    sectors: said("sector"),
    severities: said("severity"),
    exercise: holds(thing.ownExercise),
    confidence: formula.chosenOf(thing.confidence),
    createdBy: formula.chosenOf(thing.creator),
    personal: holds(thing.personal),
    revoked: false,
  };
}

/** A state that is neither the owner nor the recipient. */
function anotherThan(recipient: string, { question }: Scene): string {
  const others = [...question.states, newcomerTo(question)].filter(
    (code) => code !== recipient && code !== question.owner,
  );
  return others.find((code) => code !== null) ?? "unattributed";
}
