// The circles that a caller may know of: the secretariat keeps them all, a state knows those that it belongs to, with all who
// belong or belonged to them. Nobody else learns that there is one.
import type { Caller } from "../auth/caller.ts";
import { type Circle, isMember } from "../directory/circle.ts";
import type { Micros } from "../encoding/timestamp.ts";
import type { DirectorySnapshot } from "../store/directory.ts";

/** Alphabetical by name. */
export function listCircles(directory: DirectorySnapshot, caller: Caller, at: Micros): readonly Circle[] {
  if (caller.state === "secretariat") return directory.circles;
  return directory.circles.filter((circle) => isMember(circle, caller.state, at));
}
