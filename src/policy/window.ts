// From when until when a rule or an instruction lets a release stand (policy.md step 7): `after` and `until`, durations that
// are counted from the contributor's first contribution of the object's id.

import type { Json, JsonObject } from "../encoding/json.ts";
import { type Path, refuseAt } from "../directory/form.ts";
import { addDuration, type Duration, parseDuration } from "./duration.ts";

/** Null: it does not begin later, or does not end. */
export interface Window {
  readonly after: Duration | null;
  readonly until: Duration | null;
}

/** Reads `after` and `until`. @throws {Refusal} invalid `duration`, or `window`: it would end before it begins */
export function readWindow(form: JsonObject, path: Path): Window {
  const after = form["after"] === undefined ? null : readDuration(form["after"], [...path, "after"], "after");
  const until = form["until"] === undefined ? null : readDuration(form["until"], [...path, "until"], "until");
  // Held against January; a window that only a shorter month closes is left to the decision, which says so.
  if (after !== null && until !== null && addDuration(0, after) >= addDuration(0, until)) {
    refuseAt([...path, "until"], "window", "This ends before it begins: until has to be longer than after.");
  }
  return { after, until };
}

/** @throws {Refusal} invalid `duration` */
export function readDuration(value: Json, path: Path, noun: string): Duration {
  const duration = typeof value === "string" ? parseDuration(value) : null;
  if (duration !== null) return duration;
  const meant = typeof value === "string" ? meantDuration(value) : null;
  const hint = meant === null ? "." : `; did you mean ${meant}?`;
  refuseAt(path, "duration", `${noun} is a duration such as P2D, PT12H or P1Y${hint}`);
}

const unitsOfTime: Readonly<Record<string, string>> = { h: "H", hour: "H", min: "M", minute: "M", s: "S", second: "S" };
const unitsOfDate: Readonly<Record<string, string>> = {
  d: "D",
  day: "D",
  w: "W",
  week: "W",
  month: "M",
  y: "Y",
  year: "Y",
};

/** What "2 days", "2d", "p2d" or "P12H" was probably meant for. A bare M is a month or a minute, and nobody can tell. */
function meantDuration(text: string): string | null {
  const [, count, unit = ""] = /^\s{0,2}P?T?(\d{1,4})\s{0,2}([a-z]{1,6}?)s?\s{0,2}$/i.exec(text) ?? [];
  if (count === undefined) return null;
  const name = unit.toLowerCase();
  const time = unitsOfTime[name];
  const date = unitsOfDate[name];
  const meant = time === undefined ? (date === undefined ? null : `P${count}${date}`) : `PT${count}${time}`;
  return meant !== null && parseDuration(meant) !== null ? meant : null;
}
