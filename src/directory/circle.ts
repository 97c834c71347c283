// A circle: a standing group of states, kept by the secretariat, that policies name as `circle:NAME`. Membership is data, like
// that of the conference: intervals of time. A circle is known to its members and the secretariat, and to nobody else.

import { isObject, type Json } from "../encoding/json.ts";
import type { Micros } from "../encoding/timestamp.ts";
import { openForm, type Path, readLine, readSet, refuseAt, shown } from "./form.ts";
import { type Interval, isWithin, readStateCode } from "./state.ts";

export const circlesMax = 1_000;
export const circleMembersMax = 300;
export const circleNameLengthMax = 80;
export const circleDescriptionLengthMax = 1_000;
/** Letters, digits and single hyphens: a rule cites the name, and schemas/policy.schema.json says the same. */
export const circleNamePattern = "^[\\p{L}\\p{N}]+(?:-[\\p{L}\\p{N}]+)*$";
const circleName = new RegExp(circleNamePattern, "u");

export interface Circle {
  /** Number in the database. */
  readonly n: number;
  readonly name: string;
  readonly description: string;
  /** When each state belonged to it, by its code; one that left stays here. */
  readonly members: ReadonlyMap<string, readonly Interval[]>;
}

export interface CircleRegistration {
  readonly name: string;
  readonly description: string;
  /** Codes. */
  readonly members: readonly string[];
}

/** Who comes and who goes, or who the members are from now on. */
export type CircleChange =
  | { readonly kind: "set"; readonly members: readonly string[] }
  | { readonly kind: "change"; readonly join: readonly string[]; readonly leave: readonly string[] };

/** Whether a circle, or a group of a policy, may be called so. */
export function isCircleName(name: string): boolean {
  return [...name].length <= circleNameLengthMax && circleName.test(name);
}

/** Codes of the members at this time, alphabetical. */
export function membersAt(circle: Circle, at: Micros): readonly string[] {
  return [...circle.members].flatMap(([code, intervals]) => (belongs(intervals, at) ? [code] : [])).sort();
}

/** Whether a state belongs to the circle at this time. */
export function isMember(circle: Circle, code: string, at: Micros): boolean {
  return belongs(circle.members.get(code) ?? [], at);
}

/** The circle as it stands when its members are those, from this time on. */
export function withMembers(circle: Circle, codes: readonly string[], at: Micros): Circle {
  const all = new Set([...circle.members.keys(), ...codes]);
  const members = [...all].sort().map((code): [string, readonly Interval[]] => {
    const intervals = circle.members.get(code) ?? [];
    const wanted = codes.includes(code);
    if (belongs(intervals, at) === wanted) return [code, intervals];
    if (wanted) return [code, [...intervals, { from: at, until: null }]];
    return [code, intervals.map((one) => (one.until === null ? { from: one.from, until: at } : one))];
  });
  return { ...circle, members: new Map(members) };
}

function belongs(intervals: readonly Interval[], at: Micros): boolean {
  return intervals.some((interval) => isWithin(interval, at));
}

/**
 * Reads what opens a circle: `{"name", "description"?, "members"?}`.
 * @throws {Refusal} invalid, with pointer: `circle-name`, `state-code`, or what a form refuses
 */
export function parseCircleRegistration(value: Json): CircleRegistration {
  const form = openForm(value, [], "A circle", ["name", "description", "members"]);
  const { name, description, members } = form;
  if (typeof name !== "string" || !isCircleName(name))
    refuseAt(["name"], "circle-name", "The name of a circle is made of letters, digits and single hyphens.");
  return {
    name,
    description:
      description === undefined
        ? ""
        : readLine(description, ["description"], "The description", circleDescriptionLengthMax),
    members: members === undefined ? [] : readMembers(members, ["members"], "members"),
  };
}

/**
 * Reads a change of members: `{"members"}` or `{"join"?, "leave"?}`.
 * @throws {Refusal} invalid, with pointer: `circle-change`, `state-code`, or what a form refuses
 */
export function parseCircleChange(value: Json): CircleChange {
  if (isObject(value) && Object.hasOwn(value, "members")) {
    const form = openForm(value, [], "A list of members", ["members"]);
    return { kind: "set", members: readMembers(form["members"], ["members"], "members") };
  }
  const form = openForm(value, [], "A change of members", ["join", "leave"]);
  const list = (name: "join" | "leave"): readonly string[] =>
    form[name] === undefined ? [] : readMembers(form[name], [name], name);
  const [join, leave] = [list("join"), list("leave")];
  if (join.length === 0 && leave.length === 0)
    refuseAt([], "circle-change", "A change of members says who joins or who leaves.");
  const both = leave.find((code) => join.includes(code));
  if (both !== undefined) refuseAt(["leave"], "circle-change", `${shown(both)} joins and leaves at once.`);
  return { kind: "change", join, leave };
}

function readMembers(value: Json | undefined, path: Path, noun: string): readonly string[] {
  return readSet(value, path, noun, { itemsMin: 0, itemsMax: circleMembersMax }, readStateCode);
}
